/* From outcomes to the list of problems people read. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/form/input.h"
#include "engine_priv.h"

enum { ISSUES_MAX = 1000 };

struct builtin {
    const char *id;
    const char *message;
};

static const struct builtin builtins[] = {
        [FOUND_BLANK] = {"required", N_("to be filled in")},
        [FOUND_TYPE] = {"type", N_("\"%1$s\" is not a value this field can hold")},
        [FOUND_SHORT] = {"min", N_("too short: at least %1$s characters")},
        [FOUND_LONG] = {"max", N_("too long: at most %1$s characters")},
        [FOUND_SMALL] = {"min", N_("too small: at least %1$s")},
        [FOUND_LARGE] = {"max", N_("too large: at most %1$s")},
        [FOUND_FEW] = {"min", N_("at least %1$s choices")},
        [FOUND_MANY] = {"max", N_("at most %1$s choices")},
        [FOUND_CHOICE] = {"list", N_("\"%1$s\" is not one of the choices")},
        [FOUND_FILTERED] = {"filter",
                N_("\"%1$s\" is not possible with the other answers")},
        [FOUND_NO_RECORD] = {"ref", N_("the linked record is not on this machine")},
        [FOUND_ROWS_FEW] = {"min", N_("at least %1$s rows")},
        [FOUND_ROWS_MANY] = {"max", N_("at most %1$s rows")},
};

static const char *keep_text(struct engine *en, char *text)
{
    en->texts = mem_grow(en->texts, en->ntexts, &en->cap_texts, sizeof(*en->texts));
    en->texts[en->ntexts++] = text;
    return text;
}

void engine_clear_issues(struct engine *en)
{
    for (size_t i = 0; i < en->ntexts; i++)
        free(en->texts[i]);
    en->ntexts = 0;
    en->nissues = 0;
    en->counts = (struct issue_counts){0};
    en->stale = true;
}

static void add_issue(struct engine *en, const struct issue *issue)
{
    if (en->nissues >= ISSUES_MAX)
        return;
    en->issues =
            mem_grow(en->issues, en->nissues, &en->cap_issues, sizeof(*en->issues));
    en->issues[en->nissues++] = *issue;
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* A warning is accepted when a row of `derogations` names its rule and its place. */
static bool is_accepted(const struct engine *en, const char *rule, struct rec_at at)
{
    const struct form *form = en->form;
    int table = form_table_find(form, VIEW_LIT("derogations"));
    int key = form_field_find(form, VIEW_LIT("derogations.regle"));
    int where = form_field_find(form, VIEW_LIT("derogations.champ"));
    struct buf path;
    bool found = false;

    if (table < 0 || key < 0 || where < 0 || rec_rows(en->rec, table) == 0)
        return false;
    buf_init(&path, 0);
    rec_at_text(en->rec, at, true, &path);
    for (int row = 0; row < rec_rows(en->rec, table) && !found; row++)
        found = same(rec_get(en->rec, (struct rec_at){key, row, 0}), rule) &&
                same(rec_get(en->rec, (struct rec_at){where, row, 0}), path.s);
    buf_release(&path);
    return found;
}

static void expand_message(
        struct engine *en, const struct template *t, int row, struct buf *out)
{
    int64_t pos = row + 1;
    struct sandbox_value v;

    en->row = pos;
    for (size_t i = 0; i < t->n; i++) {
        if (t->parts[i].text) {
            buf_adds(out, t->parts[i].text);
        } else if (t->parts[i].x && sandbox_eval(t->parts[i].x, &pos, &v, NULL) == 0) {
            if (v.type == SANDBOX_INT)
                buf_addf(out, "%lld", (long long)v.i);
            else if (v.type != SANDBOX_NULL)
                buf_addv(out, v.text);
        }
    }
}

static int message_lang(const struct engine *en, const struct form_rule *rule)
{
    const char *lang = en->hooks.lang ? en->hooks.lang(en->hooks.ctx) : "";

    for (int i = 0; i < en->form->nlangs; i++)
        if (strncmp(lang, en->form->langs[i], strlen(en->form->langs[i])) == 0 &&
                rule->message.in[i])
            return i;
    return 0;
}

static void rule_issue(struct engine *en, const struct node *n, int row)
{
    const struct form_rule *rule = &en->form->rules[n->target];
    struct issue issue = {.severity = rule->severity,
            .at = {rule->on[0], form_frame(en->form, rule->on[0]) ? row : 0, 0},
            .rule = rule->id,
            .def = rule};
    struct buf text;

    buf_init(&text, 0);
    expand_message(en, &en->messages[n->target][message_lang(en, rule)], row, &text);
    issue.message = keep_text(en, buf_take(&text));
    buf_release(&text);
    issue.accepted =
            rule->severity == FORM_WARNING && is_accepted(en, issue.rule, issue.at);
    add_issue(en, &issue);
}

static int first_field(const struct form *form, int table)
{
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table)
            return (int)i;
    return 0;
}

static const char *limit_text(struct engine *en, int64_t limit)
{
    return keep_text(en, xasprintf("%lld", (long long)limit));
}

static void rows_issue(struct engine *en, const struct node *n)
{
    const struct form_table *t = &en->form->tables[n->target];
    enum finding found = n->rows[0].finding;
    struct issue issue = {.severity = FORM_ERROR,
            .at = {first_field(en->form, n->target), 0, 0},
            .rule = builtins[found].id,
            .message = builtins[found].message,
            .builtin = true};

    issue.args[0] = limit_text(en, found == FOUND_ROWS_FEW ? t->min : t->max);
    add_issue(en, &issue);
}

