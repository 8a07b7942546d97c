/* odus-push: the jobs. */
#include "odus/push/push.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "push.h"

enum { TRIES = 5, RATE = 4 /* requests a second */, RATE_MAX = 1000 };

static const struct target *const targets[] = {&target_openagenda, &target_apidae};

/* --- reading the job -------------------------------------------------------------- */

static int find_target(struct push *p, struct err *err)
{
    const char *name = work_text(p->w, "target");

    for (size_t i = 0; name && i < COUNT(targets); i++)
        if (strcmp(targets[i]->name, name) == 0)
            p->target = targets[i];
    return p->target ? 0
                     : err_set(err, ERR_USAGE, N_("nothing can be sent to \"%1$s\""),
                               name ? name : "");
}

/* The key never travels in clear, whatever the settings say. */
static int find_url(struct push *p, struct err *err)
{
    const char *given = work_text(p->w, "url");

    p->url = url_normal(given ? given : p->target->url);
    if (!p->url)
        return err_set(err, ERR_USAGE,
                N_("\"%1$s\" is not an address like https://server.example"), given);
    if (!url_parts(p->url).tls && !url_loopback(p->url))
        return err_set(err, ERR_USAGE,
                N_("the password would travel in clear to %1$s: use an address that "
                   "begins with https"),
                p->url);
    return 0;
}

static bool is_plain_word(const char *text)
{
    for (; *text; text++)
        if (!strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                    "-_.",
                    *text))
            return false;
    return true;
}

static int find_owner(struct push *p, struct err *err)
{
    p->owner = work_text(p->w, p->target->owner);
    if (!p->owner)
        return err_set(err, ERR_USAGE, p->target->no_owner);
    if (!is_plain_word(p->owner))
        return err_set(err, ERR_USAGE,
                N_("this is no number or name of an account: "
                   "%1$s"),
                p->owner);
    return 0;
}

static const char *text_of(const struct work *w, const char *key, const char *otherwise)
{
    const char *text = work_text(w, key);

    return text ? text : otherwise;
}

static void read_options(struct push *p)
{
    struct work *w = p->w;
    int64_t rate = json_get_int(w->job, "rate", RATE);

    p->opt = (struct run_options){.base = text_of(w, "base", ""),
            .title = text_of(w, "title", ""),
            .publisher = text_of(w, "publisher", ""),
            .lang = text_of(w, "lang", "fr")};
    if (json_get(w->job, "query")) {
        each_query(json_get(w->job, "query"), &p->query);
        p->opt.query = &p->query;
    }
    p->interval_ms = 1000 / (rate < 1 ? 1 : rate > RATE_MAX ? RATE_MAX : rate);
    p->yes = json_get_bool(w->job, "yes", false);
    p->dry_run = json_get_bool(w->job, "dry_run", false);
    p->tries = p->dry_run ? 1 : (int)json_get_int(w->job, "tries", TRIES);
    p->again = json_get_bool(w->job, "again", false);
    p->place = (struct secret_place){.dir = text_of(w, "config", work_text(w, "store")),
            .command = work_text(w, "password_command")};
}

/* --- opening ---------------------------------------------------------------------- */

static int open_store(struct push *p, struct err *err)
{
    const struct store_options opt = {.dir = work_text(p->w, "store")};
    const struct forms_options forms = {
            .dir = text_of(p->w, "forms", ""), .lang = text_of(p->w, "lang", "fr")};
    int rc;

    if (!opt.dir)
        return err_set(err, ERR_USAGE, N_("the job names no store"));
    rc = store_open(&opt, &p->store, err);
    if (rc == 0)
        p->forms = forms_new(p->store, &forms);
    return rc;
}

/* One at a time on a store. */
static int lock_store(struct push *p, struct err *err)
{
    char *path = file_join(store_dir(p->store), "push.lock");
    int fd; /* open until the process ends */
    int rc = file_lock(path,
            N_("this store is being sent already; wait until that is done"), &fd, err);

    free(path);
    return rc;
}

/* Exercises leave a store for exercises, but never for the agenda of everybody. */
static int check_training(struct push *p, struct err *err)
{
    char *training = store_meta_get(p->store, "training");
    bool is = training != NULL;

    free(training);
    if (is && strcmp(p->url, p->target->url) == 0)
        return err_set(err, ERR_USAGE,
                N_("this store is for exercises: they are not sent to %1$s"), p->url);
    return 0;
}

static int open_receipts(struct push *p, struct err *err)
{
    char *path = file_join(store_dir(p->store), "push.db");
    char *target = xasprintf("%s %s %s", p->target->name, p->url, p->owner);
    int rc = receipts_open(path, target, &p->receipts, err);

    free(target);
    free(path);
    return rc;
}

static int find_key(struct push *p, struct err *err)
{
    int rc = secret_get(&p->place, p->url, p->owner, &p->key, err);

    if (p->dry_run) { /* what is asked for there is then not known */
        err_clear(err);
        return 0;
    }
    if (rc == ERR_NOT_FOUND)
        err_set(err, ERR_USAGE, N_("no key for %1$s is kept: odus push %2$s --set-key"),
                p->url, p->target->name);
    return rc == ERR_NOT_FOUND ? ERR_USAGE : rc;
}

/* States can be read without, but not by this program. */
static void find_read_key(struct push *p)
{
    const char *reader = p->target->reader ? work_text(p->w, p->target->reader) : NULL;

    if (reader && secret_get(&p->place, p->url, reader, &p->read_key, NULL) < 0)
        p->read_key = NULL;
}

static int job_open(struct push *p, struct err *err)
{
    int rc = find_target(p, err);

    if (rc == 0)
        rc = find_url(p, err);
    if (rc == 0)
        rc = find_owner(p, err);
    read_options(p);
    return rc;
}

