/* One question and its answer. */
#include "line.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/mem.h"

bool line_read(struct line *l)
{
    struct view text;
    char *trimmed;

    if (!ask_line(&l->answer)) {
        l->eof = true;
        return false;
    }
    text = view_trim(buf_view(&l->answer));
    trimmed = view_dup(text);
    buf_clear(&l->answer);
    buf_adds(&l->answer, trimmed);
    free(trimmed);
    if (!isatty(STDIN_FILENO)) /* else the terminal has shown it */
        out_line("> %s", l->answer.s);
    return true;
}

void line_error(const struct err *err)
{
    struct buf text;

    buf_init(&text, 0);
    err_text(err, i18n_text, &text);
    out_line(_("  not taken: %1$s"), text.s);
    buf_release(&text);
}

bool is_choice(struct entry *en, struct rec_at at)
{
    enum entry_input input = entry_input(en, at);

    return input == INPUT_CHOICE || input == INPUT_CHOICES || input == INPUT_TOGGLE;
}

static bool is_required(struct entry *en, struct rec_at at)
{
    const struct form_field *f = &entry_form(en)->fields[at.field];
    const struct issue *issue = entry_issue_at(en, at);

    return at.lang == 0 && f->required && (rec_get(entry_rec(en), at) || issue);
}

static void add_label(struct line *l, struct rec_at at, struct buf *out)
{
    const struct form *form = entry_form(l->en);
    int table = form_frame(form, at.field);

    if (table)
        buf_addf(out, "%s %d, ", entry_table_label(l->en, table), at.row + 1);
    buf_adds(out, entry_label(l->en, at));
    if (at.lang > 0)
        buf_addf(out, " (%s)", form->langs[at.lang]);
    if (is_required(l->en, at))
        buf_adds(out, " *");
}

static void add_value(struct line *l, struct rec_at at, struct buf *out)
{
    entry_show(l->en, at, out);
    if (out->len)
        return;
    if (entry_inherited(l->en, at, out))
        buf_addf(out, " %s", _("(taken over)"));
    else
        buf_adds(out, _("(blank)"));
}

static void print_question(struct line *l, struct rec_at at, int number)
{
    struct buf label, value;

    buf_init(&label, 0);
    buf_init(&value, 0);
    add_label(l, at, &label);
    add_value(l, at, &value);
    if (number)
        /* TRANSLATORS: number of the question, label of the field, its value */
        out_line(_("%1$d. %2$s: %3$s"), number, label.s, value.s);
    else
        out_line(_("%1$s: %2$s"), label.s, value.s);
    buf_release(&label);
    buf_release(&value);
}

static void print_help(struct line *l, struct rec_at at)
{
    const char *hint = entry_hint(l->en, at);
    const char *guidance = entry_guidance(l->en, at);
    const struct issue *issue = entry_issue_at(l->en, at);
    struct buf text;

    if (*hint)
        out_line("  %s", hint);
    if (*guidance)
        out_text(view_of(guidance));
    buf_init(&text, 0);
    if (issue) {
        issue_line(l->en, issue, &text);
        out_line("  %s", text.s);
    }
    buf_release(&text);
    if (is_choice(l->en, at))
        line_choices(l, at, "");
    out_line("%s", _("  Enter keeps and goes on, - empties, :help lists the commands"));
}

static void print_issue(struct line *l, struct rec_at at)
{
    const struct issue *issue = entry_issue_at(l->en, at);
    struct buf text;

    if (!issue)
        return;
    buf_init(&text, 0);
    issue_line(l->en, issue, &text);
    out_line("  %s", text.s);
    buf_release(&text);
}

/* Says how the answer was understood, where that is not what was typed. */
static void echo(struct line *l, struct rec_at at)
{
    struct buf shown;

    buf_init(&shown, 0);
    entry_show(l->en, at, &shown);
    if (!shown.len)
        out_line("%s", _("  = (blank)"));
    else if (strcmp(shown.s, l->answer.s) != 0)
        out_line("  = %s", shown.s);
    buf_release(&shown);
}

/* Numbers stand for the choices with these numbers; any other part leaves the answer as
 * it is. */
static void numbers_to_ids(struct line *l, struct rec_at at)
{
    const struct form_field *f = &entry_form(l->en)->fields[at.field];
    const struct form_list *list =
            f->list >= 0 ? &entry_form(l->en)->lists[f->list] : NULL;
    struct view rest = buf_view(&l->answer), part;
    struct buf ids;
    bool whole = true;
    long long n;

    buf_init(&ids, 0);
    while (whole && input_part(&rest, true, &part)) {
        char *id = NULL;

        if (!(list && form_entry_find(list, part)) && view_int(part, &n))
            id = line_choice(l, at, n);
        whole = id != NULL;
        buf_addf(&ids, "%s%s", ids.len ? ", " : "", id ? id : "");
        free(id);
    }
    if (whole && ids.len) {
        buf_clear(&l->answer);
        buf_addv(&l->answer, buf_view(&ids));
    }
    buf_release(&ids);
}

/* Errors of this very answer. Those that need others too may mend themselves later. */
static bool is_own_error(const struct issue *issue)
{
    return issue && issue->severity == FORM_ERROR &&
           (!issue->def || issue->def->non == 1);
}

enum go line_answer(struct line *l, struct rec_at at)
{
    struct err err = {0};

    if (is_choice(l->en, at))
        numbers_to_ids(l, at);
    if (entry_type(l->en, at, buf_view(&l->answer), &err) < 0) {
        line_error(&err);
        if (entry_input(l->en, at) != INPUT_TOGGLE && is_choice(l->en, at))
            line_choices(l, at, l->answer.s);
        return GO_AGAIN;
    }
    echo(l, at);
    print_issue(l, at);
    return is_own_error(entry_issue_at(l->en, at)) ? GO_AGAIN : GO_NEXT;
}

/* A text of several lines: each but the last ends in a backslash. */
static void read_more(struct line *l)
{
    struct buf all;

    buf_init(&all, ASK_LINE_MAX);
    while (l->answer.len && l->answer.s[l->answer.len - 1] == '\\') {
        buf_cut(&l->answer, l->answer.len - 1);
        buf_addv(&all, buf_view(&l->answer));
        buf_addc(&all, '\n');
        buf_clear(&l->answer);
        if (!line_read(l))
            break;
    }
    buf_addv(&all, buf_view(&l->answer));
    buf_release(&l->answer);
    l->answer = all;
}

enum go line_field(struct line *l, struct rec_at at, int number)
{
    print_question(l, at, number);
    if (!line_read(l))
        return GO_LEAVE;
    if (!l->answer.len)
        return GO_NEXT;
    if (strcmp(l->answer.s, "?") == 0) {
        print_help(l, at);
        return GO_AGAIN;
    }
    if (l->answer.s[0] == ':')
        return line_command(l, at, form_frame(entry_form(l->en), at.field));
    if (strcmp(l->answer.s, "-") == 0)
        buf_clear(&l->answer);
    else if (entry_input(l->en, at) == INPUT_MEMO)
        read_more(l);
    return line_answer(l, at);
}
