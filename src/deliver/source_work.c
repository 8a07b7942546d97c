#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/zone.h"
#include "odus/deliver/source.h"
#include "odus/deliver/work.h"

enum {
    TELL_MS = 100,
    YEARS_BACK = 2,
    YEARS_AHEAD = 10,
    LOOK_EVERY = 64,
    REFUSED_MAX = 100000, /* then it is not the right file */
};

/* One import on its way. */
struct import {
    struct work *w;
    int64_t proposals, refused;
    int64_t told_ms;
    int events;
};

/* Whether to go on, without asking the pipe at every event. */
static bool go_on(struct import *im)
{
    return im->events++ % LOOK_EVERY ? !im->w->stop : work_go_on(im->w);
}

static bool tell_proposal(void *ctx, struct json *proposal)
{
    struct import *im = ctx;
    struct json *event = work_event("proposal");

    im->proposals++;
    json_set_take(event, "proposal", proposal);
    work_tell(im->w, event);
    return go_on(im);
}

static bool tell_refused(void *ctx, const char *place, const struct err *err)
{
    struct import *im = ctx;
    struct json *event = work_event("refused");

    im->refused++;
    json_set_text(event, "place", place);
    lines_set_err(event, err);
    work_tell(im->w, event);
    return im->refused < REFUSED_MAX && go_on(im);
}

static bool tell_progress(void *ctx, int64_t bytes, int64_t total)
{
    struct import *im = ctx;
    int64_t now = clock_mono_ms();
    struct json *event;

    if (im->told_ms && now - im->told_ms < TELL_MS && bytes < total)
        return go_on(im);
    im->told_ms = now;
    event = work_event("progress");
    work_set_int(event, "done", bytes);
    work_set_int(event, "total", total);
    work_tell(im->w, event);
    return work_go_on(im->w);
}

/* Day KEY of the job, OTHERWISE where it has none. */
static int read_day(struct work *w, const char *key, int32_t otherwise, int32_t *ret,
        struct err *err)
{
    const char *text = work_text(w, key);

    *ret = otherwise;
    if (text && date_iso_parse(view_of(text), ret))
        return err_set(err, ERR_USAGE, N_("this is no date: %1$s"), text);
    return 0;
}

/* What no agenda has a use for stays out: the days are those of rule R-DAT4. */
static int read_options(struct work *w, struct source_options *opt, struct err *err)
{
    int32_t today = (int32_t)(clock_now_ms() / 86400000);
    int rc = read_day(w, "from", today - YEARS_BACK * 366, &opt->from, err);

    if (rc == 0)
        rc = read_day(w, "until", today + YEARS_AHEAD * 366, &opt->until, err);
    opt->zone = work_text(w, "zone");
    if (!opt->zone)
        opt->zone = "Europe/Paris";
    if (rc == 0 && !zone_known(opt->zone))
        rc = err_set(err, ERR_USAGE, N_("unknown time zone: %1$s"), opt->zone);
    return rc;
}

static int find_kind(
        struct work *w, const char *file, enum source_kind *ret, struct err *err)
{
    const char *name = work_text(w, "kind");
    int rc = 0;

    if (name)
        *ret = source_kind_of(name);
    else
        rc = source_detect(file, ret, err);
    if (rc == 0 && *ret == SOURCE_UNKNOWN)
        rc = err_set(err, ERR_INVALID,
                N_("this file is no agenda that can be read: %1$s"), file);
    return rc;
}

static const char *name_of(enum source_kind kind)
{
    static const char *const names[] = {"ics", "openagenda", "jsonld"};

    for (size_t i = 0; i < COUNT(names); i++)
        if (source_kind_of(names[i]) == kind)
            return names[i];
    return NULL;
}

static void tell_done(const struct import *im, enum source_kind kind)
{
    struct json *event = work_event("done");

    json_set_text(event, "kind", name_of(kind));
    work_set_int(event, "proposals", im->proposals);
    work_set_int(event, "refused", im->refused);
    work_tell(im->w, event);
}

int source_work(struct work *w)
{
    const char *file = work_text(w, "file");
    struct import im = {.w = w};
    struct source_sink sink = {tell_proposal, tell_refused, tell_progress, &im};
    enum source_kind kind = SOURCE_UNKNOWN;
    struct source_options opt;
    struct err err = {0};
    int rc = file ? 0 : err_set(&err, ERR_USAGE, N_("no file is named"));

    if (rc == 0)
        rc = read_options(w, &opt, &err);
    if (rc == 0)
        rc = find_kind(w, file, &kind, &err);
    if (rc == 0)
        rc = source_read(file, kind, &opt, &sink, &err);
    if (im.refused >= REFUSED_MAX)
        rc = err_set(&err, ERR_LIMIT,
                N_("a hundred thousand events cannot be read: is this the right "
                   "file?"));
    if (rc)
        return work_fail(w, &err, rc == ERR_USAGE ? WORK_USAGE : WORK_PROBLEMS);
    tell_done(&im, kind);
    return im.refused ? WORK_PROBLEMS : WORK_DONE;
}
