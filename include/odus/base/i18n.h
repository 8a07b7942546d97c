#ifndef ODUS_BASE_I18N_H
#define ODUS_BASE_I18N_H

#include <libintl.h>

/** For front ends only (tui, cli, main): everything below them speaks in message ids. */

/** The sentence in the language of the interface. */
#define _(text) gettext(text)

#endif
