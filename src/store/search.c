#include "odus/store/search.h"

#include <stdlib.h>
#include <string.h>

#include "search_priv.h"

/*
 * A list is merged from up to eight sorted streams: revisions and drafts, found by
 * words or by their memos, before 1970 and after (the undated stand between). Each is
 * a statement that gives rows in the order of ids and is asked for no more than is
 * shown: sorting all matches of a common word takes a hundred times longer.
 */

enum { STREAMS_MAX = 8, BINDS_MAX = 16, DRAFTS_MAX = 100 };

#define UNDATED_END ((int64_t)1 << INDEX_DAY_BITS)

struct stream {
    struct stmt *st;
    bool draft, live;
    int64_t id;
};

/* The records that have a draft, sorted; asked for one by one when they are many. */
struct drafts {
    char uids[DRAFTS_MAX][37];
    size_t n;
    bool many;
};

struct search {
    struct store *store;
    const struct search_query *q;
    bool forward;
    struct drafts drafts;
    bool counting;          /* nothing is read of a row but which one it is */
    struct search_key last; /* of the row given last; a memo may find it again */
    bool given;
    struct stream streams[STREAMS_MAX];
    size_t n;
};

/* A statement being written, with its values in order. */
struct sql {
    struct buf text;
    struct bind binds[BINDS_MAX + 1];
    int n;
};

static void sql_init(struct sql *s)
{
    buf_init(&s->text, 0);
    s->n = 0;
}

static void sql_add(struct sql *s, const char *text, struct bind value)
{
    s->binds[s->n++] = value;
    buf_addf(&s->text, text, s->n);
}

/* --- the statement of a stream ---------------------------------------------------- */

enum {
    COL_ID,
    COL_UID,
    COL_TYPE,
    COL_START,
    COL_END,
    COL_COUNT,
    COL_CANCELLED,
    COL_STATUS,
    COL_SAMPLE,
    COL_TITLE,
    COL_SUBTITLE,
    COL_PLACE,
    COL_TOWN,
    COL_ORGANISER,
    COL_ERRORS,
    COL_WARNINGS,
    COL_LEAVES
};

#define COLUMNS                                                                        \
    "select o.id, e.uid, o.type, o.start_min, o.end_min, o.count, o.cancelled,"        \
    " o.status, o.sample, e.title, e.subtitle, e.place_name, e.town,"                  \
    " e.organiser_name, e.errors, e.warnings, "

#define LEAVES "(select leaves from record r where r.id = o.entry)"
#define WITH_ENTRY " cross join entry e on e.id = o.entry"

enum how { BY_INDEX, BY_WORDS, BY_MEMO };

static const char *const tables[] = {
        [BY_INDEX] = " from occurrence o",
        [BY_WORDS] = (" from occurrence_fts cross join occurrence o"
                      " on o.id = occurrence_fts.rowid"),
        [BY_MEMO] =
                " from memo_fts cross join occurrence o on o.entry = memo_fts.rowid",
};

static void add_columns(struct sql *s, const struct search *x, bool draft, enum how how)
{
    bool entry = !x->counting || x->drafts.n;

    if (!x->counting)
        buf_addf(&s->text, COLUMNS "%s", draft ? "1" : LEAVES);
    else
        buf_adds(&s->text, entry ? "select o.id, e.uid" : "select o.id");
    buf_addf(&s->text, "%s%s where 1", tables[how], entry ? WITH_ENTRY : "");
}

static bool drafts_only(const struct search_query *q)
{
    return q->status && strcmp(q->status, "brouillon") == 0;
}

/*
 * The conditions on the row itself. The first one that is there may choose the index
 * (the rarest, we hope); a plus keeps the others from it, as each index gives the rows
 * in the order of ids and two together would not.
 */