static int push_open(struct push *p, struct err *err)
{
    int rc = job_open(p, err);

    if (rc == 0)
        rc = open_store(p, err);
    if (rc == 0)
        rc = check_training(p, err);
    if (rc == 0)
        rc = lock_store(p, err);
    if (rc == 0)
        rc = open_receipts(p, err);
    if (rc == 0)
        rc = find_key(p, err);
    if (rc == 0)
        find_read_key(p);
    if (rc == 0)
        rc = each_open(p->store, p->forms, &p->opt, format_find(p->target->name),
                &p->each, err);
    return rc;
}

static void push_release(struct push *p)
{
    exchange_close(p);
    each_close(p->each);
    receipts_close(p->receipts);
    forms_free(p->forms);
    store_close(p->store);
    secret_free(p->key);
    secret_free(p->read_key);
    secret_free(p->token);
    json_free(p->demands);
    free(p->url);
}

/* --- the jobs --------------------------------------------------------------------- */

static void tell_start(struct push *p)
{
    struct json *event = work_event("start");

    json_set_text(event, "target", p->target->name);
    json_set_text(event, "url", p->url);
    work_tell(p->w, event);
}

static void tell_done(struct push *p, int64_t began_ms)
{
    const struct push_counts *c = &p->counts;
    struct net_totals t = exchange_totals(p);
    struct json *event = work_event("done");

    work_set_int(event, "created", c->created);
    work_set_int(event, "changed", c->changed);
    work_set_int(event, "removed", c->removed);
    work_set_int(event, "unchanged", c->unchanged);
    work_set_int(event, "refused", c->refused);
    work_set_int(event, "left_out", c->left_out);
    work_set_int(event, "doubtful", c->doubtful);
    work_set_int(event, "asked", c->asked);
    work_set_int(event, "validated", c->validated);
    work_set_int(event, "unnoted", c->unnoted);
    work_set_int(event, "requests", t.requests);
    work_set_int(event, "up", t.up);
    work_set_int(event, "down", t.down);
    work_set_int(event, "ms", clock_mono_ms() - began_ms);
    work_tell(p->w, event);
}

static int send_or_say(struct push *p, struct err *err)
{
    int rc;

    tell_start(p);
    rc = plan_make(p, err);
    if (rc == 0)
        rc = p->dry_run ? plan_tell(p, err) : send_all(p, err);
    return rc;
}

static int work_push(struct work *w, void *ctx)
{
    struct push p = {.w = w};
    int64_t began = clock_mono_ms();
    struct err err = {0};
    int rc = push_open(&p, &err), status;

    (void)ctx;
    if (rc == 0) {
        rc = send_or_say(&p, &err);
        status = p.network ? WORK_NETWORK : work_status(rc);
        if (rc && rc != ERR_STOPPED)
            work_fail(w, &err, status);
        tell_done(&p, began);
        if (status == WORK_DONE && (p.counts.refused || p.counts.doubtful))
            status = WORK_PROBLEMS;
    } else {
        status = work_fail(w, &err, work_status(rc));
    }
    push_release(&p);
    return status;
}

/* The answer is kept as a password is, and goes nowhere else. MUST: one is wanted. */
static int ask_key(struct push *p, const char *user, bool must, struct err *err)
{
    struct json *question = work_event("ask");
    char *answer;
    int rc = 0;

    json_set_text(question, "what", "key");
    json_set_text(question, "url", p->url);
    json_set_text(question, "user", user);
    answer = work_ask(p->w, question);
    if (answer && *answer)
        rc = secret_put(&p->place, p->url, user, answer, err);
    else if (must)
        rc = err_set(err, ERR_USAGE, N_("no key was given"));
    secret_free(answer);
    return rc;
}

static int work_key(struct work *w, void *ctx)
{
    struct push p = {.w = w};
    const char *reader;
    struct err err = {0};
    int rc = job_open(&p, &err);

    (void)ctx;
    if (rc == 0)
        rc = ask_key(&p, p.owner, true, &err);
    reader = rc == 0 && p.target->reader ? work_text(w, p.target->reader) : NULL;
    if (reader)
        rc = ask_key(&p, reader, false, &err);
    if (rc == 0)
        work_tell(w, work_event("done"));
    push_release(&p);
    return rc ? work_fail(w, &err, work_status(rc)) : WORK_DONE;
}

/* Numbers of a trial stand for nothing in the commons. */
static int check_everybodys(struct push *p, struct err *err)
{
    if (p->yes || p->dry_run || strcmp(p->url, p->target->url) == 0)
        return 0;
    return err_set(err, ERR_USAGE,
            N_("these are numbers of %1$s, which is not the agenda of everybody: --yes "
               "takes them all the same"),
            p->url);
}

/* Reads what the receipts say and sends nothing. */
static int work_numbers(struct work *w, void *ctx)
{
    struct push p = {.w = w};
    struct err err = {0};
    int rc = job_open(&p, &err);

    (void)ctx;
    if (rc == 0)
        rc = check_everybodys(&p, &err);
    if (rc == 0)
        rc = open_store(&p, &err);
    if (rc == 0)
        rc = lock_store(&p, &err);
    if (rc == 0)
        rc = open_receipts(&p, &err);
    if (rc == 0)
        rc = numbers_tell(&p, &err);
    if (rc == 0)
        work_tell(w, work_event("done"));
    push_release(&p);
    return rc == 0 || rc == ERR_STOPPED ? WORK_DONE
                                        : work_fail(w, &err, work_status(rc));
}

int push_work(int in, int out)
{
    static const struct work_job jobs[] = {
            {"push", work_push},
            {"push-key", work_key},
            {"push-numbers", work_numbers},
    };

    return work_run(in, out, jobs, COUNT(jobs), NULL);
}
