#include "words.h"

#include <string.h>

#include "odus/base/datewords.h"
#include "odus/base/mem.h"
#include "odus/deliver/text.h"

/* --- languages ------------------------------------------------------------------- */

enum { FR, EN, IT, LANGS };

static int language(const struct delivery *d)
{
    return strcmp(d->lang, "en") == 0 ? EN : strcmp(d->lang, "it") == 0 ? IT : FR;
}

const char *words(const struct delivery *d, enum word word)
{
    static const char *const texts[WORD_N][LANGS] = {
            [WORD_RATES] = {"Tarifs", "Prices", "Prezzi"},
            [WORD_BOOKING] = {"Réservation", "Booking", "Prenotazione"},
            [WORD_PLACE] = {"Lieu", "Venue", "Luogo"},
            [WORD_AGE] = {"Âge", "Age", "Età"},
            [WORD_ORGANISER] = {"Organisé par", "Organised by", "Organizzato da"},
            [WORD_LANGUAGES] = {"Langues", "Languages", "Lingue"},
            [WORD_LICENCE] = {"Licence", "Licence", "Licenza"},
            [WORD_SOURCE] = {"Source", "Source", "Fonte"},
            [WORD_ONLINE] = {"En ligne", "Online", "In linea"},
            [WORD_HOUR_LATER] = {"Horaire à préciser", "Time to be announced",
                    "Orario da precisare"},
            [WORD_PLANNED] = {"initialement prévue le", "first planned for",
                    "prevista inizialmente per"},
            [WORD_DOORS] = {"Ouverture des portes", "Doors open", "Apertura porte"},
            [WORD_EXTRA] = {"Séance supplémentaire", "Extra performance",
                    "Replica aggiuntiva"},
            [WORD_SIGNED] = {"Interprétée en LSF", "In French sign language",
                    "Interpretata in LSF"},
            [WORD_DESCRIBED] = {"Audiodescription", "Audio description",
                    "Audiodescrizione"},
    };

    return texts[word][language(d)];
}

const char *words_label(
        const struct delivery *d, const char *type, const char *list, const char *code)
{
    char column[16] = "label";
    const char *label = NULL;

    if (!code)
        return NULL;
    if (language(d) != FR) {
        memcpy(column, "label[??]", 10);
        memcpy(column + 6, d->lang, 2);
        label = gate_cell(d->gate, type, list, code, column);
    }
    return label ? label : gate_cell(d->gate, type, list, code, "label");
}

const char *words_status(const struct delivery *d, const struct performance *o)
{
    static const struct {
        const char *code, *texts[LANGS];
    } states[] = {
            {"annule", {"annulé", "cancelled", "annullato"}},
            {"complet", {"complet", "sold out", "esaurito"}},
            {"reporte", {"reporté", "postponed", "rinviato"}},
            {"reprogramme", {"nouvelle date", "new date", "nuova data"}},
            {"passe_en_ligne", {"en ligne", "online", "in linea"}},
    };

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strcmp(o->status, states[i].code) == 0)
            return states[i].texts[language(d)];
    return NULL;
}

/* --- lists of words -------------------------------------------------------------- */

/* TEXT as a further item; nothing for a blank one. */
static void item(struct buf *out, size_t begin, const char *between, const char *text)
{
    if (!text || !*text)
        return;
    if (out->len > begin)
        buf_adds(out, between);
    buf_adds(out, text);
}

static void add_price(const struct delivery *d, int64_t cents, struct buf *out)
{
    size_t at = out->len;

    text_cents(cents, out);
    if (language(d) == EN)
        return;
    for (char *point = strchr(out->s + at, '.'); point; point = NULL)
        *point = ',';
}

/* "12,50" or "8 à 10", with the sign of the euro. */
static void add_range(const struct delivery *d, const struct json *row, struct buf *out)
{
    static const char *const to[LANGS] = {" à ", " to ", " a "};
    int64_t low = json_get_int(row, "prix_min_cts", -1);
    int64_t high = json_get_int(row, "prix_max_cts", low);

    if (low < 0 && high < 0)
        return;
    buf_addc(out, ' ');
    add_price(d, low < 0 ? high : low, out);
    if (low >= 0 && high > low) {
        buf_adds(out, to[language(d)]);
        add_price(d, high, out);
    }
    buf_adds(out, "\u00A0€");
}

void words_rate(const struct delivery *d, const struct json *row, struct buf *out)
{
    const char *note = json_get_text(row, "precision");
    const char *label = words_label(
            d, "evenement", "categories_tarif", json_get_text(row, "categorie"));

    buf_adds(out, label ? label : words(d, WORD_RATES));
    add_range(d, row, out);
    if (note && *note)
        buf_addf(out, " (%s)", note);
}

void words_rates(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *rows = json_get(n->body, "tarifs");
    const char *kind = json_get_text(n->body, "indication_tarif");
    size_t begin = out->len;

    if (json_len(rows) == 0)
        item(out, begin, "", words_label(d, "evenement", "indications_tarif", kind));
    for (size_t i = 0; i < json_len(rows); i++) {
        if (i)
            buf_adds(out, ", ");
        words_rate(d, json_at(rows, i), out);
    }
}

