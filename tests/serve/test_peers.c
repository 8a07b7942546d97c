/* Other people's clients against odus serve: tests/peers/pouch.js, where node and the
 * packages of npm are there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk.h"

/* The folder whose node_modules have PouchDB; NULL: there is none. */
static const char *peers(void)
{
    static char folder[300];
    const char *given = getenv("ODUS_PEERS");
    char path[400];

    if (given)
        snprintf(folder, sizeof(folder), "%s", given);
    else if (!realpath("build/peers", folder))
        return NULL;
    snprintf(path, sizeof(path), "%s/node_modules/pouchdb/package.json", folder);
    return access(path, R_OK) == 0 ? folder : NULL;
}

static int run_node(const char *url, const char *const *tests)
{
    const char *argv[20] = {"node", "tests/peers/pouch.js", url, desk_path("pouch")};
    int n = 4, status = 0;
    pid_t pid;

    while (*tests)
        argv[n++] = *tests++;
    setenv("ODUS_PEERS", peers(), 1);
    mkdir(desk_path("pouch"), 0700);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO); /* its lines are not this program's TAP */
        execvp("node", (char *const *)argv);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Runs TESTS against a server on loopback; WHO ("name:password@") signs in. */
static void run(const char *who, const char *const *tests)
{
    struct desk *d;
    struct json *event;
    char url[300];
    int status;

    d = desk_start("'job':'serve','listen':'127.0.0.1:0'");
    event = desk_next(d);
    assert_non_null(event);
    snprintf(url, sizeof(url), "http://%s%scommons", who,
            json_get_text(event, "url") + strlen("http://"));
    json_free(event);
    status = run_node(url, tests);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
    if (status == 127)
        skip();
    assert_int_equal(status, 0);
}

static void add_user(const char *name, const char *role)
{
    struct desk *d;
    char job[300];

    snprintf(job, sizeof(job),
            "'job':'user_add','name':'%s','password':'motdepasse','roles':['%s']", name,
            role);
    d = desk_start(job);
    assert_int_equal(desk_end(d), 0);
}

static void pouch__replicates__both_ways(void **state)
{
    static const char *const tests[] = {"push_and_pull", "again_is_nothing",
            "conflicts_stay_side_by_side", "erased_documents_travel", "direct_edits",
            "filter_by_ids", NULL};

    (void)state;
    if (!peers())
        skip();
    run("", tests);
}

static void pouch__replicates__two_thousand_and_live(void **state)
{
    static const char *const tests[] = {"two_thousand", "live_longpoll", NULL};

    (void)state;
    if (!peers())
        skip();
    run("", tests);
}

static void pouch__signs_in__or_is_refused(void **state)
{
    static const char *const writer[] = {"push_and_pull", "wrong_password", NULL};
    static const char *const reader[] = {"reader_may_not_write", NULL};

    (void)state;
    if (!peers())
        skip();
    add_user("anne", "organisateur");
    add_user("lise", "lecteur");
    run("anne:motdepasse@", writer);
    run("lise:motdepasse@", reader);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_make, desk_remove)
    const struct CMUnitTest tests[] = {
            T(pouch__replicates__both_ways),
            T(pouch__replicates__two_thousand_and_live),
            T(pouch__signs_in__or_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
