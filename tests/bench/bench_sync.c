/*
 * Synchronising: odus-sync and PouchDB (leveldb store) with the same server, beside the
 * least that fetching and sending can be, and a bare loop that stores the same rows
 * (floor_sync). Both servers there are: PouchDB Server, also with leveldb, and
 * odus-serve. What travels is counted between them (proxy.h). Then once more over weak
 * links (weak.h).
 *
 * odus does a whole session at every step: it sends, fetches, and proves what was sent.
 * PouchDB does the one direction that the step is about.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/bodies.h"
#include "bench/corpus.h"
#include "bench/peers.h"
#include "bench/proxy.h"
#include "bench/weak.h"
#include "odus/base/mem.h"

enum who { POUCH, ODUS, FLOOR, ROWS, WHO };

enum {
    MANY_REQUESTS = 15, /* where PouchDB makes more, odus makes a fifth of them */
    FEW_REQUESTS = 3,
    TIMES = 5,           /* that a short step is done: the quickest of each counts */
    OWN_FIRST = 2000000, /* numbers of events made here, by odus and by PouchDB */
    POUCH_FIRST = 3000000,
    FLOOR_FIRST = 4000000,
};

static const char *const names[WHO] = {"PouchDB", "odus", "the least", "the same rows"};

/* One server, its clients and their stores. */
struct place {
    char name[80]; /* how sections begin */
    const char *tmp;
    const char *stores; /* name of the folder of the clients' stores */
    struct peer_server server;
    struct proxy proxy;
    pid_t weak;
    bool is_odus; /* the server */
    int made;     /* events so far */
};

/* What a step asks of odus, against PouchDB; 0: nothing. */
struct step {
    const char *name;
    double ms, up, down;
    int times; /* that it is done, in turn; 0 once */
    int n;     /* of what is changed or made for it each time */
};

struct figures {
    struct peer_result run; /* the quickest */
    struct proxy_counts counts;
    double ms[TIMES]; /* of all */
    int n;
};

static const struct step pull = {"all, the first time", 0.5, 0, 0.75, 0, 0};
static const struct step again = {"nothing new", 1. / 3, 0, 0, TIMES, 0};
static const struct step changes = {"10 changes", 1. / 3, 0, 0, TIMES, 10};
static const struct step first_push = {"20 new, first sent", 1. / 3, 0.1, 0, 0, 20};
static const struct step next_push = {"20 new, sent later", 1. / 3, 0.5, 0, TIMES, 20};
static const struct step big_push = {"1,000 new, sent", 1. / 3, 0.5, 0, 0, 1000};

/* --- programs --------------------------------------------------------------------- */

static void must(int status, const char *what)
{
    if (status == 0)
        return;
    fprintf(stderr, "bench_sync: %s failed\n", what);
    exit(1);
}

static char *store_of(const struct place *p, enum who who)
{
    return xasprintf("%s/%s-%d", p->tmp, p->stores, who);
}

/* SIGNED_IN: with the name and code that the server wants, if any. */
static char *url_of(const struct place *p, bool counted, bool signed_in)
{
    const char *code = signed_in ? p->server.code : "";

    return xasprintf("http://%s%s%s%s:%d/", *code ? PEER_GUEST ":" : "", code,
            *code ? "@" : "", counted && p->weak ? WEAK_HERE : "127.0.0.1",
            counted ? p->proxy.port : p->server.port);
}

/* PouchDB's part, pouch_sync.js; the arguments after WHAT and the URL may be NULL. */
static struct peer_result run_pouch(struct place *p, const char *what, bool counted,
        const char *a, const char *b, const char *c)
{
    char *url = url_of(p, counted, true), *commons = xasprintf("%scommons", url);
    const char *argv[] = {
            "node", "tests/bench/pouch_sync.js", what, commons, a, b, c, NULL};
    struct peer_result r =
            peers_run(&(struct peer_run){.argv = argv, .weak = counted ? p->weak : 0});

    must(r.status, what);
    free(commons);
    free(url);
    return r;
}

/* Always under the address of the proxy, once there is one: a peer is an address. FAR:
 * over the weak link, where that is measured. */
static struct peer_result run_odus(struct place *p, const char *store, bool far)
{
    const char *argv[] = {peers_program("odus-sync"), NULL};
    char *url = url_of(p, p->proxy.pid != 0, false);
    const char *code = p->server.code;
    char *job = xasprintf("{\"job\":\"sync\",\"store\":\"%s\",\"forms\":\"%s\","
                          "\"lang\":\"fr\",\"url\":\"%s\",\"author\":\"Anne\","
                          "\"yes\":true%s%s%s}",
            store, getenv("ODUS_FORMS"), url,
            *code ? ",\"insecure\":true,\"user\":\"" PEER_GUEST "\",\"secret\":\"" : "",
            code, *code ? "\"" : "");
    struct peer_result r = peers_run(
            &(struct peer_run){.argv = argv, .job = job, .weak = far ? p->weak : 0});

