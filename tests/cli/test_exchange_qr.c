/* The QR code on the screen, read by zbarimg as a telephone would. */
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

#include "exchange.h"
#include "harness/tt.h"
#include "odus/base/buf.h"
#include "odus/base/mem.h"
#include "odus/base/file.h"
#include "program.h"

enum { ROWS = 40, COLS = 100, SCALE = 6, TEXT_MAX = 4096 };

/* --- the screen as a picture ------------------------------------------------------ */

struct picture {
    bool light[2 * ROWS][COLS]; /* two points a cell */
};

/* Points of the glyph at P in ink; the others are paper. */
static int ink_of(const char *p)
{
    static const char *const glyphs[] = {
            " ", "\xe2\x96\x80", "\xe2\x96\x84", "\xe2\x96\x88"};

    for (int i = 0; i < 4; i++)
        if (strncmp(p, glyphs[i], strlen(glyphs[i])) == 0)
            return i;
    return 0;
}

/* A terminal is light on dark unless it is told otherwise. */
static void paint_cell(struct picture *pic, struct tt *t, int row, int col, int ink)
{
    struct tt_style style = tt_style(t, row, col);
    bool pen = style.fg == -1 || style.fg == 15, paper = style.bg == 15;

    pic->light[2 * row][col] = ink & 1 ? pen : paper;
    pic->light[2 * row + 1][col] = ink & 2 ? pen : paper;
}

static void take_picture(struct tt *t, struct picture *pic)
{
    for (int row = 0; row < ROWS; row++) {
        const char *p = tt_row(t, row);

        for (int col = 0; col < COLS; col++) {
            paint_cell(pic, t, row, col, ink_of(p));
            p += *p != 0;
            while ((*p & 0xc0) == 0x80)
                p++;
        }
    }
}

/* Portable bitmap, plain: netpbm.sourceforge.net/doc/pbm.html. 1 is black. */
static void write_picture(const struct picture *pic, const char *path)
{
    struct buf text;

    buf_init(&text, 0);
    buf_addf(&text, "P1\n%d %d\n", COLS * SCALE, 2 * ROWS * SCALE);
    for (int y = 0; y < 2 * ROWS * SCALE; y++) {
        for (int x = 0; x < COLS * SCALE; x++)
            buf_adds(&text, pic->light[y / SCALE][x / SCALE] ? "0 " : "1 ");
        buf_addc(&text, '\n');
    }
    assert_int_equal(file_write_atomic(path, buf_view(&text), 0600, NULL), 0);
    buf_release(&text);
}

/* --- somebody else's reader ------------------------------------------------------- */

/* What it reads, owned; NULL: there is no zbarimg. */
static char *read_picture(const char *path)
{
    char text[TEXT_MAX] = "";
    int from[2], status = 0;
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    assert_int_equal(pipe(from), 0);
    pid = fork();
    if (pid == 0) {
        dup2(from[1], STDOUT_FILENO);
        close(from[0]);
        execlp("zbarimg", "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable",
                path, (char *)NULL);
        _exit(127);
    }
    close(from[1]);
    while (n + 1 < sizeof text && (got = read(from[0], text + n, 1)) > 0)
        n += (size_t)got;
    close(from[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return NULL;
    text[strcspn(text, "\n")] = '\0';
    return xstrdup(text);
}

/* What the screen says to type after "odus sync "; owned. */
static char *typed_address(struct tt *t)
{
    static const char before[] = "odus sync ";
    char *screen = tt_screen(t), *at = strstr(screen, before), *address;

    assert_non_null(at);
    at += sizeof before - 1;
    address = xstrndup(at, strcspn(at, "\n"));
    free(screen);
    return address;
}

/* Serves at LISTEN; the code on the screen is the address beside it. False: skipped. */
static bool code_is_read(const char *listen, const char *const *env)
{
    const char *argv[] = {getenv("ODUS_BIN"), "--store", program_store(), "--lang",
            "en", "serve", "--listen", listen, "--code", NULL};
    struct tt *t = tt_spawn_plain(argv, env, ROWS, COLS);
    struct picture *pic = xcalloc(1, sizeof *pic);
    char *path = program_path("screen.pbm"), *read, *address;

    tt_wait_text(t, "^C ends it");
    take_picture(t, pic);
    write_picture(pic, path);
    read = read_picture(path);
    address = typed_address(t);
    if (read)
        assert_string_equal(read, address);
    tt_send(t, "{^C}");
    assert_int_equal(WEXITSTATUS(tt_wait_exit(t)), 0);
    tt_free(t);
    free(address);
    free(path);
    free(pic);
    free(read);
    return read != NULL;
}

static void qr__in_colours__is_the_address_beside_it(void **state)
{
    (void)state;
    if (!code_is_read("0.0.0.0:0", NULL))
        skip();
}

static void qr__without_colours__is_the_address_beside_it(void **state)
{
    static const char *const env[] = {"NO_COLOR=1", NULL};

    (void)state;
    if (!code_is_read("0.0.0.0:0", env))
        skip();
}

static void qr__of_ipv6__is_the_address_beside_it(void **state)
{
    (void)state;
    if (access("/proc/net/if_inet6", R_OK) != 0 || !code_is_read("[::1]:0", NULL))
        skip();
}

int main(void)
{
#define EXCHANGE(f) cmocka_unit_test_setup_teardown(f, exchange_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            EXCHANGE(qr__in_colours__is_the_address_beside_it),
            EXCHANGE(qr__without_colours__is_the_address_beside_it),
            EXCHANGE(qr__of_ipv6__is_the_address_beside_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
