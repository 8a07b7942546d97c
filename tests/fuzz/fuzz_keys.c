/* Any bytes as what a terminal sends. Keys are characters or have names, pastes clean.
 */
#include <curses.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "odus/base/utf8.h"
#include "odus/tui/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PIPE_ROOM = 32768, EVENTS_PER_BYTE = 2 };

/** The writing end of the terminal's input; -1 where curses knows no xterm. */
static int terminal(void)
{
    static int ends[2] = {-1, -1};
    static SCREEN *screen;
    FILE *in, *out;

    if (screen || pipe(ends) != 0)
        return ends[1];
    in = fdopen(ends[0], "r");
    out = fopen("/dev/null", "w");
    if (in && out)
        screen = newterm("xterm-256color", out, in);
    if (!screen)
        return ends[1] = -1;
    raw();
    set_escdelay(1);
    event_init(true);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    return ends[1];
}

static void check_paste(struct view text)
{
    struct buf clean;

    buf_init(&clean, 0);
    utf8_clean(text, UTF8_KEEP_NEWLINE, &clean);
    if (!view_eq(text, buf_view(&clean)))
        abort();
    buf_release(&clean);
}

static void check(const struct event *ev)
{
    uint32_t cp = ev->key.cp;

    if (ev->type == EVENT_PASTE)
        check_paste(ev->paste);
    else if (ev->type == EVENT_KEY && ev->key.code == K_CHAR &&
             (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp > 0x10ffff))
        abort();
    else if (ev->type == EVENT_MOUSE && (ev->mouse.row < 0 || ev->mouse.col < 0))
        abort();
}

static size_t drain(size_t most)
{
    size_t n = 0;

    for (struct event ev = event_next(); ev.type != EVENT_NONE; ev = event_next()) {
        check(&ev);
        if (++n > most)
            abort(); /* more keys than bytes */
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = terminal();

    if (fd < 0)
        return 0;
    for (size_t done = 0; done < size;) {
        size_t part = size - done < PIPE_ROOM ? size - done : PIPE_ROOM;

        if (write(fd, data + done, part) != (ssize_t)part)
            abort();
        done += part;
        drain(EVENTS_PER_BYTE * size + 2);
    }
    if (event_in_paste())
        event_end_paste();
    drain(EVENTS_PER_BYTE * size + 2);
    return 0;
}
