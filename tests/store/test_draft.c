#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box.h"
#include "odus/base/clock.h"

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

static void reopen(void)
{
    store_close(store);
    store = box_open();
}

static void put(const char *uid, const char *body, bool durable)
{
    struct summary s = box_summary(uid, "Bal", 0);
    struct draft d = box_draft(uid, body);

    assert_int_equal(draft_put(store, &d, &s, durable, &err), 0);
}

/* --- the journal ----------------------------------------------------------------- */

static void draft__put_without_summary__keeps_the_lists_and_the_body(void **state)
{
    struct draft d = box_draft(box_uid(1), "{\"a\":2}"), got = {0};

    (void)state;
    assert_int_equal(draft_put(store, &d, NULL, true, &err), ERR_NOT_FOUND);
    put(box_uid(1), "{\"a\":1}", false);
    assert_int_equal(draft_put(store, &d, NULL, true, &err), 0);
    reopen();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_string_equal(got.body, "{\"a\":2}");
    assert_string_equal(got.title, "Bal");
    draft_release(&got);
}

static void draft__put__gives_everything_back_after_reopening(void **state)
{
    struct summary s = box_summary(box_uid(1), "Bal", 0);
    struct draft d = box_draft(box_uid(1), "{\"a\":1}"), got = {0};

    (void)state;
    snprintf(d.base, sizeof(d.base), "3-0123456789abcdef0123456789abcdef");
    d.at = (char *)"tarifs.#a1.prix";
    assert_int_equal(clock_init("2026-12-05T19:30:00Z", &err), 0);
    assert_int_equal(draft_put(store, &d, &s, true, &err), 0);
    reopen();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_string_equal(got.uid, box_uid(1));
    assert_string_equal(got.type, "lieu");
    assert_string_equal(got.title, "Bal");
    assert_string_equal(got.form_hash, d.form_hash);
    assert_string_equal(got.base, d.base);
    assert_string_equal(got.body, "{\"a\":1}");
    assert_string_equal(got.at, "tarifs.#a1.prix");
    assert_null(got.typed);
    assert_int_equal(got.created_ms, clock_now_ms());
    assert_int_equal(got.saved_ms, clock_now_ms());
    assert_int_equal(got.owner, 0);
    assert_false(got.orphan);
    draft_release(&got);
    assert_int_equal(clock_init(NULL, &err), 0);
}

static void draft__put__replaces_but_remembers_its_birth(void **state)
{
    struct draft got = {0};
    int64_t created;

    (void)state;
    assert_int_equal(clock_init("2026-12-05T19:30:00Z", &err), 0);
    put(box_uid(1), "{\"a\":1}", false);
    created = clock_now_ms();
    assert_int_equal(clock_init("2026-12-05T19:31:00Z", &err), 0);
    put(box_uid(1), "{\"a\":2}", false);
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_string_equal(got.body, "{\"a\":2}");
    assert_int_equal(got.created_ms, created);
    assert_int_equal(got.saved_ms, created + 60000);
    draft_release(&got);
    assert_int_equal(draft_count(store), 1);
    assert_int_equal(clock_init(NULL, &err), 0);
}

static void draft__put__refuses_half_drafts(void **state)
{
    struct summary s = box_summary(box_uid(2), "Bal", 0);
    struct draft d = box_draft(box_uid(1), "{}");

    (void)state;
    assert_int_equal(draft_put(store, &d, &s, false, &err), ERR_INVALID);
    s.uid = d.uid;
    d.body = NULL;
    assert_int_equal(draft_put(store, &d, &s, false, &err), ERR_INVALID);
    assert_int_equal(draft_count(store), 0);
}

static void draft__put_many__is_all_or_none(void **state)
{
    struct summary s[] = {
            box_summary(box_uid(1), "Bal", 0), box_summary(box_uid(2), "Fest", 0)};
    struct draft d[] = {box_draft(box_uid(1), "{}"), box_draft(box_uid(2), "{}")};

    (void)state;
    d[1].body = NULL;
    assert_int_equal(draft_put_many(store, d, s, 2, false, &err), ERR_INVALID);
    assert_int_equal(draft_count(store), 0);
    d[1] = box_draft(box_uid(2), "{}");
    assert_int_equal(draft_put_many(store, d, s, 2, false, &err), 0);
    reopen();
    assert_int_equal(draft_count(store), 2);
}

