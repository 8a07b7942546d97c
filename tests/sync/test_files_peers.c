/* Files to and from real servers: odus-serve where it is built, PouchDB Server where it
 * is there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"
#include "foreign.h"
#include "poster.h"

enum { PATIENCE_MS = 20 * 1000 };

static int make(void **state)
{
    int rc = stage_make(state);

    return rc ? rc : poster_form();
}

/* --- a server in a process of its own --------------------------------------------- */

struct peer {
    pid_t pid;
    int to, from;
    char url[200];
};

static void start(struct peer *s, const char *const *argv)
{
    int to[2], from[2];

    assert_int_equal(pipe(to), 0);
    assert_int_equal(pipe(from), 0);
    fflush(NULL);
    s->pid = fork();
    if (s->pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        close(to[1]);
        close(from[0]);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    s->to = to[1];
    s->from = from[0];
}

static void stop(struct peer *s)
{
    int status;

    close(s->to); /* both end with their input */
    waitpid(s->pid, &status, 0);
    close(s->from);
}

/* odus-serve of this build, on the store "server"; false: it is not built. */
static bool start_serve(struct peer *s)
{
    char *dir = file_exe_dir(), *program = xasprintf("%s/../../odus-serve", dir);
    const char *argv[] = {program, NULL};
    struct json *event = NULL;
    struct lines in;
    bool built = access(program, X_OK) == 0;

    if (built) {
        start(s, argv);
        dprintf(s->to,
                "{\"job\":\"serve\",\"store\":\"%s\",\"forms\":\"%s\","
                "\"listen\":\"127.0.0.1:0\"}\n",
                stage_path("server"), stage_path("forms"));
        lines_init(&in, s->from, 0);
        assert_int_equal(lines_next(&in, PATIENCE_MS, &event, NULL), 1);
        assert_string_equal(json_get_text(event, "ev"), "listening");
        snprintf(s->url, sizeof(s->url), "%s", json_get_text(event, "url"));
        json_free(event);
        lines_release(&in);
    }
    free(program);
    free(dir);
    return built;
}

/* --- round trips ------------------------------------------------------------------ */

/* N bytes of noise behind the mark of a JPEG; owned, its hash to HASH. */
static char *jpeg(size_t n, char hash[HASH_256_TEXT])
{
    char *bytes = xmalloc(n);
    uint32_t x = 1;

    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = (char)(x >> 24);
    }
    memcpy(bytes, "\xff\xd8\xff\xe0", 4);
    hash_blake2b256((struct view){bytes, n}, hash);
    return bytes;
}

static void session(struct run *r, struct place *p, const char *url)
{
    stage_run(r, p, url);
    run_well(r);
}

static void put(struct place *p, int n, const char *hash)
{
    char *more = xasprintf("'type':'affiche','fichier':'%s'", hash);

    place_put(p, n, more);
    free(more);
}

static bool is_here(struct place *p, const char *hash, size_t bytes)
{
    struct buf content;
    bool yes = files_read(p->store, hash, &content, NULL) == 0 && content.len == bytes;

    buf_release(&content);
    return yes;
}

/* A file of N bytes goes from one store to the server and to another one, which asks;
 * both bring it, and that is no conflict. */
static void round_trip(const char *url, struct run *r, size_t n)
{
    struct place a = place_open("a"), b = place_open("b");
    struct json *wanted = json_new_array();
    char hash[HASH_256_TEXT];
    char *bytes = jpeg(n, hash);

    assert_int_equal(files_put(a.store, hash, (struct view){bytes, n}, NULL), 0);
    put(&a, 1, hash);
    session(r, &a, url);
    assert_int_equal(run_count(r, "refused"), 0);
    assert_int_equal(run_count(r, "file"), 1);
    assert_int_equal(place_standing(&a, 1).state, REPLICA_SENT);

    session(r, &b, url);
    assert_int_equal(place_standing(&b, 1).state, REPLICA_SENT);
    assert_false(is_here(&b, hash, n)); /* not before it is asked for */
    r->job.fetch = wanted;
    session(r, &b, url);
    r->job.fetch = NULL;
    assert_int_equal(r->report.files, 1);
    assert_true(is_here(&b, hash, n));

    put(&b, 2, hash); /* the same file again, from here */
    session(r, &b, url);
    assert_int_equal(run_count(r, "refused"), 0);
    assert_int_equal(place_standing(&b, 2).state, REPLICA_SENT);
    json_free(wanted);
    free(bytes);
    place_close(&a);
    place_close(&b);
}

static void files__odus_serve__there_and_back(void **state)
{
    struct run r = {.job = {.yes = true}};
    struct peer s;

    (void)state;
    if (!start_serve(&s))
        skip();
    round_trip(s.url, &r, 700 * 1000);
    stop(&s);
    run_release(&r);
}

static void files__odus_serve__as_large_as_they_may_be(void **state)
{
    struct run r = {.job = {.yes = true}};
    struct peer s;

    (void)state;
    if (!start_serve(&s))
        skip();
    round_trip(s.url, &r, FILES_BYTES_MAX);
    stop(&s);
    run_release(&r);
}

/* What PART has come of the file goes on; the server gives the rest. */
static void files__odus_serve__goes_on_after_a_cut_P14(void **state)
{
    enum { SIZE = 900 * 1000, PART = 600 * 1000 };
    struct run r = {.job = {.yes = true}};
    struct json *wanted = json_new_array();
    struct place a, b;
    char hash[HASH_256_TEXT];
    char *bytes, *path;
    struct peer s;

    (void)state;
    if (!start_serve(&s)) {
        json_free(wanted);
        skip();
    }
    a = place_open("a");
    b = place_open("b");
    bytes = jpeg(SIZE, hash);
    assert_int_equal(files_put(a.store, hash, (struct view){bytes, SIZE}, NULL), 0);
    put(&a, 1, hash);
    session(&r, &a, s.url);
    session(&r, &b, s.url);
    path = files_part_path(b.store, hash);
    assert_int_equal(
            file_write_atomic(path, (struct view){bytes, PART}, 0600, NULL), 0);
    r.job.fetch = wanted;
    session(&r, &b, s.url);
    assert_true(is_here(&b, hash, SIZE));
    assert_true(r.report.totals.down < SIZE - PART + 5000);
    free(path);
    free(bytes);
    json_free(wanted);
    place_close(&a);
    place_close(&b);
    stop(&s);
    run_release(&r);
}

static void files__pouchdb_server__there_and_back(void **state)
{
    struct run r = {.job = {.yes = true, .user = "admin", .secret = "secret"}};
    struct foreign *f;

    (void)state;
    if (!foreign_there())
        skip();
    f = foreign_start(NULL);
    round_trip(foreign_url(f), &r, 700 * 1000);
    foreign_stop(f);
    run_release(&r);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, stage_remove)
    const struct CMUnitTest tests[] = {
            T(files__odus_serve__there_and_back),
            T(files__odus_serve__as_large_as_they_may_be),
            T(files__odus_serve__goes_on_after_a_cut_P14),
            T(files__pouchdb_server__there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
