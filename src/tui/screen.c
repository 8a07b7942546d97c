#include "odus/tui/screen.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "odus/base/utf8.h"
#include "odus/tui/event.h"

enum { ESC_DELAY_MS = 25, CELL_CHARS = 5, TITLE_MAX = 200 };

/** How a style looks; the attributes alone must do where there is no colour. */
static const struct look {
    attr_t mono, coloured;
    short fg;
} looks[STYLE_COUNT] = {
        [STYLE_NORMAL] = {A_NORMAL, A_NORMAL, -1},
        [STYLE_TITLE] = {A_REVERSE | A_BOLD, A_REVERSE | A_BOLD, COLOR_BLUE},
        [STYLE_LABEL] = {A_NORMAL, A_NORMAL, COLOR_CYAN},
        [STYLE_DIM] = {A_DIM, A_DIM, -1},
        [STYLE_FIELD] = {A_UNDERLINE, A_UNDERLINE, -1},
        [STYLE_FOCUS] = {A_UNDERLINE | A_BOLD, A_UNDERLINE | A_BOLD, -1},
        [STYLE_SELECTED] = {A_REVERSE, A_REVERSE, -1},
        [STYLE_HEADING] = {A_BOLD, A_BOLD, COLOR_BLUE},
        [STYLE_ERROR] = {A_BOLD, A_BOLD, COLOR_RED},
        [STYLE_WARNING] = {A_BOLD, A_NORMAL, COLOR_YELLOW},
        [STYLE_INFO] = {A_NORMAL, A_NORMAL, COLOR_CYAN},
        [STYLE_OK] = {A_NORMAL, A_NORMAL, COLOR_GREEN},
        [STYLE_HINT] = {A_DIM, A_NORMAL, COLOR_CYAN},
        [STYLE_KEY] = {A_BOLD, A_BOLD, -1},
        [STYLE_STATUS] = {A_REVERSE, A_REVERSE, -1},
        [STYLE_TRAINING] = {A_REVERSE | A_BOLD, A_REVERSE | A_BOLD, COLOR_MAGENTA},
};

static struct {
    SCREEN *curses;
    bool on, colour, mouse, titles;
    int cursor_row, cursor_col; /* -1: hidden */
    struct termios before;
    char restore[512]; /* what gives the terminal back, ready to be written */
    size_t restore_n;
} scr;

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
static const char mouse_on[] = "\033[?1000h\033[?1006h",
                  mouse_off[] = "\033[?1000l\033[?1006l";

void screen_write_raw(const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(STDOUT_FILENO, bytes, n);
        if (done < 0 && errno != EINTR)
            return; /* terminal gone: the loop will find out */
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
}

static void collect(const char *bytes, size_t n)
{
    if (n > sizeof scr.restore - scr.restore_n)
        return;
    memcpy(scr.restore + scr.restore_n, bytes, n);
    scr.restore_n += n;
}

static void collect_text(const char *text)
{
    collect(text, strlen(text));
}

/** Capability NAME without its padding, "$<2>" (terminfo(5)). */
static void collect_cap(const char *name)
{
    const char *s = tigetstr(name);
    if (!s || s == (char *)-1)
        return;
    for (const char *pad; (pad = strstr(s, "$<")); s = strchr(pad, '>') + 1) {
        collect(s, (size_t)(pad - s));
        if (!strchr(pad, '>'))
            return;
    }
    collect_text(s);
}

static void prepare_restore(void)
{
    scr.restore_n = 0;
    collect_text(paste_off);
    if (scr.mouse)
        collect_text(mouse_off);
    collect_cap("sgr0");
    collect_cap("rmkx");
    collect_cap("cnorm");
    if (scr.titles)
        collect_text("\033[23;2t"); /* XTWINOPS: the title from before */
    collect_cap("rmcup");
}

void screen_restore(void)
{
    if (!scr.on)
        return;
    scr.on = false;
    screen_write_raw(scr.restore, scr.restore_n);
    tcsetattr(STDIN_FILENO, TCSANOW, &scr.before);
}

static void crashed(int sig)
{
    screen_restore();
    raise(sig); /* SA_RESETHAND: the default action follows */
}

