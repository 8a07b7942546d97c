#include "odus/serve/accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "crypt.h"
#include "odus/base/file.h"
#include "odus/base/utf8.h"
#include "odus/repl/roles.h"

enum { FILE_MAX = 1024 * 1024, NAME_MAX_BYTES = 60 };

int accounts_read(const char *dir, struct json **ret, struct err *err)
{
    char *path = file_join(dir, "accounts");
    struct json *accounts = NULL;
    struct buf text;
    int rc = file_read(path, FILE_MAX, &text, err);

    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        accounts = json_new_object();
        rc = 0;
    } else if (rc == 0) {
        rc = json_parse(buf_view(&text), FILE_MAX, &accounts, err);
    }
    if (rc == 0 && json_kind(accounts) != JSON_KIND_OBJECT) {
        json_free(accounts);
        rc = err_set(err, ERR_DAMAGED, N_("%1$s is no list of accounts"), path);
    }
    if (rc == 0)
        *ret = accounts;
    buf_release(&text);
    free(path);
    return rc;
}

static int write_accounts(const char *dir, const struct json *accounts, struct err *err)
{
    char *path = file_join(dir, "accounts");
    struct buf text;
    int rc;

    buf_init(&text, FILE_MAX);
    json_pretty(accounts, &text);
    rc = text.full ? err_set(err, ERR_LIMIT, N_("there are too many accounts"))
                   : file_write_atomic(path, buf_view(&text), 0600, err);
    buf_release(&text);
    free(path);
    return rc;
}

/* What basic authentication, terminals and `modifie_par` all can carry. */
static bool is_name(const char *name)
{
    struct view v = view_of(name);

    if (!v.n || v.n > NAME_MAX_BYTES || *name == '_' || !utf8_valid(v))
        return false;
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)name[i] <= ' ' || strchr(":/\"\\\x7f", name[i]))
            return false;
    return strcmp(name, SERVE_GUEST) != 0;
}

static int check_roles(const struct json *roles, struct err *err)
{
    size_t n = json_len(roles);

    if (json_kind(roles) != JSON_KIND_ARRAY || !n || n > ACCOUNTS_ROLES_MAX)
        return err_set(err, ERR_USAGE, N_("an account needs one to eight roles"));
    for (size_t i = 0; i < n; i++) {
        const char *role = json_as_text(json_at(roles, i));

        if (!role || !(roles_known(role) || strncmp(role, "org-", 4) == 0))
            return err_set(err, ERR_USAGE, N_("no such role: %1$s"), role ? role : "");
    }
    return 0;
}

/* Two at a time would each write what it had read: of two changes one, a removal
 * perhaps, would be lost. RET_FD is open until the change is written. */
static int lock(const char *dir, int *ret_fd, struct err *err)
{
    char *path = file_join(dir, "accounts.lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int rc = 0;

    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        rc = err_set(
                err, ERR_IO, N_("%1$s cannot be written: %2$s"), path, strerror(errno));
    if (rc && fd >= 0)
        close(fd);
    free(path);
    *ret_fd = fd;
    return rc;
}

/* ACCOUNT, which is taken, under NAME; NULL: none any more. */
static int change(
        const char *dir, const char *name, struct json *account, struct err *err)
{
    struct json *accounts;
    int rc = accounts_read(dir, &accounts, err);

    if (rc) {
        json_free(account);
        return rc;
    }
    if (!account && !json_get(accounts, name))
        rc = err_set(err, ERR_NOT_FOUND, N_("no such account: %1$s"), name);
    json_set_take(accounts, name, account);
    if (rc == 0 && json_len(accounts) > ACCOUNTS_MAX)
        rc = err_set(err, ERR_LIMIT, N_("there are too many accounts"));
    if (rc == 0)
        rc = write_accounts(dir, accounts, err);
    json_free(accounts);
    return rc;
}

int accounts_add(const char *dir, const char *name, const char *password,
        const struct json *roles, struct err *err)
{
    struct view secret = view_of(password);
    struct json *account;
    char hash[CRYPT_HASH];
    int rc, fd;

    if (!is_name(name))
        return err_set(
                err, ERR_USAGE, N_("this cannot be an account's name: %1$s"), name);
    if (secret.n < ACCOUNTS_PASSWORD_MIN || secret.n > ACCOUNTS_PASSWORD_MAX)
        return err_set(err, ERR_USAGE, N_("a password has 8 to 200 bytes"));
    rc = check_roles(roles, err);
    if (rc == 0)
        rc = crypt_hash(secret, hash, err);
    if (rc == 0)
        rc = lock(dir, &fd, err);
    if (rc)
        return rc;
    account = json_new_object();
    json_set_text(account, "password", hash);
    json_set_take(account, "roles", json_dup(roles));
    rc = change(dir, name, account, err);
    close(fd);
    return rc;
}

int accounts_remove(const char *dir, const char *name, struct err *err)
{
    int fd, rc = lock(dir, &fd, err);

    if (rc)
        return rc;
    rc = change(dir, name, NULL, err);
    close(fd);
    return rc;
}
