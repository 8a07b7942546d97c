/* Choices for pickers: venues and structures among tens of thousands. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/utf8.h"
#include "search_priv.h"

enum {
    USED_MAX = 64,     /* choices remembered as recent */
    MATCHES_MAX = 400, /* rows found by words that are ranked */
    LOOKED_MAX = 4000, /* rows that are looked at to find them */
};

#define UNDATED_END ((int64_t)1 << INDEX_DAY_BITS)

struct candidate {
    int64_t entry;
    bool draft;        /* which database the entry is in */
    bool exact, start; /* the title begins with the words, as whole words or not */
    int used;          /* place among the recent ones, USED_MAX when not there */
    char *sort;        /* folded title */
};

struct picking {
    struct store *store;
    char *const *types;
    struct words words;
    struct candidate *items;
    size_t n, cap;
    size_t limit;
    bool any_draft;
};

static struct db *db_of(const struct picking *p, bool draft)
{
    return draft ? p->store->drafts : p->store->data;
}

/* --- gathering -------------------------------------------------------------------- */

#define COLUMNS "select e.id, e.uid, e.title, e.sort, e.type"

/* Behind these where the words are looked at: putting them together costs as much as
 * finding the row. */
#define AND_WORDS                                                                      \
    ", coalesce(e.title, '') || ' ' || coalesce(e.place_name, '') || ' '"              \
    " || coalesce(e.town, '') || ' ' || coalesce(e.organiser_name, '') || ' '"         \
    " || coalesce(e.text, '')"

enum { COL_ID, COL_UID, COL_TITLE, COL_SORT, COL_TYPE, COL_WORDS };

/* Whether every word is in the row under ST. */
static bool words_match(const struct picking *p, struct stmt *st)
{
    struct buf fold;
    bool match;

    buf_init(&fold, 0);
    utf8_fold(facet_cut(stmt_text(st, COL_WORDS)), &fold);
    match = utf8_match(buf_view(&fold), buf_view(&p->words.folded));
    buf_release(&fold);
    return match;
}

static bool is_known(const struct picking *p, int64_t entry, bool draft)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i].entry == entry && p->items[i].draft == draft)
            return true;
    return false;
}

/* Undated entries have their folded title in the index. */
static char *sort_of(struct stmt *st)
{
    struct buf sort;

    if (!stmt_is_null(st, COL_SORT))
        return stmt_dup(st, COL_SORT);
    buf_init(&sort, 0);
    utf8_fold(stmt_text(st, COL_TITLE), &sort);
    return buf_take(&sort);
}

/* The row under ST becomes a candidate, unless it is one or has a draft. */
static void take(struct picking *p, struct stmt *st, bool draft, int used)
{
    struct view words = buf_view(&p->words.folded);
    struct candidate c = {.entry = stmt_int(st, COL_ID), .draft = draft, .used = used};

    if (is_known(p, c.entry, draft))
        return;
    if (!draft && p->any_draft && search_has_draft(p->store, stmt_text(st, COL_UID)))
        return;
    c.sort = sort_of(st);
    c.start = words.n && strncmp(c.sort, words.p, words.n) == 0;
    c.exact = c.start && (c.sort[words.n] == ' ' || c.sort[words.n] == '\0');
    p->items = mem_grow(p->items, p->n, &p->cap, sizeof(*p->items));
    p->items[p->n++] = c;
}

static int take_all(struct picking *p, struct stmt *st, bool draft, struct err *err)
{
    int rc;

    while ((rc = stmt_step(st, err)) > 0)
        take(p, st, draft, USED_MAX);
    return rc;
}

/* Titles that begin with the words, in their order; all titles where there are none. */
static int take_starts(struct picking *p, bool draft, const char *type, struct err *err)
{
    const char *from = p->words.folded.s;
    char *to = xasprintf("%s\xF4\x8F\xBF\xBF", from);
    struct stmt *st = db_query(db_of(p, draft),
            COLUMNS " from entry e where e.type = ?1 and e.sort >= ?2 and e.sort < ?3"
                    " and e.status <> 'supprime' order by e.sort limit ?4",
            bind_text(type), bind_text(from), bind_text(to),
            bind_int((int64_t)p->limit));
    int rc = take_all(p, st, draft, err);

    free(to);
    return rc;
}

