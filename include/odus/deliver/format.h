#ifndef ODUS_DELIVER_FORMAT_H
#define ODUS_DELIVER_FORMAT_H

#include "odus/deliver/notice.h"
#include "odus/deliver/outlet.h"

/** What all notices of one delivery have in common. */
struct delivery {
    const char *base;  /* address under which the folder is published, with its final
                          slash; "" unknown: identifiers are urn:uuid: then */
    const char *title; /* of the whole: "Agenda du Briançonnais" */
    const char *publisher; /* name of who publishes; "" unknown */
    const char *lang;      /* of labels: "fr" */
    const char *modified;  /* RFC 3339 UTC, the latest `modifie_le` of what is
                              delivered; for `fixed` alone, "" otherwise */
    struct gate *gate;
};

/** A file that has pieces of many notices. */
struct collection {
    const char *path, *label; /* label: "" where the pieces have none */
    const char *first_key, *last_key;
    int64_t pieces;
};

/**
 * A format: pure functions from notices to bytes; the same notice gives the same bytes.
 * The engine (run.h) decides what is made anew and writes the files.
 */
struct format {
    const char *name;         /* "ics": as typed; also the folder of its files */
    const char *label;        /* msgid */
    const char *const *types; /* forms it takes, NULL-terminated; {"*", NULL}: all */
    const char *recipient;    /* its code in list destinataires, NULL: none; events
                                 that their author restricts to others are left out */
    bool gone;                /* it wants notices of what is gone too */
    int version;              /* grows when its bytes change: all is made anew */
    int limit;                /* pieces of a collection, the first by key; 0: all */
    void (*make)(const struct delivery *d, const struct notice *n, struct outlet *out);
    /* Before, between and after the pieces of a collection; each may be NULL. */
    void (*head)(const struct delivery *d, const struct collection *c, struct buf *out);
    const char *between;
    void (*foot)(const struct delivery *d, const struct collection *c, struct buf *out);
    /* Files that depend on no notice (schemas, metadata); may be NULL. */
    void (*fixed)(const struct delivery *d, struct outlet *out);
};

/** All of them, NULL-terminated, in the order of the manual. */
extern const struct format *const formats[];

/** NULL when there is none of this name. */
const struct format *format_find(const char *name) ATTR_NONNULL_ALL;

#endif
