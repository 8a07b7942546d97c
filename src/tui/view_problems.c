/* All problems of a record, what could not be read first; Enter goes to the field. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "form_view.h"

enum { TOLD_ROWS = 4, RULE_COLS = 14 };

struct problems_view {
    struct form_view *f;
    struct list list;
    size_t *shown; /* indexes of issues that are not accepted */
    size_t n;
};

static void gather(struct problems_view *p)
{
    size_t n;
    const struct issue *all = entry_issues(p->f->en, &n);

    free(p->shown);
    p->shown = xcalloc(n + 1, sizeof *p->shown);
    p->n = 0;
    for (int severity = FORM_ERROR; severity <= FORM_INFO; severity++)
        for (size_t i = 0; i < n; i++)
            if (!all[i].accepted && (int)all[i].severity == severity)
                p->shown[p->n++] = i;
}

static size_t problem_count(void *ctx)
{
    return ((struct problems_view *)ctx)->n;
}

/** The issue of row I; NULL: it is gone. */
static const struct issue *issue_of(struct problems_view *p, size_t i)
{
    size_t n;
    const struct issue *all = entry_issues(p->f->en, &n);

    return i < p->n && p->shown[i] < n ? &all[p->shown[i]] : NULL;
}

/** The name people know a rule by, where there is room; NULL: one made from its field.
 */
static const char *rule_shown(const struct issue *issue, int cols)
{
    return issue->def && cols >= UI_NARROW && strlen(issue->rule) < RULE_COLS - 2 &&
                           !strchr(issue->rule, '.')
                   ? issue->rule
                   : NULL;
}

static void problem_row(void *ctx, size_t i, struct rect r, bool selected)
{
    static const enum style styles[] = {STYLE_ERROR, STYLE_WARNING, STYLE_INFO};
    struct problems_view *p = ctx;
    const struct issue *issue = issue_of(p, i);
    enum style style = issue ? styles[issue->severity] : STYLE_ERROR;
    const char *rule = issue ? rule_shown(issue, r.cols) : NULL;
    struct buf text;

    buf_init(&text, 0);
    if (issue)
        form_issue_line(p->f, issue, &text);
    ui_row(r, selected);
    ui_put_cut(r.row, r.col + 1, r.cols - (rule ? RULE_COLS : 2),
            selected ? STYLE_SELECTED : style, buf_view(&text));
    if (rule)
        ui_put_right(r.row, r.col, r.cols - 1, selected ? STYLE_SELECTED : STYLE_DIM,
                view_of(rule));
    buf_release(&text);
}

static const struct list_ops problem_rows = {
        .count = problem_count, .draw = problem_row};

static void back(void *self)
{
    loop_pop(((struct problems_view *)self)->f->ui->loop);
}

static const struct issue *selected(struct problems_view *p)
{
    return issue_of(p, p->list.sel);
}

static void jump(struct problems_view *p)
{
    struct form_view *f = p->f;
    const struct issue *issue = selected(p);

    loop_pop(f->ui->loop);
    if (issue)
        form_goto(f, issue->at);
}

static void accept(void *self)
{
    form_accept_issue(((struct problems_view *)self)->f, selected(self));
}

static void fix(void *self)
{
    struct problems_view *p = self;

    form_fix_issue(p->f, selected(p));
    gather(p);
}

static void why(void *self)
{
    struct problems_view *p = self;
    const struct issue *issue = selected(p);

    if (issue)
        form_why_issue(p->f, issue->at, issue);
}

static void complete(void *self)
{
    struct form_view *f = ((struct problems_view *)self)->f;

    loop_pop(f->ui->loop);
    form_complete(f);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct problems_view *)self)->f->ui);
}

static void help(void *self);

static const struct action rows[] = {
        {CMD_ACCEPT, accept, N_("accept")},
        {CMD_FIX, fix, N_("take the proposal")},
        {CMD_WHY, why, N_("why")},
        {CMD_BACK, back, N_("back")},
        {CMD_COMPLETE, complete, N_("complete it")},
        {CMD_HELP, help, N_("help")},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions problem_actions = {IN_PROBLEMS, rows, COUNT(rows)};

static void help(void *self)
{
    help_open(((struct problems_view *)self)->f->ui, &problem_actions);
}

/** Value and whole message of the selected problem. */
static void draw_selected(struct problems_view *p, struct rect r)
{
    const struct issue *issue = selected(p);
    struct buf text, value;
    struct view rest;

    buf_init(&text, 0);
    buf_init(&value, 0);
    if (issue) {
        entry_issue_text(p->f->en, issue, ui_translate, &text);
        form_issue_value(p->f, issue, &value);
        buf_addc(&text, '\n');
        i18n_add_label(entry_issue_label(p->f->en, issue), &text);
        buf_addf(&text, "%s\n", value.len ? value.s : "·");
        buf_clear(&value);
        if (form_fix_text(p->f, issue, &value))
            buf_addf(&text, "%s %s", _("proposed (^F):"), value.s);
    }
    rest = buf_view(&text);
    for (int i = 0; i < r.rows && rest.n; i++)
        ui_put(r.row + i, r.col, r.cols, STYLE_NORMAL, ui_wrap(&rest, r.cols));
    buf_release(&value);
    buf_release(&text);
}

static void problems_draw(void *self, struct rect area)
{
    struct problems_view *p = self;
    int told = area.rows >= 16 ? TOLD_ROWS : 1;
    struct rect list = {2, 0, area.rows - 4 - told, area.cols};

    gather(p);
    ui_title_bar(p->f->ui, area.cols, p->f->st.title, _("problems"));
    if (*p->f->ui->said && problem_count(p))
        ui_put_cut(1, 1, area.cols - 2, p->f->ui->said_style, view_of(p->f->ui->said));
    else
        ui_put_cut(1, 1, area.cols - 2, STYLE_HINT,
                view_of(problem_count(p) ? _("Enter goes to the field")
                                         : _("no problems: F10 completes the record")));
    list_draw(&p->list, list);
    ui_rule(list.row + list.rows, 0, area.cols, STYLE_DIM, (struct view){0});
    if (problem_count(p))
        draw_selected(p, (struct rect){area.rows - 1 - told, 1, told, area.cols - 2});
    ui_key_bar(area.rows - 1, area.cols, &problem_actions);
}

static bool problems_key(void *self, struct key k)
{
    struct problems_view *p = self;

    ui_hush(p->f->ui);
    if (ui_act(&problem_actions, p, k) || list_key(&p->list, k))
        return true;
    if (k.code == K_TAB || k.code == K_BACKTAB)
        return list_key(&p->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    if (k.code == K_ENTER && problem_count(p))
        jump(p);
    else if (k.code == K_ENTER)
        back(p);
    return true;
}

static void problems_mouse(void *self, struct mouse m)
{
    struct problems_view *p = self;
    size_t before = p->list.sel;

    if (list_mouse(&p->list, m) && p->list.sel == before)
        jump(p);
}

static void problems_close(void *self)
{
    struct problems_view *p = self;

    free(p->shown);
    free(p);
}

static const struct view_ops problems_ops = {.draw = problems_draw,
        .key = problems_key,
        .mouse = problems_mouse,
        .close = problems_close};

void problems_open(struct form_view *f)
{
    struct problems_view *p = xcalloc(1, sizeof *p);

    p->f = f;
    gather(p);
    list_init(&p->list, &problem_rows, p);
    p->list.focused = true;
    ui_push(f->ui, &problems_ops, p);
}
