#include "source_array.h"

#include <string.h>

enum { END = -1, NAME_SIZE = 32 };

/* The byte at hand, END: there is none. A failed reading ends it too, with ERR set. */
static int peek(struct source_array *a, struct err *err)
{
    if (a->piece.n == 0 && source_file_next(&a->file, &a->piece, err))
        return ERR_IO;
    return a->piece.n ? (unsigned char)*a->piece.p : END;
}

static void step(struct source_array *a)
{
    a->line += *a->piece.p == '\n';
    a->piece.p++;
    a->piece.n--;
}

static bool is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int skip_spaces(struct source_array *a, struct err *err)
{
    int c;

    while (is_space(c = peek(a, err)))
        step(a);
    return c;
}

static void keep(struct source_array *a, int c)
{
    buf_addc(&a->value, (char)c);
}

/* Reads one value into `value`: to its closing bracket or quote, or, of a number and
 * the like, to what ends it. ERR_IO. */
static int read_value(struct source_array *a, struct err *err)
{
    int depth = 0, c;
    bool text = false, escaped = false;

    buf_clear(&a->value);
    while ((c = peek(a, err)) >= 0) {
        if (depth == 0 && !text && (c == ',' || c == ']' || c == '}'))
            break;
        step(a);
        keep(a, c);
        if (text) {
            text = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            text = true;
        } else {
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        }
        if (depth == 0 && !text && (c == '}' || c == ']' || c == '"'))
            break;
    }
    a->cut |= c == END && (depth || text);
    a->too_long = a->value.full;
    a->value.full = false;
    return c == ERR_IO ? ERR_IO : 0;
}

static bool named(const struct buf *quoted, const char *const *members)
{
    for (; *members; members++)
        if (quoted->len == strlen(*members) + 2 &&
                memcmp(quoted->s + 1, *members, quoted->len - 2) == 0)
            return true;
    return false;
}

/* From the brace of an object to the array that is one of its MEMBERS. 1: there; 0: it
 * has none. */
static int find_member(
        struct source_array *a, const char *const *members, struct err *err)
{
    int c;

    while ((c = skip_spaces(a, err)) == '"') {
        bool found;

        if (read_value(a, err))
            return ERR_IO;
        found = named(&a->value, members);
        if (skip_spaces(a, err) != ':')
            return 0;
        step(a);
        c = skip_spaces(a, err);
        if (found && c == '[') {
            step(a);
            return 1;
        }
        if (read_value(a, err))
            return ERR_IO;
        if (skip_spaces(a, err) != ',')
            return 0;
        step(a);
    }
    return c == ERR_IO ? ERR_IO : 0;
}

static void skip_mark(struct source_array *a)
{
    if (a->piece.n >= 3 && memcmp(a->piece.p, "\xEF\xBB\xBF", 3) == 0) {
        a->piece.p += 3;
        a->piece.n -= 3;
    }
}

static int rewind_to_start(struct source_array *a, struct err *err)
{
    source_file_seek(&a->file, 0);
    a->piece = (struct view){0};
    a->line = 1;
    a->cut = false;
    if (peek(a, err) == ERR_IO)
        return ERR_IO;
    skip_mark(a);
    return 0;
}

int source_array_open(struct source_array *a, const char *path,
        const char *const *members, struct err *err)
{
    int rc, c;

    *a = (struct source_array){0};
    buf_init(&a->value, SOURCE_EVENT_MAX);
    rc = source_file_open(&a->file, path, err);
    if (rc == 0)
        rc = rewind_to_start(a, err);
    if (rc)
        return rc;
    c = skip_spaces(a, err);
    if (c == ERR_IO)
        return ERR_IO;
    if (c != '[' && c != '{') {
        err_set(err, ERR_INVALID, N_("this is no JSON"));
        return err_at(err, NULL, a->line, 1);
    }
    step(a);
    if (c == '[')
        return 0;
    rc = find_member(a, members, err);
    if (rc == 0) {
        a->single = true;
        rc = rewind_to_start(a, err);
    }
    return rc < 0 ? rc : 0;
}

void source_array_close(struct source_array *a)
{
    source_file_close(&a->file);
    buf_release(&a->value);
}

int source_array_next(struct source_array *a, int *ret_line, struct err *err)
{
    int c;

    while ((c = skip_spaces(a, err)) == ',')
        step(a);
    if (a->ended || c == ']' || c < 0) {
        a->cut |= !a->ended && c == END;
        a->ended = true;
        return c == ERR_IO ? ERR_IO : 0;
    }
    *ret_line = a->line;
    if (read_value(a, err))
        return ERR_IO;
    if (a->single)
        a->ended = true;
    else if (skip_spaces(a, err) == ',')
        step(a);
    /* A brace that closes nothing would stand there for ever. */
    else if (a->piece.n && *a->piece.p != ']')
        a->ended = a->cut = true;
    return 1;
}
