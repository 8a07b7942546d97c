#ifndef ODUS_DELIVER_WORDS_H
#define ODUS_DELIVER_WORDS_H

#include "odus/deliver/format.h"

/**
 * What people read of an event, the same in every format, in the language of the
 * delivery. All append to OUT and nothing where nothing is known.
 */

/** "Plein 12,50 €, réduit 8 à 10 € (sur justificatif)", or "Entrée libre". */
void words_rates(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** One ROW of them: "réduit 8 à 10 € (sur justificatif)". */
void words_rate(const struct delivery *d, const struct json *row,
        struct buf *out) ATTR_NONNULL_ALL;

/** The same as programmes print it: "12,50 € / 8 à 10 € réduit (sur justificatif) /
 * gratuit enfant". */
void words_prices(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** "conseillée : 04 92 00 00 01, https://…" */
void words_booking(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** A number as people of the language read it: "04 92 00 00 01" for a French one in
 * French, else "+39 012 283 11 23". What is no number in E.164 stays as it is. */
void words_phone(
        const struct delivery *d, const char *number, struct buf *out) ATTR_NONNULL_ALL;

/** "de 6 à 12 ans", "dès 6 ans". */
void words_ages(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** "Théâtre du Briançonnais, 21 avenue de la République, 05100 Briançon". PLACE: body
 * of a venue, NULL: none. A hall without an address stands where its house does. */
void words_place(const struct delivery *d, const struct notice *n,
        const struct json *place, struct buf *out) ATTR_NONNULL(1, 2, 4);

/** The same for performance P; "En ligne" for one that has moved, or only is, there. */
void words_where(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out) ATTR_NONNULL_ALL;

/** "21 avenue de la République, 05100 Briançon": AT (NULL: nothing) without its name.
 */
void words_address(const struct delivery *d, const struct json *at, struct buf *out)
        ATTR_NONNULL(1, 3);

/** PLACE, or what it is a part of, as far as one has an address; NULL: none has. */
const struct json *words_located(const struct notice *n, const struct json *place)
        ATTR_NONNULL(1);

/** "Briançon": name of the commune; abroad, where there is no code, the place named.
 * Borrowed until the next call of gate_cell. PLACE may be NULL. */
const char *words_locality(const struct delivery *d, const struct json *place)
        ATTR_NONNULL(1);

/** "05100 Briançon", with the country where it is not France. */
void words_town(const struct delivery *d, const struct json *place, struct buf *out)
        ATTR_NONNULL(1, 3);

/** What the building PLACE (body of a venue, NULL: none) has for whom, in the words of
 * its form: "En fauteuil roulant (en autonomie), boucle magnétique". */
void words_access(const struct delivery *d, const struct json *place, struct buf *out)
        ATTR_NONNULL(1, 3);

/** What the field KEY of a venue's access is called, NULL: unknown. *RET_LEVEL: what
 * its VALUE is called where it is one of a list, else NULL. Both borrowed, that until
 * the next call of gate_cell. */
const char *words_feature(const struct delivery *d, const char *key, const char *value,
        const char **ret_level) ATTR_NONNULL_ALL;

/** "samedi 5 décembre 2026, 20 h 30 – 22 h" with the end that its duration gives. */
void words_when(const struct delivery *d, const struct performance *o,
        struct buf *out) ATTR_NONNULL_ALL;

/** "Samedi 5 décembre 2026", as a heading. */
void words_day(const struct delivery *d, int32_t day, struct buf *out) ATTR_NONNULL_ALL;

/** "décembre 2026" of a date "2026-12…". */
void words_month(
        const struct delivery *d, const char *date, struct buf *out) ATTR_NONNULL_ALL;

/** "20 h 30 – 22 h" with an end that was announced, its day too where that is not the
 * same evening; nothing where no hour is known. */
void words_hours(const struct delivery *d, const struct performance *o,
        struct buf *out) ATTR_NONNULL_ALL;

/** "Ouverture des portes 20 h, Interprétée en LSF": what is special about performance
 * P, parted by BETWEEN. */
void words_marks(const struct delivery *d, const struct performance *p,
        const char *between, struct buf *out) ATTR_NONNULL_ALL;

/** The same, with its first date before, and its note. */
void words_extras(const struct delivery *d, const struct performance *p,
        const char *between, struct buf *out) ATTR_NONNULL_ALL;

/** "1 h 30", which no line breaks; nothing for no minutes. */
void words_duration(int64_t minutes, struct buf *out) ATTR_NONNULL(2);

/** What is not as planned: "annulé", "complet", "reporté"; NULL for a confirmed
 * performance. */
const char *words_status(
        const struct delivery *d, const struct performance *o) ATTR_NONNULL_ALL;

/** A text FIELD of BODY in the language of the delivery, else in French, else in the
 * first that it has; NULL when blank. *RET_LANG (which may be NULL): the language it is
 * in when that is another one, else NULL. Borrowed. */
const char *words_text(const struct delivery *d, const struct json *body,
        const char *field, const char **ret_lang) ATTR_NONNULL(1, 3);

/** Label of CODE in LIST of form TYPE in the language of the delivery, NULL for none.
 * Borrowed until the next call of gate_cell. */
const char *words_label(const struct delivery *d, const char *type, const char *list,
        const char *code) ATTR_NONNULL(1, 2, 3);

/** A label inside a sentence: its first letter in lower case. */
void words_lower(const char *label, struct buf *out) ATTR_NONNULL_ALL;

/** Whether TEXT (NULL: no) has the word HEADING further on, so that a heading before it
 * would double it: "Sans réservation". */
bool words_says(const char *text, const char *heading) ATTR_NONNULL(2);

/** Headings and the like. */
enum word {
    WORD_RATES,
    WORD_BOOKING,
    WORD_PLACE,
    WORD_AGE,
    WORD_ORGANISER,
    WORD_LANGUAGES,
    WORD_LICENCE,
    WORD_SOURCE,
    WORD_ONLINE,
    WORD_HOUR_LATER,
    WORD_PLANNED,
    WORD_DOORS,
    WORD_EXTRA,
    WORD_SIGNED,
    WORD_DESCRIBED,
    WORD_FREE,
    WORD_GENRE,
    WORD_AUDIENCE,
    WORD_DURATION,
    WORD_SURTITLES,
    WORD_ACCESS,
    WORD_COMPANY,
    WORD_CREDITS,
    WORD_WITH,
    WORD_PART_OF,
    WORD_PAGE,
    WORD_PHOTO,
    WORD_GETTING_THERE,
    WORD_CONTACT,
    WORD_MAP,
    WORD_DATES,
    WORD_ALL_DATES,
    WORD_DATE_COUNT, /* of two or more, after their number */
    WORD_IN_SHORT,
    WORD_ABOUT,
    WORD_BY_MONTH,
    WORD_BY_VENUE,
    WORD_SKIP,
    WORD_PATH,
    WORD_N,
};
const char *words(
        const struct delivery *d, enum word word) ATTR_RETNONNULL ATTR_NONNULL_ALL;

#endif
