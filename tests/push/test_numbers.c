/* Numbers that were given there: told, then found in the records, also elsewhere. */
#include "pusher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

static struct stand_memory *there(void)
{
    return stand_memory(pusher_stand);
}

static const struct stand_thing *thing(const char *kind, int n)
{
    char *name = xasprintf("%s %s", kind, desk_uid(n));
    const struct stand_thing *t = stand_thing(there(), name, false);

    assert_non_null(t);
    free(name);
    return t;
}

static void a_venue_and_two_events(void)
{
    pusher_venue(1, "Le Théâtre");
    pusher_event_at(11, "Contes", 1);
    pusher_event_at(12, "Jazz", 1);
}

static void adopt(const char *type, int n, const char *system, long long number)
{
    char *text = xasprintf("%lld", number);

    pusher_adopt(type, n, system, text);
    free(text);
}

static void adopt_all(void)
{
    adopt("lieu", 1, "openagenda", thing("L", 1)->number);
    adopt("evenement", 11, "openagenda", thing("E", 11)->number);
    adopt("evenement", 12, "openagenda", thing("E", 12)->number);
}

/* --- telling them ----------------------------------------------------------------- */

static const char *told(int n)
{
    for (size_t i = 0; i < json_len(pusher_events); i++) {
        const struct json *event = json_at(pusher_events, i);
        const char *ev = json_get_text(event, "ev"), *uid = json_get_text(event, "uid");

        if (strcmp(ev, "number") == 0 && strcmp(uid, desk_uid(n)) == 0)
            return json_get_text(event, "number");
    }
    return "";
}

static void numbers__that_were_given__are_told(void **state)
{
    int requests;

    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("unnoted"), 3);
    requests = there()->requests;
    assert_int_equal(pusher_run("'job':'push-numbers','yes':true"), 0);
    assert_int_equal(pusher_count("number"), 3);
    assert_int_equal(atoll(told(1)), thing("L", 1)->number);
    assert_int_equal(atoll(told(12)), thing("E", 12)->number);
    assert_int_equal(there()->requests, requests);
}

static void numbers__of_what_went__are_not_told(void **state)
{
    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    desk_put("evenement", 12, "'statut_fiche': 'supprime', 'titre': {'fr': 'x'}");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_run("'job':'push-numbers','yes':true"), 0);
    assert_int_equal(pusher_count("number"), 2);
    assert_string_equal(told(12), "");
}

/* Of an event in two venues, what stands for the other one is not the record's. */
static void numbers__of_other_venues__are_not_told(void **state)
{
    (void)state;
    pusher_venue(1, "Le Théâtre");
    pusher_venue(2, "L’église");
    desk_put("evenement", 11,
            "'titre': {'fr': 'Contes'}, 'accroche': {'fr': 'Court'}, 'lieu': '@1',"
            " 'mode': 'presentiel', 'seances': [{'id': 'a', 'debut':"
            " '2026-12-05T20:30[Europe/Paris]', 'statut': 'confirme'}, {'id': 'b',"
            " 'lieu': '@2', 'debut': '2026-12-06T20:30[Europe/Paris]', 'statut':"
            " 'confirme'}]");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 4);
    assert_int_equal(pusher_run("'job':'push-numbers','yes':true"), 0);
    assert_int_equal(pusher_count("number"), 3);
    assert_int_equal(atoll(told(11)), thing("E", 11)->number);
}

static void numbers__of_a_trial__want_a_yes(void **state)
{
    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_run("'job':'push-numbers'"), 2);
    assert_int_equal(pusher_count("number"), 0);
    assert_int_equal(pusher_run("'job':'push-numbers','dry_run':true"), 0);
    assert_int_equal(pusher_count("number"), 3);
}

/* --- once they stand in the records ----------------------------------------------- */

static void noted__nothing_is_sent_again(void **state)
{
    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    adopt_all();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("unchanged"), 3);
    assert_int_equal(pusher_done("requests"), 0);
    assert_int_equal(pusher_done("unnoted"), 0);
}

