#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"

struct test_block {
    struct form_test t;
    const struct ini_key *today;
};

static const struct parse_spec specs[] = {
        {"today", KEY_LATER, offsetof(struct test_block, today), 0},
        {"linked", KEY_MANY, 0, 0},
        {"answer", KEY_MANY, 0, 0},
        {"given", KEY_MANY, 0, 0},
        {"expect", KEY_MANY, 0, 0},
};

/* Functions over all records, whose answer a test gives (docs/forms.md §7). */
static const char *const finders[] = {"near_duplicate", "venue_clash", "town_clash"};

/* What stands behind a verb of `expect`. */
enum verb_takes { TAKES_NOTHING, TAKES_PATH, TAKES_RULE, TAKES_VALUE };

static const struct {
    const char *verb;
    enum verb_takes takes;
} verbs[] = {
        {"hidden", TAKES_PATH},
        {"shown", TAKES_PATH},
        {"required", TAKES_PATH},
        {"optional", TAKES_PATH},
        {"error", TAKES_RULE},
        {"warning", TAKES_RULE},
        {"info", TAKES_RULE},
        {"no", TAKES_RULE},
        {"value", TAKES_VALUE},
        {"complete", TAKES_NOTHING},
};

static struct view take_token(struct view *rest)
{
    struct view token;

    ini_skip(rest);
    token = *rest;
    token.n = 0;
    while (token.n < rest->n && !strchr(" \t\r\n,='", token.p[token.n]))
        token.n++;
    rest->p += token.n;
    rest->n -= token.n;
    return token;
}

/* Takes a quoted value; doubled quotes inside are one. NULL when there is none. */
static char *take_quoted(struct view *rest)
{
    struct buf out;
    char *text;
    size_t i = 1;

    ini_skip(rest);
    if (!rest->n || rest->p[0] != '\'')
        return NULL;
    buf_init(&out, 0);
    while (i < rest->n &&
            (rest->p[i] != '\'' || (i + 1 < rest->n && rest->p[i + 1] == '\''))) {
        buf_addc(&out, rest->p[i]);
        i += rest->p[i] == '\'' ? 2 : 1;
    }
    text = i < rest->n ? buf_take(&out) : NULL;
    buf_release(&out);
    if (text) {
        rest->p += i + 1;
        rest->n -= i + 1;
    }
    return text;
}

static bool take_char(struct view *rest, char c)
{
    ini_skip(rest);
    if (!rest->n || rest->p[0] != c)
        return false;
    rest->p++;
    rest->n--;
    return true;
}

/* PATH without the numbers of rows: "seances.1.debut" is the field seances.debut. */
static struct view without_rows(struct view path, char out[FORM_PATH_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < path.n && n < FORM_PATH_MAX; i++) {
        size_t digits = i + 1;

        while (path.p[i] == '.' && digits < path.n && path.p[digits] >= '0' &&
                path.p[digits] <= '9')
            digits++;
        if (digits > i + 1 && (digits == path.n || path.p[digits] == '.'))
            i = digits - 1;
        else
            out[n++] = path.p[i];
    }
    return (struct view){out, n};
}

/* "titre.en": a language behind a multilingual field. */
static bool is_translation(const struct parse *p, struct view path)
{
    const char *dot = memrchr(path.p, '.', path.n);
    size_t n = dot ? (size_t)(dot - path.p) : 0;
    int field = form_field_find(p->form, (struct view){path.p, n});

    return field >= 0 && p->form->fields[field].multilingual &&
           parse_lang(p, (struct view){dot + 1, path.n - n - 1}) >= 0;
}

static void check_path(struct parse *p, struct view path)
{
    char text[FORM_PATH_MAX];
    struct view plain = without_rows(path, text);
    struct parse_guess guess = parse_guess(p, path);

    if (form_field_find(p->form, plain) >= 0 || form_table_find(p->form, plain) > 0 ||
            is_translation(p, plain))
        return;
    for (size_t i = 0; i < p->form->nfields; i++)
        parse_guess_try(&guess, p->form->fields[i].path);
    parse_unknown(p, &guess, N_("unknown field \"%1$s\""),
            N_("unknown field \"%1$s\" (did you mean \"%2$s\"?)"));
}

