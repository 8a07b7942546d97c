/* The [test] blocks of a form. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/form/edit.h"
#include "engine_priv.h"

struct run {
    struct engine *en;
    const struct form_test *test;
    struct rec *rec;
    struct editing *ed;
    struct problems *problems;
};

static void fail(struct run *r, const struct form_test_item *item, const char *id,
        const char *arg)
{
    struct err e = {0};

    err_set(&e, ERR_INVALID, id, r->test->title, item->what ? item->what : "", arg);
    err_at(&e, r->test->file, item->line, 1);
    problems_add(r->problems, &e, (struct view){0});
}

/* Rows named by a path ("seances.2.debut") are made when missing. */
static void make_rows(struct run *r, const char *path)
{
    const struct form *form = r->en->form;

    for (size_t i = 1; i < form->ntables; i++) {
        const struct form_table *t = &form->tables[i];
        int added;
        size_t n = strlen(t->path);
        struct view rest = {path + n + 1, 0};
        long long row;

        if (t->kind != FORM_REPEAT || strncmp(path, t->path, n) != 0 || path[n] != '.')
            continue;
        rest.n = strcspn(rest.p, ".");
        if (!view_int(rest, &row) || row > FORM_ROWS_MAX)
            continue;
        while (rec_rows(r->rec, (int)i) < row)
            if (editing_row_add(r->ed, (int)i, NULL, &added, NULL) < 0)
                return;
    }
}

static void give(struct run *r, const struct form_test_item *item)
{
    struct input_context ctx = {.lang = r->en->form->langs[0],
            .today = engine_today(r->en),
            .anchor = engine_today(r->en)};
    struct rec_at at;
    struct err e = {0};
    struct buf text;

    make_rows(r, item->what);
    if (rec_at_parse(r->rec, view_of(item->what), &at, &e) < 0) {
        fail(r, item, N_("test \"%1$s\": \"%2$s\" is not a field"), "");
    } else if (editing_type(r->ed, at, view_of(item->value), &ctx, &e) < 0) {
        buf_init(&text, 0);
        err_text(&e, NULL, &text);
        fail(r, item, N_("test \"%1$s\": %2$s: %3$s"), text.s);
        buf_release(&text);
    }
}

static bool has_issue(struct run *r, const char *rule, int severity)
{
    size_t n;
    const struct issue *issues = engine_issues(r->en, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(issues[i].rule, rule) == 0 &&
                (severity < 0 || (int)issues[i].severity == severity))
            return true;
    return false;
}

static bool expects_field(
        struct run *r, const struct form_test_item *item, struct rec_at at, bool *ret_ok)
{
    const char *text = rec_get(r->rec, at);

    if (strcmp(item->verb, "hidden") == 0)
        *ret_ok = rec_hidden(r->rec, at) ||
                r->en->table_hidden[r->en->form->fields[at.field].table];
    else if (strcmp(item->verb, "shown") == 0)
        *ret_ok = !rec_hidden(r->rec, at) &&
                !r->en->table_hidden[r->en->form->fields[at.field].table];
    else if (strcmp(item->verb, "required") == 0)
        *ret_ok = engine_required(r->en, at);
    else if (strcmp(item->verb, "optional") == 0)
        *ret_ok = !engine_required(r->en, at);
    else if (strcmp(item->verb, "value") == 0)
        *ret_ok = strcmp(text ? text : "", item->value ? item->value : "") == 0;
    else
        return false;
    return true;
}

static bool expects_rule(struct run *r, const struct form_test_item *item)
{
    static const char *const severities[] = {"error", "warning", "info"};

    if (strcmp(item->verb, "complete") == 0)
        return engine_counts(r->en).errors == 0;
    if (strcmp(item->verb, "no") == 0)
        return !has_issue(r, item->what, -1);
    for (size_t i = 0; i < COUNT(severities); i++)
        if (strcmp(item->verb, severities[i]) == 0)
            return has_issue(r, item->what, (int)i);
    return false;
}

static const char *first_error(struct run *r)
{
    size_t n;
    const struct issue *issues = engine_issues(r->en, &n);

    for (size_t i = 0; i < n; i++)
        if (issues[i].severity == FORM_ERROR)
            return r->en->form->fields[issues[i].at.field].path;
    return "";
}

static void expect(struct run *r, const struct form_test_item *item)
{
    struct rec_at at;
    const char *text;
    bool ok = false;

    if (item->what && strcmp(item->verb, "no") != 0 &&
            rec_at_parse(r->rec, view_of(item->what), &at, NULL) == 0 &&
            expects_field(r, item, at, &ok)) {
        text = rec_get(r->rec, at);
        if (!ok)
            fail(r, item, N_("test \"%1$s\": not as expected: %2$s is \"%3$s\""),
                    text ? text : "");
    } else if (!expects_rule(r, item)) {
        fail(r, item, N_("test \"%1$s\": expectation %2$s does not hold (%3$s)"),
                *item->verb == 'c' ? first_error(r) : item->verb);
    }
}

static void run_test(
        struct engine *en, const struct form_test *test, struct problems *problems)
{
    struct run r = {.en = en, .test = test, .problems = problems};

    en->today = DATE_NONE;
    if (test->today && date_iso_parse(view_of(test->today), &en->today) < 0)
        en->today = DATE_NONE;
    r.rec = rec_new(en->form);
    r.ed = editing_new(r.rec, en, NULL, NULL);
    editing_defaults(r.ed, NULL);
    for (size_t i = 0; i < test->ngiven; i++)
        give(&r, &test->given[i]);
    for (size_t i = 0; i < test->nexpect; i++)
        expect(&r, &test->expect[i]);
    editing_free(r.ed);
    engine_attach(en, NULL);
    rec_free(r.rec);
    en->today = DATE_NONE;
}

int engine_run_tests(struct engine *en, struct problems *problems)
{
    bool (*lookup)(void *, const char *, const char *const *, int, struct buf *) =
            en->hooks.lookup;

    en->hooks.lookup = NULL; /* a test does not depend on the records that are here */
    for (size_t i = 0; i < en->form->ntests; i++)
        run_test(en, &en->form->tests[i], problems);
    en->hooks.lookup = lookup;
    return (int)en->form->ntests;
}
