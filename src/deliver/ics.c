/*
 * iCalendar (RFC 5545, with RFC 7986): one VEVENT for each performance, in calendars
 * for all, and for each venue, organiser, genre, commune and territory. Addresses of
 * calendars are made of identifiers: a venue that is renamed keeps its subscribers.
 */
#include <string.h>

#include "facts.h"
#include "formats.h"
#include "odus/base/date.h"
#include "odus/deliver/text.h"
#include "vtimezone.h"
#include "words.h"

enum { FOLD = 75 }; /* octets of a line without its end, RFC 5545 §3.1 */

/* --- content lines --------------------------------------------------------------- */

/* LINE in pieces of FOLD octets, never inside a character. */
static void add_folded(struct view line, struct buf *out)
{
    size_t room = FOLD;

    while (line.n > room) {
        size_t cut = room;

        while (cut > 1 && ((unsigned char)line.p[cut] & 0xC0) == 0x80)
            cut--;
        buf_add(out, line.p, cut);
        buf_adds(out, "\r\n ");
        line.p += cut;
        line.n -= cut;
        room = FOLD - 1;
    }
    buf_addv(out, line);
    buf_adds(out, "\r\n");
}

/* The escapes of TEXT, §3.3.11. Controls other than line ends and tabs do not pass. */
static void add_escaped(const char *text, struct buf *line)
{
    for (const char *p = text; *p; p++)
        switch (*p) {
        case '\\':
        case ';':
        case ',': buf_addf(line, "\\%c", *p); break;
        case '\n': buf_adds(line, "\\n"); break;
        default:
            if (((unsigned char)*p >= ' ' && *p != 0x7F) || *p == '\t')
                buf_addc(line, *p);
        }
}

/* NAME with its parameters, and a value that is TEXT. Nothing for a blank one. */
static void text_line(const char *name, const char *text, struct buf *out)
{
    struct buf line;

    if (!text || !*text)
        return;
    buf_init(&line, 0);
    buf_addf(&line, "%s:", name);
    add_escaped(text, &line);
    add_folded(buf_view(&line), out);
    buf_release(&line);
}

/* The same in LANG (NULL: that of the calendar), §3.2.10. */
static void language_line(
        const char *name, const char *lang, const char *text, struct buf *out)
{
    struct buf line;

    buf_init(&line, 0);
    buf_adds(&line, name);
    if (lang)
        buf_addf(&line, ";LANGUAGE=%s", lang);
    text_line(line.s, text, out);
    buf_release(&line);
}

/* A value that is no TEXT (an address, a number): control characters end it. */
static void plain_line(const char *name, const char *value, struct buf *out)
{
    struct buf line;

    if (!value || !*value)
        return;
    buf_init(&line, 0);
    buf_addf(&line, "%s:", name);
    while ((unsigned char)*value > ' ' && *value != 0x7F)
        buf_addc(&line, *value++);
    add_folded(buf_view(&line), out);
    buf_release(&line);
}

/* --- times ----------------------------------------------------------------------- */

static void add_day(int32_t days, struct buf *out)
{
    char iso[DATE_ISO_SIZE];

    date_iso(days, iso);
    buf_addf(out, "%.4s%.2s%.2s", iso, iso + 5, iso + 8);
}

static void utc_line(const char *name, int64_t unix_s, struct buf *out)
{
    int32_t days = (int32_t)(unix_s / 86400);
    int s = (int)(unix_s % 86400);

    buf_addf(out, "%s:", name);
    add_day(days, out);
    buf_addf(out, "T%02d%02d%02dZ\r\n", s / 3600, s / 60 % 60, s % 60);
}

/* `modifie_le` and the like: "2026-11-22T05:27:17Z". */
static void stamp_line(const char *name, const char *rfc3339, struct buf *out)
{
    if (!rfc3339 || strlen(rfc3339) < 19)
        return;
    buf_addf(out, "%s:%.4s%.2s%.2sT%.2s%.2s%.2sZ\r\n", name, rfc3339, rfc3339 + 5,
            rfc3339 + 8, rfc3339 + 11, rfc3339 + 14, rfc3339 + 17);
}

static void day_line(const char *name, int32_t days, struct buf *out)
{
    buf_addf(out, "%s;VALUE=DATE:", name);
    add_day(days, out);
    buf_adds(out, "\r\n");
}

/* A wall time in its zone; in UTC where it happens twice, for no TZID tells which; a
 * day where the hour is unknown. */
