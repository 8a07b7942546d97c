/* https, seen by somebody else's client: the openssl program, where it is there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk.h"
#include "odus/base/file.h"

/* Runs ARGV with IN as its input and what it says in the file "said"; its status. */
static int run(const char *const *argv, const char *in)
{
    const char *said = desk_path("said");
    int pipes[2], status = 0;
    pid_t pid;

    assert_int_equal(pipe(pipes), 0);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        int out = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);

        close(pipes[1]);
        dup2(pipes[0], STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(pipes[0]);
    assert_int_equal(write(pipes[1], in, strlen(in)), strlen(in));
    close(pipes[1]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static bool make_certificate(void)
{
    const char *const argv[] = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-keyout", desk_path("key.pem"), "-out",
            desk_path("cert.pem"), NULL};

    return run(argv, "") == 0;
}

static struct desk *start(const char *key)
{
    char job[2000];

    snprintf(job, sizeof(job),
            "'job':'serve','listen':'127.0.0.1:0','tls_cert':'%s','tls_key':'%s'",
            desk_path("cert.pem"), key);
    return desk_start(job);
}

/* The address at which D listens; good until the next call. */
static const char *address_of(struct desk *d)
{
    static char address[100];
    struct json *event = desk_next(d);

    assert_non_null(event);
    snprintf(address, sizeof(address), "%s",
            json_get_text(event, "url") + strlen("https://"));
    address[strlen(address) - 1] = '\0';
    json_free(event);
    return address;
}

/* RFC 8996 */
static void tls__version__is_1_2_at_least(void **state)
{
    static const char *const versions[] = {"-tls1_1", "-tls1_2"};
    const char *argv[] = {"openssl", "s_client", NULL, "-cipher", "DEFAULT@SECLEVEL=0",
            "-connect", NULL, NULL};
    struct buf said;
    struct desk *d;

    (void)state;
    if (!make_certificate())
        skip();
    d = start(desk_path("key.pem"));
    argv[6] = address_of(d);
    for (size_t i = 0; i < COUNT(versions); i++) {
        argv[2] = versions[i];
        run(argv, "");
        assert_int_equal(file_read(desk_path("said"), 0, &said, NULL), 0);
        assert_int_equal(strstr(said.s, "Cipher is (NONE)") != NULL, i == 0);
        buf_release(&said);
    }
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

static void tls__request__is_answered_under_the_certificate_given(void **state)
{
    char address[100];
    const char *argv[] = {"openssl", "s_client", "-quiet", "-verify_return_error",
            "-CAfile", desk_path("cert.pem"), "-connect", address, NULL};
    struct json *event;
    struct buf said;
    struct desk *d;

    (void)state;
    if (!make_certificate())
        skip();
    d = start(desk_path("key.pem"));
    event = desk_next(d);
    assert_non_null(event);
    assert_memory_equal(json_get_text(event, "url"), "https://127.0.0.1:", 18);
    snprintf(address, sizeof(address), "%s",
            json_get_text(event, "url") + strlen("https://"));
    address[strlen(address) - 1] = '\0';
    json_free(event);
    run(argv, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert_int_equal(file_read(desk_path("said"), 0, &said, NULL), 0);
    assert_non_null(strstr(said.s, "\"couchdb\":\"Welcome\""));
    buf_release(&said);
    desk_say(d, NULL);
    assert_int_equal(desk_end(d), 0);
}

static void tls__certificate__without_its_key_is_refused(void **state)
{
    struct json *event;
    struct desk *d;

    (void)state;
    if (!make_certificate())
        skip();
    d = start(desk_path("cert.pem"));
    event = desk_next(d);
    assert_string_equal(json_get_text(event, "ev"), "error");
    assert_int_equal(json_get_int(event, "code", 0), ERR_USAGE);
    json_free(event);
    assert_int_equal(desk_end(d), 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_make, desk_remove)
    const struct CMUnitTest tests[] = {
            T(tls__request__is_answered_under_the_certificate_given),
            T(tls__version__is_1_2_at_least),
            T(tls__certificate__without_its_key_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
