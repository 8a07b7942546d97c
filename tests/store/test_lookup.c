#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "box_forms.h"

static struct store *store;
static struct forms *forms;

#define V1 "01900000-0000-7000-8000-0000000000b1"
#define V2 "01900000-0000-7000-8000-0000000000b2"
#define V3 "01900000-0000-7000-8000-0000000000b3"
#define O1 "01900000-0000-7000-8000-0000000000c1"
#define O2 "01900000-0000-7000-8000-0000000000c2"
#define E1 "01900000-0000-7000-8000-0000000000a1"
#define E2 "01900000-0000-7000-8000-0000000000a2"
#define ID(uid) "'_id':'" uid "','uid':'" uid "'"

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static const char *value(const char *uid, const char *path)
{
    return box_ask(forms, "ref_value", uid, path, NULL, NULL, NULL);
}

/* --- ref_… ------------------------------------------------------------------------ */

static void ref_value__reads__every_kind_of_value(void **state)
{
    (void)state;
    box_record(store, forms, "lieu",
            "{" ID(V1) ",'nom':'Le Cadran','jauge':120,'chauffe':true,"
                       "'adresse':{'commune':'05023'},'acces':{'fr':'À pied','en':'On "
                       "foot'}}");
    box_record(store, forms, "evenement",
            "{" ID(E1) ",'titre':{'fr':'Trio'},'publics':['familles','adultes'],"
                       "'seances':[{'id':'1','debut':'2026-12-05[Europe/Paris]'},"
                       "{'id':'2','debut':'2026-12-06[Europe/Paris]'}]}");
    assert_string_equal(value(V1, "nom"), "Le Cadran");
    assert_string_equal(value(V1, "jauge"), "120");
    assert_string_equal(value(V1, "chauffe"), "1");
    assert_string_equal(value(V1, "adresse.commune"), "05023");
    assert_string_equal(value(V1, "acces"), "À pied");
    assert_string_equal(value(V1, "acces.en"), "On foot");
    assert_string_equal(
            box_ask(forms, "ref_value", V1, "acces", "en", NULL, NULL), "On foot");
    assert_string_equal(
            box_ask(forms, "ref_value", V1, "acces", "it", NULL, NULL), "NULL");
    assert_string_equal(
            box_ask(forms, "ref_value", V1, "nom", "en", NULL, NULL), "Le Cadran");
    assert_string_equal(value(V1, "title"), "Le Cadran");
    assert_string_equal(value(V1, "type"), "lieu");
    assert_string_equal(value(E1, "publics"), "familles\nadultes");
    assert_string_equal(value(E1, "seances.debut"),
            "2026-12-05[Europe/Paris]\n2026-12-06[Europe/Paris]");
}

static void ref_value__without_a_language__is_the_first_of_the_form(void **state)
{
    (void)state;
    box_form_file("note.form",
            "[form note]\nlabel=Note\nlanguages=en fr\nuse=commun\ntitle=nom\n"
            "[field nom]\ntype=text\nlabel=Name\nmultilingual=yes\n");
    box_record(store, forms, "note", "{" ID(V1) ",'nom':{'fr':'Bal','en':'Ball'}}");
    assert_string_equal(value(V1, "nom"), "Ball");
}

/* More than are remembered: each has what is its own, asked for once or again. */
static void ref_value__of_very_many__is_their_own(void **state)
{
    (void)state;
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    forms_hooks(forms)->hold(forms, true);
    assert_string_equal(value(V1, "nom"), "Le Cadran");
    for (unsigned i = 1; i < 30000; i++) {
        char uid[37];

        snprintf(
                uid, sizeof(uid), "01900000-0000-7000-%04x-%012x", i * 7919 % 65521, i);
        assert_string_equal(value(uid, "type"), "NULL");
    }
    assert_string_equal(value(V1, "nom"), "Le Cadran");
    forms_hooks(forms)->hold(forms, false);
}

