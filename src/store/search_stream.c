/* One statement of a search, and the rows it gives. */
#include <string.h>

#include "odus/base/utf8.h"
#include "search_stream.h"

enum { BINDS_MAX = 16 };

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
    COL_LEAVES,
    COL_TEXT, /* for look */
    COL_MEMO
};

#define COLUMNS                                                                        \
    "select o.id, e.uid, o.type, o.start_min, o.end_min, o.count, o.cancelled,"        \
    " o.status, o.sample, e.title, e.subtitle, e.place_name, e.town,"                  \
    " e.organiser_name, e.errors, e.warnings, "

#define LEAVES "(select leaves from record r where r.id = o.entry)"
#define WITH_ENTRY " cross join entry e on e.id = o.entry"

#define BY_RECORD " from occurrence o indexed by occurrence_entry"

static const char *const tables[] = {
        [STREAM_BY_INDEX] = " from occurrence o",
        [STREAM_BY_WORDS] = (" from occurrence_fts cross join occurrence o"
                             " on o.id = occurrence_fts.rowid"),
        [STREAM_BY_MEMO] =
                " from memo_fts cross join occurrence o on o.entry = memo_fts.rowid",
};

/* Found by the records they are of, and sorted. */
static bool is_by_record(const struct stream_spec *spec)
{
    return !spec->draft && spec->how == STREAM_BY_INDEX &&
           standing_list(spec->standing);
}

static void add_columns(struct sql *s, const struct stream_spec *spec)
{
    const char *from = is_by_record(spec) ? BY_RECORD : tables[spec->how];
    bool entry = spec->columns != STREAM_IDS || spec->look;

    if (spec->columns == STREAM_ROWS || spec->look)
        buf_addf(&s->text, COLUMNS "%s%s", spec->draft ? "1" : LEAVES,
                spec->look ? ", e.text, e.memo" : "");
    else
        buf_adds(&s->text, entry ? "select o.id, e.uid" : "select o.id");
    buf_addf(&s->text, "%s%s where 1", from, entry ? WITH_ENTRY : "");
}

/*
 * The conditions on the row itself. The first one that is there may choose the index
 * (the rarest, we hope); a plus keeps the others from it, as each index gives the rows
 * in the order of ids and two together would not.
 */
static void add_filters(struct sql *s, const struct stream_spec *spec)
{
    const struct search_query *q = spec->query;
    const char *plus = spec->how == STREAM_BY_INDEX && !is_by_record(spec) ? "" : "+";

    if (q->samples_only) {
        buf_addf(&s->text, " and %so.sample = 1", plus);
        plus = "+";
    }
    if (q->genre) {
        buf_addf(&s->text, " and %so.genre", plus);
        sql_add(s, " = ?%d", bind_text(q->genre));
        plus = "+";
    }
    if (q->status && !search_drafts_only(q)) {
        buf_addf(&s->text, " and %so.status", plus);
        sql_add(s, " = ?%d", bind_text(q->status));
        plus = "+";
    } else if (!q->status) {
        buf_adds(&s->text, " and o.status <> 'supprime'");
    }
    if (spec->type) {
        buf_addf(&s->text, " and %so.type", plus);
        sql_add(s, " = ?%d", bind_text(spec->type));
    }
}

static void add_standing(struct sql *s, const struct stream_spec *spec)
{
    const char *list = standing_list(spec->standing);
    const char *test = standing_test(spec->standing);

    if (list)
        buf_addf(&s->text, " and %so.entry in (%s)", is_by_record(spec) ? "" : "+",
                list);
    if (test)
        buf_addf(&s->text, " and %s", test);
}

static void add_words(struct sql *s, const struct stream_spec *spec)
{
    if (spec->how == STREAM_BY_WORDS)
        sql_add(s, " and occurrence_fts match ?%d", bind_text(spec->match));
    else if (spec->how == STREAM_BY_MEMO)
        sql_add(s, " and memo_fts match ?%d", bind_text(spec->match));
}

