#include "priv.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/hash.h"

enum { FILE_SIZE_MAX = 1024 * 1024 * 1024 };

static bool is_empty_folder(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    bool empty = dir != NULL;

    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = false;
    if (dir)
        closedir(dir);
    return empty;
}

static int make_dest(const char *dest, const char *files, bool *ret_made, struct err *e)
{
    if (file_exists(dest) && !is_empty_folder(dest))
        return err_set(
                e, ERR_CONFLICT, N_("%1$s exists already; choose another name"), dest);
    *ret_made = !file_exists(dest);
    return file_mkdirs(files, 0700, e);
}

static int backup_database(
        struct db *db, const char *dest, const char *name, struct err *e)
{
    char *path = file_join(dest, name);
    int rc = db_backup(db, path, e);

    free(path);
    return rc;
}

/* What odus-push knows of other agendas, where it does: a store that is put back
 * without it would create there once more what is there. */
static int backup_receipts(const struct store *store, const char *dest, struct err *e)
{
    char *path = file_join(store->dir, "push.db");
    struct db *db = NULL;
    int rc = 0;

    if (file_exists(path))
        rc = db_open(path, NULL, &db, e);
    if (db)
        rc = backup_database(db, dest, "push.db", e);
    db_close(db);
    free(path);
    return rc;
}

/* The copy is named by its content; the original may bear an extension beside. */
static int backup_file(
        const char *from, const char *to, const char *name, struct err *e)
{
    char hash[HASH_256_TEXT];
    char *source = file_join(from, name);
    int rc = file_copy_hashed(source, to, FILE_SIZE_MAX, hash, e);

    if (rc == 0 && strcmp(hash, name) != 0) {
        char *made = file_join(to, hash), *wanted = file_join(to, name);

        if (rename(made, wanted) != 0)
            rc = err_set(
                    e, ERR_IO, N_("cannot write %1$s: %2$s"), wanted, strerror(errno));
        free(made);
        free(wanted);
    }
    free(source);
    return rc;
}

static int backup_files(const struct store *store, const char *to, struct err *e)
{
    char *from = file_join(store->dir, "files");
    char **names = NULL;
    size_t n = 0;
    int rc = file_list(from, "", &names, &n, e);

    if (rc == ERR_NOT_FOUND) {
        err_clear(e);
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = backup_file(from, to, names[i], e);
    file_list_free(names, n);
    free(from);
    return rc;
}

static void remove_all(const char *dir)
{
    char **names = NULL;
    size_t n = 0;

    if (file_list(dir, "", &names, &n, NULL))
        return;
    for (size_t i = 0; i < n; i++) {
        char *path = file_join(dir, names[i]);

        unlink(path);
        free(path);
    }
    file_list_free(names, n);
}

/* Takes back what a backup that failed has made, and only that. */
static void undo(const char *dest, const char *files, bool made)
{
    remove_all(files);
    rmdir(files);
    remove_all(dest);
    if (made)
        rmdir(dest);
}

/*
 * What clients know this server by does not go along: one that is restored has lost
 * what came since, and they shall notice (docs/sync.md, epoch).
 */
static int forget_epoch(const char *dest, struct err *e)
{
    char *path = file_join(dest, "data.db");
    struct db *db = NULL;
    int rc = db_open(path, NULL, &db, e);

    if (rc == 0)
        rc = db_run(db, e, "delete from local_doc", BIND_NONE);
    db_close(db);
    free(path);
    return rc;
}

int store_backup(struct store *store, const char *dest, struct err *err)
{
    char *files = file_join(dest, "files");
    bool made = false;
    int rc = make_dest(dest, files, &made, err);

    if (rc)
        goto out;
    /*
     * Drafts first: a draft completed meanwhile is then in both copies, and opening
     * drops it. The other way round it would be in neither. Files last: they are there
     * before any record names them.
     */
    rc = backup_database(store->drafts, dest, "drafts.db", err);
    if (rc == 0)
        rc = backup_database(store->data, dest, "data.db", err);
    if (rc == 0)
        rc = forget_epoch(dest, err);
    if (rc == 0)
        rc = backup_files(store, files, err);
    if (rc == 0)
        rc = backup_receipts(store, dest, err);
    if (rc)
        undo(dest, files, made);
out:
    free(files);
    return rc;
}
