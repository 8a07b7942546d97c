/*
 * Programs that others wrote read what is delivered of the season: tests/validators/
 * check, format by format. What is not installed is skipped.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk.h"
#include "odus/base/mem.h"
#include "odus/deliver/format.h"

/* The validator's name for what lies in FOLDER of a format. */
struct validated {
    const char *format, *folder, *validator;
};

static const struct validated all[] = {
        {"ics", "ics", "ics"},
        {"jsonld", "jsonld", "jsonld"},
        {"html", "html", "html"},
        {"openagenda", "openagenda", "openagenda"},
        {"apidae", "apidae", "apidae"},
        {"passculture", "passculture", "passculture"},
        {"csv", "csv", "csv"},
        {"datatourisme", "datatourisme", "rdf"},
        {"capdata", "capdata", "rdf"},
        {"atom", "atom", "atom"},
        {"rss", "rss", "rss"},
};

static const struct validated *of(const char *format)
{
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (strcmp(all[i].format, format) == 0)
            return &all[i];
    return NULL;
}

/* Exit status of the validator over the folder; what it says goes to the log. */
static int check(const struct validated *v, const char *folder)
{
    char *path = xasprintf("%s/%s", folder, v->folder);
    const char *argv[] = {"tests/validators/check", v->validator, path, NULL};
    posix_spawn_file_actions_t to_log;
    int status = -1;
    pid_t pid;

    posix_spawn_file_actions_init(&to_log);
    posix_spawn_file_actions_adddup2(&to_log, STDERR_FILENO, STDOUT_FILENO);
    assert_int_equal(
            posix_spawn(&pid, argv[0], &to_log, NULL, (char *const *)argv, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    posix_spawn_file_actions_destroy(&to_log);
    free(path);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Venues as they are once their records are complete and known elsewhere: what a
 * consumer asks for and a record lacks is noted, and no validator's business. */
static void complete_venues(void)
{
    desk_put("lieu", DESK_HALL,
            "'nom': 'Petite salle', 'lieu_parent': '@101', 'ids_externes': [{'id': 'o',"
            " 'systeme': 'openagenda', 'valeur': '4102'}]");
    desk_put("lieu", DESK_ITALY,
            "'nom': 'Teatro di Oulx', 'adresse': {'voie': 'Piazza Garambois 2',"
            " 'lieu_dit': 'Oulx', 'code_postal': '10056', 'region': 'TO', 'pays': "
            "'IT'},"
            " 'lat': '45.0333', 'lon': '6.8333', 'ids_externes': [{'id': 'o',"
            " 'systeme': 'openagenda', 'valeur': '4103'}]");
    desk_put("lieu", DESK_CHURCH,
            "'nom': 'Église Saint-Marcellin', 'adresse': {'lieu_dit': 'Le Bourg',"
            " 'code_postal': '05100', 'commune': '05093', 'region': 'PAC',"
            " 'pays': 'FR'}, 'ids_externes': [{'id': 'o', 'systeme': 'openagenda',"
            " 'valeur': '4104'}]");
}

static void put_files(const struct format *format, const char *folder)
{
    desk_clear();
    desk_make_all(format);
    desk_write(format, folder);
}

/* Of FORMATS, an array that ends with NULL; those without a validator pass. */
static void find_nothing(const struct format *const *formats_of)
{
    int skipped = 0, bad = 0, n = 0;

    complete_venues();
    desk_complete();
    for (size_t i = 0; formats_of[i]; i++) {
        const struct validated *v = of(formats_of[i]->name);
        int status;

        if (!v)
            continue;
        put_files(format_find("images"), v->format); /* which pages show */
        put_files(formats_of[i], v->format);
        status = check(v, desk_path(v->format));
        fprintf(stderr, "%s: %d\n", v->format, status);
        n++;
        skipped += status == 77;
        bad += status != 0 && status != 77;
    }
    assert_int_equal(bad, 0);
    assert_true(n > 0);
    if (skipped)
        skip();
}

static void validators__season__find_nothing(void **state)
{
    (void)state;
    find_nothing(formats);
}

/* Most records of the season have no English: their texts are in French there. */
static void validators__season_in_english__find_nothing(void **state)
{
    const struct format *const of_one_language[] = {format_find("ics"),
            format_find("jsonld"), format_find("html"), format_find("atom"),
            format_find("rss"), NULL};

    (void)state;
    desk_delivery.lang = "en";
    find_nothing(of_one_language);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    validators__season__find_nothing, desk_open_full, desk_close),
            cmocka_unit_test_setup_teardown(validators__season_in_english__find_nothing,
                    desk_open_full, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
