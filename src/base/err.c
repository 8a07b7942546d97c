#include "odus/base/err.h"

#include <string.h>

/* Copies TEXT, cut at a UTF-8 boundary, control characters replaced. */
static void copy_arg(char *dest, const char *text)
{
    size_t n = strlen(text);

    if (n >= ERR_ARG_MAX) {
        n = ERR_ARG_MAX - 1;
        while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
    }
    for (size_t i = 0; i < n; i++)
        dest[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
    dest[n] = '\0';
}

int err_set_(struct err *e, int code, const char *const *id_and_args)
{
    if (!e)
        return code;
    err_clear(e);
    e->code = code;
    e->id = id_and_args[0];
    for (int i = 0; i < ERR_ARGS && id_and_args[i + 1]; i++)
        copy_arg(e->args[i], id_and_args[i + 1]);
    return code;
}

int err_at(struct err *e, const char *file, int line, int column)
{
    if (!e)
        return ERR_INVALID;
    if (file)
        copy_arg(e->file, file);
    e->line = line;
    e->column = column;
    return e->code;
}

void err_clear(struct err *e)
{
    if (e)
        memset(e, 0, sizeof(*e));
}

void err_expand(const char *text, const char *const *args, int nargs, struct buf *out)
{
    while (*text) {
        if (text[0] == '%' && text[1] >= '1' && text[1] <= '0' + nargs &&
                text[2] == '$' && text[3] == 's') {
            buf_adds(out, args[text[1] - '1']);
            text += 4;
        } else {
            text += text[0] == '%' && text[1] == '%';
            buf_addc(out, *text++);
        }
    }
}

void err_text(
        const struct err *e, const char *(*translate)(const char *id), struct buf *out)
{
    const char *args[ERR_ARGS];

    if (!e->id)
        return;
    for (int i = 0; i < ERR_ARGS; i++)
        args[i] = e->args[i];
    if (e->file[0])
        buf_adds(out, e->file);
    if (e->line)
        buf_addf(out, e->file[0] ? ":%d" : "%d", e->line);
    if (e->line && e->column)
        buf_addf(out, ":%d", e->column);
    if (e->file[0] || e->line)
        buf_adds(out, ": ");
    err_expand(translate ? translate(e->id) : e->id, args, ERR_ARGS, out);
}
