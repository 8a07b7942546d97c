/* The configuration file: lines of KEY=VALUE; lines of other keys are kept. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app_priv.h"
#include "odus/app/deliver.h"
#include "odus/app/push.h"
#include "odus/app/sync.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/base/utf8.h"

enum { CONFIG_MAX = 64 * 1024, VALUE_MAX = 400, MINUTES = 5 };

#define METERED_MOST (INT64_C(1000000) * 1000 * 1000)

enum key {
    KEY_NAME,
    KEY_ORGANISATION,
    KEY_SERVER,
    KEY_ACCOUNT,
    KEY_AUTH,
    KEY_COMMAND,
    KEY_CA,
    KEY_METERED,
    KEY_MINUTES,
    KEY_FILES,
    KEY_BASE,
    KEY_TITLE,
    KEY_PUBLISHER,
    KEY_OA_AGENDA,
    KEY_OA_URL,
    KEY_AP_CLIENT,
    KEY_AP_OWNER,
    KEY_AP_PROJECT,
    KEY_AP_URL,
    KEY_RATE,
    KEY_COUNT
};

static const char *const key_names[KEY_COUNT] = {
        [KEY_NAME] = "nom",
        [KEY_ORGANISATION] = "organisation",
        [KEY_SERVER] = "serveur",
        [KEY_ACCOUNT] = "compte",
        [KEY_AUTH] = "connexion",
        [KEY_COMMAND] = "commande_mot_de_passe",
        [KEY_CA] = "autorite",
        [KEY_METERED] = "forfait_mo",
        [KEY_MINUTES] = "synchro",
        [KEY_FILES] = "fichiers",
        [KEY_BASE] = "adresse_publique",
        [KEY_TITLE] = "titre_agenda",
        [KEY_PUBLISHER] = "editeur",
        [KEY_OA_AGENDA] = "openagenda_agenda",
        [KEY_OA_URL] = "openagenda_adresse",
        [KEY_AP_CLIENT] = "apidae_client",
        [KEY_AP_OWNER] = "apidae_proprietaire",
        [KEY_AP_PROJECT] = "apidae_projet",
        [KEY_AP_URL] = "apidae_adresse",
        [KEY_RATE] = "envois_par_seconde",
};

struct config {
    char *values[KEY_COUNT]; /* NULL: not there */
    char *login;
};

/* --- reading ---------------------------------------------------------------------- */

static char *login_name(void)
{
    const struct passwd *pw = getpwuid(getuid());

    return xstrdup(pw && pw->pw_name ? pw->pw_name : "inconnu");
}

static char *clean(struct view text)
{
    struct buf out;

    buf_init(&out, VALUE_MAX);
    utf8_clean(view_trim(text), 0, &out);
    return buf_take(&out);
}

/* The key LINE is about, KEY_COUNT for another one; its value goes to *RET. */
static int key_of(struct view line, struct view *ret)
{
    for (int k = 0; k < KEY_COUNT; k++) {
        size_t n = strlen(key_names[k]);

        if (line.n > n && line.p[n] == '=' && memcmp(line.p, key_names[k], n) == 0) {
            *ret = (struct view){line.p + n + 1, line.n - n - 1};
            return k;
        }
    }
    return KEY_COUNT;
}

void config_read(struct app *app)
{
    struct config *c = xcalloc(1, sizeof(*c));
    struct view rest, line, value;
    struct buf text;

    app->settings = c;
    c->login = login_name();
    if (file_read(app->config, CONFIG_MAX, &text, NULL) < 0)
        buf_clear(&text);
    rest = buf_view(&text);
    while (view_next(&rest, '\n', &line)) {
        int k = key_of(line, &value);

        if (k < KEY_COUNT && !c->values[k])
            c->values[k] = clean(value);
    }
    buf_release(&text);
}

void config_release(struct app *app)
{
    if (!app->settings)
        return;
    for (int k = 0; k < KEY_COUNT; k++)
        free(app->settings->values[k]);
    free(app->settings->login);
    free(app->settings);
}

static const char *value_of(const struct app *app, enum key k)
{
    const char *text = app->settings->values[k];

    return text ? text : "";
}

static int number_of(const struct app *app, enum key k, int otherwise)
{
    long long n;

    return view_int(view_of(value_of(app, k)), &n) && n >= 0 && n < 1000000 ? (int)n
                                                                            : otherwise;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits, and at most six more after a comma or a point: *RET millionths of TEXT. */
static bool read_millionths(struct view text, int64_t *ret)
{
    int64_t n = 0;
    int places = -1; /* of decimals; -1 before the mark */

    if (text.n == 0 || text.n > 14 || !is_digit(text.p[0]) ||
            !is_digit(text.p[text.n - 1]))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        bool mark = text.p[i] == ',' || text.p[i] == '.';

        if (mark ? places >= 0 : !is_digit(text.p[i]))
            return false;
        if (!mark)
            n = n * 10 + (text.p[i] - '0');
        places += mark || places >= 0;
    }
    if (places > 6)
        return false;
    for (places = places < 0 ? 0 : places; places < 6; places++)
        n *= 10;
    *ret = n;
    return n <= METERED_MOST;
}

