/*
 * OpenAgenda: the bodies that its writing interface takes, of v2 (dev-doc,
 * docs/evenements/structure.md, docs/lieux/structure.md) and of the draft of v3. An
 * event there has one venue and one status: an event of ours in several venues is
 * several there, and what is cancelled alone is left out of the dates.
 */
#include <string.h>

#include "facts.h"
#include "formats.h"
#include "ident.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "openagenda.h"
#include "words.h"

enum {
    DESCRIPTION_MAX = 200, /* characters */
    LONG_MAX = 10000,
    CONDITIONS_MAX = 255,
    KEYWORDS_MAX = 255,
    REGISTRATION_MAX = 2000,
};

/* --- texts by language ----------------------------------------------------------- */

/* TEXTS in the languages of the title, each cut to MAX characters; NULL for none. */
static struct json *localized(
        const struct oa_run *r, const char *field, size_t max, bool *ret_cut)
{
    const struct json *titles = json_get(r->n->body, "titre");
    const struct json *texts = json_get(r->n->body, field);
    struct json *all = json_new_object();

    for (struct json_iter it = {0}; json_iter(titles, &it);) {
        const char *text = json_get_text(texts, it.key);
        struct buf cut;

        if (!text)
            continue;
        buf_init(&cut, 0);
        if (text_cut(view_of(text), max, &cut))
            *ret_cut = true;
        json_set_text(all, it.key, cut.s);
        buf_release(&cut);
    }
    if (json_len(all))
        return all;
    json_free(all);
    return NULL;
}

static void set_text(const struct oa_run *r, struct json *event, const char *key,
        const char *field, size_t max)
{
    bool cut = false;

    json_set_take(event, key, localized(r, field, max, &cut));
    if (cut)
        outlet_note(r->out, NOTE_CUT, field,
                N_("OpenAgenda takes a shorter text: it is cut."), NULL, NULL);
}

/* A short text is asked for: without one, the beginning of the long one. */
static void set_description(const struct oa_run *r, struct json *event)
{
    bool cut = false;

    set_text(r, event, "description", "accroche", DESCRIPTION_MAX);
    if (json_get(event, "description"))
        return;
    json_set_take(
            event, "description", localized(r, "description", DESCRIPTION_MAX, &cut));
    outlet_note(r->out, NOTE_MISSING, "accroche",
            N_("OpenAgenda asks for a short text."), NULL, NULL);
    if (!json_get(event, "description"))
        json_set_take(event, "description", json_dup(json_get(event, "title")));
}

/* In the language in which the title is read: OpenAgenda wants one that it has. */
static void set_conditions(const struct oa_run *r, struct json *event)
{
    struct delivery d = *r->d;
    const char *lang;
    struct buf text, cut;

    if (!words_text(&d, r->n->body, "titre", &lang))
        return;
    d.lang = lang ? lang : d.lang;
    buf_init(&text, 0);
    buf_init(&cut, 0);
    words_rates(&d, r->n, &text);
    if (text_cut(buf_view(&text), CONDITIONS_MAX, &cut))
        outlet_note(r->out, NOTE_CUT, "tarifs",
                N_("OpenAgenda takes a shorter text: it is cut."), NULL, NULL);
    if (cut.len) {
        struct json *texts = json_new_object();

        json_set_text(texts, d.lang, cut.s);
        json_set_take(event, "conditions", texts);
    }
    buf_release(&cut);
    buf_release(&text);
}

static void set_keywords(const struct oa_run *r, struct json *event)
{
    const struct json *words = json_get(r->n->body, "mots_cles");
    struct json *list = json_new_array(), *texts;
    size_t room = KEYWORDS_MAX;

    for (size_t i = 0; i < json_len(words); i++) {
        size_t n = utf8_count(json_as_view(json_at(words, i))) + 1;

        if (n > room)
            break;
        room -= n;
        json_push_take(list, json_retain(json_at(words, i)));
    }
    if (json_len(list) < json_len(words))
        outlet_note(r->out, NOTE_CUT, "mots_cles",
                N_("OpenAgenda takes fewer keywords: the last ones are left out."),
                NULL, NULL);
    if (json_len(list) == 0 || !json_get(json_get(r->n->body, "titre"), "fr")) {
        json_free(list);
        return;
    }
    texts = json_new_object();
    json_set_take(texts, "fr", list);
    json_set_take(event, "keywords", texts);
}

