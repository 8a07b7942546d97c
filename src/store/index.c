#include "search_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/utf8.h"

enum { UID_MAX = 36 };

/* --- whether anything changed ---------------------------------------------------- */

/* A missing text and an empty one count as different. */
static void add_text(struct buf *out, const char *text)
{
    if (text)
        buf_addf(out, "%zu:%s", strlen(text), text);
    else
        buf_addc(out, '-');
}

static void digest(const struct summary *s, char out[HASH_128_TEXT])
{
    const char *texts[] = {s->type, s->status, s->title, s->subtitle, s->text, s->memo,
            s->place_name, s->town, s->organiser_name, s->place, s->organiser,
            s->genre};
    struct buf all;
    struct view view;

    buf_init(&all, 0);
    for (size_t i = 0; i < COUNT(texts); i++)
        add_text(&all, texts[i]);
    buf_addf(&all, "%d;", s->sample);
    for (size_t i = 0; i < s->ndays; i++) {
        const struct occurrence *o = &s->days[i];

        buf_addf(&all, "%" PRId32 ",%d,%d,%d,%d,", o->day, o->start, o->end, o->count,
                o->cancelled);
        add_text(&all, o->place);
    }
    for (char **link = s->links; link && *link; link++)
        add_text(&all, *link);
    view = buf_view(&all);
    hash_blake2b128(&view, 1, out);
    buf_release(&all);
}

/* --- entry ----------------------------------------------------------------------- */

int index_find(struct db *db, const char *uid, int64_t *ret_id, struct err *e)
{
    return db_int(db, e, ret_id, "select id from entry where uid = ?1", bind_text(uid));
}

static bool is_dated(const struct summary *s)
{
    return s->ndays > 0 && (s->ndays > 1 || s->days[0].day != 0);
}

/* The folded title by which pickers go through the undated; NULL for the dated. */
static char *sort_key(const struct summary *s)
{
    struct buf key;

    if (is_dated(s) || !s->title || s->hidden)
        return NULL;
    buf_init(&key, 0);
    utf8_fold(view_of(s->title), &key);
    return buf_take(&key);
}

/* What the filters look for stands among the searched words, see search_priv.h. */
static char *searched_text(const struct summary *s)
{
    struct buf text;

    buf_init(&text, 0);
    if (s->text)
        buf_adds(&text, s->text);
    search_facet(FACET_TYPE, s->type, &text);
    search_facet(FACET_STATUS, s->status, &text);
    search_facet(FACET_GENRE, s->genre, &text);
    search_facet(FACET_SAMPLE, s->sample ? "1" : NULL, &text);
    return buf_take(&text);
}

/* Not one `insert … on conflict … returning`: see the words below. */
#define INSERT_ENTRY                                                                   \
    "insert into entry(uid, type, status, title, subtitle, text, memo, place_name,"    \
    " town, organiser_name, place, organiser, genre, sample, errors, warnings, sort,"  \
    " hash) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"  \
    " ?16, ?17, ?18)"
#define UPDATE_ENTRY                                                                   \
    "update entry set type = ?2, status = ?3, title = ?4, subtitle = ?5, text = ?6,"   \
    " memo = ?7, place_name = ?8, town = ?9, organiser_name = ?10, place = ?11,"       \
    " organiser = ?12, genre = ?13, sample = ?14, errors = ?15, warnings = ?16,"       \
    " sort = ?17, hash = ?18 where uid = ?1"

static int put_entry(struct db *db, const struct summary *s, const char *text,
        const char *hash, int64_t old_id, int64_t *ret_id, struct err *e)
{
    char *sort = sort_key(s);
    int rc = db_run(db, e, old_id ? UPDATE_ENTRY : INSERT_ENTRY, bind_text(s->uid),
            bind_text(s->type), bind_text(s->status ? s->status : ""),
            bind_text(s->title), bind_text(s->subtitle), bind_text(text),
            bind_text(s->memo), bind_text(s->place_name), bind_text(s->town),
            bind_text(s->organiser_name), bind_text(s->place), bind_text(s->organiser),
            bind_text(s->genre), bind_int(s->sample), bind_int(s->errors),
            bind_int(s->warnings), bind_text(sort), bind_text(hash));

    free(sort);
    *ret_id = old_id ? old_id : db_last_rowid(db);
    return rc;
}

/* --- words ----------------------------------------------------------------------- */

/*
 * Rows are put in and taken out one by one with `values`: at an `insert … select` FTS5
 * writes out all it has gathered so far, which makes many records slow and leaves many
 * pieces to merge. Taking words out must repeat those that were put in.
 */
#define ADD_WORDS                                                                      \
    "insert into occurrence_fts(rowid, title, text, place, town, organiser)"           \
    " values(?1, ?2, ?3, ?4, ?5, ?6)"