static void ref_value__is__null_where_there_is_nothing(void **state)
{
    (void)state;
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_string_equal(value(V1, "jauge"), "NULL");
    assert_string_equal(value(V1, "adresse.commune"), "NULL");
    assert_string_equal(value(V1, ""), "NULL");
    assert_string_equal(value(V1, "nom.x.y"), "NULL");
    assert_string_equal(value(V1, NULL), "NULL");
    assert_string_equal(value(V2, "nom"), "NULL");
    assert_string_equal(value("", "nom"), "NULL");
    assert_string_equal(value(NULL, "nom"), "NULL");
    assert_string_equal(
            value("a uid that is longer than any uid can ever be", "nom"), "NULL");
}

static void ref_value__follows__each_change_of_the_store(void **state)
{
    (void)state;
    assert_string_equal(value(V1, "nom"), "NULL");
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_string_equal(value(V1, "nom"), "Le Cadran");
    box_draft_of(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Grand Cadran'}");
    assert_string_equal(value(V1, "nom"), "Le Grand Cadran");
    assert_int_equal(draft_remove(store, V1, NULL), 0);
    assert_string_equal(value(V1, "nom"), "Le Cadran");
}

/* While the rules run all they ask is of one moment; the next run is of another. */
static void ref_value__while_held__stays(void **state)
{
    const struct engine_hooks *hooks = forms_hooks(forms);
    struct store *other = box_open();
    struct forms *others = box_forms(other);

    (void)state;
    box_record(other, others, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    hooks->hold(hooks->ctx, true);
    assert_string_equal(value(V1, "nom"), "Le Cadran");
    box_draft_of(other, others, "lieu", "{" ID(V1) ",'nom':'Le Grand Cadran'}");
    box_record(other, others, "lieu", "{" ID(V2) ",'nom':'Le Fort'}");
    assert_string_equal(value(V1, "nom"), "Le Cadran");
    assert_string_equal(value(V2, "nom"), "NULL");
    hooks->hold(hooks->ctx, false);
    assert_string_equal(value(V1, "nom"), "Le Grand Cadran");
    hooks->hold(hooks->ctx, true);
    assert_string_equal(value(V2, "nom"), "Le Fort");
    hooks->hold(hooks->ctx, false);
    box_draft_of(store, forms, "lieu", "{" ID(V3) ",'nom':'La Tour'}");
    assert_string_equal(value(V3, "nom"), "La Tour");
    forms_free(others);
    store_close(other);
}

static const char *ref_state(const char *uid)
{
    return box_ask(forms, "ref_state", uid, NULL, NULL, NULL, NULL);
}

static void ref_state__is__that_of_the_revision(void **state)
{
    (void)state;
    box_draft_of(store, forms, "lieu", "{" ID(V1) ",'statut_fiche':'publie'}");
    assert_string_equal(ref_state(V1), "draft");
    box_record(store, forms, "lieu", "{" ID(V2) ",'statut_fiche':'supprime'}");
    assert_string_equal(ref_state(V2), "supprime");
    box_draft_of(store, forms, "lieu", "{" ID(V2) ",'statut_fiche':'brouillon'}");
    assert_string_equal(ref_state(V2), "supprime");
    assert_string_equal(ref_state(V3), "NULL");
}

static void ref_visibility__is__read(void **state)
{
    (void)state;
    box_record(store, forms, "lieu", "{" ID(V1) ",'visibilite':'prive'}");
    assert_string_equal(
            box_ask(forms, "ref_visibility", V1, NULL, NULL, NULL, NULL), "prive");
}

static const char *cycle(const char *self, const char *uid)
{
    return box_ask(forms, "ref_cycle", self, uid, "lieu_parent", NULL, NULL);
}

static void ref_cycle__finds__the_way_back(void **state)
{
    (void)state;
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'a'}");
    box_record(store, forms, "lieu", "{" ID(V2) ",'nom':'b','lieu_parent':'" V1 "'}");
    assert_string_equal(cycle(V1, V2), "1");
    assert_string_equal(cycle(V2, V2), "1");
    assert_string_equal(cycle(V3, V2), "0");
    assert_string_equal(cycle(V3, NULL), "NULL");
    /* A circle elsewhere ends the walk. */
    box_draft_of(store, forms, "lieu", "{" ID(V1) ",'lieu_parent':'" V2 "'}");
    assert_string_equal(cycle(V3, V2), "0");
}

/* --- near_duplicate, R-DUP -------------------------------------------------------- */

static const char *near_venue(const char *self, const char *name, const char *commune)
{
    return box_ask(forms, "near_duplicate", self, "lieu", name, commune, NULL);
}

static void near_duplicate__finds__a_venue_in_its_commune(void **state)
{
    (void)state;
    box_record(store, forms, "lieu",
            "{" ID(V1) ",'nom':'Théâtre du "
                       "Briançonnais','adresse':{'commune':'05023'}}");
    assert_string_equal(near_venue(V2, "theatre du brianconnais", "05023"),
            "Théâtre du Briançonnais");
    assert_string_equal(
            near_venue(V2, "Théatre du Briançonais", NULL), "Théâtre du Briançonnais");
    assert_string_equal(near_venue(V2, "Théâtre du Briançonnais", "05161"), "NULL");
    assert_string_equal(near_venue(V2, "Théâtre des Écrins", "05023"), "NULL");
    assert_string_equal(near_venue(V1, "Théâtre du Briançonnais", "05023"), "NULL");
    assert_string_equal(near_venue(V2, NULL, "05023"), "NULL");
    assert_string_equal(near_venue(V2, "\"* OR (", "05023"), "NULL");
}

static void near_duplicate__knows__drafts_and_forgets_the_deleted(void **state)
{
    (void)state;
    box_draft_of(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_string_equal(near_venue(V2, "Le cadran", NULL), "Le Cadran");
    box_record(store, forms, "lieu",
            "{" ID(V3) ",'nom':'La Grange','statut_fiche':'supprime'}");
    assert_string_equal(near_venue(V2, "La Grange", NULL), "NULL");
    /* What the draft says now counts, not the revision behind it. */
    box_record(store, forms, "lieu", "{" ID(V2) ",'nom':'Le Fort'}");
    box_draft_of(store, forms, "lieu", "{" ID(V2) ",'nom':'Le Rocher'}");
    assert_string_equal(near_venue(E1, "Le Fort", NULL), "NULL");
}

static void near_duplicate__matches__short_names(void **state)
{
    (void)state;
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le 5'}");
    assert_string_equal(near_venue(V2, "le 5", NULL), "Le 5");
}

static void assert_finds_abergement(void)
{
    assert_string_equal(near_venue(V2, "abergemant", NULL), "Abergement");
    assert_string_equal(near_venue(V2, "Abergement", "05023"), "Abergement");
    assert_string_equal(near_venue(V2, "Abergement", "05161"), "NULL");
    assert_string_equal(near_venue(V1, "Abergement", NULL), "NULL");
    /* No word begins alike. */
    assert_string_equal(near_venue(V2, "Ybergement", NULL), "NULL");
}

/* Few rows are read, among many the words are looked up: the same is found. */
static void near_duplicate__finds__the_same_among_few_and_many(void **state)
{
    char json[200];

    (void)state;
    box_record(store, forms, "lieu",
            "{" ID(V1) ",'nom':'Abergement','adresse':{'commune':'05023'}}");
    assert_finds_abergement();
    for (int i = 0; i < 110; i++) {
        snprintf(json, sizeof(json),
                "{'_id':'01900000-0000-7000-8000-%012d','nom':'Salle %d'}", i, i);
        box_draft_of(store, forms, "lieu", json);
        box_record(store, forms, "lieu", json);
    }
    assert_finds_abergement();
}

static const char *near_event(const char *name, const char *commune, const char *day)
{
    return box_ask(forms, "near_duplicate", E2, "evenement", name, commune, day);
}

static void near_duplicate__looks__a_day_around_an_event(void **state)
{
    (void)state;
    box_record(store, forms, "lieu",
            "{" ID(V1) ",'nom':'Le Cadran','adresse':{'commune':'05023'}}");
    box_record(store, forms, "evenement",
            "{" ID(E1) ",'titre':{'fr':'Trio à cordes'},'lieu':'" V1 "',"
                       "'seances':[{'id':'1','debut':'2026-12-05T20:30[Europe/"
                       "Paris]'}]}");
    assert_string_equal(
            near_event("Trio a cordes", "05023", "2026-12-05"), "Trio à cordes");
    assert_string_equal(
            near_event("Trio a corde", "05023", "2026-12-06"), "Trio à cordes");
    assert_string_equal(near_event("Trio a cordes", "05023", "2026-12-07"), "NULL");
    assert_string_equal(near_event("Trio a cordes", "05161", "2026-12-05"), "NULL");
    assert_string_equal(near_event("Trio a cordes", NULL, NULL), "Trio à cordes");
}

/* --- venue_clash and town_clash, R-DAT5 ------------------------------------------- */

static void two_venues_and_a_concert(void)
{
    box_record(store, forms, "lieu",
            "{" ID(V1) ",'nom':'Le Cadran','adresse':{'commune':'05023'}}");
    box_record(store, forms, "lieu",
            "{" ID(V2) ",'nom':'La Grange','adresse':{'commune':'05023'}}");
    box_record(store, forms, "structure", "{" ID(O1) ",'nom':'Les Décâblés'}");
    box_record(store, forms, "evenement",
            "{" ID(E1) ",'titre':{'fr':'Trio à cordes'},'lieu':'" V1 "',"
                       "'organisateur':'" O1 "','publics':['familles'],"
                       "'seances':[{'id':'1','debut':'2026-12-05T20:30[Europe/Paris]',"
                       "'fin':'2026-12-05T22:00[Europe/Paris]'}]}");
}

#define AT(h) "2026-12-05T" h "[Europe/Paris]"

static const char *clash(
        const char *venue, const char *from, const char *to, const char *organiser)
{
    return box_ask(forms, "venue_clash", E2, venue, from, to, organiser);
}

static void venue_clash__keeps__an_hour_between_organisers(void **state)
{
    (void)state;
    two_venues_and_a_concert();
    assert_string_equal(
            clash(V1, AT("21:00"), AT("23:00"), O2), "Trio à cordes (Les Décâblés)");
    assert_string_equal(
            clash(V1, AT("22:59"), AT("23:30"), O2), "Trio à cordes (Les Décâblés)");
    assert_string_equal(clash(V1, AT("23:00"), AT("23:30"), O2), "NULL");
    assert_string_equal(
            clash(V1, AT("18:00"), AT("19:31"), O2), "Trio à cordes (Les Décâblés)");
    assert_string_equal(clash(V1, AT("18:00"), AT("19:30"), O2), "NULL");
    assert_string_equal(clash(V1, AT("21:00"), AT("23:00"), O1), "NULL");
    assert_string_equal(clash(V2, AT("21:00"), AT("23:00"), O2), "NULL");
}

static void venue_clash__counts__two_hours_without_an_end(void **state)
{
    (void)state;
    two_venues_and_a_concert();
    assert_string_equal(
            clash(V1, AT("17:31"), NULL, NULL), "Trio à cordes (Les Décâblés)");
    assert_string_equal(clash(V1, AT("17:30"), NULL, NULL), "NULL");
    assert_string_equal(clash(V1, "2026-12-05[Europe/Paris]", NULL, NULL), "NULL");
    assert_string_equal(clash(V1, "demain", NULL, NULL), "NULL");
    assert_string_equal(clash(NULL, AT("21:00"), NULL, NULL), "NULL");
}

static void venue_clash__reaches__over_midnight(void **state)
{
    (void)state;
    box_record(store, forms, "evenement",
            "{" ID(E1) ",'titre':{'fr':'Nuit'},'lieu':'" V1 "',"
                       "'seances':[{'id':'1','debut':'2026-12-04T23:00[Europe/Paris]',"
                       "'fin':'2026-12-05T04:00[Europe/Paris]'}]}");
    assert_string_equal(clash(V1, AT("04:30"), AT("06:00"), O2), "Nuit");
    assert_string_equal(clash(V1, AT("05:00"), AT("06:00"), O2), "NULL");
}

static void venue_clash__ignores__the_cancelled_and_itself(void **state)
{
    (void)state;
    two_venues_and_a_concert();
    assert_string_equal(
            box_ask(forms, "venue_clash", E1, V1, AT("21:00"), AT("23:00"), O2),
            "NULL");
    box_draft_of(store, forms, "evenement",
            "{" ID(E1) ",'titre':{'fr':'Trio'},'lieu':'" V1 "',"
                       "'seances':[{'id':'1','debut':'" AT(
                               "20:30") "','statut':'annule'}]}");
    assert_string_equal(clash(V1, AT("21:00"), AT("23:00"), O2), "NULL");
}

#define SEANCE(id, from, to) "{'id':'" id "','debut':'" AT(from) "','fin':'" AT(to) "'"

static void venue_clash__looks__at_each_seance_of_a_day(void **state)
{
    static const char json[] =
            "{" ID(E1) ",'titre':{'fr':'Contes'},'lieu':'" V1 "','seances':[" SEANCE(
                    "1", "10:00", "11:00") "}," SEANCE("2", "20:00",
                    "21:00") "}," SEANCE("3", "14:00", "15:00") ",'lieu':'" V2 "'}]}";

    (void)state;
    box_record(store, forms, "evenement", json);
    assert_string_equal(clash(V1, AT("14:00"), AT("15:00"), O2), "NULL");
    assert_string_equal(clash(V1, AT("20:30"), AT("21:00"), O2), "Contes");
    assert_string_equal(clash(V2, AT("14:30"), AT("15:00"), O2), "Contes");
    assert_string_equal(clash(V2, AT("20:30"), AT("21:00"), O2), "NULL");
}

static const char *town_clash(
        const char *commune, const char *from, const char *publics)
{
    return box_ask(forms, "town_clash", E2, commune, from, NULL, publics);
}

static void town_clash__needs__the_same_town_time_and_audience(void **state)
{
    (void)state;
    two_venues_and_a_concert();
    assert_string_equal(town_clash("05023", AT("21:00"), "adultes\nfamilles"),
            "Trio à cordes (Les Décâblés)");
    assert_string_equal(town_clash("05023", AT("21:00"), "adultes"), "NULL");
    assert_string_equal(town_clash("05161", AT("21:00"), "familles"), "NULL");
    assert_string_equal(town_clash("05023", AT("22:00"), "familles"), "NULL");
    assert_string_equal(town_clash("05023", AT("21:00"), NULL), "NULL");
    assert_string_equal(town_clash(NULL, AT("21:00"), "familles"), "NULL");
}

/* --- what the finders remember ---------------------------------------------------- */

#define CLASH clash(V1, AT("21:00"), AT("23:00"), O2)

static void finders__follow__each_change_of_the_store(void **state)
{
    struct store *other = box_open();
    struct forms *others = box_forms(other);

    (void)state;
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "NULL");
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "NULL");
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "Le Cadran");
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "Le Cadran");
    box_draft_of(other, others, "lieu", "{" ID(V1) ",'nom':'Le Fort'}");
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "NULL");
    assert_int_equal(draft_remove(other, V1, NULL), 0);
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "Le Cadran");
    assert_string_equal(CLASH, "NULL");
    box_record(other, others, "evenement",
            "{" ID(E1) ",'titre':{'fr':'Trio'},'lieu':'" V1 "',"
                       "'seances':[{'id':'1','debut':'" AT("20:30") "'}]}");
    assert_string_equal(CLASH, "Trio");
    assert_string_equal(CLASH, "Trio");
    forms_free(others);
    store_close(other);
}

