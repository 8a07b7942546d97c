#include "source_place.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/form/ids.h"
#include "source_text.h"

enum { PARTS_MAX = 12, NAME_CHARS = 100, LINE_CHARS = 120, HOUSE_DIGITS = 5 };

const char *source_country(struct view name)
{
    static const struct {
        const char *words, *code;
    } all[] = {{"france", "FR"}, {"fr", "FR"}, {"fra", "FR"}, {"italie", "IT"},
            {"italia", "IT"}, {"italy", "IT"}, {"it", "IT"}, {"suisse", "CH"},
            {"switzerland", "CH"}, {"schweiz", "CH"}, {"ch", "CH"}, {"monaco", "MC"},
            {"mc", "MC"}, {"belgique", "BE"}, {"belgium", "BE"}, {"be", "BE"},
            {"luxembourg", "LU"}, {"lu", "LU"}, {"allemagne", "DE"}, {"germany", "DE"},
            {"deutschland", "DE"}, {"de", "DE"}, {"espagne", "ES"}, {"spain", "ES"},
            {"espana", "ES"}, {"es", "ES"}};
    const char *code = "";
    struct buf folded;

    if (name.n == 0 || name.n > 40)
        return "";
    buf_init(&folded, 0);
    utf8_fold(name, &folded);
    for (size_t i = 0; i < COUNT(all) && !*code; i++)
        if (strcmp(folded.s, all[i].words) == 0)
            code = all[i].code;
    buf_release(&folded);
    return code;
}

void source_online(struct proposal *p, struct view url)
{
    proposal_url(p, "lien_en_ligne", url);
    proposal_set(p, "mode",
            json_text(view_of(json_get(p->body, "lieu") ? "mixte" : "en_ligne")));
}

/* --- the parts of an address ------------------------------------------------------ */

struct parts {
    struct view all[PARTS_MAX];
    size_t n;
};

static void drop(struct parts *parts, size_t i)
{
    memmove(parts->all + i, parts->all + i + 1,
            (parts->n - i - 1) * sizeof(*parts->all));
    parts->n--;
}

/* "21, avenue de la Gare": the comma behind a house number separates nothing. */
static void join_numbers(struct view text, struct buf *out)
{
    int digits = 0; /* of the part so far; -1: it has something else */

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == ',' && digits > 0 && digits < HOUSE_DIGITS) {
            while (i + 1 < text.n && text.p[i + 1] == ' ')
                i++;
            c = ' ';
        }
        buf_addc(out, c);
        if (c == ',' || c == '\n')
            digits = 0;
        else if (c >= '0' && c <= '9' && digits >= 0)
            digits++;
        else if (c != ' ' || digits > 0)
            digits = -1;
    }
}

/* What stands between commas and line ends; the last takes what is too much. */
static struct parts split(struct view text)
{
    struct parts parts = {0};

    while (text.n) {
        size_t n = 0;
        struct view part;

        while (n < text.n &&
                (parts.n == PARTS_MAX - 1 || (text.p[n] != ',' && text.p[n] != '\n')))
            n++;
        part = view_trim((struct view){text.p, n});
        if (part.n)
            parts.all[parts.n++] = part;
        n += n < text.n;
        text.p += n;
        text.n -= n;
        if (parts.n == PARTS_MAX)
            break;
    }
    return parts;
}

/* Five digits at the beginning of a part: a postcode of France or Italy. */
static bool has_postcode(struct view part)
{
    if (part.n < 5 || (part.n > 5 && part.p[5] != ' '))
        return false;
    for (int i = 0; i < 5; i++)
        if (part.p[i] < '0' || part.p[i] > '9')
            return false;
    return true;
}

static bool is_street(struct view part)
{
    static const char *const words[] = {"rue ", "avenue ", "av ", "boulevard ", "bd ",
            "place ", "chemin ", "route ", "impasse ", "quai ", "allee ", "cours ",
            "montee ", "passage ", "square ", "rond point ", "via ", "corso ",
            "piazza ", "viale "};
    struct buf folded;
    struct view rest;
    bool found;

    if (part.n > 300)
        return false;
    buf_init(&folded, 0);
    utf8_fold(part, &folded);
    rest = buf_view(&folded);
    found = rest.n && *rest.p >= '0' && *rest.p <= '9';
    for (size_t i = 0; i < COUNT(words) && !found; i++)
        found = source_starts(rest, words[i]);
    buf_release(&folded);
    return found;
}

static void take_country(struct proposal *p, struct parts *parts)
{
    const char *code;

    if (parts->n < 2)
        return;
    code = source_country(parts->all[parts->n - 1]);
    if (!*code)
        return;
    proposal_set(p, "lieu.adresse.pays", json_text(view_of(code)));
    parts->n--;
}

/* "05100 Briançon", or "Briançon", "05100"; without a postcode the last part, unless
 * it is a street or the only one. FIRST: the least part that may be a town. */
