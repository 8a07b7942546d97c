/* odus-sync over its pipes: jobs, questions, secrets, one worker to a store. */
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

#include "net/httpd.h"
#include "odus/base/file.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/sync/worker.h"
#include "quotes.h"
#include "stage.h"

enum { PATIENCE_MS = 20 * 1000 };

#define SAY(status, json)                                                              \
    "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: "            \
    "close\r\n\r\n" json
#define NO_ENTRY SAY("401 Unauthorized", "{\"error\":\"unauthorized\"}")
#define EPOCH SAY("200 OK", "{\"epoch\":\"e1\"}")
#define NOTHING SAY("200 OK", "{\"results\":[],\"last_seq\":0}")
#define ASK_EPOCH "GET /commons/_local/odus "
#define ASK_PAGE "GET /commons/_changes?"

struct worker_process {
    pid_t pid;
    int to, from;
    struct lines in;
    struct buf all; /* every line that came */
};

static void say(struct worker_process *w, const char *line)
{
    char *text = quotes(xasprintf("%s\n", line));

    assert_int_equal(write(w->to, text, strlen(text)), strlen(text));
    free(text);
}

static int (*work)(int in, int out) = sync_work;

/* A worker with JOB, JSON with ' for " without its braces. */
static struct worker_process begin(const char *job)
{
    struct worker_process w = {.pid = 0};
    char *line = xasprintf("{'store':'%s','forms':'%s','config':'%s','lang':'fr',%s}",
            stage_path("here"), stage_path("forms"), stage_path("config"), job);
    int to[2], from[2];

    assert_int_equal(pipe(to) | pipe(from), 0);
    fflush(NULL);
    w.pid = fork();
    assert_true(w.pid >= 0);
    if (w.pid == 0) {
        close(to[1]);
        close(from[0]);
        _exit(work(to[0], from[1]));
    }
    close(to[0]);
    close(from[1]);
    w.to = to[1];
    w.from = from[0];
    lines_init(&w.in, w.from, 0);
    buf_init(&w.all, 0);
    say(&w, line);
    free(line);
    return w;
}

/* The next event of kind EV (owned); those before it are passed over. NULL: the end. */
static struct json *next(struct worker_process *w, const char *ev)
{
    struct json *event;

    while (lines_next(&w->in, PATIENCE_MS, &event, NULL) == 1) {
        const char *kind = json_get_text(event, "ev");

        json_canonical(event, &w->all);
        if (ev && strcmp(kind, ev) == 0)
            return event;
        json_free(event);
    }
    return NULL;
}

static void expect(
        struct worker_process *w, const char *ev, const char *key, const char *value)
{
    struct json *event = next(w, ev);
    const char *text = json_get_text(event, key);

    if (!event || !text || !strstr(text, value))
        fail_msg("no %s with %s \"%s\" but \"%s\"", ev, key, value, text ? text : "");
    json_free(event);
}

