#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "source_run.h"

#define SAMPLES "tests/deliver/samples/"

static struct source_run run;

static int end_run(void **state)
{
    (void)state;
    source_run_release(&run);
    return 0;
}

static void read_text(const char *text)
{
    source_run_text(&run, view_of(text), SOURCE_JSONLD);
}

/* An Event with a name, a date and MEMBERS. */
static void read_event(const char *members)
{
    char *text = xasprintf("{\"@type\":\"Event\",\"name\":\"Essai\","
                           "\"startDate\":\"2026-12-05T20:30\"%s}",
            members);

    read_text(text);
    free(text);
}

#define assert_at(i, path, text)                                                       \
    assert_string_equal(source_text_at(source_run_at(&run, i), path), text)

static const struct json *rate(size_t i, size_t k)
{
    return json_at(json_get(json_get(source_run_at(&run, i), "body"), "tarifs"), k);
}

static size_t rows(size_t i)
{
    return json_len(json_get(json_get(source_run_at(&run, i), "body"), "seances"));
}

static void assert_noted(size_t i, const char *note)
{
    char *notes = source_notes(source_run_at(&run, i));

    if (!strstr(notes, note))
        fail_msg("no %s in: %s", note, notes);
    free(notes);
}

/* --- pages ------------------------------------------------------------------------ */

static void jsonld__read__page_with_a_graph(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "events-calendar.html", SOURCE_JSONLD);
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.proposals), 2);
    assert_at(0, "source.systeme", "jsonld");
    assert_at(0, "source.valeur", "https://alouettes.example/agenda/jazz/#event");
    assert_at(0, "source.place", "script 1, event 1");
    assert_at(0, "body.titre.fr", "Jazz – au moulin");
    assert_at(0, "body.nature", "concert");
    assert_at(0, "body.mode", "presentiel");
    assert_at(0, "body.lieu.nom", "Moulin du Rif");
    assert_at(0, "body.lieu.adresse.voie", "12 chemin du Rif");
    assert_at(0, "body.lieu.adresse.code_postal", "05990");
    assert_at(0, "body.lieu.adresse.ville", "Valserre");
    assert_at(0, "body.lieu.adresse.pays", "FR");
    assert_at(0, "body.lieu.lon", "6.6");
    assert_at(0, "body.lieu.contact_public.tel", "+33492000003");
    assert_at(0, "body.organisateur.nom", "Les Alouettes");
    assert_at(0, "body.organisateur.contact_public.courriel",
            "contact@alouettes.example");
    assert_at(0, "body.seances.0.debut", "2026-11-28T20:00[Europe/Paris]");
    assert_at(0, "body.indication_tarif", "payant");
    assert_int_equal(json_get_int(rate(0, 0), "prix_min_cts", -1), 1250);
    assert_at(0, "body.reservation.moyens.0.valeur", "https://billets.example/jazz");
    assert_int_equal(
            json_get_int(json_get(source_run_at(&run, 0), "body"), "age_min", -1), 8);
    assert_at(0, "left.image", "https://alouettes.example/jazz.jpg");
    assert_noted(0, "lost:spectacles");
}

static void jsonld__read__page_with_dirty_scripts(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "events-calendar.html", SOURCE_JSONLD);
    assert_at(1, "body.titre.fr", "Portes ouvertes");
    assert_at(1, "body.accroche.fr", "Venez & voyez la ferme");
    assert_noted(1, "changed:description");
    assert_int_equal(rows(1), 2);
    assert_at(1, "body.seances.1.debut", "2026-12-13[Europe/Paris]");
    assert_noted(1, "guessed:seances.debut");
    assert_at(1, "body.lieu.nom", "Ferme du Rif");
    assert_at(1, "body.indication_tarif", "gratuit");
    assert_int_equal(json_len(run.refused), 1);
    assert_string_equal(source_text_at(json_at(run.refused, 0), "place"), "script 3");
}

/* --- events and their parts
 * ------------------------------------------------------------ */

static void jsonld__read__series(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "festival.jsonld", SOURCE_JSONLD);
    assert_int_equal(run.rc, 0);
    assert_at(0, "body.titre.fr", "Les Ombres du soir");
    assert_at(0, "body.genre", "theatre");
    assert_at(0, "body.organisateur.nom", "Scène des Mélèzes");
    assert_int_equal(rows(0), 2);
    assert_at(0, "body.seances.0.id", "0199f3a0-0101-74ff-a6a1-08a2b8d456f4");
    assert_at(0, "body.seances.0.statut", "complet");
    assert_at(0, "body.seances.1.debut", "2026-11-30T20:30[Europe/Paris]");
    assert_at(0, "body.seances.1.statut", "reprogramme");
    assert_at(0, "body.seances.1.debut_initial", "2026-11-30T19:00[Europe/Paris]");
    assert_at(0, "body.lieu.adresse.voie", "21 avenue des Mélèzes");
    assert_int_equal(json_get_int(rate(0, 0), "prix_min_cts", -1), 1250);
    assert_string_equal(source_text_at(rate(0, 1), "categorie"), "reduit");
    assert_int_equal(json_get_int(rate(0, 1), "prix_max_cts", -1), 1000);
    assert_string_equal(source_text_at(rate(0, 1), "precision"), "étudiants");
}

