#include "odus/db/vtable.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "priv.h"

/* What xBestIndex chose and tells xFilter. */
enum plan { PLAN_SCAN, PLAN_POSITION, PLAN_KEY };

struct module {
    struct db *db;
    struct db_vtable def; /* its texts are ours */
};

struct table {
    sqlite3_vtab base; /* first, as SQLite demands */
    struct module *module;
};

struct cursor {
    sqlite3_vtab_cursor base;
    enum plan plan;
    size_t row, end;
    size_t nth; /* of the rows with the key */
    char *key;
    size_t key_len;
};

static const struct db_vtable *def_of(sqlite3_vtab_cursor *base)
{
    return &((struct table *)base->pVtab)->module->def;
}

static int x_connect(sqlite3 *h, void *aux, int argc, const char *const *argv,
        sqlite3_vtab **ret, char **ret_message)
{
    struct module *m = aux;
    struct table *t;
    char *sql = xasprintf("create table x(%s)", m->def.columns);
    int rc;

    (void)argc, (void)argv;
    m->db->declaring = true;
    rc = sqlite3_declare_vtab(h, sql);
    m->db->declaring = false;
    free(sql);
    if (rc != SQLITE_OK) {
        *ret_message = sqlite3_mprintf("%s", sqlite3_errmsg(h));
        return rc;
    }
    sqlite3_vtab_config(h, SQLITE_VTAB_INNOCUOUS);
    t = xcalloc(1, sizeof(*t));
    t->module = m;
    *ret = &t->base;
    return SQLITE_OK;
}

static int x_disconnect(sqlite3_vtab *base)
{
    free(base);
    return SQLITE_OK;
}

static enum plan plan_for(
        const struct db_vtable *def, sqlite3_index_info *info, int constraint)
{
    const struct sqlite3_index_constraint *c = &info->aConstraint[constraint];
    const char *collation;

    if (!c->usable || c->op != SQLITE_INDEX_CONSTRAINT_EQ)
        return PLAN_SCAN;
    if (c->iColumn < 0 || c->iColumn == def->pos_col)
        return PLAN_POSITION;
    if (!def->find || c->iColumn != def->key_col)
        return PLAN_SCAN;
    collation = sqlite3_vtab_collation(info, constraint);
    return collation && strcmp(collation, "BINARY") == 0 ? PLAN_KEY : PLAN_SCAN;
}

static int x_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct db_vtable *def = &((struct table *)base)->module->def;
    size_t rows = def->rows(def->ctx);
    enum plan best = PLAN_SCAN;
    int used = -1;

    for (int i = 0; i < info->nConstraint && best != PLAN_POSITION; i++) {
        enum plan plan = plan_for(def, info, i);

        if (plan == PLAN_SCAN || (plan == PLAN_KEY && best == PLAN_KEY))
            continue;
        best = plan;
        used = i;
    }
    info->idxNum = best;
    if (used >= 0) {
        info->aConstraintUsage[used].argvIndex = 1;
        info->estimatedCost = 1;
        info->estimatedRows = best == PLAN_POSITION ? 1 : 2;
        info->idxFlags = best == PLAN_POSITION ? SQLITE_INDEX_SCAN_UNIQUE : 0;
    } else {
        /* Tables are often filled only after the rules are compiled. */
        rows = rows == 1 || rows > 100 ? rows : 100;
        info->estimatedCost = (double)rows;
        info->estimatedRows = (sqlite3_int64)rows;
    }
    return SQLITE_OK;
}

static int x_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
    struct cursor *c = xcalloc(1, sizeof(*c));

    (void)base;
    *ret = &c->base;
    return SQLITE_OK;
}

static int x_close(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;

    free(c->key);
    free(c);
    return SQLITE_OK;
}

static bool row_exists(const struct db_vtable *def, size_t row)
{
    return def->exists ? def->exists(def->ctx, row) : row < def->rows(def->ctx);
}

/* The one row at SQL position VALUE; nothing where there is none. */
static void seek_position(struct cursor *c, sqlite3_value *value)
{
    int type = sqlite3_value_numeric_type(value);
    sqlite3_int64 pos = sqlite3_value_int64(value);
    bool whole = type == SQLITE_INTEGER ||
                 (type == SQLITE_FLOAT && (double)pos == sqlite3_value_double(value));

    c->row = (size_t)pos - 1;
    c->end = whole && pos > 0 && row_exists(def_of(&c->base), c->row) ? (size_t)pos : 0;
}

static void seek_key(struct cursor *c)
{
    const struct db_vtable *def = def_of(&c->base);

    c->row = def->find(def->ctx, (struct view){c->key, c->key_len}, c->nth);
}

static void start_key(struct cursor *c, sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);

    free(c->key);
    c->key = NULL;
    if (!text) {
        c->end = 0;
        return;
    }
    c->key_len = (size_t)sqlite3_value_bytes(value);
    c->key = xstrndup(text, c->key_len);
    seek_key(c);
}

static int x_filter(sqlite3_vtab_cursor *base, int idx_num, const char *idx_str,
        int argc, sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)base;
    const struct db_vtable *def = def_of(base);

    (void)idx_str;
    c->plan = argc > 0 ? (enum plan)idx_num : PLAN_SCAN;
    c->row = 0;
    c->nth = 0;
    c->end = DB_NO_ROW;
    if (c->plan == PLAN_POSITION)
        seek_position(c, argv[0]);
    else if (c->plan == PLAN_KEY)
        start_key(c, argv[0]);
    else
        c->end = def->rows(def->ctx);
    return SQLITE_OK;
}

static int x_next(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;

    if (c->plan == PLAN_KEY) {
        c->nth++;
        seek_key(c);
    } else {
        c->row++;
    }
    return SQLITE_OK;
}

static int x_eof(sqlite3_vtab_cursor *base)
{
    const struct cursor *c = (const struct cursor *)base;

    return c->row >= c->end;
}

static int x_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int col)
{
    const struct db_vtable *def = def_of(base);
    struct db_call call = {((struct table *)base->pVtab)->module->db, context, 0, NULL};

    def->cell(def->ctx, ((struct cursor *)base)->row, col, &call);
    return SQLITE_OK;
}

static int x_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)((struct cursor *)base)->row + 1;
    return SQLITE_OK;
}

/* No xCreate: the table exists under the module's name, without a schema entry, and
 * costs next to nothing until a statement names it. */
static const sqlite3_module methods = {
        .xConnect = x_connect,
        .xBestIndex = x_best_index,
        .xDisconnect = x_disconnect,
        .xOpen = x_open,
        .xClose = x_close,
        .xFilter = x_filter,
        .xNext = x_next,
        .xEof = x_eof,
        .xColumn = x_column,
        .xRowid = x_rowid,
};

static void free_module(void *ptr)
{
    struct module *m = ptr;

    free((char *)m->def.name);
    free((char *)m->def.columns);
    free(m);
}

int db_vtable(struct db *db, const struct db_vtable *t, struct err *e)
{
    struct module *m = xmalloc(sizeof(*m));
    int rc;

    m->db = db;
    m->def = *t;
    m->def.name = xstrdup(t->name);
    m->def.columns = xstrdup(t->columns);
    if (m->def.pos_col < 0)
        m->def.pos_col = -2; /* -1 is SQLite's number for the rowid */
    /* SQLite frees M also when this fails. */
    rc = sqlite3_create_module_v2(db->handle, m->def.name, &methods, m, free_module);
    return rc == SQLITE_OK ? 0 : db_fail(db, rc, e);
}
