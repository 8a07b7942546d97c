/*
 * Finders over the index (R-DUP, R-DAT5): the record nearly there already, another
 * event in the same place or town at the same time. They look at few rows: those of a
 * day and its neighbours, or those that share a beginning of a word.
 */
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/moment.h"
#include "odus/base/utf8.h"
#include "forms_priv.h"
#include "search_priv.h"

enum {
    CANDIDATES_MAX = 400,
    SCAN_MAX = 100,   /* rows that are sooner read than found by their words */
    STEM_LETTERS = 4, /* a typing mistake in a word is mostly behind these */
    MARGIN_MIN = 60,  /* between two events in one place */
    USUAL_MIN = 120,  /* of an event whose end is not said */
    DAY_MIN = 24 * 60,
};

#define NEAR_ENOUGH 0.15

/* --- near duplicates -------------------------------------------------------------- */

struct duplicate {
    struct forms *forms;
    const char *self, *type, *name, *commune;
    struct view stems[WORDS_MAX]; /* some word of the title begins with one of them */
    size_t nstems;
    struct buf query;  /* of FTS5, for the same and the town */
    int64_t low, high; /* ids of occurrences */
};

/* Those of the words of the name; of short ones only where all are. */
static void set_stems(struct duplicate *d, const struct words *name)
{
    for (int shortest = 3; shortest >= 0 && !d->nstems; shortest -= 3) {
        for (size_t i = 0; i < name->n; i++) {
            struct view s = word_stem(name->at[i], STEM_LETTERS);

            if (s.n >= (size_t)shortest)
                d->stems[d->nstems++] = s;
        }
    }
}

static void add_stems(struct duplicate *d)
{
    for (size_t i = 0; i < d->nstems; i++) {
        buf_adds(&d->query, i ? " OR \"" : "{title} : (\"");
        buf_addv(&d->query, d->stems[i]);
        buf_adds(&d->query, "\"*");
    }
    buf_addc(&d->query, ')');
}

static bool begins_alike(const struct duplicate *d, struct view word)
{
    for (size_t i = 0; i < d->nstems; i++)
        if (word.n >= d->stems[i].n &&
                memcmp(word.p, d->stems[i].p, d->stems[i].n) == 0)
            return true;
    return false;
}

/* What the query finds by the index, of a title at hand. */
static bool has_stem(const struct duplicate *d, const char *title)
{
    struct words words;
    bool has = false;

    words_init(&words, title);
    for (size_t i = 0; i < words.n && !has; i++)
        has = begins_alike(d, words.at[i]);
    words_release(&words);
    return has;
}

/* The form whose records say in which town things are: TYPE's own, or its places'. */
static const struct form *form_with_town(struct forms *forms, const struct form *form)
{
    if (form_field_find(form, VIEW_LIT(FIELD_TOWN)) >= 0)
        return form;
    if (form->place < 0 || !form->fields[form->place].targets ||
            forms_get(forms, form->fields[form->place].targets[0], &form, NULL, NULL) <
                    0)
        return NULL;
    return form_field_find(form, VIEW_LIT(FIELD_TOWN)) >= 0 ? form : NULL;
}

/* The words of the town's name, as far as the list knows the commune. */
static void add_town(struct duplicate *d, const struct form *type)
{
    const struct form *form = form_with_town(d->forms, type);
    struct buf label;
    struct words words;
    int field;

    if (!form)
        return;
    field = form_field_find(form, VIEW_LIT(FIELD_TOWN));
    buf_init(&label, 0);
    forms_label(d->forms, form, form->fields[field].list, d->commune, form->langs[0],
            &label);
    words_init(&words, label.s);
    if (strcmp(label.s, d->commune) != 0)
        words_query_whole(&words, "{town}", &d->query);
    words_release(&words);
    buf_release(&label);
}

/* The days to look at: those round DAY; all, or for an undated type the undated. */
static void set_days(struct duplicate *d, const struct form *form, const char *day)
{
    int32_t days;

    d->low = INT64_MIN;
    d->high = INT64_MAX;
    if (day && date_iso_parse(view_of(day), &days) == 0) {
        d->low = index_day_id(days - 1);
        d->high = index_day_id(days + 2) - 1;
    } else if (form && form->dates < 0) {
        d->low = 0;
        d->high = index_day_id(1) - 1;
    }
}

/* A dated record has its town from its place. */
static bool same_commune(const struct duplicate *d, const char *uid, const char *place)
{
    struct buf commune;
    bool same;

    if (!d->commune)
        return true;
    buf_init(&commune, 0);
    if (!linked_value(d->forms, uid, FIELD_TOWN, &commune))
        (void)linked_value(d->forms, place, FIELD_TOWN, &commune);
    same = strcmp(commune.s, d->commune) == 0;
    buf_release(&commune);
    return same;
}

static bool is_duplicate(const struct duplicate *d, bool revision, struct stmt *st)
{
    const char *uid = stmt_text(st, 0).p, *title = stmt_text(st, 1).p;

    if (!title || strcmp(uid, d->self) == 0 || !has_stem(d, title) ||
            utf8_distance(title, d->name) > NEAR_ENOUGH)
        return false;
    if (revision && search_has_draft(d->forms->store, view_of(uid)))
        return false;
    return same_commune(d, uid, stmt_text(st, 2).p);
}

