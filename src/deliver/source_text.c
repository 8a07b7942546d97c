#include "source_text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "odus/base/utf8.h"

bool source_starts(struct view text, const char *prefix)
{
    size_t n = strlen(prefix);

    return text.n >= n && strncasecmp(text.p, prefix, n) == 0;
}

bool source_same_words(struct view a, struct view b)
{
    struct buf x, y;
    bool same;

    buf_init(&x, 0);
    buf_init(&y, 0);
    utf8_fold(a, &x);
    utf8_fold(b, &y);
    same = view_eq(buf_view(&x), buf_view(&y));
    buf_release(&x);
    buf_release(&y);
    return same;
}

/* --- HTML ------------------------------------------------------------------------ */

/* Longer than any field takes; and what looks for the end of a tag is quadratic. */
enum { HTML_MAX = 100 * 1000, TAG_MAX = 2000 };

static struct view no_more(struct view v, size_t max)
{
    return (struct view){v.p, v.n < max ? v.n : max};
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A tag at the beginning of REST: its length, else 0. Its NAME is without "/". */
static size_t tag_at(struct view rest, struct view *ret_name)
{
    size_t i = 1, start;
    char quote = 0;

    if (rest.n < 3 || *rest.p != '<')
        return 0;
    if (source_starts(rest, "<!--")) {
        const char *end = memmem(rest.p, rest.n, "-->", 3);

        *ret_name = (struct view){0};
        return end ? (size_t)(end + 3 - rest.p) : rest.n;
    }
    i += rest.p[1] == '/';
    start = i;
    while (i < rest.n && is_name(rest.p[i]))
        i++;
    if (i == start || i - start > 12 || i == rest.n || !strchr(" \t\r\n/>", rest.p[i]))
        return 0;
    *ret_name = (struct view){rest.p + start, i - start};
    rest = no_more(rest, TAG_MAX);
    for (; i < rest.n; i++) {
        if (quote)
            quote = rest.p[i] == quote ? 0 : quote;
        else if (rest.p[i] == '>')
            return i + 1;
        else if (rest.p[i] == '"' || rest.p[i] == '\'')
            quote = rest.p[i];
    }
    return 0;
}

static bool one_of(struct view name, const char *const *words)
{
    for (; *words; words++)
        if (name.n == strlen(*words) && strncasecmp(name.p, *words, name.n) == 0)
            return true;
    return false;
}

static const char *const blocks[] = {"p", "div", "ul", "ol", "h1", "h2", "h3", "h4",
        "h5", "h6", "table", "blockquote", "section", "article", "hr", "pre", NULL};
static const char *const rows[] = {"br", "li", "tr", "dt", "dd", NULL};
static const char *const known[] = {"a", "b", "i", "u", "em", "strong", "span", "font",
        "img", "html", "body", "td", "th", "small", "sup", "sub", NULL};
static const char *const silent[] = {"script", "style", "head", "template", NULL};

/* The character a reference at the beginning of REST stands for; its length, else 0. */
static size_t reference_at(struct view rest, uint32_t *ret_cp)
{
    static const struct {
        const char *name;
        uint32_t cp;
    } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'},
            {"&apos;", '\''}, {"&nbsp;", 0xA0}, {"&eacute;", 0xE9}, {"&egrave;", 0xE8},
            {"&ecirc;", 0xEA}, {"&agrave;", 0xE0}, {"&acirc;", 0xE2},
            {"&ccedil;", 0xE7}, {"&ocirc;", 0xF4}, {"&ucirc;", 0xFB},
            {"&ugrave;", 0xF9}, {"&icirc;", 0xEE}, {"&Eacute;", 0xC9},
            {"&Agrave;", 0xC0}, {"&oelig;", 0x153}, {"&euml;", 0xEB}, {"&iuml;", 0xEF},
            {"&laquo;", 0xAB}, {"&raquo;", 0xBB}, {"&hellip;", 0x2026},
            {"&rsquo;", 0x2019}, {"&lsquo;", 0x2018}, {"&ldquo;", 0x201C},
            {"&rdquo;", 0x201D}, {"&ndash;", 0x2013}, {"&mdash;", 0x2014},
            {"&euro;", 0x20AC}, {"&deg;", 0xB0}};
    uint32_t cp = 0;
    size_t i = 2;
    bool hex = false;

    for (size_t k = 0; k < COUNT(names); k++) {
        size_t n = strlen(names[k].name);

        if (rest.n >= n && memcmp(rest.p, names[k].name, n) == 0) {
            *ret_cp = names[k].cp;
            return n;
        }
    }
    if (rest.n < 4 || rest.p[1] != '#')
        return 0;
    if (rest.p[2] == 'x' || rest.p[2] == 'X') {
        hex = true;
        i++;
    }
    for (; i < rest.n && i < 10 && rest.p[i] != ';'; i++) {
        const char *all = "0123456789abcdef", *at;
        char c = rest.p[i] >= 'A' && rest.p[i] <= 'F' ? (char)(rest.p[i] + 32)
                                                      : rest.p[i];

        at = c ? strchr(all, c) : NULL;
        if (!at || (!hex && at - all > 9))
            return 0;
        cp = cp * (hex ? 16 : 10) + (uint32_t)(at - all);
    }
    if (i == rest.n || rest.p[i] != ';' || cp == 0)
        return 0;
    *ret_cp = cp;
    return i + 1;
}

