#include "odus/store/search.h"

#include <stdlib.h>
#include <string.h>

#include "search_stream.h"

/*
 * A list is one stretch of ids after the other, and a stretch is merged from sorted
 * streams: revisions and drafts, found by words or by their memos. A stream is asked
 * for no more than is shown: sorting all matches of a common word takes a hundred times
 * longer. A stretch is begun when the one before it is used up, because finding the
 * rows of a long word costs the same whether one or all of them are wanted.
 */

enum {
    STRETCHES_MAX = 4,
    TYPES_MAX = 4, /* of undated records in the agenda */
    STREAMS_MAX = 2 * 2 * TYPES_MAX,
    DRAFTS_MAX = 100
};

#define UNDATED_END ((int64_t)1 << INDEX_DAY_BITS)

/* Ids, inclusive. */
struct stretch {
    int64_t low, high;
    bool undated; /* of the query's types only */
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
    struct standing standing;
    struct look look;       /* for revisions that are few */
    bool counting;          /* nothing is read of a row but which one it is */
    struct search_key last; /* of the row given last; a memo may find it again */
    bool given;
    struct stretch stretches[STRETCHES_MAX];
    size_t nstretches;
    struct stream streams[STREAMS_MAX]; /* of the stretch in hand */
    size_t n;
};

/* --- stretches -------------------------------------------------------------------- */

static struct db *db_of(const struct search *x, bool draft)
{
    return draft ? x->store->drafts : x->store->data;
}

static bool has_undated(const struct search *x, bool draft, const char *type)
{
    int64_t any = 0;

    return db_int(db_of(x, draft), NULL, &any,
                   "select 1 from occurrence where type = ?1 and id between 0 and ?2"
                   " limit 1",
                   bind_text(type), bind_int(UNDATED_END - 1)) == 0;
}

static bool any_undated(const struct search *x)
{
    const struct search_query *q = x->q;

    if (!q->undated || q->after != SEARCH_ANY_DAY || q->before != SEARCH_ANY_DAY)
        return false;
    for (size_t i = 0; i < TYPES_MAX && q->undated[i]; i++)
        if (has_undated(x, true, q->undated[i]) || has_undated(x, false, q->undated[i]))
            return true;
    return false;
}

static void add_stretch(struct search *x, int64_t low, int64_t high, bool undated)
{
    if (low <= high)
        x->stretches[x->nstretches++] = (struct stretch){low, high, undated};
}

/* The agenda jumps over day 0, which is full of venues, and comes back to it before the
 * day the undated are shown with. A count asks for no order, nor for one stretch more.
 */
static void find_stretches(struct search *x)
{
    const struct search_query *q = x->q;
    int64_t low = INT64_MIN, high = INT64_MAX, at = index_day_id(q->undated_at);
    bool undated = !q->type && any_undated(x);

    if (q->after != SEARCH_ANY_DAY)
        low = index_day_id(q->after);
    if (q->before != SEARCH_ANY_DAY && q->before < INT32_MAX)
        high = index_day_id(q->before + 1) - 1;
    if (q->type) {
        add_stretch(x, low, high, false);
        return;
    }
    if (!undated || x->counting || at < UNDATED_END)
        at = UNDATED_END;
    if (!q->undated_only) {
        add_stretch(x, low, high < 0 ? high : -1, false);
        add_stretch(x, low > UNDATED_END ? low : UNDATED_END, at - 1, false);
    }
    if (undated)
        add_stretch(x, 0, UNDATED_END - 1, true);
    if (!q->undated_only)
        add_stretch(x, low > at ? low : at, high, false);
}

static size_t find_stretch(const struct search *x, int64_t id)
{
    size_t i = 0;

    while (i < x->nstretches && (id < x->stretches[i].low || id > x->stretches[i].high))
        i++;
    return i;
}