static int end(struct worker_process *w)
{
    int status = 0;

    next(w, NULL);
    close(w->to);
    close(w->from);
    waitpid(w->pid, &status, 0);
    lines_release(&w->in);
    buf_release(&w->all);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char *sync_job(const struct httpd *server, const char *more)
{
    return xasprintf(
            "'job':'sync','url':'%s','author':'anne'%s", httpd_url(server), more);
}

static void job__wrong__is_told_with_its_status(void **state)
{
    static const struct {
        const char *job;
        int status;
    } cases[] = {{"'job':'rien'", 2}, {"'job':7", 2}, {"'job':'sync'", 2},
            {"'job':'sync','url':'ftp://x'", 2},
            {"'job':'sync','url':'http://127.0.0.1:1','tries':1", 4},
            {"'job':'sync','url':'http://127.0.0.1:1','store':'/dev/null/x'", 3}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct worker_process w = begin(cases[i].job);
        struct json *event = next(&w, "error");

        assert_non_null(event);
        assert_true(*json_get_text(event, "message"));
        json_free(event);
        assert_int_equal(end(&w), cases[i].status);
    }
}

static void password__right_one__is_kept_for_the_next_time(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY},
            {.expect = ASK_EPOCH, .send = NO_ENTRY},
            {.expect = ASK_EPOCH, .send = EPOCH},
            {.expect = ASK_PAGE, .send = NOTHING}};
    static const struct httpd_step again[] = {{.expect = ASK_EPOCH, .send = EPOCH},
            {.expect = ASK_PAGE, .send = NOTHING}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = sync_job(server, ",'user':'anne'");
    struct worker_process w = begin(job);

    (void)state;
    expect(&w, "ask", "what", "password");
    say(&w, "{'answer':'fauxmotdepasse'}");
    expect(&w, "ask", "what", "password");
    say(&w, "{'answer':'bonmotdepasse'}");
    expect(&w, "phase", "phase", "pull");
    json_free(next(&w, NULL));
    assert_null(strstr(w.all.s, "motdepasse"));
    assert_int_equal(end(&w), 0);
    assert_int_equal(httpd_again(server, again, COUNT(again)), 0);
    w = begin(job);
    assert_null(next(&w, "ask"));
    assert_null(strstr(w.all.s, "motdepasse"));
    assert_int_equal(end(&w), 0);
    assert_non_null(strstr(httpd_request(server, 0, NULL), "Authorization: Basic "));
    assert_int_equal(httpd_stop(server), 0);
    free(job);
}

static void password__wrong_one__is_not_kept(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY},
            {.expect = ASK_EPOCH, .send = NO_ENTRY}};
    static const struct httpd_step again[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = sync_job(server, ",'user':'anne'");

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct worker_process w = begin(job);

        expect(&w, "ask", "what", "password");
        if (i == 0) {
            say(&w, "{'answer':'faux'}");
            expect(&w, "ask", "what", "password");
        }
        say(&w, "{'answer':null}");
        assert_int_equal(end(&w), 4);
        if (i == 0)
            assert_int_equal(httpd_again(server, again, COUNT(again)), 0);
    }
    assert_int_equal(httpd_stop(server), 0);
    free(job);
}

/* Tokens do not last: what the command gives now is tried before anybody is asked. */
static void password__by_command__is_fetched_anew(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY},
            {.expect = ASK_EPOCH, .send = EPOCH},
            {.expect = ASK_PAGE, .send = NOTHING}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *more = xasprintf(",'user':'anne','auth':'bearer','password_command':'"
                           "echo x >>%s; wc -l <%s'",
            stage_path("runs"), stage_path("runs"));
    char *job = sync_job(server, more);
    struct worker_process w = begin(job);

    (void)state;
    assert_null(next(&w, "ask"));
    assert_int_equal(end(&w), 0);
    assert_non_null(strstr(httpd_request(server, 0, NULL), "Bearer 1\r\n"));
    assert_non_null(strstr(httpd_request(server, 1, NULL), "Bearer 2\r\n"));
    assert_int_equal(httpd_stop(server), 0);
    free(job);
    free(more);
}

static void password__by_command_and_the_same__is_asked_for(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = sync_job(server, ",'user':'anne','password_command':'echo x'");
    struct worker_process w = begin(job);

    (void)state;
    expect(&w, "ask", "what", "password");
    say(&w, "{'answer':null}");
    assert_int_equal(end(&w), 4);
    assert_int_equal(httpd_stop(server), 0);
    free(job);
}

/* It is said once, and the password that was typed serves all the same. */
static void password__place_no_good__is_said_once(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY},
            {.expect = ASK_EPOCH, .send = EPOCH},
            {.expect = ASK_PAGE, .send = NOTHING}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = sync_job(server, ",'user':'anne'");
    char *path = file_join(stage_path("config"), "secrets");
    struct worker_process w;

    (void)state;
    assert_int_equal(file_mkdirs(stage_path("config"), 0700, NULL), 0);
    assert_int_equal(file_write_atomic(path, view_of("{"), 0600, NULL), 0);
    w = begin(job);
    expect(&w, "warning", "message", "damaged");
    expect(&w, "ask", "what", "password");
    say(&w, "{'answer':'bonmotdepasse'}");
    assert_null(next(&w, "warning"));
    assert_int_equal(end(&w), 0);
    assert_int_equal(httpd_stop(server), 0);
    free(path);
    free(job);
}

