/* What formats say of a record, gathered. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk.h"
#include "odus/app/deliver.h"

static struct deliver_notes notes;

static const char *as_is(const char *id)
{
    return id;
}

static void take(const char *text)
{
    struct json *event;

    assert_int_equal(json_parse(view_of(text), 0, &event, NULL), 0);
    deliver_notes_add(&notes, desk, event, as_is);
    json_free(event);
}

#define NOTE(format, kind, field, message)                                             \
    "{\"ev\":\"note\",\"type\":\"evenement\",\"format\":\"" format                     \
    "\",\"kind\":\"" kind "\",\"field\":\"" field "\",\"message\":\"" message          \
    "\",\"args\":[\"x\"]}"

static int close_all(void **state)
{
    deliver_notes_release(&notes);
    return desk_close(state);
}

static void notes__same_sentence__once_with_its_formats(void **state)
{
    (void)state;
    take(NOTE("atom", "refused", "seances", "no %1$s"));
    take(NOTE("rss", "refused", "seances", "no %1$s"));
    take(NOTE("atom", "refused", "seances", "no %1$s"));
    assert_int_equal(notes.n, 1);
    assert_string_equal(notes.all[0].formats, "atom, rss");
    assert_string_equal(notes.all[0].label, "Séances");
    assert_string_equal(notes.all[0].text, "no x");
    take(NOTE("rss", "cut", "seances", "no %1$s"));
    take(NOTE("rss", "refused", "titre", "no %1$s"));
    take(NOTE("rss", "refused", "seances", "not"));
    assert_int_equal(notes.n, 4);
}

static void notes__what_weighs_most__comes_first(void **state)
{
    static const enum deliver_kind order[] = {DELIVER_REFUSED, DELIVER_MISSING,
            DELIVER_MISSING, DELIVER_CUT, DELIVER_LOST};

    (void)state;
    take(NOTE("ics", "lost", "titre", "a"));
    take(NOTE("ics", "missing", "titre", "b"));
    take(NOTE("ics", "cut", "titre", "c"));
    take(NOTE("ics", "missing", "titre", "d"));
    take(NOTE("ics", "refused", "titre", "e"));
    for (size_t i = 0; i < COUNT(order); i++)
        assert_int_equal(notes.all[i].kind, order[i]);
    assert_string_equal(notes.all[1].text, "b");
    assert_string_equal(notes.all[2].text, "d");
}

static void notes__checked__leaves_the_formats_without_note(void **state)
{
    (void)state;
    take(NOTE("atom", "refused", "", "a"));
    assert_null(notes.whole);
    take("{\"ev\":\"checked\",\"formats\":[\"ics\",\"atom\",\"csv\",\"rss\"]}");
    assert_string_equal(notes.whole, "ics, csv, rss");
    assert_int_equal(notes.n, 1);
}

static void notes__events_of_no_sense__do_no_harm(void **state)
{
    (void)state;
    take("{\"ev\":\"note\"}");
    take("{\"ev\":\"checked\"}");
    take("{\"ev\":\"note\",\"kind\":7,\"field\":[],\"args\":{},\"message\":\"%1$s\"}");
    assert_string_equal(notes.whole, "");
}

static void record__name__has_the_first_date(void **state)
{
    struct json *event;
    struct buf name;

    (void)state;
    buf_init(&name, 0);
    assert_int_equal(json_parse(view_of("{\"title\":\"Trio\",\"day\":\"2026-11-27\"}"),
                             0, &event, NULL),
            0);
    deliver_add_record(desk, event, &name);
    assert_string_equal(name.s, "Trio, ve. 27 nov. 2026");
    json_set_text(event, "day", "2026-13-99");
    buf_clear(&name);
    deliver_add_record(desk, event, &name);
    assert_string_equal(name.s, "Trio");
    json_free(event);
    buf_release(&name);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, desk_open, close_all)
    const struct CMUnitTest tests[] = {
            T(notes__same_sentence__once_with_its_formats),
            T(notes__what_weighs_most__comes_first),
            T(notes__checked__leaves_the_formats_without_note),
            T(notes__events_of_no_sense__do_no_harm),
            T(record__name__has_the_first_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
