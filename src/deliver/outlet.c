#include "odus/deliver/outlet.h"

#include <stddef.h>

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
