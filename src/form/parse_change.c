/* `default=EXPRESSION on change of FIELD, FIELD`: what a field follows. */
#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

enum { CHANGE_FIELDS_MAX = 20 }; /* that one field follows */

#define BLANKS " \t\r\n"

/* --- where the expression ends ---------------------------------------------------- */

static bool is_blank(char c)
{
    return c && strchr(BLANKS, c);
}

/* Takes WORD, which white space or the end stands behind, off the front of TEXT. */
static bool take_word(struct view *text, const char *word)
{
    size_t n = strlen(word);

    while (text->n && is_blank(*text->p))
        *text = (struct view){text->p + 1, text->n - 1};
    if (text->n < n || memcmp(text->p, word, n) != 0 ||
            (text->n > n && !is_blank(text->p[n])))
        return false;
    *text = (struct view){text->p + n, text->n - n};
    return true;
}

/* Bytes to pass over in one go at the front of TEXT: a quoted text, a comment line, or
 * one byte. FRESH: TEXT begins a line. */
static size_t passed(struct view text, bool fresh)
{
    const char *end;

    if (fresh && *text.p == '#')
        end = memchr(text.p, '\n', text.n);
    else if (*text.p == '\'' || *text.p == '"')
        end = memchr(text.p + 1, *text.p, text.n - 1);
    else
        return 1;
    return end ? (size_t)(end - text.p) + 1 : text.n;
}

bool parse_change_split(struct view *src, struct view *names)
{
    struct view all = *src, rest = all;
    bool found = false, fresh = false;

    while (rest.n) {
        struct view after = rest;
        size_t n = passed(rest, fresh);

        if (*rest.p == 'o' && (rest.p == all.p || is_blank(rest.p[-1])) &&
                take_word(&after, "on") && take_word(&after, "change") &&
                take_word(&after, "of")) {
            *src = view_trim((struct view){all.p, (size_t)(rest.p - all.p)});
            *names = after;
            found = true;
        }
        fresh = rest.p[n - 1] == '\n';
        rest = (struct view){rest.p + n, rest.n - n};
    }
    return found;
}

/* --- what it follows -------------------------------------------------------------- */

/* Takes the next name and the comma behind it; false at the end and after a report. */
static bool next_name(struct parse *p, struct view *rest, struct view *ret)
{
    size_t n = 0;

    ini_skip(rest);
    while (n < rest->n && rest->p[n] != ',' && !is_blank(rest->p[n]))
        n++;
    *ret = (struct view){rest->p, n};
    *rest = (struct view){rest->p + n, rest->n - n};
    ini_skip(rest);
    if (!n) {
        parse_bad(p, ret->p, N_("expected the name of a field"));
        return false;
    }
    if (rest->n && *rest->p != ',') {
        parse_bad(p, rest->p, N_("expected a comma"));
        return false;
    }
    return true;
}

/* Takes the comma that a name has behind it; false at the end. */
static bool take_comma(struct view *rest)
{
    if (!rest->n)
        return false;
    rest->p++;
    rest->n--;
    return true;
}

static bool may_lead(struct parse *p, struct view name, int leader, int field)
{
    const struct form *form = p->form;
    int from = form_frame(form, leader), to = form_frame(form, field);

    if (form->fields[leader].calculation)
        parse_bad1(p, name.p,
                N_("\"%1$s\" is calculated: name the fields that it is made of"), name);
    else if (from && to && from != to)
        parse_bad2(p, name.p, N_("a row of \"%1$s\" has no row of \"%2$s\" to follow"),
                view_of(form->tables[to].path), view_of(form->tables[from].path));
    else
        return true;
    return false;
}

/* Rows are set one after the other: none may walk away meanwhile. */
static void check_follower(struct parse *p, const struct ini_key *key, int field)
{
    const struct form *form = p->form;
    const struct form_field *f = &form->fields[field];
    int frame = form_frame(form, field);

    if (f->calculation)
        parse_bad1(p, key->value.p,
                N_("\"%1$s\" is calculated and cannot follow a change"),
                view_of(f->path));
    else if (frame && form->tables[frame].sort == field)
        parse_bad1(p, key->value.p,
                N_("\"%1$s\" puts the rows in order and cannot follow a change"),
                view_of(f->path));
}

void parse_change(struct parse *p, const struct ini_key *key, int field)
{
    struct form_field *f = &p->form->fields[field];
    struct view src = key->value, rest, name;

    if (!parse_change_split(&src, &rest))
        return;
    check_follower(p, key, field);
    f->on_change = xcalloc(CHANGE_FIELDS_MAX, sizeof(*f->on_change));
    do {
        int leader;

        if (!next_name(p, &rest, &name))
            return;
        if (f->non_change == CHANGE_FIELDS_MAX) {
            parse_bad(p, name.p, N_("too many fields to follow (at most 20)"));
            return;
        }
        leader = parse_field_named(p, name, 0);
        if (leader >= 0 && may_lead(p, name, leader, field))
            f->on_change[f->non_change++] = leader;
    } while (take_comma(&rest));
}

/* --- in which order --------------------------------------------------------------- */

/* Whether a field that F follows is among the ones that WAIT. */
static bool must_wait(const struct form_field *f, const bool *wait)
{
    for (size_t i = 0; i < f->non_change; i++)
        if (wait[f->on_change[i]])
            return true;
    return false;
}

/* Takes the waiting fields that need not wait; false when there is none any more. */
static bool place_some(struct form *form, bool *wait)
{
    size_t before = form->nfollowers;

    for (size_t f = 0; f < form->nfields; f++)
        if (wait[f] && !must_wait(&form->fields[f], wait)) {
            wait[f] = false;
            form->followers[form->nfollowers++] = (int)f;
        }
    return form->nfollowers > before;
}

/* How many of the fields that WAIT follow each field. */
static void count_followers(const struct form *form, const bool *wait, int *count)
{
    memset(count, 0, form->nfields * sizeof(*count));
    for (size_t f = 0; f < form->nfields; f++)
        for (size_t i = 0; wait[f] && i < form->fields[f].non_change; i++)
            count[form->fields[f].on_change[i]]++;
}

/* Who only waits behind a circle is not part of it: false when nobody is left so. */
static bool drop_some(const struct form *form, bool *wait, int *count)
{
    bool any = false;

    count_followers(form, wait, count);
    for (size_t f = 0; f < form->nfields; f++)
        if (wait[f] && !count[f]) {
            wait[f] = false;
            any = true;
        }
    return any;
}

static void report_circle(struct parse *p, int field)
{
    const struct form_field *f = &p->form->fields[field];

    for (size_t i = 0; i < p->nlate; i++)
        if (p->late[i].fn == parse_change && p->late[i].index == field)
            parse_bad1(p, p->late[i].key->value.p,
                    N_("\"%1$s\" follows its own change"), view_of(f->path));
}

void parse_change_order(struct parse *p)
{
    struct form *form = p->form;
    bool *wait = xcalloc(form->nfields + 1, sizeof(*wait));
    int *count = xcalloc(form->nfields + 1, sizeof(*count));

    form->followers = xcalloc(form->nfields + 1, sizeof(*form->followers));
    for (size_t f = 0; f < form->nfields; f++)
        wait[f] = form->fields[f].non_change > 0;
    while (place_some(form, wait))
        continue;
    while (drop_some(form, wait, count))
        continue;
    for (size_t f = 0; f < form->nfields; f++)
        if (wait[f])
            report_circle(p, (int)f);
    free(count);
    free(wait);
}
