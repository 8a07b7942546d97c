/* files: posters and papers that records name. */
#include "odus/app/files.h"

#include <stdlib.h>
#include <string.h>

#include "worker.h"

/* --- what is here ----------------------------------------------------------------- */

static struct json *file_json(const struct app_file *f)
{
    struct json *row = json_new_object();

    json_set_text(row, "hash", f->hash);
    json_set_text(row, "uid", f->uid);
    json_set_text(row, "title", f->title);
    json_set_take(row, "here", json_bool(f->bytes >= 0));
    json_set_take(row, "waiting", json_bool(f->waits));
    if (f->bytes >= 0)
        json_set_take(row, "bytes", json_int(f->bytes));
    return row;
}

static void print_file(const struct app_file *f)
{
    const char *where = f->bytes < 0 ? _("not here")
                        : f->waits   ? _("waiting")
                                     : _("here");
    const char *title = f->title && *f->title ? f->title : "?";
    struct buf size;

    if (f->bytes < 0) {
        out_line("%.12s  %s · %.13s %s", f->hash, where, f->uid, title);
        return;
    }
    buf_init(&size, 0);
    i18n_add_bytes(f->bytes, &size);
    out_line("%.12s  %s, %s · %.13s %s", f->hash, where, size.s, f->uid, title);
    buf_release(&size);
}

/* UID NULL: of all records. */
static int list_files(struct run *r, const char *uid, struct out_list *list)
{
    struct app_file *files = NULL;
    struct err err = {0};
    size_t n = 0;

    if (app_files(r->app, uid, &files, &n, &err) < 0)
        return cli_fail(&err);
    for (size_t i = 0; i < n; i++) {
        if (r->args->json)
            out_list_add(list, file_json(&files[i]));
        else
            print_file(&files[i]);
    }
    app_files_free(files, n);
    return CLI_DONE;
}

static int list(struct run *r)
{
    struct out_list out = {0};
    int status = CLI_DONE;
    char uid[37];

    if (r->nwords == 0)
        status = list_files(r, NULL, &out);
    for (size_t i = 0; i < r->nwords && status == CLI_DONE; i++) {
        status = find_record(r, r->words[i], uid);
        if (status == CLI_DONE)
            status = list_files(r, uid, &out);
    }
    if (r->args->json)
        out_list_end(&out);
    return status;
}

/* --- into the store --------------------------------------------------------------- */

static int add(struct run *r)
{
    struct out_list out = {0};
    int status = CLI_DONE;

    if (r->nwords < 2)
        return usage(command_get(CMD_FILES));
    for (size_t i = 1; i < r->nwords && status == CLI_DONE; i++) {
        char hash[HASH_256_TEXT];
        struct err err = {0};

        if (app_file_add(r->app, r->words[i], hash, &err) < 0) {
            status = cli_fail(&err);
        } else if (r->args->json) {
            struct json *row = json_new_object();

            json_set_text(row, "file", r->words[i]);
            json_set_text(row, "hash", hash);
            out_list_add(&out, row);
        } else {
            out_line("%s", hash);
        }
    }
    if (r->args->json)
        out_list_end(&out);
    return status;
}

/* --- from the server -------------------------------------------------------------- */

struct fetch {
    struct json *done;
    bool refused;
};

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct fetch *f = ctx;
    const char *title = json_get_text(event, "title");

    if (strcmp(ev, "done") == 0) {
        json_free(f->done);
        f->done = json_dup(event);
    } else if (strcmp(ev, "error") == 0 || strcmp(ev, "warning") == 0) {
        say_event_error(event);
    } else if (strcmp(ev, "refused") == 0) {
        f->refused = true;
        say_record(ev, event);
    } else if (strcmp(ev, "file") == 0) {
        say(_("fetched: %1$s"), title && *title ? title : "?");
    }
}

static int fetch(struct run *r)
{
    struct json *uids = json_new_array();
    struct fetch f = {.done = NULL};
    struct follow w = {.event = on_event, .ctx = &f};
    int status = CLI_DONE;
    struct err err = {0};
    char uid[37];

    for (size_t i = 1; i < r->nwords && status == CLI_DONE; i++) {
        status = find_record(r, r->words[i], uid);
        if (status == CLI_DONE)
            json_push_take(uids, json_text(view_of(uid)));
    }
    if (status != CLI_DONE) {
        json_free(uids);
        return status;
    }
    if (app_files_fetch(r->app, r->args->url, uids, &w.worker, &err) < 0)
        return cli_fail(&err);
    status = follow(&w, NULL);
    if (f.done && r->args->json) {
        json_set_take(f.done, "ev", NULL);
        out_json(json_retain(f.done));
    }
    json_free(f.done);
    return status == CLI_DONE && f.refused ? CLI_PROBLEMS : status;
}

int run_files(struct run *r)
{
    if (r->nwords > 0 && strcmp(r->words[0], "add") == 0)
        return add(r);
    if (r->nwords > 0 && strcmp(r->words[0], "fetch") == 0)
        return fetch(r);
    return list(r);
}