/* As ref_value: of one moment while the rules run, of a later one in the next run. */
static void finders__while_held__stay(void **state)
{
    const struct engine_hooks *hooks = forms_hooks(forms);
    struct store *other = box_open();
    struct forms *others = box_forms(other);

    (void)state;
    assert_string_equal(near_venue(V2, "La Grange", NULL), "NULL"); /* reads the form */
    hooks->hold(hooks->ctx, true);
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "NULL");
    box_record(other, others, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "NULL");
    hooks->hold(hooks->ctx, false);
    hooks->hold(hooks->ctx, true);
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "Le Cadran");
    hooks->hold(hooks->ctx, false);
    forms_free(others);
    store_close(other);
}

/* The form looked for is read only now, and its lists go into the store. */
static void finders__while_held__read_a_form_with_lists(void **state)
{
    const struct engine_hooks *hooks = forms_hooks(forms);

    (void)state;
    hooks->hold(hooks->ctx, true);
    assert_string_equal(value(V1, "nom"), "NULL");
    assert_string_equal(near_venue(V2, "Le Cadran", "05023"), "NULL");
    hooks->hold(hooks->ctx, false);
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_string_equal(near_venue(V2, "Le Cadran", NULL), "Le Cadran");
}

static void finders__tell_apart__what_they_are_asked(void **state)
{
    (void)state;
    two_venues_and_a_concert();
    for (int i = 0; i < 2; i++) {
        assert_string_equal(clash(V1, AT("21:00"), NULL, O1), "NULL");
        assert_string_equal(
                clash(V1, AT("21:00"), NULL, NULL), "Trio à cordes (Les Décâblés)");
        assert_string_equal(
                clash(V1, AT("21:00"), NULL, ""), "Trio à cordes (Les Décâblés)");
        assert_string_equal(
                box_ask(forms, "town_clash", E2, V1, AT("21:00"), NULL, NULL), "NULL");
        assert_string_equal(near_event("Trio a cordes", NULL, NULL), "Trio à cordes");
        assert_string_equal(near_event("Trio a cordes", "", NULL), "NULL");
    }
}

