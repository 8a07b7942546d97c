/* Commands given as answers, ":undo": the rows of the command table that make sense
 * here. */
#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

/* What a command is given. */
struct call {
    struct line *l;
    struct rec_at at;  /* .field -1: at a repeat */
    int table;         /* repeat concerned, 0 none */
    const char *words; /* after the name, "" none */
};

static enum go say_error(const struct err *err)
{
    line_error(err);
    return GO_AGAIN;
}

/* --- moving --- */

static enum go do_next(struct call *c)
{
    (void)c;
    return GO_NEXT;
}

static enum go do_previous(struct call *c)
{
    (void)c;
    return GO_PREVIOUS;
}

static enum go do_back(struct call *c)
{
    (void)c;
    return GO_LEAVE;
}

static enum go do_quit(struct call *c)
{
    c->l->quit = true;
    return GO_LEAVE;
}

static enum go go_section(struct call *c, int step)
{
    const struct form *form = entry_form(c->l->en);
    int sections[FORM_SECTIONS_MAX];
    int n = entry_sections(c->l->en, c->l->view.technical, sections, FORM_SECTIONS_MAX);
    int now = c->at.field >= 0 ? form->fields[c->at.field].section
                               : form->tables[c->table].section;

    for (int i = 0; i < n; i++)
        if (sections[i] == now && i + step >= 0 && i + step < n) {
            c->l->jump_section = sections[i + step];
            return GO_JUMP;
        }
    out_line("%s", _("  there is no further section"));
    return GO_AGAIN;
}

static enum go do_next_section(struct call *c)
{
    return go_section(c, 1);
}

static enum go do_previous_section(struct call *c)
{
    return go_section(c, -1);
}

static enum go jump_to(struct call *c, const struct issue *issue)
{
    struct buf text;

    buf_init(&text, 0);
    issue_line(c->l->en, issue, &text);
    out_line("  %s", text.s);
    buf_release(&text);
    c->l->jump = issue->at;
    c->l->jump_section = -1;
    return GO_JUMP;
}

/* The first problem after the place, or the last before it; round the end. */
static enum go go_problem(struct call *c, bool forward)
{
    size_t n;
    const struct issue *issues = entry_issues(c->l->en, &n);
    const struct issue *first = NULL, *before = NULL, *after = NULL, *last = NULL;

    for (size_t i = 0; i < n; i++) {
        if (issues[i].accepted)
            continue;
        if (!first)
            first = &issues[i];
        last = &issues[i];
        if (issues[i].at.field < c->at.field)
            before = &issues[i];
        if (issues[i].at.field > c->at.field && !after)
            after = &issues[i];
    }
    if (!first) {
        out_line("  %s", _("no problem"));
        return GO_AGAIN;
    }
    if (forward)
        return jump_to(c, after ? after : first);
    return jump_to(c, before ? before : last);
}

static enum go do_next_problem(struct call *c)
{
    return go_problem(c, true);
}

static enum go do_previous_problem(struct call *c)
{
    return go_problem(c, false);
}

/* --- changing --- */

static enum go tell_undo(struct call *c, bool done, struct rec_at at, const char *what)
{
    if (!done)
        out_line("%s", _("  there is nothing to undo or redo"));
    else
        out_line(_("  %1$s: %2$s"), what, entry_label(c->l->en, at));
    return GO_AGAIN;
}

static enum go do_undo(struct call *c)
{
    struct rec_at at;
    bool done = entry_undo(c->l->en, &at);

    return tell_undo(c, done, at, _("undone"));
}

static enum go do_redo(struct call *c)
{
    struct rec_at at;
    bool done = entry_redo(c->l->en, &at);

    return tell_undo(c, done, at, _("done again"));
}

static enum go do_choose(struct call *c)
{
    if (c->at.field < 0 || !is_choice(c->l->en, c->at))
        out_line("%s", _("  there is nothing to choose from here"));
    else
        line_choices(c->l, c->at, c->words);
    return GO_AGAIN;
}

static enum go do_create_here(struct call *c)
{
    struct line *l = c->l;
    struct entry *parent = l->en, *child;
    char *const *targets = c->at.field >= 0 ? entry_targets(l->en, c->at) : NULL;
    struct err err = {0};

    if (!targets || !*targets || l->depth >= LINE_DEPTH_MAX) {
        out_line("%s", _("  nothing can be created here"));
        return GO_AGAIN;
    }
    if (entry_create(l->en, c->at, targets[0], c->words, &child, &err) < 0)
        return say_error(&err);
    out_line(_("  new: %1$s"), app_type_label(l->r->app, targets[0]));
    line_forget_choices(l);
    l->depth++;
    line_form(l, child);
    l->depth--;
    line_forget_choices(l);
    l->en = parent;
    entry_refresh(parent);
    out_line(_("  back to: %1$s"), entry_state(parent).title);
    return l->eof || l->quit ? GO_LEAVE : GO_NEXT;
}

/* Place of the row the words name by its number, else of the row one is in; -1: none.
 */