static void jsonld__read__festival_and_its_events(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLES "festival.jsonld", SOURCE_JSONLD);
    assert_int_equal(json_len(run.proposals), 3);
    assert_at(1, "body.nature", "festival");
    assert_int_equal(rows(1), 3);
    assert_at(1, "body.mode", "mixte");
    assert_at(1, "body.lien_en_ligne", "https://visio.example/neiges");
    assert_at(2, "body.titre.fr", "Bal d'ouverture");
    assert_at(2, "body.genre", "danse");
    assert_at(2, "body.seances.0.statut", "annule");
    assert_at(2, "body.indication_tarif", "gratuit");
    assert_int_equal(json_len(run.refused), 2);
    assert_string_equal(
            source_text_at(json_at(run.refused, 0), "message"), "it has no date");
}

static void jsonld__read__performances_that_name_one_series(void **state)
{
    (void)state;
    read_text("[{\"@type\":\"Event\",\"name\":\"A\",\"startDate\":\"2026-12-05\","
              "\"superEvent\":"
              "{\"@type\":\"EventSeries\",\"@id\":\"x:1\"},\"identifier\":"
              "\"0199f3a0-0101-74ff-a6a1-08a2b8d456f4\"},"
              "{\"@type\":\"Event\",\"name\":\"A\",\"startDate\":\"2026-12-06\","
              "\"superEvent\":"
              "{\"@type\":\"EventSeries\",\"@id\":\"x:1\"}}]");
    assert_int_equal(json_len(run.proposals), 1);
    assert_int_equal(rows(0), 2);
}

/* As pages of venues tell them, one performance each. */
static void expect_whole(const char *series, const char *id, bool part)
{
    char text[600];

    snprintf(text, sizeof(text),
            "{\"@type\":\"Event\",\"@id\":\"https://a.example/1\",\"name\":\"A\","
            "\"startDate\":\"2026-12-05\",\"superEvent\":[{\"@type\":\"Event\","
            "\"@id\":\"https://a.example/f\",\"name\":\"A\"},"
            "{\"@type\":\"EventSeries\",%s}]}",
            series);
    read_text(text);
    assert_int_equal(json_len(run.proposals), 1);
    assert_string_equal(source_text_at(source_run_at(&run, 0), "source.valeur"), id);
    assert_int_equal(
            json_get_bool(json_get(source_run_at(&run, 0), "source"), "partie", false),
            part);
    source_run_release(&run);
}

static void jsonld__read__a_performance_by_its_series(void **state)
{
    static const char uid[] = "0199f3a0-0101-74ff-a6a1-08a2b8d456f4";
    char own[200];

    (void)state;
    snprintf(own, sizeof(own),
            "\"@id\":\"https://agenda.example/id/evenement/%s\",\"name\":\"A\"", uid);
    expect_whole(own, uid, true);
    expect_whole("\"@id\":\"https://a.example/s\",\"name\":\"A\"",
            "https://a.example/s", true);
    /* A season of several events; a name that holds in this page alone. */
    expect_whole("\"@id\":\"https://a.example/s\",\"name\":\"B\"",
            "https://a.example/1", false);
    expect_whole("\"@id\":\"#s\",\"name\":\"A\"", "https://a.example/1", false);
}

static void jsonld__read__references_in_a_circle(void **state)
{
    (void)state;
    read_text("[{\"@type\":\"EventSeries\",\"@id\":\"a\",\"name\":\"A\",\"startDate\":"
              "\"2026-12-05\","
              "\"subEvent\":{\"@id\":\"b\"},\"superEvent\":{\"@id\":\"b\"}},"
              "{\"@type\":\"EventSeries\",\"@id\":\"b\",\"name\":\"B\",\"startDate\":"
              "\"2026-12-06\","
              "\"subEvent\":[{\"@id\":\"a\"},{\"@id\":\"b\"}],\"superEvent\":{\"@id\":"
              "\"a\"},"
              "\"location\":{\"@id\":\"a\"}}]");
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.proposals), 1);
}

/* --- single members
 * --------------------------------------------------------------------- */

static void jsonld__read__languages(void **state)
{
    (void)state;
    read_text(
            "{\"@type\":\"schema:Event\",\"startDate\":\"2026-12-05\",\"name\":["
            "{\"@value\":\"Snow "
            "ball\",\"@language\":\"en\"},{\"@value\":\"Bal\",\"@language\":\"fr-FR\"},"
            "{\"@value\":\"Ball\",\"@language\":\"de\"}]}");
    assert_at(0, "body.titre.fr", "Bal");
    assert_at(0, "body.titre.en", "Snow ball");
    assert_noted(0, "");
    assert_true(
            strstr(source_text_at(source_run_at(&run, 0), "left.name"), "de") != NULL);
}

