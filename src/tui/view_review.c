/* The whole record in one flow, to read over; Enter goes to what is selected. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/tui/list.h"
#include "form_view.h"

struct read_row {
    char *text;
    enum style style;
    bool heading;
    struct rec_at at;
};

struct review {
    struct form_view *f;
    struct list list;
    struct read_row *rows;
    size_t n, cap;
    int cols; /* the width it was laid out for */
};

static void add(struct review *r, struct view text, enum style style, bool heading,
        struct rec_at at)
{
    r->rows = mem_grow(r->rows, r->n, &r->cap, sizeof *r->rows);
    r->rows[r->n++] = (struct read_row){view_dup(text), style, heading, at};
}

static void clear(struct review *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->rows[i].text);
    r->n = 0;
}

/** TEXT in rows of at most the width; those after the first are indented. */
static void add_wrapped(
        struct review *r, struct buf *text, enum style style, struct rec_at at)
{
    struct view rest = buf_view(text);
    bool first = true;

    do {
        struct view line = ui_wrap(&rest, r->cols - (first ? 2 : 6));
        char *indented = xasprintf(
                "%s%.*s", first ? "" : "    ", (int)line.n, line.n ? line.p : "");

        add(r, view_of(indented), style, !first, at);
        free(indented);
        first = false;
    } while (rest.n);
}

static void add_issue(struct review *r, struct rec_at at)
{
    const struct issue *issue = entry_issue_at(r->f->en, at);
    struct buf text;

    if (!issue)
        return;
    buf_init(&text, 0);
    buf_adds(&text, issue->severity == FORM_ERROR ? "    ✗ " : "    ▲ ");
    entry_issue_text(r->f->en, issue, ui_translate, &text);
    add_wrapped(
            r, &text, issue->severity == FORM_ERROR ? STYLE_ERROR : STYLE_WARNING, at);
    buf_release(&text);
}

static void add_field(struct review *r, const struct entry_line *line)
{
    struct buf text;
    size_t before;

    buf_init(&text, 0);
    buf_adds(&text, "  ");
    i18n_add_label(entry_label(r->f->en, line->at), &text);
    before = text.len;
    entry_show(r->f->en, line->at, &text);
    if (text.len > before || entry_inherited(r->f->en, line->at, &text))
        add_wrapped(r, &text, STYLE_NORMAL, line->at);
    else if (entry_issue_at(r->f->en, line->at))
        add_wrapped(r, &text, STYLE_DIM, line->at);
    add_issue(r, line->at);
    buf_release(&text);
}

static void add_row(struct review *r, const struct entry_line *line)
{
    const struct issue *all;
    struct buf text;
    size_t n;

    buf_init(&text, 0);
    buf_addf(&text, "  %d  ", line->at.row + 1);
    entry_row_text(r->f->en, line->table, line->at.row, &text);
    add_wrapped(r, &text, STYLE_NORMAL, line->at);
    all = entry_issues(r->f->en, &n);
    for (size_t i = 0; i < n; i++)
        if (!all[i].accepted && all[i].at.row == line->at.row &&
                entry_form(r->f->en)->fields[all[i].at.field].table == line->table)
            add_issue(r, all[i].at);
    buf_release(&text);
}

static void add_line(struct review *r, const struct entry_line *line)
{
    const struct form *form = entry_form(r->f->en);
    const char *lang = app_lang(r->f->ui->app);

    switch (line->kind) {
    case ENTRY_SECTION:
        add(r, view_of(form_text(form, &form->sections[line->section].label, lang)),
                STYLE_HEADING, true, line->at);
        break;
    case ENTRY_GROUP:
        add(r, view_of(form_text(form, &form->tables[line->table].label, lang)),
                STYLE_LABEL, true, line->at);
        break;
    case ENTRY_REPEAT:
        if (rec_rows(entry_rec(r->f->en), line->table))
            add(r, view_of(form_text(form, &form->tables[line->table].label, lang)),
                    STYLE_LABEL, true, line->at);
        break;
    case ENTRY_FIELD: add_field(r, line); break;
    case ENTRY_ROW: add_row(r, line); break;
    default: break;
    }
}

static void lay_out(struct review *r, int cols)
{
    struct entry_view view = {.section = -1};
    struct entry_line *lines;
    size_t n;

    if (r->cols == cols)
        return;
    r->cols = cols;
    clear(r);
    lines = entry_lines(r->f->en, &view, &n);
    for (size_t i = 0; i < n; i++)
        add_line(r, &lines[i]);
    free(lines);
    list_select(&r->list, r->list.sel);
}

static size_t row_count(void *ctx)
{
    return ((struct review *)ctx)->n;
}

static bool row_heading(void *ctx, size_t i)
{
    return ((struct review *)ctx)->rows[i].heading;
}

static void row_draw(void *ctx, size_t i, struct rect area, bool selected)
{
    const struct read_row *row = &((struct review *)ctx)->rows[i];

    if (row->style == STYLE_HEADING)
        ui_rule(area.row, area.col, area.cols, row->style, view_of(row->text));
    else if (selected)
        ui_put_fill(area.row, area.col, area.cols, STYLE_SELECTED, view_of(row->text));
    else
        ui_put(area.row, area.col, area.cols, row->style, view_of(row->text));
}

static const struct list_ops review_rows = {
        .count = row_count, .draw = row_draw, .heading = row_heading};

static void back(void *self)
{
    loop_pop(((struct review *)self)->f->ui->loop);
}

static void complete(void *self)
{
    struct form_view *f = ((struct review *)self)->f;

    loop_pop(f->ui->loop);
    form_complete(f);
}

static const struct action actions[] = {
        {CMD_COMPLETE, complete, N_("complete it")},
        {CMD_BACK, back, N_("back")},
};
static const struct actions review_actions = {IN_TEXT, actions, COUNT(actions)};

static void review_draw(void *self, struct rect area)
{
    struct review *r = self;

    lay_out(r, area.cols);
    ui_title_bar(r->f->ui, area.cols, r->f->st.title, _("review"));
    ui_put_cut(1, 1, area.cols - 2, STYLE_HINT, view_of(_("Enter goes to the field")));
    list_draw(&r->list, (struct rect){2, 0, area.rows - 3, area.cols});
    ui_key_bar(area.rows - 1, area.cols, &review_actions);
}

static void jump(struct review *r)
{
    struct form_view *f = r->f;
    struct rec_at at = r->rows[r->list.sel].at;

    loop_pop(f->ui->loop);
    form_goto(f, at);
}

static bool review_key(void *self, struct key k)
{
    struct review *r = self;

    if (ui_act(&review_actions, r, k) || list_key(&r->list, k))
        return true;
    if (k.code == K_ENTER && !list_empty(&r->list))
        jump(r);
    else if (k.code == K_TAB || k.code == K_BACKTAB)
        list_key(&r->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    return true;
}

static void review_mouse(void *self, struct mouse m)
{
    struct review *r = self;
    size_t before = r->list.sel;

    if (list_mouse(&r->list, m) && r->list.sel == before)
        jump(r);
}

static void review_close(void *self)
{
    struct review *r = self;

    clear(r);
    free(r->rows);
    free(r);
}

static const struct view_ops review_ops = {.draw = review_draw,
        .key = review_key,
        .mouse = review_mouse,
        .close = review_close};

void review_open(struct form_view *f)
{
    struct review *r = xcalloc(1, sizeof *r);

    r->f = f;
    list_init(&r->list, &review_rows, r);
    r->list.focused = true;
    ui_push(f->ui, &review_ops, r);
}
