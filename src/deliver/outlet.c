#include "odus/deliver/outlet.h"

#include <stdarg.h>
#include <stdio.h>

enum { PATH_MAX_OUT = 160 /* folders and two identifiers */ };

void outlet_piece(struct outlet *out, const char *path, const char *label,
        const char *key, struct view text)
{
    out->put(out->ctx,
            &(struct piece){.path = path, .label = label, .key = key, .text = text});
}

void outlet_shared(struct outlet *out, const char *path, const char *label,
        const char *key, struct view text)
{
    out->put(out->ctx, &(struct piece){.path = path,
                               .label = label,
                               .key = key,
                               .shared = true,
                               .text = text});
}

void outlet_file(struct outlet *out, const char *path, struct view text)
{
    out->put(out->ctx, &(struct piece){.path = path, .text = text});
}

void outlet_note(struct outlet *out, enum note_kind kind, const char *field,
        const char *message, const char *arg1, const char *arg2)
{
    out->note(out->ctx, &(struct note){.kind = kind,
                                .field = field,
                                .message = message,
                                .args = {arg1, arg2}});
}

void outlet_json(struct outlet *out, struct json *node, const char *fmt, ...)
{
    char path[PATH_MAX_OUT];
    struct buf text;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(path, sizeof(path), fmt, ap);
    va_end(ap);
    buf_init(&text, 0);
    json_canonical(node, &text);
    buf_addc(&text, '\n');
    outlet_file(out, path, buf_view(&text));
    buf_release(&text);
    json_free(node);
}
