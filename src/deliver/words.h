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

/** "conseillée : +33 4 92 00 00 01, https://…" */
void words_booking(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** "de 6 à 12 ans", "dès 6 ans". */
void words_ages(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** "Théâtre du Briançonnais, 21 avenue de la République, 05100 Briançon". PLACE: body
 * of a venue, NULL: none. A hall without an address stands where its house does. */
void words_place(const struct delivery *d, const struct notice *n,
        const struct json *place, struct buf *out) ATTR_NONNULL(1, 2, 4);

/** The same for performance P; "En ligne" for one that has moved there. */
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

/** "samedi 5 décembre 2026, 20:30 – 22:00" */
void words_when(const struct delivery *d, const struct performance *o,
        struct buf *out) ATTR_NONNULL_ALL;

/** "décembre 2026" of a date "2026-12…". */
void words_month(
        const struct delivery *d, const char *date, struct buf *out) ATTR_NONNULL_ALL;

/** "20:30 – 22:00"; nothing where the hour is unknown. */
void words_hours(const struct performance *o, struct buf *out) ATTR_NONNULL_ALL;

/** What is not as planned: "annulé", "complet", "reporté"; NULL for a confirmed
 * performance. */
const char *words_status(
        const struct delivery *d, const struct performance *o) ATTR_NONNULL_ALL;

/** Label of CODE in LIST of form TYPE in the language of the delivery, NULL for none.
 * Borrowed until the next call of gate_cell. */
const char *words_label(const struct delivery *d, const char *type, const char *list,
        const char *code) ATTR_NONNULL(1, 2, 3);

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
    WORD_N,
};
const char *words(
        const struct delivery *d, enum word word) ATTR_RETNONNULL ATTR_NONNULL_ALL;

#endif
