/* A chain: store a, PouchDB Server, store b which odus serve offers, store c. What is
 * relayed keeps its ancestry. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "foreign.h"
#include "room.h"

static struct foreign *server;
static struct place a, b, c;
static struct run run;

static int make(void **state)
{
    run = (struct run){.answer = "yes"};
    server = NULL;
    return stage_make(state);
}

static int undo(void **state)
{
    room_close();
    if (server)
        foreign_stop(server);
    run_release(&run);
    place_close(&a);
    place_close(&b);
    place_close(&c);
    return stage_remove(state);
}

static void sync_with(struct place *p, const char *url)
{
    stage_run(&run, p, url);
    run_well(&run);
}

/* b goes home, fetches and sends, and comes back. */
static void carry(void)
{
    room_close();
    sync_with(&b, foreign_url(server));
    room_open("b");
}

static char *ancestry(struct place *p, int n)
{
    struct replica_doc d;
    struct buf out;

    assert_int_equal(replica_get(p->store, stage_uid(n), NULL, &d, NULL, NULL), 0);
    buf_init(&out, 0);
    for (size_t i = 0; i < d.nrevs; i++)
        buf_addf(&out, "%s ", d.revs[i]);
    replica_doc_release(&d);
    return buf_take(&out);
}

static void relay__over_two_servers__keeps_ancestry_p10(void **state)
{
    char *far, *near;

    (void)state;
    if (!foreign_there() || !room_there())
        skip();
    server = foreign_start(NULL);
    a = place_open("a");
    b = place_open("b");
    c = place_open("c");
    for (int n = 1; n <= 150; n++)
        place_put(&a, n, "");
    place_put(&a, 1, "'note':'deux'");
    place_put(&a, 1, "'note':'trois'");
    sync_with(&a, foreign_url(server));
    carry();
    sync_with(&c, room_url());
    assert_int_equal(place_count(&c), 150);
    near = ancestry(&a, 1);
    far = ancestry(&c, 1);
    assert_string_equal(far, near);
    free(far);
    free(near);

    /* back: c's edit and a's of another field meet, and nobody sees a conflict */
    place_edit(&c, 1, "titre", "De c");
    place_edit(&a, 1, "note", "De a");
    sync_with(&c, room_url());
    carry();
    sync_with(&a, foreign_url(server));
    carry();
    sync_with(&c, room_url());
    for (int i = 0; i < 3; i++) {
        struct place *p = i == 0 ? &a : i == 1 ? &b : &c;
        char *revs = place_revs(p), *there = foreign_revs(server);

        assert_string_equal(place_text(p, 1, "titre"), "De c");
        assert_string_equal(place_text(p, 1, "note"), "De a");
        assert_int_equal(place_standing(p, 1).leaves, 1);
        assert_string_equal(revs, there);
        free(revs);
        free(there);
    }
    assert_int_equal(place_waiting(&a), 0);
    assert_int_equal(place_waiting(&c), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    relay__over_two_servers__keeps_ancestry_p10, make, undo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
