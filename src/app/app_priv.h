#ifndef ODUS_APP_PRIV_H
#define ODUS_APP_PRIV_H

#include "odus/app/app.h"
#include "odus/store/forms.h"
#include "odus/store/store.h"

struct app {
    struct store *store;
    struct forms *forms;
    char *lang;
    char *config; /* path of the configuration file */
    char *forms_dir;
    char *user, *organisation; /* "" when skipped */
    char *author;
    bool first_start;
    struct parked *parked;   /* drafts closed in this session, entry_parked.h */
    struct reindex *reindex; /* what is being done in idle moments, reindex.h */
};

#endif
