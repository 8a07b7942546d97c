/*
 * The part of Markdown that people write in memos, as HTML or as plain text: one pass
 * over the lines, one over what stands in them. Whatever is not understood is text.
 *
 * Time is linear: emphasis nests EMPHASIS_MAX deep, a mark that finds no end is not
 * looked for again in the same text, and a link has LINK_MAX bytes.
 */
#include <string.h>

#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "odus/form/ids.h"

enum {
    EMPHASIS_MAX = 4,
    LINK_MAX = 2300 /* bytes: an address of 2048 and its words */
};

enum block { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_BULLETS, BLOCK_NUMBERS };

struct markup {
    bool html;
    struct buf *out;
    enum block open;
    int number; /* of the item, in BLOCK_NUMBERS */
    bool fenced;
};

static void tag(struct markup *m, const char *text)
{
    if (m->html)
        buf_adds(m->out, text);
}

static void put(struct markup *m, struct view text)
{
    if (m->html)
        text_xml(text, m->out);
    else
        buf_addv(m->out, text);
}

static struct view after(struct view text, size_t n)
{
    return (struct view){text.p + n, text.n - n};
}

static bool begins(struct view text, const char *with)
{
    size_t n = strlen(with);

    return text.n >= n && memcmp(text.p, with, n) == 0;
}

/* --- in a line: links ------------------------------------------------------------- */

static bool is_address(struct view text)
{
    if (begins(text, "mailto:"))
        return ids_email_ok(after(text, 7));
    return ids_url_ok(text);
}

static void put_link(struct markup *m, struct view words, struct view address)
{
    if (m->html) {
        buf_adds(m->out, "<a href=\"");
        text_xml(address, m->out);
        buf_adds(m->out, "\">");
        text_xml(words, m->out);
        buf_adds(m->out, "</a>");
        return;
    }
    buf_addv(m->out, words);
    if (begins(address, "mailto:"))
        address = after(address, 7);
    if (!view_eq(words, address)) {
        buf_adds(m->out, " (");
        buf_addv(m->out, address);
        buf_addc(m->out, ')');
    }
}

/* Place of C in TEXT from AT on, below LINK_MAX; TEXT.n: there is none. */
static size_t find(struct view text, size_t at, char c)
{
    size_t end = text.n < LINK_MAX ? text.n : LINK_MAX;

    while (at < end && text.p[at] != c)
        at++;
    return at < end ? at : text.n;
}

/* "[words](address)" at the start of TEXT; bytes taken, 0: there is none. */
static size_t bracket_link(struct markup *m, struct view text)
{
    size_t image = begins(text, "![");
    size_t close = find(text, image + 1, ']'), end;
    struct view words, address;

    if (close + 1 >= text.n || text.p[close + 1] != '(')
        return 0;
    end = find(text, close + 2, ')');
    if (end == text.n)
        return 0;
    words = (struct view){text.p + image + 1, close - image - 1};
    address = (struct view){text.p + close + 2, end - close - 2};
    if (!is_address(address))
        return 0;
    if (image || words.n == 0)
        put(m, words);
    else
        put_link(m, words, address);
    return end + 1;
}

/* An address as it stands, or in <>. */
static size_t bare_link(struct markup *m, struct view text)
{
    size_t angle = begins(text, "<"), n = angle;
    struct view address;

    while (n < text.n && n < LINK_MAX && !strchr(" \t\n<>\"", text.p[n]))
        n++;
    if (angle && (n == text.n || text.p[n] != '>'))
        return 0;
    while (!angle && n > 0 && strchr(".,;:!?)]*_'", text.p[n - 1]))
        n--;
    address = (struct view){text.p + angle, n - angle};
    if (!is_address(address))
        return 0;
    put_link(m, address, address);
    return n + angle;
}

/* --- in a line: emphasis ---------------------------------------------------------- */

/* The byte AT is one of a letter or figure. Beyond ASCII all is, but the signs of
 * Latin-1 («, U+00A0) and general punctuation (’, …, U+202F). */
static bool is_word(struct view text, size_t at)
{
    uint32_t cp;

    if (at >= text.n)
        return false;
    while (at && ((unsigned char)text.p[at] & 0xC0) == 0x80)
        at--;
    if (utf8_decode(after(text, at), &cp) <= 0)
        return false;
    if (cp < 0x80)
        return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
               (cp >= 'A' && cp <= 'Z');
    return cp >= 0xC0 && !(cp >= 0x2000 && cp <= 0x206F);
}

