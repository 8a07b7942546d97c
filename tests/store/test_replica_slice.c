/* What one slice does to the lists and the search, and what it leaves to the next. */
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

static struct store *store;
static struct forms *forms;
static int64_t peer;
static struct err err;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    forms = box_forms(store);
    peer = box_peer(store, "https://coop.example/");
    memset(&err, 0, sizeof(err));
    return 0;
}

static int close_box(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

#define VENUE "'type':'lieu','visibilite':'public','nom':"

/* An event TITLE in the venue VENUE (an N of box_uid), on DAY of December. */
static struct replica_doc event(
        int n, const char *revs, const char *title, int day, int venue)
{
    char *place = xasprintf(",'lieu':'%s'", box_uid(venue));
    char *more = xasprintf("'type':'evenement','titre':{'fr':'%s'}%s,"
                           "'seances':[{'id':'1','debut':"
                           "'2026-12-%02dT20:30[Europe/Paris]'}]",
            title, venue ? place : "", day);
    struct replica_doc d = box_doc(box_uid(n), revs, more);

    free(more);
    free(place);
    return d;
}

static void apply(struct replica_doc *docs, size_t n)
{
    const struct replica_slice slice = {
            .peer = peer, .container = "commons", .docs = docs, .n = n};

    assert_int_equal(replica_apply(store, forms, &slice, NULL, NULL, &err), 0);
    for (size_t i = 0; i < n; i++)
        replica_doc_release(&docs[i]);
}

static void apply_venue(const char *revs, const char *name)
{
    char *more = xasprintf(VENUE "'%s'", name);

    box_pull(store, forms, peer, box_uid(1), revs, more);
    free(more);
}

static void apply_event(int n, const char *revs, const char *title)
{
    struct replica_doc d = event(n, revs, title, 5, 1);

    apply(&d, 1);
}

static void assert_found(const char *words, int n)
{
    const char *ids = box_matches("data.db", words);
    int found = *ids != '\0';

    for (; *ids; ids++)
        found += *ids == ',';
    assert_int_equal(found, n);
}

/* The words in the index are those of the rows, no more and no less. */
static void assert_sound(void)
{
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

/* --- words ------------------------------------------------------------------------ */

static int64_t pieces(void)
{
    return box_int("data.db", "select count(distinct segid) from occurrence_fts_idx");
}

static void slice__words__go_in_at_once_whatever_the_days(void **state)
{
    struct replica_doc docs[6];

    (void)state;
    for (int i = 0; i < 6; i++)
        docs[i] = event(10 + i, "1-a", "Bal folk", 20 - i, 0);
    apply(docs, 6);
    assert_int_equal(pieces(), 1);
    assert_found("bal", 6);
    assert_sound();
}

static void slice__pieces__are_merged_by_those_who_did_not_write_them(void **state)
{
    struct store *other = box_open();

    (void)state;
    while (store_idle(other))
        ;
    for (int i = 0; i < 20; i++)
        apply_event(10 + i, "1-a", "Bal folk");
    assert_int_equal(pieces(), 20);
    (void)store_data_generation(other);
    while (store_idle(other))
        ;
    assert_true(pieces() < 5);
    assert_found("folk", 20);
    assert_sound();
    store_close(other);
}

static void slice__record__that_comes_twice_has_its_last_words(void **state)
{
    struct replica_doc docs[3];

    (void)state;
    docs[0] = event(10, "1-a", "Contes", 5, 0);
    docs[1] = event(10, "2-b 1-a", "Veillée", 4, 0);
    docs[2] = event(10, "3-c 2-b 1-a", "Bal folk", 5, 0);
    apply(docs, 3);
    assert_found("contes", 0);
    assert_found("veillée", 0);
    assert_found("folk", 1);
    assert_sound();
}

static void slice__days__that_go_take_their_words_with_them(void **state)
{
    struct replica_doc docs[2];

    (void)state;
    docs[0] = event(10, "1-a", "Bal folk", 5, 0);
    docs[1] = event(11, "1-a", "Bal musette", 7, 0);
    apply(docs, 2);
    docs[0] = event(11, "2-b 1-a", "Bal musette", 3, 0);
    docs[1] = event(10, "2-b 1-a", "Bal folk", 9, 0);
    apply(docs, 2);
    assert_found("bal", 2);
    assert_int_equal(box_int("data.db", "select min(id) >> 20 from occurrence"), 20790);
    assert_sound();
}

static void slice__tombstone__takes_the_words_that_came_with_it(void **state)
{
    struct replica_doc docs[2];

    (void)state;
    docs[0] = event(10, "1-a", "Contes", 5, 0);
    docs[1] = box_doc(box_uid(10), "!2-b 1-a", "");
    apply(docs, 2);
    assert_found("contes", 0);
    assert_sound();
}

/* --- names of others -------------------------------------------------------------- */

static void assert_place(int n, const char *name)
{
    char *sql = xasprintf("select count(*) from entry where uid = '%s'"
                          " and coalesce(place_name, '') = '%s'",
            box_uid(n), name);

    assert_int_equal(box_int("data.db", sql), 1);
    free(sql);
}

static void slice__names__are_those_of_now_in_the_next_one(void **state)
{
    (void)state;
    apply_event(10, "1-a", "Contes");
    assert_place(10, "");
    apply_venue("1-v", "Théâtre du Rempart");
    apply_event(11, "1-a", "Bal folk");
    assert_place(11, "Théâtre du Rempart");
    apply_venue("2-w 1-v", "Salle des fêtes");
    apply_event(12, "1-a", "Trio");
    assert_place(12, "Salle des fêtes");
}

static void slice__names__follow_what_others_write_in_between(void **state)
{
    struct store *other = box_open();
    struct forms *theirs = box_forms(other);

    (void)state;
    apply_venue("1-v", "Théâtre du Rempart");
    apply_event(10, "1-a", "Contes");
    box_pull(other, theirs, peer, box_uid(1), "2-w 1-v", VENUE "'Salle des fêtes'");
    apply_event(11, "1-a", "Bal folk");
    assert_place(11, "Salle des fêtes");
    forms_free(theirs);
    store_close(other);
}

static const char *state_of(int n)
{
    static struct buf out;
    char uid[37];
    const char *args[] = {uid};

    if (!out.s)
        buf_init(&out, 0);
    buf_clear(&out);
    snprintf(uid, sizeof(uid), "%s", box_uid(n));
    assert_true(forms_hooks(forms)->lookup(
            forms_hooks(forms)->ctx, "ref_state", args, 1, &out));
    return out.s;
}

static void slice__states__are_those_of_now_after_it(void **state)
{
    (void)state;
    apply_venue("1-v", "Théâtre du Rempart");
    apply_event(10, "1-a", "Contes");
    assert_string_equal(state_of(1), "publie");
    box_pull(store, forms, peer, box_uid(1), "!2-w 1-v", "");
    assert_string_equal(state_of(1), "supprime");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)
    const struct CMUnitTest tests[] = {
            T(slice__words__go_in_at_once_whatever_the_days),
            T(slice__pieces__are_merged_by_those_who_did_not_write_them),
            T(slice__record__that_comes_twice_has_its_last_words),
            T(slice__days__that_go_take_their_words_with_them),
            T(slice__tombstone__takes_the_words_that_came_with_it),
            T(slice__names__are_those_of_now_in_the_next_one),
            T(slice__names__follow_what_others_write_in_between),
            T(slice__states__are_those_of_now_after_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
