/* sync: a session with the server, told on a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/app/sync.h"
#include "odus/base/mem.h"
#include "worker.h"

/* --- sync ------------------------------------------------------------------------- */

struct session {
    struct run *r;
    const struct sync_wish *wish;
    struct follow follow;
    struct sync_state state;
    struct json *done, *error;
    bool let_in;
    struct json *before; /* `done` of the first of two; NULL */
    char *former;        /* who she was before this session gave her an account; NULL */
};

static const char *phase_text(enum sync_phase phase)
{
    switch (phase) {
    case SYNC_PUSH: return _("sending");
    case SYNC_PULL: return _("fetching");
    case SYNC_MERGE: return _("bringing changes together");
    default: return _("connecting");
    }
}

static void show_progress(struct session *s)
{
    struct buf line;

    if (s->r->args->json)
        return;
    buf_init(&line, 0);
    buf_addf(&line, "%s", phase_text(s->state.phase));
    if (s->state.done > 0 && s->state.total > 0)
        buf_addf(
                &line, _(" %1$ld of %2$ld"), (long)s->state.done, (long)s->state.total);
    else if (s->state.done > 0)
        buf_addf(&line, " %ld", (long)s->state.done);
    if (s->state.rate > 0) {
        buf_adds(&line, " · ");
        i18n_add_bytes(s->state.rate, &line);
        buf_adds(&line, "/s");
    }
    if (s->state.eta > 2)
        buf_addf(&line, _(" · %1$ld s left"), (long)s->state.eta);
    progress(line.s);
    buf_release(&line);
}

void say_record(const char *ev, const struct json *event)
{
    const char *title = json_get_text(event, "title"),
               *why = json_get_text(event, "why");
    const char *fields = json_get_text(event, "fields");

    title = title && *title ? title : json_get_text(event, "uid");
    if (strcmp(ev, "merged") == 0 && fields && *fields)
        say(_("brought together: %1$s (%2$s)"), title ? title : "", fields);
    else if (strcmp(ev, "merged") == 0)
        say(_("brought together: %1$s"), title ? title : "");
    else if (strcmp(ev, "conflict") == 0)
        say(_("to be decided, the same was changed twice: %1$s"), title ? title : "");
    else
        say(_("not taken: %1$s: %2$s"), title ? title : "", why && *why ? _(why) : "");
}

void say_address(const char *typed, const char *understood)
{
    if (typed && understood && !strstr(typed, "://"))
        say(_("understood as %1$s"), understood);
}

/* Once the server has let her in, the address is kept where none was, and the account;
 * a room is not for ever. */
static void remember(struct session *s)
{
    const struct sync_wish *wish = s->wish;
    const struct sync_settings known = app_sync_settings(s->r->app);
    const char *url = wish->code || *known.server ? NULL : wish->url;
    const char *account = s->follow.user ? s->follow.user : s->r->args->account;
    bool own =
            !wish->code && (url || !wish->url || app_is_server(s->r->app, wish->url));
    struct err err = {0};

    s->let_in = true;
    if (s->r->args->dry_run || !(url || (own && account)))
        return;
    s->former = own && account ? xstrdup(app_author(s->r->app)) : NULL;
    if (app_set_server(s->r->app, url, own ? account : NULL, &err) < 0)
        cli_fail(&err);
    else if (url)
        say(_("%1$s is the server from now on"), url);
}

static bool shows_signed_in(const struct session *s)
{
    return s->state.phase == SYNC_PUSH || s->state.phase == SYNC_PULL ||
           s->state.phase == SYNC_MERGE;
}

static void on_sync_event(void *ctx, const char *ev, const struct json *event)
{
    struct session *s = ctx;

    sync_state_event(&s->state, event);
    if (strcmp(ev, "progress") == 0) {
        show_progress(s);
        return;
    }
    progress_end();
    if (!s->let_in && shows_signed_in(s))
        remember(s);
    if (strcmp(ev, "done") == 0)
        s->done = json_dup(event);
    else if (strcmp(ev, "error") == 0)
        s->error = json_dup(event);
    if (s->r->args->json || strcmp(ev, "phase") == 0 || strcmp(ev, "start") == 0)
        return;
    if (strcmp(ev, "error") == 0 || strcmp(ev, "warning") == 0) {
        say_event_error(event);
    } else if (strcmp(ev, "wait") == 0) {
        say_event_error(event);
        say(_("trying again in %1$d s"), s->state.wait_seconds);
    } else if (strcmp(ev, "refused") == 0 && s->former) {
        return; /* it may only lack the account's name: run_session */
    } else if (strcmp(ev, "done") != 0 && strcmp(ev, "file") != 0) {
        say_record(ev, event);
    }
}

static void print_summary(struct session *s)
{
    const struct sync_state *st = &s->state;
    struct buf up, down;

    if (!s->let_in)
        return; /* why not has been said */
    if (s->r->args->dry_run) {
        out_line(_("%1$ld changes would come, %2$ld records would go"),
                (long)st->pulled, (long)st->waiting);
        return;
    }
    buf_init(&up, 0);
    buf_init(&down, 0);
    i18n_add_bytes(st->up, &up);
    i18n_add_bytes(st->down, &down);
    out_line(_("%1$ld received, %2$ld sent, %3$ld brought together; %4$ld waiting, "
               "%5$ld "
               "to be decided (%6$s sent, %7$s received)"),
            (long)st->pulled, (long)st->pushed, (long)st->merged, (long)st->waiting,
            (long)st->conflicts, up.s, down.s);
    buf_release(&up);
    buf_release(&down);
    if (st->staying)
        print_staying(st->staying);
    if (st->referent)
        out_line(
                _("waiting for a référent or their author: %1$ld"), (long)st->referent);
}

