/* Leaves side by side are brought together; the guard before records go in numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/repl/settle.h"
#include "session.h"

enum {
    CONFLICTS_AT_ONCE = 100,
    ANCESTORS_MOST = 100, /* asked for to bring one record together */
    REMOVALS_MOST = 20,   /* more, or more than one in twenty, are asked about (P08) */
    REMOVALS_FEW = 5,
};

/* Stands in the store from before the first touch to the end of all merges. */
#define OWED "merge_owed"

int session_owe(struct store *store, struct err *err)
{
    return store_meta_set(store, OWED, "1", err);
}

void session_will_touch(struct session *s)
{
    if (!s->owing)
        s->owing = store_meta_mark(s->store, OWED, "1", NULL) == 0;
}

void session_touch(struct session *s, const char *uid)
{
    s->touched =
            mem_grow(s->touched, s->ntouched + 1, &s->touched_cap, sizeof(*s->touched));
    s->touched[s->ntouched++] = xstrdup(uid);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Once they are sorted, see session_merge. */
static bool is_touched(const struct session *s, const char *uid)
{
    if (s->owed)
        return true;
    return s->ntouched > 0 &&
           bsearch(&uid, s->touched, s->ntouched, sizeof(*s->touched), by_text) != NULL;
}

/* --- ancestors ------------------------------------------------------------------- */

static int keep(struct session *s, const struct json *answer, const char *uid,
        const char *rev, struct err *err)
{
    struct replica_doc *got = NULL;
    size_t n = 0;
    int rc = wire_read_bulk_get(answer, &got, &n, NULL, NULL, err);

    if (rc == 0)
        rc = ERR_NOT_FOUND;
    for (size_t i = 0; i < n; i++)
        if (strcmp(got[i].uid, uid) == 0 && strcmp(got[i].revs[0], rev) == 0)
            rc = replica_keep_body(s->store, uid, rev, view_of(got[i].body), err);
    replica_docs_free(got, n);
    return rc;
}

/* 0: its body is here now; ERR_NOT_FOUND: the peer has it no more. */
static int fetch_ancestor(
        struct session *s, const char *uid, const char *rev, struct err *err)
{
    struct json *body = json_new_object(), *docs = json_new_array();
    struct json *answer = NULL;
    char *path = session_path(s, "/_bulk_get?revs=true");
    int rc;

    wire_want(docs, uid, rev);
    json_set_take(body, "docs", docs);
    rc = session_json(s, "POST", path, body, &answer, NULL, err);
    if (rc == 0)
        rc = keep(s, answer, uid, rev, err);
    json_free(answer);
    free(path);
    return rc;
}

/* --- merging --------------------------------------------------------------------- */

/* Each container looks at all records: what is left open is told at the end, once. */
static void note_result(
        struct session *s, const char *uid, const struct settle_result *r)
{
    struct json *event;

    if (r->merged) {
        event = session_about(s, "merged", uid);
        json_set_text(event, "fields", r->fields ? r->fields : "");
        session_tell(s, event);
    }
    if (!s->open)
        s->open = json_new_object();
    json_set_take(
            s->open, uid, r->left && is_touched(s, uid) ? json_int(r->left + 1) : NULL);
    s->report->merged += r->merged;
}

static void tell_open(struct session *s)
{
    for (struct json_iter it = {0}; json_iter(s->open, &it);) {
        struct json *event = session_about(s, "conflict", it.key);

        work_set_int(event, "leaves", json_as_int(it.val, 0));
        session_tell(s, event);
    }
}

static int merge_one(struct session *s, const char *uid, struct err *err)
{
    struct settle_result r = {.merged = 0};
    bool alone = false; /* nobody has the ancestor any more */
    int merged = 0, asked = 0;
    int rc;

    do {
        bool wanted;

        settle_result_release(&r);
        r = (struct settle_result){.merged = 0};
        rc = settle(s->store, s->forms, uid, alone, &r, err);
        merged += r.merged;
        wanted = rc == 0 && r.need[0][0] && !alone;
        if (!wanted)
            break;
        rc = is_touched(s, uid) && asked++ < ANCESTORS_MOST
                     ? fetch_ancestor(s, uid, r.need[0], err)
                     : ERR_NOT_FOUND;
        alone = rc == ERR_NOT_FOUND;
        if (alone) {
            session_forgive(s, err);
            rc = 0;
        }
    } while (rc == 0);
    r.merged = merged;
    if (rc == 0)
        note_result(s, uid, &r);
    settle_result_release(&r);
    return rc;
}

void session_merge_begin(struct session *s)
{
    char *owed = store_meta_get(s->store, OWED);

    s->owed = owed != NULL;
    free(owed);
}

static int merge_all(struct session *s, struct err *err)
{
    char after[REV_MAX] = "";
    int rc = 0;
    size_t n;

    session_phase(s, PHASE_MERGE, -1);
    if (s->ntouched > 0)
        qsort(s->touched, s->ntouched, sizeof(*s->touched), by_text);
    do {
        char **uids = NULL;

        n = 0;
        rc = replica_conflicts(s->store, after, CONFLICTS_AT_ONCE, &uids, &n, err);
        for (size_t i = 0; i < n && rc == 0; i++) {
            rc = merge_one(s, uids[i], err);
            session_progress(s, 1, false);
        }
        if (n > 0)
            snprintf(after, sizeof(after), "%s", uids[n - 1]);
        record_uids_free(uids, n);
    } while (rc == 0 && n == CONFLICTS_AT_ONCE);
    return rc;
}

int session_merge(struct session *s, struct err *err)
{
    return s->job->dry_run ? 0 : merge_all(s, err);
}

int session_merge_end(struct session *s, struct err *err)
{
    tell_open(s);
    if (s->job->dry_run || !(s->owed || s->owing))
        return 0;
    return store_meta_mark(s->store, OWED, NULL, err);
}

/* --- the guard ------------------------------------------------------------------- */

static bool is_removed(const struct json *body)
{
    const char *status = json_get_text(body, "statut_fiche");

    return status && strcmp(status, "supprime") == 0;
}

/* A deletion, or a tombstone that is more than the end of a losing leaf. */
static bool removes(const struct replica_doc *doc)
{
    struct json *body = json_retain(doc->json);
    bool yes;

    if (!body && (doc->deleted || strstr(doc->body, "supprime")) &&
            json_parse(view_of(doc->body), 0, &body, NULL) < 0)
        body = NULL;
    yes = doc->deleted ? !json_get(body, "fusion") : is_removed(body);
    json_free(body);
    return yes;
}

static bool lives_here(struct session *s, const char *uid)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    bool lives = false;

    if (record_get(s->store, uid, &r, NULL) == 0 && !r.deleted &&
            json_parse(view_of(r.body), 0, &body, NULL) == 0)
        lives = !is_removed(body);
    json_free(body);
    record_release(&r);
    return lives;
}

static bool too_many(const struct session *s, int64_t of)
{
    return s->removals > REMOVALS_MOST ||
           (s->removals_here >= REMOVALS_FEW && s->removals_here * 20 > of);
}

int session_guard(struct session *s, const struct replica_doc *docs, size_t n,
        bool here, struct err *err)
{
    struct json *question;
    int64_t of = 0, gone = 0, more = 0;
    int rc;

    for (size_t i = 0; i < n && !s->removals_allowed; i++)
        more += removes(&docs[i]) && (!here || lives_here(s, docs[i].uid));
    s->removals += more;
    s->removals_here += more;
    if (!more || s->removals < REMOVALS_FEW)
        return 0;
    rc = replica_count(s->store, s->local, &of, &gone, err);
    if (rc < 0 || !too_many(s, of))
        return rc;
    question = work_event("ask");
    json_set_text(question, "what", "deletions");
    work_set_int(question, "count", s->removals);
    work_set_int(question, "of", of);
    s->removals_allowed = session_ask(s, question);
    return s->removals_allowed
                   ? 0
                   : err_set(err, ERR_CONFLICT,
                             N_("stopped before many records were deleted; run it with "
                                "--yes when that is what you want"));
}
