#ifndef ODUS_SERVE_QUERY_H
#define ODUS_SERVE_QUERY_H

#include <stdint.h>

#include "odus/base/json.h"

/** A request's address taken apart (RFC 3986): parts of the path and the query. */
enum { QUERY_PARTS = 3, QUERY_MAX = 32 };

struct query {
    char *parts[QUERY_PARTS]; /* decoded; NULL after the last */
    int nparts;
    struct query_param {
        char *key, *value;
    } params[QUERY_MAX];
    int nparams;
};

/** False: not an address that can mean anything here (bad escapes, NUL, not UTF-8, too
 * many parts or parameters). Release Q either way. */
bool query_parse(const char *uri, struct query *q) ATTR_CHECK ATTR_NONNULL_ALL;

/** A form body, `name=a&password=b`; only params are filled. */
bool query_parse_form(struct view form, struct query *q) ATTR_CHECK ATTR_NONNULL(2);

void query_release(struct query *q);

/** Borrowed value of the last parameter KEY, NULL when there is none. */
const char *query_get(const struct query *q, const char *key) ATTR_NONNULL_ALL;

/** True when KEY is `true`. */
bool query_bool(const struct query *q, const char *key) ATTR_NONNULL_ALL;

/** A whole number, also in quotation marks. Returns 1, 0 when KEY is not there (RET
 * untouched), ERR_INVALID. */
int query_int(const struct query *q, const char *key,
        int64_t *ret) ATTR_CHECK ATTR_NONNULL_ALL;

/** A text that may stand as a JSON string; owned, NULL when KEY is not there. */
char *query_text(const struct query *q, const char *key) ATTR_CHECK ATTR_NONNULL_ALL;

/** A JSON value; owned. Returns 1, 0 when KEY is not there, ERR_INVALID. */
int query_json(const struct query *q, const char *key,
        struct json **ret) ATTR_CHECK ATTR_NONNULL_ALL;

#endif
