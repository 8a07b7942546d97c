#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/mem.h"

static int io_error(const char *path, struct err *err)
{
    return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
            N_("the file cannot be read: %1$s: %2$s"), path, strerror(errno));
}

int source_file_open(struct source_file *f, const char *path, struct err *err)
{
    struct stat info;

    /* O_NONBLOCK: a pipe nobody writes into would wait for ever. */
    *f = (struct source_file){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (f->fd < 0 || fstat(f->fd, &info))
        return io_error(path, err);
    if (!S_ISREG(info.st_mode))
        return err_set(err, ERR_IO, N_("not a file: %1$s"), path);
    if (info.st_size > SOURCE_FILE_MAX)
        return err_set(err, ERR_LIMIT, N_("the file is larger than 1 GiB: %1$s"), path);
    f->size = info.st_size;
    f->piece = xmalloc(SOURCE_PIECE);
    return 0;
}

void source_file_close(struct source_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    free(f->piece);
    *f = (struct source_file){.fd = -1};
}

int source_file_next(struct source_file *f, struct view *ret, struct err *err)
{
    ssize_t n;

    do
        n = pread(f->fd, f->piece, SOURCE_PIECE, f->at);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(err, ERR_IO, N_("the file cannot be read any further: %1$s"),
                strerror(errno));
    /* One that grows meanwhile is read to where it ended. */
    if (f->at + n > f->size)
        n = f->size > f->at ? (ssize_t)(f->size - f->at) : 0;
    f->at += n;
    *ret = (struct view){f->piece, (size_t)n};
    return 0;
}

void source_file_seek(struct source_file *f, int64_t at)
{
    f->at = at;
}
