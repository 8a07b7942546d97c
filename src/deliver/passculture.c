/*
 * pass Culture: the bodies of the calls that make one offer of its public interface:
 * the event, its price categories, its stocks (openapi of the individual offers; guide
 * individual-offers.md). An offer has one location and no state of its own: what is off
 * is not on sale.
 */
#include <string.h>

#include "facts.h"
#include "formats.h"
#include "odus/deliver/text.h"
#include "passculture.h"

enum {
    NAME_MAX_PC = 90, /* characters */
    DESCRIPTION_MAX = 10000,
    PARENTS_MAX = 4, /* of halls in houses; a ring ends too */
};

static bool is(const char *text, const char *word)
{
    return text && strcmp(text, word) == 0;
}

static void note(const struct pc_run *r, enum note_kind kind, const char *field,
        const char *message)
{
    outlet_note(r->out, kind, field, message, NULL, NULL);
}

static const char *text_of(const struct pc_run *r, const char *field)
{
    return json_get_text(r->n->body, field);
}

static const char *cell(
        const struct pc_run *r, const char *list, const char *code, const char *column)
{
    return code ? gate_cell(r->d->gate, "evenement", list, code, column) : NULL;
}

/* --- where ------------------------------------------------------------------------ */

long long pc_venue(const struct notice *n, const char *place)
{
    const struct json *venue = notice_linked(n, place);
    long long number = 0;

    for (int i = 0; venue && !number && i < PARENTS_MAX; i++) {
        number = notice_number(venue, "passculture");
        venue = notice_linked(n, json_get_text(venue, "lieu_parent"));
    }
    return number;
}

static bool is_moved_online(const struct performance *p)
{
    return strcmp(p->status, "passe_en_ligne") == 0;
}

bool pc_is_here(const struct pc_run *r, const struct performance *p)
{
    if (r->online)
        return is(text_of(r, "mode"), "en_ligne") || is_moved_online(p);
    return !is_moved_online(p) && pc_venue(r->n, p->place) == r->venue;
}

/* All that takes place does so online. */
static bool is_online(const struct pc_run *r)
{
    if (is(text_of(r, "mode"), "en_ligne"))
        return true;
    for (size_t i = 0; i < r->n->noccurrences; i++)
        if (facts_takes_place(&r->n->occurrences[i]) &&
                !is_moved_online(&r->n->occurrences[i]))
            return false;
    return true;
}

/* The usual venue; that of the first performance on site; online the organiser's own.
 */
static void find_venue(struct pc_run *r)
{
    const struct notice *n = r->n;
    const char *usual = text_of(r, "lieu");

    r->online = is_online(r);
    r->venue = usual ? pc_venue(n, usual) : 0;
    for (size_t i = 0; !r->venue && i < n->noccurrences; i++)
        if (facts_takes_place(&n->occurrences[i]))
            r->venue = pc_venue(n, n->occurrences[i].place);
    if (r->online && !r->venue)
        r->venue = notice_number(
                notice_linked(n, text_of(r, "organisateur")), "passculture");
}

static void set_location(const struct pc_run *r, struct json *event)
{
    struct json *location = json_new_object();

    json_set_text(location, "type", r->online ? "digital" : "physical");
    json_set_take(location, "venueId", json_int(r->venue));
    if (r->online)
        json_set_text(location, "url", text_of(r, "lien_en_ligne"));
    json_set_take(event, "location", location);
}

/* --- what ------------------------------------------------------------------------- */