static struct stmt *rows_by_words(struct db *db, const struct duplicate *d)
{
    return db_query(db,
            "select e.uid, e.title, coalesce(o.place, e.place) from occurrence_fts"
            " cross join occurrence o on o.id = occurrence_fts.rowid"
            " cross join entry e on e.id = o.entry"
            " where occurrence_fts match ?1 and occurrence_fts.rowid between ?2 and ?3"
            " and o.type = ?4 and o.status <> 'supprime'"
            " order by occurrence_fts.rowid limit ?5",
            bind_view(buf_view(&d->query)), bind_int(d->low), bind_int(d->high),
            bind_text(d->type), bind_int(CANDIDATES_MAX));
}

static struct stmt *rows_by_day(struct db *db, const struct duplicate *d)
{
    return db_query(db,
            "select e.uid, e.title, coalesce(o.place, e.place) from occurrence o"
            " cross join entry e on e.id = o.entry where o.id between ?1 and ?2"
            " and o.type = ?3 and o.status <> 'supprime' order by o.id",
            bind_int(d->low), bind_int(d->high), bind_text(d->type));
}

/* A day has few events; its rows are read in a tenth of the time the words take. */
static bool few_rows(struct db *db, const struct duplicate *d)
{
    int64_t n = 0;

    return db_int(db, NULL, &n,
                   "select count(*) from (select 1 from occurrence"
                   " where id between ?1 and ?2 limit ?3)",
                   bind_int(d->low), bind_int(d->high), bind_int(SCAN_MAX + 1)) == 0 &&
           n <= SCAN_MAX;
}

static bool find_in(const struct duplicate *d, struct db *db, struct buf *out)
{
    bool revision = db == d->forms->store->data, found = false;
    struct stmt *st = few_rows(db, d) ? rows_by_day(db, d) : rows_by_words(db, d);

    while (!found && stmt_step(st, NULL) > 0) {
        found = is_duplicate(d, revision, st);
        if (found)
            buf_addv(out, stmt_text(st, 1));
    }
    if (found)
        stmt_reset(st);
    return found;
}

bool find_near_duplicate(struct forms *forms, const char *const *args, struct buf *out)
{
    struct duplicate d = {.forms = forms,
            .self = args[0] ? args[0] : "",
            .type = args[1],
            .name = args[2],
            .commune = args[3]};
    const struct form *form = NULL;
    struct words words;
    bool found = false;

    if (!d.type || !d.name)
        return false;
    if (forms_get(forms, d.type, &form, NULL, NULL) < 0)
        form = NULL;
    buf_init(&d.query, 0);
    words_init(&words, d.name);
    set_stems(&d, &words);
    if (d.nstems) {
        add_stems(&d);
        if (d.commune && form)
            add_town(&d, form);
        set_days(&d, form, args[4]);
        found = find_in(&d, forms->store->drafts, out) ||
                find_in(&d, forms->store->data, out);
    }
    words_release(&words);
    buf_release(&d.query);
    return found;
}

/* --- clashes ---------------------------------------------------------------------- */

/* A time span in minutes of wall time since 1970-01-01; the zones of one territory
 * agree. */
struct span {
    int64_t from, to;
};

struct clash {
    struct forms *forms;
    const char *self;
    struct span span;
    int margin;
    const char *place, *organiser;   /* of a venue's clash */
    const char *commune, *audiences; /* of a town's clash */
};

static bool span_read(const char *start, const char *end, struct span *ret)
{
    struct moment from, to;

    if (!start || moment_parse(view_of(start), FORMS_ZONE, &from, NULL) < 0 ||
            from.minutes == MOMENT_NO_HOUR)
        return false;
    ret->from = (int64_t)from.days * DAY_MIN + from.minutes;
    ret->to = ret->from + USUAL_MIN;
    if (end && moment_parse(view_of(end), FORMS_ZONE, &to, NULL) == 0 &&
            to.minutes != MOMENT_NO_HOUR)
        ret->to = (int64_t)to.days * DAY_MIN + to.minutes;
    return true;
}

static bool overlap(const struct clash *c, struct span other)
{
    return other.from < c->span.to + c->margin && c->span.from < other.to + c->margin;
}

enum {
    ROW_ID,
    ROW_START,
    ROW_END,
    ROW_COUNT,
    ROW_UID,
    ROW_PLACE,
    ROW_ORGANISER,
    ROW_TITLE,
    ROW_ORGANISER_NAME
};

/* The events in the days that the span may reach, those of the whole region. */
static struct stmt *rows_near(struct db *db, const struct clash *c)
{
    int32_t day = (int32_t)(c->span.from / DAY_MIN);

