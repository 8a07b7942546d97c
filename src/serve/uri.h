#ifndef ODUS_SERVE_URI_H
#define ODUS_SERVE_URI_H

#include <stdint.h>

#include "odus/base/json.h"

/** A request's address taken apart (RFC 3986): parts of the path and the query. */
enum { URI_PARTS = 3, URI_MAX = 32 };

struct uri {
    char *parts[URI_PARTS]; /* decoded; NULL after the last */
    int nparts;
    struct uri_param {
        char *key, *value;
    } params[URI_MAX];
    int nparams;
};

/** False: not an address that can mean anything here (bad escapes, NUL, not UTF-8, too
 * many parts or parameters). Release Q either way. */
bool uri_parse(const char *uri, struct uri *q) ATTR_CHECK ATTR_NONNULL_ALL;

/** A form body, `name=a&password=b`; only params are filled. */
bool uri_parse_form(struct view form, struct uri *q) ATTR_CHECK ATTR_NONNULL(2);

void uri_release(struct uri *q);

/** Borrowed value of the last parameter KEY, NULL when there is none. */
const char *uri_get(const struct uri *q, const char *key) ATTR_NONNULL_ALL;

/** True when KEY is `true`. */
bool uri_bool(const struct uri *q, const char *key) ATTR_NONNULL_ALL;

/** A whole number, also in quotation marks. Returns 1, 0 when KEY is not there (RET
 * untouched), ERR_INVALID. */
int uri_int(
        const struct uri *q, const char *key, int64_t *ret) ATTR_CHECK ATTR_NONNULL_ALL;

/** A text that may stand as a JSON string; owned, NULL when KEY is not there. */
char *uri_text(const struct uri *q, const char *key) ATTR_CHECK ATTR_NONNULL_ALL;

/** A JSON value; owned. Returns 1, 0 when KEY is not there, ERR_INVALID. */
int uri_json(const struct uri *q, const char *key,
        struct json **ret) ATTR_CHECK ATTR_NONNULL_ALL;

#endif
