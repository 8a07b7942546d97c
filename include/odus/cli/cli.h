#ifndef ODUS_CLI_CLI_H
#define ODUS_CLI_CLI_H

#include "odus/app/app.h"
#include "odus/cli/args.h"

/** The command line: one command, its output, its exit status (docs/cli.md). */
enum cli_status {
    CLI_DONE = 0,
    CLI_PROBLEMS = 1, /* in the data */
    CLI_USAGE = 2,
    CLI_STORE = 3, /* unusable */
    CLI_NETWORK = 4,
};

/** Runs what needs no store: help, manual, version, form files, wrong words. False: it
 * needs one. */
bool cli_run_alone(
        const struct cli_args *args, int *ret_status) ATTR_CHECK ATTR_NONNULL_ALL;

/** `doctor` on a store that cannot be opened: says why, then what is left of it.
 * Returns the exit status. */
int cli_examine(const struct app_options *opt,
        const struct err *why) ATTR_CHECK ATTR_NONNULL_ALL;

/** True when the store of this run is to be one for exercises; `server setup
 * --training` means the server. */
bool cli_is_training(const struct cli_args *args) ATTR_CHECK ATTR_NONNULL_ALL;

/** Runs the command of ARGS, which cli_run_alone left to do (APP NULL: one that needs
 * no store). Returns the exit status. */
int cli_run(struct app *app, const struct cli_args *args) ATTR_CHECK ATTR_NONNULL(2);

/** Says the error on stderr, translated and harmless; returns the exit status it means.
 */
int cli_fail(const struct err *err) ATTR_NONNULL_ALL;

/**
 * Last thing of all: STATUS, or CLI_STORE, said on stderr, when standard output could
 * not be written (a full disk).
 */
int cli_finish(int status) ATTR_CHECK;

#endif
