/* Merges that the server's rules forbid to the account: odus-serve with roles. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "room.h"

static struct place anne, claire, rene;
static struct run run;

static int make(void **state)
{
    static const char *const roles[] = {"organisateur", "organisateur", "referent"};
    static const char *const names[] = {"anne", "claire", "rene"};
    struct place server;

    run = (struct run){.answer = "yes"};
    if (stage_make(state))
        return -1;
    anne = place_open("anne");
    claire = place_open("claire");
    rene = place_open("rene");
    server = place_open("server");
    place_close(&server);
    if (!room_there())
        return 0;
    for (int i = 0; i < 3; i++)
        room_account("server", names[i], roles[i]);
    room_open("server");
    return 0;
}

static int undo(void **state)
{
    room_close();
    run_release(&run);
    place_close(&anne);
    place_close(&claire);
    place_close(&rene);
    return stage_remove(state);
}

static void sync_as(struct place *p, const char *name)
{
    run.job.user = run.job.author = name;
    run.job.secret = ROOM_PASSWORD;
    stage_run(&run, p, room_url());
    run_well(&run);
}

/* NAME sets MEMBER of record 1 at AT. */
static void edit(struct place *p, const char *name, const char *at, const char *member,
        const char *value)
{
    place_edit(p, 1, "modifie_par", name);
    place_edit(p, 1, "modifie_le", at);
    place_edit(p, 1, member, value);
}

static char *server_leaves(void)
{
    struct place server;
    char *leaves;

    room_close();
    server = place_open("server");
    leaves = place_leaves(&server, 1);
    place_close(&server);
    room_open("server");
    return leaves;
}

static void expect_same(struct place *p)
{
    char *there = server_leaves(), *here = place_leaves(p, 1);

    assert_string_equal(here, there);
    free(there);
    free(here);
}

/* Anne and Claire have changed record 1, Claire at AT. Anne's leaf, which is returned
 * (owned), was merged with Claire's before it went to the server. */
static char *merged_before_sent(const char *at)
{
    char *leaf;

    place_put(&anne, 1, "'note':'n'");
    sync_as(&anne, "anne");
    sync_as(&claire, "claire");
    edit(&claire, "claire", at, "titre", "De Claire");
    sync_as(&claire, "claire");
    edit(&anne, "anne", "2026-02-01T10:00:00Z", "note", "D'Anne");
    leaf = place_leaves(&anne, 1);
    assert_int_equal(replica_hold(anne.store, stage_uid(1), true, NULL), 0);
    sync_as(&anne, "anne");
    assert_int_equal(run.report.merged, 1);
    assert_int_equal(replica_hold(anne.store, stage_uid(1), false, NULL), 0);
    return leaf;
}

static void merge__of_anothers__waits_for_a_referent_in_silence(void **state)
{
    char *leaf, *there, *mine;

    (void)state;
    if (!room_there())
        skip();
    leaf = merged_before_sent("2026-03-01T10:00:00Z");
    mine = place_leaves(&anne, 1);
    for (int i = 0; i < 2; i++) {
        char *now;

        sync_as(&anne, "anne");
        assert_int_equal(run_count(&run, "refused"), 0);
        assert_int_equal(run.report.refused, 0);
        assert_int_equal(run.report.referent, 1);
        assert_int_equal(run.report.pushed, i == 0);
        assert_true(place_standing(&anne, 1).referent);
        assert_string_equal(place_standing(&anne, 1).refused, "");
        there = server_leaves();
        assert_non_null(strstr(there, leaf)); /* hers */
        assert_non_null(strchr(there, ' '));  /* beside Claire's */
        assert_null(strchr(there, '!'));      /* none of them closed */
        now = place_leaves(&anne, 1);
        assert_string_equal(now, mine);
        free(now);
        free(there);
    }
    sync_as(&rene, "rene");
    assert_int_equal(run.report.merged, 1);
    sync_as(&anne, "anne");
    assert_int_equal(run.report.referent, 0);
    assert_int_equal(run.report.waiting, 0);
    assert_int_equal(place_standing(&anne, 1).state, REPLICA_SENT);
    sync_as(&claire, "claire");
    expect_same(&anne);
    expect_same(&claire);
    expect_same(&rene);
    assert_string_equal(place_text(&claire, 1, "titre"), "De Claire");
    assert_string_equal(place_text(&claire, 1, "note"), "D'Anne");
    free(leaf);
    free(mine);
}

