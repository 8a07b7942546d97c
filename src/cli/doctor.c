/* doctor: the state of everything on this machine, in words or as app_doctor's JSON. */
#include "run.h"

static void print_line(void *ctx, const char *text)
{
    (void)ctx;
    out_line("  %s", text);
}

int cli_examine(const struct app_options *opt, const struct err *why)
{
    int status = cli_fail(why);

    app_examine(opt, print_line, NULL);
    return status;
}

static int number(const struct json *obj, const char *key)
{
    return (int)json_get_int(obj, key, 0);
}

static void print_store(struct run *r, const struct json *store)
{
    double mib = (double)json_get_int(store, "free_bytes", 0) / (1024 * 1024);

    out_line(_("Store: %1$s"), app_store_dir(r->app));
    if (json_get_bool(store, "read_only", false))
        out_line("  %s", _("read-only here"));
    if (json_get_bool(store, "training", false))
        out_line("  %s", _("for exercises"));
    out_line(_("  free on this disk: %1$.0f MiB"), mib);
}

static void print_records(struct run *r, const struct json *state)
{
    const struct json *states = json_get(state, "states");

    out_line(_("Records: %1$d complete, %2$d drafts, %3$d waiting, %4$d sent"),
            number(states, "complet"), number(states, "brouillon"),
            number(states, "en_attente"), number(states, "envoye"));
    if (number(states, "reste_ici"))
        print_staying(number(states, "reste_ici"));
    for (struct json_iter it = {0}; json_iter(json_get(state, "types"), &it);)
        out_line(_("  %1$s: %2$d"), app_type_label(r->app, it.key),
                (int)json_as_int(it.val, 0));
}

/* A finding is a text, or an object whose texts say where. */
static void print_finding(const struct json *finding)
{
    struct buf line;

    if (json_as_text(finding)) {
        out_line("  %s", json_as_text(finding));
        return;
    }
    buf_init(&line, 0);
    for (struct json_iter it = {0}; json_iter(finding, &it);) {
        buf_adds(&line, line.len ? " · " : "");
        if (json_as_text(it.val))
            buf_adds(&line, json_as_text(it.val));
        else
            buf_addf(&line, "%d", (int)json_as_int(it.val, 0));
    }
    out_line("  %s", line.s);
    buf_release(&line);
}

/* What is wrong with the settings, in words. */
static struct json *settings_list(struct app *app)
{
    struct json *all = json_new_array();
    const struct err *wrong;
    bool stops;

    for (size_t i = 0; (wrong = app_setting_wrong(app, i, &stops)); i++) {
        struct buf text;

        buf_init(&text, 0);
        err_text(wrong, i18n_text, &text);
        json_push_take(all, json_text(buf_view(&text)));
        buf_release(&text);
    }
    return all;
}

static void print_findings(const struct json *state)
{
    static const struct {
        const char *key, *title;
    } lists[] = {{"damaged", N_("Records that cannot be read back")},
            {"integrity", N_("Integrity of the store")}, {"conflicts", N_("Conflicts")},
            {"set_aside", N_("Changes that no server took, and others wrote over")},
            {"missing", N_("Links to records that are not here")},
            {"orphans", N_("Drafts left by a program that did not end well")},
            {"unknown_forms", N_("Drafts whose form is not here")},
            {"unused_forms", N_("Published forms and lists of no use here")},
            {"settings", N_("Settings that are not as they should be")}};

    for (size_t i = 0; i < COUNT(lists); i++) {
        const struct json *list = json_get(state, lists[i].key);

        if (json_len(list))
            out_line("%s", _(lists[i].title));
        for (size_t k = 0; k < json_len(list); k++)
            print_finding(json_at(list, k));
    }
}

int run_doctor(struct run *r)
{
    struct err err = {0};
    struct json *state;
    int status;

    if (app_doctor(r->app, &state, &err) < 0)
        return cli_fail(&err);
    json_set_take(state, "settings", settings_list(r->app));
    status = json_get_bool(state, "ok", false) ? CLI_DONE : CLI_PROBLEMS;
    if (r->args->json) {
        out_json(state);
        return status;
    }
    print_store(r, json_get(state, "store"));
    print_records(r, state);
    print_findings(state);
    out_line("%s",
            status == CLI_DONE ? _("All is well.") : _("The lists above want a look."));
    json_free(state);
    return status;
}
