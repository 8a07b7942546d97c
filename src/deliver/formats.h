#ifndef ODUS_DELIVER_FORMATS_H
#define ODUS_DELIVER_FORMATS_H

#include "odus/deliver/format.h"

/* One row of formats.c each; the file of the same name says what it is. */
extern const struct format format_ics;

#endif
