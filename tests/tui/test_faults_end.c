/* How the screens end, and what two of them do on one store. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "odus/base/mem.h"
#include "faults.h"

enum { CPU_MS = 3000 }; /* an orphan that spins would take far more */

/** In the first field of a new event, TEXT typed and not left. */
static struct tt *begin_typing(struct views *v, const char *text)
{
    struct tt *t = views_start(v, false);

    views_new(v, 1);
    tt_keys(t, text);
    return t;
}

static void expect_end(struct tt *t)
{
    int status = tt_wait_exit(t);

    if (!WIFEXITED(status))
        fail_msg("signal %d", WTERMSIG(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_in_range(tt_cpu_ms(t), 0, CPU_MS);
}

/** What was being typed is kept, by a program that ended well. */
static void expect_kept(struct views *v, const char *typed)
{
    struct on_disk d = faults_draft(v);

    faults_doctor(v, 0);
    assert_true(d.uid[0]);
    if (d.typed)
        assert_string_equal(d.typed, typed);
    else
        assert_string_equal(json_get_text(json_get(d.body, "titre"), "fr"), typed);
    on_disk_release(&d);
}

/* P01 P38 */
static void end__sigterm__keeps_what_is_being_typed(void **state)
{
    struct views *v = *state;
    struct tt *t = begin_typing(v, "Contes d’hi");

    tt_signal(t, SIGTERM);
    expect_end(t);
    expect_kept(v, "Contes d’hi");
}

/* P01 P38 */
static void end__sighup__keeps_what_is_being_typed(void **state)
{
    struct views *v = *state;
    struct tt *t = begin_typing(v, "Contes d’hi");

    tt_signal(t, SIGHUP);
    expect_end(t);
    expect_kept(v, "Contes d’hi");
}

/* P01 P38 */
static void end__window_closed__keeps_what_is_being_typed(void **state)
{
    struct views *v = *state;
    struct tt *t = begin_typing(v, "Contes d’hi");

    tt_hang_up(t);
    expect_end(t);
    expect_kept(v, "Contes d’hi");
}

/**
 * The title is kept, be it a value or still being typed; of the text NEXT, typed in
 * another field since, as much as was read.
 */
static void expect_title_kept(struct views *v, const char *title, const char *next)
{
    struct on_disk d = faults_draft(v);
    const char *value = json_get_text(json_get(d.body, "titre"), "fr");

    faults_doctor(v, 0);
    assert_true(d.uid[0]);
    if (!value) {
        assert_non_null(d.typed);
        assert_string_equal(d.typed, title);
    } else {
        assert_string_equal(value, title);
        if (d.typed)
            assert_non_null(strstr(next, d.typed));
    }
    on_disk_release(&d);
}

/* P01: the end may come between the keys and their reading, anywhere among them */
static void end__window_closed_after_keys__ends_at_once(void **state)
{
    struct views *v = *state;
    struct tt *t = begin_typing(v, "Contes");

    tt_send(t, "{Tab}{Tab} musique{Enter}{F8}");
    tt_hang_up(t);
    expect_end(t);
    expect_title_kept(v, "Contes", " musique");
}

/* P01 P38: over a dialogue, in a row, where dates are typed */
static void end__anywhere__keeps_the_draft(void **state)
{
    static const char *const places[] = {"{F8}", "{F9}", "{F1}", "{^O}com", "{Tab} x",
            "{PgDn}{PgDn}ve 20h30", "{PgDn}{PgDn}+1 20h{Enter}{Up}{Enter}"};
    struct views *v = *state;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct tt *t = begin_typing(v, "Bal{Tab}");
        struct on_disk d;

        tt_keys(t, places[i]);
        tt_signal(t, i % 2 ? SIGTERM : SIGHUP);
        expect_end(t);
        d = faults_draft(v);
        assert_string_equal(json_get_text(json_get(d.body, "titre"), "fr"), "Bal");
        if (strstr(places[i], "ve 20h30"))
            assert_string_equal(d.typed, "ve 20h30");
        on_disk_release(&d);
        faults_doctor(v, 0);
        faults_new_store(v);
    }
}

/* A report of the mouse that was cut off on its way must not stop everything */
static void end__half_a_mouse_report__sigterm_is_heard(void **state)
{
    static const char *const halves[] = {"\033[<", "\033[<0;12", "\033[M", "\033[M !"};
    struct views *v = *state;

    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        struct tt *t = begin_typing(v, "Bal");

        tt_bytes(t, halves[i], strlen(halves[i]));
        tt_sync(t);
        tt_signal(t, SIGTERM);
        expect_end(t);
        faults_new_store(v);
    }
}

