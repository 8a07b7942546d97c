#include "fixture.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/net/secret.h"

#include "../../src/net/secret_priv.h"

#define SERVER "https://example.org"

/* A folder of its own, and no desktop with a keyring. */
struct folder {
    char *dir, *path;
    struct secret_place place;
};

static int set_up(void **state)
{
    struct folder *d = xcalloc(1, sizeof(*d));
    const char *tmp = getenv("TMPDIR");

    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    d->dir = xasprintf("%s/odus-secret-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(d->dir))
        return -1;
    d->path = file_join(d->dir, "secrets");
    d->place.dir = d->dir;
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct folder *d = *state;
    int r;

    unlink(d->path);
    r = rmdir(d->dir);
    free(d->dir);
    free(d->path);
    free(d);
    return r;
}

static void put(struct folder *d, const char *url, const char *user, const char *secret)
{
    assert_int_equal(secret_put(&d->place, url, user, secret, NULL), 0);
}

static void expect(
        struct folder *d, const char *url, const char *user, const char *want)
{
    char *got = NULL;
    int code = secret_get(&d->place, url, user, &got, NULL);

    assert_int_equal(code, want ? 0 : ERR_NOT_FOUND);
    if (want)
        assert_string_equal(got, want);
    secret_free(got);
}

static void secret__file__keeps_by_server_and_user(void **state)
{
    struct folder *d = *state;
    struct stat st;

    expect(d, SERVER, "aline", NULL);
    put(d, SERVER, "aline", "un \"é\"");
    put(d, SERVER, "bruno", "deux");
    put(d, "http://localhost:5984", "aline", "trois");
    put(d, "HTTPS://Example.org:443/", "bruno", "quatre");
    expect(d, SERVER, "aline", "un \"é\"");
    expect(d, SERVER "/", "bruno", "quatre");
    expect(d, "http://localhost:5984", "aline", "trois");
    expect(d, SERVER, "carla", NULL);
    assert_int_equal(stat(d->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    put(d, SERVER, "aline", NULL);
    put(d, SERVER, "nobody", NULL);
    expect(d, SERVER, "aline", NULL);
    expect(d, SERVER, "bruno", "quatre");
}

static void secret__file__goes_with_its_last_secret(void **state)
{
    struct folder *d = *state;

    put(d, SERVER, "aline", NULL);
    assert_false(file_exists(d->path));
    put(d, SERVER, "aline", "un");
    put(d, SERVER, "aline", NULL);
    assert_false(file_exists(d->path));
}

static void secret__file__is_refused_when_others_may_read_it(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    struct folder *d = *state;
    struct fixture f = {0};
    char *got = NULL;

    put(d, SERVER, "aline", "un");
    for (size_t i = 0; i < COUNT(modes); i++) {
        assert_int_equal(chmod(d->path, modes[i]), 0);
        assert_int_equal(secret_get(&d->place, SERVER, "aline", &got, &f.err), ERR_IO);
        fixture_said(&f, "chmod 600");
        assert_null(got);
        assert_int_equal(secret_put(&d->place, SERVER, "aline", "x", NULL), ERR_IO);
    }
    assert_int_equal(chmod(d->path, 0400), 0);
    expect(d, SERVER, "aline", "un");
}

static void secret__file__is_left_alone_when_damaged(void **state)
{
    static const char *const contents[] = {"{\"a\":", "[]", ""};
    struct folder *d = *state;
    struct buf now;

    for (size_t i = 0; i < COUNT(contents); i++) {
        assert_int_equal(
                file_write_atomic(d->path, view_of(contents[i]), 0600, NULL), 0);
        assert_int_equal(
                secret_put(&d->place, SERVER, "aline", "x", NULL), ERR_DAMAGED);
        assert_int_equal(file_read(d->path, 0, &now, NULL), 0);
        assert_string_equal(now.s, contents[i]);
        buf_release(&now);
    }
}

static void secret__put__refuses_what_is_no_password(void **state)
{
    struct folder *d = *state;
    char *long_one = xcalloc(1, SECRET_MAX + 2);

    memset(long_one, 'x', SECRET_MAX + 1);
    assert_int_equal(secret_put(&d->place, SERVER, "aline", long_one, NULL), ERR_LIMIT);
    free(long_one);
}

static void secret__command__gives_its_first_line(void **state)
{
    static const char *const commands[] = {
            "printf 's3cret\\nsecond\\n'",
            "printf s3cret",
            "printf 's3cret\\r\\n'",
            "cat; echo s3cret; echo noise >&2",
            "echo s3cret; head -c 200000 /dev/zero",
    };
    struct folder *d = *state;

    for (size_t i = 0; i < COUNT(commands); i++) {
        d->place.command = commands[i];
        expect(d, SERVER, "aline", "s3cret");
    }
    put(d, SERVER, "aline", "x");
    assert_false(file_exists(d->path));
}

static void secret__command__fails_in_words(void **state)
{
    static const struct {
        const char *command, *words;
    } cases[] = {
            {"echo s3cret; exit 3", "exit status 3"},
            {"kill -9 $$", "exit status 137"},
            {"true", "no password"},
            {"printf '\\ns3cret\\n'", "no password"},
            {"printf 's3\\000cret\\n'", "no password"},
            {"head -c 5000 /dev/zero | tr '\\000' x", "no password"},
            {"/nowhere/at/all", "exit status 127"},
    };
    struct folder *d = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture f = {0};
        char *got = NULL;

        d->place.command = cases[i].command;
        assert_int_equal(secret_get(&d->place, SERVER, "aline", &got, &f.err), ERR_IO);
        assert_null(got);
        fixture_said(&f, cases[i].words);
        for (int arg = 0; arg < ERR_ARGS; arg++)
            assert_null(strstr(f.err.args[arg], "cret"));
    }
}

static void secret__command__is_ended_with_its_children(void **state)
{
    struct fixture f = {0};
    char *got = NULL;

    (void)state;
    assert_int_equal(
            secret_by_command("sleep 60 | sleep 60", 30, &got, &f.err), ERR_IO);
    assert_null(got);
    fixture_said(&f, "took too long");
}

/* A daemon that the command starts may keep its output open for ever. This one ends
 * when it can read from a pipe. */
static void secret__command__does_not_wait_for_what_it_left_behind(void **state)
{
    struct folder *d = *state;
    char *command = xasprintf("read x <%s & echo s3cret", d->path);
    char *got = NULL;
    int fd;

    assert_int_equal(mkfifo(d->path, 0600), 0);
    assert_int_equal(secret_by_command(command, 20000, &got, NULL), 0);
    assert_string_equal(got, "s3cret");
    fd = open(d->path, O_WRONLY | O_CLOEXEC); /* waits for its reader */
    assert_true(fd >= 0);
    close(fd);
    secret_free(got);
    free(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    secret__file__keeps_by_server_and_user, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    secret__file__goes_with_its_last_secret, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    secret__file__is_refused_when_others_may_read_it, set_up,
                    tear_down),
            cmocka_unit_test_setup_teardown(
                    secret__file__is_left_alone_when_damaged, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    secret__put__refuses_what_is_no_password, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    secret__command__gives_its_first_line, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    secret__command__fails_in_words, set_up, tear_down),
            cmocka_unit_test(secret__command__is_ended_with_its_children),
            cmocka_unit_test_setup_teardown(
                    secret__command__does_not_wait_for_what_it_left_behind, set_up,
                    tear_down),
    };

    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
