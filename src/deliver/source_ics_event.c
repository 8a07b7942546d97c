#include "source_ics_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "odus/form/ids.h"
#include "source_ical.h"
#include "source_ics_series.h"
#include "source_place.h"
#include "source_text.h"
#include "source_words.h"

enum {
    TITLE_CHARS = 140,
    BRIEF_CHARS = 200,
    LONG_CHARS = 10000,
    NAME_CHARS = 120,
    PLACE_CHARS = 100,
    WORD_CHARS = 40,
    GENRES_MAX = 30
};

/* A component that our own delivery made says more than others do. */
static bool is_ours(const struct ics_item *item)
{
    return item->ours;
}

static void leave(struct proposal *p, const struct ics_prop *prop)
{
    struct buf text;

    buf_init(&text, 0);
    ics_text(prop->value, &text);
    proposal_left(p, prop->name, buf_view(&text));
    buf_release(&text);
}

/* --- texts ------------------------------------------------------------------------ */

static void take_title(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct buf text;
    struct view title;

    if (is_ours(item) && ics_prop(item, "X-ODUS-TITRE"))
        return; /* in all its languages */
    buf_init(&text, 0);
    ics_text(prop->value, &text);
    title = buf_view(&text);
    /* "[annulé] …": the status says it. */
    if (is_ours(item) && title.n && *title.p == '[' &&
            strcmp(ics_status(item), "confirme") != 0) {
        const char *end = memchr(title.p, ']', title.n);

        if (end)
            title = view_trim(
                    (struct view){end + 1, (size_t)(title.p + title.n - end - 1)});
    }
    proposal_put(p, "titre.fr", title, TITLE_CHARS, false);
    buf_release(&text);
}

/* TEXT without the own text NAME, as a calendar shows it, at its beginning. */
static struct view without(
        const struct ics_item *item, const char *name, struct view text)
{
    for (size_t i = 0; i < item->n; i++) {
        struct buf own, plain;

        if (strcmp(item->props[i].name, name) != 0)
            continue;
        buf_init(&own, 0);
        buf_init(&plain, 0);
        ics_text(item->props[i].value, &own);
        text_plain(buf_view(&own), &plain);
        if (plain.len && plain.len <= text.n && memcmp(text.p, plain.s, plain.len) == 0)
            text = view_trim((struct view){text.p + plain.len, text.n - plain.len});
        buf_release(&own);
        buf_release(&plain);
    }
    return text;
}

/* Our own texts stand beside it as they were typed; what else a calendar shows, prices
 * and ages in words, is left. */
static void take_own_description(
        struct proposal *p, const struct ics_item *item, struct view text)
{
    text = without(item, "X-ODUS-ACCROCHE", text);
    text = without(item, "X-ODUS-DESCRIPTION", text);
    proposal_left(p, "DESCRIPTION", text);
}

static void take_description(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct buf text, plain;
    struct view what;

    buf_init(&text, 0);
    buf_init(&plain, 0);
    ics_text(prop->value, &text);
    what = buf_view(&text);
    if (source_is_html(what)) {
        source_html_text(what, &plain);
        what = buf_view(&plain);
        proposal_note(p, "changed", "description", N_("it was HTML and is text now"));
    }
    if (is_ours(item))
        take_own_description(p, item, what);
    else
        proposal_describe(p, what, "fr");
    buf_release(&text);
    buf_release(&plain);
}

/* Our own: the genre and the kind, in the words of some language, then keywords. */
static bool is_keyword(const struct ics_item *item, const struct ics_prop *prop)
{
    int before = 0, labels = (ics_prop(item, "X-ODUS-GENRE") != NULL) +
                             (ics_prop(item, "X-ODUS-NATURE") != NULL);

    for (const struct ics_prop *p = item->props; p < prop; p++)
        before += strcmp(p->name, prop->name) == 0;
    return before >= labels;
}