static void add_filters(struct sql *s, const struct search_query *q, bool indexed)
{
    const char *plus = indexed ? "" : "+";

    if (q->samples_only) {
        buf_addf(&s->text, " and %so.sample = 1", plus);
        plus = "+";
    }
    if (q->genre) {
        buf_addf(&s->text, " and %so.genre", plus);
        sql_add(s, " = ?%d", bind_text(q->genre));
        plus = "+";
    }
    if (q->status && !drafts_only(q)) {
        buf_addf(&s->text, " and %so.status", plus);
        sql_add(s, " = ?%d", bind_text(q->status));
        plus = "+";
    } else if (!q->status) {
        buf_adds(&s->text, " and o.status <> 'supprime'");
    }
    if (q->type && strcmp(q->type, "*") != 0) {
        buf_addf(&s->text, " and %so.type", plus);
        sql_add(s, " = ?%d", bind_text(q->type));
    }
}

static void add_words(struct sql *s, enum how how, const char *match)
{
    if (how == BY_WORDS)
        sql_add(s, " and occurrence_fts match ?%d", bind_text(match));
    else if (how == BY_MEMO)
        sql_add(s, " and memo_fts match ?%d", bind_text(match));
}

static void add_order(
        struct sql *s, enum how how, bool forward, int64_t low, int64_t high)
{
    const char *id = how == BY_WORDS ? "occurrence_fts.rowid" : "o.id";

    buf_addf(&s->text, " and %s", id);
    sql_add(s, " >= ?%d", bind_int(low));
    buf_addf(&s->text, " and %s", id);
    sql_add(s, " <= ?%d", bind_int(high));
    buf_addf(&s->text, " order by %s%s", id, forward ? "" : " desc");
}

/* --- streams ---------------------------------------------------------------------- */

static int stream_next(struct stream *s, struct err *err)
{
    int rc = stmt_step(s->st, err);

    s->live = rc > 0;
    if (rc > 0)
        s->id = stmt_int(s->st, COL_ID);
    return rc < 0 ? rc : 0;
}

struct range {
    int64_t low, high;
};

static int add_stream(struct search *x, bool draft, enum how how, const char *match,
        struct range range, struct err *err)
{
    struct stream *s = &x->streams[x->n];
    struct sql sql;

    if (range.low > range.high)
        return 0;
    sql_init(&sql);
    add_columns(&sql, x, draft, how);
    add_words(&sql, how, match);
    add_filters(&sql, x->q, how == BY_INDEX);
    add_order(&sql, how, x->forward, range.low, range.high);
    sql.binds[sql.n] = BIND_NONE;
    *s = (struct stream){.draft = draft,
            .st = db_query_(
                    draft ? x->store->drafts : x->store->data, sql.text.s, sql.binds)};
    x->n++;
    buf_release(&sql.text);
    return stream_next(s, err);
}

/* The ids a database may give: the days wanted, and what lies beyond KEY. */
static struct range range_of(
        const struct search *x, const struct search_key *key, bool draft)
{
    const struct search_query *q = x->q;
    struct range r = {INT64_MIN, INT64_MAX};

    if (q->after != SEARCH_ANY_DAY)
        r.low = index_day_id(q->after);
    if (q->before != SEARCH_ANY_DAY && q->before < INT32_MAX)
        r.high = index_day_id(q->before + 1) - 1;
    if (!key)
        return r;
    /* Of equal numbers the revision comes first. */
    if (x->forward) {
        int64_t first = key->n + !(draft && !key->draft);

        r.low = first > r.low ? first : r.low;
    } else {
        int64_t last = key->n - !(!draft && key->draft);

        r.high = last < r.high ? last : r.high;
    }
    return r;
}

/* Hardly any store has something before 1970, and a stream of common words that finds
 * nothing costs as much as one that does. */
static bool any_before_1970(const struct search *x, bool draft)
{
    int64_t any = 0;

    return db_int(draft ? x->store->drafts : x->store->data, NULL, &any,
                   "select 1 from occurrence where id < 0 limit 1", BIND_NONE) == 0;
}

static int add_database(struct search *x, const struct search_key *key, bool draft,
        enum how how, const char *match, struct err *err)
{
    struct range r = range_of(x, key, draft);
    struct range before = {r.low, r.high < 0 ? r.high : -1};
    struct range after = {r.low > UNDATED_END ? r.low : UNDATED_END, r.high};
    int rc = 0;

