#include "odus/tui/edit.h"

#include <stdlib.h>
#include <string.h>

#include "edit_int.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

struct edit *edit_new(size_t max, bool memo)
{
    struct edit *e = xcalloc(1, sizeof *e);
    buf_init(&e->text, 0);
    e->max = max == 0 || max > EDIT_CHARS_MAX ? EDIT_CHARS_MAX : max;
    e->memo = e->wrap = memo;
    e->goal = -1;
    return e;
}

void edit_free(struct edit *e)
{
    if (!e)
        return;
    history_clear(&e->history);
    buf_release(&e->text);
    free(e->rows);
    free(e);
}

struct view edit_text(const struct edit *e)
{
    return buf_view(&e->text);
}

size_t edit_cursor(const struct edit *e)
{
    return e->cursor;
}

void edit_wrap(struct edit *e)
{
    e->wrap = true;
    e->rows_good = false;
}

bool edit_wraps(const struct edit *e)
{
    return e->wrap;
}

bool edit_is_memo(const struct edit *e)
{
    return e->memo;
}

size_t edit_count(const struct edit *e)
{
    return e->count;
}

size_t edit_max(const struct edit *e)
{
    return e->max;
}

static unsigned clean_flags(const struct edit *e)
{
    return e->memo ? UTF8_KEEP_NEWLINE : 0;
}

/** The first N code points of V, less what would cut a cluster. */
static struct view first_chars(struct view v, size_t n)
{
    size_t at = 0;
    uint32_t cp;
    while (n-- > 0 && at < v.n)
        at += (size_t)utf8_decode((struct view){v.p + at, v.n - at}, &cp);
    return (struct view){v.p, utf8_snap(v, at)};
}

enum edit_result edit_set(struct edit *e, struct view text)
{
    struct buf clean;
    buf_init(&clean, 0);
    utf8_clean(text, clean_flags(e), &clean);
    struct view kept = first_chars(buf_view(&clean), e->max);
    enum edit_result what = kept.n < clean.len || clean.full ? EDIT_CUT : EDIT_CHANGED;
    buf_clear(&e->text);
    buf_addv(&e->text, kept);
    buf_release(&clean);
    history_clear(&e->history);
    e->count = utf8_count(buf_view(&e->text));
    e->cursor = e->text.len;
    e->goal = -1;
    e->rows_good = false;
    return what;
}

/** An edit after any of which the cursor must be put on a boundary: an insertion before
 *  a combining mark, or a deletion beside a joiner, makes clusters grow. */
static void place_cursor(struct edit *e, size_t at)
{
    e->cursor = utf8_snap(buf_view(&e->text), at);
    e->goal = -1;
}

/** Replaces FROM..TO by NEW as bytes; keeps the count. */
static void splice(struct edit *e, size_t from, size_t to, struct view new)
{
    struct view t = buf_view(&e->text);
    struct view gone = {t.p + from, to - from};
    e->count += utf8_count(new);
    e->count -= utf8_count(gone);
    char *tail = xstrndup(t.p + to, t.n - to);
    struct view rest = {tail, t.n - to};
    buf_cut(&e->text, from);
    buf_addv(&e->text, new);
    buf_addv(&e->text, rest);
    free(tail);
    e->rows_good = false;
}

static bool starts_char(struct view v, size_t at)
{
    return at >= v.n || ((unsigned char)v.p[at] & 0xC0) != 0x80;
}

/** Narrows FROM..TO and NEW to what differs, whole characters. */
static void trim_common(struct view t, size_t *from, size_t *to, struct view *new)
{
    size_t n = 0, most = *to - *from < new->n ? *to - *from : new->n;
    while (n < most && t.p[*from + n] == new->p[n])
        n++;
    while (n > 0 && !(starts_char(t, *from + n) && starts_char(*new, n)))
        n--;
    *from += n;
    *new = (struct view){new->p + n, new->n - n};
    most -= n;
    n = 0;
    while (n < most && t.p[*to - n - 1] == new->p[new->n - n - 1])
        n++;
    while (n > 0 && !starts_char(t, *to - n))
        n--;
    *to -= n;
    new->n -= n;
}

/** What a replacement makes of the clusters round it. */
struct outcome {
    size_t from, to; /* the bytes replaced, a cluster more on each side */
    struct buf text; /* by this */
    size_t cursor;   /* offset in the text after */
    size_t count;    /* code points of the whole text after */
};

