#include "odus/base/csv.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/* A field lies in the text, or unescaped in the row's own buffer, which may move. */
struct field {
    size_t at, n;
    bool unescaped;
};

struct csv {
    struct view text;
    struct buf converted; /* holds the text when it was Windows-1252 */
    size_t at;
    int line; /* physical line of AT */
    int row_line;
    char separator;
    bool stops[256]; /* bytes that end an unquoted field */

    struct field *fields;
    size_t count, cap;
    struct buf unescaped;

    char **names;
    size_t columns;
};

static bool begins_with(struct view v, const char *bytes, size_t n)
{
    return v.n >= n && memcmp(v.p, bytes, n) == 0;
}

/* Settles the encoding: afterwards C's text is UTF-8 without BOM. */
static int decode_text(struct csv *c, struct view text, struct err *e)
{
    if (begins_with(text, "\xFF\xFE", 2) || begins_with(text, "\xFE\xFF", 2))
        return err_set(e, ERR_INVALID,
                N_("file is UTF-16; save it as CSV in UTF-8 and retry"));
    if (begins_with(text, "\xEF\xBB\xBF", 3))
        text = (struct view){text.p + 3, text.n - 3};
    if (!utf8_valid(text)) {
        buf_init(&c->converted, 3 * text.n);
        utf8_from_1252(text, &c->converted);
        text = buf_view(&c->converted);
    }
    c->text = text;
    return 0;
}

static bool is_line_end(char ch)
{
    return ch == '\n' || ch == '\r';
}

/* The separator the header has most of, outside quotes; comma when it has none. */
static char find_separator(struct view text)
{
    static const char candidates[] = ",;\t";
    size_t counts[3] = {0};
    bool quoted = false;
    bool begun = false; /* past blank lines */
    int best = 0;

    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        const char *known = ch ? strchr(candidates, ch) : NULL;

        if (ch == '"')
            quoted = !quoted;
        else if (!quoted && begun && is_line_end(ch))
            break;
        else if (!quoted && known)
            counts[known - candidates]++;
        begun = begun || !is_line_end(ch);
    }
    for (int i = 1; i < 3; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}

/* Sets the place and the name of field I, which goes wrong, and ends the reading. */
static int field_error(
        struct csv *c, int code, const char *id, int line, size_t i, struct err *e)
{
    char number[24];

    snprintf(number, sizeof(number), "%zu", i + 1);
    err_set(e, code, id, i < c->columns ? c->names[i] : number);
    err_at(e, NULL, line, (int)i + 1);
    c->at = c->text.n;
    c->count = 0;
    return code;
}

/* Steps over LF, CRLF or CR, which stands at AT. */
static void skip_line_end(struct csv *c)
{
    bool crlf = c->text.p[c->at] == '\r' && c->at + 1 < c->text.n &&
                c->text.p[c->at + 1] == '\n';

    c->at += crlf ? 2 : 1;
    if (c->line < INT_MAX)
        c->line++;
}

static void skip_blank_lines(struct csv *c)
{
    while (c->at < c->text.n && is_line_end(c->text.p[c->at]))
        skip_line_end(c);
}

static void count_lines(struct csv *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        char ch = c->text.p[i];
        bool crlf = ch == '\r' && i + 1 < c->text.n && c->text.p[i + 1] == '\n';

        if (is_line_end(ch) && !crlf && c->line < INT_MAX)
            c->line++;
    }
}

/* Adds a field whose quotes are doubled inside, from text[FROM..TO). */
static void unescape(struct csv *c, struct field *f, size_t from, size_t to)
{
    f->at = c->unescaped.len;
    f->unescaped = true;
    while (from < to) {
        const char *start = c->text.p + from;
        const char *quote = memchr(start, '"', to - from);
        size_t n = quote ? (size_t)(quote - start) + 1 : to - from;

        buf_add(&c->unescaped, start, n);
        from += n + (quote ? 1 : 0);
    }
    f->n = c->unescaped.len - f->at;
}