static void time_line(const char *name, const struct moment *m, struct buf *out)
{
    int64_t utc;

    if (m->minutes == MOMENT_NO_HOUR) {
        day_line(name, m->days, out);
    } else if (m->offset != MOMENT_NO_OFFSET && moment_utc(m, &utc) == 0) {
        utc_line(name, utc, out);
    } else {
        buf_addf(out, "%s;TZID=%s:", name, m->zone);
        add_day(m->days, out);
        buf_addf(out, "T%02d%02d00\r\n", m->minutes / 60, m->minutes % 60);
    }
}

/* The end is the day after where the hour is unknown (§3.6.1); both are of one kind. */
static void times(const struct performance *o, struct buf *out)
{
    bool ends = *o->end.zone;

    time_line("DTSTART", &o->start, out);
    if (o->start.minutes == MOMENT_NO_HOUR)
        day_line("DTEND", (ends ? o->end.days : o->start.days) + 1, out);
    else if (ends && o->end.minutes != MOMENT_NO_HOUR)
        time_line("DTEND", &o->end, out);
}

/* --- what an event says ---------------------------------------------------------- */

static void paragraph(struct buf *out, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    if (out->len)
        buf_adds(out, "\n\n");
    if (label)
        buf_addf(out, "%s : ", label);
    buf_adds(out, text);
}

static void labelled(const struct delivery *d, enum word word,
        void (*words_of)(
                const struct delivery *d, const struct notice *n, struct buf *out),
        const struct notice *n, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    words_of(d, n, &text);
    paragraph(out, words_says(text.s, words(d, word)) ? NULL : words(d, word), text.s);
    buf_release(&text);
}

/* Of two texts together: NULL where they have none in common but the calendar's. */
static const char *one_language(
        const char *a, const char *a_lang, const char *b, const char *b_lang)
{
    if (!a || !b)
        return a ? a_lang : b_lang;
    return a_lang && b_lang && strcmp(a_lang, b_lang) == 0 ? a_lang : NULL;
}

static void description(const struct delivery *d, const struct notice *n,
        const struct performance *o, struct buf *out)
{
    const char *memo_lang, *lead_lang;
    const char *memo = words_text(d, n->body, "description", &memo_lang);
    const char *lead = words_text(d, n->body, "accroche", &lead_lang);
    struct buf plain, text;

    buf_init(&plain, 0);
    buf_init(&text, 0);
    text_plain(view_of(memo), &plain);
    paragraph(&text, NULL, lead);
    paragraph(&text, NULL, plain.s);
    paragraph(&text, NULL, words_text(d, o->row, "note_horaire", NULL));
    labelled(d, WORD_AGE, words_ages, n, &text);
    labelled(d, WORD_RATES, words_rates, n, &text);
    labelled(d, WORD_BOOKING, words_booking, n, &text);
    paragraph(&text, words(d, WORD_LICENCE),
            words_label(d, "evenement", "licences_donnee",
                    json_get_text(n->body, "licence")));
    language_line(
            "DESCRIPTION", one_language(lead, lead_lang, memo, memo_lang), text.s, out);
    buf_release(&text);
    buf_release(&plain);
}

/* People see no STATUS in most programs, so the title says it too. */
static void summary(const struct delivery *d, const struct notice *n,
        const struct performance *o, struct buf *out)
{
    const char *lang;
    const char *title = words_text(d, n->body, "titre", &lang);
    const char *status = words_status(d, o);
    struct buf text;

    buf_init(&text, 0);
    if (status)
        buf_addf(&text, "[%s] ", status);
    buf_adds(&text, title ? title : "");
    language_line("SUMMARY", lang, text.s, out);
    buf_release(&text);
}

static void location(const struct delivery *d, const struct notice *n,
        const struct json *place, struct buf *out)
{
    const struct json *at = words_located(n, place);
    const char *lat = json_get_text(at, "lat"), *lon = json_get_text(at, "lon");
    struct buf text;

    buf_init(&text, 0);
    words_place(d, n, place, &text);
    text_line("LOCATION", text.s, out);
    text_line("X-ODUS-LIEU", words_text(d, place, "nom", NULL), out);
    buf_clear(&text);
    if (lat && lon) {
        buf_addf(&text, "%s;%s", lat, lon);
        plain_line("GEO", text.s, out);
    }
    buf_release(&text);
}

/* Those who help are named where people look for someone to call. */
static void helpers(const struct notice *n, struct buf *out)
{
    const struct json *all = json_get(n->body, "coorganisateurs");

    for (size_t i = 0; i < json_len(all); i++) {
        const struct json *who = notice_linked(n, json_as_text(json_at(all, i)));

        text_line("CONTACT;X-ODUS-ROLE=COORGANISATEUR",
                who ? notice_text(who, "nom", NULL) : NULL, out);
    }
}

