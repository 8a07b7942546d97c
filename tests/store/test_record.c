#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum { DAY = 20792 };

static struct store *store;
static struct err err;

static int open_box(void **state)
{
    if (box_make(state))
        return -1;
    store = box_open();
    memset(&err, 0, sizeof(err));
    return 0;
}

static int close_box(void **state)
{
    store_close(store);
    return box_remove(state);
}

static void assert_winner(const char *uid, const char *rev, const char *part_of_body)
{
    struct record r = {0};

    assert_int_equal(record_get(store, uid, &r, &err), 0);
    assert_string_equal(r.rev, rev);
    assert_non_null(strstr(r.body, part_of_body));
    record_release(&r);
}

/* --- revisions ------------------------------------------------------------------- */

static void record__rev__is_the_same_everywhere(void **state)
{
    char rev[REV_MAX], next[REV_MAX];
    struct view body = VIEW_LIT("{\"_id\":\"a\",\"titre\":\"Bal\"}");

    (void)state;
    /* computed with Python's hashlib: BLAKE2b-128 of length-prefixed parts */
    record_rev(NULL, false, body, rev);
    assert_string_equal(rev, "1-b5055da763a48006c2fd57c36a3b0bbb");
    record_rev("", false, body, next);
    assert_string_equal(next, rev);
    record_rev(rev, true, body, next);
    assert_string_equal(next, "2-e42b71b4a776f8070ad23e99314e3274");
}

static void record__rev__survives_hostile_parents(void **state)
{
    const char *const parents[] = {"-", "x", "99999999999999999999-a", "-5-a",
            "999999999-ffffffffffffffffffffffffffffffff"};
    char rev[REV_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(parents); i++) {
        record_rev(parents[i], false, VIEW_LIT("{}"), rev);
        assert_true(strlen(rev) >= 34 && strlen(rev) < REV_MAX);
    }
}

static void record__put__gives_the_record_back(void **state)
{
    char rev[REV_MAX] = "";
    struct record r = {0};

    (void)state;
    assert_int_equal(clock_init("2026-12-05T19:30:00Z", &err), 0);
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    assert_int_equal(record_get(store, box_uid(1), &r, &err), 0);
    assert_string_equal(r.uid, box_uid(1));
    assert_string_equal(r.type, "evenement");
    assert_string_equal(r.author, "anne");
    assert_string_equal(r.rev, rev);
    assert_int_equal(strncmp(rev, "1-", 2), 0);
    assert_false(r.deleted);
    assert_int_equal(r.leaves, 1);
    assert_int_equal(r.at_ms, clock_now_ms());
    assert_string_equal(r.body, "{\"_id\":\"01900000-0000-7000-8000-000000000001\","
                                "\"modifie_par\":\"anne\",\"titre\":\"Bal\"}");
    record_release(&r);
    assert_int_equal(clock_init(NULL, &err), 0);
}

static void record__get__says_that_there_is_none(void **state)
{
    struct record r;

    (void)state;
    assert_int_equal(record_get(store, box_uid(1), &r, &err), ERR_NOT_FOUND);
    assert_string_equal(err.args[0], box_uid(1));
    assert_int_equal(record_get_rev(store, box_uid(1), "1-a", &r, &err), ERR_NOT_FOUND);
}

static void record__put__chains_revisions_and_keeps_all_bodies(void **state)
{
    char first[REV_MAX] = "", last[REV_MAX];
    struct record r = {0};

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, first), 0);
    memcpy(last, first, REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "Bal folk", DAY, last), 0);
    assert_int_equal(strncmp(last, "2-", 2), 0);
    assert_winner(box_uid(1), last, "Bal folk");
    assert_int_equal(record_get_rev(store, box_uid(1), first, &r, &err), 0);
    assert_non_null(strstr(r.body, "\"Bal\""));
    record_release(&r);
}

static void record__put__twice_changes_nothing(void **state)
{
    char first[REV_MAX] = "", again[REV_MAX] = "", next[REV_MAX];

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, first), 0);
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, again), 0);
    assert_string_equal(first, again);
    assert_int_equal(box_int("data.db", "select count(*) from rev"), 1);

    /* also when the record has moved on since: a retry that comes late */
    memcpy(next, first, REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "Bal folk", DAY, next), 0);
    again[0] = '\0';
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, again), 0);
    assert_string_equal(first, again);
    assert_winner(box_uid(1), next, "Bal folk");
}

