#include "parse_priv.h"

#include <stdlib.h>

#include "odus/base/mem.h"

static struct ini *file_of(struct parse *p, const char *where)
{
    for (size_t i = 0; i < p->nfiles; i++)
        if (ini_holds(&p->files[i], where))
            return &p->files[i];
    return p->file;
}

void parse_place(struct parse *p, const char *where, int *ret_line, int *ret_column)
{
    ini_place(file_of(p, where), where, ret_line, ret_column);
}

void parse_bad2(struct parse *p, const char *where, const char *id, struct view a,
        struct view b)
{
    struct ini *file = file_of(p, where);
    char *args[2];

    p->bad++;
    if (p->problems->n >= PROBLEMS_MAX)
        return;
    args[0] = view_dup(a);
    args[1] = view_dup(b);
    ini_problem(file, p->problems, where,
            (const char *const[]){id, args[0], args[1], NULL});
    free(args[0]);
    free(args[1]);
}

void parse_bad1(struct parse *p, const char *where, const char *id, struct view arg)
{
    parse_bad2(p, where, id, arg, (struct view){NULL, 0});
}

void parse_bad(struct parse *p, const char *where, const char *id)
{
    parse_bad2(p, where, id, (struct view){NULL, 0}, (struct view){NULL, 0});
}

bool parse_room(struct parse *p, const char *where, enum parse_limit what, size_t n)
{
    static const struct {
        size_t max;
        const char *id;
    } limits[] = {
            [LIMIT_SECTIONS] = {FORM_SECTIONS_MAX,
                    N_("too many sections (at most 100)")},
            [LIMIT_TABLES] = {FORM_TABLES_MAX,
                    N_("too many groups and repeats (at most 59)")},
            [LIMIT_FIELDS] = {FORM_FIELDS_MAX, N_("too many fields (at most 1,000)")},
            [LIMIT_LISTS] = {FORM_LISTS_MAX, N_("too many lists (at most 200)")},
            [LIMIT_ENTRIES] = {FORM_ENTRIES_MAX,
                    N_("too many codes (at most 2,000; longer lists go into a file)")},
            [LIMIT_RULES] = {FORM_RULES_MAX, N_("too many rules (at most 1,000)")},
            [LIMIT_TESTS] = {FORM_TESTS_MAX, N_("too many tests (at most 1,000)")},
            [LIMIT_TEST_ITEMS] = {PARSE_WORDS_MAX,
                    N_("too many values in one test (at most 200)")},
    };

    if (n < limits[what].max)
        return true;
    if (!(p->full & 1u << what))
        parse_bad(p, where, limits[what].id);
    p->full |= 1u << what;
    return false;
}

const struct ini_key *parse_block_key(
        const struct parse *p, const struct ini_block *block, size_t i)
{
    return &p->file->keys[block->first + i];
}

const struct ini_key *parse_key_find(
        const struct parse *p, const struct ini_block *block, const char *name)
{
    for (size_t i = 0; i < block->nkeys; i++)
        if (view_is(parse_block_key(p, block, i)->name, name))
            return parse_block_key(p, block, i);
    return NULL;
}

void parse_later(
        struct parse *p, parse_late_fn fn, const struct ini_key *key, int index)
{
    if (!key)
        return;
    p->late = mem_grow(p->late, p->nlate, &p->late_cap, sizeof(*p->late));
    p->late[p->nlate++] = (struct parse_late){fn, key, index};
}

int parse_expr(struct parse *p, const char *where, struct view src, int table)
{
    struct form *form = p->form;
    struct form_expr e = {
            .src = ini_source(src),
            .file = p->file->name,
            .table = table,
            .list = -1,
    };

    parse_place(p, where, &e.line, &e.column);
    form->exprs = mem_grow(form->exprs, form->nexprs, &p->cap.exprs, sizeof(e));
    form->exprs[form->nexprs] = e;
    return (int)form->nexprs++;
}

bool parse_yes(struct parse *p, const struct ini_key *key)
{
    if (view_is(key->value, "yes"))
        return true;
    if (!view_is(key->value, "no"))
        parse_bad1(p, key->value.p, N_("%1$s= is yes or no"), key->name);
    return false;
}

