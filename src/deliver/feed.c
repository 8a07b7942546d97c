/*
 * What is new or has changed, for readers of feeds: Atom (RFC 4287) and RSS 2.0, the
 * latest first. The date of an entry is that of its change; when it takes place stands
 * in its text.
 */
#include <stdlib.h>
#include <string.h>

#include "formats.h"
#include "ident.h"
#include "odus/base/date.h"
#include "odus/deliver/text.h"
#include "words.h"

enum {
    FEED_MAX = 100, /* entries */
    DATES_MAX = 10, /* of an entry; then the last one */
};

/* LANG: of TEXT where that is not the feed's, else NULL. */
static void element_in(
        const char *name, const char *lang, const char *text, struct buf *out)
{
    if (!text || !*text)
        return;
    buf_addf(out, "<%s", name);
    if (lang)
        buf_addf(out, " xml:lang=\"%s\"", lang);
    buf_addc(out, '>');
    text_xml(view_of(text), out);
    buf_addf(out, "</%s>\n", name);
}

static void element(const char *name, const char *text, struct buf *out)
{
    element_in(name, NULL, text, out);
}

/* "samedi 5 décembre 2026, 20:30, Théâtre du Briançonnais, … (complet)" */
static void add_date(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    const char *status = words_status(d, p);
    struct buf place;

    buf_init(&place, 0);
    words_when(d, p, out);
    words_where(d, n, p, &place);
    if (place.len)
        buf_addf(out, ", %s", place.s);
    if (status)
        buf_addf(out, " (%s)", status);
    buf_addc(out, '\n');
    buf_release(&place);
}

/* When and where, then what it is. */
static void add_summary(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const char *lead = words_text(d, n->body, "accroche", NULL);
    bool many = n->noccurrences > DATES_MAX;

    for (size_t i = 0; i < (many ? DATES_MAX : n->noccurrences); i++)
        add_date(d, n, &n->occurrences[i], out);
    if (many) {
        buf_adds(out, "… ");
        add_date(d, n, &n->occurrences[n->noccurrences - 1], out);
    }
    buf_adds(out, lead ? lead : "");
}

/* Both kinds of feed ask for one. */
static const char *title_of(const struct delivery *d)
{
    return *d->title ? d->title : *d->publisher ? d->publisher : d->base;
}

static const char *author_of(const struct delivery *d)
{
    return *d->publisher ? d->publisher : title_of(d);
}

static const char *rights_of(const struct delivery *d, const struct notice *n)
{
    return words_label(
            d, "evenement", "licences_donnee", json_get_text(n->body, "licence"));
}

/* Keys go up as time goes back: each digit's complement to nine. */
static void backwards(const char *rfc3339, struct buf *out)
{
    for (const char *p = rfc3339; *p; p++)
        buf_addc(out, *p >= '0' && *p <= '9' ? (char)('9' - (*p - '0')) : *p);
}

static void forwards(const char *key, struct buf *out)
{
    struct view v = {key, strcspn(key, " ")};
    char *text = view_dup(v);

    backwards(text, out); /* its own inverse */
    free(text);
}

/* --- Atom ------------------------------------------------------------------------ */

static void atom_entry(const struct delivery *d, const struct notice *n,
        const char *changed, struct buf *out)
{
    const struct json *who = notice_linked(n, json_get_text(n->body, "organisateur"));
    const char *lang, *title = words_text(d, n->body, "titre", &lang);
    struct buf text;

    buf_init(&text, 0);
    buf_addf(out, "<entry>\n<id>urn:uuid:%s</id>\n", n->uid);
    element_in("title", lang, title, out);
    element("updated", changed, out);
    element("published", json_get_text(n->body, "cree_le"), out);
    if (who) {
        buf_adds(out, "<author>");
        element("name", words_text(d, who, "nom", NULL), out);
        buf_adds(out, "</author>\n");
    }
    ident_page(d, n->body, &text);
    if (text.len) {
        buf_adds(out, "<link rel=\"alternate\" href=\"");
        text_xml(buf_view(&text), out);
        buf_adds(out, "\"/>\n");
    }
    buf_clear(&text);
    add_summary(d, n, &text);
    element("summary", text.s, out);
    element("rights", rights_of(d, n), out);
    buf_adds(out, "</entry>\n");
    buf_release(&text);
}

static void atom_head(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    forwards(c->first_key, &text);
    buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    buf_addf(out, " xml:lang=\"%s\">\n<id>", d->lang);
    text_xml(view_of(d->base), out);
    buf_adds(out, "</id>\n");
    element("title", title_of(d), out);
    element("updated", text.s, out);
    buf_adds(out, "<author>");
    element("name", author_of(d), out);
    buf_adds(out, "</author>\n");
    buf_adds(out, "<link rel=\"self\" href=\"");
    text_xml(view_of(d->base), out);
    buf_addf(out, "%s\"/>\n", c->path);
    buf_release(&text);
}