static void merge__of_ones_own_later_edit__is_taken(void **state)
{
    (void)state;
    if (!room_there())
        skip();
    free(merged_before_sent("2026-01-01T10:00:00Z"));
    sync_as(&anne, "anne");
    assert_int_equal(run.report.referent, 0);
    assert_int_equal(run.report.waiting, 0);
    sync_as(&claire, "claire");
    expect_same(&anne);
    expect_same(&claire);
}

static void merge__edited_on__takes_everything_along(void **state)
{
    (void)state;
    if (!room_there())
        skip();
    free(merged_before_sent("2026-03-01T10:00:00Z"));
    sync_as(&anne, "anne");
    edit(&anne, "anne", "2026-04-01T10:00:00Z", "note", "Encore d'Anne");
    sync_as(&anne, "anne");
    assert_int_equal(run.report.referent, 0);
    assert_int_equal(run.report.waiting, 0);
    sync_as(&claire, "claire");
    expect_same(&anne);
    expect_same(&claire);
    assert_string_equal(place_text(&claire, 1, "titre"), "De Claire");
    assert_string_equal(place_text(&claire, 1, "note"), "Encore d'Anne");
}

/* A server that was rebuilt: everybody has what everybody wrote, and an organiser may
 * send her own. One of the others' is offered in each session, to see. */
static void others__not_hers_to_send__wait_in_silence_at_little_cost(void **state)
{
    enum { MANY = 30 };
    int64_t first;

    (void)state;
    if (!room_there())
        skip();
    for (int n = 1; n <= MANY; n++)
        place_put(&anne, n, "'modifie_par':'claire'");
    place_put(&anne, MANY + 1, "'modifie_par':'anne'");
    sync_as(&anne, "anne");
    assert_int_equal(run_count(&run, "refused"), 0);
    assert_int_equal(run.report.refused, 0);
    assert_int_equal(run.report.pushed, 1);
    assert_int_equal(run.report.referent, MANY);
    assert_true(place_standing(&anne, 1).referent);
    first = run.report.totals.up;
    sync_as(&anne, "anne");
    assert_int_equal(run.report.referent, MANY);
    assert_int_equal(run.report.waiting, MANY);
    if (run.report.totals.up * 2 > first)
        fail_msg("%lld bytes, after %lld", (long long)run.report.totals.up,
                (long long)first);
    place_put(&anne, MANY + 2, "'modifie_par':'anne','statut_fiche':'valide'");
    sync_as(&anne, "anne");
    assert_int_equal(run_count(&run, "refused"), 1); /* it is hers to hear of, once */
    sync_as(&anne, "rene");                          /* as if she had become one */
    assert_int_equal(run.report.pushed, MANY + 1);
    assert_int_equal(run.report.referent, 0);
    assert_int_equal(run.report.waiting, 0);
}

/* What a person has decided is hers to hear of. */
static void decision__that_is_refused__is_told(void **state)
{
    char leaf[REV_MAX];
    const char *closes[] = {leaf, NULL};
    struct replica_leaf *leaves = NULL;
    size_t n = 0;

    (void)state;
    if (!room_there())
        skip();
    place_put(&anne, 1, "'note':'n'");
    sync_as(&anne, "anne");
    sync_as(&claire, "claire");
    edit(&claire, "claire", "2026-03-01T10:00:00Z", "note", "c");
    sync_as(&claire, "claire");
    edit(&anne, "anne", "2026-02-01T10:00:00Z", "note", "a");
    sync_as(&anne, "anne");
    assert_int_equal(replica_leaves(anne.store, stage_uid(1), &leaves, &n, NULL), 0);
    assert_int_equal(n, 2);
    memcpy(leaf, leaves[1].rev, sizeof(leaf));
    free(leaves);
    place_put_closing(&anne, 1,
            "'note':'ac','statut_fiche':'valide','modifie_le':'2026-04-01T10:00:00Z'",
            closes);
    sync_as(&anne, "anne");
    assert_int_equal(run_count(&run, "refused"), 1);
    assert_int_equal(run.report.referent, 0);
    assert_non_null(strstr(place_standing(&anne, 1).refused, "approve"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(merge__of_anothers__waits_for_a_referent_in_silence),
            T(merge__of_ones_own_later_edit__is_taken),
            T(merge__edited_on__takes_everything_along),
            T(others__not_hers_to_send__wait_in_silence_at_little_cost),
            T(decision__that_is_refused__is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