    return db_query(db,
            "select o.id, o.start_min, o.end_min, o.count, e.uid, o.place, e.organiser,"
            " e.title, e.organiser_name from occurrence o"
            " cross join entry e on e.id = o.entry"
            " where o.id >= ?1 and o.id < ?2 and (?3 is null or o.place = ?3)"
            " and o.start_min >= 0 and not o.cancelled and o.status <> 'supprime'"
            " and e.uid <> ?4 order by o.id",
            bind_int(index_day_id(day - 1)), bind_int(index_day_id(day + 2)),
            bind_text(c->place), bind_text(c->self));
}

static struct span row_span(struct stmt *st)
{
    int64_t day = index_id_day(stmt_int(st, ROW_ID));
    int64_t start = stmt_int(st, ROW_START), end = stmt_int(st, ROW_END);

    return (struct span){day * DAY_MIN + start,
            day * DAY_MIN + (end > start ? end : start + USUAL_MIN)};
}

/* One row of the index stands for several séances of a day: look at each. */
static bool some_row_overlaps(
        const struct clash *c, const struct form *form, const struct json *rows)
{
    const char *start = form->fields[form->dates].key;
    const char *end = form->ends < 0 ? "" : form->fields[form->ends].key;
    const char *place = form->place < 0 ? "" : form->fields[form->place].key;

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i);
        const char *own = json_get_text(row, place);
        struct span span;

        if (c->place && own && strcmp(own, c->place) != 0)
            continue;
        if (span_read(json_get_text(row, start), json_get_text(row, end), &span) &&
                overlap(c, span))
            return true;
    }
    return false;
}

static bool body_overlaps(const struct clash *c, const char *uid)
{
    const struct linked *l = linked_get(c->forms, uid);
    const struct form *form;
    const struct form_table *table;

    if (!l || forms_get(c->forms, l->type, &form, NULL, NULL) < 0 || form->dates < 0)
        return true;
    table = &form->tables[form_frame(form, form->dates)];
    if (table->kind != FORM_REPEAT || strchr(table->path, '.'))
        return true;
    return some_row_overlaps(c, form, json_get(linked_body(l), table->path));
}

static bool has_line(const char *lines, struct view wanted)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");

        if (view_eq((struct view){lines, n}, wanted))
            return true;
        lines += n + (lines[n] == '\n');
    }
    return false;
}

static bool share_audience(const struct clash *c, const char *uid)
{
    const char *ours = c->audiences;
    struct buf theirs;
    bool common = false;

    buf_init(&theirs, 0);
    (void)linked_value(c->forms, uid, FIELD_AUDIENCE, &theirs);
    while (*ours && !common) {
        size_t n = strcspn(ours, "\n");

        common = has_line(theirs.s, (struct view){ours, n});
        ours += n + (ours[n] == '\n');
    }
    buf_release(&theirs);
    return common;
}

static bool same_town(const struct clash *c, const char *place)
{
    struct buf commune;
    bool same;

    buf_init(&commune, 0);
    same = linked_value(c->forms, place, FIELD_TOWN, &commune) &&
           strcmp(commune.s, c->commune) == 0;
    buf_release(&commune);
    return same;
}

static bool clashes(const struct clash *c, bool revision, struct stmt *st)
{
    const char *uid = stmt_text(st, ROW_UID).p;
    const char *organiser = stmt_text(st, ROW_ORGANISER).p;

    if (!overlap(c, row_span(st)))
        return false;
    if (c->organiser && organiser && strcmp(organiser, c->organiser) == 0)
        return false;
    if (revision && search_has_draft(c->forms->store, view_of(uid)))
        return false;
    if (c->commune &&
            (!same_town(c, stmt_text(st, ROW_PLACE).p) || !share_audience(c, uid)))
        return false;
    return stmt_int(st, ROW_COUNT) <= 1 || body_overlaps(c, uid);
}

static bool find_clash_in(const struct clash *c, struct db *db, struct buf *out)
{
    bool revision = db == c->forms->store->data, found = false;
    struct stmt *st = rows_near(db, c);
    struct view organiser;

    while (!found && stmt_step(st, NULL) > 0)
        found = clashes(c, revision, st);
    if (!found)
        return false;
    organiser = stmt_text(st, ROW_ORGANISER_NAME);
    buf_addv(out, stmt_text(st, ROW_TITLE));
    if (organiser.n)
        buf_addf(out, " (%s)", organiser.p);
    stmt_reset(st);
    return true;
}

static bool find_clash(const struct clash *c, struct buf *out)
{
    return find_clash_in(c, c->forms->store->drafts, out) ||
           find_clash_in(c, c->forms->store->data, out);
}

bool find_venue_clash(struct forms *forms, const char *const *args, struct buf *out)
{
    struct clash c = {.forms = forms,
            .self = args[0] ? args[0] : "",
            .place = args[1],
            .organiser = args[4],
            .margin = MARGIN_MIN};

    return c.place && span_read(args[2], args[3], &c.span) && find_clash(&c, out);
}

bool find_town_clash(struct forms *forms, const char *const *args, struct buf *out)
{
    struct clash c = {.forms = forms,
            .self = args[0] ? args[0] : "",
            .commune = args[1],
            .audiences = args[4]};

    return c.commune && c.audiences && span_read(args[2], args[3], &c.span) &&
           find_clash(&c, out);
}
