#ifndef ODUS_APP_APP_H
#define ODUS_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "odus/base/err.h"
#include "odus/form/engine.h"

/**
 * A session: one store, the forms, who is typing. The use cases of the other headers of
 * this layer work on it. Nothing here prints, asks or translates: messages are ids.
 */
struct app;

struct app_options {
    const char *store_dir;   /* NULL: ODUS_STORE's folder is the caller's business; XDG
                                default */
    const char *forms_dir;   /* folder of the form files */
    const char *config_file; /* NULL: the XDG default */
    const char *lang;        /* "fr", "en", "it" */
    bool read_only;
};

/** Errors: as store_open. */
int app_open(const struct app_options *opt, struct app **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
void app_close(struct app *app);

/** What is left of a store that app_open refuses (store_examine). Number of problems.
 */
int app_examine(const struct app_options *opt,
        void (*line)(void *ctx, const char *text), void *ctx) ATTR_NONNULL(1, 2);

const char *app_lang(const struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const char *app_store_dir(const struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;
bool app_read_only(const struct app *app) ATTR_NONNULL_ALL;
bool app_store_created(const struct app *app) ATTR_NONNULL_ALL;

/** The training mark of the store (design §6); set once, for a store that is empty. */
bool app_training(struct app *app) ATTR_NONNULL_ALL;
int app_set_training(struct app *app, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Who types: name and organisation as entered at first start; "" when skipped.
 * Borrowed until a setting is changed. */
const char *app_user(const struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const char *app_organisation(const struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** True until the first-start questions were answered or skipped. */
bool app_first_start(const struct app *app) ATTR_NONNULL_ALL;
int app_set_user(struct app *app, const char *name, const char *organisation,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The name records are signed with: the user's name, else the login name. */
const char *app_author(const struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * What is wrong with setting I (from 0) of the configuration file, with file and line;
 * NULL: there are no more. *RET_STOPS: what needs it is refused with the same error;
 * else something safe is used in its place. Borrowed, as the settings.
 */
const struct err *app_setting_wrong(
        const struct app *app, size_t i, bool *ret_stops) ATTR_NONNULL_ALL;

int32_t app_today(const struct app *app) ATTR_NONNULL_ALL;

/** Names of the record types (forms), NULL-terminated; label of one in the session's
 * language. */
char *const *app_types(struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const char *app_type_label(
        struct app *app, const char *type) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * Appends what the form TYPE calls PATH ("tarifs", "seances.debut"; through a link
 * "lieu.adresse.commune") in the session's language, steps between " › ", rows not told
 * apart. What no form here knows stays as it is.
 */
void app_path_label(struct app *app, const char *type, const char *path,
        struct buf *out) ATTR_NONNULL_ALL;

/** Grows when anyone changed the store: lists compare and reload. */
int64_t app_generation(struct app *app) ATTR_NONNULL_ALL;

/** Work for idle moments (checkpoints, index merges); true while some is left. */
bool app_idle(struct app *app) ATTR_NONNULL_ALL;

/**
 * Does at once what completing a record of many links has left for idle moments: what
 * links to it shows its new name in lists. For commands, which have no idle moments.
 */
void app_reindex(struct app *app) ATTR_NONNULL_ALL;

#endif