#define TAKE_WORDS                                                                     \
    "insert into occurrence_fts(occurrence_fts, rowid, title, text, place, town,"      \
    " organiser) values('delete', ?1, ?2, ?3, ?4, ?5, ?6)"
#define ADD_MEMO "insert into memo_fts(rowid, memo) values(?1, ?2)"
#define TAKE_MEMO "insert into memo_fts(memo_fts, rowid, memo) values('delete', ?1, ?2)"

#define WORDS_OF                                                                       \
    "select o.id, e.title, e.text, e.place_name, e.town, e.organiser_name"             \
    " from occurrence o join entry e on e.id = o.entry where "

/* SQL for each row of WORDS. */
static int each_words(struct db *db, struct stmt *words, const char *sql, struct err *e)
{
    int rc;

    while ((rc = stmt_step(words, e)) > 0) {
        rc = db_run(db, e, sql, bind_int(stmt_int(words, 0)),
                bind_view(stmt_text(words, 1)), bind_view(stmt_text(words, 2)),
                bind_view(stmt_text(words, 3)), bind_view(stmt_text(words, 4)),
                bind_view(stmt_text(words, 5)));
        if (rc) {
            stmt_reset(words);
            return rc;
        }
    }
    return rc;
}

/* SQL for the words of all rows of ENTRY and MEMO_SQL for its memo. */
static int entry_words(struct db *db, int64_t entry, const char *sql,
        const char *memo_sql, struct err *e)
{
    char *memo = NULL;
    int rc = each_words(db,
            db_query(db, WORDS_OF "o.entry = ?1 order by o.id", bind_int(entry)), sql,
            e);

    if (rc == 0)
        rc = db_text(
                db, e, &memo, "select memo from entry where id = ?1", bind_int(entry));
    if (rc == 0 && memo)
        rc = db_run(db, e, memo_sql, bind_int(entry), bind_text(memo));
    free(memo);
    return rc;
}

static int add_words(struct db *db, int64_t entry, struct err *e)
{
    return entry_words(db, entry, ADD_WORDS, ADD_MEMO, e);
}

/* While the rows still say which they were. */
static int take_words(struct db *db, int64_t entry, struct err *e)
{
    return entry_words(db, entry, TAKE_WORDS, TAKE_MEMO, e);
}

/* SQL for the words of the one row ID. */
static int row_words(struct db *db, int64_t id, const char *sql, struct err *e)
{
    return each_words(db, db_query(db, WORDS_OF "o.id = ?1", bind_int(id)), sql, e);
}

/* Whether ENTRY has the very words of S, so that rows that stay need not be touched. */
static int same_words(struct db *db, int64_t entry, const struct summary *s,
        const char *text, int64_t *ret, struct err *e)
{
    return db_int(db, e, ret,
            "select title is ?2 and text is ?3 and place_name is ?4 and town is ?5"
            " and organiser_name is ?6 and memo is ?7 from entry where id = ?1",
            bind_int(entry), bind_text(s->title), bind_text(text),
            bind_text(s->place_name), bind_text(s->town), bind_text(s->organiser_name),
            bind_text(s->memo));
}

/* --- occurrences ----------------------------------------------------------------- */

/* The ids an entry had: a row that stays in its minute keeps its place in the lists. */
struct old_ids {
    int64_t *ids; /* TAKEN: a day has it again */
    size_t n, cap, left;
};

#define TAKEN INT64_MAX

static int read_old_ids(
        struct db *db, int64_t entry, struct old_ids *old, struct err *e)
{
    struct stmt *st = db_query(db,
            "select id from occurrence where entry = ?1 order by id", bind_int(entry));
    int rc;

    while ((rc = stmt_step(st, e)) > 0) {
        old->ids = mem_grow(old->ids, old->n, &old->cap, sizeof(*old->ids));
        old->ids[old->n++] = stmt_int(st, 0);
    }
    old->left = old->n;
    return rc;
}

/* Gives an old id in [FIRST, END) back, once. */
static bool take_old_id(struct old_ids *old, int64_t first, int64_t end, int64_t *ret)
{
    for (size_t i = 0; i < old->n; i++) {
        if (old->ids[i] < first || old->ids[i] >= end)
            continue;
        *ret = old->ids[i];
        old->ids[i] = TAKEN;
        old->left--;
        return true;
    }
    return false;
}

/* The lowest free id in [FIRST, END), after one that is taken. */
static int find_gap(
        struct db *db, int64_t first, int64_t end, int64_t *ret, struct err *e)
{
    return db_int(db, e, ret,
            "select o.id + 1 from occurrence o where o.id >= ?1 and o.id < ?2 - 1"
            " and not exists (select 1 from occurrence n where n.id = o.id + 1)"
            " order by o.id limit 1",
            bind_int(first), bind_int(end));
}

