/*
 * OpenAgenda: exports and answers of its reading interface v2 (dev-doc,
 * docs/evenements/structure.md, lecture.md, docs/lieux/structure.md), the older export,
 * and the documents that we write for it. Event by event: the file may be large.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/utf8.h"
#include "odus/base/zone.h"
#include "odus/form/ids.h"
#include "source_array.h"
#include "source_json.h"
#include "source_oa_place.h"
#include "source_price.h"
#include "source_text.h"
#include "source_time.h"
#include "source_words.h"

enum { PLACE_SIZE = 48, AGE_MAX = 120, PROGRESS_EVENTS = 50 };

static const char *const languages[] = {"fr", "en", "it"};

struct oa {
    struct proposal *p;
    const struct json *event;
    const char *zone;
};

/* --- texts by language ------------------------------------------------------------ */

static void put_text(struct oa *oa, const char *field, const char *lang,
        struct view text, size_t max, bool lines)
{
    char path[64];
    struct buf plain;

    buf_init(&plain, 0);
    if (source_is_html(text)) {
        source_html_text(text, &plain);
        text = buf_view(&plain);
        proposal_note(oa->p, "changed", field, N_("it was HTML and is text now"));
    }
    snprintf(path, sizeof(path), "%s.%s", field, lang);
    proposal_put(oa->p, path, text, max, lines);
    buf_release(&plain);
}

/* Texts by language, or one text, which is French then. */
static void take_texts(
        struct oa *oa, const char *key, const char *field, size_t max, bool lines)
{
    const struct json *texts = json_get(oa->event, key);

    if (json_kind(texts) == JSON_KIND_TEXT)
        put_text(oa, field, "fr", json_as_view(texts), max, lines);
    for (struct json_iter it = {0}; json_iter(texts, &it);) {
        bool ours = false;

        for (size_t i = 0; i < COUNT(languages); i++)
            if (strcmp(it.key, languages[i]) == 0) {
                put_text(oa, field, it.key, json_as_view(it.val), max, lines);
                ours = true;
            }
        if (!ours && json_as_view(it.val).n) {
            char name[64];

            snprintf(name, sizeof(name), "%s.%.8s", key, it.key);
            source_leave(oa->p, name, it.val);
        }
    }
}

/* French, else the first language there is, of a value that may be by language. */
static const struct json *one_language(const struct json *value)
{
    struct json_iter it = {0};

    if (json_kind(value) != JSON_KIND_OBJECT)
        return value;
    if (json_get(value, "fr"))
        return json_get(value, "fr");
    return json_iter(value, &it) ? it.val : NULL;
}

static void take_title(struct oa *oa, const struct json *value)
{
    (void)value;
    take_texts(oa, "title", "titre", 140, false);
}

static void take_short(struct oa *oa, const struct json *value)
{
    (void)value;
    take_texts(oa, "description", "accroche", 200, false);
}

static void take_long(struct oa *oa, const struct json *value)
{
    (void)value;
    take_texts(oa, "longDescription", "description", 10000, true);
}

static void take_conditions(struct oa *oa, const struct json *value)
{
    source_conditions(oa->p, "conditions", json_as_view(one_language(value)));
}

static void take_keywords(struct oa *oa, const struct json *value)
{
    const struct json *words = one_language(value);
    struct view rest = json_as_view(words), word;

    for (size_t i = 0; i < json_len(words); i++)
        source_keyword(oa->p, json_as_view(json_at(words, i)));
    while (view_next(&rest, ',', &word))
        source_keyword(oa->p, word);
}

/* --- the other fields ------------------------------------------------------------- */

/* Pictures are files here, and nothing is fetched. */
static void take_image(struct oa *oa, const struct json *value)
{
    const struct json *variants = json_get(value, "variants");
    const char *base = json_get_text(value, "base");
    const char *file = json_get_text(value, "filename");
    struct buf url;

    for (size_t i = 0; i < json_len(variants); i++)
        if (strcmp(json_get_text(json_at(variants, i), "type")
                            ? json_get_text(json_at(variants, i), "type")
                            : "",
                    "full") == 0)
            file = json_get_text(json_at(variants, i), "filename");
    if (json_len(value) == 0 && !json_as_view(value).n)
        return;
    buf_init(&url, 0);
    if (base && file)
        buf_addf(&url, "%s%s", base, file);
    if (url.len)
        proposal_left(oa->p, "image", buf_view(&url));
    else
        source_leave(oa->p, "image", value);
    buf_release(&url);
    proposal_note(oa->p, "lost", "images", N_("pictures are not fetched"));
}

