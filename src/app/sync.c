/* Synchronisation as people see it; the work is odus-sync's. */
#include "odus/app/sync.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/store/replica.h"

enum { LOG_MOST = 200 };

#define SEEN_META "news.seen" /* Unix ms of the last visit */

/* --- starting --------------------------------------------------------------------- */

struct json *app_own_job(const struct app *app, const char *name)
{
    struct json *job = json_new_object();

    job_put(job, "job", name);
    job_put(job, "author", app_author(app));
    job_put(job, "organisation", app_organisation(app));
    return job;
}

int app_server_job(struct app *app, const char *name, const char *url,
        struct json **ret, struct err *err)
{
    int rc = config_need(app, url ? USE_LINK : USE_LINK | USE_SERVER, err);
    struct sync_settings s = app_sync_settings(app);
    char *meant = NULL, *ca;
    struct json *job;

    if (rc == 0 && url)
        rc = app_server_address(url, &meant, err);
    if (rc < 0)
        return rc;
    if (!url)
        meant = url_meant(s.server);
    ca = config_ca(app);
    job = app_own_job(app, name);
    job_put(job, "url", meant);
    free(meant);
    job_put(job, "user", s.account);
    job_put(job, "auth", s.auth);
    job_put(job, "password_command", s.password_command);
    job_put(job, "ca_file", ca);
    free(ca);
    json_set_take(job, "metered", json_int(config_metered(app)));
    json_set_take(job, "all_files", json_bool(s.all_files));
    *ret = job;
    return 0;
}

#define GUEST "atelier" /* account of a room, docs/workers.md */

struct sync_room sync_room_read(const char *text)
{
    const char *start = strstr(text, "://" GUEST ":");
    const char *code = start ? start + strlen("://" GUEST ":") : NULL;
    size_t n = code ? strcspn(code, "@/") : 0;

    if (!code || code[n] != '@')
        return (struct sync_room){.url = xstrdup(text)};
    return (struct sync_room){
            .url = xasprintf("%.*s://%s", (int)(start - text), text, code + n + 1),
            .user = xstrdup(GUEST),
            .code = xstrndup(code, n)};
}

void sync_room_release(struct sync_room *room)
{
    free(room->url);
    free(room->user);
    free(room->code);
    *room = (struct sync_room){.url = NULL};
}

/* The server of the settings, or the one that becomes it. */
static bool is_main(struct app *app, const struct sync_wish *wish)
{
    const char *server = app_sync_settings(app).server;

    return !wish->code && (!wish->url || !*server || app_is_server(app, wish->url));
}

int app_sync(struct app *app, const struct sync_wish *wish, struct worker **ret,
        struct err *err)
{
    struct json *job;
    int rc = app_server_job(app, "sync", wish->url, &job, err);

    if (rc < 0)
        return rc;
    if (!json_get(job, "url")) {
        json_free_secret(job);
        return err_set(err, ERR_USAGE,
                N_("no server is set; give its address: odus sync URL"));
    }
    job_put(job, "user", wish->user);
    if (!wish->code) /* what she decides bears the name she signs in with */
        job_put(job, "author", wish->user);
    job_put(job, "secret", wish->code);
    json_set_take(job, "main", json_bool(is_main(app, wish)));
    json_set_take(job, "yes", json_bool(wish->yes));
    json_set_take(job, "dry_run", json_bool(wish->dry_run));
    json_set_take(job, "insecure", json_bool(wish->insecure || wish->code));
    json_set_take(job, "tries", json_int(wish->tries));
    json_set_take(job, "patient", json_bool(wish->patient));
    return worker_start(app, "sync", job, ret, err);
}

/* --- how a session goes ----------------------------------------------------------- */

void sync_state_release(struct sync_state *s)
{
    json_free(s->ask);
    json_free(s->log);
    free(s->message);
    *s = (struct sync_state){.phase = SYNC_NONE};
}

static enum sync_phase phase_of(const char *name)
{
    static const char *const names[] = {[SYNC_SIGN_IN] = "sign-in",
            [SYNC_PUSH] = "push",
            [SYNC_PULL] = "pull",
            [SYNC_MERGE] = "merge"};

