/* Drawing the lines of a record: labels, values, what is wrong with them. */
#include <string.h>

#include "odus/base/utf8.h"
#include "form_view.h"

static bool visible(const struct form_view *f, int row)
{
    return row >= f->body.row && row < f->body.row + f->body.rows;
}

static void put(const struct form_view *f, int row, int col, int cols, enum style style,
        struct view text)
{
    if (visible(f, row))
        ui_put_cut(row, col, cols, style, text);
}

static void draw_mark(struct form_view *f, size_t i, int row)
{
    static const char *const signs[] = {"✗", "▲", "·"};
    static const enum style styles[] = {STYLE_ERROR, STYLE_WARNING, STYLE_INFO};
    const struct issue *issue = f->spots[i].issue;

    if (issue && form_is_missing(f, issue))
        put(f, row, f->body.col, 1, STYLE_INFO, VIEW_LIT("○"));
    else if (issue)
        put(f, row, f->body.col, 1, styles[issue->severity],
                view_of(signs[issue->severity]));
    if (i == f->at)
        put(f, row, f->body.col + 1, 1, STYLE_KEY, VIEW_LIT("▸"));
}

static bool is_required(const struct form_view *f, struct rec_at at)
{
    return at.lang == 0 &&
           (entry_form(f->en)->fields[at.field].proposal || entry_required(f->en, at));
}

static void draw_label(struct form_view *f, size_t i, int row)
{
    const struct entry_line *line = &f->lines[i];
    const struct form *form = entry_form(f->en);
    int indent = line->indent * (f->body.cols < UI_NARROW ? 1 : 2);
    int cols = f->body.cols < UI_NARROW ? f->body.cols - 4 : f->label_cols - 2 - indent;
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, entry_label(f->en, line->at));
    if (line->at.lang > 0)
        buf_addf(&text, " [%s]", form->langs[line->at.lang]);
    if (is_required(f, line->at))
        buf_adds(&text, " *");
    put(f, row, f->body.col + 2 + indent, cols, i == f->at ? STYLE_KEY : STYLE_LABEL,
            buf_view(&text));
    buf_release(&text);
}

/** Value not being typed: shown for people, a blank by what stands in for it. */
static void draw_value(struct form_view *f, size_t i, struct rect r)
{
    const struct entry_pending *pending = form_pending(f, &f->lines[i]);
    enum style style = i == f->at ? STYLE_FOCUS : STYLE_NORMAL;
    struct rec_at at = f->lines[i].at;
    struct buf text;
    struct view rest;

    buf_init(&text, 0);
    if (pending)
        buf_adds(&text, pending->typed);
    else if (form_wraps(f, &f->lines[i]))
        entry_text(f->en, at, &text);
    else
        entry_show(f->en, at, &text);
    if (text.len == 0) {
        style = STYLE_DIM;
        if (!entry_inherited(f->en, at, &text))
            buf_adds(&text, "·");
    }
    rest = buf_view(&text);
    for (int row = 0; row < r.rows && rest.n; row++) {
        struct view line = r.rows == 1 ? rest : ui_wrap(&rest, r.cols);

        put(f, r.row + row, r.col, r.cols, pending ? STYLE_ERROR : style, line);
        if (r.rows == 1)
            break;
    }
    buf_release(&text);
}

static void draw_input_hint(struct form_view *f, size_t i, struct rect r)
{
    enum entry_input input = entry_input(f->en, f->lines[i].at);
    const char *hint = input == INPUT_TOGGLE                             ? "◂▸"
                       : input == INPUT_CHOICE || input == INPUT_CHOICES ? "▾"
                                                                         : "";

    if (visible(f, r.row))
        ui_put_right(r.row, r.col, r.cols, STYLE_HINT, view_of(hint));
}

static void focus_value(struct form_view *f, size_t i, struct rect r)
{
    f->focus_area = r;
    if (!visible(f, r.row))
        return;
    if (f->edit) {
        int last = f->body.row + f->body.rows;

        if (r.row + r.rows > last)
            r.rows = last - r.row;
        f->edit_area = r;
        line_draw(&f->line, r, true);
        return;
    }
    ui_cursor(r.row, r.col);
    if (f->lines[i].kind == ENTRY_FIELD) {
        draw_value(f, i, r);
        draw_input_hint(f, i, r);
    }
}

static int draw_wrapped(struct form_view *f, int row, struct rect r, int most,
        enum style style, struct view text)
{
    int n = 0;

    while (text.n && n < most)
        put(f, row + n++, r.col, r.cols, style, ui_wrap(&text, r.cols));
    return n;
}

