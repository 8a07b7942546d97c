/* The settings, what each may be, and what comes of one that is no good. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/app/deliver.h"
#include "odus/app/push.h"
#include "odus/app/sync.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/base/utf8.h"

enum { MINUTES = 5, MINUTES_MAX = 999999, RATE_MAX = 1000 };

#define METERED_MOST (INT64_C(1000000) * 1000 * 1000)
#define NEAR 0.3 /* utf8_distance of a name that was meant */

/* --- kinds of values -------------------------------------------------------------- */

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

static bool is_megabytes(const char *text)
{
    int64_t bytes;

    return read_millionths(view_of(text), &bytes);
}

static bool is_between(const char *text, int least, int most)
{
    long long n;

    return view_int(view_of(text), &n) && n >= least && n <= most;
}

static bool is_minutes(const char *text)
{
    return is_between(text, 0, MINUTES_MAX);
}

static bool is_rate(const char *text)
{
    return is_between(text, 1, RATE_MAX);
}

static bool is_number(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

static bool is_auth(const char *text)
{
    return strcmp(text, "basic") == 0 || strcmp(text, "cookie") == 0 ||
           strcmp(text, "bearer") == 0;
}

static bool is_when(const char *text)
{
    return strcmp(text, "toujours") == 0 || strcmp(text, "demande") == 0;
}

static bool is_file(const char *text)
{
    char *path = file_typed(view_of(text));
    struct stat st;
    bool good = stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, R_OK) == 0;

    free(path);
    return good;
}

static bool is_server(const char *text)
{
    char *url = url_meant(text);

    free(url);
    return url != NULL;
}

bool config_is_address(const char *text)
{
    char *url = url_normal(text);

    free(url);
    return url != NULL;
}

/* --- the table -------------------------------------------------------------------- */

#define NO_ADDRESS                                                                     \
    N_("%1$s=%2$s is not an address like https://server.example: until that is "       \
       "mended nothing goes there")
#define NO_NUMBER                                                                      \
    N_("%1$s=%2$s is not a number: until that is mended nothing goes there")

static const struct {
    const char *name;
    bool (*good)(const char *text); /* NULL: any text is */
    const char *wrong;              /* msgid: %1$s name, %2$s value */
    unsigned stops;
} settings[SET_COUNT] = {
        [SET_NAME] = {.name = "nom"},
        [SET_ORGANISATION] = {.name = "organisation"},
        [SET_SERVER] = {"serveur", is_server,
                N_("%1$s=%2$s is not an address like https://server.example: until "
                   "that is mended no server is known"),
                USE_SERVER},
        [SET_ACCOUNT] = {.name = "compte"},
        [SET_AUTH] = {"connexion", is_auth,
                N_("%1$s=%2$s is none of basic, cookie, bearer: until that is mended "
                   "no server is asked"),
                USE_LINK},
        [SET_COMMAND] = {.name = "commande_mot_de_passe"},
        [SET_CA] = {"autorite", is_file,
                N_("%1$s=%2$s is not a file that can be read: until that is mended no "
                   "server is asked"),
                USE_LINK | USE_AGENDA | USE_APIDAE},
        [SET_METERED] = {"forfait_mo", is_megabytes,
                N_("%1$s=%2$s is no number of megabytes, like 20 or 0.5: until that "
                   "is mended no server is asked"),
                USE_LINK},
        [SET_MINUTES] = {"synchro", is_minutes,
                N_("%1$s=%2$s is no number of minutes, 0 or more: 5 is used"), 0},
        [SET_FILES] = {"fichiers", is_when,
                N_("%1$s=%2$s is neither toujours nor demande: files come on demand"),
                0},
        [SET_BASE] = {"adresse_publique", config_is_address,
                N_("%1$s=%2$s is not an address like https://server.example: until "
                   "that is mended nothing is delivered"),
                USE_DELIVERY},
        [SET_TITLE] = {.name = "titre_agenda"},
        [SET_PUBLISHER] = {.name = "editeur"},
        [SET_OA_AGENDA] = {"openagenda_agenda", is_number, NO_NUMBER, USE_AGENDA},
        [SET_OA_URL] = {"openagenda_adresse", config_is_address, NO_ADDRESS,
                USE_AGENDA},
        [SET_AP_CLIENT] = {.name = "apidae_client"},
        [SET_AP_OWNER] = {"apidae_proprietaire", is_number, NO_NUMBER, USE_APIDAE},
        [SET_AP_PROJECT] = {"apidae_projet", is_number, NO_NUMBER, USE_APIDAE},
        [SET_AP_URL] = {"apidae_adresse", config_is_address, NO_ADDRESS, USE_APIDAE},
        [SET_RATE] = {"envois_par_seconde", is_rate,
                N_("%1$s=%2$s is no number from 1 to 1000: 4 is used"), 0},
};

const char *setting_name(enum setting k)
{
    return settings[k].name;
}

enum setting setting_find(struct view name)
{
    enum setting k = 0;

    while (k < SET_COUNT && !view_is(name, settings[k].name))
        k++;
    return k;
}

