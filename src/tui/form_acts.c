/* Problems of the record, explanations, completion. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "form_view.h"

static bool in_row(const struct form_view *f, const struct entry_line *line,
        const struct issue *issue)
{
    const struct form *form = entry_form(f->en);

    return form->fields[issue->at.field].table == line->table &&
           issue->at.row == line->at.row;
}

bool form_is_missing(const struct form_view *f, const struct issue *issue)
{
    int table = entry_issue_table(f->en, issue);

    return strcmp(issue->rule, "required") == 0 ||
           (table && strcmp(issue->rule, "unread") != 0 &&
                   rec_rows(entry_rec(f->en), table) == 0);
}

const struct issue *form_issue(struct form_view *f)
{
    const struct entry_line *line = form_line(f);
    const struct issue *all;
    size_t n;

    if (!line || line->kind == ENTRY_ADD)
        return NULL;
    if (line->kind == ENTRY_FIELD)
        return entry_issue_at(f->en, line->at);
    all = entry_issues(f->en, &n);
    for (size_t i = 0; i < n; i++)
        if (!all[i].accepted && in_row(f, line, &all[i]))
            return &all[i];
    return NULL;
}

/** The order of the form. */
static int compare(struct rec_at a, struct rec_at b)
{
    if (a.field != b.field)
        return a.field < b.field ? -1 : 1;
    if (a.row != b.row)
        return a.row < b.row ? -1 : 1;
    return (a.lang > b.lang) - (a.lang < b.lang);
}

static bool is_unread(const struct issue *issue)
{
    return strcmp(issue->rule, "unread") == 0;
}

void form_issue_value(struct form_view *f, const struct issue *issue, struct buf *out)
{
    size_t n;
    const struct entry_pending *all = entry_pending(f->en, &n);

    if (!is_unread(issue))
        entry_show(f->en, issue->at, out);
    for (size_t i = 0; i < n && is_unread(issue); i++)
        if (compare(all[i].at, issue->at) == 0)
            buf_adds(out, all[i].typed);
}

void form_issue_line(struct form_view *f, const struct issue *issue, struct buf *out)
{
    static const char *const signs[] = {"✗ ", "▲ ", "· "};
    const struct form_field *field = &entry_form(f->en)->fields[issue->at.field];
    struct buf label;

    buf_adds(out, signs[issue->severity]);
    buf_init(&label, 0);
    buf_adds(&label, entry_issue_label(f->en, issue));
    if (!entry_issue_table(f->en, issue) &&
            entry_form(f->en)->tables[field->table].kind == FORM_REPEAT)
        buf_addf(&label, " (%d)", issue->at.row + 1);
    i18n_add_label(label.s, out);
    buf_release(&label);
    if (is_unread(issue)) {
        form_issue_value(f, issue, out);
        buf_adds(out, " — ");
    }
    entry_issue_text(f->en, issue, ui_translate, out);
}

bool form_fix_text(struct form_view *f, const struct issue *issue, struct buf *out)
{
    const struct form_field *field = &entry_form(f->en)->fields[issue->at.field];
    struct buf value;
    bool has;

    buf_init(&value, 0);
    has = entry_fix(f->en, issue, &value);
    if (has)
        input_show(field, value.s, app_lang(f->ui->app), out);
    buf_release(&value);
    return has;
}

void form_problems(void *self)
{
    struct form_view *f = self;

    form_commit(f);
    problems_open(f);
}

/* ^N, ^P: from place to place in the order of the form */

struct seek {
    struct rec_at from, best, end; /* end: the far one, to go round */
    int step;
    bool found, any;
};

static void offer(struct seek *s, struct rec_at at)
{
    int after = s->step * compare(at, s->from);

    if (after > 0 && (!s->found || s->step * compare(at, s->best) < 0)) {
        s->best = at;
        s->found = true;
    }
    if (!s->any || s->step * compare(at, s->end) < 0)
        s->end = at;
    s->any = true;
}

static void go_to_problem(struct form_view *f, int step)
{
    const struct issue *all;
    struct seek s = {.step = step};
    size_t n;

    form_commit(f);
    if (form_line(f))
        s.from = form_line(f)->at;
    all = entry_issues(f->en, &n);
    for (size_t i = 0; i < n; i++)
        if (!all[i].accepted)
            offer(&s, all[i].at);
    if (s.any)
        form_goto(f, s.found ? s.best : s.end);
    else
        ui_say(f->ui, STYLE_OK, _("no problems"));
}

void form_next_problem(void *self)
{
    go_to_problem(self, 1);
}

