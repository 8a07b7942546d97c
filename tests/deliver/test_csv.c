#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/base/csv.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/deliver/format.h"

static const struct format *format_csv(void)
{
    return format_find("csv");
}

/* --- reading it back -------------------------------------------------------------- */

static struct csv *table;

static int close_table(void **state)
{
    csv_free(table);
    table = NULL;
    return desk_close(state);
}

static void open_table(const char *name)
{
    char path[80];
    const char *text;
    struct err err = {0};

    snprintf(path, sizeof(path), "csv/%s.csv", name);
    text = desk_file(format_csv(), path);
    assert_non_null(text);
    csv_free(table);
    table = NULL;
    assert_int_equal(csv_open(view_of(text), &table, &err), 0);
}

/* Moves to the row of KEY in the first column. */
static void find_row(const char *name, const char *key)
{
    int rc;

    open_table(name);
    while ((rc = csv_next(table, NULL)) == 1)
        if (view_is(csv_cell(table, 0), key))
            break;
    assert_int_equal(rc, 1);
}

static const char *cell(const char *name)
{
    static char *texts[8];
    static unsigned turn;
    char **text = &texts[turn++ % COUNT(texts)];
    int i = csv_find(table, name);

    if (i < 0)
        fail_msg("no column %s", name);
    free(*text);
    *text = view_dup(csv_cell(table, (size_t)i));
    return *text;
}

#define ASSERT_CELL(name, text) assert_string_equal(cell(name), text)

/* --- events ----------------------------------------------------------------------- */

static void csv__writes_an_event(void **state)
{
    (void)state;
    desk_make(format_csv(), DESK_RICH);
    find_row("evenements", desk_uid(DESK_RICH));
    ASSERT_CELL("titre", "La Mouette à Briançon");
    ASSERT_CELL("titre_it", "Il gabbiano a Briançon");
    ASSERT_CELL("genre", "theatre");
    ASSERT_CELL("genre_libelle", "Théâtre");
    ASSERT_CELL("organisateur", desk_uid(DESK_ORGANISER));
    ASSERT_CELL("organisateur_nom", "Les Alpes en scène");
    ASSERT_CELL("coorganisateurs_noms", "[\"MJC & Compagnie\"]");
    ASSERT_CELL("lieu_nom", "Théâtre du Briançonnais");
    ASSERT_CELL("code_postal", "05100");
    ASSERT_CELL("code_insee", "05023");
    ASSERT_CELL("commune", "Briançon");
    ASSERT_CELL("latitude", "44.8987");
    ASSERT_CELL("date_debut", "2026-10-24");
    ASSERT_CELL("date_fin", "2027-03-28");
    ASSERT_CELL("nombre_seances", "6");
    ASSERT_CELL("prix_min", "0");
    ASSERT_CELL("prix_max", "12.50");
    ASSERT_CELL("tarifs",
            "[{\"categorie\":\"plein\",\"prix_min\":\"12.50\"},"
            "{\"categorie\":\"reduit\",\"precision\":\"sur justificatif\","
            "\"prix_max\":\"10\",\"prix_min\":\"8\"},"
            "{\"categorie\":\"enfant\",\"prix_min\":\"0\"}]");
    ASSERT_CELL("reservation_tel", "+33492200001");
    ASSERT_CELL("publics", "[\"tout_public\",\"famille\"]");
    ASSERT_CELL("ids_externes", "[\"openagenda:99887766\"]");
    ASSERT_CELL("licence", "LO-2.0");
    ASSERT_CELL(
            "licence_url", "https://www.etalab.gouv.fr/licence-ouverte-open-licence");
    ASSERT_CELL("attribution", "Les Alpes en scène");
    ASSERT_CELL("modifie_le", "2026-11-20T10:00:00Z");
}

