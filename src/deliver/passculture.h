#ifndef ODUS_DELIVER_PASSCULTURE_H
#define ODUS_DELIVER_PASSCULTURE_H

#include "odus/deliver/format.h"

enum {
    PC_ID_MAX = 70,     /* characters of idAtProvider */
    PC_PRICES_MAX = 10, /* price categories of an offer, as its guide says */
};

/** A price category. */
struct pc_price {
    char id[PC_ID_MAX + 1];
    struct json *label;
    int64_t cents;
};

/** One event on its way to the pass Culture. */
struct pc_run {
    const struct delivery *d;
    const struct notice *n;
    struct outlet *out;
    long long venue; /* its number there */
    bool online;
    struct pc_price prices[PC_PRICES_MAX];
    size_t nprices;
};

/** Number of the venue PLACE (uid) there, or of the house it is a part of; 0: none. */
long long pc_venue(const struct notice *n, const char *place) ATTR_NONNULL_ALL;

/** P is one of this offer, which has one location. */
bool pc_is_here(const struct pc_run *r, const struct performance *p) ATTR_NONNULL_ALL;

/** Fills R->prices; false, with a note, when there is no price to sell at. */
bool pc_find_prices(struct pc_run *r) ATTR_CHECK ATTR_NONNULL_ALL;
/** Frees what pc_find_prices made. */
void pc_free_prices(struct pc_run *r) ATTR_NONNULL_ALL;

/** Body of the call that makes the price categories. Owned. */
struct json *pc_prices(
        const struct pc_run *r) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Bodies of the calls that make the stocks: every performance at every price; an empty
 * array when there is none. Owned. */
struct json *pc_stocks(
        const struct pc_run *r) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