/** New text may compose with its neighbours (e + accent): they are cleaned together. */
static void work_out(
        struct edit *e, size_t from, size_t to, struct view ins, struct outcome *o)
{
    struct view t = buf_view(&e->text);
    struct buf raw;
    buf_init(&raw, 0);
    buf_init(&o->text, 0);
    o->from = from ? utf8_prev(t, from) : 0;
    o->to = to < t.n ? utf8_next(t, to) : t.n;
    buf_add(&raw, t.p + o->from, from - o->from);
    buf_addv(&raw, ins);
    utf8_clean(buf_view(&raw), clean_flags(e), &o->text);
    o->cursor = o->from + o->text.len;
    buf_add(&raw, t.p + to, o->to - to);
    buf_clear(&o->text);
    utf8_clean(buf_view(&raw), clean_flags(e), &o->text);
    buf_release(&raw);
    struct view gone = {t.p + o->from, o->to - o->from};
    o->count = e->count - utf8_count(gone) + utf8_count(buf_view(&o->text));
}

/** False when the text stays what it was. */
static bool apply(struct edit *e, struct outcome *o, enum step_kind kind)
{
    struct view t = buf_view(&e->text), new = buf_view(&o->text);
    size_t from = o->from, to = o->to, before = e->cursor;
    trim_common(t, &from, &to, &new);
    if (from == to && new.n == 0)
        return false;
    char *old = xstrndup(t.p + from, to - from);
    struct view gone = {old, to - from};
    splice(e, from, to, new);
    place_cursor(e, o->cursor);
    struct step s = {.at = from,
            .kind = kind,
            .cursor_before = before,
            .cursor_after = e->cursor};
    history_add(&e->history, s, gone, new);
    free(old);
    return true;
}

/** All changes but undo and redo: FROM..TO becomes INS, cut at the limit. */
static enum edit_result replace(
        struct edit *e, size_t from, size_t to, struct view ins, enum step_kind kind)
{
    struct outcome o;
    bool cut = false;
    work_out(e, from, to, ins, &o);
    while (o.count > e->max && ins.n > 0) {
        size_t over = o.count - e->max, have = utf8_count(ins);
        ins = first_chars(ins, have > over ? have - over : 0);
        cut = true;
        buf_release(&o.text);
        work_out(e, from, to, ins, &o);
    }
    bool any = (ins.n > 0 || to > from) && apply(e, &o, kind);
    buf_release(&o.text);
    return cut ? EDIT_CUT : any ? EDIT_CHANGED : EDIT_NONE;
}

static enum edit_result insert(struct edit *e, struct view text, enum step_kind kind)
{
    struct buf clean;
    buf_init(&clean, 0);
    utf8_clean(text, clean_flags(e), &clean);
    enum edit_result what = replace(e, e->cursor, e->cursor, buf_view(&clean), kind);
    buf_release(&clean);
    return what;
}

enum edit_result edit_type(struct edit *e, struct view text)
{
    return insert(e, text, STEP_TYPE);
}

enum edit_result edit_paste(struct edit *e, struct view text)
{
    return insert(e, text, STEP_PASTE);
}

