#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/app/reindex.h"
#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/base/hash.h"
#include "odus/store/record.h"

/* A venue or an organiser gets another name: its events are found under that. */

#define HIVER "0199f3a0-0601-771a-a6db-9084446a27bd" /* played in DESK_THEATRE */

#define THEN "lieu:\"théâtre du briançonnais\""

static int found(const char *query)
{
    struct agenda *a = agenda_new(desk);
    struct err err = {0};
    bool more;
    int n;

    desk_ok(agenda_query(a, NULL, query, &err), &err);
    agenda_count(a, &n, &more);
    agenda_free(a);
    return n;
}

static void set(const char *uid, const char *path, const char *text, bool complete)
{
    struct entry *en;
    struct rec_at at = {0};
    struct err err = {0};

    desk_ok(entry_open(desk, uid, &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
    if (complete)
        assert_int_equal(entry_complete(en, 0, NULL, &err), 0);
    entry_close(en);
}

static void reindex__venue_renamed__events_are_found(void **state)
{
    int events = found(THEN);

    (void)state;
    assert_true(events > 2);
    assert_int_equal(found("lieu:Vauban"), 0);
    set(DESK_THEATRE, "nom", "Scène Vauban", true);
    app_reindex(desk);
    assert_int_equal(found("lieu:Vauban"), events);
    assert_int_equal(found(THEN), 0);
}

static void reindex__venue_moved__events_are_found_in_the_town(void **state)
{
    int before = found("lieu:\"la grave\"");

    (void)state;
    set(DESK_THEATRE, "adresse.commune", "La Grave", true);
    app_reindex(desk);
    assert_true(found("lieu:\"la grave\"") > before);
}

static void reindex__organiser_renamed__events_are_found(void **state)
{
    int events = found("organisateur:Cimes");

    (void)state;
    assert_true(events > 0);
    set(DESK_CIMES, "nom", "Les Marmottes", true);
    app_reindex(desk);
    assert_int_equal(found("organisateur:Marmottes"), events);
    assert_int_equal(found("organisateur:Cimes"), 0);
}

static void reindex__drafts__follow_and_stay_what_they_are(void **state)
{
    struct entry *en;
    struct rec_at at = {0};
    struct err err = {0};
    int events;

    (void)state;
    set(HIVER, "titre", "Un titre de brouillon", false);
    events = found(THEN);
    set(DESK_THEATRE, "nom", "Scène Vauban", true);
    app_reindex(desk);
    assert_int_equal(found("lieu:Vauban"), events);
    assert_int_equal(found("état:brouillon lieu:Vauban"), 2); /* its two days */
    desk_ok(entry_open(desk, HIVER, &en, &err), &err);
    assert_true(entry_state(en).draft);
    desk_ok(rec_at_parse(entry_rec(en), VIEW_LIT("titre"), &at, &err), &err);
    assert_string_equal(rec_get(entry_rec(en), at), "Un titre de brouillon");
    entry_close(en);
}

static void reindex__draft_of_the_venue__changes_no_event(void **state)
{
    int events = found(THEN);

    (void)state;
    set(DESK_THEATRE, "nom", "Scène Vauban", false);
    app_reindex(desk);
    assert_int_equal(found(THEN), events);
}

static void reindex__revert__brings_the_old_name_back(void **state)
{
    struct err err = {0};
    int events = found(THEN);

    (void)state;
    set(DESK_THEATRE, "nom", "Scène Vauban", true);
    desk_ok(app_revert(desk, DESK_THEATRE, "1-", &err), &err);
    app_reindex(desk);
    assert_int_equal(found(THEN), events);
    assert_int_equal(found("lieu:Vauban"), 0);
}

/* --- many --- */

enum { MANY = 60 };

static void put_copy(const struct json *model, int i)
{
    char name[20], uid[UUID_TEXT], rev[REV_MAX];
    char *links[] = {(char[]){DESK_THEATRE}, NULL};
    struct summary s = {.uid = uid,
            .type = (char[]){"evenement"},
            .status = (char[]){"publie"},
            .title = name,
            .links = links};
    struct json *body = json_dup(model);
    struct err err = {0};

    snprintf(name, sizeof(name), "Copie %d", i);
    uuid_v5("5a1d3c0e-6f0b-4c0e-9d5e-7b1f2a40c6d1", view_of(name), uid);
    json_set_take(body, "_id", json_text(view_of(uid)));
    json_set_take(body, "uid", json_text(view_of(uid)));
    desk_ok(record_put(desk->store, NULL, body, &s, NULL, rev, &err), &err);
    json_free(body);
}

static void put_many(void)
{
    struct json *model;
    struct err err = {0};

    desk_ok(app_json(desk, HIVER, &model, &err), &err);
    desk_ok(record_bulk_begin(desk->store, &err), &err);
    for (int i = 0; i < MANY; i++)
        put_copy(model, i);
    desk_ok(record_bulk_end(desk->store, true, &err), &err);
    json_free(model);
}

/* A slice ends with its rows or its time: on a busy machine after one record, which may
 * be no event. */
static void reindex__many_events__in_slices_when_idle(void **state)
{
    int steps = 0, before = 0, now;

    (void)state;
    put_many();
    set(DESK_THEATRE, "nom", "Scène Vauban", true);
    assert_int_equal(found("lieu:Vauban"), 0); /* nobody waits for them */
    assert_true(app_idle(desk));
    for (bool more = true; more; steps++) {
        now = found("lieu:Vauban");
        assert_in_range(now, before, before + REINDEX_ROWS);
        before = now;
        more = reindex_step(desk);
    }
    assert_true(steps >= MANY * 2 / REINDEX_ROWS);
    assert_true(found("lieu:Vauban") >= MANY * 2);
    assert_int_equal(found(THEN), 0);
}

static void reindex__session_that_ends__leaves_it_to_the_next(void **state)
{
    struct app_options opt = {.forms_dir = "forms", .lang = "fr"};
    struct app *next;
    struct err err = {0};

    (void)state;
    put_many();
    set(DESK_THEATRE, "nom", "Scène Vauban", true);
    assert_true(reindex_step(desk));
    if (getenv("ODUS_FORMS"))
        opt.forms_dir = getenv("ODUS_FORMS");
    opt.store_dir = app_store_dir(desk);
    opt.config_file = app_store_dir(desk); /* is none, and need not be */
    desk_ok(app_open(&opt, &next, &err), &err);
    app_reindex(next);
    assert_false(reindex_step(next));
    app_close(next);
    assert_true(found("lieu:Vauban") >= MANY * 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, desk_open_samples, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(reindex__venue_renamed__events_are_found),
            T(reindex__venue_moved__events_are_found_in_the_town),
            T(reindex__organiser_renamed__events_are_found),
            T(reindex__drafts__follow_and_stay_what_they_are),
            T(reindex__draft_of_the_venue__changes_no_event),
            T(reindex__revert__brings_the_old_name_back),
            T(reindex__many_events__in_slices_when_idle),
            T(reindex__session_that_ends__leaves_it_to_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
