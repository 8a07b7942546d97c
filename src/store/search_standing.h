#ifndef ODUS_SRC_STORE_SEARCH_STANDING_H
#define ODUS_SRC_STORE_SEARCH_STANDING_H

#include "search_priv.h"

/** The filter for where records stand, as it is for one search. */
struct standing {
    enum search_standing what;
    int64_t peer; /* that counts; 0 none */
    bool training;
    char *taken; /* replica_taken */
    bool few;    /* those it can be are listed, and nothing else is looked at */
};

int standing_init(struct standing *s, struct store *store, enum search_standing what,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
void standing_release(struct standing *s) ATTR_NONNULL_ALL;

/** Whether there can be a record that stands so. */
bool standing_any(const struct standing *s) ATTR_NONNULL_ALL;

enum { STANDING_BINDS = 3 };

/** Values of the parameters 1 to STANDING_BINDS of the SQL below; borrow from S. */
void standing_bind(
        const struct standing *s, struct bind binds[STANDING_BINDS]) ATTR_NONNULL_ALL;

/** SQL: the records among which it is, as ids; NULL where they are not few. */
const char *standing_list(const struct standing *s) ATTR_NONNULL_ALL;

/** SQL: occurrence o, of one on the list if there is one, is of a record that stands
 * so; NULL where that is true of all. */
const char *standing_test(const struct standing *s) ATTR_NONNULL_ALL;

/** Whether record UID, which may have a draft beside it, is in conflict. */
bool standing_conflict(struct store *store, struct view uid) ATTR_NONNULL(1);

#endif
