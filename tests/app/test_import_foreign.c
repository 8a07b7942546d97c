/* Proposals of foreign agendas become drafts: the worker's events are given as text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "foreign.h"
#include "odus/app/agenda.h"
#include "odus/app/records.h"

#define OWN_UID "0199f3a0-7777-7e69-a9d1-d70c05f2deed"

/* An event of a calendar: MORE members of its body. */
#define EVENT_OF(id, more)                                                             \
    "{\"source\":{\"systeme\":\"ics\",\"valeur\":\"" id "\",\"place\":\"line 3\"},"    \
    "\"body\":{\"titre\":{\"fr\":\"Trio\"},\"seances\":[{\"id\":"                      \
    "\"c55a1d1d-73ea-56d3-861f-408b35668e68\",\"debut\":"                              \
    "\"2026-12-05T20:30[Europe/Paris]\",\"statut\":\"confirme\"}]" more "},"           \
    "\"notes\":[],\"left\":{\"X-COLOUR\":\"red\"}}"
#define EVENT(more) EVENT_OF("a@example", more)

/* --- records ---------------------------------------------------------------------- */

static void event__new__becomes_a_draft(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"genre\":\"theatre\""));
    expect(report(0), "result", "new");
    expect(report(0), "title", "Trio");
    expect(report(0), "day", "2026-12-05");
    assert_int_equal(foreign_last.taken, 1);
    assert_int_equal(app_totals(desk).drafts, 1);
    body = record(0);
    expect(json_get(body, "titre"), "fr", "Trio");
    expect(body, "genre", "theatre");
    expect(body, "statut_fiche", "brouillon");
    expect(body, "source", "agenda.ics : a@example");
    expect(body, "cree_par", "Anne Essai");
    expect(json_get(body, "reste_import"), "X-COLOUR", "red");
    assert_int_equal(
            json_get_int(json_at(json_get(body, "seances"), 0), "sequence", -1), 0);
    json_free(body);
}

static void event__looked_at__is_not_written(void **st)
{
    (void)st;
    IMPORT(LOOK, EVENT(",\"lieu\":{\"nom\":\"Nulle Part\"}"));
    expect(report(0), "result", "new");
    assert_int_equal(foreign_last.places, 1);
    assert_int_equal(app_totals(desk).drafts, 0);
}

static void event__again__is_there_already(void **st)
{
    (void)st;
    IMPORT(WRITE, EVENT(",\"mots_cles\":[\"a\",\"b\"],\"lieu\":{\"nom\":\"Ici\"}"));
    IMPORT(WRITE, EVENT(",\"mots_cles\":[\"a\",\"b\"],\"lieu\":{\"nom\":\"Ici\"}"));
    expect(report(0), "result", "already");
    assert_int_equal(app_totals(desk).drafts, 2);
}

/* A row says where by the record of the place. */
static void event__row_elsewhere__is_linked(void **st)
{
    const struct json *row;
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"lieu\":{\"nom\":\"Ici\"},\"seances\":[{\"id\":\"a\","
                        "\"debut\":\"2026-12-05T20:30[Europe/Paris]\","
                        "\"lieu\":{\"nom\":\"Ailleurs\"}}]"));
    assert_int_equal(app_totals(desk).drafts, 3);
    body = record(0);
    row = json_at(json_get(body, "seances"), 0);
    assert_int_equal(json_kind(json_get(row, "lieu")), JSON_KIND_TEXT);
    assert_string_not_equal(
            json_get_or_blank(row, "lieu"), json_get_or_blank(body, "lieu"));
    json_free(body);
}

static void event__same_id_of_another_system__is_another(void **st)
{
    (void)st;
    IMPORT(WRITE, EVENT(""));
    IMPORT(WRITE, "{\"source\":{\"systeme\":\"jsonld\",\"valeur\":\"a@example\"},"
                  "\"body\":{\"titre\":{\"fr\":\"Trio\"}}}");
    expect(report(0), "result", "new");
    assert_int_equal(app_totals(desk).drafts, 2);
}

static void event__of_odus__keeps_its_uid(void **st)
{
    (void)st;
    IMPORT(WRITE, EVENT_OF(OWN_UID, ""));
    expect(report(0), "uid", OWN_UID);
    IMPORT(WRITE, EVENT_OF("urn:uuid:" OWN_UID, ""));
    expect(report(0), "uid", OWN_UID);
    expect(report(0), "result", "already");
}

