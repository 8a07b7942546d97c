#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "box.h"
#include "box_forms.h"
#include "odus/store/search.h"

/* Day 20792 is 2026-12-05. */

enum { DAY = 20792, ROWS = 20 };

static struct store *store;
static struct forms *forms;
static struct err err;
static struct search_query query;

#define UID(x) "01900000-0000-7000-8000-0000000000" x
#define ID(x) "'_id':'" UID(x) "','uid':'" UID(x) "'"
#define ON(d, h) "'seances':[{'id':'1','debut':'2026-12-" d "T" h "[Europe/Paris]'}]"

static void record(const char *type, const char *json)
{
    box_record(store, forms, type, json);
}

static void make_season(void)
{
    record("lieu",
            "{" ID("b1") ",'nom':'Théâtre du Briançonnais','statut_fiche':'publie',"
                         "'adresse':{'commune':'05023'},'acces':{'fr':'Parking sous la "
                         "gare'}}");
    record("lieu", "{" ID("b2") ",'nom':'Salle des fêtes','statut_fiche':'publie',"
                                "'adresse':{'commune':'05101'}}");
    record("structure", "{" ID("c1") ",'nom':'Les Décâblés','statut_fiche':'publie'}");
    record("evenement",
            "{" ID("a1") ",'titre':{'fr':'Contes d’hiver','en':'Winter tales'},"
                         "'lieu':'" UID("b2") "','genre':'theatre','statut_fiche':'"
                                              "publie'," ON("05", "17:00") "}");
    record("evenement",
            "{" ID("a2") ",'titre':{'fr':'Trio à cordes'},'lieu':'" UID(
                    "b1") "','organisateur':'" UID("c1") "','statut_fiche':'publie'"
                                                         "," ON("05", "20:30") "}");
    record("evenement",
            "{" ID("a3") ",'titre':{'fr':'Bal de l’Œuvre'},'lieu':'" UID(
                    "b2") "','genre':'bal','statut_fiche':'publie'," ON("06",
                    "15:00") "}");
    record("evenement",
            "{" ID("a4") ",'titre':{'fr':'Contes effacés'},"
                         "'statut_fiche':'supprime'," ON("06", "16:00") "}");
}

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    memset(&err, 0, sizeof(err));
    query = (struct search_query){.after = SEARCH_ANY_DAY, .before = SEARCH_ANY_DAY};
    make_season();
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static struct search_row rows[ROWS];

/* Last two characters of the uids found, "*" behind drafts; count is checked too. */
static const char *page(const struct search_key *key, bool forward, size_t limit)
{
    static char text[200];
    int n = search_page(store, &query, key, forward, rows, limit, &err);

    assert_true(n >= 0);
    *text = '\0';
    for (int i = 0; i < n; i++) {
        size_t at = strlen(text);

        snprintf(text + at, sizeof(text) - at, "%s%s%s", i ? " " : "", rows[i].uid + 34,
                rows[i].draft ? "*" : "");
    }
    if (!key && limit == ROWS)
        assert_int_equal(search_count(store, &query, 1000), n);
    search_rows_release(rows, (size_t)n);
    return text;
}

static const char *all(void)
{
    return page(NULL, true, ROWS);
}

static const char *words(const char *text)
{
    query.words = text;
    return all();
}

static void search__finds__folded_words_in_any_order(void **state)
{
    (void)state;
    assert_string_equal(words("CONTES"), "a1");
    assert_string_equal(words("hiv con"), "a1");
    assert_string_equal(words("d'hiver"), "a1");
    assert_string_equal(words("œuvre"), "a3");
    assert_string_equal(words("oeuv"), "a3");
    assert_string_equal(words("winter"), "a1");
    assert_string_equal(words("theatre brianconnais"), "a2");
    assert_string_equal(words("vallouise"), "a1 a3");
    assert_string_equal(words("decables trio"), "a2");
    assert_string_equal(words("contes trio"), "");
    assert_string_equal(words(""), "a1 a2 a3");
    assert_string_equal(words(" ,;- "), "a1 a2 a3");
}