static void mouse__half_a_report__what_is_typed_next_is_read(void **state)
{
    struct views *v = *state;
    struct tt *t = begin_typing(v, "Bal");

    tt_bytes(t, "\033[<0;12", 7);
    tt_sync(t);
    tt_keys(t, " folk{Tab}");
    tt_expect(t, "Bal folk");
}

/* P01 P04: what was typed where rows are added comes back there */
static void crash__dates_being_typed__come_back(void **state)
{
    struct views *v = *state;
    struct tt *t = begin_typing(v, "Bal{Tab}{PgDn}{PgDn}ve 20h30 >22");

    views_kill(v);
    t = views_start(v, false);
    tt_keys(t, "{Enter}{Enter}");
    tt_expect(t, "ve 20h30 >22");
    tt_keys(t, "h{Enter}");
    tt_expect(t, "20:30");
}

/* P01 P38: a record that was complete, changed by nothing but unread text */
static void end__complete_record__keeps_what_is_being_typed(void **state)
{
    struct views *v = *state;
    struct on_disk d;
    struct tt *t;
    int status;
    char *shown;

    shown = faults_run(v, "new personne visibilite=professionnel nom=Bal", &status);
    shown[36] = '\0';
    for (int i = 0; i < 2; i++) {
        char *words = xasprintf(i ? "set %s nom=Bali" : "complete %s", shown);

        free(faults_run(v, words, &status));
        assert_int_equal(status, 0);
        free(words);
    }
    free(shown);
    t = views_start(v, false);
    tt_keys(t, "b{Enter}{Enter}{^U}Bal");
    tt_keys(t, "{Tab}Alix");
    tt_signal(t, SIGTERM);
    expect_end(t);
    d = faults_draft(v);
    assert_string_equal(d.typed, "Alix");
    on_disk_release(&d);
}

/* P22 and two windows */
static void two__one_edits__the_other_sees_it(void **state)
{
    struct views *v = *state, second = *v;
    struct tt *a = views_start(v, false), *b;

    second.t = NULL;
    b = views_start(&second, false);
    tt_keys(a, "n1Bal folk{Tab}{PgDn}{PgDn}+1 20h{Enter}{Esc}");
    tt_expect(a, "Bal folk");
    tt_wait_text(b, "Bal folk");
    tt_free(b);
}

static void two__same_draft__is_said_and_not_opened(void **state)
{
    struct views *v = *state, second = *v;
    struct tt *a = views_start(v, false), *b;

    second.t = NULL;
    tt_keys(a, "n1Bal folk{Tab}");
    b = views_start(&second, false);
    tt_keys(b, "b");
    tt_expect(b, "Bal folk");
    tt_keys(b, "{Enter}{Enter}");
    tt_expect(b, "open in another window");
    tt_keys(a, "{Tab}{Esc}");
    tt_keys(b, "{Enter}{Enter}");
    tt_expect(b, "Event · Bal folk");
    tt_free(b);
}

/* P05: discarding what somebody else is typing into is refused too */
static void two__same_draft__cannot_be_discarded(void **state)
{
    struct views *v = *state, second = *v;
    struct tt *a = views_start(v, false), *b;
    struct on_disk d;

    second.t = NULL;
    tt_keys(a, "n1Bal folk{Tab}");
    b = views_start(&second, false);
    tt_keys(b, "b{Enter}3");
    tt_keys(a, "Reste{Tab}");
    d = faults_draft(v);
    assert_string_equal(json_get_text(json_get(d.body, "titre"), "fr"), "Bal folk");
    on_disk_release(&d);
    tt_free(b);
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(end__sigterm__keeps_what_is_being_typed),
            VIEWS_TEST(end__sighup__keeps_what_is_being_typed),
            VIEWS_TEST(end__window_closed__keeps_what_is_being_typed),
            VIEWS_TEST(end__window_closed_after_keys__ends_at_once),
            VIEWS_TEST(end__anywhere__keeps_the_draft),
            VIEWS_TEST(end__half_a_mouse_report__sigterm_is_heard),
            VIEWS_TEST(mouse__half_a_report__what_is_typed_next_is_read),
            VIEWS_TEST(crash__dates_being_typed__come_back),
            VIEWS_TEST(end__complete_record__keeps_what_is_being_typed),
            VIEWS_TEST(two__one_edits__the_other_sees_it),
            VIEWS_TEST(two__same_draft__is_said_and_not_opened),
            VIEWS_TEST(two__same_draft__cannot_be_discarded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
