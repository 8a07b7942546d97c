#ifndef ODUS_NET_SECRET_H
#define ODUS_NET_SECRET_H

#include "odus/base/err.h"

/**
 * Passwords and tokens by server and user: from a `password_command`, else the
 * desktop's keyring where libsecret was there at build time and a keyring answers, else
 * a file of mode 0600 in DIR. Never in arguments, logs or the store.
 */
struct secret_place {
    const char *dir;     /* of the file `secrets`: the configuration folder */
    const char *command; /* its first line of output is the secret; NULL */
};

/** Owned, to be wiped with secret_free. ERR_NOT_FOUND: none kept. ERR_IO: the command
 * failed or took longer than 30 s, or the file may be read by others (said, not used).
 * ERR_DAMAGED: the file is no JSON. URL in any spelling that url_normal makes one of.
 */
int secret_get(const struct secret_place *place, const char *url, const char *user,
        char **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** Keeps (SECRET NULL: forgets) it. With a command nothing is kept: 0. ERR_IO as above
 * and when it cannot be written, ERR_DAMAGED, ERR_LIMIT (more than 4 KB). */
int secret_put(const struct secret_place *place, const char *url, const char *user,
        const char *secret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Overwrites and frees. Accepts NULL. */
void secret_free(char *secret);

#endif
