#ifndef ODUS_DELIVER_SOURCE_HTML_H
#define ODUS_DELIVER_SOURCE_HTML_H

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"

/**
 * Calls FN with the text of each <script type="application/ld+json"> of PAGE, in their
 * order, from 1; FN's result, when it is not 0, ends it. Nothing is fetched, no entity
 * of the page's own making is resolved. FN's result; ERR_INVALID: no such script;
 * ERR_LIMIT: more than SOURCE_SCRIPTS_MAX.
 */
int source_html_scripts(struct view page,
        int (*fn)(void *ctx, struct view text, int number, struct err *err), void *ctx,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2);

enum { SOURCE_SCRIPTS_MAX = 1000 };

#endif
