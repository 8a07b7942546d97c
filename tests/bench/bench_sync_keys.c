/*
 * From a key to the last byte of what it draws while another process writes records
 * that come from a server into the same store, one slice after the other, as odus-sync
 * does. With BENCH_FULL=1 it goes on until 100,000 have come.
 */
#include "bench/screen.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/store/replica.h"

enum {
    EVENTS = 10000,    /* in the store before */
    COPY = EVENTS + 1, /* the name of its copy: the others go on with the first */
    MODELS = 50,       /* records that those that come are made of */
    WRITTEN = 1000000, /* the parent ends it before */
    KEYS = 800,
    FULL = 100000, /* records that come at least */
};

static struct bench bench;

/* --- the writer ------------------------------------------------------------------- */

struct writer {
    struct store *store;
    struct forms *forms;
    char *bodies[MODELS];
    size_t n;
    int64_t peer;
};

static void must(int rc, const struct err *err)
{
    struct buf text;

    if (rc >= 0)
        return;
    buf_init(&text, 0);
    err_text(err, NULL, &text);
    fprintf(stderr, "bench_sync_keys: %s\n", text.s);
    _exit(1);
}

static bool take_model(void *ctx, const char *uid)
{
    struct writer *w = ctx;
    struct record r = {.body = NULL};

    if (record_get(w->store, uid, &r, NULL) == 0)
        w->bodies[w->n++] = xstrdup(r.body);
    record_release(&r);
    return w->n < MODELS;
}

/* BODY under an identifier of its own. */
static struct replica_doc copy_of(const char *body)
{
    struct replica_doc d = {.nrevs = 1};
    struct json *json = NULL;
    struct buf out;
    struct err err = {0};

    must(json_parse(view_of(body), 0, &json, &err), &err);
    uuid_v7(clock_now_ms(), d.uid);
    json_set_take(json, "_id", json_text(view_of(d.uid)));
    json_set_take(json, "uid", json_text(view_of(d.uid)));
    json_set_take(json, "modifie_par", json_text(VIEW_LIT("Bruno")));
    buf_init(&out, 0);
    json_canonical(json, &out);
    json_free(json);
    d.body = buf_take(&out);
    d.revs = xcalloc(1, sizeof *d.revs);
    record_rev(NULL, false, view_of(d.body), d.revs[0]);
    return d;
}

static void write_slice(struct writer *w)
{
    struct replica_doc *docs = xcalloc(REPLICA_SLICE, sizeof *docs);
    const struct replica_slice slice = {
            .peer = w->peer, .container = "commons", .docs = docs, .n = REPLICA_SLICE};
    struct err err = {0};

    for (size_t i = 0; i < REPLICA_SLICE; i++)
        docs[i] = copy_of(w->bodies[i % w->n]);
    must(replica_apply(w->store, w->forms, &slice, NULL, NULL, &err), &err);
    replica_docs_free(docs, REPLICA_SLICE);
}

static void write_all(int to)
{
    struct writer w = {.n = 0};
    struct err err = {0};
    char name[40];

    snprintf(name, sizeof name, "store-%d", COPY);
    must(store_open(&(struct store_options){.dir = bench_path(name)}, &w.store, &err),
            &err);
    w.forms = forms_new(w.store,
            &(struct forms_options){.dir = getenv("ODUS_FORMS"), .lang = "fr"});
    must(record_each(w.store, "evenement", take_model, &w, &err), &err);
    must(replica_peer(w.store, "http://127.0.0.1:1", &w.peer, NULL, &err), &err);
    for (int i = 0; i < WRITTEN; i += REPLICA_SLICE) {
        write_slice(&w);
        if (write(to, "", 1) != 1)
            _exit(0);
    }
    _exit(0);
}

struct child {
    pid_t pid;
    int from;    /* a byte for each slice */
    long slices; /* read so far */
};

static struct child start_writer(void)
{
    struct child c;
    int pair[2];

    if (pipe(pair) < 0 || (c.pid = fork()) < 0)
        exit(1);
    if (c.pid == 0) {
        close(pair[0]);
        signal(SIGPIPE, SIG_IGN);
        write_all(pair[1]);
    }
    close(pair[1]);
    c.from = pair[0];
    return c;
}

/* The number of records it has written so far. */
static long count_written(struct child *c)
{
    struct pollfd fd = {.fd = c->from, .events = POLLIN};
    char bytes[4096];
    ssize_t n = 1;

    while (n > 0 && poll(&fd, 1, 0) > 0) {
        n = read(c->from, bytes, sizeof bytes);
        c->slices += n > 0 ? n : 0;
    }
    return c->slices * REPLICA_SLICE;
}

/* Ends it; the number of records it has written. */
static long end_writer(struct child *c)
{
    long written;

    kill(c->pid, SIGTERM);
    waitpid(c->pid, NULL, 0);
    written = count_written(c);
    close(c->from);
    return written;
}

/* --- the keys --------------------------------------------------------------------- */

static void timed(struct tt *t, const char *key)
{
    bench_add(&bench, screen_key(t, key));
}

static void type_letters(struct tt *t)
{
    for (int i = 0; i < KEYS; i++)
        timed(t, i % 20 < 10 ? (char[]){(char)('a' + i % 20), '\0'} : "Backspace");
}

static void search_words(struct tt *t)
{
    static const char letters[] = "contes";
    enum { N = sizeof letters - 1 };

    for (int i = 0; i < KEYS; i++)
        timed(t, i % (2 * N) < N ? (char[]){letters[i % (2 * N)], '\0'} : "Backspace");
}

static void walk(struct tt *t)
{
    for (int i = 0; i < KEYS; i++)
        timed(t, i % 40 < 20 ? "\033OB" : "\033OA");
}

static const struct scene {
    const char *label;
    const char *keys[3];
    void (*type)(struct tt *t);
} scenes[] = {
        {"title of an event", {"n", "Enter", NULL}, type_letters},
        {"up and down the agenda", {NULL}, walk},
        {"searching as one types", {"/", NULL}, search_words},
};

static void copy_store(void)
{
    char name[40], *from, *to, *command;

    snprintf(name, sizeof name, "store-%d", EVENTS);
    from = xstrdup(bench_path(name));
    snprintf(name, sizeof name, "store-%d", COPY);
    to = xstrdup(bench_path(name));
    command = xasprintf("rm -rf '%s' && cp -r '%s' '%s'", to, from, to);
    if (pclose(popen(command, "r")) != 0)
        exit(1);
    free(command);
    free(from);
    free(to);
}

static void play(const struct scene *s, bool alone)
{
    struct child writer = {0};
    struct tt *t;
    char label[120], section[120];
    long written = 0;

    copy_store();
    t = screen_start(screen_odus(COPY, NULL, "complete"), NULL);
    screen_keys(t, s->keys);
    bench_clear(&bench);
    if (!alone)
        writer = start_writer();
    do
        s->type(t);
    while (!alone && bench_full() && count_written(&writer) < FULL);
    if (!alone)
        written = end_writer(&writer);
    tt_free(t);
    snprintf(section, sizeof section, "from a key to the screen: %s", s->label);
    snprintf(label, sizeof label,
            alone ? "nobody writes" : "a session writes, %ld records", written);
    bench_row(&bench, &(struct bench_row){.section = section,
                              .label = label,
                              .reference = alone,
                              .percentile = 99,
                              .target_ms = 16});
}

int main(void)
{
    for (size_t i = 0; i < COUNT(scenes); i++)
        for (int alone = 1; alone >= 0; alone--)
            play(&scenes[i], alone);
    return 0;
}