    for (size_t i = SYNC_SIGN_IN; name && i < COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum sync_phase)i;
    return SYNC_NONE;
}

static void take_error(struct sync_state *s, const struct json *event)
{
    free(s->message);
    s->message = lines_get_err(event, &s->err);
}

static void take_progress(struct sync_state *s, const struct json *event)
{
    s->done = json_get_int(event, "done", 0);
    s->total = json_get_int(event, "total", -1);
    s->up = json_get_int(event, "up", s->up);
    s->down = json_get_int(event, "down", s->down);
    s->rate = json_get_int(event, "rate", 0);
    s->eta = json_get_int(event, "eta", -1);
}

static void take_done(struct sync_state *s, const struct json *event)
{
    if (s->phase != SYNC_ENDED) /* without an error: what it waited for is over */
        err_clear(&s->err);
    s->phase = SYNC_ENDED;
    s->pulled = json_get_int(event, "pulled", 0);
    s->pushed = json_get_int(event, "pushed", 0);
    s->merged = json_get_int(event, "merged", 0);
    s->conflicts = json_get_int(event, "conflicts", 0);
    s->refused = json_get_int(event, "refused", 0);
    s->referent = json_get_int(event, "referent", 0);
    s->waiting = json_get_int(event, "waiting", 0);
    s->staying = json_get_int(event, "staying", 0);
    s->up = json_get_int(event, "up", s->up);
    s->down = json_get_int(event, "down", s->down);
}

static void take_log(struct sync_state *s, const struct json *event)
{
    if (!s->log)
        s->log = json_new_array();
    if (json_len(s->log) < LOG_MOST)
        json_push_take(s->log, json_dup(event));
}

void sync_state_event(struct sync_state *s, const struct json *event)
{
    const char *ev = json_get_text(event, "ev");

    json_free(s->ask); /* whatever comes after a question answers it */
    s->ask = NULL;
    if (!ev)
        return;
    if (strcmp(ev, "start") == 0) {
        s->phase = SYNC_SIGN_IN; /* what was warned of before it stays */
    } else if (strcmp(ev, "phase") == 0) {
        s->phase = phase_of(json_get_text(event, "phase"));
        s->done = 0;
        s->total = -1;
        err_clear(&s->err);
    } else if (strcmp(ev, "progress") == 0) {
        s->phase = phase_of(json_get_text(event, "phase"));
        take_progress(s, event);
    } else if (strcmp(ev, "wait") == 0) {
        s->phase = SYNC_WAIT;
        s->wait_seconds = (int)json_get_int(event, "seconds", 0);
        take_error(s, event);
    } else if (strcmp(ev, "ask") == 0) {
        s->ask = json_dup(event);
    } else if (strcmp(ev, "error") == 0) {
        s->phase = SYNC_ENDED;
        s->failed_link = json_get_bool(event, "down", false);
        take_error(s, event);
    } else if (strcmp(ev, "done") == 0) {
        take_done(s, event);
    } else if (strcmp(ev, "file") != 0) {
        take_log(s, event);
    }
}

/* --- where all stands ------------------------------------------------------------- */

struct sync_counts app_sync_counts(struct app *app)
{
    struct replica_counts c = {.waiting = 0};

    if (replica_counts(app->store, &c, NULL) < 0)
        c = (struct replica_counts){.waiting = 0};
    return (struct sync_counts){
            .server = c.peer || *app_sync_settings(app).server,
            .waiting = c.waiting,
            .staying = c.staying,
            .held = c.held,
            .conflicts = c.conflicts,
            .refused = c.refused,
            .last_ms = c.last_ms,
    };
}

static const char *why_it_stays(const struct replica_standing *r)
{
    return strcmp(r->container, "pro") == 0
                   ? N_("this account has no place for professional records at the "
                        "server")
                   : N_("this account has no place for private records at the server");
}

static struct sync_standing standing_of(const struct replica_standing *r, bool draft)
{
    static const enum sync_word words[] = {[REPLICA_NONE] = WORD_COMPLETE,
            [REPLICA_COMPLETE] = WORD_COMPLETE,
            [REPLICA_WAITING] = WORD_WAITING,
            [REPLICA_STAYS] = WORD_STAYS,
            [REPLICA_SENT] = WORD_SENT};
    struct sync_standing s = {
            .word = draft ? WORD_DRAFT : words[r->state],
            .why = !draft && r->state == REPLICA_STAYS ? why_it_stays(r) : NULL,
            .held = r->held,
            .conflict = r->leaves > 1,
            .referent = r->referent,
            .sent_ms = r->sent_ms,
    };

