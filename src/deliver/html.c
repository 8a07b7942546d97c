/*
 * Pages for people: one for each event, one for each month, an index of the months. No
 * script but the event's JSON-LD, which search engines read; everything typed is text.
 */
#include <string.h>

#include "formats.h"
#include "ident.h"
#include "jsonld.h"
#include "odus/base/date.h"
#include "odus/deliver/text.h"
#include "words.h"

enum { JSONLD_MAX = 100 /* performances told to search engines in a page */ };

static const char style[] =
        "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;"
        "padding:0 1rem;color:#222;background:#fff}"
        "h1{line-height:1.2}h2{font-size:1.1rem;margin-top:2rem}"
        "dt{font-weight:600}dd{margin:0 0 .6rem}time{font-variant-numeric:tabular-nums}"
        ".etat{font-weight:600;text-transform:uppercase;font-size:.85em}"
        "img{max-width:100%;height:auto}footer{margin-top:3rem;font-size:.9em}";

static void add(const char *text, struct buf *out)
{
    text_xml(view_of(text), out);
}

static void page_head(const struct delivery *d, const char *title, struct buf *out)
{
    buf_addf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
            d->lang);
    add(title, out);
    buf_addf(out, "</title>\n<style>%s</style>\n", style);
}

static void page_foot(const struct delivery *d, struct buf *out)
{
    buf_adds(out, "<footer>");
    add(d->publisher, out);
    buf_adds(out, "</footer>\n</body>\n</html>\n");
}

/* --- a performance --------------------------------------------------------------- */

static void add_time(const struct delivery *d, const struct performance *p, bool day,
        struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    text_moment(&p->start, &text);
    buf_addf(out, "<time datetime=\"%s\">", text.s);
    buf_clear(&text);
    if (day)
        words_when(d, p, &text);
    else
        words_hours(p, &text);
    add(text.s, out);
    buf_adds(out, "</time>");
    if (words_status(d, p)) {
        buf_adds(out, " <span class=\"etat\">");
        add(words_status(d, p), out);
        buf_adds(out, "</span>");
    }
    buf_release(&text);
}

static void add_place(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    words_where(d, n, p, &text);
    add(text.s, out);
    buf_release(&text);
}

/* --- the page of an event -------------------------------------------------------- */

static void row(const char *label, const char *text, struct buf *out)
{
    if (!text || !*text)
        return;
    buf_adds(out, "<dt>");
    add(label, out);
    buf_adds(out, "</dt><dd>");
    add(text, out);
    buf_adds(out, "</dd>\n");
}

static void row_of(const struct delivery *d, enum word label,
        void (*fill)(const struct delivery *d, const struct notice *n, struct buf *out),
        const struct notice *n, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    fill(d, n, &text);
    row(words(d, label), text.s, out);
    buf_release(&text);
}

/* Ours are shown; those of other sites are links, so that no page asks strangers. */
static void add_image(const struct delivery *d, const struct json *row, struct buf *out)
{
    const char *file = json_get_text(row, "fichier");
    const char *caption = notice_text(row, "legende", d->lang);
    const char *credit = json_get_text(row, "credit");
    bool address = file && ident_is_address(file);
    const char *suffix = file && !address ? gate_suffix(d->gate, file) : NULL;

    if (!address && !suffix)
        return;
    buf_adds(out, address ? "<p><a href=\"" : "<figure><img src=\"../../images/");
    add(file, out);
    if (suffix)
        buf_addf(out, ".%s", suffix);
    buf_adds(out, address ? "\">" : "\" alt=\"");
    add(caption ? caption : address ? file : "", out);
    buf_adds(out, address ? "</a> " : "\"><figcaption>");
    add(credit ? credit : "", out);
    buf_adds(out, address ? "</p>\n" : "</figcaption></figure>\n");
}

static void add_images(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *rows = notice_images(n);

    for (size_t i = 0; i < json_len(rows); i++)
        add_image(d, json_at(rows, i), out);
}

