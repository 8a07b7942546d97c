/* new and set: FIELD=VALUE words, all of them or none. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/* The field whose path or last part is nearest to PATH; NULL when none is near. */
static const char *nearest_field(const struct form *form, struct view path)
{
    const char *best = NULL;
    double least = 0.5;
    struct buf bare;

    buf_init(&bare, 0);
    rec_path_bare(path, &bare);
    for (size_t i = 0; i < form->nfields; i++) {
        double whole = utf8_distance(bare.s, form->fields[i].path);
        double key = utf8_distance(bare.s, form->fields[i].key);
        double d = key < whole ? key : whole;

        if (!form->fields[i].hidden && d < least) {
            least = d;
            best = form->fields[i].path;
        }
    }
    buf_release(&bare);
    return best;
}

static int no_field(const struct entry *en, struct view path, struct err *err)
{
    const char *near = nearest_field(entry_form(en), path);
    char *name = view_dup(path);

    if (near)
        err_set(err, ERR_USAGE,
                N_("no field is called \"%1$s\"; did you mean \"%2$s\"?"), name, near);
    else
        err_set(err, ERR_USAGE, N_("no field is called \"%1$s\""), name);
    free(name);
    return ERR_USAGE;
}

/* FIELD lies in rows, and the one that PATH counts to is not there. */
static int no_row(const struct entry *en, struct view path, int field, struct err *err)
{
    const struct form *form = entry_form(en);
    int table = form_frame(form, field), rows = rec_rows(entry_rec(en), table);
    size_t before = strlen(form->tables[table].path) + 1;
    struct view rest = path, part;
    long long n;
    char *row, *next;

    rest.p += before < path.n ? before : path.n;
    rest.n -= before < path.n ? before : path.n;
    if (!table || !view_next(&rest, '.', &part) || !view_int(part, &n) || n <= rows)
        return ERR_NOT_FOUND;
    row = view_dup(part);
    next = xasprintf("%d", rows + 1);
    err_set(err, ERR_NOT_FOUND,
            N_("%1$s has no row %2$s; add one first: %1$s+= %1$s.%3$s.%4$s=VALUE"),
            form->tables[table].path, row, next, form->fields[field].key);
    free(row);
    free(next);
    return ERR_NOT_FOUND;
}

static int find_place(
        struct entry *en, struct view path, struct rec_at *ret, struct err *err)
{
    struct buf bare;
    int rc = rec_at_parse(entry_rec(en), path, ret, err);
    int field;

    if (rc != ERR_NOT_FOUND)
        return rc;
    buf_init(&bare, 0);
    rec_path_bare(path, &bare);
    field = form_field_find(entry_form(en), buf_view(&bare));
    buf_release(&bare);
    return field >= 0 ? no_row(en, path, field, err) : no_field(en, path, err);
}

/* TABLE+=VALUE: rows by the timing language, or an empty row. */
static int add_rows(
        struct entry *en, struct view path, struct view value, struct err *err)
{
    const struct form *form = entry_form(en);
    int table = form_table_find(form, path);
    int row, rc;

    if (table <= 0 || form->tables[table].kind != FORM_REPEAT)
        return no_field(en, path, err);
    if (value.n && !entry_has_timing(en, table))
        return err_set(err, ERR_USAGE,
                N_("write \"%1$s+=\" for an empty row, then %1$s.1.FIELD=VALUE"),
                form->tables[table].path);
    rc = value.n ? entry_timing_add(en, table, value, err)
                 : entry_row_add(en, table, &row, err);
    return rc < 0 ? rc : 0;
}

static int assign(struct entry *en, const char *word, struct err *err)
{
    const char *equal = strchr(word, '=');
    struct view path = {word, equal ? (size_t)(equal - word) : 0};
    struct view value = view_of(equal ? equal + 1 : NULL);
    struct rec_at at;
    int rc;

    if (!equal || !path.n)
        return err_set(
                err, ERR_USAGE, N_("\"%1$s\" is not of the form FIELD=VALUE"), word);
    if (path.p[path.n - 1] == '+')
        return add_rows(en, (struct view){path.p, path.n - 1}, value, err);
    rc = find_place(en, path, &at, err);
    return rc < 0 ? rc : entry_type(en, at, value, err);
}

/* The messages of values do not name their field; the word does. */
static int refuse(const char *word, const struct err *err)
{
    char *field = view_dup((struct view){word, strcspn(word, "=")});
    int status = fail_about(field, err);

    free(field);
    return status;
}

/* Every change, or, where one is refused, none of them. */
static int assign_all(struct run *r, struct entry *en, size_t from)
{
    struct err err = {0};

    entry_set_machine(en, true);
    entry_group_begin(en);
    for (size_t i = from; i < r->nwords; i++) {
        if (assign(en, r->words[i], &err) == 0)
            continue;
        entry_group_cancel(en);
        return refuse(r->words[i], &err);
    }
    entry_group_end(en);
    return CLI_DONE;
}

static void tell_state(struct run *r, struct entry *en, bool is_new)
{
    struct entry_state state = entry_state(en);
    struct json *obj;
    struct buf counts;

    if (r->args->json) {
        obj = json_new_object();
        json_set_text(obj, "uid", entry_uid(en));
        json_set_text(obj, "type", entry_form(en)->name);
        json_set_text(obj, "state", state.draft ? "draft" : "complete");
        json_set_take(obj, "errors", json_int(state.counts.errors));
        json_set_take(obj, "warnings", json_int(state.counts.warnings));
        out_json(obj);
        return;
    }
    buf_init(&counts, 0);
    counts_text(state.counts, &counts);
    if (is_new)
        out_line("%s", entry_uid(en));
    say(_("draft kept: %1$s"), counts.s);
    buf_release(&counts);
}

int run_new(struct run *r)
{
    struct entry *en;
    struct err err = {0};
    int status;

    if (!is_type(r->app, r->words[0], &err) ||
            entry_new(r->app, r->words[0], &en, &err) < 0)
        return cli_fail(&err);
    status = assign_all(r, en, 1);
    if (status == CLI_DONE) {
        entry_keep(en);
        status = check_journal(en);
    }
    if (status == CLI_DONE)
        tell_state(r, en, true);
    entry_close(en);
    return status;
}

int run_set(struct run *r)
{
    struct entry *en;
    int status = open_entry(r, r->words[0], &en);

    if (status != CLI_DONE)
        return status;
    status = assign_all(r, en, 1);
    if (status == CLI_DONE)
        status = check_journal(en);
    if (status == CLI_DONE)
        tell_state(r, en, false);
    entry_close(en);
    return status;
}