/* The engine's own checks ("required") have short names in small letters. */
static bool may_be_builtin(struct view id)
{
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] < 'a' || id.p[i] > 'z')
            return false;
    return id.n > 0;
}

static void check_rule(struct parse *p, struct view id)
{
    struct parse_guess guess = parse_guess(p, id);

    for (size_t i = 0; i < p->form->nrules; i++) {
        if (view_is(id, p->form->rules[i].id))
            return;
        parse_guess_try(&guess, p->form->rules[i].id);
    }
    if (!may_be_builtin(id))
        parse_unknown(p, &guess, N_("unknown rule \"%1$s\""),
                N_("unknown rule \"%1$s\" (did you mean \"%2$s\"?)"));
}

typedef void (*check_fn)(struct parse *p, struct view what);

/* PATH='value'; CHECK looks at the path and may be NULL. */
static bool read_pair(
        struct parse *p, struct view *rest, struct form_test_item *item, check_fn check)
{
    struct view path = take_token(rest);

    item->what = view_dup(path);
    if (path.n && take_char(rest, '=')) {
        if (check)
            check(p, path);
        item->value = take_quoted(rest);
    }
    if (!item->value)
        parse_bad(p, path.p, N_("expected: path='value', a quote inside doubled"));
    return item->value;
}

static bool read_value(struct parse *p, struct view *rest, struct form_test_item *item)
{
    return read_pair(p, rest, item, check_path);
}

/* The form of a linked record is not at hand: any path will do. */
static bool read_linked(struct parse *p, struct view *rest, struct form_test_item *item)
{
    return read_pair(p, rest, item, NULL);
}

static void check_finder(struct parse *p, struct view name)
{
    struct parse_guess guess = parse_guess(p, name);

    for (size_t i = 0; i < COUNT(finders); i++) {
        if (view_is(name, finders[i]))
            return;
        parse_guess_try(&guess, finders[i]);
    }
    parse_unknown(p, &guess,
            N_("\"%1$s\" is not near_duplicate, venue_clash or town_clash"),
            N_("\"%1$s\" finds nothing (did you mean \"%2$s\"?)"));
}

static bool read_answer(struct parse *p, struct view *rest, struct form_test_item *item)
{
    return read_pair(p, rest, item, check_finder);
}

static bool find_verb(struct parse *p, struct view word, enum verb_takes *ret_takes)
{
    struct parse_guess guess = parse_guess(p, word);

    for (size_t i = 0; i < COUNT(verbs); i++) {
        *ret_takes = verbs[i].takes;
        if (view_is(word, verbs[i].verb))
            return true;
        parse_guess_try(&guess, verbs[i].verb);
    }
    parse_unknown(p, &guess, N_("unknown expectation \"%1$s\""),
            N_("unknown expectation \"%1$s\" (did you mean \"%2$s\"?)"));
    return false;
}

static bool read_expect(struct parse *p, struct view *rest, struct form_test_item *item)
{
    struct view verb = take_token(rest);
    struct view what;
    enum verb_takes takes;

    item->verb = view_dup(verb);
    if (!find_verb(p, verb, &takes))
        return false;
    if (takes == TAKES_NOTHING)
        return true;
    if (takes == TAKES_VALUE)
        return read_value(p, rest, item);
    what = take_token(rest);
    item->what = view_dup(what);
    if (!what.n)
        parse_bad1(p, verb.p, N_("\"%1$s\" needs a field or rule behind it"), verb);
    else if (takes == TAKES_RULE)
        check_rule(p, what);
    else
        check_path(p, what);
    return what.n > 0;
}

typedef bool (*item_fn)(
        struct parse *p, struct view *rest, struct form_test_item *item);

/* Items with commas between; stops at the first that cannot be read. */
static void read_items(struct parse *p, struct view rest, item_fn read,
        struct form_test_item **items, size_t *n)
{
    size_t cap = *n;
    bool ok = true;

