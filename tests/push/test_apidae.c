/* Sending to Apidae: a stand-in holds each request against the published rules. */
#include "pusher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct stand_memory *there(void)
{
    return stand_memory(pusher_stand);
}

static void three_events(void)
{
    static const char *const titles[] = {"Contes", "Jazz", "Danse"};

    pusher_venue(1, "Le Théâtre");
    for (int n = 0; n < 3; n++)
        pusher_event_at(11 + n, titles[n], 1);
}

static const struct stand_thing *thing(const char *name)
{
    const struct stand_thing *t = stand_thing(there(), name, false);

    assert_non_null(t);
    return t;
}

static void set_state(const char *name, const char *state)
{
    struct stand_thing *t = stand_thing(there(), name, false);

    assert_non_null(t);
    snprintf(t->state, sizeof(t->state), "%s", state);
}

/* --- what is sent ----------------------------------------------------------------- */

static void push__events__are_created_once(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 3);
    assert_int_equal(pusher_done("asked"), 3);
    assert_int_equal(there()->created, 3);
    assert_string_equal(json_get_text(pusher_event("receipt"), "state"), "new");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("unchanged"), 3);
    assert_int_equal(there()->created, 3);
}

static void push__change__is_a_modification(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    pusher_event_at(12, "Jazz manouche", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("changed"), 1);
    assert_int_equal(thing("Jazz")->writes, 2);
    assert_non_null(strstr(there()->last, "Jazz manouche"));
    assert_int_equal(there()->created, 3);
}

static void push__season__obeys_the_rules(void **state)
{
    (void)state;
    desk_full();
    assert_int_equal(pusher_run("'yes':true"), 0);
    assert_true(there()->created > 0);
    assert_true(there()->pictures > 0);
    assert_int_equal(pusher_run("'yes':true"), 0);
    assert_int_equal(pusher_done("created") + pusher_done("changed"), 0);
}

static void jazz_is_cancelled(void)
{
    desk_put("evenement", 12,
            "'titre': {'fr': 'Jazz'}, 'lieu': '@1', 'mode': 'presentiel', 'portee': "
            "'locale', 'seances': [{'id': 'a', 'debut': "
            "'2026-12-05T20:30[Europe/Paris]', 'statut': 'annule'}]");
}

static void push__gone_or_cancelled__is_asked_for(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    desk_put("evenement", 11, "'statut_fiche': 'supprime', 'titre': {'fr': 'x'}");
    jazz_is_cancelled();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("removed"), 2);
    assert_int_equal(there()->removed, 2);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->removed, 2);
    pusher_event_at(12, "Jazz", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("changed"), 1);
    assert_int_equal(there()->created, 3);
}

/* What was asked for and is not wanted any more is taken back, before anybody grants
 * it. */
static void push__wanted_again__takes_its_demand_back(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    jazz_is_cancelled();
    desk_put("evenement", 13, "'statut_fiche': 'supprime', 'titre': {'fr': 'x'}");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->removed, 2);
    pusher_event_at(12, "Jazz", 1);
    pusher_event_at(13, "Danse", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->cancelled, 2);
    assert_int_equal(thing("Jazz")->writes, 2);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->cancelled, 2);
}

/* It was granted meanwhile: there is nothing to take back. */
static void push__demand_that_was_granted__stops_no_change(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    jazz_is_cancelled();
    assert_int_equal(pusher_run(NULL), 0);
    stand_thing(there(), "Jazz", false)->gone = false;
    pusher_event_at(12, "Jazz", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->cancelled, 0);
    assert_int_equal(thing("Jazz")->writes, 2);
}

/* --- what became of it ------------------------------------------------------------ */

static void state__read_back__says_validated_or_refused(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    set_state("Contes", "PUBLISHED");
    set_state("Jazz", "TRASH");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->looks, 3);
    assert_int_equal(pusher_done("validated"), 1);
    assert_int_equal(pusher_count("receipt"), 2);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->looks, 4); /* only what waits */
    assert_int_equal(there()->created, 3);
}

static void state__of_a_change__wants_a_newer_object(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    set_state("Contes", "PUBLISHED");
    assert_int_equal(pusher_run(NULL), 0);
    pusher_event_at(11, "Contes d’hiver", 1);
    assert_int_equal(pusher_run(NULL), 0);
    snprintf(there()->shown, sizeof(there()->shown), "2026-11-01T08:00:00Z");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("validated"), 0);
    snprintf(there()->shown, sizeof(there()->shown), "2126-11-22T08:00:00Z");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("validated"), 1);
}

