/* The questions of a record in their order, and how it ends. */
#include "line.h"

#include <stdlib.h>

/* A question: a field that can be answered, or the rows of a repeat. */
static bool is_question(struct line *l, const struct entry_line *line)
{
    return line->kind == ENTRY_ADD ||
           (line->kind == ENTRY_FIELD &&
                   entry_input(l->en, line->at) != INPUT_READ_ONLY);
}

static bool same_question(const struct entry_line *a, const struct entry_line *b)
{
    if (a->kind != b->kind || a->table != b->table)
        return false;
    return a->kind == ENTRY_ADD ||
           (a->at.field == b->at.field && a->at.lang == b->at.lang);
}

struct walk {
    struct entry_line *lines;
    size_t n;
    size_t at; /* the question of the moment; n at the end */
};

static size_t find_question(
        const struct walk *w, const struct entry_line *q, size_t otherwise)
{
    for (size_t i = 0; i < w->n; i++)
        if (same_question(&w->lines[i], q))
            return i;
    return otherwise < w->n ? otherwise : w->n;
}

/* Answers make questions appear and go: lays out again and stays at the same one. */
static void lay_out(struct line *l, struct walk *w)
{
    struct entry_line now =
            w->at < w->n ? w->lines[w->at] : (struct entry_line){.table = -1};
    bool at_end = w->at >= w->n && w->n;

    free(w->lines);
    w->lines = entry_lines(l->en, &l->view, &w->n);
    w->at = at_end ? w->n : find_question(w, &now, w->at);
}

static int number_of(struct line *l, const struct walk *w, size_t at)
{
    int number = 0;

    for (size_t i = 0; i <= at && i < w->n; i++)
        number += is_question(l, &w->lines[i]);
    return number;
}

static void print_heading(struct line *l, const struct entry_line *line)
{
    const struct form *form = entry_form(l->en);
    const char *lang = app_lang(l->r->app);
    struct buf text;

    buf_init(&text, 0);
    if (line->kind == ENTRY_SECTION) {
        out_line("%s", "");
        out_line("== %s ==",
                form_text(form, &form->sections[line->section].label, lang));
    } else if (line->kind == ENTRY_GROUP) {
        out_line("%s", entry_table_label(l->en, line->table));
    } else if (line->kind == ENTRY_ROW) {
        entry_row_text(l->en, line->table, line->at.row, &text);
        out_line("  #%d %s", line->at.row + 1, text.s);
    } else if (line->kind == ENTRY_FIELD) {
        entry_show(l->en, line->at, &text);
        if (text.len)
            out_line(_("%1$s: %2$s"), entry_label(l->en, line->at), text.s);
    } else if (line->kind == ENTRY_NOTE) {
        out_line("  %s", entry_label(l->en, line->at));
    }
    buf_release(&text);
}

/* To the question after the present one, its headings read out on the way. */
static void step_forward(struct line *l, struct walk *w, size_t from)
{
    for (w->at = from; w->at < w->n && !is_question(l, &w->lines[w->at]); w->at++)
        print_heading(l, &w->lines[w->at]);
}

static void step_back(struct line *l, struct walk *w)
{
    for (size_t i = w->at; i-- > 0;)
        if (is_question(l, &w->lines[i])) {
            w->at = i;
            return;
        }
}

/* Where GO_JUMP leads: a section's first question, a field, or the rows it is in. */
static void jump(struct line *l, struct walk *w)
{
    int frame = l->jump_section < 0 ? form_frame(entry_form(l->en), l->jump.field) : 0;

    for (size_t i = 0; i < w->n; i++) {
        const struct entry_line *line = &w->lines[i];

        if (l->jump_section >= 0 ? line->section == l->jump_section
                : frame          ? line->kind == ENTRY_ADD && line->table == frame
                                 : line->kind == ENTRY_FIELD &&
                                  line->at.field == l->jump.field) {
            step_forward(l, w, i);
            return;
        }
    }
}

static enum go ask(struct line *l, struct walk *w)
{
    const struct entry_line *line = &w->lines[w->at];
    int number = number_of(l, w, w->at);