static bool is_blank(struct view text, size_t at)
{
    return at >= text.n || text.p[at] == ' ' || text.p[at] == '\t' ||
           text.p[at] == '\n';
}

/* Marks in the order of `missing`, the longer ones first. */
static const char *const marks[] = {"**", "__", "*", "_", "`"};
enum { MARK_STRONG = 1, MARK_CODE = 4, MARK_COUNT };

static int mark_at(struct view text)
{
    for (int i = 0; i < MARK_COUNT; i++)
        if (begins(text, marks[i]))
            return i;
    return -1;
}

/* Whether a mark of N bytes at AT can end what it is round. */
static bool closes(struct view text, size_t at, int mark, size_t n)
{
    bool underline = text.p[at] == '_';

    if (mark == MARK_CODE)
        return true;
    return !is_blank(text, at - 1) && !(underline && is_word(text, at + n)) &&
           (n > 1 || at + 1 >= text.n || text.p[at + 1] != text.p[at]);
}

/* Where MARK at AT ends, TEXT.n: nowhere. */
static size_t find_close(struct view text, size_t at, int mark)
{
    size_t n = strlen(marks[mark]);

    for (size_t i = at + n; i + n <= text.n; i++) {
        if (text.p[i] == '\\' && mark != MARK_CODE)
            i++;
        else if (i > at + n && begins(after(text, i), marks[mark]) &&
                 closes(text, i, mark, n))
            return i;
        else if (n == 1 && i + 1 < text.n && text.p[i] == *marks[mark] &&
                 text.p[i + 1] == text.p[i])
            i++; /* two of them are another mark */
    }
    return text.n;
}

static void put_inline(struct markup *m, struct view text, int depth);

/* What a mark at AT encloses; bytes taken, 0: it is none. */
static size_t emphasis(
        struct markup *m, struct view text, size_t at, int depth, bool *missing)
{
    int mark = mark_at(after(text, at));
    size_t n = strlen(marks[mark]), end;
    struct view inner;

    if (missing[mark] || depth >= EMPHASIS_MAX || is_blank(text, at + n) ||
            (text.p[at] == '_' && at && is_word(text, at - 1)))
        return 0;
    end = find_close(text, at, mark);
    if (end == text.n) {
        missing[mark] = true;
        return 0;
    }
    inner = (struct view){text.p + at + n, end - at - n};
    if (mark == MARK_CODE) {
        put(m, inner);
    } else {
        tag(m, mark <= MARK_STRONG ? "<strong>" : "<em>");
        put_inline(m, inner, depth + 1);
        tag(m, mark <= MARK_STRONG ? "</strong>" : "</em>");
    }
    return end + n - at;
}

/* Something special at AT: bytes taken, 0: there is nothing. */
static size_t put_special(
        struct markup *m, struct view text, size_t at, int depth, bool *missing)
{
    struct view rest = after(text, at);

    switch (*rest.p) {
    case '\\':
        if (rest.n < 2 || !strchr("\\`*_{}[]()#+-.!<>|~", rest.p[1]))
            return 0;
        put(m, (struct view){rest.p + 1, 1});
        return 2;
    case '!': return begins(rest, "![") ? bracket_link(m, rest) : 0;
    case '[': return bracket_link(m, rest);
    case '<': return bare_link(m, rest);
    case 'h':
        if (begins(rest, "http") && !(at && is_word(text, at - 1)))
            return bare_link(m, rest);
        return 0;
    case '*':
    case '_':
    case '`': return emphasis(m, text, at, depth, missing);
    default: return 0;
    }
}

static void put_inline(struct markup *m, struct view text, int depth)
{
    bool missing[MARK_COUNT] = {false};
    size_t plain = 0, at = 0, taken;

    while (at < text.n) {
        if (!text.p[at] || !strchr("\\![<h*_`", text.p[at])) {
            at++;
            continue;
        }
        put(m, (struct view){text.p + plain, at - plain});
        taken = put_special(m, text, at, depth, missing);
        plain = at + taken;
        at += taken ? taken : 1;
    }
    put(m, after(text, plain));
}

/* --- blocks ----------------------------------------------------------------------- */

