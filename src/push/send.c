/* The plan is carried out, one request after the other, with a receipt for each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "push.h"

enum { PROGRESS_MS = 100 };

/* --- what is told ----------------------------------------------------------------- */

void tell_progress(struct push *p, bool must)
{
    int64_t now = clock_mono_ms();
    struct json *event;

    if (!must && now - p->told_ms < PROGRESS_MS)
        return;
    p->told_ms = now;
    event = work_event("progress");
    work_set_int(event, "done", p->done);
    work_set_int(event, "total", p->total);
    work_tell(p->w, event);
}

static void tell_receipt(struct push *p, const char *what, const struct receipt *r)
{
    struct json *event = tell_about(p, "receipt", r);

    json_set_text(event, "what", what);
    json_set_text(event, "state", r->state);
    json_set_text(event, "number", r->number);
    work_tell(p->w, event);
}

/* --- receipts --------------------------------------------------------------------- */

static struct receipt receipt_of(struct push *p, const struct plan_row *row)
{
    struct receipt r = {.name = ""};

    if (!receipts_get(p->receipts, row->name, &r))
        snprintf(r.name, sizeof(r.name), "%s", row->name);
    memcpy(r.uid, row->uid, sizeof(r.uid));
    return r;
}

/* What stands there is what stood there before: the old hash must not say otherwise. */
static int keep_refusal(
        struct push *p, struct receipt *r, const struct err *why, struct err *err)
{
    struct buf text;

    buf_init(&text, sizeof(r->why) - 1);
    err_text(why, NULL, &text);
    snprintf(r->why, sizeof(r->why), "%s", text.s);
    buf_release(&text);
    snprintf(r->state, sizeof(r->state), STATE_REFUSED);
    r->hash[0] = '\0';
    p->counts.refused++;
    tell_refused(p, r, why);
    return receipts_put(p->receipts, r, err);
}

/* It may be there or not. */
static int keep_doubt(
        struct push *p, struct receipt *r, const struct err *why, struct err *err)
{
    p->counts.doubtful++;
    tell_refused(p, r, why);
    return receipts_put(p->receipts, r, err);
}

static void count(struct push *p, enum plan_what what, const struct receipt *r)
{
    if (what == PLAN_CREATE)
        p->counts.created++;
    else if (what == PLAN_CHANGE)
        p->counts.changed++;
    else
        p->counts.removed++;
    if (strcmp(r->state, STATE_NEW) == 0 || strcmp(r->state, STATE_ASKED) == 0)
        p->counts.asked++;
}

static const char *const done_names[PLAN_WHATS] = {[PLAN_CREATE] = "created",
        [PLAN_CHANGE] = "changed",
        [PLAN_REMOVE] = "removed",
        [PLAN_HIDE] = "hidden"};

static int keep(struct push *p, enum plan_what what, struct receipt *r, struct err *err)
{
    r->why[0] = '\0';
    r->at_ms = clock_now_ms();
    count(p, what, r);
    tell_receipt(p, done_names[what], r);
    return receipts_put(p->receipts, r, err);
}

/* --- one row ---------------------------------------------------------------------- */

static int send_made(
        struct push *p, const struct plan_row *row, struct item *item, struct err *err)
{
    struct receipt r = receipt_of(p, row);
    bool was_new = !*r.number;
    struct err why = {0};
    int rc = p->target->send(p, item, &r, &why);

    if (rc == SENT) {
        p->target->hash(item, r.hash);
        rc = keep(p, row->what, &r, err);
        p->counts.unnoted += was_new && is_unnoted(item, &r);
        return rc;
    }
    if (rc == REFUSED)
        return keep_refusal(p, &r, &why, err);
    if (rc == LOST)
        return keep_doubt(p, &r, &why, err);
    if (err)
        *err = why;
    return rc;
}

/* Of others: what is asked once need not be asked again. */
static int keep_theirs(struct push *p, struct receipt *r, struct err *err)
{
    snprintf(r->state, sizeof(r->state), STATE_THEIRS);
    r->hash[0] = '\0';
    r->at_ms = clock_now_ms();
    p->counts.unchanged++;
    return receipts_put(p->receipts, r, err);
}

static int send_if_ours(
        struct push *p, const struct plan_row *row, struct item *item, struct err *err)
{
    struct plan_row change = *row;
    struct receipt r = receipt_of(p, row);
    struct err why = {0};
    bool ours = false;
    int rc = p->target->ours(p, item, &ours, &why);

    snprintf(r.number, sizeof(r.number), "%lld", item->known);
    if (rc == SENT && !ours)
        return keep_theirs(p, &r, err);
    if (rc == SENT) {
        change.what = PLAN_CHANGE;
        return send_made(p, &change, item, err);
    }
    if (rc == REFUSED) { /* no receipt: it is asked again */
        p->counts.refused++;
        tell_refused(p, &r, &why);
        return 0;
    }
    if (err)
        *err = why;
    return rc;
}

static int send_row(struct push *p, const struct plan_row *row, struct err *err)
{
    struct item item;
    int rc = make_item(p, row->uid, row->name, &item, err);

    if (rc == ERR_NOT_FOUND) { /* changed since the plan: the next run knows */
        err_clear(err);
        return 0;
    }
    if (rc == 0) {
        p->target->complete(p, &item);
        rc = row->what == PLAN_LOOK ? send_if_ours(p, row, &item, err)
                                    : send_made(p, row, &item, err);
    }
    item_release(&item);
    return rc;
}

static int remove_row(struct push *p, const struct plan_row *row, struct err *err)
{
    struct receipt r = receipt_of(p, row);
    struct err why = {0};
    int rc = p->target->remove(p, row->what == PLAN_REMOVE, &r, &why);

    if (rc == SENT) {
        r.hash[0] = '\0';
        return keep(p, row->what, &r, err);
    }
    if (rc == REFUSED)
        return keep_refusal(p, &r, &why, err);
    if (err)
        *err = why;
    return rc;
}

/* --- all -------------------------------------------------------------------------- */

static int look_at_all(struct push *p, struct err *err)
{
    struct receipt r = {.name = ""};
    char before[STATE_SIZE];
    int rc;

    while ((rc = receipts_next(p->receipts, r.name, &r, err)) > 0) {
        memcpy(before, r.state, sizeof(before));
        rc = p->target->look(p, &r, err);
        if (rc < 0)
            return rc;
        if (strcmp(before, r.state) == 0)
            continue;
        p->counts.validated += strcmp(r.state, STATE_VALIDATED) == 0;
        tell_receipt(p, "looked", &r);
        rc = receipts_put(p->receipts, &r, err);
        if (rc)
            return rc;
    }
    return rc;
}

int send_all(struct push *p, struct err *err)
{
    struct plan_row row = {.n = 0};
    int rc = exchange_connect(p, err);

    if (rc == 0 && p->target->look)
        rc = look_at_all(p, err);
    while (rc == 0 && (rc = plan_next(p->receipts, row.n, &row, err)) > 0) {
        rc = row.what == PLAN_REMOVE || row.what == PLAN_HIDE ? remove_row(p, &row, err)
                                                              : send_row(p, &row, err);
        p->done++;
        tell_progress(p, false);
    }
    exchange_close(p);
    return rc;
}