static void take_category(struct proposal *p, const struct ics_item *item,
        const struct ics_prop *prop, struct view text)
{
    const struct source_word *row = is_ours(item) ? NULL : source_word(text);

    if (row)
        source_take_word(p, row);
    else if (!is_ours(item) || utf8_count(text) > WORD_CHARS)
        proposal_left(p, "CATEGORIES", text);
    else if (text.n && is_keyword(item, prop))
        proposal_push(p, "mots_cles", json_text(text));
}

/* X-ODUS-GENRE, X-ODUS-NATURE: codes of the lists. */
static void take_own_code(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    const char *path = strcmp(prop->name, "X-ODUS-GENRE") == 0 ? "genre" : "nature";

    if (is_ours(item))
        proposal_put(p, path, prop->value, WORD_CHARS, false);
    else
        leave(p, prop);
}

static void take_categories(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct view rest = prop->value, one;
    int n = 0;

    while (ics_next_value(&rest, &one) && n++ < GENRES_MAX) {
        struct buf text;

        buf_init(&text, 0);
        ics_text(view_trim(one), &text);
        take_category(p, item, prop, buf_view(&text));
        buf_release(&text);
    }
}

/* --- who and where ---------------------------------------------------------------- */

static void take_location(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct buf text, own;
    struct view at;

    buf_init(&text, 0);
    buf_init(&own, 0);
    ics_text(prop->value, &text);
    ics_text(ics_value(item, "X-ODUS-LIEU"), &own);
    at = buf_view(&text);
    if (own.len && own.len <= at.n && memcmp(at.p, own.s, own.len) == 0) {
        proposal_put(p, "lieu.nom", buf_view(&own), PLACE_CHARS, false);
        source_address(p, (struct view){at.p + own.len, at.n - own.len});
    } else {
        source_place(p, at);
    }
    buf_release(&own);
    buf_release(&text);
}

/* "44.89;6.64", also with a comma between. */
static void take_point(struct proposal *p, struct view value)
{
    struct view lat, rest = value;
    char sep = memchr(value.p, ';', value.n) ? ';' : ',';
    double a, b;

    if (view_next(&rest, sep, &lat) && view_real(view_trim(lat), &a) &&
            view_real(view_trim(rest), &b))
        proposal_point(p, a, b);
    else
        proposal_left(p, "GEO", value);
}

static void take_geo(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)item;
    if (prop->value.n)
        take_point(p, view_trim(prop->value));
}

/* Apple's: ;X-TITLE="Le Cadran":geo:44.89,6.64 */
static void take_apple(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct view title = ics_param(prop, "X-TITLE"), value = view_trim(prop->value);

    (void)item;
    if (source_starts(value, "geo:"))
        take_point(p, (struct view){value.p + 4, value.n - 4});
    if (title.n && !proposal_get(p, "lieu.nom"))
        proposal_put(p, "lieu.nom", title, 100, false);
}

/* A calendar that several keep, or a mailbox of an office: no person's. */
static bool is_office(struct view mail)
{
    static const char *const boxes[] = {"contact@", "info@", "infos@", "accueil@",
            "bonjour@", "mairie@", "billetterie@", "reservation@", "reservations@",
            "communication@", "programmation@", "culture@", "bibliotheque@",
            "mediatheque@"};
    bool found = mail.n && memmem(mail.p, mail.n, "@group.calendar.", 16);

    for (size_t i = 0; i < COUNT(boxes) && !found; i++)
        found = source_starts(mail, boxes[i]);
    return found;
}

/* The name only: the address of who keeps a calendar is a person's more often than not,
 * but for our own deliveries, which hold public ones alone. So may the name be: it is
 * taken only for an organisation that is known. */
static void take_organizer(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct view name = ics_param(prop, "CN"), mail = view_trim(prop->value);

    if (source_starts(mail, "mailto:"))
        mail = (struct view){mail.p + 7, mail.n - 7};
    if (is_ours(item) && ids_email_ok(mail))
        proposal_set(p, "organisateur.contact_public.courriel", json_text(mail));
    else
        proposal_left(p, "ORGANIZER", prop->value);
    if (name.n == 0 || memchr(name.p, '@', name.n))
        return;
    proposal_put(p, "organisateur.nom", name, NAME_CHARS, false);
    if (is_office(mail) && !is_ours(item))
        proposal_note(p, "guessed", "organisateur",
                N_("who keeps the calendar is taken for the organiser"));
    else if (!is_ours(item))
        proposal_set(p, "organisateur.si_connu", json_bool(true));
}

