/* The page of an event, and the top of that of a venue. */
#include <string.h>

#include "html.h"
#include "jsonld.h"
#include "notice_priv.h"
#include "odus/base/datetext.h"
#include "odus/deliver/text.h"
#include "words.h"

enum {
    JSONLD_MAX = 100, /* performances told to search engines in a page */
    DATES_MAX = 12,   /* at the top of it; more stand at its end, by month */
};

#define UP "../"

/* --- for search engines ----------------------------------------------------------- */

/* One page tells all, up to a length that is still one; the others have documents of
 * their own. */
static void add_jsonld(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    struct json *graph = json_new_array();

    for (size_t i = 0; i < n->noccurrences && i < JSONLD_MAX; i++)
        json_push_take(graph, jsonld_performance(d, n, &n->occurrences[i]));
    html_jsonld(graph, out);
}

static void add_head(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const char *title = words_text(d, n->body, "titre", NULL);
    const char *lead = words_text(d, n->body, "accroche", NULL);

    html_head(d, title ? title : n->uid, out);
    if (lead) {
        buf_adds(out, "<meta name=\"description\" content=\"");
        html_text(lead, out);
        buf_adds(out, "\">\n");
    }
    add_jsonld(d, n, out);
    html_body(d, UP, out);
}

/* --- dates ------------------------------------------------------------------------ */

/* All performances are in one place, which is said once. */
static bool is_one_place(const struct notice *n)
{
    const struct performance *first = &n->occurrences[0];

    for (size_t i = 0; i < n->noccurrences; i++)
        if (strcmp(n->occurrences[i].place, first->place) != 0 ||
                strcmp(n->occurrences[i].status, "passe_en_ligne") == 0)
            return false;
    return true;
}

/* A duration of its own too. */
static void add_extras(const struct delivery *d, const struct notice *n,
        const struct performance *p, const char *before, struct buf *out)
{
    int64_t minutes = json_get_int(p->row, "duree", 0);
    struct buf text;

    buf_init(&text, 0);
    words_extras(d, p, "\u00A0· ", &text);
    if (minutes > 0 && minutes != json_get_int(n->body, "duree", 0)) {
        buf_addf(&text, "%s%s\u00A0: ", text.len ? "\u00A0· " : "",
                words(d, WORD_DURATION));
        words_duration(minutes, &text);
    }
    if (text.len)
        buf_adds(out, before);
    text_xml(buf_view(&text), out);
    buf_release(&text);
}

static void add_dates(
        const struct delivery *d, const struct notice *n, bool place, struct buf *out)
{
    buf_adds(out, "<ul class=\"dates\">\n");
    for (size_t i = 0; i < n->noccurrences; i++) {
        const struct performance *p = &n->occurrences[i];

        buf_adds(out, "<li>");
        html_time(d, p, true, UP, out);
        html_status(d, p, out);
        if (place) {
            buf_adds(out, "<br>");
            html_place(d, n, p, UP, out);
        }
        add_extras(d, n, p, "<br>", out);
        buf_adds(out, "</li>\n");
    }
    buf_adds(out, "</ul>\n");
}

/* "Du vendredi 1er janvier 2027 au …, 800 dates" */
static void add_span(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct performance *first = &n->occurrences[0];

    buf_adds(out, "<p>");
    html_time(d, first, true, UP, out);
    buf_adds(out, " … ");
    html_time(d, &n->occurrences[n->noccurrences - 1], true, UP, out);
    buf_addf(out, "\u00A0: <a href=\"#dates\">%zu\u00A0%s</a></p>\n", n->noccurrences,
            words(d, WORD_DATE_COUNT));
}

static void add_short_date(const struct delivery *d, const struct notice *n,
        const struct performance *p, bool place, struct buf *out)
{
    struct buf hours;

    buf_init(&hours, 0);
    words_hours(d, p, &hours);
    buf_adds(out, "<li><time datetime=\"");
    text_moment(&p->start, out);
    buf_adds(out, "\">");
    datetext_short(p->start.days, date_lang_of(d->lang), false, out);
    if (hours.len)
        buf_adds(out, ", ");
    text_xml(buf_view(&hours), out);
    buf_adds(out, "</time>");
    html_status(d, p, out);
    if (place) {
        buf_adds(out, " ");
        html_element("span", notice_text(notice_linked(n, p->place), "nom", NULL), NULL,
                out);
    }
    add_extras(d, n, p, ", ", out);
    buf_adds(out, "</li>\n");
    buf_release(&hours);
}

static void add_all_dates(
        const struct delivery *d, const struct notice *n, bool place, struct buf *out)
{
    struct buf month;

    buf_init(&month, 0);
    buf_addf(out, "<h2 id=\"dates\">%s</h2>\n", words(d, WORD_ALL_DATES));
    for (size_t i = 0; i < n->noccurrences; i++) {
        struct told_place at = told_place(n, i);

        if (at.new_month) {
            buf_clear(&month);
            words_month(d, at.day, &month);
            buf_addf(out,
                    "%s<h3><a href=\"" UP "%s.html\">%s</a></h3>\n<ul"
                    " class=\"mois\">\n",
                    i ? "</ul>\n" : "", at.month, month.s);
        }
        add_short_date(d, n, &n->occurrences[i], place, out);
    }
    buf_adds(out, "</ul>\n");
    buf_release(&month);
}

static void add_when_and_where(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    bool one = is_one_place(n);

    html_element("h2", words(d, WORD_DATES), NULL, out);
    buf_addc(out, '\n');
    if (n->noccurrences > DATES_MAX)
        add_span(d, n, out);
    else
        add_dates(d, n, !one, out);
    if (one) {
        buf_adds(out, "<p class=\"lieu\">");
        html_place(d, n, &n->occurrences[0], UP, out);
        buf_adds(out, "</p>\n");
    }
}

