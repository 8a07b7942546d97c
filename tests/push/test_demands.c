/* What an agenda asks for besides: said before anything is sent. */
#include "pusher.h"

#include <stdio.h>
#include <string.h>

#include "quotes.h"

static struct stand_memory *there(void)
{
    return stand_memory(pusher_stand);
}

/* FIELDS: JSON with ' for ". */
static void agenda_asks(const char *fields)
{
    snprintf(there()->agenda, sizeof(there()->agenda), "{'schema':{'fields':%s}}",
            fields);
    quotes(there()->agenda);
}

static void two_events(void)
{
    pusher_venue(1, "Le Théâtre");
    pusher_event_at(11, "Contes", 1);
    pusher_event_at(12, "Jazz", 1);
}

/* Notes of record N; *RET (may be NULL): the last one. */
static int notes_of(int n, const struct json **ret)
{
    int count = 0;

    for (size_t i = 0; i < json_len(pusher_events); i++) {
        const struct json *event = json_at(pusher_events, i);
        const char *ev = json_get_text(event, "ev"), *uid = json_get_text(event, "uid");

        if (strcmp(ev, "note") != 0 || strcmp(uid, desk_uid(n)) != 0)
            continue;
        count++;
        if (ret)
            *ret = event;
    }
    return count;
}

static const char *label(const struct json *note)
{
    return json_as_text(json_at(json_get(note, "args"), 0));
}

/* Of the last run, the event EV came before the first RECEIPT. */
static bool came_first(const char *first, const char *second)
{
    for (size_t i = 0; i < json_len(pusher_events); i++) {
        const char *ev = json_get_text(json_at(pusher_events, i), "ev");

        if (strcmp(ev, first) == 0 || strcmp(ev, second) == 0)
            return strcmp(ev, first) == 0;
    }
    return false;
}

#define THEME                                                                          \
    "{'field':'theme','label':{'fr':'Thème','en':'Theme'},'optional':false,"          \
    "'fieldType':'radio','schemaType':'agenda','options':[{'id':1,'value':'a'}]}"

/* --- what is said ----------------------------------------------------------------- */

static void demand__not_given__is_said_of_each_before(void **state)
{
    const struct json *note = NULL;

    (void)state;
    agenda_asks("[" THEME ",{'field':'libre','label':'Libre','schemaType':'network'},"
                "{'field':'title','optional':false,'schemaType':'event'},"
                "{'field':'slug','optional':false,'schemaType':'event'}]");
    two_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(notes_of(11, NULL), 1);
    assert_int_equal(notes_of(12, &note), 1);
    assert_string_equal(json_get_text(note, "kind"), "missing");
    assert_string_equal(json_get_text(note, "field"), "theme");
    assert_string_equal(label(note), "Thème");
    assert_true(came_first("note", "receipt"));
    assert_int_equal(there()->created, 3); /* whether to refuse it is theirs */
    assert_int_equal(pusher_done("requests"), 5);
}

static void demand__of_a_standard_field__names_ours(void **state)
{
    const struct json *note = NULL;

    (void)state;
    agenda_asks("[{'field':'image','label':{'fr':'Image'},'optional':false,"
                "'schemaType':'event'},{'field':'age','optional':false,'schemaType':"
                "'event'}]");
    two_events();
    desk_put("evenement", 12,
            "'titre': {'fr': 'Jazz'}, 'accroche': {'fr': 'Court'}, 'lieu': '@1',"
            " 'age_min': 3, 'mode': 'presentiel', 'seances': [{'id': 'a', 'debut':"
            " '2026-12-05T20:30[Europe/Paris]', 'statut': 'confirme'}]");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(notes_of(11, NULL), 2);
    assert_int_equal(notes_of(12, &note), 1); /* its age is given */
    assert_string_equal(json_get_text(note, "field"), "images");
    assert_string_equal(label(note), "Image");
}

/* Several things there, one record to look at. */
static void demand__of_two_venues__is_said_once(void **state)
{
    (void)state;
    agenda_asks("[" THEME "]");
    two_events();
    pusher_venue(2, "L’église");
    desk_put("evenement", 12,
            "'titre': {'fr': 'Jazz'}, 'accroche': {'fr': 'Court'}, 'lieu': '@1',"
            " 'mode': 'presentiel', 'seances': [{'id': 'a', 'debut':"
            " '2026-12-05T20:30[Europe/Paris]', 'statut': 'confirme'}, {'id': 'b',"
            " 'lieu': '@2', 'debut': '2026-12-06T20:30[Europe/Paris]', 'statut':"
            " 'confirme'}]");
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_done("created"), 5);
    assert_int_equal(notes_of(12, NULL), 1);
}

