#include "odus/app/app.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/zone.h"
#include "app_priv.h"
#include "odus/store/replica.h"
#include "entry_parked.h"
#include "reindex.h"

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
    config_read(app);
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
    config_release(app);
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
    if (replica_seq(app->store) > 0) /* real records would never be sent again */
        return err_set(err, ERR_USAGE,
                N_("this store holds records already; exercises want a store of "
                   "their own: --store FOLDER"));
    return store_meta_set(app->store, "training", "1", err);
}

int32_t app_today(const struct app *app)
{
    struct local local;
    int64_t now = clock_now_ms() / 1000;

    (void)app;
    if (zone_from_utc(ZONE_HOME, now, &local, NULL) < 0)
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
