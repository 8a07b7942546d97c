#ifndef ODUS_SRC_STORE_TREE_H
#define ODUS_SRC_STORE_TREE_H

#include "priv.h"

/* The revisions of a record and what follows from them, for those that come from here
 * (record.c) and from elsewhere (replica_apply.c). Everything inside a transaction of
 * the caller; statements of one row only, because FTS5 writes out what it has gathered
 * at others. */

/* Who may read a revision, by its visibility; the least of a record's living leaves
 * says in which kind of container they stand. */
enum reach {
    REACH_PRIVATE,      /* org: prive, and what nobody has said */
    REACH_PROFESSIONAL, /* pro */
    REACH_PUBLIC        /* commons */
};

/** Of BODY; one that does not say has that of CONTAINER (NULL: private). */
enum reach tree_reach(const struct json *body, const char *container);

/** N of "N-hash"; 0 for "" and for text that is no revision. */
long long tree_generation(const char *rev);

enum { TREE_HERE = -1 }; /* no peer: made here */

/** A revision that is to be a leaf. */
struct tree_leaf {
    const char *rev;
    const char *parent; /* "" for a root */
    bool deleted;
    struct view body;
    const char *author; /* NULL unknown */
    enum reach reach;
    int64_t peer; /* it came from, 0 a file; TREE_HERE */
};

/** A row for the record of entry ID where there is none; the caller settles it. */
int tree_record(struct db *db, int64_t id, const char *container,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/** A record for entry ID, which has none, with LEAF as its only one; it stands in
 * CONTAINER where that is of the kind that LEAF asks for. Nothing is left to settle. */
int tree_plant(struct db *db, int64_t id, const char *container,
        const struct tree_leaf *leaf, struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Adds LEAF, which is not here, to record ID; it waits for every peer but its own. */
int tree_add(struct db *db, int64_t id, const struct tree_leaf *leaf,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/** The revision row ROW has a child now. */
int tree_has_child(struct db *db, int64_t row, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1);

/** What a record is after its leaves have changed. */
struct tree_state {
    char rev[REV_MAX]; /* the winner */
    bool deleted;
    int leaves;
};

/**
 * Chooses the winner of record ID anew, counts its leaves, gives it the next seq and
 * the container its leaves ask for: FROM (NULL: none) where that is of their kind.
 */
int tree_settle(struct db *db, int64_t id, const char *from, struct tree_state *ret,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 4);

#endif