/* What CATEGORY is called when it is followed online. NULL: there is none. */
static const char *online_category(const char *category)
{
    static const char *const pairs[][2] = {
            {"SPECTACLE_REPRESENTATION", "LIVESTREAM_EVENEMENT"},
            {"FESTIVAL_SPECTACLE", "LIVESTREAM_EVENEMENT"},
            {"CONCERT", "LIVESTREAM_MUSIQUE"},
            {"FESTIVAL_MUSIQUE", "LIVESTREAM_MUSIQUE"},
            {"RENCONTRE", "RENCONTRE_EN_LIGNE"},
            {"CONFERENCE", "RENCONTRE_EN_LIGNE"},
            {"ATELIER_PRATIQUE_ART", "LIVESTREAM_PRATIQUE_ARTISTIQUE"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (strcmp(pairs[i][0], category) == 0)
            return pairs[i][1];
    return NULL;
}

/* Its category there, by what it is, else by its genre. Owned; NULL: none. */
static struct json *category_of(const struct pc_run *r)
{
    const char *nature = text_of(r, "nature"), *genre = text_of(r, "genre");
    const char *found = cell(r, "natures", nature, "pass");

    if (!found)
        found = cell(
                r, "genres", genre, is(nature, "festival") ? "pass_festival" : "pass");
    if (found && r->online)
        found = online_category(found);
    return found ? json_text(view_of(found)) : NULL;
}

/* The member that tells the kind of show or of music, NULL where none is asked for. */
static const char *type_key(const char *category)
{
    if (is(category, "SPECTACLE_REPRESENTATION") ||
            is(category, "LIVESTREAM_EVENEMENT"))
        return "showType";
    if (is(category, "CONCERT") || is(category, "LIVESTREAM_MUSIQUE"))
        return "musicType";
    return NULL;
}

/* --- who -------------------------------------------------------------------------- */

static void add_name(struct buf *names, const char *name)
{
    if (!name)
        return;
    if (names->len)
        buf_adds(names, ", ");
    facts_line(name, names);
}

static void set_names(struct json *fields, const char *key, struct buf *names)
{
    if (names->len)
        json_set_text(fields, key, names->s);
    buf_release(names);
}

/* Company, director: of the first show. */
static void set_people(
        const struct pc_run *r, struct json *fields, const char *category)
{
    const struct json *show = notice_linked(
            r->n, json_as_text(json_at(json_get(r->n->body, "spectacles"), 0)));
    const struct json *group = json_get(show, "compagnie");
    const struct json *cast = json_get(show, "contributions");
    struct buf performers, directors;

    if (!type_key(category))
        return;
    buf_init(&performers, 0);
    buf_init(&directors, 0);
    for (size_t i = 0; i < json_len(group); i++)
        add_name(&performers, facts_name(r->n, json_as_text(json_at(group, i))));
    for (size_t i = 0; i < json_len(cast); i++) {
        const struct json *row = json_at(cast, i);

        if (is(json_get_text(row, "fonction"), "metteur_en_scene"))
            add_name(&directors, facts_name(r->n, json_get_text(row, "ref")));
    }
    set_names(fields, "performer", &performers);
    if (is(type_key(category), "showType"))
        set_names(fields, "stageDirector", &directors);
    else
        buf_release(&directors);
}

/* Category and what it asks for; NULL, with a note, when there is none. Owned. */
static struct json *category_fields(const struct pc_run *r)
{
    struct json *category = category_of(r), *fields;
    const char *key = type_key(json_as_text(category)), *type;

    if (!category) {
        note(r, NOTE_REFUSED, "genre",
                N_("The pass Culture has no category for this kind of event."));
        return NULL;
    }
    type = key ? cell(r, "sous_genres", text_of(r, "sous_genre"), "pass") : NULL;
    if (key && !type)
        type = cell(r, "genres", text_of(r, "genre"), "pass_type");
    if (key && !type) {
        note(r, NOTE_REFUSED, "sous_genre",
                N_("The pass Culture asks for the kind of show or of music."));
        json_free(category);
        return NULL;
    }
    fields = json_new_object();
    if (key)
        json_set_text(fields, key, type);
    set_people(r, fields, json_as_text(category));
    json_set_take(fields, "category", category);
    return fields;
}

/* --- the event -------------------------------------------------------------------- */

static void set_name(const struct pc_run *r, struct json *event)
{
    struct buf line, cut;

    buf_init(&line, 0);
    buf_init(&cut, 0);
    facts_line(notice_text(r->n->body, "titre", NULL), &line);
    if (text_cut(buf_view(&line), NAME_MAX_PC, &cut))
        note(r, NOTE_CUT, "titre",
                N_("The pass Culture takes 90 characters of a title: it is cut."));
    json_set_text(event, "name", cut.s);
    buf_release(&cut);
    buf_release(&line);
}

static void set_description(const struct pc_run *r, struct json *event)
{
    const char *lead = notice_text(r->n->body, "accroche", NULL);
    const char *memo = notice_text(r->n->body, "description", NULL);
    struct buf text, cut;

    buf_init(&text, 0);
    buf_init(&cut, 0);
    buf_addv(&text, view_of(lead));
    if (lead && memo)
        buf_adds(&text, "\n\n");
    text_plain(view_of(memo), &text);
    if (text_cut(view_trim(buf_view(&text)), DESCRIPTION_MAX, &cut))
        note(r, NOTE_CUT, "description",
                N_("The pass Culture takes 10,000 characters: the text is cut."));
    if (cut.len)
        json_set_text(event, "description", cut.s);
    buf_release(&cut);
    buf_release(&text);
}

/* The four are asked for: what nobody has said is told as no. */
static void set_accessibility(const struct pc_run *r, struct json *event)
{
    const char *place = text_of(r, "lieu") ? text_of(r, "lieu") : "";
    struct json *access = json_new_object();

    for (size_t i = 0; facts_handicaps[i]; i++) {
        bool yes = facts_access(r->n, place, facts_handicaps[i]);
        const char *key =
                gate_cell(r->d->gate, "lieu", "handicaps", facts_handicaps[i], "pass");

        if (key && (yes || !json_get(access, key)))
            json_set_take(access, key, json_bool(yes));
    }
    if (!r->online && !json_get(notice_linked(r->n, place), "accessibilite"))
        note(r, NOTE_MISSING, "lieu.accessibilite",
                N_("The pass Culture asks who can come: what is unknown is told as "
                   "no."));
    json_set_take(event, "accessibility", access);
}

/* The first means of KIND that VALID takes, NULL: none. */
static const char *means(
        const struct pc_run *r, const char *kind, bool (*valid)(const char *text))
{
    const struct json *ways = notice_at(r->n->body, "reservation.moyens");

    for (size_t i = 0; i < json_len(ways); i++) {
        const char *value = json_get_text(json_at(ways, i), "valeur");

        if (is(json_get_text(json_at(ways, i), "type"), kind) && valid(value))
            return value;
    }
    return NULL;
}

static void set_booking(const struct pc_run *r, struct json *event)
{
    const struct json *who = notice_linked(r->n, text_of(r, "organisateur"));
    const char *own = means(r, "courriel", facts_is_email);
    const char *email = own ? own : notice_text_at(who, "contact_public.courriel");

    json_set_take(event, "hasTicket", json_bool(false));
    if (facts_is_email(email))
        json_set_text(event, "bookingContact", email);
    else
        note(r, NOTE_MISSING, "organisateur.contact_public.courriel",
                N_("The pass Culture asks for an e-mail for those who book."));
    json_set_text(event, "externalTicketOfficeUrl", means(r, "url", facts_is_address));
}

static struct json *event_of(const struct pc_run *r)
{
    struct json *fields = category_fields(r), *event;
    int64_t minutes = json_get_int(r->n->body, "duree", 0);

    if (!fields)
        return NULL;
    event = json_new_object();
    json_set_take(event, "categoryRelatedFields", fields);
    json_set_text(event, "idAtProvider", r->n->uid);
    set_name(r, event);
    set_description(r, event);
    set_location(r, event);
    set_accessibility(r, event);
    set_booking(r, event);
    if (minutes > 0)
        json_set_take(event, "eventDuration", json_int(minutes));
    if (json_len(notice_images(r->n)))
        note(r, NOTE_LOST, "images",
                N_("The pass Culture takes a picture only as a part of the call: it is "
                   "left out."));
    return event;
}

/* --- the file --------------------------------------------------------------------- */

/* Takes EVENT and STOCKS. */
static void document(const struct pc_run *r, struct json *event, struct json *stocks)
{
    struct json *whole = json_new_object();

    json_set_take(whole, "event", event);
    json_set_take(whole, "prices", pc_prices(r));
    json_set_take(whole, "stocks", stocks);
    outlet_json(r->out, whole, "passculture/%s.json", r->n->uid);
}

static void write_offer(const struct pc_run *r)
{
    struct json *event = event_of(r), *stocks;

    if (!event)
        return;
    stocks = pc_stocks(r);
    if (json_len(stocks)) {
        document(r, event, stocks);
        return;
    }
    note(r, NOTE_REFUSED, "seances",
            N_("The pass Culture takes no offer without a date and an hour."));
    json_free(stocks);
    json_free(event);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct pc_run r = {.d = d, .n = n, .out = out};

    find_venue(&r);
    if (!r.venue)
        note(&r, NOTE_REFUSED, "lieu.ids_externes",
                N_("The pass Culture does not know the venue: its number is missing."));
    else if (r.online && !facts_is_address(text_of(&r, "lien_en_ligne")))
        note(&r, NOTE_REFUSED, "lien_en_ligne",
                N_("The pass Culture asks for the address where the event is "
                   "followed."));
    else if (pc_find_prices(&r))
        write_offer(&r);
    pc_free_prices(&r);
}

const struct format format_passculture = {
        .name = "passculture",
        .label = N_("pass Culture: offers, prices and stocks"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "passculture",
        .version = 2,
        .make = make,
};
