#include "odus/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/mem.h"

enum { CHUNK = 64 * 1024, LIST_MAX = 100000 };

static int io_error(struct err *e, const char *id, const char *path)
{
    int code = errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;

    return err_set(e, code, id, path, strerror(errno));
}

static int read_error(struct err *e, const char *path)
{
    return io_error(e, N_("cannot read %1$s: %2$s"), path);
}

static int write_error(struct err *e, const char *path)
{
    io_error(e, N_("cannot write %1$s: %2$s"), path);
    if (e)
        e->code = ERR_IO;
    return ERR_IO;
}

char *file_join(const char *a, const char *b)
{
    size_t n = strlen(a);

    if (n == 0 || b[0] == '/')
        return xstrndup(b, strlen(b));
    return xasprintf(a[n - 1] == '/' ? "%s%s" : "%s/%s", a, b);
}

char *file_typed(struct view text)
{
    const char *home = getenv("HOME");
    char *typed = view_dup(text), *path;

    if (strncmp(typed, "~/", 2) != 0 || !home)
        return typed;
    path = file_join(home, typed + 2);
    free(typed);
    return path;
}

bool file_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

/* Reading */

/* Opens a file for reading. NONBLOCK: nobody waits for the writer of a pipe. */
static int open_for_reading(const char *path, struct err *e)
{
    struct stat st = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return read_error(e, path);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    close(fd);
    errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
    return read_error(e, path);
}

/* One read(), repeated when a signal interrupts it. */
static ssize_t read_some(int fd, char *chunk)
{
    ssize_t n;

    do
        n = read(fd, chunk, CHUNK);
    while (n < 0 && errno == EINTR);
    return n;
}

int file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
    char *chunk;
    ssize_t n;
    int fd;
    int r = 0;

    buf_init(out, max);
    fd = open_for_reading(path, e);
    if (fd < 0)
        return fd;
    chunk = xmalloc(CHUNK);
    while ((n = read_some(fd, chunk)) > 0 && !out->full)
        buf_add(out, chunk, (size_t)n);
    if (n < 0)
        r = read_error(e, path);
    else if (out->full)
        r = err_set(e, ERR_LIMIT, N_("%1$s is too large"), path);
    free(chunk);
    close(fd);
    return r;
}

/* Writing */

/* A file written beside its destination, then renamed over it. */
struct temp {
    char *path;
    int fd;
};

static int temp_open(struct temp *t, const char *beside, mode_t mode)
{
    t->path = xasprintf("%s.XXXXXX", beside);
    t->fd = mkostemp(t->path, O_CLOEXEC);
    if (t->fd >= 0)
        return fchmod(t->fd, mode);
    free(t->path);
    t->path = NULL;
    return -1;
}

static int write_all(int fd, struct view v)
{
    while (v.n) {
        ssize_t n = write(fd, v.p, v.n);

        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            v = (struct view){v.p + n, v.n - (size_t)n};
    }
    return 0;
}

/* The rename itself is on disk only when the folder is. */
static int sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path))
                      : xstrdup(".");
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 ? -1 : fsync(fd);

    if (r && errno == EINVAL) /* some file systems know no fsync of folders */
        r = 0;
    if (fd >= 0)
        close(fd);
    free(dir);
    return r;
}

static int temp_commit(struct temp *t, const char *path)
{
    int r = fsync(t->fd);

    if (close(t->fd))
        r = -1;
    t->fd = -1;
    if (r || rename(t->path, path))
        return -1;
    free(t->path);
    t->path = NULL;
    return sync_folder_of(path);
}

/* Removes what was not committed; keeps errno. */
static void temp_release(struct temp *t)
{
    int saved = errno;

    if (t->fd >= 0)
        close(t->fd);
    if (t->path)
        unlink(t->path);
    free(t->path);
    errno = saved;
}

int file_write_atomic(const char *path, struct view content, mode_t mode, struct err *e)
{
    struct temp t = {.fd = -1};
    int r = 0;

    if (temp_open(&t, path, mode) || write_all(t.fd, content) || temp_commit(&t, path))
        r = -1;
    temp_release(&t);
    return r ? write_error(e, path) : 0;
}

static int copy_chunks(int fd, size_t max, int to, struct hash_state *h, char *chunk)
{
    size_t total = 0;
    ssize_t n;

    while ((n = read_some(fd, chunk)) > 0) {
        struct view piece = {chunk, (size_t)n};

        total += piece.n;
        if (total > max)
            return ERR_LIMIT;
        hash_feed(h, piece);
        if (write_all(to, piece))
            return ERR_IO;
    }
    return n < 0 ? ERR_IO : 0;
}