void words_booking(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *ways = notice_at(n->body, "reservation.moyens");
    const char *mode = notice_text_at(n->body, "reservation.mode");
    size_t begin = out->len;
    struct buf list;

    buf_init(&list, 0);
    for (size_t i = 0; i < json_len(ways); i++)
        item(&list, 0, ", ", json_get_text(json_at(ways, i), "valeur"));
    item(out, begin, "", words_label(d, "evenement", "modes_reservation", mode));
    item(out, begin, " : ", list.s);
    buf_release(&list);
}

void words_ages(const struct delivery *d, const struct notice *n, struct buf *out)
{
    static const char *const both[LANGS] = {"de %1$lld à %2$lld ans",
            "ages %1$lld to %2$lld", "da %1$lld a %2$lld anni"};
    static const char *const from[LANGS] = {
            "dès %lld ans", "from age %lld", "da %lld anni"};
    static const char *const until[LANGS] = {
            "jusqu’à %lld ans", "up to age %lld", "fino a %lld anni"};
    int64_t low = json_get_int(n->body, "age_min", 0);
    int64_t high = json_get_int(n->body, "age_max", -1);
    int lang = language(d);

    if (low > 0 && high >= 0)
        buf_addf(out, both[lang], (long long)low, (long long)high);
    else if (low > 0)
        buf_addf(out, from[lang], (long long)low);
    else if (high >= 0)
        buf_addf(out, until[lang], (long long)high);
}

/* --- where ----------------------------------------------------------------------- */

const char *words_locality(const struct delivery *d, const struct json *place)
{
    const char *code = notice_text_at(place, "adresse.commune");
    const char *label =
            code ? gate_cell(d->gate, "lieu", "communes", code, "label") : NULL;

    return label || code ? label : notice_text_at(place, "adresse.lieu_dit");
}

void words_town(const struct delivery *d, const struct json *place, struct buf *out)
{
    const char *country = notice_text_at(place, "adresse.pays");
    size_t begin = out->len;

    item(out, begin, "", notice_text_at(place, "adresse.code_postal"));
    item(out, begin, " ", words_locality(d, place));
    if (country && strcmp(country, "FR") != 0 && out->len > begin)
        buf_addf(out, " (%s)", country);
}

const struct json *words_located(const struct notice *n, const struct json *place)
{
    enum { PARENTS_MAX = 4 }; /* of halls in houses; a ring ends too */

    for (int i = 0; place && i < PARENTS_MAX; i++) {
        if (notice_text_at(place, "adresse.code_postal"))
            return place;
        place = notice_linked(n, json_get_text(place, "lieu_parent"));
    }
    return NULL;
}

void words_address(const struct delivery *d, const struct json *at, struct buf *out)
{
    static const char *const parts[] = {
            "adresse.complement", "adresse.voie", "adresse.lieu_dit"};
    size_t begin = out->len;
    struct buf town;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (i < 2 || notice_text_at(at, "adresse.commune"))
            item(out, begin, ", ", notice_text_at(at, parts[i]));
    buf_init(&town, 0);
    words_town(d, at, &town);
    item(out, begin, ", ", town.s);
    buf_release(&town);
}

void words_place(const struct delivery *d, const struct notice *n,
        const struct json *place, struct buf *out)
{
    const struct json *at = words_located(n, place);
    size_t begin = out->len;
    struct buf address;

    item(out, begin, "", notice_text(place, "nom", d->lang));
    if (at != place)
        item(out, begin, ", ", notice_text(at, "nom", d->lang));
    buf_init(&address, 0);
    words_address(d, at, &address);
    item(out, begin, ", ", address.s);
    buf_release(&address);
}

void words_where(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    if (strcmp(p->status, "passe_en_ligne") == 0)
        buf_adds(out, words(d, WORD_ONLINE));
    else
        words_place(d, n, notice_linked(n, p->place), out);
}

/* --- when ------------------------------------------------------------------------ */

void words_month(const struct delivery *d, const char *date, struct buf *out)
{
    long long year = 0, month = 0;
    const char *name = NULL;

    if (strlen(date) >= 7 && view_int((struct view){date, 4}, &year) &&
            view_int((struct view){date + 5, 2}, &month))
        name = datewords_month_name(date_lang_of(d->lang), (int)month, false);
    if (name)
        buf_addf(out, "%s %lld", name, year);
}

void words_hours(const struct performance *o, struct buf *out)
{
    if (o->start.minutes == MOMENT_NO_HOUR)
        return;
    buf_addf(out, "%02d:%02d", o->start.minutes / 60, o->start.minutes % 60);
    if (*o->end.zone && o->end.minutes != MOMENT_NO_HOUR)
        buf_addf(out, " – %02d:%02d", o->end.minutes / 60, o->end.minutes % 60);
}

void words_when(const struct delivery *d, const struct performance *o, struct buf *out)
{
    text_day(o->start.days, d->lang, out);
    if (o->start.minutes != MOMENT_NO_HOUR)
        buf_adds(out, ", ");
    words_hours(o, out);
}