/* --- RSS ------------------------------------------------------------------------- */

/* RFC 822 with four digits of the year, as RSS has it; RFC3339 is in UTC. */
static void rss_date(const char *rfc3339, struct buf *out)
{
    static const char weekdays[7][4] = {
            "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
            "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year, month, day;
    int32_t days;

    if (strlen(rfc3339) < 19 || date_iso_parse((struct view){rfc3339, 10}, &days) < 0)
        return;
    date_civil(days, &year, &month, &day);
    buf_addf(out, "%s, %02d %s %04d %.8s +0000", weekdays[date_weekday(days)], day,
            months[month - 1], year, rfc3339 + 11);
}

/* A description is HTML in RSS, so text has to be told from it. */
static void rss_description(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    struct view rest, line;
    struct buf text;

    buf_init(&text, 0);
    add_summary(d, n, &text);
    rest = buf_view(&text);
    for (bool first = true; view_next(&rest, '\n', &line); first = false) {
        if (!first)
            buf_adds(out, "<br>\n");
        text_xml(line, out);
    }
    buf_release(&text);
}

static void rss_item(const struct delivery *d, const struct notice *n,
        const char *changed, struct buf *out)
{
    const char *lang, *title = words_text(d, n->body, "titre", &lang);
    struct buf text;

    buf_init(&text, 0);
    buf_adds(out, "<item>\n");
    element("title", title, out);
    element("dc:language", lang, out); /* RSS itself has one of the channel alone */
    ident_page(d, n->body, &text);
    element("link", text.s, out);
    buf_clear(&text);
    rss_description(d, n, &text);
    element("description", text.s, out);
    element("dc:rights", rights_of(d, n), out);
    buf_addf(out, "<guid isPermaLink=\"false\">urn:uuid:%s</guid>\n", n->uid);
    buf_clear(&text);
    rss_date(changed, &text);
    element("pubDate", text.s, out);
    buf_adds(out, "</item>\n");
    buf_release(&text);
}

static void rss_head(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    struct buf text, date;

    buf_init(&text, 0);
    buf_init(&date, 0);
    buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"\n"
                  "  xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
                  "<channel>\n<atom:link rel=\"self\" href=\"");
    text_xml(view_of(d->base), out);
    buf_addf(out, "%s\"/>\n", c->path);
    element("title", title_of(d), out);
    element("link", d->base, out);
    element("description", author_of(d), out);
    element("language", d->lang, out);
    forwards(c->first_key, &text);
    rss_date(text.s, &date);
    element("lastBuildDate", date.s, out);
    buf_release(&date);
    buf_release(&text);
}

/* --- both ------------------------------------------------------------------------ */

static void into(const struct delivery *d, const struct notice *n, struct outlet *out,
        const char *path,
        void (*entry)(const struct delivery *d, const struct notice *n,
                const char *changed, struct buf *out))
{
    const char *changed = json_get_text(n->body, "modifie_le");
    struct buf key, text;

    if (!*d->base)
        outlet_note(out, NOTE_REFUSED, "",
                N_("A feed needs the address under which it is published: set "
                   "adresse_publique."),
                NULL, NULL);
    else if (n->noccurrences == 0)
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("Without a date there is nothing to announce."), NULL, NULL);
    if (!*d->base || !changed || n->noccurrences == 0)
        return;
    buf_init(&key, 0);
    buf_init(&text, 0);
    backwards(changed, &key);
    buf_addf(&key, " %s", n->uid);
    entry(d, n, changed, &text);
    outlet_piece(out, path, NULL, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
}

static void atom_make(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    into(d, n, out, "atom/agenda.atom", atom_entry);
}

static void rss_make(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    into(d, n, out, "rss/agenda.rss", rss_item);
}

static void atom_foot(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)d;
    (void)c;
    buf_adds(out, "</feed>\n");
}

static void rss_foot(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)d;
    (void)c;
    buf_adds(out, "</channel>\n</rss>\n");
}

const struct format format_atom = {
        .name = "atom",
        .label = N_("Atom: a feed of what has changed"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "agenda",
        .version = 3,
        .limit = FEED_MAX,
        .make = atom_make,
        .head = atom_head,
        .foot = atom_foot,
};

const struct format format_rss = {
        .name = "rss",
        .label = N_("RSS: a feed of what has changed"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "agenda",
        .version = 4,
        .limit = FEED_MAX,
        .make = rss_make,
        .head = rss_head,
        .foot = rss_foot,
};
