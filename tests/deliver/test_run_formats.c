/* Every format there is, through the engine: a season edited at random. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runs.h"

static struct run_options options(void)
{
    return (struct run_options){.formats = formats,
            .base = "https://agenda.example/",
            .title = "Agenda d'essai",
            .publisher = "Les Alpes en scène",
            .lang = "fr"};
}

static struct run_report deliver(const char *folder)
{
    struct run_options opt = options();
    const struct run_hooks hooks = {.progress = NULL};
    struct run_report report = {0};
    struct err err = {0};

    opt.out = desk_path(folder);
    assert_int_equal(
            deliver_run(desk_store, desk_forms, &opt, &hooks, &report, &err), 0);
    return report;
}

static void assert_whole(int round)
{
    char name[20];

    snprintf(name, sizeof(name), "whole-%d", round);
    deliver("out");
    deliver(name);
    runs_assert_same("out", name);
}

static void formats__twice__gives_the_same_bytes(void **state)
{
    struct run_report report;

    (void)state;
    assert_true(deliver("out").records > 0);
    report = deliver("out");
    assert_int_equal(report.made, 0);
    assert_int_equal(report.written, 0);
    assert_whole(0);
}

static void formats__edited__are_what_a_whole_delivery_gives(void **state)
{
    (void)state;
    desk_erase(DESK_MANY); /* its files alone are most of all */
    deliver("out");
    runs_venue(DESK_THEATRE, "Théâtre du Cadran");
    assert_whole(1);
    runs_event(DESK_RICH, "Rien de tout cela", DESK_CHURCH);
    desk_put("evenement", DESK_FREE, "'statut_fiche': 'supprime'");
    assert_whole(2);
    desk_put("structure", DESK_ORGANISER, "'nom': 'Autre nom', 'visibilite': 'prive'");
    desk_put("spectacle", DESK_SHOW, "'titre': {'fr': 'Autre spectacle'}");
    assert_whole(3);
    desk_erase(DESK_LONG);
    desk_put("lieu", DESK_THEATRE, "'nom': 'X', 'statut_fiche': 'archive'");
    runs_event(900, "Nouveau", DESK_ITALY);
    assert_whole(4);
}

/* What FORMAT makes of DESK_RICH alone begins with BEGIN and ends with END. */
static void expect_one(const char *format, const char *begin, const char *end)
{
    const struct run_options opt = options();
    struct err err = {0};
    struct buf out;

    buf_init(&out, 0);
    assert_int_equal(deliver_one(desk_store, desk_forms, &opt, format_find(format),
                             desk_uid(DESK_RICH), &out, &err),
            0);
    assert_true(out.len > strlen(begin) + strlen(end));
    assert_memory_equal(out.s, begin, strlen(begin));
    assert_string_equal(out.s + out.len - strlen(end), end);
    buf_release(&out);
}

static void formats__of_one_record__are_whole_files(void **state)
{
    (void)state;
    expect_one("ics", "BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n");
    expect_one("csv", "uid,titre,", "Z\r\n");
    expect_one("jsonld", "{\"@context\":\"https://schema.org\"", "}\n");
    expect_one("capdata", "<?xml version=", "</rdf:RDF>\n");
    expect_one("atom", "<?xml version=", "</feed>\n");
    expect_one("html", "<!DOCTYPE html>\n", "</html>\n");
}

static void formats__of_one_record__tell_nothing_of_the_hidden(void **state)
{
    const struct run_options opt = options();
    struct err err = {0};
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    assert_int_equal(deliver_one(desk_store, desk_forms, &opt, format_find("files"),
                             desk_uid(DESK_HIDDEN), &out, &err),
            ERR_NOT_FOUND);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, desk_open_full, desk_close)
    const struct CMUnitTest tests[] = {
            T(formats__twice__gives_the_same_bytes),
            T(formats__edited__are_what_a_whole_delivery_gives),
            T(formats__of_one_record__are_whole_files),
            T(formats__of_one_record__tell_nothing_of_the_hidden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
