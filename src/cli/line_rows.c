/* Repeats: rows from the timing language, or question by question. */
#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

static bool is_asked(struct line *l, int table, struct rec_at at)
{
    const struct form_field *f = &entry_form(l->en)->fields[at.field];

    return f->table == table && !f->hidden && f->type != FORM_NOTE &&
           entry_input(l->en, at) != INPUT_READ_ONLY &&
           !rec_hidden(entry_rec(l->en), at);
}

/* The field of the row from FROM on in direction STEP; -1 when there is none. */
static int next_field(struct line *l, int table, int row, int from, int step)
{
    int n = (int)entry_form(l->en)->nfields;

    for (int i = from; i >= 0 && i < n; i += step)
        if (is_asked(l, table, (struct rec_at){i, row, 0}))
            return i;
    return -1;
}

/* Row ROW from field FIRST on. It is held by its id: rows move when their date is set.
 */
static enum go ask_row(struct line *l, int table, int row, int first)
{
    char *id = xstrdup(rec_row_id(entry_rec(l->en), table, row));
    int field = next_field(l, table, row, first, 1);
    enum go go = GO_NEXT;

    while (field >= 0) {
        int before;

        row = rec_row_find(entry_rec(l->en), table, view_of(id));
        if (row < 0)
            break;
        go = line_field(l, (struct rec_at){field, row, 0}, 0);
        if (go == GO_LEAVE || go == GO_JUMP)
            break;
        row = rec_row_find(entry_rec(l->en), table, view_of(id));
        if (go == GO_NEXT && row >= 0)
            field = next_field(l, table, row, field + 1, 1);
        before = go == GO_PREVIOUS && row >= 0
                         ? next_field(l, table, row, field - 1, -1)
                         : -1;
        field = before >= 0 ? before : field;
    }
    free(id);
    return go == GO_LEAVE || go == GO_JUMP ? go : GO_AGAIN;
}

enum go line_row(struct line *l, int table, int row)
{
    return ask_row(l, table, row, 0);
}

static enum go add_timing(struct line *l, int table)
{
    struct buf dates;
    struct err err = {0};
    int n;

    buf_init(&dates, 0);
    n = entry_timing_echo(l->en, table, buf_view(&l->answer), &dates, &err);
    if (n >= 0)
        out_line("  = %s", dates.s);
    buf_release(&dates);
    if (n >= 0)
        n = entry_timing_add(l->en, table, buf_view(&l->answer), &err);
    if (n < 0)
        line_error(&err);
    else
        out_line(ngettext("  %d row added", "  %d rows added", (unsigned long)n), n);
    return GO_AGAIN;
}

/* A new row whose first field is the answer; then its other fields. */
static enum go add_answered(struct line *l, int table)
{
    struct err err = {0};
    struct rec_at at;
    int row, first;

    if (entry_row_add(l->en, table, &row, &err) < 0) {
        line_error(&err);
        return GO_AGAIN;
    }
    first = next_field(l, table, row, 0, 1);
    if (first < 0)
        return GO_AGAIN;
    at = (struct rec_at){first, row, 0};
    if (line_answer(l, at) == GO_AGAIN && !rec_get(entry_rec(l->en), at)) {
        if (entry_row_remove(l->en, table, row, &err) < 0)
            line_error(&err);
        return GO_AGAIN;
    }
    return ask_row(l, table, row, first + 1);
}

static void print_rows(struct line *l, int table)
{
    struct buf text;

    buf_init(&text, 0);
    for (int row = 0; row < rec_rows(entry_rec(l->en), table); row++) {
        buf_clear(&text);
        entry_row_text(l->en, table, row, &text);
        out_line("  #%d %s", row + 1, text.s);
    }
    buf_release(&text);
}

static void print_words(const char *text)
{
    if (*text)
        out_text(view_of(text));
}

static void print_help(struct line *l, int table)
{
    const struct form_table *t = &entry_form(l->en)->tables[table];
    const char *lang = app_lang(l->r->app);

    print_words(form_text(entry_form(l->en), &t->hint, lang));
    print_words(form_text(entry_form(l->en), &t->guidance, lang));
    print_rows(l, table);
    out_line("%s", _("  #2 opens row 2, :delete-row 2 deletes it, Enter goes on"));
}

/* What a new row begins with. */
static const char *first_label(struct line *l, int table)
{
    const struct form *form = entry_form(l->en);

    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table && !form->fields[i].hidden)
            return entry_label(l->en, (struct rec_at){.field = (int)i});
    return "";
}

static void print_question(struct line *l, int table, int number)
{
    int rows = rec_rows(entry_rec(l->en), table);

    if (entry_has_timing(l->en, table))
        out_line(ngettext("%1$d. %2$s, %3$d row: dates to add (fr 8.30pm >10pm), Enter "
                          "goes on",
                         "%1$d. %2$s, %3$d rows: dates to add (fr 8.30pm >10pm), Enter "
                         "goes on",
                         (unsigned long)rows),
                number, entry_table_label(l->en, table), rows);
    else
        out_line(ngettext("%1$d. %2$s, %3$d row: new row, %4$s, Enter goes on",
                         "%1$d. %2$s, %3$d rows: new row, %4$s, Enter goes on",
                         (unsigned long)rows),
                number, entry_table_label(l->en, table), rows, first_label(l, table));
}

static enum go open_numbered(struct line *l, int table)
{
    long long n;

    if (!view_int(view_of(l->answer.s + 1), &n) || n < 1 ||
            n > rec_rows(entry_rec(l->en), table)) {
        out_line("%s", _("  there is no such row"));
        return GO_AGAIN;
    }
    return line_row(l, table, (int)n - 1);
}

enum go line_rows(struct line *l, int table, int number)
{
    struct rec_at at = {.field = -1};

    print_question(l, table, number);
    if (!line_read(l))
        return GO_LEAVE;
    if (!l->answer.len)
        return GO_NEXT;
    if (strcmp(l->answer.s, "?") == 0) {
        print_help(l, table);
        return GO_AGAIN;
    }
    if (l->answer.s[0] == ':')
        return line_command(l, at, table);
    if (l->answer.s[0] == '#')
        return open_numbered(l, table);
    if (entry_has_timing(l->en, table))
        return add_timing(l, table);
    return add_answered(l, table);
}
