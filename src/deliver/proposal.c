#include "proposal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "odus/form/ids.h"
#include "source_text.h"

enum {
    ID_MAX = 200,
    SHORT_MAX = 200,
    LONG_MAX = 10000,
    NAME_CHARS = 120,
    HELPERS_MAX = 20,
    NAME_MAX_HERE = 64
};

/* Of the rows' ids: what a source calls its performances, in a namespace of our own. */
#define ROW_NAMESPACE "6f1d7c52-94b1-5a0e-8d3c-2b7f0e5a9c41"

/* --- life ------------------------------------------------------------------------ */

/* An identifier travels in records: one beyond reason is replaced by its hash. */
static char *fit_id(struct view id)
{
    char hash[HASH_128_TEXT];
    struct buf clean;

    if (id.n > ID_MAX) {
        hash_blake2b128(&id, 1, hash);
        return xstrdup(hash);
    }
    buf_init(&clean, 0);
    utf8_clean(view_trim(id), 0, &clean);
    return buf_take(&clean);
}

void proposal_init(struct proposal *p, const struct source_options *opt,
        const char *system, struct view id, const char *place)
{
    *p = (struct proposal){.opt = opt,
            .source = json_new_object(),
            .body = json_new_object(),
            .notes = json_new_array(),
            .left = json_new_object(),
            .id = fit_id(id)};
    json_set_text(p->source, "systeme", system);
    json_set_text(p->source, "valeur", p->id);
    json_set_text(p->source, "place", place);
}

void proposal_release(struct proposal *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->nrows; i++)
        json_free(p->rows[i].json);
    free(p->rows);
    free(p->id);
    json_free(p->source);
    json_free(p->body);
    json_free(p->notes);
    json_free(p->left);
    *p = (struct proposal){0};
}

/* --- notes and what is left ------------------------------------------------------- */

/* Each performance may have the same to say. */
static bool is_noted(const struct proposal *p, const struct json *note)
{
    for (size_t i = 0; i < json_len(p->notes); i++)
        if (json_same(json_at(p->notes, i), note))
            return true;
    return false;
}

void proposal_note_(struct proposal *p, const char *kind, const char *field,
        const char *const *id_and_args)
{
    struct json *note = json_new_object(), *args = json_new_array();

    json_set_text(note, "kind", kind);
    json_set_text(note, "field", field);
    json_set_text(note, "message", *id_and_args);
    while (*++id_and_args) {
        struct buf clean;

        buf_init(&clean, 0);
        text_cut(view_of(*id_and_args), ERR_ARG_MAX / 2, &clean);
        json_push_take(args, json_text(buf_view(&clean)));
        buf_release(&clean);
    }
    json_set_take(note, "args", args);
    if (json_len(p->notes) >= PROPOSAL_NOTES_MAX || is_noted(p, note))
        json_free(note);
    else
        json_push_take(p->notes, note);
}

static void left_is_full(struct proposal *p)
{
    if (!p->left_full)
        proposal_note(p, "cut", "", N_("more was left over than is kept"));
    p->left_full = true;
}

void proposal_left(struct proposal *p, const char *name, struct view text)
{
    const char *before;
    struct buf all;

    text = view_trim(text);
    if (text.n == 0)
        return;
    if (p->left_bytes + strlen(name) + text.n + 1 > PROPOSAL_LEFT_MAX) {
        left_is_full(p);
        return;
    }
    p->left_bytes += strlen(name) + text.n + 1;
    before = json_get_text(p->left, name);
    buf_init(&all, 0);
    if (before)
        buf_addf(&all, "%s\n", before);
    utf8_clean(text, UTF8_KEEP_NEWLINE, &all);
    json_set_take(p->left, name, json_text(buf_view(&all)));
    buf_release(&all);
}

/* --- members of the body ---------------------------------------------------------- */

/* The object that holds the last part of PATH, which goes to RET_NAME. MAKE: objects on
 * the way are made; else NULL when there is none. */
static struct json *holder(const struct proposal *p, const char *path, bool make,
        char ret_name[NAME_MAX_HERE])
{
    struct view rest = view_of(path), part;
    struct json *at = p->body;

    while (view_next(&rest, '.', &part)) {
        snprintf(ret_name, NAME_MAX_HERE, "%.*s", (int)part.n, part.p);
        if (rest.n == 0)
            break;
        if (make && json_kind(json_get(at, ret_name)) != JSON_KIND_OBJECT)
            json_set_take(at, ret_name, json_new_object());
        at = json_get(at, ret_name);
    }
    return at;
}

void proposal_set(struct proposal *p, const char *path, struct json *val)
{
    char name[NAME_MAX_HERE] = "";
    struct json *at = holder(p, path, true, name);

    json_set_take(at, name, val);
}

