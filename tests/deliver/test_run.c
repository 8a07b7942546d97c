#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/hash.h"
#include "runs.h"

static void season(void)
{
    runs_venue(101, "Le Vieux Colombier");
    runs_venue(102, "Salle des fêtes");
    runs_event(1, "Alceste", 101);
    runs_event(2, "Bérénice", 101);
    runs_event(3, "Cinna", 102);
    runs_event(4, "Dom Juan", 0);
}

/* --- what is written ------------------------------------------------------------- */

static void run__pieces__stand_in_order_between_head_and_foot(void **state)
{
    struct run_report report;

    (void)state;
    season();
    report = runs_deliver("out", false);
    assert_int_equal(report.records, 6);
    assert_int_equal(report.made, 6);
    assert_int_equal(report.files, 11);
    assert_int_equal(report.written, 11);
    assert_string_equal(runs_text("out", "list/all.txt"),
            "Agenda list/all.txt: : 6 from Alceste to Salle des fêtes\n"
            "Alceste\n--\nBérénice\n--\nCinna\n--\nDom Juan\n--\n"
            "<Le Vieux Colombier>\n--\n<Salle des fêtes>\nend of 6\n");
    assert_string_equal(
            runs_text("out", "list/place-01900000-0000-7000-8000-000000000101.txt"),
            "Agenda list/place-01900000-0000-7000-8000-000000000101.txt:"
            " Le Vieux Colombier: 3 from  place to Bérénice\n"
            "<Le Vieux Colombier>\n--\nAlceste\n--\nBérénice\nend of 3\n");
    assert_string_equal(runs_text("out", "list/fixed.txt"), "2026-11-20T10:00:00Z");
    assert_null(runs_text("out", ".odus/new/0"));
}

static void run__manifest__names_every_file_with_its_hash(void **state)
{
    const char *manifest, *text;
    struct sha256_state h;
    char sha[HASH_256_TEXT], line[300];

    (void)state;
    season();
    runs_deliver("out", false);
    text = runs_text("out", "list/fixed.txt");
    sha256_start(&h);
    sha256_feed(&h, view_of(text));
    sha256_finish(&h, sha);
    manifest = runs_text("out", "manifest.json");
    snprintf(line, sizeof(line),
            "{\"bytes\":%zu,\"path\":\"list/fixed.txt\",\"sha256\":\"%s\"}",
            strlen(text), sha);
    assert_non_null(strstr(manifest, line));
    assert_null(strstr(manifest, "manifest.json"));
}

/* --- what is not written --------------------------------------------------------- */

static int64_t mtime_of(const char *file)
{
    struct stat st;
    char path[400];

    snprintf(path, sizeof(path), "%s/%s", desk_path("out"), file);
    assert_int_equal(stat(path, &st), 0);
    return (int64_t)st.st_ino;
}

static void run__nothing_changed__touches_nothing(void **state)
{
    struct run_report report;
    int64_t before;

    (void)state;
    season();
    runs_deliver("out", false);
    before = mtime_of("list/all.txt");
    report = runs_deliver("out", false);
    assert_int_equal(report.made, 0);
    assert_int_equal(report.written, 0);
    assert_int_equal(report.records, 6);
    assert_int_equal(mtime_of("list/all.txt"), before);
    report = runs_deliver("out", true); /* all is made, and is the same */
    assert_int_equal(report.made, 6);
    assert_int_equal(report.written, 0);
    assert_int_equal(mtime_of("list/all.txt"), before);
}

static void run__a_venue_renamed__remakes_what_shows_it(void **state)
{
    struct run_report report;

    (void)state;
    season();
    runs_deliver("out", false);
    runs_venue(102, "Grande salle");
    report = runs_deliver("out", false);
    assert_int_equal(report.made, 2); /* the venue, Cinna */
    assert_string_equal(
            runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"),
            "Cinna at Grande salle\n");
    runs_assert_whole("out");
}

static void run__a_venue_that_appears__is_shown(void **state)
{
    (void)state;
    runs_event(3, "Cinna", 102);
    runs_deliver("out", false);
    runs_venue(102, "Salle des fêtes");
    runs_deliver("out", false);
    assert_string_equal(
            runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"),
            "Cinna at Salle des fêtes\n");
    runs_assert_whole("out");
}

static void run__what_may_not_leave_any_more__goes(void **state)
{
    struct run_report report;

    (void)state;
    season();
    runs_deliver("out", false);
    desk_put("evenement", 3,
            "'titre': {'fr': 'Cinna'}, 'visibilite': 'prive', 'lieu': '@102'");
    report = runs_deliver("out", false);
    assert_int_equal(report.removed, 2);
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"));
    assert_null(
            runs_text("out", "list/place-01900000-0000-7000-8000-000000000102.txt"));
    runs_assert_whole("out");
}

