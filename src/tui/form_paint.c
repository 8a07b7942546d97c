/* Drawing a record: title, sections, notices, status, keys; form_lines.c has the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "form_view.h"
#include "session.h"

enum { NEAR_LIMIT = 20, NOTICE_ROW = 2 };

/* Title and sections */

/** FORMAT with the moment MS for %1$s, after what is there. */
static void add_when(struct form_view *f, const char *format, int64_t ms, bool seconds,
        struct buf *out)
{
    struct buf at;
    const char *arg;

    buf_init(&at, 0);
    ui_moment(f->ui, ms, seconds, &at);
    arg = at.s;
    err_expand(format, &arg, 1, out);
    buf_release(&at);
}

/** Where the record stands (P16), and since when. */
static void add_state(struct form_view *f, bool narrow, struct buf *out)
{
    const struct entry_state *st = &f->st;

    if (!st->draft && !st->has_revision) {
        buf_adds(out, _("new record"));
        return;
    }
    buf_adds(out, status_word(&f->standing).text);
    if (st->draft && st->saved_ms && !st->journal_error && !narrow) {
        buf_adds(out, ", ");
        add_when(f, _("saved at %1$s"), st->saved_ms, true, out);
    } else if (!st->draft && f->standing.word == WORD_SENT && f->standing.sent_ms) {
        buf_addc(out, ' ');
        add_when(f, _("at %1$s"), f->standing.sent_ms, false, out);
    }
}

/** A session that goes on, or cannot, is told here too. */
static void add_exchange(struct form_view *f, bool narrow, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    if (session_running(f->ui->session) || session_state(f->ui->session)->err.id)
        status_add_exchange(f->ui, true, &text);
    if (text.len && !narrow)
        buf_addf(out, "   %s", text.s);
    buf_release(&text);
}

static void draw_title(struct form_view *f, int cols)
{
    const struct form *form = entry_form(f->en);
    struct buf left, right;

    buf_init(&left, 0);
    buf_init(&right, 0);
    buf_addf(&left, "%s · %s", form_text(form, &form->label, app_lang(f->ui->app)),
            *f->st.title ? f->st.title : _("untitled"));
    add_state(f, cols < UI_NARROW, &right);
    add_exchange(f, cols < UI_NARROW, &right);
    ui_title_bar(f->ui, cols, left.s, right.s);
    buf_release(&left);
    buf_release(&right);
}

/** Problems of a section; what is merely not filled in yet is counted apart. */
static void section_marks(struct form_view *f, int section, int *ret_errors,
        int *ret_warnings, int *ret_missing)
{
    const struct form *form = entry_form(f->en);
    const struct issue *all;
    size_t n;

    *ret_errors = *ret_warnings = *ret_missing = 0;
    all = entry_issues(f->en, &n);
    for (size_t i = 0; i < n; i++) {
        if (all[i].accepted || all[i].severity == FORM_INFO ||
                form->fields[all[i].at.field].section != section)
            continue;
        if (form_is_missing(f, &all[i]))
            ++*ret_missing;
        else if (all[i].severity == FORM_ERROR)
            ++*ret_errors;
        else
            ++*ret_warnings;
    }
}

/** "Quand ▲1": ▲ problems, ○ something is asked there still, ✓ all is there. */
static void add_tab(struct form_view *f, int section, struct buf *out)
{
    const struct form *form = entry_form(f->en);
    int errors, warnings, missing;

    section_marks(f, section, &errors, &warnings, &missing);
    buf_adds(
            out, form_text(form, &form->sections[section].label, app_lang(f->ui->app)));
    if (errors)
        buf_addf(out, " ✗%d", errors);
    if (warnings)
        buf_addf(out, " ▲%d", warnings);
    if (!errors && !warnings)
        buf_adds(out, missing ? " ○" : " ✓");
}

/** First section drawn, so that the current one is inside COLS. */
static int first_tab(struct form_view *f, int cols)
{
    struct buf tab;
    int first = 0, used = 0;

    buf_init(&tab, 0);
    for (int i = 0; i < f->nsections; i++) {
        buf_clear(&tab);
        add_tab(f, f->sections[i], &tab);
        used += utf8_width(buf_view(&tab)) + 2;
        if (used > cols && first < i) {
            first = i;
            used = utf8_width(buf_view(&tab)) + 2;
        }
        if (f->sections[i] == f->section)
            break;
    }
    buf_release(&tab);
    return first;
}