    while (ok && parse_room(p, rest.p, LIMIT_TEST_ITEMS, *n)) {
        int column;

        *items = mem_grow(*items, *n, &cap, sizeof(**items));
        (*items)[*n] = (struct form_test_item){0};
        ini_skip(&rest);
        parse_place(p, rest.p, &(*items)[*n].line, &column);
        ok = read(p, &rest, &(*items)[(*n)++]);
        if (!ok || take_char(&rest, ','))
            continue;
        ini_skip(&rest);
        if (rest.n)
            parse_bad(p, rest.p, N_("expected a comma"));
        ok = false;
    }
}

static void late_given(struct parse *p, const struct ini_key *key, int index)
{
    struct form_test *t = &p->form->tests[index];

    read_items(p, key->value, read_value, &t->given, &t->ngiven);
}

static void late_expect(struct parse *p, const struct ini_key *key, int index)
{
    struct form_test *t = &p->form->tests[index];

    read_items(p, key->value, read_expect, &t->expect, &t->nexpect);
}

static bool linked_free(const struct form_test *t, struct view name)
{
    for (size_t i = 0; i < t->nlinked; i++)
        if (view_is(name, t->linked[i].name))
            return false;
    return !view_is(name, FORM_TEST_SELF);
}

/* NAME TYPE PATH='value', … */
static void late_linked(struct parse *p, const struct ini_key *key, int index)
{
    struct form_test *t = &p->form->tests[index];
    struct form_test_record r = {0};
    struct view rest = key->value;
    struct view name = take_token(&rest);
    struct view type = take_token(&rest);

    if (!parse_room(p, name.p, LIMIT_TEST_ITEMS, t->nlinked))
        return;
    if (parse_name_ok(p, name) && !linked_free(t, name))
        parse_bad1(p, name.p, N_("\"%1$s\" is linked already"), name);
    parse_name_ok(p, type);
    r.name = view_dup(name);
    r.type = view_dup(type);
    ini_skip(&rest);
    if (rest.n)
        read_items(p, rest, read_linked, &r.values, &r.nvalues);
    t->linked = xrealloc(t->linked, t->nlinked + 1, sizeof(r));
    t->linked[t->nlinked++] = r;
}

static void late_answer(struct parse *p, const struct ini_key *key, int index)
{
    struct form_test *t = &p->form->tests[index];

    read_items(p, key->value, read_answer, &t->answers, &t->nanswers);
}

static const struct {
    const char *key;
    parse_late_fn late;
} readers[] = {
        {"linked", late_linked},
        {"answer", late_answer},
        {"given", late_given},
        {"expect", late_expect},
};

static void later_items(struct parse *p, const struct ini_block *block, int index)
{
    for (size_t i = 0; i < block->nkeys; i++) {
        const struct ini_key *key = parse_block_key(p, block, i);

        for (size_t k = 0; k < COUNT(readers); k++)
            if (view_is(key->name, readers[k].key))
                parse_later(p, readers[k].late, key, index);
    }
}

static void read_today(struct parse *p, struct view today, struct form_test *t)
{
    int32_t days;

    if (date_iso_parse(today, &days) < 0)
        parse_bad(p, today.p, N_("today= needs a date such as 2026-12-05"));
    t->today = view_dup(today);
}

void parse_test(struct parse *p, const struct ini_block *block)
{
    struct form *form = p->form;
    struct test_block b = {.t.file = p->file->name};
    int column;

    if (p->untested || !parse_room(p, block->kind.p, LIMIT_TESTS, form->ntests))
        return;
    if (!block->name.n)
        parse_bad(p, block->kind.p, N_("[test] needs a title"));
    parse_need(p, block, parse_key_find(p, block, "expect"), "expect");
    b.t.title = ini_text(block->name);
    parse_place(p, block->kind.p, &b.t.line, &column);
    parse_keys(p, block, specs, COUNT(specs), &b, 0);
    if (b.today)
        read_today(p, b.today->value, &b.t);
    form->tests =
            mem_grow(form->tests, form->ntests, &p->cap.tests, sizeof(*form->tests));
    form->tests[form->ntests] = b.t;
    later_items(p, block, (int)form->ntests++);
}
