/* What is to be done: what the format makes now beside what was sent before. */
#include <stdlib.h>
#include <string.h>

#include "odus/store/record.h"
#include "push.h"

enum { DELETIONS_MANY = 20, DELETIONS_FEW = 5, DELETIONS_PERCENT = 5, FIRST_MANY = 20 };

static const char *const what_names[PLAN_WHATS] = {[PLAN_CREATE] = "create",
        [PLAN_CHANGE] = "change",
        [PLAN_REMOVE] = "remove",
        [PLAN_HIDE] = "hide",
        [PLAN_LOOK] = "look"};

/* --- things that are there ------------------------------------------------------- */

/* What was never sent from here is not removed from here either. */
static enum plan_what removal_of(struct push *p, struct item *item, enum plan_what what)
{
    const char *done = what == PLAN_HIDE ? STATE_HIDDEN : STATE_REMOVED;
    struct receipt r;

    return !receipts_get(p->receipts, item->name, &r) || strcmp(r.state, done) == 0
                   ? PLAN_SAME
                   : what;
}

static enum plan_what without_receipt(const struct item *item)
{
    return !item->known ? PLAN_CREATE : is_venue(item->name) ? PLAN_LOOK : PLAN_CHANGE;
}

static enum plan_what beside_receipt(
        struct push *p, const struct item *item, const struct receipt *r, bool whole)
{
    bool unknown = strcmp(r->state, STATE_SENDING) == 0;
    char hash[HASH_256_TEXT];
    struct err doubt = {0};
    long long n;

    if (strcmp(r->state, STATE_THEIRS) == 0)
        return view_int(view_of(r->number), &n) && n == item->known
                       ? PLAN_SAME
                       : without_receipt(item);
    if (unknown && !*r->number && !item->known && !p->again) {
        err_set(&doubt, ERR_CONFLICT, PUSH_DOUBT);
        tell_refused(p, r, &doubt);
        p->counts.doubtful++;
        return PLAN_SAME;
    }
    p->target->hash(item, hash);
    if (whole && !unknown && strcmp(r->hash, hash) == 0)
        return PLAN_SAME;
    return *r->number || item->known ? PLAN_CHANGE : PLAN_CREATE;
}

static enum plan_what what_of(struct push *p, struct item *item)
{
    enum plan_what what = p->target->wants ? p->target->wants(item) : PLAN_NONE;
    bool whole = p->target->complete(p, item);
    struct receipt r;

    if (what != PLAN_NONE)
        return removal_of(p, item, what);
    if (receipts_get(p->receipts, item->name, &r))
        return beside_receipt(p, item, &r, whole);
    return without_receipt(item);
}

static int add_item(void *ctx, struct item *item, struct err *err);

bool is_unnoted(const struct item *item, const struct receipt *r)
{
    return !item->noted && receipt_counts(r);
}

/* A venue stands before the first event that needs it. */
static int add_venue(struct push *p, const char *uid, struct err *err)
{
    int rc = make_items(p, uid, add_item, p, NULL, err);

    if (rc == ERR_NOT_FOUND) { /* the event will say that it is missing */
        err_clear(err);
        return 0;
    }
    return rc;
}

static int add_item(void *ctx, struct item *item, struct err *err)
{
    struct push *p = ctx;
    enum plan_what what;
    struct receipt r;
    int rc = 0;

    if (plan_of(p->receipts, item->name) != PLAN_NONE)
        return 0;
    if (*item->venue)
        rc = add_venue(p, item->venue, err);
    what = rc == 0 ? what_of(p, item) : PLAN_NONE;
    if ((what == PLAN_CREATE || what == PLAN_CHANGE) && p->target->check)
        rc = p->target->check(p, item, err);
    if (rc == 0)
        rc = plan_add(p->receipts, item->name, item->uid, what, err);
    if (rc == 0 && receipts_get(p->receipts, item->name, &r))
        p->counts.unnoted += is_unnoted(item, &r);
    return rc;
}

static int add_record(void *ctx, const char *uid, struct err *err)
{
    struct push *p = ctx;
    int rc;

    if (!work_go_on(p->w))
        return err_set(err, ERR_STOPPED, N_("stopped"));
    rc = make_items(p, uid, add_item, p, NULL, err);
    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return 0;
    }
    return rc;
}

/* --- things that are to go ------------------------------------------------------- */

