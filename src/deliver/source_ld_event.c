#include "source_ld_event.h"

#include <stdio.h>
#include <string.h>

#include "source_json.h"
#include "source_text.h"
#include "source_time.h"
#include "source_words.h"

enum {
    TITLE_CHARS = 140,
    NAME_CHARS = 120,
    BRIEF_CHARS = 200,
    LONG_CHARS = 10000,
    AGE_MAX = 120,
    WORDS_MAX = 100
};

const struct json *ld_member(const struct ld_event *e, const char *key)
{
    const struct json *value = json_get(e->node->json, key);

    if (!value && e->node->first >= 0)
        value = json_get(e->graph->nodes[e->node->first].json, key);
    return value;
}

void ld_plain(struct view text, struct buf *out)
{
    struct buf once;

    buf_init(&once, SOURCE_EVENT_MAX);
    source_unescape(text, &once);
    if (source_is_html(buf_view(&once)))
        source_html_text(buf_view(&once), out);
    else
        buf_addv(out, buf_view(&once));
    buf_release(&once);
}

/* --- texts ------------------------------------------------------------------------ */

static const char *language_of(const struct json *value)
{
    static const char *const languages[] = {"fr", "en", "it"};
    struct view tag = json_as_view(json_get(value, "@language"));

    for (size_t i = 0; i < COUNT(languages); i++)
        if (source_starts(tag, languages[i]))
            return languages[i];
    return tag.n ? NULL : "fr";
}

static void put_title(struct ld_event *e, const struct json *value)
{
    const char *lang = language_of(value);
    char path[16];
    struct buf plain;

    if (!lang) {
        source_leave(e->p, "name", value);
        return;
    }
    snprintf(path, sizeof(path), "titre.%s", lang);
    buf_init(&plain, 0);
    ld_plain(ld_text(value), &plain);
    if (!proposal_get(e->p, path))
        proposal_put(e->p, path, buf_view(&plain), TITLE_CHARS, false);
    buf_release(&plain);
}

/* Other names are titles where their language is told. */
static void take_titles(struct ld_event *e)
{
    const struct json *names = ld_member(e, "name");
    const struct json *others = ld_member(e, "alternateName"), *one;

    for (size_t i = 0; (one = ld_item(e->graph, names, i)); i++)
        put_title(e, one);
    for (size_t i = 0; (one = ld_item(e->graph, others, i)); i++)
        if (json_get(one, "@language"))
            put_title(e, one);
        else
            source_leave(e->p, "alternateName", one);
}

/* Where the record of the event has an abstract that the text begins with, that is the
 * short one (our own deliveries). */
static void describe(struct ld_event *e, struct view text, const char *lang)
{
    const struct json *record = ld_item(e->graph, ld_member(e, "subjectOf"), 0);
    struct view brief = ld_text(json_get(record, "abstract"));
    struct view rest = {0};

    if (text.n > brief.n)
        rest = view_trim((struct view){text.p + brief.n, text.n - brief.n});
    if (brief.n && rest.n && memcmp(text.p, brief.p, brief.n) == 0 &&
            text.p[brief.n] == '\n') {
        proposal_put(e->p, "accroche.fr", brief, BRIEF_CHARS, false);
        proposal_put(e->p, "description.fr", rest, LONG_CHARS, true);
    } else {
        proposal_describe(e->p, text, lang);
    }
}

static void take_description(struct ld_event *e)
{
    const struct json *texts = ld_member(e, "description"), *one;

    for (size_t i = 0; (one = ld_item(e->graph, texts, i)); i++) {
        struct view text = ld_text(one);
        const char *lang = language_of(one);
        struct buf plain;

        buf_init(&plain, 0);
        ld_plain(text, &plain);
        if (!view_eq(text, buf_view(&plain)))
            proposal_note(
                    e->p, "changed", "description", N_("it was HTML and is text now"));
        if (lang)
            describe(e, buf_view(&plain), lang);
        else
            source_leave(e->p, "description", one);
        buf_release(&plain);
    }
}

static void take_words(struct ld_event *e, const char *key)
{
    const struct json *words = ld_member(e, key), *one;

    for (size_t i = 0; i < WORDS_MAX && (one = ld_item(e->graph, words, i)); i++) {
        struct view rest = ld_text(one), word;

        if (rest.n == 0)
            rest = ld_text(json_get(one, "name"));
        while (view_next(&rest, ',', &word)) {
            struct buf plain;

            buf_init(&plain, 0);
            ld_plain(word, &plain);
            source_keyword(e->p, buf_view(&plain));
            buf_release(&plain);
        }
    }
}

static void take_type(struct ld_event *e)
{
    const struct json *types = json_get(e->node->json, "@type");
    const struct json *part =
            e->node->first < 0 ? NULL : e->graph->nodes[e->node->first].json;

    for (size_t i = 0; i < 8; i++) {
        const struct json *one = ld_item(e->graph, types, i);
        const struct source_word *row = source_schema_type(ld_word(json_as_view(one)));

        if (row)
            source_take_word(e->p, row);
        /* A series is of the type of its performances. */
        one = ld_item(e->graph, json_get(part, "@type"), i);
        row = source_schema_type(ld_word(json_as_view(one)));
        if (row)
            source_take_word(e->p, row);
    }
}