static void draft__typing__is_kept_until_the_next_put(void **state)
{
    struct draft got = {0};

    (void)state;
    assert_int_equal(
            draft_typing(store, box_uid(1), "titre", "B", &err), ERR_NOT_FOUND);
    put(box_uid(1), "{}", false);
    assert_int_equal(draft_typing(store, box_uid(1), "titre", "B", &err), 0);
    assert_int_equal(draft_typing(store, box_uid(1), "titre", "Bé", &err), 0);
    reopen();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_string_equal(got.at, "titre");
    assert_string_equal(got.typed, "Bé");
    draft_release(&got);
    put(box_uid(1), "{\"titre\":\"Bé\"}", false);
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_null(got.typed);
    assert_int_equal(got.ntexts, 0);
    draft_release(&got);
}

static void draft__typing__keeps_a_text_for_each_field(void **state)
{
    struct draft got = {0};

    (void)state;
    put(box_uid(1), "{}", false);
    put(box_uid(2), "{}", false);
    assert_int_equal(draft_typing(store, box_uid(1), "debut", "31/2", &err), 0);
    assert_int_equal(draft_typing(store, box_uid(2), "debut", "32/2", &err), 0);
    assert_int_equal(draft_typing(store, box_uid(1), "age", "dix", &err), 0);
    reopen();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_string_equal(got.at, "age");
    assert_string_equal(got.typed, "dix");
    assert_int_equal(got.ntexts, 2);
    assert_string_equal(got.texts[0].at, "age");
    assert_string_equal(got.texts[1].at, "debut");
    assert_string_equal(got.texts[1].typed, "31/2");
    draft_release(&got);
    assert_int_equal(draft_typing(store, box_uid(1), "age", NULL, &err), 0);
    assert_int_equal(draft_typing(store, box_uid(1), "age", NULL, &err), 0);
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_int_equal(got.ntexts, 1);
    assert_string_equal(got.texts[0].at, "debut");
    draft_release(&got);
}

static void draft__put__takes_cursor_and_texts_together(void **state)
{
    struct draft_text texts[] = {
            {(char *)"debut", (char *)"31/2"}, {(char *)"age", (char *)"dix"}};
    struct draft d = box_draft(box_uid(1), "{}"), got = {0};

    (void)state;
    put(box_uid(1), "{}", false);
    assert_int_equal(draft_typing(store, box_uid(1), "titre", "B", &err), 0);
    d.at = (char *)"debut";
    d.texts = texts;
    d.ntexts = 2;
    assert_int_equal(draft_put(store, &d, NULL, false, &err), 0);
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_string_equal(got.at, "debut");
    assert_string_equal(got.typed, "31/2");
    assert_int_equal(got.ntexts, 2);
    assert_string_equal(got.texts[0].typed, "dix");
    draft_release(&got);
}

static void draft__list__has_the_last_saved_first_and_no_bodies(void **state)
{
    struct draft *all = NULL;
    size_t n = 0;

    (void)state;
    for (int i = 1; i <= 3; i++) {
        char now[] = "2026-12-05T19:30:00Z";

        now[18] = (char)('0' + i);
        assert_int_equal(clock_init(now, &err), 0);
        put(box_uid(i), "{}", false);
    }
    assert_int_equal(clock_init("2026-12-05T19:31:00Z", &err), 0);
    put(box_uid(1), "{}", false);
    assert_int_equal(draft_list(store, false, &all, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_string_equal(all[0].uid, box_uid(1));
    assert_string_equal(all[1].uid, box_uid(3));
    assert_string_equal(all[2].uid, box_uid(2));
    assert_null(all[0].body);
    drafts_free(all, n);
    assert_int_equal(clock_init(NULL, &err), 0);
}

static void draft__remove__leaves_nothing(void **state)
{
    struct draft got;

    (void)state;
    put(box_uid(1), "{}", false);
    assert_int_equal(draft_typing(store, box_uid(1), "titre", "B", &err), 0);
    assert_string_not_equal(box_matches("drafts.db", "bal"), "");
    assert_int_equal(draft_remove(store, box_uid(1), &err), 0);
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), ERR_NOT_FOUND);
    assert_int_equal(box_int("drafts.db", "select (select count(*) from typing)"
                                          " + (select count(*) from entry)"
                                          " + (select count(*) from occurrence)"),
            0);
    assert_string_equal(box_matches("drafts.db", "bal"), "");
    assert_int_equal(draft_remove(store, box_uid(1), &err), 0);
    assert_int_equal(store_check(store, NULL, NULL, &err), 0);
}

