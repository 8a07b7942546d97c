/* An event whose performances come in documents of their own is one record. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk.h"
#include "foreign.h"
#include "odus/app/entry.h"

#define OWN_UID "0199f3a0-7777-7e69-a9d1-d70c05f2deed"

#define PART(row, day, place)                                                          \
    "{\"source\":{\"systeme\":\"jsonld\",\"valeur\":\"" OWN_UID                        \
    "\",\"partie\":true},\"body\":{\"titre\":{\"fr\":\"Trio\"},\"lieu\":{\"nom\":"     \
    "\"" place "\"},\"seances\":[{\"id\":\"c55a1d1d-73ea-56d3-861f-00000000000" row    \
    "\",\"debut\":\"2026-12-" day "T20:30[Europe/Paris]\",\"statut\":\"confirme\"}]}}"

static void drop_first_row(const char *uid)
{
    struct entry *en;
    struct err err = {0};

    desk_ok(entry_open(desk, uid, &en, &err), &err);
    desk_ok(entry_row_remove(en,
                    form_table_find(rec_form(entry_rec(en)), VIEW_LIT("seances")), 0,
                    &err),
            &err);
    entry_close(en);
}

static void expect_starts(size_t n, const char *const *starts)
{
    struct json *body = record(0);
    const struct json *rows = json_get(body, "seances");

    assert_int_equal(json_len(rows), n);
    for (size_t i = 0; i < n; i++)
        expect(json_at(rows, i), "debut", starts[i]);
    expect(json_at(rows, 0), "lieu", NULL);
    json_free(body);
}

static void parts__in_any_order__are_one_record(void **st)
{
    static const char *const starts[] = {"2026-12-04T20:30[Europe/Paris]",
            "2026-12-05T20:30[Europe/Paris]", "2026-12-06T20:30[Europe/Paris]"};

    (void)st;
    IMPORT(WRITE, PART("2", "05", "Ici"));
    expect(report(0), "result", "new");
    IMPORT(WRITE, PART("3", "06", "Ici"), PART("1", "04", "Ici"));
    expect(report(0), "result", "updated");
    expect_starts(3, starts);
    IMPORT(WRITE, PART("1", "04", "Ici"), PART("2", "05", "Ici"));
    expect(report(0), "result", "already");
    expect(report(1), "result", "already");
    IMPORT(WRITE | UPDATE, PART("3", "06", "Ici"));
    expect(report(0), "result", "already");
    expect_starts(3, starts);
}

static void parts__elsewhere__have_a_place_of_their_own(void **st)
{
    struct json *body;

    (void)st;
    IMPORT(WRITE, PART("1", "04", "Ici"), PART("2", "05", "Ailleurs"));
    body = record(1);
    expect(body, "lieu", json_get_text(json_get(report(0), "lieu"), "uid"));
    expect(json_at(json_get(body, "seances"), 1), "lieu",
            json_get_text(json_get(report(1), "lieu"), "uid"));
    json_free(body);
    IMPORT(WRITE, PART("2", "05", "Ailleurs"));
    expect(report(0), "result", "already");
}

static void parts__that_were_moved__wait_for_a_word(void **st)
{
    static const char *const before[] = {
            "2026-12-04T20:30[Europe/Paris]", "2026-12-05T20:30[Europe/Paris]"};
    static const char *const after[] = {
            "2026-12-04T20:30[Europe/Paris]", "2026-12-08T20:30[Europe/Paris]"};

    (void)st;
    IMPORT(WRITE, PART("1", "04", "Ici"), PART("2", "05", "Ici"));
    IMPORT(WRITE, PART("2", "08", "Ici"));
    expect(report(0), "result", "changed");
    expect_starts(2, before);
    IMPORT(WRITE | UPDATE, PART("2", "08", "Ici"));
    expect(report(0), "result", "updated");
    expect_starts(2, after);
}

static void parts__taken_out_by_people__stay_out(void **st)
{
    static const char *const starts[] = {"2026-12-05T20:30[Europe/Paris]"};

    (void)st;
    IMPORT(WRITE, PART("1", "04", "Ici"), PART("2", "05", "Ici"));
    drop_first_row(OWN_UID);
    IMPORT(WRITE, PART("1", "04", "Ici"));
    expect(report(0), "result", "already");
    expect_starts(1, starts);
    IMPORT(WRITE, PART("1", "08", "Ici")); /* nor when it was moved there */
    expect_starts(1, starts);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_open, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(parts__in_any_order__are_one_record),
            TEST(parts__elsewhere__have_a_place_of_their_own),
            TEST(parts__that_were_moved__wait_for_a_word),
            TEST(parts__taken_out_by_people__stay_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
