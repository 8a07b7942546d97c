/*
 * What we deliver and then read is the same event, for every member that the format can
 * carry.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <stdlib.h>

#include "desk.h"
#include "odus/base/mem.h"
#include "source_run.h"

static struct source_run run;

static int end_round(void **state)
{
    source_run_release(&run);
    return desk_close(state);
}

/* FILE of FORMAT, read as KIND. */
static void go_round(const char *format, const char *file, enum source_kind kind)
{
    const struct format *f = format_find(format);
    const char *text;

    assert_non_null(f);
    desk_make_all(f);
    text = desk_file(f, file);
    assert_non_null(text);
    source_run_text(&run, view_of(text), kind);
    assert_int_equal(run.rc, 0);
}

/* Body of the proposal whose identifier ends in the uid of record N. */
static const struct json *body_of(int n)
{
    const char *uid = desk_uid(n);

    for (size_t i = 0; i < json_len(run.proposals); i++) {
        const struct json *one = json_at(run.proposals, i);
        const char *id = source_text_at(one, "source.valeur");

        if (strlen(id) >= strlen(uid) &&
                strcmp(id + strlen(id) - strlen(uid), uid) == 0)
            return json_get(one, "body");
    }
    fail_msg("no proposal for %s", uid);
    return NULL;
}

#define assert_at(body, path, text)                                                    \
    assert_string_equal(source_text_at(body, path), text)

static const struct json *rows(const struct json *body)
{
    return json_get(body, "seances");
}

static void round__ics__rich_event(void **state)
{
    static const char *const starts[] = {"2026-10-24T20:30[Europe/Paris]",
            "2026-10-25T02:15+01:00[Europe/Paris]", "2026-12-05[Europe/Paris]",
            "2026-12-12T20:30[Europe/Paris]", "2026-12-13T17:00[Europe/Paris]",
            "2027-03-28T01:30[Europe/Paris]"};
    static const char *const statuses[] = {"confirme", "complet", "annule",
            "reprogramme", "reporte", "passe_en_ligne"};
    static const char *const texts[] = {"titre", "accroche", "description"};
    const struct notice *n = desk_notice(DESK_RICH);
    const struct json *body;

    (void)state;
    go_round("ics", "ics/agenda.ics", SOURCE_ICS);
    body = body_of(DESK_RICH);
    assert_int_equal(json_len(rows(body)), COUNT(starts));
    for (size_t i = 0; i < COUNT(starts); i++) {
        const struct json *row = json_at(rows(body), i);

        assert_at(row, "debut", starts[i]);
        assert_at(row, "statut", statuses[i]);
        assert_at(row, "id", n->occurrences[i].uid);
    }
    assert_at(
            json_at(rows(body), 3), "debut_initial", "2026-12-06T20:30[Europe/Paris]");
    assert_at(body, "titre.fr", "La Mouette à Briançon");
    assert_at(body, "genre", "theatre");
    assert_at(body, "nature", "representation");
    assert_at(body, "url_fiche", "https://alpes-en-scene.exemple.fr/mouette");
    assert_at(body, "mots_cles.1", "oiseaux");
    assert_at(body, "lien_en_ligne", "https://direct.exemple.fr/mouette");
    assert_at(body, "mode", "mixte");
    assert_at(body, "coorganisateurs.0.nom", "MJC & Compagnie");
    assert_at(json_at(rows(body), 3), "note_horaire.fr", "Entrée par la cour");
    assert_at(json_at(rows(body), 2), "lieu.nom",
            notice_text(notice_linked(n, n->occurrences[2].place), "nom", NULL));
    assert_null(json_get(json_at(rows(body), 0), "lieu"));
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_true(json_same(json_get(body, texts[i]), json_get(n->body, texts[i])));
}

static void round__ics__every_event_comes_back(void **state)
{
    static const int events[] = {DESK_RICH, DESK_EMPTY, DESK_ONLINE, DESK_ABROAD,
            DESK_NASTY, DESK_LONG, DESK_MANY, DESK_FESTIVAL, DESK_INHERITS,
            DESK_CANCELLED, DESK_FREE};

    (void)state;
    go_round("ics", "ics/agenda.ics", SOURCE_ICS);
    for (size_t i = 0; i < COUNT(events); i++) {
        const struct notice *n = desk_notice(events[i]);
        const struct json *body = body_of(events[i]);

        assert_true(json_len(rows(body)) <= n->noccurrences);
        assert_true(json_len(rows(body)) >= 1);
    }
    assert_int_equal(json_len(run.refused), 0);
}

/* Delivered where people read English; a French text stays French. */
static void round__ics__texts_keep_their_language(void **state)
{
    const struct json *body;

    (void)state;
    desk_delivery.lang = "en";
    desk_put("evenement", 900,
            "'titre': {'it': 'Veglia'}, 'seances': [{'id': 'a', 'debut':"
            "'2026-12-01T20:30[Europe/Paris]'}]");
    go_round("ics", "ics/agenda.ics", SOURCE_ICS);
    body = body_of(900);
    assert_at(body, "titre.it", "Veglia");
    assert_int_equal(json_len(json_get(body, "titre")), 1);
    body = body_of(DESK_EMPTY);
    assert_at(body, "titre.fr", "Minimum");
    assert_at(body, "accroche.fr", "Presque rien");
    assert_int_equal(json_len(json_get(body, "titre")), 1);
    assert_int_equal(json_len(json_get(body, "accroche")), 1);
}