static void draw_tabs(struct form_view *f, int row, int cols)
{
    char right[64];
    struct buf tab;
    int col = 1, end;

    snprintf(right, sizeof right, "✗%d ▲%d  %d %%", f->st.counts.errors,
            f->st.counts.warnings, f->st.progress);
    end = cols - utf8_width(view_of(right)) - 3;
    buf_init(&tab, 0);
    f->ntabs = 0;
    int first = first_tab(f, end - 3);
    if (first > 0)
        ui_put(row, 0, 1, STYLE_HINT, VIEW_LIT("<"));
    for (int i = first; i < f->nsections && col < end; i++) {
        bool here = f->sections[i] == f->section;

        buf_clear(&tab);
        add_tab(f, f->sections[i], &tab);
        f->tabs[f->ntabs] = (struct tab){f->sections[i], col, 0};
        f->tabs[f->ntabs].cols = ui_put_cut(row, col, end - col,
                here ? STYLE_SELECTED : STYLE_NORMAL, buf_view(&tab));
        col += f->tabs[f->ntabs++].cols + 2;
    }
    ui_put_right(row, cols - utf8_width(view_of(right)) - 1, utf8_width(view_of(right)),
            STYLE_NORMAL, view_of(right));
    buf_release(&tab);
}

static void add_read_only(struct form_view *f, struct buf *out)
{
    struct err err = {0};

    if (entry_writable(f->en, &err) == 0)
        return;
    buf_adds(out, _("READ ONLY: "));
    ui_add_err(&err, out);
}

static void add_refusal(struct form_view *f, struct buf *out)
{
    const char *why = ui_translate(f->standing.refused);

    err_expand(_("the server does not take it: %1$s"), &why, 1, out);
}

/** What concerns the whole record, the most pressing of it; nothing: all is quiet. */
static enum style add_notice(struct form_view *f, struct buf *out)
{
    if (f->st.journal_error) {
        buf_adds(out, _("NOT SAVED: "));
        ui_add_err(entry_journal_err(f->en), out);
        return STYLE_ERROR;
    }
    if (app_read_only(f->ui->app)) {
        add_read_only(f, out);
    } else if (f->st.conflicts > 0) {
        buf_addf(out,
                ngettext("%d conflict with what others changed: F10 shows it",
                        "%d conflicts with what others changed: F10 shows them",
                        (unsigned long)f->st.conflicts),
                f->st.conflicts);
    } else if (f->st.moved_on) {
        buf_adds(out, _("this record has moved on meanwhile: ^R brings in what others "
                        "changed, completing does so too"));
    } else if (f->st.joined > 0) {
        buf_addf(out,
                ngettext("another version of this record was brought in: F10 completes "
                         "it with yours",
                        "%d other versions of this record were brought in: F10 "
                        "completes it with yours",
                        (unsigned long)f->st.joined),
                f->st.joined);
    } else if (*f->standing.refused) {
        add_refusal(f, out);
    } else if (f->st.old_form) {
        buf_adds(out, _("written with an older form: ^O, “newest form”, shows what "
                        "moving would change"));
    } else if (f->st.aside > 0) {
        buf_addf(out,
                ngettext("%d value set aside: it comes back with its question",
                        "%d values set aside: they come back with their questions",
                        (unsigned long)f->st.aside),
                f->st.aside);
        return STYLE_INFO;
    }
    return STYLE_WARNING;
}

/** In two rows where one is too short. Returns the row below. */
static int draw_notice(struct form_view *f, int row, int cols)
{
    struct buf text;
    struct view rest, line;
    enum style style;

    buf_init(&text, 0);
    style = add_notice(f, &text);
    rest = buf_view(&text);
    if (rest.n && ui_wrapped(rest, cols - 2) > 1) {
        line = ui_wrap(&rest, cols - 2);
        ui_put(row++, 1, cols - 2, style, line);
    }
    if (rest.n)
        ui_put_cut(row++, 1, cols - 2, style, rest);
    buf_release(&text);
    return row;
}

/* Status */

/** Characters used, once the limit of the form is near or passed. */
static int draw_counter(struct form_view *f, int row, int cols)
{
    const struct entry_line *line = form_line(f);
    const struct form_field *field;
    char text[48];
    int64_t count;
    int n;

    if (!f->edit || !line || line->kind != ENTRY_FIELD)
        return 0;
    field = &entry_form(f->en)->fields[line->at.field];
    count = (int64_t)edit_count(f->edit);
    if ((field->type != FORM_TEXT && field->type != FORM_MEMO) || !field->has_max ||
            count + NEAR_LIMIT < field->max)
        return 0;
    n = snprintf(
            text, sizeof text, "%lld/%lld", (long long)count, (long long)field->max);
    ui_put_right(row, 0, cols - 1, count > field->max ? STYLE_ERROR : STYLE_HINT,
            view_of(text));
    return n + 2;
}

