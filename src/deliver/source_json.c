#include "source_json.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "odus/base/utf8.h"
#include "odus/form/ids.h"
#include "source_text.h"
#include "source_words.h"

enum { WORD_CHARS = 40, WORDS_CHARS = 255, MEANS_MAX = 20 };

void source_scalar(const struct json *j, struct buf *out)
{
    enum json_kind kind = json_kind(j);

    if (kind == JSON_KIND_TEXT)
        buf_addv(out, json_as_view(j));
    else if (kind == JSON_KIND_INT || kind == JSON_KIND_REAL || kind == JSON_KIND_BOOL)
        json_canonical(j, out);
}

void source_leave(struct proposal *p, const char *name, const struct json *value)
{
    enum json_kind kind = json_kind(value);
    struct buf text;

    if (kind == JSON_KIND_NONE || kind == JSON_KIND_NULL ||
            ((kind == JSON_KIND_ARRAY || kind == JSON_KIND_OBJECT) &&
                    json_len(value) == 0))
        return;
    buf_init(&text, 0);
    if (kind == JSON_KIND_TEXT)
        buf_addv(&text, json_as_view(value));
    else
        json_canonical(value, &text);
    proposal_left(p, name, buf_view(&text));
    buf_release(&text);
}

/* "tel:+33…" is a way to write a link. */
static struct view without_scheme(struct view text, const char *scheme)
{
    size_t n = strlen(scheme);

    text = view_trim(text);
    return source_starts(text, scheme) ? (struct view){text.p + n, text.n - n} : text;
}

void source_phone(
        struct proposal *p, const char *path, const char *name, struct view text)
{
    struct buf e164;

    text = without_scheme(text, "tel:");
    if (text.n == 0)
        return;
    buf_init(&e164, 0);
    if (ids_phone_e164(text, &e164))
        proposal_set(p, path, json_text(buf_view(&e164)));
    else
        proposal_left(p, name, text);
    buf_release(&e164);
}

void source_email(
        struct proposal *p, const char *path, const char *name, struct view text)
{
    text = without_scheme(text, "mailto:");
    if (ids_email_ok(text))
        proposal_set(p, path, json_text(text));
    else
        proposal_left(p, name, text);
}

bool source_booking(struct proposal *p, struct view value)
{
    struct json *row;
    const char *type = NULL;
    struct buf e164;

    value = without_scheme(without_scheme(value, "mailto:"), "tel:");
    buf_init(&e164, 0);
    if (ids_url_ok(value)) {
        type = "url";
    } else if (ids_email_ok(value)) {
        type = "courriel";
    } else if (ids_phone_e164(value, &e164)) {
        type = "tel";
        value = buf_view(&e164);
    }
    if (type && json_len(proposal_get(p, "reservation.moyens")) < MEANS_MAX) {
        row = json_new_object();
        json_set_text(row, "type", type);
        json_set_take(row, "valeur", json_text(value));
        proposal_push(p, "reservation.moyens", row);
    }
    buf_release(&e164);
    return type != NULL;
}

void source_ext_id(
        struct proposal *p, const char *path, const char *system, struct view value)
{
    struct json *row;

    if (value.n == 0 || value.n > 200)
        return;
    row = json_new_object();
    json_set_text(row, "systeme", system);
    json_set_take(row, "valeur", json_text(value));
    proposal_push(p, path, row);
}

const char *source_system(const char *key)
{
    static const char *const systems[] = {"apidae", "openagenda", "datatourisme",
            "mccblcid", "artsdata", "wikidata", "isni", "ark_bnf", "frbnf", "iswc",
            "siret", "rna", "acceslibre", "rof", "passculture", "sibil", "billetterie"};

    for (size_t i = 0; i < COUNT(systems); i++)
        if (strcasecmp(key, systems[i]) == 0)
            return systems[i];
    return NULL;
}

/* The field holds WORDS_CHARS in all, with something between. */
static bool has_room(const struct proposal *p, struct view word)
{
    const struct json *words = proposal_get(p, "mots_cles");
    size_t sum = utf8_count(word);

    if (sum > WORD_CHARS)
        return false;
    for (size_t i = 0; i < json_len(words); i++) {
        if (source_same_words(json_as_view(json_at(words, i)), word))
            return false;
        sum += utf8_count(json_as_view(json_at(words, i))) + 1;
    }
    return sum <= WORDS_CHARS;
}

void source_keyword(struct proposal *p, struct view word)
{
    const struct source_word *row;

    word = view_trim(word);
    if (word.n == 0)
        return;
    row = source_word(word);
    if (row && source_take_word(p, row))
        proposal_note(p, "guessed", "genre", N_("the genre was read from a keyword"));
    if (has_room(p, word))
        proposal_push(p, "mots_cles", json_text(word));
    else
        proposal_left(p, "mots_cles", word);
}

int source_parse(struct view text, struct json **ret, bool *ret_latin, struct err *err)
{
    struct buf utf8;
    int rc;

    *ret_latin = !utf8_valid(text);
    if (!*ret_latin)
        return json_parse(text, 0, ret, err);
    buf_init(&utf8, 0);
    utf8_from_1252(text, &utf8);
    rc = json_parse(buf_view(&utf8), 0, ret, err);
    buf_release(&utf8);
    return rc;
}
