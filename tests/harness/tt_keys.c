#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "odus/base/attr.h"
#include "tt_int.h"

/** What an xterm in application mode sends for each key. */
static const struct {
    const char *name, *bytes;
} names[] = {{"Enter", "\r"}, {"Tab", "\t"}, {"S-Tab", "\033[Z"}, {"Esc", "\033"},
        {"Backspace", "\177"}, {"Delete", "\033[3~"}, {"Insert", "\033[2~"},
        {"Up", "\033OA"}, {"Down", "\033OB"}, {"Right", "\033OC"}, {"Left", "\033OD"},
        {"Home", "\033OH"}, {"End", "\033OF"}, {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"},
        {"^Up", "\033[1;5A"}, {"^Down", "\033[1;5B"}, {"^Right", "\033[1;5C"},
        {"^Left", "\033[1;5D"}, {"^Home", "\033[1;5H"}, {"^End", "\033[1;5F"},
        {"F1", "\033OP"}, {"F2", "\033OQ"}, {"F3", "\033OR"}, {"F4", "\033OS"},
        {"F5", "\033[15~"}, {"F6", "\033[17~"}, {"F7", "\033[18~"}, {"F8", "\033[19~"},
        {"F9", "\033[20~"}, {"F10", "\033[21~"}, {"F11", "\033[23~"},
        {"F12", "\033[24~"}};

static void send_text(struct tt *t, const char *text)
{
    tt_bytes(t, text, strlen(text));
}

static void send_named(struct tt *t, const char *name, size_t n)
{
    if (n == 1 && *name == '{') {
        tt_bytes(t, "{", 1);
        return;
    }
    if (n > 6 && memcmp(name, "Paste:", 6) == 0) {
        send_text(t, "\033[200~");
        tt_bytes(t, name + 6, n - 6);
        send_text(t, "\033[201~");
        return;
    }
    for (size_t i = 0; i < COUNT(names); i++)
        if (strlen(names[i].name) == n && memcmp(names[i].name, name, n) == 0) {
            send_text(t, names[i].bytes);
            return;
        }
    if (n == 2 && *name == '^' && name[1] >= '@' && name[1] <= '_') {
        char control = (char)(name[1] - '@');
        tt_bytes(t, &control, 1);
        return;
    }
    fail_msg("unknown key {%.*s}", (int)n, name);
}

/** An escape key is only known for one when nothing follows it for a while: WAIT makes
 *  the ping follow, which cannot be mistaken for the rest of a sequence. */
static void send_keys(struct tt *t, const char *keys, bool wait)
{
    while (*keys) {
        const char *brace = strchr(keys, '{');
        size_t n = brace ? (size_t)(brace - keys) : strlen(keys);
        tt_bytes(t, keys, n);
        keys += n;
        if (!brace)
            return;
        const char *end = strchr(brace + 1, '}');
        if (!end)
            fail_msg("no } in \"%s\"", brace);
        size_t len = (size_t)(end - brace) - 1;
        send_named(t, brace + 1, len);
        keys = end + 1;
        if (wait && len == 3 && memcmp(brace + 1, "Esc", 3) == 0)
            tt_sync(t);
    }
}

void tt_keys(struct tt *t, const char *keys)
{
    send_keys(t, keys, true);
    tt_sync(t);
}

void tt_send(struct tt *t, const char *keys)
{
    send_keys(t, keys, false);
}

/** By hand in SGR form: libvterm 0.1 does not read how ncurses asks for it. */
static void send_mouse(struct tt *t, int button, int row, int col)
{
    char text[64];
    snprintf(text, sizeof text, "\033[<%d;%d;%dM", button, col + 1, row + 1);
    send_text(t, text);
    if (button < 64) {
        snprintf(text, sizeof text, "\033[<%d;%d;%dm", button, col + 1, row + 1);
        send_text(t, text);
    }
    tt_sync(t);
}

void tt_click(struct tt *t, int row, int col)
{
    send_mouse(t, 0, row, col);
}

void tt_wheel(struct tt *t, int row, int col, bool down)
{
    send_mouse(t, down ? 65 : 64, row, col);
}
