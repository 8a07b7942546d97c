#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/records.h"
#include "odus/base/buf.h"

#define DESK_MHP "0199f3a0-0102-7702-a119-5df8ec50ed5e"

static struct import_report import(const char *file, bool dry_run)
{
    struct import_report r;
    struct err err = {0};

    desk_ok(app_import_csv(desk, file, "", dry_run, &r, &err), &err);
    return r;
}

static struct import_report import_text(const char *text)
{
    return import(desk_file("liste.csv", text), false);
}

/* Problem I in words. Borrowed until the next call. */
static const char *problem(const struct import_report *r, size_t i)
{
    static struct buf out;

    buf_release(&out);
    buf_init(&out, 0);
    assert_true(i < r->problems.n);
    err_text(&r->problems.items[i], NULL, &out);
    return out.s;
}

static void expect(struct import_report *r, int rows, int good, int bad, int already)
{
    for (size_t i = 0; r->bad != bad && i < r->problems.n; i++)
        print_message("%s\n", problem(r, i));
    assert_int_equal(r->rows, rows);
    assert_int_equal(r->good, good);
    assert_int_equal(r->bad, bad);
    assert_int_equal(r->already, already);
}

/* Body of the only draft. */
static struct json *only_draft(void)
{
    struct app_draft *drafts;
    struct json *body = NULL;
    struct err err = {0};
    size_t n;

    desk_ok(app_drafts(desk, false, &drafts, &n, &err), &err);
    assert_int_equal(n, 1);
    desk_ok(app_json(desk, drafts[0].uid, &body, &err), &err);
    app_drafts_release(drafts, n);
    return body;
}

static void check(const struct json *body, const char *key, const char *expected)
{
    assert_string_equal(json_get_text(body, key), expected);
}

/* Those files are as people send them: some rows cannot be understood. */
static void import__samples__latin_and_utf8_are_the_same(void **state)
{
    struct import_report latin, utf8;

    (void)state;
    latin = import(desk_form_file("samples/import-latin.csv"), false);
    assert_true(latin.good >= 8 && latin.bad > 0);
    assert_int_equal(latin.good + latin.bad, latin.rows);
    assert_true(latin.problems.n >= (size_t)latin.bad);
    assert_int_equal(app_totals(desk).drafts, latin.good);
    utf8 = import(desk_form_file("samples/import-utf8.csv"), false);
    expect(&utf8, latin.rows, 0, latin.bad, latin.good);
    assert_int_equal(utf8.problems.n, latin.problems.n);
    assert_int_equal(app_totals(desk).drafts, latin.good);
    import_report_release(&latin);
    import_report_release(&utf8);
}

static void import__row__becomes_a_whole_record(void **state)
{
    struct import_report r = import_text(
            "Titre;Lieu;Date;Heure;Fin;Tarif;Tarif réduit;Public;Site;Inconnue\n"
            "Trio;Théâtre du Briançonnais;05/12/2026;20h30;00h15;12,50 €;8;dès 8 ans;"
            "https://exemple.fr/;x\n");
    struct json *body, *seance, *tarif;

    (void)state;
    expect(&r, 1, 1, 0, 0);
    assert_int_equal(r.nmapping, 10);
    assert_string_equal(r.mapping[0], "Titre -> titre");
    assert_string_equal(r.mapping[2], "Date -> :date");
    assert_string_equal(
            r.mapping[6], "Tarif réduit -> tarifs[categorie:reduit].prix_min_cts");
    assert_string_equal(r.mapping[9], "Inconnue -> ?");
    import_report_release(&r);
    body = only_draft();
    check(json_get(body, "titre"), "fr", "Trio");
    check(body, "lieu", DESK_THEATRE);
    check(body, "source", "liste.csv:2");
    check(body, "statut_fiche", "brouillon");
    check(body, "indication_tarif", "payant");
    check(body, "url_fiche", "https://exemple.fr/");
    assert_int_equal(json_get_int(body, "age_min", 0), 8);
    seance = json_at(json_get(body, "seances"), 0);
    check(seance, "debut", "2026-12-05T20:30[Europe/Paris]");
    check(seance, "fin", "2026-12-06T00:15[Europe/Paris]");
    check(seance, "statut", "confirme");
    assert_int_equal(json_len(json_get(body, "tarifs")), 2);
    for (size_t i = 0; i < 2; i++) {
        tarif = json_at(json_get(body, "tarifs"), i);
        assert_int_equal(json_get_int(tarif, "prix_min_cts", 0),
                strcmp(json_get_text(tarif, "categorie"), "plein") == 0 ? 1250 : 800);
    }
    json_free(body);
}