/* --- people and the rest ---------------------------------------------------------- */

static void take_helper(struct ld_event *e, const struct json *who)
{
    struct buf plain;

    buf_init(&plain, 0);
    ld_plain(ld_text(json_get(who, "name")), &plain);
    proposal_helper(e->p, buf_view(&plain));
    buf_release(&plain);
}

static void take_organizer(struct ld_event *e)
{
    const struct json *all = ld_member(e, "organizer");
    const struct json *who = ld_item(e->graph, all, 0),
                      *more = ld_item(e->graph, all, 1);
    struct view name = ld_text(who);
    struct buf plain;

    if (json_kind(who) == JSON_KIND_OBJECT && !json_get(who, "@value"))
        name = ld_text(json_get(who, "name"));
    /* A person's own address is no public one. */
    if (ld_is(who, "Person"))
        proposal_note(e->p, "guessed", "organisateur", N_("the organiser is a person"));
    buf_init(&plain, 0);
    ld_plain(name, &plain);
    proposal_put(e->p, "organisateur.nom", buf_view(&plain), NAME_CHARS, false);
    buf_release(&plain);
    if (json_kind(who) == JSON_KIND_OBJECT && !ld_is(who, "Person") && name.n) {
        struct view mail = ld_text(json_get(who, "email"));

        proposal_url(e->p, "organisateur.contact_public.site",
                ld_text(json_get(who, "url")));
        source_phone(e->p, "organisateur.contact_public.tel", "organizer.telephone",
                ld_text(json_get(who, "telephone")));
        if (mail.n)
            source_email(e->p, "organisateur.contact_public.courriel",
                    "organizer.email", mail);
    }
    for (size_t i = 1; more; more = ld_item(e->graph, all, ++i))
        take_helper(e, more);
}

/* "6-12", "12-", "6+" */
static void take_ages(struct ld_event *e)
{
    struct view text = view_trim(ld_text(ld_member(e, "typicalAgeRange")));
    struct view rest = text, low;
    long long a, b;

    if (text.n == 0)
        return;
    if (text.p[text.n - 1] == '+')
        rest = (struct view){text.p, text.n - 1};
    if (!view_next(&rest, '-', &low) || !view_int(view_trim(low), &a) || a < 0 ||
            a > AGE_MAX) {
        proposal_left(e->p, "typicalAgeRange", text);
        return;
    }
    proposal_set(e->p, "age_min", json_int(a));
    if (view_int(view_trim(rest), &b) && b >= a && b <= AGE_MAX)
        proposal_set(e->p, "age_max", json_int(b));
}

static void take_images(struct ld_event *e)
{
    const struct json *images = ld_member(e, "image"), *one;
    bool any = false;

    for (size_t i = 0; i < 20 && (one = ld_item(e->graph, images, i)); i++) {
        struct view url = ld_text(one);

        if (url.n == 0)
            url = ld_text(json_get(one, "url"));
        any |= url.n > 0;
        proposal_left(e->p, "image", url);
        source_leave(e->p, "image.creditText", json_get(one, "creditText"));
    }
    if (any)
        proposal_note(e->p, "lost", "images", N_("pictures are not fetched"));
}

static void take_modified(struct ld_event *e)
{
    const struct json *record = ld_item(e->graph, ld_member(e, "subjectOf"), 0);
    struct view text = ld_text(ld_member(e, "dateModified"));
    struct buf stamp;

    if (text.n == 0)
        text = ld_text(json_get(record, "dateModified"));
    buf_init(&stamp, 0);
    if (source_stamp(text, &stamp))
        json_set_text(e->p->source, "modifie_le", stamp.s);
    buf_release(&stamp);
}

/* Members that are looked at, here or where dates, places and offers are. */
static const char *const known[] = {"@context", "@type", "@id", "name", "alternateName",
        "description", "keywords", "genre", "organizer", "typicalAgeRange", "image",
        "url", "dateModified", "subjectOf", "location", "eventAttendanceMode", "offers",
        "isAccessibleForFree", "startDate", "endDate", "previousStartDate",
        "eventStatus", "subEvent", "subEvents", "superEvent", "identifier",
        "mainEntityOfPage", "inLanguage", NULL};

static void leave_rest(struct ld_event *e)
{
    for (struct json_iter it = {0}; json_iter(e->node->json, &it);) {
        const char *const *name = known;

        while (*name && strcmp(*name, it.key) != 0)
            name++;
        if (!*name)
            source_leave(e->p, it.key, it.val);
    }
    if (json_get(e->node->json, "performer"))
        proposal_note(e->p, "lost", "spectacles",
                N_("who performs belongs to a show; choose it, or make it"));
}

void ld_event_fields(struct ld_event *e)
{
    take_titles(e);
    take_description(e);
    take_type(e);
    take_words(e, "keywords");
    take_words(e, "genre");
    take_organizer(e);
    take_ages(e);
    take_images(e);
    proposal_url(e->p, "url_fiche", ld_text(ld_member(e, "url")));
    take_modified(e);
    leave_rest(e);
}
