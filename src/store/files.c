/* Files in the folder `files`: names, kinds, coming in and out. */
#include "odus/store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "priv.h"

#define PART ".part-"
enum { PART_SECONDS = 30 * 24 * 3600 };

/* --- names ------------------------------------------------------------------------ */

bool files_is_hash(struct view text)
{
    if (text.n != HASH_256_TEXT - 1)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!memchr("0123456789abcdef", text.p[i], 16))
            return false;
    return true;
}

bool files_read_id(const char *id, char ret_hash[HASH_256_TEXT])
{
    size_t n = strlen(FILES_PREFIX);

    if (strncmp(id, FILES_PREFIX, n) != 0 || !files_is_hash(view_of(id + n)))
        return false;
    memcpy(ret_hash, id + n, HASH_256_TEXT);
    return true;
}

void files_rev(const char *hash, char ret_rev[FILES_REV])
{
    snprintf(ret_rev, FILES_REV, "1-%.32s", hash);
}

static bool begins(struct view head, size_t at, const char *bytes, size_t n)
{
    return head.n >= at + n && memcmp(head.p + at, bytes, n) == 0;
}

const char *files_type(struct view head)
{
    if (begins(head, 0, "\xff\xd8\xff", 3))
        return "image/jpeg";
    if (begins(head, 0, "\x89PNG\r\n\x1a\n", 8))
        return "image/png";
    if (begins(head, 0, "RIFF", 4) && begins(head, 8, "WEBP", 4))
        return "image/webp";
    if (begins(head, 0, "%PDF-", 5))
        return "application/pdf";
    return NULL;
}

/* --- paths ------------------------------------------------------------------------ */

char *files_path(const struct store *store, const char *hash)
{
    return xasprintf("%s/files/%s", store->dir, hash);
}

char *files_part_path(const struct store *store, const char *hash)
{
    return xasprintf("%s/files/" PART "%s", store->dir, hash);
}

/* --- what may come in ------------------------------------------------------------- */

static int check_kind(struct view content, const char *name, struct err *err)
{
    if (content.n > FILES_BYTES_MAX)
        return err_set(err, ERR_LIMIT, N_("%1$s is larger than 20 MB"), name);
    if (!files_type(content))
        return err_set(err, ERR_INVALID,
                N_("%1$s is no picture (JPEG, PNG, WebP) and no PDF"), name);
    return 0;
}

static int check(struct view content, const char *hash, struct err *err)
{
    char found[HASH_256_TEXT];
    int rc = check_kind(content, hash, err);

    if (rc)
        return rc;
    hash_blake2b256(content, found);
    if (strcmp(found, hash) != 0)
        return err_set(err, ERR_INVALID,
                N_("the content of file %1$s is not what its name says"), hash);
    return 0;
}