static void event__with_the_uid_of_a_place__does_not_touch_it(void **st)
{
    (void)st;
    IMPORT(WRITE | UPDATE, EVENT_OF(DESK_THEATRE, ""));
    expect(report(0), "result", "new");
    assert_string_not_equal(json_get_text(report(0), "uid"), DESK_THEATRE);
}

static void event__twice_in_a_file__is_one_draft(void **st)
{
    (void)st;
    IMPORT(WRITE, EVENT(""), EVENT(""));
    expect(report(1), "result", "already");
    assert_int_equal(app_totals(desk).drafts, 1);
}

static void values__that_do_not_fit__are_told_and_kept(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE,
            EVENT(",\"age_min\":\"six\",\"inconnu\":{\"a\":1},\"genre\":\"xyz\""));
    assert_true(has_note(report(0), "lost", "age_min"));
    assert_true(has_note(report(0), "lost", "inconnu"));
    assert_true(has_note(report(0), "check", "genre"));
    body = record(0);
    expect(json_get(body, "reste_import"), "age_min", "six");
    expect(json_get(body, "reste_import"), "inconnu", "{\"a\":1}");
    expect(body, "genre", "xyz");
    json_free(body);
}

static void rest__that_is_huge__is_cut_off_with_a_word(void **st)
{
    static char proposal[70000];
    char *p = proposal;
    struct json *body;

    (void)st;
    p += snprintf(p, 1000,
            "{\"source\":{\"systeme\":\"ics\",\"valeur\":\"b\"},\"body\":"
            "{\"titre\":{\"fr\":\"T\"},\"inconnu\":\"");
    memset(p, 'x', 60000);
    memcpy(p + 60000, "\"}}", 4);
    IMPORT(WRITE, proposal);
    assert_true(has_note(report(0), "lost", "inconnu"));
    body = record(0);
    assert_null(json_get(body, "reste_import"));
    json_free(body);
}

static void proposal__that_is_none__is_refused(void **st)
{
    (void)st;
    IMPORT(WRITE, "{\"body\":[1]}", "17", EVENT(""));
    expect(report(0), "result", "refused");
    expect(report(1), "result", "refused");
    expect(report(2), "result", "new");
    assert_int_equal(foreign_last.refused, 2);
}

/* --- places and organisers -------------------------------------------------------- */

static void expect_place(const char *lieu, const char *result, const char *uid)
{
    char proposal[2000];

    snprintf(proposal, sizeof(proposal),
            "{\"source\":{\"systeme\":\"openagenda\",\"valeur\":\"%s\"},\"body\":"
            "{\"titre\":{\"fr\":\"T\"},\"lieu\":%s}}",
            lieu[0] ? "9" : "", lieu);
    IMPORT(LOOK, proposal);
    expect(json_get(report(0), "lieu"), "result", result);
    if (uid)
        expect(json_get(report(0), "lieu"), "uid", uid);
}

static void place__by_its_name_and_town__is_found(void **st)
{
    (void)st;
    expect_place("{\"nom\":\"theatre du Brianconnais\",\"adresse\":{\"ville\":"
                 "\"Briançon\",\"code_postal\":\"05100\"}}",
            "found", DESK_THEATRE);
    expect_place("{\"nom\":\"Théâtre du Briançonnais\"}", "found", DESK_THEATRE);
}

static void place__of_that_name_elsewhere__is_another(void **st)
{
    (void)st;
    expect_place("{\"nom\":\"Théâtre du Briançonnais\",\"adresse\":{\"commune\":"
                 "\"05065\"}}",
            "new", NULL);
    expect_place("{\"nom\":\"Théâtre du Briançonnais\",\"lat\":\"44.1\",\"lon\":"
                 "\"6.1\"}",
            "new", NULL);
}