struct json *proposal_get(const struct proposal *p, const char *path)
{
    char name[NAME_MAX_HERE] = "";
    struct json *at = holder(p, path, false, name);

    return at ? json_get(at, name) : NULL;
}

void proposal_push(struct proposal *p, const char *path, struct json *val)
{
    if (!proposal_get(p, path))
        proposal_set(p, path, json_new_array());
    json_push_take(proposal_get(p, path), val);
}

void proposal_helper(struct proposal *p, struct view name)
{
    struct json *who = json_new_object();
    struct buf clean, cut;

    buf_init(&clean, 0);
    buf_init(&cut, 0);
    utf8_clean(view_trim(name), 0, &clean);
    text_cut(buf_view(&clean), NAME_CHARS, &cut);
    json_set_take(who, "nom", json_text(buf_view(&cut)));
    if (cut.len && json_len(proposal_get(p, "coorganisateurs")) < HELPERS_MAX) {
        proposal_push(p, "coorganisateurs", who);
    } else {
        proposal_left(p, "coorganisateurs", name);
        json_free(who);
    }
    buf_release(&clean);
    buf_release(&cut);
}

bool proposal_put(
        struct proposal *p, const char *path, struct view text, size_t max, bool lines)
{
    struct buf clean, cut;
    bool blank;

    buf_init(&clean, SOURCE_EVENT_MAX);
    buf_init(&cut, 0);
    utf8_clean(text, lines ? UTF8_KEEP_NEWLINE : 0, &clean);
    if (text_cut(view_trim(buf_view(&clean)), max, &cut)) {
        proposal_note(p, "cut", path, N_("the text is longer than the field"));
        proposal_left(p, path, text);
    }
    blank = cut.len == 0;
    if (!blank)
        proposal_set(p, path, json_text(buf_view(&cut)));
    buf_release(&clean);
    buf_release(&cut);
    return !blank;
}

/* What fits on one line is what the list shows; more is for the page. */
void proposal_describe(struct proposal *p, struct view text, const char *lang)
{
    char path[NAME_MAX_HERE];
    bool is_short;

    text = view_trim(text);
    is_short = utf8_count(text) <= SHORT_MAX && text.n && !memchr(text.p, '\n', text.n);
    snprintf(
            path, sizeof(path), "%s.%.8s", is_short ? "accroche" : "description", lang);
    proposal_put(p, path, text, is_short ? SHORT_MAX : LONG_MAX, !is_short);
}

static void put_degrees(struct proposal *p, const char *path, double degrees)
{
    char text[32];
    size_t n = (size_t)snprintf(text, sizeof(text), "%.6f", degrees);

    while (text[n - 1] == '0' && text[n - 2] != '.')
        n--;
    proposal_set(p, path, json_text((struct view){text, n}));
}

void proposal_point(struct proposal *p, double lat, double lon)
{
    if (!(fabs(lat) <= 90 && fabs(lon) <= 180) || (lat == 0 && lon == 0)) {
        proposal_note(p, "lost", "lieu.lat", N_("the coordinates are no place"));
        return;
    }
    put_degrees(p, "lieu.lat", lat);
    put_degrees(p, "lieu.lon", lon);
}

void proposal_url(struct proposal *p, const char *path, struct view text)
{
    struct buf url;

    text = view_trim(text);
    if (text.n == 0)
        return;
    buf_init(&url, 0);
    source_unescape(text, &url); /* many were taken out of a page as they stood */
    if (ids_url_ok(buf_view(&url))) {
        proposal_set(p, path, json_text(buf_view(&url)));
    } else {
        proposal_note(p, "lost", path, N_("this is no web address"));
        proposal_left(p, path, text);
    }
    buf_release(&url);
}

/* --- performances ----------------------------------------------------------------- */

static void row_id(const struct proposal *p, struct view key, char out[UUID_TEXT])
{
    struct buf name;

    if (uuid_valid(key)) {
        memcpy(out, key.p, key.n);
        out[key.n] = '\0';
        return;
    }
    buf_init(&name, 0);
    buf_addf(&name, "%s\n%s\n", json_get_text(p->source, "systeme"), p->id);
    buf_addv(&name, key);
    uuid_v5(ROW_NAMESPACE, buf_view(&name), out);
    buf_release(&name);
}

static void set_moment(struct json *row, const char *name, const struct moment *m)
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(m, text);
    json_set_text(row, name, text);
}

static struct json *row_json(struct proposal *p, const struct slot *slot)
{
    struct json *row = json_new_object();
    char id[UUID_TEXT];