/* --- whose it is ----------------------------------------------------------------- */

static int child_claims_and_dies(void)
{
    struct store *mine = box_open();

    if (draft_claim(mine, box_uid(1), NULL))
        return 1;
    raise(SIGKILL);
    return 2;
}

static void draft__claim__is_free_again_when_its_process_died(void **state)
{
    struct draft *all = NULL;
    struct draft got = {0};
    size_t n = 0;

    (void)state;
    put(box_uid(1), "{}", false);
    put(box_uid(2), "{}", false);
    store_close(store);
    assert_int_equal(box_child(child_claims_and_dies), 128 + SIGKILL);
    store = box_open();

    assert_int_equal(draft_list(store, true, &all, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_string_equal(all[0].uid, box_uid(1));
    assert_true(all[0].orphan);
    drafts_free(all, n);
    assert_int_equal(draft_claim(store, box_uid(1), &err), 0);
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_int_equal(got.owner, getpid());
    assert_false(got.orphan);
    draft_release(&got);
}

/* Exit status 10 - code of a claim made from another process. */
static int child_claims(void)
{
    struct store *mine = box_open();
    struct err e = {0};
    int rc = draft_claim(mine, box_uid(1), &e);
    char pid[16];

    snprintf(pid, sizeof(pid), "%d", (int)getppid());
    if (rc == ERR_BUSY && strcmp(e.args[0], pid) != 0)
        rc = 0;
    store_close(mine);
    return 10 - rc;
}

static void draft__claim__is_refused_while_the_owner_lives(void **state)
{
    (void)state;
    assert_int_equal(draft_claim(store, box_uid(1), &err), ERR_NOT_FOUND);
    put(box_uid(1), "{}", false);
    assert_int_equal(draft_claim(store, box_uid(1), &err), 0);
    assert_int_equal(draft_claim(store, box_uid(1), &err), 0);
    assert_int_equal(box_child(child_claims), 10 - ERR_BUSY);
    assert_int_equal(draft_unclaim(store, box_uid(1), &err), 0);
    assert_int_equal(draft_unclaim(store, box_uid(1), &err), 0);
    assert_int_equal(box_child(child_claims), 10);
}

static void draft__claim__sees_through_a_reused_process_number(void **state)
{
    struct db *db = NULL;
    struct draft got = {0};

    (void)state;
    put(box_uid(1), "{}", false);
    assert_int_equal(db_open(box_path("store/drafts.db"), NULL, &db, &err), 0);
    assert_int_equal(db_run(db, &err, "update draft set owner = ?1, owner_start = 1",
                             bind_int(getppid())),
            0);
    db_close(db);
    if (access("/proc/self/stat", R_OK) != 0)
        skip();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_true(got.orphan);
    draft_release(&got);
}

/* --- completing ------------------------------------------------------------------ */

static int complete(struct store *s)
{
    struct summary summary = box_summary(box_uid(1), "Bal", 20792);
    struct json *body = box_body(box_uid(1), "Bal");
    char rev[REV_MAX];
    int rc = record_put(s, NULL, body, &summary, box_uid(1), rev, NULL);

    json_free(body);
    return rc;
}

static int child_dies_before_the_draft_is_removed(void)
{
    struct store *mine = box_open();

    if (complete(mine))
        return 1;
    raise(SIGKILL);
    return 2;
}

static void draft__complete__cut_off_is_finished_by_opening(void **state)
{
    struct draft got;
    struct record r = {0};

    (void)state;
    put(box_uid(1), "{}", true);
    put(box_uid(2), "{}", true);
    store_close(store);
    assert_int_equal(box_child(child_dies_before_the_draft_is_removed), 128 + SIGKILL);
    store = box_open();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), ERR_NOT_FOUND);
    assert_int_equal(record_get(store, box_uid(1), &r, &err), 0);
    record_release(&r);
    assert_int_equal(draft_count(store), 1);
    assert_int_equal(box_int("data.db", "select count(*) from completed"), 0);
}