static void close_block(struct markup *m)
{
    switch (m->open) {
    case BLOCK_NONE: return;
    case BLOCK_PARAGRAPH: tag(m, "</p>\n"); break;
    case BLOCK_BULLETS: tag(m, "</li></ul>\n"); break;
    case BLOCK_NUMBERS: tag(m, "</li></ol>\n"); break;
    }
    if (!m->html)
        buf_addc(m->out, '\n');
    m->open = BLOCK_NONE;
}

/* A blank line between blocks of plain text. */
static void open_block(struct markup *m, enum block block, const char *html)
{
    close_block(m);
    if (!m->html && m->out->len && m->out->s[m->out->len - 1] == '\n')
        buf_addc(m->out, '\n');
    tag(m, html);
    m->open = block;
}

static void break_line(struct markup *m)
{
    if (m->html)
        buf_adds(m->out, "<br/>");
    buf_addc(m->out, '\n');
}

static void put_item(struct markup *m, enum block block, struct view text)
{
    if (m->open != block) {
        open_block(m, block, block == BLOCK_BULLETS ? "<ul><li>" : "<ol><li>");
        m->number = 1;
    } else {
        tag(m, "</li>");
        buf_addc(m->out, '\n');
        tag(m, "<li>");
        m->number++;
    }
    if (!m->html && block == BLOCK_BULLETS)
        buf_adds(m->out, "- ");
    else if (!m->html)
        buf_addf(m->out, "%d. ", m->number);
    put_inline(m, text, 0);
}

static void put_heading(struct markup *m, struct view text)
{
    text = view_trim(text);
    while (text.n && text.p[text.n - 1] == '#')
        text.n--;
    open_block(m, BLOCK_PARAGRAPH, "<p>");
    tag(m, "<strong>");
    put_inline(m, view_trim(text), 1);
    tag(m, "</strong>");
    close_block(m);
}

static void put_line(struct markup *m, struct view text)
{
    if (m->open == BLOCK_NONE)
        open_block(m, BLOCK_PARAGRAPH, "<p>");
    else
        break_line(m);
    put_inline(m, text, 0);
}

/* Length of the mark of an item at the start of LINE, 0: it is none. */
static size_t bullet(struct view line)
{
    return line.n > 2 && strchr("-*+", line.p[0]) && line.p[1] == ' ' ? 2 : 0;
}

static size_t item_number(struct view line)
{
    size_t n = 0;

    while (n < line.n && n < 3 && line.p[n] >= '0' && line.p[n] <= '9')
        n++;
    if (!n || n + 2 >= line.n || !strchr(".)", line.p[n]) || line.p[n + 1] != ' ')
        return 0;
    return n + 2;
}

static size_t heading(struct view line)
{
    size_t n = 0;

    while (n < line.n && n < 6 && line.p[n] == '#')
        n++;
    return n && n < line.n && line.p[n] == ' ' ? n + 1 : 0;
}

/* "---", "***", "___": a line across. */
static bool is_rule(struct view line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != line.p[0] || !strchr("-*_", line.p[i]))
            return false;
    return line.n >= 3;
}

static void put_block(struct markup *m, struct view line)
{
    size_t n;

    while (begins(line, ">"))
        line = view_trim(after(line, 1));
    if (line.n == 0 || is_rule(line))
        close_block(m);
    else if ((n = heading(line)) > 0)
        put_heading(m, after(line, n));
    else if ((n = bullet(line)) > 0)
        put_item(m, BLOCK_BULLETS, view_trim(after(line, n)));
    else if ((n = item_number(line)) > 0)
        put_item(m, BLOCK_NUMBERS, view_trim(after(line, n)));
    else
        put_line(m, line);
}

static void run(struct markup *m, struct view text)
{
    struct view line;

    while (view_next(&text, '\n', &line)) {
        line = view_trim(line);
        if (begins(line, "```")) {
            close_block(m);
            m->fenced = !m->fenced;
        } else if (m->fenced && line.n) {
            if (m->open == BLOCK_NONE)
                open_block(m, BLOCK_PARAGRAPH, "<p>");
            else
                break_line(m);
            put(m, line);
        } else {
            put_block(m, line);
        }
    }
    close_block(m);
}

void text_html(struct view markdown, struct buf *out)
{
    struct markup m = {.html = true, .out = out};

    run(&m, markdown);
}

void text_plain(struct view markdown, struct buf *out)
{
    struct markup m = {.out = out};
    struct buf made;

    buf_init(&made, 0);
    m.out = &made;
    run(&m, markdown);
    buf_addv(out, view_trim(buf_view(&made)));
    buf_release(&made);
}
