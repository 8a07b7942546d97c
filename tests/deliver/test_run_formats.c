/* Every format there is, through the engine: a season edited at random. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runs.h"

static struct run_report deliver(const char *folder)
{
    const struct run_options opt = {.out = desk_path(folder),
            .formats = formats,
            .base = "https://agenda.example/",
            .title = "Agenda d'essai",
            .publisher = "Les Alpes en scène",
            .lang = "fr"};
    const struct run_hooks hooks = {.progress = NULL};
    struct run_report report = {0};
    struct err err = {0};

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

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, desk_open_full, desk_close)
    const struct CMUnitTest tests[] = {
            T(formats__twice__gives_the_same_bytes),
            T(formats__edited__are_what_a_whole_delivery_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
