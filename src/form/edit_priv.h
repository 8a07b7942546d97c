#ifndef ODUS_FORM_EDIT_PRIV_H
#define ODUS_FORM_EDIT_PRIV_H

#include "odus/form/edit.h"

/** Shared by edit.c (the log) and edit_fill.c (what fills a record). */

struct rec *edit_rec(struct editing *ed) ATTR_RETNONNULL ATTR_NONNULL_ALL;
struct engine *edit_engine(struct editing *ed) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Empties the log: the record begins here. */
void edit_forget(struct editing *ed) ATTR_NONNULL_ALL;

/** Defaults of a new row at *ROW, which follows it where it moves. */
void edit_row_defaults(struct editing *ed, int table, int *row) ATTR_NONNULL_ALL;

#endif
