#ifndef ODUS_SRC_DELIVER_TOLD_H
#define ODUS_SRC_DELIVER_TOLD_H

#include "odus/base/date.h"
#include "odus/deliver/format.h"

/**
 * What programmes for people tell of an event, the same in pages and in texts: rows of
 * a label and parts, in the order in which people ask.
 */
enum told {
    TOLD_GENRE,
    TOLD_AUDIENCE,
    TOLD_DURATION,
    TOLD_LANGUAGES,
    TOLD_PRICES,
    TOLD_BOOKING,
    TOLD_ACCESS,
    TOLD_ONLINE,
    TOLD_COMPANY,
    TOLD_CREDITS,
    TOLD_ORGANISER,
    TOLD_WITH,
    TOLD_PART_OF,
    TOLD_PAGE,
    TOLD_N,
};

/** Who writes them. A row has one part or more; none is blank. */
struct teller {
    void (*begin)(void *ctx, const char *label);
    /* ADDRESS: where it leads, of the web or `tel:`, `mailto:`; NULL: nowhere. LANG:
     * the language of the text where it is not the delivery's, else NULL. */
    void (*part)(void *ctx, const char *text, const char *address, const char *lang);
    void (*end)(void *ctx);
    void *ctx;
};

/** The rows from FIRST on, about performance P of N, or (NULL) about all of them. What
 * does not take place has no prices and no booking. */
void told_rows(const struct delivery *d, const struct notice *n,
        const struct performance *p, enum told first, const struct teller *to)
        ATTR_NONNULL(1, 2, 5);

/** Public contact of BODY, a venue or a structure: phone, mail, site, in one row. */
void told_contact(const struct delivery *d, const struct json *body,
        const struct teller *to) ATTR_NONNULL_ALL;

/** "Théâtre · Tout public, dès 8 ans · 1 h 30", of performance P of N. */
void told_kind(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out) ATTR_NONNULL_ALL;

/** Label of N's licence, borrowed until the next call of gate_cell; NULL: none.
 * *RET_ADDRESS: where it is to be read, owned; NULL: unknown. */
const char *told_licence(const struct delivery *d, const struct notice *n,
        char **ret_address) ATTR_NONNULL_ALL;

/** Where performance I of N stands in what goes by days. */
struct told_place {
    char month[8], day[DATE_ISO_SIZE]; /* "2026-12", "2026-12-05" */
    char key[120];                     /* its own, after that of its day */
    bool new_month, new_day;           /* the first of N in it */
};
struct told_place told_place(const struct notice *n, size_t i) ATTR_NONNULL_ALL;

#endif