static void csv__writes_performances(void **state)
{
    (void)state;
    desk_make(format_csv(), DESK_RICH);
    find_row("seances", "01900000-aaaa-7000-8000-000000000002");
    ASSERT_CELL("evenement", desk_uid(DESK_RICH));
    ASSERT_CELL("titre", "La Mouette à Briançon");
    ASSERT_CELL("debut", "2026-10-25T02:15:00+01:00");
    ASSERT_CELL("fin", "2026-10-25T03:45:00+01:00");
    ASSERT_CELL("fin_estimee", "true");
    ASSERT_CELL("statut_libelle", "Complète");
    ASSERT_CELL("lsf", "");
    find_row("seances", "01900000-aaaa-7000-8000-000000000003");
    ASSERT_CELL("debut", "2026-12-05");
    ASSERT_CELL("heure", "");
    ASSERT_CELL("fin", "");
    ASSERT_CELL("lieu_nom", "Petite salle");
    ASSERT_CELL("commune", "Briançon"); /* of the house that it is in */
    find_row("seances", "01900000-aaaa-7000-8000-000000000001");
    ASSERT_CELL("lsf", "true");
    ASSERT_CELL("audiodescription", "");
    ASSERT_CELL("places_restantes", "12");
    find_row("seances", "01900000-aaaa-7000-8000-000000000004");
    ASSERT_CELL("debut_initial", "2026-12-06T20:30:00+01:00");
    ASSERT_CELL("note_horaire_en", "Enter by the yard");
}

static void csv__gives_the_link_of_what_moved_there(void **state)
{
    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101',"
            "'lien_en_ligne': 'https://direct.exemple.fr/9', 'seances': ["
            "{'id': '01900000-aaaa-7000-8000-000000000091', 'debut': "
            "'2026-12-05T20:30[Europe/Paris]', 'statut': "
            "'passe_en_ligne'},"
            "{'id': '01900000-aaaa-7000-8000-000000000092', 'debut': "
            "'2026-12-06T20:30[Europe/Paris]'}]");
    desk_make(format_csv(), 900);
    find_row("seances", "01900000-aaaa-7000-8000-000000000091");
    ASSERT_CELL("lien_en_ligne", "https://direct.exemple.fr/9");
    find_row("seances", "01900000-aaaa-7000-8000-000000000092");
    ASSERT_CELL("lien_en_ligne", "");
}

static void csv__has_three_states_of_access(void **state)
{
    (void)state;
    desk_make(format_csv(), DESK_THEATRE);
    find_row("lieux", desk_uid(DESK_THEATRE));
    ASSERT_CELL("acces_fauteuil", "autonome");
    ASSERT_CELL("acces_boucle_magnetique", "true");
    ASSERT_CELL("acces_lsf", "false");
    ASSERT_CELL("acces_braille", "");
    ASSERT_CELL("acces_relax", "");
    ASSERT_CELL("siret", "26050009700013");
}

static void csv__writes_the_others(void **state)
{
    (void)state;
    desk_make_all(format_csv());
    find_row("lieux", desk_uid(DESK_HALL));
    ASSERT_CELL("lieu_parent", desk_uid(DESK_THEATRE));
    find_row("structures", desk_uid(DESK_ORGANISER));
    ASSERT_CELL("licences_spectacle", "[\"PLATESV-D-2024-001172\"]");
    find_row("spectacles", desk_uid(DESK_SHOW));
    ASSERT_CELL("generique",
            "[{\"fonction\":\"comedien\",\"nom\":\"Zoé Martin\",\"personnage\":"
            "\"Nina\"},{\"fonction\":\"production\",\"nom\":\"Cie L'Envol\"}]");
    find_row("personnes", desk_uid(DESK_ACTRESS));
    ASSERT_CELL("nom_affiche", "Zoé Martin");
    find_row("oeuvres", desk_uid(DESK_WORK));
    ASSERT_CELL("domaine_public", "true");
}

static void csv__orders_rows(void **state)
{
    char before[64] = "";
    int n = 0;

    (void)state;
    desk_make_all(format_csv());
    open_table("seances");
    while (csv_next(table, NULL) == 1) {
        char now[64];

        snprintf(now, sizeof(now), "%s/%s", cell("evenement"), cell("jour"));
        assert_true(strcmp(before, now) <= 0);
        memcpy(before, now, sizeof(now));
        n++;
    }
    assert_true(n > 800);
}

/* --- hostile texts ---------------------------------------------------------------- */

static void csv__disarms_formulas(void **state)
{
    size_t columns;

    (void)state;
    desk_make(format_csv(), DESK_NASTY);
    find_row("evenements", desk_uid(DESK_NASTY));
    columns = csv_columns(table);
    assert_int_equal(csv_count(table), columns);
    assert_string_equal(cell("titre_en"), "'+1; DROP TABLE \\n");
    assert_memory_equal(cell("titre"), "'=cmd|", 6);
    for (size_t i = 0; i < columns; i++)
        assert_null(
                memchr("=+-@", csv_cell(table, i).n ? *csv_cell(table, i).p : '.', 4));
    assert_memory_equal(cell("page"), "https://agenda.example/", 23);
    ASSERT_CELL("reservation_url", ""); /* javascript: */
    assert_int_equal(csv_next(table, NULL), 0);
}

