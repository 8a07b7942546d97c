/* Line mode: questions and answers through pipes and on a terminal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness/tt.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

/* The one record of TYPE there is, whatever its days, as JSON; owned. */
static struct json *only_record(const char *type)
{
    struct json *list, *record;

    assert_int_equal(RUN("list", type, "--json"), 0);
    list = output_json();
    assert_true(json_len(list) > 0);
    for (size_t i = 1; i < json_len(list); i++)
        assert_string_equal(json_get_text(json_at(list, i), "uid"),
                json_get_text(json_at(list, 0), "uid"));
    assert_int_equal(RUN("show", json_get_text(json_at(list, 0), "uid"), "--json"), 0);
    record = output_json();
    json_free(list);
    return record;
}

static void line__sample_answers__complete_an_event(void **state)
{
    struct buf answers;
    struct json *j, *list;
    char *path = file_join(getenv("ODUS_FORMS"), "samples/saisie.txt");

    (void)state;
    assert_int_equal(file_read(path, 0, &answers, NULL), 0);
    free(path);
    assert_int_equal(run_words(answers.s, answers.len,
                             (const char *const[]){"line", "evenement", NULL}),
            0);
    buf_release(&answers);
    assert_int_equal(RUN("list", "--json", "coin", "poêle", "veillée", "contes"), 0);
    list = output_json();
    assert_int_equal(json_len(list), 4);
    assert_string_equal(json_get_text(json_at(list, 0), "state"), "complete");
    assert_int_equal(json_get_int(json_at(list, 0), "warnings", -1), 0);
    assert_int_equal(RUN("show", json_get_text(json_at(list, 0), "uid"), "--json"), 0);
    j = output_json();
    assert_int_equal(json_len(json_get(j, "tarifs")), 3);
    assert_int_equal(
            json_get_int(json_at(json_get(j, "tarifs"), 1), "prix_min_cts", 0), 1250);
    assert_non_null(strchr(json_get_text(json_get(j, "description"), "fr"), '\n'));
    json_free(list);
    json_free(j);
}

static void line__end_of_input__draft_is_kept(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN_INPUT("Salle du Haut\n", "line", "lieu"), 0);
    j = only_record("lieu");
    assert_string_equal(json_get_text(j, "nom"), "Salle du Haut");
    expect_text(json_get_text(j, "statut_fiche"), "brouillon");
    json_free(j);
}

static void line__nothing_answered__no_draft(void **state)
{
    (void)state;
    assert_int_equal(RUN_INPUT("", "line", "lieu"), 0);
    assert_int_equal(RUN_INPUT("\n\n:back\n", "line", "lieu"), 0);
    assert_int_equal(RUN("list", "*"), 0);
    assert_string_equal(out, "");
}

static void line__enter__never_locks_in(void **state)
{
    char enters[201];

    (void)state;
    memset(enters, '\n', 200);
    enters[200] = '\0';
    assert_int_equal(RUN_INPUT(enters, "line", "evenement"), 0);
    expect_text(out, "(titre, required)");
}

static void line__refused_answer__question_again(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN_INPUT("Bal\nxyzzy\nconcert\n:back\n", "line", "evenement",
                             "--lang", "en"),
            0);
    expect_text(out, "not taken: \"xyzzy\"");
    j = only_record("evenement");
    assert_string_equal(json_get_text(j, "nature"), "concert");
    json_free(j);
}

static void line__choice__by_number_code_and_label(void **state)
{
    static const char *const answers[] = {"2", "concert", "Concert", "conce"};
    struct json *j;

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        char *input = xasprintf("Bal\n%s\n:back\n", answers[i]);

        program_setup(NULL);
        assert_int_equal(RUN_INPUT(input, "line", "evenement"), 0);
        j = only_record("evenement");
        assert_string_equal(json_get_text(j, "nature"), "concert");
        json_free(j);
        free(input);
        if (i + 1 < COUNT(answers))
            program_teardown(NULL);
    }
}

