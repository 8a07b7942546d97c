/* odus: the words of the command line, the store, then the screens or one command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/app/app.h"
#include "odus/base/clock.h"
#include "odus/cli/cli.h"
#include "odus/cli/setup.h"
#include "odus/tui/tui.h"

static struct app_options options_of(
        const struct cli_args *args, const struct cli_setup *setup)
{
    const char *env = getenv("ODUS_STORE");

    return (struct app_options){.store_dir = args->store   ? args->store
                                             : env && *env ? env
                                                           : NULL,
            .forms_dir = setup->forms,
            .lang = setup->lang};
}

static int open_store(const struct cli_args *args, const struct app_options *opt,
        struct app **ret, struct err *err)
{
    int rc = app_open(opt, ret, err);

    if (rc < 0 || !cli_is_training(args) || app_training(*ret))
        return rc;
    rc = app_set_training(*ret, err);
    if (rc < 0)
        app_close(*ret);
    return rc;
}

static int run_screens(struct app *app, const struct cli_args *args)
{
    const struct tui_options opt = {.no_mouse = args->no_mouse};
    struct err err = {0};
    int status = tui_run(app, &opt, &err);

    return err.id ? cli_fail(&err) : status;
}

static int run(const struct cli_args *args, const struct cli_setup *setup)
{
    const struct app_options opt = options_of(args, setup);
    struct err err = {0};
    struct app *app;
    int status;

    if (clock_init(getenv("ODUS_NOW"), &err) < 0)
        return cli_fail(&err);
    if (cli_run_alone(args, &status))
        return status;
    if (!args->command && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))) {
        err_set(&err, ERR_USAGE,
                N_("the screens need a terminal; odus line asks the same questions "
                   "without one"));
        return cli_fail(&err);
    }
    if (open_store(args, &opt, &app, &err) < 0)
        return args->command && strcmp(args->command, "doctor") == 0
                       ? cli_examine(&opt, &err)
                       : cli_fail(&err);
    status = args->command ? cli_run(app, args) : run_screens(app, args);
    app_close(app);
    return status;
}

int main(int argc, char **argv)
{
    struct cli_args args;
    struct cli_setup setup;
    struct err wrong = {0}, unknown = {0};
    int rc, status;

    if (argc < 1)
        return CLI_USAGE;
    rc = cli_args_parse(argc - 1, argv + 1, &args, &wrong);
    if (cli_setup(&setup, &args, &unknown) < 0 &&
            rc == 0) /* from here on in her language */
        wrong = unknown;
    status = wrong.id ? cli_fail(&wrong) : run(&args, &setup);
    cli_setup_release(&setup);
    cli_args_release(&args);
    return cli_finish(status);
}
