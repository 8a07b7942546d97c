#include "out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "odus/base/date.h"
#include "odus/base/i18n.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/base/zone.h"

void out_moment(int64_t ms, char out[OUT_MOMENT])
{
    char day[DATE_ISO_SIZE];
    struct local t;

    out[0] = 0;
    if (zone_from_utc(ZONE_HOME, ms / 1000, &t, NULL) < 0)
        return;
    date_iso(t.days, day);
    snprintf(out, OUT_MOMENT, "%s %02d:%02d", day, t.minutes / 60, t.minutes % 60);
}

static void write_clean(FILE *to, struct view text, unsigned flags)
{
    struct buf clean;

    buf_init(&clean, 0);
    utf8_clean(text, flags, &clean);
    if (!clean.len || clean.s[clean.len - 1] != '\n')
        buf_addc(&clean, '\n');
    fwrite(clean.s, 1, clean.len, to);
    buf_release(&clean);
}

__attribute__((format(printf, 2, 0), nonnull(1, 2))) static void write_line(
        FILE *to, const char *fmt, va_list ap)
{
    va_list again;
    char *line;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0) {
        line = xmalloc((size_t)n + 1);
        vsnprintf(line, (size_t)n + 1, fmt, again);
        write_clean(to, (struct view){line, (size_t)n}, 0);
        free(line);
    }
    va_end(again);
}

void out_line(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    write_line(stdout, fmt, ap);
    va_end(ap);
}

void say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    write_line(stderr, fmt, ap);
    va_end(ap);
}

void print_staying(int64_t n)
{
    out_line(
            ngettext("%1$ld stays here: this account has no place for it at the server",
                    "%1$ld stay here: this account has no place for them at the server",
                    (unsigned long)n),
            (long)n);
}

void out_text(struct view text)
{
    write_clean(stdout, text, UTF8_KEEP_NEWLINE);
}

/* What a terminal may obey or be fooled by, beyond what RFC 8259 makes writers escape.
 */
static bool is_unsafe(uint32_t cp)
{
    return (cp >= 0x7f && cp < 0xa0) || cp == 0x61c || cp == 0x200e || cp == 0x200f ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
           cp == 0xfeff;
}

/* Such characters stand in texts only, where JSON has an escape for them. */
static void add_escaped(struct view json, struct buf *out)
{
    uint32_t cp;

    while (json.n) {
        int n = utf8_decode(json, &cp);

        if (is_unsafe(cp))
            buf_addf(out, "\\u%04x", (unsigned)cp);
        else
            buf_add(out, json.p, (size_t)n);
        json.p += n;
        json.n -= (size_t)n;
    }
}

static void write_json(struct json *take)
{
    struct buf plain, safe;

    buf_init(&plain, 0);
    buf_init(&safe, 0);
    json_canonical(take, &plain);
    json_free(take);
    add_escaped(buf_view(&plain), &safe);
    fwrite(safe.s, 1, safe.len, stdout);
    buf_release(&plain);
    buf_release(&safe);
}

void out_json(struct json *take)
{
    write_json(take);
    putchar('\n');
}

void out_list_add(struct out_list *list, struct json *take)
{
    fputs(list->n++ ? ",\n" : "[\n", stdout);
    write_json(take);
}

void out_list_end(struct out_list *list)
{
    fputs(list->n ? "\n]\n" : "[]\n", stdout);
}

static bool line_stands;

void progress(const char *line)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s\033[K", line);
    line_stands = true;
}

void progress_end(void)
{
    if (line_stands)
        fputs("\r\033[K", stderr);
    line_stands = false;
}

void add_column(struct buf *out, const char *text, int columns)
{
    struct buf clean;
    size_t fit;
    int width;

    buf_init(&clean, 0);
    utf8_clean(view_of(text), 0, &clean);
    fit = utf8_fit(buf_view(&clean), columns, &width);
    if (fit < clean.len && columns > 0) {
        fit = utf8_fit(buf_view(&clean), columns - 1, &width);
        buf_add(out, clean.s, fit);
        buf_adds(out, "…");
        width++;
    } else {
        buf_addv(out, buf_view(&clean));
    }
    for (; width < columns; width++)
        buf_addc(out, ' ');
    buf_release(&clean);
}
