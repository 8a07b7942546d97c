/* kill -9 at random instants of the command line and of line mode. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/buf.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "faults.h"
#include "program.h"

static bool ended_well(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/** The field NAME of record ID as it is now, "" when blank; owned. */
static char *value_of(const char *id, const char *name)
{
    struct json *body;
    char *value;

    if (RUN("show", "--json", id) != 0)
        fail_msg("%s is gone: %s", id, err);
    body = output_json();
    value = xstrdup(json_get_text(body, name) ? json_get_text(body, name) : "");
    json_free(body);
    return value;
}

/* P01 */
static void kill__new__an_identifier_printed_is_on_the_disk(void **state)
{
    int rounds = faults_rounds(60), known = 0, drafts, complete;
    char id[37];

    (void)state;
    for (int i = 0; i < rounds; i++) {
        const char *const words[] = {"new", "personne", "nom=Bal", "prenom=Un", NULL};
        struct running r = faults_start(words);
        char *text, *value;
        int status;

        chance_delay(40);
        text = faults_kill(&r, &status);
        if (strlen(text) >= 36 && text[8] == '-' && text[13] == '-') {
            snprintf(id, sizeof id, "%s", text);
            value = value_of(id, "prenom");
            assert_string_equal(value, "Un");
            free(value);
            known++;
        }
        free(text);
    }
    faults_doctor(&drafts, &complete);
    assert_in_range(drafts, known, rounds);
}

/* P01 */
static void kill__set__all_words_are_there_or_none(void **state)
{
    int rounds = faults_rounds(80), drafts, complete;
    char id[37], before[20] = "n0", name[30], first[30];

    (void)state;
    assert_int_equal(RUN("new", "personne", "nom=n0", "prenom=n0"), 0);
    snprintf(id, sizeof id, "%s", output_id());
    for (int i = 1; i <= rounds; i++) {
        const char *const words[] = {"set", id, name, first, NULL};
        struct running r;
        char *nom, *prenom;
        int status;

        snprintf(name, sizeof name, "nom=n%d", i);
        snprintf(first, sizeof first, "prenom=n%d", i);
        r = faults_start(words);
        chance_delay(40);
        free(faults_kill(&r, &status));
        nom = value_of(id, "nom");
        prenom = value_of(id, "prenom");
        assert_string_equal(nom, prenom);
        if (ended_well(status) || strcmp(nom, before) != 0)
            assert_string_equal(nom, name + 4);
        snprintf(before, sizeof before, "%s", nom);
        free(nom);
        free(prenom);
    }
    faults_doctor(&drafts, &complete);
    assert_int_equal(drafts, 1);
}

/* P01 P25 */
static void kill__complete__leaves_the_draft_or_the_revision(void **state)
{
    int rounds = faults_rounds(60), drafts, complete, done = 0;

    (void)state;
    for (int i = 0; i < rounds; i++) {
        char id[37];
        const char *const words[] = {"complete", id, NULL};
        struct running r;
        char *nom;
        int status;

        assert_int_equal(
                RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
        snprintf(id, sizeof id, "%s", output_id());
        r = faults_start(words);
        chance_delay(40);
        free(faults_kill(&r, &status));
        done += ended_well(status);
        nom = value_of(id, "nom");
        assert_string_equal(nom, "Bal");
        free(nom);
        if (i % 10 != 9)
            continue;
        faults_doctor(&drafts, &complete);
        assert_int_equal(drafts + complete, i + 1);
        assert_true(complete >= done);
    }
}

/** Reads from R until TEXT was printed; false when it has ended before. */
static bool wait_for(struct running *r, struct buf *seen, const char *text)
{
    char bytes[1024];

    while (!strstr(seen->s, text)) {
        struct pollfd p = {r->out, POLLIN, 0};
        ssize_t n = poll(&p, 1, 10000) > 0 ? read(r->out, bytes, sizeof bytes) : 0;

        if (n <= 0)
            return false;
        buf_add(seen, bytes, (size_t)n);
    }
    return true;
}

static void say_to(struct running *r, const char *text)
{
    if (write(r->in, text, strlen(text)) < 0)
        fail_msg("line mode does not listen");
}

/* P01: the next question is the acknowledgement */
static void kill__line__an_answer_followed_by_a_question_is_kept(void **state)
{
    static const char *const questions[] = {"\n1. ", "\n2. ", "\n3. "};
    static const char *const names[] = {"nom", "prenom", "nom_scene"};
    static const char *const words[] = {"line", "personne", NULL};
    int rounds = faults_rounds(40), drafts, complete;

    (void)state;
    for (int i = 0; i < rounds; i++) {
        struct running r = faults_start(words);
        int answers = 1 + (int)chance(2), status;
        struct json *list;
        struct buf seen;

        buf_init(&seen, 0);
        for (int a = 0; a < answers; a++) {
            assert_true(wait_for(&r, &seen, questions[a]));
            say_to(&r, "Réponse\n");
        }
        assert_true(wait_for(&r, &seen, questions[answers]));
        say_to(&r, "Autre\n");
        chance_delay(15);
        free(faults_kill(&r, &status));
        buf_release(&seen);
        faults_doctor(&drafts, &complete);
        assert_int_equal(drafts, 1);
        assert_int_equal(RUN("list", "personne", "--json"), 0);
        list = output_json();
        for (int a = 0; a < answers; a++) {
            char *value = value_of(json_get_text(json_at(list, 0), "uid"), names[a]);

            assert_string_equal(value, "Réponse");
            free(value);
        }
        assert_int_equal(
                RUN("delete", "--yes", json_get_text(json_at(list, 0), "uid")), 0);
        json_free(list);
    }
}

#define PROGRAM_TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, program_setup, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            PROGRAM_TEST(kill__new__an_identifier_printed_is_on_the_disk),
            PROGRAM_TEST(kill__set__all_words_are_there_or_none),
            PROGRAM_TEST(kill__complete__leaves_the_draft_or_the_revision),
            PROGRAM_TEST(kill__line__an_answer_followed_by_a_question_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
