#include "secret_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"

enum { FILE_MAX = 1024 * 1024 };

/* What others could read may be known to them: it is not used, so that it is seen. */
static int check_mode(const char *path, struct err *err)
{
    struct stat st;

    if (stat(path, &st))
        return errno == ENOENT ? ERR_NOT_FOUND
                               : err_set(err, ERR_IO, N_("cannot read %1$s: %2$s"),
                                         path, strerror(errno));
    if (!(st.st_mode & (S_IRWXG | S_IRWXO)))
        return 0;
    return err_set(err, ERR_IO,
            N_("others may read the passwords in %1$s: take that right away (chmod "
               "600), "
               "and change the passwords"),
            path);
}

/* All secrets; an empty object when there is no file. */
static int load(const char *path, struct json **ret, struct err *err)
{
    struct buf text;
    int code = check_mode(path, err);

    if (code == ERR_NOT_FOUND) {
        *ret = json_new_object();
        return 0;
    }
    if (code)
        return code;
    code = file_read(path, FILE_MAX, &text, err);
    if (!code && json_parse(buf_view(&text), FILE_MAX, ret, NULL))
        code = err_set(err, ERR_DAMAGED,
                N_("the file of passwords is damaged: remove it, they are asked for "
                   "again (%1$s)"),
                path);
    secret_buf_release(&text);
    return code;
}

int secret_file_get(const char *dir, const char *key, char **ret, struct err *err)
{
    char *path = file_join(dir, "secrets");
    struct json *all = NULL;
    const char *found;
    int code = load(path, &all, err);

    found = json_get_text(all, key);
    if (!code && !found)
        code = err_set(err, ERR_NOT_FOUND, N_("no password is kept for %1$s"), key);
    if (!code)
        *ret = xstrdup(found);
    json_free(all);
    free(path);
    return code;
}

static int store(
        const char *dir, const char *path, const struct json *all, struct err *err)
{
    struct buf text;
    int code = file_mkdirs(dir, 0700, err);

    if (code)
        return code;
    buf_init(&text, 0);
    json_pretty(all, &text);
    buf_addc(&text, '\n');
    code = file_write_atomic(path, buf_view(&text), 0600, err);
    secret_buf_release(&text);
    return code;
}

static int change(const char *dir, const char *path, struct json *all, const char *key,
        const char *secret, struct err *err)
{
    if (json_kind(all) != JSON_KIND_OBJECT)
        return err_set(err, ERR_DAMAGED,
                N_("the file of passwords is damaged: remove it, they are asked for "
                   "again (%1$s)"),
                path);
    if (!secret && !json_get(all, key))
        return 0;
    json_set_text(all, key, secret);
    if (json_len(all) || !file_exists(path))
        return store(dir, path, all, err);
    if (unlink(path) == 0)
        return 0;
    return err_set(err, ERR_IO, N_("cannot write %1$s: %2$s"), path, strerror(errno));
}

int secret_file_put(
        const char *dir, const char *key, const char *secret, struct err *err)
{
    char *path = file_join(dir, "secrets");
    struct json *all = NULL;
    int code = load(path, &all, err);

    if (!code)
        code = change(dir, path, all, key, secret, err);
    json_free(all);
    free(path);
    return code;
}
