/* Sending to OpenAgenda: a stand-in holds each request against the published rules. */
#include "pusher.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"

static struct stand_memory *there(void)
{
    return stand_memory(pusher_stand);
}

/* Each thing is there once, with so many writes. */
static void expect_writes(const char *kind, int n, int writes)
{
    char *name = xasprintf("%s %s", kind, desk_uid(n));
    const struct stand_thing *t = stand_thing(there(), name, false);

    assert_non_null(t);
    assert_false(t->gone);
    assert_int_equal(t->writes, writes);
    free(name);
}

static void three_events(void)
{
    pusher_venue(1, "Le Théâtre");
    for (int n = 11; n <= 13; n++)
        pusher_event_at(n, "Contes d’hiver", 1);
}

/* --- what is sent ----------------------------------------------------------------- */

static void push__events__go_once_behind_their_venue(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 4);
    assert_int_equal(pusher_count("receipt"), 4);
    assert_int_equal(there()->created, 4);
    assert_int_equal(there()->tokens, 1);
    expect_writes("L", 1, 1);
    expect_writes("E", 13, 1);
    assert_string_equal(json_get_text(pusher_event("receipt"), "state"), "sent");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("unchanged"), 4);
    assert_int_equal(pusher_done("requests"), 0);
}

static void push__change__is_all_that_is_sent(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    pusher_event_at(12, "Contes d’été", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("changed"), 1);
    assert_non_null(strstr(there()->last, "Contes d’été"));
    expect_writes("E", 12, 2);
    expect_writes("E", 11, 1);
    pusher_venue(1, "Le Grand Théâtre");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("changed"), 1);
    expect_writes("L", 1, 2);
    assert_int_equal(there()->created, 4);
}

static void push__season__obeys_the_rules(void **state)
{
    (void)state;
    desk_full();
    assert_int_equal(pusher_run("'yes':true"), 0);
    assert_true(there()->created > 8);
    assert_int_equal(pusher_done("refused"), 0);
    assert_int_equal(pusher_run("'yes':true"), 0);
    assert_int_equal(pusher_done("requests"), 0);
}

static void push__gone__is_removed_and_comes_back(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    desk_put("evenement", 12, "'statut_fiche': 'supprime', 'titre': {'fr': 'x'}");
    desk_put("evenement", 13,
            "'visibilite': 'prive', 'titre': {'fr': 'x'}, 'lieu': '@1'");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("removed"), 2);
    assert_int_equal(there()->removed, 2);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("requests"), 0);
    pusher_event_at(12, "Contes d’hiver", 1);
    assert_int_equal(pusher_run(NULL), 0);
    expect_writes("E", 12, 2);
}

static void push__query__leaves_the_others_there(void **state)
{
    (void)state;
    three_events();
    pusher_event_at(14, "Jazz", 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_run("'query':{'type':'evenement','words':'jazz'}"), 0);
    assert_int_equal(pusher_done("removed"), 0);
    assert_int_equal(pusher_done("unchanged"), 2);
}

static void push__known_number__is_changed_there(void **state)
{
    (void)state;
    desk_put("lieu", 1,
            "'nom': 'Ailleurs', 'ids_externes': [{'id': 'x', 'systeme': 'openagenda',"
            " 'valeur': '555'}]");
    desk_put("evenement", 11,
            "'titre': {'fr': 'Venu de là'}, 'accroche': {'fr': 'Court'}, 'lieu': '@1',"
            " 'mode': 'presentiel', 'ids_externes': [{'id': 'x', 'systeme':"
            " 'openagenda', 'valeur': '777'}], 'seances': [{'id': 'a', 'debut':"
            " '2026-12-05T20:30[Europe/Paris]', 'fin': "
            "'2026-12-05T22:00[Europe/Paris]', 'statut': 'confirme'}]");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->n, 1); /* the venue is somebody else's */
    assert_string_equal(there()->things[0].name, "E 777");
}

