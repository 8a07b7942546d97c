#include <string.h>

#include "odus/form/rec.h"

/** The language called NAME in FORM, or -1. */
static int lang_find(const struct form *form, struct view name)
{
    for (int l = 0; l < form->nlangs; l++)
        if (view_is(name, form->langs[l]))
            return l;
    return -1;
}

/** The field PATH or, where that is multilingual, PATH.LANG. */
static bool find_field(const struct form *form, struct view path, struct rec_at *ret_at)
{
    size_t dot = path.n;

    ret_at->lang = 0;
    ret_at->field = form_field_find(form, path);
    if (ret_at->field >= 0)
        return true;
    while (dot && path.p[dot - 1] != '.')
        dot--;
    if (!dot)
        return false;
    ret_at->lang = lang_find(form, (struct view){path.p + dot, path.n - dot});
    ret_at->field = form_field_find(form, (struct view){path.p, dot - 1});
    return ret_at->field >= 0 && ret_at->lang >= 0 &&
           form->fields[ret_at->field].multilingual;
}

static int no_field(struct view path, struct err *err)
{
    struct buf name;
    int code;

    buf_init(&name, ERR_ARG_MAX);
    buf_addv(&name, path);
    code = err_set(err, ERR_NOT_FOUND, N_("no field is called \"%1$s\""), name.s);
    buf_release(&name);
    return code;
}

/** REST (after "TABLE.") begins with a row: its place or -1, *RET_LEN bytes of it. */
static int read_row(const struct rec *rec, int table, struct view rest, size_t *ret_len)
{
    long long n;

    for (size_t i = 0; i < rest.n; i++) {
        int row;

        if (rest.p[i] != '.')
            continue;
        *ret_len = i;
        if (rest.p[0] != '#')
            return view_int((struct view){rest.p, i}, &n) && n >= 1 &&
                                   n <= rec_rows(rec, table)
                           ? (int)n - 1
                           : -1;
        /* ids of other programs may hold points */
        row = rec_row_find(rec, table, (struct view){rest.p + 1, i - 1});
        if (row >= 0)
            return row;
    }
    return -1;
}

static bool begins_row(struct view rest)
{
    return rest.n && (rest.p[0] == '#' || (rest.p[0] >= '0' && rest.p[0] <= '9'));
}

/** PATH is TABLE.ROW.KEY of the repeat TABLE, whose own path is N bytes long. */
static int parse_in_repeat(const struct rec *rec, int table, struct view path, size_t n,
        struct rec_at *ret_at, struct err *err)
{
    struct view rest = {path.p + n + 1, path.n - n - 1};
    struct rec_at at = {0};
    size_t len = 0;
    struct buf bare;
    bool found;

    at.row = read_row(rec, table, rest, &len);
    if (at.row < 0)
        return err_set(err, ERR_NOT_FOUND, N_("%1$s has no such row"),
                rec_form(rec)->tables[table].path);
    buf_init(&bare, FORM_PATH_MAX);
    buf_adds(&bare, rec_form(rec)->tables[table].path);
    buf_add(&bare, rest.p + len, rest.n - len);
    found = !bare.full && find_field(rec_form(rec), buf_view(&bare), &at) &&
            form_frame(rec_form(rec), at.field) == table;
    buf_release(&bare);
    if (!found)
        return no_field(path, err);
    *ret_at = at;
    return 0;
}

int rec_at_parse(
        const struct rec *rec, struct view path, struct rec_at *ret_at, struct err *err)
{
    const struct form *form = rec_form(rec);
    struct rec_at at = {0};
    int table;

    for (size_t t = 1; t < form->ntables; t++) {
        size_t n = strlen(form->tables[t].path);

        if (form->tables[t].kind == FORM_REPEAT && path.n > n + 1 && path.p[n] == '.' &&
                memcmp(path.p, form->tables[t].path, n) == 0 &&
                begins_row((struct view){path.p + n + 1, path.n - n - 1}))
            return parse_in_repeat(rec, (int)t, path, n, ret_at, err);
    }
    if (!find_field(form, path, &at))
        return no_field(path, err);
    table = form_frame(form, at.field);
    if (table)
        return err_set(err, ERR_INVALID,
                N_("a row is missing: write it as %1$s.1.%2$s"),
                form->tables[table].path, form->fields[at.field].key);
    *ret_at = at;
    return 0;
}

void rec_path_bare(struct view path, struct buf *out)
{
    const char *dot = "";
    struct view part;

    while (view_next(&path, '.', &part))
        if (!begins_row(part)) {
            buf_adds(out, dot);
            buf_addv(out, part);
            dot = ".";
        }
}

void rec_at_text(const struct rec *rec, struct rec_at at, bool by_id, struct buf *out)
{
    const struct form *form = rec_form(rec);
    const struct form_field *field;
    int table;

    if (at.field < 0 || (size_t)at.field >= form->nfields)
        return;
    field = &form->fields[at.field];
    table = form_frame(form, at.field);
    if (table && by_id)
        buf_addf(out, "%s.#%s.%s", form->tables[table].path,
                rec_row_id(rec, table, at.row), field->key);
    else if (table)
        buf_addf(out, "%s.%d.%s", form->tables[table].path, at.row + 1, field->key);
    else
        buf_adds(out, field->path);
    if (at.lang > 0 && at.lang < form->nlangs)
        buf_addf(out, ".%s", form->langs[at.lang]);
}
