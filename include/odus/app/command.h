#ifndef ODUS_APP_COMMAND_H
#define ODUS_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/attr.h"

/**
 * The one table of what the program can do: it feeds the command line, the key map, the
 * palette, the help screens and the manual page. Rows say nothing of how: front ends
 * bind ids to their handlers.
 */
enum command_id {
#define COMMAND(id, name, args, where, keys, summary) CMD_##id,
#include "odus/app/commands.def"
#undef COMMAND
    CMD_COUNT
};

/** Where a command can be given; bits. */
enum command_where {
    IN_SHELL = 1, /* `odus NAME …` */
    IN_AGENDA = 2,
    IN_FORM = 4,
    IN_PICKER = 8,
    IN_PROBLEMS = 16,
    IN_TEXT = 32, /* a dialogue that shows text: help, history */
    IN_CONFLICTS = 64,
    IN_SYNC = 128, /* the screen of the exchange */
    IN_NEWS = 256,
    ANYWHERE = IN_AGENDA | IN_FORM | IN_PICKER | IN_PROBLEMS | IN_TEXT | IN_CONFLICTS |
               IN_SYNC | IN_NEWS,
};

struct command {
    enum command_id id;
    const char *name; /* stable word: command line, configuration */
    const char *args; /* usage after the name, a message id; "" none */
    unsigned where;
    const char *
            keys; /* names of keys as tui/keys.h reads them, space separated; "" none */
    const char *summary; /* msgid, a few words, imperative */
};

const struct command *command_get(enum command_id id) ATTR_RETNONNULL;

/** By name among those of WHERE; NULL when there is none. */
const struct command *command_find(const char *name, unsigned where) ATTR_NONNULL_ALL;

/** Nearest name, for "did you mean"; NULL when nothing is near. */
const char *command_nearest(const char *name, unsigned where) ATTR_NONNULL_ALL;

/** The command bound to the key KEY ("F10", "^Z", "n") at WHERE; NULL. */
const struct command *command_for_key(const char *key, unsigned where) ATTR_NONNULL_ALL;

#endif
