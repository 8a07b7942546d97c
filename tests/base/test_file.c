#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/file.h"

/* Every test works in a folder of its own, which must be empty in the end. */

static int set_up(void **state)
{
    char dir[] = "/tmp/odus-file-XXXXXX";

    if (!mkdtemp(dir))
        return -1;
    *state = file_join("", dir);
    return 0;
}

static int tear_down(void **state)
{
    int r = rmdir(*state);

    free(*state);
    return r;
}

static void put(const char *path, const char *content)
{
    struct err e = {0};

    assert_int_equal(file_write_atomic(path, view_of(content), 0640, &e), 0);
}

static void assert_content(const char *path, const char *want)
{
    struct err e = {0};
    struct buf got;

    assert_int_equal(file_read(path, 0, &got, &e), 0);
    assert_string_equal(got.s, want);
    buf_release(&got);
}

static void file__write__replaces_whole_and_leaves_nothing_beside(void **state)
{
    char *path = file_join(*state, "a.txt");
    struct stat st;
    char **names;
    size_t n;

    put(path, "first, longer");
    put(path, "second");
    assert_content(path, "second");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(file_list(*state, "", &names, &n, NULL), 0);
    assert_int_equal(n, 1);
    file_list_free(names, n);
    unlink(path);
    free(path);
}

static void file__write__fails_without_its_folder(void **state)
{
    char *path = file_join(*state, "none/a.txt");
    struct err e = {0};

    assert_int_equal(file_write_atomic(path, view_of("x"), 0600, &e), ERR_IO);
    assert_int_equal(e.code, ERR_IO);
    assert_string_equal(e.args[0], path);
    assert_false(file_exists(path));
    free(path);
}

static void file__read__refuses_folders_and_large_files(void **state)
{
    char *path = file_join(*state, "a.txt");
    struct err e = {0};
    struct buf got;

    assert_int_equal(file_read(path, 0, &got, &e), ERR_NOT_FOUND);
    buf_release(&got);
    assert_int_equal(file_read(*state, 0, &got, &e), ERR_IO);
    buf_release(&got);
    put(path, "12345");
    assert_int_equal(file_read(path, 4, &got, &e), ERR_LIMIT);
    buf_release(&got);
    assert_int_equal(file_read(path, 5, &got, &e), 0);
    assert_string_equal(got.s, "12345");
    buf_release(&got);
    assert_int_equal(file_read("/dev/zero", 5, &got, &e), ERR_IO);
    buf_release(&got);
    unlink(path);
    free(path);
}

static void file__mkdirs__creates_what_is_missing(void **state)
{
    char *deep = file_join(*state, "x//y/z/");
    char *file = file_join(*state, "file");
    char *under = file_join(file, "sub");
    struct err e = {0};

    assert_int_equal(file_mkdirs(deep, 0700, &e), 0);
    assert_int_equal(file_mkdirs(deep, 0700, &e), 0);
    assert_true(file_exists(deep));
    put(file, "");
    assert_int_equal(file_mkdirs(under, 0700, &e), ERR_IO);
    unlink(file);
    for (int i = 0; i < 3; i++) { /* z, y, x */
        rmdir(deep);
        *strrchr(deep, '/') = '\0';
        if (i == 0)
            *strrchr(deep, '/') = '\0';
    }
    free(deep);
    free(file);
    free(under);
}

static void file__join__knows_absolute_and_empty(void **state)
{
    static const char *const rows[][3] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"},
            {"", "b", "b"}, {"a", "/b", "/b"}, {"/", "b", "/b"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *path = file_join(rows[i][0], rows[i][1]);

        assert_string_equal(path, rows[i][2]);
        free(path);
    }
}

static void file__xdg__prefers_an_absolute_variable(void **state)
{
    char *home = file_join("", getenv("HOME") ? getenv("HOME") : "");
    char *dir;

    (void)state;
    setenv("HOME", "/home/x", 1);
    setenv("ODUS_TEST_DIR", "/data", 1);
    dir = file_xdg("ODUS_TEST_DIR", ".local/share");
    assert_string_equal(dir, "/data");
    free(dir);
    setenv("ODUS_TEST_DIR", "relative", 1);
    dir = file_xdg("ODUS_TEST_DIR", ".local/share");
    assert_string_equal(dir, "/home/x/.local/share");
    free(dir);
    unsetenv("HOME"); /* as services run */
    dir = file_xdg("ODUS_TEST_DIR", ".local/share");
    assert_int_equal(dir[0], '/');
    assert_non_null(strstr(dir, "/.local/share"));
    free(dir);
    unsetenv("ODUS_TEST_DIR");
    setenv("HOME", home, 1);
    free(home);
}