/* A password perhaps: it is not said again. */
static int has_more(const char *address, struct err *err)
{
    char *url = url_normal(address);

    err_set(err, ERR_USAGE,
            N_("the server's address holds more than host and path: use %1$s"),
            url ? url : "https://server.example");
    free(url);
    return ERR_USAGE;
}

bool setting_check(enum setting k, const char *value, struct config_wrong *ret)
{
    if (!*value || !settings[k].good || settings[k].good(value))
        return true;
    if (k == SET_SERVER && url_has_more(value))
        has_more(value, &ret->err);
    else
        err_set(&ret->err, ERR_USAGE, settings[k].wrong, settings[k].name, value);
    ret->stops = settings[k].stops;
    return false;
}

bool setting_misspelt(struct view name, struct config_wrong *ret)
{
    char *text = view_dup(name);
    double least = NEAR;
    enum setting near = SET_COUNT;

    for (enum setting k = 0; k < SET_COUNT; k++) {
        double d = utf8_distance(text, settings[k].name);

        if (d <= least) {
            least = d;
            near = k;
        }
    }
    if (near < SET_COUNT) {
        err_set(&ret->err, ERR_USAGE,
                N_("there is no setting \"%1$s\"; did you mean %2$s=…?"), text,
                settings[near].name);
        ret->stops = settings[near].stops;
    }
    free(text);
    return near < SET_COUNT;
}

/* --- who types -------------------------------------------------------------------- */

const char *app_user(const struct app *app)
{
    return config_text(app, SET_NAME);
}

const char *app_organisation(const struct app *app)
{
    return config_text(app, SET_ORGANISATION);
}

bool app_first_start(const struct app *app)
{
    return !app->settings->values[SET_NAME] && !app->settings->unread;
}

int app_set_user(
        struct app *app, const char *name, const char *organisation, struct err *err)
{
    const struct setting_change all[] = {
            {SET_NAME, name}, {SET_ORGANISATION, organisation}};

    return config_change(app, all, COUNT(all), err);
}

/* Servers hold records to the name their writer has signed in with. */
const char *app_author(const struct app *app)
{
    const char *account = config_text(app, SET_ACCOUNT), *name = app_user(app);

    return *account ? account : *name ? name : app->settings->login;
}

/* --- for those who use them ------------------------------------------------------- */

static int number_of(const struct app *app, enum setting k, int otherwise)
{
    long long n;

    return view_int(view_of(config_text(app, k)), &n) ? (int)n : otherwise;
}

int64_t config_metered(const struct app *app)
{
    int64_t bytes = 0;

    (void)read_millionths(view_of(config_text(app, SET_METERED)), &bytes);
    return bytes;
}

char *config_ca(const struct app *app)
{
    return file_typed(view_of(config_text(app, SET_CA)));
}

struct sync_settings app_sync_settings(const struct app *app)
{
    return (struct sync_settings){
            .server = config_text(app, SET_SERVER),
            .account = config_text(app, SET_ACCOUNT),
            .auth = config_text(app, SET_AUTH),
            .password_command = config_text(app, SET_COMMAND),
            .ca_file = config_text(app, SET_CA),
            .minutes = number_of(app, SET_MINUTES, MINUTES),
            .all_files = strcmp(config_text(app, SET_FILES), "toujours") == 0,
    };
}

struct deliver_settings app_deliver_settings(const struct app *app)
{
    const char *publisher = config_text(app, SET_PUBLISHER);

    return (struct deliver_settings){
            .base = config_text(app, SET_BASE),
            .title = config_text(app, SET_TITLE),
            .publisher = *publisher ? publisher : app_organisation(app),
    };
}

struct push_settings app_push_settings(const struct app *app)
{
    return (struct push_settings){
            .agenda = config_text(app, SET_OA_AGENDA),
            .agenda_url = config_text(app, SET_OA_URL),
            .client = config_text(app, SET_AP_CLIENT),
            .owner = config_text(app, SET_AP_OWNER),
            .project = config_text(app, SET_AP_PROJECT),
            .apidae_url = config_text(app, SET_AP_URL),
            .rate = number_of(app, SET_RATE, 0),
    };
}

/* --- the server ------------------------------------------------------------------- */

int app_server_address(const char *text, char **ret, struct err *err)
{
    char *url = url_meant(text);

    if (!url && url_has_more(text))
        return has_more(text, err);
    if (!url)
        return err_set(err, ERR_USAGE,
                N_("\"%1$s\" is not an address like https://server.example"), text);
    *ret = url;
    return 0;
}

bool app_is_server(const struct app *app, const char *url)
{
    char *here = url_meant(config_text(app, SET_SERVER)), *there = url_meant(url);
    bool same = here && there && strcmp(here, there) == 0;

    free(here);
    free(there);
    return same;
}

int app_set_server(
        struct app *app, const char *server, const char *account, struct err *err)
{
    struct setting_change all[2];
    char *url = NULL;
    int rc = server ? app_server_address(server, &url, err) : 0;
    size_t n = 0;

    if (rc < 0)
        return rc;
    if (url)
        all[n++] = (struct setting_change){SET_SERVER, url};
    if (account)
        all[n++] = (struct setting_change){SET_ACCOUNT, account};
    rc = config_change(app, all, n, err);
    free(url);
    return rc;
}