/* A hundred metres are 0.0009 of a degree of latitude. */
static void place__within_a_hundred_metres__is_found(void **st)
{
    struct json *theatre = NULL;
    struct err err = {0};
    char place[300];
    double lat;

    (void)st;
    desk_ok(app_json(desk, DESK_THEATRE, &theatre, &err), &err);
    assert_true(view_real(json_as_view(json_get(theatre, "lat")), &lat));
    for (int far = 0; far < 2; far++) {
        snprintf(place, sizeof(place),
                "{\"nom\":\"Théâtre du Briançonnais\",\"lat\":\"%.5f\",\"lon\":\"%s\"}",
                lat + (far ? 0.001 : 0.0008), json_get_text(theatre, "lon"));
        expect_place(place, far ? "new" : "found", far ? NULL : DESK_THEATRE);
    }
    json_free(theatre);
}

static void place__that_is_made__is_found_by_the_next(void **st)
{
    struct json *event, *place = NULL;
    struct err err = {0};

    (void)st;
    IMPORT(WRITE,
            EVENT_OF("1",
                    ",\"lieu\":{\"nom\":\"Salle du Foyer\",\"adresse\":{\"ville\":"
                    "\"Névache\",\"voie\":\"3 rue Haute\"},\"lat\":\"45.0\","
                    "\"lon\":\"6.6\"}"),
            EVENT_OF("2", ",\"lieu\":{\"nom\":\"SALLE DU FOYER\",\"lat\":\"45.0003\","
                          "\"lon\":\"6.6\"}"));
    assert_int_equal(foreign_last.places, 1);
    assert_int_equal(app_totals(desk).drafts, 3);
    expect(json_get(report(1), "lieu"), "result", "found");
    event = record(1);
    desk_ok(app_json(desk, json_get_text(event, "lieu"), &place, &err), &err);
    expect(place, "type", "lieu");
    expect(place, "nom", "Salle du Foyer");
    expect(place, "lat", "45.0");
    expect(json_get(place, "adresse"), "commune", "05093");
    expect(json_get(place, "adresse"), "voie", "3 rue Haute");
    expect(place, "source", "agenda.ics");
    json_free(place);
    json_free(event);
}

static void place__with_an_identifier__is_found_under_another_name(void **st)
{
    char uid[40];

    (void)st;
    IMPORT(WRITE, EVENT(",\"lieu\":{\"nom\":\"Foyer\",\"ids_externes\":[{\"systeme\":"
                        "\"openagenda\",\"valeur\":\"77\"}]}"));
    snprintf(uid, sizeof(uid), "%s", json_get_text(json_get(report(0), "lieu"), "uid"));
    expect_place("{\"nom\":\"Salle des fêtes\",\"ids_externes\":[{\"systeme\":"
                 "\"openagenda\",\"valeur\":\"77\"}]}",
            "found", uid);
}

static void place__that_fits_several__is_left_to_a_person(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE,
            EVENT_OF("1", ",\"lieu\":{\"nom\":\"Foyer\",\"lat\":\"45\",\"lon\":"
                          "\"6\"}"),
            EVENT_OF("2", ",\"lieu\":{\"nom\":\"Foyer\",\"lat\":\"44\",\"lon\":\"6\","
                          "\"adresse\":{\"ville\":\"Névache\"}}"));
    assert_int_equal(foreign_last.places, 2);
    IMPORT(WRITE, EVENT_OF("3", ",\"lieu\":{\"nom\":\"foyer\"}"));
    expect(json_get(report(0), "lieu"), "result", "several");
    assert_true(has_note(report(0), "several", "lieu"));
    body = record(0);
    assert_null(json_get(body, "lieu"));
    expect(json_get(body, "reste_import"), "lieu", "foyer");
    json_free(body);
}

static void place__without_a_name__is_kept_in_words(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"lieu\":{\"adresse\":{\"voie\":\"3 rue Haute\"}}"));
    assert_true(has_note(report(0), "lost", "lieu"));
    body = record(0);
    assert_non_null(json_get(json_get(body, "reste_import"), "lieu"));
    json_free(body);
}

static void organiser__by_another_of_its_names__is_found(void **st)
{
    (void)st;
    IMPORT(LOOK, EVENT(",\"organisateur\":{\"nom\":\"mhp\"}"));
    expect(json_get(report(0), "organisateur"), "result", "found");
    expect(json_get(report(0), "organisateur"), "uid",
            "0199f3a0-0102-7702-a119-5df8ec50ed5e");
    IMPORT(LOOK, EVENT(",\"organisateur\":{\"nom\":\"Inconnus\"}"));
    expect(json_get(report(0), "organisateur"), "result", "new");
    assert_int_equal(foreign_last.organisers, 1);
}