static void take_registration(struct oa *oa, const struct json *value)
{
    for (size_t i = 0; i < json_len(value); i++) {
        const struct json *one = json_at(value, i);
        struct view way = json_as_view(
                json_kind(one) == JSON_KIND_TEXT ? one : json_get(one, "value"));

        if (way.n && !source_booking(oa->p, way)) {
            proposal_left(oa->p, "registration", way);
            proposal_note(oa->p, "lost", "reservation.moyens",
                    N_("this is neither an address nor a number"));
        }
    }
}

static void take_age(struct oa *oa, const struct json *value)
{
    int64_t low = json_get_int(value, "min", -1), high = json_get_int(value, "max", -1);

    if (low >= 0 && low <= AGE_MAX)
        proposal_set(oa->p, "age_min", json_int(low));
    if (high >= 0 && high <= AGE_MAX && high >= low)
        proposal_set(oa->p, "age_max", json_int(high));
}

/* They say for whom something is there; our fields say what. */
static void take_accessibility(struct oa *oa, const struct json *value)
{
    struct buf kinds;

    buf_init(&kinds, 0);
    for (struct json_iter it = {0}; json_iter(value, &it);)
        if (json_as_bool(it.val, false))
            buf_addf(&kinds, "%s%.8s", kinds.len ? " " : "", it.key);
    for (size_t i = 0; i < json_len(value) && json_kind(value) == JSON_KIND_ARRAY; i++)
        if (json_as_text(json_at(value, i)))
            buf_addf(&kinds, "%s%.8s", kinds.len ? " " : "",
                    json_as_text(json_at(value, i)));
    if (kinds.len) {
        proposal_left(oa->p, "accessibility", buf_view(&kinds));
        proposal_note(oa->p, "lost", "lieu.accessibilite",
                N_("for whom it is accessible is told (%1$s), but not how"), kinds.s);
    }
    buf_release(&kinds);
}

static void take_mode(struct oa *oa, const struct json *value)
{
    static const char *const modes[] = {NULL, "presentiel", "en_ligne", "mixte"};
    int64_t n = json_as_int(value, 0);

    if (n > 0 && n < (int64_t)COUNT(modes))
        proposal_set(oa->p, "mode", json_text(view_of(modes[n])));
}

static void take_link(struct oa *oa, const struct json *value)
{
    proposal_url(oa->p, "lien_en_ligne", json_as_view(value));
}

static void take_page(struct oa *oa, const struct json *value)
{
    if (!proposal_get(oa->p, "url_fiche"))
        proposal_url(oa->p, "url_fiche", json_as_view(value));
}

static void take_location(struct oa *oa, const struct json *value)
{
    source_oa_place(oa->p, value);
}

static void take_origin(struct oa *oa, const struct json *value)
{
    struct view title = json_as_view(json_get(value, "title"));

    if (title.n && proposal_put(oa->p, "organisateur.nom", title, 120, false))
        proposal_note(oa->p, "guessed", "organisateur",
                N_("who keeps the agenda is taken for the organiser"));
}

static void take_ext_ids(struct oa *oa, const struct json *value)
{
    for (size_t i = 0; i < json_len(value); i++) {
        const char *key = json_get_text(json_at(value, i), "key");
        const struct json *id = json_get(json_at(value, i), "value");
        const char *system = key ? source_system(key) : NULL;

        if (system)
            source_ext_id(oa->p, "ids_externes", system, json_as_view(id));
        else
            source_leave(oa->p, "extIds", json_at(value, i));
    }
}

static void take_modified(struct oa *oa, const struct json *value)
{
    struct buf stamp;

    buf_init(&stamp, 0);
    if (source_stamp(json_as_view(value), &stamp))
        json_set_text(oa->p->source, "modifie_le", stamp.s);
    buf_release(&stamp);
}

static void nothing(struct oa *oa, const struct json *value)
{
    (void)oa, (void)value;
}