static int note(struct store *store, const char *hash, int64_t bytes, struct err *err)
{
    int rc = store_begin_data(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_run(store->data, err,
            "insert or replace into file(hash, bytes) values(?1, ?2)", bind_text(hash),
            bind_int(bytes));
    return store_end(store, store->data, rc, err);
}

int files_put(
        struct store *store, const char *hash, struct view content, struct err *err)
{
    char *path = files_path(store, hash);
    int rc = check(content, hash, err);

    if (rc == 0 && !file_exists(path))
        rc = file_write_atomic(path, content, 0600, err);
    free(path);
    return rc ? rc : note(store, hash, (int64_t)content.n, err);
}

int files_add(struct store *store, const char *path, char ret_hash[HASH_256_TEXT],
        struct err *err)
{
    char hash[HASH_256_TEXT];
    struct buf content;
    int rc = file_read(path, FILES_BYTES_MAX, &content, err);

    if (rc == ERR_LIMIT)
        err_set(err, ERR_LIMIT, N_("%1$s is larger than 20 MB"), path);
    if (rc == 0)
        rc = check_kind(buf_view(&content), path, err);
    if (rc == 0) {
        hash_blake2b256(buf_view(&content), hash);
        rc = files_put(store, hash, buf_view(&content), err);
    }
    if (rc == 0)
        memcpy(ret_hash, hash, sizeof(hash));
    buf_release(&content);
    return rc;
}

static int make_lasting(const char *part, const char *path, struct err *err)
{
    FILE *f = fopen(part, "re");
    bool ok = f && fsync(fileno(f)) == 0;

    if (f)
        fclose(f);
    if (!ok || rename(part, path) < 0)
        return err_set(
                err, ERR_IO, N_("cannot write %1$s: %2$s"), path, strerror(errno));
    return 0;
}

int files_finish(struct store *store, const char *hash, struct err *err)
{
    char *part = files_part_path(store, hash), *path = files_path(store, hash);
    struct buf content;
    int64_t bytes;
    int rc = file_read(part, FILES_BYTES_MAX, &content, err);

    bytes = (int64_t)content.len;
    if (rc == 0)
        rc = check(buf_view(&content), hash, err);
    buf_release(&content);
    if (rc == 0)
        rc = make_lasting(part, path, err);
    else if (rc == ERR_INVALID || rc == ERR_LIMIT)
        unlink(part);
    free(part);
    free(path);
    return rc ? rc : note(store, hash, bytes, err);
}

int files_read(struct store *store, const char *hash, struct buf *out, struct err *err)
{
    char *path = files_path(store, hash);
    int rc = file_read(path, FILES_BYTES_MAX, out, err);

    free(path);
    return rc ? rc : check(buf_view(out), hash, err);
}

/* --- what is there ---------------------------------------------------------------- */

/* Bytes of the file NAME; -1: it is no file that counts. */
static int64_t size_of(const struct store *store, const char *name)
{
    char *path = files_path(store, name);
    struct stat st;
    bool ok = files_is_hash(view_of(name)) && lstat(path, &st) == 0 &&
              S_ISREG(st.st_mode);

    free(path);
    return ok ? (int64_t)st.st_size : -1;
}

/* Nothing has changed since: then nothing is written, and nobody looks anew. */
static bool is_noted(struct store *store, char **names, size_t n)
{
    struct stmt *st = db_query(
            store->data, "select hash, bytes from file order by hash", BIND_NONE);
    size_t i = 0;

    while (stmt_step(st, NULL) > 0) {
        while (i < n && size_of(store, names[i]) < 0)
            i++;
        if (i == n || !view_is(stmt_text(st, 0), names[i]) ||
                stmt_int(st, 1) != size_of(store, names[i])) {
            stmt_reset(st);
            return false;
        }
        i++;
    }
    while (i < n && size_of(store, names[i]) < 0)
        i++;
    return i == n;
}

static int note_all(struct store *store, char **names, size_t n, struct err *err)
{
    struct db *db = store->data;
    int rc = db_run(db, err, "delete from file", BIND_NONE);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        int64_t bytes = size_of(store, names[i]);

        if (bytes >= 0)
            rc = db_run(db, err, "insert into file(hash, bytes) values(?1, ?2)",
                    bind_text(names[i]), bind_int(bytes));
    }
    return rc;
}

/* Parts nobody has gone on with for long. */
static void sweep(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    struct stat st;

    while (dir && (entry = readdir(dir))) {
        const char *name = entry->d_name;

        if (strncmp(name, PART, strlen(PART)) == 0 &&
                fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                st.st_mtime < time(NULL) - PART_SECONDS)
            (void)unlinkat(dirfd(dir), name, 0);
    }
    if (dir)
        closedir(dir);
}

int files_look(struct store *store, struct err *err)
{
    char *dir = file_join(store->dir, "files");
    char **names = NULL;
    size_t n = 0;
    int rc = file_list(dir, "", &names, &n, err);

    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        rc = 0;
    }
    if (rc == 0 && !is_noted(store, names, n)) {
        rc = store_begin_data(store, DB_SYNC_NORMAL, err);
        if (rc == 0)
            rc = store_end(store, store->data, note_all(store, names, n, err), err);
    }
    sweep(dir);
    file_list_free(names, n);
    free(dir);
    return rc;
}
