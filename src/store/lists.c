#include "odus/store/lists.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/csv.h"
#include "odus/base/hash.h"
#include "odus/base/utf8.h"
#include "search_priv.h"

/* In place of the hash where people brought the entries: no shipped file replaces them.
 */
static const char IMPORTED[] = "import";
/* The same where they came as a document of the commons. */
static const char PUBLISHED[] = "publie";

/* --- writing ---------------------------------------------------------------------- */

struct entry {
    char *code, *label, *fold, *words, *cells;
    size_t n; /* place in the file */
};

struct filling {
    struct entry *items;
    size_t n, cap;
};

static void filling_release(struct filling *f)
{
    for (size_t i = 0; i < f->n; i++) {
        struct entry *e = &f->items[i];

        free(e->code);
        free(e->label);
        free(e->fold);
        free(e->words);
        free(e->cells);
    }
    free(f->items);
}

/* Code, label and every cell are searched: a commune by its postcode too. */
static char *searched(const char *code, const char *label, const struct json *cells)
{
    struct buf words;

    buf_init(&words, 0);
    buf_addf(&words, "%s %s", label, code);
    for (struct json_iter it = {0}; json_iter(cells, &it);) {
        buf_addc(&words, ' ');
        buf_addv(&words, json_as_view(it.val));
    }
    return buf_take(&words);
}

static void add(struct filling *f, struct view code, struct view label,
        const struct json *cells)
{
    struct buf fold, text;
    struct entry e = {.code = view_dup(code), .label = view_dup(label), .n = f->n};

    buf_init(&fold, 0);
    utf8_fold(label, &fold);
    buf_init(&text, 0);
    json_canonical(cells, &text);
    e.fold = buf_take(&fold);
    e.cells = buf_take(&text);
    e.words = searched(e.code, e.label, cells);
    f->items = mem_grow(f->items, f->n, &f->cap, sizeof(*f->items));
    f->items[f->n++] = e;
}

static int by_code(const void *x, const void *y)
{
    return strcmp(((const struct entry *)x)->code, ((const struct entry *)y)->code);
}

static int by_label(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int order = strcmp(a->fold, b->fold);

    return order ? order : by_code(x, y);
}

/* The first code that stands twice, or NULL. Leaves the entries in the order of codes.
 */
static const char *doubled(struct filling *f)
{
    if (f->n)
        qsort(f->items, f->n, sizeof(*f->items), by_code);
    for (size_t i = 1; i < f->n; i++)
        if (by_code(&f->items[i - 1], &f->items[i]) == 0)
            return f->items[i].code;
    return NULL;
}

static int forget(struct db *db, const char *name, struct err *err)
{
    int rc = db_run(db, err,
            "insert into list_fts(list_fts, rowid, words)"
            " select 'delete', id, words from list_entry where list = ?1 order by id",
            bind_text(name));

    if (rc == 0)
        rc = db_run(db, err, "delete from list where name = ?1", bind_text(name));
    return rc;
}

/* In the order of labels, so that the order of ids is that of choices. */
static int put(struct db *db, const char *name, const struct entry *e, struct err *err)
{
    int rc = db_run(db, err,
            "insert into list_entry(list, n, code, label, fold, words, cells)"
            " values(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            bind_text(name), bind_int((int64_t)e->n), bind_text(e->code),
            bind_text(e->label), bind_text(e->fold), bind_text(e->words),
            bind_text(e->cells));

    if (rc == 0)
        rc = db_run(db, err, "insert into list_fts(rowid, words) values(?1, ?2)",
                bind_int(db_last_rowid(db)), bind_text(e->words));
    return rc;
}

static int write_all(struct db *db, const char *name, const char *hash,
        struct filling *f, struct err *err)
{
    int rc = forget(db, name, err);