/* --- before anything is sent ------------------------------------------------------ */

static void dry_run__says_all_and_writes_nothing(void **state)
{
    (void)state;
    three_events();
    desk_put("evenement", 14, "'titre': {'fr': 'Sans date'}, 'lieu': '@1'");
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(pusher_count("would"), 4);
    assert_int_equal(pusher_done("left_out"), 1);
    assert_string_equal(json_get_text(pusher_event("note"), "uid"), desk_uid(14));
    assert_int_equal(there()->n, 0);
}

static void first_time__much__asks(void **state)
{
    (void)state;
    pusher_venue(1, "Le Théâtre");
    for (int n = 11; n <= 31; n++)
        pusher_event_at(n, "Contes", 1);
    assert_int_equal(pusher_run(NULL), 1);
    assert_string_equal(json_get_text(pusher_event("ask"), "what"), "push");
    assert_int_equal(there()->n, 0);
    pusher_answer = "yes";
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 22);
}

static void removals__many__ask(void **state)
{
    (void)state;
    pusher_venue(1, "Le Théâtre");
    for (int n = 11; n <= 18; n++)
        pusher_event_at(n, "Contes", 1);
    assert_int_equal(pusher_run(NULL), 0);
    for (int n = 11; n <= 15; n++)
        desk_put("evenement", n, "'statut_fiche': 'supprime', 'titre': {'fr': 'x'}");
    assert_int_equal(pusher_run(NULL), 1);
    assert_string_equal(json_get_text(pusher_event("ask"), "what"), "deletions");
    assert_int_equal(there()->removed, 0);
    assert_int_equal(pusher_run("'yes':true"), 0);
    assert_int_equal(there()->removed, 5);
}

static void clear_text__elsewhere__is_refused(void **state)
{
    (void)state;
    three_events();
    assert_int_equal(pusher_run("'url':'http://agenda.example'"), 2);
    assert_int_equal(pusher_run("'agenda':'../../x'"), 2);
    assert_int_equal(pusher_run("'target':'facebook'"), 2);
    assert_int_equal(there()->requests, 0);
}

static void exercises__never_go_to_everybodys_agenda(void **state)
{
    (void)state;
    assert_int_equal(store_meta_set(desk_store, "training", "1", NULL), 0);
    assert_int_equal(pusher_run("'url':'https://api.openagenda.com'"), 2);
}

/* --- a server that misbehaves ----------------------------------------------------- */

static void token__that_ended__is_renewed(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".u");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->tokens, 2);
    assert_int_equal(there()->created, 4);
}

static void token__that_nobody_lets_in__ends_it(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".uuuuuu");
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("requests"), 6); /* two tokens, two tries */
    assert_int_equal(there()->created, 1);
}

static void busy__server__is_tried_again(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, "m.fa");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_count("wait"), 3);
    assert_int_equal(json_get_int(pusher_event("wait"), "try", 0), 3);
    assert_true(json_get_int(pusher_event("wait"), "tries", 0) > 2);
    expect_writes("E", 13, 1);
}

/* The answer was lost after the write: sent again, it is the same event. */
static void lost_answer__doubles_nothing(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, "lc");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->created, 4);
    expect_writes("L", 1, 3);
}

static void refusal__of_one__stops_no_other(void **state)
{
    const struct json *refused;

    (void)state;
    three_events();
    stand_moods(pusher_stand, "..r");
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("created"), 3);
    assert_int_equal(pusher_done("refused"), 1);
    refused = pusher_event("refused");
    assert_string_equal(json_get_text(refused, "uid"), desk_uid(12));
    assert_string_equal(json_as_text(json_at(json_get(refused, "args"), 0)),
            "bad; title; too [31m long");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 1);
}

static void venue__refused__keeps_its_events_back(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, "r");
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("refused"), 4);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->created, 4);
}