static void import__names__match_what_the_form_calls_aliases(void **state)
{
    struct import_report r = import_text("titre;organisateur;co-organisateurs\n"
                                         "Bal;mhp;\n"
                                         "Fête;Maison des Habitants du Prorel;MHP\n"
                                         "Faux;M.H.P.X;\n");
    struct app_draft *drafts;
    struct err err = {0};
    size_t n;

    (void)state;
    expect(&r, 3, 2, 1, 0);
    assert_true(strncmp(problem(&r, 0), "liste.csv:4:2: ", 15) == 0);
    import_report_release(&r);
    desk_ok(app_drafts(desk, false, &drafts, &n, &err), &err);
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        struct json *body = NULL;

        desk_ok(app_json(desk, drafts[i].uid, &body, &err), &err);
        check(body, "organisateur", DESK_MHP);
        json_free(body);
    }
    app_drafts_release(drafts, n);
}

/* Two bear the alias; a third is called so. */
static void import__alias__must_be_one_records(void **state)
{
    struct import_report r;
    struct err err = {0};

    (void)state;
    desk_ok(app_import_csv(desk,
                    desk_file("s.csv", "nom;nom_court\nUn;Gaf\nDeux;GAF\n"
                                       "Trois;Tri\nTri;\n"),
                    "structure", false, &r, &err),
            &err);
    expect(&r, 4, 4, 0, 0);
    import_report_release(&r);
    r = import_text("titre;organisateur\nBal;Gaf\nBal;Tri\n");
    expect(&r, 2, 1, 1, 0);
    assert_non_null(strstr(problem(&r, 0), "\"Gaf\""));
    import_report_release(&r);
}

/* Price of the row with that category; -1 where there is none. */
static void check_price(
        const struct json *body, const char *category, int64_t min, int64_t max)
{
    const struct json *rows = json_get(body, "tarifs");

    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *row = json_at(rows, i);

        if (strcmp(json_get_text(row, "categorie"), category) != 0)
            continue;
        assert_int_equal(json_get_int(row, "prix_min_cts", -1), min);
        assert_int_equal(json_get_int(row, "prix_max_cts", -1), max);
        return;
    }
    fail_msg("no price for %s", category);
}

