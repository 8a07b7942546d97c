#include "odus/form/input.h"

#include <string.h>

#include "input_priv.h"
#include "odus/base/hash.h"
#include "odus/base/utf8.h"

int input_fail(struct err *err, const char *id, struct view arg, const char *example)
{
    struct buf text;
    int code;

    buf_init(&text, 0);
    /* err_set cuts at a character; this only bounds the copy */
    buf_add(&text, arg.p, arg.n < ERR_ARG_MAX ? arg.n : ERR_ARG_MAX);
    code = example ? err_set(err, ERR_INVALID, id, text.s, example)
                   : err_set(err, ERR_INVALID, id, text.s);
    buf_release(&text);
    return code;
}

/* --- words --- */

struct word {
    const char *text; /* folded */
    const char *value;
};

static const struct word words[] = {
        {"oui", "oui"},
        {"o", "oui"},
        {"yes", "oui"},
        {"y", "oui"},
        {"si", "oui"},
        {"s", "oui"},
        {"vrai", "oui"},
        {"v", "oui"},
        {"vero", "oui"},
        {"true", "oui"},
        {"t", "oui"},
        {"on", "oui"},
        {"x", "oui"},
        {"1", "oui"},
        {"non", "non"},
        {"no", "non"},
        {"n", "non"},
        {"faux", "non"},
        {"falso", "non"},
        {"false", "non"},
        {"f", "non"},
        {"off", "non"},
        {"0", "non"},
        {"inconnu", "inconnu"},
        {"inconnue", "inconnu"},
        {"unknown", "inconnu"},
        {"sconosciuto", "inconnu"},
        {"nsp", "inconnu"},
        {"ne sait pas", "inconnu"},
};

static const char *word_value(struct view typed)
{
    const char *value = NULL;
    struct buf folded;

    if (view_is(typed, "?"))
        return "inconnu";
    buf_init(&folded, 0);
    utf8_fold(typed, &folded);
    for (size_t i = 0; i < COUNT(words) && !value; i++)
        if (strcmp(folded.s, words[i].text) == 0)
            value = words[i].value;
    buf_release(&folded);
    return value;
}

static int read_word(
        enum form_type type, struct view typed, struct buf *out, struct err *err)
{
    const char *value = word_value(typed);

    if (!value || (type == FORM_BOOLEAN && strcmp(value, "inconnu") == 0))
        return type == FORM_BOOLEAN
                       ? input_fail(err, N_("\"%1$s\" is neither oui nor non"), typed,
                                 NULL)
                       : input_fail(err, N_("\"%1$s\" is none of oui, non, inconnu"),
                                 typed, NULL);
    if (type == FORM_BOOLEAN)
        buf_addc(out, strcmp(value, "oui") == 0 ? '1' : '0');
    else
        buf_adds(out, value);
    return 0;
}

/* --- parts --- */

static bool is_code_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

static int read_code(struct view typed, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < typed.n; i++)
        if (!is_code_char(typed.p[i]))
            return input_fail(
                    err, N_("\"%1$s\" is not a code of this list"), typed, NULL);
    buf_addv(out, typed);
    return 0;
}

static int read_uid(struct view typed, struct buf *out, struct err *err)
{
    char uid[UUID_TEXT];

    if (typed.n == UUID_TEXT - 1) {
        for (size_t i = 0; i < typed.n; i++) {
            bool capital = typed.p[i] >= 'A' && typed.p[i] <= 'F';

            uid[i] = (char)(capital ? typed.p[i] + ('a' - 'A') : typed.p[i]);
        }
        uid[typed.n] = '\0';
        if (uuid_valid(view_of(uid))) {
            buf_adds(out, uid);
            return 0;
        }
    }
    return input_fail(
            err, N_("\"%1$s\" is not the identifier of a record"), typed, NULL);
}

static int read_part(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    switch (field->type) {
    case FORM_INTEGER:
    case FORM_DECIMAL:
    case FORM_MONEY: return input_number(field, typed, ctx, out, err);
    case FORM_BOOLEAN:
    case FORM_THREE: return read_word(field->type, typed, out, err);
    case FORM_DATE:
    case FORM_TIME:
    case FORM_DATETIME:
    case FORM_DURATION: return input_date(field, typed, ctx, out, err);
    case FORM_ONE:
    case FORM_MANY: return read_code(typed, out, err);
    case FORM_REF: return read_uid(typed, out, err);
    case FORM_NOTE: return err_set(err, ERR_INVALID, N_("this text holds no value"));
    default: break;
    }
    if (field->upper)
        utf8_upper(typed, out);
    else
        buf_addv(out, typed);
    return 0;
}

bool input_part(struct view *rest, bool spaces, struct view *ret_part)
{
    while (rest->n) {
        size_t n = 0;
        struct view part;

        while (n < rest->n && !strchr(spaces ? ",;\n " : ",;\n", rest->p[n]))
            n++;
        part = view_trim((struct view){rest->p, n});
        n += n < rest->n;
        rest->p += n;
        rest->n -= n;
        if (part.n) {
            *ret_part = part;
            return true;
        }
    }
    return false;
}

/** As input_part for texts that hold line ends: a comma is then part of the text. */
static bool line_part(struct view *rest, struct view *ret_part)
{
    while (rest->n) {
        const char *end = memchr(rest->p, '\n', rest->n);
        size_t n = end ? (size_t)(end - rest->p) : rest->n;

        *ret_part = view_trim((struct view){rest->p, n});
        n += end != NULL;
        rest->p += n;
        rest->n -= n;
        if (ret_part->n)
            return true;
    }
    return false;
}

/** True when the '\n'-joined TEXT holds PART. */
static bool holds(struct view text, struct view part)
{
    struct view line;

    while (line_part(&text, &line))
        if (view_eq(line, part))
            return true;
    return false;
}

static int read_parts(const struct form_field *field, struct view rest,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    bool lines = field->type == FORM_TEXT && memchr(rest.p, '\n', rest.n) != NULL;
    bool spaces = field->type != FORM_TEXT && field->type != FORM_FILE;
    struct view part;
    struct buf one;
    int r = 0;

    buf_init(&one, 0);
    while (r == 0 &&
            (lines ? line_part(&rest, &part) : input_part(&rest, spaces, &part))) {
        buf_clear(&one);
        r = read_part(field, part, ctx, &one, err);
        if (r < 0 || holds(buf_view(out), buf_view(&one)))
            continue;
        if (out->len)
            buf_addc(out, '\n');
        buf_addv(out, buf_view(&one));
    }
    buf_release(&one);
    return r;
}

int input_read(const struct form_field *field, struct view typed,
        const struct input_context *ctx, struct buf *out, struct err *err)
{
    bool lines = field->type == FORM_MEMO || form_is_list(field);
    struct buf clean;
    struct view v;
    int r = 0;

    buf_clear(out);
    buf_init(&clean, 0);
    utf8_clean(typed, lines ? UTF8_KEEP_NEWLINE : 0, &clean);
    v = view_trim(buf_view(&clean));
    if (v.n && form_is_list(field))
        r = read_parts(field, buf_view(&clean), ctx, out, err);
    else if (v.n)
        r = read_part(
                field, field->type == FORM_MEMO ? buf_view(&clean) : v, ctx, out, err);
    if (r == 0 && (clean.full || out->full))
        r = err_set(err, ERR_LIMIT, N_("this text is too long"));
    if (r < 0)
        buf_clear(out);
    buf_release(&clean);
    return r;
}
