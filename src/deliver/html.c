/*
 * Pages for people: one for each event (html_event.c), one for each month and each
 * venue, an index of these. What they share is in html_page.c.
 */
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "formats.h"
#include "html.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "words.h"

/* Keys in the order of a page: its top, what goes by days, licences at its end. */
#define KEY_TOP "!"
#define KEY_LICENCE "~"

/* A page that many events make. */
struct page {
    struct outlet *out;
    const char *path, *label; /* label: NULL but for a venue */
    const char *up;           /* from it to the root */
};

/* --- an event in a page of many --------------------------------------------------- */

/* TEXT is emptied. */
static void add_line(const char *element, struct buf *text, struct buf *out)
{
    html_element(element, text->s, NULL, out);
    buf_adds(out, text->len ? "\n" : "");
    buf_clear(text);
}

/* The first picture that is ours. */
static void add_picture(const struct delivery *d, const struct notice *n,
        const char *up, struct buf *out)
{
    const struct json *rows = notice_images(n);

    for (size_t i = 0; i < json_len(rows); i++) {
        const char *file = json_get_text(json_at(rows, i), "fichier");

        if (file && gate_suffix(d->gate, file)) {
            html_picture(d, json_at(rows, i), up, out);
            return;
        }
    }
}

static void add_texts(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    words_extras(d, p, "\u00A0· ", &text);
    add_line("p", &text, out);
    html_field(d, "p", n->body, "accroche", out);
    buf_addc(out, '\n');
    told_kind(d, n, p, &text);
    add_line("p class=\"infos\"", &text, out);
    if (facts_takes_place(p))
        words_prices(d, n, &text);
    add_line("p class=\"infos\"", &text, out);
    buf_release(&text);
}

/* VENUE: in the page of one, which names its days and not itself. */
static void entry(const struct delivery *d, const struct notice *n,
        const struct performance *p, const char *up, bool venue, bool picture,
        struct buf *out)
{
    char *link = xasprintf("a href=\"%sevenements/%s.html\"", up, n->uid);
    struct buf figure;

    buf_init(&figure, 0);
    if (picture)
        add_picture(d, n, up, &figure);
    buf_addf(out, "<article%s><h3>", figure.len ? " class=\"soir\"" : "");
    html_time(d, p, venue, NULL, out);
    buf_addc(out, ' ');
    html_field(d, link, n->body, "titre", out);
    html_status(d, p, out);
    buf_adds(out, "</h3>\n");
    if (!venue) {
        buf_adds(out, "<p class=\"lieu\">");
        html_place(d, n, p, up, out);
        buf_adds(out, "</p>\n");
    }
    add_texts(d, n, p, out);
    buf_addv(out, buf_view(&figure));
    buf_adds(out, "</article>\n");
    buf_release(&figure);
    free(link);
}

static void shared(const struct page *page, const char *key, struct view text)
{
    outlet_shared(page->out, page->path, page->label, key, text);
}

static void add_entry(const struct delivery *d, const struct notice *n, size_t i,
        const struct page *page)
{
    struct told_place at = told_place(n, i);
    struct buf text;

    buf_init(&text, 0);
    entry(d, n, &n->occurrences[i], page->up, page->label != NULL, at.new_month, &text);
    outlet_piece(page->out, page->path, page->label, at.key, buf_view(&text));
    buf_release(&text);
}

static void add_licence(
        const struct delivery *d, const struct notice *n, const struct page *page)
{
    const char *code = json_get_text(n->body, "licence");
    struct buf key, text;

    buf_init(&key, 0);
    buf_init(&text, 0);
    html_licence(d, n, &text);
    buf_addf(&key, KEY_LICENCE " %s", code ? code : "");
    if (text.len)
        shared(page, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
}

/* --- pages of many ---------------------------------------------------------------- */

static void into_month(
        const struct delivery *d, const struct notice *n, size_t i, struct outlet *out)
{
    struct told_place at = told_place(n, i);
    char *path = xasprintf("html/%s.html", at.month);
    struct page page = {.out = out, .path = path, .up = ""};
    struct buf text;

    buf_init(&text, 0);
    if (at.new_day) {
        buf_addf(&text, "<h2 id=\"%s\">", at.day);
        words_day(d, n->occurrences[i].start.days, &text);
        buf_adds(&text, "</h2>\n");
        shared(&page, at.day, buf_view(&text));
    }
    add_entry(d, n, i, &page);
    if (at.new_month)
        add_licence(d, n, &page);
    buf_release(&text);
    free(path);
}

static bool has_venue(const struct notice *n, const struct performance *p)
{
    return strcmp(p->status, "passe_en_ligne") != 0 &&
           notice_text(notice_linked(n, p->place), "nom", NULL);
}

/* No performance of N before the I-th is where that is. */
static bool is_new_venue(const struct notice *n, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(n->occurrences[k].place, n->occurrences[i].place) == 0 &&
                has_venue(n, &n->occurrences[k]))
            return false;
    return true;
}