static void jsonld__read__hours_elsewhere(void **state)
{
    (void)state;
    read_text("{\"@type\":\"Event\",\"name\":\"A\",\"startDate\":\"2026-12-05T20:30:00-"
              "05:00\"}");
    assert_at(0, "body.seances.0.debut", "2026-12-06T02:30[Europe/Paris]");
    assert_noted(0, "changed:seances.debut");
}

static void jsonld__read__prices(void **state)
{
    static const struct {
        const char *offers, *indication;
        int rates, cents;
    } all[] = {
            {"{\"price\":\"12.50\",\"priceCurrency\":\"EUR\"}", "payant", 1, 1250},
            {"{\"@type\":\"AggregateOffer\",\"lowPrice\":5,\"highPrice\":\"9\"}",
                    "payant", 1, 500},
            {"{\"price\":10,\"priceCurrency\":\"CHF\"}", "", 0, -1},
            {"{\"price\":\"Entrée libre\"}", "entree_libre", 0, -1},
            {"{\"price\":-3}", "", 0, -1},
            {"{\"price\":1e300}", "", 0, -1},
            {"{\"price\":\"NaN\"}", "", 0, -1},
            {"[{\"price\":0},{\"price\":0,\"name\":\"Enfants\"}]", "gratuit", 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        char *members = xasprintf(",\"offers\":%s", all[i].offers);

        read_event(members);
        assert_at(0, "body.indication_tarif", all[i].indication);
        assert_int_equal(json_get_int(rate(0, 0), "prix_min_cts", -1), all[i].cents);
        assert_int_equal(
                json_len(json_get(json_get(source_run_at(&run, 0), "body"), "tarifs")),
                all[i].rates);
        source_run_release(&run);
        free(members);
    }
}

static void jsonld__read__person_gives_no_address(void **state)
{
    struct buf text;

    (void)state;
    read_event(
            ",\"organizer\":{\"@type\":\"Person\",\"name\":\"Jeanne Aubert\",\"email\":"
            "\"jeanne@mail.example\"}");
    assert_at(0, "body.organisateur.nom", "Jeanne Aubert");
    buf_init(&text, 0);
    json_canonical(run.proposals, &text);
    assert_null(strstr(text.s, "jeanne@"));
    buf_release(&text);
}

/* --- hostile
 * -------------------------------------------------------------------------- */

static void jsonld__read__entity_bomb_is_text(void **state)
{
    (void)state;
    read_text("<!DOCTYPE html [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">"
              "<!ENTITY c SYSTEM \"file:///etc/passwd\">]><html><head>"
              "<script "
              "type=\"application/ld+json\">{\"@type\":\"Event\",\"name\":\"&b;&c;\","
              "\"startDate\":\"2026-12-05\"}</script>&b;&b;&b;</html>");
    assert_int_equal(run.rc, 0);
    assert_at(0, "body.titre.fr", "&b;&c;");
}

static void jsonld__read__deep_pages_and_documents(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    for (int i = 0; i < 50000; i++)
        buf_adds(&text, "<div>");
    buf_adds(&text,
            "<script type='application/ld+json'>{\"@type\":\"Event\",\"name\":\"A\","
            "\"startDate\":\"2026-12-05\"}</script>");
    source_run_text(&run, buf_view(&text), SOURCE_JSONLD);
    assert_true(run.rc == 0 || run.rc == ERR_INVALID);
    source_run_release(&run);
    buf_clear(&text);
    for (int i = 0; i < 100; i++)
        buf_adds(&text, "{\"@graph\":");
    buf_adds(&text, "1");
    for (int i = 0; i < 100; i++)
        buf_adds(&text, "}");
    source_run_text(&run, buf_view(&text), SOURCE_JSONLD);
    assert_int_equal(run.rc, ERR_LIMIT);
    buf_release(&text);
}

static void jsonld__read__nothing_of_the_kind(void **state)
{
    static const char *const texts[] = {
            "", "{}", "[]", "bonjour", "{\"@type\":\"Person\"}", "<html></html>", "<"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        assert_int_equal(run.rc, ERR_INVALID);
        assert_non_null(run.err.id);
        source_run_release(&run);
    }
}

#define test(f) cmocka_unit_test_teardown(f, end_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
            test(jsonld__read__page_with_a_graph),
            test(jsonld__read__page_with_dirty_scripts),
            test(jsonld__read__series),
            test(jsonld__read__festival_and_its_events),
            test(jsonld__read__performances_that_name_one_series),
            test(jsonld__read__references_in_a_circle),
            test(jsonld__read__a_performance_by_its_series),
            test(jsonld__read__languages),
            test(jsonld__read__hours_elsewhere),
            test(jsonld__read__prices),
            test(jsonld__read__person_gives_no_address),
            test(jsonld__read__entity_bomb_is_text),
            test(jsonld__read__deep_pages_and_documents),
            test(jsonld__read__nothing_of_the_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
