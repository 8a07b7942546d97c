/* A chain: store a, PouchDB Server, store b which odus serve offers, store c. What is
 * relayed keeps its ancestry. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "foreign.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"

enum { PATIENCE_MS = 60 * 1000 };

static struct foreign *server;
static struct place a, b, c;
static struct run run;

/* odus-serve over store b. */
static struct {
    pid_t pid;
    int to, port; /* the same each time */
    char url[100];
} room;

static const char *program(void)
{
    static char path[300];
    const char *build = getenv("ODUS_BUILD");

    snprintf(path, sizeof(path), "%s/odus-serve", build ? build : "build");
    return access(path, X_OK) == 0 ? path : NULL;
}

static int make(void **state)
{
    run = (struct run){.answer = "yes"};
    server = NULL;
    return stage_make(state);
}

static void close_room(void)
{
    if (!room.pid)
        return;
    close(room.to);
    waitpid(room.pid, NULL, 0);
    room.pid = 0;
}

static int undo(void **state)
{
    close_room();
    if (server)
        foreign_stop(server);
    run_release(&run);
    place_close(&a);
    place_close(&b);
    place_close(&c);
    return stage_remove(state);
}

static void run_room(int to, int from)
{
    dup2(to, STDIN_FILENO);
    dup2(from, STDOUT_FILENO);
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    execl(program(), "odus-serve", (char *)NULL);
    _exit(127);
}

static void open_room(void)
{
    char *job = xasprintf("{\"job\":\"serve\",\"store\":\"%s\",\"forms\":\"%s\","
                          "\"listen\":\"127.0.0.1:%d\",\"lang\":\"fr\"}\n",
            stage_path("b"), stage_path("forms"), room.port);
    struct json *event = NULL;
    struct lines in;
    int to[2], from[2];

    assert_int_equal(pipe(to) | pipe(from), 0);
    fflush(NULL);
    room.pid = fork();
    assert_true(room.pid >= 0);
    if (room.pid == 0)
        run_room(to[0], from[1]);
    close(to[0]);
    close(from[1]);
    room.to = to[1];
    assert_int_equal(write(room.to, job, strlen(job)), strlen(job));
    lines_init(&in, from[0], 0);
    assert_int_equal(lines_next(&in, PATIENCE_MS, &event, NULL), 1);
    assert_string_equal(json_get_text(event, "ev"), "listening");
    snprintf(room.url, sizeof(room.url), "%s", json_get_text(event, "url"));
    room.port = (int)strtol(strrchr(room.url, ':') + 1, NULL, 10);
    json_free(event);
    lines_release(&in);
    free(job);
}

static void sync_with(struct place *p, const char *url)
{
    stage_run(&run, p, url);
    run_well(&run);
}

/* b goes home, fetches and sends, and comes back. */
static void carry(void)
{
    close_room();
    sync_with(&b, foreign_url(server));
    open_room();
}

static char *ancestry(struct place *p, int n)
{
    struct replica_doc d;
    struct buf out;

    assert_int_equal(replica_get(p->store, stage_uid(n), NULL, &d, NULL, NULL), 0);
    buf_init(&out, 0);
    for (size_t i = 0; i < d.nrevs; i++)
        buf_addf(&out, "%s ", d.revs[i]);
    replica_doc_release(&d);
    return buf_take(&out);
}

static void relay__over_two_servers__keeps_ancestry_p10(void **state)
{
    char *far, *near;

    (void)state;
    if (!foreign_there() || !program())
        skip();
    server = foreign_start(NULL);
    a = place_open("a");
    b = place_open("b");
    c = place_open("c");
    for (int n = 1; n <= 150; n++)
        place_put(&a, n, "");
    place_put(&a, 1, "'note':'deux'");
    place_put(&a, 1, "'note':'trois'");
    sync_with(&a, foreign_url(server));
    carry();
    sync_with(&c, room.url);
    assert_int_equal(place_count(&c), 150);
    near = ancestry(&a, 1);
    far = ancestry(&c, 1);
    assert_string_equal(far, near);
    free(far);
    free(near);

    /* back: c's edit and a's of another field meet, and nobody sees a conflict */
    place_edit(&c, 1, "titre", "De c");
    place_edit(&a, 1, "note", "De a");
    sync_with(&c, room.url);
    carry();
    sync_with(&a, foreign_url(server));
    carry();
    sync_with(&c, room.url);
    for (int i = 0; i < 3; i++) {
        struct place *p = i == 0 ? &a : i == 1 ? &b : &c;
        char *revs = place_revs(p), *there = foreign_revs(server);

        assert_string_equal(place_text(p, 1, "titre"), "De c");
        assert_string_equal(place_text(p, 1, "note"), "De a");
        assert_int_equal(place_standing(p, 1).leaves, 1);
        assert_string_equal(revs, there);
        free(revs);
        free(there);
    }
    assert_int_equal(place_waiting(&a), 0);
    assert_int_equal(place_waiting(&c), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    relay__over_two_servers__keeps_ancestry_p10, make, undo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