static void take_town(struct proposal *p, struct parts *parts, size_t first)
{
    for (size_t i = parts->n; i-- > 0;) {
        struct view part = parts->all[i], town;

        if (!has_postcode(part))
            continue;
        proposal_set(
                p, "lieu.adresse.code_postal", json_text((struct view){part.p, 5}));
        town = view_trim((struct view){part.p + 5, part.n - 5});
        drop(parts, i);
        if (town.n == 0 && i > first && !is_street(parts->all[i - 1])) {
            town = parts->all[i - 1];
            drop(parts, i - 1);
        }
        proposal_put(p, "lieu.adresse.ville", town, NAME_CHARS, false);
        return;
    }
    if (parts->n > first && !is_street(parts->all[parts->n - 1]))
        proposal_put(
                p, "lieu.adresse.ville", parts->all[--parts->n], NAME_CHARS, false);
}

static void take_streets(struct proposal *p, struct parts *parts)
{
    static const char *const paths[] = {
            "lieu.adresse.complement", "lieu.adresse.lieu_dit"};
    size_t used = 0;

    for (size_t i = 0; i < parts->n; i++)
        if (is_street(parts->all[i]) && !proposal_get(p, "lieu.adresse.voie"))
            proposal_put(p, "lieu.adresse.voie", parts->all[i], LINE_CHARS, false);
        else if (used < COUNT(paths))
            proposal_put(p, paths[used++], parts->all[i], LINE_CHARS, false);
        else
            proposal_left(p, "lieu", parts->all[i]);
}

void source_address(struct proposal *p, struct view text)
{
    struct parts parts;
    struct buf joined;

    buf_init(&joined, 0);
    join_numbers(text, &joined);
    parts = split(buf_view(&joined));
    take_country(p, &parts);
    take_town(p, &parts, 0);
    take_streets(p, &parts);
    buf_release(&joined);
}

/* "Église Saint-Nicolas" is a name, "3 rue Haute" is none. */
static void take_place(struct proposal *p, struct view text)
{
    struct parts parts = split(text);
    bool named;

    if (parts.n == 0)
        return;
    if (parts.n > 1)
        proposal_note(
                p, "guessed", "lieu", N_("the address was told apart by its commas"));
    named = parts.n == 1 || !is_street(parts.all[0]);
    take_country(p, &parts);
    take_town(p, &parts, named);
    if (named && parts.n) {
        proposal_put(p, "lieu.nom", parts.all[0], NAME_CHARS, false);
        drop(&parts, 0);
    }
    take_streets(p, &parts);
}

/* "Réunion Microsoft Teams": what programs write there for a meeting. */
static bool is_meeting(struct view text)
{
    static const char *const words[] = {"teams", "microsoft teams",
            "microsoft teams meeting", "reunion microsoft teams", "reunion teams",
            "riunione di microsoft teams", "zoom", "zoom meeting", "reunion zoom",
            "google meet", "skype", "skype meeting", "reunion skype", "webex", "jitsi",
            "visio", "visioconference", "en ligne", "online", "on line"};
    bool found = false;

    for (size_t i = 0; i < COUNT(words) && !found; i++)
        found = source_same_words(text, view_of(words[i]));
    return found;
}

/* "https://zoom.us/j/1 (code 42)", "Zoom : https://zoom.us/j/1": the address; what
 * else it says is left. */
static bool take_link(struct proposal *p, struct view text)
{
    const char *at = memmem(text.p, text.n, "http", 4), *end;
    struct view link, before, after;

    if (!at)
        return false;
    for (end = at; end < text.p + text.n && (unsigned char)*end > ' '; end++)
        ;
    link = (struct view){at, (size_t)(end - at)};
    before = view_trim((struct view){text.p, (size_t)(at - text.p)});
    after = view_trim((struct view){end, (size_t)(text.p + text.n - end)});
    while (before.n && strchr(":-(<", before.p[before.n - 1]))
        before = view_trim((struct view){before.p, before.n - 1});
    if (!ids_url_ok(link) || (before.n && !is_meeting(before)))
        return false;
    source_online(p, link);
    proposal_left(p, "lieu", after);
    return true;
}

static void take_meeting(struct proposal *p, struct view text)
{
    char *told = view_dup(text);

    source_online(p, (struct view){0});
    proposal_note(p, "guessed", "mode", N_("“%1$s” is no place: it is online"), told);
    free(told);
}

static void take_one(struct proposal *p, struct view text)
{
    struct buf joined;

    if (text.n <= LINE_CHARS && is_meeting(text)) {
        take_meeting(p, text);
        return;
    }
    if (take_link(p, text))
        return;
    buf_init(&joined, 0);
    join_numbers(text, &joined);
    take_place(p, buf_view(&joined));
    buf_release(&joined);
}

/* Outlook writes "Salle des fêtes; Microsoft Teams Meeting" for what is both. */
void source_place(struct proposal *p, struct view text)
{
    const char *semicolon = text.n ? memrchr(text.p, ';', text.n) : NULL;
    struct view last;

    text = view_trim(text);
    if (!semicolon) {
        take_one(p, text);
        return;
    }
    last = view_trim(
            (struct view){semicolon + 1, (size_t)(text.p + text.n - semicolon - 1)});
    if (last.n > LINE_CHARS || !is_meeting(last)) {
        take_one(p, text);
        return;
    }
    take_one(p, view_trim((struct view){text.p, (size_t)(semicolon - text.p)}));
    take_meeting(p, last);
}
