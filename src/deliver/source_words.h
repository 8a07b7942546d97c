#ifndef ODUS_DELIVER_SOURCE_WORDS_H
#define ODUS_DELIVER_SOURCE_WORDS_H

#include "odus/base/buf.h"
#include "proposal.h"

/**
 * What other agendas call things, in codes of our lists (forms/listes.form,
 * forms/evenement.form). A worker has no forms at hand, and these are words of foreign
 * systems; that the codes are ours is tested.
 */
struct source_word {
    const char *word;           /* folded (utf8_fold), singular */
    const char *genre, *nature; /* codes; NULL: says nothing of it */
};

extern const struct source_word source_words[];
extern const size_t source_words_n;

/** The row of WORD, its plural or its capitals; NULL: unknown. */
const struct source_word *source_word(struct view word);

/** The row of a type of schema.org ("TheaterEvent"); NULL: it says nothing. */
const struct source_word *source_schema_type(struct view type);

/** Genre and nature of P from ROW, where they are still blank. Whether any was. */
bool source_take_word(
        struct proposal *p, const struct source_word *row) ATTR_NONNULL_ALL;

/** Code of indications_tarif that TEXT means as a whole ("Entrée libre"), NULL: none.
 */
const char *source_free_word(struct view text);

#endif