/* A machine that has never sent, and was given the records. */
static void noted__elsewhere__is_the_same_thing(void **state)
{
    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    adopt_all();
    pusher_forget();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 0);
    assert_int_equal(pusher_done("changed"), 3);
    assert_int_equal(there()->created, 3);
    assert_int_equal(there()->n, 3);
    assert_int_equal(thing("L", 1)->writes, 2);
    assert_int_equal(thing("E", 12)->writes, 2);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("requests"), 0);
    pusher_venue(1, "Le Grand Théâtre");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(thing("L", 1)->writes, 3);
}

static void venue__of_others__is_asked_about_once(void **state)
{
    (void)state;
    pusher_venue(1, "Ailleurs");
    adopt("lieu", 1, "openagenda", 555);
    pusher_event_at(11, "Contes", 1);
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(pusher_done("changed"), 0);
    assert_int_equal(pusher_done("removed"), 0);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->looks, 1);
    assert_int_equal(there()->n, 1); /* the event */
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("requests"), 0);
    assert_int_equal(pusher_run("'job':'push-numbers','yes':true"), 0);
    assert_int_equal(pusher_count("number"), 1);
    assert_string_equal(told(1), "");
    adopt("lieu", 1, "openagenda", 1234567); /* it was another one */
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->looks, 2);
    assert_non_null(strstr(there()->last, "1234567"));
}

/* That nobody says whose it is makes no venue. */
static void venue__without_an_answer__is_asked_about_again(void **state)
{
    (void)state;
    pusher_venue(1, "Ailleurs");
    adopt("lieu", 1, "openagenda", 555);
    pusher_event_at(11, "Contes", 1);
    stand_moods(pusher_stand, "r");
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(there()->n, 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->looks, 1);
    assert_int_equal(there()->n, 1);
}

static void event__that_is_not_there__is_refused_in_words(void **state)
{
    (void)state;
    a_venue_and_two_events();
    adopt("evenement", 12, "openagenda", 404);
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("created"), 2);
    assert_non_null(
            strstr(json_get_text(pusher_event("refused"), "message"), "no event"));
    assert_int_equal(there()->n, 2);
}

/* --- Apidae ----------------------------------------------------------------------- */

static void apidae__noted__is_the_same_thing(void **state)
{
    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("unnoted"), 2);
    assert_int_equal(pusher_run("'job':'push-numbers','yes':true"), 0);
    assert_int_equal(pusher_count("number"), 2);
    for (int n = 11; n <= 12; n++)
        adopt("evenement", n, "apidae",
                stand_thing(there(), n == 11 ? "Contes" : "Jazz", false)->number);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("unchanged"), 2);
    assert_int_equal(pusher_done("unnoted"), 0);
    pusher_forget();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("changed"), 2);
    assert_int_equal(there()->created, 2);
    assert_int_equal(stand_thing(there(), "Jazz", false)->writes, 2);
}

/* What they threw away has a number that stands for nothing. */
static void apidae__in_the_bin__is_not_told(void **state)
{
    (void)state;
    a_venue_and_two_events();
    assert_int_equal(pusher_run(NULL), 0);
    memcpy(stand_thing(there(), "Jazz", false)->state, "TRASH", sizeof("TRASH"));
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_run("'job':'push-numbers','yes':true"), 0);
    assert_int_equal(pusher_count("number"), 1);
    assert_string_equal(told(12), "");
}

int main(void)
{
#define T(name)                                                                        \
    cmocka_unit_test_setup_teardown(name, pusher_open_openagenda, pusher_close)
#define A(name) cmocka_unit_test_setup_teardown(name, pusher_open_apidae, pusher_close)
    const struct CMUnitTest tests[] = {
            T(numbers__that_were_given__are_told),
            T(numbers__of_what_went__are_not_told),
            T(numbers__of_other_venues__are_not_told),
            T(numbers__of_a_trial__want_a_yes),
            T(noted__nothing_is_sent_again),
            T(noted__elsewhere__is_the_same_thing),
            T(venue__of_others__is_asked_about_once),
            T(venue__without_an_answer__is_asked_about_again),
            T(event__that_is_not_there__is_refused_in_words),
            A(apidae__noted__is_the_same_thing),
            A(apidae__in_the_bin__is_not_told),
    };

    return cmocka_run_group_tests_name("push numbers", tests, NULL, NULL);
}
