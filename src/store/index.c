#include "search_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "index_words.h"
#include "odus/base/hash.h"
#include "odus/base/utf8.h"

enum { UID_MAX = 36 };

/* --- whether anything changed ---------------------------------------------------- */

static void add_number(struct buf *out, int64_t n)
{
    buf_add(out, &n, sizeof(n));
}

/* A missing text and an empty one count as different. */
static void add_text(struct buf *out, const char *text)
{
    struct view v = view_of(text);

    add_number(out, text ? (int64_t)v.n : -1);
    buf_addv(out, v);
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
    add_number(&all, s->sample);
    for (size_t i = 0; i < s->ndays; i++) {
        const struct occurrence *o = &s->days[i];
        const int32_t facts[] = {o->day, o->start, o->end, o->count, o->cancelled};

        buf_add(&all, facts, sizeof(facts));
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

/* The words of ENTRY as they were put in, kept with WORDS. */
static int read_texts(struct db *db, int64_t entry, struct index_words *words,
        const struct index_texts **ret, struct err *e)
{
    struct stmt *st = db_query(db,
            "select title, text, place_name, town, organiser_name, memo from entry"
            " where id = ?1",
            bind_int(entry));
    struct index_texts t;
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc ? rc : ERR_NOT_FOUND;
    for (int i = 0; i < INDEX_TEXTS; i++)
        t.at[i] = stmt_text(st, i).p;
    *ret = index_words_keep(words, &t);
    stmt_reset(st);
    return 0;
}

static const struct index_texts *texts_of(
        const struct summary *s, const char *text, struct index_words *words)
{
    const struct index_texts t = {
            {s->title, text, s->place_name, s->town, s->organiser_name, s->memo}};

    return index_words_keep(words, &t);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_texts(const struct index_texts *a, const struct index_texts *b)
{
    for (size_t i = 0; i < INDEX_TEXTS; i++)
        if (!same_text(a->at[i], b->at[i]))
            return false;
    return true;
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

/* Rows of one entry that are written anew. */
struct rewriting {
    struct db *db;
    const struct summary *summary;
    int64_t id;         /* of the entry; 0 while it has none */
    struct old_ids old; /* empty for a new entry, as `was` is NULL */
    struct index_words *words;
    const struct index_texts *was, *now;
    bool same; /* these are alike: rows that stay keep their words */
};

/* Puts the days of the summary, and the words of rows that have not these already. */
static int put_occurrences(struct rewriting *w, struct err *e)
{
    static const struct occurrence undated = {.start = -1, .end = -1, .count = 0};
    const struct summary *s = w->summary;
    const struct occurrence *days = s->ndays ? s->days : &undated;
    size_t n = s->hidden ? 0 : s->ndays ? s->ndays : 1;

    for (size_t i = 0; i < n; i++) {
        int64_t id = 0;
        size_t left = w->old.left;
        int rc = choose_id(w->db, &days[i], &w->old, &id, e);

        if (rc == 0)
            rc = put_occurrence(w->db, s, w->id, &days[i], id, e);
        if (rc)
            return rc;
        if (!w->same || w->old.left == left)
            index_words_put(w->words, id, w->now);
    }
    return 0;
}

/* Removes the rows no day of the summary took over. */
static int remove_leftovers(struct rewriting *w, struct err *e)
{
    for (size_t i = 0; i < w->old.n; i++) {
        int64_t id = w->old.ids[i];
        int rc;

        if (id == TAKEN)
            continue;
        if (w->same)
            index_words_take(w->words, id, w->was);
        rc = db_run(w->db, e, "delete from occurrence where id = ?1", bind_int(id));
        if (rc)
            return rc;
    }
    return 0;
}

/* --- links ----------------------------------------------------------------------- */

static int put_links(
        struct db *db, const struct summary *s, int64_t entry, struct err *e)
{
    int rc = 0;

    for (char **link = s->links; rc == 0 && link && *link; link++)
        rc = db_run(db, e, "insert or ignore into link(src, dst) values(?1, ?2)",
                bind_int(entry), bind_text(*link));
    return rc;
}

/* --- the whole ------------------------------------------------------------------- */

/* What the entry was. */
static int read_old(struct rewriting *w, struct err *e)
{
    int rc = read_texts(w->db, w->id, w->words, &w->was, e);

    return rc ? rc : read_old_ids(w->db, w->id, &w->old, e);
}

static void take_words(const struct rewriting *w)
{
    for (size_t i = 0; i < w->old.n; i++)
        index_words_take(w->words, w->old.ids[i], w->was);
    index_words_take_memo(w->words, w->id, w->was);
}

static int rewrite(
        struct rewriting *w, const char *text, const char *hash, struct err *e)
{
    int rc = 0;

    w->now = texts_of(w->summary, text, w->words);
    if (w->id) {
        rc = read_old(w, e);
        w->same = rc == 0 && same_texts(w->was, w->now);
        if (rc == 0 && !w->same)
            take_words(w);
    }
    if (rc == 0)
        rc = put_entry(w->db, w->summary, text, hash, w->id, &w->id, e);
    if (rc == 0)
        rc = put_occurrences(w, e);
    if (rc == 0)
        rc = remove_leftovers(w, e);
    if (rc == 0 && !w->same)
        index_words_put_memo(w->words, w->id, w->now);
    if (rc == 0 && w->was)
        rc = db_run(w->db, e, "delete from link where src = ?1", bind_int(w->id));
    if (rc == 0)
        rc = put_links(w->db, w->summary, w->id, e);
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

/* Entry of S; *RET_SAME: with this content. */
static int find_entry(struct db *db, const struct summary *s, const char *hash,
        int64_t *ret_id, bool *ret_same, struct err *e)
{
    struct stmt *st = db_query(db, "select id, hash = ?2 from entry where uid = ?1",
            bind_text(s->uid), bind_text(hash));
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc;
    *ret_id = stmt_int(st, 0);
    *ret_same = stmt_int(st, 1) != 0;
    stmt_reset(st);
    return 0;
}

int index_write_later(struct db *db, const struct summary *summary,
        struct index_words *words, int64_t *ret_id, struct err *e)
{
    struct rewriting w = {.db = db, .summary = summary, .words = words};
    char hash[HASH_128_TEXT];
    bool same = false;
    int rc = index_check(summary, e);

    if (rc)
        return rc;
    digest(summary, hash);
    if (summary->hidden)
        hash[0] = '\0'; /* as of one that index_hide has hidden */
    rc = find_entry(db, summary, hash, &w.id, &same, e);
    if (rc == 0 && same && !summary->hidden) {
        rc = touch(db, summary, w.id, e);
    } else if (rc == 0) {
        char *text = searched_text(summary);

        rc = rewrite(&w, text, hash, e);
        free(text);
        free(w.old.ids);
    }
    if (rc == 0 && ret_id)
        *ret_id = w.id;
    return rc;
}

/* Ends what was begun with RC: the words go in. */
static int write_words(struct index_words *words, struct db *db, int rc, struct err *e)
{
    if (rc == 0)
        rc = index_words_write(words, db, e);
    index_words_release(words);
    return rc;
}

int index_write(
        struct db *db, const struct summary *summary, int64_t *ret_id, struct err *e)
{
    struct index_words words = {0};
    int rc = index_write_later(db, summary, &words, ret_id, e);

    return write_words(&words, db, rc, e);
}

/* All words of the entry ID are to be taken out. */
static int take_all(struct db *db, int64_t id, struct index_words *words, struct err *e)
{
    struct rewriting w = {.db = db, .id = id, .words = words};
    int rc = read_old(&w, e);

    if (rc == 0)
        take_words(&w);
    free(w.old.ids);
    return rc;
}

int index_hide(struct db *db, int64_t id, struct index_words *words, struct err *e)
{
    int rc = take_all(db, id, words, e);

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
    struct index_words words = {0};
    int64_t id;
    int rc = index_find(db, uid, &id, e);

    if (rc)
        return rc == ERR_NOT_FOUND ? 0 : rc;
    rc = take_all(db, id, &words, e);
    if (rc == 0)
        rc = db_run(db, e, "delete from entry where id = ?1", bind_int(id));
    return write_words(&words, db, rc, e);
}

/* --- merging --------------------------------------------------------------------- */

enum { MERGE_PAGES = 16 };

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
