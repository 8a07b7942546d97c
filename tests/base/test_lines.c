#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/lines.h"

enum { MAX = 64 };

struct channel {
    int fds[2];
    struct lines lines;
};

static void channel_open(struct channel *c)
{
    assert_int_equal(pipe(c->fds), 0);
    lines_init(&c->lines, c->fds[0], MAX);
}

static void channel_say(struct channel *c, const char *text)
{
    assert_int_equal(write(c->fds[1], text, strlen(text)), strlen(text));
}

static void channel_end(struct channel *c)
{
    if (c->fds[1] >= 0)
        close(c->fds[1]);
    c->fds[1] = -1;
}

static void channel_close(struct channel *c)
{
    channel_end(c);
    close(c->fds[0]);
    lines_release(&c->lines);
}

static int next(struct channel *c, int64_t *ret_n)
{
    struct json *j = NULL;
    struct err err = {0};
    int rc = lines_next(&c->lines, 0, &j, &err);

    *ret_n = json_get_int(j, "n", -1);
    assert_int_equal(rc == 1, j != NULL);
    assert_int_equal(rc < 0, err.id != NULL);
    json_free(j);
    return rc;
}

static void lines__next__gives_each_line_once_it_is_whole(void **state)
{
    struct channel c;
    int64_t n;

    (void)state;
    channel_open(&c);
    assert_int_equal(next(&c, &n), 0);
    channel_say(&c, "{\"n\":1}\n\n  \r\n{\"n\"");
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 1);
    assert_int_equal(next(&c, &n), 0);
    channel_say(&c, ":2}\n{\"n\":3}");
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 2);
    assert_int_equal(next(&c, &n), 0);
    channel_end(&c);
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 3);
    assert_int_equal(next(&c, &n), ERR_NOT_FOUND);
    assert_int_equal(next(&c, &n), ERR_NOT_FOUND);
    channel_close(&c);
}

static void lines__next__drops_a_line_that_is_no_json(void **state)
{
    struct channel c;
    int64_t n;

    (void)state;
    channel_open(&c);
    channel_say(&c, "{nope\n{\"n\":7}\n");
    assert_int_equal(next(&c, &n), ERR_INVALID);
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 7);
    channel_close(&c);
}

static void lines__next__drops_a_line_that_is_too_long(void **state)
{
    char text[MAX + 2];
    struct channel c;
    int64_t n;

    (void)state;
    memset(text, ' ', sizeof(text));
    text[MAX + 1] = '\0';
    channel_open(&c);
    channel_say(&c, text);
    assert_int_equal(next(&c, &n), ERR_LIMIT);
    channel_say(&c, text);
    channel_say(&c, "1\n{\"n\":8}\n");
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 8);
    channel_close(&c);
}

static void lines__next__takes_a_line_of_the_greatest_length(void **state)
{
    char text[MAX + 1];
    struct channel c;
    int64_t n;

    (void)state;
    memset(text, ' ', sizeof(text));
    memcpy(text, "{\"n\":9}", 7);
    text[MAX - 1] = '\n';
    text[MAX] = '\0';
    channel_open(&c);
    channel_say(&c, text);
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 9);
    channel_close(&c);
}

static void lines__put__writes_what_next_reads(void **state)
{
    struct json *j = json_new_object();
    struct channel c;
    int64_t n;

    (void)state;
    channel_open(&c);
    json_set_take(j, "n", json_int(5));
    json_set_take(j, "text", json_text(VIEW_LIT("a\nb")));
    assert_int_equal(lines_put(c.fds[1], j, NULL), 0);
    assert_int_equal(next(&c, &n), 1);
    assert_int_equal(n, 5);
    json_free(j);
    channel_close(&c);
}

static void lines__put__says_that_nobody_reads(void **state)
{
    struct json *j = json_int(1);
    struct err err = {0};
    int fds[2];

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(fds), 0);
    close(fds[0]);
    assert_int_equal(lines_put(fds[1], j, &err), ERR_IO);
    assert_non_null(err.id);
    close(fds[1]);
    json_free(j);
}

static void lines__err__comes_as_it_went(void **state)
{
    struct json *j = json_new_object();
    struct err err = {0}, got = {0};
    char *id;

    (void)state;
    err_set(&err, ERR_BUSY, "%1$s is held by %2$s", "a", "b");
    lines_set_err(j, &err);
    id = lines_get_err(j, &got);
    assert_int_equal(got.code, ERR_BUSY);
    assert_string_equal(got.id, err.id);
    assert_string_equal(got.args[1], "b");
    assert_string_equal(got.args[2], "");
    free(id);
    id = lines_get_err(json_get(j, "args"), &got);
    assert_int_equal(got.code, ERR_IO);
    assert_string_equal(got.id, "");
    free(id);
    json_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(lines__next__gives_each_line_once_it_is_whole),
            cmocka_unit_test(lines__next__drops_a_line_that_is_no_json),
            cmocka_unit_test(lines__next__drops_a_line_that_is_too_long),
            cmocka_unit_test(lines__next__takes_a_line_of_the_greatest_length),
            cmocka_unit_test(lines__put__writes_what_next_reads),
            cmocka_unit_test(lines__put__says_that_nobody_reads),
            cmocka_unit_test(lines__err__comes_as_it_went),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
