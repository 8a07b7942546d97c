#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "box.h"
#include "box_forms.h"

/* Day 20792 is 2026-12-05. */

static struct store *store;
static struct forms *forms;
static struct summary s;

#define V1 "01900000-0000-7000-8000-0000000000b1"
#define V2 "01900000-0000-7000-8000-0000000000b2"
#define O1 "01900000-0000-7000-8000-0000000000c1"
#define E1 "01900000-0000-7000-8000-0000000000a1"

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    box_record(store, forms, "lieu",
            "{'_id':'" V1 "','uid':'" V1 "','nom':'Salle des fêtes','adresse':"
            "{'commune':'05101'},'statut_fiche':'publie'}");
    box_draft_of(store, forms, "lieu",
            "{'_id':'" V2 "','uid':'" V2 "','nom':'Le Cadran',"
            "'adresse':{'commune':'05023'}}");
    box_record(store, forms, "structure",
            "{'_id':'" O1 "','uid':'" O1 "','nom':'Les Décâblés'}");
    memset(&s, 0, sizeof(s));
    return 0;
}

static int close_box(void **state)
{
    summary_release(&s);
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static void build(const char *more)
{
    struct buf json;

    buf_init(&json, 0);
    buf_addf(&json, "{'_id':'" E1 "','uid':'" E1 "'%s%s}", *more ? "," : "", more);
    s = box_summary_of(forms, "evenement", json.s);
    buf_release(&json);
}

static void summary__names__what_the_links_lead_to(void **state)
{
    (void)state;
    build("'titre':{'fr':'Trio','en':'A trio'},'lieu':'" V1 "','organisateur':'" O1
          "','statut_fiche':'publie','genre':'theatre','mots':['cordes','hiver']");
    assert_string_equal(s.uid, E1);
    assert_string_equal(s.type, "evenement");
    assert_string_equal(s.status, "publie");
    assert_string_equal(s.title, "Trio");
    assert_string_equal(s.subtitle, "theatre");
    assert_string_equal(s.place, V1);
    assert_string_equal(s.place_name, "Salle des fêtes");
    assert_string_equal(s.town, "Vallouise-Pelvoux");
    assert_string_equal(s.organiser, O1);
    assert_string_equal(s.organiser_name, "Les Décâblés");
    assert_string_equal(s.genre, "theatre");
    assert_null(s.memo);
    assert_string_equal(s.links[0], V1);
    assert_string_equal(s.links[1], O1);
    assert_null(s.links[2]);
}

static void summary__searches__what_no_other_column_has(void **state)
{
    (void)state;
    build("'titre':{'fr':'Trio','en':'A trio'},'lieu':'" V1 "','organisateur':'" O1
          "','mots':['cordes','hiver']");
    assert_string_equal(s.text, "A trio cordes\nhiver");
    assert_null(strstr(s.text, "Salle"));
    assert_null(strstr(s.text, "Vallouise"));
}

static void summary__sees__drafts_behind_links(void **state)
{
    (void)state;
    build("'lieu':'" V2 "'");
    assert_string_equal(s.place_name, "Le Cadran");
    assert_string_equal(s.town, "Briançon");
}

static void summary__ignores__what_is_hidden(void **state)
{
    (void)state;
    build("'lieu':'" V1 "','sur_place':false,"
          "'seances':[{'id':'1','debut':'2026-12-05T20:30[Europe/Paris]'}]");
    assert_null(s.place);
    assert_null(s.place_name);
    assert_null(s.days[0].place);
    assert_null(s.links[0]);
}

static void summary__inherits__a_blank_genre(void **state)
{
    (void)state;
    build("'usuel':'bal'");
    assert_string_equal(s.genre, "bal");
}

static void summary__has__no_day_without_dates(void **state)
{
    (void)state;
    build("'titre':{'fr':'Trio'}");
    assert_int_equal(s.ndays, 0);
    summary_release(&s);
    s = box_summary_of(forms, "lieu",
            "{'_id':'" V1 "','uid':'" V1 "','nom':'X','acces':{'fr':'À pied','en':'On "
            "foot'},'adresse':{'commune':'05006'},'exercice':true}");
    assert_int_equal(s.ndays, 0);
    assert_string_equal(s.town, "L'Argentière-la-Bessée");
    assert_string_equal(s.memo, "À pied On foot");
    assert_true(s.sample);
}

#define DAY(d, h) "'debut':'2026-12-" d "T" h "[Europe/Paris]'"

static void summary__groups__seances_by_day_and_place(void **state)
{
    (void)state;
    build("'lieu':'" V1 "','seances':["
          "{'id':'1'," DAY("05",
                  "17:00") "},"
                           "{'id':'2'," DAY("05",
                                   "20:30") ",'fin':'2026-12-06T01:00[Europe/Paris]'},"
                                            "{'id':'3'," DAY("05",
                                                    "21:00") ",'lieu':'" V2 "'},"
                                                             "{'id':'4','debut':'2026-"
                                                             "12-06[Europe/Paris]'}]");
    assert_int_equal(s.ndays, 3);
    assert_int_equal(s.days[0].day, 20792);
    assert_int_equal(s.days[0].count, 2);
    assert_int_equal(s.days[0].start, 17 * 60);
    assert_int_equal(s.days[0].end, 25 * 60);
    assert_string_equal(s.days[0].place, V1);
    assert_int_equal(s.days[1].start, 21 * 60);
    assert_int_equal(s.days[1].end, -1);
    assert_string_equal(s.days[1].place, V2);
    assert_int_equal(s.days[2].day, 20793);
    assert_int_equal(s.days[2].start, -1);
    /* The other place is found too. */
    assert_non_null(strstr(s.text, "Le Cadran"));
    assert_non_null(strstr(s.text, "Briançon"));
}

static void summary__cancels__a_day_when_all_of_it_is(void **state)
{
    (void)state;
    build("'seances':["
          "{'id':'1'," DAY("05",
                  "17:00") ",'statut':'annule'},"
                           "{'id':'2'," DAY("05",
                                   "20:30") "},"
                                            "{'id':'3'," DAY("06",
                                                    "17:00") ",'statut':'annule'}]");
    assert_int_equal(s.ndays, 2);
    assert_false(s.days[0].cancelled);
    assert_int_equal(s.days[0].start, 20 * 60 + 30);
    assert_true(s.days[1].cancelled);
}

static void summary__survives__values_that_make_no_sense(void **state)
{
    (void)state;
    build("'lieu':'nowhere','organisateur':'" E1 "','genre':'?',"
          "'seances':[{'id':'1','debut':'soon'},{'id':'2','debut':"
          "'9999-12-31T23:59[Europe/Paris]','fin':'0001-01-01T00:00[Europe/Paris]'}]");
    assert_null(s.place_name);
    assert_null(s.town);
    assert_int_equal(s.ndays, 1);
    assert_int_equal(s.days[0].end, -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(summary__names__what_the_links_lead_to),
            TEST(summary__searches__what_no_other_column_has),
            TEST(summary__sees__drafts_behind_links),
            TEST(summary__ignores__what_is_hidden),
            TEST(summary__inherits__a_blank_genre),
            TEST(summary__has__no_day_without_dates),
            TEST(summary__groups__seances_by_day_and_place),
            TEST(summary__cancels__a_day_when_all_of_it_is),
            TEST(summary__survives__values_that_make_no_sense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