static void file__typed__begins_in_the_home_folder(void **state)
{
    static const char *const rows[][2] = {{"~/agenda", "/home/x/agenda"},
            {"/srv/~/a", "/srv/~/a"}, {"~", "~"}, {"~x/a", "~x/a"}, {"", ""}};
    char *home = file_join("", getenv("HOME") ? getenv("HOME") : "");

    (void)state;
    setenv("HOME", "/home/x", 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *path = file_typed(view_of(rows[i][0]));

        assert_string_equal(path, rows[i][1]);
        free(path);
    }
    setenv("HOME", home, 1);
    free(home);
}

static void file__exe_dir__holds_this_program(void **state)
{
    char *dir = file_exe_dir();

    (void)state;
    assert_non_null(dir);
    assert_true(dir[0] == '/' && file_exists(dir));
    free(dir);
}

static void file__copy_hashed__names_the_copy_after_its_content(void **state)
{
    char *src = file_join(*state, "poster.png");
    char *copy;
    char hash[HASH_256_TEXT] = "";
    char want[HASH_256_TEXT];
    struct err e = {0};

    put(src, "pixels");
    hash_blake2b256(view_of("pixels"), want);
    assert_int_equal(file_copy_hashed(src, *state, 5, hash, &e), ERR_LIMIT);
    assert_string_equal(hash, "");
    assert_int_equal(file_copy_hashed(src, *state, 6, hash, &e), 0);
    assert_int_equal(file_copy_hashed(src, *state, 6, hash, &e), 0);
    assert_string_equal(hash, want);
    copy = file_join(*state, hash);
    assert_content(copy, "pixels");
    assert_int_equal(file_copy_hashed(*state, *state, 6, hash, &e), ERR_IO);
    assert_int_equal(file_copy_hashed("/none", *state, 6, hash, &e), ERR_NOT_FOUND);
    unlink(copy);
    unlink(src);
    free(copy);
    free(src);
}

static void file__list__sorts_what_has_the_suffix(void **state)
{
    static const char *const made[] = {"b.form", "a.form", "c.txt", ".d.form", "form"};
    char **names = NULL;
    size_t n = 0;

    for (size_t i = 0; i < COUNT(made); i++) {
        char *path = file_join(*state, made[i]);

        put(path, "");
        free(path);
    }
    assert_int_equal(file_list(*state, ".form", &names, &n, NULL), 0);
    assert_int_equal(n, 2);
    assert_string_equal(names[0], "a.form");
    assert_string_equal(names[1], "b.form");
    file_list_free(names, n);
    for (size_t i = 0; i < COUNT(made); i++) {
        char *path = file_join(*state, made[i]);

        unlink(path);
        free(path);
    }
    assert_int_equal(file_list("/none", "", &names, &n, NULL), ERR_NOT_FOUND);
}

static void file__lock__is_held_until_it_is_closed(void **state)
{
    char *path = file_join(*state, "lock");
    struct err e = {0};
    int fd, other = -1;

    assert_int_equal(file_lock(path, "busy", &fd, &e), 0);
    assert_int_equal(file_lock(path, "busy", &other, &e), ERR_BUSY);
    assert_string_equal(e.id, "busy");
    assert_int_equal(other, -1);
    close(fd);
    assert_int_equal(file_lock(path, "busy", &fd, &e), 0);
    close(fd);
    unlink(path);
    free(path);
    assert_int_equal(file_lock("/none/lock", "busy", &fd, &e), ERR_IO);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_FOLDER(file__write__replaces_whole_and_leaves_nothing_beside),
            IN_FOLDER(file__write__fails_without_its_folder),
            IN_FOLDER(file__read__refuses_folders_and_large_files),
            IN_FOLDER(file__lock__is_held_until_it_is_closed),
            IN_FOLDER(file__mkdirs__creates_what_is_missing),
            cmocka_unit_test(file__join__knows_absolute_and_empty),
            cmocka_unit_test(file__xdg__prefers_an_absolute_variable),
            cmocka_unit_test(file__typed__begins_in_the_home_folder),
            cmocka_unit_test(file__exe_dir__holds_this_program),
            IN_FOLDER(file__copy_hashed__names_the_copy_after_its_content),
            IN_FOLDER(file__list__sorts_what_has_the_suffix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