    if (rc == 0)
        rc = db_run(db, err, "insert into list(name, hash, n) values(?1, ?2, ?3)",
                bind_text(name), bind_text(hash), bind_int((int64_t)f->n));
    for (size_t i = 0; rc == 0 && i < f->n; i++)
        rc = put(db, name, &f->items[i], err);
    return rc;
}

static int replace(struct store *store, const char *name, const char *hash,
        struct filling *f, struct err *err)
{
    const char *twice = doubled(f);
    int rc;

    if (twice)
        return err_set(err, ERR_INVALID, N_("code %1$s stands twice in list %2$s"),
                twice, name);
    if (f->n)
        qsort(f->items, f->n, sizeof(*f->items), by_label);
    rc = store_begin_data(store, DB_SYNC_FULL, err);
    if (rc)
        return rc;
    rc = write_all(store->data, name, hash, f, err);
    return store_end(store, store->data, rc, err);
}

/* --- from CSV --------------------------------------------------------------------- */

struct columns {
    int code, label;
};

static int find_columns(const struct csv *csv, struct columns *ret, struct err *err)
{
    *ret = (struct columns){csv_find(csv, "code"), csv_find(csv, "label")};
    if (ret->code >= 0 && ret->label >= 0)
        return 0;
    err_set(err, ERR_INVALID, N_("there is no column \"%1$s\""),
            ret->code < 0 ? "code" : "label");
    return err_at(err, NULL, 1, 0);
}

static struct json *read_cells(const struct csv *csv, struct columns at)
{
    struct json *cells = json_new_object();

    for (size_t i = 0; i < csv_columns(csv); i++) {
        struct view cell = csv_cell(csv, i);
        char *name;

        if ((int)i == at.code || (int)i == at.label || !cell.n)
            continue;
        name = view_dup(csv_name(csv, i));
        json_set_take(cells, name, json_text(cell));
        free(name);
    }
    return cells;
}

static int read_row(
        const struct csv *csv, struct columns at, struct filling *f, struct err *err)
{
    struct view code = view_trim(csv_cell(csv, (size_t)at.code));
    struct view label = view_trim(csv_cell(csv, (size_t)at.label));
    struct json *cells;

    if (!code.n || !label.n) {
        err_set(err, ERR_INVALID, N_("column \"%1$s\" is blank"),
                code.n ? "label" : "code");
        return err_at(err, NULL, csv_line(csv), (code.n ? at.label : at.code) + 1);
    }
    cells = read_cells(csv, at);
    add(f, code, label, cells);
    json_free(cells);
    return 0;
}

static int read_csv(struct view text, struct filling *f, struct err *err)
{
    struct columns at;
    struct csv *csv;
    int rc = csv_open(text, &csv, err);

    if (rc)
        return rc;
    rc = find_columns(csv, &at, err);
    while (rc == 0 && (rc = csv_next(csv, err)) > 0)
        rc = read_row(csv, at, f, err);
    csv_free(csv);
    return rc;
}

bool lists_settled(struct store *store, const char *name, struct view csv)
{
    char hash[HASH_128_TEXT], *there = NULL;
    bool settled;

    hash_blake2b128(&csv, 1, hash);
    settled = db_text(store->data, NULL, &there,
                      "select hash from list where name = ?1", bind_text(name)) == 0 &&
              (strcmp(there, hash) == 0 || strcmp(there, IMPORTED) == 0 ||
                      strcmp(there, PUBLISHED) == 0);

    free(there);
    return settled;
}

static int load(struct store *store, const char *name, struct view csv,
        const char *mark, struct err *err)
{
    struct filling f = {0};
    int rc = read_csv(csv, &f, err);

    if (rc == 0)
        rc = replace(store, name, mark, &f, err);
    filling_release(&f);
    return rc;
}

int lists_load(struct store *store, const char *name, struct view csv, bool force,
        struct err *err)
{
    char hash[HASH_128_TEXT];

    if (!force && lists_settled(store, name, csv))
        return 0;
    hash_blake2b128(&csv, 1, hash);
    return load(store, name, csv, force ? IMPORTED : hash, err);
}