bool source_is_html(struct view text)
{
    struct view name;

    text = no_more(text, HTML_MAX);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '<' && tag_at((struct view){text.p + i, text.n - i}, &name) &&
                name.n &&
                (one_of(name, blocks) || one_of(name, rows) || one_of(name, known)))
            return true;
    return false;
}

void source_unescape(struct view text, struct buf *out)
{
    while (text.n) {
        uint32_t cp;
        char utf8[4];
        size_t n = *text.p == '&' ? reference_at(text, &cp) : 0;

        if (n)
            buf_add(out, utf8, utf8_encode(cp, utf8));
        else
            buf_addc(out, *text.p);
        n = n ? n : 1;
        text.p += n;
        text.n -= n;
    }
}

struct html {
    struct view rest;
    struct buf *out;
    size_t base;      /* of OUT, when it began */
    int lines;        /* line ends wanted before the next word */
    bool space;       /* a space is */
    struct view href; /* of the link that is open */
    size_t href_at;   /* where its text begins in OUT */
};

static void put(struct html *h, const char *bytes, size_t n)
{
    bool first = h->out->len == h->base;

    if (!first && h->lines)
        buf_add(h->out, "\n\n", h->lines > 1 ? 2 : 1);
    else if (!first && h->space)
        buf_addc(h->out, ' ');
    h->lines = 0;
    h->space = false;
    buf_add(h->out, bytes, n);
}

static void want_lines(struct html *h, int n)
{
    if (h->lines < n)
        h->lines = n;
}

/* The value of attribute href in a tag; quoted, as nearly all are. */
static struct view href_of(struct view tag)
{
    const char *at = memmem(tag.p, tag.n, "href=", 5), *end;

    if (!at || at + 6 >= tag.p + tag.n || (at[5] != '"' && at[5] != '\''))
        return (struct view){0};
    end = memchr(at + 6, at[5], (size_t)(tag.p + tag.n - at - 6));
    return end ? (struct view){at + 6, (size_t)(end - at - 6)} : (struct view){0};
}

static void end_link(struct html *h)
{
    struct view shown = {h->out->s + h->href_at, h->out->len - h->href_at};
    struct buf href;

    buf_init(&href, 0);
    source_unescape(h->href, &href);
    /* An address that is shown need not be said twice. */
    if (source_starts(buf_view(&href), "http") &&
            !memmem(shown.p, shown.n, href.s, href.len)) {
        put(h, " (", 2);
        put(h, href.s, href.len);
        put(h, ")", 1);
    }
    buf_release(&href);
    h->href = (struct view){0};
}

static void skip_element(struct html *h, struct view name)
{
    while (h->rest.n) {
        if (h->rest.n > name.n + 2 && h->rest.p[0] == '<' && h->rest.p[1] == '/' &&
                strncasecmp(h->rest.p + 2, name.p, name.n) == 0)
            return;
        h->rest.p++;
        h->rest.n--;
    }
}

static void tag(struct html *h, struct view whole, struct view name)
{
    bool closing = whole.p[1] == '/';

    if (one_of(name, blocks))
        want_lines(h, 2);
    else if (one_of(name, rows))
        want_lines(h, 1);
    else if (one_of(name, silent) && !closing)
        skip_element(h, name);
    else if (name.n == 1 && (*name.p == 'a' || *name.p == 'A')) {
        end_link(h);
        if (!closing) {
            h->href = href_of(whole);
            h->href_at = h->out->len;
        }
    }
    if (source_starts(name, "li") && name.n == 2 && !closing) {
        put(h, "-", 1);
        h->space = true;
    }
}

static size_t text_at(struct html *h)
{
    uint32_t cp;
    char utf8[4];
    size_t n = *h->rest.p == '&' ? reference_at(h->rest, &cp) : 0;

    if (n) {
        put(h, utf8, utf8_encode(cp, utf8));
        return n;
    }
    if (strchr(" \t\r\n", *h->rest.p))
        h->space = true;
    else
        put(h, h->rest.p, 1);
    return 1;
}

void source_html_text(struct view html, struct buf *out)
{
    struct html h = {.rest = no_more(html, HTML_MAX), .out = out, .base = out->len};

    while (h.rest.n) {
        struct view name, whole;
        size_t n = *h.rest.p == '<' ? tag_at(h.rest, &name) : 0;

        whole = (struct view){h.rest.p, n};
        if (n == 0)
            n = *h.rest.p ? text_at(&h) : 1;
        else
            whole.n = n;
        h.rest.p += n;
        h.rest.n -= n;
        if (whole.n)
            tag(&h, whole, name);
    }
    end_link(&h);
}