/* The language of a key's text; -1 when it is not to be kept. */
static int text_lang(struct parse *p, const struct ini_key *key)
{
    int lang = parse_lang(p, key->lang);

    /* A fragment serves forms in fewer languages than it has texts in. */
    if (lang < 0 && (!parse_is_lang(key->lang) || p->file == &p->files[0]))
        parse_bad1(p, key->lang.p, N_("\"%1$s\" is not one of the form's languages"),
                key->lang);
    return lang;
}

void parse_text(struct parse *p, const struct ini_key *key, struct form_text *text)
{
    int lang = text_lang(p, key);

    if (lang < 0)
        return;
    if (text->in[lang])
        parse_bad1(p, key->name.p, N_("%1$s= is given twice"), key->name);
    else if (key->value.n)
        text->in[lang] = ini_text(key->value);
}

static int count_of(struct parse *p, const struct ini_key *key, int max)
{
    long long n;

    if (view_int(key->value, &n) && n >= 0 && n <= max)
        return (int)n;
    parse_bad1(p, key->value.p, N_("%1$s= needs a whole number that is not too large"),
            key->name);
    return 0;
}

static void set_key(struct parse *p, const struct ini_key *key,
        const struct parse_spec *spec, void *target, int table)
{
    void *at = (char *)target + spec->at;

    switch (spec->kind) {
    case KEY_TEXT: parse_text(p, key, at); break;
    case KEY_EXPR: *(int *)at = parse_expr(p, key->value.p, key->value, table); break;
    case KEY_YES: *(bool *)at = parse_yes(p, key); break;
    case KEY_NO: *(bool *)at = !parse_yes(p, key); break;
    case KEY_COUNT: *(int *)at = count_of(p, key, spec->max); break;
    case KEY_STRING: *(char **)at = ini_text(key->value); break;
    case KEY_LATER: *(const struct ini_key **)at = key; break;
    case KEY_MANY:
    case KEY_ANY: break;
    }
}

/* Reports what no key but a text may do; true when the key can be stored. */
static bool key_ok(struct parse *p, const struct ini_key *key,
        const struct parse_spec *spec, unsigned *seen, unsigned bit)
{
    if (spec->kind == KEY_TEXT)
        return true;
    if (key->lang.n) {
        parse_bad1(p, key->lang.p, N_("%1$s= has no language"), key->name);
        return false;
    }
    if (!key->value.n) {
        parse_bad1(p, key->name.p, N_("%1$s= needs a value"), key->name);
        return false;
    }
    if (*seen & bit && spec->kind != KEY_MANY) {
        parse_bad1(p, key->name.p, N_("%1$s= is given twice"), key->name);
        return false;
    }
    *seen |= bit;
    return true;
}

static void unknown_key(struct parse *p, const struct ini_key *key,
        const struct parse_spec *specs, size_t nspecs)
{
    struct parse_guess guess = parse_guess(p, key->name);

    for (size_t i = 0; i < nspecs; i++)
        parse_guess_try(&guess, specs[i].name);
    parse_unknown(p, &guess, N_("unknown key \"%1$s\""),
            N_("unknown key \"%1$s\" (did you mean \"%2$s\"?)"));
}

void parse_keys(struct parse *p, const struct ini_block *block,
        const struct parse_spec *specs, size_t nspecs, void *target, int table)
{
    bool any = specs[nspecs - 1].kind == KEY_ANY;
    size_t known = any ? nspecs - 1 : nspecs;
    unsigned seen = 0;

    for (size_t i = 0; i < block->nkeys; i++) {
        const struct ini_key *key = parse_block_key(p, block, i);
        size_t k = 0;

        while (k < known && !view_is(key->name, specs[k].name))
            k++;
        if (k == known && !any)
            unknown_key(p, key, specs, known);
        else if (k < known && key_ok(p, key, &specs[k], &seen, 1u << k))
            set_key(p, key, &specs[k], target, table);
    }
}

void parse_need(
        struct parse *p, const struct ini_block *block, bool given, const char *key)
{
    if (!given)
        parse_bad2(
                p, block->kind.p, N_("[%1$s] has no %2$s="), block->kind, view_of(key));
}