/* As the value itself is shown: a date, an amount. */
static const char *value_limit(
        struct engine *en, const struct form_field *f, int64_t limit)
{
    bool date = f->type == FORM_DATE || f->type == FORM_DATETIME;
    char day[DATE_ISO_SIZE];
    struct buf out;
    const char *text;

    if (!date && f->type != FORM_MONEY && f->type != FORM_DURATION)
        return limit_text(en, limit);
    if (date)
        date_iso((int32_t)limit, day);
    buf_init(&out, 0);
    input_show(f, date ? day : limit_text(en, limit),
            en->hooks.lang ? en->hooks.lang(en->hooks.ctx) : "", &out);
    text = keep_text(en, buf_take(&out));
    buf_release(&out);
    return text;
}

static const char *value_arg(struct engine *en, const struct form_field *f,
        enum finding found, struct rec_at at)
{
    const char *text = rec_get(en->rec, at);

    switch (found) {
    case FOUND_SHORT:
    case FOUND_SMALL:
    case FOUND_FEW: return value_limit(en, f, f->min);
    case FOUND_LONG:
    case FOUND_LARGE:
    case FOUND_MANY: return value_limit(en, f, f->max);
    default: return keep_text(en, xstrdup(text ? text : ""));
    }
}

static void check_issue(struct engine *en, const struct node *n, int row)
{
    const struct form_field *f = &en->form->fields[n->target];
    enum finding found = n->rows[row].finding;
    struct issue issue = {.severity = FORM_ERROR,
            .at = {n->target, row, 0},
            .rule = builtins[found].id,
            .message = builtins[found].message,
            .builtin = true,
            .proposal = found == FOUND_BLANK && f->proposal};

    issue.args[0] = value_arg(en, f, found, issue.at);
    add_issue(en, &issue);
}

static int by_place(const void *a, const void *b)
{
    const struct issue *x = a, *y = b;

    if (x->at.field != y->at.field)
        return x->at.field < y->at.field ? -1 : 1;
    if (x->at.row != y->at.row)
        return x->at.row < y->at.row ? -1 : 1;
    if (x->severity != y->severity)
        return (int)x->severity - (int)y->severity;
    return (int)x->builtin - (int)y->builtin;
}

static bool same_place(struct rec_at a, struct rec_at b)
{
    return a.field == b.field && a.row == b.row;
}

/* Where a rule of the form blocks a value, the built-in check need not say it again. */
static void drop_repeated(struct engine *en)
{
    struct rec_at at = {-1, 0, 0};
    bool blocked = false;
    size_t kept = 0;

    for (size_t i = 0; i < en->nissues; i++) {
        struct issue *issue = &en->issues[i];

        if (!same_place(issue->at, at))
            blocked = false;
        at = issue->at;
        blocked = blocked || (!issue->builtin && issue->severity == FORM_ERROR);
        if (!issue->builtin || !blocked)
            en->issues[kept++] = *issue;
    }
    en->nissues = kept;
}

static void count(struct engine *en)
{
    struct issue_counts c = {0};

    for (size_t i = 0; i < en->nissues; i++) {
        c.errors += en->issues[i].severity == FORM_ERROR;
        c.warnings += en->issues[i].severity == FORM_WARNING && !en->issues[i].accepted;
        c.infos += en->issues[i].severity == FORM_INFO;
        c.proposal += en->issues[i].proposal;
    }
    en->counts = c;
}

void engine_list_issues(struct engine *en)
{
    if (!en->stale)
        return;
    engine_clear_issues(en);
    for (size_t i = 0; en->rec && i < en->nnodes; i++) {
        const struct node *n = &en->nodes[i];

        for (int row = 0; n->bad > 0 && row < n->nrows; row++) {
            if (!n->rows[row].finding)
                continue;
            if (n->kind == NODE_RULE)
                rule_issue(en, n, row);
            else if (n->kind == NODE_CHECK)
                check_issue(en, n, row);
            else
                rows_issue(en, n);
        }
    }
    if (en->nissues)
        qsort(en->issues, en->nissues, sizeof(*en->issues), by_place);
    drop_repeated(en);
    count(en);
    en->stale = false;
}

static struct template_part *add_part(struct template *t)
{
    t->parts = mem_grow(t->parts, t->n, &t->cap, sizeof(*t->parts));
    t->parts[t->n] = (struct template_part){0};
    return &t->parts[t->n++];
}

/* "{" EXPRESSION "}" becomes its value; an unclosed brace is text. */
void template_compile(struct engine *en, const struct form_rule *rule, int lang,
        struct problems *problems)
{
    struct template *t = &en->messages[rule - en->form->rules][lang];
    const char *p = rule->message.in[lang];
    struct form_expr where = {.file = rule->file,
            .line = rule->line,
            .column = 1,
            .table = rule->table,
            .list = -1};

    while (p && *p) {
        const char *open = strchr(p, '{');
        const char *close = open ? strchr(open, '}') : NULL;

        if (!close)
            open = p + strlen(p);
        if (open > p)
            add_part(t)->text = xstrndup(p, (size_t)(open - p));
        if (!close)
            return;
        add_part(t)->x = engine_compile_text(en, &where,
                (struct view){open + 1, (size_t)(close - open - 1)}, NULL, problems);
        p = close + 1;
    }
}

void template_release(struct template *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->parts[i].text);
    free(t->parts);
}
