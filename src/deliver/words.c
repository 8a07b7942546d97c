/* Words of their own, labels, prices, booking. */
#include <string.h>

#include "facts.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "words_priv.h"

/* --- languages ------------------------------------------------------------------- */

enum words_lang words_lang(const struct delivery *d)
{
    return strcmp(d->lang, "en") == 0 ? EN : strcmp(d->lang, "it") == 0 ? IT : FR;
}

const char *words_text(const struct delivery *d, const struct json *body,
        const char *field, const char **ret_lang)
{
    const struct json *texts = json_get(body, field);
    const char *text = notice_text(body, field, d->lang);
    struct json_iter it = {0};

    if (ret_lang)
        *ret_lang = NULL;
    if (text)
        return text;
    text = notice_text(body, field, NULL);
    while (text && ret_lang && !*ret_lang && json_iter(texts, &it))
        if (json_as_text(it.val) == text)
            *ret_lang = it.key;
    return text;
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
            [WORD_FREE] = {"gratuit", "free", "gratuito"},
            [WORD_GENRE] = {"Genre", "Genre", "Genere"},
            [WORD_AUDIENCE] = {"Public", "Audience", "Pubblico"},
            [WORD_DURATION] = {"Durée", "Duration", "Durata"},
            [WORD_SURTITLES] = {"surtitres", "surtitles", "sopratitoli"},
            [WORD_ACCESS] = {"Accessibilité", "Accessibility", "Accessibilità"},
            [WORD_COMPANY] = {"Compagnie", "Company", "Compagnia"},
            [WORD_CREDITS] = {"Distribution", "Credits", "Crediti"},
            [WORD_WITH] = {"Avec", "With", "Con"},
            [WORD_PART_OF] = {"Dans le cadre de", "Part of", "Nell’ambito di"},
            [WORD_PAGE] = {"En savoir plus", "More about it", "Per saperne di più"},
            [WORD_PHOTO] = {"Photo", "Picture", "Foto"},
            [WORD_GETTING_THERE] = {"Comment venir", "Getting there", "Come arrivare"},
            [WORD_CONTACT] = {"Contact", "Contact", "Contatti"},
            [WORD_MAP] = {"Coordonnées GPS", "GPS position", "Coordinate GPS"},
            [WORD_DATES] = {"Dates", "Dates", "Date"},
            [WORD_ALL_DATES] = {"Toutes les dates", "All dates", "Tutte le date"},
            [WORD_DATE_COUNT] = {"dates", "dates", "date"},
            [WORD_IN_SHORT] = {"En pratique", "In short", "In breve"},
            [WORD_ABOUT] = {"Présentation", "About", "Presentazione"},
            [WORD_BY_MONTH] = {"Mois par mois", "Month by month", "Mese per mese"},
            [WORD_BY_VENUE] = {"Lieu par lieu", "Venue by venue", "Luogo per luogo"},
            [WORD_SKIP] = {"Aller au contenu", "Skip to content", "Vai al contenuto"},
            [WORD_PATH] = {"Vous êtes ici", "You are here", "Sei qui"},
    };

    return texts[word][words_lang(d)];
}

const char *words_label(
        const struct delivery *d, const char *type, const char *list, const char *code)
{
    char column[16] = "label";
    const char *label = NULL;

    if (!code)
        return NULL;
    if (words_lang(d) != FR) {
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
            return states[i].texts[words_lang(d)];
    return NULL;
}

/* --- lists of words -------------------------------------------------------------- */

void words_item(struct buf *out, size_t begin, const char *between, const char *text)
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
    if (words_lang(d) == EN)
        return;
    for (char *point = strchr(out->s + at, '.'); point; point = NULL)
        *point = ',';
}

static bool has_price(const struct json *row)
{
    return json_get_int(row, "prix_min_cts", -1) >= 0 ||
           json_get_int(row, "prix_max_cts", -1) >= 0;
}

