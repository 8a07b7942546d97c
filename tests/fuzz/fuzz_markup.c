/* Reads any bytes as Markdown, and as what formats escape. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/csv.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that may stand between < and >, besides links. */
static const char *const tags[] = {"p", "/p", "br/", "strong", "/strong", "em", "/em",
        "ul", "/ul", "ol", "/ol", "li", "/li", "/a"};

static bool is_tag(struct view tag)
{
    for (size_t i = 0; i < COUNT(tags); i++)
        if (view_is(tag, tags[i]))
            return true;
    return (tag.n > 16 && memcmp(tag.p, "a href=\"https://", 16) == 0) ||
           (tag.n > 15 && memcmp(tag.p, "a href=\"http://", 15) == 0) ||
           (tag.n > 15 && memcmp(tag.p, "a href=\"mailto:", 15) == 0) ||
           (tag.n > 8 && memcmp(tag.p, "a href=\"", 8) == 0 &&
                   (tag.p[8] == 'h' || tag.p[8] == 'H'));
}

/* Tags are those, and each one opened is closed in order. */
static void check_html(struct view html)
{
    struct view open[64];
    size_t n = 0;

    for (size_t i = 0; i < html.n; i++) {
        const char *end = html.p[i] == '<' ? memchr(html.p + i, '>', html.n - i) : NULL;
        struct view tag = {html.p + i + 1, 0}, name;

        if (html.p[i] == '>' || (html.p[i] == '<' && !end))
            abort();
        if (!end)
            continue;
        tag.n = (size_t)(end - tag.p);
        if (!is_tag(tag))
            abort();
        i += tag.n + 1;
        name = tag;
        name.n = strcspn(tag.p, " />") < tag.n ? strcspn(tag.p, " />") : tag.n;
        if (*tag.p == '/') {
            tag.p++;
            tag.n--;
            if (!n || !view_eq(open[--n], tag))
                abort();
        } else if (!view_is(tag, "br/")) {
            if (n == COUNT(open))
                abort();
            open[n++] = name;
        }
    }
    if (n)
        abort();
}

static void check_cell(struct view text)
{
    struct csv *csv = NULL;
    struct buf row;

    buf_init(&row, 0);
    buf_adds(&row, "a,b\r\n");
    text_csv(text, false, &row);
    buf_adds(&row, ",x\r\n");
    if (row.s[5] == '=' || row.s[5] == '+' || row.s[5] == '-' || row.s[5] == '@')
        abort();
    if (csv_open(buf_view(&row), &csv, NULL) == 0 && csv_next(csv, NULL) == 1 &&
            utf8_valid(text) && !memchr(row.s, '\0', row.len)) {
        struct view cell = csv_cell(csv, 0);

        if (cell.n > text.n) /* disarmed */
            cell = (struct view){cell.p + 1, cell.n - 1};
        if (csv_count(csv) != 2 || !view_eq(cell, text))
            abort();
    }
    csv_free(csv);
    buf_release(&row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = {(const char *)data, size};
    struct buf out;

    buf_init(&out, 0);
    text_html(text, &out);
    check_html(buf_view(&out));
    if (!utf8_valid(buf_view(&out)))
        abort();
    buf_clear(&out);
    text_plain(text, &out);
    for (size_t max = 0; max < 40; max += 13) {
        buf_clear(&out);
        if (text_cut(text, max, &out) && utf8_count(buf_view(&out)) > max)
            abort();
    }
    check_cell(text);
    buf_release(&out);
    return 0;
}
