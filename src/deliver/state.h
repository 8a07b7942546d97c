#ifndef ODUS_DELIVER_STATE_H
#define ODUS_DELIVER_STATE_H

#include <stdint.h>

#include "odus/base/buf.h"
#include "odus/base/err.h"
#include "odus/deliver/outlet.h"

/**
 * What a folder of deliveries knows of itself, `.odus/state.db`: which items (records)
 * there are in which revision, which others each was made with, which files they gave,
 * and where in these their pieces stand. All SQL of this layer is in state*.c.
 *
 * One transaction from state_open to state_commit; without that all is as it was.
 */
struct state;

/** Makes it where there is none. ERR_DAMAGED: it is to be thrown away; ERR_NEWER. */
int state_open(const char *path, struct state **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** What was not committed is forgotten. Accepts NULL. */
void state_close(struct state *s);
int state_commit(struct state *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** True when the last delivery was made under STAMP (settings, forms, formats). */
bool state_is(struct state *s, const char *stamp) ATTR_NONNULL_ALL;
/** Forgets all items and pieces; files stay known, to be written anew or removed. */
int state_anew(struct state *s, const char *stamp, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/* --- items ----------------------------------------------------------------------- */

/** A record as the store has it now. WANTED: it belongs to this delivery. LINKABLE: so
 * it does when one that does is made with it. */
struct state_head {
    const char *uid, *rev;
    bool wanted, linkable;
};
/** Compares what is known with heads, given in the order of uids; items that have
 * changed, and those that were made with a changed record, are to do afterwards. */
int state_compare_begin(struct state *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
int state_compare(struct state *s, const struct state_head *head,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
int state_compare_end(struct state *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** How many are to do. */
int64_t state_todo(struct state *s) ATTR_NONNULL_ALL;
struct state_item {
    int64_t id;
    char uid[37];
    bool wanted;
};
/** The next item to do, by uid: 1, or 0. What it gave before is forgotten. */
int state_next(struct state *s, struct state_item *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** The item of the files that depend on no record; what it gave before is forgotten. */
int state_fixed(struct state *s, struct state_item *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** ITEM gave a piece, which stands in the spool at OFF; FORMAT: name. Of a shared piece
 * that is there already, TEXT is not needed: state_shared. N counts its pieces. */
struct state_piece {
    int64_t item;
    int n;
    const char *format;
    const struct piece *piece;
    int64_t off;
};
int state_put(struct state *s, const struct state_piece *p, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** Where the shared piece stands in the spool since this run; false: nowhere yet. */
bool state_shared(
        struct state *s, const struct piece *piece, int64_t *ret_off) ATTR_NONNULL_ALL;

/** ITEM was made with the record UID. */
int state_uses(struct state *s, int64_t item, const char *uid,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);
enum state_made {
    STATE_STAYS, /* it may not leave, or not with this delivery */
    STATE_MADE,  /* and no format wanted it */
    STATE_LEAVES,
};
/** ITEM is done. MODIFIED: its modifie_le, "" unknown. */
int state_done(struct state *s, int64_t item, enum state_made made,
        const char *modified, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);
/** Follows the links of what was made: items that belong to the delivery from now on,
 * or no more, are to do. *RET: how many. */
int state_link(struct state *s, int64_t *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** The pieces of this run take their places among the others. */
int state_settle(struct state *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Items that leave; the latest of their modifie_le, owned. */
int64_t state_records(struct state *s) ATTR_NONNULL_ALL;
char *state_modified(struct state *s) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/* --- files ----------------------------------------------------------------------- */

struct state_file {
    int64_t id;
    char *path, *format, *label; /* owned: state_file_release */
    bool own;                    /* one piece, without head and foot */
    int64_t bytes, mtime;        /* as it was left; bytes -1: unknown */
    char sha256[65];
};
/** Accepts a zeroed F. */
void state_file_release(struct state_file *f) ATTR_NONNULL_ALL;

enum state_which {
    STATE_ALL,     /* that are to be there, by path */
    STATE_DIRTY,   /* to be written */
    STATE_PENDING, /* written, not yet in their place */
    STATE_GONE,    /* to be removed */
};
/** Calls FN with every file, until it returns other than 0, which is the result then.
 * FN may change that file. */
int state_files(struct state *s, enum state_which which,
        int (*fn)(void *ctx, const struct state_file *file, struct err *err), void *ctx,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);
int64_t state_count_files(struct state *s) ATTR_NONNULL_ALL;

/** The file is not as it was left: the items that gave it pieces are to do. */
int state_spoilt(struct state *s, int64_t file, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);
/** The first LIMIT pieces of FILE include some that stand nowhere: their items are to
 * do. *RET counts them. */
int state_need(struct state *s, int64_t file, int limit, int64_t *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4);

/** A place of FILE, in the order they stand in it. */
struct state_place {
    struct view key;
    int64_t item;
    int n;
    bool shared, spool; /* spool: stands there, else in the old file; OFF -1: nowhere */
    int64_t off, len;
};
int state_places(struct state *s, int64_t file,
        int (*fn)(void *ctx, const struct state_place *place, struct err *err),
        void *ctx, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);
/** PLACE of FILE stands at OFF of the new file; -1: it does not. */
int state_placed(struct state *s, int64_t file, const struct state_place *place,
        int64_t off, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** FILE was written and looks like this; PENDING: to be put in its place. */
int state_written(struct state *s, const struct state_file *file, bool pending,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
/** FILE has no pieces any more. */
int state_file_gone(struct state *s, int64_t file, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);
/** All that was pending is in its place, what was to be removed is. */
int state_published(struct state *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

#endif