static void csv__leaves_what_has_no_shape(void **state)
{
    (void)state;
    desk_put("lieu", 1,
            "'nom': 'a', 'lat': '=1+1', 'lon': '1,5', 'adresse': {'commune': '99999'},"
            "'contact_public': {'tel': '04 92', 'courriel': '@x', 'site': "
            "'ftp://x.fr'},"
            "'cree_le': 'hier'");
    desk_make(format_csv(), 1);
    find_row("lieux", desk_uid(1));
    ASSERT_CELL("latitude", "");
    ASSERT_CELL("longitude", "");
    ASSERT_CELL("code_insee", "");
    ASSERT_CELL("tel", "");
    ASSERT_CELL("courriel", "");
    ASSERT_CELL("site", "");
    ASSERT_CELL("cree_le", "");
    assert_true(desk_noted(NOTE_LOST, "lat"));
    assert_true(desk_noted(NOTE_LOST, "contact_public.tel"));
}

/* Houses that are in each other, as no form allows and a merge may leave. */
static void csv__ends_in_a_circle_of_venues(void **state)
{
    (void)state;
    desk_put("lieu", 1, "'nom': 'a', 'lieu_parent': '@2'");
    desk_put("lieu", 2, "'nom': 'b', 'lieu_parent': '@1'");
    desk_put("evenement", 3,
            "'titre': {'fr': 'x'}, 'mode': 'presentiel', 'lieu': '@1', 'seances':"
            "[{'id': 'a', 'debut': '2026-12-01T20:30[Europe/Paris]'}]");
    desk_make(format_csv(), 3);
    find_row("evenements", desk_uid(3));
    ASSERT_CELL("lieu_nom", "a");
    ASSERT_CELL("commune", "");
}

/* --- files ------------------------------------------------------------------------ */

static void csv__has_crlf_and_one_header(void **state)
{
    const char *text;

    (void)state;
    desk_make(format_csv(), DESK_EMPTY);
    text = desk_file(format_csv(), "csv/evenements.csv");
    assert_memory_equal(text, "uid,titre,titre_en,", 19);
    assert_true(utf8_valid(view_of(text)));
    for (const char *lf = strchr(text, '\n'); lf; lf = strchr(lf + 1, '\n'))
        assert_int_equal(lf[-1], '\r');
}

static const struct json *member(
        const struct json *list, const char *key, const char *value)
{
    for (size_t i = 0; i < json_len(list); i++) {
        const char *text = json_get_text(json_at(list, i), key);

        if (text && strcmp(text, value) == 0)
            return json_at(list, i);
    }
    return NULL;
}

static struct json *read_json(const char *path)
{
    struct json *j = NULL;
    struct err err = {0};

    const char *text = desk_file(format_csv(), path);

    assert_non_null(text);
    assert_int_equal(json_parse(view_of(text), 0, &j, &err), 0);
    return j;
}

/* Every table that has rows is described, column by column. */
static void csv__describes_its_columns(void **state)
{
    static const char *const names[] = {"evenements", "seances", "lieux", "structures",
            "spectacles", "personnes", "oeuvres"};
    const struct json *resources, *fields;
    struct json *pack;

    (void)state;
    desk_make_all(format_csv());
    pack = read_json("csv/datapackage.json");
    resources = json_get(pack, "resources");
    assert_int_equal(json_len(resources), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct json *r = member(resources, "name", names[i]);

        open_table(names[i]);
        fields = json_get(json_get(r, "schema"), "fields");
        assert_int_equal(json_len(fields), csv_columns(table));
        for (size_t f = 0; f < json_len(fields); f++) {
            assert_true(view_is(
                    csv_name(table, f), json_get_text(json_at(fields, f), "name")));
            assert_non_null(json_get_text(json_at(fields, f), "title"));
        }
    }
    json_free(pack);
}

struct search {
    const char *uid;
    bool found;
};

static void look(void *ctx, const char *uid)
{
    struct search *s = ctx;

    s->found = s->found || strcmp(uid, s->uid) == 0;
}