    if (x->q->type)
        return add_stream(x, draft, how, match, r, err);
    if (before.low <= before.high && any_before_1970(x, draft))
        rc = add_stream(x, draft, how, match, before, err);
    return rc ? rc : add_stream(x, draft, how, match, after, err);
}

static int add_databases(struct search *x, const struct search_key *key, enum how how,
        const char *match, struct err *err)
{
    int rc = 0;

    if (!drafts_only(x->q))
        rc = add_database(x, key, false, how, match, err);
    if (rc == 0 && x->drafts.n)
        rc = add_database(x, key, true, how, match, err);
    return rc;
}

static void add_query(const char *text, const char *columns, struct buf *query)
{
    struct words words;

    words_init(&words, text);
    words_query(&words, columns, query);
    words_release(&words);
}

/* Only beside words: without any, the indexes on the rows are quicker. */
static void add_facets(const struct search_query *q, struct buf *query)
{
    if (!query->len)
        return;
    if (q->type && strcmp(q->type, "*") != 0)
        facet_query(FACET_TYPE, q->type, query);
    if (!drafts_only(q))
        facet_query(FACET_STATUS, q->status, query);
    facet_query(FACET_GENRE, q->genre, query);
    if (q->samples_only)
        facet_query(FACET_SAMPLE, "1", query);
}

static int find_drafts(struct search *x, struct err *err)
{
    struct drafts *d = &x->drafts;
    struct stmt *st = db_query(x->store->drafts,
            "select uid from entry order by uid limit ?1", bind_int(DRAFTS_MAX + 1));
    int rc;

    while ((rc = stmt_step(st, err)) > 0)
        if (d->n < DRAFTS_MAX)
            store_copy_text(d->uids[d->n++], sizeof(d->uids[0]), stmt_text(st, 0));
        else
            d->many = true;
    return rc;
}

/* A memo is one text, whatever the place and the organiser: only without these. */
static int open_streams(struct search *x, const struct search_key *key, struct err *err)
{
    const struct search_query *q = x->q;
    struct buf match, memo;
    int rc;

    buf_init(&match, 0);
    buf_init(&memo, 0);
    add_query(q->words, NULL, &match);
    add_query(q->place, "{place town}", &match);
    add_query(q->organiser, "{organiser}", &match);
    add_facets(q, &match);
    if (q->memos && !q->place && !q->organiser)
        add_query(q->words, NULL, &memo);
    rc = find_drafts(x, err);
    if (rc == 0)
        rc = add_databases(x, key, match.len ? BY_WORDS : BY_INDEX, match.s, err);
    if (rc == 0 && memo.len)
        rc = add_databases(x, key, BY_MEMO, memo.s, err);
    buf_release(&match);
    buf_release(&memo);
    return rc;
}

static void close_streams(struct search *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->streams[i].live)
            stmt_reset(x->streams[i].st);
    x->n = 0;
}

/* --- merging ---------------------------------------------------------------------- */

static int uid_cmp(const void *uid, const void *of_draft)
{
    return strcmp(uid, of_draft);
}

static bool has_draft(const struct search *x, struct view uid)
{
    const struct drafts *d = &x->drafts;

    if (!d->n || !uid.n)
        return false;
    if (d->many)
        return search_has_draft(x->store, uid);
    return bsearch(uid.p, d->uids, d->n, sizeof(d->uids[0]), uid_cmp) != NULL;
}

static struct search_key key_of(const struct stream *s)
{
    return (struct search_key){.n = s->id, .draft = s->draft};
}

static int key_cmp(struct search_key a, struct search_key b)
{
    if (a.n != b.n)
        return a.n < b.n ? -1 : 1;
    return (int)a.draft - (int)b.draft;
}

static struct stream *first_stream(struct search *x)
{
    struct stream *best = NULL;

    for (size_t i = 0; i < x->n; i++) {
        struct stream *s = &x->streams[i];
        int order;

        if (!s->live)
            continue;
        order = best ? key_cmp(key_of(s), key_of(best)) : 0;
        if (!best || (x->forward ? order < 0 : order > 0))
            best = s;
    }
    return best;
}

