#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/* What SQLite reserves (sqlite.org/lang_keywords.html), sorted. */
/* clang-format off */
static const char *const keywords[] = {
        "abort", "action", "add", "after", "all", "alter", "always", "analyze", "and",
        "as", "asc", "attach", "autoincrement", "before", "begin", "between", "by",
        "cascade", "case", "cast", "check", "collate", "column", "commit", "conflict",
        "constraint", "create", "cross", "current", "current_date", "current_time",
        "current_timestamp", "database", "default", "deferrable", "deferred", "delete",
        "desc", "detach", "distinct", "do", "drop", "each", "else", "end", "escape",
        "except", "exclude", "exclusive", "exists", "explain", "fail", "filter",
        "first", "following", "for", "foreign", "from", "full", "generated", "glob",
        "group", "groups", "having", "if", "ignore", "immediate", "in", "index",
        "indexed", "initially", "inner", "insert", "instead", "intersect", "into", "is",
        "isnull", "join", "key", "last", "left", "like", "limit", "match",
        "materialized", "natural", "no", "not", "nothing", "notnull", "null", "nulls",
        "of", "offset", "on", "or", "order", "others", "outer", "over", "partition",
        "plan", "pragma", "preceding", "primary", "query", "raise", "range",
        "recursive", "references", "regexp", "reindex", "release", "rename", "replace",
        "restrict", "returning", "right", "rollback", "row", "rows", "savepoint",
        "select", "set", "table", "temp", "temporary", "then", "ties", "to",
        "transaction", "trigger", "unbounded", "union", "unique", "update", "using",
        "vacuum", "values", "view", "virtual", "when", "where", "window", "with",
        "without",
};
/* clang-format on */

static int compare_keyword(const void *name, const void *keyword)
{
    return strcmp(name, *(const char *const *)keyword);
}

static bool is_keyword(struct view name)
{
    char text[FORM_NAME_MAX + 1];

    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    return bsearch(
            text, keywords, COUNT(keywords), sizeof(keywords[0]), compare_keyword);
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_name_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

static bool is_id_char(char c)
{
    return is_name_char(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

bool parse_name_ok(struct parse *p, struct view name)
{
    size_t i = 0;

    while (i < name.n && is_name_char(name.p[i]))
        i++;
    if (!name.n || i < name.n || !is_letter(name.p[0])) {
        parse_bad1(p, name.p + (i < name.n ? i : 0),
                N_("\"%1$s\" is not a name: a-z 0-9 _, a letter first"), name);
        return false;
    }
    if (name.n > FORM_NAME_MAX) {
        parse_bad1(p, name.p, N_("\"%1$s\" is longer than 40 characters"), name);
        return false;
    }
    if (is_keyword(name)) {
        parse_bad1(p, name.p, N_("\"%1$s\" is a key word of SQL; choose another name"),
                name);
        return false;
    }
    return true;
}

bool parse_id_ok(struct parse *p, struct view id)
{
    size_t i = 0;

    while (i < id.n && is_id_char(id.p[i]))
        i++;
    if (!id.n || i < id.n) {
        parse_bad1(p, id.p + i, N_("\"%1$s\" may hold a-z A-Z 0-9 _ - and . only"), id);
        return false;
    }
    if (id.n > FORM_NAME_MAX) {
        parse_bad1(p, id.p, N_("\"%1$s\" is longer than 40 characters"), id);
        return false;
    }
    return true;
}

bool parse_is_lang(struct view lang)
{
    for (size_t i = 0; i < lang.n; i++)
        if (!is_letter(lang.p[i]))
            return false;
    return lang.n == 2 || lang.n == 3;
}

int parse_lang(const struct parse *p, struct view lang)
{
    if (!lang.n)
        return 0;
    for (int i = 0; i < p->form->nlangs; i++)
        if (view_is(lang, p->form->langs[i]))
            return i;
    return -1;
}

struct parse_guess parse_guess(struct parse *p, struct view word)
{
    p->ncandidates = 0;
    return (struct parse_guess){p, word};
}

void parse_guess_try(struct parse_guess *g, const char *candidate)
{
    struct parse *p = g->p;

    p->candidates = mem_grow(
            p->candidates, p->ncandidates, &p->candidates_cap, sizeof(*p->candidates));
    p->candidates[p->ncandidates++] = candidate;
}

/* Far lengths are far words; long ones are not worth the time. */
static bool is_far(struct view word, const char *candidate)
{
    size_t n = strlen(candidate);

    return !word.n || word.n > FORM_PATH_MAX || n > word.n + 4 || word.n > n + 4;
}

/* NULL: none is near, or nobody will see it as the report is full. */
static const char *nearest(const struct parse *p, struct view word)
{
    const char *best = NULL;
    double distance = 0.4;
    char *text;

    if (p->problems->n >= PROBLEMS_MAX)
        return NULL;
    text = view_dup(word);
    for (size_t i = 0; i < p->ncandidates; i++) {
        double d = is_far(word, p->candidates[i])
                           ? 1
                           : utf8_distance(text, p->candidates[i]);

        if (d < distance) {
            best = p->candidates[i];
            distance = d;
        }
    }
    free(text);
    return best;
}

void parse_unknown(struct parse *p, const struct parse_guess *g, const char *id,
        const char *id_guess)
{
    const char *best = nearest(p, g->word);

    if (best)
        parse_bad2(p, g->word.p, id_guess, g->word, view_of(best));
    else
        parse_bad1(p, g->word.p, id, g->word);
}
