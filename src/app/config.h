#ifndef ODUS_APP_CONFIG_H
#define ODUS_APP_CONFIG_H

#include "app_priv.h"

/**
 * The configuration file. config.c reads and writes its lines, config_check.c knows
 * what each setting may be: a value that is no good counts as none, and is told.
 */
enum setting {
    SET_NAME,
    SET_ORGANISATION,
    SET_SERVER,
    SET_ACCOUNT,
    SET_AUTH,
    SET_COMMAND,
    SET_CA,
    SET_METERED,
    SET_MINUTES,
    SET_FILES,
    SET_BASE,
    SET_TITLE,
    SET_PUBLISHER,
    SET_OA_AGENDA,
    SET_OA_URL,
    SET_AP_CLIENT,
    SET_AP_OWNER,
    SET_AP_PROJECT,
    SET_AP_URL,
    SET_RATE,
    SET_COUNT
};

/** What a setting that is no good stops, where guessing might cost something. */
enum config_use {
    USE_SERVER = 1, /* the server of the settings */
    USE_LINK = 2,   /* any server of ours */
    USE_DELIVERY = 4,
    USE_AGENDA = 8, /* OpenAgenda */
    USE_APIDAE = 16,
    USE_ALL = 31
};

struct config_wrong {
    struct err err; /* with file and line */
    unsigned stops; /* enum config_use; 0: something safe is used */
};

struct config {
    char *values[SET_COUNT]; /* NULL: not there, or no good */
    char *login;
    struct config_wrong *wrong;
    size_t nwrong, cap;
    bool unread; /* it is there, and could not be read */
};

const char *setting_name(enum setting k) ATTR_RETNONNULL;

/** The setting called NAME; SET_COUNT: none is. */
enum setting setting_find(struct view name);

/** Whether VALUE will do for K (none always does); else what is wrong is in *RET. */
bool setting_check(enum setting k, const char *value,
        struct config_wrong *ret) ATTR_CHECK ATTR_NONNULL_ALL;

/** Whether NAME, which is no setting's, looks like that of one: then so says *RET. */
bool setting_misspelt(
        struct view name, struct config_wrong *ret) ATTR_CHECK ATTR_NONNULL_ALL;

/** Reads the file as it stands now. ERR_USAGE and others: what is wrong with a setting
 * that one of USES (enum config_use) needs. */
int config_need(struct app *app, unsigned uses, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** Whether TEXT is one of http or https, with its scheme. */
bool config_is_address(const char *text) ATTR_NONNULL_ALL;

/** The bytes of `forfait_mo`, 0 where it is not set. */
int64_t config_metered(const struct app *app) ATTR_NONNULL_ALL;

/** The path in `autorite`, owned; "" none. */
char *config_ca(const struct app *app) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** The value of K, "" where there is none that will do. Borrowed, until the file is
 * read again. */
const char *config_text(
        const struct app *app, enum setting k) ATTR_RETNONNULL ATTR_NONNULL_ALL;

struct setting_change {
    enum setting key;
    const char *value;
};

/** Writes N settings into the file as it stands now; its other lines stay as they are,
 * and all is read anew. ERR_IO, ERR_LIMIT: nothing has changed. */
int config_change(struct app *app, const struct setting_change *all, size_t n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

#endif
