/* hold, release, news: where records stand, and what others did. */
#include "odus/app/sync.h"
#include "odus/base/clock.h"
#include "run.h"

int run_hold(struct run *r)
{
    bool held = command_find(r->args->command, IN_SHELL)->id == CMD_HOLD;
    struct err err = {0};
    char uid[37];
    int status = find_record(r, r->words[0], uid);

    if (status != CLI_DONE)
        return status;
    if (app_hold(r->app, uid, held, &err) < 0)
        return cli_fail(&err);
    say("%s", held ? _("held: it is not sent until you release it")
                   : _("released: it goes with the next synchronisation"));
    return CLI_DONE;
}

static struct json *news_json(const struct sync_news *n)
{
    struct json *row = json_new_object();
    char at[CLOCK_TEXT];

    clock_rfc3339(n->at_ms, at);
    json_set_text(row, "uid", n->uid);
    json_set_text(row, "title", n->title);
    json_set_text(row, "type", n->type);
    json_set_text(row, "author", n->author);
    json_set_text(row, "at", at);
    json_set_take(row, "new", json_bool(n->is_new));
    json_set_take(row, "deleted", json_bool(n->removed));
    json_set_take(row, "own", json_bool(n->own));
    return row;
}

static void print_news(struct run *r, const struct sync_news *n)
{
    const char *what = n->removed ? _("deleted") : n->is_new ? _("new") : _("changed");

    out_line("%.13s  %-9s %s · %s (%s)", n->uid, what,
            n->title && *n->title ? n->title : "?", app_type_label(r->app, n->type),
            n->author && *n->author ? n->author : "?");
}

/* Read on a terminal or in words it counts as a visit; a machine only looks. */
int run_news(struct run *r)
{
    size_t limit = r->args->limit ? r->args->limit : 200;
    struct out_list list = {0};
    struct sync_news *news;
    struct err err = {0};
    size_t n;

    if (app_news(r->app, app_news_since(r->app), limit, &news, &n, &err) < 0)
        return cli_fail(&err);
    for (size_t i = 0; i < n; i++) {
        if (r->args->json)
            out_list_add(&list, news_json(&news[i]));
        else
            print_news(r, &news[i]);
    }
    if (r->args->json)
        out_list_end(&list);
    else if (n == 0)
        say("%s", _("nothing has changed since your last visit"));
    else if (n < limit && !r->args->dry_run)
        app_news_seen(r->app);
    app_news_free(news, n);
    return CLI_DONE;
}