static void worker__second_on_a_store__is_refused_p13(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NULL}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = sync_job(server, "");
    struct worker_process first = begin(job), second;

    (void)state;
    json_free(next(&first, "phase"));
    second = begin(job);
    expect(&second, "error", "message", "being synchronised already");
    assert_int_equal(end(&second), 3);
    kill(first.pid, SIGKILL); /* nothing of it stands in the way */
    assert_int_equal(end(&first), 128 + SIGKILL);
    second = begin("'job':'sync','url':'http://127.0.0.1:1','tries':1");
    assert_int_equal(end(&second), 4);
    (void)httpd_stop(server);
    free(job);
}

static void metered__in_the_job__is_asked_about(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = EPOCH},
            {.expect = ASK_PAGE,
                    .send = SAY("200 OK", "{\"results\":[{\"seq\":1,\"id\":\"a\","
                                          "\"changes\":[{\"rev\":\"1-a\"}],\"doc\":"
                                          "{\"_id\":\"a\",\"_rev\":\"1-a\"}}],"
                                          "\"last_seq\":1,\"pending\":1000}")}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = sync_job(server, ",'metered':1000");
    struct worker_process w = begin(job);

    (void)state;
    expect(&w, "ask", "what", "metered");
    say(&w, "{'answer':'no'}");
    expect(&w, "error", "message", "would cost too much");
    assert_int_equal(end(&w), 1); /* an answer, no failure */
    assert_int_equal(httpd_stop(server), 0);
    free(job);
}

/* However it is told: a line, the end of the pipe. */
static void worker__told_to_stop__ends_at_once(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NULL}};

    (void)state;
    for (int how = 0; how < 2; how++) {
        struct httpd *server = httpd_start(steps, COUNT(steps));
        char *job = sync_job(server, ",'tries':0");
        struct worker_process w = begin(job);

        json_free(next(&w, "phase"));
        if (how == 0) {
            say(&w, "{'stop':true}");
        } else {
            close(w.to);
            w.to = dup(w.from);
        }
        expect(&w, "error", "message", "cancelled");
        assert_int_equal(end(&w), 4);
        (void)httpd_stop(server);
        free(job);
    }
}

static void worker__lines_of_nonsense__do_no_harm(void **state)
{
    static const struct httpd_step steps[] = {{.expect = ASK_EPOCH, .send = NO_ENTRY}};
    static const char *const lines[] = {"{'answer':7}", "[]", "7", "{'answer':{}}"};

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct httpd *server = httpd_start(steps, COUNT(steps));
        char *job = sync_job(server, ",'user':'anne'");
        struct worker_process w = begin(job);

        expect(&w, "ask", "what", "password");
        say(&w, lines[i]);
        assert_int_equal(end(&w), 4);
        (void)httpd_stop(server);
        free(job);
    }
}

/* --- the password of a new account ------------------------------------------------ */

enum { SECRET = 600, FLIP = 0x55, LEFT_BEHIND = 99, REACH = 900 };

/* The password a test gives, flipped: never whole in a worker but where it came. */
static unsigned char flipped[SECRET];

/* libcurl sends a small body in one buffer with its head, and gives that back as it is:
 * out of reach. */
static bool follows_a_head(const unsigned char *p)
{
    for (int i = 0; i < REACH; i++)
        if (memcmp(p - i, "\r\n\r\n{", 5) == 0)
            return true;
    return false;
}

/* Whether the heap holds its end: the first bytes of what is given back are written
 * over. */
