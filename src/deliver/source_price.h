#ifndef ODUS_DELIVER_SOURCE_PRICE_H
#define ODUS_DELIVER_SOURCE_PRICE_H

#include "proposal.h"

/** Prices as people write them. */

/** "12", "12.5", "12,50 €", "EUR 12": cents. False: something else, or not in euros. */
bool source_cents(struct view text, int64_t *ret) ATTR_CHECK ATTR_NONNULL(2);

/** Code of categories_tarif for "Tarif réduit", "Enfants"; NULL: unknown. */
const char *source_rate(struct view label);

/** A further row of `tarifs`. HIGH below 0: no other price than LOW. */
void source_add_rate(struct proposal *p, const char *category, int64_t low,
        int64_t high, struct view remark) ATTR_NONNULL(1, 2);

/**
 * Conditions in words: "Gratuit", "Entrée libre", "Plein 12 €, réduit 8 à 10 €
 * (étudiants)" become `indication_tarif` and `tarifs`; anything else is left under
 * NAME and noted.
 */
void source_conditions(struct proposal *p, const char *name, struct view text)
        ATTR_NONNULL(1, 2);

#endif