/* What people type is never syntax of the query, nor the marks of the filters. */
static void search__survives__hostile_words(void **state)
{
    static const char *const texts[] = {"\"", "*", "a OR", "NEAR(contes",
            "title:contes", "{title}: x", "^contes", "\xff\xfe", "\xEE\x80\x80gbal",
            "\xEE\x80\x80", "a b c d e f g h i j k l m n o p", "AND NOT OR"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        words(texts[i]);
        query.words = NULL;
        query.place = texts[i];
        all();
        query.place = NULL;
    }
    assert_string_equal(words("\xEE\x80\x80gbal"), "");
}

static void search__lists__one_type_or_all(void **state)
{
    (void)state;
    query.type = "lieu";
    assert_string_equal(all(), "b1 b2");
    assert_string_equal(words("salle"), "b2");
    query.type = "*";
    assert_string_equal(words("salle"), "b2 a1 a3");
    query.type = "evenement";
    assert_string_equal(words("salle"), "a1 a3");
}

static void search__filters__by_place_and_organiser(void **state)
{
    (void)state;
    query.place = "theat";
    assert_string_equal(all(), "a2");
    query.place = "fetes vallou";
    assert_string_equal(all(), "a1 a3");
    assert_string_equal(words("bal"), "a3");
    query.words = NULL;
    query.place = "contes";
    assert_string_equal(all(), "");
    query.place = NULL;
    query.organiser = "décâblés";
    assert_string_equal(all(), "a2");
    query.organiser = "trio";
    assert_string_equal(all(), "");
}

static void search__filters__by_genre_and_status(void **state)
{
    (void)state;
    query.genre = "bal";
    assert_string_equal(all(), "a3");
    assert_string_equal(words("salle"), "a3");
    assert_string_equal(words("contes"), "");
    query.genre = NULL;
    query.status = "supprime";
    assert_string_equal(words("contes"), "a4");
    assert_string_equal(words(NULL), "a4");
    query.status = "publie";
    assert_string_equal(words("contes"), "a1");
    assert_string_equal(words(NULL), "a1 a2 a3");
    query.genre = "theatre";
    assert_string_equal(words(NULL), "a1");
}

static void search__filters__by_days(void **state)
{
    (void)state;
    query.after = DAY + 1;
    assert_string_equal(all(), "a3");
    query.after = SEARCH_ANY_DAY;
    query.before = DAY;
    assert_string_equal(all(), "a1 a2");
    query.after = DAY;
    assert_string_equal(words("trio"), "a2");
    query.after = DAY + 1;
    assert_string_equal(all(), "");
}

static void search__filters__samples(void **state)
{
    (void)state;
    record("evenement", "{" ID("a5") ",'titre':{'fr':'Exemple'},'exercice':true,"
                                     "'statut_fiche':'publie'," ON("07", "16:00") "}");
    query.samples_only = true;
    assert_string_equal(all(), "a5");
    assert_string_equal(words("exem"), "a5");
    assert_string_equal(words("trio"), "");
}

static void search__looks__into_memos_when_asked(void **state)
{
    (void)state;
    query.type = "lieu";
    assert_string_equal(words("parking"), "");
    query.memos = true;
    assert_string_equal(words("gare parking"), "b1");
    assert_string_equal(words("theatre"), "b1");
    record("lieu", "{" ID("b3") ",'nom':'La Gare','acces':{'fr':'La gare'}}");
    assert_string_equal(words("gare"), "b1 b3");
}

/* More drafts than a search has at hand. */
static void search__shows__a_draft_among_very_many(void **state)
{
    char json[200];

    (void)state;
    box_draft_of(store, forms, "evenement",
            "{" ID("a2") ",'titre':{'fr':'Trio'}," ON("05", "20:30") "}");
    for (int i = 0; i < 150; i++) {
        snprintf(json, sizeof(json), "{'_id':'%s','uid':'%s','nom':'Grange %d'}",
                box_uid(i), box_uid(i), i);
        box_draft_of(store, forms, "lieu", json);
    }
    assert_string_equal(all(), "a1 a2* a3");
    assert_string_equal(words("trio"), "a2*");
}

