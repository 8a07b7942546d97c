/* Options, commands, help, languages: what is said before any store is opened. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/app/command.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/cli/args.h"
#include "odus/cli/setup.h"
#include "program.h"

static int parse(struct cli_args *args, struct err *e, const char *words)
{
    static char text[200]; /* the arguments borrow from it */
    char *argv[20];
    int argc = 0;

    snprintf(text, sizeof(text), "%s", words);
    for (char *word = text; *word;) {
        size_t n = strcspn(word, " ");
        bool more = word[n] != '\0';

        argv[argc++] = word;
        word[n] = '\0';
        word += n + more;
    }
    return cli_args_parse(argc, argv, args, e);
}

static void args__parse__options_before_and_after(void **state)
{
    struct cli_args a;
    struct err e = {0};

    (void)state;
    assert_int_equal(parse(&a, &e, "--store /x list --json --limit=7 lieu --yes"), 0);
    assert_string_equal(a.command, "list");
    assert_string_equal(a.store, "/x");
    assert_int_equal(a.limit, 7);
    assert_true(a.json && a.yes && !a.review);
    assert_int_equal(a.nwords, 1);
    assert_string_equal(a.words[0], "lieu");
    cli_args_release(&a);
}

static void args__parse__double_dash_ends_options(void **state)
{
    struct cli_args a;
    struct err e = {0};

    (void)state;
    assert_int_equal(parse(&a, &e, "list -- --json -"), 0);
    assert_false(a.json);
    assert_int_equal(a.nwords, 2);
    cli_args_release(&a);
}

static void args__parse__refuses(void **state)
{
    static const char *const wrong[] = {"--jsn", "list --limit", "list --limit 0",
            "--limit -1", "--limit 99999999999", "--json=yes", "--store=", "-x"};

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct cli_args a;
        struct err e = {0};

        assert_int_equal(parse(&a, &e, wrong[i]), ERR_USAGE);
        assert_non_null(e.id);
        cli_args_release(&a);
    }
}

static void language__of__environment_values(void **state)
{
    (void)state;
    assert_string_equal(cli_language_of("fr_FR.UTF-8"), "fr");
    assert_string_equal(cli_language_of("en"), "en");
    assert_string_equal(cli_language_of("de:it:fr"), "it");
    assert_null(cli_language_of("C.UTF-8"));
    assert_null(cli_language_of("POSIX"));
    assert_null(cli_language_of("french"));
    assert_null(cli_language_of(":::"));
    assert_null(cli_language_of(NULL));
}

static void words__unknown_command__suggests(void **state)
{
    (void)state;
    assert_int_equal(RUN("complte"), 2);
    expect_text(err, "complete");
    assert_string_equal(out, "");
    assert_int_equal(RUN("xyzzyxyzzy"), 2);
    assert_int_equal(RUN("--jsn", "list"), 2);
    expect_text(err, "--json");
    assert_false(file_exists(program_store()));
}

static void words__too_few_or_many__usage(void **state)
{
    (void)state;
    assert_int_equal(RUN("--lang", "en", "set", "12345678"), 2);
    expect_text(err, "ID FIELD=VALUE");
    assert_int_equal(RUN("show"), 2);
    assert_int_equal(RUN("show", "a", "b"), 2);
    assert_int_equal(RUN("sample", "eat"), 2);
    assert_int_equal(RUN("form", "eat", "x.form"), 2);
}

static void words__help__names_every_command(void **state)
{
    (void)state;
    assert_int_equal(RUN("help"), 0);
    for (int i = 0; i < CMD_COUNT; i++)
        if (command_get((enum command_id)i)->where & IN_SHELL)
            expect_text(out, command_get((enum command_id)i)->name);
    assert_int_equal(RUN("--lang", "en", "set", "--help"), 0);
    expect_text(out, "odus set ID FIELD=VALUE");
    assert_int_equal(RUN("help", "sync"), 0); /* its own options, and no others */
    expect_text(out, "--account NAME");
    refuse_text(out, "--listen");
    assert_int_equal(RUN("help", "shwo"), 2);
    expect_text(err, "show");
    assert_false(file_exists(program_store()));
}

static void words__version__one_line(void **state)
{
    (void)state;
    assert_int_equal(RUN("--version"), 0);
    assert_string_equal(out, "odus " ODUS_VERSION "\n");
}