    if (line->kind == ENTRY_ADD)
        return line_rows(l, line->table, number);
    return line_field(l, line->at, number);
}

/* Every question from the present one to the end. False when the record is left before.
 */
static bool ask_all(struct line *l, struct walk *w)
{
    while (w->at < w->n) {
        enum go go = ask(l, w);

        lay_out(l, w);
        if (go == GO_LEAVE)
            return false;
        if (go == GO_NEXT)
            step_forward(l, w, w->at + 1);
        else if (go == GO_PREVIOUS)
            step_back(l, w);
        else if (go == GO_JUMP)
            jump(l, w);
    }
    return true;
}

size_t line_problems(struct line *l)
{
    size_t n, shown = 0;
    const struct issue *issues = entry_issues(l->en, &n);
    struct buf text;

    buf_init(&text, 0);
    for (size_t i = 0; i < n; i++) {
        if (issues[i].accepted)
            continue;
        buf_clear(&text);
        issue_line(l->en, &issues[i], &text);
        out_line("  %s", text.s);
        shown++;
    }
    buf_release(&text);
    return shown;
}

/* Linked drafts go along only when the answer is yes. */
static unsigned ask_links(struct line *l)
{
    size_t n;
    char **links = entry_draft_links(l->en, &n);
    bool yes = false;

    for (size_t i = 0; i < n; i++)
        free(links[i]);
    free(links);
    if (n) {
        out_line(ngettext("%zu linked record is still a draft",
                         "%zu linked records are still drafts", n),
                n);
        yes = ask_yes(_("complete them too? (y/n)"));
    }
    return yes ? ENTRY_WITH_LINKS : 0;
}

bool line_complete(struct line *l, unsigned flags)
{
    struct err err = {0};
    int rc = entry_complete(l->en, flags | ask_links(l), NULL, &err);

    l->blocked = rc != 0;
    if (rc != 0 && err.id)
        line_error(&err);
    if (rc == 1 && print_conflicts(l->en)) {
        out_line("%s", _("not completed; :keep-mine or :take-theirs decides, with its "
                         "number for one of them"));
    } else if (rc == 1) {
        line_problems(l);
        out_line("%s", _("not completed; :next-problem goes to what is missing"));
    } else if (rc == 0) {
        out_line(flags & ENTRY_REVIEW ? _("proposed for review: %1$s")
                                      : _("complete: %1$s"),
                entry_uid(l->en));
    }
    return rc == 0;
}

/* After the last question. What does not say yes keeps the draft. */
static enum go ask_end(struct line *l, bool again)
{
    struct rec_at nowhere = {.field = -1};

    out_line("%s", "");
    if (!again)
        line_problems(l);
    out_line("%s", _("complete? (y/n, or a command such as :next-problem, :propose)"));
    if (!line_read(l))
        return GO_LEAVE;
    if (l->answer.s[0] == ':')
        return line_command(l, nowhere, 0);
    if (!is_yes(buf_view(&l->answer)))
        return GO_LEAVE;
    return line_complete(l, 0) ? GO_LEAVE : GO_AGAIN;
}

static void tell_left(struct line *l)
{
    struct entry_state state;
    struct err err = {0};

    if (entry_save(l->en, &err) < 0)
        cli_fail(&err);
    state = entry_state(l->en);
    if (l->eof && state.draft)
        out_line(_("the answers end here; draft kept: %1$s"), entry_uid(l->en));
    else if (state.draft)
        out_line(_("draft kept: %1$s"), entry_uid(l->en));
}

void line_form(struct line *l, struct entry *en)
{
    struct walk w = {.lines = NULL};
    enum go go = GO_NEXT;

    l->en = en;
    lay_out(l, &w);
    step_forward(l, &w, 0);
    while (go != GO_LEAVE) {
        go = ask_all(l, &w) ? ask_end(l, go == GO_AGAIN) : GO_LEAVE;
        lay_out(l, &w);
        if (go == GO_JUMP)
            jump(l, &w);
        else if (go == GO_PREVIOUS)
            step_back(l, &w);
    }
    tell_left(l);
    free(w.lines);
    entry_close(en);
    l->en = NULL;
}