static void search__shows__a_draft_in_place_of_its_revision(void **state)
{
    (void)state;
    box_draft_of(store, forms, "evenement",
            "{" ID("a1") ",'titre':{'fr':'Contes de printemps'},"
                         "'statut_fiche':'publie'," ON("08", "17:00") "}");
    box_draft_of(store, forms, "evenement",
            "{" ID("d1") ",'titre':{'fr':'Nouveau'},'statut_fiche':'brouillon'," ON(
                    "05", "20:30") "}");
    assert_string_equal(all(), "a2 d1* a3 a1*");
    assert_string_equal(words("hiver"), "");
    assert_string_equal(words("printemps"), "a1*");
    query.status = "brouillon";
    assert_string_equal(words(NULL), "d1* a1*");
    assert_string_equal(words("nouv"), "d1*");
    query.status = "publie";
    assert_string_equal(words(NULL), "a2 a3 a1*");
}

static void search__pages__both_ways_without_gaps(void **state)
{
    struct search_key key;

    (void)state;
    box_draft_of(store, forms, "evenement",
            "{" ID("d1") ",'titre':{'fr':'Nouveau'}," ON("05", "20:30") "}");
    assert_string_equal(page(NULL, true, 2), "a1 a2");
    assert_int_equal(search_page(store, &query, NULL, true, rows, 2, &err), 2);
    key = rows[1].key;
    search_rows_release(rows, 2);
    assert_string_equal(page(&key, true, 2), "d1* a3");
    assert_string_equal(page(&key, false, 2), "a1");
    assert_int_equal(search_page(store, &query, &key, true, rows, 1, &err), 1);
    key = rows[0].key;
    search_rows_release(rows, 1);
    assert_true(key.draft);
    assert_string_equal(page(&key, true, 2), "a3");
    assert_string_equal(page(&key, false, 2), "a1 a2");
    assert_string_equal(page(NULL, false, 2), "d1* a3");
}

static void search__begins__on_a_day(void **state)
{
    struct search_key key = search_day_key(DAY + 1);

    (void)state;
    assert_string_equal(page(&key, true, ROWS), "a3");
    assert_string_equal(page(&key, false, ROWS), "a1 a2");
    key = search_day_key(0);
    assert_string_equal(page(&key, true, ROWS), "a1 a2 a3");
    key = search_day_key(-100);
    assert_string_equal(page(&key, true, ROWS), "a1 a2 a3");
}

/* --- without a date --------------------------------------------------------------- */

static char event[] = "evenement";
static char *const dated[] = {event, NULL};

/* An event and a draft without a date, to stand before the second day. */
static void make_undated(void)
{
    record("evenement", "{" ID("a5") ",'titre':{'fr':'Contes du soir'},'lieu':'" UID(
                                "b2") "','statut_fiche':'publie'}");
    box_draft_of(store, forms, "evenement",
            "{" ID("d1") ",'titre':{'fr':'Contes à venir'},'genre':'bal'}");
    query.undated = dated;
    query.undated_at = DAY + 1;
}

static void search__undated__stand_before_their_day(void **state)
{
    (void)state;
    make_undated();
    assert_string_equal(all(), "a1 a2 d1* a5 a3");
    assert_string_equal(words("contes"), "a1 d1* a5");
    query.genre = "bal";
    assert_string_equal(words(""), "d1* a3");
    query.status = "brouillon";
    assert_string_equal(words("venir"), "d1*");
    query.genre = query.status = NULL;
    query.place = "fêtes";
    assert_string_equal(words("co"), "a1 a5");
    query.place = NULL;
    query.undated_only = true;
    assert_string_equal(words(NULL), "d1* a5");
    query.undated = NULL;
    assert_string_equal(all(), "");
}

static void search__undated__have_no_place_among_days(void **state)
{
    (void)state;
    make_undated();
    query.after = DAY;
    assert_string_equal(all(), "a1 a2 a3");
    query.after = SEARCH_ANY_DAY;
    query.before = DAY + 1;
    assert_string_equal(words("contes"), "a1");
    query.before = SEARCH_ANY_DAY;
    query.type = "evenement"; /* lists of one form are in the order of ids */
    assert_string_equal(words(NULL), "d1* a5 a1 a2 a3");
    query.type = NULL;
    query.undated_at = -100;
    assert_string_equal(all(), "d1* a5 a1 a2 a3");
}