/* Whether the record is no more, rather than kept back. */
static bool record_is_gone(struct push *p, const char *uid)
{
    struct record r = {.type = NULL};
    struct json *body = NULL;
    const char *status;
    bool gone = true;

    if (record_get(p->store, uid, &r, NULL) < 0)
        return true;
    if (!r.deleted && r.body && json_parse(view_of(r.body), 0, &body, NULL) == 0) {
        status = json_get_text(body, "statut_fiche");
        gone = status &&
               (strcmp(status, "supprime") == 0 || strcmp(status, "archive") == 0);
    }
    json_free(body);
    record_release(&r);
    return gone;
}

/* What a query does not find stays, unless its record does not give it any more. */
static int look_at_receipt(struct push *p, const struct receipt *r, struct err *err)
{
    struct item item;
    struct err why = {0};
    int rc;

    if (is_venue(r->name) || plan_of(p->receipts, r->name) != PLAN_NONE ||
            strcmp(r->state, STATE_REMOVED) == 0)
        return 0;
    rc = make_item(p, r->uid, r->name, &item, &why);
    item_release(&item);
    if (rc && rc != ERR_NOT_FOUND && err)
        *err = why;
    if (rc != ERR_NOT_FOUND)
        return rc;
    if (!*r->number && strcmp(r->state, STATE_SENDING) != 0)
        return receipts_drop(p->receipts, r->name, err); /* it never got there */
    if (record_is_gone(p, r->uid))
        return plan_add(p->receipts, r->name, r->uid, PLAN_REMOVE, err);
    return strcmp(r->state, STATE_HIDDEN) == 0
                   ? 0
                   : plan_add(p->receipts, r->name, r->uid, PLAN_HIDE, err);
}

static int add_removals(struct push *p, struct err *err)
{
    struct receipt r = {.name = ""};
    int rc;

    while ((rc = receipts_next(p->receipts, r.name, &r, err)) > 0) {
        rc = look_at_receipt(p, &r, err);
        if (rc)
            return rc;
    }
    return rc;
}

/* --- before it is done ----------------------------------------------------------- */

static bool agrees(struct push *p, const char *what, int64_t count, int64_t of)
{
    struct json *question = work_event("ask");
    char *answer;
    bool yes;

    json_set_text(question, "what", what);
    json_set_text(question, "url", p->url);
    work_set_int(question, "count", count);
    work_set_int(question, "of", of);
    answer = work_ask(p->w, question);
    yes = answer && strcmp(answer, "yes") == 0;
    free(answer);
    return yes;
}

static bool is_much(int64_t removed, int64_t of)
{
    return removed > DELETIONS_MANY ||
           (removed >= DELETIONS_FEW && removed * 100 > of * DELETIONS_PERCENT);
}

static int ask_first(struct push *p, const int64_t counts[PLAN_WHATS], struct err *err)
{
    int64_t removed = counts[PLAN_REMOVE] + counts[PLAN_HIDE];
    int64_t of = receipts_count(p->receipts);

    if (p->yes)
        return 0;
    if (is_much(removed, of) && !agrees(p, "deletions", removed, of))
        return err_set(err, ERR_INVALID,
                N_("nothing was sent: too much would be removed there; --yes allows "
                   "it"));
    if (counts[PLAN_CREATE] > FIRST_MANY && !agrees(p, "push", counts[PLAN_CREATE], of))
        return err_set(
                err, ERR_INVALID, N_("nothing was sent: so much at once wants --yes"));
    return 0;
}

int plan_make(struct push *p, struct err *err)
{
    int64_t counts[PLAN_WHATS] = {0};
    int rc = each_uid(p->each, p->target->type, add_record, p, err);

    if (rc == 0)
        rc = add_removals(p, err);
    if (rc == 0)
        rc = plan_counts(p->receipts, counts, err);
    for (int what = PLAN_CREATE; what < PLAN_WHATS; what++)
        p->total += counts[what];
    p->counts.unchanged = counts[PLAN_SAME];
    tell_progress(p, true); /* now what was noted is whole */
    if (rc == 0 && !p->dry_run)
        rc = ask_first(p, counts, err);
    return rc;
}

int plan_tell(struct push *p, struct err *err)
{
    struct plan_row row = {.n = 0};
    int rc;

    while ((rc = plan_next(p->receipts, row.n, &row, err)) > 0) {
        struct json *event = work_event("would");

        json_set_text(event, "what", what_names[row.what]);
        json_set_text(event, "name", row.name);
        json_set_text(event, "uid", row.uid);
        forms_add_title(p->forms, row.uid, event);
        work_tell(p->w, event);
        p->counts.created += row.what == PLAN_CREATE;
        p->counts.changed += row.what == PLAN_CHANGE;
        p->counts.removed += row.what == PLAN_REMOVE || row.what == PLAN_HIDE;
    }
    return rc;
}
