#ifndef NET_WHY_H
#define NET_WHY_H

#include "link.h"
#include "odus/base/err.h"

/** What an exchange that brought no answer means for people, of the server HOST: sets
 * ERR, returns its code. LINK_OK and LINK_STOPPED are none of its. */
int why_no_answer(const struct link_result *r, struct view host, struct err *err)
        ATTR_NONNULL(1);

/** Trying the same again later may help. */
bool why_passing(const struct link_result *r) ATTR_NONNULL_ALL;

#endif
