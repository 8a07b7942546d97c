/* bundle, server: what is told once and at the end. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/app/sync.h"
#include "odus/base/mem.h"
#include "worker.h"

struct plain {
    struct run *r;
    struct json *done;
    bool failed; /* why has been said */
    struct out_list accounts;
};

static void on_plain_event(void *ctx, const char *ev, const struct json *event)
{
    struct plain *p = ctx;

    if (strcmp(ev, "done") == 0) {
        json_free(p->done);
        p->done = json_dup(event);
    } else if (strcmp(ev, "error") == 0 || strcmp(ev, "warning") == 0 ||
               strcmp(ev, "wait") == 0) {
        p->failed = p->failed || strcmp(ev, "error") == 0;
        say_event_error(event);
        if (strcmp(ev, "wait") == 0)
            say(_("trying again in %1$d s"), (int)json_get_int(event, "seconds", 0));
    } else if (strcmp(ev, "refused") == 0) {
        say_record(ev, event);
    }
}

/* --- bundle --- */

static void print_files(const struct json *done)
{
    if (json_get_int(done, "files", 0))
        out_line(_("files of theirs: %1$ld"), (long)json_get_int(done, "files", 0));
}

static void print_bundle(const struct plain *p, bool write, const char *file)
{
    const struct json *d = p->done;
    const char *from = json_get_text(d, "from");

    if (write) {
        out_line(_("%1$s: %2$ld records"), file, (long)json_get_int(d, "docs", 0));
        print_files(d);
        return;
    }
    out_line(
            p->r->args->dry_run
                    ? _("from %1$s: %2$ld records, %3$ld new or changed, %4$ld deleted")
                    : _("from %1$s: %2$ld records, %3$ld taken over, %4$ld deleted"),
            from && *from ? from : "?", (long)json_get_int(d, "docs", 0),
            (long)json_get_int(d, "added", 0), (long)json_get_int(d, "removed", 0));
    print_files(d);
    if (json_get_int(d, "refused", 0))
        say(_("%1$ld records are not taken: exercises stay among exercises, and what "
              "nothing here can read stays out"),
                (long)json_get_int(d, "refused", 0));
    if (!json_get_bool(d, "whole", true))
        say("%s", _("the file breaks off: what stands before is taken over; copy it "
                    "again for the rest"));
}

/* The path as the worker, which stands elsewhere, finds it. */
static char *full_path(const char *file)
{
    char *here = *file == '/' ? NULL : getcwd(NULL, 0);
    char *path = here ? xasprintf("%s/%s", here, file) : xstrdup(file);

    free(here);
    return path;
}

static bool is_whole(const struct json *done)
{
    return json_get_bool(done, "whole", true) && !json_get_int(done, "refused", 0);
}

int run_bundle(struct run *r)
{
    bool write = strcmp(r->words[0], "write") == 0;
    struct json *job;
    struct plain p = {.r = r};
    struct follow f = {.event = on_plain_event, .ctx = &p};
    struct err err = {0};
    char *path;
    int status, stopped;

    if (!write && strcmp(r->words[0], "read") != 0)
        return usage(command_get(CMD_BUNDLE));
    job = app_own_job(r->app, write ? "bundle-write" : "bundle-read");
    path = full_path(r->words[1]);
    json_set_text(job, "file", path);
    json_set_text(job, "container", r->args->container);
    json_set_take(job, "dry_run", json_bool(r->args->dry_run));
    json_set_take(job, "yes", json_bool(r->args->yes));
    free(path);
    if (worker_start(r->app, "sync", job, &f.worker, &err) < 0)
        return cli_fail(&err);
    status = follow(&f, &stopped);
    if (stopped)
        status = CLI_STOPPED + stopped;
    else if (status == CLI_DONE && !is_whole(p.done))
        status = CLI_PROBLEMS;
    if (p.done && r->args->json) {
        json_set_take(p.done, "ev", NULL);
        out_json(json_retain(p.done));
    } else if (p.done && (!p.failed || json_get_int(p.done, "added", 0))) {
        print_bundle(&p, write, r->words[1]);
    }
    if (!write && !r->args->dry_run)
        app_reindex(r->app);
    json_free(p.done);
    return status;
}

/* --- server
 * ----------------------------------------------------------------------------- */

