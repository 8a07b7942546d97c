/* A session: its containers one after the other. */
#include "odus/sync/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/base/utf8.h"
#include "odus/net/secret.h"
#include "odus/store/files.h"
#include "session.h"

/* --- containers ------------------------------------------------------------------- */

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
    s->removals_here = 0;
    s->takes = !direction || strcmp(direction, "ecriture") != 0;
    s->gives = !direction || strcmp(direction, "lecture") != 0;
}

bool session_enter(struct session *s, const char *local)
{
    char own[REPLICA_NAME_MAX];

    sync_org_container(s->job->organisation, own);
    if (strcmp(local, "org") != 0)
        enter(s, local, NULL);
    else if (*own)
        enter(s, own, NULL);
    return strcmp(local, "org") != 0 || *own;
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
    if (rc == 0)
        rc = session_prove(s, err);
    if (rc == 0 && s->gives)
        memcpy(s->given[s->ngiven++], s->local, sizeof(s->local));
    return rc;
}

/* The name of ROW's database, NULL where it is none, or another organisation's. */
static const char *name_for_us(const struct session *s, const struct json *row)
{
    const char *name = json_get_text(row, "nom");
    char own[REPLICA_NAME_MAX];

    sync_org_container(s->job->organisation, own);
    if (!name || !is_database_name(name) || strcmp(name, SESSION_COMMONS) == 0 ||
            (strncmp(name, "org-", 4) == 0 && strcmp(name, own) != 0))
        return NULL;
    return name;
}

/* Containers that are not there, or not open to us, are left out; the commons must be.
 */
static int sync_other(
        struct session *s, const char *name, const struct json *row, struct err *err)
{
    int rc;

    enter(s, name, json_get_text(row, "sens"));
    rc = sync_container(s, err);
    if (rc < 0 && s->absent) {
        session_forgive(s, err);
        return 0;
    }
    return rc;
}

/* The list of containers comes with the commons, docs/design.md §7. */
static int sync_others(struct session *s, struct err *err)
{
    struct json *all = session_list(s);
    size_t entered = 0;
    int rc = 0;

    s->silent = true; /* the commons have let us in: another password does not help */
    for (size_t i = 0; i < json_len(all) && entered < SESSION_CONTAINERS && rc == 0;
            i++) {
        const char *name = name_for_us(s, json_at(all, i));

        if (!name)
            continue;
        rc = sync_other(s, name, json_at(all, i), err);
        entered++;
    }
    s->silent = false;
    json_free(all);
    return rc;
}

/* --- a session -------------------------------------------------------------------- */

/* The peer as it is known here; 0: it is not. No session with it has come to its end
 * yet: it is new, and asks before the first upload. */
static int find_peer(struct session *s, struct err *err)
{
    struct replica_peer_info *all = NULL;
    size_t n = 0;
    int rc = replica_peers(s->store, &all, &n, err);

    s->peer = 0;
    s->peer_is_new = true;
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].url, s->url) == 0) {
            s->peer = all[i].id;
            s->peer_is_new = all[i].last_ms == 0;
        }
    replica_peers_free(all, n);
    return rc;
}

static int open_peer(struct session *s, struct err *err)
{
    int64_t peer;
    int rc = 0;

    if (!s->url)
        return err_set(err, ERR_USAGE,
                N_("\"%1$s\" is not an address like https://server.example"),
                s->job->url);
    if (!s->job->dry_run)
        rc = replica_peer(s->store, s->url, &peer, NULL, err);
    return rc ? rc : find_peer(s, err);
}

static int fetch_only(struct session *s, struct err *err)
{
    int rc = files_look(s->store, err);

    enter(s, SESSION_COMMONS, NULL);
    session_phase(s, PHASE_SIGN_IN, -1);
    return rc ? rc : session_fetch(s, s->job->fetch, err);
}

static int run(struct session *s, struct err *err)
{
    int rc = open_peer(s, err);

    if (rc == 0)
        rc = session_connect(s, err);
    if (rc == 0 && s->job->fetch)
        return fetch_only(s, err);
    if (rc == 0) {
        enter(s, SESSION_COMMONS, NULL);
        session_merge_begin(s);
        session_phase(s, PHASE_SIGN_IN, -1);
        rc = sync_container(s, err);
    }
    if (rc == 0)
        rc = sync_others(s, err);
    if (rc == 0)
        rc = session_merge_end(s, err);
    if (rc == 0 && !s->job->dry_run)
        rc = replica_takes(s->store, s->peer, s->given, s->ngiven, err);
    if (rc == 0 && !s->job->dry_run)
        rc = replica_session(s->store, s->peer, clock_now_ms(), err);
    if (rc == 0 && !s->job->dry_run)
        rc = session_files(s, err);
    return rc;
}

/* A peer that only a dry run has met: everything would wait for it. */
static int64_t count_all(struct session *s)
{
    static const char *const all[] = {SESSION_COMMONS, "pro", "org"};
    int64_t sum = 0;

    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t n = 0, gone = 0;

        if (replica_count(s->store, all[i], &n, &gone, NULL) == 0)
            sum += n;
    }
    return sum;
}

static void fill_report(struct session *s)
{
    struct replica_counts counts;
    int64_t bytes;

    if (!s->peer || replica_staying(s->store, s->peer, &s->report->staying, NULL) < 0)
        s->report->staying = 0;
    s->report->totals = session_totals(s);
    if (replica_counts(s->store, &counts, NULL) == 0) {
        s->report->conflicts = counts.conflicts;
        s->report->referent = counts.referent;
    }
    if (!s->peer)
        s->report->waiting = s->job->dry_run ? count_all(s) : 0;
    else if (replica_waiting(
                     s->store, s->peer, NULL, &s->report->waiting, &bytes, NULL))
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
            .url = url_normal(job->url),
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
    json_free(s.refused);
    json_free(s.open);
    free(s.url);
    free(s.user);
    secret_free(s.secret);
    return rc;
}