static void import__prices__may_be_ranges(void **state)
{
    static const struct {
        const char *cell;
        int64_t min, max;
        const char *kind;
    } table[] = {
            {"15-22 €", 1500, 2200, "payant"},
            {"15 € – 22,50 €", 1500, 2250, "payant"},
            {"de 15 à 22 €", 1500, 2200, "payant"},
            {"De 7,5 € à 1 200 euros", 750, 120000, "payant"},
            {"à partir de 8 €", 800, -1, "payant"},
            {"12€50", 1250, -1, "payant"},
            {"1 200", 120000, -1, "payant"},
            {"gratuit", 0, -1, "gratuit"},
            {"GRATUIT !", 0, -1, "gratuit"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        struct import_report r;
        struct json *body;
        struct err err = {0};
        char csv[100];

        snprintf(csv, sizeof(csv), "titre;tarif\nBal;%s\n", table[i].cell);
        r = import_text(csv);
        expect(&r, 1, 1, 0, 0);
        import_report_release(&r);
        body = only_draft();
        check_price(body, "plein", table[i].min, table[i].max);
        check(body, "indication_tarif", table[i].kind);
        desk_ok(app_draft_discard(desk, json_get_text(body, "uid"), &err), &err);
        json_free(body);
    }
}

static void import__free_for_some__is_not_a_free_event(void **state)
{
    struct import_report r =
            import_text("titre;tarif;tarif enfant;âge\nBal;12-15;gratuit;6-12 ans\n");
    struct json *body;

    (void)state;
    expect(&r, 1, 1, 0, 0);
    import_report_release(&r);
    body = only_draft();
    check_price(body, "plein", 1200, 1500);
    check_price(body, "enfant", 0, -1);
    check(body, "indication_tarif", "payant");
    assert_int_equal(json_get_int(body, "age_min", 0), 6);
    assert_int_equal(json_get_int(body, "age_max", 0), 12);
    json_free(body);
}

static void import__bad_prices__are_named_by_column(void **state)
{
    struct import_report r = import_text("titre;tarif;âge\nFaux;12 50;\nFaux;12/8;\n"
                                         "Faux;15-1.234 €;\nFaux;;dès 8,5 ans\n");

    (void)state;
    expect(&r, 4, 0, 4, 0);
    assert_int_equal(r.problems.n, 4);
    assert_true(strncmp(problem(&r, 0), "liste.csv:2:2: ", 15) == 0);
    assert_true(strncmp(problem(&r, 1), "liste.csv:3:2: ", 15) == 0);
    assert_true(strncmp(problem(&r, 2), "liste.csv:4:2: ", 15) == 0);
    assert_true(strncmp(problem(&r, 3), "liste.csv:5:3: ", 15) == 0);
    import_report_release(&r);
}

static void import__spreadsheet_dates__are_read(void **state)
{
    struct import_report r = import_text("titre,jour,heure,quand\n"
                                         "Bal,2026-12-05 00:00:00,20:30:00,\n"
                                         "Contes,,,sa-di 15h\n"
                                         "Trio,2026-12-05T20:30:00,,\n");

    (void)state;
    expect(&r, 3, 3, 0, 0);
    import_report_release(&r);
}

static void import__bad_cells__leave_the_row_out(void **state)
{
    struct import_report r =
            import_text("titre;lieu;date;heure;âge\n"
                        "Bon;Théâtre du Briançonnais;5/12/2026;20h30;\n"
                        "Faux;Théâtre du Briançonais;5/12/2026;20h30;\n"
                        "Faux;Théâtre du Briançonnais;35/12/2026;20h30;\n"
                        "Faux;Théâtre du Briançonnais;5/12/2026;le soir;huit\n"
                        "Faux;;;20h30;\n");

    (void)state;
    expect(&r, 5, 1, 4, 0);
    assert_int_equal(r.problems.n, 5);
    assert_true(strncmp(problem(&r, 0), "liste.csv:3:2: ", 15) == 0);
    assert_non_null(strstr(problem(&r, 0), "\"Théâtre du Briançonnais\""));
    assert_true(strncmp(problem(&r, 1), "liste.csv:4:3: ", 15) == 0);
    assert_true(strncmp(problem(&r, 2), "liste.csv:5:4: ", 15) == 0);
    assert_true(strncmp(problem(&r, 3), "liste.csv:5:5: ", 15) == 0);
    assert_true(strncmp(problem(&r, 4), "liste.csv:6:4: ", 15) == 0);
    assert_int_equal(app_totals(desk).drafts, 1);
    import_report_release(&r);
}

static void import__again__adds_only_what_is_new(void **state)
{
    struct import_report r = import_text("titre;date\nBal;5/12/2026\n");

    (void)state;
    import_report_release(&r);
    r = import_text("titre;date\nBal;5/12/2026\nBal;6/12/2026\nBal;6/12/2026\n");
    expect(&r, 3, 1, 0, 2);
    import_report_release(&r);
}

/* Rows are written some at a time; the same row twice may fall into one lot. */
static void import__many_rows__are_written_in_lots(void **state)
{
    enum { ROWS = 100 };
    int64_t before = app_generation(desk);
    struct import_report r;
    struct buf csv;
    char *path;

    (void)state;
    buf_init(&csv, 0);
    buf_adds(&csv, "titre;date\n");
    for (int i = 0; i < ROWS; i++)
        buf_addf(&csv, "Bal %d;5/12/2026\nBal %d;5/12/2026\n", i, i);
    path = strdup(desk_file("liste.csv", csv.s));
    r = import(path, false);
    expect(&r, 2 * ROWS, ROWS, 0, ROWS);
    import_report_release(&r);
    assert_int_equal(app_totals(desk).drafts, ROWS);
    assert_in_range(app_generation(desk) - before, 1, ROWS / 4);
    r = import(path, false);
    expect(&r, 2 * ROWS, 0, 0, 2 * ROWS);
    import_report_release(&r);
    buf_release(&csv);
    free(path);
}

static void import__dry_run__writes_nothing(void **state)
{
    int64_t before = app_generation(desk);
    struct import_report r =
            import(desk_file("liste.csv", "titre;date\nBal;5/12/2026\n"), true);

    (void)state;
    expect(&r, 1, 1, 0, 0);
    assert_int_equal(app_totals(desk).drafts, 0);
    assert_int_equal(app_generation(desk), before);
    import_report_release(&r);
}

static void import__other_types__by_label(void **state)
{
    struct import_report r;
    struct err err = {0};
    struct json *body;

    (void)state;
    desk_ok(app_import_csv(desk,
                    desk_file("lieux.csv", "Nom,Ville,CP,Téléphone\n"
                                           "La Grange,Névache,05100,04 92 25 52 52\n"),
                    "lieu", false, &r, &err),
            &err);
    expect(&r, 1, 1, 0, 0);
    import_report_release(&r);
    body = only_draft();
    check(body, "nom", "La Grange");
    check(json_get(body, "adresse"), "commune", "05093");
    check(json_get(body, "contact_public"), "tel", "+33492255252");
    json_free(body);
}

static void import__files__that_fit_nothing_are_refused(void **state)
{
    struct import_report r;
    struct err err = {0};

    (void)state;
    assert_int_equal(app_import_csv(desk, desk_file("a.csv", "foo;bar\n1;2\n"), "",
                             false, &r, &err),
            ERR_INVALID);
    assert_int_equal(app_import_csv(desk, desk_file("b.csv", ""), "", false, &r, &err),
            ERR_INVALID);
    assert_int_equal(app_import_csv(desk, "/nowhere/at/all.csv", "", false, &r, &err),
            ERR_NOT_FOUND);
    assert_int_equal(app_import_csv(desk, desk_file("c.csv", "titre\nBal\n"), "poney",
                             false, &r, &err),
            ERR_NOT_FOUND);
}

static void import__broken_quotes__end_the_file(void **state)
{
    struct import_report r =
            import_text("titre;date\nBal;5/12/2026\n\"Faux;6/12/2026\n");

    (void)state;
    expect(&r, 2, 1, 1, 0);
    assert_int_equal(r.problems.items[0].line, 3);
    import_report_release(&r);
}

static const char communes[] =
        "[{\"code\":\"05101\",\"nom\":\"Vallouise-Pelvoux\",\"departement\":\"05\","
        "\"region\":\"93\",\"type\":\"commune-actuelle\",\"codesPostaux\":[\"05290\","
        "\"05340\"]},"
        "{\"code\":\"05175\",\"nom\":\"La Vallouise\",\"departement\":\"05\","
        "\"region\":\"93\",\"type\":\"commune-deleguee\",\"chefLieu\":\"05101\"},"
        "{\"code\":\"13055\",\"nom\":\"Marseille\",\"departement\":\"13\","
        "\"region\":\"93\",\"type\":\"commune-actuelle\"},"
        "{\"code\":\"98411\",\"nom\":\"Saint-Paul\",\"type\":\"commune-actuelle\"}]";

static void import_list__communes__from_the_official_code(void **state)
{
    struct err err = {0};
    struct import_report r;
    size_t n = 0;

    (void)state;
    for (int twice = 0; twice < 2; twice++) {
        desk_ok(app_import_list(desk, desk_file("communes.json", communes), "communes",
                        &n, &err),
                &err);
        assert_int_equal(n, 3);
    }
    desk_ok(app_import_csv(desk,
                    desk_file("l.csv", "nom,commune\nDock,Marseille\n"
                                       "Grange,La Vallouise\nTour,Briançon\n"),
                    "lieu", false, &r, &err),
            &err);
    expect(&r, 3, 1, 2, 0); /* a synonym finds, but only a name is a name */
    import_report_release(&r);
}

static void import_list__other_files__are_refused(void **state)
{
    struct err err = {0};
    size_t n = 0;

    (void)state;
    assert_int_equal(app_import_list(desk, desk_file("x.json", "[{\"a\":1}]"),
                             "communes", &n, &err),
            ERR_INVALID);
    assert_int_equal(
            app_import_list(desk, desk_file("x.json", "[{]"), "communes", &n, &err),
            ERR_INVALID);
    assert_int_equal(app_import_list(desk, desk_file("x.csv", "code,label\n"), "genres",
                             &n, &err),
            ERR_NOT_FOUND);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, desk_open_samples, desk_close)
    static const struct CMUnitTest tests[] = {
            TEST(import__samples__latin_and_utf8_are_the_same),
            TEST(import__row__becomes_a_whole_record),
            TEST(import__names__match_what_the_form_calls_aliases),
            TEST(import__alias__must_be_one_records),
            TEST(import__prices__may_be_ranges),
            TEST(import__free_for_some__is_not_a_free_event),
            TEST(import__bad_prices__are_named_by_column),
            TEST(import__spreadsheet_dates__are_read),
            TEST(import__bad_cells__leave_the_row_out),
            TEST(import__again__adds_only_what_is_new),
            TEST(import__many_rows__are_written_in_lots),
            TEST(import__dry_run__writes_nothing),
            TEST(import__other_types__by_label),
            TEST(import__files__that_fit_nothing_are_refused),
            TEST(import__broken_quotes__end_the_file),
            TEST(import_list__communes__from_the_official_code),
            TEST(import_list__other_files__are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
