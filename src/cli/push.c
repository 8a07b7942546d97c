/* push: records to the agendas of others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/app/deliver.h"
#include "odus/app/push.h"
#include "odus/base/mem.h"
#include "worker.h"

struct session {
    struct run *r;
    struct follow follow;
    struct json *would, *notes, *receipts, *refused; /* of what was told, for --json */
    struct json *done;                               /* the event; NULL */
};

/* --- words ------------------------------------------------------------------------ */

static const char *text_of(const struct json *event, const char *key)
{
    const char *text = json_get_text(event, key);

    return text ? text : "";
}

static const char *word_of(const char *word)
{
    static const struct {
        const char *word, *id;
    } words[] = {{"create", N_("would be created")}, {"change", N_("would be changed")},
            {"remove", N_("would be removed")}, {"hide", N_("would be hidden")},
            {"created", N_("created")}, {"changed", N_("changed")},
            {"removed", N_("removed")}, {"hidden", N_("hidden")},
            {"looked", N_("looked at")}, {"sent", N_("it is there")},
            {"new", N_("validation was asked for")},
            {"asked", N_("validation was asked for")}, {"validated", N_("validated")},
            {"refused", N_("refused")}};

    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(words[i].word, word) == 0)
            return _(words[i].id);
    return word;
}

/* --- progress --------------------------------------------------------------------- */

static void show_progress(struct session *s, const struct json *event)
{
    struct buf line;

    if (s->r->args->json)
        return;
    buf_init(&line, 0);
    buf_addf(&line, _("sent: %1$ld of %2$ld"), (long)json_get_int(event, "done", 0),
            (long)json_get_int(event, "total", 0));
    progress(line.s);
    buf_release(&line);
}

/* --- events ----------------------------------------------------------------------- */

/* What a machine reads: without the words of the channel, its message in words. */
static void keep(struct json *list, const struct json *event, const struct buf *message)
{
    struct json *obj = json_dup(event);

    json_set_take(obj, "ev", NULL);
    json_set_take(obj, "code", NULL);
    json_set_take(obj, "args", NULL);
    if (message)
        json_set_text(obj, "message", message->s);
    json_push_take(list, obj);
}

/* "0199f3a0-0601  TITLE: " */
static void add_record(const struct json *event, struct buf *out)
{
    buf_addf(out, "%.*s  ", ID_SHOWN, text_of(event, "uid"));
    i18n_add_label(text_of(event, "title"), out);
}

static void tell_thing(struct session *s, struct json *list, const struct json *event)
{
    const char *state = text_of(event, "state");
    struct buf line;

    if (s->r->args->json) {
        keep(list, event, NULL);
        return;
    }
    buf_init(&line, 0);
    add_record(event, &line);
    buf_adds(&line, word_of(text_of(event, "what")));
    if (*state)
        buf_addf(&line, " · %s", word_of(state));
    out_line("%s", line.s);
    buf_release(&line);
}

/* "left out · Venue › Town: …" */
static void add_note(const struct session *s, const struct json *event, struct buf *out)
{
    struct buf label;

    buf_init(&label, 0);
    app_path_label(s->r->app, text_of(event, "type"), text_of(event, "field"), &label);
    buf_addf(out, "%s · ", _(deliver_kind_id(deliver_kind_of(text_of(event, "kind")))));
    if (label.len)
        i18n_add_label(label.s, out);
    buf_release(&label);
}

static void tell_note(struct session *s, const struct json *event)
{
    struct buf text, line;

    buf_init(&text, 0);
    buf_init(&line, 0);
    lines_add_sentence(event, i18n_text, &text);
    if (s->r->args->json) {
        keep(s->notes, event, &text);
    } else {
        add_record(event, &line);
        add_note(s, event, &line);
        out_line("%s%s", line.s, text.s);
    }
    buf_release(&line);
    buf_release(&text);
}

static void tell_refused(struct session *s, const struct json *event)
{
    struct err err = {0};
    char *message = lines_get_err(event, &err);
    struct buf text, line;

    buf_init(&text, 0);
    buf_init(&line, 0);
    err_text(&err, i18n_text, &text);
    add_record(event, &line);
    if (s->r->args->json)
        keep(s->refused, event, &text);
    else
        say("%s%s", line.s, text.s);
    buf_release(&line);
    buf_release(&text);
    free(message);
}

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct session *s = ctx;

    if (strcmp(ev, "progress") == 0) {
        show_progress(s, event);
        return;
    }
    progress_end();
    if (strcmp(ev, "would") == 0) {
        tell_thing(s, s->would, event);
    } else if (strcmp(ev, "receipt") == 0) {
        tell_thing(s, s->receipts, event);
    } else if (strcmp(ev, "note") == 0) {
        tell_note(s, event);
    } else if (strcmp(ev, "refused") == 0) {
        tell_refused(s, event);
    } else if (strcmp(ev, "wait") == 0) {
        say_event_error(event);
        say(_("trying again in %1$ld s"), (long)json_get_int(event, "seconds", 0));
    } else if (strcmp(ev, "error") == 0) {
        say_event_error(event);
    } else if (strcmp(ev, "done") == 0) {
        s->done = json_dup(event);
    }
}

