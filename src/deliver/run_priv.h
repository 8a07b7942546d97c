#ifndef ODUS_DELIVER_RUN_PRIV_H
#define ODUS_DELIVER_RUN_PRIV_H

#include <stdio.h>

#include "odus/deliver/run.h"
#include "select.h"
#include "state.h"
#include "tree.h"

/* What the parts of a delivery share. */

struct run {
    struct store *store;
    struct forms *forms;
    const struct run_options *opt;
    const struct run_hooks *hooks;
    struct run_report *report;
    struct gate *gate;
    struct delivery delivery;
    struct select select;
    struct tree tree;
    struct state *state;
    FILE *spool; /* new pieces, one behind the other */
    int64_t spooled;
};

/** What all notices have in common, from OPT; GATE is borrowed. */
struct delivery run_delivery(
        const struct run_options *opt, struct gate *gate) ATTR_NONNULL_ALL;
/** A gate for STORE: one for exercises where it is for training. Owned. */
struct gate *run_gate(struct store *store,
        struct forms *forms) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Whether FORMAT takes notices of TYPE; whether it takes N. */
bool format_takes_type(const struct format *format, const char *type) ATTR_NONNULL_ALL;
bool format_takes(const struct format *format, const struct notice *n) ATTR_NONNULL_ALL;

/** The format NAME of this delivery, NULL when it has none. */
const struct format *run_format(const struct run *r, const char *name) ATTR_NONNULL_ALL;

/** False: a hook wants to stop. */
bool run_go_on(
        const struct run_hooks *hooks, int64_t done, int64_t total) ATTR_NONNULL_ALL;

/** Makes all items that are to do, and the files that depend on none. run_make.c */
int run_make(struct run *r, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Writes the files that are dirty into `.odus/new`, with the manifest as number 0.
 * run_write.c */
int run_write(struct run *r, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Puts all in its place. run_publish.c */
int run_publish(struct run *r, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

#endif
