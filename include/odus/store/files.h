#ifndef ODUS_STORE_FILES_H
#define ODUS_STORE_FILES_H

#include "odus/base/hash.h"
#include "odus/store/replica.h"

/**
 * Files that records name: posters, technical riders. A record holds the BLAKE2b-256 of
 * the content (64 hex digits, in a field of type `file`); the content is the file of
 * that name in the folder `files` of the store, or not here yet. On a server it is a
 * document of its own (docs/design.md §7).
 */
enum {
    FILES_BYTES_MAX = 20 * 1000 * 1000, /* of one file */
    FILES_HEAD = 12,                    /* bytes that tell what a file is */
    FILES_ID = 8 + HASH_256_TEXT,
    FILES_REV = 35,
};

#define FILES_PREFIX "fichier:" /* of the document's `_id`, and of rows of `link` */
#define FILES_DOC_TYPE "fichier"
#define FILES_ATTACHMENT "contenu"

/* --- names; pure ------------------------------------------------------------------ */

/** 64 hex digits in lower case. */
bool files_is_hash(struct view text) ATTR_PURE;

/** "fichier:HASH"; of another id false. */
bool files_read_id(const char *id, char ret_hash[HASH_256_TEXT]) ATTR_NONNULL_ALL;

/** The one revision that document has, wherever it was made. */
void files_rev(const char *hash, char ret_rev[FILES_REV]) ATTR_NONNULL_ALL;

/** Media type by the first bytes (FILES_HEAD of them): JPEG, PNG, WebP or PDF. NULL: no
 * file that travels. */
const char *files_type(struct view head) ATTR_PURE;

/* --- the folder ------------------------------------------------------------------- */

/** Path of HASH; of the part of it that has come so far. Owned. */
char *files_path(const struct store *store,
        const char *hash) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
char *files_part_path(const struct store *store,
        const char *hash) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Copies the file at PATH into the store. ERR_NOT_FOUND, ERR_IO; ERR_INVALID: none of
 * the four kinds; ERR_LIMIT: larger than FILES_BYTES_MAX. */
int files_add(struct store *store, const char *path, char ret_hash[HASH_256_TEXT],
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Stores CONTENT under HASH. ERR_INVALID: of another hash, or none of the kinds. */
int files_put(struct store *store, const char *hash, struct view content,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** The part of HASH that is in the folder is whole: checked as by files_put, and then
 * the file. A part with another content is removed. */
int files_finish(struct store *store, const char *hash, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Content of HASH into OUT (initialised here, released by the caller), checked.
 * ERR_NOT_FOUND, ERR_INVALID: damaged. */
int files_read(struct store *store, const char *hash, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** What stands in the folder is noted, so that it can be asked for by SQL; parts of 30
 * days ago are removed. */
int files_look(struct store *store, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* --- which records name, and where they are --------------------------------------- */

struct files_item {
    char hash[HASH_256_TEXT];
    char uid[37];                     /* a record that names it */
    char container[REPLICA_NAME_MAX]; /* of that record; "" a draft's */
    int64_t bytes;                    /* -1: not here */
    bool waits;                       /* for the peer that counts */
};

/** Files that record UID (NULL: any) or its draft names, each once; in the order of
 * hashes. Owned, free(). */
int files_list(struct store *store, const char *uid, struct files_item **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Files that are here and that PEER has not shown to have, of records whose winner it
 * has: at most LIMIT, small ones first. Owned, free(). */
int files_due(struct store *store, int64_t peer, size_t limit, struct files_item **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4, 5);

/** Files that records name and that are not here, as files_due; a file that records of
 * several containers name once for each. UID NULL: of any record. */
int files_missing(struct store *store, const char *uid, size_t limit,
        struct files_item **ret, size_t *ret_n, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 4, 5);

/** Files that are here and that records of CONTAINER name, small ones first: of those
 * that may leave this store, as files_due. Owned, free(). */
int files_here(struct store *store, const char *container, struct files_item **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** PEER has shown to have HASH in CONTAINER: files_due gives it no more. */
int files_confirm(struct store *store, int64_t peer, const char *container,
        const char *hash, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** Records (uids, at most LIMIT) that name HASH. Owned: record_uids_free. */
int files_named_by(struct store *store, const char *hash, size_t limit, char ***ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4, 5);

#endif
