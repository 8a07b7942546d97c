#include "odus/tui/event.h"

#include <curses.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include "odus/base/utf8.h"

/** Codes that curses answers for the sequences defined below. */
enum private_code {
    CODE_PING = 0x2000,
    CODE_PASTE_BEGIN,
    CODE_PASTE_END,
    CODE_MOUSE_SGR,
    CODE_MOUSE_X10,
    CODE_MOD,                 /* + 8 * key + modifier number - 1 */
    CODE_PAD = CODE_MOD + 80, /* + the byte the keypad key types */
};

enum { MOUSE_MAX = 20, X10_BYTES = 3, X10_BIAS = 32 };

/** "CSI 1 ; modifier FINAL" and "CSI number ; modifier ~" of xterm. */
static const struct {
    const char *first, *last;
    int code;
} modified[] = {{"1", "A", K_UP}, {"1", "B", K_DOWN}, {"1", "C", K_RIGHT},
        {"1", "D", K_LEFT}, {"1", "H", K_HOME}, {"1", "F", K_END}, {"3", "~", K_DELETE},
        {"5", "~", K_PGUP}, {"6", "~", K_PGDN}};

static const struct {
    int curses, code;
} plain[] = {{KEY_UP, K_UP}, {KEY_DOWN, K_DOWN}, {KEY_LEFT, K_LEFT},
        {KEY_RIGHT, K_RIGHT}, {KEY_HOME, K_HOME}, {KEY_END, K_END}, {KEY_A1, K_HOME},
        {KEY_C1, K_END}, {KEY_PPAGE, K_PGUP}, {KEY_NPAGE, K_PGDN}, {KEY_DC, K_DELETE},
        {KEY_IC, K_INSERT}, {KEY_BACKSPACE, K_BACKSPACE}, {KEY_ENTER, K_ENTER},
        {KEY_BTAB, K_BACKTAB}};

static struct {
    WINDOW *pad; /* reading from stdscr would refresh it */
    bool test, in_paste, paste_cut, paste_ready;
    struct buf raw, clean; /* the paste as it comes, and as delivered */
    unsigned char partial[4];
    size_t npartial; /* bytes of a character not yet complete */
    int pushed;      /* a code read too far, or ERR */
    int mouse;       /* CODE_MOUSE_…: what follows is such a report; else 0 */
    unsigned char report[MOUSE_MAX];
    size_t nreport;
} in;

static void define_sequences(bool test)
{
    char seq[16];
    define_key("\033[200~", CODE_PASTE_BEGIN);
    define_key("\033[201~", CODE_PASTE_END);
    define_key("\033[<", CODE_MOUSE_SGR);
    define_key("\033[M", CODE_MOUSE_X10);
    if (test)
        define_key("\033[9999~", CODE_PING);
    for (size_t i = 0; i < COUNT(modified); i++)
        for (int mod = 2; mod <= 8; mod++) {
            snprintf(seq, sizeof seq, "\033[%s;%d%s", modified[i].first, mod,
                    modified[i].last);
            define_key(seq, CODE_MOD + (int)i * 8 + mod - 1);
        }
    /* The keypad in application mode: * + , - . / and digits. */
    for (char c = 'j'; c <= 'y'; c++) {
        snprintf(seq, sizeof seq, "\033O%c", c);
        define_key(seq, CODE_PAD + c - 'j' + '*');
    }
    define_key("\033OM", KEY_ENTER);
}

void event_init(bool test)
{
    in.pad = newpad(1, 1);
    in.pushed = ERR;
    in.test = test;
    keypad(in.pad, TRUE);
    nodelay(in.pad, TRUE);
    buf_init(&in.raw, EVENT_PASTE_MAX);
    buf_init(&in.clean, 0);
    define_sequences(test);
}

void event_release(void)
{
    if (in.pad)
        delwin(in.pad);
    buf_release(&in.raw);
    buf_release(&in.clean);
    memset(&in, 0, sizeof in);
}

bool event_testing(void)
{
    return in.test;
}

bool event_in_paste(void)
{
    return in.in_paste;
}

static struct event key_event(int code, uint32_t cp, unsigned mods)
{
    return (struct event){.type = EVENT_KEY, .key = {code, cp, mods}};
}

static struct event no_event(void)
{
    return (struct event){.type = EVENT_NONE};
}

/** A byte below 0x20, or DEL. */
static struct event control_event(int c)
{
    switch (c) {
    case '\r':
    case '\n': return key_event(K_ENTER, 0, 0);
    case '\t': return key_event(K_TAB, 0, 0);
    case '\b':
    case 0x7f: return key_event(K_BACKSPACE, 0, 0);
    case 0x1b: return key_event(K_ESC, 0, 0);
    case 0: return key_event(K_CHAR, ' ', KEY_MOD_CTRL);
    default: break;
    }
    if (c <= 26)
        return key_event(K_CHAR, (uint32_t)(c - 1 + 'a'), KEY_MOD_CTRL);
    return key_event(K_CHAR, (uint32_t)(c + '@'), KEY_MOD_CTRL);
}