/* Rows that have the beginnings of the words: enough of those that have the words. */
static int take_some(
        struct picking *p, struct stmt *st, bool draft, bool look, struct err *err)
{
    size_t end = p->n + MATCHES_MAX;
    int rc;

    while ((rc = stmt_step(st, err)) > 0 && p->n < end)
        if (!look || words_match(p, st))
            take(p, st, draft, USED_MAX);
    if (rc > 0)
        stmt_reset(st);
    return rc < 0 ? rc : 0;
}

#define FOUND                                                                          \
    " from occurrence_fts cross join occurrence o on o.id = occurrence_fts.rowid"      \
    " cross join entry e on e.id = o.entry where occurrence_fts match ?1"              \
    " and o.type = ?2 and occurrence_fts.rowid between ?3 and ?4"                      \
    " and o.status <> 'supprime' order by occurrence_fts.rowid"

/*
 * Those where every word is found somewhere; of the dated the last in time first, as
 * only the first ones are ranked.
 */
static int take_matches(
        struct picking *p, bool draft, const char *type, bool dated, struct err *err)
{
    struct buf query, sql;
    struct stmt *st;
    bool look;
    int rc;

    buf_init(&query, 0);
    look = words_query_stems(&p->words, &query);
    buf_init(&sql, 0);
    buf_addf(&sql, COLUMNS "%s" FOUND "%s limit ?5", look ? AND_WORDS : "",
            dated ? " desc" : "");
    st = db_query(db_of(p, draft), sql.s, bind_view(buf_view(&query)), bind_text(type),
            bind_int(dated ? UNDATED_END : 0),
            bind_int(dated ? INT64_MAX : UNDATED_END - 1), bind_int(LOOKED_MAX));
    rc = take_some(p, st, draft, look, err);
    buf_release(&query);
    buf_release(&sql);
    return rc;
}

/* Dated records (an event can be part of another) without words: the last in time. */
static int take_last(struct picking *p, bool draft, const char *type, struct err *err)
{
    return take_all(p,
            db_query(db_of(p, draft),
                    COLUMNS
                    " from occurrence o cross join entry e on e.id = o.entry"
                    " where o.type = ?1 and o.id >= ?2 and o.status <> 'supprime'"
                    " order by o.id desc limit ?3",
                    bind_text(type), bind_int(UNDATED_END),
                    bind_int((int64_t)p->limit)),
            draft, err);
}

static bool any_dated(const struct picking *p, bool draft, const char *type)
{
    int64_t any = 0;

    return db_int(db_of(p, draft), NULL, &any,
                   "select 1 from occurrence where type = ?1 and id >= ?2 limit 1",
                   bind_text(type), bind_int(UNDATED_END)) == 0;
}

static int gather(struct picking *p, bool draft, const char *type, struct err *err)
{
    size_t before = p->n;
    int rc = take_starts(p, draft, type, err);

    if (rc || p->n - before >= p->limit)
        return rc;
    if (p->words.n)
        rc = take_matches(p, draft, type, false, err);
    if (rc || !any_dated(p, draft, type))
        return rc;
    if (p->words.n)
        return take_matches(p, draft, type, true, err);
    return take_last(p, draft, type, err);
}

/* --- recent choices --------------------------------------------------------------- */

static bool is_type(const struct picking *p, struct view type)
{
    for (char *const *t = p->types; *t; t++)
        if (view_is(type, *t))
            return true;
    return false;
}

static int take_recent_one(
        struct picking *p, bool draft, struct view uid, int used, struct err *err)
{
    struct stmt *st = db_query(db_of(p, draft),
            COLUMNS AND_WORDS
            " from entry e where e.uid = ?1 and e.status <> 'supprime'"
            " and exists (select 1 from occurrence o where o.entry = e.id)",
            bind_view(uid));
    int rc = stmt_step(st, err);

    if (rc <= 0)
        return rc;
    if (is_type(p, stmt_text(st, COL_TYPE)) && words_match(p, st))
        take(p, st, draft, used);
    stmt_reset(st);
    return 0;
}

