/* OpenAgenda: its limits, one venue and one status for each event. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "look.h"
#include "odus/base/json.h"
#include "odus/base/utf8.h"

#define OPENAGENDA format_find("openagenda")

static struct json *nodes[8];
static size_t nnodes;

static int end(void **state)
{
    while (nnodes)
        json_free(nodes[--nnodes]);
    return desk_close(state);
}

static const char *text_of(const char *folder, const char *name)
{
    char path[160];

    snprintf(path, sizeof(path), "openagenda/%s/%s.json", folder, name);
    return desk_text(path, NULL);
}

/* The body FOLDER/NAME; freed at the end of the test. */
static const struct json *body(const char *folder, const char *name)
{
    const char *text = text_of(folder, name);
    struct err err = {0};

    if (!text)
        fail_msg("no %s of %s", folder, name);
    assert_true(nnodes < COUNT(nodes));
    assert_int_equal(json_parse(view_of(text), 0, &nodes[nnodes], &err), 0);
    return nodes[nnodes++];
}

#define ROW(id, rest) "{'id': '" id "', 'debut': " rest "}"

/* Event 900 in both theatre and church, with SEANCES. */
static void put(const char *more, const char *seances)
{
    char members[1500];

    snprintf(members, sizeof(members),
            "'titre': {'fr': 'T'}, 'accroche': {'fr': 'A'}, 'mode': 'presentiel',"
            "'duree': 60%s, 'seances': [%s]",
            more, seances);
    desk_put("evenement", 900, members);
    desk_clear();
    desk_make(OPENAGENDA, 900);
}

/* --- whole texts ------------------------------------------------------------------ */

static void openagenda__minimal_event__whole(void **state)
{
    char expected[900];

    (void)state;
    desk_make(OPENAGENDA, DESK_EMPTY);
    snprintf(expected, sizeof(expected),
            "{\"attendanceMode\":1,"
            "\"conditions\":{\"fr\":\"Payant, tarifs non communiqués\"},"
            "\"description\":{\"fr\":\"Presque rien\"},"
            "\"extIds\":[{\"key\":\"odus\",\"value\":\"%s\"}],"
            "\"state\":2,\"status\":1,"
            "\"timings\":[{\"begin\":\"2026-12-20T20:30:00+01:00\","
            "\"end\":\"2026-12-20T21:30:00+01:00\"}],"
            "\"title\":{\"fr\":\"Minimum\"}}\n",
            desk_uid(DESK_EMPTY));
    assert_string_equal(text_of("v2", desk_uid(DESK_EMPTY)), expected);
    assert_true(desk_noted(NOTE_MISSING, "seances.fin"));
    assert_true(desk_noted(NOTE_MISSING, "lieu.ids_externes"));
}

static void openagenda__other_language__conditions_are_in_that_of_the_title(
        void **state)
{
    (void)state;
    desk_delivery.lang = "en";
    desk_make(OPENAGENDA, DESK_EMPTY);
    look_has(text_of("v2", desk_uid(DESK_EMPTY)),
            "\"conditions\":{\"fr\":\"Payant, tarifs non communiqués\"}");
}

static void openagenda__rich_event__v2_and_v3(void **state)
{
    const struct json *v2, *v3;
    size_t n;

    (void)state;
    desk_make(OPENAGENDA, DESK_RICH);
    v2 = body("v2", desk_uid(DESK_RICH));
    v3 = body("v3", desk_uid(DESK_RICH));
    assert_int_equal(json_get_int(v2, "locationUid", 0), 1234567);
    assert_int_equal(json_get_int(json_get(v3, "location"), "uid", 0), 1234567);
    assert_string_equal(json_get_text(v2, "imageCredits"), "Studio & fils");
    assert_null(json_get(v3, "imageCredits")); /* a closed object */
    assert_string_equal(
            json_as_text(json_at(json_get(v2, "registration"), 1)), "+33492200001");
    assert_string_equal(
            json_get_text(json_at(json_get(v3, "registration"), 1), "type"), "phone");
    assert_int_equal(json_get_int(v2, "attendanceMode", 0), 3);
    assert_string_equal(
            json_get_text(json_get(v2, "title"), "it"), "Il gabbiano a Briançon");
    /* the hall's only performance is cancelled and has no hour */
    assert_true(desk_noted(NOTE_REFUSED, "seances"));
    (void)desk_pieces(&n);
    assert_int_equal(n, 2);
}