int config_metered(const struct app *app, int64_t *ret_bytes, struct err *err)
{
    const char *text = value_of(app, KEY_METERED);

    *ret_bytes = 0;
    if (!*text || read_millionths(view_of(text), ret_bytes))
        return 0;
    return err_set(err, ERR_USAGE,
            N_("\"%1$s\" is no number of megabytes: write %2$s=20, or 0.5, in %3$s"),
            text, key_names[KEY_METERED], app->config);
}

/* --- writing ---------------------------------------------------------------------- */

/* The lines of other people's keys stay as they are. */
static void compose(const struct app *app, struct view old, struct buf *out)
{
    struct view line, value;

    while (view_next(&old, '\n', &line))
        if (key_of(line, &value) == KEY_COUNT) {
            buf_addv(out, line);
            buf_addc(out, '\n');
        }
    for (int k = 0; k < KEY_COUNT; k++)
        if (app->settings->values[k])
            buf_addf(out, "%s=%s\n", key_names[k], app->settings->values[k]);
}

static int write_config(const struct app *app, struct err *err)
{
    const char *slash = strrchr(app->config, '/');
    char *dir = xstrndup(app->config, slash ? (size_t)(slash - app->config) : 0);
    int rc = slash ? file_mkdirs(dir, 0700, err) : 0;
    struct buf old, text;

    if (file_read(app->config, CONFIG_MAX, &old, NULL) < 0)
        buf_clear(&old);
    buf_init(&text, CONFIG_MAX);
    compose(app, buf_view(&old), &text);
    buf_release(&old);
    if (rc == 0)
        rc = file_write_atomic(app->config, buf_view(&text), 0600, err);
    buf_release(&text);
    free(dir);
    return rc;
}

static void set_value(struct app *app, enum key k, const char *text)
{
    free(app->settings->values[k]);
    app->settings->values[k] = clean(view_of(text));
}

/* --- who types -------------------------------------------------------------------- */

const char *app_user(const struct app *app)
{
    return value_of(app, KEY_NAME);
}

const char *app_organisation(const struct app *app)
{
    return value_of(app, KEY_ORGANISATION);
}

bool app_first_start(const struct app *app)
{
    return !app->settings->values[KEY_NAME];
}

int app_set_user(
        struct app *app, const char *name, const char *organisation, struct err *err)
{
    set_value(app, KEY_NAME, name);
    set_value(app, KEY_ORGANISATION, organisation);
    return write_config(app, err);
}

/* Servers hold records to the name their writer has signed in with. */
const char *app_author(const struct app *app)
{
    const char *account = value_of(app, KEY_ACCOUNT), *name = app_user(app);

    return *account ? account : *name ? name : app->settings->login;
}

/* --- the server ------------------------------------------------------------------- */

struct sync_settings app_sync_settings(const struct app *app)
{
    return (struct sync_settings){
            .server = value_of(app, KEY_SERVER),
            .account = value_of(app, KEY_ACCOUNT),
            .auth = value_of(app, KEY_AUTH),
            .password_command = value_of(app, KEY_COMMAND),
            .ca_file = value_of(app, KEY_CA),
            .minutes = number_of(app, KEY_MINUTES, MINUTES),
            .all_files = strcmp(value_of(app, KEY_FILES), "toujours") == 0,
    };
}

struct deliver_settings app_deliver_settings(const struct app *app)
{
    const char *publisher = value_of(app, KEY_PUBLISHER);

    return (struct deliver_settings){
            .base = value_of(app, KEY_BASE),
            .title = value_of(app, KEY_TITLE),
            .publisher = *publisher ? publisher : app_organisation(app),
    };
}

struct push_settings app_push_settings(const struct app *app)
{
    return (struct push_settings){
            .agenda = value_of(app, KEY_OA_AGENDA),
            .agenda_url = value_of(app, KEY_OA_URL),
            .client = value_of(app, KEY_AP_CLIENT),
            .owner = value_of(app, KEY_AP_OWNER),
            .project = value_of(app, KEY_AP_PROJECT),
            .apidae_url = value_of(app, KEY_AP_URL),
            .rate = number_of(app, KEY_RATE, 0),
    };
}

int app_server_address(const char *text, char **ret, struct err *err)
{
    char *url = url_meant(text);

    if (!url && url_has_more(text)) { /* a password perhaps: it is not said again */
        url = url_normal(text);
        err_set(err, ERR_USAGE,
                N_("the server's address holds more than host and path: use %1$s"),
                url ? url : "https://server.example");
        free(url);
        return ERR_USAGE;
    }
    if (!url)
        return err_set(err, ERR_USAGE,
                N_("\"%1$s\" is not an address like https://server.example"), text);
    *ret = url;
    return 0;
}

bool app_is_server(const struct app *app, const char *url)
{
    char *here = url_meant(value_of(app, KEY_SERVER)), *there = url_meant(url);
    bool same = here && there && strcmp(here, there) == 0;

    free(here);
    free(there);
    return same;
}

int app_set_server(
        struct app *app, const char *server, const char *account, struct err *err)
{
    char *url = NULL;
    int rc = server ? app_server_address(server, &url, err) : 0;

    if (rc < 0)
        return rc;
    if (url)
        set_value(app, KEY_SERVER, url);
    free(url);
    if (account)
        set_value(app, KEY_ACCOUNT, account);
    return write_config(app, err);
}