static void record__put__refuses_a_base_that_moved(void **state)
{
    char first[REV_MAX] = "", mine[REV_MAX], theirs[REV_MAX], none[REV_MAX] = "";

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, first), 0);
    memcpy(theirs, first, REV_MAX);
    memcpy(mine, first, REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "Bal folk", DAY, theirs), 0);
    assert_int_equal(box_put(store, box_uid(1), "Bal trad", DAY, mine), ERR_CONFLICT);
    assert_string_equal(mine, first);
    assert_int_equal(box_put(store, box_uid(1), "Autre", DAY, none), ERR_CONFLICT);
    assert_winner(box_uid(1), theirs, "Bal folk");
    assert_string_equal(box_matches("data.db", "trad"), "");

    /* and one that never was here */
    memcpy(mine, "1-00000000000000000000000000000000", 35);
    assert_int_equal(box_put(store, box_uid(2), "Bal", DAY, mine), ERR_CONFLICT);
}

static void record__put__refuses_what_is_no_record(void **state)
{
    struct summary s = box_summary(box_uid(1), "Bal", DAY);
    struct json *other = box_body(box_uid(2), "Bal"), *list = json_new_array();
    struct json *empty = json_new_object();
    char rev[REV_MAX];

    (void)state;
    assert_int_equal(record_put(store, NULL, other, &s, NULL, rev, &err), ERR_INVALID);
    assert_int_equal(record_put(store, NULL, list, &s, NULL, rev, &err), ERR_INVALID);
    s.uid = (char *)"";
    assert_int_equal(record_put(store, NULL, empty, &s, NULL, rev, &err), ERR_INVALID);
    s.uid = (char *)"0190000000000000000000000000000000000000000000000";
    assert_int_equal(record_put(store, NULL, empty, &s, NULL, rev, &err), ERR_INVALID);
    s = box_summary(box_uid(1), "Bal", DAY);
    s.type = NULL;
    assert_int_equal(record_put(store, NULL, empty, &s, NULL, rev, &err), ERR_INVALID);
    assert_int_equal(box_int("data.db", "select count(*) from entry"), 0);
    json_free(other);
    json_free(list);
    json_free(empty);
}

/* A leaf that came from elsewhere, as a synchronisation would add it. */
static void add_leaf(const char *rev, const char *parent, bool deleted)
{
    struct db *db = NULL;

    assert_int_equal(db_open(box_path("store/data.db"), NULL, &db, &err), 0);
    assert_int_equal(db_run(db, &err,
                             "insert into rev(record, rev, gen, parent, deleted, leaf,"
                             " at_ms) values(1, ?1, substr(?1, 1, 1), ?2, ?3, 1, 0)",
                             bind_text(rev), bind_text(parent), bind_int(deleted)),
            0);
    db_close(db);
}

static void record__put__counts_the_leaves_beside_the_winner(void **state)
{
    char rev[REV_MAX] = "", root[REV_MAX];
    struct record r = {0};

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    memcpy(root, rev, REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "Bal folk", DAY, rev), 0);
    add_leaf("2-00000000000000000000000000000000", root, false);
    add_leaf("9-00000000000000000000000000000000", root, true);
    assert_int_equal(box_put(store, box_uid(1), "Bal trad", DAY, rev), 0);
    assert_int_equal(record_get(store, box_uid(1), &r, &err), 0);
    assert_string_equal(r.rev, rev);
    assert_int_equal(r.leaves, 2);
    record_release(&r);
}

/* --- many at once ---------------------------------------------------------------- */

static void record__bulk__keeps_the_others_when_one_is_refused(void **state)
{
    char rev[REV_MAX] = "", again[REV_MAX] = "", other[REV_MAX] = "";
    char none[REV_MAX] = "";

    (void)state;
    assert_int_equal(record_bulk_begin(store, &err), 0);
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    assert_int_equal(box_put(store, "", "Bal", DAY, none), ERR_INVALID);
    assert_int_equal(box_put(store, box_uid(1), "Concert", DAY, again), ERR_CONFLICT);
    assert_int_equal(box_put(store, box_uid(2), "Cirque", DAY, other), 0);
    assert_int_equal(record_bulk_end(store, true, &err), 0);
    assert_winner(box_uid(1), rev, "Bal");
    assert_winner(box_uid(2), other, "Cirque");
}

static void record__bulk__can_be_given_up(void **state)
{
    char rev[REV_MAX] = "";
    struct record r;

    (void)state;
    assert_int_equal(record_bulk_begin(store, &err), 0);
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    assert_int_equal(record_bulk_end(store, false, &err), 0);
    assert_int_equal(record_get(store, box_uid(1), &r, &err), ERR_NOT_FOUND);
    assert_string_equal(box_matches("data.db", "bal"), "");
}