/* --- a server that misbehaves ----------------------------------------------------- */

static void token__that_ended__is_renewed(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".um");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->tokens, 2);
    assert_int_equal(there()->created, 3);
}

static void refusal__of_one__stops_no_other(void **state)
{
    const struct json *refused;

    (void)state;
    three_events();
    pusher_event_at(12, "Interdit", 1);
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("created"), 2);
    refused = pusher_event("refused");
    assert_string_equal(json_as_text(json_at(json_get(refused, "args"), 0)),
            "ECRITURE_FORBIDDEN; no right");
    pusher_event_at(12, "Jazz", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->created, 3);
}

/* The answer is lost after the write: it is never created a second time by itself. */
static void lost(const char *moods)
{
    three_events();
    stand_moods(pusher_stand, moods);
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("doubtful"), 1);
    assert_int_equal(pusher_done("created"), 2);
    assert_int_equal(there()->created, 3);
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("doubtful"), 1);
    assert_int_equal(there()->created, 3);
}

static void lost_answer__doubles_nothing(void **state)
{
    (void)state;
    lost(".l");
}

static void cut_answer__doubles_nothing(void **state)
{
    (void)state;
    lost(".c");
}

static void answer__without_number__doubles_nothing(void **state)
{
    (void)state;
    lost(".w");
}

static void fault__of_a_creation__doubles_nothing(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".f");
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("doubtful"), 1);
    assert_int_equal(there()->created, 2);
    assert_int_equal(pusher_run("'again':true"), 0); /* somebody has looked */
    assert_int_equal(there()->created, 3);
}

/* Somebody has looked, and put the number into the record. */
static void lost_answer__number_typed__is_a_change(void **state)
{
    char members[900];

    (void)state;
    lost(".l");
    snprintf(members, sizeof(members),
            "'titre': {'fr': 'Jazz'}, 'accroche': {'fr': 'Court'}, 'lieu': '@1', "
            "'mode':"
            " 'presentiel', 'genre': 'theatre', 'portee': 'locale', 'ids_externes': "
            "[{'id': 'x', 'systeme': 'apidae', 'valeur': '%lld'}], 'seances': [{'id': "
            "'a12', 'debut': '2026-12-05T20:30[Europe/Paris]', 'fin': "
            "'2026-12-05T22:00[Europe/Paris]', 'statut': 'confirme'}]",
            thing("Jazz")->number);
    desk_put("evenement", 12, members);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(thing("Jazz")->writes, 2);
    assert_int_equal(there()->created, 3);
}

static void kill__in_the_middle__leaves_each_once(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".k");
    pusher_kill();
    assert_int_equal(there()->created, 2);
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("doubtful"), 1);
    assert_int_equal(there()->created, 3);
    assert_int_equal(thing("Jazz")->writes, 1);
}

static void stop__in_a_creation__leaves_it_doubtful(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, "k");
    pusher_hold();
    pusher_stop();
    assert_int_equal(pusher_done("doubtful"), 1);
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("created"), 2);
    assert_int_equal(there()->created, 3);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, pusher_open_apidae, pusher_close)
    const struct CMUnitTest tests[] = {
            T(push__events__are_created_once),
            T(push__change__is_a_modification),
            T(push__season__obeys_the_rules),
            T(push__gone_or_cancelled__is_asked_for),
            T(push__wanted_again__takes_its_demand_back),
            T(push__demand_that_was_granted__stops_no_change),
            T(state__read_back__says_validated_or_refused),
            T(state__of_a_change__wants_a_newer_object),
            T(token__that_ended__is_renewed),
            T(refusal__of_one__stops_no_other),
            T(lost_answer__doubles_nothing),
            T(cut_answer__doubles_nothing),
            T(answer__without_number__doubles_nothing),
            T(fault__of_a_creation__doubles_nothing),
            T(lost_answer__number_typed__is_a_change),
            T(stop__in_a_creation__leaves_it_doubtful),
            T(kill__in_the_middle__leaves_each_once),
    };

    return cmocka_run_group_tests_name("push apidae", tests, NULL, NULL);
}