/* An address of the organiser makes ORGANIZER, which must be one (§3.8.4.3); a name
 * alone is a CONTACT. */
static void organiser(const struct notice *n, struct buf *out)
{
    const struct json *who = notice_linked(n, json_get_text(n->body, "organisateur"));
    const char *name = who ? notice_text(who, "nom", NULL) : NULL;
    const char *mail = notice_text_at(who, "contact_public.courriel");
    struct buf line;

    if (!name)
        return;
    if (!facts_is_email(mail)) {
        text_line("CONTACT", name, out);
        return;
    }
    buf_init(&line, 0);
    buf_adds(&line, "ORGANIZER;CN=\"");
    for (const char *p = name; *p; p++) /* no quotes or controls in a parameter, §3.2 */
        buf_addc(&line, *p == '"' || (unsigned char)*p < ' ' ? '\'' : *p);
    buf_addf(&line, "\":mailto:%s", mail);
    add_folded(buf_view(&line), out);
    buf_release(&line);
}

static void categories(
        const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *words = json_get(n->body, "mots_cles");

    text_line("CATEGORIES",
            words_label(d, "evenement", "genres", json_get_text(n->body, "genre")),
            out);
    text_line("CATEGORIES",
            words_label(d, "evenement", "natures", json_get_text(n->body, "nature")),
            out);
    for (size_t i = 0; i < json_len(words); i++)
        text_line("CATEGORIES", json_as_text(json_at(words, i)), out);
}

static void online(const struct notice *n, const struct performance *o, struct buf *out)
{
    const char *mode = json_get_text(n->body, "mode");
    const char *link = json_get_text(n->body, "lien_en_ligne");

    if (link && ((mode && strcmp(mode, "presentiel") != 0) ||
                        strcmp(o->status, "passe_en_ligne") == 0))
        plain_line("CONFERENCE;VALUE=URI", link, out);
}

/* --- the event ------------------------------------------------------------------- */

/* A text as it was typed, in each language: NAME;LANGUAGE=it:… */
static void own_texts(const char *name, const struct json *texts, struct buf *out)
{
    for (struct json_iter it = {0}; json_iter(texts, &it);)
        language_line(name, it.key, json_as_text(it.val), out);
}

/* What no property of a calendar tells apart, for who imports it (docs/import.md). */
static void own_lines(
        const struct notice *n, const struct performance *o, struct buf *out)
{
    const struct json *title = json_get(n->body, "titre");

    text_line("X-ODUS-EVENEMENT", n->uid, out);
    text_line("X-ODUS-STATUT", o->status, out);
    text_line("X-ODUS-GENRE", json_get_text(n->body, "genre"), out);
    text_line("X-ODUS-NATURE", json_get_text(n->body, "nature"), out);
    if (*o->before.zone)
        time_line("X-ODUS-DEBUT-INITIAL", &o->before, out);
    if (json_len(title) > 1 || !json_get(title, "fr"))
        own_texts("X-ODUS-TITRE", title, out);
    own_texts("X-ODUS-ACCROCHE", json_get(n->body, "accroche"), out);
    own_texts("X-ODUS-DESCRIPTION", json_get(n->body, "description"), out);
    text_line("X-ODUS-NOTE-HORAIRE",
            json_get_text(json_get(o->row, "note_horaire"), "fr"), out);
}

/* The clock may have been set back since. */
static const char *last_change(const struct notice *n)
{
    const char *made = json_get_text(n->body, "cree_le");
    const char *changed = json_get_text(n->body, "modifie_le");

    return made && changed && strcmp(made, changed) > 0 ? made : changed;
}

static void vevent(const struct delivery *d, const struct notice *n,
        const struct performance *o, struct buf *out)
{
    const char *changed = last_change(n);

    buf_adds(out, "BEGIN:VEVENT\r\n");
    text_line("UID", o->uid, out);
    stamp_line("DTSTAMP", changed ? changed : "1970-01-01T00:00:00Z", out);
    times(o, out);
    summary(d, n, o, out);
    buf_addf(out, "SEQUENCE:%lld\r\n", (long long)json_get_int(o->row, "sequence", 0));
    plain_line("STATUS",
            gate_cell(d->gate, "evenement", "statuts_seance", o->status, "ical"), out);
    buf_adds(out, "CLASS:PUBLIC\r\nTRANSP:TRANSPARENT\r\n");
    stamp_line("CREATED", json_get_text(n->body, "cree_le"), out);
    stamp_line("LAST-MODIFIED", changed, out);
    if (strcmp(o->status, "passe_en_ligne") != 0)
        location(d, n, notice_linked(n, o->place), out);
    description(d, n, o, out);
    categories(d, n, out);
    organiser(n, out);
    helpers(n, out);
    plain_line("URL", json_get_text(n->body, "url_fiche"), out);
    online(n, o, out);
    own_lines(n, o, out);
    buf_adds(out, "END:VEVENT\r\n");
}

