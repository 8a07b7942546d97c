#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

/* Languages and fragments are read before the rest, whose texts depend on them. */
struct form_block {
    struct form_text label, plural;
    int title, subtitle, cancelled;
    char *version;
    const struct ini_key *early; /* read already */
    const struct ini_key *search, *memos, *aliases;
    const struct ini_key *refs[5];
};

#define AT(member) offsetof(struct form_block, member)

static const struct parse_spec specs[] = {
        {"label", KEY_TEXT, AT(label), 0},
        {"plural", KEY_TEXT, AT(plural), 0},
        {"languages", KEY_LATER, AT(early), 0},
        {"use", KEY_LATER, AT(early), 0},
        {"title", KEY_EXPR, AT(title), 0},
        {"subtitle", KEY_EXPR, AT(subtitle), 0},
        {"search", KEY_LATER, AT(search), 0},
        {"memos", KEY_LATER, AT(memos), 0},
        {"aliases", KEY_LATER, AT(aliases), 0},
        {"dates", KEY_LATER, AT(refs[0]), 0},
        {"ends", KEY_LATER, AT(refs[1]), 0},
        {"place", KEY_LATER, AT(refs[2]), 0},
        {"organiser", KEY_LATER, AT(refs[3]), 0},
        {"genre", KEY_LATER, AT(refs[4]), 0},
        {"cancelled", KEY_EXPR, AT(cancelled), 0},
        {"version", KEY_STRING, AT(version), 0},
};

/* Where the field that such a key names is kept, and whether it must be a date. */
static const struct {
    size_t at;
    bool date;
} refs[] = {
        {offsetof(struct form, dates), true},
        {offsetof(struct form, ends), true},
        {offsetof(struct form, place), false},
        {offsetof(struct form, organiser), false},
        {offsetof(struct form, genre), false},
};

static void add_language(struct parse *p, struct view lang)
{
    struct form *form = p->form;

    if (!parse_is_lang(lang))
        parse_bad1(
                p, lang.p, N_("\"%1$s\" is not a language code (fr, en, it…)"), lang);
    else if (parse_lang(p, lang) >= 0)
        parse_bad1(p, lang.p, N_("language \"%1$s\" is given twice"), lang);
    else if (form->nlangs == FORM_LANGS)
        parse_bad(p, lang.p, N_("too many languages (at most 8)"));
    else
        form->langs[form->nlangs++] = view_dup(lang);
}

void parse_languages(struct parse *p, const struct ini_block *block)
{
    const struct ini_key *key = parse_key_find(p, block, "languages");
    struct view rest = key ? key->value : (struct view){NULL, 0};
    struct view word;

    while (ini_word(&rest, &word))
        add_language(p, word);
    if (!p->form->nlangs)
        p->form->langs[p->form->nlangs++] = xstrdup("fr");
}

static bool is_date(const struct form_field *f)
{
    return f->type == FORM_DATE || f->type == FORM_DATETIME;
}

static void late_ref(struct parse *p, const struct ini_key *key, int which)
{
    struct form *form = p->form;
    int field = parse_field_named(p, key->value, 0);

    if (field < 0)
        return;
    if (refs[which].date && !is_date(&form->fields[field]))
        parse_bad1(p, key->value.p, N_("\"%1$s\" is neither a date nor a datetime"),
                key->value);
    *(int *)((char *)form + refs[which].at) = field;
    if (refs[which].at == offsetof(struct form, dates) && form->cancelled)
        form->exprs[form->cancelled].table = form_frame(form, field);
}

/* The dates and their ends must stand in the same row. */
static void late_ends(struct parse *p, const struct ini_key *key, int which)
{
    struct form *form = p->form;

    (void)which;
    if (form->ends < 0)
        return;
    if (form->dates < 0 ||
            form_frame(form, form->dates) != form_frame(form, form->ends))
        parse_bad(p, key->value.p, N_("ends= goes with dates= in the same repeat"));
}

/* "lieu.adresse.commune": true when a field in front of a point is a link. */
static bool leads_through_ref(const struct form *form, struct view path)
{
    for (size_t i = 0; i < path.n && i < FORM_PATH_MAX; i++) {
        int field =
                path.p[i] == '.' ? form_field_find(form, (struct view){path.p, i}) : -1;

        if (field >= 0 && form->fields[field].type == FORM_REF)
            return true;
    }
    return false;
}

static char **search_paths(struct parse *p, struct view rest, bool memos)
{
    char **paths = xcalloc(PARSE_WORDS_MAX + 1, sizeof(*paths));
    struct view word;
    size_t n = 0;

    while (ini_word(&rest, &word)) {
        int field;

        if (n == PARSE_WORDS_MAX) {
            parse_bad(p, word.p, N_("too many fields here (at most 200)"));
            break;
        }
        paths[n++] = view_dup(word);
        if (!memos && leads_through_ref(p->form, word))
            continue;
        field = parse_field_named(p, word, 0);
        if (memos && field >= 0 && p->form->fields[field].type != FORM_MEMO)
            parse_bad1(p, word.p, N_("\"%1$s\" is not a memo"), word);
    }
    return paths;
}

static void late_search(struct parse *p, const struct ini_key *key, int memos)
{
    char ***paths = memos ? &p->form->memos : &p->form->search;

    form_words_free(*paths);
    *paths = search_paths(p, key->value, memos);
}

static bool is_searched(const struct form *form, struct view path)
{
    for (char *const *s = form->search; *s; s++)
        if (view_is(path, *s))
            return true;
    return false;
}

/* Who looks a name up searches first, and compares then. */
static void late_aliases(struct parse *p, const struct ini_key *key, int unused)
{
    struct form *form = p->form;
    struct view rest = key->value, word;
    size_t n = 0;

    (void)unused;
    form_words_free(form->aliases);
    form->aliases = xcalloc(PARSE_WORDS_MAX + 1, sizeof(*form->aliases));
    while (n < PARSE_WORDS_MAX && ini_word(&rest, &word)) {
        int field = parse_field_named(p, word, 0);

        if (field < 0)
            continue;
        form->aliases[n++] = view_dup(word);
        if (form->fields[field].type != FORM_TEXT || form_frame(form, field))
            parse_bad1(p, word.p, N_("\"%1$s\" is not a text of the record"), word);
        else if (!is_searched(form, word))
            parse_bad1(p, word.p, N_("\"%1$s\" must stand in search= too, to be found"),
                    word);
    }
}

void parse_form(struct parse *p, const struct ini_block *block)
{
    struct form *form = p->form;
    struct form_block b = {0};

    parse_keys(p, block, specs, COUNT(specs), &b, 0);
    parse_need(p, block, b.label.in[0], "label");
    form->label = b.label;
    form->plural = b.plural;
    form->title = b.title;
    form->subtitle = b.subtitle;
    form->cancelled = b.cancelled;
    form->version = b.version;
    form->search = xcalloc(1, sizeof(*form->search));
    form->memos = xcalloc(1, sizeof(*form->memos));
    form->aliases = xcalloc(1, sizeof(*form->aliases));
    for (size_t i = 0; i < COUNT(refs); i++)
        parse_later(p, late_ref, b.refs[i], (int)i);
    parse_later(p, late_ends, b.refs[1], 0);
    parse_later(p, late_search, b.search, 0);
    parse_later(p, late_search, b.memos, 1);
    parse_later(p, late_aliases, b.aliases, 0);
}
