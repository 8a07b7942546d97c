#include "sandbox_priv.h"

#include <string.h>

enum { BRACKETS_MAX = 50 };

int sandbox_column(struct view text, size_t offset)
{
    int column = 1;

    for (size_t i = 0; i < offset && i < text.n; i++)
        column += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return column;
}

static int refuse_at(
        struct view text, size_t offset, int code, const char *id, struct err *e)
{
    char found[2] = {offset < text.n ? text.p[offset] : '\0', '\0'};

    err_set(e, code, id, found);
    if (e)
        e->column = sandbox_column(text, offset);
    return code;
}

/* End of the quoted word that begins at AT (past its last quote), 0 without an end. A
 * doubled quote reads as two words side by side, which changes nothing here. */
static size_t skip_quoted(struct view text, size_t at)
{
    char close = text.p[at] == '[' ? ']' : text.p[at];
    const char *end = memchr(text.p + at + 1, close, text.n - at - 1);

    return end ? (size_t)(end - text.p) + 1 : 0;
}

static bool starts_comment(struct view text, size_t at)
{
    return at + 1 < text.n &&
           (memcmp(text.p + at, "--", 2) == 0 || memcmp(text.p + at, "/*", 2) == 0);
}

/* One byte outside quotes; *DEPTH counts the open round brackets. */
static int check_byte(struct view text, size_t at, int *depth, struct err *e)
{
    char c = text.p[at];

    if (strchr(";?:@$", c))
        return refuse_at(text, at, ERR_INVALID,
                N_("\"%1$s\" cannot be used in an expression"), e);
    if (starts_comment(text, at))
        return refuse_at(
                text, at, ERR_INVALID, N_("an expression cannot hold a comment"), e);
    if (c == '(' && ++*depth > BRACKETS_MAX)
        return refuse_at(text, at, ERR_LIMIT,
                N_("the expression has too many brackets inside one another"), e);
    if (c == ')' && --*depth < 0)
        return refuse_at(
                text, at, ERR_INVALID, N_("this bracket closes nothing: \"%1$s\""), e);
    return 0;
}

int sandbox_scan(struct view text, struct err *e)
{
    const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;
    size_t at = 0, opened = 0;
    int depth = 0, rc;

    if (nul)
        return refuse_at(text, (size_t)(nul - text.p), ERR_INVALID,
                N_("an expression cannot hold the NUL character"), e);
    while (at < text.n) {
        if (strchr("'\"`[", text.p[at])) {
            size_t end = skip_quoted(text, at);

            if (!end)
                return refuse_at(text, at, ERR_INVALID,
                        N_("this quote is never closed: %1$s"), e);
            at = end;
            continue;
        }
        if (text.p[at] == '(' && depth == 0)
            opened = at;
        if ((rc = check_byte(text, at, &depth, e)))
            return rc;
        at++;
    }
    return depth ? refuse_at(text, opened, ERR_INVALID,
                           N_("this bracket is never closed: \"%1$s\""), e)
                 : 0;
}
