#include "reindex.h"

#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"

/* What links to one record. */
struct reindex {
    char *uid;
    char **drafts, **records;
    size_t ndrafts, nrecords;
    size_t draft_at, record_at; /* the next ones */
};

static void release(struct reindex *r)
{
    free(r->uid);
    record_uids_free(r->drafts, r->ndrafts);
    record_uids_free(r->records, r->nrecords);
    *r = (struct reindex){.uid = NULL};
}

void reindex_free(struct reindex *r)
{
    if (r)
        release(r);
    free(r);
}

static int gather(struct app *app, const char *uid, struct reindex *r, struct err *err)
{
    struct reindex new = {.uid = xstrdup(uid)};
    int rc = draft_referrers(app->store, uid, &new.drafts, &new.ndrafts, err);

    if (rc == 0)
        rc = record_referrers(
                app->store, uid, SIZE_MAX, &new.records, &new.nrecords, err);
    if (rc < 0)
        release(&new);
    else
        *r = new;
    return rc;
}

/* --- what is due --- */

/* The first record that is due becomes the current one; false: none is. */
static bool next_due(struct app *app)
{
    char uid[37];

    return record_due_next(app->store, uid, NULL) == 0 &&
           gather(app, uid, app->reindex, NULL) == 0;
}

/* --- the work --- */

/* Rows written; one that cannot be read is left as it is, 0. */
static int index_record(struct app *app, const char *uid, struct err *err)
{
    struct summary summary;
    struct loaded l;
    int rc = load_revision(app, uid, &l, err);

    if (rc < 0)
        return rc == ERR_DAMAGED || rc == ERR_NOT_FOUND || rc == ERR_INVALID ? 0 : rc;
    summary_build(app->forms, l.engine, l.rec, &summary);
    rc = record_index(app->store, &summary, err);
    if (rc == 0)
        rc = (int)summary.ndays;
    summary_release(&summary);
    load_release(&l);
    return rc;
}

static int index_draft(struct app *app, const char *uid, struct err *err)
{
    struct summary summary;
    struct loaded l;
    int rc = load_record(app, uid, &l, err);

    if (rc < 0)
        return rc == ERR_DAMAGED || rc == ERR_NOT_FOUND || rc == ERR_INVALID ? 0 : rc;
    summary_build(app->forms, l.engine, l.rec, &summary);
    if (l.draft)
        rc = draft_index(app->store, &summary, err);
    if (rc == 0 || rc == ERR_NOT_FOUND) /* completed or thrown away meanwhile */
        rc = (int)summary.ndays;
    summary_release(&summary);
    load_release(&l);
    return rc;
}

static bool is_done(const struct reindex *r)
{
    return r->draft_at == r->ndrafts && r->record_at == r->nrecords;
}

/* The next ones, until there are rows enough or the time is up; each by itself. */
static int slice(struct app *app, struct reindex *r, struct err *err)
{
    int64_t end = clock_mono_ms() + REINDEX_MS;
    int rows = 0, rc = 0;

    while (!is_done(r) && rows < REINDEX_ROWS) {
        bool draft = r->draft_at < r->ndrafts;

        rc = draft ? index_draft(app, r->drafts[r->draft_at], err)
                   : index_record(app, r->records[r->record_at], err);
        if (rc < 0)
            return rc;
        rows += rc;
        r->draft_at += draft;
        r->record_at += !draft;
        if (clock_mono_ms() >= end)
            break;
    }
    return 0;
}

bool reindex_step(struct app *app)
{
    struct reindex *r;

    if (app_read_only(app))
        return false;
    if (!app->reindex)
        app->reindex = xcalloc(1, sizeof *app->reindex);
    r = app->reindex;
    if (!r->uid && !next_due(app))
        return false;
    if (!is_done(r) && slice(app, r, NULL) < 0)
        return false; /* somebody else is writing: another time */
    if (is_done(r)) {
        if (record_due(app->store, r->uid, false, NULL) < 0)
            return false;
        release(r);
    }
    return true;
}

int reindex_add(struct app *app, const char *uid, struct err *err)
{
    struct reindex r = {.uid = NULL};
    int rc = gather(app, uid, &r, err);
    bool few = r.ndrafts + r.nrecords <= REINDEX_NOW;

    while (rc == 0 && few && !is_done(&r))
        rc = slice(app, &r, err);
    if (rc == 0 && !is_done(&r)) {
        /* one that is under way has to begin again: it may be this very record */
        if (app->reindex)
            release(app->reindex);
        rc = record_due(app->store, uid, true, err);
    }
    release(&r);
    return rc;
}
