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

#define SAMPLE "tests/deliver/samples/openagenda.json"

static struct source_run run;

static int end_run(void **state)
{
    (void)state;
    source_run_release(&run);
    return 0;
}

static void read_text(const char *text)
{
    source_run_text(&run, view_of(text), SOURCE_OPENAGENDA);
}

/* One event with a title, a date and MEMBERS. */
static void read_event(const char *members)
{
    char *text = xasprintf(
            "[{\"uid\":1,\"title\":{\"fr\":\"Essai\"},\"timings\":[{\"begin\":"
            "\"2026-12-05T20:30:00+01:00\"}]%s}]",
            members);

    read_text(text);
    free(text);
}

#define assert_at(i, path, text)                                                       \
    assert_string_equal(source_text_at(source_run_at(&run, i), path), text)

static int64_t number(size_t i, const char *field)
{
    return json_get_int(json_get(source_run_at(&run, i), "body"), field, -1);
}

static const struct json *rate(size_t i)
{
    return json_at(json_get(json_get(source_run_at(&run, 0), "body"), "tarifs"), i);
}

static void assert_noted(size_t i, const char *note)
{
    char *notes = source_notes(source_run_at(&run, i));

    if (!strstr(notes, note))
        fail_msg("no %s in: %s", note, notes);
    free(notes);
}

static void assert_refused(size_t i, const char *message)
{
    assert_string_equal(source_text_at(json_at(run.refused, i), "message"), message);
}

static void openagenda__read__texts_and_dates(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLE, SOURCE_OPENAGENDA);
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.proposals), 2);
    assert_at(0, "source.systeme", "openagenda");
    assert_at(0, "source.valeur", "91000001");
    assert_at(0, "source.place", "line 4");
    assert_at(0, "source.modifie_le", "2026-11-02T18:15:00Z");
    assert_at(0, "body.titre.fr", "Trio à cordes");
    assert_at(0, "body.titre.en", "String trio");
    assert_at(0, "body.accroche.fr", "Schubert au village");
    assert_at(0, "body.description.fr", "Un **trio** de la vallée.\n\nDurée 1 h 15.");
    assert_at(0, "body.seances.0.debut", "2026-07-10T20:30[Europe/Paris]");
    assert_at(0, "body.seances.1.debut", "2026-12-05T20:30[Europe/Paris]");
    assert_at(0, "body.seances.1.fin", "2026-12-05T22:00[Europe/Paris]");
    assert_at(0, "body.seances.1.statut", "complet");
    assert_at(0, "body.mode", "presentiel");
    assert_at(0, "body.url_fiche", "https://agenda.example/events/trio-a-cordes");
    assert_int_equal(number(0, "age_min"), 6);
    assert_int_equal(number(0, "age_max"), 99);
}

static void openagenda__read__venue(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLE, SOURCE_OPENAGENDA);
    assert_at(0, "body.lieu.nom", "Salle du Foyer");
    assert_at(0, "body.lieu.adresse.voie", "3 rue de l'Église");
    assert_at(0, "body.lieu.adresse.code_postal", "05990");
    assert_at(0, "body.lieu.adresse.ville", "Valserre");
    assert_at(0, "body.lieu.adresse.commune", "05999");
    assert_at(0, "body.lieu.lat", "44.9");
    assert_at(0, "body.lieu.contact_public.tel", "+33492000002");
    assert_at(0, "body.lieu.contact_public.site", "https://foyer.example");
    assert_at(0, "body.lieu.acces.fr", "Au-dessus de la mairie");
    assert_at(0, "body.lieu.ids_externes.0.systeme", "openagenda");
    assert_at(0, "body.lieu.ids_externes.0.valeur", "77001");
    assert_at(0, "body.lieu.ids_externes.1.systeme", "mccblcid");
}

static void openagenda__read__prices_booking_and_identifiers(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLE, SOURCE_OPENAGENDA);
    assert_at(0, "body.indication_tarif", "payant");
    assert_string_equal(source_text_at(rate(0), "categorie"), "plein");
    assert_int_equal(json_get_int(rate(0), "prix_min_cts", -1), 1200);
    assert_string_equal(source_text_at(rate(1), "categorie"), "reduit");
    assert_int_equal(json_get_int(rate(1), "prix_min_cts", -1), 800);
    assert_int_equal(json_get_int(rate(1), "prix_max_cts", -1), 1000);
    assert_string_equal(source_text_at(rate(1), "precision"), "étudiants");
    assert_int_equal(json_get_int(rate(2), "prix_min_cts", -1), 0);
    assert_at(0, "body.reservation.moyens.0.type", "url");
    assert_at(0, "body.reservation.moyens.1.valeur", "+33492000001");
    assert_at(0, "body.reservation.moyens.2.type", "courriel");
    assert_at(0, "body.ids_externes.0.valeur", "91000001");
    assert_at(0, "body.ids_externes.1.systeme", "apidae");
    assert_at(0, "body.genre", "concert_classique");
    assert_at(0, "body.mots_cles.1", "neige");
    assert_at(0, "body.organisateur.nom", "Foyer rural de Valserre");
    assert_noted(0, "guessed:organisateur");
}