/* --- the end ---------------------------------------------------------------------- */

static void print_summary(const struct session *s)
{
    const struct json *d = s->done;
    long doubtful = (long)json_get_int(d, "doubtful", 0);
    long asked = (long)json_get_int(d, "asked", 0);

    say(s->r->args->dry_run
                    ? _("%1$ld would be created, %2$ld changed, %3$ld removed; %4$ld "
                        "unchanged, %5$ld left out")
                    : _("%1$ld created, %2$ld changed, %3$ld removed; %4$ld unchanged, "
                        "%5$ld left out, %6$ld refused"),
            (long)json_get_int(d, "created", 0), (long)json_get_int(d, "changed", 0),
            (long)json_get_int(d, "removed", 0), (long)json_get_int(d, "unchanged", 0),
            (long)json_get_int(d, "left_out", 0), (long)json_get_int(d, "refused", 0));
    if (asked)
        say(ngettext("%1$ld thing waits for validation there",
                    "%1$ld things wait for validation there", asked),
                asked);
    if (doubtful)
        say(ngettext("%1$ld thing got no answer: look whether it is there, then odus "
                     "push apidae --again",
                    "%1$ld things got no answer: look whether they are there, then "
                    "odus push apidae --again",
                    doubtful),
                doubtful);
}

static void print_json(struct session *s, int status)
{
    struct json *out = s->done ? json_dup(s->done) : json_new_object();

    json_set_take(out, "ev", NULL);
    json_set_take(out, "status", json_int(status));
    if (s->r->args->dry_run) {
        json_set_take(out, "would", json_retain(s->would));
        json_set_take(out, "notes", json_retain(s->notes));
    } else {
        json_set_take(out, "receipts", json_retain(s->receipts));
        json_set_take(out, "refused_things", json_retain(s->refused));
    }
    out_json(out);
}

static void session_release(struct session *s)
{
    json_free(s->would);
    json_free(s->notes);
    json_free(s->receipts);
    json_free(s->refused);
    json_free(s->done);
}

/* WORKER is taken. */
static int run_session(struct session *s, struct worker *worker)
{
    int status, stopped = 0;

    s->follow = (struct follow){.worker = worker,
            .stdin_secrets = s->r->args->password_stdin,
            .event = on_event,
            .ctx = s};
    status = follow(&s->follow, &stopped);
    progress_end();
    if (stopped)
        say("%s", _("stopped; what was sent stays, the rest waits"));
    return stopped ? CLI_STOPPED + stopped : status;
}

/* --- the command ------------------------------------------------------------------ */

static int push(struct run *r, const char *query)
{
    const struct push_wish wish = {.target = r->words[0],
            .query = query,
            .dry_run = r->args->dry_run,
            .yes = r->args->yes,
            .again = r->args->again};
    struct session s = {.r = r,
            .would = json_new_array(),
            .notes = json_new_array(),
            .receipts = json_new_array(),
            .refused = json_new_array()};
    struct worker *worker;
    struct err err = {0};
    int status;

    if (app_push(r->app, &wish, &worker, &err) < 0) {
        session_release(&s);
        return cli_fail(&err);
    }
    status = run_session(&s, worker);
    if (r->args->json)
        print_json(&s, status);
    else if (s.done)
        print_summary(&s);
    session_release(&s);
    return status;
}

static int set_key(struct run *r)
{
    struct session s = {.r = r};
    struct worker *worker;
    struct err err = {0};
    int status;

    if (app_push_key(r->app, r->words[0], &worker, &err) < 0)
        return cli_fail(&err);
    status = run_session(&s, worker);
    if (status == CLI_DONE)
        say("%s", _("the key is kept"));
    session_release(&s);
    return status;
}

int run_push(struct run *r)
{
    struct buf query;
    int status;

    if (r->args->set_key)
        return r->nwords == 1 ? set_key(r) : usage(command_get(CMD_PUSH));
    buf_init(&query, 0);
    for (size_t i = 1; i < r->nwords; i++)
        buf_addf(&query, "%s%s", i > 1 ? " " : "", r->words[i]);
    status = push(r, query.s);
    buf_release(&query);
    return status;
}
