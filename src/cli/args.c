#include "odus/cli/args.h"

#include <string.h>
#include <stdlib.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

static const struct cli_option options[] = {
        {"--store", "DIR", N_("folder of the store (else ODUS_STORE)"), NULL},
        {"--lang", "LANG", N_("language: fr, en, it"), NULL},
        {"--json", NULL, N_("output for machines"), NULL},
        {"--yes", NULL, N_("answer yes to every question"),
                "complete delete sync bundle import push"},
        {"--limit", "N", N_("list at most N"), "list news"},
        {"--dry-run", NULL, N_("only say what would be done"),
                "import form sync bundle news push"},
        {"--review", NULL, N_("propose for review instead of completing"), "complete"},
        {"--take", NULL, N_("take what was typed to verify"), "verify"},
        {"--mine", NULL, N_("where others changed the same, keep my values"),
                "complete"},
        {"--theirs", NULL, N_("where others changed the same, take their values"),
                "complete"},
        {"--form", "NAME", N_("kind of record to import"), "import"},
        {"--list", "NAME", N_("long list to import"), "import"},
        {"--format", "NAME", N_("what the file is: ics, openagenda, jsonld, csv"),
                "import"},
        {"--from", "DATE", N_("import nothing before that day"), "import"},
        {"--until", "DATE", N_("import nothing after that day"), "import"},
        {"--update", NULL,
                N_("what changed at its source goes into drafts of records here"),
                "import"},
        {"--training", NULL, N_("make a new store one for exercises"), NULL},
        {"--account", "NAME", N_("sign in as, at the server"), "sync server"},
        {"--password-stdin", NULL, N_("read passwords from standard input, one a line"),
                "sync server push"},
        {"--insecure", NULL, N_("send a password over plain http"), "sync server"},
        {"--container", "NAME", N_("container of a bundle; organisations to set up"),
                "bundle server"},
        {"--role", "ROLE…", N_("roles of an account, by comma"), "server"},
        {"--url", "URL", N_("server whose accounts are meant"), "server"},
        {"--listen", "ADDR:PORT", N_("where to serve (else 127.0.0.1:5984)"), "serve"},
        {"--code", NULL, N_("serve with a code for the workshop room"), "serve"},
        {"--tls", "CERT,KEY", N_("serve over TLS with these files"), "serve"},
        {"--origin", "SITE…",
                N_("sites whose pages may read the commons, by comma; * all"), "serve"},
        {"--out", "DIR", N_("folder to deliver into; - standard output"), "deliver"},
        {"--full", NULL, N_("deliver everything anew"), "deliver"},
        {"--check", NULL, N_("only say what formats miss, cut or leave out"),
                "deliver"},
        {"--profile", "NAME", N_("the delivery of this name"), "deliver"},
        {"--profiles", NULL, N_("list the deliveries that have a name"), "deliver"},
        {"--set-key", NULL, N_("ask for the key of the other agenda and keep it"),
                "push"},
        {"--again", NULL, N_("send once more what got no answer"), "push"},
        {"--adopt", NULL, N_("take the numbers given there into the records"), "push"},
        {"--no-mouse", NULL, N_("leave the mouse to the terminal"), NULL},
        {"--help", NULL, N_("show help and end"), NULL},
        {"--version", NULL, N_("show the version and end"), NULL},
};

const struct cli_option *cli_options(size_t *ret_n)
{
    *ret_n = COUNT(options);
    return options;
}

bool cli_option_is_for(const struct cli_option *o, const char *command)
{
    struct view rest = view_of(o->commands ? o->commands : ""), one;

    while (view_next(&rest, ' ', &one))
        if (view_is(one, command))
            return true;
    return false;
}

/* Where the value of OPTION goes; NULL where it takes none or is read apart. */
static const char **text_slot(struct cli_args *a, const char *option)
{
    const struct {
        const char *name;
        const char **slot;
    } texts[] = {{"--store", &a->store}, {"--lang", &a->lang}, {"--form", &a->form},
            {"--list", &a->list}, {"--format", &a->format}, {"--from", &a->from},
            {"--until", &a->until}, {"--account", &a->account},
            {"--container", &a->container}, {"--role", &a->role}, {"--url", &a->url},
            {"--listen", &a->listen}, {"--tls", &a->tls}, {"--out", &a->out},
            {"--profile", &a->profile}, {"--origin", &a->origin}};

    for (size_t i = 0; i < COUNT(texts); i++)
        if (strcmp(texts[i].name, option) == 0)
            return texts[i].slot;
    return NULL;
}