/* One page tells all, up to a length that is still one; the others have documents of
 * their own. */
static void add_jsonld(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    struct json *graph = json_new_array();
    struct buf text;

    for (size_t i = 0; i < n->noccurrences && i < JSONLD_MAX; i++)
        json_push_take(graph, jsonld_performance(d, n, &n->occurrences[i]));
    buf_init(&text, 0);
    json_canonical(graph, &text);
    buf_adds(out, "<script type=\"application/ld+json\">");
    text_script(buf_view(&text), out);
    buf_adds(out, "</script>\n");
    buf_release(&text);
    json_free(graph);
}

static void add_dates(const struct delivery *d, const struct notice *n, struct buf *out)
{
    buf_adds(out, "<ul>\n");
    for (size_t i = 0; i < n->noccurrences; i++) {
        const struct performance *p = &n->occurrences[i];
        const char *note = notice_text(p->row, "note_horaire", d->lang);

        buf_adds(out, "<li>");
        add_time(d, p, true, out);
        buf_adds(out, "<br>");
        add_place(d, n, p, out);
        if (note) {
            buf_adds(out, "<br>");
            add(note, out);
        }
        buf_adds(out, "</li>\n");
    }
    buf_adds(out, "</ul>\n");
}

/* What can be opened or called is a link: the gate lets nothing else be an address. */
static void add_way(const struct json *way, struct buf *out)
{
    static const struct {
        const char *type, *scheme;
    } known[] = {{"url", ""}, {"tel", "tel:"}, {"courriel", "mailto:"}};
    const char *type = json_get_text(way, "type");
    const char *value = json_get_text(way, "valeur");
    const char *scheme = NULL;

    for (size_t i = 0; type && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(type, known[i].type) == 0)
            scheme = known[i].scheme;
    if (scheme) {
        buf_addf(out, "<a href=\"%s", scheme);
        add(value, out);
        buf_adds(out, "\">");
    }
    add(value, out);
    if (scheme)
        buf_adds(out, "</a>");
}

static void add_booking(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *ways = notice_at(n->body, "reservation.moyens");
    const char *mode = words_label(d, "evenement", "modes_reservation",
            notice_text_at(n->body, "reservation.mode"));

    if (!mode && json_len(ways) == 0)
        return;
    buf_adds(out, "<dt>");
    add(words(d, WORD_BOOKING), out);
    buf_adds(out, "</dt><dd>");
    if (mode)
        add(mode, out);
    for (size_t i = 0; i < json_len(ways); i++)
        if (json_get_text(json_at(ways, i), "valeur")) {
            buf_adds(out, i == 0 && !mode ? "" : i == 0 ? " : " : ", ");
            add_way(json_at(ways, i), out);
        }
    buf_adds(out, "</dd>\n");
}

static void add_facts(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *who = notice_linked(n, json_get_text(n->body, "organisateur"));
    const char *licence = json_get_text(n->body, "licence");

    buf_adds(out, "<dl>\n");
    row_of(d, WORD_RATES, words_rates, n, out);
    add_booking(d, n, out);
    row_of(d, WORD_AGE, words_ages, n, out);
    row(words(d, WORD_ONLINE), json_get_text(n->body, "lien_en_ligne"), out);
    if (who)
        row(words(d, WORD_ORGANISER), notice_text(who, "nom", d->lang), out);
    row(words(d, WORD_LICENCE), words_label(d, "evenement", "licences_donnee", licence),
            out);
    buf_adds(out, "</dl>\n");
}

