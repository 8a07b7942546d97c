/* gzip files as streams. */
#include "odus/net/gzfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "odus/base/mem.h"

struct gzfile {
    gzFile gz;
    char *path, *part; /* part: NULL when reading */
    int fd;            /* a second descriptor, for fsync; -1 */
};

static int failed(struct gzfile *f, struct err *err)
{
    int number = Z_OK;
    const char *why = gzerror(f->gz, &number);

    if (number == Z_DATA_ERROR || number == Z_BUF_ERROR)
        return err_set(err, ERR_INVALID,
                N_("%1$s is damaged or breaks off; copy it again"), f->path);
    return err_set(err, ERR_IO, N_("%1$s: %2$s"), f->path,
            number == Z_ERRNO ? strerror(errno) : why);
}

static int begin(
        const char *path, int fd, bool write, struct gzfile **ret, struct err *err)
{
    struct gzfile *f;
    int code = errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;

    if (fd < 0)
        return err_set(err, code, N_("%1$s: %2$s"), path, strerror(errno));
    f = xcalloc(1, sizeof(*f));
    f->path = xstrdup(path);
    f->part = write ? xasprintf("%s.part", path) : NULL;
    f->fd = write ? dup(fd) : -1;
    f->gz = gzdopen(fd, write ? "wb" : "rb");
    if (!f->gz)
        mem_panic("out of memory");
    *ret = f;
    return 0;
}

int gzfile_create(const char *path, struct gzfile **ret, struct err *err)
{
    char *part;
    struct stat st;
    int fd;

    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) /* a device would be gone */
        return err_set(err, ERR_INVALID,
                N_("%1$s is there, and is no file that can be written anew"), path);
    part = xasprintf("%s.part", path);
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    free(part);
    return begin(path, fd, true, ret, err);
}

int gzfile_open(const char *path, struct gzfile **ret, struct err *err)
{
    return begin(path, open(path, O_RDONLY | O_CLOEXEC), false, ret, err);
}

int gzfile_write(struct gzfile *f, struct view bytes, struct err *err)
{
    while (bytes.n) {
        unsigned n = bytes.n < INT_MAX ? (unsigned)bytes.n : INT_MAX;

        if (gzwrite(f->gz, bytes.p, n) != (int)n)
            return failed(f, err);
        bytes = (struct view){bytes.p + n, bytes.n - n};
    }
    return 0;
}

long gzfile_read(struct gzfile *f, char *bytes, size_t max, struct err *err)
{
    int n = gzread(f->gz, bytes, max < INT_MAX ? (unsigned)max : INT_MAX);

    return n < 0 ? failed(f, err) : n;
}

/* The name appears once all of it is on the disk. */
static int keep_file(struct gzfile *f, int closed, struct err *err)
{
    if (closed == Z_OK && fsync(f->fd) == 0 && rename(f->part, f->path) == 0)
        return 0;
    return err_set(err, ERR_IO, N_("%1$s: %2$s"), f->path, strerror(errno));
}

int gzfile_close(struct gzfile *f, bool keep, struct err *err)
{
    int closed, rc = 0;

    if (!f)
        return 0;
    closed = gzclose(f->gz);
    if (f->part && keep)
        rc = keep_file(f, closed, err);
    if (f->part && (!keep || rc < 0))
        unlink(f->part);
    if (f->fd >= 0)
        close(f->fd);
    free(f->part);
    free(f->path);
    free(f);
    return rc;
}
