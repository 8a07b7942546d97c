/* The programme for the press: a month in plain text and the same in Markdown. */
#include <string.h>

#include "formats.h"
#include "odus/base/date.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "words.h"

enum style { PLAIN, MARKDOWN };

/* In Markdown the signs that would mean something are escaped, also where a line that
 * begins so would be one of a list; line ends are spaces. */
static void add(enum style style, const char *text, struct buf *out)
{
    bool begins = true;

    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '\r')
            continue;
        if (style == MARKDOWN && strchr(begins ? "\\`*_[]<>#|-+" : "\\`*_[]<>#|", *p))
            buf_addc(out, '\\');
        buf_addc(out, *p == '\n' || *p == '\t' ? ' ' : *p);
        begins = false;
    }
}

static void line(enum style style, const char *text, struct buf *out)
{
    if (!text || !*text)
        return;
    add(style, text, out);
    buf_adds(out, style == MARKDOWN ? "  \n" : "\n");
}

/* LABEL NULL: the words speak for themselves. */
static void line_of(enum style style, const struct delivery *d, const char *label,
        void (*fill)(const struct delivery *d, const struct notice *n, struct buf *out),
        const struct notice *n, struct buf *out)
{
    struct buf text;

    size_t begin;

    buf_init(&text, 0);
    if (label)
        buf_addf(&text, "%s : ", label);
    begin = text.len;
    fill(d, n, &text);
    if (text.len > begin)
        line(style, text.s, out);
    buf_release(&text);
}

/* "20:30 TITLE (complet)" */
static void title_line(enum style style, const struct delivery *d,
        const struct notice *n, const struct performance *p, struct buf *out)
{
    const char *mark = style == MARKDOWN ? "**" : "";
    struct buf hours;

    buf_init(&hours, 0);
    words_hours(p, &hours);
    if (hours.len)
        buf_addf(out, "%s  ", hours.s);
    buf_adds(out, mark);
    add(style, notice_text(n->body, "titre", d->lang), out);
    buf_adds(out, mark);
    if (words_status(d, p))
        buf_addf(out, " (%s)", words_status(d, p));
    buf_adds(out, style == MARKDOWN ? "  \n" : "\n");
    buf_release(&hours);
}

static void entry(enum style style, const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    const struct json *who = notice_linked(n, json_get_text(n->body, "organisateur"));
    bool ways = json_len(notice_at(n->body, "reservation.moyens")) > 0;
    struct buf place;

    title_line(style, d, n, p, out);
    buf_init(&place, 0);
    words_where(d, n, p, &place);
    line(style, place.s, out);
    buf_release(&place);
    line(style, notice_text(n->body, "accroche", d->lang), out);
    line(style, notice_text(p->row, "note_horaire", d->lang), out);
    line_of(style, d, NULL, words_ages, n, out);
    line_of(style, d, NULL, words_rates, n, out);
    line_of(style, d, ways ? words(d, WORD_BOOKING) : NULL, words_booking, n, out);
    line(style, who ? notice_text(who, "nom", d->lang) : NULL, out);
    buf_addc(out, '\n');
}

static void day_heading(
        enum style style, const struct delivery *d, int32_t day, struct buf *out)
{
    size_t begin;

    if (style == MARKDOWN)
        buf_adds(out, "## ");
    begin = out->len;
    text_day(day, d->lang, out);
    buf_addc(out, '\n');
    if (style == PLAIN) {
        size_t width = utf8_count((struct view){out->s + begin, out->len - begin}) - 1;

        while (width--)
            buf_addc(out, '-');
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
}

/* Each licence stands once, after all that is under it: no day begins with `~`. */
static void add_licence(enum style style, const struct delivery *d,
        const struct notice *n, const char *path, struct outlet *out)
{
    const char *code = json_get_text(n->body, "licence");
    const char *label = words_label(d, "evenement", "licences_donnee", code);
    struct buf key, text;

    if (!label)
        return;
    buf_init(&key, 0);
    buf_init(&text, 0);
    buf_addf(&key, "~ %s", code);
    buf_addf(&text, "%s : ", words(d, WORD_LICENCE));
    line(style, label, &text);
    outlet_shared(out, path, NULL, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
}

static void into(enum style style, const struct delivery *d, const struct notice *n,
        const struct performance *p, struct outlet *out)
{
    char day[DATE_ISO_SIZE], start[MOMENT_TEXT_SIZE];
    struct buf path, key, text;

    date_iso(p->start.days, day);
    moment_text(&p->start, start);
    buf_init(&path, 0);
    buf_init(&key, 0);
    buf_init(&text, 0);
    buf_addf(&path, "text/%.7s.%s", day, style == MARKDOWN ? "md" : "txt");
    buf_addf(&key, "%s %s", start, p->uid);
    day_heading(style, d, p->start.days, &text);
    outlet_shared(out, path.s, NULL, day, buf_view(&text));
    buf_clear(&text);
    entry(style, d, n, p, &text);
    outlet_piece(out, path.s, NULL, key.s, buf_view(&text));
    add_licence(style, d, n, path.s, out);
    buf_release(&text);
    buf_release(&key);
    buf_release(&path);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    if (n->noccurrences == 0)
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("Without a date there is nothing to announce."), NULL, NULL);
    for (size_t i = 0; i < n->noccurrences; i++) {
        into(PLAIN, d, n, &n->occurrences[i], out);
        into(MARKDOWN, d, n, &n->occurrences[i], out);
    }
}

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    enum style style = strstr(c->path, ".md") ? MARKDOWN : PLAIN;

    if (style == MARKDOWN)
        buf_adds(out, "# ");
    add(style, d->title, out);
    buf_adds(out, " · ");
    words_month(d, c->first_key, out);
    buf_adds(out, "\n\n");
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    add(strstr(c->path, ".md") ? MARKDOWN : PLAIN, d->publisher, out);
    buf_addc(out, '\n');
}

const struct format format_text = {
        .name = "text",
        .label = N_("The programme month by month, plain and in Markdown"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "presse",
        .version = 1,
        .make = make,
        .head = head,
        .foot = foot,
};