static void event_page(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const char *title = notice_text(n->body, "titre", d->lang);
    const char *lead = notice_text(n->body, "accroche", d->lang);

    page_head(d, title ? title : "", out);
    if (lead) {
        buf_adds(out, "<meta name=\"description\" content=\"");
        add(lead, out);
        buf_adds(out, "\">\n");
    }
    add_jsonld(d, n, out);
    buf_adds(out, "</head>\n<body>\n<h1>");
    add(title ? title : "", out);
    buf_adds(out, "</h1>\n");
    if (lead) {
        buf_adds(out, "<p><strong>");
        add(lead, out);
        buf_adds(out, "</strong></p>\n");
    }
    add_dates(d, n, out);
    add_images(d, n, out);
    text_html(view_of(notice_text(n->body, "description", d->lang)), out);
    add_facts(d, n, out);
    buf_adds(out, "<p><a href=\"../index.html\">");
    add(d->title, out);
    buf_adds(out, "</a></p>\n");
    page_foot(d, out);
}

/* --- months ---------------------------------------------------------------------- */

static void month_entry(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    const char *title = notice_text(n->body, "titre", d->lang);
    const char *lead = notice_text(n->body, "accroche", d->lang);

    buf_adds(out, "<article><h3>");
    add_time(d, p, false, out);
    buf_addf(out, " <a href=\"evenements/%s.html\">", n->uid);
    add(title ? title : "", out);
    buf_adds(out, "</a></h3>\n<p>");
    add_place(d, n, p, out);
    if (lead) {
        buf_adds(out, "<br>");
        add(lead, out);
    }
    buf_adds(out, "</p></article>\n");
}

static void into_month(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct outlet *out)
{
    char day[DATE_ISO_SIZE], start[MOMENT_TEXT_SIZE];
    struct buf path, key, text;

    date_iso(p->start.days, day);
    moment_text(&p->start, start);
    buf_init(&path, 0);
    buf_init(&key, 0);
    buf_init(&text, 0);
    buf_addf(&path, "html/%.7s.html", day);
    buf_addf(&text, "<li><a href=\"%.7s.html\">", day);
    words_month(d, day, &text);
    buf_adds(&text, "</a></li>\n");
    buf_addf(&key, "%.7s", day);
    outlet_shared(out, "html/index.html", NULL, key.s, buf_view(&text));
    buf_clear(&text);
    buf_adds(&text, "<h2>");
    text_day(p->start.days, d->lang, &text);
    buf_adds(&text, "</h2>\n");
    outlet_shared(out, path.s, NULL, day, buf_view(&text));
    buf_clear(&text);
    month_entry(d, n, p, &text);
    buf_clear(&key);
    buf_addf(&key, "%s %s", start, p->uid);
    outlet_piece(out, path.s, NULL, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
    buf_release(&path);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct buf path, text;

    if (n->noccurrences == 0) {
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("Without a date there is nothing to announce."), NULL, NULL);
        return;
    }
    buf_init(&path, 0);
    buf_init(&text, 0);
    buf_addf(&path, "html/evenements/%s.html", n->uid);
    event_page(d, n, &text);
    outlet_file(out, path.s, buf_view(&text));
    buf_release(&text);
    buf_release(&path);
    for (size_t i = 0; i < n->noccurrences; i++)
        into_month(d, n, &n->occurrences[i], out);
}

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    bool index = strcmp(c->path, "html/index.html") == 0;
    struct buf title;

    buf_init(&title, 0);
    buf_adds(&title, d->title);
    if (!index) {
        buf_adds(&title, " · ");
        words_month(d, c->first_key, &title);
    }
    page_head(d, title.s, out);
    buf_adds(out, "</head>\n<body>\n<h1>");
    add(title.s, out);
    buf_adds(out, index ? "</h1>\n<ul>\n" : "</h1>\n");
    buf_release(&title);
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    if (strcmp(c->path, "html/index.html") == 0)
        buf_adds(out, "</ul>\n");
    page_foot(d, out);
}

const struct format format_html = {
        .name = "html",
        .label = N_("Pages for people, with what search engines read"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "agenda",
        .version = 2,
        .make = make,
        .head = head,
        .foot = foot,
};