static int row_of(struct call *c)
{
    long long n;

    if (c->table && view_int(view_of(c->words), &n) && n >= 1 &&
            n <= rec_rows(entry_rec(c->l->en), c->table))
        return (int)n - 1;
    if (c->table && !*c->words && c->at.field >= 0)
        return c->at.row;
    out_line("%s", _("  say which row, at the question of the rows: for example 2"));
    return -1;
}

static enum go do_add_row(struct call *c)
{
    struct err err = {0};
    int row;

    if (!c->table) {
        out_line("%s", _("  there are no rows here"));
        return GO_AGAIN;
    }
    if (entry_row_add(c->l->en, c->table, &row, &err) < 0)
        return say_error(&err);
    return line_row(c->l, c->table, row);
}

static enum go do_delete_row(struct call *c)
{
    struct err err = {0};
    int row = row_of(c);

    if (row < 0)
        return GO_AGAIN;
    if (entry_row_remove(c->l->en, c->table, row, &err) < 0)
        return say_error(&err);
    out_line("%s", _("  row deleted, :undo brings it back"));
    return GO_AGAIN;
}

static enum go seance(struct call *c, enum seance_act act)
{
    struct err err = {0};
    struct buf text;
    int row = row_of(c);

    if (row < 0)
        return GO_AGAIN;
    if (entry_seance(c->l->en, c->table, row, act, &err) < 0)
        return say_error(&err);
    buf_init(&text, 0);
    entry_row_text(c->l->en, c->table, row, &text);
    out_line("  = %s", text.s);
    buf_release(&text);
    return GO_AGAIN;
}

static enum go do_cancel(struct call *c)
{
    return seance(c, SEANCE_CANCEL);
}

static enum go do_postpone(struct call *c)
{
    return seance(c, SEANCE_POSTPONE);
}

static enum go do_sold_out(struct call *c)
{
    return seance(c, SEANCE_SOLD_OUT);
}

static enum go do_restore(struct call *c)
{
    return seance(c, SEANCE_RESTORE);
}

/* --- problems --- */

static enum go do_problems(struct call *c)
{
    if (!line_problems(c->l))
        out_line("  %s", _("no problem"));
    return GO_AGAIN;
}

static const struct issue *issue_here(struct call *c)
{
    const struct issue *issue =
            c->at.field < 0 ? NULL : entry_issue_at(c->l->en, c->at);

    if (!issue)
        out_line("%s", _("  there is no problem at this question"));
    return issue;
}

static enum go do_accept(struct call *c)
{
    const struct issue *issue = issue_here(c);

    if (issue && issue->severity != FORM_WARNING)
        out_line("%s", _("  only warnings can be accepted"));
    else if (issue)
        entry_accept(c->l->en, issue, view_of(c->words));
    return GO_AGAIN;
}

static enum go do_fix(struct call *c)
{
    const struct issue *issue = issue_here(c);
    struct err err = {0};

    if (issue && entry_take_fix(c->l->en, issue, &err) < 0)
        return say_error(&err);
    return GO_AGAIN;
}

static enum go do_why(struct call *c)
{
    const struct issue *issue = issue_here(c);
    struct buf text;

    if (!issue)
        return GO_AGAIN;
    buf_init(&text, 0);
    entry_why(c->l->en, c->at, issue, &text);
    out_text(buf_view(&text));
    buf_release(&text);
    return GO_AGAIN;
}

/* --- what others changed too --- */

static enum go do_conflicts(struct call *c)
{
    if (!print_conflicts(c->l->en))
        out_line("%s", _("  nothing waits for a decision"));
    return GO_AGAIN;
}

/* The conflict that the words number, or all of them. */
static enum go decide(struct call *c, bool theirs)
{
    struct entry *en = c->l->en;
    struct err err = {0};
    long long n;
    int rc;

    if (!*c->words)
        rc = entry_settle(en, theirs, &err);
    else if (!view_int(view_of(c->words), &n) || n < 1)
        rc = err_set(&err, ERR_USAGE, N_("there is no such conflict"));
    else if (theirs)
        rc = entry_take_theirs(en, (size_t)n - 1, &err);
    else
        rc = entry_keep_ours(en, (size_t)n - 1, &err);
    return rc < 0 ? say_error(&err) : do_conflicts(c);
}

static enum go do_keep_mine(struct call *c)
{
    return decide(c, false);
}

static enum go do_take_theirs(struct call *c)
{
    return decide(c, true);
}

/* --- the record --- */

static enum go complete(struct call *c, unsigned flags)
{
    return line_complete(c->l, flags) ? GO_LEAVE : GO_AGAIN;
}

static enum go do_complete(struct call *c)
{
    return complete(c, 0);
}

static enum go do_propose(struct call *c)
{
    return complete(c, ENTRY_REVIEW);
}

static enum go do_review(struct call *c)
{
    struct err err = {0};
    struct buf text;
    enum go go = GO_AGAIN;

    buf_init(&text, 0);
    if (app_text(c->l->r->app, entry_uid(c->l->en), i18n_text, &text, &err) < 0)
        go = say_error(&err);
    else
        out_text(buf_view(&text));
    buf_release(&text);
    return go;
}

