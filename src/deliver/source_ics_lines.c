#include "source_ics_lines.h"

#include <string.h>

#include "odus/base/utf8.h"

/* Something to read in `piece`: 1; the end: 0. */
static int fill(struct ics_lines *l, struct err *err)
{
    if (l->piece.n == 0 && source_file_next(&l->file, &l->piece, err))
        return ERR_IO;
    return l->piece.n > 0;
}

static void skip(struct ics_lines *l, size_t n)
{
    l->piece.p += n;
    l->piece.n -= n;
}

static int begin(struct ics_lines *l, struct err *err)
{
    int rc = fill(l, err);

    if (rc <= 0)
        return rc;
    if (l->piece.n >= 2 && (memcmp(l->piece.p, "\xFF\xFE", 2) == 0 ||
                                   memcmp(l->piece.p, "\xFE\xFF", 2) == 0))
        return err_set(err, ERR_INVALID, N_("the file is UTF-16; save it as UTF-8"));
    if (l->piece.n >= 3 && memcmp(l->piece.p, "\xEF\xBB\xBF", 3) == 0)
        skip(l, 3);
    return 0;
}

int ics_lines_open(struct ics_lines *l, const char *path, struct err *err)
{
    int rc;

    *l = (struct ics_lines){.next_line = 1};
    buf_init(&l->text, 4 * SOURCE_EVENT_MAX);
    buf_init(&l->raw, SOURCE_EVENT_MAX);
    rc = source_file_open(&l->file, path, err);
    return rc ? rc : begin(l, err);
}

void ics_lines_close(struct ics_lines *l)
{
    source_file_close(&l->file);
    buf_release(&l->text);
    buf_release(&l->raw);
}

void ics_lines_seek(struct ics_lines *l, int64_t at, int line)
{
    source_file_seek(&l->file, at);
    l->piece = (struct view){0};
    l->next_line = line;
}

/* Adds the rest of a physical line to `raw`. 1: its end was there; 0: the file's. */
static int physical(struct ics_lines *l, struct err *err)
{
    int rc;

    while ((rc = fill(l, err)) > 0) {
        const char *end = memchr(l->piece.p, '\n', l->piece.n);
        size_t n = end ? (size_t)(end - l->piece.p) : l->piece.n;

        buf_add(&l->raw, l->piece.p, n);
        skip(l, n + (end != NULL));
        if (end) {
            l->next_line++;
            return 1;
        }
    }
    return rc;
}

/* Drops a return at the end of what came FROM there on, and NULs anywhere. */
static void tidy(struct ics_lines *l, size_t from)
{
    struct buf *b = &l->raw;

    if (b->len > from && b->s[b->len - 1] == '\r')
        buf_cut(b, b->len - 1);
    if (b->len > from && memchr(b->s + from, '\0', b->len - from)) {
        size_t to = from;

        l->nul = true;
        for (size_t i = from; i < b->len; i++)
            if (b->s[i])
                b->s[to++] = b->s[i];
        buf_cut(b, to);
    }
}

/* Takes over the first byte of the next physical line if it is a fold. */
static int folded(struct ics_lines *l, struct err *err)
{
    int rc = fill(l, err);

    if (rc <= 0 || (*l->piece.p != ' ' && *l->piece.p != '\t'))
        return rc < 0 ? rc : 0;
    skip(l, 1);
    return 1;
}

static void finish(struct ics_lines *l)
{
    struct view raw = buf_view(&l->raw);

    l->too_long |= l->raw.full;
    l->raw.full = false;
    l->latin = !utf8_valid(raw);
    if (l->latin)
        utf8_from_1252(raw, &l->text);
    else
        buf_addv(&l->text, raw);
}

int ics_lines_next(struct ics_lines *l, struct err *err)
{
    int rc = fill(l, err);

    if (rc <= 0)
        return rc;
    buf_clear(&l->raw);
    buf_clear(&l->text);
    l->at = l->file.at - (int64_t)l->piece.n;
    l->line = l->next_line;
    l->nul = l->too_long = false;
    do {
        size_t from = l->raw.len;

        rc = physical(l, err);
        tidy(l, from);
        if (rc > 0)
            rc = folded(l, err);
    } while (rc > 0);
    if (rc < 0)
        return rc;
    finish(l);
    return 1;
}