static void organiser__who_may_be_a_person__makes_no_organisation(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(LOOK, EVENT(",\"organisateur\":{\"nom\":\"mhp\",\"si_connu\":true}"));
    expect(json_get(report(0), "organisateur"), "result", "found");
    assert_true(has_note(report(0), "guessed", "organisateur"));
    IMPORT(WRITE,
            EVENT(",\"organisateur\":{\"nom\":\"Jeanne Martin\",\"si_connu\":true}"));
    expect(json_get(report(0), "organisateur"), "result", "unknown");
    assert_int_equal(foreign_last.organisers, 0);
    assert_true(has_note(report(0), "lost", "organisateur"));
    body = record(0);
    assert_null(json_get(body, "organisateur"));
    expect(json_get(body, "reste_import"), "organisateur", "Jeanne Martin");
    json_free(body);
}

/* --- the source changes ----------------------------------------------------------- */

static void change__at_the_source__is_told_and_left_alone(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"genre\":\"theatre\""));
    IMPORT(WRITE, EVENT(",\"genre\":\"danse\""));
    expect(report(0), "result", "changed");
    assert_true(has_text(json_get(report(0), "fields"), "genre"));
    assert_int_equal(json_len(json_get(report(0), "fields")), 1);
    body = record(0);
    expect(body, "genre", "theatre");
    json_free(body);
}

static void change__with_update__goes_into_the_draft(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"genre\":\"theatre\",\"url_fiche\":\"https://a.example/\""));
    IMPORT(WRITE | UPDATE, EVENT(",\"genre\":\"danse\",\"age_min\":6"));
    expect(report(0), "result", "updated");
    body = record(0);
    expect(body, "genre", "danse");
    assert_null(json_get(body, "url_fiche"));
    assert_int_equal(json_get_int(body, "age_min", 0), 6);
    expect(body, "statut_fiche", "brouillon");
    json_free(body);
    IMPORT(WRITE | UPDATE, EVENT(",\"genre\":\"danse\",\"age_min\":6"));
    expect(report(0), "result", "already");
}

static void change__of_what_people_changed__stays_theirs(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"url_fiche\":\"https://a.example/\",\"age_min\":5"));
    type_into(json_get_text(report(0), "uid"), "url_fiche", "https://ours.example/");
    IMPORT(WRITE | UPDATE,
            EVENT(",\"url_fiche\":\"https://b.example/\",\"age_min\":6"));
    expect(report(0), "result", "updated");
    assert_true(has_text(json_get(report(0), "fields"), "age_min"));
    assert_true(has_text(json_get(report(0), "kept"), "url_fiche"));
    body = record(0);
    expect(body, "url_fiche", "https://ours.example/");
    assert_int_equal(json_get_int(body, "age_min", 0), 6);
    json_free(body);
    IMPORT(WRITE | UPDATE,
            EVENT(",\"url_fiche\":\"https://b.example/\",\"age_min\":6"));
    expect(report(0), "result", "already");
}

static void change__of_people_alone__is_no_change_of_the_source(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, EVENT(",\"age_min\":5"));
    type_into(json_get_text(report(0), "uid"), "age_min", "7");
    IMPORT(WRITE | UPDATE, EVENT(",\"age_min\":5"));
    expect(report(0), "result", "already");
    body = record(0);
    assert_int_equal(json_get_int(body, "age_min", 0), 7);
    json_free(body);
}

/* A record that came with a synchronisation: nobody knows what the source said. */
static void change__of_what_was_never_imported__fills_blanks_alone(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE | UPDATE,
            EVENT_OF("0199f3a0-0601-771a-a6db-9084446a27bd",
                    ",\"genre\":\"danse\",\"consignes_diffusion\":[\"agenda\"]"));
    expect(report(0), "result", "updated");
    body = record(0);
    expect(json_get(body, "titre"), "fr", "Un hiver à Dormillouse");
    expect(body, "genre", "danse"); /* it was the show's that it inherited */
    assert_int_equal(json_len(json_get(body, "consignes_diffusion")), 1);
    json_free(body);
    assert_int_equal(app_totals(desk).drafts, 1);
}