/* Who has the row was asked for by the format, so that the engine takes it along. */
static void assert_used(const char *table_name, const char *uid)
{
    bool event = strcmp(table_name, "lieux") != 0;
    const char *of = cell(strcmp(table_name, "seances") == 0 ? "evenement" : "uid");
    struct search s = {.uid = uid};
    struct notice *n = NULL;
    struct outlet none = desk_outlet();

    assert_int_equal(notice_open(desk_gate, of, &n, NULL), 0);
    assert_int_equal(strcmp(n->type, "evenement") == 0, event);
    format_csv()->make(&desk_delivery, n, &none);
    notice_used(n, look, &s);
    if (!s.found)
        fail_msg("%s of %s is not taken along", uid, of);
    notice_free(n);
}

/* Each key that leads to another table leads to a row there. */
static void csv__keys_lead_somewhere(void **state)
{
    static const char *const keys[][3] = {{"evenements", "organisateur", "structures"},
            {"evenements", "lieu", "lieux"}, {"seances", "evenement", "evenements"},
            {"seances", "lieu", "lieux"}, {"lieux", "lieu_parent", "lieux"},
            {"lieux", "exploitant", "structures"}};

    (void)state;
    desk_erase(DESK_MANY);
    desk_fill();
    desk_make_all(format_csv());
    for (size_t i = 0; i < COUNT(keys); i++) {
        int n = 0;

        open_table(keys[i][0]);
        while (csv_next(table, NULL) == 1) {
            const char *uid = cell(keys[i][1]);
            char path[80];

            snprintf(path, sizeof(path), "csv/%s.csv", keys[i][2]);
            if (*uid && !desk_text(path, uid))
                fail_msg("%s.%s %s leads nowhere", keys[i][0], keys[i][1], uid);
            if (*uid)
                assert_used(keys[i][0], uid);
            n += *uid != '\0';
        }
        assert_true(n > 0);
    }
}

/* --- what is lost ----------------------------------------------------------------- */

/* "Champ du formulaire : seances.debut" */
static const char *origin_of(const struct json *field)
{
    const char *text = json_get_text(field, "description");
    const char *colon = text ? strstr(text, " : ") : NULL;

    return colon ? colon + 3 : "";
}

/* A column has PATH, or the repeat it stands in. */
static bool has_origin(const struct json *resource, const char *path)
{
    const struct json *fields = json_get(json_get(resource, "schema"), "fields");

    for (size_t i = 0; i < json_len(fields); i++) {
        const char *origin = origin_of(json_at(fields, i));
        size_t n = strlen(origin);

        if (n && strncmp(path, origin, n) == 0 && (!path[n] || path[n] == '.'))
            return true;
    }
    return false;
}

static bool is_of_all(const char *path)
{
    static const char *const paths[] = {"statut_fiche", "visibilite", "formulaire",
            "exercice", "uid", "type", "consentement_publication.accord",
            "consentement_publication.date"};

    for (size_t i = 0; i < COUNT(paths); i++)
        if (strcmp(path, paths[i]) == 0)
            return true;
    return false;
}

/* The manual names each field that no column carries, and no other. */
static void check_lost(const struct json *resources, const char *type,
        const char *table_name, const char *manual)
{
    const struct form *form;
    struct err err = {0};

    assert_int_equal(forms_get(desk_forms, type, &form, NULL, &err), 0);
    for (size_t i = 0; i < form->nfields; i++) {
        const char *path = form->fields[i].path;
        bool carried = has_origin(member(resources, "name", table_name), path) ||
                       (strcmp(type, "evenement") == 0 &&
                               has_origin(member(resources, "name", "seances"), path));
        char name[160];

        if (form_private(form, (int)i) || !form->fields[i].nslots || is_of_all(path))
            continue;
        snprintf(name, sizeof(name), "`%s.%s`", type, path);
        if (carried == (strstr(manual, name) != NULL))
            fail_msg("%s: the manual is wrong about it", name);
    }
}

static void csv__says_what_it_loses(void **state)
{
    static const char *const tables[][2] = {{"evenement", "evenements"},
            {"lieu", "lieux"}, {"structure", "structures"}, {"spectacle", "spectacles"},
            {"personne", "personnes"}, {"oeuvre", "oeuvres"}};
    struct buf manual;
    struct json *pack;
    struct err err = {0};
    const char *section, *end;
    char *text;

    (void)state;
    assert_int_equal(file_read("docs/livraison.md", 0, &manual, &err), 0);
    section = strstr(manual.s, "### `csv`");
    assert_non_null(section);
    end = strstr(section + 4, "\n### ");
    text = end ? xstrndup(section, (size_t)(end - section)) : xstrdup(section);
    desk_make_all(format_csv());
    pack = read_json("csv/datapackage.json");
    for (size_t i = 0; i < COUNT(tables); i++)
        check_lost(json_get(pack, "resources"), tables[i][0], tables[i][1], text);
    json_free(pack);
    free(text);
    buf_release(&manual);
}