/** For the arrow keys: what is neither punctuation (ASCII, general) nor space. */
static bool in_word(struct view t, size_t at)
{
    uint32_t cp = 0;
    utf8_decode((struct view){t.p + at, t.n - at}, &cp);
    if (cp < 0x80)
        return cp == '_' || (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
               (cp >= 'a' && cp <= 'z');
    return !(cp <= 0xBF || (cp >= 0x2000 && cp <= 0x206F) ||
             (cp >= 0x3000 && cp <= 0x3003));
}

static size_t word_left(struct view t, size_t at)
{
    while (at > 0 && !in_word(t, utf8_prev(t, at)))
        at = utf8_prev(t, at);
    while (at > 0 && in_word(t, utf8_prev(t, at)))
        at = utf8_prev(t, at);
    return at;
}

static size_t word_right(struct view t, size_t at)
{
    while (at < t.n && !in_word(t, at))
        at = utf8_next(t, at);
    while (at < t.n && in_word(t, at))
        at = utf8_next(t, at);
    return at;
}

static size_t line_start(struct view t, size_t at)
{
    while (at > 0 && t.p[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(struct view t, size_t at)
{
    const char *nl = at < t.n ? memchr(t.p + at, '\n', t.n - at) : NULL;
    return nl ? (size_t)(nl - t.p) : t.n;
}

static size_t row_edge(struct edit *e, bool end)
{
    size_t row;
    int col;
    edit_place(e, &row, &col);
    struct edit_row r = edit_row(e, row);
    if (!end)
        return r.start;
    return r.soft ? utf8_prev(buf_view(&e->text), r.end) : r.end;
}

static enum edit_result move(struct edit *e, size_t to)
{
    size_t from = e->cursor;
    edit_seek(e, to);
    return e->cursor == from ? EDIT_NONE : EDIT_MOVED;
}

void edit_seek(struct edit *e, size_t offset)
{
    e->history.open = false;
    place_cursor(e, offset);
}

static enum edit_result move_row(struct edit *e, int step)
{
    size_t row;
    int col;
    edit_place(e, &row, &col);
    int goal = e->goal < 0 ? col : e->goal;
    if ((step < 0 && row == 0) || (step > 0 && row + 1 >= e->nrows))
        return EDIT_NONE;
    edit_seek_cell(e, step < 0 ? row - 1 : row + 1, goal);
    e->goal = goal;
    return EDIT_MOVED;
}

static enum edit_result remove_range(
        struct edit *e, size_t from, size_t to, enum step_kind kind)
{
    return replace(e, from, to, (struct view){"", 0}, kind);
}

static enum edit_result undo(struct edit *e)
{
    const struct step *s = history_undo(&e->history);
    if (!s)
        return EDIT_NONE;
    splice(e, s->at, s->at + s->nnew, (struct view){s->old_text, s->nold});
    place_cursor(e, s->cursor_before);
    return EDIT_CHANGED;
}

static enum edit_result redo(struct edit *e)
{
    const struct step *s = history_redo(&e->history);
    if (!s)
        return EDIT_NONE;
    splice(e, s->at, s->at + s->nold, (struct view){s->new_text, s->nnew});
    place_cursor(e, s->cursor_after);
    return EDIT_CHANGED;
}

/** Breaks the typed run, so that undo goes back line by line. */
static enum edit_result newline(struct edit *e)
{
    if (!e->memo)
        return EDIT_NONE;
    enum edit_result what = edit_type(e, VIEW_LIT("\n"));
    e->history.open = false;
    return what;
}

static enum edit_result kill_end(struct edit *e)
{
    struct view t = buf_view(&e->text);
    size_t end = line_end(t, e->cursor);
    if (end == e->cursor && end < t.n)
        end++;
    return remove_range(e, e->cursor, end, STEP_KILL);
}

enum edit_result edit_do(struct edit *e, enum edit_cmd cmd)
{
    struct view t = buf_view(&e->text);
    size_t at = e->cursor;
    switch (cmd) {
    case EDIT_LEFT: return move(e, utf8_prev(t, at));
    case EDIT_RIGHT: return move(e, utf8_next(t, at));
    case EDIT_WORD_LEFT: return move(e, word_left(t, at));
    case EDIT_WORD_RIGHT: return move(e, word_right(t, at));
    case EDIT_HOME: return move(e, row_edge(e, false));
    case EDIT_END: return move(e, row_edge(e, true));
    case EDIT_UP: return move_row(e, -1);
    case EDIT_DOWN: return move_row(e, 1);
    case EDIT_TOP: return move(e, 0);
    case EDIT_BOTTOM: return move(e, t.n);
    case EDIT_BACKSPACE: return remove_range(e, utf8_prev(t, at), at, STEP_BACKSPACE);
    case EDIT_DELETE: return remove_range(e, at, utf8_next(t, at), STEP_DELETE);
    case EDIT_KILL_WORD: return remove_range(e, word_left(t, at), at, STEP_KILL);
    case EDIT_KILL_END: return kill_end(e);
    case EDIT_KILL_START: return remove_range(e, line_start(t, at), at, STEP_KILL);
    case EDIT_NEWLINE: return newline(e);
    case EDIT_UNDO: return undo(e);
    case EDIT_REDO: return redo(e);
    case EDIT_CMDS: break;
    }
    return EDIT_NONE;
}
