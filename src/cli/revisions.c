/* delete, history, revert. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "ask.h"

enum { REV_SHOWN = 12 };

/* --- delete --- */

/* The title of the draft UID; NULL when the record has none. Owned. */
static char *draft_title(struct run *r, const char *uid)
{
    struct app_draft *drafts = NULL;
    char *title = NULL;
    size_t n = 0;

    if (app_drafts(r->app, false, &drafts, &n, NULL) < 0)
        return NULL;
    for (size_t i = 0; i < n && !title; i++)
        if (strcmp(drafts[i].uid, uid) == 0)
            title = xstrdup(drafts[i].title ? drafts[i].title : "");
    app_drafts_release(drafts, n);
    return title;
}

/* What a draft holds is nowhere else. True when it may go. */
static bool may_discard(struct run *r, const char *title)
{
    if (r->args->yes)
        return true;
    if (isatty(STDIN_FILENO)) {
        say(_("this draft is nowhere else: \"%1$s\""), title);
        return ask_yes(_("throw it away? (y/n)"));
    }
    say(_("kept: this draft is nowhere else (\"%1$s\"); --yes throws it away"), title);
    return false;
}

int run_delete(struct run *r)
{
    struct err err = {0};
    char uid[37];
    char *title;
    int status = find_record(r, r->words[0], uid);

    if (status != CLI_DONE)
        return status;
    title = draft_title(r, uid);
    if (title && !may_discard(r, title))
        status = CLI_PROBLEMS;
    else if (app_delete(r->app, uid, title, &err) < 0)
        status = cli_fail(&err);
    else if (title)
        say(_("draft thrown away: %1$s"), title);
    else
        say(_("deleted; odus history and odus revert bring it back"));
    app_reindex(r->app);
    free(title);
    return status;
}

/* --- history --- */

static struct json *change_json(const struct app_change *c)
{
    struct json *obj = json_new_object();
    struct json *fields = json_new_array();
    struct view rest = view_of(c->fields), one;
    char at[CLOCK_TEXT];

    clock_rfc3339(c->at_ms, at);
    json_set_text(obj, "rev", c->rev);
    json_set_text(obj, "at", at);
    json_set_text(obj, "author", c->author);
    json_set_take(obj, "current", json_bool(c->current));
    while (view_next(&rest, ' ', &one))
        json_push_take(fields, json_text(one));
    json_set_take(obj, "fields", fields);
    return obj;
}

static void print_change(const struct app_change *c)
{
    char at[OUT_MOMENT];

    out_moment(c->at_ms, at);
    out_line("%.*s%s  %s  %s  %s", REV_SHOWN, c->rev, c->current ? " *" : "  ", at,
            c->author, c->labels);
}

int run_history(struct run *r)
{
    struct app_change *changes = NULL;
    struct out_list list = {0};
    struct err err = {0};
    char uid[37];
    size_t n = 0;
    int status = find_record(r, r->words[0], uid);

    if (status != CLI_DONE)
        return status;
    if (app_history(r->app, uid, &changes, &n, &err) < 0)
        return cli_fail(&err);
    for (size_t i = 0; i < n; i++) {
        if (r->args->json)
            out_list_add(&list, change_json(&changes[i]));
        else
            print_change(&changes[i]);
    }
    if (r->args->json)
        out_list_end(&list);
    app_changes_release(changes, n);
    return CLI_DONE;
}

int run_revert(struct run *r)
{
    struct err err = {0};
    char uid[37];
    int status = find_record(r, r->words[0], uid);

    if (status != CLI_DONE)
        return status;
    if (app_revert(r->app, uid, r->words[1], &err) < 0)
        return cli_fail(&err);
    app_reindex(r->app);
    say(_("the record is again as in revision %1$s"), r->words[1]);
    return CLI_DONE;
}
