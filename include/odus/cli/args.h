#ifndef ODUS_CLI_ARGS_H
#define ODUS_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/err.h"

/** The words of the command line, taken apart. Options stand before or after the
 * command. */
struct cli_args {
    const char *store; /* --store DIR, NULL when not given, as are the other texts */
    const char *lang;  /* --lang */
    const char *form;  /* --form, of import */
    const char *list;  /* --list, of import */
    const char *format, *from, *until; /* of import */
    const char *account, *container, *role, *url, *listen, *tls, *origin;
    const char *out, *profile; /* of deliver */
    const char *command;       /* first word that is no option */
    const char *
            *words; /* the words after it; the array is owned, the texts are argv's */
    size_t nwords;
    size_t limit;      /* --limit; 0: none */
    bool take;         /* what was verified, of verify */
    bool mine, theirs; /* what stays where others changed the same, of complete */
    bool full, check, profiles; /* of deliver */
    bool update;                /* of import */
    bool set_key, again, adopt; /* of push */
    bool insecure, code, password_stdin;
    bool json, yes, dry_run, review, training, no_mouse, help, version;
};

/**
 * Reads ARGV without the program's name; "--" ends the options. ERR_USAGE: unknown
 * option (with the nearest one), missing or wrong value; RET then holds what was read
 * so far. The caller releases RET in every case.
 */
int cli_args_parse(int argc, char **argv, struct cli_args *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2, 3);
void cli_args_release(struct cli_args *args);

/** One option for help and manual. */
struct cli_option {
    const char *name;     /* "--store" */
    const char *value;    /* "DIR"; NULL: takes none */
    const char *summary;  /* msgid */
    const char *commands; /* it is for, space separated; NULL: any, or none */
};

/** All of them, in the order of help. */
const struct cli_option *cli_options(size_t *ret_n) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** True when O is for COMMAND and not for any. */
bool cli_option_is_for(
        const struct cli_option *o, const char *command) ATTR_NONNULL_ALL;

#endif
