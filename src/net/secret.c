#include "odus/net/secret.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/url.h"

#include "secret_priv.h"

void secret_free(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

void secret_buf_release(struct buf *b)
{
    if (b->s && b->cap)
        explicit_bzero(b->s, b->cap);
    buf_release(b);
}

/* One spelling per server, so that "HTTPS://Host/" finds what "https://host" kept. */
static char *server(const char *url)
{
    char *normal = url_normal(url);

    return normal ? normal : xstrdup(url);
}

static int get(const struct secret_place *place, const char *url, const char *user,
        char **ret, struct err *err)
{
    char *key;
    int code;

    if (keyring_get(url, user, ret))
        return 0;
    key = xasprintf("%s %s", url, user);
    code = secret_file_get(place->dir, key, ret, err);
    free(key);
    return code;
}

int secret_get(const struct secret_place *place, const char *url, const char *user,
        char **ret, struct err *err)
{
    char *name;
    int code;

    if (place->command)
        return secret_by_command(place->command, SECRET_COMMAND_MS, ret, err);
    name = server(url);
    code = get(place, name, user, ret, err);
    free(name);
    return code;
}

static int put(const struct secret_place *place, const char *url, const char *user,
        const char *secret, struct err *err)
{
    char *key = xasprintf("%s %s", url, user);
    int code;

    if (!secret)
        keyring_forget(url, user);
    else if (keyring_put(url, user, secret))
        secret = NULL; /* and what the file may hold is older */
    code = secret_file_put(place->dir, key, secret, err);
    free(key);
    return code;
}

int secret_put(const struct secret_place *place, const char *url, const char *user,
        const char *secret, struct err *err)
{
    char *name;
    int code;

    if (place->command)
        return 0;
    if (secret && strlen(secret) > SECRET_MAX)
        return err_set(err, ERR_LIMIT, N_("the password is too long"));
    name = server(url);
    code = put(place, name, user, secret, err);
    free(name);
    return code;
}
