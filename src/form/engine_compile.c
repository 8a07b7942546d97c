/* Expressions to prepared statements, with the mistakes an author makes said well. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "engine_priv.h"

bool expr_is_one(const struct form *form, int expr)
{
    return expr && strcmp(form->exprs[expr].src, "1") == 0;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool expr_names(struct view src, const char *name)
{
    size_t n = strlen(name);
    const char *end = src.p + src.n;

    for (const char *p = src.p; (p = memmem(p, (size_t)(end - p), name, n)); p++)
        if ((p == src.p || !is_word(p[-1])) && (p + n == end || !is_word(p[n])))
            return true;
    return false;
}

/* Whether SRC may read the record from within a row: by its name, or a bare one. */
static bool names_record(const struct form *form, struct view src)
{
    if (expr_names(src, form->tables[0].sql))
        return true;
    for (size_t i = 0; i < form->nfields; i++) {
        const struct form_field *f = &form->fields[i];

        if (f->table != 0)
            continue;
        if (f->nslots > 1 ? memmem(src.p, src.n, f->key, strlen(f->key)) != NULL
                          : expr_names(src, f->key))
            return true;
    }
    return false;
}

struct wrapping {
    struct buf prefix, suffix;
};

static void add_layer(struct wrapping *w)
{
    buf_adds(&w->prefix, "select (");
    buf_adds(&w->suffix, ") from ");
}

static void add_groups(const struct form *form, struct view src, struct wrapping *w)
{
    const char *sep = "";

    for (size_t i = 1; i < form->ntables; i++) {
        if (form->tables[i].kind != FORM_GROUP || !expr_names(src, form->tables[i].sql))
            continue;
        if (!*sep)
            add_layer(w);
        buf_addf(&w->suffix, "%s\"%s\"", sep, form->tables[i].sql);
        sep = ", ";
    }
}

/*
 * Bare names are looked for from the inside out: INNER (an entry, the typed text), the
 * row of a repeat, the record; groups stand outside all. Layers that SRC cannot mean
 * are left out: each costs at every evaluation.
 */
static void wrap(struct engine *en, const struct form_expr *where, struct view src,
        const char *inner, struct wrapping *w)
{
    const struct form *form = en->form;

    if (inner) {
        add_layer(w);
        buf_adds(&w->suffix, inner);
    }
    if (where->table) {
        add_layer(w);
        buf_addf(&w->suffix, "\"%s\" as \"row\" where \"row\".\"_pos\" = %s",
                form->tables[where->table].sql, inner ? "current_row()" : "?1");
    }
    if (!where->table || names_record(form, src)) {
        add_layer(w);
        buf_addf(&w->suffix, "\"%s\"", form->tables[0].sql);
    }
    add_groups(form, src, w);
}

struct nearest {
    const char *name;
    double distance;
};

static void consider(struct nearest *best, const char *unknown, const char *name)
{
    double d = name ? utf8_distance(unknown, name) : 1;

    if (d < best->distance)
        *best = (struct nearest){name, d};
}

static const char *nearest_name(
        struct engine *en, const char *unknown, enum sandbox_name kind)
{
    const struct form *form = en->form;
    struct nearest best = {NULL, 0.5};
    const char *dot = strrchr(unknown, '.');

    if (kind == SANDBOX_FUNCTION) {
        for (const char *const *f = engine_function_names(); *f; f++)
            consider(&best, unknown, *f);
        for (const char *const *f = sandbox_builtins(); *f; f++)
            consider(&best, unknown, *f);
        return best.name;
    }
    for (size_t i = 0; i < form->ntables; i++)
        if (kind == SANDBOX_TABLE)
            consider(&best, unknown, form->tables[i].sql);
    for (size_t i = 0; i < form->nlists; i++)
        if (kind == SANDBOX_TABLE)
            consider(&best, unknown, form->lists[i].name);
    for (size_t i = 0; i < form->nfields; i++)
        if (kind == SANDBOX_COLUMN)
            consider(&best, unknown, dot ? form->fields[i].path : form->fields[i].key);
    return best.name;
}

static void suggest(struct engine *en, struct err *e)
{
    static const char *const ids[][2] = {
            [SANDBOX_COLUMN] = {N_("no such field: %1$s"),
                    N_("no such field: %1$s (did you mean \"%2$s\"?)")},
            [SANDBOX_TABLE] = {N_("no such repeat or list: %1$s"),
                    N_("no such repeat or list: %1$s (did you mean \"%2$s\"?)")},
            [SANDBOX_FUNCTION] = {N_("no such function: %1$s"),
                    N_("no such function: %1$s (did you mean \"%2$s\"?)")},
    };
    enum sandbox_name kind = SANDBOX_COLUMN;
    const char *unknown = sandbox_unknown(e, &kind);
    char *name = xstrdup(unknown);
    const char *near;
    int column = e->column;

    if (!name)
        return;
    near = nearest_name(en, name, kind);
    if (near)
        err_set(e, ERR_INVALID, ids[kind][1], name, near);
    else
        err_set(e, ERR_INVALID, ids[kind][0], name);
    e->column = column;
    free(name);
}

