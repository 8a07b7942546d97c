#ifndef ODUS_DB_FOLD_H
#define ODUS_DB_FOLD_H

#include "odus/db/db.h"

/**
 * Registers the FTS5 tokenizer `fold`: unicode61 without case and accents, which also
 * writes œ as oe and æ as ae, so that oeuvre, œuvre and OEUVRE find one another.
 * Use: create virtual table … using fts5(…, tokenize = 'fold'). Further words are
 * handed to unicode61: tokenize = "fold separators '_'".
 * Fits `setup` of struct db_options.
 */
int db_register_folding(struct db *db, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

#endif