/* A field in quotes; AT stands behind the opening one. */
static int read_quoted(struct csv *c, struct field *f, struct err *e)
{
    size_t from = c->at;
    int opened = c->line;
    bool doubled = false;
    const char *quote;

    for (;; doubled = true) {
        quote = memchr(c->text.p + c->at, '"', c->text.n - c->at);
        if (!quote)
            return field_error(c, ERR_INVALID, N_("quote never closed in field %1$s"),
                    opened, c->count, e);
        c->at = (size_t)(quote - c->text.p) + 1;
        if (c->at == c->text.n || *++quote != '"')
            break;
        c->at++;
    }
    count_lines(c, from, c->at - 1);
    *f = (struct field){.at = from, .n = c->at - 1 - from};
    if (f->n > CSV_FIELD_MAX)
        return field_error(
                c, ERR_LIMIT, N_("field %1$s is too long"), opened, c->count, e);
    if (c->at < c->text.n && *quote != c->separator && !is_line_end(*quote))
        return field_error(c, ERR_INVALID,
                N_("text after the closing quote of field %1$s"), c->line, c->count, e);
    if (doubled)
        unescape(c, f, from, from + f->n);
    if (c->unescaped.full)
        return field_error(
                c, ERR_LIMIT, N_("row is too long at field %1$s"), opened, c->count, e);
    return 0;
}

static int read_plain(struct csv *c, struct field *f, struct err *e)
{
    size_t at = c->at;

    while (at < c->text.n && !c->stops[(unsigned char)c->text.p[at]])
        at++;
    *f = (struct field){.at = c->at, .n = at - c->at};
    c->at = at;
    if (f->n > CSV_FIELD_MAX)
        return field_error(
                c, ERR_LIMIT, N_("field %1$s is too long"), c->line, c->count, e);
    return 0;
}

static int read_field(struct csv *c, struct err *e)
{
    struct field f = {0};
    int r;

    if (c->count == CSV_FIELDS_MAX)
        return field_error(c, ERR_LIMIT, N_("more than 1000 fields in a row"), c->line,
                c->count, e);
    if (c->at < c->text.n && c->text.p[c->at] == '"') {
        c->at++;
        r = read_quoted(c, &f, e);
    } else {
        r = read_plain(c, &f, e);
    }
    if (r)
        return r;
    c->fields = mem_grow(c->fields, c->count, &c->cap, sizeof(*c->fields));
    c->fields[c->count++] = f;
    return 0;
}

int csv_next(struct csv *c, struct err *e)
{
    int r;

    c->count = 0;
    buf_clear(&c->unescaped);
    skip_blank_lines(c);
    c->row_line = c->line;
    if (c->at >= c->text.n)
        return 0;
    for (;;) {
        r = read_field(c, e);
        if (r)
            return r;
        if (c->at >= c->text.n)
            return 1;
        if (is_line_end(c->text.p[c->at])) {
            skip_line_end(c);
            return 1;
        }
        c->at++; /* the separator */
    }
}

static int read_header(struct csv *c, struct err *e)
{
    int r = csv_next(c, e);
    char **names;

    if (r == 0)
        return err_set(e, ERR_INVALID, N_("file is empty: no header row"));
    if (r < 0)
        return r;
    names = xcalloc(c->count, sizeof(*names));
    for (size_t i = 0; i < c->count; i++)
        names[i] = view_dup(view_trim(csv_cell(c, i)));
    c->names = names;
    c->columns = c->count;
    c->count = 0;
    return 0;
}

int csv_open(struct view text, struct csv **ret, struct err *e)
{
    struct csv *c = xcalloc(1, sizeof(*c));
    int r;

    c->line = 1;
    buf_init(&c->unescaped, 0);
    r = decode_text(c, text, e);
    if (r == 0) {
        c->separator = find_separator(c->text);
        c->stops[(unsigned char)c->separator] = true;
        c->stops['\n'] = c->stops['\r'] = true;
        r = read_header(c, e);
    }
    if (r) {
        csv_free(c);
        return r;
    }
    *ret = c;
    return 0;
}

void csv_free(struct csv *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->columns; i++)
        free(c->names[i]);
    free(c->names);
    free(c->fields);
    buf_release(&c->unescaped);
    buf_release(&c->converted);
    free(c);
}

size_t csv_columns(const struct csv *c)
{
    return c->columns;
}

struct view csv_name(const struct csv *c, size_t i)
{
    return view_of(i < c->columns ? c->names[i] : NULL);
}

int csv_find(const struct csv *c, const char *name)
{
    for (size_t i = 0; i < c->columns; i++)
        if (strcmp(c->names[i], name) == 0)
            return (int)i;
    return -1;
}

size_t csv_count(const struct csv *c)
{
    return c->count;
}

struct view csv_cell(const struct csv *c, size_t i)
{
    const struct field *f;

    if (i >= c->count)
        return (struct view){NULL, 0};
    f = &c->fields[i];
    return (struct view){(f->unescaped ? c->unescaped.s : c->text.p) + f->at, f->n};
}

int csv_line(const struct csv *c)
{
    return c->row_line;
}