int lists_publish(
        struct store *store, const char *name, struct view csv, struct err *err)
{
    return load(store, name, csv, PUBLISHED, err);
}

int lists_unpublish(struct store *store, const char *name, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_run(store->data, err,
            "update list set hash = '' where name = ?1 and hash = ?2", bind_text(name),
            bind_text(PUBLISHED));
    return store_end(store, store->data, rc, err);
}

int lists_check(const char *name, struct view csv, struct err *err)
{
    struct filling f = {0};
    int rc = read_csv(csv, &f, err);
    const char *twice = rc == 0 ? doubled(&f) : NULL;

    if (twice)
        rc = err_set(err, ERR_INVALID, N_("code %1$s stands twice in list %2$s"), twice,
                name);
    filling_release(&f);
    return rc;
}

int lists_replace(struct store *store, const char *name,
        bool (*next)(void *ctx, struct list_row *ret), void *ctx, size_t *ret_n,
        struct err *err)
{
    struct filling f = {0};
    struct list_row row = {0};
    int rc = 0;

    while (rc == 0 && next(ctx, &row)) {
        if (!row.code || !*row.code || !row.label || !*row.label)
            rc = err_set(err, ERR_INVALID, N_("an entry of list %1$s is blank"), name);
        else
            add(&f, view_of(row.code), view_of(row.label), row.cells);
        row = (struct list_row){0};
    }
    if (rc == 0)
        rc = replace(store, name, IMPORTED, &f, err);
    if (rc == 0 && ret_n)
        *ret_n = f.n;
    filling_release(&f);
    return rc;
}

/* --- reading ---------------------------------------------------------------------- */

int64_t lists_count(struct store *store, const char *name)
{
    int64_t n = 0;

    if (db_int(store->data, NULL, &n, "select n from list where name = ?1",
                bind_text(name)))
        return 0;
    return n;
}

/* Most lists have no labels in other languages: no need to read their cells for that. */
static bool may_name(struct view cells, const char *column)
{
    return strpbrk(column, "\"\\") ||
           memmem(cells.p, cells.n, column, strlen(column)) != NULL;
}

/* COLUMN of the row under ST, which has label and cells at COL and after. */
static bool add_cell(struct stmt *st, int col, const char *column, struct buf *out)
{
    struct json *cells = NULL;
    const char *text;
    bool there;

    if (strcmp(column, "label") == 0) {
        buf_addv(out, stmt_text(st, col));
        return true;
    }
    if (!may_name(stmt_text(st, col + 1), column) ||
            json_parse(stmt_text(st, col + 1), 0, &cells, NULL))
        return false;
    text = json_get_text(cells, column);
    there = text != NULL;
    if (there)
        buf_adds(out, text);
    json_free(cells);
    return there;
}

bool lists_cell(struct store *store, const char *name, const char *code,
        const char *column, struct buf *out)
{
    struct stmt *st = db_query(store->data,
            "select label, cells from list_entry where list = ?1 and code = ?2",
            bind_text(name), bind_text(code));
    bool there;

    if (stmt_step(st, NULL) <= 0)
        return false;
    there = add_cell(st, 0, column, out);
    stmt_reset(st);
    return there;
}

bool lists_code(struct store *store, const char *name, size_t n, struct buf *out)
{
    struct stmt *st = db_query(store->data,
            "select code from list_entry where list = ?1 and n = ?2", bind_text(name),
            bind_int((int64_t)n));

    if (stmt_step(st, NULL) <= 0)
        return false;
    buf_addv(out, stmt_text(st, 0));
    stmt_reset(st);
    return true;
}

/* --- choices ---------------------------------------------------------------------- */

struct picking {
    struct words words;
    bool (*allow)(void *ctx, const char *code);
    void *ctx;
    struct choice *ret;
    size_t n, limit;
};

