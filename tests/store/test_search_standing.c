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
#include "box_replica.h"
#include "odus/base/mem.h"
#include "odus/store/search.h"

/* Lists by where records stand with the main server. */

enum { ROWS = 20, MANY = 2100 /* more than are listed by name */ };

#define COOP "https://coop.example/"
#define UID(x) "01900000-0000-7000-8000-0000000000" x

static struct store *store;
static struct forms *forms;
static struct err err;
static struct search_query query;
static int64_t coop;

/* An event of 5 December at HOUR, made here. */
static void event(const char *uid, const char *hour, const char *more)
{
    char *text = xasprintf("{'_id':'%s','uid':'%s','titre':{'fr':'Contes %s'},"
                           "'genre':'bal','statut_fiche':'publie','seances':[{'id':'1',"
                           "'debut':'2026-12-05T%s[Europe/Paris]'}]%s%s}",
            uid, uid, hour, hour, *more ? "," : "", more);

    box_record(store, forms, "evenement", text);
    free(text);
}

static void acknowledge(const char *uid, int64_t at_ms)
{
    struct record r = {.body = NULL};
    struct replica_doc d;

    assert_int_equal(record_get(store, uid, &r, &err), 0);
    d = box_doc(uid, r.rev, "");
    assert_int_equal(replica_acknowledge(store, coop, &d, 1, at_ms, &err), 0);
    replica_doc_release(&d);
    record_release(&r);
}

/* a1 sent, a2 waits, a3 is said to be there, a4 stays, a5 held, a6 an exercise; a7 came
 * from the server and stands beside a change of ours; a8 came from it. */
static void make_season(void)
{
    char names[1][REPLICA_NAME_MAX] = {"commons"};

    event(UID("a1"), "10:00", "'visibilite':'public'");
    event(UID("a2"), "11:00", "'visibilite':'public'");
    event(UID("a3"), "12:00", "'visibilite':'public'");
    event(UID("a4"), "13:00", "'visibilite':'prive'");
    event(UID("a5"), "14:00", "'visibilite':'public'");
    event(UID("a6"), "15:00", "'visibilite':'public','exercice':true");
    event(UID("a7"), "16:00", "'visibilite':'public'");
    coop = box_peer(store, COOP);
    acknowledge(UID("a1"), 1000);
    acknowledge(UID("a3"), 0);
    assert_int_equal(replica_hold(store, UID("a5"), true, &err), 0);
    acknowledge(UID("a7"), 1000);
    (void)box_pull(store, forms, coop, UID("a7"), "1-z",
            "'type':'evenement','uid':'" UID(
                    "a7") "','visibilite':'public','titre':"
                          "{'fr':'Contes "
                          "16:00'},'seances':[{'id':'1','debut':'2026-12-05T16:00"
                          "[Europe/Paris]'}]");
    (void)box_pull(store, forms, coop, UID("a8"), "1-a",
            "'type':'evenement','uid':'" UID(
                    "a8") "','visibilite':'public','seances':"
                          "[{'id':'1','debut':'2026-12-05T17:00[Europe/Paris]'}]");
    assert_int_equal(replica_takes(store, coop, names, 1, &err), 0);
}

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    memset(&err, 0, sizeof(err));
    query = (struct search_query){.after = SEARCH_ANY_DAY, .before = SEARCH_ANY_DAY};
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

static const char *page(const struct search_key *key, bool forward, size_t limit,
        struct search_row *rows)
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
    search_rows_release(rows, (size_t)n);
    return text;
}

static const char *that(enum search_standing standing)
{
    struct search_row rows[ROWS];
    const char *text;

    query.standing = standing;
    text = page(NULL, true, ROWS, rows);
    assert_int_equal(search_count(store, &query, 1000), (strlen(text) + 1) / 3);
    return text;
}

