#include "facts.h"

#include <string.h>

#include "odus/base/utf8.h"
#include "odus/form/ids.h"

const char *facts_name(const struct notice *n, const char *uid)
{
    const struct json *body = notice_linked(n, uid);
    const char *shown = json_get_text(body, "nom_affiche");

    return shown ? shown : notice_text(body, "nom", NULL);
}

bool facts_takes_place(const struct performance *p)
{
    return strcmp(p->status, "annule") != 0 && strcmp(p->status, "reporte") != 0;
}

/* --- who can come ---------------------------------------------------------------- */

/* Members of `accessibilite` that serve a kind, and the field of a performance. */
static const struct kind {
    const char *code, *fields[7], *own;
} kinds[] = {
        {"moteur", {"moteur"}, NULL},
        {"auditif", {"bim", "bmp", "lsf", "lpc", "surtitrage", "gilets_vibrants"},
                "annonce_lsf"},
        {"visuel", {"audiodescription", "maquette", "braille", "gros_caracteres"},
                "audiodescription"},
        {"psychique", {"relax", "falc"}, NULL},
        {"intellectuel", {"intellectuel"}, NULL},
};

const char *const facts_handicaps[] = {
        "moteur", "auditif", "visuel", "psychique", "intellectuel", NULL};

static bool is_yes(const char *value)
{
    return value && (strcmp(value, "oui") == 0 || strcmp(value, "autonome") == 0 ||
                            strcmp(value, "avec_aide") == 0);
}

static bool serves(const struct notice *n, const char *place, const struct kind *kind)
{
    const struct json *access = json_get(notice_linked(n, place), "accessibilite");

    for (size_t i = 0; kind->fields[i]; i++)
        if (is_yes(json_get_text(access, kind->fields[i])))
            return true;
    for (size_t i = 0; kind->own && i < n->noccurrences; i++)
        if (strcmp(n->occurrences[i].place, place) == 0 &&
                is_yes(json_get_text(n->occurrences[i].row, kind->own)))
            return true;
    return false;
}

bool facts_access(const struct notice *n, const char *place, const char *kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].code, kind) == 0)
            return serves(n, place, &kinds[i]);
    return false;
}

/* --- addresses ------------------------------------------------------------------- */

static bool is_hex(char c)
{
    return c && strchr("0123456789abcdefABCDEF", c);
}

bool facts_is_address(const char *text)
{
    if (!text || !ids_url_ok(view_of(text)))
        return false;
    for (const char *c = text; *c; c++) {
        if (*c <= ' ' || *c >= 0x7F || strchr("\"<>\\^`{|}", *c))
            return false;
        if (*c == '%' && (!is_hex(c[1]) || !is_hex(c[2])))
            return false;
    }
    return true;
}

bool facts_is_email(const char *text)
{
    if (!text || !ids_email_ok(view_of(text)))
        return false;
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c >= 0x7F || strchr("\"(),:;<>[\\]", *c))
            return false;
    return true;
}

bool facts_is_phone(struct view text)
{
    if (text.n < 7 || text.n > 16 || *text.p != '+')
        return false;
    for (size_t i = 1; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return true;
}

/* --- lines ----------------------------------------------------------------------- */

/* Blanks beyond ASCII (Unicode Zs), which others trim or refuse at the ends. */
static bool is_blank(uint32_t cp)
{
    return cp <= ' ' || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

static struct view trim(struct view v)
{
    uint32_t cp;
    int n;

    while (v.n && (n = utf8_decode(v, &cp)) > 0 && is_blank(cp)) {
        v.p += n;
        v.n -= (size_t)n;
    }
    while (v.n) {
        size_t at = utf8_prev(v, v.n);

        if (utf8_decode((struct view){v.p + at, v.n - at}, &cp) == 0 || !is_blank(cp))
            break;
        v.n = at;
    }
    return v;
}

void facts_line(const char *text, struct buf *out)
{
    struct buf clean;

    buf_init(&clean, 0);
    utf8_clean(view_of(text), 0, &clean);
    buf_addv(out, trim(buf_view(&clean)));
    buf_release(&clean);
}
