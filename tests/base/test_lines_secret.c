/* A password that crosses the channel leaves no copy on the heap. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/lines.h"

enum { SECRET = 24, FLIP = 0x55 };

/* Kept flipped, so that it is not found where it is looked for. */
static unsigned char flipped[SECRET];

/* Another one each time: the memory of an earlier run says nothing. */
static void make_secret(char out[SECRET + 1])
{
    for (int i = 0; i < SECRET; i++) {
        out[i] = (char)('a' + (i * 7 + 3) % 26);
        flipped[i] = (unsigned char)(out[i] ^ FLIP);
    }
    out[SECRET] = '\0';
}

static bool is_secret(const unsigned char *p)
{
    /* libraries write over the first bytes of what they are given back */
    for (int i = 16; i < SECRET; i++)
        if ((p[i] ^ FLIP) != flipped[i])
            return false;
    return true;
}

/* Places of the heap that hold the end of the secret. */
static int copies(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[300];
    int n = 0;

    assert_non_null(maps);
    while (fgets(line, sizeof(line), maps)) {
        unsigned char *from, *to;
        char *end;

        if (!strstr(line, "[heap]"))
            continue;
        from = (unsigned char *)(uintptr_t)strtoull(line, &end, 16);
        to = (unsigned char *)(uintptr_t)strtoull(end + 1, NULL, 16);
        for (; from + SECRET <= to; from++)
            n += is_secret(from);
    }
    fclose(maps);
    return n;
}

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif

static void lines__secret__leaves_nothing_on_the_heap(void **state)
{
    struct json *job, *there = NULL;
    char secret[SECRET + 1];
    struct lines in;
    int fds[2];

    (void)state;
#ifdef WATCHED
    skip(); /* memory that was given back may not be looked at */
#endif
    job = json_new_object();
    make_secret(secret);
    assert_int_equal(copies(), 0);
    json_set_text(job, "filler", "a text that makes the buffers grow once or twice");
    json_set_text(job, "secret", secret);
    explicit_bzero(secret, sizeof(secret));
    assert_true(copies() > 0);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(lines_put(fds[1], job, NULL), 0);
    json_free_secret(job);
    lines_init(&in, fds[0], 0);
    assert_int_equal(lines_next(&in, 0, &there, NULL), 1);
    assert_int_equal(strlen(json_get_text(there, "secret")), SECRET);
    json_free_secret(there);
    assert_int_equal(copies(), 0);
    lines_release(&in);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(lines__secret__leaves_nothing_on_the_heap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
