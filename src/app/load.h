#ifndef ODUS_APP_LOAD_H
#define ODUS_APP_LOAD_H

#include "app_priv.h"
#include "odus/form/rec.h"
#include "odus/store/draft.h"
#include "odus/store/record.h"

enum { LOAD_BODY_MAX = 8 * 1024 * 1024 }; /* bytes of a body's JSON */

/**
 * A record without dialogue: its values attached to the engine that the registry lends,
 * to be read or summed up. One at a time: the engine works for the one loaded last.
 */
struct loaded {
    const struct form *form; /* borrowed, like the engine */
    struct engine *engine;
    struct rec *rec;
    struct json *body;
    char uid[37];
    char rev[REV_MAX]; /* winning revision; "" for a draft without one */
    bool draft;        /* the values are the draft's */
};

/** Record UID, its draft before its revision. ERR_NOT_FOUND, ERR_DAMAGED. Release it.
 */
int load_record(struct app *app, const char *uid, struct loaded *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Its winning revision, whatever draft there is. As above. */
int load_revision(struct app *app, const char *uid, struct loaded *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Detaches and frees. */
void load_release(struct loaded *l) ATTR_NONNULL_ALL;

/**
 * Form of TYPE in version HASH with its engine; the current version where HASH is NULL
 * or was never seen here.
 */
int load_form(struct app *app, const char *type, const char *hash,
        const struct form **ret_form, struct engine **ret_engine,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** JSON text of a body. ERR_DAMAGED when it is no object; owned by the caller. */
int load_json(const char *text, struct json **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Paths of what differs between two bodies, rows by id ("tarifs.#ID.precision"), space
 * separated, but for what every revision changes. Owned. */
char *load_changes(
        const struct json *a, const struct json *b) ATTR_RETNONNULL ATTR_CHECK;

/**
 * Stores BODY as a revision of its record, child of BASE (NULL: a new record), signed
 * now by the session's author. DRAFT: as in record_put. Changes the header of BODY.
 */
int load_put(struct app *app, const char *base, struct json *body, const char *draft,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** ERR_CONFLICT while record UID has a draft: what is stored beside it would have to be
 * merged. */
int app_no_draft(struct app *app, const char *uid, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

#endif