static enum go do_history(struct call *c)
{
    const char *words[] = {entry_uid(c->l->en), NULL};
    struct run r = {
            .app = c->l->r->app, .args = c->l->r->args, .words = words, .nwords = 1};

    if (entry_state(c->l->en).has_revision)
        run_history(&r);
    else
        out_line("%s", _("  not complete yet: there is no history"));
    return GO_AGAIN;
}

static enum go do_readiness(struct call *c)
{
    const char *words[] = {entry_uid(c->l->en), NULL};
    struct cli_args args = *c->l->r->args;
    struct run r = {.app = c->l->r->app, .args = &args, .words = words, .nwords = 1};

    args.check = true;
    args.profiles = false;
    run_deliver(&r);
    return GO_AGAIN;
}

static enum go do_languages(struct call *c)
{
    c->l->view.languages = !c->l->view.languages;
    out_line("  %s", c->l->view.languages ? _("the other languages are asked too")
                                          : _("the other languages are not asked"));
    return GO_AGAIN;
}

static enum go do_technical(struct call *c)
{
    c->l->view.technical = !c->l->view.technical;
    out_line("  %s", c->l->view.technical ? _("the technical fields are asked too")
                                          : _("the technical fields are not asked"));
    return GO_AGAIN;
}

static enum go do_move_version(struct call *c)
{
    struct err err = {0};
    struct buf text;
    int rc;

    buf_init(&text, 0);
    rc = entry_move_version(c->l->en, false, &text, &err);
    if (rc == 0 && text.len) {
        out_text(buf_view(&text));
        if (ask_yes(_("move the draft to the newest form? (y/n)")))
            rc = entry_move_version(c->l->en, true, &text, &err);
    } else if (rc == 0) {
        out_line("%s", _("  the draft is of the newest form"));
    }
    buf_release(&text);
    return rc < 0 ? say_error(&err) : GO_AGAIN;
}

static enum go do_help(struct call *c);

static const struct handler {
    enum command_id id;
    enum go (*run)(struct call *c);
} handlers[] = {
        {CMD_NEXT, do_next},
        {CMD_PREVIOUS, do_previous},
        {CMD_NEXT_SECTION, do_next_section},
        {CMD_PREVIOUS_SECTION, do_previous_section},
        {CMD_CHOOSE, do_choose},
        {CMD_CREATE_HERE, do_create_here},
        {CMD_UNDO, do_undo},
        {CMD_REDO, do_redo},
        {CMD_ADD_ROW, do_add_row},
        {CMD_DELETE_ROW, do_delete_row},
        {CMD_CANCEL, do_cancel},
        {CMD_POSTPONE, do_postpone},
        {CMD_SOLD_OUT, do_sold_out},
        {CMD_RESTORE, do_restore},
        {CMD_PROBLEMS, do_problems},
        {CMD_NEXT_PROBLEM, do_next_problem},
        {CMD_PREVIOUS_PROBLEM, do_previous_problem},
        {CMD_ACCEPT, do_accept},
        {CMD_FIX, do_fix},
        {CMD_WHY, do_why},
        {CMD_CONFLICTS, do_conflicts},
        {CMD_KEEP_MINE, do_keep_mine},
        {CMD_TAKE_THEIRS, do_take_theirs},
        {CMD_REVIEW, do_review},
        {CMD_LANGUAGES, do_languages},
        {CMD_TECHNICAL, do_technical},
        {CMD_MOVE_VERSION, do_move_version},
        {CMD_HISTORY, do_history},
        {CMD_READINESS, do_readiness},
        {CMD_COMPLETE, do_complete},
        {CMD_PROPOSE, do_propose},
        {CMD_HELP, do_help},
        {CMD_BACK, do_back},
        {CMD_QUIT, do_quit},
};

static enum go do_help(struct call *c)
{
    (void)c;
    for (size_t i = 0; i < COUNT(handlers); i++) {
        const struct command *cmd = command_get(handlers[i].id);

        out_line("  :%s, %s", cmd->name, _(cmd->summary));
    }
    return GO_AGAIN;
}

static const struct handler *find_handler(const char *name)
{
    for (size_t i = 0; i < COUNT(handlers); i++)
        if (strcmp(command_get(handlers[i].id)->name, name) == 0)
            return &handlers[i];
    return NULL;
}

static void unknown(const char *name)
{
    const char *near = command_nearest(name, IN_FORM);

    if (near && find_handler(near))
        out_line(_("  there is no command \"%1$s\"; did you mean :%2$s?"), name, near);
    else
        out_line(_("  there is no command \"%1$s\"; :help lists them"), name);
}

enum go line_command(struct line *l, struct rec_at at, int table)
{
    size_t n = strcspn(l->answer.s + 1, " ");
    char *name = xstrndup(l->answer.s + 1, n);
    char *words = view_dup(view_trim(view_of(l->answer.s + 1 + n)));
    struct call call = {.l = l, .at = at, .table = table, .words = words};
    const struct handler *h = find_handler(name);
    enum go go = GO_AGAIN;

    if (h)
        go = h->run(&call);
    else
        unknown(name);
    free(name);
    free(words);
    return go;
}