static const struct member {
    const char *name;
    void (*take)(struct oa *oa, const struct json *value);
} members[] = {
        {"title", take_title},
        {"description", take_short},
        {"longDescription", take_long},
        {"conditions", take_conditions},
        {"keywords", take_keywords},
        {"image", take_image},
        {"registration", take_registration},
        {"age", take_age},
        {"accessibility", take_accessibility},
        {"attendanceMode", take_mode},
        {"onlineAccessLink", take_link},
        {"canonicalUrl", take_page},
        {"location", take_location},
        {"originAgenda", take_origin},
        {"origin", take_origin},
        {"extIds", take_ext_ids},
        {"updatedAt", take_modified},
        /* Said elsewhere, made from other members, or of use in that system only. */
        {"uid", nothing},
        {"slug", nothing},
        {"timings", nothing},
        {"timezone", nothing},
        {"status", nothing},
        {"state", nothing},
        {"removed", nothing},
        {"createdAt", nothing},
        {"dateRange", nothing},
        {"range", nothing},
        {"firstTiming", nothing},
        {"lastTiming", nothing},
        {"nextTiming", nothing},
        {"firstDate", nothing},
        {"firstTimeStart", nothing},
        {"firstTimeEnd", nothing},
        {"lastDate", nothing},
        {"lastTimeStart", nothing},
        {"lastTimeEnd", nothing},
        {"featured", nothing},
        {"private", nothing},
        {"locationUid", nothing},
        {"thumbnail", nothing},
        {"originalImage", nothing},
        {"html", nothing},
        {"agendaUid", nothing},
        {"sort", nothing},
        {"country", nothing},
        /* Of people who typed it in. */
        {"contributor", nothing},
        {"creatorUid", nothing},
        {"ownerUid", nothing},
        {"userUid", nothing},
        {"member", nothing},
        {"owner", nothing},
};

static void take_members(struct oa *oa)
{
    for (struct json_iter it = {0}; json_iter(oa->event, &it);) {
        size_t k = 0;

        while (k < COUNT(members) && strcmp(members[k].name, it.key) != 0)
            k++;
        if (k < COUNT(members))
            members[k].take(oa, it.val);
        else
            source_leave(oa->p, it.key, it.val);
    }
}

/* --- dates ------------------------------------------------------------------------ */

static const char *status_of(const struct json *event)
{
    static const char *const statuses[] = {"confirme", "confirme", "reprogramme",
            "passe_en_ligne", "reporte", "complet", "annule"};
    const struct json *status = json_get(event, "status");
    int64_t n;

    /* With includeLabels it is {"id": 5, "label": …}. */
    if (json_kind(status) == JSON_KIND_OBJECT)
        status = json_get(status, "id");
    n = json_as_int(status, 1);
    return statuses[n > 0 && n < (int64_t)COUNT(statuses) ? n : 1];
}

static struct view either(const struct json *obj, const char *a, const char *b)
{
    const struct json *value = json_get(obj, a);

    return json_as_view(value ? value : json_get(obj, b));
}

static void take_timing(struct oa *oa, const struct json *timing, const char *status)
{
    struct slot slot = {.status = status};
    struct source_when start, end;
    char key[24];
    bool moved;

    if (!source_when(either(timing, "begin", "start"), &start) ||
            start.days < oa->p->opt->from - 2 || start.days > oa->p->opt->until + 2 ||
            !source_moment(&start, oa->zone, &slot.start, &moved)) {
        oa->p->outside++;
        return;
    }
    if (moved)
        proposal_note(oa->p, "changed", "seances.debut",
                N_("the hours are those of %1$s now"), oa->zone);
    if (source_when(either(timing, "end", "end"), &end) && end.days - start.days >= 0 &&
            end.days - start.days < 400 &&
            (!source_moment(&end, oa->zone, &slot.end, &moved) ||
                    moment_cmp(&slot.end, &slot.start) <= 0))
        slot.end.zone[0] = '\0';
    snprintf(key, sizeof(key), "%lld",
            start.fixed ? (long long)start.unix_s
                        : (long long)start.days * 1440 + start.minutes);
    slot.key = view_of(key);
    proposal_slot(oa->p, &slot);
}

static void take_timings(struct oa *oa)
{
    const struct json *timings = json_get(oa->event, "timings");
    const char *status = status_of(oa->event);

    for (size_t i = 0; i < json_len(timings) && i < SOURCE_RECURRENCE_MAX; i++)
        take_timing(oa, json_at(timings, i), status);
}

static const char *zone_of(const struct json *event, const char *otherwise)
{
    const char *zone = json_get_text(event, "timezone");

    if (!zone || !zone_known(zone))
        zone = json_get_text(json_get(event, "location"), "timezone");
    return zone && zone_known(zone) ? zone : otherwise;
}