/* The id after the last in [FIRST, END); END when there is no room after it. */
static int find_next(
        struct db *db, int64_t first, int64_t end, int64_t *ret, struct err *e)
{
    return db_int(db, e, ret,
            "select coalesce(max(id) + 1, ?1) from occurrence"
            " where id >= ?1 and id < ?2",
            bind_int(first), bind_int(end));
}

/*
 * A free id on the day of O, at its minute as long as there is room: the unknown hour
 * comes first, then one minute after the other. An overfull minute runs on into the
 * next ones; after the last minute of a day 300,000 ids are left for that.
 */
static int choose_id(struct db *db, const struct occurrence *o, struct old_ids *old,
        int64_t *ret, struct err *e)
{
    int64_t day = index_day_id(o->day), day_end = day + (1 << INDEX_DAY_BITS);
    int minute = o->start < 0 ? 0 : o->start >= 1440 ? 1440 : o->start + 1;
    int64_t first = o->day ? day + minute * INDEX_MINUTE_SLOTS : day;
    int64_t end = o->day ? first + INDEX_MINUTE_SLOTS : day_end;
    int rc;

    if (take_old_id(old, first, end, ret))
        return 0;
    rc = find_next(db, first, end, ret, e);
    if (rc || *ret < end)
        return rc;
    rc = find_gap(db, first, day_end, ret, e);
    if (rc == ERR_NOT_FOUND)
        return err_set(
                e, ERR_LIMIT, N_("there is no room for more entries on one day"));
    return rc;
}

static int put_occurrence(struct db *db, const struct summary *s, int64_t entry,
        const struct occurrence *o, int64_t id, struct err *e)
{
    return db_run(db, e,
            "insert into occurrence(id, entry, start_min, end_min, count, place,"
            " cancelled, type, status, genre, sample)"
            " values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
            " on conflict(id) do update set start_min = ?3, end_min = ?4, count = ?5,"
            " place = ?6, cancelled = ?7, type = ?8, status = ?9, genre = ?10,"
            " sample = ?11",
            bind_int(id), bind_int(entry), bind_int(o->start), bind_int(o->end),
            bind_int(o->count), bind_text(o->place), bind_int(o->cancelled),
            bind_text(s->type), bind_text(s->status ? s->status : ""),
            bind_text(s->genre), bind_int(s->sample));
}

/* Puts the days of S. EACH: the words of new rows are added one by one. */
static int put_occurrences(struct db *db, const struct summary *s, int64_t entry,
        struct old_ids *old, bool each, struct err *e)
{
    static const struct occurrence undated = {.start = -1, .end = -1, .count = 0};
    const struct occurrence *days = s->ndays ? s->days : &undated;
    size_t n = s->hidden ? 0 : s->ndays ? s->ndays : 1;

    for (size_t i = 0; i < n; i++) {
        int64_t id = 0;
        size_t left = old->left;
        int rc = choose_id(db, &days[i], old, &id, e);

        if (rc == 0)
            rc = put_occurrence(db, s, entry, &days[i], id, e);
        if (rc == 0 && each && old->left == left)
            rc = row_words(db, id, ADD_WORDS, e);
        if (rc)
            return rc;
    }
    return 0;
}

/* Removes the rows no day of the summary took over. EACH: with their words. */
static int remove_leftovers(
        struct db *db, const struct old_ids *old, bool each, struct err *e)
{
    for (size_t i = 0; i < old->n; i++) {
        int rc = 0;

        if (old->ids[i] == TAKEN)
            continue;
        if (each)
            rc = row_words(db, old->ids[i], TAKE_WORDS, e);
        if (rc == 0)
            rc = db_run(db, e, "delete from occurrence where id = ?1",
                    bind_int(old->ids[i]));
        if (rc)
            return rc;
    }
    return 0;
}

/* --- links ----------------------------------------------------------------------- */

static int put_links(
        struct db *db, const struct summary *s, int64_t entry, struct err *e)
{
    int rc = db_run(db, e, "delete from link where src = ?1", bind_int(entry));

    for (char **link = s->links; rc == 0 && link && *link; link++)
        rc = db_run(db, e, "insert or ignore into link(src, dst) values(?1, ?2)",
                bind_int(entry), bind_text(*link));
    return rc;
}

/* --- the whole ------------------------------------------------------------------- */