static void run__deleted__is_gone_for_who_asks(void **state)
{
    (void)state;
    season();
    runs_deliver("out", false);
    desk_put("evenement", 3, "'titre': {'fr': 'Cinna'}, 'statut_fiche': 'supprime'");
    desk_erase(4);
    runs_deliver("out", false);
    assert_string_equal(
            runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"),
            "gone\n");
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000004.txt"));
    assert_null(strstr(runs_text("out", "list/all.txt"), "Cinna"));
    assert_null(strstr(runs_text("out", "list/all.txt"), "Dom Juan"));
    runs_assert_whole("out");
}

static void run__limit__lets_the_next_ones_in(void **state)
{
    char title[20];

    (void)state;
    for (int i = 1; i <= 9; i++) {
        snprintf(title, sizeof(title), "Titre %d", i);
        runs_event(i, title, 0);
    }
    runs_deliver("out", false);
    assert_string_equal(runs_text("out", "last/five.txt"),
            "Agenda last/five.txt: : 5 from Titre 1 to Titre 5\n"
            "Titre 1, Titre 2, Titre 3, Titre 4, Titre 5");
    desk_erase(2);
    desk_erase(4);
    runs_deliver("out", false);
    assert_string_equal(runs_text("out", "last/five.txt"),
            "Agenda last/five.txt: : 5 from Titre 1 to Titre 7\n"
            "Titre 1, Titre 3, Titre 5, Titre 6, Titre 7");
    runs_assert_whole("out");
}

/* --- what else files depend on --------------------------------------------------- */

/* Records made anew in "out", delivered as OPT says. */
static int64_t made_with(struct run_options opt)
{
    const struct run_hooks hooks = {.progress = NULL};
    struct run_report report = {0};

    opt.out = desk_path("out");
    assert_int_equal(
            deliver_run(desk_store, desk_forms, &opt, &hooks, &report, NULL), 0);
    return report.made;
}

static void run__another_setting__makes_all_anew(void **state)
{
    struct run_options opt = {.formats = runs_formats,
            .base = "https://agenda.example/",
            .title = "Agenda",
            .publisher = "Nous",
            .lang = "fr"};
    const char **const settings[] = {&opt.base, &opt.title, &opt.publisher, &opt.lang};

    (void)state;
    season();
    made_with(opt);
    assert_int_equal(made_with(opt), 0);
    for (size_t i = 0; i < COUNT(settings); i++) {
        *settings[i] = "it";
        assert_int_equal(made_with(opt), 6);
        assert_int_equal(made_with(opt), 0);
    }
}

static void run__another_version_of_a_format__makes_all_anew(void **state)
{
    struct format newer = *runs_formats[0];
    const struct format *only[] = {&newer, NULL};
    const struct run_options opt = {.formats = only, .title = "Agenda"};

    (void)state;
    season();
    made_with(opt);
    newer.version++;
    assert_int_equal(made_with(opt), 6);
}

/* Of a store that becomes one for training, nothing real stays. */
static void run__training__takes_the_real_ones_away(void **state)
{
    (void)state;
    season();
    runs_deliver("out", false);
    assert_int_equal(store_meta_set(desk_store, "training", "1", NULL), 0);
    assert_int_equal(runs_deliver("out", false).records, 0);
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000001.txt"));
    assert_null(runs_text("out", "list/all.txt"));
}

