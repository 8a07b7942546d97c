#ifndef ODUS_DELIVER_OUTLET_H
#define ODUS_DELIVER_OUTLET_H

#include <stdbool.h>

#include "odus/base/buf.h"
#include "odus/base/json.h"

/**
 * Where a format puts what it makes of one notice. A path has folders and a name of
 * ASCII letters, digits, `-`, `_` and `.` (none begins with a dot), built from codes
 * and identifiers, never from what people typed.
 */
struct piece {
    const char *path;
    const char *label; /* name of the collection for people ("Théâtre du …"), or NULL */
    const char *key; /* its place in the collection, bytewise; NULL: a file of its own
                      */
    bool shared;     /* many notices bring the same: it stands once under its key */
    struct view text;
};

/** What a format cannot take as it is. The message is the msgid of a whole sentence. */
enum note_kind {
    NOTE_REFUSED, /* the record is left out of this format */
    NOTE_MISSING, /* the consumer asks for it */
    NOTE_CUT,     /* too long: cut */
    NOTE_LOST,    /* has a value that is not taken, or only in part */
};
struct note {
    enum note_kind kind;
    const char *field; /* path in the record */
    const char *message;
    const char *args[2];
};

struct outlet {
    void (*put)(void *ctx, const struct piece *piece);
    void (*note)(void *ctx, const struct note *note);
    void *ctx;
};

/** A piece of the collection PATH at KEY. LABEL may be NULL. */
void outlet_piece(struct outlet *out, const char *path, const char *label,
        const char *key, struct view text) ATTR_NONNULL(1, 2, 4);
/** The same, brought by many. */
void outlet_shared(struct outlet *out, const char *path, const char *label,
        const char *key, struct view text) ATTR_NONNULL(1, 2, 4);
/** A file of its own. */
void outlet_file(struct outlet *out, const char *path, struct view text)
        ATTR_NONNULL(1, 2);
/** The same: NODE, which is taken, as canonical JSON with a line end; PATH by FMT. */
void outlet_json(struct outlet *out, struct json *node, const char *fmt, ...)
        ATTR_PRINTF(3, 4) ATTR_NONNULL(1, 2, 3);
void outlet_note(struct outlet *out, enum note_kind kind, const char *field,
        const char *message, const char *arg1, const char *arg2) ATTR_NONNULL(1, 3, 4);

#endif