static void round__jsonld__texts_keep_their_language(void **state)
{
    const struct notice *n = desk_notice(DESK_EMPTY);
    const struct json *body;
    char *file = xasprintf("jsonld/seances/%s.jsonld", n->occurrences[0].uid);

    (void)state;
    desk_delivery.lang = "en";
    go_round("jsonld", file, SOURCE_JSONLD);
    body = body_of(DESK_EMPTY);
    assert_at(body, "titre.fr", "Minimum");
    assert_at(body, "accroche.fr", "Presque rien");
    assert_int_equal(json_len(json_get(body, "titre")), 1);
    free(file);
}

static void round__jsonld__performance(void **state)
{
    const struct notice *n = desk_notice(DESK_FREE);
    const struct json *body;
    char *file = xasprintf("jsonld/seances/%s.jsonld", n->occurrences[0].uid);

    (void)state;
    go_round("jsonld", file, SOURCE_JSONLD);
    assert_int_equal(json_len(run.proposals), 1);
    body = json_get(source_run_at(&run, 0), "body");
    assert_at(body, "titre.fr", notice_text(n->body, "titre", "fr"));
    assert_at(json_at(rows(body), 0), "id", n->occurrences[0].uid);
    assert_true(
            json_get_bool(json_get(source_run_at(&run, 0), "source"), "partie", false));
    (void)body_of(DESK_FREE); /* it is known as the event, not as the performance */
    assert_true(strcmp(source_text_at(body, "indication_tarif"), "gratuit") == 0 ||
                strcmp(source_text_at(body, "indication_tarif"), "entree_libre") == 0);
    free(file);
}

static void round__jsonld__series(void **state)
{
    const struct json *body;
    char *file = xasprintf("jsonld/evenements/%s.jsonld", desk_uid(DESK_RICH));

    (void)state;
    go_round("jsonld", file, SOURCE_JSONLD);
    body = json_get(source_run_at(&run, 0), "body");
    assert_int_equal(json_len(rows(body)), 6);
    for (size_t i = 0; i < 6; i++)
        assert_at(json_at(rows(body), i), "id",
                desk_notice(DESK_RICH)->occurrences[i].uid);
    assert_at(json_at(rows(body), 1), "debut", "2026-10-25T02:15+01:00[Europe/Paris]");
    assert_at(
            json_at(rows(body), 3), "debut_initial", "2026-12-06T20:30[Europe/Paris]");
    assert_at(body, "titre.fr", "La Mouette à Briançon");
    assert_at(body, "titre.it", "Il gabbiano a Briançon");
    assert_at(body, "accroche.fr",
            notice_text(desk_notice(DESK_RICH)->body, "accroche", "fr"));
    assert_true(strncmp(source_text_at(body, "description.fr"), "Un titre\n", 9) == 0);
    assert_at(body, "lieu.nom",
            notice_text(notice_linked(desk_notice(DESK_RICH), desk_uid(DESK_THEATRE)),
                    "nom", NULL));
    free(file);
}

static void round__openagenda__rich_event(void **state)
{
    const struct json *body, *rates;
    char *file = xasprintf("openagenda/v2/%s.json", desk_uid(DESK_RICH));

    (void)state;
    go_round("openagenda", file, SOURCE_OPENAGENDA);
    body = body_of(DESK_RICH);
    assert_at(body, "titre.fr", "La Mouette à Briançon");
    assert_at(body, "titre.en", "The Seagull in Briançon");
    assert_at(body, "accroche.it", "Tre sere");
    assert_at(body, "description.en", "Some **bold**.");
    assert_at(body, "mode", "mixte");
    assert_at(body, "lien_en_ligne", "https://direct.exemple.fr/mouette");
    assert_int_equal(json_get_int(body, "age_min", -1), 8);
    assert_at(body, "reservation.moyens.0.valeur", "https://billets.exemple.fr/1");
    assert_at(body, "reservation.moyens.1.type", "tel");
    assert_at(body, "reservation.moyens.2.valeur", "resa@exemple.fr");
    assert_at(body, "mots_cles.1", "oiseaux");
    assert_at(body, "indication_tarif", "payant");
    rates = json_get(body, "tarifs");
    assert_int_equal(json_len(rates), 3);
    assert_int_equal(json_get_int(json_at(rates, 0), "prix_min_cts", -1), 1250);
    assert_at(json_at(rates, 1), "categorie", "reduit");
    assert_int_equal(json_get_int(json_at(rates, 1), "prix_max_cts", -1), 1000);
    assert_at(json_at(rates, 1), "precision", "sur justificatif");
    assert_int_equal(json_get_int(json_at(rates, 2), "prix_min_cts", -1), 0);
    free(file);
}

#define test(f) cmocka_unit_test_setup_teardown(f, desk_open_full, end_round)

int main(void)
{
    const struct CMUnitTest tests[] = {
            test(round__ics__rich_event),
            test(round__ics__every_event_comes_back),
            test(round__ics__texts_keep_their_language),
            test(round__jsonld__texts_keep_their_language),
            test(round__jsonld__performance),
            test(round__jsonld__series),
            test(round__openagenda__rich_event),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