static void run__recipients__get_what_names_them(void **state)
{
    struct format ours = *runs_formats[0];
    const struct format *only[] = {&ours, NULL};
    const struct run_options opt = {.formats = only, .title = "Agenda"};

    (void)state;
    ours.recipient = "presse";
    desk_put("evenement", 1, "'consignes_diffusion': ['apidae', 'presse']");
    desk_put("evenement", 2, "'consignes_diffusion': ['apidae']");
    desk_put("evenement", 3, "'titre': {'fr': 'Pour tous'}");
    made_with(opt);
    assert_non_null(runs_text("out", "each/01900000-0000-7000-8000-000000000001.txt"));
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000002.txt"));
    assert_non_null(runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"));
}

static bool stop_after(void *ctx, int64_t done, int64_t total)
{
    int *left = ctx;

    (void)done;
    (void)total;
    return (*left)-- > 0;
}

static void run__stopped__leaves_the_folder_as_it_was(void **state)
{
    const struct run_options opt = {.out = desk_path("out"),
            .formats = runs_formats,
            .base = "https://agenda.example/",
            .title = "Agenda",
            .lang = "fr"};
    struct run_report report;
    int stops = 0, rc;

    (void)state;
    season();
    runs_deliver("out", false);
    runs_deliver("before", false);
    runs_venue(101, "Autre nom");
    do {
        int left = stops;
        const struct run_hooks hooks = {.progress = stop_after, .ctx = &left};

        rc = deliver_run(desk_store, desk_forms, &opt, &hooks, &report, NULL);
        if (rc)
            runs_assert_same("out", "before");
    } while (rc == ERR_STOPPED && ++stops < 100);
    assert_int_equal(rc, 0);
    assert_true(stops > 3); /* both while records and while files are made */
    runs_assert_whole("out");
}

/* --- a part of the records -------------------------------------------------------- */

static struct run_report select_words(const char *folder, const char *words)
{
    const struct search_query query = {.words = words,
            .type = "evenement",
            .after = SEARCH_ANY_DAY,
            .before = SEARCH_ANY_DAY,
            .revisions = true};
    const struct run_options opt = {.out = desk_path(folder),
            .formats = runs_formats,
            .query = &query,
            .base = "https://agenda.example/",
            .title = "Agenda",
            .lang = "fr"};
    const struct run_hooks hooks = {.progress = NULL};
    struct run_report report = {0};

    assert_int_equal(
            deliver_run(desk_store, desk_forms, &opt, &hooks, &report, NULL), 0);
    return report;
}

static void run__query__takes_what_is_linked_along(void **state)
{
    (void)state;
    season();
    assert_int_equal(select_words("out", "cinna").records, 2);
    assert_non_null(runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"));
    assert_non_null(runs_text("out", "each/01900000-0000-7000-8000-000000000102.txt"));
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000101.txt"));
    runs_event(3, "Cinna", 101);
    assert_int_equal(select_words("out", "cinna").made, 2);
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000102.txt"));
    assert_non_null(runs_text("out", "each/01900000-0000-7000-8000-000000000101.txt"));
    select_words("whole", "cinna");
    runs_assert_same("out", "whole");
}

/* Who has it must be told, whatever the query finds; what another event is linked to
 * goes along only where it is no event. */
static void run__query__takes_what_is_gone_and_no_other_event(void **state)
{
    (void)state;
    season();
    desk_put("evenement", 4, "'titre': {'fr': 'Dom Juan'}, 'statut_fiche': 'supprime'");
    runs_event(2, "Bérénice", 0);
    runs_event(3, "Cinna", 2);
    assert_int_equal(select_words("out", "cinna").records, 2);
    assert_string_equal(
            runs_text("out", "each/01900000-0000-7000-8000-000000000004.txt"),
            "gone\n");
    assert_string_equal(
            runs_text("out", "each/01900000-0000-7000-8000-000000000003.txt"),
            "Cinna at Bérénice\n");
    assert_null(runs_text("out", "each/01900000-0000-7000-8000-000000000002.txt"));
}

static void run__query__can_change(void **state)
{
    struct run_report report;

    (void)state;
    season();
    select_words("out", "cinna");
    report = select_words("out", "berenice");
    assert_int_equal(report.records, 2);
    assert_int_equal(report.made, 2);
    select_words("whole", "berenice");
    runs_assert_same("out", "whole");
    runs_assert_whole("out");
    select_words("out", "berenice");
    runs_assert_same("out", "whole");
    assert_int_equal(select_words("out", "berenice").made, 0);
}

/* --- random edits ---------------------------------------------------------------- */

static unsigned chance(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % below;
}

static void edit(unsigned *seed)
{
    int n = 1 + (int)chance(seed, 20), place = 101 + (int)chance(seed, 3);
    char text[40];

    snprintf(text, sizeof(text), "Texte %u", chance(seed, 12));
    switch (chance(seed, 8)) {
    case 0: runs_venue(place, text); break;
    case 1: desk_erase(n); break;
    case 2: desk_put("evenement", n, "'statut_fiche': 'archive'"); break;
    case 3: desk_put("lieu", place, "'nom': 'X', 'visibilite': 'prive'"); break;
    case 4: runs_event(n, text, 0); break;
    default: runs_event(n, text, place);
    }
}

static void run__random_edits__end_as_a_whole_delivery_does(void **state)
{
    unsigned seed = 20261122;

    (void)state;
    for (int round = 0; round < 25; round++) {
        for (unsigned i = chance(&seed, 4); i < 4; i++)
            edit(&seed);
        runs_assert_whole("out");
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
            T(run__pieces__stand_in_order_between_head_and_foot),
            T(run__manifest__names_every_file_with_its_hash),
            T(run__nothing_changed__touches_nothing),
            T(run__a_venue_renamed__remakes_what_shows_it),
            T(run__a_venue_that_appears__is_shown),
            T(run__what_may_not_leave_any_more__goes),
            T(run__deleted__is_gone_for_who_asks),
            T(run__limit__lets_the_next_ones_in),
            T(run__another_setting__makes_all_anew),
            T(run__another_version_of_a_format__makes_all_anew),
            T(run__training__takes_the_real_ones_away),
            T(run__recipients__get_what_names_them),
            T(run__stopped__leaves_the_folder_as_it_was),
            T(run__query__takes_what_is_linked_along),
            T(run__query__takes_what_is_gone_and_no_other_event),
            T(run__query__can_change),
            T(run__random_edits__end_as_a_whole_delivery_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
