#ifndef ODUS_APP_PUSH_H
#define ODUS_APP_PUSH_H

#include "odus/app/worker.h"

/**
 * Sending to agendas of others as people see it (docs/livraison.md). The work is
 * odus-push's.
 */

/** From the configuration file: `openagenda_agenda` (its number) `openagenda_adresse`,
 * `apidae_client` `apidae_proprietaire` `apidae_projet` `apidae_adresse`,
 * `envois_par_seconde`. Borrowed. */
struct push_settings {
    const char *agenda, *agenda_url;                   /* "" none */
    const char *client, *owner, *project, *apidae_url; /* "" none */
    int rate;                                          /* 0: as the worker thinks */
};
struct push_settings app_push_settings(const struct app *app) ATTR_NONNULL_ALL;

struct push_wish {
    const char *target; /* "openagenda", "apidae" */
    const char *query;  /* as people type it, a form's name first; NULL, "": all */
    bool dry_run, yes;
    bool again; /* what got no answer is sent once more */
};

/** Starts it; *RET ends with worker_end. ERR_INVALID, ERR_LIMIT: the query; errors of
 * worker_start. What is wrong with the settings the worker says. */
int app_push(struct app *app, const struct push_wish *wish, struct worker **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The same for the job that asks for the key of TARGET and keeps it. */
int app_push_key(struct app *app, const char *target, struct worker **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Starts the job that tells the numbers TARGET gave: an event `number` (`uid` `name`
 * `title` `number`) for each. YES: also those of another address than everybody's;
 * DRY_RUN: as YES, for none is taken.
 */
int app_push_numbers(struct app *app, const char *target, bool yes, bool dry_run,
        struct worker **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 5);

/**
 * Takes NUMBER, which TARGET gave, into the identifiers elsewhere of record UID: a
 * revision of its own that changes nothing else. 1: taken (DRY_RUN: would be); 0: it
 * stands there, or the record is gone. ERR_CONFLICT: it has another one there, or a
 * draft.
 */
int app_push_adopt(struct app *app, const char *target, const char *uid,
        const char *number, bool dry_run, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4);

#endif