static void csv__has_a_catalogue(void **state)
{
    const struct json *graph, *catalogue, *set, *period;
    struct json *j;

    (void)state;
    desk_make_all(format_csv());
    j = read_json("csv/dcat.jsonld");
    graph = json_get(j, "@graph");
    catalogue = json_at(graph, 0);
    set = json_get(catalogue, "dcat:dataset");
    assert_int_equal(json_len(json_get(set, "dcat:distribution")), 7);
    assert_string_equal(json_get_text(json_get(catalogue, "dct:modified"), "@value"),
            "2026-11-20T10:00:00Z");
    assert_string_equal(
            json_get_text(json_get(catalogue, "dct:publisher"), "foaf:name"),
            "Les Alpes en scène");
    period = json_get(json_at(graph, 1), "dct:temporal");
    assert_string_equal(
            json_get_text(json_at(graph, 1), "@id"), json_get_text(set, "@id"));
    assert_string_equal(
            json_get_text(json_get(period, "dcat:startDate"), "@value"), "2026-10-24");
    assert_string_equal(
            json_get_text(json_get(period, "dcat:endDate"), "@value"), "2029-03-10");
    json_free(j);
}

/* Of an empty store, too, all that is described is there. */
static void csv__describes_what_is_empty(void **state)
{
    struct json *j;

    (void)state;
    desk_make_all(format_csv());
    j = read_json("csv/dcat.jsonld");
    assert_int_equal(json_len(json_get(j, "@graph")), 1);
    json_free(j);
    open_table("lieux");
    assert_int_equal(csv_next(table, NULL), 0);
}

static void csv__catalogue_stands_without_an_address(void **state)
{
    const struct json *catalogue;
    struct json *j;

    (void)state;
    desk_delivery.base = desk_delivery.publisher = desk_delivery.modified = "";
    desk_make_all(format_csv());
    j = read_json("csv/dcat.jsonld");
    catalogue = json_at(json_get(j, "@graph"), 0);
    assert_string_equal(json_get_text(catalogue, "@id"), "dcat.jsonld#catalogue");
    assert_null(json_get(catalogue, "dct:modified"));
    assert_string_equal(
            json_get_text(json_get(catalogue, "dct:publisher"), "foaf:name"),
            "Agenda d'essai");
    json_free(j);
    find_row("evenements", desk_uid(DESK_EMPTY));
    ASSERT_CELL("attribution", "Agenda d'essai");
    assert_memory_equal(cell("uri"), "urn:uuid:", 9);
}

/* --- others' programs ------------------------------------------------------------- */

static void csv__is_what_validators_want(void **state)
{
    int table_status, catalogue_status;

    (void)state;
    desk_fill();
    desk_make_all(format_csv());
    desk_write(format_csv(), "out");
    table_status = desk_validate("csv", "out/csv");
    catalogue_status = desk_validate("dcat", "out/csv/dcat.jsonld");
    assert_true(table_status == 0 || table_status == 77);
    assert_true(catalogue_status == 0 || catalogue_status == 77);
    if (table_status == 77 || catalogue_status == 77)
        skip();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, close_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(csv__writes_an_event),
            TEST(csv__writes_performances),
            TEST(csv__gives_the_link_of_what_moved_there),
            TEST(csv__has_three_states_of_access),
            TEST(csv__writes_the_others),
            TEST(csv__orders_rows),
            TEST(csv__disarms_formulas),
            TEST(csv__leaves_what_has_no_shape),
            TEST(csv__ends_in_a_circle_of_venues),
            TEST(csv__has_crlf_and_one_header),
            TEST(csv__describes_its_columns),
            TEST(csv__keys_lead_somewhere),
            TEST(csv__says_what_it_loses),
            TEST(csv__has_a_catalogue),
            cmocka_unit_test_setup_teardown(
                    csv__describes_what_is_empty, desk_open, close_table),
            TEST(csv__catalogue_stands_without_an_address),
            TEST(csv__is_what_validators_want),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
