/* What a session tells and asks whoever started it. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "session.h"

enum { TELL_EVERY_MS = 100 };

static const char *const phase_names[] = {
        [PHASE_SIGN_IN] = "sign-in",
        [PHASE_PUSH] = "push",
        [PHASE_PULL] = "pull",
        [PHASE_MERGE] = "merge",
};

struct json *session_about(struct session *s, const char *name, const char *uid)
{
    struct json *event = work_event(name);

    json_set_text(event, "uid", uid);
    forms_add_title(s->forms, uid, event);
    return event;
}

void session_tell(struct session *s, struct json *event)
{
    s->host->tell(s->host->ctx, event);
}

static void tell_progress(struct session *s)
{
    struct json *event = work_event("progress");
    struct net_totals t = session_totals(s);
    int64_t spent = clock_mono_ms() - s->began_ms;
    int64_t eta = -1;

    if (s->total >= s->done && s->done > 0)
        eta = spent * (s->total - s->done) / s->done / 1000;
    json_set_text(event, "phase", phase_names[s->phase]);
    work_set_int(event, "done", s->done);
    work_set_int(event, "total", s->total);
    work_set_int(event, "up", t.up);
    work_set_int(event, "down", t.down);
    work_set_int(event, "rate", t.rate);
    work_set_int(event, "eta", eta);
    s->told_ms = clock_mono_ms();
    session_tell(s, event);
}

void session_phase(struct session *s, enum session_phase phase, int64_t total)
{
    struct json *event = work_event("phase");

    s->phase = phase;
    s->done = 0;
    s->total = total;
    s->began_ms = clock_mono_ms();
    json_set_text(event, "phase", phase_names[phase]);
    json_set_text(event, "container", s->remote);
    session_tell(s, event);
}

void session_progress(struct session *s, int64_t n, bool last)
{
    s->done += n;
    if (last || clock_mono_ms() - s->told_ms >= TELL_EVERY_MS)
        tell_progress(s);
}

bool session_ask(struct session *s, struct json *question)
{
    char *answer;
    bool yes;

    if (s->job->yes) {
        json_free(question);
        return true;
    }
    answer = s->host->ask(s->host->ctx, question);
    yes = answer && strcmp(answer, "yes") == 0;
    free(answer);
    return yes;
}

int session_metered(struct session *s, int64_t bytes, struct err *err)
{
    struct json *question;

    if (!s->job->metered || s->metered_allowed || bytes <= s->job->metered)
        return 0;
    question = work_event("ask");
    json_set_text(question, "what", "metered");
    work_set_int(question, "bytes", bytes);
    s->metered_allowed = session_ask(s, question);
    return s->metered_allowed ? 0
                              : err_set(err, ERR_CONFLICT,
                                        N_("stopped: the rest would cost too much"));
}