static void into_venue(
        const struct delivery *d, const struct notice *n, size_t i, struct outlet *out)
{
    const struct performance *p = &n->occurrences[i];
    struct told_place at = told_place(n, i);
    char *path = xasprintf("html/lieux/%s.html", p->place);
    struct page page = {.out = out,
            .path = path,
            .label = notice_text(notice_linked(n, p->place), "nom", NULL),
            .up = "../"};
    bool is_new = is_new_venue(n, i);
    struct buf text;

    buf_init(&text, 0);
    if (is_new) {
        html_venue(d, n, p->place, &text);
        shared(&page, KEY_TOP, buf_view(&text));
        add_licence(d, n, &page);
    }
    if (is_new || at.new_month || strcmp(p[-1].place, p->place) != 0) {
        buf_clear(&text);
        buf_addf(&text, "<h2><a href=\"../%s.html\">", at.month);
        words_month(d, at.day, &text);
        buf_adds(&text, "</a></h2>\n");
        shared(&page, at.month, buf_view(&text));
    }
    add_entry(d, n, i, &page);
    buf_release(&text);
    free(path);
}

/* --- the index -------------------------------------------------------------------- */

/* One of the lists of the index: its heading and end, which every event brings. */
static void open_list(
        const struct delivery *d, const struct page *page, char list, enum word heading)
{
    char begin[] = {list, '\0'}, end[] = {list, '~', '\0'};
    struct buf text;

    buf_init(&text, 0);
    buf_addf(&text, "<h2>%s</h2>\n<ul>\n", words(d, heading));
    shared(page, begin, buf_view(&text));
    shared(page, end, VIEW_LIT("</ul>\n"));
    buf_release(&text);
}

static void month_link(
        const struct delivery *d, const struct told_place *at, const struct page *page)
{
    struct buf key, text;

    buf_init(&key, 0);
    buf_init(&text, 0);
    buf_addf(&key, "1 %s", at->month);
    buf_addf(&text, "<li><a href=\"%s.html\">", at->month);
    words_month(d, at->day, &text);
    buf_adds(&text, "</a></li>\n");
    shared(page, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
}

/* Venues by their names, accents and case aside. */
static void venue_link(const struct delivery *d, const struct notice *n,
        const char *place, const struct page *page)
{
    const struct json *body = notice_linked(n, place), *at = words_located(n, body);
    const char *name = notice_text(body, "nom", NULL);
    const char *house = at != body ? notice_text(at, "nom", NULL) : NULL;
    struct buf key, text, town;

    buf_init(&key, 0);
    buf_init(&text, 0);
    buf_init(&town, 0);
    open_list(d, page, '2', WORD_BY_VENUE);
    buf_adds(&key, "2 ");
    utf8_fold(view_of(name), &key);
    buf_addf(&key, " %s", place);
    buf_addf(&text, "<li><a href=\"lieux/%s.html\">", place);
    html_text(name, &text);
    buf_adds(&text, "</a>");
    words_town(d, at, &town);
    buf_adds(&text, house ? ", " : "");
    html_text(house ? house : "", &text);
    buf_adds(&text, town.len ? ", " : "");
    html_text(town.s, &text);
    buf_adds(&text, "</li>\n");
    shared(page, key.s, buf_view(&text));
    buf_release(&town);
    buf_release(&text);
    buf_release(&key);
}

static void into_index(const struct delivery *d, const struct notice *n, size_t i,
        const struct page *index)
{
    const struct performance *p = &n->occurrences[i];
    struct told_place at = told_place(n, i);

    if (at.new_month)
        month_link(d, &at, index);
    if (has_venue(n, p) && is_new_venue(n, i))
        venue_link(d, n, p->place, index);
}

/* --- the format ------------------------------------------------------------------- */

static void make_page(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    char *path = xasprintf("html/evenements/%s.html", n->uid);
    struct buf text;

    buf_init(&text, 0);
    html_event(d, n, &text);
    outlet_file(out, path, buf_view(&text));
    buf_release(&text);
    free(path);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    const struct page index = {.out = out, .path = "html/index.html", .up = ""};

    if (n->noccurrences == 0) {
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("Without a date there is nothing to announce."), NULL, NULL);
        return;
    }
    make_page(d, n, out);
    open_list(d, &index, '1', WORD_BY_MONTH);
    add_licence(d, n, &index);
    for (size_t i = 0; i < n->noccurrences; i++) {
        into_index(d, n, i, &index);
        into_month(d, n, i, out);
        if (has_venue(n, &n->occurrences[i]))
            into_venue(d, n, i, out);
    }
}

static bool is_index(const struct collection *c)
{
    return strcmp(c->path, "html/index.html") == 0;
}

/* What the page is about, the name of the whole for the index. */
static void add_title(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    if (is_index(c))
        buf_adds(out, *d->title ? d->title : words(d, WORD_BY_MONTH));
    else if (*c->label)
        buf_adds(out, c->label);
    else
        words_month(d, c->first_key, out);
}

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    struct buf title, whole;

    buf_init(&title, 0);
    buf_init(&whole, 0);
    add_title(d, c, &title);
    buf_adds(&whole, title.s);
    if (!is_index(c) && *d->title)
        buf_addf(&whole, " · %s", d->title);
    html_head(d, whole.s, out);
    html_body(d, is_index(c) ? NULL : *c->label ? "../" : "", out);
    html_element("h1", title.s, NULL, out);
    buf_addc(out, '\n');
    buf_release(&whole);
    buf_release(&title);
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)c;
    html_foot(d, out);
}

const struct format format_html = {
        .name = "html",
        .label = N_("Pages for people, with what search engines read"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "agenda",
        .version = 5,
        .make = make,
        .head = head,
        .foot = foot,
};