    must(r.status, "odus-sync");
    free(job);
    free(url);
    return r;
}

/* A, B, C: arguments after the URL, see there; the last ones may be NULL. */
static struct peer_result run_floor(
        struct place *p, const char *a, const char *b, const char *c)
{
    char *url = url_of(p, true, true), *commons = xasprintf("%scommons", url);
    const char *argv[] = {peers_program("bench/floor_sync"), commons, a, b, c, NULL};
    struct peer_result r = peers_run(&(struct peer_run){.argv = argv, .weak = p->weak});

    must(r.status, "floor_sync");
    free(commons);
    free(url);
    return r;
}

/* --- a step ----------------------------------------------------------------------- */

static const char *verdict(bool good)
{
    return good ? "yes" : "NO";
}

static void add_target(struct buf *note, const char *what, double is, double most)
{
    if (most > 0)
        buf_addf(note, ", %s < %.*f: %s", what, most < 10 ? 1 : 0, most,
                verdict(is <= most));
}

/* The figures of F, for odus with what was wanted of it. */
static char *note_of(const struct step *step, const struct figures *f, enum who who)
{
    const struct proxy_counts *c = &f[who].counts, *pouch = &f[POUCH].counts;
    struct buf note;

    buf_init(&note, 0);
    buf_addf(&note,
            "%d requests on %d connections, %.1f kB up, %.1f kB down, with its start"
            " %.0f ms",
            (int)c->requests, (int)c->connections, (double)c->up / 1e3,
            (double)c->down / 1e3, f[who].run.whole_ms);
    if (who == ODUS && pouch->requests) {
        add_target(&note, "requests", (double)c->requests,
                pouch->requests > MANY_REQUESTS ? (double)pouch->requests / 5
                                                : FEW_REQUESTS);
        add_target(
                &note, "up", (double)c->up / 1e3, step->up * (double)pouch->up / 1e3);
        add_target(&note, "down", (double)c->down / 1e3,
                step->down * (double)pouch->down / 1e3);
        add_target(&note, "ms", f[ODUS].run.ms, step->ms * f[POUCH].run.ms);
        if (step->ms * f[POUCH].run.ms < f[FLOOR].run.ms)
            buf_adds(&note, " (less than the least)");
    }
    if (who == ODUS && f[ROWS].n)
        add_target(&note, "1.5 times the same rows ms", f[ODUS].run.ms,
                1.5 * f[ROWS].run.ms);
    else if (who == ODUS && f[FLOOR].run.ms > 0)
        add_target(
                &note, "1.5 times the least ms", f[ODUS].run.ms, 1.5 * f[FLOOR].run.ms);
    return buf_take(&note);
}

static void report(const struct place *p, const struct step *step, struct figures *f)
{
    static struct bench bench;
    char *section = xasprintf("%s: %s", p->name, step->name);

    for (int who = 0; who < WHO; who++) {
        char *note = note_of(step, f, (enum who)who);

        bench_clear(&bench);
        for (int i = 0; i < f[who].n; i++)
            bench_add(&bench, (uint64_t)(f[who].ms[i] * 1e6));
        if (f[who].run.ms > 0)
            bench_row(&bench, &(struct bench_row){.section = section,
                                      .label = names[who],
                                      .reference = who == ODUS,
                                      .peak_kib = f[who].run.kib,
                                      .note = note});
        free(note);
    }
    free(section);
}

/* RUN has just ended, and no other has used the proxy meanwhile. */
static void take(struct place *p, struct figures *f, struct peer_result run)
{
    struct proxy_counts counts = proxy_take(&p->proxy);

    f->ms[f->n++] = run.ms;
    if (f->n == 1 || run.ms < f->run.ms) {
        f->run = run;
        f->counts = counts;
    }
}

static struct peer_result run_fetch(struct place *p, enum who who)
{
    char *store = store_of(p, who), *filled = store_of(p, ODUS);
    struct peer_result r = who == POUCH  ? run_pouch(p, "pull", true, store, NULL, NULL)
                           : who == ODUS ? run_odus(p, store, true)
                           : who == ROWS ? run_floor(p, store, "rows", filled)
                                         : run_floor(p, store, NULL, NULL);

    free(filled);
    free(store);
    return r;
}

/* The same rows: beside odus that has just begun, over a link that does not hide what
 * storing takes. */
static bool takes_part(const struct place *p, const struct step *step, enum who who)
{
    if (who == ROWS)
        return step == &pull && !p->weak;
    return who != POUCH || peers_folder();
}