/* What is left of the stretches beyond KEY. Of equal ids the revision comes first. */
static struct stretch beyond(const struct search *x, struct stretch s,
        const struct search_key *key, bool draft)
{
    if (!key)
        return s;
    if (x->forward) {
        int64_t first = key->n + !(draft && !key->draft);

        s.low = first > s.low ? first : s.low;
    } else {
        int64_t last = key->n - !(!draft && key->draft);

        s.high = last < s.high ? last : s.high;
    }
    return s;
}

/* --- streams ---------------------------------------------------------------------- */

bool search_drafts_only(const struct search_query *q)
{
    return q->status && strcmp(q->status, "brouillon") == 0;
}

static void add_query(const char *text, const char *columns, struct buf *query)
{
    struct words words;

    words_init(&words, text);
    words_query(&words, columns, query);
    words_release(&words);
}

/* Only beside words: without any, the indexes on the rows are quicker. */
static void add_facets(
        const struct search_query *q, const char *type, struct buf *query)
{
    if (!query->len)
        return;
    facet_query(FACET_TYPE, type, query);
    if (!search_drafts_only(q))
        facet_query(FACET_STATUS, q->status, query);
    facet_query(FACET_GENRE, q->genre, query);
    if (q->samples_only)
        facet_query(FACET_SAMPLE, "1", query);
}

static int add_stream(struct search *x, const struct stream_spec *spec, struct err *err)
{
    struct stream *s = &x->streams[x->n];
    int rc = stream_open(x->store, spec, s, err);

    x->n += rc == 0 && s->live;
    return rc;
}

/* A memo is one text, whatever the place and the organiser: only without these. */
static int add_streams(struct search *x, struct stretch s, bool draft, const char *type,
        struct err *err)
{
    const struct search_query *q = x->q;
    struct stream_spec spec = {.query = q,
            .standing = &x->standing,
            .how = STREAM_BY_INDEX,
            .draft = draft,
            .type = type,
            .low = s.low,
            .high = s.high,
            .forward = x->forward,
            .columns = !x->counting  ? STREAM_ROWS
                       : x->drafts.n ? STREAM_UIDS
                                     : STREAM_IDS};
    struct buf match;
    int rc;

    if (!draft && standing_list(&x->standing)) {
        spec.look = &x->look;
        return add_stream(x, &spec, err);
    }
    buf_init(&match, 0);
    add_query(q->words, NULL, &match);
    add_query(q->place, "{place town}", &match);
    add_query(q->organiser, "{organiser}", &match);
    add_facets(q, type, &match);
    spec.how = match.len ? STREAM_BY_WORDS : STREAM_BY_INDEX;
    spec.match = match.s;
    rc = add_stream(x, &spec, err);
    buf_clear(&match);
    if (q->memos && !q->place && !q->organiser)
        add_query(q->words, NULL, &match);
    spec.how = STREAM_BY_MEMO;
    spec.match = match.s;
    if (rc == 0 && match.len)
        rc = add_stream(x, &spec, err);
    buf_release(&match);
    return rc;
}

/* Hardly any store has something before 1970, and a stream of common words that finds
 * nothing costs as much as one that does. */
static bool any_before_1970(const struct search *x, bool draft)
{
    int64_t any = 0;

    return db_int(db_of(x, draft), NULL, &any,
                   "select 1 from occurrence where id < 0 limit 1", BIND_NONE) == 0;
}

static int add_undated(struct search *x, struct stretch s, bool draft, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < TYPES_MAX && x->q->undated[i]; i++)
        if (has_undated(x, draft, x->q->undated[i]))
            rc = add_streams(x, s, draft, x->q->undated[i], err);
    return rc;
}

/* The streams of one database; KEY: of the stretch S, NULL for all of it. */
static int add_database(struct search *x, struct stretch s,
        const struct search_key *key, bool draft, struct err *err)
{
    const char *type = x->q->type;

    s = beyond(x, s, key, draft);
    if (s.low > s.high)
        return 0;
    if (s.undated)
        return add_undated(x, s, draft, err);
    if (!type && s.high < 0 && !any_before_1970(x, draft))
        return 0;
    return add_streams(x, s, draft, type && strcmp(type, "*") != 0 ? type : NULL, err);
}