static void add_order(struct sql *s, const struct stream_spec *spec)
{
    const char *id = spec->how == STREAM_BY_WORDS ? "occurrence_fts.rowid" : "o.id";

    buf_addf(&s->text, " and %s", id);
    sql_add(s, " >= ?%d", bind_int(spec->low));
    buf_addf(&s->text, " and %s", id);
    sql_add(s, " <= ?%d", bind_int(spec->high));
    buf_addf(&s->text, " order by %s%s", id, spec->forward ? "" : " desc");
}

/* --- words of few rows ------------------------------------------------------------ */

void look_init(struct look *l, const struct search_query *q)
{
    words_init(&l->words, q->words);
    words_init(&l->place, q->place);
    words_init(&l->organiser, q->organiser);
    l->memos = q->memos && !l->place.n && !l->organiser.n;
}

void look_release(struct look *l)
{
    words_release(&l->words);
    words_release(&l->place);
    words_release(&l->organiser);
}

/* Each of the words begins one of the N columns of COLS. */
static bool in_columns(
        const struct words *words, struct stmt *st, const int *cols, size_t n)
{
    struct buf text;
    bool all = true;

    if (!words->n)
        return true;
    buf_init(&text, 0);
    for (size_t i = 0; i < n; i++) {
        if (text.len)
            buf_addc(&text, ' ');
        utf8_fold(facet_cut(stmt_text(st, cols[i])), &text);
    }
    for (size_t i = 0; i < words->n && all; i++)
        all = utf8_match(buf_view(&text), words->at[i]);
    buf_release(&text);
    return all;
}

static bool has_words(const struct look *l, struct stmt *st)
{
    static const int any[] = {COL_TITLE, COL_TEXT, COL_PLACE, COL_TOWN, COL_ORGANISER},
                     place[] = {COL_PLACE, COL_TOWN}, organiser[] = {COL_ORGANISER},
                     memo[] = {COL_MEMO};

    return (in_columns(&l->words, st, any, COUNT(any)) &&
                   in_columns(&l->place, st, place, COUNT(place)) &&
                   in_columns(&l->organiser, st, organiser, COUNT(organiser))) ||
           (l->memos && in_columns(&l->words, st, memo, COUNT(memo)));
}

/* --- streams ---------------------------------------------------------------------- */

int stream_open(struct store *store, const struct stream_spec *spec, struct stream *ret,
        struct err *err)
{
    struct db *db = spec->draft ? store->drafts : store->data;
    struct sql sql;

    sql_init(&sql);
    add_columns(&sql, spec);
    if (!spec->draft) { /* first: it names its parameters by number */
        standing_bind(spec->standing, sql.binds);
        sql.n = STANDING_BINDS;
        add_standing(&sql, spec);
    }
    add_words(&sql, spec);
    add_filters(&sql, spec);
    add_order(&sql, spec);
    sql.binds[sql.n] = BIND_NONE;
    *ret = (struct stream){.draft = spec->draft,
            .look = spec->look,
            .st = db_query_(db, sql.text.s, sql.binds)};
    buf_release(&sql.text);
    return stream_next(ret, err);
}

int stream_next(struct stream *s, struct err *err)
{
    int rc;

    do
        rc = stmt_step(s->st, err);
    while (rc > 0 && s->look && !has_words(s->look, s->st));
    s->live = rc > 0;
    if (rc > 0)
        s->id = stmt_int(s->st, COL_ID);
    return rc < 0 ? rc : 0;
}

void stream_close(struct stream *s)
{
    if (s->live)
        stmt_reset(s->st);
    s->live = false;
}

struct view stream_uid(const struct stream *s)
{
    return stmt_text(s->st, COL_UID);
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

void stream_read(const struct stream *s, struct search_row *row)
{
    struct stmt *st = s->st;

    *row = (struct search_row){
            .key = {.n = s->id, .draft = s->draft},
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
