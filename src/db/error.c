#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "odus/base/mem.h"

enum { ROOM_MIN = 64 * 1024 }; /* bytes; less than the log needs to begin */

/* What to tell a person about SQLite's result codes. */
static const struct meaning {
    int rc;
    int code;
    const char *id;
} meanings[] = {
        {SQLITE_FULL, ERR_IO,
                N_("%1$s: the disk is full; free some space and try again")},
        {SQLITE_READONLY, ERR_IO,
                N_("%1$s cannot be written; check the rights of the file and its "
                   "folder")},
        {SQLITE_PERM, ERR_IO,
                N_("%1$s cannot be written; check the rights of the file and its "
                   "folder")},
        {SQLITE_CANTOPEN, ERR_IO,
                N_("%1$s cannot be opened; check that it is there and its rights")},
        {SQLITE_IOERR, ERR_IO,
                N_("%1$s: the disk reports an error (%2$s); check the disk")},
        {SQLITE_BUSY, ERR_BUSY,
                N_("%1$s is in use by another program; try again in a moment")},
        {SQLITE_LOCKED, ERR_BUSY,
                N_("%1$s is in use by another program; try again in a moment")},
        {SQLITE_CORRUPT, ERR_DAMAGED,
                N_("%1$s is damaged (%2$s); restore it from a backup")},
        {SQLITE_NOTADB, ERR_DAMAGED,
                N_("%1$s is not a database or is damaged; restore it from a backup")},
        {SQLITE_CONSTRAINT, ERR_CONFLICT, N_("%1$s refuses the change: %2$s")},
        {SQLITE_TOOBIG, ERR_LIMIT, N_("%1$s: the value is too large: %2$s")},
        {SQLITE_ERROR, ERR_INVALID, N_("%1$s: the request failed: %2$s")},
};

static bool is_no_room(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* Beside PATH a file without a name cannot have ROOM_MIN bytes: a quota says no more.
 */
static bool probe_refused(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    int failed = fd < 0 ? errno : posix_fallocate(fd, 0, ROOM_MIN);

    if (fd >= 0)
        close(fd);
    free(dir);
    return is_no_room(failed);
}

/*
 * SQLite has no word of its own for every way in which room is missing, and what the
 * system said may have been overwritten since.
 */
static bool is_full(sqlite3 *h, const char *path)
{
    struct statvfs fs;

    if (is_no_room(h ? sqlite3_system_errno(h) : 0))
        return true;
    if (!path)
        return false;
    return (statvfs(path, &fs) == 0 && fs.f_bavail * fs.f_frsize < ROOM_MIN) ||
           probe_refused(path);
}

int db_fail_at(sqlite3 *h, const char *path, int rc, struct err *e)
{
    const char *detail = h ? sqlite3_errmsg(h) : sqlite3_errstr(rc);

    if ((rc & 0xff) == SQLITE_NOMEM)
        mem_panic("odus: out of memory");
    if ((rc & 0xff) == SQLITE_IOERR && is_full(h, path))
        rc = SQLITE_FULL;
    for (size_t i = 0; i < COUNT(meanings); i++)
        if (meanings[i].rc == (rc & 0xff))
            return err_set(e, meanings[i].code, meanings[i].id, path, detail);
    return err_set(e, ERR_IO, N_("%1$s: the database failed: %2$s"), path, detail);
}

int db_fail(struct db *db, int rc, struct err *e)
{
    return db_fail_at(db->handle, db->path, rc, e);
}
