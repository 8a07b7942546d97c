/* Performances of a notice: which, when, in what order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "desk.h"

static void assert_moment(const struct moment *m, const char *text)
{
    char now[MOMENT_TEXT_SIZE];

    if (!*m->zone) {
        assert_string_equal("", text);
        return;
    }
    moment_text(m, now);
    assert_string_equal(now, text);
}

static void notice__orders_performances(void **state)
{
    const struct notice *n;
    const struct performance *p;

    (void)state;
    desk_full();
    n = desk_notice(DESK_RICH);
    p = n->occurrences;
    assert_int_equal(n->noccurrences, 6);
    assert_moment(&p[0].end, "2026-10-25T03:30[Europe/Paris]");
    assert_false(p[0].end_estimated);
    assert_string_equal(p[0].uid, "01900000-aaaa-7000-8000-000000000001");
    assert_moment(&p[1].end, "2026-10-25T03:45[Europe/Paris]");
    assert_true(p[1].end_estimated);
    assert_string_equal(p[1].status, "complet");
    assert_int_equal(p[2].start.minutes, MOMENT_NO_HOUR);
    assert_moment(&p[2].end, "");
    assert_string_equal(p[2].place, desk_uid(DESK_HALL));
    assert_moment(&p[3].before, "2026-12-06T20:30[Europe/Paris]");
    assert_moment(&p[4].end, "2026-12-13T18:00[Europe/Paris]");
    assert_string_equal(p[4].id, "seance-cinq");
    assert_int_equal(strlen(p[4].uid), 36);
    assert_moment(&p[5].end, "2027-03-28T04:00[Europe/Paris]");
}

/* Days of performances that are left out are in no other field. */
static void notice__works_days_out_anew(void **state)
{
    const struct notice *n;

    (void)state;
    desk_full();
    n = desk_notice(DESK_RICH);
    assert_string_equal(notice_text_at(n->body, "date_debut"), "2026-10-24");
    assert_string_equal(notice_text_at(n->body, "date_fin"), "2027-03-28");
    desk_put("evenement", 1,
            "'titre': {'fr': 'a'}, 'date_debut': '2027-01-01', 'date_fin': "
            "'2027-01-01', 'seances': [{'id': 'a', 'statut': 'option',"
            " 'debut': '2027-01-01T20:30[Europe/Paris]'}]");
    n = desk_notice(1);
    assert_int_equal(n->noccurrences, 0);
    assert_null(notice_at(n->body, "date_debut"));
    assert_null(notice_at(n->body, "seances"));
}

static void notice__leaves_doubtful_performances_out(void **state)
{
    (void)state;
    desk_put("evenement", 1,
            "'seances': [{'id': 'a', 'statut': 'etat_de_demain',"
            " 'debut': '2027-01-01T20:30[Europe/Paris]'}, {'id': 'b', 'scolaire': 1,"
            " 'debut': '2027-01-01T20:30[Europe/Paris]'}, {'id': 'c', 'debut': 'hier'},"
            " 7, {'id': 'e', 'statut': 7, 'debut': '2027-01-03T20:30[Europe/Paris]'},"
            " {'id': 'd', 'scolaire': false,"
            " 'debut': '2027-01-02T20:30[Europe/Paris]'}]");
    assert_int_equal(desk_notice(1)->noccurrences, 1);
    assert_string_equal(desk_notice(1)->occurrences[0].status, "confirme");
}

static void notice__tells_performances_of_one_id_apart(void **state)
{
    const struct notice *n;

    (void)state;
    desk_put("evenement", 1,
            "'seances': [{'id': 'a', 'debut': '2027-01-01T20:30[Europe/Paris]'},"
            " {'id': 'a', 'debut': '2027-01-02T20:30[Europe/Paris]'},"
            " {'debut': '2027-01-03T20:30[Europe/Paris]'}]");
    n = desk_notice(1);
    assert_int_equal(n->noccurrences, 3);
    assert_string_not_equal(n->occurrences[0].uid, n->occurrences[1].uid);
    assert_string_not_equal(n->occurrences[1].uid, n->occurrences[2].uid);
}

static void notice__refuses_impossible_ends(void **state)
{
    (void)state;
    desk_put("evenement", 1,
            "'seances': [{'id': 'a', 'debut': '2027-01-01T20:30[Europe/Paris]',"
            " 'fin': '2027-01-01T20:00[Europe/Paris]'}, {'id': 'b', 'duree': 99999999,"
            " 'debut': '2027-01-02T20:30[Europe/Paris]'}, {'id': 'c',"
            " 'debut': '2026-10-25T02:30+02:00[Europe/Paris]',"
            " 'fin': '2026-10-25T02:15+01:00[Europe/Paris]'}]");
    assert_moment(&desk_notice(1)->occurrences[0].end,
            "2026-10-25T02:15+01:00[Europe/Paris]");
    assert_moment(&desk_notice(1)->occurrences[1].end, "");
    assert_moment(&desk_notice(1)->occurrences[2].end, "");
    desk_put("evenement", 1,
            "'seances': [{'id': 'a', 'debut': '2027-01-01T20:30[Europe/Paris]',"
            " 'fin': '2027-01-01T22:00[Europe/Paris]', 'fin_estimee': true}]");
    assert_true(desk_notice(1)->occurrences[0].end_estimated);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(notice__orders_performances),
            TEST(notice__works_days_out_anew),
            TEST(notice__leaves_doubtful_performances_out),
            TEST(notice__tells_performances_of_one_id_apart),
            TEST(notice__refuses_impossible_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