static void openagenda__venue__address_without_its_name(void **state)
{
    const struct json *place;

    (void)state;
    desk_make(OPENAGENDA, DESK_THEATRE);
    place = body("lieux", desk_uid(DESK_THEATRE));
    assert_string_equal(json_get_text(place, "name"), "Théâtre du Briançonnais");
    assert_string_equal(json_get_text(place, "address"),
            "Bât. A, 21 avenue de la République, 05100 Briançon");
    assert_string_equal(json_get_text(place, "countryCode"), "FR");
    assert_string_equal(json_get_text(place, "insee"), "05023");
    assert_string_equal(
            json_get_text(json_get(place, "access"), "en"), "Bus 1, stop Prorel.");
    assert_true(json_as_real(json_get(place, "latitude"), 0) == 44.8987);
    desk_put("lieu", 901, "'nom': 'Nulle part'");
    desk_make(OPENAGENDA, 901);
    assert_true(desk_noted(NOTE_MISSING, "adresse"));
    assert_true(desk_noted(NOTE_MISSING, "adresse.pays"));
}

/* --- limits ----------------------------------------------------------------------- */

static void openagenda__long_texts__are_cut_and_said(void **state)
{
    const struct json *event;
    struct buf members;

    (void)state;
    buf_init(&members, 0);
    buf_adds(&members, "'titre': {'fr': '");
    for (int i = 0; i < 60; i++)
        buf_adds(&members, "été ");
    buf_adds(&members, "'}, 'accroche': {'fr': '");
    for (int i = 0; i < 100; i++)
        buf_adds(&members, "été ");
    buf_adds(&members, "'}, 'mots_cles': [");
    for (int i = 0; i < 60; i++)
        buf_addf(&members, "%s'neuf lettres %d'", i ? "," : "", i);
    buf_adds(&members,
            "], 'seances': [" ROW("a", "'2026-12-05T20:30[Europe/Paris]'") "]");
    desk_put("evenement", 900, members.s);
    buf_release(&members);
    desk_make(OPENAGENDA, 900);
    event = body("v2", desk_uid(900));
    assert_true(
            utf8_count(view_of(json_get_text(json_get(event, "title"), "fr"))) <= 140);
    assert_true(utf8_count(view_of(
                        json_get_text(json_get(event, "description"), "fr"))) <= 200);
    assert_true(json_len(json_get(json_get(event, "keywords"), "fr")) < 20);
    assert_true(desk_noted(NOTE_CUT, "titre"));
    assert_true(desk_noted(NOTE_CUT, "accroche"));
    assert_true(desk_noted(NOTE_CUT, "mots_cles"));
}

static void openagenda__800_performances__all_come(void **state)
{
    (void)state;
    desk_make(OPENAGENDA, DESK_MANY);
    assert_int_equal(
            json_len(json_get(body("v2", desk_uid(DESK_MANY)), "timings")), 800);
    assert_false(desk_noted(NOTE_LOST, NULL));
}

static void openagenda__times__that_it_refuses(void **state)
{
    const struct json *timings;

    (void)state;
    put("", ROW("a", "'2026-12-05T20:30[Europe/Paris]'") "," ROW(
                    "b", "'2026-12-05T21:00[Europe/Paris]'") "," ROW("c",
                    "'2026-12-06[Europe/Paris]'") "," ROW("d",
                    "'2026-12-07T20:30[Europe/Paris]', 'fin': "
                    "'2026-12-09T20:30[Europe/Paris]'") "," ROW("e",
                    "'2026-12-10T20:30[Europe/Paris]'"));
    timings = json_get(body("v2", desk_uid(900)), "timings");
    assert_int_equal(json_len(timings), 2);
    assert_string_equal(
            json_get_text(json_at(timings, 1), "begin"), "2026-12-10T20:30:00+01:00");
    assert_true(desk_noted(NOTE_LOST, "seances"));
    assert_true(desk_noted(NOTE_LOST, "seances.debut"));
}

/* --- venues and states ------------------------------------------------------------ */

static void openagenda__several_venues__an_event_each(void **state)
{
    char name[100];

    (void)state;
    put(", 'lieu': '@101'", ROW("a", "'2026-12-05T20:30[Europe/Paris]'") "," ROW("b",
                                    "'2026-12-06T20:30[Europe/Paris]', 'lieu': "
                                    "'@104'"));
    assert_non_null(text_of("v2", desk_uid(900)));
    snprintf(name, sizeof(name), "%s_%s", desk_uid(900), desk_uid(DESK_CHURCH));
    assert_non_null(text_of("v2", name));
    look_has(text_of("v2", name), "2026-12-06");
    look_lacks(text_of("v2", name), "2026-12-05");
    /* no usual venue: neither takes the other's place */
    put("", ROW("a", "'2026-12-05T20:30[Europe/Paris]', 'lieu': '@101'") "," ROW(
                    "b", "'2026-12-06T20:30[Europe/Paris]', 'lieu': '@104'"));
    assert_null(text_of("v2", desk_uid(900)));
    assert_non_null(text_of("v2", name));
}