static void fetch(struct place *p, const struct step *step, struct figures *f)
{
    for (int i = 0; i < WHO; i++) {
        enum who who = (enum who)i;

        if (!takes_part(p, step, who))
            continue;
        (void)proxy_take(&p->proxy);
        take(p, &f[who], run_fetch(p, who));
    }
}

static void change_some(struct place *p, int n, int word)
{
    char *number = xasprintf("%d", n), *text = xasprintf("changed %d", word);

    (void)run_pouch(p, "touch", false, number, text, NULL);
    free(text);
    free(number);
}

/* Over a weak link once, which is slow enough to see the same each time. */
static bool once_more(const struct place *p, const struct step *step, int i)
{
    return i == 0 || (!p->weak && i < step->times);
}

static void fetch_all(struct place *p, const struct step *step)
{
    struct figures f[WHO] = {{.n = 0}};

    for (int i = 0; once_more(p, step, i); i++) {
        if (step->n && peers_folder())
            change_some(p, step->n, i);
        fetch(p, step, f);
    }
    report(p, step, f);
}

static void add_bodies(const char *dir, int first, int n)
{
    bodies_make(dir, first, n);
    _exit(0);
}

static void add_events(const char *dir, int first, int n)
{
    struct store_options opt = {.dir = dir};
    struct store *store;
    struct err err = {0};
    struct buf text;
    int rc = store_open(&opt, &store, &err);

    corpus_init();
    if (rc == 0)
        rc = corpus_add(store, first, n, &err);
    if (rc == 0) {
        store_close(store);
        _exit(0);
    }
    buf_init(&text, 0);
    err_text(&err, NULL, &text);
    fprintf(stderr, "bench_sync: %s\n", text.s);
    _exit(1);
}

/* In a process of its own, because the memory of this one counts for its children. */
static void make(void (*add)(const char *dir, int first, int n), const char *dir,
        int first, int n)
{
    int status = 1;
    pid_t pid = fork();

    if (pid == 0)
        add(dir, first, n);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        status = 1;
    must(status, "making events");
}

/* As many other events, sent with nothing round it. */
static void send_least(struct place *p, int n, struct figures *f)
{
    char *folder = xasprintf("%s/%s-bodies-%d", p->tmp, p->stores, p->made);

    make(add_bodies, folder, FLOOR_FIRST + p->made, n);
    (void)proxy_take(&p->proxy);
    take(p, f, run_floor(p, "send", folder, NULL));
    free(folder);
}

static void send_pouch(struct place *p, int n, struct figures *f)
{
    char *store = store_of(p, POUCH);
    char *count = xasprintf("%d", n), *first = xasprintf("%d", POUCH_FIRST + p->made);

    (void)proxy_take(&p->proxy);
    take(p, f, run_pouch(p, "push", true, store, count, first));
    free(first);
    free(count);
    free(store);
}

static void send_some(struct place *p, const struct step *step)
{
    struct figures f[WHO] = {{.n = 0}};
    char *mine = store_of(p, ODUS);

    for (int i = 0; once_more(p, step, i); i++) {
        if (peers_folder())
            send_pouch(p, step->n, &f[POUCH]);
        send_least(p, step->n, &f[FLOOR]);
        (void)run_odus(p, mine, false); /* what these sent is not to be fetched now */
        make(add_events, mine, OWN_FIRST + p->made, step->n);
        (void)proxy_take(&p->proxy);
        take(p, &f[ODUS], run_odus(p, mine, true));
        p->made += step->n;
    }
    report(p, step, f);
    free(mine);
}

/* --- the whole -------------------------------------------------------------------- */

static void copy(const char *from, const char *to)
{
    const char *argv[] = {"cp", "-r", from, to, NULL};

    must(peers_run(&(struct peer_run){.argv = argv}).status, "cp");
}

/* odus-serve on FOLDER, a copy of STORE. Others than this machine need a code. */
static void open_odus(struct place *p, const char *store, const char *folder)
{
    const char *argv[] = {peers_program("odus-serve"), NULL};
    char *job = xasprintf("{\"job\":\"serve\",\"store\":\"%s\",\"forms\":\"%s\","
                          "\"listen\":\"%s:0\",\"code\":%s}",
            folder, getenv("ODUS_FORMS"), p->weak ? "0.0.0.0" : "127.0.0.1",
            p->weak ? "true" : "false");

    copy(store, folder);
    peers_serve(&p->server, argv, job);
    free(job);
}