/* Goes through the list row by row. */
static const char *one_by_one(bool forward)
{
    static char text[100];
    struct search_key key;
    bool any = false;

    *text = '\0';
    while (search_page(store, &query, any ? &key : NULL, forward, rows, 1, &err) > 0) {
        strncat(text, " ", sizeof(text) - strlen(text) - 1);
        strncat(text, rows[0].uid + 34, sizeof(text) - strlen(text) - 1);
        key = rows[0].key;
        any = true;
        search_rows_release(rows, 1);
    }
    return text;
}

static void search__undated__are_passed_both_ways(void **state)
{
    struct search_key key = search_undated_end();

    (void)state;
    make_undated();
    assert_string_equal(one_by_one(true), " a1 a2 d1 a5 a3");
    assert_string_equal(one_by_one(false), " a3 a5 d1 a2 a1");
    assert_string_equal(page(&key, true, 2), "a3");
    assert_string_equal(page(&key, false, 3), "a2 d1* a5");
    key = search_day_key(DAY + 1);
    assert_string_equal(page(&key, true, 2), "d1* a5");
    assert_string_equal(page(&key, false, ROWS), "a1 a2");
}

/* A key may be older than the list. */
static void search__undated__that_are_gone_leave_a_place(void **state)
{
    struct search_key key = search_undated_end();

    (void)state;
    query.undated = dated;
    query.undated_at = DAY + 1;
    assert_string_equal(page(&key, true, ROWS), "a3");
    assert_string_equal(page(&key, false, ROWS), "a1 a2");
    query.after = DAY + 1;
    assert_string_equal(page(&key, true, ROWS), "a3");
    key = search_day_key(DAY);
    assert_string_equal(page(&key, true, ROWS), "a3");
    assert_string_equal(page(&key, false, ROWS), "");
}

static void search__gives__all_that_a_row_shows(void **state)
{
    (void)state;
    query.words = "trio";
    assert_int_equal(search_page(store, &query, NULL, true, rows, ROWS, &err), 1);
    assert_string_equal(rows[0].type, "evenement");
    assert_int_equal(rows[0].day, DAY);
    assert_int_equal(rows[0].start, 20 * 60 + 30);
    assert_int_equal(rows[0].end, -1);
    assert_int_equal(rows[0].count, 1);
    assert_string_equal(rows[0].title, "Trio à cordes");
    assert_string_equal(rows[0].place, "Théâtre du Briançonnais");
    assert_string_equal(rows[0].town, "Briançon");
    assert_string_equal(rows[0].organiser, "Les Décâblés");
    assert_string_equal(rows[0].status, "publie");
    assert_false(rows[0].cancelled);
    assert_false(rows[0].conflict);
    search_rows_release(rows, 1);
}

static void search__counts__up_to_the_limit(void **state)
{
    (void)state;
    assert_int_equal(search_count(store, &query, 2), 2);
    assert_int_equal(search_count(store, &query, 0), 0);
}

/* --- choices ---------------------------------------------------------------------- */

static char lieu[] = "lieu", structure[] = "structure", evenement[] = "evenement";

static const char *choices_of(char *first, char *second, const char *typed)
{
    char *const types[] = {first, second, NULL};
    static char text[200];
    struct choice choices[ROWS];
    int n = search_choices(store, types, typed, choices, ROWS, &err);

    assert_true(n >= 0);
    *text = '\0';
    for (int i = 0; i < n; i++) {
        size_t at = strlen(text);

        snprintf(text + at, sizeof(text) - at, "%s%s%s", i ? " " : "",
                choices[i].id + 34, choices[i].draft ? "*" : "");
    }
    choices_release(choices, (size_t)n);
    return text;
}

static const char *venues(const char *typed)
{
    return choices_of(lieu, NULL, typed);
}