static void answer__of_wrong_types__is_a_refusal(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".w");
    assert_int_equal(pusher_run(NULL), 1);
    assert_int_equal(pusher_done("refused"), 1);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->created, 4);
}

static void answer__without_end__ends(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".e");
    assert_int_equal(pusher_run(NULL), 4);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->created, 4);
}

static void portal__is_no_server(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, "h");
    assert_int_equal(pusher_run(NULL), 4);
    assert_int_equal(there()->created, 0);
}

static void fault__of_the_server__ends_it(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".ffffff");
    assert_int_equal(pusher_run(NULL), 4);
    assert_int_equal(there()->created, 1);
}

static void kill__in_the_middle__leaves_each_once(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, "..k");
    pusher_kill();
    assert_int_equal(there()->created, 3);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(there()->created, 4);
    expect_writes("E", 11, 1);
    expect_writes("E", 12, 2);
    expect_writes("E", 13, 1);
}

static void stop__in_the_middle__goes_on_later(void **state)
{
    (void)state;
    three_events();
    stand_moods(pusher_stand, ".k");
    pusher_hold();
    assert_int_equal(pusher_run(NULL), 3); /* one at a time on a store */
    assert_non_null(strstr(json_get_text(pusher_event("error"), "message"), "already"));
    pusher_stop();
    assert_int_equal(pusher_done("created"), 1);
    assert_null(pusher_event("error"));
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 3);
    assert_int_equal(there()->created, 4);
}

/* --- secrets ---------------------------------------------------------------------- */

static void key__stands_nowhere_but_in_its_file(void **state)
{
    struct buf text;

    (void)state;
    three_events();
    assert_int_equal(pusher_run(NULL), 0);
    buf_init(&text, 0);
    json_canonical(pusher_events, &text);
    assert_null(strstr(text.s, "cle secrete"));
    assert_null(strstr(text.s, "TOKEN-"));
    buf_release(&text);
    assert_int_equal(file_read(desk_path("store/push.db"), 0, &text, NULL), 0);
    assert_null(memmem(text.s, text.len, "TOKEN-", 6));
    assert_null(memmem(text.s, text.len, "cle secrete", 11));
    buf_release(&text);
}

static void key__wrong__is_said(void **state)
{
    const struct json *error;

    (void)state;
    three_events();
    assert_int_equal(pusher_run("'agenda':'999'"), 2); /* no key for that one */
    error = pusher_event("error");
    assert_non_null(strstr(json_get_text(error, "message"), "--set-key"));
    assert_int_equal(there()->requests, 0);
}

int main(void)
{
#define T(name)                                                                        \
    cmocka_unit_test_setup_teardown(name, pusher_open_openagenda, pusher_close)
    const struct CMUnitTest tests[] = {
            T(push__events__go_once_behind_their_venue),
            T(push__change__is_all_that_is_sent),
            T(push__season__obeys_the_rules),
            T(push__gone__is_removed_and_comes_back),
            T(push__query__leaves_the_others_there),
            T(push__known_number__is_changed_there),
            T(dry_run__says_all_and_writes_nothing),
            T(first_time__much__asks),
            T(removals__many__ask),
            T(clear_text__elsewhere__is_refused),
            T(exercises__never_go_to_everybodys_agenda),
            T(token__that_ended__is_renewed),
            T(token__that_nobody_lets_in__ends_it),
            T(busy__server__is_tried_again),
            T(lost_answer__doubles_nothing),
            T(refusal__of_one__stops_no_other),
            T(venue__refused__keeps_its_events_back),
            T(answer__of_wrong_types__is_a_refusal),
            T(answer__without_end__ends),
            T(portal__is_no_server),
            T(fault__of_the_server__ends_it),
            T(kill__in_the_middle__leaves_each_once),
            T(stop__in_the_middle__goes_on_later),
            T(key__stands_nowhere_but_in_its_file),
            T(key__wrong__is_said),
    };

    return cmocka_run_group_tests_name("push openagenda", tests, NULL, NULL);
}