/* Copies FD to T and names it after its hash, unless that name is taken. */
static int copy_to_hash(
        int fd, const char *dir, size_t max, struct temp *t, char *ret_hash)
{
    struct hash_state h;
    char hash[HASH_256_TEXT];
    char *chunk = xmalloc(CHUNK);
    char *path;
    int r;

    hash_start(&h);
    r = copy_chunks(fd, max, t->fd, &h, chunk);
    free(chunk);
    if (r)
        return r;
    hash_finish(&h, hash);
    path = file_join(dir, hash);
    if (!file_exists(path) && temp_commit(t, path))
        r = ERR_IO;
    free(path);
    if (r == 0)
        memcpy(ret_hash, hash, sizeof(hash));
    return r;
}

int file_copy_hashed(const char *src, const char *dir, size_t max,
        char ret_hash[HASH_256_TEXT], struct err *e)
{
    struct temp t = {.fd = -1};
    int fd = open_for_reading(src, e);
    char *beside;
    int r;

    if (fd < 0)
        return fd;
    beside = file_join(dir, ".copy");
    r = temp_open(&t, beside, 0600) ? ERR_IO : copy_to_hash(fd, dir, max, &t, ret_hash);
    if (r == ERR_LIMIT)
        err_set(e, ERR_LIMIT, N_("%1$s is too large"), src);
    else if (r)
        write_error(e, dir);
    temp_release(&t);
    free(beside);
    close(fd);
    return r;
}

static int make_folder(const char *path, mode_t mode)
{
    struct stat st;

    if (mkdir(path, mode) == 0)
        return 0;
    if (errno != EEXIST)
        return -1;
    if (stat(path, &st))
        return -1;
    errno = ENOTDIR;
    return S_ISDIR(st.st_mode) ? 0 : -1;
}

int file_mkdirs(const char *path, mode_t mode, struct err *e)
{
    size_t n = strlen(path);
    char *part = xstrndup(path, n);
    int r = 0;

    for (size_t i = 1; i <= n && r == 0; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        r = make_folder(part, mode);
        part[i] = path[i];
    }
    free(part);
    return r ? write_error(e, path) : 0;
}

int file_lock(const char *path, const char *busy, int *ret_fd, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return write_error(e, path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        close(fd);
        return err_set(e, ERR_BUSY, busy);
    }
    *ret_fd = fd;
    return 0;
}

/* Places */

char *file_exe_dir(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

    if (n <= 0 || (size_t)n == sizeof(path))
        return NULL;
    while (n > 1 && path[n - 1] != '/')
        n--;
    return xstrndup(path, n > 1 ? (size_t)n - 1 : 1);
}

/* A service may run without HOME. */
static const char *home_folder(void)
{
    const char *home = getenv("HOME");
    const struct passwd *user;

    if (home && home[0] == '/')
        return home;
    user = getpwuid(geteuid());
    return user && user->pw_dir && user->pw_dir[0] == '/' ? user->pw_dir : "/";
}

char *file_xdg(const char *env, const char *fallback_under_home)
{
    const char *dir = getenv(env);

    if (dir && dir[0] == '/')
        return xstrdup(dir);
    return file_join(home_folder(), fallback_under_home);
}

/* Lists */

struct names {
    char **list;
    size_t n, cap;
};

static bool ends_with(const char *name, const char *suffix)
{
    size_t n = strlen(name);
    size_t k = strlen(suffix);

    return n >= k && strcmp(name + n - k, suffix) == 0;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns 0, ERR_LIMIT, or ERR_IO with errno. */
static int read_names(DIR *d, const char *suffix, struct names *names)
{
    const struct dirent *entry;

    while (errno = 0, (entry = readdir(d))) {
        if (entry->d_name[0] == '.' || !ends_with(entry->d_name, suffix))
            continue;
        if (names->n == LIST_MAX)
            return ERR_LIMIT;
        names->list =
                mem_grow(names->list, names->n, &names->cap, sizeof(*names->list));
        names->list[names->n++] = xstrdup(entry->d_name);
    }
    return errno ? ERR_IO : 0;
}

int file_list(
        const char *dir, const char *suffix, char ***ret, size_t *ret_n, struct err *e)
{
    struct names names = {0};
    DIR *d = opendir(dir);
    int r;

    if (!d)
        return read_error(e, dir);
    r = read_names(d, suffix, &names);
    if (r == ERR_LIMIT)
        err_set(e, ERR_LIMIT, N_("too many files in %1$s"), dir);
    else if (r)
        r = read_error(e, dir);
    closedir(d);
    if (r) {
        file_list_free(names.list, names.n);
        return r;
    }
    if (names.n)
        qsort(names.list, names.n, sizeof(*names.list), by_bytes);
    *ret = names.list;
    *ret_n = names.n;
    return 0;
}

void file_list_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}