static void choices__are__alphabetical(void **state)
{
    (void)state;
    record("lieu", "{" ID("b3") ",'nom':'Église Sainte-Catherine'}");
    assert_string_equal(venues(""), "b3 b2 b1");
    assert_string_equal(choices_of(lieu, structure, ""), "b3 c1 b2 b1");
    assert_string_equal(venues("brianco"), "b1");
    assert_string_equal(venues("sal vall"), "b2");
    assert_string_equal(venues("zzz"), "");
}

static void choices__put__exact_words_then_recent_ones_first(void **state)
{
    (void)state;
    record("lieu", "{" ID("b3") ",'nom':'Sallette'}");
    record("lieu", "{" ID("b4") ",'nom':'Ancienne salle'}");
    record("lieu", "{" ID("b5") ",'nom':'Salles du Fort'}");
    assert_string_equal(venues("salle"), "b2 b5 b3 b4");
    assert_int_equal(search_used(store, UID("b4"), &err), 0);
    assert_int_equal(search_used(store, UID("b3"), &err), 0);
    assert_string_equal(venues("salle"), "b2 b3 b4 b5");
    assert_string_equal(venues(""), "b3 b4 b2 b5 b1");
    assert_int_equal(search_used(store, UID("b4"), &err), 0);
    assert_string_equal(venues(""), "b4 b3 b2 b5 b1");
    assert_string_equal(venues("theatre"), "b1");
    /* Nor do the marks of the filters make a recent one match: "tlieu", "spublie". */
    assert_string_equal(venues("sp"), "");
}

static void choices__have__drafts_and_not_the_deleted(void **state)
{
    struct choice choice;
    char *const types[] = {lieu, NULL};

    (void)state;
    box_draft_of(store, forms, "lieu", "{" ID("b1") ",'nom':'Le Grand Théâtre'}");
    box_draft_of(store, forms, "lieu", "{" ID("b3") ",'nom':'La Grange'}");
    record("lieu", "{" ID("b4") ",'nom':'Gravats','statut_fiche':'supprime'}");
    assert_string_equal(venues(""), "b3* b1* b2");
    assert_string_equal(venues("gra"), "b3* b1*");
    assert_int_equal(search_choices(store, types, "fetes", &choice, 1, &err), 1);
    assert_string_equal(choice.label, "Salle des fêtes");
    assert_string_equal(choice.detail, "Vallouise-Pelvoux");
    choices_release(&choice, 1);
}

static void choices__include__dated_records_once(void **state)
{
    (void)state;
    record("evenement",
            "{" ID("a6") ",'titre':{'fr':'Festival des contes'},"
                         "'statut_fiche':'publie','seances':["
                         "{'id':'1','debut':'2026-12-05T10:00[Europe/Paris]'},"
                         "{'id':'2','debut':'2026-12-06T10:00[Europe/Paris]'}]}");
    assert_string_equal(choices_of(evenement, NULL, "contes"), "a1 a6");
    assert_string_equal(choices_of(evenement, NULL, "festival"), "a6");
    assert_string_equal(choices_of(evenement, NULL, ""), "a3 a1 a6 a2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(search__finds__folded_words_in_any_order),
            TEST(search__survives__hostile_words),
            TEST(search__lists__one_type_or_all),
            TEST(search__filters__by_place_and_organiser),
            TEST(search__filters__by_genre_and_status),
            TEST(search__filters__by_days),
            TEST(search__filters__samples),
            TEST(search__looks__into_memos_when_asked),
            TEST(search__shows__a_draft_in_place_of_its_revision),
            TEST(search__shows__a_draft_among_very_many),
            TEST(search__pages__both_ways_without_gaps),
            TEST(search__begins__on_a_day),
            TEST(search__undated__stand_before_their_day),
            TEST(search__undated__have_no_place_among_days),
            TEST(search__undated__are_passed_both_ways),
            TEST(search__undated__that_are_gone_leave_a_place),
            TEST(search__gives__all_that_a_row_shows),
            TEST(search__counts__up_to_the_limit),
            TEST(choices__are__alphabetical),
            TEST(choices__put__exact_words_then_recent_ones_first),
            TEST(choices__have__drafts_and_not_the_deleted),
            TEST(choices__include__dated_records_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
