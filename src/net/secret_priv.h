#ifndef NET_SECRET_PRIV_H
#define NET_SECRET_PRIV_H

#include "odus/base/buf.h"
#include "odus/base/err.h"

/** The three places a secret may be in. */

enum { SECRET_MAX = 4096, SECRET_COMMAND_MS = 30 * 1000 };

/**
 * First line of what /bin/sh -c COMMAND prints within LIMIT_MS. Owned, to be wiped.
 * ERR_IO: it cannot be run, failed, printed nothing, or took longer (and was ended).
 */
int secret_by_command(const char *command, int limit_ms, char **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** DIR/secrets, see secret.h. KEY is "URL USER". */
int secret_file_get(const char *dir, const char *key, char **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
/** SECRET NULL: forgets it. */
int secret_file_put(const char *dir, const char *key, const char *secret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** The desktop's keyring; false where there is none, it does not answer, or has not got
 * it. May ask the person at the desktop to unlock it. */
bool keyring_get(const char *url, const char *user, char **ret) ATTR_NONNULL_ALL;
bool keyring_put(
        const char *url, const char *user, const char *secret) ATTR_NONNULL_ALL;
void keyring_forget(const char *url, const char *user) ATTR_NONNULL_ALL;

/** Overwrites all that B holds, and releases it. */
void secret_buf_release(struct buf *b) ATTR_NONNULL_ALL;

#endif
