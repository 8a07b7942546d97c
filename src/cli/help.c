/* help and the manual page, both from the command table. */
#include "run.h"

#include "odus/base/utf8.h"

enum { USAGE_COLUMNS = 34 };

/* One aligned line; a usage that is too long for its column has a line of its own. */
static void help_row(const char *usage_text, const char *summary)
{
    struct buf line;

    buf_init(&line, 0);
    if (utf8_width(view_of(usage_text)) >= USAGE_COLUMNS) {
        out_line("  %s", usage_text);
        usage_text = "";
    }
    buf_adds(&line, "  ");
    add_column(&line, usage_text, USAGE_COLUMNS);
    buf_adds(&line, summary);
    out_line("%s", line.s);
    buf_release(&line);
}

static void help_commands(void)
{
    struct buf text;

    buf_init(&text, 0);
    for (int i = 0; i < CMD_COUNT; i++) {
        const struct command *cmd = command_get((enum command_id)i);

        if (!(cmd->where & IN_SHELL))
            continue;
        buf_clear(&text);
        buf_addf(&text, "%s %s", cmd->name, _(cmd->args));
        help_row(text.s, _(cmd->summary));
    }
    buf_release(&text);
}

/* Those of COMMAND; NULL: those that are of no one command. */
static void help_options(const char *command)
{
    size_t n;
    const struct cli_option *options = cli_options(&n);
    struct buf text;

    buf_init(&text, 0);
    for (size_t i = 0; i < n; i++) {
        if (command ? !cli_option_is_for(&options[i], command)
                    : options[i].commands != NULL)
            continue;
        buf_clear(&text);
        buf_addf(&text, "%s %s", options[i].name,
                options[i].value ? options[i].value : "");
        help_row(text.s, _(options[i].summary));
    }
    buf_release(&text);
}

static void help_command(const struct command *cmd)
{
    const char *args = *cmd->args ? _(cmd->args) : "";

    out_line("odus %s%s%s", cmd->name, *args ? " " : "", args);
    out_line("  %s", _(cmd->summary));
    if (*cmd->keys)
        out_line(_("  in the screens: %1$s"), cmd->keys);
    help_options(cmd->name);
}

int run_help(const char *name)
{
    const struct command *cmd = name ? command_find(name, IN_SHELL) : NULL;
    const char *near = name ? command_nearest(name, IN_SHELL) : NULL;
    struct err err;

    if (cmd) {
        help_command(cmd);
        return CLI_DONE;
    }
    if (name && near)
        err_set(&err, ERR_USAGE,
                N_("there is no command \"%1$s\"; did you mean \"%2$s\"?"), name, near);
    else if (name)
        err_set(&err, ERR_USAGE, N_("there is no command \"%1$s\"; see odus help"),
                name);
    if (name)
        return cli_fail(&err);
    out_line("%s", _("odus: the agenda of a territory, kept by those who make it"));
    out_line("%s", _("usage: odus [OPTIONS] [COMMAND]; alone it opens the agenda"));
    out_line("%s", "");
    out_line("%s", _("Commands"));
    help_commands();
    out_line("%s", "");
    out_line("%s", _("Options"));
    help_options(NULL);
    out_line("%s", _("Each command has its own, too: odus help COMMAND"));
    return CLI_DONE;
}

/* --- the page for man(1): groff's man macros, man(7) --- */

/* TEXT for a line of troff: backslashes, hyphens and a leading point or quote kept. */
static void add_troff(struct buf *out, const char *text)
{
    bool start = out->len == 0 || out->s[out->len - 1] == '\n';

    if (start && (*text == '.' || *text == '\''))
        buf_adds(out, "\\&");
    for (; *text; text++) {
        if (*text == '\\')
            buf_adds(out, "\\e");
        else if (*text == '-')
            buf_adds(out, "\\-");
        else
            buf_addc(out, *text);
    }
}