/* From a column inside the expression to the place in the file. */
static void place(const struct form_expr *where, struct view src, struct err *e)
{
    int line = where->line;
    int column = where->column;
    size_t at = 0;
    uint32_t cp;

    for (int i = 1; i < e->column && at < src.n; i++) {
        at += (size_t)utf8_decode((struct view){src.p + at, src.n - at}, &cp);
        column++;
        if (cp == '\n') {
            line++;
            column = 3; /* continued lines begin with white space, two by custom */
        }
    }
    err_at(e, where->file, line, column);
}

static struct view source_line(
        struct view src, const struct err *e, const struct form_expr *where)
{
    struct view line = src;
    const char *nl;

    for (int i = where->line; i < e->line; i++) {
        nl = memchr(line.p, '\n', line.n);
        if (!nl)
            break;
        line.n -= (size_t)(nl + 1 - line.p);
        line.p = nl + 1;
    }
    nl = memchr(line.p, '\n', line.n);
    if (nl)
        line.n = (size_t)(nl - line.p);
    return line;
}

static void report(struct engine *en, const struct form_expr *where, struct view src,
        struct err *e, struct problems *problems)
{
    struct buf line;
    int shift;

    suggest(en, e);
    place(where, src, e);
    buf_init(&line, 0);
    /* as in the file, so that the caret stands right: KEY=… is as long as the column
     * says */
    shift = e->line == where->line ? where->column - 1 : 2;
    for (int i = 0; i < shift && i < FORM_PATH_MAX; i++)
        buf_addc(&line, ' ');
    buf_addv(&line, source_line(src, e, where));
    problems_add(problems, e, buf_view(&line));
    buf_release(&line);
}

static bool only_in_default(struct engine *en, const struct sandbox_expr *x)
{
    const char *const *calls;
    size_t n = sandbox_calls(x, &calls);

    (void)en;
    for (size_t i = 0; i < n; i++)
        for (const char *const *f = engine_default_only; *f; f++)
            if (strcmp(calls[i], *f) == 0)
                return true;
    return false;
}

static bool is_default(const struct form *form, const struct form_expr *where)
{
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].initial && &form->exprs[form->fields[i].initial] == where)
            return true;
    return false;
}

struct sandbox_expr *engine_compile_text(struct engine *en,
        const struct form_expr *where, struct view src, const char *inner,
        struct problems *problems)
{
    struct sandbox_expr *x = NULL;
    struct err e = {0};
    struct wrapping w;

    buf_init(&w.prefix, 0);
    buf_init(&w.suffix, 0);
    wrap(en, where, src, inner, &w);
    if (sandbox_compile(en->sb, src, w.prefix.s, w.suffix.s, &x, &e) < 0) {
        report(en, where, src, &e, problems);
        x = NULL;
    } else if (only_in_default(en, x) && !is_default(en->form, where)) {
        err_set(&e, ERR_INVALID,
                N_("uuid() and random_int() may stand in \"default\" only"));
        report(en, where, src, &e, problems);
    }
    buf_release(&w.suffix);
    buf_release(&w.prefix);
    return x;
}

static char *inner_of(const struct form *form, int expr)
{
    for (size_t i = 0; i < form->nfields; i++) {
        const struct form_field *f = &form->fields[i];

        if (f->normalise == expr)
            return xstrdup("typed_input");
        if (f->filter == expr && f->list >= 0)
            return xasprintf("\"%s\" as \"entry\" where \"entry\".\"_pos\" = ?1",
                    form->lists[f->list].name);
        if (f->filter == expr)
            return xstrdup("choice");
    }
    return NULL;
}

static void compile(struct engine *en, int expr, struct problems *problems)
{
    const struct form_expr *where;
    char *inner;

    if (!expr || en->compiled[expr] || expr_is_one(en->form, expr))
        return;
    where = &en->form->exprs[expr];
    inner = inner_of(en->form, expr);
    en->compiled[expr] =
            engine_compile_text(en, where, view_of(where->src), inner, problems);
    free(inner);
}

void engine_compile(struct engine *en, struct problems *problems)
{
    for (size_t i = 1; i < en->form->nexprs; i++)
        compile(en, (int)i, problems);
}

struct sandbox_expr *engine_expr(struct engine *en, int expr)
{
    struct problems unseen;

    if (en->compiled[expr] || en->complete)
        return en->compiled[expr];
    problems_init(&unseen);
    compile(en, expr, &unseen);
    problems_release(&unseen);
    return en->compiled[expr];
}
