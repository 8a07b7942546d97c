/* Calendars take a performance anew when its number has grown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"

static struct err err;

/* An event of the samples with two performances or more. */
static const char *event_uid(void)
{
    return "0199f3a0-0601-771a-a6db-9084446a27bd";
}

static int64_t sequence_of(int row)
{
    struct json *body;
    int64_t n;

    desk_ok(app_json(desk, event_uid(), &body, &err), &err);
    n = json_get_int(json_at(json_get(body, "seances"), (size_t)row), "sequence", 0);
    json_free(body);
    return n;
}

static void set(struct entry *en, const char *path, const char *text)
{
    struct rec_at at;

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
}

/* Types TEXT at PATH and completes; 1 where it is blocked. */
static int change(const char *path, const char *text)
{
    struct entry *en;
    int rc;

    desk_ok(entry_open(desk, event_uid(), &en, &err), &err);
    set(en, path, text);
    rc = entry_complete(en, 0, NULL, &err);
    desk_ok(rc, &err);
    entry_close(en);
    return rc;
}

static void sequence__of_a_changed_row__grows_alone(void **state)
{
    (void)state;
    assert_int_equal(change("seances.2.note_horaire", "Entrée par la cour"), 0);
    assert_int_equal(sequence_of(0), 0);
    assert_int_equal(sequence_of(1), 1);
    assert_int_equal(change("seances.2.note_horaire", "Entrée par la rue"), 0);
    assert_int_equal(sequence_of(1), 2);
}

static void sequence__of_rows_left_alone__stays(void **state)
{
    (void)state;
    assert_int_equal(change("accroche", "Une autre accroche, tout aussi courte"), 0);
    assert_int_equal(sequence_of(0), 0);
    assert_int_equal(sequence_of(1), 0);
}

static void sequence__completing_again__counts_a_change_once(void **state)
{
    struct entry *en;

    (void)state;
    desk_ok(entry_open(desk, event_uid(), &en, &err), &err);
    set(en, "seances.2.note_horaire", "Entrée par la cour");
    set(en, "titre", "");
    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    set(en, "titre", "Un hiver à Dormillouse");
    desk_ok(entry_complete(en, 0, NULL, &err), &err);
    entry_close(en);
    assert_int_equal(sequence_of(1), 1);
}

/* A counter is no news of its own. */
static void sequence__in_the_history__is_not_told(void **state)
{
    struct app_change *changes;
    size_t n;

    (void)state;
    assert_int_equal(change("seances.2.note_horaire", "Entrée par la cour"), 0);
    desk_ok(app_history(desk, event_uid(), &changes, &n, &err), &err);
    assert_non_null(strstr(changes[0].fields, "note_horaire"));
    assert_null(strstr(changes[0].fields, "sequence"));
    app_changes_release(changes, n);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, desk_open_samples, desk_close)
    const struct CMUnitTest tests[] = {
            T(sequence__of_a_changed_row__grows_alone),
            T(sequence__of_rows_left_alone__stays),
            T(sequence__completing_again__counts_a_change_once),
            T(sequence__in_the_history__is_not_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