/** The words of a problem stand under its field; here is what can be done about it. */
static void add_remedies(
        struct form_view *f, const struct issue *issue, struct buf *out)
{
    struct buf value;

    if (form_line(f)->kind == ENTRY_ROW)
        form_issue_line(f, issue, out);
    else if (!issue->builtin)
        buf_adds(out, issue->rule);
    if (out->len)
        buf_adds(out, " · ");
    buf_init(&value, 0);
    if (form_fix_text(f, issue, &value))
        buf_addf(out, "%s %s · ", _("^F takes"), value.s);
    buf_release(&value);
    if (issue->severity == FORM_WARNING)
        buf_addf(out, "%s · ", _("^A accepts it"));
    buf_addf(out, "%s · %s", _("^W why"), entry_hint(f->en, issue->at));
}

static void add_status(struct form_view *f, struct buf *out, enum style *style)
{
    const struct entry_line *line = form_line(f);
    const struct issue *issue = form_issue(f);

    *style = STYLE_HINT;
    if (*f->ui->said) {
        *style = f->ui->said_style;
        buf_adds(out, f->ui->said);
    } else if (issue && !form_is_missing(f, issue)) {
        *style = issue->severity == FORM_ERROR ? STYLE_ERROR : STYLE_WARNING;
        add_remedies(f, issue, out);
    } else if (line && line->kind == ENTRY_FIELD) {
        buf_adds(out, entry_hint(f->en, line->at));
        if (!out->len && issue)
            entry_issue_text(f->en, issue, ui_translate, out);
    } else if (line && line->kind == ENTRY_ROW) {
        buf_adds(out, _("Enter opens the row · ^D deletes it"));
    } else if (line) {
        const struct form *form = entry_form(f->en);

        buf_adds(out,
                form_text(form, &form->tables[line->table].hint, app_lang(f->ui->app)));
    }
}

static void draw_status(struct form_view *f, int row, int cols)
{
    int counter = draw_counter(f, row, cols);
    enum style style;
    struct buf text;

    buf_init(&text, 0);
    add_status(f, &text, &style);
    ui_put_cut(row, 1, cols - 2 - counter, style, buf_view(&text));
    buf_release(&text);
}

/** What one is likely to want here, most of all first. */
static const enum command_id *useful_keys(struct form_view *f)
{
    static const enum command_id in_text[] = {CMD_NEXT, CMD_COMPLETE, CMD_PROBLEMS,
            CMD_UNDO, CMD_BACK, CMD_HELP, CMD_COUNT};
    static const enum command_id in_list[] = {CMD_NEXT, CMD_CHOOSE, CMD_COMPLETE,
            CMD_PROBLEMS, CMD_BACK, CMD_HELP, CMD_COUNT};
    static const enum command_id in_link[] = {CMD_NEXT, CMD_CHOOSE, CMD_CREATE_HERE,
            CMD_COMPLETE, CMD_PROBLEMS, CMD_BACK, CMD_COUNT};
    static const enum command_id in_rows[] = {CMD_NEXT, CMD_ADD_ROW, CMD_DELETE_ROW,
            CMD_COMPLETE, CMD_PROBLEMS, CMD_BACK, CMD_COUNT};
    static const enum command_id in_seances[] = {CMD_NEXT, CMD_ADD_ROW, CMD_SEANCE,
            CMD_COMPLETE, CMD_PROBLEMS, CMD_DELETE_ROW, CMD_BACK, CMD_COUNT};
    const struct entry_line *line = form_line(f);

    if (!line)
        return in_text;
    if (line->kind != ENTRY_FIELD)
        return entry_has_timing(f->en, line->table) ? in_seances : in_rows;
    if (entry_form(f->en)->fields[line->at.field].type == FORM_REF)
        return in_link;
    switch (entry_input(f->en, line->at)) {
    case INPUT_CHOICE:
    case INPUT_CHOICES: return in_list;
    default: return in_text;
    }
}

void form_draw(void *self, struct rect area)
{
    struct form_view *f = self;
    const struct form *form = entry_form(f->en);
    int foot = area.rows - 2, top = draw_notice(f, NOTICE_ROW, area.cols);

    if (top == NOTICE_ROW)
        ui_rule(top++, 0, area.cols, STYLE_DIM,
                view_of(form_text(
                        form, &form->sections[f->section].hint, app_lang(f->ui->app))));
    form_layout(f, (struct rect){top, 0, foot - top > 1 ? foot - top : 1, area.cols});
    draw_title(f, area.cols);
    draw_tabs(f, FORM_TABS_ROW, area.cols);
    form_draw_lines(f);
    draw_status(f, foot, area.cols);
    ui_key_bar_for(area.rows - 1, area.cols, &form_actions, useful_keys(f));
}
