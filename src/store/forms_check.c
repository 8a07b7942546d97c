/* Checking a form file by itself, without a store: what its author runs. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/csv.h"
#include "odus/base/file.h"
#include "forms_priv.h"

enum { CHECK_LISTS = 8 };

/* A list read from its file, as far as tests ask for it. */
struct check_list {
    char *name;
    char **columns;
    size_t ncolumns;
    char ***rows; /* cells of each */
    size_t nrows, cap;
    int code; /* column */
};

struct check {
    struct check_list lists[CHECK_LISTS];
    size_t nlists;
};

static struct form_sources beside(const char *path, char **ret_dir, char **ret_name)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    size_t n = strlen(file);

    if (n > 5 && strcmp(file + n - 5, ".form") == 0)
        n -= 5;
    *ret_name = xstrndup(file, n);
    *ret_dir = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
    return (struct form_sources){.dir = *ret_dir, .tests = true};
}

static struct form *read_form(
        const char *path, struct json *seen, struct problems *problems)
{
    char *dir, *name;
    struct form_sources from = beside(path, &dir, &name);
    struct form *form;

    from.seen = seen;
    form = form_from(&from, name, problems);
    free(dir);
    free(name);
    return form;
}

struct form *forms_read(const char *path, struct problems *problems)
{
    return read_form(path, NULL, problems);
}

struct form *forms_read_seen(
        const char *path, struct json **ret_seen, struct problems *problems)
{
    struct json *seen = json_new_object();
    struct form *form = read_form(path, seen, problems);

    if (form)
        *ret_seen = seen;
    else
        json_free(seen);
    return form;
}

static int read_rows(struct csv *csv, struct check_list *l, struct err *err)
{
    int rc;

    l->code = csv_find(csv, "code");
    l->ncolumns = csv_columns(csv);
    l->columns = xcalloc(l->ncolumns, sizeof(*l->columns));
    for (size_t i = 0; i < l->ncolumns; i++)
        l->columns[i] = view_dup(csv_name(csv, i));
    while ((rc = csv_next(csv, err)) > 0) {
        char **cells = xcalloc(l->ncolumns, sizeof(*cells));

        for (size_t i = 0; i < l->ncolumns; i++)
            cells[i] = view_dup(csv_cell(csv, i));
        l->rows = mem_grow(l->rows, l->nrows, &l->cap, sizeof(*l->rows));
        l->rows[l->nrows++] = cells;
    }
    return rc;
}

static void read_list(struct check *check, const char *dir,
        const struct form_list *list, struct problems *problems)
{
    struct check_list *l = &check->lists[check->nlists];
    char *path = file_join(dir, list->file);
    struct csv *csv = NULL;
    struct err err = {0};
    struct buf text;
    int rc = file_read(path, LIST_FILE_MAX, &text, &err);

    if (rc == 0)
        rc = csv_open(buf_view(&text), &csv, &err);
    if (rc == 0) {
        check->nlists++;
        l->name = xstrdup(list->name);
        rc = read_rows(csv, l, &err);
    }
    if (rc) {
        err_at(&err, list->file, err.line, err.column);
        problems_add(problems, &err, (struct view){0});
    }
    csv_free(csv);
    buf_release(&text);
    free(path);
}

static void check_release(struct check *check)
{
    for (size_t i = 0; i < check->nlists; i++) {
        struct check_list *l = &check->lists[i];

        for (size_t row = 0; row < l->nrows; row++) {
            for (size_t col = 0; col < l->ncolumns; col++)
                free(l->rows[row][col]);
            free(l->rows[row]);
        }
        for (size_t col = 0; col < l->ncolumns; col++)
            free(l->columns[col]);
        free(l->rows);
        free(l->columns);
        free(l->name);
    }
}

static const struct check_list *find_list(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->nlists; i++)
        if (strcmp(check->lists[i].name, name) == 0)
            return &check->lists[i];
    return NULL;
}

static bool add_cell(
        const struct check_list *l, size_t row, const char *column, struct buf *out)
{
    for (size_t col = 0; col < l->ncolumns; col++)
        if (strcmp(l->columns[col], column) == 0 && *l->rows[row][col]) {
            buf_adds(out, l->rows[row][col]);
            return true;
        }
    return false;
}

static bool check_cell(void *ctx, const char *list, const char *code,
        const char *column, struct buf *out)
{
    const struct check_list *l = find_list(ctx, list);

    for (size_t row = 0; l && l->code >= 0 && row < l->nrows; row++)
        if (strcmp(l->rows[row][l->code], code) == 0)
            return add_cell(l, row, column, out);
    return false;
}

static bool check_code(void *ctx, const char *list, size_t n, struct buf *out)
{
    const struct check_list *l = find_list(ctx, list);

    return l && n < l->nrows && add_cell(l, n, "code", out);
}

static int32_t check_today(void *ctx)
{
    (void)ctx;
    return 0; /* tests that need a date have today= */
}

static int64_t check_now(void *ctx)
{
    (void)ctx;
    return 0;
}

static int run_tests(
        const struct form *form, struct check *check, struct problems *problems)
{
    struct engine_hooks hooks = {
            .ctx = check,
            .today = check_today,
            .now_s = check_now,
            .list_cell = check_cell,
            .list_code = check_code,
    };
    struct engine *engine = engine_new(form, &hooks, problems);
    int tests = engine ? engine_run_tests(engine, problems) : -1;

    engine_free(engine);
    return tests;
}

static int check_form(const char *path, struct problems *problems)
{
    struct form *form = forms_read(path, problems);
    struct check check = {.nlists = 0};
    char *dir, *name;
    int tests;

    if (!form)
        return -1;
    beside(path, &dir, &name);
    for (size_t i = 0; i < form->nlists && check.nlists < CHECK_LISTS; i++)
        if (form->lists[i].file)
            read_list(&check, dir, &form->lists[i], problems);
    tests = run_tests(form, &check, problems);
    check_release(&check);
    form_free(form);
    free(dir);
    free(name);
    return tests;
}

static bool is_fragment(const char *path)
{
    struct buf text;
    bool yes = file_read(path, FORM_FILE_MAX, &text, NULL) == 0 &&
               form_is_fragment(buf_view(&text));

    buf_release(&text);
    return yes;
}

int forms_check(const char *path, struct problems *problems)
{
    if (is_fragment(path))
        return 0;
    return check_form(path, problems);
}