static void words__manual__every_command_no_store(void **state)
{
    (void)state;
    assert_int_equal(RUN("manual"), 0);
    assert_int_equal(strncmp(out, ".TH ODUS 1 ", 11), 0);
    expect_text(out, ".SH ");
    expect_text(out, "\\fBcomplete\\fR");
    expect_text(out, "\\fB\\-\\-store\\fR");
    for (const char *line = out; line;
            line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_false(line[0] == '\'');
    assert_false(file_exists(program_store()));
}

static void words__no_terminal__points_to_line_mode(void **state)
{
    (void)state;
    assert_int_equal(run_words("", 0, (const char *const[]){NULL}), 2);
    expect_text(err, "odus line");
}

static void words__clock__wrong_is_usage(void **state)
{
    (void)state;
    program_env("ODUS_NOW=yesterday");
    assert_int_equal(RUN("list"), 2);
}

/* The labels of forms are in every language from the start. */
static void words__language__french_unless_asked(void **state)
{
    static const char *const neutral[] = {
            "LC_ALL=C", "LC_ALL=C.UTF-8", "LC_ALL=POSIX", "LC_ALL="};

    char id[37];

    (void)state;
    assert_int_equal(RUN("new", "evenement", "titre=Bal"), 0);
    memcpy(id, output_id(), sizeof(id));
    for (size_t i = 0; i < COUNT(neutral); i++) {
        program_env(neutral[i]);
        assert_int_equal(RUN("show", id), 0);
        expect_text(out, "Événement · Bal");
    }
    program_env("LC_ALL=en_GB.UTF-8");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Event · Bal");
    program_env("LC_ALL=it_IT.UTF-8");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Evento · Bal");
    program_env("LANGUAGE=de:fr");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Événement");
    assert_int_equal(RUN("--lang", "en", "show", id), 0);
    expect_text(out, "Event");
    assert_int_equal(RUN("--lang", "xx", "list"), 2);
    expect_text(err, "xx");
}

/* The catalogue too, in the locale C. */
static void words__language__catalogue_without_locale(void **state)
{
    (void)state;
    program_env("LC_ALL=C");
    assert_int_equal(RUN("help"), 0);
    expect_text(out, "Commandes\n");
    expect_text(out, "aide");
    assert_int_equal(RUN("help", "--lang", "en"), 0);
    expect_text(out, "Commands\n");
}

/* Its own catalogue, not the French that a language without one borrows. */
static void words__language__italian(void **state)
{
    (void)state;
    program_env("LC_ALL=C");
    program_env("LANGUAGE=it");
    assert_int_equal(RUN("help"), 0);
    expect_text(out, "Comandi\n");
    expect_text(out, "aiuto");
    assert_int_equal(RUN("sample", "remove"), 0);
    expect_text(err, "0 schede"); /* French counts none as one */
}

static void words__hostile__is_said_harmlessly(void **state)
{
    char *megabyte = xmalloc(1 << 20);
    static const char *const hostile[] = {"\033[2J", "\xff\xfe\xc2\x9b", "\033]0;x\007",
            "a\nb\rc\td", "%n%s%1$s", "../../x", "\xe2\x80\xae", ""};

    (void)state;
    for (size_t i = 0; i < COUNT(hostile); i++) {
        assert_int_not_equal(RUN(hostile[i]), 0);
        assert_int_equal(RUN("new", hostile[i]), 2);
        assert_int_equal(RUN("show", hostile[i]), 2);
        assert_int_equal(RUN("help", hostile[i]), 2);
        assert_int_equal(RUN("new", "lieu", hostile[i]), 2);
    }
    memset(megabyte, 'x', 120000); /* the kernel's limit of one argument is 128 KiB */
    megabyte[120000] = '\0';
    assert_int_equal(RUN("show", megabyte), 2);
    assert_int_equal(RUN("new", "lieu", megabyte), 2);
    free(megabyte);
}

int main(void)
{
#define PROGRAM_TEST(f)                                                                \
    cmocka_unit_test_setup_teardown(f, program_setup, program_teardown)
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(args__parse__options_before_and_after),
            cmocka_unit_test(args__parse__double_dash_ends_options),
            cmocka_unit_test(args__parse__refuses),
            cmocka_unit_test(language__of__environment_values),
            PROGRAM_TEST(words__unknown_command__suggests),
            PROGRAM_TEST(words__too_few_or_many__usage),
            PROGRAM_TEST(words__help__names_every_command),
            PROGRAM_TEST(words__version__one_line),
            PROGRAM_TEST(words__manual__every_command_no_store),
            PROGRAM_TEST(words__no_terminal__points_to_line_mode),
            PROGRAM_TEST(words__clock__wrong_is_usage),
            PROGRAM_TEST(words__language__french_unless_asked),
            PROGRAM_TEST(words__language__catalogue_without_locale),
            PROGRAM_TEST(words__language__italian),
            PROGRAM_TEST(words__hostile__is_said_harmlessly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