/* PouchDB Server with its files in FOLDER, filled from STORE. */
static void open_pouch(struct place *p, const char *store, const char *folder)
{
    const char *argv[] = {"node", "tests/peers/server.js", folder, NULL};
    char *filled = xasprintf("%s-filled", folder);
    char *commons;

    must(mkdir(folder, 0700), folder);
    peers_serve(&p->server, argv, NULL);
    commons = xasprintf("http://admin:secret@127.0.0.1:%d/commons", p->server.port);
    must(peers_run(&(struct peer_run){
                           .argv = (const char *[]){"node", "tests/bench/pouch_sync.js",
                                   "create", commons, NULL}})
                    .status,
            "create");
    copy(store, filled);
    (void)run_odus(p, filled, false);
    free(commons);
    free(filled);
}

static void open_place(struct place *p, const char *store)
{
    char *folder = xasprintf("%s/%s-server", p->tmp, p->stores);

    if (p->is_odus)
        open_odus(p, store, folder);
    else
        open_pouch(p, store, folder);
    proxy_start(&p->proxy, p->server.port);
    free(folder);
}

static void measure(struct place *p, const char *store, bool many)
{
    open_place(p, store);
    fetch_all(p, &pull);
    fetch_all(p, &again);
    fetch_all(p, &changes);
    send_some(p, &first_push);
    send_some(p, &next_push);
    if (many)
        send_some(p, &big_push);
    proxy_stop(&p->proxy);
    peers_end(&p->server);
}

static void measure_store(int events, bool is_odus)
{
    struct place p = {.tmp = getenv("TMPDIR"), .is_odus = is_odus};
    char *store = xasprintf("store-%d", events), *name;

    name = xasprintf("%d-%d", events, is_odus);
    p.stores = name;
    snprintf(p.name, sizeof(p.name), "%d events and %s", events,
            is_odus ? "odus serve" : "PouchDB Server");
    if (is_odus || peers_folder())
        measure(&p, bench_path(store), true);
    free(name);
    free(store);
}

static void measure_weak(const struct weak_link *link, bool is_odus)
{
    struct place p = {.tmp = getenv("TMPDIR"), .is_odus = is_odus};
    char *stores = xasprintf("weak-%d-%d", (int)link->bits, is_odus);
    char *store = xasprintf("%s/%s-made", p.tmp, stores);

    p.stores = stores;
    p.weak = weak_start(link);
    snprintf(p.name, sizeof(p.name), "%s, 500 events and %s", link->name,
            is_odus ? "odus serve" : "PouchDB Server");
    make(add_events, store, 0, 500);
    if (p.weak && (is_odus || peers_folder()))
        measure(&p, store, false);
    else if (!p.weak)
        fputs("bench_sync: no link can be emulated here\n", stderr);
    if (p.weak)
        weak_stop(p.weak);
    free(store);
    free(stores);
}

/* Last, as there is no way back out of the empty network. */
static void measure_links(void)
{
    static const struct weak_link links[] = {
            {"1 Mbit/s, 100 ms, 0.5 % lost", 1e6, 0.05, 0.005},
            {"50 kbit/s, 300 ms, 2 % lost", 5e4, 0.15, 0.02},
    };

    if (!weak_enter()) {
        fputs("bench_sync: weak links left out, networks cannot be made here\n",
                stderr);
        return;
    }
    for (size_t i = 0; i < COUNT(links); i++)
        for (int is_odus = 0; is_odus < 2; is_odus++)
            measure_weak(&links[i], is_odus);
}

/* What is compared. */
static void explain(void)
{
    static const char *const lines[] = {
            "ms: the session alone, from the first request on. All have started, "
            "opened",
            "their store and loaded what they need: with that, \"with its start\" "
            "(odus",
            "closes its store in it, too). odus runs a whole session, both ways with",
            "proof, PouchDB (leveldb, on node) and the least one direction. All "
            "clients",
            "have the same priority. The least to send: bodies made and packed "
            "beforehand,",
            "_bulk_docs and _revs_diff: the server's own time. No target can be below "
            "it.",
            "The same rows: the least to fetch, storing the rows of odus ready made.",
    };
    static struct bench none;

    for (size_t i = 0; i < COUNT(lines); i++)
        bench_row(&none,
                &(struct bench_row){
                        .section = "synchronising", .label = "", .note = lines[i]});
}

int main(void)
{
    if (!getenv("ODUS_BIN") || !getenv("TMPDIR")) {
        fputs("to be run by tests/run-bench.sh\n", stderr);
        return 2;
    }
    if (!peers_folder())
        fputs("bench_sync: without PouchDB (npm ci in build/peers)\n", stderr);
    explain();
    for (int is_odus = 0; is_odus < 2; is_odus++) {
        measure_store(10000, is_odus);
        if (bench_full())
            measure_store(50000, is_odus);
    }
    measure_links();
    return 0;
}