/* A draft stands nowhere, but the record under it may be in conflict. */
static bool shows_drafts(const struct search *x)
{
    return x->q->standing == SEARCH_ANY_STANDING || x->q->standing == SEARCH_CONFLICT;
}

static int open_stretch(struct search *x, struct stretch s,
        const struct search_key *key, struct err *err)
{
    int rc = 0;

    if (!search_drafts_only(x->q) && standing_any(&x->standing))
        rc = add_database(x, s, key, false, err);
    if (rc == 0 && x->drafts.n && shows_drafts(x))
        rc = add_database(x, s, key, true, err);
    return rc;
}

static void close_stretch(struct search *x)
{
    for (size_t i = 0; i < x->n; i++)
        stream_close(&x->streams[i]);
    x->n = 0;
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

/* --- merging ---------------------------------------------------------------------- */

static int uid_cmp(const void *uid, const void *of_draft)
{
    return strcmp(uid, of_draft);
}

static bool has_draft(const struct search *x, struct view uid)
{
    const struct drafts *d = &x->drafts;

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
    if (s->draft && x->q->standing == SEARCH_CONFLICT)
        return standing_conflict(x->store, stream_uid(s));
    return s->draft || !x->drafts.n || !has_draft(x, stream_uid(s));
}

/* Adds rows of the open stretch to ROWS (NULL: only counts) up to LIMIT. */
static int merge(struct search *x, struct search_row *rows, size_t limit, size_t *n,
        struct err *err)
{
    struct stream *s;
    int rc = 0;

    while (rc == 0 && *n < limit && (s = first_stream(x))) {
        if (is_shown(x, s)) {
            if (rows)
                stream_read(s, &rows[*n]);
            ++*n;
        }
        rc = stream_next(s, err);
    }
    return rc;
}

/*
 * Fills ROWS with what lies beyond KEY and returns their number or an error. A key in
 * no stretch is one of days that are not asked for, or of the undated when there are
 * none: then the stretches stand in the order of ids, and each is cut by it.
 */
static int run(struct search *x, const struct search_key *key, struct search_row *rows,
        size_t limit, struct err *err)
{
    int rc = standing_init(&x->standing, x->store, x->q->standing, err);
    struct search_key day = search_day_key(x->q->undated_at);
    size_t i, n = 0;
    bool inside;

    look_init(&x->look, x->q);
    if (rc == 0 && !x->q->revisions)
        rc = find_drafts(x, err);
    find_stretches(x);
    i = key ? find_stretch(x, key->n) : x->nstretches;
    inside = i < x->nstretches;
    if (!inside)
        i = x->forward ? 0 : x->nstretches - 1;
    if (key && !inside && key->n >= 0 && key->n < UNDATED_END)
        key = &day;
    while (rc == 0 && n < limit && i < x->nstretches) {
        rc = open_stretch(x, x->stretches[i], key, err);
        if (rc == 0)
            rc = merge(x, rows, limit, &n, err);
        close_stretch(x);
        if (inside)
            key = NULL;
        i = x->forward ? i + 1 : i - 1;
    }
    look_release(&x->look);
    standing_release(&x->standing);
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
    int n = run(&x, key, rows, limit, err);

    if (n > 0 && !forward)
        reverse(rows, (size_t)n);
    return n;
}

int search_count(struct store *store, const struct search_query *q, int limit)
{
    struct search x = {.store = store, .q = q, .forward = true, .counting = true};
    int n = run(&x, NULL, NULL, limit > 0 ? (size_t)limit : 0, NULL);

    return n < 0 ? 0 : n;
}

struct search_key search_day_key(int32_t day)
{
    return (struct search_key){.n = index_day_id(day) - 1, .draft = true};
}

struct search_key search_undated_end(void)
{
    return (struct search_key){.n = UNDATED_END - 1, .draft = true};
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