static bool *flag_slot(struct cli_args *a, const char *option)
{
    const struct {
        const char *name;
        bool *slot;
    } flags[] = {{"--json", &a->json}, {"--yes", &a->yes}, {"--dry-run", &a->dry_run},
            {"--review", &a->review}, {"--take", &a->take}, {"--mine", &a->mine},
            {"--theirs", &a->theirs}, {"--training", &a->training},
            {"--password-stdin", &a->password_stdin}, {"--insecure", &a->insecure},
            {"--code", &a->code}, {"--full", &a->full}, {"--check", &a->check},
            {"--profiles", &a->profiles}, {"--update", &a->update},
            {"--set-key", &a->set_key}, {"--again", &a->again}, {"--adopt", &a->adopt},
            {"--no-mouse", &a->no_mouse}, {"--help", &a->help},
            {"--version", &a->version}};

    for (size_t i = 0; i < COUNT(flags); i++)
        if (strcmp(flags[i].name, option) == 0)
            return flags[i].slot;
    return NULL;
}

static const struct cli_option *find(struct view name)
{
    for (size_t i = 0; i < COUNT(options); i++)
        if (view_is(name, options[i].name))
            return &options[i];
    return NULL;
}

static int unknown(const char *word, struct err *err)
{
    const char *best = NULL;
    double least = 0.5;

    for (size_t i = 0; i < COUNT(options); i++) {
        double d = utf8_distance(word, options[i].name);

        if (d < least) {
            least = d;
            best = options[i].name;
        }
    }
    if (best)
        return err_set(err, ERR_USAGE,
                N_("there is no option \"%1$s\"; did you mean %2$s?"), word, best);
    return err_set(
            err, ERR_USAGE, N_("there is no option \"%1$s\"; see odus --help"), word);
}

static int read_limit(struct cli_args *a, const char *value, struct err *err)
{
    long long n;

    if (!view_int(view_of(value), &n) || n < 1 || n > 1000000000)
        return err_set(err, ERR_USAGE,
                N_("\"%1$s\" is not a number of lines; for example --limit 20"), value);
    a->limit = (size_t)n;
    return 0;
}

static int read_flag(
        struct cli_args *a, const struct cli_option *o, bool has_value, struct err *err)
{
    if (has_value)
        return err_set(err, ERR_USAGE, N_("%1$s takes no value"), o->name);
    *flag_slot(a, o->name) = true;
    return 0;
}

/* The option WORD; its value may be in NEXT, which is then taken. */
static int read_option(struct cli_args *a, const char *word, const char *next,
        bool *ret_taken, struct err *err)
{
    const char *equal = strchr(word, '=');
    struct view name = {word, equal ? (size_t)(equal - word) : strlen(word)};
    const struct cli_option *o = find(name);
    const char *value = equal ? equal + 1 : next;

    *ret_taken = false;
    if (!o && strcmp(word, "-h") == 0)
        o = find(VIEW_LIT("--help"));
    if (!o)
        return unknown(word, err);
    if (!o->value)
        return read_flag(a, o, equal != NULL, err);
    if (!value || !*value)
        return err_set(
                err, ERR_USAGE, N_("%1$s wants a value: %2$s"), o->name, o->value);
    *ret_taken = !equal;
    if (!text_slot(a, o->name))
        return read_limit(a, value, err);
    *text_slot(a, o->name) = value;
    return 0;
}

int cli_args_parse(int argc, char **argv, struct cli_args *ret, struct err *err)
{
    bool options_end = false, taken;

    *ret = (struct cli_args){.words = xcalloc((size_t)argc + 1, sizeof(char *))};
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];

        if (!options_end && strcmp(word, "--") == 0) {
            options_end = true;
        } else if (!options_end && word[0] == '-' && word[1]) {
            int rc = read_option(
                    ret, word, i + 1 < argc ? argv[i + 1] : NULL, &taken, err);

            if (rc < 0)
                return rc;
            i += taken;
        } else if (!ret->command) {
            ret->command = word;
        } else {
            ret->words[ret->nwords++] = word;
        }
    }
    return 0;
}

void cli_args_release(struct cli_args *args)
{
    free(args->words);
    args->words = NULL;
}
