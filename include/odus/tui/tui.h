#ifndef ODUS_TUI_TUI_H
#define ODUS_TUI_TUI_H

#include "odus/app/app.h"

/** The screens: agenda, forms, problems, help, over a session of app/app.h. */

struct tui_options {
    const char *open; /* record id to open first; NULL: none */
    const char *type; /* record type to begin a new record of; NULL: none */
    bool no_mouse;
};

/**
 * Takes the terminal and runs until the user quits or the terminal goes away; nothing
 * typed is lost either way. LC_CTYPE must be UTF-8 and the text domain set. OPT may be
 * NULL. Returns the exit status (design §12): 0, or 3 with ERR set where no screen can
 * be shown.
 */
int tui_run(struct app *app, const struct tui_options *opt, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

#endif
