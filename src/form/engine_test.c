/* The [test] blocks of a form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/form/edit.h"
#include "engine_priv.h"

struct run {
    struct engine *en;
    const struct form_test *test;
    struct rec *rec;
    struct editing *ed;
    struct problems *problems;
};

/* --- the records and answers a test brings ---------------------------------------- */

#define SELF_UID "00000000-0000-7000-8000-000000000000"

enum { UID_SIZE = 37, CYCLE_STEPS = 20 };

/* The uid under which the test's I-th linked record stands in links. */
static void uid_of(size_t i, char out[UID_SIZE])
{
    snprintf(out, UID_SIZE, "00000000-0000-7000-8000-%012u", (unsigned)i + 1);
}

/* By its name or its uid. */
static const struct form_test_record *find_linked(
        const struct form_test *t, const char *name)
{
    char uid[UID_SIZE];

    for (size_t i = 0; name && i < t->nlinked; i++) {
        uid_of(i, uid);
        if (strcmp(name, t->linked[i].name) == 0 || strcmp(name, uid) == 0)
            return &t->linked[i];
    }
    return NULL;
}

static const char *item_value(
        const struct form_test_item *items, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(items[i].what, what) == 0)
            return items[i].value;
    return NULL;
}

static const char *linked_value(const struct form_test_record *l, const char *path)
{
    return item_value(l->values, l->nvalues, path);
}

static bool has_translation(const struct form_test_record *l, const char *path)
{
    size_t n = strlen(path);

    for (size_t i = 0; i < l->nvalues; i++)
        if (strncmp(l->values[i].what, path, n) == 0 && l->values[i].what[n] == '.')
            return true;
    return false;
}

static const char *ref_value(
        const struct form_test_record *l, const char *path, const char *lang)
{
    const char *value = linked_value(l, path);
    char *translated;

    if (strcmp(path, "type") == 0)
        return l->type;
    if (strcmp(path, "title") == 0 && !value)
        value = linked_value(l, "titre");
    if (strcmp(path, "title") == 0 && !value)
        value = linked_value(l, "nom");
    if (!lang || !has_translation(l, path))
        return value;
    translated = xasprintf("%s.%s", path, lang);
    value = linked_value(l, translated);
    free(translated);
    return value;
}

static const char *or_else(const char *value, const char *usual)
{
    return value ? value : usual;
}

static const char *ref_cycle(
        const struct form_test *t, const char *self, const char *at, const char *field)
{
    const struct form_test_record *l;

    for (int i = 0; at && i < CYCLE_STEPS; i++) {
        if (strcmp(at, FORM_TEST_SELF) == 0 || strcmp(at, self) == 0)
            return "1";
        l = find_linked(t, at);
        at = l ? linked_value(l, field) : NULL;
    }
    return "0";
}

static const char *look_up(
        const struct form_test *t, const char *name, const char *const *args, int nargs)
{
    const struct form_test_record *l = find_linked(t, args[0]);

    if (strcmp(name, "ref_value") == 0)
        return l && args[1] ? ref_value(l, args[1], nargs > 2 ? args[2] : NULL) : NULL;
    if (strcmp(name, "ref_state") == 0)
        return l ? or_else(linked_value(l, "statut_fiche"), "publie") : NULL;
    if (strcmp(name, "ref_visibility") == 0)
        return l ? or_else(linked_value(l, "visibilite"), "public") : NULL;
    if (strcmp(name, "ref_cycle") == 0)
        return args[0] && args[1] && args[2] ? ref_cycle(t, args[0], args[1], args[2])
                                             : NULL;
    return item_value(t->answers, t->nanswers, name);
}

static bool test_lookup(void *ctx, const char *name, const char *const *args, int nargs,
        struct buf *out)
{
    const char *text = look_up(ctx, name, args, nargs);

    if (text)
        buf_adds(out, text);
    return text;
}

/* TEXT of a link with the names of linked records replaced by their uids. */
static void put_uids(
        const struct form_test *t, const char *text, const char *sep, struct buf *out)
{
    struct view rest = view_of(text);
    struct view part;

    while (view_next(&rest, ',', &part)) {
        char *name = view_dup(view_trim(part));
        const struct form_test_record *l = find_linked(t, name);
        char uid[UID_SIZE];

        if (l)
            uid_of((size_t)(l - t->linked), uid);
        buf_adds(out, out->len ? sep : "");
        buf_adds(out, l ? uid : strcmp(name, FORM_TEST_SELF) == 0 ? SELF_UID : name);
        free(name);
    }
}

/* --- running one ------------------------------------------------------------------ */

static void fail(struct run *r, const struct form_test_item *item, const char *id,
        const char *arg)
{
    struct err e = {0};

    err_set(&e, ERR_INVALID, id, r->test->title, item->what ? item->what : item->verb,
            arg);
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

/* A value as the test writes it: of a link, the names of linked records. */
static void wanted_text(struct run *r, struct rec_at at, const char *value,
        const char *sep, struct buf *out)
{
    if (r->en->form->fields[at.field].type == FORM_REF)
        put_uids(r->test, value, sep, out);
    else
        buf_adds(out, value);
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
        return;
    }
    buf_init(&text, 0);
    wanted_text(r, at, item->value, ", ", &text);
    if (editing_type(r->ed, at, buf_view(&text), &ctx, &e) < 0) {
        buf_clear(&text);
        err_text(&e, NULL, &text);
        fail(r, item, N_("test \"%1$s\": %2$s: %3$s"), text.s);
    }
    buf_release(&text);
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

static bool holds(struct run *r, struct rec_at at, const char *value)
{
    const char *text = rec_get(r->rec, at);
    struct buf wanted;
    bool same;

    buf_init(&wanted, 0);
    wanted_text(r, at, value, "\n", &wanted);
    same = strcmp(text ? text : "", wanted.s) == 0;
    buf_release(&wanted);
    return same;
}

static bool expects_field(struct run *r, const struct form_test_item *item,
        struct rec_at at, bool *ret_ok)
{
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
        *ret_ok = holds(r, at, item->value);
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
    en->lookup_ctx = (void *)test;
    r.rec = rec_new(en->form);
    rec_put(r.rec, "uid", SELF_UID);
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
    en->lookup = test_lookup; /* a test does not depend on the records that are here */
    for (size_t i = 0; i < en->form->ntests; i++)
        run_test(en, &en->form->tests[i], problems);
    en->lookup = en->hooks.lookup;
    en->lookup_ctx = en->hooks.ctx;
    return (int)en->form->ntests;
}
