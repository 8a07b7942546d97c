/* push: records to the agendas of others. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/app/push.h"
#include "odus/base/mem.h"
#include "readiness.h"
#include "worker.h"

struct session {
    struct run *r;
    struct follow follow;
    struct json *would, *told, *receipts, *refused; /* what was said, for --json */
    struct readiness notes;                         /* for people */
    bool read;                                      /* and all of them are said */
    char *why;                                      /* a wait, said last; owned */
    struct json *done;                              /* the event; NULL */
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
            {"look", N_("has a number there: whether it is ours would be asked")},
            {"created", N_("created")}, {"changed", N_("changed")},
            {"removed", N_("removed")}, {"hidden", N_("hidden")},
            {"new", N_("validation was asked for")},
            {"asked", N_("validation was asked for")}, {"validated", N_("validated")},
            {"refused", N_("refused there")}};

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

/* Nothing was sent: what they did with it meanwhile. */
static bool is_looked(const struct json *event)
{
    return strcmp(text_of(event, "what"), "looked") == 0;
}

/* A state says more where somebody there decides. */
static void add_state(const struct json *event, struct buf *out)
{
    const char *number = text_of(event, "number");
    const char *state = text_of(event, "state");

    if (*number)
        buf_adds(out, " · ");
    if (*number)
        buf_addf(out, _("number %1$s"), number);
    if (*state && strcmp(state, "sent") != 0 && !is_looked(event) &&
            strcmp(state, text_of(event, "what")) != 0)
        buf_addf(out, " · %s", word_of(state));
}

static void tell_thing(struct session *s, struct json *list, const struct json *event)
{
    struct buf line;

    if (s->r->args->json) {
        keep(list, event, NULL);
        return;
    }
    buf_init(&line, 0);
    add_thing(event, &line);
    buf_adds(&line, word_of(text_of(event, is_looked(event) ? "state" : "what")));
    add_state(event, &line);
    out_line("%s", line.s);
    buf_release(&line);
}

static void tell_note(struct session *s, const struct json *event)
{
    struct buf text;

    if (!s->r->args->json) {
        readiness_note(&s->notes, event);
        return;
    }
    buf_init(&text, 0);
    lines_add_sentence(event, i18n_text, &text);
    keep(s->told, event, &text);
    buf_release(&text);
}

/* What is missing stands before what is done. */
static void end_notes(struct session *s)
{
    if (!s->r->args->json && !s->read)
        readiness_end(&s->notes);
    s->read = true;
}

static void tell_refused(struct session *s, const struct json *event)
{
    struct err err = {0};
    char *message = lines_get_err(event, &err);
    struct buf text, line;

    buf_init(&text, 0);
    buf_init(&line, 0);
    err_text(&err, i18n_text, &text);
    add_thing(event, &line);
    if (s->r->args->json)
        keep(s->refused, event, &text);
    else
        say("%s%s", line.s, text.s);
    buf_release(&line);
    buf_release(&text);
    free(message);
}

/* Why is said once, however often it is tried. */
static void tell_wait(struct session *s, const struct json *event)
{
    struct err err = {0};
    char *message = lines_get_err(event, &err);
    struct buf why;

    buf_init(&why, 0);
    err_text(&err, i18n_text, &why);
    free(message);
    if (!s->why || strcmp(s->why, why.s) != 0)
        say("odus: %s", why.s);
    free(s->why);
    s->why = buf_take(&why);
    say(_("try %1$ld of %2$ld in %3$ld s"), (long)json_get_int(event, "try", 0),
            (long)json_get_int(event, "tries", 0),
            (long)json_get_int(event, "seconds", 0));
}

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct session *s = ctx;

    if (strcmp(ev, "progress") == 0) {
        end_notes(s);
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
        tell_wait(s, event);
    } else if (strcmp(ev, "error") == 0 || strcmp(ev, "warning") == 0) {
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
    long left_out = (long)json_get_int(d, "left_out", 0);
    long asked = (long)json_get_int(d, "asked", 0);
    long unnoted = (long)json_get_int(d, "unnoted", 0);

    say(s->r->args->dry_run
                    ? _("%1$ld would be created, %2$ld changed, %3$ld removed; %4$ld "
                        "unchanged, %5$ld left out")
                    : _("%1$ld created, %2$ld changed, %3$ld removed; %4$ld unchanged, "
                        "%5$ld left out, %6$ld refused"),
            (long)json_get_int(d, "created", 0), (long)json_get_int(d, "changed", 0),
            (long)json_get_int(d, "removed", 0), (long)json_get_int(d, "unchanged", 0),
            left_out, (long)json_get_int(d, "refused", 0));
    if (left_out && !s->r->args->dry_run)
        say(_("why: odus push %1$s --dry-run"), s->r->words[0]);
    if (asked)
        say(ngettext("%1$ld thing waits for validation there",
                    "%1$ld things wait for validation there", asked),
                asked);
    if (doubtful)
        say(ngettext("%1$ld thing got no answer: where it is there, give the record "
                     "its number; else odus push apidae --again",
                    "%1$ld things got no answer: where they are there, give the "
                    "records their numbers; else odus push apidae --again",
                    doubtful),
                doubtful);
    if (unnoted && !s->r->args->dry_run)
        say(ngettext("%1$ld record does not say its number there: odus push %2$s "
                     "--adopt",
                    "%1$ld records do not say their number there: odus push %2$s "
                    "--adopt",
                    (unsigned long)unnoted),
                unnoted, s->r->words[0]);
}

static void print_json(struct session *s, int status)
{
    struct json *out = s->done ? json_dup(s->done) : json_new_object();

    json_set_take(out, "ev", NULL);
    json_set_take(out, "status", json_int(status));
    json_set_take(out, "notes", json_retain(s->told));
    json_set_take(out, "refused_things", json_retain(s->refused));
    if (s->r->args->dry_run)
        json_set_take(out, "would", json_retain(s->would));
    else
        json_set_take(out, "receipts", json_retain(s->receipts));
    out_json(out);
}

static void session_release(struct session *s)
{
    json_free(s->would);
    json_free(s->told);
    json_free(s->receipts);
    json_free(s->refused);
    free(s->why);
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
            .notes = {.r = r},
            .would = json_new_array(),
            .told = json_new_array(),
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
    end_notes(&s);
    if (r->args->json)
        print_json(&s, status);
    else if (s.done) {
        print_summary(&s);
    }
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

    if (r->args->adopt)
        return r->nwords == 1 ? push_adopt(r) : usage(command_get(CMD_PUSH));
    if (r->args->set_key)
        return r->nwords == 1 ? set_key(r) : usage(command_get(CMD_PUSH));
    buf_init(&query, 0);
    for (size_t i = 1; i < r->nwords; i++)
        buf_addf(&query, "%s%s", i > 1 ? " " : "", r->words[i]);
    status = push(r, query.s);
    buf_release(&query);
    return status;
}
