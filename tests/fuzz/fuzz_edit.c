/* Drives a struct edit with commands read from the input; aborts where an invariant of
 * edit.h does not hold. Also run by tests/tui/test_edit.c with random bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/tui/edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                                    \
    do {                                                                               \
        if (!(what)) {                                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                 \
            abort();                                                                   \
        }                                                                              \
    } while (0)

/** Pieces that are known to be troublesome. */
static const char *const pieces[] = {"a", "é", "e\xCC\x81", "\xCC\x81", " ",
        "mot long ", "\n", "漢字", "\xF0\x9F\x91\xA9", "\xE2\x80\x8D",
        "\xF0\x9F\x91\xA7", "\x1B[31m", "\xFF", "\xC3", "\xE1\x84\x80", "\xE1\x85\xA1",
        "\xE1\x86\xA8", "\xCC\xA3", "\xF0\x9F\x87\xAB", "\xF0\x9F\x87\xB7", "\r\n", "œ",
        "«\xC2\xA0", "\xE2\x80\xAE", "\xE0\xA4\x95", "\xE0\xA5\x8D", "\t"};

static void check_text(struct edit *e)
{
    struct view t = edit_text(e);
    CHECK(edit_cursor(e) <= t.n);
    CHECK(utf8_snap(t, edit_cursor(e)) == edit_cursor(e));
    CHECK(edit_count(e) == utf8_count(t));
    CHECK(edit_count(e) <= edit_max(e));
    CHECK(utf8_valid(t));
    CHECK(edit_is_memo(e) || !t.n || !memchr(t.p, '\n', t.n));
}

static void check_rows(struct edit *e, int width)
{
    struct view t = edit_text(e);
    size_t n = edit_layout(e, width), row, at = 0;
    int col;
    CHECK(n >= 1);
    for (size_t i = 0; i < n; i++) {
        struct edit_row r = edit_row(e, i);
        CHECK(r.start == at && r.end >= r.start && r.end <= t.n);
        CHECK(r.soft || i + 1 == n || t.p[r.end] == '\n');
        CHECK(utf8_snap(t, r.start) == r.start && utf8_snap(t, r.end) == r.end);
        at = r.end + !r.soft;
    }
    CHECK(at == t.n + 1);
    edit_place(e, &row, &col);
    CHECK(row < n && col >= 0);
    CHECK(edit_row(e, row).start <= edit_cursor(e));
    CHECK(edit_cursor(e) <= edit_row(e, row).end);
}

static void check_undo(struct edit *e, size_t steps)
{
    if (steps >= EDIT_UNDO_STEPS)
        return; /* the beginning may be forgotten */
    char *text = view_dup(edit_text(e));
    size_t undone = 0, redone = 0;
    for (; edit_do(e, EDIT_UNDO) != EDIT_NONE; undone++)
        check_text(e);
    CHECK(edit_text(e).n == 0);
    for (; edit_do(e, EDIT_REDO) != EDIT_NONE; redone++)
        check_text(e);
    CHECK(redone >= undone);
    while (redone-- > undone)
        edit_do(e, EDIT_UNDO);
    CHECK(view_is(edit_text(e), text));
    free(text);
}

static void step(struct edit *e, uint8_t op, uint8_t arg)
{
    struct view piece = view_of(pieces[arg % COUNT(pieces)]);
    if (op < 110)
        edit_type(e, piece);
    else if (op < 130)
        edit_paste(e, piece);
    else if (op < 140)
        edit_seek(e, arg);
    else if (op < 150)
        edit_seek_cell(e, arg & 7, arg >> 3);
    else
        edit_do(e, (enum edit_cmd)(op % EDIT_CMDS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct edit *e = edit_new(1 + data[0], data[1] & 1);
    int width = data[1] >> 2;
    for (size_t i = 2; i + 1 < size; i += 2) {
        step(e, data[i], data[i + 1]);
        check_text(e);
        if (i % 32 == 0)
            check_rows(e, width);
    }
    check_undo(e, size / 2);
    check_rows(e, width);
    edit_free(e);
    return 0;
}