static void draft__complete__spares_what_was_edited_since(void **state)
{
    struct draft got = {0};

    (void)state;
    put(box_uid(1), "{}", true);
    assert_int_equal(complete(store), 0);
    put(box_uid(1), "{\"titre\":\"autre\"}", false);
    reopen();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    assert_non_null(strstr(got.body, "autre"));
    draft_release(&got);

    /* typed into since, and not yet part of the draft */
    put(box_uid(1), "{}", true);
    assert_int_equal(complete(store), 0);
    assert_int_equal(draft_typing(store, box_uid(1), "titre", "B", &err), 0);
    reopen();
    assert_int_equal(draft_count(store), 1);
}

static void draft__complete__again_after_a_failure_removes_it_too(void **state)
{
    (void)state;
    put(box_uid(1), "{}", true);
    assert_int_equal(complete(store), 0);
    put(box_uid(1), "{}", true);
    assert_int_equal(complete(store), 0);
    reopen();
    assert_int_equal(draft_count(store), 0);
    assert_int_equal(box_int("data.db", "select count(*) from rev"), 1);
}

/* Puts and types until it is killed; says on the pipe what is safe. */
static void journal_until_killed(int fd)
{
    struct store *mine = box_open();

    for (int i = 0;; i++) {
        struct summary s = box_summary(box_uid(1), "Bal", 0);
        char body[32];
        struct draft d;

        snprintf(body, sizeof(body), "{\"n\":%d}", i);
        d = box_draft(box_uid(1), body);
        if (draft_put(mine, &d, &s, false, NULL) || write(fd, &i, sizeof(i)) < 0)
            _exit(1);
    }
}

static void draft__put__survives_a_kill(void **state)
{
    struct draft got = {0};
    int fds[2], said = -1, n = 0;
    char want[32], next[32];
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(fds), 0);
    store_close(store);
    pid = fork();
    if (pid == 0)
        journal_until_killed(fds[1]);
    close(fds[1]);
    while (n < 50 && read(fds[0], &said, sizeof(said)) == (ssize_t)sizeof(said))
        n++;
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    while (read(fds[0], &said, sizeof(said)) == (ssize_t)sizeof(said))
        ;
    close(fds[0]);

    store = box_open();
    assert_int_equal(draft_get(store, box_uid(1), &got, &err), 0);
    snprintf(want, sizeof(want), "{\"n\":%d}", said);
    snprintf(next, sizeof(next), "{\"n\":%d}", said + 1);
    assert_true(strcmp(got.body, want) == 0 || strcmp(got.body, next) == 0);
    draft_release(&got);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_box, close_box)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(draft__put_without_summary__keeps_the_lists_and_the_body),
            TEST(draft__put__gives_everything_back_after_reopening),
            TEST(draft__put__replaces_but_remembers_its_birth),
            TEST(draft__put__refuses_half_drafts),
            TEST(draft__put_many__is_all_or_none),
            TEST(draft__typing__is_kept_until_the_next_put),
            TEST(draft__typing__keeps_a_text_for_each_field),
            TEST(draft__put__takes_cursor_and_texts_together),
            TEST(draft__list__has_the_last_saved_first_and_no_bodies),
            TEST(draft__remove__leaves_nothing),
            TEST(draft__claim__is_free_again_when_its_process_died),
            TEST(draft__claim__is_refused_while_the_owner_lives),
            TEST(draft__claim__sees_through_a_reused_process_number),
            TEST(draft__complete__cut_off_is_finished_by_opening),
            TEST(draft__complete__spares_what_was_edited_since),
            TEST(draft__complete__again_after_a_failure_removes_it_too),
            TEST(draft__put__survives_a_kill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
