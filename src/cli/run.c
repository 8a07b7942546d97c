/* From the words of the command line to the function of the command. */
#include "run.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "odus/base/utf8.h"

struct handler {
    enum command_id id;
    int (*run)(struct run *r); /* NULL: help and manual */
    size_t min, max;           /* words */
};

static const struct handler handlers[] = {
        {CMD_NEW, run_new, 1, SIZE_MAX},
        {CMD_SET, run_set, 2, SIZE_MAX},
        {CMD_SHOW, run_show, 1, 1},
        {CMD_LIST, run_list, 0, SIZE_MAX},
        {CMD_CHECK, run_check, 0, SIZE_MAX},
        {CMD_COMPLETE, run_complete, 1, 1},
        {CMD_VERIFY, run_verify, 1, 1},
        {CMD_DELETE, run_delete, 1, 1},
        {CMD_HISTORY, run_history, 1, 1},
        {CMD_REVERT, run_revert, 2, 2},
        {CMD_BACKUP, run_backup, 1, 1},
        {CMD_SAMPLE, run_sample, 1, 1},
        {CMD_FORM, run_form, 2, SIZE_MAX},
        {CMD_LINE, run_line, 0, 1},
        {CMD_IMPORT, run_import, 1, SIZE_MAX},
        {CMD_DOCTOR, run_doctor, 0, 0},
        {CMD_SYNC, run_sync, 0, 1},
        {CMD_NEWS, run_news, 0, 0},
        {CMD_HOLD, run_hold, 1, 1},
        {CMD_RELEASE, run_hold, 1, 1},
        {CMD_FILES, run_files, 0, SIZE_MAX},
        {CMD_BUNDLE, run_bundle, 2, 2},
        {CMD_SERVE, run_serve, 0, 0},
        {CMD_SERVER, run_server, 2, 3},
        {CMD_DELIVER, run_deliver, 0, SIZE_MAX},
        {CMD_PUSH, run_push, 1, SIZE_MAX},
        {CMD_MANUAL, NULL, 0, 0},
        {CMD_HELP, NULL, 0, 1},
};

static const struct handler *handler_of(enum command_id id)
{
    for (size_t i = 0; i < COUNT(handlers); i++)
        if (handlers[i].id == id)
            return &handlers[i];
    return NULL;
}

static int status_of(int code)
{
    switch (code) {
    case ERR_USAGE:
    case ERR_NOT_FOUND: return CLI_USAGE;
    case ERR_INVALID:
    case ERR_LIMIT:
    case ERR_CONFLICT: return CLI_PROBLEMS;
    default: return CLI_STORE;
    }
}

int cli_fail(const struct err *err)
{
    struct buf text;

    buf_init(&text, 0);
    err_text(err, i18n_text, &text);
    say("odus: %s", text.s);
    buf_release(&text);
    return status_of(err->code);
}

int fail_about(const char *what, const struct err *err)
{
    struct buf text;

    buf_init(&text, 0);
    i18n_add_label(what, &text);
    err_text(err, i18n_text, &text);
    say("odus: %s", text.s);
    buf_release(&text);
    return status_of(err->code);
}

int find_record(struct run *r, const char *id, char ret_uid[37])
{
    struct err err = {0};
    int rc = app_find(r->app, id, ret_uid, &err);

    if (rc == ERR_INVALID)
        err.code = ERR_USAGE; /* the words are wrong, not the data */
    return rc < 0 ? cli_fail(&err) : CLI_DONE;
}

int open_entry(struct run *r, const char *id, struct entry **ret)
{
    struct err err = {0};
    char uid[37];
    int status = find_record(r, id, uid);

    if (status == CLI_DONE && entry_open(r->app, uid, ret, &err) < 0)
        status = cli_fail(&err);
    return status;
}

int cli_finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    say("odus: %s", _("the output could not be written"));
    return CLI_STORE;
}

int usage(const struct command *cmd)
{
    say(_("usage: odus %1$s %2$s"), cmd->name, _(cmd->args));
    return CLI_USAGE;
}

static int unknown_command(const char *name)
{
    const char *near = command_nearest(name, IN_SHELL);
    struct err err;

    if (near)
        err_set(&err, ERR_USAGE,
                N_("there is no command \"%1$s\"; did you mean \"%2$s\"?"), name, near);
    else
        err_set(&err, ERR_USAGE, N_("there is no command \"%1$s\"; see odus help"),
                name);
    return cli_fail(&err);
}

bool cli_run_alone(const struct cli_args *args, int *ret_status)
{
    const struct command *cmd =
            args->command ? command_find(args->command, IN_SHELL) : NULL;
    const struct handler *h = cmd ? handler_of(cmd->id) : NULL;

    if (args->version) {
        out_line("odus %s", ODUS_VERSION);
        *ret_status = CLI_DONE;
    } else if (args->help) {
        *ret_status = run_help(args->command);
    } else if (!args->command) {
        return false;
    } else if (!h) {
        *ret_status = unknown_command(args->command);
    } else if (args->nwords < h->min || args->nwords > h->max) {
        *ret_status = usage(cmd);
    } else if (h->run == run_form && !form_wants_store(args->words[0])) {
        /* form files stand alone */
        *ret_status = cli_run(NULL, args);
    } else if (h->run) {
        return false;
    } else {
        *ret_status = cmd->id == CMD_MANUAL
                              ? run_manual()
                              : run_help(args->nwords ? args->words[0] : NULL);
    }
    return true;
}

bool cli_is_training(const struct cli_args *args)
{
    const struct command *cmd =
            args->command ? command_find(args->command, IN_SHELL) : NULL;

    return args->training && !(cmd && cmd->id == CMD_SERVER);
}

/* Where something safe is used for a setting that is no good; what is refused because
 * of one says so itself. */
static void say_settings(const struct app *app)
{
    const struct err *wrong;
    bool stops;

    for (size_t i = 0; (wrong = app_setting_wrong(app, i, &stops)); i++)
        if (!stops)
            cli_fail(wrong);
}

int cli_run(struct app *app, const struct cli_args *args)
{
    struct run r = {
            .app = app, .args = args, .words = args->words, .nwords = args->nwords};
    const struct command *cmd = command_find(args->command, IN_SHELL);

    if (app && cmd->id != CMD_DOCTOR) /* which lists them */
        say_settings(app);
    return handler_of(cmd->id)->run(&r);
}

const char *nearest_name(const char *word, char *const *names)
{
    const char *best = NULL;
    double least = 0.5;

    for (; *names; names++) {
        double d = utf8_distance(word, *names);

        if (d < least) {
            least = d;
            best = *names;
        }
    }
    return best;
}

bool is_type(struct app *app, const char *name, struct err *err)
{
    char *const *types = app_types(app);
    const char *near = nearest_name(name, types);

    for (size_t i = 0; types[i]; i++)
        if (strcmp(types[i], name) == 0)
            return true;
    if (near)
        err_set(err, ERR_USAGE, N_("there is no form \"%1$s\"; did you mean \"%2$s\"?"),
                name, near);
    else
        err_set(err, ERR_USAGE, N_("there is no form \"%1$s\""), name);
    return false;
}