static void demand__in_a_dry_run__is_said(void **state)
{
    (void)state;
    agenda_asks("[" THEME "]");
    two_events();
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(notes_of(12, NULL), 1);
    assert_int_equal(there()->n, 0);
}

/* Without a key nobody tells; the rest is said all the same. */
static void dry_run__without_a_key__says_so(void **state)
{
    (void)state;
    agenda_asks("[" THEME "]");
    two_events();
    assert_int_equal(pusher_run("'dry_run':true,'agenda':'999'"), 0);
    assert_int_equal(pusher_count("warning"), 2);
    assert_int_equal(pusher_count("would"), 3);
    assert_int_equal(there()->requests, 0);
}

static void nothing_to_send__nothing_is_asked(void **state)
{
    (void)state;
    agenda_asks("[" THEME "]");
    two_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_count("note"), 0);
    assert_int_equal(pusher_done("requests"), 0);
}

/* --- an agenda that misbehaves ---------------------------------------------------- */

static void demand__that_depends__is_not_judged(void **state)
{
    (void)state;
    agenda_asks("[{'field':'a','optional':false,'enableWith':{'field':'b'}},"
                "{'field':'c','optional':false,'optionalWith':{'field':'b'}},"
                "{'field':'d','optional':false,'enable':false}]");
    two_events();
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_count("note"), 0);
}

static void answer__of_hostile_shapes__is_survived(void **state)
{
    static const char *const shapes[] = {"[]", "[1,null,'x',[],{}]",
            "[{'field':[],'optional':false},{'field':'','optional':false}]",
            "[{'field':'f','optional':'false'},{'field':'g','optional':0}]",
            "[{'field':'title','optional':false,'schemaType':[]}]"};

    (void)state;
    two_events();
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        agenda_asks(shapes[i]);
        assert_int_equal(pusher_run("'dry_run':true"), 0);
        assert_int_equal(pusher_count("note"), 0);
        assert_int_equal(pusher_count("warning"), 0);
    }
}

static void label__of_hostile_shapes__is_made_harmless(void **state)
{
    const struct json *note = NULL;
    char fields[4000];

    (void)state;
    two_events();
    agenda_asks("[{'field':'f','optional':false,'label':{'fr':['x'],'de':7}}]");
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(notes_of(12, &note), 1);
    assert_string_equal(label(note), "f");
    agenda_asks("[{'field':'f','optional':false,'label':'a\\u001b[31m\\nb'}]");
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(notes_of(12, &note), 1);
    assert_string_equal(label(note), "a[31m b");
    snprintf(fields, sizeof(fields),
            "[{'field':'f','optional':false,'label':'%03000d'}]", 0);
    agenda_asks(fields);
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(notes_of(12, &note), 1);
    assert_int_equal(strlen(label(note)), 80);
}

static void demands__without_end__are_cut(void **state)
{
    char fields[8000] = "[";

    (void)state;
    two_events();
    for (int i = 0; i < 200; i++)
        snprintf(fields + strlen(fields), sizeof(fields) - strlen(fields),
                "%s{'field':'f%d','optional':false}", i ? "," : "", i);
    snprintf(fields + strlen(fields), sizeof(fields) - strlen(fields), "]");
    agenda_asks(fields);
    assert_int_equal(pusher_run("'dry_run':true"), 0);
    assert_int_equal(notes_of(12, NULL), 40);
}

static void answer__that_cannot_be_read__keeps_nothing_back(void **state)
{
    static const char *const answers[] = {
            "{}", "[]", "\"x", "{\"schema\":{\"fields\":7}}"};

    (void)state;
    two_events();
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        snprintf(there()->agenda, sizeof(there()->agenda), "%s", answers[i]);
        assert_int_equal(pusher_run("'dry_run':true"), 0);
        assert_int_equal(pusher_count("warning"), 2);
    }
    there()->agenda_status = 403;
    assert_int_equal(pusher_run(NULL), 0);
    assert_int_equal(pusher_count("warning"), 2);
    assert_int_equal(there()->created, 3);
}

int main(void)
{
#define T(name)                                                                        \
    cmocka_unit_test_setup_teardown(name, pusher_open_openagenda, pusher_close)
    const struct CMUnitTest tests[] = {
            T(demand__not_given__is_said_of_each_before),
            T(demand__of_a_standard_field__names_ours),
            T(demand__of_two_venues__is_said_once),
            T(demand__in_a_dry_run__is_said),
            T(dry_run__without_a_key__says_so),
            T(nothing_to_send__nothing_is_asked),
            T(demand__that_depends__is_not_judged),
            T(answer__of_hostile_shapes__is_survived),
            T(label__of_hostile_shapes__is_made_harmless),
            T(demands__without_end__are_cut),
            T(answer__that_cannot_be_read__keeps_nothing_back),
    };

    return cmocka_run_group_tests_name("push demands", tests, NULL, NULL);
}
