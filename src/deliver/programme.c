/*
 * The programme for the press, a month in each file: Markdown in lines of a mail's
 * width, and plain text with a line for each thing, as layout programs take it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "formats.h"
#include "ident.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "told.h"
#include "words.h"

enum style { PLAIN, MARKDOWN };

enum { COLUMNS = 72 /* RFC 3676 §4.2 wants fewer than 78 */ };

/* --- signs that mean something ---------------------------------------------------- */

/* An entity would be read as its character. */
static bool is_sign(const char *p)
{
    return strchr("\\`*_[]<>#|~", *p) ||
           (*p == '&' && (isalnum((unsigned char)p[1]) || p[1] == '#'));
}

/* In Markdown the signs that would mean something are escaped; line ends are spaces. */
static void add(enum style style, const char *text, struct buf *out)
{
    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '\r')
            continue;
        if (style == MARKDOWN && is_sign(p))
            buf_addc(out, '\\');
        buf_addc(out, *p == '\n' || *p == '\t' ? ' ' : *p);
    }
}

/* A word at the start of a line, where "-", "1." and "===" begin a block. */
static void add_first_word(struct view word, struct buf *out)
{
    size_t digits = 0;

    while (digits < word.n && isdigit((unsigned char)word.p[digits]))
        digits++;
    if (word.n && strchr("-+=", word.p[0]))
        buf_addc(out, '\\');
    if (digits && digits < word.n && strchr(".)", word.p[digits])) {
        buf_add(out, word.p, digits);
        buf_addc(out, '\\');
        word = (struct view){word.p + digits, word.n - digits};
    }
    buf_addv(out, word);
}

/* TEXT, escaped, in lines that FIRST and then NEXT begin. */
static void wrap(const char *text, const char *first, const char *next, struct buf *out)
{
    struct view rest = view_of(text), word;
    size_t column = 0;

    buf_adds(out, first);
    while (view_next(&rest, ' ', &word)) {
        size_t width = utf8_count(word);

        if (word.n == 0)
            continue;
        if (column && column + 1 + width > COLUMNS - strlen(next)) {
            buf_addf(out, "\n%s", next);
            column = 0;
        }
        if (column)
            buf_addc(out, ' ');
        column += width + (column > 0);
        if (column == width)
            add_first_word(word, out);
        else
            buf_addv(out, word);
    }
    buf_addc(out, '\n');
}

/* --- parts of an entry ------------------------------------------------------------ */

static void paragraph(enum style style, const char *text, struct buf *out)
{
    struct buf escaped;

    if (!text || !*text)
        return;
    buf_init(&escaped, 0);
    add(style, text, &escaped);
    if (style == MARKDOWN) {
        wrap(escaped.s, "", "", out);
        buf_addc(out, '\n');
    } else {
        buf_addf(out, "%s\n", escaped.s);
    }
    buf_release(&escaped);
}

/* A line of facts, escaped. */
static void fact(enum style style, const char *text, struct buf *out)
{
    if (style == MARKDOWN)
        wrap(text, "- ", "  ", out);
    else
        buf_addf(out, "%s\n", text);
}

struct row {
    enum style style;
    struct buf *out, text;
    const char *label; /* before the first part */
    bool part;         /* there was one */
};

static void row_begin(void *ctx, const char *label)
{
    struct row *r = ctx;

    buf_clear(&r->text);
    r->label = label;
    r->part = false;
}

/* Addresses that are their own text are links; behind names they would only be in the
 * way. */
static void row_part(void *ctx, const char *text, const char *address, const char *lang)
{
    struct row *r = ctx;
    bool shown =
            address && (strcmp(address, text) == 0 ||
                               strcmp(address + strcspn(address, ":") + 1, text) == 0);

    (void)lang;
    if (r->part) {
        buf_adds(&r->text, ", ");
    } else if (!words_says(text, r->label)) {
        add(r->style, r->label, &r->text);
        buf_adds(&r->text, "\u00A0: ");
    }
    r->part = true;
    if (shown && r->style == MARKDOWN)
        buf_addf(&r->text, "<%s>", text);
    else if (shown)
        buf_adds(&r->text, text);
    else
        add(r->style, text, &r->text);
}

static void row_end(void *ctx)
{
    struct row *r = ctx;

    fact(r->style, r->text.s, r->out);
}

static void pictures(
        const struct delivery *d, const struct notice *n, const struct teller *to)
{
    const struct json *rows = notice_images(n);

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i);
        const char *file = json_get_text(row, "fichier");
        const char *credit = json_get_text(row, "credit"), *licence;
        struct buf address;

        buf_init(&address, 0);
        if (file)
            ident_image(d, file, &address);
        if (facts_is_address(address.s)) {
            to->begin(to->ctx, words(d, WORD_PHOTO));
            to->part(to->ctx, address.s, address.s, NULL);
            if (credit)
                to->part(to->ctx, credit, NULL, NULL);
            licence = words_label(
                    d, "evenement", "licences_image", json_get_text(row, "licence"));
            if (licence)
                to->part(to->ctx, licence, NULL, NULL);
            to->end(to->ctx);
        }
        buf_release(&address);
    }
}

