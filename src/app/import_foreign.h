#ifndef ODUS_APP_IMPORT_FOREIGN_H
#define ODUS_APP_IMPORT_FOREIGN_H

#include "import_priv.h"
#include "odus/app/import.h"
#include "odus/base/hash.h"

/* Foreign agendas to drafts: proposals become records, their places and organisers are
 * found or made, what is there already is compared. */

enum foreign_type { FOREIGN_EVENT, FOREIGN_PLACE, FOREIGN_ORGANISER, FOREIGN_TYPES };

enum { FOREIGN_LEFT_MAX = 16 * 1024 }; /* bytes of `reste_import` */

struct known;

struct foreign {
    struct app *app;
    const struct foreign_wish *wish;
    foreign_fn *told;
    void *ctx;
    struct import types[FOREIGN_TYPES]; /* form, engine and queue of each */
    struct known *known;                /* places and organisers */
    struct foreign_state state;
    struct json *notes; /* of this reading: "kind\tmessage" -> how often */
    char *message;      /* state.err points to it */
    char mark[64];      /* of the file as it was looked at */
    bool write;
};

/** A proposal on its way. All but the first is owned. */
struct foreign_item {
    const struct json *proposal;
    struct json *body; /* references become uids */
    struct json *left; /* what has no place */
    struct json *report;
    char uid[UUID_TEXT];
};

/** Adds the notes of REPORT to f->notes, import_words.c. */
void foreign_count_notes(struct foreign *f, const struct json *report) ATTR_NONNULL_ALL;

/* --- records, import_draft.c --- */

/** The identifier of what is called ID at SYSTEM ("" none). */
void foreign_uid(enum foreign_type type, const char *system, struct view id,
        char ret_uid[UUID_TEXT]) ATTR_NONNULL_ALL;

/** Adds {kind field message args} to the notes of REPORT. ARG may be NULL. */
void foreign_note(struct json *report, const char *kind, const char *field,
        const char *message, const char *arg) ATTR_NONNULL(1, 2, 3, 4);

/** Keeps TEXT under NAME in LEFT, as far as there is room; false when there is none. */
bool foreign_leave(struct json *left, const char *name, struct view text)
        ATTR_NONNULL(1, 2);

/**
 * The record UID with the fields of BODY, attached to the engine of TYPE. Members that
 * the form has no place for go to LEFT, which the record keeps as `reste_import`.
 * FIELD: what stands before the paths in notes ("" or "lieu."). Owned; NULL with *ERR.
 */
struct rec *foreign_record(struct foreign *f, enum foreign_type type, const char *uid,
        const struct json *body, struct json *left, const char *field,
        struct json *report, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4, 5, 6, 7);

/** What the source gave of REC: its body without what every new record has, and what
 * the form works out. Owned. */
struct json *foreign_given(struct foreign *f, enum foreign_type type,
        const struct rec *rec) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Hands REC, new and attached, to be written; GIVEN as above, NULL: it is never
 * compared. ORIGIN: the identifier at its source. */
int foreign_write(struct foreign *f, enum foreign_type type, struct rec *rec,
        const struct json *given, const char *origin, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 5);

/* --- places and organisers, import_known.c and import_link.c --- */

struct known *known_new(void) ATTR_RETNONNULL ATTR_CHECK;
void known_free(struct known *k);

/** Reads the places and organisers of the store, once; what was only planned before is
 * forgotten. */
int known_read(struct known *k, struct foreign *f, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Adds one that is made: its BODY. */
void known_add(struct known *k, enum foreign_type type, const char *uid,
        const struct json *body) ATTR_NONNULL_ALL;

/** True for one that stands in the store or was added. */
bool known_is(const struct known *k, const char *uid) ATTR_NONNULL_ALL;

/**
 * The one that BODY describes: 1 (its uid in RET), 0 none, 2 several. By identifier;
 * by name within 100 m or in the same town; by name where nothing says otherwise.
 */
int known_find(const struct known *k, enum foreign_type type, const struct json *body,
        char ret_uid[UUID_TEXT]) ATTR_NONNULL_ALL;

/** Replaces `lieu`, `organisateur`, `coorganisateurs` and the places of performances in
 * the item's body by uids, making drafts of what is nowhere. */
int foreign_link(struct foreign *f, struct foreign_item *item,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/* --- what is there already, import_update.c and import_part.c --- */

/** Compares what the source gives now with the record; `result`, `fields` and `kept` of
 * the report. Writes where that is wanted. */
int foreign_compare(struct foreign *f, struct foreign_item *item,
        const struct json *given, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * What the source says of an event that it tells in parts: BASE, what it said before,
 * with PART. *RET_ADDS: it adds a performance; then UPDATE false takes only what
 * neither BASE nor OURS has. Owned.
 */
struct json *foreign_join(const struct json *base, const struct json *ours,
        const struct json *part, bool update, bool *ret_adds) ATTR_RETNONNULL ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 5);

#endif