/* --- the other fields ------------------------------------------------------------ */

static void set_code(const struct oa_run *r, struct json *event, const char *key,
        const char *list, const char *code)
{
    const char *cell =
            code ? gate_cell(r->d->gate, "evenement", list, code, "openagenda") : NULL;
    long long n;

    if (cell && view_int(view_of(cell), &n))
        json_set_take(event, key, json_int(n));
}

static void set_ages(const struct oa_run *r, struct json *event)
{
    const struct json *low = json_get(r->n->body, "age_min");
    const struct json *high = json_get(r->n->body, "age_max");
    struct json *age;

    if (!low && !high)
        return;
    age = json_new_object();
    json_set_take(age, "min", json_dup(low));
    json_set_take(age, "max", json_dup(high));
    json_set_take(event, "age", age);
}

static void set_accessibility(const struct oa_run *r, struct json *event)
{
    struct json *access = json_new_object();

    for (const char *const *kind = facts_handicaps; *kind; kind++) {
        const char *key =
                gate_cell(r->d->gate, "lieu", "handicaps", *kind, "openagenda");

        if (key && facts_access(r->n, r->place, *kind))
            json_set_take(access, key, json_bool(true));
    }
    if (json_len(access))
        json_set_take(event, "accessibility", access);
    else
        json_free(access);
}

/* V3 tells what each means of booking is. */
static void set_registration(const struct oa_run *r, struct json *event, bool v3)
{
    static const struct {
        const char *ours, *theirs;
    } types[] = {{"url", "link"}, {"tel", "phone"}, {"courriel", "email"}};
    const struct json *ways = notice_at(r->n->body, "reservation.moyens");
    struct json *list = json_new_array();
    size_t room = REGISTRATION_MAX;

    for (size_t i = 0; i < json_len(ways); i++) {
        const struct json *value = json_get(json_at(ways, i), "valeur");
        const char *type = json_get_text(json_at(ways, i), "type");
        size_t n = utf8_count(json_as_view(value));

        if (!type || n == 0 || n > room)
            continue;
        room -= n;
        for (size_t k = 0; v3 && k < sizeof(types) / sizeof(types[0]); k++)
            if (strcmp(type, types[k].ours) == 0) {
                struct json *way = json_new_object();

                json_set_text(way, "type", types[k].theirs);
                json_set_take(way, "value", json_dup(value));
                json_push_take(list, way);
            }
        if (!v3)
            json_push_take(list, json_dup(value));
    }
    if (json_len(list))
        json_set_take(event, "registration", list);
    else
        json_free(list);
}

static void set_image(const struct oa_run *r, struct json *event, bool v3)
{
    const struct json *first = json_at(notice_images(r->n), 0);
    const char *file = json_get_text(first, "fichier");
    struct json *image;
    struct buf url;

    if (!file)
        return;
    buf_init(&url, 0);
    ident_image(r->d, file, &url);
    if (url.len) {
        image = json_new_object();
        json_set_text(image, "url", url.s);
        json_set_take(event, "image", image);
        if (!v3)
            json_set_text(event, "imageCredits", json_get_text(first, "credit"));
    }
    buf_release(&url);
    if (json_len(notice_images(r->n)) > 1)
        outlet_note(r->out, NOTE_LOST, "images",
                N_("OpenAgenda takes one picture: the first."), NULL, NULL);
}

/* Identifier there: that of the event, with the venue's where it is not the usual one,
 * so that it stays the same whatever other venues come. */
static void name_of(const struct oa_run *r, struct buf *out)
{
    const char *usual = json_get_text(r->n->body, "lieu");

    buf_adds(out, r->n->uid);
    if (*r->place && (!usual || strcmp(usual, r->place) != 0))
        buf_addf(out, "_%s", r->place);
}

static void set_place(const struct oa_run *r, struct json *event, bool v3, bool online)
{
    const struct json *venue = notice_linked(r->n, r->place);
    long long uid = notice_number(venue, "openagenda");
    struct json *location;

    if (online)
        return;
    if (!venue)
        outlet_note(r->out, NOTE_MISSING, "lieu",
                N_("OpenAgenda asks for a venue that may be published."), NULL, NULL);
    else if (!uid)
        outlet_note(r->out, NOTE_MISSING, "lieu.ids_externes",
                N_("The venue has no number in OpenAgenda yet: sending gives it one."),
                NULL, NULL);
    if (!uid)
        return;
    if (!v3) {
        json_set_take(event, "locationUid", json_int(uid));
        return;
    }
    location = json_new_object();
    json_set_take(location, "uid", json_int(uid));
    json_set_take(event, "location", location);
}