static bool heap_holds_it(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    bool found = false;
    char line[300];

    while (maps && fgets(line, sizeof(line), maps)) {
        unsigned char *p, *to;
        char *end;

        if (!strstr(line, "[heap]"))
            continue;
        p = (unsigned char *)(uintptr_t)strtoull(line, &end, 16) + REACH;
        to = (unsigned char *)(uintptr_t)strtoull(end + 1, NULL, 16);
        for (; p + SECRET <= to && !found; p++) {
            int i = SECRET - 8;

            while (i < SECRET && (p[i] ^ FLIP) == flipped[i])
                i++;
            found = i == SECRET && !follows_a_head(p);
        }
    }
    if (maps)
        fclose(maps);
    return found;
}

static int work_and_look(int in, int out)
{
    int status = sync_work(in, out);

    return status == 0 && heap_holds_it() ? LEFT_BEHIND : status;
}

static void account__its_password__leaves_nothing_behind(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "GET /_users/org.couchdb.user%3Aanne ",
                    .send = SAY("404 Not Found", "{\"error\":\"not_found\"}")},
            {.expect = "PUT /_users/org.couchdb.user%3Aanne ",
                    .send = SAY("201 Created", "{\"ok\":true}")}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = xasprintf("'job':'server-user-add','url':'%s','user':'admin','secret':"
                          "'s','name':'anne','roles':['lecteur']",
            httpd_url(server));
    struct worker_process w;
    char answer[SECRET + 20] = "{'answer':'";

    (void)state;
    for (int i = 0; i < SECRET; i++)
        flipped[i] =
                (unsigned char)(((i < SECRET - 8 ? 'a' : 'A') + (i * 11 + 5) % 26) ^
                                FLIP);
    work = work_and_look;
    w = begin(job);
    work = sync_work;
    expect(&w, "ask", "what", "new-password");
    for (int i = 0; i < SECRET; i++)
        answer[11 + i] = (char)(flipped[i] ^ FLIP);
    memcpy(answer + 11 + SECRET, "'}", 3);
    say(&w, answer);
    assert_int_equal(end(&w), 0);
    assert_non_null(strstr(httpd_request(server, 1, NULL), "\"password\":\"fq"));
    (void)httpd_stop(server);
    free(job);
}

static void account__that_is_refused__is_told(void **state)
{
    static const struct httpd_step steps[] = {
            {.expect = "GET /_users/org.couchdb.user%3Aanne ",
                    .send = SAY("404 Not Found", "{\"error\":\"not_found\"}")},
            {.expect = "PUT /_users/org.couchdb.user%3Aanne ",
                    .send = SAY("403 Forbidden", "{\"error\":\"forbidden\"}")}};
    struct httpd *server = httpd_start(steps, COUNT(steps));
    char *job = xasprintf("'job':'server-user-add','url':'%s','user':'admin','secret':"
                          "'s','name':'anne','roles':['lecteur']",
            httpd_url(server));
    struct worker_process w = begin(job);

    (void)state;
    expect(&w, "ask", "what", "new-password");
    say(&w, "{'answer':'motdepasse'}");
    json_free(next(&w, "error"));
    assert_int_not_equal(end(&w), 0);
    assert_int_equal(httpd_stop(server), 0);
    free(job);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, stage_make, stage_remove)
    const struct CMUnitTest tests[] = {
            T(job__wrong__is_told_with_its_status),
            T(password__right_one__is_kept_for_the_next_time),
            T(password__wrong_one__is_not_kept),
            T(password__by_command__is_fetched_anew),
            T(password__by_command_and_the_same__is_asked_for),
            T(password__place_no_good__is_said_once),
            T(worker__second_on_a_store__is_refused_p13),
            T(metered__in_the_job__is_asked_about),
            T(worker__told_to_stop__ends_at_once),
            T(worker__lines_of_nonsense__do_no_harm),
            T(account__its_password__leaves_nothing_behind),
            T(account__that_is_refused__is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
