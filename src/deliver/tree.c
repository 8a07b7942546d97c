#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"

enum { NAME_SIZE = 24, PART_MAX = 200 };

#define OWN ".odus"
#define OWN_NEW "new"

int tree_fail(const struct tree *t, const char *path, struct err *err)
{
    char *whole = file_join(t->dir, path);

    err_set(err, ERR_IO, N_("%1$s cannot be written: %2$s"), whole, strerror(errno));
    free(whole);
    return ERR_IO;
}

/* --- paths ----------------------------------------------------------------------- */

static bool is_part(struct view part)
{
    if (part.n == 0 || part.n > PART_MAX || part.p[0] == '.')
        return false;
    for (size_t i = 0; i < part.n; i++) {
        char c = part.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

bool tree_path_ok(const char *path)
{
    struct view rest = view_of(path), part;

    if (rest.n == 0 || rest.n > TREE_PATH_MAX || path[rest.n - 1] == '/')
        return false;
    while (view_next(&rest, '/', &part))
        if (!is_part(part))
            return false;
    return true;
}

/* --- folders --------------------------------------------------------------------- */

static int open_folder(int at, const char *name, bool make)
{
    if (make && mkdirat(at, name, 0777) < 0 && errno != EEXIST)
        return -1;
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void forget_folder(struct tree *t)
{
    if (t->at >= 0)
        close(t->at);
    t->at = -1;
    buf_clear(&t->at_path);
}

/* Walks from the top to the folder FOLDER ("a/b/"). */
static int walk(struct tree *t, struct view folder, bool make)
{
    struct view part;
    int at = dup(t->fd);

    while (at >= 0 && view_next(&folder, '/', &part)) {
        char *name = view_dup(part);
        int next = open_folder(at, name, make);
        int why = errno;

        close(at);
        free(name);
        errno = why;
        at = next;
    }
    return at;
}

/* The folder of PATH, kept for the next call; what follows is its name there. -1. */
static int folder_of(struct tree *t, const char *path, bool make, const char **ret_name)
{
    const char *slash = strrchr(path, '/');
    struct view folder = {path, slash ? (size_t)(slash - path) + 1 : 0};

    *ret_name = path + folder.n;
    if (t->at >= 0 && view_eq(folder, buf_view(&t->at_path)))
        return t->at;
    forget_folder(t);
    t->at = walk(t, folder, make);
    if (t->at >= 0)
        buf_addv(&t->at_path, folder);
    return t->at;
}

int tree_mkdirs(struct tree *t, const char *path, struct err *err)
{
    const char *name;

    return folder_of(t, path, true, &name) < 0 ? tree_fail(t, path, err) : 0;
}

/* --- opening --------------------------------------------------------------------- */

void tree_sweep(struct tree *t)
{
    int fd = openat(t->own, OWN_NEW, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (!dir) {
        if (fd >= 0)
            close(fd);
        unlinkat(t->own, OWN_NEW, 0); /* a link or a file in its place */
        return;
    }
    while ((entry = readdir(dir)))
        unlinkat(fd, entry->d_name, 0);
    closedir(dir);
}

static int take_lock(struct tree *t, struct err *err)
{
    t->lock = openat(t->own, "lock",
            O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (t->lock < 0)
        return tree_fail(t, OWN "/lock", err);
    if (flock(t->lock, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return err_set(
            err, ERR_BUSY, N_("another delivery into %1$s is not done yet"), t->dir);
}

static bool has(const struct tree *t, const char *name)
{
    struct stat st;

    return fstatat(t->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The home of who runs it: new ones hold hidden files only. */
static bool is_home(const struct tree *t)
{
    const char *home = getenv("HOME");
    struct stat at, here;

    return home && stat(home, &at) == 0 && fstat(t->fd, &here) == 0 &&
           at.st_dev == here.st_dev && at.st_ino == here.st_ino;
}

/* Whether it holds files; hidden ones are of servers and the like. */
static bool is_used(const struct tree *t)
{
    int fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    bool used = false;

    if (!dir && fd >= 0)
        close(fd);
    while (dir && !used && (entry = readdir(dir)))
        used = entry->d_name[0] != '.' && strcmp(entry->d_name, "lost+found") != 0;
    if (dir)
        closedir(dir);
    return used;
}

/* A folder is a delivery's where one has been made, or where there is nothing. */
static int expect_room(const struct tree *t, struct err *err)
{
    if (has(t, "data.db"))
        return err_set(err, ERR_USAGE, N_("%1$s holds a store; choose another folder"),
                t->dir);
    if (has(t, OWN) || has(t, "manifest.json"))
        return 0;
    if (is_home(t) || is_used(t))
        return err_set(err, ERR_USAGE,
                N_("%1$s holds files that no delivery made; choose another folder, new "
                   "or empty"),
                t->dir);
    return 0;
}

static int open_own(struct tree *t, struct err *err)
{
    struct stat st;
    int rc = expect_room(t, err);

    if (rc)
        return rc;
    if (mkdirat(t->fd, OWN, 0700) < 0 && errno != EEXIST)
        return tree_fail(t, OWN, err);
    t->own = openat(t->fd, OWN, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (t->own < 0)
        return tree_fail(t, OWN, err);
    if (fstat(t->own, &st) < 0)
        return tree_fail(t, OWN, err);
    if (st.st_uid != geteuid())
        return err_set(err, ERR_IO,
                N_("%1$s holds a folder %2$s of somebody else; choose another folder"),
                t->dir, OWN);
    (void)fchmod(t->own, 0700); /* some file systems know no rights */
    rc = take_lock(t, err);
    if (rc)
        return rc;
    tree_sweep(t);
    t->fresh = open_folder(t->own, OWN_NEW, true);
    return t->fresh < 0 ? tree_fail(t, OWN "/" OWN_NEW, err) : 0;
}

int tree_open(const char *dir, struct tree *ret, struct err *err)
{
    int rc = file_mkdirs(dir, 0777, err);

    *ret = (struct tree){.dir = xstrdup(dir),
            .fd = -1,
            .own = -1,
            .fresh = -1,
            .lock = -1,
            .at = -1};
    buf_init(&ret->at_path, 0);
    if (rc)
        return rc;
    ret->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (ret->fd < 0)
        return tree_fail(ret, "", err);
    return open_own(ret, err);
}

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void tree_close(struct tree *t)
{
    forget_folder(t);
    if (t->fresh >= 0) {
        tree_sweep(t);
        unlinkat(t->own, OWN_NEW, AT_REMOVEDIR);
    }
    shut(&t->fresh);
    shut(&t->lock);
    shut(&t->own);
    shut(&t->fd);
    buf_release(&t->at_path);
    free(t->dir);
    t->dir = NULL;
}

char *tree_own_path(const struct tree *t, const char *name)
{
    return xasprintf("/proc/self/fd/%d/%s", t->own, name);
}

void tree_own_plain(const struct tree *t, const char *name)
{
    struct stat st;

    if (fstatat(t->own, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode))
        unlinkat(t->own, name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

void tree_own_remove(const struct tree *t, const char *name)
{
    unlinkat(t->own, name, 0);
}

/* --- files ----------------------------------------------------------------------- */

bool tree_look(struct tree *t, const char *path, int64_t *ret_bytes, int64_t *ret_mtime)
{
    const char *name;
    int at = folder_of(t, path, false, &name);
    struct stat st;

    if (at < 0 || fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISREG(st.st_mode))
        return false;
    *ret_bytes = st.st_size;
    *ret_mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    return true;
}

int tree_read(struct tree *t, const char *path)
{
    const char *name;
    int at = folder_of(t, path, false, &name);
    struct stat st;
    int fd;

    if (at < 0)
        return -1;
    fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)))
        shut(&fd);
    return fd;
}

static void number_name(int64_t number, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%" PRId64, number);
}

int tree_make(struct tree *t, int64_t number, FILE **ret, struct err *err)
{
    char name[NAME_SIZE];
    int fd;

    number_name(number, name);
    fd = openat(
            t->fresh, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return tree_fail(t, OWN "/" OWN_NEW, err);
    *ret = fdopen(fd, "w+");
    if (*ret)
        return 0;
    close(fd);
    return tree_fail(t, OWN "/" OWN_NEW, err);
}

void tree_unmake(struct tree *t, int64_t number)
{
    char name[NAME_SIZE];

    number_name(number, name);
    unlinkat(t->fresh, name, 0);
}

int tree_sync(struct tree *t, struct err *err)
{
    return syncfs(t->own) < 0 ? tree_fail(t, "", err) : 0;
}

int tree_publish(struct tree *t, int64_t number, const char *path, struct err *err)
{
    const char *leaf;
    char name[NAME_SIZE];
    int at = folder_of(t, path, true, &leaf);

    number_name(number, name);
    if (at < 0 || renameat(t->fresh, name, at, leaf) < 0)
        return tree_fail(t, path, err);
    return 0;
}

int tree_remove(struct tree *t, const char *path, struct err *err)
{
    const char *name;
    int at = folder_of(t, path, false, &name);
    char *folder;
    bool empty = true;

    if (at < 0)
        return 0; /* its folder is gone, or no folder of ours any more */
    if (unlinkat(at, name, 0) < 0 && errno != ENOENT && errno != EISDIR)
        return tree_fail(t, path, err);
    folder = xstrndup(path, (size_t)(name - path));
    forget_folder(t);
    while (empty && *folder) {
        folder[strlen(folder) - 1] = 0; /* its slash */
        at = folder_of(t, folder, false, &name);
        empty = at >= 0 && unlinkat(at, name, AT_REMOVEDIR) == 0;
        folder[strlen(folder) - strlen(name)] = 0;
        forget_folder(t);
    }
    free(folder);
    return 0;
}