/* --- history, links, names ------------------------------------------------------- */

static void record__history__shows_the_newest_first(void **state)
{
    char revs[3][REV_MAX] = {""};
    struct history_entry *all = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "un", DAY, revs[0]), 0);
    memcpy(revs[1], revs[0], REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "deux", DAY, revs[1]), 0);
    memcpy(revs[2], revs[1], REV_MAX);
    assert_int_equal(box_put(store, box_uid(1), "trois", DAY, revs[2]), 0);
    assert_int_equal(record_history(store, box_uid(1), &all, &n, &err), 0);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(all[i].rev, revs[2 - i]);
        assert_string_equal(all[i].parent, i < 2 ? revs[1 - i] : "");
        assert_string_equal(all[i].author, "anne");
        assert_true(all[i].kept && !all[i].deleted && all[i].at_ms > 0);
    }
    free(all);
    assert_int_equal(record_history(store, box_uid(2), &all, &n, &err), ERR_NOT_FOUND);
}

static void record__history__cuts_long_authors_between_characters(void **state)
{
    struct summary s = box_summary(box_uid(1), "Bal", DAY);
    struct json *body = box_body(box_uid(1), "Bal");
    struct history_entry *all = NULL;
    char rev[REV_MAX], author[81];
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < 40; i++)
        memcpy(author + 2 * i, "é", 3);
    json_set_take(body, "modifie_par", json_text(view_of(author)));
    assert_int_equal(record_put(store, NULL, body, &s, NULL, rev, &err), 0);
    assert_int_equal(record_history(store, box_uid(1), &all, &n, &err), 0);
    author[62] = '\0';
    assert_string_equal(all[0].author, author);
    free(all);
    json_free(body);
}

static void put_with_links(const char *uid, char **links)
{
    struct summary s = box_summary(uid, "Bal", DAY);
    struct json *body = box_body(uid, "Bal");
    char rev[REV_MAX];

    s.links = links;
    assert_int_equal(record_put(store, NULL, body, &s, NULL, rev, &err), 0);
    json_free(body);
}

static void record__referrers__are_those_that_link(void **state)
{
    char *to_9[] = {(char *)box_uid(9), NULL};
    char *to_both[] = {(char *)box_uid(8), (char *)box_uid(9), NULL};
    char **uids = NULL;
    size_t n = 0;

    (void)state;
    put_with_links(box_uid(1), to_9);
    put_with_links(box_uid(2), to_both);
    put_with_links(box_uid(3), NULL);
    assert_int_equal(record_referrers(store, box_uid(9), 10, &uids, &n, &err), 0);
    assert_int_equal(n, 2);
    assert_string_equal(uids[0], box_uid(1));
    assert_string_equal(uids[1], box_uid(2));
    record_uids_free(uids, n);
    assert_int_equal(record_referrers(store, box_uid(9), 1, &uids, &n, &err), 0);
    assert_int_equal(n, 1);
    record_uids_free(uids, n);
    assert_int_equal(record_referrers(store, box_uid(7), 1, &uids, &n, &err), 0);
    assert_int_equal(n, 0);
    record_uids_free(uids, n);
}

static void record__find__completes_a_prefix(void **state)
{
    char rev[REV_MAX] = "", uid[37] = "";

    (void)state;
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    box_put_draft(store, box_uid(1), "Bal");
    assert_int_equal(record_find(store, "01900000", uid, &err), 0);
    assert_string_equal(uid, box_uid(1));

    box_put_draft(store, box_other_uid(), "Brouillon");
    assert_int_equal(record_find(store, "01900000", uid, &err), ERR_INVALID);
    assert_int_equal(record_find(store, "01900000-FFFF", uid, &err), 0);
    assert_string_equal(uid, box_other_uid());
    assert_int_equal(record_find(store, box_uid(1), uid, &err), 0);

    assert_int_equal(record_find(store, "0190000", uid, &err), ERR_INVALID);
    assert_int_equal(record_find(store, "02900000", uid, &err), ERR_NOT_FOUND);
    assert_int_equal(record_find(store, "0190000_", uid, &err), ERR_NOT_FOUND);
    assert_int_equal(
            record_find(store, "01900000-0000-7000-8000-0000000000011", uid, &err),
            ERR_NOT_FOUND);
}