void form_previous_problem(void *self)
{
    go_to_problem(self, -1);
}

/* Warnings are accepted with a reason, proposals taken */

static void accepted(void *ctx, const char *reason)
{
    struct form_view *f = ctx;
    const struct issue *all;
    size_t n;

    all = entry_issues(f->en, &n);
    for (size_t i = 0; i < n; i++)
        if (compare(all[i].at, f->accept_at) == 0 && f->accept_rule &&
                strcmp(all[i].rule, f->accept_rule) == 0) {
            entry_accept(f->en, &all[i], view_of(reason));
            ui_say(f->ui, STYLE_OK, _("accepted; the reason is kept with the record"));
            break;
        }
    form_relayout(f);
    form_load(f);
}

void form_accept_issue(struct form_view *f, const struct issue *issue)
{
    if (!issue || issue->severity != FORM_WARNING) {
        ui_say(f->ui, STYLE_INFO,
                issue && issue->severity == FORM_ERROR
                        ? _("an error cannot be accepted: it has to be mended")
                        : _("there is no warning here to accept"));
        return;
    }
    f->accept_at = issue->at;
    free(f->accept_rule);
    f->accept_rule = xstrdup(issue->rule);
    ask_open(f->ui, _("Why is it right all the same? (may stay blank)"), "", accepted,
            f);
}

void form_fix_issue(struct form_view *f, const struct issue *issue)
{
    struct rec_at at;
    struct err err = {0};

    if (!issue) {
        ui_say(f->ui, STYLE_INFO, _("there is no proposed value here"));
        return;
    }
    at = issue->at;
    form_unload(f);
    if (entry_take_fix(f->en, issue, &err) < 0) {
        ui_say_err(f->ui, &err);
    } else {
        form_relayout(f);
        form_goto(f, at);
        ui_say(f->ui, STYLE_OK, _("proposed value taken; ^Z takes it back"));
    }
    form_load(f);
}

/** Required without a condition: there is no expression worth showing. */
static bool is_always_asked(const struct form_view *f, const struct issue *issue)
{
    const struct form *form = entry_form(f->en);
    int expr = form->fields[issue->at.field].required;

    return strcmp(issue->rule, "required") == 0 &&
           (expr == 0 || strcmp(form->exprs[expr].src, "1") == 0);
}

void form_why_issue(struct form_view *f, struct rec_at at, const struct issue *issue)
{
    struct buf out;

    buf_init(&out, 0);
    if (issue) {
        form_issue_line(f, issue, &out);
        buf_adds(&out, "\n\n");
    }
    if (issue && is_always_asked(f, issue))
        buf_adds(&out, _("this field is always asked for"));
    else
        entry_why(f->en, at, issue, &out);
    if (out.len == 0)
        buf_adds(&out, _("this field is always there and may stay blank"));
    text_open(f->ui, entry_label(f->en, at), &out);
    buf_release(&out);
}

void form_accept(void *self)
{
    form_commit(self);
    form_accept_issue(self, form_issue(self));
}

void form_fix(void *self)
{
    form_commit(self);
    form_fix_issue(self, form_issue(self));
}

void form_why(void *self)
{
    struct form_view *f = self;
    const struct issue *issue;

    form_commit(f);
    issue = form_issue(f);
    if (form_line(f))
        form_why_issue(f, issue ? issue->at : form_line(f)->at, issue);
}

static void table_guidance(struct form_view *f, const struct form_table *t)
{
    const struct form *form = entry_form(f->en);
    const char *lang = app_lang(f->ui->app);
    struct buf out;

    buf_init(&out, 0);
    ui_add_flowed(form_text(form, &t->hint, lang), &out);
    buf_adds(&out, "\n\n");
    ui_add_flowed(form_text(form, &t->guidance, lang), &out);
    buf_addf(&out, "\n\n%s\n",
            _("Enter opens a row, F3 adds one, ^D deletes one, ^Z undoes it."));
    text_open(f->ui, form_text(form, &t->label, lang), &out);
    buf_release(&out);
}

/** A rule's id and message; the expressions in it have no value here. */
static void add_rule(
        const struct form_view *f, const struct form_rule *rule, struct buf *out)
{
    struct buf text;
    int depth = 0;

    buf_init(&text, 0);
    ui_add_flowed(
            form_text(entry_form(f->en), &rule->message, app_lang(f->ui->app)), &text);
    buf_addf(out, "%s  ", rule->id);
    for (const char *p = text.s; *p; p++) {
        if (*p == '{' && depth++ == 0)
            buf_adds(out, "…");
        if (depth == 0)
            buf_addc(out, *p);
        depth -= *p == '}' && depth > 0;
    }
    buf_addc(out, '\n');
    buf_release(&text);
}