static void line__commands__undo_problems_help_unknown(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN_INPUT("Salle A\n:previous\nSalle "
                               "B\n:undo\n:problems\n:help\n:problms\n:back\n",
                             "line", "lieu", "--lang", "en"),
            0);
    expect_text(out, "required");
    expect_text(out, ":next-problem,");
    expect_text(out, "did you mean :problems?");
    j = only_record("lieu");
    assert_string_equal(json_get_text(j, "nom"), "Salle A");
    json_free(j);
}

static void line__readiness__says_why_a_draft_stays(void **state)
{
    (void)state;
    assert_int_equal(
            RUN_INPUT("Bal\n:readiness\n:back\n", "line", "evenement", "--lang", "en"),
            0);
    expect_text(err, "may not leave: it is a draft, not completed yet");
}

static void line__complete_with_problems__status_1(void **state)
{
    (void)state;
    assert_int_equal(RUN_INPUT("Salle A\n:complete\n:back\n", "line", "lieu"), 1);
    expect_text(out, "required");
}

static void line__jump__to_the_next_problem(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(
            RUN_INPUT(":next-section\n:next-problem\n:back\n", "line", "lieu"), 0);
    assert_int_equal(
            RUN_INPUT("Salle A\n:next-problem\n05100\n:back\n", "line", "lieu"), 0);
    j = only_record("lieu");
    assert_string_equal(json_get_text(j, "nom"), "Salle A");
    json_free(j);
}

static void line__rows__timing_open_delete(void **state)
{
    struct json *j, *rows;

    (void)state;
    assert_int_equal(
            RUN_INPUT("Bal\n:next-section\n:next-section\nve-sa 20h30 >22h; di 15h\n"
                      "25h\n:delete-row 1\n#2\n\n:cancel\n:back\n",
                    "line", "evenement"),
            0);
    expect_text(out, "ve. 27 nov. 20:30");
    j = only_record("evenement");
    rows = json_get(j, "seances");
    assert_int_equal(json_len(rows), 2);
    assert_string_equal(json_get_text(json_at(rows, 1), "statut"), "annule");
    json_free(j);
}

static void line__create_here__asks_the_new_record_and_comes_back(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN_INPUT("Bal\n\n\n:create-here La Compagnie\n:back\n:back\n",
                             "line", "evenement"),
            0);
    j = only_record("structure");
    assert_string_equal(json_get_text(j, "nom"), "La Compagnie");
    json_free(j);
    j = only_record("evenement");
    assert_int_equal(strlen(json_get_text(j, "organisateur")), 36);
    json_free(j);
}

static void line__menu__new_draft_search_quit(void **state)
{
    (void)state;
    assert_int_equal(RUN_INPUT("1\npoêle\n\n3\n\n2\n99\n4\n", "line"), 0);
    expect_text(out, "coin du poêle");
    assert_int_equal(RUN_INPUT("2\n1\nX\n:quit\n3\n", "line"), 0);
    assert_int_equal(RUN_INPUT("3\n1\n:quit\n", "line"), 0);
}

static void line__id__opens_that_record(void **state)
{
    char id[37];

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Salle A"), 0);
    memcpy(id, output_id(), sizeof(id));
    assert_int_equal(RUN_INPUT("Salle B\n", "line", id), 0);
    expect_text(out, "Salle A");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Salle B");
    assert_int_equal(RUN("line", "evenemnt"), 2);
}

static void line__hostile_answers__survived(void **state)
{
    size_t n = (1 << 20) + 100;
    char *big = xmalloc(n + 1);

    (void)state;
    memset(big, 'x', n);
    big[n] = '\0';
    assert_int_equal(run_words(big, n, (const char *const[]){"line", "lieu", NULL}), 0);
    assert_int_equal(run_words("a\0b\033[2J\xff\n:\n:\033\n#\n", 16,
                             (const char *const[]){"line", "lieu", NULL}),
            0);
    memset(big, '\\', n);
    assert_int_equal(run_words(big, n, (const char *const[]){"line", "lieu", NULL}), 0);
    free(big);
}