static int problems_of(struct engine *engine)
{
    size_t n;

    engine_refresh(engine);
    (void)engine_issues(engine, &n);
    return (int)n;
}

static void engine_refresh__sees__what_others_wrote(void **state)
{
    struct engine *engine;
    struct rec *rec;

    (void)state;
    box_form_file("salle.form",
            "[form salle]\nlabel=Salle\nuse=commun\n[field nom]\ntype=text\nlabel=N\n"
            "[rule R-DUP]\non=nom\nseverity=error\nmessage=double\n"
            "check=near_duplicate(uid, 'lieu', nom, null, null) is null\n");
    rec = box_rec(forms, "salle", "{" ID(V2) ",'nom':'Le Cadran'}", &engine);
    assert_int_equal(problems_of(engine), 0);
    box_record(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Cadran'}");
    assert_int_equal(problems_of(engine), 1);
    assert_int_equal(problems_of(engine), 1);
    box_draft_of(store, forms, "lieu", "{" ID(V1) ",'nom':'Le Fort'}");
    assert_int_equal(problems_of(engine), 0);
    engine_attach(engine, NULL);
    rec_free(rec);
}

static void lookup__is__null_for_unknown_names(void **state)
{
    (void)state;
    assert_string_equal(box_ask(forms, "sesame", V1, NULL, NULL, NULL, NULL), "NULL");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(ref_value__reads__every_kind_of_value),
            TEST(ref_value__without_a_language__is_the_first_of_the_form),
            TEST(ref_value__of_very_many__is_their_own),
            TEST(ref_value__is__null_where_there_is_nothing),
            TEST(ref_value__follows__each_change_of_the_store),
            TEST(ref_value__while_held__stays),
            TEST(ref_state__is__that_of_the_revision),
            TEST(ref_visibility__is__read),
            TEST(ref_cycle__finds__the_way_back),
            TEST(near_duplicate__finds__a_venue_in_its_commune),
            TEST(near_duplicate__knows__drafts_and_forgets_the_deleted),
            TEST(near_duplicate__matches__short_names),
            TEST(near_duplicate__finds__the_same_among_few_and_many),
            TEST(near_duplicate__looks__a_day_around_an_event),
            TEST(venue_clash__keeps__an_hour_between_organisers),
            TEST(venue_clash__counts__two_hours_without_an_end),
            TEST(venue_clash__reaches__over_midnight),
            TEST(venue_clash__ignores__the_cancelled_and_itself),
            TEST(venue_clash__looks__at_each_seance_of_a_day),
            TEST(town_clash__needs__the_same_town_time_and_audience),
            TEST(finders__follow__each_change_of_the_store),
            TEST(finders__while_held__stay),
            TEST(finders__while_held__read_a_form_with_lists),
            TEST(finders__tell_apart__what_they_are_asked),
            TEST(engine_refresh__sees__what_others_wrote),
            TEST(lookup__is__null_for_unknown_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
