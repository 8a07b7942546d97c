#ifndef ODUS_SERVE_ACCOUNTS_H
#define ODUS_SERVE_ACCOUNTS_H

#include "odus/base/json.h"

/**
 * Who may sign in at `odus serve`: the file `accounts` (0600) of the store's folder, a
 * JSON object {name: {"password": hash, "roles": [role…]}}. Roles are those of
 * docs/design.md §9, and `org-NAME` for the members of an organisation's container.
 */
enum {
    ACCOUNTS_MAX = 1000,
    ACCOUNTS_ROLES_MAX = 8,
    ACCOUNTS_PASSWORD_MIN = 8, /* bytes */
    ACCOUNTS_PASSWORD_MAX = 200,
};

/** The accounts of the store in DIR, owned; an empty object when there are none.
 * ERR_DAMAGED, ERR_INVALID: the file is not such an object. ERR_LIMIT, ERR_IO. */
int accounts_read(const char *dir, struct json **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Adds, or gives a new password and roles. ROLES: array of texts, borrowed. ERR_USAGE:
 * a name, role or password that cannot be. ERR_LIMIT: ACCOUNTS_MAX are there. Errors of
 * accounts_read; ERR_IO. */
int accounts_add(const char *dir, const char *name, const char *password,
        const struct json *roles, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** ERR_NOT_FOUND: no such account. Errors of accounts_read; ERR_IO. */
int accounts_remove(const char *dir, const char *name, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

#endif
