#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/mem.h"

int db_checkpoint(struct db *db, int *ret_left, struct err *e)
{
    int log = 0, done = 0;
    int rc = sqlite3_wal_checkpoint_v2(
            db->handle, "main", SQLITE_CHECKPOINT_PASSIVE, &log, &done);

    if (rc != SQLITE_OK)
        return db_fail(db, rc, e);
    if (ret_left)
        *ret_left = log > done ? log - done : 0;
    return 0;
}

/* Made here and not by SQLite, so that an existing file is never written over. */
static int create_file(const char *path, struct err *e)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0)
        return close(fd) ? err_set(e, ERR_IO, N_("%1$s: %2$s"), path, strerror(errno))
                         : 0;
    if (errno == EEXIST)
        return err_set(
                e, ERR_CONFLICT, N_("%1$s exists already; choose another name"), path);
    return err_set(
            e, ERR_IO, N_("%1$s cannot be created: %2$s"), path, strerror(errno));
}

static int copy_pages(struct db *db, sqlite3 *to, const char *dest, struct err *e)
{
    sqlite3_backup *job = sqlite3_backup_init(to, "main", db->handle, "main");
    int rc;

    if (!job)
        return db_fail_at(to, dest, sqlite3_extended_errcode(to), e);
    sqlite3_backup_step(job, -1);
    rc = sqlite3_backup_finish(job);
    /* One file that can be read from anywhere, without a log beside it. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(to, "pragma journal_mode=delete", NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : db_fail_at(to, dest, rc, e);
}

int db_backup(struct db *db, const char *dest, struct err *e)
{
    char *name = xasprintf("%s%s", strncmp(dest, "file:", 5) ? "" : "./", dest);
    sqlite3 *to = NULL;
    int rc = create_file(dest, e);

    if (rc)
        goto out;
    rc = sqlite3_open_v2(name, &to,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    rc = rc == SQLITE_OK ? copy_pages(db, to, dest, e) : db_fail_at(to, dest, rc, e);
    sqlite3_close(to);
    if (rc)
        unlink(dest);
out:
    free(name);
    return rc;
}

struct findings {
    void (*line)(void *ctx, const char *text);
    void *ctx;
    bool any;
};

static int on_finding(void *ctx, int n, char **values, char **names)
{
    struct findings *f = ctx;

    (void)names;
    if (n < 1 || !values[0] || strcmp(values[0], "ok") == 0)
        return 0;
    f->any = true;
    if (f->line)
        f->line(f->ctx, values[0]);
    return 0;
}

int db_integrity(struct db *db, void (*line)(void *ctx, const char *text), void *ctx,
        struct err *e)
{
    struct findings f = {line, ctx, false};
    int rc = sqlite3_exec(db->handle, "pragma quick_check(100)", on_finding, &f, NULL);

    if (rc != SQLITE_OK)
        return db_fail(db, rc, e);
    if (f.any)
        return err_set(e, ERR_DAMAGED, N_("%1$s is damaged; restore it from a backup"),
                db->path);
    return 0;
}