static void line__terminal__whole_lines_and_no_echo_of_ours(void **state)
{
    const char *argv[] = {
            getenv("ODUS_BIN"), "--store", program_store(), "line", "lieu", NULL};
    struct tt *t;

    (void)state;
    t = tt_spawn_plain(argv, NULL, 24, 80);
    tt_wait_text(t, "1. ");
    tt_send(t, "Salle A{Enter}");
    tt_wait_text(t, "2. ");
    tt_refuse(t, "> Salle A");
    tt_send(t, "{^D}");
    assert_true(WIFEXITED(tt_wait_exit(t)));
    tt_free(t);
    assert_int_equal(RUN("list", "lieu"), 0);
    expect_text(out, "Salle A");
}

static void line__open_elsewhere__status_3(void **state)
{
    const char *argv[] = {
            getenv("ODUS_BIN"), "--store", program_store(), "line", "lieu", NULL};
    struct json *list;
    struct tt *t;

    (void)state;
    t = tt_spawn_plain(argv, NULL, 24, 80);
    tt_wait_text(t, "1. ");
    tt_send(t, "Salle A{Enter}");
    tt_wait_text(t, "2. ");
    assert_int_equal(RUN("list", "lieu", "--json"), 0);
    list = output_json();
    assert_int_equal(
            RUN("set", json_get_text(json_at(list, 0), "uid"), "nom=Salle B"), 3);
    tt_send(t, "{^D}");
    tt_wait_exit(t);
    tt_free(t);
    assert_int_equal(
            RUN("set", json_get_text(json_at(list, 0), "uid"), "nom=Salle B"), 0);
    json_free(list);
}

/* Undated and past matches too, not only those from today on. */
static void line__search__finds_what_has_no_date(void **state)
{
    (void)state;
    assert_int_equal(RUN("new", "evenement", "titre=Bal sans date"), 0);
    assert_int_equal(
            RUN("new", "evenement", "titre=Bal daté", "seances+=12/12/2026 20h"), 0);
    assert_int_equal(RUN_INPUT("1\nbal\n\n4\n", "line"), 0);
    expect_text(out, "Bal daté");
    expect_text(out, "Bal sans date");
    assert_int_equal(RUN_INPUT("1\nfête troupeaux\n\n4\n", "line"), 0);
    expect_text(out, "Fête du retour des troupeaux");
}

int main(void)
{
#define EMPTY(f) cmocka_unit_test_setup_teardown(f, program_setup, program_teardown)
#define FILLED(f)                                                                      \
    cmocka_unit_test_setup_teardown(f, program_setup_samples, program_teardown)
    const struct CMUnitTest tests[] = {
            FILLED(line__sample_answers__complete_an_event),
            FILLED(line__search__finds_what_has_no_date),
            EMPTY(line__end_of_input__draft_is_kept),
            EMPTY(line__nothing_answered__no_draft),
            EMPTY(line__enter__never_locks_in),
            EMPTY(line__refused_answer__question_again),
            cmocka_unit_test_teardown(
                    line__choice__by_number_code_and_label, program_teardown),
            EMPTY(line__commands__undo_problems_help_unknown),
            EMPTY(line__readiness__says_why_a_draft_stays),
            EMPTY(line__complete_with_problems__status_1),
            EMPTY(line__jump__to_the_next_problem),
            EMPTY(line__rows__timing_open_delete),
            EMPTY(line__create_here__asks_the_new_record_and_comes_back),
            FILLED(line__menu__new_draft_search_quit),
            EMPTY(line__id__opens_that_record),
            EMPTY(line__hostile_answers__survived),
            EMPTY(line__terminal__whole_lines_and_no_echo_of_ours),
            EMPTY(line__open_elsewhere__status_3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