/** Under the value: echo, what could not be read, the problem. */
static void draw_told(struct form_view *f, size_t i, struct rect r)
{
    static const enum style styles[] = {STYLE_ERROR, STYLE_WARNING, STYLE_INFO};
    const struct issue *issue = form_told_issue(f, i);
    int row = r.row + r.rows;
    struct buf text;

    buf_init(&text, 0);
    if (i == f->at && f->echo.len)
        row += draw_wrapped(
                f, row, r, 3, f->echo_ok ? STYLE_OK : STYLE_HINT, buf_view(&f->echo));
    if (issue) {
        buf_clear(&text);
        entry_issue_text(f->en, issue, ui_translate, &text);
        r.cols -= 2;
        if (i == f->at)
            draw_wrapped(f, row, r, 3, styles[issue->severity], buf_view(&text));
        else
            put(f, row, r.col, r.cols, styles[issue->severity], buf_view(&text));
    }
    buf_release(&text);
}

static void draw_field(struct form_view *f, size_t i, int row)
{
    struct rect r = form_value_area(f, i);

    draw_label(f, i, row);
    if (i == f->at)
        focus_value(f, i, r);
    else
        draw_value(f, i, r);
    draw_told(f, i, r);
}

static void draw_heading(struct form_view *f, size_t i, int row)
{
    const struct entry_line *line = &f->lines[i];
    const struct form *form = entry_form(f->en);
    const struct form_table *t = &form->tables[line->table];
    struct buf text;

    if (!visible(f, row))
        return;
    buf_init(&text, 0);
    buf_adds(&text, form_text(form, &t->label, app_lang(f->ui->app)));
    if (line->kind == ENTRY_REPEAT)
        buf_addf(&text, " (%d)", rec_rows(entry_rec(f->en), line->table));
    ui_rule(row, f->body.col + 2, f->body.cols - 3, STYLE_HEADING, buf_view(&text));
    buf_release(&text);
}

static void draw_row(struct form_view *f, size_t i, int row)
{
    const struct entry_line *line = &f->lines[i];
    struct rect r = form_value_area(f, i);
    enum style style = i == f->at ? STYLE_FOCUS : STYLE_NORMAL;
    struct buf text;

    if (!visible(f, row))
        return;
    buf_init(&text, 0);
    buf_addf(&text, "%d  ", line->at.row + 1);
    entry_row_text(f->en, line->table, line->at.row, &text);
    ui_put_cut(row, r.col, r.cols - 6, style, buf_view(&text));
    buf_clear(&text);
    if (f->spots[i].problems) {
        buf_addf(&text, "▲%d", f->spots[i].problems);
        ui_put_right(row, r.col, r.cols, STYLE_WARNING, buf_view(&text));
    }
    if (i == f->at)
        focus_value(f, i, r);
    buf_release(&text);
}

static void draw_add(struct form_view *f, size_t i, int row)
{
    struct rect r = form_value_area(f, i), whole = r;
    const struct entry_pending *pending = form_pending(f, &f->lines[i]);
    bool timing = entry_has_timing(f->en, f->lines[i].table);

    put(f, row, r.col, r.cols, i == f->at ? STYLE_KEY : STYLE_DIM,
            view_of(timing ? _("+ add:") : _("+ add a row (Enter)")));
    if (timing) {
        int used = utf8_width(view_of(_("+ add:"))) + 1;

        r.col += used;
        r.cols -= used;
    }
    if (i == f->at)
        focus_value(f, i, r);
    else if (pending)
        put(f, row, r.col, r.cols, STYLE_ERROR, view_of(pending->typed));
    draw_told(f, i, whole); /* as wide as told_rows counts */
}

static void draw_line(struct form_view *f, size_t i)
{
    int row = f->body.row + f->spots[i].top - f->first;

    draw_mark(f, i, row);
    switch (f->lines[i].kind) {
    case ENTRY_FIELD: draw_field(f, i, row); break;
    case ENTRY_ROW: draw_row(f, i, row); break;
    case ENTRY_ADD: draw_add(f, i, row); break;
    case ENTRY_NOTE:
        draw_wrapped(f, row, (struct rect){row, f->body.col + 2, 1, f->body.cols - 4},
                f->spots[i].value_rows, STYLE_DIM,
                view_of(entry_label(f->en, f->lines[i].at)));
        break;
    default: draw_heading(f, i, row); break;
    }
}

void form_draw_lines(struct form_view *f)
{
    for (size_t i = 0; i < f->nlines; i++) {
        const struct spot *s = &f->spots[i];

        if (s->top + s->rows > f->first && s->top < f->first + f->body.rows)
            draw_line(f, i);
    }
    if (f->first + f->body.rows < f->rows)
        ui_put(f->body.row + f->body.rows - 1, f->body.cols - 1, 1, STYLE_HINT,
                VIEW_LIT("▼"));
    if (f->first > 0)
        ui_put(f->body.row, f->body.cols - 1, 1, STYLE_HINT, VIEW_LIT("▲"));
}
