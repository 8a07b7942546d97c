/* Filling long lists, in one transaction each. */
#include "lists_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/csv.h"
#include "odus/base/hash.h"
#include "odus/base/utf8.h"

/* In place of the hash where people brought the entries: no shipped file replaces them.
 */
static const char IMPORTED[] = "import";

/* --- writing ---------------------------------------------------------------------- */

void filling_release(struct filling *f)
{
    for (size_t i = 0; i < f->n; i++) {
        struct filling_entry *e = &f->items[i];

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
    struct filling_entry e = {
            .code = view_dup(code), .label = view_dup(label), .n = f->n};

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
    return strcmp(((const struct filling_entry *)x)->code,
            ((const struct filling_entry *)y)->code);
}

static int by_label(const void *x, const void *y)
{
    const struct filling_entry *a = x, *b = y;
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

char *list_stored(struct db *db, const char *name)
{
    char *stored = NULL;

    if (db_text(db, NULL, &stored, "select " LIST_STORED, bind_text(name)))
        return xstrdup(name);
    return stored;
}

/* STORED: as its rows bear it. */
static int forget(struct db *db, const char *stored, struct err *err)
{
    int rc = db_run(db, err,
            "insert into list_fts(list_fts, rowid, words)"
            " select 'delete', id, words from list_entry where list = ?1 order by id",
            bind_text(stored));

    if (rc == 0)
        rc = db_run(db, err, "delete from list where name = ?1", bind_text(stored));
    return rc;
}

/* In the order of labels, so that the order of ids is that of choices. */
int filling_put(
        struct db *db, const char *name, const struct filling_entry *e, struct err *err)
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
        rc = filling_put(db, name, &f->items[i], err);
    return rc;
}

int filling_sort(struct filling *f, const char *name, struct err *err)
{
    const char *twice = doubled(f);

    if (twice)
        return err_set(err, ERR_INVALID, N_("code %1$s stands twice in list %2$s"),
                twice, name);
    if (f->n)
        qsort(f->items, f->n, sizeof(*f->items), by_label);
    return 0;
}

static int replace(struct store *store, const char *name, const char *hash,
        struct filling *f, struct err *err)
{
    char *stored;
    int rc = filling_sort(f, name, err);

    if (rc == 0)
        rc = store_begin_data(store, DB_SYNC_FULL, err);
    if (rc)
        return rc;
    stored = list_stored(store->data, name);
    rc = write_all(store->data, stored, hash, f, err);
    free(stored);
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

int filling_read(struct view text, struct filling *f, struct err *err)
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
                      "select hash from list where name = " LIST_STORED,
                      bind_text(name)) == 0 &&
              (strcmp(there, hash) == 0 || strcmp(there, IMPORTED) == 0 ||
                      strcmp(there, LIST_PUBLISHED) == 0);

    free(there);
    return settled;
}

int lists_load(struct store *store, const char *name, struct view csv, bool force,
        struct err *err)
{
    char hash[HASH_128_TEXT];
    struct filling f = {0};
    int rc;

    if (!force && lists_settled(store, name, csv))
        return 0;
    hash_blake2b128(&csv, 1, hash);
    rc = filling_read(csv, &f, err);
    if (rc == 0)
        rc = replace(store, name, force ? IMPORTED : hash, &f, err);
    filling_release(&f);
    return rc;
}

int lists_unpublish(struct store *store, const char *name, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_run(store->data, err,
            "update list set hash = '' where name = " LIST_STORED " and hash = ?2",
            bind_text(name), bind_text(LIST_PUBLISHED));
    return store_end(store, store->data, rc, err);
}

int lists_check(const char *name, struct view csv, struct err *err)
{
    struct filling f = {0};
    int rc = filling_read(csv, &f, err);

    if (rc == 0)
        rc = filling_sort(&f, name, err);
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