/* --- texts ------------------------------------------------------------------------ */

static void add_pictures(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *rows = notice_images(n);

    for (size_t i = 0; i < json_len(rows); i++)
        html_picture(d, json_at(rows, i), UP, out);
}

static void add_description(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    if (!words_text(d, n->body, "description", NULL))
        return;
    html_element("h2", words(d, WORD_ABOUT), NULL, out);
    buf_addc(out, '\n');
    html_memo(d, n->body, "description", out);
}

/* What the record says in LANG besides, for who reads that. */
static void add_other(const struct notice *n, const char *lang, struct buf *out)
{
    const char *title = notice_text(n->body, "titre", lang);
    const char *lead = notice_text(n->body, "accroche", lang);
    const char *memo = notice_text(n->body, "description", lang);

    if (!title || (!lead && !memo))
        return;
    buf_addf(out, "<section lang=\"%s\">\n", lang);
    html_element("h2", title, NULL, out);
    buf_addc(out, '\n');
    html_element("p class=\"chapo\"", lead, NULL, out);
    buf_adds(out, lead ? "\n" : "");
    text_html(view_of(memo), out);
    buf_adds(out, "</section>\n");
}

static void add_other_languages(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct plan *plan = gate_plan(n->gate, n->type);
    const char *shown = NULL;

    words_text(d, n->body, "titre", &shown);
    for (int i = 0; plan && i < plan->form->nlangs; i++)
        if (strcmp(plan->form->langs[i], shown ? shown : d->lang) != 0)
            add_other(n, plan->form->langs[i], out);
}

/* --- the page --------------------------------------------------------------------- */

void html_event(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct teller rows = html_teller(out);

    add_head(d, n, out);
    html_field(d, "h1", n->body, "titre", out);
    buf_addc(out, '\n');
    html_field(d, "p class=\"chapo\"", n->body, "accroche", out);
    buf_addc(out, '\n');
    add_when_and_where(d, n, out);
    buf_addf(out, "<h2>%s</h2>\n<dl>\n", words(d, WORD_IN_SHORT));
    told_rows(d, n, NULL, TOLD_GENRE, &rows);
    buf_adds(out, "</dl>\n");
    add_description(d, n, out);
    add_pictures(d, n, out);
    if (n->noccurrences > DATES_MAX)
        add_all_dates(d, n, !is_one_place(n), out);
    add_other_languages(d, n, out);
    html_licence(d, n, out);
    html_foot(d, out);
}

/* --- a venue ---------------------------------------------------------------------- */

static void add_row(const char *label, const char *text, const char *address,
        const struct teller *to)
{
    if (!text || !*text)
        return;
    to->begin(to->ctx, label);
    to->part(to->ctx, text, address, NULL);
    to->end(to->ctx);
}

static void add_position(
        const struct delivery *d, const struct json *at, const struct teller *to)
{
    const char *lat = json_get_text(at, "lat"), *lon = json_get_text(at, "lon");
    struct buf text, address;
    double ignored;

    if (!lat || !lon || !view_real(view_of(lat), &ignored) ||
            !view_real(view_of(lon), &ignored))
        return;
    buf_init(&text, 0);
    buf_init(&address, 0);
    buf_addf(&text, "%s, %s", lat, lon);
    buf_addf(&address, "geo:%s,%s", lat, lon); /* RFC 5870 */
    add_row(words(d, WORD_MAP), text.s, address.s, to);
    buf_release(&address);
    buf_release(&text);
}

static void add_venue_rows(const struct delivery *d, const struct notice *n,
        const struct json *body, struct buf *out)
{
    const struct teller rows = html_teller(out);
    struct buf access;

    buf_init(&access, 0);
    words_access(d, body, &access);
    told_contact(d, body, &rows);
    add_row(words(d, WORD_ACCESS), access.s, NULL, &rows);
    add_position(d, words_located(n, body), &rows);
    buf_release(&access);
}

/* Its name is the heading. */
static void add_address(const struct delivery *d, const struct notice *n,
        const struct json *body, struct buf *out)
{
    const char *name = notice_text(body, "nom", NULL);
    struct view rest;
    struct buf text;

    buf_init(&text, 0);
    words_place(d, n, body, &text);
    rest = buf_view(&text);
    if (name && strncmp(text.s, name, strlen(name)) == 0)
        rest = (struct view){rest.p + strlen(name), rest.n - strlen(name)};
    if (rest.n > 2) {
        buf_adds(out, "<p class=\"lieu\">");
        text_xml((struct view){rest.p + 2, rest.n - 2}, out);
        buf_adds(out, "</p>\n");
    }
    buf_release(&text);
}

void html_venue(const struct delivery *d, const struct notice *n, const char *place,
        struct buf *out)
{
    const struct json *body = notice_linked(n, place);
    struct json *node = jsonld_place(d, n, body);
    struct buf rows;

    json_set_text(node, "@context", "https://schema.org");
    html_jsonld(node, out);
    buf_init(&rows, 0);
    add_address(d, n, body, out);
    add_venue_rows(d, n, body, &rows);
    if (rows.len)
        buf_addf(out, "<dl>\n%s</dl>\n", rows.s);
    if (words_text(d, body, "acces", NULL)) {
        html_element("h2", words(d, WORD_GETTING_THERE), NULL, out);
        buf_addc(out, '\n');
        html_memo(d, body, "acces", out);
    }
    buf_release(&rows);
}