/* The events of one kind, without the word. */
static struct json *events_of(const struct json *log, const char *ev)
{
    struct json *all = json_new_array();

    for (size_t i = 0; i < json_len(log); i++) {
        const char *kind = json_get_text(json_at(log, i), "ev");

        if (kind && strcmp(kind, ev) == 0) {
            struct json *one = json_dup(json_at(log, i));

            json_set_take(one, "ev", NULL);
            json_push_take(all, one);
        }
    }
    return all;
}

static struct json *error_json(const struct json *event)
{
    struct json *error = json_new_object();
    struct err err = {0};
    char *message = lines_get_err(event, &err);
    struct buf text;

    buf_init(&text, 0);
    err_text(&err, i18n_text, &text);
    json_set_text(error, "message", text.s);
    json_set_take(error, "later", json_bool(json_get_bool(event, "down", false)));
    buf_release(&text);
    free(message);
    return error;
}

static void add_before(struct json *out, const struct json *before)
{
    static const char *const sums[] = {
            "pulled", "pushed", "merged", "files", "requests", "up", "down", "ms"};

    for (size_t i = 0; i < COUNT(sums); i++)
        if (json_get(before, sums[i]))
            json_set_take(out, sums[i],
                    json_int(json_get_int(out, sums[i], 0) +
                             json_get_int(before, sums[i], 0)));
}

static void print_json(struct session *s, int status)
{
    struct json *out = s->done ? json_dup(s->done) : json_new_object();

    add_before(out, s->before);

    json_set_take(out, "ev", NULL);
    json_set_take(out, "status", json_int(status));
    json_set_take(out, "merged_records", events_of(s->state.log, "merged"));
    json_set_take(out, "conflict_records", events_of(s->state.log, "conflict"));
    json_set_take(out, "refused_records", events_of(s->state.log, "refused"));
    if (s->error)
        json_set_take(out, "error", error_json(s->error));
    out_json(out);
}

static void session_release(struct session *s)
{
    free(s->follow.user);
    free(s->former);
    json_free(s->before);
    json_free(s->done);
    json_free(s->error);
    sync_state_release(&s->state);
}

static int end_session(struct session *s, int status, int stopped)
{
    if (stopped) {
        say("%s", _("stopped; what was exchanged stays, the rest waits"));
        status = CLI_STOPPED + stopped;
    } else if (status == CLI_DONE && s->state.refused) {
        status = CLI_PROBLEMS;
    }
    if (s->r->args->json)
        print_json(s, status);
    else if (s->done)
        print_summary(s);
    session_release(s);
    return status;
}

/* What on_sync_event kept back. */
static void say_refused(const struct session *s)
{
    for (size_t i = 0; i < json_len(s->state.log) && !s->r->args->json; i++) {
        const struct json *event = json_at(s->state.log, i);
        const char *ev = json_get_text(event, "ev");

        if (ev && strcmp(ev, "refused") == 0)
            say_record(ev, event);
    }
}

/* BEFORE is taken: what an earlier session of the same command has done; NULL. */
static int run_session(struct run *r, const struct sync_wish *wish, struct json *before)
{
    struct session s = {.r = r,
            .wish = wish,
            .before = before,
            .follow = {.url_given = wish->url != NULL,
                    .stdin_secrets = r->args->password_stdin,
                    .event = on_sync_event}};
    struct err err = {0};
    int status, stopped;
    size_t n;

    s.follow.ctx = &s;
    if (app_sync(r->app, wish, &s.follow.worker, &err) < 0) {
        session_release(&s);
        return cli_fail(&err);
    }
    status = follow(&s.follow, &stopped);
    progress_end();
    if (s.state.pulled || s.state.merged)
        app_reindex(r->app);
    n = s.former && s.done && !stopped ? app_sign_waiting(r->app, s.former) : 0;
    if (s.former && !n)
        say_refused(&s);
    if (!n)
        return end_session(&s, status, stopped);
    if (!r->args->json)
        print_summary(&s);
    say(ngettext("%1$zu record of yours bears the account's name now and is sent",
                "%1$zu records of yours bear the account's name now and are sent", n),
            n);
    before = json_retain(s.done);
    session_release(&s);
    return run_session(r, wish, before);
}

int run_sync(struct run *r)
{
    struct sync_room to = {.url = NULL};
    char *url = NULL;
    struct err err = {0};
    int status;

    if (r->nwords)
        to = sync_room_read(r->words[0]);
    if (to.url && app_server_address(to.url, &url, &err) < 0) {
        sync_room_release(&to);
        return cli_fail(&err);
    }
    say_address(to.url, url);
    status = run_session(r,
            &(struct sync_wish){.url = url,
                    .user = to.user ? to.user : r->args->account,
                    .code = to.code,
                    .yes = r->args->yes,
                    .dry_run = r->args->dry_run,
                    .insecure = r->args->insecure,
                    .tries = 3},
            NULL);
    sync_room_release(&to);
    free(url);
    return status;
}