static void facts(enum style style, const struct delivery *d, const struct notice *n,
        const struct performance *p, bool picture, struct buf *out)
{
    struct row row = {.style = style, .out = out};
    const struct teller to = {row_begin, row_part, row_end, &row};
    struct buf kind;

    buf_init(&row.text, 0);
    buf_init(&kind, 0);
    told_kind(d, n, p, &kind);
    add(style, kind.s, &row.text);
    if (row.text.len)
        fact(style, row.text.s, out);
    told_rows(d, n, p, TOLD_LANGUAGES, &to);
    if (picture)
        pictures(d, n, &to);
    buf_release(&kind);
    buf_release(&row.text);
}

/* "20 h 30  TITLE (complet)" */
static void title_line(enum style style, const struct delivery *d,
        const struct notice *n, const struct performance *p, struct buf *out)
{
    struct buf hours;

    buf_init(&hours, 0);
    words_hours(d, p, &hours);
    buf_adds(out, style == MARKDOWN ? "### " : "");
    if (hours.len)
        buf_addf(out, "%s%s", hours.s, style == MARKDOWN ? " · " : "  ");
    add(style, words_text(d, n->body, "titre", NULL), out);
    if (words_status(d, p))
        buf_addf(out, " (%s)", words_status(d, p));
    buf_adds(out, style == MARKDOWN ? "\n\n" : "\n");
    buf_release(&hours);
}

static void entry(enum style style, const struct delivery *d, const struct notice *n,
        const struct performance *p, bool picture, struct buf *out)
{
    struct buf text;

    title_line(style, d, n, p, out);
    buf_init(&text, 0);
    words_where(d, n, p, &text);
    paragraph(style, text.s, out);
    buf_clear(&text);
    words_extras(d, p, "\u00A0· ", &text);
    paragraph(style, text.s, out);
    buf_release(&text);
    paragraph(style, words_text(d, n->body, "accroche", NULL), out);
    facts(style, d, n, p, picture, out);
    buf_addc(out, '\n');
}

/* --- months ----------------------------------------------------------------------- */

/* A heading of plain text is underlined. */
static void heading(enum style style, int level, const char *text, struct buf *out)
{
    size_t width = utf8_count(view_of(text));

    while (style == MARKDOWN && level-- > 0)
        buf_adds(out, level ? "#" : "# ");
    buf_addf(out, "%s\n", text);
    while (style == PLAIN && width-- > 0)
        buf_addc(out, level == 1 ? '=' : '-');
    buf_adds(out, style == PLAIN ? "\n\n" : "\n");
}

/* Each licence stands once, after all that is under it: no day begins with `~`. A rule
 * keeps Markdown from taking them for facts of the last event. */
static void add_licence(enum style style, const struct delivery *d,
        const struct notice *n, const char *path, struct outlet *out)
{
    struct row row = {.style = style};
    const char *code = json_get_text(n->body, "licence");
    struct buf text;
    char *address, *key;
    const char *label = told_licence(d, n, &address);

    buf_init(&text, 0);
    buf_init(&row.text, 0);
    row.out = &text;
    if (style == MARKDOWN)
        outlet_shared(out, path, NULL, "~", VIEW_LIT("---\n\n"));
    if (label) {
        row_begin(&row, words(d, WORD_LICENCE));
        row_part(&row, label, NULL, NULL);
        if (address)
            row_part(&row, address, address, NULL);
        row_end(&row);
        key = xasprintf("~ %s", code);
        outlet_shared(out, path, NULL, key, buf_view(&text));
        free(key);
    }
    buf_release(&row.text);
    buf_release(&text);
    free(address);
}

static void into(enum style style, const struct delivery *d, const struct notice *n,
        size_t i, struct outlet *out)
{
    const struct performance *p = &n->occurrences[i];
    struct told_place at = told_place(n, i);
    char *path = xasprintf("text/%s.%s", at.month, style == MARKDOWN ? "md" : "txt");
    struct buf day, text;

    buf_init(&day, 0);
    buf_init(&text, 0);
    if (at.new_day) {
        words_day(d, p->start.days, &day);
        heading(style, 2, day.s, &text);
        outlet_shared(out, path, NULL, at.day, buf_view(&text));
        buf_clear(&text);
    }
    entry(style, d, n, p, at.new_month, &text);
    outlet_piece(out, path, NULL, at.key, buf_view(&text));
    if (at.new_month)
        add_licence(style, d, n, path, out);
    buf_release(&text);
    buf_release(&day);
    free(path);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    if (n->noccurrences == 0)
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("Without a date there is nothing to announce."), NULL, NULL);
    for (size_t i = 0; i < n->noccurrences; i++) {
        into(PLAIN, d, n, i, out);
        into(MARKDOWN, d, n, i, out);
    }
}

static enum style style_of(const struct collection *c)
{
    return strstr(c->path, ".md") ? MARKDOWN : PLAIN;
}

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    struct buf title;

    buf_init(&title, 0);
    add(style_of(c), d->title, &title);
    buf_adds(&title, *d->title ? " · " : "");
    words_month(d, c->first_key, &title);
    heading(style_of(c), 1, title.s, out);
    buf_release(&title);
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    struct row row = {.style = style_of(c), .out = out};

    if (!*d->publisher)
        return;
    buf_init(&row.text, 0);
    row_begin(&row, words(d, WORD_SOURCE));
    row_part(&row, d->publisher, NULL, NULL);
    if (facts_is_address(d->base))
        row_part(&row, d->base, d->base, NULL);
    row_end(&row);
    buf_release(&row.text);
}

const struct format format_text = {
        .name = "text",
        .label = N_("The programme month by month, plain and in Markdown"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "presse",
        .version = 3,
        .make = make,
        .head = head,
        .foot = foot,
};