static size_t char_length(unsigned char first)
{
    if (first < 0xc2 || first >= 0xf5)
        return 1;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** The partial character as it stands; what is not UTF-8 shows as U+FFFD. */
static struct event take_char(void)
{
    uint32_t cp = UTF8_BAD;
    struct view v = {(const char *)in.partial, in.npartial};
    if (utf8_decode(v, &cp) != (int)in.npartial)
        cp = UTF8_BAD;
    in.npartial = 0;
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
        return no_event(); /* C1 controls are nobody's keys */
    return key_event(K_CHAR, cp, 0);
}

/** One byte of text. Not get_wch: it swallows good bytes after a bad one. */
static struct event byte_event(int c)
{
    bool follows = (c & 0xc0) == 0x80;
    if (in.npartial > 0 && !follows) {
        in.pushed = c;
        return take_char();
    }
    if (c < 0x20 || c == 0x7f)
        return control_event(c);
    in.partial[in.npartial++] = (unsigned char)c;
    if (in.npartial < char_length(in.partial[0]))
        return no_event();
    return take_char();
}

/** xterm's "Button-event": bits of BUTTON, place from 1. */
static struct event mouse_event(int button, int col, int row, bool press)
{
    struct event ev = {.type = EVENT_MOUSE, .mouse = {.row = row - 1, .col = col - 1}};
    if (!press || row < 1 || col < 1)
        return no_event();
    if ((button & 0x43) == 0x40)
        ev.mouse.action = MOUSE_WHEEL_UP;
    else if ((button & 0x43) == 0x41)
        ev.mouse.action = MOUSE_WHEEL_DOWN;
    else if ((button & 0x63) == 0) /* 0x20: it was moved */
        ev.mouse.action = MOUSE_PRESS;
    else
        return no_event();
    return ev;
}

/** BUTTON ; COL ; ROW in decimals; what is none of that is 0. */
static struct event sgr_event(bool press)
{
    int numbers[3] = {0}, n = 0;
    for (size_t i = 0; i < in.nreport && n < 3; i++)
        if (in.report[i] == ';')
            n++;
        else if (numbers[n] < 10000)
            numbers[n] = numbers[n] * 10 + in.report[i] - '0';
    return mouse_event(numbers[0], numbers[1], numbers[2], press);
}

/**
 * The byte C of a report. Not getmouse: it waits for the rest of one that was cut off,
 * and no signal is heard meanwhile.
 */
static struct event mouse_byte(int c)
{
    bool sgr = in.mouse == CODE_MOUSE_SGR;
    bool part = !sgr || (c >= '0' && c <= '9') || c == ';';
    if (part && in.nreport < MOUSE_MAX)
        in.report[in.nreport++] = (unsigned char)c;
    if (part && in.nreport < (sgr ? MOUSE_MAX : X10_BYTES))
        return no_event();
    in.mouse = 0;
    if (!sgr)
        return mouse_event(in.report[0] - X10_BIAS, in.report[1] - X10_BIAS,
                in.report[2] - X10_BIAS, (in.report[0] & 3) != 3);
    if (c == 'M' || c == 'm')
        return sgr_event(c == 'M');
    if (!part)
        in.pushed = c; /* no report after all */
    return no_event();
}

static struct event code_event(int c)
{
    if (c == CODE_PING)
        return (struct event){.type = EVENT_PING};
    in.mouse = 0;
    if (c == CODE_PASTE_BEGIN)
        in.in_paste = true;
    if (c == CODE_MOUSE_SGR || c == CODE_MOUSE_X10) {
        in.mouse = c;
        in.nreport = 0;
        return no_event();
    }
    if (c >= CODE_PAD && c < CODE_PAD + 0x80)
        return key_event(K_CHAR, (uint32_t)(c - CODE_PAD), 0);
    if (c >= CODE_MOD && c < CODE_MOD + 8 * (int)COUNT(modified)) {
        unsigned bits = (unsigned)(c - CODE_MOD) % 8; /* 1 shift, 2 alt, 4 control */
        unsigned mods = (bits & 1 ? KEY_MOD_SHIFT : 0) | (bits & 2 ? KEY_MOD_ALT : 0) |
                        (bits & 4 ? KEY_MOD_CTRL : 0);
        return key_event(modified[(c - CODE_MOD) / 8].code, 0, mods);
    }
    if (c >= KEY_F(1) && c <= KEY_F(12))
        return key_event(K_F1 + c - KEY_F(1), 0, 0);
    for (size_t i = 0; i < COUNT(plain); i++)
        if (plain[i].curses == c)
            return key_event(plain[i].code, 0, 0);
    return no_event();
}

void event_end_paste(void)
{
    in.in_paste = false;
    in.paste_ready = true;
    in.paste_cut = in.raw.full;
    buf_clear(&in.clean);
    utf8_clean(buf_view(&in.raw), UTF8_KEEP_NEWLINE, &in.clean);
    buf_clear(&in.raw);
}

static struct event paste_event(void)
{
    in.paste_ready = false;
    return (struct event){
            .type = EVENT_PASTE, .paste = buf_view(&in.clean), .cut = in.paste_cut};
}

/** A code read while pasting: keys inside are not text. */
static void gather(int c)
{
    if (c == CODE_PASTE_END)
        event_end_paste();
    else if (c < 0x100 && !in.raw.full)
        buf_addc(&in.raw, (char)c);
}

static int read_code(void)
{
    int c = in.pushed;
    in.pushed = ERR;
    return c != ERR ? c : wgetch(in.pad);
}

struct event event_next(void)
{
    for (;;) {
        if (in.paste_ready)
            return paste_event();
        int c = read_code();
        if (c == ERR)
            return no_event();
        if (in.in_paste && c != CODE_PING) {
            gather(c);
            continue;
        }
        if (c >= 0x100 && in.npartial > 0) {
            in.pushed = c;
            return take_char();
        }
        struct event ev = c >= 0x100 ? code_event(c)
                          : in.mouse ? mouse_byte(c)
                                     : byte_event(c);
        if (ev.type != EVENT_NONE)
            return ev;
    }
}

bool event_at_end(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    int waiting = 0;
    if (poll(&p, 1, 0) <= 0)
        return false;
    if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    return ioctl(fd, FIONREAD, &waiting) < 0 || waiting == 0;
}
