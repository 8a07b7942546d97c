#ifndef ODUS_SRC_STORE_SUMMARY_PRIV_H
#define ODUS_SRC_STORE_SUMMARY_PRIV_H

#include "forms_priv.h"

/** The value there, NULL when blank or hidden, or when FIELD is negative. */
const char *summary_value(
        const struct rec *rec, int field, int row, int lang) ATTR_NONNULL_ALL;

/** The field by which a séance names its own place ("seances.lieu"), or -1. */
int summary_own_place(const struct form *form) ATTR_NONNULL_ALL;

/** Fills the days of S, whose place is known. */
void summary_days(struct engine *engine, const struct rec *rec,
        struct summary *s) ATTR_NONNULL_ALL;

#endif