/* X-ODUS-TITRE;LANGUAGE=it:… and the like. */
static void take_own_text(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    static const struct {
        const char *name, *field;
        size_t max;
    } texts[] = {{"X-ODUS-TITRE", "titre", TITLE_CHARS},
            {"X-ODUS-ACCROCHE", "accroche", BRIEF_CHARS},
            {"X-ODUS-DESCRIPTION", "description", LONG_CHARS}};
    struct view lang = ics_param(prop, "LANGUAGE");
    char path[32];
    struct buf text;
    size_t i = 0;

    while (i + 1 < COUNT(texts) && strcmp(texts[i].name, prop->name) != 0)
        i++;
    if (!is_ours(item) || lang.n != 2 || memchr(lang.p, '.', lang.n)) {
        leave(p, prop);
        return;
    }
    snprintf(path, sizeof(path), "%s.%.2s", texts[i].field, lang.p);
    buf_init(&text, 0);
    ics_text(prop->value, &text);
    proposal_put(p, path, buf_view(&text), texts[i].max, texts[i].max == LONG_CHARS);
    buf_release(&text);
}

static void take_contact(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    struct buf text;

    buf_init(&text, 0);
    ics_text(prop->value, &text);
    if (is_ours(item) && view_is(ics_param(prop, "X-ODUS-ROLE"), "COORGANISATEUR"))
        proposal_helper(p, buf_view(&text));
    else if (is_ours(item) && !proposal_get(p, "organisateur.nom"))
        proposal_put(p, "organisateur.nom", buf_view(&text), NAME_CHARS, false);
    else
        proposal_left(p, "CONTACT", buf_view(&text));
    buf_release(&text);
}

/* --- the rest --------------------------------------------------------------------- */

static void take_url(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)item;
    proposal_url(p, "url_fiche", prop->value);
}

static void take_conference(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)item;
    if (ids_url_ok(view_trim(prop->value)))
        source_online(p, view_trim(prop->value));
    else
        proposal_left(p, "CONFERENCE", prop->value);
}

/* Programs add a meeting of their own to events that are in a hall: only for what is
 * online and has no other address. */
static void take_meeting(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)item;
    if (proposal_get(p, "mode") && !proposal_get(p, "lien_en_ligne"))
        proposal_url(p, "lien_en_ligne", prop->value);
    else
        leave(p, prop);
}

static void take_class(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)item;
    if (!source_starts(prop->value, "PRIVATE") &&
            !source_starts(prop->value, "CONFIDENTIAL"))
        return;
    proposal_set(p, "visibilite", json_text(VIEW_LIT("prive")));
    proposal_note(p, "changed", "visibilite", N_("it is private in the calendar"));
}

static void take_modified(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    char text[CLOCK_TEXT];
    struct ical_when when;
    bool utc;

    (void)item;
    if (!ical_when(prop->value, &when, &utc) || when.seconds == ICAL_DATE_ONLY)
        return;
    clock_rfc3339(((int64_t)when.days * 86400 + when.seconds) * 1000, text);
    json_set_text(p->source, "modifie_le", text);
}

/* People who were invited have not agreed to stand in a commons. */
static void drop_people(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)item, (void)prop;
    proposal_note(p, "lost", "", N_("the names of invited people are not taken"));
}

/* Outlook's second spelling of the description, where it is the only one. */
static void take_other_description(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    if (ics_value(item, "DESCRIPTION").n == 0)
        take_description(p, item, prop);
}

/* Dates, and what only a calendar program has a use for. */
static void nothing(
        struct proposal *p, const struct ics_item *item, const struct ics_prop *prop)
{
    (void)p, (void)item, (void)prop;
}

