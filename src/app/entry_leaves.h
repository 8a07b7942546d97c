#ifndef ODUS_APP_ENTRY_LEAVES_H
#define ODUS_APP_ENTRY_LEAVES_H

#include "entry_priv.h"

/**
 * Revisions that stand beside the winning one, brought into the draft: what two people
 * changed far from each other and no synchronisation could merge by itself. Completing
 * closes those that were merged.
 */

/** Member of a draft's JSON that names them. No revision has it. */
#define CLOSES_KEY "_reunies"

/** Puts them into BODY, the draft's JSON; the other way: from the array ALL. */
void closes_write(const struct entry *en, struct json *body) ATTR_NONNULL_ALL;
void closes_read(struct entry *en, const struct json *all) ATTR_NONNULL(1);

/** REV is in the draft from now on. */
void closes_add(struct entry *en, const char *rev) ATTR_NONNULL_ALL;
void closes_clear(struct entry *en) ATTR_NONNULL_ALL;

/** As record_put_closing wants them: owned array of borrowed revisions,
 * NULL-terminated.
 */
const char **closes_list(
        const struct entry *en) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * Merges each living leaf but the winner and those merged before. The journal hears of
 * it where there is a draft, else with the first change. 0, or <0: the leaves before
 * are merged.
 */
int entry_join_leaves(struct entry *en, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Where the draft, with all that was merged into it, and revision REV have parted: the
 * same common ancestor that a synchronisation merges from (lineage.h). "" where there
 * is none, or several: then nobody can tell who changed what.
 */
int entry_parting(const struct entry *en, const char *rev, char ret[REV_MAX],
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Forgets those from which the draft's base descends: they were closed elsewhere. */
int closes_prune(struct entry *en, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

#endif
