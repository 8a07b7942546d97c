#include "odus/deliver/text.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/utf8.h"

/* --- escapes ---------------------------------------------------------------------- */

/* XML 1.0 §2.2, Char */
static bool xml_has(uint32_t cp)
{
    return cp == '\t' || cp == '\n' || cp == '\r' || (cp >= 0x20 && cp < 0xD800) ||
           (cp >= 0xE000 && cp < 0xFFFE) || cp >= 0x10000;
}

static const char *xml_escape(uint32_t cp)
{
    switch (cp) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\r': return "\n"; /* as readers take it; HTML has no reference for it */
    default: return NULL;
    }
}

static void add_char(uint32_t cp, struct buf *out)
{
    char bytes[4];

    buf_add(out, bytes, utf8_encode(cp, bytes));
}

/* The first character of *REST, which moves on; false at the end. */
static bool next_char(struct view *rest, uint32_t *ret)
{
    int n = utf8_decode(*rest, ret);

    if (n <= 0)
        return false;
    rest->p += n;
    rest->n -= (size_t)n;
    return true;
}

void text_xml(struct view text, struct buf *out)
{
    uint32_t cp;

    while (next_char(&text, &cp)) {
        const char *escape = xml_escape(cp);

        if (escape)
            buf_adds(out, escape);
        else if (xml_has(cp))
            add_char(cp, out);
    }
}

void text_script(struct view json, struct buf *out)
{
    uint32_t cp;

    while (next_char(&json, &cp)) {
        if (cp == '<' || cp == '>' || cp == '&' || cp == 0x2028 || cp == 0x2029 ||
                cp == 0xFFFE || cp == 0xFFFF)
            buf_addf(out, "\\u%04x", (unsigned)cp);
        else
            add_char(cp, out);
    }
}

/* --- CSV -------------------------------------------------------------------------- */

static bool has_any(struct view text, const char *bytes)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] && strchr(bytes, text.p[i]))
            return true;
    return false;
}

void text_csv(struct view text, bool verbatim, struct buf *out)
{
    struct view first = {text.p, text.n ? 1 : 0};
    bool formula = !verbatim && has_any(first, "=+-@\t\r\n");
    bool quoted = has_any(text, ",;\"\r\n\t") || has_any(first, " ") ||
                  (text.n && text.p[text.n - 1] == ' ');

    if (quoted)
        buf_addc(out, '"');
    if (formula)
        buf_addc(out, '\'');
    for (const char *q; text.n && (q = memchr(text.p, '"', text.n)) != NULL;) {
        size_t n = (size_t)(q - text.p) + 1;

        buf_add(out, text.p, n);
        buf_addc(out, '"');
        text = (struct view){text.p + n, text.n - n};
    }
    buf_addv(out, text);
    if (quoted)
        buf_addc(out, '"');
}

/* --- cutting ---------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/* Where the first N characters of TEXT end, which has more. */
static size_t end_of(struct view text, size_t n)
{
    struct view rest = text;
    uint32_t cp;

    while (n-- && next_char(&rest, &cp))
        continue;
    return text.n - rest.n;
}

/* The same, back to the end of a word; a word that fills it all is cut. */
static size_t end_of_word(struct view text, size_t end)
{
    size_t at = end;

    while (at > 0 && !is_space(text.p[at]))
        at--;
    while (at > 0 && (is_space(text.p[at - 1]) || strchr(",;:", text.p[at - 1])))
        at--;
    if (at > 0)
        return at;
    at = utf8_snap(text, end);
    return at ? at : end;
}

bool text_cut(struct view text, size_t max, struct buf *out)
{
    if (utf8_count(text) <= max) {
        buf_addv(out, text);
        return false;
    }
    if (max > 0) {
        buf_add(out, text.p, max > 1 ? end_of_word(text, end_of(text, max - 1)) : 0);
        buf_adds(out, "…");
    }
    return true;
}

/* --- dates and sums --------------------------------------------------------------- */

static bool instant_of(const struct moment *m, int64_t *ret)
{
    struct local local = {.days = m->days, .minutes = m->minutes};
    enum zone_fit fit;

    if (m->minutes == MOMENT_NO_HOUR)
        return false;
    if (moment_utc(m, ret) == 0)
        return true;
    /* an hour that is skipped: what clocks show then */
    return zone_to_utc(m->zone, local, false, ret, &fit) == 0;
}

void text_moment(const struct moment *m, struct buf *out)
{
    struct local local = {.days = m->days};
    char day[DATE_ISO_SIZE];
    int64_t utc = 0;
    int offset = 0;
    bool exact =
            instant_of(m, &utc) && zone_from_utc(m->zone, utc, &local, &offset) == 0;

    date_iso(local.days, day);
    buf_adds(out, day);
    if (exact)
        buf_addf(out, "T%02d:%02d:00%c%02d:%02d", local.minutes / 60,
                local.minutes % 60, offset < 0 ? '-' : '+', abs(offset) / 60,
                abs(offset) % 60);
}

void text_day(int32_t day, const char *lang, struct buf *out)
{
    datetext_full(day, date_lang_of(lang), out);
}

void text_cents(int64_t cents, struct buf *out)
{
    uint64_t n = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;

    if (cents < 0)
        buf_addc(out, '-');
    buf_addf(out, "%llu", (unsigned long long)(n / 100));
    if (n % 100)
        buf_addf(out, ".%02u", (unsigned)(n % 100));
}