static void catch_crashes(void)
{
    static const int sigs[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    struct sigaction sa = {.sa_handler = crashed, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&sa.sa_mask);
    for (size_t i = 0; i < COUNT(sigs); i++)
        sigaction(sigs[i], &sa, NULL);
}

static void start_colours(void)
{
    const char *no = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    scr.colour = !(no && *no) && has_colors() && start_color() == OK &&
                 use_default_colors() == OK;
    for (int i = 0; scr.colour && i < STYLE_COUNT; i++)
        if (looks[i].fg >= 0)
            init_pair((short)(i + 1), looks[i].fg, -1);
}

/** Terminals known to read OSC 2; others might print it. */
static bool has_titles(const char *term)
{
    static const char *const known[] = {"xterm", "screen", "tmux", "rxvt", "foot",
            "vte", "alacritty", "konsole", "gnome", "st-", "kitty", "putty"};
    for (size_t i = 0; term && i < COUNT(known); i++)
        if (strncmp(term, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

/** What curses does not switch on by itself. */
static void modes_on(void)
{
    screen_write_raw(paste_on, sizeof paste_on - 1);
    if (scr.mouse)
        screen_write_raw(mouse_on, sizeof mouse_on - 1);
    if (scr.titles)
        screen_write_raw("\033[22;2t", 7);
}

void screen_mouse(bool on)
{
    const char *known = tigetstr("kmous");

    on = on && known && known != (char *)-1;
    if (scr.on && on != scr.mouse)
        screen_write_raw(on ? mouse_on : mouse_off, sizeof mouse_on - 1);
    scr.mouse = on;
    if (scr.on)
        prepare_restore();
}

static void set_up(bool mouse)
{
    set_escdelay(ESC_DELAY_MS);
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    screen_mouse(mouse);
    start_colours();
    const char *test = getenv("TUI_TEST");
    event_init(test && *test == '1');
}

int screen_init(bool mouse, struct err *err)
{
    const char *term = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, ERR_IO, N_("input and output are not a terminal"));
    if (tcgetattr(STDIN_FILENO, &scr.before) < 0)
        return err_set(err, ERR_IO, N_("terminal unusable: %1$s"), strerror(errno));
    scr.curses = newterm(NULL, stdout, stdin);
    char *cup = scr.curses ? tigetstr("cup") : NULL;
    if (!cup || cup == (char *)-1) {
        if (scr.curses) {
            endwin();
            delscreen(scr.curses);
        }
        return err_set(err, ERR_IO,
                N_("the terminal type \"%1$s\" cannot show screens"), term ? term : "");
    }
    scr.titles = has_titles(term);
    set_up(mouse);
    prepare_restore();
    scr.on = true;
    catch_crashes();
    modes_on();
    return 0;
}

/** Everything but the memory: for leaving and for a pause. */
static void modes_off(void)
{
    screen_write_raw(paste_off, sizeof paste_off - 1);
    if (scr.mouse)
        screen_write_raw(mouse_off, sizeof mouse_off - 1);
    if (scr.titles)
        screen_write_raw("\033[23;2t", 7);
    curs_set(1);
    endwin();
}

void screen_leave(void)
{
    if (!scr.curses)
        return;
    if (scr.on)
        modes_off();
    scr.on = false;
    event_release();
    delscreen(scr.curses);
    scr.curses = NULL;
}

void screen_suspend(void)
{
    modes_off();
}

void screen_resume(void)
{
    modes_on();
    screen_redraw();
}

void screen_resize(void)
{
    struct winsize ws;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0)
        resizeterm(ws.ws_row, ws.ws_col);
}

int screen_rows(void)
{
    return LINES;
}

int screen_cols(void)
{
    return COLS;
}

void screen_begin(void)
{
    werase(stdscr);
    scr.cursor_row = scr.cursor_col = -1;
}

void screen_flush(void)
{
    bool shown = scr.cursor_row >= 0;
    if (shown)
        wmove(stdscr, scr.cursor_row, scr.cursor_col);
    curs_set(shown);
    wnoutrefresh(stdscr);
    doupdate();
}

void screen_redraw(void)
{
    clearok(curscr, TRUE);
}

void ui_cursor(int row, int col)
{
    if (row < 0 || col < 0 || row >= LINES || col >= COLS)
        return;
    scr.cursor_row = row;
    scr.cursor_col = col;
}

void ui_title(struct view title)
{
    struct buf b;
    if (!scr.titles)
        return;
    buf_init(&b, TITLE_MAX);
    buf_adds(&b, "\033]2;");
    size_t n = title.n < TITLE_MAX - 16 ? title.n : TITLE_MAX - 16;
    utf8_clean((struct view){title.p, utf8_snap(title, n)}, 0, &b);
    buf_addc(&b, '\a');
    if (!b.full)
        screen_write_raw(b.s, b.len);
    buf_release(&b);
}

/** What must not reach the terminal: it would act on it, or give it another width than
 *  curses counts (UAX 9 controls, emoji joiner and variation selectors, tags). */
static bool sendable(uint32_t cp, uint32_t base)
{
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0xfeff)
        return false;
    if (cp == 0x200c || cp == 0x200d) /* joiners shape Arabic and Indic letters only */
        return base < 0x2000;
    if ((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
            (cp >= 0x2060 && cp <= 0x206f))
        return false;
    return !(cp >= 0xfe00 && cp <= 0xfe0f) && cp < 0xe0000;
}

/** One cell's characters: a base and the marks on it. */
struct cell {
    wchar_t text[CELL_CHARS + 1];
    int n;
};

static void send(struct cell *c, attr_t attr, short pair)
{
    cchar_t cc;
    if (c->n == 0)
        return;
    c->text[c->n] = L'\0';
    if (setcchar(&cc, c->text, attr, pair, NULL) == OK)
        wadd_wch(stdscr, &cc);
    c->n = 0;
}

static void style_look(enum style style, attr_t *ret_attr, short *ret_pair)
{
    const struct look *look = &looks[style < STYLE_COUNT ? style : STYLE_NORMAL];
    *ret_attr = scr.colour ? look->coloured : look->mono;
    *ret_pair = scr.colour && look->fg >= 0 ? (short)(style + 1) : 0;
}

/** The columns utf8_width counts for CP. */
static int columns_of(uint32_t cp)
{
    int width = wcwidth((wchar_t)cp);
    if (width >= 0)
        return width;
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ? 0 : 1;
}

/** What stands for CP as the base of a cell. */
static wchar_t base_shown(uint32_t cp)
{
    if (wcwidth((wchar_t)cp) < 0)
        return UTF8_BAD;
    return sendable(cp, 0) ? (wchar_t)cp : L' ';
}

/** Sends TEXT, which is known to fit, cell by cell. */
static void send_text(enum style style, struct view text)
{
    struct cell cell = {.n = 0};
    attr_t attr;
    short pair;
    uint32_t cp;
    style_look(style, &attr, &pair);
    while (text.n > 0) {
        int n = utf8_decode(text, &cp);
        text.p += n;
        text.n -= (size_t)n;
        if (columns_of(cp) > 0) {
            send(&cell, attr, pair);
            cell.text[cell.n++] = base_shown(cp);
        } else if (cell.n > 0 && cell.n < CELL_CHARS &&
                   sendable(cp, (uint32_t)cell.text[0])) {
            cell.text[cell.n++] = (wchar_t)cp;
        }
    }
    send(&cell, attr, pair);
}

/** Clips WIDTH to the screen; false when nothing of it is on the screen. */
static bool on_screen(int row, int col, int *width)
{
    if (row < 0 || row >= LINES || col < 0 || col >= COLS)
        return false;
    if (*width > COLS - col)
        *width = COLS - col;
    return *width > 0;
}

int ui_put(int row, int col, int width, enum style style, struct view text)
{
    int used = 0;
    if (!on_screen(row, col, &width))
        return 0;
    text.n = utf8_fit(text, width, &used);
    if (used > 0 && wmove(stdscr, row, col) == OK)
        send_text(style, text);
    return used;
}

static void fill(int row, int col, int width, enum style style, const char *cluster)
{
    struct view one = view_of(cluster);
    if (on_screen(row, col, &width) && wmove(stdscr, row, col) == OK)
        while (width-- > 0)
            send_text(style, one);
}

void ui_put_fill(int row, int col, int width, enum style style, struct view text)
{
    int used = ui_put(row, col, width, style, text);
    fill(row, col + used, width - used, style, " ");
}

int ui_put_cut(int row, int col, int width, enum style style, struct view text)
{
    if (!on_screen(row, col, &width))
        return 0;
    if (utf8_fit(text, width, NULL) == text.n)
        return ui_put(row, col, width, style, text);
    int used = ui_put(row, col, width - 1, style, text);
    return used + ui_put(row, col + used, 1, style, VIEW_LIT("…"));
}

void ui_put_right(int row, int col, int width, enum style style, struct view text)
{
    int used;
    text.n = utf8_fit(text, width, &used);
    ui_put(row, col + width - used, used, style, text);
}

void ui_rule(int row, int col, int width, enum style style, struct view label)
{
    fill(row, col, width, style, "─");
    if (label.n == 0 || width < 6)
        return;
    fill(row, col + 2, 1, style, " ");
    int used = ui_put_cut(row, col + 3, width - 5, style, label);
    fill(row, col + 3 + used, 1, style, " ");
}