static void openagenda__read__what_has_no_place_is_left(void **state)
{
    struct buf text;

    (void)state;
    source_run_file(&run, SAMPLE, SOURCE_OPENAGENDA);
    assert_at(0, "left.image", "https://cdn.example/a.full.image.jpg");
    assert_at(0, "left.imageCredits", "Studio du Rif");
    assert_at(0, "left.accessibility", "hi mi");
    assert_at(0, "left.categorie-locale", "{\"id\":3,\"label\":{\"fr\":\"Sorties\"}}");
    assert_string_equal(
            json_get_text(json_get(source_run_at(&run, 0), "left"), "title.de"),
            "Streichtrio");
    assert_noted(0, "lost:images");
    assert_noted(0, "lost:lieu.accessibilite");
    buf_init(&text, 0);
    json_canonical(run.proposals, &text);
    assert_null(strstr(text.s, "jeanne"));
    buf_release(&text);
}

static void openagenda__read__online_free_and_cancelled(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLE, SOURCE_OPENAGENDA);
    assert_at(1, "body.mode", "en_ligne");
    assert_at(1, "body.lien_en_ligne", "https://visio.example/loup");
    assert_at(1, "body.indication_tarif", "entree_libre");
    assert_at(1, "body.seances.0.statut", "annule");
    assert_at(1, "body.seances.0.fin", "");
    assert_at(1, "body.accroche.fr", "Le loup & nous");
    assert_noted(1, "changed:accroche");
}

static void openagenda__read__removed_and_old_ones_are_refused(void **state)
{
    (void)state;
    source_run_file(&run, SAMPLE, SOURCE_OPENAGENDA);
    assert_int_equal(json_len(run.refused), 2);
    assert_refused(0, "it was taken out of its agenda");
    assert_refused(1, "none of its dates lies between %1$s and %2$s");
}

static void openagenda__read__conditions(void **state)
{
    static const struct {
        const char *text, *indication;
        int rates;
    } all[] = {{"Gratuit.", "gratuit", 0}, {"15 € / 10 € (adhérents)", "payant", 2},
            {"Participation libre", "participation_libre", 0},
            {"Tarif plein : 12,50 € ; tarif réduit : 8 €", "payant", 2},
            {"12 points de fidélité", "", 0}, {"De 5 à 8 selon", "", 0},
            {"Adhérents 5 €, 3 poulets", "", 0}, {"0 €", "gratuit", 1}};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        char *members = xasprintf(",\"conditions\":{\"fr\":\"%s\"}", all[i].text);

        read_event(members);
        assert_at(0, "body.indication_tarif", all[i].indication);
        assert_int_equal(
                json_len(json_get(json_get(source_run_at(&run, 0), "body"), "tarifs")),
                all[i].rates);
        if (!*all[i].indication)
            assert_at(0, "left.conditions", all[i].text);
        source_run_release(&run);
        free(members);
    }
}

static void openagenda__read__one_event_as_we_write_it(void **state)
{
    (void)state;
    read_text("{\"extIds\":[{\"key\":\"odus\",\"value\":\"0199f3a0-0102-7702-a119-"
              "5df8ec50ed5e\"}],"
              "\"title\":{\"fr\":\"Trio\"},\"state\":2,\"status\":2,\"timings\":[{"
              "\"begin\":"
              "\"2026-10-25T02:30:00+01:00\",\"end\":\"2026-10-25T03:30:00+01:00\"}],"
              "\"registration\":[\"https://x.example/a\",\"+33492000000\"]}");
    assert_int_equal(json_len(run.proposals), 1);
    assert_at(0, "source.valeur", "0199f3a0-0102-7702-a119-5df8ec50ed5e");
    assert_at(0, "body.seances.0.debut", "2026-10-25T02:30+01:00[Europe/Paris]");
    assert_at(0, "body.seances.0.statut", "reprogramme");
    assert_at(0, "body.reservation.moyens.1.type", "tel");
}

static void openagenda__read__zone_of_the_event(void **state)
{
    (void)state;
    read_event(",\"timezone\":\"America/Cayenne\"");
    assert_at(0, "body.seances.0.debut", "2026-12-05T16:30[America/Cayenne]");
}

