#include "sandbox_priv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "odus/base/mem.h"

/*
 * Deterministic, and cheap for their opcode or replaced by ours (guard.c). Not here on
 * purpose: printf and format (one call can run for seconds), randomblob, zeroblob, hex,
 * quote, random, the date functions and current_date (they know "now"), json, changes,
 * load_extension, fts3_tokenizer, sqlite_*.
 */
static const char *const builtins[] = {"abs", "avg", "ceil", "ceiling", "char",
        "coalesce", "count", "cume_dist", "dense_rank", "first_value", "floor", "glob",
        "group_concat", "ifnull", "iif", "instr", "lag", "last_value", "lead", "length",
        "like", "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif",
        "percent_rank", "rank", "replace", "round", "row_number", "rtrim", "sign",
        "substr", "substring", "sum", "total", "trim", "typeof", "unicode", "upper",
        NULL};

const char *const *sandbox_builtins(void)
{
    return builtins;
}

bool sandbox_builtin(const char *name)
{
    for (size_t i = 0; builtins[i]; i++)
        if (strcasecmp(builtins[i], name) == 0)
            return true;
    return false;
}

const char *names_find(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcasecmp(names->items[i], name) == 0)
            return names->items[i];
    return NULL;
}

const char *names_add(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->items[i], name) == 0)
            return names->items[i];
    names->items = mem_grow(names->items, names->n, &names->cap, sizeof(*names->items));
    return names->items[names->n++] = xstrdup(name);
}

void names_release(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct names){0};
}

struct sandbox *sandbox_new(void)
{
    struct sandbox *sb = xcalloc(1, sizeof(*sb));
    struct db_options opt = {.create = true, .sync = DB_SYNC_OFF};

    /* A connection in memory fails only where memory does. */
    if (db_open(":memory:", &opt, &sb->db, NULL) || guard_functions(sb->db, NULL))
        mem_panic("sandbox_new: no database in memory");
    return sb;
}

void sandbox_free(struct sandbox *sb)
{
    if (!sb)
        return;
    if (sb->running)
        mem_panic("sandbox_free during an evaluation");
    while (sb->exprs)
        sandbox_expr_free(sb->exprs);
    sqlite3_set_authorizer(sb->db->handle, NULL, NULL);
    sqlite3_progress_handler(sb->db->handle, 0, NULL, NULL);
    db_close(sb->db);
    names_release(&sb->tables);
    names_release(&sb->functions);
    free(sb);
}

int sandbox_table(struct sandbox *sb, const struct db_vtable *t, struct err *e)
{
    if (sb->sealed)
        mem_panic("sandbox_table after sandbox_seal");
    if (names_find(&sb->tables, t->name))
        return err_set(e, ERR_INVALID, N_("the table %1$s is given twice"), t->name);
    names_add(&sb->tables, t->name);
    return db_vtable(sb->db, t, e);
}

int sandbox_function(struct sandbox *sb, const char *name, int nargs, unsigned flags,
        db_function_fn *fn, void *ctx, struct err *e)
{
    if (sb->sealed)
        mem_panic("sandbox_function after sandbox_seal");
    names_add(&sb->functions, name);
    return db_function(sb->db, name, nargs, flags, fn, ctx, e);
}

/* TABLE is the sandbox's own spelling. */
static void add_read(struct sandbox_expr *x, const char *table, const char *column)
{
    const struct sandbox_read read = {table, names_add(&x->columns, column)};

    for (size_t i = 0; i < x->nreads; i++)
        if (x->reads[i].table == read.table && x->reads[i].column == read.column)
            return;
    x->reads = mem_grow(x->reads, x->nreads, &x->reads_cap, sizeof(*x->reads));
    x->reads[x->nreads++] = read;
}

static int refuse(struct sandbox *sb, enum sandbox_name kind, const char *name)
{
    if (!sb->refused[0]) {
        size_t n = strnlen(name, sizeof(sb->refused) - 1);

        memcpy(sb->refused, name, n);
        sb->refused[n] = '\0';
        sb->refused_kind = kind;
    }
    return SQLITE_DENY;
}

static int may_read(struct sandbox *sb, const char *table, const char *column)
{
    const char *known = names_find(&sb->tables, table);

    if (!known)
        return refuse(sb, SANDBOX_TABLE, table);
    if (sb->compiling)
        add_read(sb->compiling, known, column);
    return SQLITE_OK;
}

static int may_call(struct sandbox *sb, const char *name)
{
    if (!sandbox_builtin(name) && !names_find(&sb->functions, name))
        return refuse(sb, SANDBOX_FUNCTION, name);
    if (sb->compiling)
        names_add(&sb->compiling->calls, name);
    return SQLITE_OK;
}

static int authorize(void *ctx, int action, const char *a, const char *b,
        const char *database, const char *trigger)
{
    struct sandbox *sb = ctx;

    (void)database, (void)trigger;
    if (sb->db->declaring)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT: return SQLITE_OK;
    case SQLITE_READ: return may_read(sb, a ? a : "", b ? b : "");
    case SQLITE_FUNCTION: return may_call(sb, b ? b : "");
    default: return SQLITE_DENY;
    }
}

/* Opcodes, not milliseconds: a slow machine must not change a rule's result. */
static int on_progress(void *ctx)
{
    struct sandbox *sb = ctx;

    if (sqlite3_memory_used() - sb->memory_start > SANDBOX_MEMORY_MAX)
        sb->too_large = true;
    return !db_work(sb->db, SANDBOX_PROGRESS) || sb->too_large;
}

static void set_limits(sqlite3 *h)
{
    static const struct {
        int what, max;
    } limits[] = {
            {SQLITE_LIMIT_LENGTH, SANDBOX_TEXT_MAX},
            /* an expression has SANDBOX_EXPR_MAX; this is for the columns of tables */
            {SQLITE_LIMIT_SQL_LENGTH, SANDBOX_SQL_MAX},
            {SQLITE_LIMIT_COLUMN, 2000},
            {SQLITE_LIMIT_EXPR_DEPTH, 50},
            {SQLITE_LIMIT_COMPOUND_SELECT, 10},
            {SQLITE_LIMIT_VDBE_OP, 20000},
            {SQLITE_LIMIT_FUNCTION_ARG, 32},
            {SQLITE_LIMIT_ATTACHED, 0},
            {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, SANDBOX_LIKE_MAX},
            {SQLITE_LIMIT_VARIABLE_NUMBER, 1},
            {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
            {SQLITE_LIMIT_WORKER_THREADS, 0},
    };

    for (size_t i = 0; i < COUNT(limits); i++)
        sqlite3_limit(h, limits[i].what, limits[i].max);
}

int sandbox_seal(struct sandbox *sb, struct err *e)
{
    sqlite3 *h = sb->db->handle;
    /* One transaction for good: evaluations need not begin and end their own. */
    int rc = db_exec(sb->db, e, "pragma query_only=on; begin");

    if (rc)
        return rc;
    sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
    set_limits(h);
    sb->db->work.max = SANDBOX_WORK_MAX;
    sqlite3_progress_handler(h, SANDBOX_PROGRESS, on_progress, sb);
    sqlite3_set_authorizer(h, authorize, sb);
    sb->sealed = true;
    return 0;
}