/* Whether the row under S is to be shown: once, and not beside its own draft. */
static bool is_shown(struct search *x, const struct stream *s)
{
    if (x->given && key_cmp(x->last, key_of(s)) == 0)
        return false;
    x->last = key_of(s);
    x->given = true;
    return s->draft || !has_draft(x, stmt_text(s->st, COL_UID));
}

static int16_t as_minutes(int64_t n)
{
    return n < -1 ? -1 : n > INT16_MAX ? INT16_MAX : (int16_t)n;
}

static void copy_text(struct stmt *st, int col, char *out, size_t size)
{
    struct view v = stmt_text(st, col);
    size_t n = v.n < size ? v.n : size - 1;

    if (n)
        memcpy(out, v.p, n);
    out[n] = '\0';
}

static void read_row(const struct stream *s, struct search_row *row)
{
    struct stmt *st = s->st;

    *row = (struct search_row){
            .key = key_of(s),
            .day = index_id_day(s->id),
            .start = as_minutes(stmt_int(st, COL_START)),
            .end = as_minutes(stmt_int(st, COL_END)),
            .count = (int)stmt_int(st, COL_COUNT),
            .title = stmt_dup(st, COL_TITLE),
            .subtitle = stmt_dup(st, COL_SUBTITLE),
            .place = stmt_dup(st, COL_PLACE),
            .town = stmt_dup(st, COL_TOWN),
            .organiser = stmt_dup(st, COL_ORGANISER),
            .draft = s->draft,
            .sample = stmt_int(st, COL_SAMPLE) != 0,
            .cancelled = stmt_int(st, COL_CANCELLED) != 0,
            .conflict = stmt_int(st, COL_LEAVES) > 1,
            .errors = (int)stmt_int(st, COL_ERRORS),
            .warnings = (int)stmt_int(st, COL_WARNINGS),
    };
    copy_text(st, COL_UID, row->uid, sizeof(row->uid));
    copy_text(st, COL_TYPE, row->type, sizeof(row->type));
    copy_text(st, COL_STATUS, row->status, sizeof(row->status));
}

/* Fills ROWS (NULL: only counts) and returns their number or an error. */
static int merge(
        struct search *x, struct search_row *rows, size_t limit, struct err *err)
{
    struct stream *s;
    size_t n = 0;
    int rc = 0;

    while (rc == 0 && n < limit && (s = first_stream(x))) {
        if (is_shown(x, s)) {
            if (rows)
                read_row(s, &rows[n]);
            n++;
        }
        rc = stream_next(s, err);
    }
    if (rc && rows)
        search_rows_release(rows, n);
    return rc ? rc : (int)n;
}

static void reverse(struct search_row *rows, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct search_row row = rows[i];

        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = row;
    }
}

/* --- public ----------------------------------------------------------------------- */

int search_page(struct store *store, const struct search_query *q,
        const struct search_key *key, bool forward, struct search_row *rows,
        size_t limit, struct err *err)
{
    struct search x = {.store = store, .q = q, .forward = forward};
    int rc = open_streams(&x, key, err);

    if (rc == 0)
        rc = merge(&x, rows, limit, err);
    close_streams(&x);
    if (rc > 0 && !forward)
        reverse(rows, (size_t)rc);
    return rc;
}

int search_count(struct store *store, const struct search_query *q, int limit)
{
    struct search x = {.store = store, .q = q, .forward = true, .counting = true};
    int rc = open_streams(&x, NULL, NULL);

    if (rc == 0)
        rc = merge(&x, NULL, limit > 0 ? (size_t)limit : 0, NULL);
    close_streams(&x);
    return rc < 0 ? 0 : rc;
}

struct search_key search_day_key(int32_t day)
{
    return (struct search_key){.n = index_day_id(day) - 1, .draft = true};
}

void search_rows_release(struct search_row *rows, size_t n)
{
    for (size_t i = 0; rows && i < n; i++) {
        free(rows[i].title);
        free(rows[i].subtitle);
        free(rows[i].place);
        free(rows[i].town);
        free(rows[i].organiser);
        rows[i] = (struct search_row){0};
    }
}