/* What our own delivery says of it: it goes on inheriting that from its show. */
static void change__into_what_is_inherited__is_none(void **st)
{
    (void)st;
    IMPORT(WRITE | UPDATE, EVENT_OF("0199f3a0-0601-771a-a6db-9084446a27bd",
                                   ",\"genre\":\"theatre\",\"age_min\":8"));
    expect(report(0), "result", "already");
    assert_int_equal(app_totals(desk).drafts, 0);
    IMPORT(WRITE | UPDATE, EVENT_OF("0199f3a0-0601-771a-a6db-9084446a27bd",
                                   ",\"genre\":\"theatre\",\"age_min\":9"));
    expect(report(0), "result", "updated");
    assert_true(has_text(json_get(report(0), "fields"), "age_min"));
    assert_int_equal(json_len(json_get(report(0), "fields")), 1);
}

static void change__of_the_file__between_the_readings_is_refused(void **st)
{
    struct foreign_wish wish = {.file = desk_file("agenda.ics", "one")};
    struct foreign *f;
    struct err err = {0};

    (void)st;
    desk_ok(foreign_open(desk, &wish, told, NULL, &f, &err), &err);
    desk_ok(foreign_begin(f, false, &err), &err);
    desk_file("agenda.ics", "another");
    assert_int_equal(foreign_begin(f, true, &err), ERR_CONFLICT);
    foreign_close(f);
}

static void many__are_all_written(void **st)
{
    enum { N = 100 };
    static char texts[N][600];
    const char *all[N + 1] = {NULL};

    (void)st;
    for (int i = 0; i < N; i++) {
        snprintf(texts[i], sizeof(texts[i]),
                "{\"source\":{\"systeme\":\"ics\",\"valeur\":\"%d\"},\"body\":{"
                "\"titre\":{\"fr\":\"N %d\"},\"lieu\":{\"nom\":\"L %d\"}}}",
                i, i, i % 7);
        all[i] = texts[i];
    }
    import_all(WRITE, all);
    assert_int_equal(foreign_last.taken, N);
    assert_int_equal(foreign_last.places, 7);
    assert_int_equal(app_totals(desk).drafts, N + 7);
    import_all(WRITE, all);
    assert_int_equal(foreign_last.already, N);
    assert_int_equal(app_totals(desk).drafts, N + 7);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_open, close_desk)
#define SAMPLED(f) cmocka_unit_test_setup_teardown(f, desk_open_samples, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(event__new__becomes_a_draft),
            TEST(event__looked_at__is_not_written),
            TEST(event__again__is_there_already),
            TEST(event__row_elsewhere__is_linked),
            TEST(event__same_id_of_another_system__is_another),
            TEST(event__of_odus__keeps_its_uid),
            SAMPLED(event__with_the_uid_of_a_place__does_not_touch_it),
            TEST(event__twice_in_a_file__is_one_draft),
            TEST(values__that_do_not_fit__are_told_and_kept),
            TEST(rest__that_is_huge__is_cut_off_with_a_word),
            TEST(proposal__that_is_none__is_refused),
            SAMPLED(place__by_its_name_and_town__is_found),
            SAMPLED(place__of_that_name_elsewhere__is_another),
            SAMPLED(place__within_a_hundred_metres__is_found),
            TEST(place__that_is_made__is_found_by_the_next),
            TEST(place__with_an_identifier__is_found_under_another_name),
            TEST(place__that_fits_several__is_left_to_a_person),
            TEST(place__without_a_name__is_kept_in_words),
            SAMPLED(organiser__by_another_of_its_names__is_found),
            SAMPLED(organiser__who_may_be_a_person__makes_no_organisation),
            TEST(change__at_the_source__is_told_and_left_alone),
            TEST(change__with_update__goes_into_the_draft),
            TEST(change__of_what_people_changed__stays_theirs),
            TEST(change__of_people_alone__is_no_change_of_the_source),
            SAMPLED(change__of_what_was_never_imported__fills_blanks_alone),
            SAMPLED(change__into_what_is_inherited__is_none),
            TEST(change__of_the_file__between_the_readings_is_refused),
            TEST(many__are_all_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