static const struct rule {
    const char *name;
    void (*take)(struct proposal *p, const struct ics_item *item,
            const struct ics_prop *prop);
    bool once; /* a second one is left */
} rules[] = {
        {"SUMMARY", take_title, true},
        {"DESCRIPTION", take_description, true},
        {"X-ALT-DESC", take_other_description, true},
        {"LOCATION", take_location, true},
        {"GEO", take_geo, true},
        {"X-APPLE-STRUCTURED-LOCATION", take_apple, true},
        {"URL", take_url, true},
        {"CATEGORIES", take_categories, false},
        {"ORGANIZER", take_organizer, true},
        {"CONTACT", take_contact, false},
        {"CONFERENCE", take_conference, true},
        {"X-GOOGLE-CONFERENCE", take_meeting, true},
        {"X-MICROSOFT-SKYPETEAMSMEETINGURL", take_meeting, true},
        {"CLASS", take_class, true},
        {"LAST-MODIFIED", take_modified, true},
        {"ATTENDEE", drop_people, false},
        {"UID", nothing, false},
        {"DTSTAMP", nothing, false},
        {"DTSTART", nothing, false},
        {"DTEND", nothing, false},
        {"DURATION", nothing, false},
        {"RRULE", nothing, false},
        {"RDATE", nothing, false},
        {"EXDATE", nothing, false},
        {"EXRULE", nothing, false},
        {"RECURRENCE-ID", nothing, false},
        {"STATUS", nothing, false},
        {"SEQUENCE", nothing, false},
        {"CREATED", nothing, false},
        {"TRANSP", nothing, false},
        {"PRIORITY", nothing, false},
        {"BEGIN", nothing, false},
        {"END", nothing, false},
        {"X-ODUS-EVENEMENT", nothing, false},
        {"X-ODUS-STATUT", nothing, false},
        {"X-ODUS-DEBUT-INITIAL", nothing, false},
        {"X-ODUS-NOTE-HORAIRE", nothing, false},
        {"X-ODUS-LIEU", nothing, false},
        {"X-ODUS-GENRE", take_own_code, true},
        {"X-ODUS-NATURE", take_own_code, true},
        {"X-ODUS-TITRE", take_own_text, false},
        {"X-ODUS-ACCROCHE", take_own_text, false},
        {"X-ODUS-DESCRIPTION", take_own_text, false},
        {"X-MICROSOFT-CDO-ALLDAYEVENT", nothing, false},
};

void ics_event_fields(struct proposal *p, const struct ics_item *item)
{
    bool done[COUNT(rules)] = {false};

    for (size_t i = 0; i < item->n; i++) {
        const struct ics_prop *prop = &item->props[i];
        size_t k = 0;

        while (k < COUNT(rules) && strcmp(rules[k].name, prop->name) != 0)
            k++;
        if (k == COUNT(rules) || (rules[k].once && done[k])) {
            leave(p, prop);
            continue;
        }
        done[k] = true;
        rules[k].take(p, item, prop);
    }
    if (item->latin)
        proposal_note(p, "changed", "", N_("it was not UTF-8; Windows-1252 is taken"));
    if (item->nul)
        proposal_note(p, "changed", "", N_("it had NUL characters; they are dropped"));
    if (item->broken)
        proposal_note(p, "changed", "",
                N_("lines without a name are joined to the one before"));
}

struct json *ics_event_place(
        const struct source_options *opt, const struct ics_item *item)
{
    struct proposal p;
    struct json *place;

    proposal_init(&p, opt, "ics", (struct view){0}, "");
    for (size_t i = 0; i < item->n; i++)
        if (strcmp(item->props[i].name, "LOCATION") == 0)
            take_location(&p, item, &item->props[i]);
        else if (strcmp(item->props[i].name, "GEO") == 0)
            take_geo(&p, item, &item->props[i]);
    place = json_retain(proposal_get(&p, "lieu"));
    proposal_release(&p);
    return place;
}