/* --- calendars ------------------------------------------------------------------- */

static void zone_piece(
        struct outlet *out, const char *path, const char *label, const struct moment *m)
{
    struct buf key, text;

    if (m->minutes == MOMENT_NO_HOUR)
        return;
    buf_init(&key, 0);
    buf_init(&text, 0);
    buf_addf(&key, "0 %s", m->zone);
    if (vtimezone(m->zone, &text))
        outlet_shared(out, path, label, key.s, buf_view(&text));
    buf_release(&text);
    buf_release(&key);
}

struct calendar {
    const char *folder, *name, *label;
};

static void into(struct outlet *out, const struct calendar *c,
        const struct performance *o, struct view text)
{
    char start[MOMENT_TEXT_SIZE];
    struct buf path, key;

    if (!c->name || !*c->name)
        return;
    buf_init(&path, 0);
    buf_init(&key, 0);
    buf_addf(&path, "ics/%s%s.ics", c->folder, c->name);
    moment_text(&o->start, start);
    buf_addf(&key, "1 %s %s", start, o->uid);
    outlet_piece(out, path.s, c->label, key.s, text);
    zone_piece(out, path.s, c->label, &o->start);
    if (*o->end.zone && strcmp(o->end.zone, o->start.zone) != 0)
        zone_piece(out, path.s, c->label, &o->end);
    buf_release(&key);
    buf_release(&path);
}

static void into_place(const struct delivery *d, const struct notice *n,
        const struct performance *o, struct view text, struct outlet *out)
{
    const struct json *place = notice_linked(n, o->place);
    const char *town = notice_text_at(words_located(n, place), "adresse.commune");

    if (!place)
        return;
    into(out, &(struct calendar){"lieux/", o->place, notice_text(place, "nom", NULL)},
            o, text);
    if (town)
        into(out,
                &(struct calendar){"communes/", town,
                        gate_cell(d->gate, "lieu", "communes", town, "label")},
                o, text);
    if (town) {
        const char *epci = gate_cell(d->gate, "lieu", "communes", town, "epci");

        into(out, &(struct calendar){"territoires/", epci, NULL}, o, text);
    }
}

static void into_calendars(const struct delivery *d, const struct notice *n,
        const struct performance *o, struct view text, struct outlet *out)
{
    const char *organiser = json_get_text(n->body, "organisateur");
    const char *genre = json_get_text(n->body, "genre");
    const struct json *who = notice_linked(n, organiser);

    into(out, &(struct calendar){"", "agenda", NULL}, o, text);
    into_place(d, n, o, text, out);
    if (who)
        into(out,
                &(struct calendar){
                        "organisateurs/", organiser, notice_text(who, "nom", NULL)},
                o, text);
    if (genre)
        into(out,
                &(struct calendar){
                        "genres/", genre, words_label(d, "evenement", "genres", genre)},
                o, text);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct buf text;

    if (n->noccurrences == 0)
        outlet_note(out, NOTE_REFUSED, "seances",
                N_("An event without performances is not in a calendar."), NULL, NULL);
    buf_init(&text, 0);
    for (size_t i = 0; i < n->noccurrences; i++) {
        buf_clear(&text);
        vevent(d, n, &n->occurrences[i], &text);
        into_calendars(d, n, &n->occurrences[i], buf_view(&text), out);
    }
    buf_release(&text);
}

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    struct buf name;

    buf_init(&name, 0);
    buf_adds(&name, d->title);
    if (*c->label)
        buf_addf(&name, "%s%s", *d->title ? " – " : "", c->label);
    buf_adds(out,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//OduS//OduS Saisie//FR\r\n"
            "CALSCALE:GREGORIAN\r\n");
    text_line("NAME", name.s, out);
    text_line("X-WR-CALNAME", name.s, out);
    text_line("DESCRIPTION", d->publisher, out);
    if (*d->base) {
        buf_clear(&name);
        buf_addf(&name, "%s%s", d->base, c->path);
        plain_line("SOURCE;VALUE=URI", name.s, out);
    }
    buf_adds(out, "REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n");
    buf_release(&name);
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)d;
    (void)c;
    buf_adds(out, "END:VCALENDAR\r\n");
}

const struct format format_ics = {
        .name = "ics",
        .label = N_("iCalendar: calendars to subscribe to"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "agenda",
        .version = 5,
        .make = make,
        .head = head,
        .foot = foot,
};