static void check_season(void)
{
    assert_string_equal(that(SEARCH_WAITING), "a2 a3");
    assert_string_equal(that(SEARCH_STAYS), "a4");
    assert_string_equal(that(SEARCH_COMPLETE), "a5 a6");
    assert_string_equal(that(SEARCH_SENT), "a1 a7 a8");
    assert_string_equal(that(SEARCH_CONFLICT), "a7");
    assert_string_equal(that(SEARCH_ANY_STANDING), "a1 a2 a3 a4 a5 a6 a7 a8");
}

static void standing__each__is_found(void **state)
{
    (void)state;
    make_season();
    check_season();
}

/* So many wait that they are not listed but looked for. */
static void standing__each__is_found_where_many_wait(void **state)
{
    struct replica_doc docs[REPLICA_SLICE];
    struct replica_slice slice = {
            .container = "commons", .docs = docs, .n = REPLICA_SLICE};

    (void)state;
    make_season();
    for (int first = 0; first < MANY; first += REPLICA_SLICE) {
        for (int i = 0; i < REPLICA_SLICE; i++) {
            char uid[37];

            snprintf(uid, sizeof(uid), "01900000-0000-7000-9000-%012d", first + i);
            docs[i] = box_doc(uid, "1-a", "'type':'inconnu','visibilite':'public'");
        }
        assert_int_equal(replica_apply(store, forms, &slice, NULL, NULL, &err), 0);
        for (int i = 0; i < REPLICA_SLICE; i++)
            replica_doc_release(&docs[i]);
    }
    check_season();
}

static void standing__with_other_filters(void **state)
{
    (void)state;
    make_season();
    query.words = "contes";
    assert_string_equal(that(SEARCH_WAITING), "a2 a3");
    assert_string_equal(that(SEARCH_SENT), "a1 a7");
    query.words = "contes 12";
    assert_string_equal(that(SEARCH_WAITING), "a3");
    query.words = NULL;
    query.genre = "bal";
    assert_string_equal(that(SEARCH_WAITING), "a2 a3");
    query.status = "publie";
    assert_string_equal(that(SEARCH_COMPLETE), "a5 a6");
    query.status = "supprime";
    assert_string_equal(that(SEARCH_COMPLETE), "");
    query.genre = query.status = NULL;
    query.type = "evenement";
    assert_string_equal(that(SEARCH_WAITING), "a2 a3");
    query.type = "lieu";
    assert_string_equal(that(SEARCH_WAITING), "");
    query.type = "*";
    assert_string_equal(that(SEARCH_STAYS), "a4");
    query.samples_only = true;
    assert_string_equal(that(SEARCH_COMPLETE), "a6");
}

/* Few rows are compared one by one, as the index would find them. */
static void standing__words__are_those_of_the_index(void **state)
{
    (void)state;
    box_record(store, forms, "lieu",
            "{'_id':'" UID("b1") "','uid':'" UID(
                    "b1") "','nom':'Salle des Fêtes',"
                          "'statut_fiche':'publie','visibilite':'public','adresse':{'"
                          "commune':"
                          "'05101'},'acces':{'fr':'Parking sous la gare'}}");
    box_record(store, forms, "structure",
            "{'_id':'" UID("c1") "','uid':'" UID(
                    "c1") "','nom':'Les Décâblés',"
                          "'statut_fiche':'publie','visibilite':'public'}");
    event(UID("a9"), "18:00",
            "'visibilite':'public','lieu':'" UID("b1") "',"
                                                       "'organisateur':'" UID(
                                                               "c1") "'");
    make_season();
    query.words = "conte fete";
    assert_string_equal(that(SEARCH_WAITING), "a9");
    query.words = "18 decab CONTES";
    assert_string_equal(that(SEARCH_WAITING), "a9");
    query.words = "ontes";
    assert_string_equal(that(SEARCH_WAITING), "");
    query.words = "contes";
    query.place = "salle";
    assert_string_equal(that(SEARCH_WAITING), "a9");
    query.place = "decables";
    assert_string_equal(that(SEARCH_WAITING), "");
    query.place = NULL;
    query.organiser = "decables";
    assert_string_equal(that(SEARCH_WAITING), "a9");
    query.organiser = NULL;
    query.words = "parking";
    query.type = "lieu";
    assert_string_equal(that(SEARCH_WAITING), "");
    query.memos = true;
    assert_string_equal(that(SEARCH_WAITING), "b1");
    query.words = "bal"; /* a mark of the index, no word */
    query.type = NULL;
    assert_string_equal(that(SEARCH_WAITING), "");
}

