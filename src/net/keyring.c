#include "secret_priv.h"

#ifdef ODUS_KEYRING

#include <libsecret/secret.h>
#include <stdlib.h>

#include "odus/base/mem.h"

static const SecretSchema schema = {
        .name = "org.odus.Server",
        .flags = SECRET_SCHEMA_NONE,
        .attributes = {{"url", SECRET_SCHEMA_ATTRIBUTE_STRING},
                {"user", SECRET_SCHEMA_ATTRIBUTE_STRING}},
};

/* Without a session the library would try to start one, and wait for it. */
static bool desktop(void)
{
    const char *bus = getenv("DBUS_SESSION_BUS_ADDRESS");

    return bus && bus[0];
}

/* True when nothing went wrong. */
static bool good(GError *error)
{
    bool none = error == NULL;

    g_clear_error(&error);
    return none;
}

bool keyring_get(const char *url, const char *user, char **ret)
{
    GError *error = NULL;
    char *found;

    if (!desktop())
        return false;
    found = secret_password_lookup_sync(
            &schema, NULL, &error, "url", url, "user", user, NULL);
    if (!good(error) || !found)
        return false;
    *ret = xstrdup(found);
    secret_password_free(found);
    return true;
}

bool keyring_put(const char *url, const char *user, const char *secret)
{
    GError *error = NULL;
    char *label;
    gboolean stored;

    if (!desktop())
        return false;
    label = xasprintf("OduS: %s, %s", url, user);
    stored = secret_password_store_sync(&schema, SECRET_COLLECTION_DEFAULT, label,
            secret, NULL, &error, "url", url, "user", user, NULL);
    free(label);
    return good(error) && stored;
}

void keyring_forget(const char *url, const char *user)
{
    GError *error = NULL;

    if (!desktop())
        return;
    secret_password_clear_sync(&schema, NULL, &error, "url", url, "user", user, NULL);
    good(error);
}

#else

bool keyring_get(const char *url, const char *user, char **ret)
{
    (void)url, (void)user, (void)ret;
    return false;
}

bool keyring_put(const char *url, const char *user, const char *secret)
{
    (void)url, (void)user, (void)secret;
    return false;
}

void keyring_forget(const char *url, const char *user)
{
    (void)url, (void)user;
}

#endif