static void openagenda__read__latin_1(void **state)
{
    (void)state;
    read_event(",\"description\":{\"fr\":\"F\xeate\"}");
    assert_at(0, "body.accroche.fr", "Fête");
    assert_noted(0, "changed:");
}

/* --- dirty files ------------------------------------------------------------------ */

static void openagenda__read__bad_event_does_not_stop_others(void **state)
{
    (void)state;
    read_text("[{\"uid\":1,\"title\":{}},{\"uid\":2 \"x\"},7,\"]\",null,[[]],"
              "{\"uid\":3,\"timings\":[{\"begin\":\"2026-12-05\"}]}]");
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.refused), 6);
    assert_refused(0, "it has no date");
    assert_refused(2, "this is no event");
    assert_int_equal(json_len(run.proposals), 1);
    assert_at(0, "body.seances.0.debut", "2026-12-05[Europe/Paris]");
}

static void openagenda__read__truncated(void **state)
{
    (void)state;
    read_text("{\"events\":[{\"uid\":3,\"timings\":[{\"begin\":\"2026-12-05\"}]},{"
              "\"uid\":4,\"ti");
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.proposals), 1);
    assert_refused(0, "the file ends in the middle of this event");
}

static void openagenda__read__deep_and_large(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, "{\"junk\":");
    for (int i = 0; i < 200000; i++)
        buf_addc(&text, '[');
    for (int i = 0; i < 200000; i++)
        buf_addc(&text, ']');
    buf_adds(&text, ",\"events\":[");
    for (int i = 0; i < 100000; i++)
        buf_addc(&text, '[');
    for (int i = 0; i < 100000; i++)
        buf_addc(&text, ']');
    buf_adds(&text, ",{\"uid\":\"");
    for (int i = 0; i < 1200000; i++)
        buf_addc(&text, 'x');
    buf_adds(&text, "\"},{\"uid\":3,\"timings\":[{\"begin\":\"2026-12-05\"}]}]}");
    source_run_text(&run, buf_view(&text), SOURCE_OPENAGENDA);
    buf_release(&text);
    assert_int_equal(run.rc, 0);
    assert_int_equal(json_len(run.refused), 2);
    assert_refused(1, "the event is larger than 1 MiB");
    assert_int_equal(json_len(run.proposals), 1);
}

static void openagenda__read__no_agenda(void **state)
{
    static const char *const texts[] = {"", "bonjour", "{}", "{\"a\":1}", "<html>"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        read_text(texts[i]);
        assert_int_equal(run.rc, ERR_INVALID);
        assert_int_equal(json_len(run.proposals), 0);
        source_run_release(&run);
    }
}

static void openagenda__detect__kinds(void **state)
{
    static const struct {
        const char *text;
        enum source_kind kind;
    } all[] = {{"\xEF\xBB\xBF\r\nBEGIN:VCALENDAR", SOURCE_ICS},
            {" [{\"uid\":1}]", SOURCE_OPENAGENDA},
            {"{\"events\":[]}", SOURCE_OPENAGENDA},
            {"{\"@context\":\"https://schema.org\"}", SOURCE_JSONLD},
            {"<!DOCTYPE html>", SOURCE_JSONLD}, {"titre;date", SOURCE_UNKNOWN},
            {"", SOURCE_UNKNOWN}};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        char *path = source_temp(view_of(all[i].text));
        enum source_kind kind = SOURCE_UNKNOWN;

        assert_int_equal(source_detect(path, &kind, NULL), 0);
        assert_int_equal(kind, all[i].kind);
        assert_int_equal(remove(path), 0);
        free(path);
    }
    assert_int_equal(source_kind_of("ics"), SOURCE_ICS);
    assert_int_equal(source_kind_of("csv"), SOURCE_UNKNOWN);
}

#define test(f) cmocka_unit_test_teardown(f, end_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
            test(openagenda__read__texts_and_dates),
            test(openagenda__read__venue),
            test(openagenda__read__prices_booking_and_identifiers),
            test(openagenda__read__what_has_no_place_is_left),
            test(openagenda__read__online_free_and_cancelled),
            test(openagenda__read__removed_and_old_ones_are_refused),
            test(openagenda__read__conditions),
            test(openagenda__read__one_event_as_we_write_it),
            test(openagenda__read__zone_of_the_event),
            test(openagenda__read__latin_1),
            test(openagenda__read__bad_event_does_not_stop_others),
            test(openagenda__read__truncated),
            test(openagenda__read__deep_and_large),
            test(openagenda__read__no_agenda),
            test(openagenda__detect__kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
