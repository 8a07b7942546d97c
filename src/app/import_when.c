/* Date, hour and end columns, read together by the timing language. */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/hash.h"
#include "odus/form/timing.h"

/* The column of KIND that is filled in this row, or -1. */
static int column_of(const struct import *im, enum import_kind kind)
{
    for (size_t i = 0; i < im->map.ncolumns; i++)
        if (im->map.columns[i].kind == kind && view_trim(csv_cell(im->csv, i)).n)
            return (int)i;
    return -1;
}

/* A cell as the timing language has it: spreadsheets write seconds, and midnight after
 * a date; machines a T between date and hour. */
static void add_cell(const struct import *im, int col, struct buf *out)
{
    struct view v = view_trim(csv_cell(im->csv, (size_t)col));
    size_t start = out->len;
    char *t;

    if (v.n > 9 && memcmp(v.p + v.n - 9, " 00:00:00", 9) == 0)
        v.n -= 9;
    else if (v.n >= 7 && memcmp(v.p + v.n - 3, ":00", 3) == 0 && v.p[v.n - 6] == ':')
        v.n -= 3;
    buf_addv(out, v);
    t = out->s + start;
    if (out->len - start > 11 && t[4] == '-' && t[7] == '-' && t[10] == 'T')
        t[10] = ' ';
}

static int parse(const struct import *im, const struct buf *text,
        struct timing_slot **ret, size_t *ret_n, struct err *err)
{
    const struct form_table *t = &im->form->tables[import_timing_table(im->form)];
    struct timing_context ctx = {.lang = date_lang_of(im->typed.lang),
            .today = im->typed.today,
            .last = TIMING_NONE,
            .zone = im->form->fields[t->timing_start].zone};
    int rc = timing_parse(buf_view(text), &ctx, ret, ret_n, err);

    /* Columns of a problem are those of the file. */
    if (rc < 0 && err)
        err->line = err->column = 0;
    return rc;
}

/* Reads what is in TEXT so far, to tell which column is to blame. */
static bool try_so_far(const struct import *im, const struct buf *text, int col,
        struct problems *problems)
{
    struct timing_slot *slots = NULL;
    struct err err = {0};
    size_t n;
    int rc = parse(im, text, &slots, &n, &err);

    free(slots);
    if (rc < 0)
        import_problem(im, (size_t)col, &err, problems);
    return rc == 0;
}

/* The row's timings in one text, read piece by piece. */
static bool gather(const struct import *im, struct buf *text, struct problems *problems)
{
    int day = column_of(im, IMPORT_DAY), hour = column_of(im, IMPORT_HOUR);
    int end = column_of(im, IMPORT_END), when = column_of(im, IMPORT_WHEN);
    bool ok = true;
    struct err err = {0};

    if (day < 0 && (hour >= 0 || end >= 0)) {
        err_set(&err, ERR_INVALID, N_("there is an hour but no date"));
        import_problem(im, (size_t)(hour >= 0 ? hour : end), &err, problems);
        return false;
    }
    if (day >= 0) {
        add_cell(im, day, text);
        ok = try_so_far(im, text, day, problems);
    }
    if (ok && hour >= 0) {
        buf_addc(text, ' ');
        add_cell(im, hour, text);
        ok = try_so_far(im, text, hour, problems);
    }
    if (ok && end >= 0) {
        buf_adds(text, " > ");
        add_cell(im, end, text);
        ok = try_so_far(im, text, end, problems);
    }
    if (ok && when >= 0) {
        if (text->len)
            buf_adds(text, "; ");
        add_cell(im, when, text);
        ok = try_so_far(im, text, when, problems);
    }
    return ok;
}

static void set_moment(struct rec *rec, int field, int row, const struct moment *m)
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(m, text);
    rec_set(rec, (struct rec_at){field, row, 0}, view_of(text));
}

static void add_slot(const struct import *im, struct rec *rec, const char *uid,
        const struct timing_slot *slot)
{
    int table = import_timing_table(im->form);
    const struct form_table *t = &im->form->tables[table];
    char start[MOMENT_TEXT_SIZE], id[UUID_TEXT];
    int row;

    /* the same slot has the same id wherever it is typed */
    moment_text(&slot->start, start);
    uuid_v5(uid, view_of(start), id);
    row = import_add_row(im, rec, table, id);
    set_moment(rec, t->timing_start, row, &slot->start);
    if (slot->has_end && t->timing_end >= 0)
        set_moment(rec, t->timing_end, row, &slot->end);
}

bool import_when(
        struct import *im, struct rec *rec, const char *uid, struct problems *problems)
{
    struct timing_slot *slots = NULL;
    struct buf text;
    size_t n = 0;
    bool ok;

    buf_init(&text, TIMING_TEXT_MAX);
    ok = gather(im, &text, problems);
    if (ok && text.len && parse(im, &text, &slots, &n, NULL) < 0)
        n = 0;
    for (size_t i = 0; i < n; i++)
        add_slot(im, rec, uid, &slots[i]);
    free(slots);
    buf_release(&text);
    return ok;
}