static void add_heading(struct buf *out, const char *title)
{
    buf_adds(out, ".SH ");
    add_troff(out, title);
    buf_addc(out, '\n');
}

static void add_paragraph(struct buf *out, const char *text)
{
    buf_adds(out, ".PP\n");
    add_troff(out, text);
    buf_addc(out, '\n');
}

/* A word in bold, what follows it, and on the next line what it means. */
static void add_item(
        struct buf *out, const char *word, const char *args, const char *text)
{
    buf_adds(out, ".TP\n\\fB");
    add_troff(out, word);
    buf_adds(out, "\\fR ");
    add_troff(out, args);
    buf_addc(out, '\n');
    add_troff(out, text);
    buf_addc(out, '\n');
}

static void add_commands(struct buf *out)
{
    for (int i = 0; i < CMD_COUNT; i++) {
        const struct command *cmd = command_get((enum command_id)i);

        if (cmd->where & IN_SHELL)
            add_item(out, cmd->name, _(cmd->args), _(cmd->summary));
    }
}

static void add_keys(struct buf *out)
{
    for (int i = 0; i < CMD_COUNT; i++) {
        const struct command *cmd = command_get((enum command_id)i);

        if (*cmd->keys)
            add_item(out, cmd->keys, "", _(cmd->summary));
    }
}

static void add_statuses(struct buf *out)
{
    static const struct {
        const char *status, *text;
    } rows[] = {{"0", N_("done")}, {"1", N_("there are problems in the data")},
            {"2", N_("the command was not understood")},
            {"3", N_("the store is unusable")},
            {"4", N_("the network or the server failed")}};

    for (size_t i = 0; i < COUNT(rows); i++)
        add_item(out, rows[i].status, "", _(rows[i].text));
}

static void add_environment(struct buf *out)
{
    static const struct {
        const char *name, *text;
    } rows[] = {{"ODUS_STORE", N_("folder of the store where --store is not given")},
            {"ODUS_FORMS", N_("folder of the form files")},
            {"ODUS_NOW", N_("freezes the clock, for tests (RFC 3339)")},
            {"LANGUAGE, LC_ALL, LC_MESSAGES, LANG", N_("the language, else French")},
            {"NO_COLOR", N_("no colours on the screens")}};

    for (size_t i = 0; i < COUNT(rows); i++)
        add_item(out, rows[i].name, "", _(rows[i].text));
}

int run_manual(void)
{
    struct buf out;
    size_t n;
    const struct cli_option *options = cli_options(&n);

    buf_init(&out, 0);
    buf_addf(&out, ".TH ODUS 1 \"\" \"OduS %s\"\n", ODUS_VERSION);
    add_heading(&out, _("NAME"));
    add_troff(&out, _("odus - the agenda of a territory, kept by those who make it"));
    buf_addc(&out, '\n');
    add_heading(&out, _("SYNOPSIS"));
    buf_adds(&out, "\\fBodus\\fR [OPTIONS] [COMMAND [ARGUMENTS]]\n");
    add_heading(&out, _("DESCRIPTION"));
    add_paragraph(
            &out, _("Alone, odus opens the agenda on the terminal. With a command it "
                    "does one thing and ends. odus line asks the same questions on "
                    "plain lines, for screen readers and scripts."));
    add_heading(&out, _("COMMANDS"));
    add_commands(&out);
    add_heading(&out, _("OPTIONS"));
    for (size_t i = 0; i < n; i++)
        add_item(&out, options[i].name, options[i].value ? options[i].value : "",
                _(options[i].summary));
    add_heading(&out, _("KEYS"));
    add_keys(&out);
    add_heading(&out, _("EXIT STATUS"));
    add_statuses(&out);
    add_heading(&out, _("ENVIRONMENT"));
    add_environment(&out);
    out_text(buf_view(&out));
    buf_release(&out);
    return CLI_DONE;
}
