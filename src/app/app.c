#include "odus/app/app.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/base/zone.h"
#include "app_priv.h"
#include "entry_parked.h"
#include "reindex.h"

enum { CONFIG_MAX = 64 * 1024 };

static char *login_name(void)
{
    const struct passwd *pw = getpwuid(getuid());

    return xstrdup(pw && pw->pw_name ? pw->pw_name : "inconnu");
}

/* The value of KEY in the configuration TEXT ("key=value" lines), cleaned; owned or
 * NULL. */
static char *config_value(struct view text, const char *key)
{
    size_t n = strlen(key);
    struct view line;
    struct buf out;

    while (view_next(&text, '\n', &line)) {
        if (line.n > n && memcmp(line.p, key, n) == 0 && line.p[n] == '=') {
            buf_init(&out, 200);
            utf8_clean(
                    view_trim((struct view){line.p + n + 1, line.n - n - 1}), 0, &out);
            return buf_take(&out);
        }
    }
    return NULL;
}

static void set_text(char **slot, char *text)
{
    free(*slot);
    *slot = text;
}

static void read_config(struct app *app)
{
    struct buf text;

    if (file_read(app->config, CONFIG_MAX, &text, NULL) < 0) {
        app->user = xstrdup("");
        app->organisation = xstrdup("");
        app->first_start = true;
    } else {
        app->user = config_value(buf_view(&text), "nom");
        app->organisation = config_value(buf_view(&text), "organisation");
        app->first_start = app->user == NULL;
        if (!app->user)
            app->user = xstrdup("");
        if (!app->organisation)
            app->organisation = xstrdup("");
        buf_release(&text);
    }
    app->author = *app->user ? xstrdup(app->user) : login_name();
}

static char *default_path(const char *env, const char *fallback, const char *name)
{
    char *base = file_xdg(env, fallback);
    char *dir = file_join(base, "odus");
    char *path = name ? file_join(dir, name) : xstrdup(dir);

    free(dir);
    free(base);
    return path;
}

static char *store_path(const struct app_options *opt)
{
    return opt->store_dir ? xstrdup(opt->store_dir)
                          : default_path("XDG_DATA_HOME", ".local/share", NULL);
}

int app_examine(const struct app_options *opt,
        void (*line)(void *ctx, const char *text), void *ctx)
{
    char *dir = store_path(opt);
    int found = store_examine(dir, line, ctx);

    free(dir);
    return found;
}

int app_open(const struct app_options *opt, struct app **ret, struct err *err)
{
    struct app *app = xcalloc(1, sizeof(*app));
    struct store_options so = {.read_only = opt->read_only};
    char *dir = store_path(opt);
    int rc;

    so.dir = dir;
    app->lang = xstrdup(opt->lang ? opt->lang : "fr");
    app->forms_dir = xstrdup(opt->forms_dir);
    app->config = opt->config_file
                          ? xstrdup(opt->config_file)
                          : default_path("XDG_CONFIG_HOME", ".config", "config");
    rc = store_open(&so, &app->store, err);
    free(dir);
    if (rc < 0) {
        app_close(app);
        return rc;
    }
    read_config(app);
    app->forms = forms_new(app->store,
            &(struct forms_options){.dir = app->forms_dir, .lang = app->lang});
    *ret = app;
    return 0;
}

void app_close(struct app *app)
{
    if (!app)
        return;
    reindex_free(app->reindex);
    parked_free(app->parked);
    if (app->forms)
        forms_free(app->forms);
    if (app->store)
        store_close(app->store);
    free(app->lang);
    free(app->config);
    free(app->forms_dir);
    free(app->user);
    free(app->organisation);
    free(app->author);
    free(app);
}

const char *app_lang(const struct app *app)
{
    return app->lang;
}

const char *app_store_dir(const struct app *app)
{
    return store_dir(app->store);
}

bool app_read_only(const struct app *app)
{
    return store_read_only(app->store);
}

bool app_store_created(const struct app *app)
{
    return store_created(app->store);
}

bool app_training(struct app *app)
{
    char *mark = store_meta_get(app->store, "training");
    bool training = mark != NULL;

    free(mark);
    return training;
}

int app_set_training(struct app *app, struct err *err)
{
    return store_meta_set(app->store, "training", "1", err);
}

const char *app_user(const struct app *app)
{
    return app->user;
}

const char *app_organisation(const struct app *app)
{
    return app->organisation;
}

bool app_first_start(const struct app *app)
{
    return app->first_start;
}

/* The configuration without the lines of the keys in KEYS. */
static void keep_other_lines(struct view text, const char *const *keys, struct buf *out)
{
    struct view line;

    while (view_next(&text, '\n', &line)) {
        bool ours = false;

        for (const char *const *k = keys; *k; k++)
            ours = ours ||
                   (line.n > strlen(*k) && memcmp(line.p, *k, strlen(*k)) == 0 &&
                           line.p[strlen(*k)] == '=');
        if (!ours) {
            buf_addv(out, line);
            buf_addc(out, '\n');
        }
    }
}

static int write_config(const struct app *app, struct err *err)
{
    static const char *const keys[] = {"nom", "organisation", NULL};
    struct buf old, text;
    const char *slash = strrchr(app->config, '/');
    char *dir = xstrndup(app->config, slash ? (size_t)(slash - app->config) : 0);
    int rc = slash ? file_mkdirs(dir, 0700, err) : 0;

    buf_init(&text, CONFIG_MAX);
    if (rc == 0 && file_read(app->config, CONFIG_MAX, &old, NULL) == 0) {
        keep_other_lines(buf_view(&old), keys, &text);
        buf_release(&old);
    }
    buf_addf(&text, "nom=%s\norganisation=%s\n", app->user, app->organisation);
    if (rc == 0)
        rc = file_write_atomic(app->config, buf_view(&text), 0600, err);
    buf_release(&text);
    free(dir);
    return rc;
}

static char *clean_line(const char *text)
{
    struct buf out;

    buf_init(&out, 200);
    utf8_clean(view_trim(view_of(text)), 0, &out);
    return buf_take(&out);
}

int app_set_user(
        struct app *app, const char *name, const char *organisation, struct err *err)
{
    set_text(&app->user, clean_line(name));
    set_text(&app->organisation, clean_line(organisation));
    set_text(&app->author, *app->user ? xstrdup(app->user) : login_name());
    app->first_start = false;
    return write_config(app, err);
}

const char *app_author(const struct app *app)
{
    return app->author;
}

int32_t app_today(const struct app *app)
{
    struct local local;
    int64_t now = clock_now_ms() / 1000;

    (void)app;
    if (zone_from_utc("Europe/Paris", now, &local, NULL) < 0)
        return (int32_t)(now / 86400);
    return local.days;
}

char *const *app_types(struct app *app)
{
    return forms_names(app->forms);
}

const char *app_type_label(struct app *app, const char *type)
{
    return forms_type_label(app->forms, type);
}

int64_t app_generation(struct app *app)
{
    return store_generation(app->store);
}

bool app_idle(struct app *app)
{
    return reindex_step(app) || store_idle(app->store);
}

void app_reindex(struct app *app)
{
    while (reindex_step(app))
        ;
}