/* --- events ----------------------------------------------------------------------- */

/* Its number there; in what we wrote ourselves, ours. */
static void identify(const struct json *event, struct view text, struct buf *out)
{
    const struct json *ids = json_get(event, "extIds");
    char hash[HASH_128_TEXT];

    source_scalar(json_get(event, "uid"), out);
    for (size_t i = 0; out->len == 0 && i < json_len(ids); i++)
        if (view_is(json_as_view(json_get(json_at(ids, i), "key")), "odus"))
            source_scalar(json_get(json_at(ids, i), "value"), out);
    if (out->len == 0) {
        hash_blake2b128(&text, 1, hash);
        buf_adds(out, hash);
    }
}

static int look_at(const struct json *event, struct err *why)
{
    if (json_kind(event) != JSON_KIND_OBJECT)
        return err_set(why, ERR_INVALID, N_("this is no event"));
    if (json_get_bool(event, "removed", false))
        return err_set(why, ERR_INVALID, N_("it was taken out of its agenda"));
    if (json_get_int(event, "state", 2) < 0)
        return err_set(why, ERR_INVALID, N_("it was refused in its agenda"));
    if (json_len(json_get(event, "timings")) == 0)
        return err_set(why, ERR_INVALID, N_("it has no date"));
    return 0;
}

static int propose(const struct json *event, struct view text, const char *place,
        bool latin, const struct source_options *opt, const struct source_sink *sink,
        struct err *err)
{
    struct proposal p;
    struct oa oa = {&p, event, zone_of(event, opt->zone)};
    struct buf id;
    int rc;

    buf_init(&id, 0);
    identify(event, text, &id);
    proposal_init(&p, opt, "openagenda", buf_view(&id), place);
    if (json_get(event, "uid"))
        source_ext_id(&p, "ids_externes", "openagenda", view_of(p.id));
    take_members(&oa);
    take_timings(&oa);
    if (latin)
        proposal_note(&p, "changed", "", N_("it was not UTF-8; Windows-1252 is taken"));
    rc = proposal_give(&p, sink, err);
    proposal_release(&p);
    buf_release(&id);
    return rc;
}

static int take(struct source_array *a, int line, const struct source_options *opt,
        const struct source_sink *sink, struct err *err)
{
    struct json *event = NULL;
    struct err why = {0};
    char place[PLACE_SIZE];
    bool latin = false;
    int rc = 0;

    snprintf(place, sizeof(place), "line %d", line);
    if (a->too_long)
        rc = err_set(&why, ERR_LIMIT, N_("the event is larger than 1 MiB"));
    else if (a->cut)
        rc = err_set(
                &why, ERR_INVALID, N_("the file ends in the middle of this event"));
    else
        rc = source_parse(buf_view(&a->value), &event, &latin, &why);
    if (rc == 0)
        rc = look_at(event, &why);
    rc = rc ? proposal_refuse(sink, place, &why, err)
            : propose(event, buf_view(&a->value), place, latin, opt, sink, err);
    json_free(event);
    return rc;
}

/* What the whole file is worth when it has one value only. */
static int check_single(const struct source_array *a, struct err *err)
{
    if (a->single && !memmem(a->value.s, a->value.len, "\"timings\"", 9))
        return err_set(
                err, ERR_INVALID, N_("there is no event of OpenAgenda in the file"));
    return 0;
}

int source_openagenda(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err)
{
    static const char *const names[] = {"events", "data", NULL};
    struct source_array a;
    int rc = source_array_open(&a, file, names, err), line, n = 0;

    while (rc == 0 && (rc = source_array_next(&a, &line, err)) > 0) {
        rc = check_single(&a, err);
        if (rc == 0)
            rc = take(&a, line, opt, sink, err);
        if (rc == 0 && n++ % PROGRESS_EVENTS == 0)
            rc = proposal_progress(sink, a.file.at, a.file.size, err);
    }
    if (rc == 0 && a.cut && !a.single) {
        struct err why = {0};

        err_set(&why, ERR_INVALID, N_("the file ends too early"));
        rc = proposal_refuse(sink, "end", &why, err);
    }
    if (rc == 0)
        rc = proposal_progress(sink, a.file.size, a.file.size, err);
    source_array_close(&a);
    return rc;
}
