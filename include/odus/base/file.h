#ifndef ODUS_BASE_FILE_H
#define ODUS_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"
#include "odus/base/hash.h"

/** Files and folders. Owned results are freed with free() unless said otherwise. */

/**
 * Reads the whole of PATH into OUT, which this function initialises in every case (the
 * caller releases it). Returns 0, ERR_NOT_FOUND, ERR_LIMIT (more than MAX bytes, 0:
 * BUF_MAX) or ERR_IO; folders are refused.
 */
int file_read(const char *path, size_t max, struct buf *out, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 3);

/**
 * Replaces PATH by CONTENT so that after a crash either the old or the new content is
 * there, whole. Returns 0 or ERR_IO.
 */
int file_write_atomic(const char *path, struct view content, mode_t mode,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Locks PATH, made when missing, for this process alone, until *RET_FD is closed: a
 * lock the kernel forgets with the process. ERR_BUSY with the msgid BUSY: another one
 * has it; ERR_IO. The file stays there.
 */
int file_lock(const char *path, const char *busy, int *ret_fd, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3);

/** Creates the folder PATH and those above it, as needed. Returns 0 or ERR_IO. */
int file_mkdirs(const char *path, mode_t mode, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1);

/** A/B owned; B alone when it is absolute or A is empty. */
char *file_join(
        const char *a, const char *b) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** The path that somebody typed or put into a file of settings: "~/x" is in the home
 * folder, as a shell has it. Owned. */
char *file_typed(struct view text) ATTR_RETNONNULL ATTR_CHECK;

/** True when something is there, of whatever kind. */
bool file_exists(const char *path) ATTR_NONNULL_ALL;

/** Folder of the running program, owned; NULL when the system does not tell. */
char *file_exe_dir(void) ATTR_CHECK;

/**
 * The folder named by the environment variable ENV ("XDG_DATA_HOME") when that is an
 * absolute path, else FALLBACK_UNDER_HOME (".local/share") in the home folder: HOME,
 * else the user's by the password database, else /. Owned. (XDG Base Directory
 * Specification)
 */
char *file_xdg(
        const char *env, const char *fallback_under_home) ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * Copies the file SRC into the folder DIR under the hex BLAKE2b-256 of its content,
 * atomically; the hash goes to RET_HASH. A copy already there is kept. Returns 0,
 * ERR_NOT_FOUND, ERR_LIMIT (more than MAX bytes) or ERR_IO.
 */
int file_copy_hashed(const char *src, const char *dir, size_t max,
        char ret_hash[HASH_256_TEXT], struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/**
 * Names (not paths) in the folder DIR that end in SUFFIX ("" for all) in byte order,
 * without those that begin with a dot. Returns 0, ERR_NOT_FOUND, ERR_IO, or ERR_LIMIT
 * beyond 100,000. RET is owned: file_list_free.
 */
int file_list(const char *dir, const char *suffix, char ***ret, size_t *ret_n,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** Accepts NULL. */
void file_list_free(char **names, size_t n);

#endif