    memcpy(s.rev, r->rev, sizeof(s.rev));
    memcpy(s.refused, r->refused, sizeof(s.refused));
    return s;
}

struct sync_standing app_standing(struct app *app, const char *uid, bool draft)
{
    struct replica_standing r = {.state = REPLICA_NONE};

    if (replica_standing(app->store, uid, &r, NULL) < 0)
        r = (struct replica_standing){.state = REPLICA_NONE};
    return standing_of(&r, draft);
}

const char *sync_word_id(enum sync_word word)
{
    static const char *const ids[] = {
            [WORD_DRAFT] = N_("draft"),
            [WORD_COMPLETE] = N_("complete"),
            [WORD_WAITING] = N_("waiting"),
            [WORD_STAYS] = N_("stays here"),
            [WORD_SENT] = N_("sent"),
    };

    return ids[word];
}

int app_hold(struct app *app, const char *uid, bool held, struct err *err)
{
    return replica_hold(app->store, uid, held, err);
}

/* --- lists ------------------------------------------------------------------------ */

int app_queue(struct app *app, size_t limit, struct sync_queued **ret, size_t *ret_n,
        struct err *err)
{
    struct replica_entry *all = NULL;
    struct sync_queued *queue;
    size_t n = 0;
    int rc = replica_queue(app->store, limit, &all, &n, err);

    if (rc < 0)
        return rc;
    queue = xcalloc(n + 1, sizeof(*queue));
    for (size_t i = 0; i < n; i++) {
        memcpy(queue[i].uid, all[i].uid, sizeof(queue[i].uid));
        queue[i].title = all[i].title;
        queue[i].type = all[i].type;
        queue[i].standing = standing_of(&all[i].standing, false);
        all[i].title = all[i].type = NULL; /* the queue has them now */
    }
    replica_entries_free(all, n);
    *ret = queue;
    *ret_n = n;
    return 0;
}

void app_queue_free(struct sync_queued *queue, size_t n)
{
    for (size_t i = 0; queue && i < n; i++) {
        free(queue[i].title);
        free(queue[i].type);
    }
    free(queue);
}

static struct sync_news news_of(struct replica_news *r)
{
    struct sync_news s = {.title = r->title,
            .type = r->type,
            .author = r->author,
            .at_ms = r->at_ms,
            .is_new = r->is_new,
            .removed = r->removed,
            .own = r->own};

    memcpy(s.uid, r->uid, sizeof(s.uid));
    r->title = r->type = r->author = NULL;
    return s;
}

int app_news(struct app *app, int64_t since_ms, size_t limit, struct sync_news **ret,
        size_t *ret_n, struct err *err)
{
    struct replica_news *all = NULL;
    size_t n = 0;
    int rc = replica_news(app->store, since_ms, app_author(app), app_organisation(app),
            limit, &all, &n, err);

    if (rc < 0)
        return rc;
    *ret = xcalloc(n + 1, sizeof(**ret));
    for (size_t i = 0; i < n; i++)
        (*ret)[i] = news_of(&all[i]);
    replica_news_free(all, n);
    *ret_n = n;
    return 0;
}

void app_news_free(struct sync_news *news, size_t n)
{
    for (size_t i = 0; news && i < n; i++) {
        free(news[i].title);
        free(news[i].type);
        free(news[i].author);
    }
    free(news);
}

int64_t app_news_since(struct app *app)
{
    char *text = store_meta_get(app->store, SEEN_META);
    long long ms = 0;

    if (!text || !view_int(view_of(text), &ms))
        ms = 0;
    free(text);
    return ms;
}

void app_news_seen_until(struct app *app, int64_t until_ms)
{
    char *text = xasprintf("%lld", (long long)until_ms);

    (void)store_meta_set(app->store, SEEN_META, text, NULL);
    free(text);
}

void app_news_seen(struct app *app)
{
    app_news_seen_until(app, clock_now_ms());
}