static void standing__pages__go_on_where_they_were(void **state)
{
    static const enum search_standing both[] = {SEARCH_WAITING, SEARCH_SENT};
    struct search_row rows[ROWS];

    (void)state;
    make_season();
    for (size_t i = 0; i < COUNT(both); i++) {
        struct search_key key;
        int n;

        query.standing = both[i];
        n = search_page(store, &query, NULL, true, rows, 1, &err);
        assert_int_equal(n, 1);
        key = rows[0].key;
        search_rows_release(rows, 1);
        assert_string_equal(page(&key, true, 1, rows), i ? "a7" : "a3");
        assert_string_equal(page(&key, false, 1, rows), "");
        assert_string_equal(page(NULL, false, 1, rows), i ? "a8" : "a3");
    }
}

/* A draft stands nowhere; for a conflict its record is shown all the same, once. */
static void standing__drafts__are_not_asked_but_of_conflicts(void **state)
{
    (void)state;
    make_season();
    for (int i = 1; i <= 7; i += 2) {
        char *text = xasprintf("{'_id':'01900000-0000-7000-8000-0000000000a%d','uid':"
                               "'01900000-0000-7000-8000-0000000000a%d','seances':"
                               "[{'id':'1','debut':'2026-12-05T18:00[Europe/Paris]'}]}",
                i, i);

        box_draft_of(store, forms, "evenement", text);
        free(text);
    }
    assert_string_equal(that(SEARCH_WAITING), "a2");
    assert_string_equal(that(SEARCH_COMPLETE), "a6");
    assert_string_equal(that(SEARCH_SENT), "a8");
    assert_string_equal(that(SEARCH_CONFLICT), "a7*");
    query.status = "brouillon";
    assert_string_equal(that(SEARCH_WAITING), "");
    assert_string_equal(that(SEARCH_CONFLICT), "a7*");
}

static void standing__no_server__all_is_complete(void **state)
{
    (void)state;
    event(UID("a1"), "10:00", "");
    event(UID("a2"), "11:00", "'exercice':true");
    event(UID("a3"), "12:00", "");
    box_draft_of(store, forms, "evenement",
            "{'_id':'" UID("a3") "','uid':'" UID(
                    "a3") "','seances':[{'id':'1',"
                          "'debut':'2026-12-05T18:00[Europe/Paris]'}]}");
    assert_string_equal(that(SEARCH_COMPLETE), "a1 a2");
    assert_string_equal(that(SEARCH_WAITING), "");
    assert_string_equal(that(SEARCH_STAYS), "");
    assert_string_equal(that(SEARCH_SENT), "");
    assert_string_equal(that(SEARCH_CONFLICT), "");
}

static void standing__training__exercises_travel(void **state)
{
    (void)state;
    assert_int_equal(store_meta_set(store, "training", "1", &err), 0);
    make_season();
    assert_string_equal(that(SEARCH_WAITING), "a6");
    assert_string_equal(that(SEARCH_COMPLETE), "a1 a2 a3 a4 a5 a7 a8");
    assert_string_equal(that(SEARCH_SENT), "");
}

int main(void)
{
#define IN_BOX(f) cmocka_unit_test_setup_teardown(f, open_box, close_box)
    const struct CMUnitTest tests[] = {
            IN_BOX(standing__each__is_found),
            IN_BOX(standing__each__is_found_where_many_wait),
            IN_BOX(standing__with_other_filters),
            IN_BOX(standing__words__are_those_of_the_index),
            IN_BOX(standing__pages__go_on_where_they_were),
            IN_BOX(standing__drafts__are_not_asked_but_of_conflicts),
            IN_BOX(standing__no_server__all_is_complete),
            IN_BOX(standing__training__exercises_travel),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
