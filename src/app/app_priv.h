#ifndef ODUS_APP_PRIV_H
#define ODUS_APP_PRIV_H

#include "odus/app/app.h"
#include "odus/base/json.h"
#include "odus/store/forms.h"
#include "odus/store/store.h"

struct app {
    struct store *store;
    struct forms *forms;
    char *lang;
    char *config; /* path of the configuration file */
    char *forms_dir;
    struct config *settings; /* what the file says, config.h */
    struct parked *parked;   /* drafts closed in this session, entry_parked.h */
    struct reindex *reindex; /* what is being done in idle moments, reindex.h */
};

/** Reads the configuration file, again if it was read before; one that is not there is
 * the first start. */
void config_read(struct app *app) ATTR_NONNULL_ALL;
void config_release(struct app *app) ATTR_NONNULL_ALL;

/** Sets member KEY of a worker's job to TEXT, unless that is NULL or blank. */
void job_put(struct json *job, const char *key, const char *text) ATTR_NONNULL(1, 2);

#endif
