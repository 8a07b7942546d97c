#ifndef ODUS_CLI_IMPORT_H
#define ODUS_CLI_IMPORT_H

#include "run.h"

/** Whether FILE is a table by its name, or --form says so. */
bool import_is_table(const struct run *r, const char *file) ATTR_NONNULL_ALL;

/** An agenda of others to drafts: shown, asked for, written. Reports go to LIST with
 * --json. The exit status. */
int import_agenda(
        struct run *r, const char *file, struct out_list *list) ATTR_NONNULL_ALL;

#endif