static void set_link(const struct oa_run *r, struct json *event)
{
    const char *link = json_get_text(r->n->body, "lien_en_ligne");

    json_set_text(event, "onlineAccessLink", link);
    if (!link)
        outlet_note(r->out, NOTE_MISSING, "lien_en_ligne",
                N_("OpenAgenda asks for the address of what takes place online."), NULL,
                NULL);
}

/* --- documents ------------------------------------------------------------------- */

static bool is_published(const struct notice *n)
{
    return view_is(json_as_view(json_get(n->body, "statut_fiche")), "publie");
}

static struct json *event_of(
        const struct oa_run *r, bool v3, const char *name, struct json *dates)
{
    const char *status = oa_status(r);
    const char *mode = strcmp(status, "passe_en_ligne") == 0
                               ? "en_ligne"
                               : json_get_text(r->n->body, "mode");
    bool physical = !mode || strcmp(mode, "presentiel") == 0;
    struct json *event = json_new_object();

    json_set_take(event, "timings", dates);
    set_text(r, event, "title", "titre", 140);
    set_description(r, event);
    set_text(r, event, "longDescription", "description", LONG_MAX);
    set_conditions(r, event);
    set_keywords(r, event);
    set_code(r, event, "attendanceMode", "modes", mode ? mode : "presentiel");
    set_code(r, event, "status", "statuts_seance", status);
    if (!physical)
        set_link(r, event);
    set_place(r, event, v3, mode && strcmp(mode, "en_ligne") == 0);
    set_ages(r, event);
    set_accessibility(r, event);
    set_registration(r, event, v3);
    set_image(r, event, v3);
    json_set_take(event, "state", json_int(is_published(r->n) ? 2 : 1));
    json_set_take(event, "extIds", oa_ext_ids(name));
    return event;
}

/* What was noted of v2 need not be said twice. */
static void ignore(void *ctx, const struct note *note)
{
    (void)ctx;
    (void)note;
}

static void make_run(const struct oa_run *r)
{
    struct outlet quiet = {.put = r->out->put, .note = ignore, .ctx = r->out->ctx};
    struct oa_run again = *r;
    struct json *dates = oa_timings(r);
    struct buf name;

    if (json_len(dates) == 0) {
        outlet_note(r->out, NOTE_REFUSED, "seances",
                N_("OpenAgenda takes no event without a date and an hour."), NULL,
                NULL);
        json_free(dates);
        return;
    }
    again.out = &quiet;
    buf_init(&name, 0);
    name_of(r, &name);
    outlet_json(r->out, event_of(r, false, name.s, json_retain(dates)),
            "openagenda/v2/%s.json", name.s);
    outlet_json(r->out, event_of(&again, true, name.s, dates), "openagenda/v3/%s.json",
            name.s);
    buf_release(&name);
}

/* Each venue once, in the order of its first performance. */
static void make_event(const struct oa_run *whole)
{
    const struct notice *n = whole->n;
    struct oa_run r = *whole;

    if (n->noccurrences == 0)
        outlet_note(whole->out, NOTE_REFUSED, "seances",
                N_("OpenAgenda takes no event without a date and an hour."), NULL,
                NULL);
    for (size_t i = 0; i < n->noccurrences; i++) {
        bool seen = false;

        r.place = n->occurrences[i].place;
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(n->occurrences[k].place, r.place) == 0;
        if (!seen)
            make_run(&r);
    }
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    const struct oa_run r = {.d = d, .n = n, .out = out, .place = ""};

    if (strcmp(n->type, "lieu") == 0)
        oa_place(d, n, out);
    else
        make_event(&r);
}

const struct format format_openagenda = {
        .name = "openagenda",
        .label = N_("OpenAgenda: bodies for its writing interface"),
        .types = (const char *const[]){"evenement", "lieu", NULL},
        .recipient = "openagenda",
        .version = 2,
        .make = make,
};
