#ifndef ODUS_APP_FILES_H
#define ODUS_APP_FILES_H

#include "odus/app/worker.h"
#include "odus/base/hash.h"

/** Files that records name (posters, technical riders): what is here, what waits. */
struct app_file {
    char hash[HASH_256_TEXT]; /* as it stands in the record */
    char uid[37];             /* a record that names it, and its title */
    char *title;
    int64_t bytes; /* -1: not here */
    bool waits;    /* here, and not at the server yet */
};

/** Files that record UID (NULL: any) names, each once. Owned: app_files_free. */
int app_files(struct app *app, const char *uid, struct app_file **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);
void app_files_free(struct app_file *files, size_t n);

/** Copies the file at PATH into the store; its hash is what a record is to hold.
 * ERR_NOT_FOUND, ERR_IO, ERR_LIMIT (20 MB), ERR_INVALID: no JPEG, PNG, WebP or PDF. */
int app_file_add(struct app *app, const char *path, char ret_hash[HASH_256_TEXT],
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Fetches what is missing of the records UIDS (array of texts, taken; empty: all) from
 * the server at URL (NULL: the configured one). Events: docs/workers.md. *RET is owned:
 * worker_end. ERR_USAGE: no server is known; errors of worker_start. */
int app_files_fetch(struct app *app, const char *url, struct json *uids,
        struct worker **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

#endif
