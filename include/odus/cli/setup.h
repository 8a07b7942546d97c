#ifndef ODUS_CLI_SETUP_H
#define ODUS_CLI_SETUP_H

#include "odus/cli/args.h"

/** What the program finds out before it opens a store. */
struct cli_setup {
    char *forms;  /* folder of the forms */
    char lang[3]; /* "fr", "en" or "it" */
};

/**
 * Sets LC_CTYPE (C.UTF-8 where the environment names no UTF-8 locale; LC_NUMERIC stays
 * C), chooses the language (--lang, LANGUAGE, LC_ALL, LC_MESSAGES, LANG, else French; C
 * and POSIX express no wish), loads its catalogue and finds the forms: ODUS_FORMS,
 * beside the program, or in ../share/odus/forms. ERR_USAGE: --lang names an unknown
 * language; the rest is set up all the same.
 */
int cli_setup(struct cli_setup *setup, const struct cli_args *args,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);
void cli_setup_release(struct cli_setup *setup);

/**
 * The language to speak: OPTION (as given with --lang, may be NULL), else what the
 * environment asks for, else French. Static.
 */
const char *cli_language(const char *option) ATTR_RETNONNULL;

/**
 * The language that a list of locale names ("it_IT.UTF-8:de", as in LANGUAGE) asks for
 * first and that this program has; NULL when none does. TEXT may be NULL. Static.
 */
const char *cli_language_of(const char *text);

#endif
