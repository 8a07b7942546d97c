#ifndef ODUS_DELIVER_SELECT_H
#define ODUS_DELIVER_SELECT_H

#include <stdbool.h>

#include "odus/deliver/format.h"
#include "odus/store/record.h"
#include "odus/store/search.h"

/** Which records a delivery is about. */
struct select {
    bool all;
    char (*uids)[37]; /* sorted, each once; owned */
    size_t n;
};

/** Those of QUERY (NULL: all of them). Release RET in every case. */
int select_read(struct store *store, const struct search_query *query,
        struct select *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);
void select_release(struct select *s) ATTR_NONNULL_ALL;

bool select_has(const struct select *s, const char *uid) ATTR_NONNULL_ALL;

/** True for a record that a query finds no more, and that consumers want to hear the
 * end of: deleted or archived. */
bool select_is_gone(const struct record_head *head) ATTR_NONNULL_ALL;

#endif
