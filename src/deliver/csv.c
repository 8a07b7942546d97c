/*
 * CSV (RFC 4180) in UTF-8, one file for each type of record and one of performances,
 * with keys that lead from one to the other. Records that a row refers to are asked for
 * (notice_linked), so that the engine takes them along: no key leads nowhere.
 */
#include "csv.h"

#include <string.h>

#include "facts.h"
#include "odus/base/date.h"
#include "odus/deliver/text.h"
#include "odus/form/ids.h"

/* --- cells ------------------------------------------------------------------------ */

static bool is_hour(struct view text)
{
    return text.n == 5 && text.p[2] == ':' && text.p[0] >= '0' && text.p[0] <= '2';
}

/* As modifie_le has it: "2026-11-22T05:27:17Z", perhaps with parts of a second. */
static bool is_stamp(struct view text)
{
    int32_t day;

    return text.n >= 20 && text.n <= 30 && text.p[10] == 'T' &&
           text.p[text.n - 1] == 'Z' &&
           date_iso_parse((struct view){text.p, 10}, &day) == 0;
}

/* What is not as the schema has it would make the whole file wrong. */
static bool fits(enum cell kind, struct view text)
{
    double number;
    int32_t day;

    switch (kind) {
    case CELL_NUMBER: return view_real(text, &number);
    case CELL_DATE: return date_iso_parse(text, &day) == 0;
    case CELL_HOUR: return is_hour(text);
    case CELL_STAMP: return is_stamp(text);
    case CELL_PHONE: return facts_is_phone(text);
    case CELL_EMAIL: return ids_email_ok(text);
    case CELL_URL: return ids_url_ok(text);
    default: return true;
    }
}

static bool is_verbatim(enum cell kind)
{
    return kind == CELL_INTEGER || kind == CELL_NUMBER || kind == CELL_PHONE;
}

/* What a row has, and where what does not fit is told. */
static void add_row(const struct csv_table *table, const struct csv_row *row,
        struct outlet *notes, struct buf *out)
{
    struct buf cell;

    buf_init(&cell, 0);
    for (size_t i = 0; i < table->n; i++) {
        const struct csv_column *c = &table->columns[i];

        buf_clear(&cell);
        c->put(row, c, &cell);
        if (cell.len && !fits(c->kind, buf_view(&cell))) {
            if (notes && c->path)
                outlet_note(notes, NOTE_LOST, c->path,
                        N_("%1$s has not the shape that its column wants: %2$s"),
                        c->name, cell.s);
            buf_clear(&cell);
        }
        if (i)
            buf_addc(out, ',');
        text_csv(buf_view(&cell), is_verbatim(c->kind), out);
    }
    buf_adds(out, "\r\n");
    buf_release(&cell);
}

/* --- rows ------------------------------------------------------------------------- */

static void put_record(const struct delivery *d, const struct notice *n,
        const struct csv_table *table, struct outlet *out)
{
    struct csv_row row = {.d = d, .n = n, .body = n->body};
    struct buf text;

    buf_init(&text, 0);
    add_row(table, &row, out, &text);
    outlet_piece(out, table->path, NULL, n->uid, buf_view(&text));
    buf_release(&text);
}

/* What its event has is told once. */
static void put_performance(const struct delivery *d, const struct notice *n, size_t i,
        const struct csv_table *table, struct outlet *out)
{
    const struct performance *p = &n->occurrences[i];
    struct csv_row row = {.d = d, .n = n, .body = p->row, .performance = p};
    struct buf text, key;

    buf_init(&text, 0);
    buf_init(&key, 0);
    buf_addf(&key, "%s/%04zu", n->uid, i);
    add_row(table, &row, i ? NULL : out, &text);
    outlet_piece(out, table->path, NULL, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    for (size_t t = 0; t < csv_ntables; t++) {
        const struct csv_table *table = &csv_tables[t];

        if (strcmp(table->type, n->type) != 0)
            continue;
        if (!table->performances)
            put_record(d, n, table, out);
        for (size_t i = 0; table->performances && i < n->noccurrences; i++)
            put_performance(d, n, i, table, out);
    }
    csv_catalogue_days(n, out);
}

/* --- files ------------------------------------------------------------------------ */

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    const struct csv_table *table = csv_tables;

    (void)d;
    if (strcmp(c->path, CSV_CATALOGUE) == 0) {
        csv_catalogue_head(out);
        return;
    }
    while (strcmp(table->path, c->path) != 0)
        table++;
    for (size_t i = 0; i < table->n; i++)
        buf_addf(out, "%s%s", i ? "," : "", table->columns[i].name);
    buf_adds(out, "\r\n");
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    if (strcmp(c->path, CSV_CATALOGUE) == 0)
        csv_catalogue_foot(d, c, out);
}

static void fixed(const struct delivery *d, struct outlet *out)
{
    csv_describe(d, out);
    csv_catalogue(d, out);
}

static const char *const types[] = {
        "evenement", "lieu", "structure", "spectacle", "personne", "oeuvre", NULL};

const struct format format_csv = {
        .name = "csv",
        .label = N_("CSV tables with their schema"),
        .types = types,
        .version = 2,
        .make = make,
        .head = head,
        .foot = foot,
        .fixed = fixed,
};