    row_id(p, slot->key, id);
    json_set_text(row, "id", id);
    set_moment(row, "debut", &slot->start);
    if (*slot->end.zone)
        set_moment(row, "fin", &slot->end);
    if (*slot->before.zone)
        set_moment(row, "debut_initial", &slot->before);
    json_set_text(row, "statut", slot->status ? slot->status : "confirme");
    if (slot->place)
        json_set_take(row, "lieu", json_dup(slot->place));
    if (slot->note.n) {
        struct json *texts = json_new_object();
        struct buf clean, cut;

        buf_init(&clean, 0);
        buf_init(&cut, 0);
        utf8_clean(slot->note, 0, &clean);
        if (text_cut(buf_view(&clean), 120, &cut))
            proposal_left(p, "seances.note_horaire", slot->note);
        json_set_take(texts, "fr", json_text(buf_view(&cut)));
        json_set_take(row, "note_horaire", texts);
        buf_release(&clean);
        buf_release(&cut);
    }
    return row;
}

void proposal_slot(struct proposal *p, const struct slot *slot)
{
    if (slot->start.days < p->opt->from || slot->start.days > p->opt->until) {
        p->outside++;
        return;
    }
    if (p->nrows == SOURCE_OCCURRENCES_MAX) {
        p->beyond++;
        return;
    }
    p->rows = mem_grow(p->rows, p->nrows, &p->cap, sizeof(*p->rows));
    p->rows[p->nrows++] = (struct row){slot->start, row_json(p, slot)};
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = moment_cmp(&x->start, &y->start);

    return order ? order
                 : strcmp(json_get_text(x->json, "id"), json_get_text(y->json, "id"));
}

static void take_rows(struct proposal *p)
{
    struct json *array = json_new_array();
    int twice = 0;

    if (p->nrows)
        qsort(p->rows, p->nrows, sizeof(*p->rows), compare_rows);
    for (size_t i = 0; i < p->nrows; i++)
        if (i && moment_cmp(&p->rows[i - 1].start, &p->rows[i].start) == 0) {
            json_free(p->rows[i].json);
            twice++;
        } else {
            json_push_take(array, p->rows[i].json);
        }
    p->nrows = 0;
    json_set_take(p->body, "seances", array);
    if (twice)
        proposal_note(
                p, "lost", "seances", N_("the same time stands in it several times"));
}

/* --- the end ---------------------------------------------------------------------- */

static void note_days(
        struct proposal *p, const char *kind, const char *message, int count)
{
    char number[16];

    snprintf(number, sizeof(number), "%d", count);
    if (count)
        proposal_note(p, kind, "seances", message, number);
}

static void finish(struct proposal *p)
{
    note_days(p, "lost",
            N_("performances left out, before or after the days asked for: %1$s"),
            p->outside);
    note_days(p, "cut", N_("performances left out, more than an event can have: %1$s"),
            p->beyond);
    take_rows(p);
}

static int out_of_days(const struct proposal *p, struct err *why)
{
    char from[DATE_ISO_SIZE], until[DATE_ISO_SIZE];

    date_iso(p->opt->from, from);
    date_iso(p->opt->until, until);
    return err_set(why, ERR_INVALID, N_("none of its dates lies between %1$s and %2$s"),
            from, until);
}

static struct json *whole(struct proposal *p)
{
    struct json *all = json_new_object();

    json_set_take(all, "source", json_retain(p->source));
    json_set_take(all, "body", json_retain(p->body));
    json_set_take(all, "notes", json_retain(p->notes));
    json_set_take(all, "left", json_retain(p->left));
    return all;
}

static bool fits(const struct json *all)
{
    struct buf text;
    bool ok;

    buf_init(&text, PROPOSAL_MAX);
    json_canonical(all, &text);
    ok = !text.full;
    buf_release(&text);
    return ok;
}

static int stopped(bool go_on, struct err *err)
{
    return go_on ? 0 : err_set(err, ERR_STOPPED, N_("stopped"));
}

int proposal_refuse(const struct source_sink *sink, const char *place,
        const struct err *why, struct err *err)
{
    return stopped(sink->refused(sink->ctx, place, why), err);
}

int proposal_progress(
        const struct source_sink *sink, int64_t bytes, int64_t total, struct err *err)
{
    return stopped(sink->progress(sink->ctx, bytes, total), err);
}

int proposal_give(struct proposal *p, const struct source_sink *sink, struct err *err)
{
    const char *place = json_get_text(p->source, "place");
    struct err why = {0};
    struct json *all;

    finish(p);
    if (json_len(json_get(p->body, "seances")) == 0) {
        out_of_days(p, &why);
        return proposal_refuse(sink, place, &why, err);
    }
    all = whole(p);
    if (!fits(all)) {
        json_free(all);
        err_set(&why, ERR_LIMIT, N_("the event is larger than 1 MiB"));
        return proposal_refuse(sink, place, &why, err);
    }
    return stopped(sink->proposal(sink->ctx, all), err);
}
