#include "lists_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "search_priv.h"

/* --- reading ---------------------------------------------------------------------- */

int64_t lists_count(struct store *store, const char *name)
{
    int64_t n = 0;

    if (db_int(store->data, NULL, &n, "select n from list where name = " LIST_STORED,
                bind_text(name)))
        return 0;
    return n;
}

/* Most lists have no labels in other languages: no need to read their cells for that.
 */
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

/* Label and cells of an entry, to be reset; NULL: there is none. */
static struct stmt *find_entry(struct store *store, const char *name, const char *code)
{
    struct stmt *st = db_query(store->data,
            "select label, cells from list_entry where list = " LIST_STORED
            " and code = ?2",
            bind_text(name), bind_text(code));

    return stmt_step(st, NULL) > 0 ? st : NULL;
}

bool lists_cell(struct store *store, const char *name, const char *code,
        const char *column, struct buf *out)
{
    struct stmt *st = find_entry(store, name, code);
    bool there;

    if (!st)
        return false;
    there = add_cell(st, 0, column, out);
    stmt_reset(st);
    return there;
}

bool lists_label(struct store *store, const char *name, const char *code,
        const char *lang, struct buf *out)
{
    struct stmt *st = find_entry(store, name, code);
    char *column;

    if (!st)
        return false;
    column = xasprintf("label[%s]", lang);
    if (!add_cell(st, 0, column, out))
        buf_addv(out, stmt_text(st, 0));
    free(column);
    stmt_reset(st);
    return true;
}

bool lists_code(struct store *store, const char *name, size_t n, struct buf *out)
{
    struct stmt *st = db_query(store->data,
            "select code from list_entry where list = " LIST_STORED " and n = ?2",
            bind_text(name), bind_int((int64_t)n));

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
            " where list = " LIST_STORED
            " and fold >= ?2 and fold < ?3 order by fold, id",
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
            " where list_fts match ?2 and e.list = " LIST_STORED
            " order by list_fts.rowid",
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
