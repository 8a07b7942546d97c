#ifndef ODUS_SRC_DELIVER_NOTICE_PRIV_H
#define ODUS_SRC_DELIVER_NOTICE_PRIV_H

#include "odus/deliver/notice.h"
#include "odus/store/record.h"

/* --- sets of records -------------------------------------------------------------- */

/** Identifiers, each once, sorted. Starts zeroed. */
struct uids {
    char (*items)[37];
    size_t n, cap;
};
void uids_add(struct uids *set, const char *uid) ATTR_NONNULL_ALL;
void uids_merge(struct uids *set, const struct uids *more) ATTR_NONNULL_ALL;
void uids_release(struct uids *set) ATTR_NONNULL_ALL;

/* --- what a form lets out, notice_plan.c ------------------------------------------ */

/** A form with what there is to know of it once. */
struct plan {
    const struct form *form;
    bool stale; /* the store has changed: the form may be another */
    bool *out;  /* by field: it may leave */
    bool drops; /* some field is a reference */
    bool inherits;
    int *first, *next;     /* fields by table, chained; -1 ends */
    int seances;           /* table of the performances, or -1 */
    struct engine *engine; /* NULL until asked for */
};
struct plan *plan_new(
        const struct form *form) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void plan_free(struct plan *plan);

/**
 * What of BODY, the record UID, may leave: the values that PLAN lets out and that have
 * the shape of their fields. References still stand as they are. *RET_PARTIAL: there
 * were performances that may not leave. Owned.
 */
struct json *plan_body(const struct plan *plan, const struct json *body,
        const char *uid, bool *ret_partial) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Takes the references for which MAY says no out of BODY, and the rows that have lost
 * one that they cannot be without. */
void plan_prune(const struct plan *plan, struct json *body,
        bool (*may)(void *ctx, const char *uid), void *ctx) ATTR_NONNULL(1, 2, 3);

/** The object in BODY that has the fields of TABLE, no repeat; made when MAKE. */
struct json *plan_object(const struct plan *plan, struct json *body, int table,
        bool make) ATTR_NONNULL_ALL;

/** The array of rows of repeat TABLE in BODY, NULL: none. */
struct json *plan_rows(
        const struct plan *plan, struct json *body, int table) ATTR_NONNULL_ALL;

/* --- what blanks inherit, notice_inherit.c ---------------------------------------- */

/** Fills the blanks of BODY that inherit, and where it is PARTIAL works calculated
 * fields out anew. Performances get ids that differ. */
int inherit_fill(struct gate *gate, struct plan *plan, struct json *body, bool partial,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Fits engine_hooks.lookup, with the gate as context: of other records expressions
 * see what may leave, and that only through ref_value. */
bool inherit_lookup(void *ctx, const char *name, const char *const *args, int nargs,
        struct buf *out);

/* --- performances, notice_times.c ------------------------------------------------- */

/** Those of BODY in order of time; owned array. */
struct performance *times_of(const struct plan *plan, const struct json *body,
        size_t *ret_n) ATTR_CHECK ATTR_NONNULL_ALL;

/* --- records at the gate, notice_gate.c ------------------------------------------- */

enum { GATE_LINKED_MAX = 4096 /* bodies of linked records kept at hand */ };

enum pass { PASS_NOT, PASS_GONE, PASS_YES };

/** A record as the gate sees it. */
struct passer {
    char uid[37];
    char rev[REV_MAX];
    struct plan *plan; /* NULL: no form reads it, or there is no such record */
    enum pass pass;
    const char *why;   /* PASS_NOT: msgid with the uid as argument */
    struct json *body; /* as plan_body gives it, references unseen; PASS_YES */
    bool partial;
    struct json *recipients; /* NULL: all */
    struct json *own, *full; /* pruned; with what it inherits. NULL: not made yet */
    struct uids deps;        /* what these two were made from, besides */
    bool once;               /* not for the cache: `full` may be made of `body` */
    int busy;                /* being made: it stays in the cache */
    struct passer *chain, *newer, *older;
};

/** Reads UID from the store into RET, which is zeroed. Errors of the store. */
int passer_read(struct gate *gate, const char *uid, struct passer *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
void passer_release(struct passer *p) ATTR_NONNULL_ALL;

/** Its public body without, or with what it inherits; NULL: it may not leave.
 * Borrowed; what it was made from goes to its `deps`. */
const struct json *passer_own(struct gate *gate, struct passer *p) ATTR_NONNULL_ALL;
const struct json *passer_full(struct gate *gate, struct passer *p) ATTR_NONNULL_ALL;

/** The linked record UID (NULL: none), from the cache or read into it; NULL where it
 * could not be read: that is kept for gate_failure. Borrowed until the next call. */
struct passer *gate_linked(struct gate *gate, const char *uid) ATTR_NONNULL(1);
/** The same if it is in the cache. */
struct passer *gate_cached(struct gate *gate, const char *uid) ATTR_NONNULL_ALL;

/** Empties the cache. */
void gate_forget(struct gate *gate) ATTR_NONNULL_ALL;

/* --- the gate, notice_forms.c ----------------------------------------------------- */

/** Forgets what is out of date. */
void gate_refresh(struct gate *gate) ATTR_NONNULL_ALL;

/** The plan of the current form TYPE; NULL: there is none. */
struct plan *gate_plan(struct gate *gate, const char *type) ATTR_NONNULL_ALL;

/** FNV-1a. */
uint32_t gate_hash(const char *text) ATTR_PURE ATTR_NONNULL_ALL;

/** A cell of a long list that was lately asked for. */
struct memo {
    char *key, *text;
};

/** A mapping table that was read. */
struct gate_table {
    char *name, *text;
};

struct gate {
    struct store *store;
    struct forms *forms;
    struct gate_options opt;
    int64_t generation;
    struct plan **plans;
    size_t nplans, cap;
    struct gate_table tables[4];
    struct passer *table[2 * GATE_LINKED_MAX]; /* chains by hash of the uid */
    struct passer *newest, *oldest;
    size_t nlinked;
    struct engine_hooks hooks;
    struct uids *asked; /* what an expression looked at; NULL: nobody asks */
    int failed;
    struct err failure;
    struct memo memos[1024]; /* by hash of the key */
    struct buf key;
};

#endif