enum { COL_CODE, COL_LABEL, COL_CELLS };

static bool some_word_in(struct view text, const struct words *words)
{
    struct buf fold;
    bool in = false;

    buf_init(&fold, 0);
    utf8_fold(text, &fold);
    for (size_t i = 0; i < words->n && !in; i++)
        in = utf8_match(buf_view(&fold), words->at[i]);
    buf_release(&fold);
    return in;
}

/* The cells that a word is found in; else the first one, which tells namesakes apart.
 */
static char *detail_of(struct view json, const struct words *words)
{
    struct json *cells = NULL;
    const char *first = NULL;
    struct buf out;

    if (json_parse(json, 0, &cells, NULL))
        return NULL;
    buf_init(&out, 0);
    for (struct json_iter it = {0}; json_iter(cells, &it);) {
        if (!first)
            first = json_as_text(it.val);
        if (!some_word_in(json_as_view(it.val), words))
            continue;
        if (out.len)
            buf_adds(&out, ", ");
        buf_addv(&out, json_as_view(it.val));
    }
    if (!out.len && first)
        buf_adds(&out, first);
    json_free(cells);
    return buf_take(&out);
}

static bool is_taken(const struct picking *p, size_t n, struct view code)
{
    for (size_t i = 0; i < n; i++)
        if (view_is(code, p->ret[i].id))
            return true;
    return false;
}

/* Rows of ST until there are enough, without those taken before this call. */
static int take_all(struct picking *p, struct stmt *st, struct err *err)
{
    size_t before = p->n;
    int rc = 0;

    while (p->n < p->limit && (rc = stmt_step(st, err)) > 0) {
        struct view code = stmt_text(st, COL_CODE);

        if (is_taken(p, before, code) || (p->allow && !p->allow(p->ctx, code.p)))
            continue;
        p->ret[p->n++] = (struct choice){
                .id = view_dup(code),
                .label = view_dup(stmt_text(st, COL_LABEL)),
                .detail = detail_of(stmt_text(st, COL_CELLS), &p->words),
        };
    }
    if (p->n == p->limit)
        stmt_reset(st);
    return rc < 0 ? rc : 0;
}

static int take_starts(
        struct picking *p, struct store *store, const char *name, struct err *err)
{
    const char *from = p->words.folded.s;
    char *to = xasprintf("%s\xF4\x8F\xBF\xBF", from);
    struct stmt *st = db_query(store->data,
            "select code, label, cells from list_entry"
            " where list = ?1 and fold >= ?2 and fold < ?3 order by fold, id",
            bind_text(name), bind_text(from), bind_text(to));
    int rc = take_all(p, st, err);

    free(to);
    return rc;
}

static int take_matches(
        struct picking *p, struct store *store, const char *name, struct err *err)
{
    struct buf query;
    struct stmt *st;
    int rc;

    buf_init(&query, 0);
    words_query(&p->words, NULL, &query);
    st = db_query(store->data,
            "select e.code, e.label, e.cells from list_fts"
            " cross join list_entry e on e.id = list_fts.rowid"
            " where list_fts match ?2 and e.list = ?1 order by list_fts.rowid",
            bind_text(name), bind_view(buf_view(&query)));
    rc = take_all(p, st, err);
    buf_release(&query);
    return rc;
}

int lists_choices(struct store *store, const char *name, const char *words,
        bool (*allow)(void *ctx, const char *code), void *ctx, struct choice *ret,
        size_t limit, struct err *err)
{
    struct picking p = {.allow = allow, .ctx = ctx, .ret = ret, .limit = limit};
    int rc;

    words_init(&p.words, words);
    rc = take_starts(&p, store, name, err);
    if (rc == 0 && p.words.n && p.n < limit)
        rc = take_matches(&p, store, name, err);
    words_release(&p.words);
    if (rc) {
        choices_release(ret, p.n);
        return rc;
    }
    return (int)p.n;
}
