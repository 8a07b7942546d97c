#ifndef ODUS_DELIVER_TREE_H
#define ODUS_DELIVER_TREE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "odus/base/buf.h"
#include "odus/base/err.h"

/**
 * The folder of a delivery. Others may write in it: no symbolic link in it is followed,
 * and a path is walked folder by folder. Our own things are in its `.odus` (0700): the
 * lock, `state.db`, and `new`, where files are made under their numbers.
 */
struct tree {
    char *dir; /* as the user called it, for messages */
    int fd;    /* of the folder */
    int own;   /* of `.odus` */
    int fresh; /* of `.odus/new` */
    int lock;
    int at; /* folder of the last path, -1 none; `at_path` with its final slash */
    struct buf at_path;
};

enum { TREE_PATH_MAX = 1024 /* bytes */ };

/** True for a path that a piece may have (outlet.h). */
bool tree_path_ok(const char *path) ATTR_NONNULL_ALL;

/**
 * Opens DIR, making it when it is missing, and takes the lock; what an earlier run left
 * in `.odus/new` goes. ERR_BUSY: another delivery is at it. ERR_IO. RET is to be closed
 * in every case.
 */
int tree_open(const char *dir, struct tree *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
/** Removes `.odus/new` and lets go of the lock. */
void tree_close(struct tree *t) ATTR_NONNULL_ALL;

/** Path of `.odus/NAME` that no renaming on the way there can lead astray; owned. */
char *tree_own_path(const struct tree *t,
        const char *name) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
/** Removes `.odus/NAME`, whatever it is but a folder. */
void tree_own_remove(const struct tree *t, const char *name) ATTR_NONNULL_ALL;

/** The same, unless it is a plain file: then it stays. */
void tree_own_plain(const struct tree *t, const char *name) ATTR_NONNULL_ALL;
/** Empties `.odus/new`. */
void tree_sweep(struct tree *t) ATTR_NONNULL_ALL;

/** Size and time (ns) of the file PATH; false: there is no plain file there. */
bool tree_look(struct tree *t, const char *path, int64_t *ret_bytes,
        int64_t *ret_mtime) ATTR_NONNULL_ALL;

/** The file PATH for reading; -1 where there is no plain file. */
int tree_read(struct tree *t, const char *path) ATTR_CHECK ATTR_NONNULL_ALL;

/** A new file NUMBER in `.odus/new`, for writing and reading. ERR_IO. */
int tree_make(struct tree *t, int64_t number, FILE **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3);
void tree_unmake(struct tree *t, int64_t number) ATTR_NONNULL_ALL;

/** Makes the folders of PATH. ERR_IO: something else is in the way. */
int tree_mkdirs(struct tree *t, const char *path, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** All that was written is on the disk. */
int tree_sync(struct tree *t, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** File NUMBER takes the place PATH. */
int tree_publish(struct tree *t, int64_t number, const char *path,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Removes the file PATH and the folders above it that are empty then. */
int tree_remove(struct tree *t, const char *path, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** What errno says of PATH: ERR_IO. */
int tree_fail(const struct tree *t, const char *path, struct err *err)
        ATTR_NONNULL(1, 2);

#endif