/* "12,50" or "8 à 10", with the sign of the euro. */
static void add_range(const struct delivery *d, const struct json *row, struct buf *out)
{
    static const char *const to[LANGS] = {" à ", " to ", " a "};
    int64_t low = json_get_int(row, "prix_min_cts", -1);
    int64_t high = json_get_int(row, "prix_max_cts", low);

    if (!has_price(row))
        return;
    add_price(d, low < 0 ? high : low, out);
    if (low >= 0 && high > low) {
        buf_adds(out, to[words_lang(d)]);
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
    if (has_price(row))
        buf_addc(out, ' ');
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
        words_item(
                out, begin, "", words_label(d, "evenement", "indications_tarif", kind));
    for (size_t i = 0; i < json_len(rows); i++) {
        if (i)
            buf_adds(out, ", ");
        words_rate(d, json_at(rows, i), out);
    }
}

void words_lower(const char *label, struct buf *out)
{
    uint32_t cp;
    int n = utf8_decode(view_of(label), &cp);

    if (n <= 0)
        return;
    utf8_lower((struct view){label, (size_t)n}, out);
    buf_adds(out, label + n);
}

/* A byte that parts words in a label. */
static bool is_between(char c)
{
    return !c || c == ' ' || c == ',';
}

bool words_says(const char *text, const char *heading)
{
    struct buf lower;
    const char *all = text ? text : "", *at = all;
    bool found = false;

    buf_init(&lower, 0);
    words_lower(heading, &lower);
    while (!found && (at = strstr(at, lower.s))) {
        found = at > all && at[-1] == ' ' && is_between(at[lower.len]);
        at++;
    }
    buf_release(&lower);
    return found;
}

/* Full price and free entrance need no further word. */
static bool is_plain(const char *category, bool free)
{
    return category && strcmp(category, free ? "gratuit" : "plein") == 0;
}

static void add_named_price(
        const struct delivery *d, const struct json *row, struct buf *out)
{
    const char *category = json_get_text(row, "categorie");
    const char *note = json_get_text(row, "precision");
    const char *label = words_label(d, "evenement", "categories_tarif", category);
    int64_t low = json_get_int(row, "prix_min_cts", -1);
    int64_t high = json_get_int(row, "prix_max_cts", low);
    bool free = high == 0 && low <= 0;
    size_t begin = out->len;

    if (free)
        buf_adds(out, words(d, WORD_FREE));
    else
        add_range(d, row, out);
    if (label && (out->len == begin || !is_plain(category, free))) {
        if (out->len > begin)
            buf_addc(out, ' ');
        words_lower(label, out);
    }
    if (note && *note)
        buf_addf(out, out->len > begin ? " (%s)" : "%s", note);
}

void words_prices(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *rows = json_get(n->body, "tarifs");
    size_t begin = out->len;
    struct buf price;

    if (json_len(rows) == 0)
        words_rates(d, n, out);
    buf_init(&price, 0);
    for (size_t i = 0; i < json_len(rows); i++) {
        buf_clear(&price);
        add_named_price(d, json_at(rows, i), &price);
        words_item(out, begin, " / ", price.s);
    }
    buf_release(&price);
}

/* Digits of the country's code at the start of those of an E.164 number (ITU-T E.164,
 * assigned codes). */
static size_t country_digits(const char *digits)
{
    static const char *const two[] = {"20", "27", "30", "31", "32", "33", "34", "36",
            "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52",
            "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
            "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};

    if (*digits == '1' || *digits == '7')
        return 1;
    for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
        if (strncmp(digits, two[i], 2) == 0)
            return 2;
    return 3;
}

/* The first digit alone when FIRST, then twos; or threes, and twos where a single digit
 * would be left. */
static void add_groups(const char *digits, size_t first, size_t size, struct buf *out)
{
    size_t left = strlen(digits), n = first;

    while (left) {
        if (!n)
            n = left < size ? left : left == 4 ? 2 : size;
        buf_addf(out, "%.*s", (int)n, digits);
        digits += n;
        left -= n;
        n = 0;
        if (left)
            buf_adds(out, "\u00A0");
    }
}

void words_phone(const struct delivery *d, const char *number, struct buf *out)
{
    bool french = strncmp(number, "+33", 3) == 0 && strlen(number) == 12;
    size_t country;

    if (!facts_is_phone(view_of(number))) {
        buf_adds(out, number);
    } else if (french && words_lang(d) == FR) {
        buf_addc(out, '0');
        buf_addf(out, "%c\u00A0", number[3]);
        add_groups(number + 4, 0, 2, out);
    } else {
        country = country_digits(number + 1);
        buf_addf(out, "%.*s\u00A0", (int)country + 1, number);
        add_groups(number + 1 + country, french, french ? 2 : 3, out);
    }
}

/* "04 92 00 00 01", or what else leads there. */
static void item_way(const struct delivery *d, const struct json *way, struct buf *out)
{
    const char *type = json_get_text(way, "type");
    const char *value = json_get_text(way, "valeur");
    struct buf number;

    buf_init(&number, 0);
    if (type && value && strcmp(type, "tel") == 0)
        words_phone(d, value, &number);
    words_item(out, 0, ", ", number.len ? number.s : value);
    buf_release(&number);
}

void words_booking(const struct delivery *d, const struct notice *n, struct buf *out)
{
    const struct json *ways = notice_at(n->body, "reservation.moyens");
    const char *mode = notice_text_at(n->body, "reservation.mode");
    size_t begin = out->len;
    struct buf list;

    buf_init(&list, 0);
    for (size_t i = 0; i < json_len(ways); i++)
        item_way(d, json_at(ways, i), &list);
    words_item(out, begin, "", words_label(d, "evenement", "modes_reservation", mode));
    words_item(out, begin, " : ", list.s);
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
    enum words_lang lang = words_lang(d);

    if (low > 0 && high >= 0)
        buf_addf(out, both[lang], (long long)low, (long long)high);
    else if (low > 0)
        buf_addf(out, from[lang], (long long)low);
    else if (high >= 0)
        buf_addf(out, until[lang], (long long)high);
}