static int rewrite(struct db *db, const struct summary *s, int64_t old_id,
        const char *hash, int64_t *ret_id, struct err *e)
{
    struct old_ids old = {0};
    char *text = searched_text(s);
    int64_t same = 0;
    int rc = 0;

    if (old_id)
        rc = same_words(db, old_id, s, text, &same, e);
    if (old_id && rc == 0)
        rc = read_old_ids(db, old_id, &old, e);
    if (old_id && rc == 0 && !same)
        rc = take_words(db, old_id, e);
    if (rc == 0)
        rc = put_entry(db, s, text, hash, old_id, ret_id, e);
    if (rc == 0)
        rc = put_occurrences(db, s, *ret_id, &old, same, e);
    if (rc == 0)
        rc = remove_leftovers(db, &old, same, e);
    if (rc == 0 && !same)
        rc = add_words(db, *ret_id, e);
    if (rc == 0)
        rc = put_links(db, s, *ret_id, e);
    free(old.ids);
    free(text);
    return rc;
}

/* Same content: only the counts of problems may differ, which no search looks at. */
static int touch(struct db *db, const struct summary *s, int64_t id, struct err *e)
{
    return db_run(db, e,
            "update entry set errors = ?2, warnings = ?3 where id = ?1"
            " and (errors <> ?2 or warnings <> ?3)",
            bind_int(id), bind_int(s->errors), bind_int(s->warnings));
}

int index_check(const struct summary *s, struct err *e)
{
    size_t n = s->uid ? strlen(s->uid) : 0;

    if (n == 0 || n > UID_MAX)
        return err_set(e, ERR_INVALID, N_("the record has no usable identifier"));
    if (!s->type || !*s->type)
        return err_set(e, ERR_INVALID, N_("the record %1$s has no type"), s->uid);
    return 0;
}

int index_write(
        struct db *db, const struct summary *summary, int64_t *ret_id, struct err *e)
{
    char hash[HASH_128_TEXT];
    struct stmt *st;
    int64_t id = 0;
    bool same = false;
    int rc = index_check(summary, e);

    if (rc)
        return rc;
    digest(summary, hash);
    if (summary->hidden)
        hash[0] = '\0'; /* as of one that index_hide has hidden */
    st = db_query(db, "select id, hash = ?2 from entry where uid = ?1",
            bind_text(summary->uid), bind_text(hash));
    rc = stmt_step(st, e);
    if (rc < 0)
        return rc;
    if (rc > 0) {
        id = stmt_int(st, 0);
        same = stmt_int(st, 1) != 0 && !summary->hidden;
        stmt_reset(st);
    }
    rc = same ? touch(db, summary, id, e) : rewrite(db, summary, id, hash, &id, e);
    if (rc == 0 && ret_id)
        *ret_id = id;
    return rc;
}

int index_hide(struct db *db, int64_t id, struct err *e)
{
    int rc = take_words(db, id, e);

    if (rc == 0)
        rc = db_run(db, e, "delete from occurrence where entry = ?1", bind_int(id));
    if (rc == 0)
        rc = db_run(db, e, "delete from link where src = ?1", bind_int(id));
    if (rc == 0)
        rc = db_run(db, e,
                "update entry set text = null, memo = null, sort = null, hash = ''"
                " where id = ?1",
                bind_int(id));
    return rc;
}

int index_remove(struct db *db, const char *uid, struct err *e)
{
    int64_t id;
    int rc = index_find(db, uid, &id, e);

    if (rc)
        return rc == ERR_NOT_FOUND ? 0 : rc;
    rc = take_words(db, id, e);
    if (rc)
        return rc;
    return db_run(db, e, "delete from entry where id = ?1", bind_int(id));
}

/* --- merging --------------------------------------------------------------------- */

enum { MERGE_PAGES = 32 };

/* FTS5 says by the number of changed rows whether it had something to do: 2 or more. */
static int merge_one(struct db *db, const char *sql, bool *ret_more)
{
    struct stmt *st = db_query(db, "select total_changes()", BIND_NONE);
    int64_t before = 0, after = 0;
    int rc;

    if ((rc = stmt_step(st, NULL)) <= 0)
        return rc;
    before = stmt_int(st, 0);
    stmt_reset(st);
    rc = db_run(db, NULL, sql, bind_int(MERGE_PAGES));
    if (rc == 0)
        rc = db_int(db, NULL, &after, "select total_changes()", BIND_NONE);
    if (rc == 0 && after - before >= 2)
        *ret_more = true;
    return rc;
}

bool index_merge(struct db *db)
{
    bool more = false;

    /* Another process writes: its turn. Not an error, and no reason to wait. */
    if (db_exec(db, NULL, "pragma busy_timeout=0"))
        return false;
    if (merge_one(db,
                "insert into occurrence_fts(occurrence_fts, rank)"
                " values('merge', ?1)",
                &more) == 0)
        merge_one(
                db, "insert into memo_fts(memo_fts, rank) values('merge', ?1)", &more);
    if (db_exec(db, NULL, "pragma busy_timeout=3000"))
        return false;
    return more;
}
