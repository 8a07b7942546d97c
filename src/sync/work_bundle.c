/* The jobs "bundle-write" and "bundle-read": a file for a USB stick. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/net/gzfile.h"
#include "odus/repl/bundle.h"
#include "odus/repl/settle.h"
#include "session.h"
#include "worker.h"

#define COMMONS "commons"

enum { CONFLICTS_AT_ONCE = 100, REMOVALS_FEW = 5, REMOVALS_MOST = 20 };

static int put(void *ctx, struct view bytes, struct err *err)
{
    return gzfile_write(ctx, bytes, err);
}

static long get(void *ctx, char *bytes, size_t max, struct err *err)
{
    return gzfile_read(ctx, bytes, max, err);
}

static int no_file(struct worker *w)
{
    struct err err = {0};

    err_set(&err, ERR_USAGE, N_("name the file of the bundle"));
    return worker_fail(w, &err, false, WORK_USAGE);
}

int work_bundle_write(struct worker *w)
{
    const char *path = work_text(w->work, "file");
    const char *container = work_text(w->work, "container");
    struct bundle_sink sink = {.write = put};
    struct gzfile *file = NULL;
    int64_t docs = 0, files = 0, seq = 0;
    struct err err = {0};
    struct json *event;
    int rc, end;

    if (!path)
        return no_file(w);
    rc = gzfile_create(path, &file, &err);
    if (rc < 0)
        return worker_fail(w, &err, false, work_status(rc));
    sink.ctx = file;
    rc = bundle_write(w->store, container ? container : COMMONS, 0, &sink, &docs,
            &files, &seq, &err);
    end = gzfile_close(file, rc == 0, rc == 0 ? &err : NULL);
    if (rc < 0 || end < 0)
        return worker_fail(w, &err, false, work_status(rc < 0 ? rc : end));
    event = work_event("done");
    json_set_text(event, "file", path);
    work_set_int(event, "docs", docs);
    work_set_int(event, "files", files);
    work_tell(w->work, event);
    return WORK_DONE;
}

/* Leaves that the bundle put beside others; without a peer no ancestor can be asked
 * for now: what needs one waits for the next session. */
static int settle_all(struct worker *w, struct err *err)
{
    char after[40] = "";
    int rc = 0;
    size_t n;

    do {
        char **uids = NULL;

        n = 0;
        rc = replica_conflicts(w->store, after, CONFLICTS_AT_ONCE, &uids, &n, err);
        for (size_t i = 0; i < n && rc == 0; i++) {
            struct settle_result r = {.merged = 0};

            rc = settle(w->store, w->forms, uids[i], false, &r, err);
            if (rc == 0 && r.need[0][0])
                rc = session_owe(w->store, err);
            settle_result_release(&r);
        }
        if (n > 0)
            snprintf(after, sizeof(after), "%s", uids[n - 1]);
        record_uids_free(uids, n);
    } while (rc == 0 && n == CONFLICTS_AT_ONCE);
    return rc;
}

static struct json *read_done(const struct bundle_report *r)
{
    struct json *event = work_event("done");

    json_set_text(event, "from", r->from);
    json_set_text(event, "container", r->container);
    work_set_int(event, "made", r->made_ms);
    work_set_int(event, "docs", r->docs);
    work_set_int(event, "added", r->added);
    work_set_int(event, "known", r->known);
    work_set_int(event, "refused", r->refused);
    work_set_int(event, "removed", r->removed);
    work_set_int(event, "files", r->files);
    json_set_take(event, "whole", json_bool(r->whole));
    return event;
}

static int read_file(struct worker *w, const char *path, bool dry,
        struct bundle_report *ret, struct err *err)
{
    struct bundle_source source = {.read = get};
    struct gzfile *file = NULL;
    int rc = gzfile_open(path, &file, err);

    if (rc < 0)
        return rc;
    source.ctx = file;
    rc = bundle_read(w->store, w->forms, &source, dry, ret, err);
    (void)gzfile_close(file, false, NULL);
    return rc;
}

static bool allowed(struct worker *w, struct json *question)
{
    char *answer = work_ask(w->work, question);
    bool yes = answer && strcmp(answer, "yes") == 0;

    free(answer);
    return yes;
}

/* What stands in it, before anything is taken over. */
static bool is_wanted(struct worker *w, const struct bundle_report *r)
{
    struct json *question = work_event("ask");

    json_set_text(question, "what", "bundle");
    json_set_text(question, "from", r->from);
    work_set_int(question, "made", r->made_ms);
    work_set_int(question, "docs", r->docs);
    work_set_int(question, "added", r->added);
    work_set_int(question, "removed", r->removed);
    return allowed(w, question);
}

/* As a session asks, docs/design.md §8. */
static int guard(struct worker *w, const struct bundle_report *r, struct err *err)
{
    const char *container = r->container ? r->container : COMMONS;
    struct json *question;
    int64_t of = 0, gone = 0;
    int rc = replica_count(w->store, container, &of, &gone, err);

    if (rc < 0 || r->removed < REMOVALS_FEW ||
            (r->removed <= REMOVALS_MOST && r->removed * 20 <= of))
        return rc;
    question = work_event("ask");
    json_set_text(question, "what", "deletions");
    work_set_int(question, "count", r->removed);
    work_set_int(question, "of", of);
    return allowed(w, question)
                   ? 0
                   : err_set(err, ERR_CONFLICT,
                             N_("stopped before many records were deleted; run it with "
                                "--yes when that is what you want"));
}

/* Looks it through first; *RET_GO: it is to be read in earnest. */
static int preview(struct worker *w, const char *path, struct bundle_report *ret,
        bool *ret_go, struct err *err)
{
    bool ask = !json_get_bool(w->work->job, "yes", false);
    int rc = read_file(w, path, true, ret, err);

    *ret_go = false;
    if (rc == ERR_INVALID && ret->added) { /* what stands before the damage is good */
        err_clear(err);
        rc = 0;
    }
    if (rc < 0 || json_get_bool(w->work->job, "dry_run", false))
        return rc;
    if (ask && ret->added && !is_wanted(w, ret))
        return err_set(err, ERR_CONFLICT, N_("nothing was taken over"));
    rc = ask ? guard(w, ret, err) : 0;
    *ret_go = rc == 0;
    return rc;
}

int work_bundle_read(struct worker *w)
{
    const char *path = work_text(w->work, "file");
    struct bundle_report report = {.docs = 0};
    struct err err = {0};
    bool go;
    int rc;

    if (!path)
        return no_file(w);
    rc = preview(w, path, &report, &go, &err);
    if (go || (rc < 0 && !json_get_bool(w->work->job, "dry_run", false)))
        bundle_report_release(&report); /* what it would have been */
    if (go)
        rc = read_file(w, path, false, &report, &err);
    if (go && (rc == 0 || rc == ERR_INVALID)) {
        int settled = settle_all(w, rc == 0 ? &err : NULL);

        rc = rc ? rc : settled;
    }
    if (rc < 0)
        rc = worker_fail(w, &err, false, work_status(rc));
    work_tell(w->work, read_done(&report));
    bundle_report_release(&report);
    return rc;
}
