/* A session: its containers one after the other. */
#include "odus/sync/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/net/secret.h"
#include "session.h"

#define COMMONS "commons"
#define CONTAINERS_DOC "odus:conteneurs"

enum { CONTAINERS_MOST = 32 };

/* --- containers --------------------------------------------------------------------
 */

void sync_org_container(const char *organisation, char ret[REPLICA_NAME_MAX])
{
    struct buf folded;
    size_t n = 0;

    buf_init(&folded, 0);
    utf8_fold(view_of(organisation), &folded);
    ret[0] = 0;
    for (const char *p = folded.s; *p && n < REPLICA_NAME_MAX - 6; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');

        if (plain || (n > 0 && ret[4 + n - 1] != '-'))
            ret[4 + n++] = plain ? *p : '-';
    }
    while (n > 0 && ret[4 + n - 1] == '-')
        n--;
    ret[n ? 4 + n : 0] = 0;
    if (n)
        memcpy(ret, "org-", 4);
    buf_release(&folded);
}

static bool is_database_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return n > 0 && n < REPLICA_NAME_MAX && !name[n] && name[0] >= 'a';
}

static void enter(struct session *s, const char *remote, const char *direction)
{
    char own[REPLICA_NAME_MAX];

    sync_org_container(s->job->organisation, own);
    snprintf(s->remote, sizeof(s->remote), "%s", remote);
    snprintf(s->local, sizeof(s->local), "%s",
            *own && strcmp(own, remote) == 0 ? "org" : remote);
    s->takes = !direction || strcmp(direction, "ecriture") != 0;
    s->gives = !direction || strcmp(direction, "lecture") != 0;
}

/* One round: send, fetch, bring together, send what came of it. */
static int sync_container(struct session *s, struct err *err)
{
    int rc = session_server(s, err);

    if (rc == 0)
        rc = session_push(s, err);
    if (rc == 0 && s->takes)
        rc = session_pull(s, err);
    if (rc == 0)
        rc = session_prove(s, err);
    if (rc == 0 && s->takes)
        rc = session_merge(s, err);
    if (rc == 0 && s->report->merged)
        rc = session_push(s, err);
    return rc ? rc : session_prove(s, err);
}

/* Containers that are not there for us are left out; the commons must be. */
static int sync_other(struct session *s, const struct json *row, struct err *err)
{
    const char *name = json_get_text(row, "nom");
    char own[REPLICA_NAME_MAX];
    int rc;

    sync_org_container(s->job->organisation, own);
    if (!name || !is_database_name(name) || strcmp(name, COMMONS) == 0 ||
            (strncmp(name, "org-", 4) == 0 && strcmp(name, own) != 0))
        return 0;
    enter(s, name, json_get_text(row, "sens"));
    rc = sync_container(s, err);
    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return 0;
    }
    return rc;
}

/* The list of containers comes with the commons, docs/design.md §7. */
static int sync_others(struct session *s, struct err *err)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    const struct json *all;
    int rc = record_get(s->store, CONTAINERS_DOC, &r, NULL);

    if (rc < 0 || r.deleted || json_parse(view_of(r.body), 0, &body, NULL) < 0) {
        record_release(&r);
        return 0;
    }
    all = json_get(body, "conteneurs");
    for (size_t i = 0; i < json_len(all) && i < CONTAINERS_MOST && rc == 0; i++)
        rc = sync_other(s, json_at(all, i), err);
    json_free(body);
    record_release(&r);
    return rc;
}

/* --- a session ----------------------------------------------------------------------
 */

static int open_peer(struct session *s, struct err *err)
{
    char *url = net_url(s->job->url);
    int rc = url ? 0
                 : err_set(err, ERR_USAGE,
                           N_("\"%1$s\" is not an address like https://server.example"),
                           s->job->url);

    if (rc == 0)
        rc = replica_peer(s->store, url, &s->peer, &s->peer_is_new, err);
    free(url);
    return rc;
}

static int run(struct session *s, struct err *err)
{
    int rc = open_peer(s, err);

    if (rc == 0)
        rc = session_connect(s, err);
    if (rc == 0) {
        enter(s, COMMONS, NULL);
        session_phase(s, PHASE_SIGN_IN, -1);
        rc = sync_container(s, err);
    }
    if (rc == 0)
        rc = sync_others(s, err);
    if (rc == 0 && !s->job->dry_run)
        rc = replica_session(s->store, s->peer, clock_now_ms(), err);
    return rc;
}

static void fill_report(struct session *s)
{
    struct replica_counts counts;
    int64_t bytes;

    s->report->totals = session_totals(s);
    if (replica_counts(s->store, &counts, NULL) == 0)
        s->report->conflicts = counts.conflicts;
    if (replica_waiting(s->store, s->peer, NULL, &s->report->waiting, &bytes, NULL) < 0)
        s->report->waiting = 0;
}

int sync_run(struct store *store, struct forms *forms, const struct sync_job *job,
        const struct sync_host *host, struct sync_report *ret, struct err *err)
{
    struct session s = {
            .store = store,
            .forms = forms,
            .job = job,
            .host = host,
            .report = ret,
            .user = job->user ? xstrdup(job->user) : NULL,
            .secret = job->secret ? xstrdup(job->secret) : NULL,
    };
    int rc;

    *ret = (struct sync_report){.pulled = 0};
    rc = run(&s, err);
    fill_report(&s);
    net_free(s.net);
    for (size_t i = 0; i < s.ntouched; i++)
        free(s.touched[i]);
    free(s.touched);
    free(s.user);
    secret_free(s.secret);
    return rc;
}