static bool count_two(void *ctx, const char *uid)
{
    (void)uid;
    return ++*(int *)ctx < 2;
}

static bool purge(void *ctx, const char *uid)
{
    ++*(int *)ctx;
    return record_purge(store, uid, &err) == 0;
}

static void record__each__stops_when_told_and_bears_changes(void **state)
{
    int n = 0;

    (void)state;
    for (int i = 1; i <= 4; i++) {
        char rev[REV_MAX] = "";

        assert_int_equal(box_put(store, box_uid(i), "Bal", i == 4 ? 0 : DAY, rev), 0);
    }
    assert_int_equal(record_each(store, NULL, count_two, &n, &err), 0);
    assert_int_equal(n, 2);
    n = 0;
    assert_int_equal(record_each(store, "evenement", purge, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_int_equal(box_int("data.db", "select count(*) from record"), 1);
}

static void record__purge__leaves_nothing(void **state)
{
    char rev[REV_MAX] = "";
    char *links[] = {(char *)box_uid(9), NULL};
    struct record r;

    (void)state;
    put_with_links(box_uid(1), links);
    assert_int_equal(box_put(store, box_uid(2), "Bal", DAY, rev), 0);
    assert_int_equal(record_purge(store, box_uid(1), &err), 0);
    assert_int_equal(record_get(store, box_uid(1), &r, &err), ERR_NOT_FOUND);
    assert_int_equal(box_int("data.db", "select (select count(*) from rev)"
                                        " + (select count(*) from occurrence)"
                                        " + (select count(*) from entry)"
                                        " + (select count(*) from link)"),
            3);
    assert_int_equal(record_purge(store, box_uid(1), &err), 0);
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

static void record__index__changes_what_is_shown_and_no_revision(void **state)
{
    struct summary s = box_summary(box_uid(1), "Bal", DAY);
    char rev[REV_MAX] = "";

    (void)state;
    assert_int_equal(record_index(store, &s, &err), ERR_NOT_FOUND);
    assert_int_equal(box_put(store, box_uid(1), "Bal", DAY, rev), 0);
    s.place_name = (char *)"Théâtre";
    assert_int_equal(record_index(store, &s, &err), 0);
    assert_string_not_equal(box_matches("data.db", "place:theatre"), "");
    assert_winner(box_uid(1), rev, "Bal");
    assert_int_equal(box_int("data.db", "select count(*) from rev"), 1);
}

static int note_head(void *ctx, const struct record_head *head, struct err *e)
{
    struct buf *out = ctx;

    (void)e;
    assert_string_equal(head->type, "lieu");
    buf_addf(out, "%c%.2s%s ", head->uid[35], head->rev, head->deleted ? "x" : "");
    return out->len > 12 ? ERR_STOPPED : 0;
}

static void record__heads__come_in_the_order_of_uids(void **state)
{
    char rev[REV_MAX];
    struct buf out;

    (void)state;
    for (int n = 3; n > 0; n--) {
        *rev = 0;
        assert_int_equal(box_put(store, box_uid(n), "Salle", 0, rev), 0);
    }
    assert_int_equal(box_put(store, box_uid(1), "Salle A", 0, rev), 0);
    buf_init(&out, 0);
    assert_int_equal(record_heads(store, note_head, &out, NULL), 0);
    assert_string_equal(out.s, "12- 21- 31- ");
    assert_int_equal(record_heads(store, note_head, &out, NULL), ERR_STOPPED);
    buf_release(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(record__rev__is_the_same_everywhere),
            TEST(record__rev__survives_hostile_parents),
            TEST(record__put__gives_the_record_back),
            TEST(record__get__says_that_there_is_none),
            TEST(record__put__chains_revisions_and_keeps_all_bodies),
            TEST(record__put__twice_changes_nothing),
            TEST(record__put__refuses_a_base_that_moved),
            TEST(record__put__refuses_what_is_no_record),
            TEST(record__put__counts_the_leaves_beside_the_winner),
            TEST(record__bulk__keeps_the_others_when_one_is_refused),
            TEST(record__bulk__can_be_given_up),
            TEST(record__history__shows_the_newest_first),
            TEST(record__history__cuts_long_authors_between_characters),
            TEST(record__referrers__are_those_that_link),
            TEST(record__find__completes_a_prefix),
            TEST(record__each__stops_when_told_and_bears_changes),
            TEST(record__purge__leaves_nothing),
            TEST(record__index__changes_what_is_shown_and_no_revision),
            TEST(record__heads__come_in_the_order_of_uids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
