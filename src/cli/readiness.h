#ifndef ODUS_CLI_READINESS_H
#define ODUS_CLI_READINESS_H

#include "odus/app/deliver.h"
#include "run.h"

/** What a check of deliveries says, as it comes: record by record, then what is so of
 * all of them, then what several have in common. Begin with R and zeros. */
struct readiness {
    struct run *r;
    struct out_list list;        /* with --json */
    char uid[37];                /* the record told of; "" none yet */
    char *head;                  /* its title and date */
    struct deliver_notes record; /* not printed yet */
    struct deliver_notes all;    /* about settings */
    struct cause *causes;
    size_t n, cap;
};

/** An event `note` or `checked`. */
void readiness_note(struct readiness *told, const struct json *event) ATTR_NONNULL_ALL;

/** Prints what is left to say, and releases all. */
void readiness_end(struct readiness *told) ATTR_NONNULL_ALL;

#endif