/* They come first, also where they would not be among the first matches. */
static int take_recent(struct picking *p, struct err *err)
{
    struct stmt *st = db_query(p->store->drafts,
            "select uid from used order by at_ms desc, n desc limit ?1",
            bind_int(USED_MAX));
    int used = 0, rc;

    while ((rc = stmt_step(st, err)) > 0) {
        struct view uid = stmt_text(st, 0);

        rc = take_recent_one(p, false, uid, used, err);
        if (rc == 0 && p->any_draft)
            rc = take_recent_one(p, true, uid, used, err);
        if (rc) {
            stmt_reset(st);
            return rc;
        }
        used++;
    }
    return rc;
}

/* --- ranking ---------------------------------------------------------------------- */

static int better(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;

    if (a->exact != b->exact)
        return b->exact - a->exact;
    if (a->used != b->used)
        return a->used - b->used;
    if (a->start != b->start)
        return b->start - a->start;
    return strcmp(a->sort, b->sort);
}

static bool read_choice(
        const struct picking *p, const struct candidate *c, struct choice *ret)
{
    struct stmt *st = db_query(db_of(p, c->draft),
            "select uid, title, coalesce(nullif(subtitle, ''), town) from entry"
            " where id = ?1",
            bind_int(c->entry));

    if (stmt_step(st, NULL) <= 0)
        return false;
    *ret = (struct choice){
            .id = stmt_dup(st, 0),
            .label = view_dup(stmt_text(st, 1)),
            .detail = stmt_dup(st, 2),
            .draft = c->draft,
    };
    stmt_reset(st);
    return true;
}

static int rank(struct picking *p, struct choice *ret, size_t limit)
{
    size_t n = 0;

    if (p->n)
        qsort(p->items, p->n, sizeof(*p->items), better);
    for (size_t i = 0; i < p->n && n < limit; i++)
        n += read_choice(p, &p->items[i], &ret[n]);
    return (int)n;
}

/* --- the whole -------------------------------------------------------------------- */

static void end_reading(struct db *db)
{
    /* Nothing was written; a transaction round this one hears of failures itself. */
    int rc = db_commit(db, NULL);

    (void)rc;
}

static int pick(struct picking *p, struct choice *ret, size_t limit, struct err *err)
{
    int rc;

    p->any_draft = search_any_draft(p->store);
    rc = take_recent(p, err);
    for (char *const *t = p->types; rc == 0 && *t; t++) {
        rc = gather(p, false, *t, err);
        if (rc == 0 && p->any_draft)
            rc = gather(p, true, *t, err);
    }
    return rc ? rc : rank(p, ret, limit);
}

/* Some hundred small statements: in one transaction they lock the files once. */
static int pick_at_once(
        struct picking *p, struct choice *ret, size_t limit, struct err *err)
{
    struct store *store = p->store;
    int rc = db_begin_read(store->data, err);

    if (rc)
        return rc;
    rc = db_begin_read(store->drafts, err);
    if (rc == 0) {
        rc = pick(p, ret, limit, err);
        end_reading(store->drafts);
    }
    end_reading(store->data);
    return rc;
}

int search_choices(struct store *store, char *const *types, const char *words,
        struct choice *ret, size_t limit, struct err *err)
{
    struct picking p = {.store = store, .types = types, .limit = limit};
    int rc;

    words_init(&p.words, words);
    rc = pick_at_once(&p, ret, limit, err);
    for (size_t i = 0; i < p.n; i++)
        free(p.items[i].sort);
    free(p.items);
    words_release(&p.words);
    return rc;
}

int search_used(struct store *store, const char *uid, struct err *err)
{
    int rc = store_writable(store, err);

    /* No transaction of the store: no list has to be loaded again for this. */
    if (rc == 0)
        rc = db_run(store->drafts, err,
                "insert into used(uid, at_ms, n) values(?1, ?2, 1)"
                " on conflict(uid) do update set at_ms = max(at_ms + 1, ?2), n = n + 1",
                bind_text(uid), bind_int(clock_now_ms()));
    return rc;
}

void choices_release(struct choice *choices, size_t n)
{
    for (size_t i = 0; choices && i < n; i++) {
        free(choices[i].id);
        free(choices[i].label);
        free(choices[i].detail);
        choices[i] = (struct choice){0};
    }
}