static void openagenda__status__one_for_all(void **state)
{
    static const struct {
        const char *a, *b;
        int status;
        size_t timings;
    } all[] = {{"confirme", "confirme", 1, 2}, {"confirme", "annule", 1, 1},
            {"annule", "annule", 6, 2}, {"annule", "reporte", 4, 2},
            {"reporte", "reporte", 4, 2}, {"complet", "complet", 5, 2},
            {"complet", "annule", 5, 1}, {"complet", "confirme", 1, 2},
            {"passe_en_ligne", "annule", 3, 1}, {"reprogramme", "confirme", 2, 2}};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        char seances[400];
        struct json *event = NULL;
        struct err err = {0};

        snprintf(seances, sizeof(seances),
                ROW("a", "'2026-12-05T20:30[Europe/Paris]', 'statut': '%s'") "," ROW(
                        "b", "'2026-12-06T20:30[Europe/Paris]', 'statut': '%s'"),
                all[i].a, all[i].b);
        put(", 'lieu': '@101'", seances);
        assert_int_equal(
                json_parse(view_of(text_of("v2", desk_uid(900))), 0, &event, &err), 0);
        assert_int_equal(json_get_int(event, "status", 0), all[i].status);
        assert_int_equal(json_len(json_get(event, "timings")), all[i].timings);
        json_free(event);
    }
}

/* What was moved in one venue is as it was in the other. */
static void openagenda__status__of_this_venue(void **state)
{
    char name[100];

    (void)state;
    put(", 'lieu': '@101'", ROW("a", "'2026-12-05T20:30[Europe/Paris]'") "," ROW("b",
                                    "'2026-12-06T20:30[Europe/Paris]', 'lieu': '@104',"
                                    "'statut': 'reprogramme'"));
    snprintf(name, sizeof(name), "%s_%s", desk_uid(900), desk_uid(DESK_CHURCH));
    assert_int_equal(json_get_int(body("v2", desk_uid(900)), "status", 0), 1);
    assert_int_equal(json_get_int(body("v2", name), "status", 0), 2);
}

static void openagenda__sold_out_among_others__is_said(void **state)
{
    (void)state;
    put("", ROW("a", "'2026-12-05T20:30[Europe/Paris]', 'statut': 'complet'") "," ROW(
                    "b", "'2026-12-06T20:30[Europe/Paris]'"));
    assert_true(desk_noted(NOTE_LOST, "seances.statut"));
    put("", ROW("a", "'2026-12-05T20:30[Europe/Paris]', 'statut': 'complet'"));
    assert_false(desk_noted(NOTE_LOST, "seances.statut"));
}

static void openagenda__online__asks_for_an_address(void **state)
{
    (void)state;
    put(", 'mode': 'en_ligne'", ROW("a", "'2026-12-05T20:30[Europe/Paris]'"));
    assert_true(desk_noted(NOTE_MISSING, "lien_en_ligne"));
    desk_clear();
    desk_make(OPENAGENDA, DESK_ONLINE);
    assert_false(desk_noted(NOTE_MISSING, "lieu"));
    assert_string_equal(
            json_get_text(body("v2", desk_uid(DESK_ONLINE)), "onlineAccessLink"),
            "https://direct.exemple.fr/2");
}

static void openagenda__access__of_this_venue(void **state)
{
    char name[100];

    (void)state;
    put(", 'lieu': '@101'", ROW("a", "'2026-12-05T20:30[Europe/Paris]'") "," ROW("b",
                                    "'2026-12-06T20:30[Europe/Paris]', 'lieu': '@104',"
                                    "'audiodescription': 'oui'"));
    snprintf(name, sizeof(name), "%s_%s", desk_uid(900), desk_uid(DESK_CHURCH));
    look_has(text_of("v2", desk_uid(900)),
            "\"accessibility\":{\"hi\":true,\"mi\":true}");
    look_has(text_of("v2", name), "\"accessibility\":{\"vi\":true}");
}

static void openagenda__validated__is_ready_only(void **state)
{
    (void)state;
    put(", 'statut_fiche': 'valide'", ROW("a", "'2026-12-05T20:30[Europe/Paris]'"));
    look_has(text_of("v2", desk_uid(900)), "\"state\":1,");
}

static void openagenda__event__does_not_depend_on_others(void **state)
{
    (void)state;
    look_same_alone(OPENAGENDA);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(openagenda__minimal_event__whole),
            TEST(openagenda__other_language__conditions_are_in_that_of_the_title),
            TEST(openagenda__rich_event__v2_and_v3),
            TEST(openagenda__venue__address_without_its_name),
            TEST(openagenda__long_texts__are_cut_and_said),
            TEST(openagenda__800_performances__all_come),
            TEST(openagenda__times__that_it_refuses),
            TEST(openagenda__several_venues__an_event_each),
            TEST(openagenda__status__one_for_all),
            TEST(openagenda__status__of_this_venue),
            TEST(openagenda__sold_out_among_others__is_said),
            TEST(openagenda__online__asks_for_an_address),
            TEST(openagenda__access__of_this_venue),
            TEST(openagenda__validated__is_ready_only),
            TEST(openagenda__event__does_not_depend_on_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