static void field_guidance(struct form_view *f, struct rec_at at)
{
    const struct form *form = entry_form(f->en);
    struct buf out;

    buf_init(&out, 0);
    ui_add_flowed(entry_hint(f->en, at), &out);
    buf_adds(&out, "\n\n");
    ui_add_flowed(entry_guidance(f->en, at), &out);
    buf_adds(&out, "\n\n");
    for (size_t i = 0; i < form->nrules; i++)
        for (size_t j = 0; j < form->rules[i].non; j++)
            if (form->rules[i].on[j] == at.field)
                add_rule(f, &form->rules[i], &out);
    buf_addf(&out, "\n%s\n", _("^O lists all commands, with their keys."));
    text_open(f->ui, entry_label(f->en, at), &out);
    buf_release(&out);
}

/** F1: why the field exists, and the rules that look at it. */
void form_guidance(void *self)
{
    struct form_view *f = self;
    const struct entry_line *line = form_line(f);

    if (!line)
        help_open(f->ui, &form_actions);
    else if (line->kind == ENTRY_FIELD)
        field_guidance(f, line->at);
    else
        table_guidance(f, &entry_form(f->en)->tables[line->table]);
}

/* Completion */

static void blocked(struct form_view *f, const struct err *err)
{
    if (err->id)
        ui_say_err(f->ui, err);
    else
        ui_say(f->ui, STYLE_ERROR, _("not yet: these problems come first"));
    if (err->code == ERR_CONFLICT)
        conflicts_open(f, f->flags);
    else
        problems_open(f);
}

static void complete(struct form_view *f, unsigned flags)
{
    struct err err = {0};
    int rc;

    form_unload(f);
    rc = entry_complete(f->en, flags, NULL, &err);
    form_relayout(f);
    form_load(f);
    if (rc < 0) {
        ui_say_err(f->ui, &err);
    } else if (rc > 0) {
        blocked(f, &err);
    } else {
        ui_say1(f->ui, STYLE_OK,
                flags & ENTRY_REVIEW ? _("proposed for review: %1$s")
                                     : _("complete: %1$s"),
                f->st.title);
        loop_pop(f->ui->loop);
    }
}

static void complete_links(void *ctx, size_t i)
{
    struct form_view *f = ctx;

    complete(f, f->flags | (i == 0 ? ENTRY_WITH_LINKS : 0));
}

static void begin_completion(struct form_view *f, unsigned flags)
{
    const char *labels[] = {
            _("complete the linked drafts too"), _("complete this record only")};
    char **links;
    size_t n = 0;

    form_commit(f);
    entry_pending(f->en, &n);
    if (n > 0) {
        blocked(f, &(struct err){0});
        return;
    }
    f->flags = flags;
    links = entry_draft_links(f->en, &n);
    for (size_t i = 0; i < n; i++)
        free(links[i]);
    free(links);
    if (n > 0 && !(flags & ENTRY_REVIEW))
        menu_open(f->ui, _("It links to drafts"), labels, COUNT(labels), complete_links,
                f);
    else
        complete(f, flags);
}

void form_complete(void *self)
{
    begin_completion(self, 0);
}

void form_propose(void *self)
{
    begin_completion(self, ENTRY_REVIEW);
}

static void moved(void *ctx, size_t i)
{
    struct form_view *f = ctx;
    struct err err = {0};
    struct buf told;

    if (i != 0)
        return;
    buf_init(&told, 0);
    form_unload(f);
    if (entry_move_version(f->en, true, &told, &err) < 0)
        ui_say_err(f->ui, &err);
    else
        ui_say(f->ui, STYLE_OK,
                _("the draft follows the newest form now; ^Z takes it back"));
    buf_release(&told);
    form_relayout(f);
    form_load(f);
}

void form_move_version(void *self)
{
    const char *labels[] = {
            _("move the draft to the newest form"), _("leave it as it is")};
    struct form_view *f = self;
    struct err err = {0};
    struct buf told;

    form_commit(f);
    buf_init(&told, 0);
    if (entry_move_version(f->en, false, &told, &err) < 0) {
        ui_say_err(f->ui, &err);
    } else if (told.len == 0) {
        ui_say(f->ui, STYLE_INFO, _("this draft follows the newest form already"));
    } else {
        menu_open(f->ui, _("A newer form is there"), labels, COUNT(labels), moved, f);
        text_open(f->ui, _("What would change"), &told);
    }
    buf_release(&told);
}