static void on_server_event(void *ctx, const char *ev, const struct json *event)
{
    struct plain *p = ctx;
    struct buf roles;

    if (strcmp(ev, "account") != 0) {
        on_plain_event(ctx, ev, event);
        return;
    }
    if (p->r->args->json) {
        struct json *row = json_dup(event);

        json_set_take(row, "ev", NULL);
        out_list_add(&p->accounts, row);
        return;
    }
    buf_init(&roles, 0);
    for (size_t i = 0; i < json_len(json_get(event, "roles")); i++) {
        const char *role = json_as_text(json_at(json_get(event, "roles"), i));

        buf_addf(&roles, "%s%s", i ? ", " : "", role ? role : "");
    }
    out_line("%-24s %s", json_get_text(event, "name"), roles.s);
    buf_release(&roles);
}

static int follow_server(
        struct run *r, const char *program, struct json *job, bool list)
{
    struct plain p = {.r = r};
    struct follow f = {.event = on_server_event,
            .ctx = &p,
            .stdin_secrets = r->args->password_stdin};
    const struct json *made, *users;
    struct err err = {0};
    int status, stopped;

    if (worker_start(r->app, program, job, &f.worker, &err) < 0)
        return cli_fail(&err);
    status = follow(&f, &stopped);
    if (stopped)
        status = CLI_STOPPED + stopped;
    free(f.user);
    users = json_get(p.done, "users"); /* of odus serve, all at once */
    for (size_t i = 0; i < json_len(users); i++)
        on_server_event(&p, "account", json_at(users, i));
    made = json_get(p.done, "made");
    for (size_t i = 0; i < json_len(made) && !r->args->json; i++)
        out_line(_("done: %1$s"), json_as_text(json_at(made, i)));
    if (status == CLI_DONE && !list && !json_len(made) && !r->args->json)
        out_line("%s", made ? _("nothing was to be done") : _("done"));
    if (list && r->args->json)
        out_list_end(&p.accounts);
    else if (r->args->json && p.done) {
        json_set_take(p.done, "ev", NULL);
        out_json(json_retain(p.done));
    }
    json_free(p.done);
    return status;
}

/* URL as people write it; NULL: none. What is understood is said. */
static int server_job(
        struct run *r, const char *name, const char *url, struct json **ret)
{
    struct err err = {0};

    if (!url) /* accounts of this store */
        *ret = app_own_job(r->app, name);
    else if (app_server_job(r->app, name, url, ret, &err) < 0)
        return cli_fail(&err);
    say_address(url, json_get_text(*ret, "url"));
    return CLI_DONE;
}

static int setup(struct run *r)
{
    struct json *job;
    int status;

    if (r->nwords != 2)
        return usage(command_get(CMD_SERVER));
    status = server_job(r, "server-setup", r->words[1], &job);
    if (status != CLI_DONE)
        return status;
    if (r->args->account)
        json_set_text(job, "user", r->args->account);
    json_set_take(job, "organisations", job_words(r->args->container));
    json_set_take(job, "training", json_bool(r->args->training));
    json_set_take(job, "insecure", json_bool(r->args->insecure));
    return follow_server(r, "sync", job, false);
}

/* With an address the accounts of that server, else those of odus serve on this store.
 */
static int user(struct run *r)
{
    const char *what = r->nwords > 1 ? r->words[1] : "";
    const char *name = r->nwords > 2 ? r->words[2] : NULL;
    bool list = strcmp(what, "list") == 0;
    bool remote = r->args->url != NULL;
    struct json *job;
    char *job_name;
    int status;

    if (!(list ? !name
               : name && (strcmp(what, "add") == 0 || strcmp(what, "remove") == 0)))
        return usage(command_get(CMD_SERVER));
    job_name = xasprintf(remote ? "server-user-%s" : "user_%s", what);
    status = server_job(r, job_name, r->args->url, &job);
    free(job_name);
    if (status != CLI_DONE)
        return status;
    json_set_text(job, "name", name);
    if (r->args->account)
        json_set_text(job, "user", r->args->account);
    json_set_take(
            job, "roles", job_words(r->args->role ? r->args->role : "organisateur"));
    json_set_take(job, "insecure", json_bool(r->args->insecure));
    if (!remote && strcmp(what, "add") == 0) {
        char *password = ask_new_password(name, true, r->args->password_stdin);

        if (!password || !*password) {
            struct err err = {0};

            json_free_secret(job);
            free(password);
            err_set(&err, ERR_USAGE, N_("a new account needs a password"));
            return cli_fail(&err);
        }
        json_set_text(job, "password", password);
        if (password)
            explicit_bzero(password, strlen(password));
        free(password);
    }
    return follow_server(r, remote ? "sync" : "serve", job, list);
}

int run_server(struct run *r)
{
    if (strcmp(r->words[0], "setup") == 0)
        return setup(r);
    if (strcmp(r->words[0], "user") == 0)
        return user(r);
    return usage(command_get(CMD_SERVER));
}
