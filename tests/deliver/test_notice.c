#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/base/mem.h"
#include "odus/store/record.h"

enum { GATE_MANY = 9000 /* twice what the gate keeps */ };

static struct err err;

/* --- helpers ---------------------------------------------------------------------- */

/* Why record N may not leave: the msgid; NULL: it may. */
static const char *why_not(int n)
{
    struct notice *notice = NULL;
    int rc = notice_open(desk_gate, desk_uid(n), &notice, &err);

    notice_free(notice);
    if (rc == 0)
        return NULL;
    assert_int_equal(rc, ERR_NOT_FOUND);
    return err.id;
}

static char *text_of(const struct json *body)
{
    struct buf out;

    buf_init(&out, 0);
    json_canonical(body, &out);
    return buf_take(&out);
}

static void assert_clean(const char *what, const struct json *body)
{
    char *text = text_of(body);

    if (desk_is_marked(view_of(text)))
        fail_msg("%s tells: %s", what, text);
    free(text);
}

/* Whether N was made from the record UID. */
struct search {
    const char *uid;
    bool found;
};

static void look(void *ctx, const char *uid)
{
    struct search *s = ctx;

    s->found = s->found || strcmp(uid, s->uid) == 0;
}

static bool used(const struct notice *n, int other)
{
    struct search s = {.uid = desk_uid(other)};

    notice_used(n, look, &s);
    return s.found;
}

/* --- who may leave ---------------------------------------------------------------- */

static void gate__lets_published_and_approved_out(void **state)
{
    (void)state;
    desk_put("lieu", 1, "'nom': 'a', 'statut_fiche': 'publie'");
    desk_put("lieu", 2, "'nom': 'a', 'statut_fiche': 'valide'");
    assert_null(why_not(1));
    assert_null(why_not(2));
    assert_string_equal(desk_notice(1)->type, "lieu");
    assert_string_equal(desk_notice(1)->uid, desk_uid(1));
    assert_memory_equal(desk_notice(1)->rev, "1-", 2);
}

static void gate__keeps_the_others(void **state)
{
    static const char *const members[] = {"'statut_fiche': 'brouillon'",
            "'statut_fiche': 'a_relire'", "'statut_fiche': 'nouvel_etat'",
            "'statut_fiche': null", "'visibilite': 'prive'",
            "'visibilite': 'professionnel'", "'visibilite': null",
            "'visibilite': ['public']", "'visibilite': 'Public'", "'exercice': true",
            "'exercice': 'non'"};

    (void)state;
    for (int i = 0; i < (int)COUNT(members); i++) {
        desk_put("lieu", i + 1, members[i]);
        if (!why_not(i + 1))
            fail_msg("it leaves: %s", members[i]);
    }
    assert_non_null(why_not(999));
    assert_int_equal(
            notice_open(desk_gate, "", &(struct notice *){0}, &err), ERR_NOT_FOUND);
}

static void gate__asks_persons(void **state)
{
    (void)state;
    desk_put("personne", 1, "'nom': 'a'");
    desk_put("personne", 2, "'consentement_publication': {'accord': false}");
    desk_put("personne", 3, "'consentement_publication': {'accord': 'oui'}");
    desk_put("personne", 4, "'consentement_publication': {'accord': true}");
    assert_non_null(why_not(1));
    assert_non_null(why_not(2));
    assert_non_null(why_not(3));
    assert_null(why_not(4));
    assert_null(notice_at(desk_notice(4)->body, "consentement_publication"));
}

static void gate__of_training_lets_exercises_out_alone(void **state)
{
    struct gate_options opt = {.exercises = true};
    struct gate *gate = gate_new(desk_store, desk_forms, &opt);
    struct notice *n = NULL;

    (void)state;
    desk_put("lieu", 1, "'nom': 'a', 'exercice': true");
    desk_put("lieu", 2, "'nom': 'a'");
    assert_int_equal(notice_open(gate, desk_uid(2), &n, &err), ERR_NOT_FOUND);
    assert_int_equal(notice_open(gate, desk_uid(1), &n, &err), 0);
    notice_free(n);
    gate_free(gate);
}

static void gate__forgets_when_the_store_changes(void **state)
{
    const struct notice *before;

    (void)state;
    desk_put("lieu", 1, "'nom': 'a'");
    desk_put("evenement", 2, "'mode': 'presentiel', 'lieu': '@1'");
    before = desk_notice(2);
    assert_non_null(notice_linked(before, desk_uid(1)));
    desk_put("lieu", 1, "'nom': 'a', 'visibilite': 'prive'");
    assert_null(notice_text_at(desk_notice(2)->body, "lieu"));
    assert_string_equal(notice_text_at(before->body, "lieu"), desk_uid(1));
}

static void notice__of_what_is_gone_has_marks_only(void **state)
{
    const struct notice *n;
    char *text;

    (void)state;
    desk_full();
    n = desk_notice(DESK_GONE);
    assert_true(n->gone);
    assert_int_equal(n->noccurrences, 0);
    assert_clean("gone", n->body);
    assert_int_equal(json_len(n->body), 4);
    text = text_of(notice_at(n->body, "ids_externes"));
    assert_non_null(strstr(text, "4711"));
    free(text);
    desk_put("evenement", 3,
            "'statut_fiche': 'supprime', 'ids_externes': [{'id': 'x', 'systeme':"
            " 'apidae', 'valeur': '1', 'inconnu': 'PRIVE-a'}]");
    assert_clean("gone", desk_notice(3)->body);
    assert_int_equal(json_len(notice_at(desk_notice(3)->body, "ids_externes")), 1);
    desk_put("personne", 1, "'nom': 'a', 'statut_fiche': 'supprime'");
    assert_non_null(why_not(1));
    desk_put("lieu", 2, "'statut_fiche': 'archive', 'visibilite': 'prive'");
    assert_non_null(why_not(2));
}

/* --- what of them ----------------------------------------------------------------- */

static bool open_and_check(void *ctx, const char *uid)
{
    struct notice *n = NULL;
    int *count = ctx;

    if (notice_open(desk_gate, uid, &n, &err) < 0)
        return true;
    assert_clean(n->type, n->body);
    for (int other = 1; other < 800; other++) {
        const struct json *body = notice_linked(n, desk_uid(other));

        if (body && other > 600)
            assert_clean(n->type, body);
    }
    for (size_t i = 0; i < n->noccurrences; i++)
        assert_clean("a performance", n->occurrences[i].row);
    ++*count;
    notice_free(n);
    return true;
}

/* R-RGPD: every form, every field; linked to what may leave and to what may not. */
static void notice__tells_nothing_private(void **state)
{
    int count = 0, filled;

    (void)state;
    desk_full();
    filled = desk_fill();
    assert_int_equal(record_each(desk_store, NULL, open_and_check, &count, &err), 0);
    assert_true(count > filled + 20);
}

/* The test above is worth something: there is a lot to see, and the marks are found. */
static void notice__tells_the_rest(void **state)
{
    const struct form *form;
    const struct notice *n;
    struct json *body;
    char *text;
    int seen = 0, public = 0;

    (void)state;
    desk_put("lieu", 1, "'nom': 'a'");
    body = desk_marked("structure", 1, false);
    text = text_of(body);
    assert_true(desk_is_marked(view_of(text)));
    free(text);
    desk_put_json("structure", 2, body);
    n = desk_notice(2);
    assert_int_equal(forms_get(desk_forms, "structure", &form, NULL, &err), 0);
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == 0 && form->fields[i].nslots) {
            public += !form_private(form, (int)i);
            seen += notice_at(n->body, form->fields[i].path) != NULL;
        }
    assert_int_equal(seen, public - 2); /* formulaire, exercice */
    assert_null(notice_at(n->body, "contacts"));
    assert_null(notice_at(n->body, "membre_inconnu"));
    assert_string_equal(
            notice_text_at(n->body, "contact_public.tel"), "contact_public.tel");
}

static void notice__keeps_paths_of_files(void **state)
{
    const struct json *images;

    (void)state;
    desk_put("evenement", 1,
            "'images': [{'id': 'a', 'fichier': '/home/anne/a.jpg', 'credit': 'x'},"
            "{'id': 'b', 'fichier': 'a.jpg'}, {'id': 'c', 'fichier': 'file:///a.jpg'},"
            "{'id': 'd', 'fichier': 'https://exemple.fr/a.jpg'}, {'id': 'e', 'fichier':"
            "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}]");
    images = notice_at(desk_notice(1)->body, "images");
    assert_int_equal(json_len(images), 2);
    assert_string_equal(json_get_text(json_at(images, 0), "id"), "d");
    assert_string_equal(json_get_text(json_at(images, 1), "id"), "e");
}

static void notice__drops_rows_without_their_reference(void **state)
{
    const struct json *rows;

    (void)state;
    desk_full();
    rows = notice_at(desk_notice(DESK_SHOW)->body, "contributions");
    assert_int_equal(json_len(rows), 2);
    assert_string_equal(
            notice_text(json_at(rows, 0), "ref", NULL), desk_uid(DESK_ACTRESS));
    assert_true(used(desk_notice(DESK_SHOW), DESK_SHY));
}

static void notice__links_to_nothing_that_is_gone(void **state)
{
    static const char *const states[] = {"archive", "supprime", "a_relire"};
    char members[80];

    (void)state;
    desk_put("evenement", 2, "'mode': 'presentiel', 'lieu': '@1'");
    for (size_t i = 0; i < COUNT(states); i++) {
        snprintf(members, sizeof(members), "'nom': 'a', 'statut_fiche': '%s'",
                states[i]);
        desk_put("lieu", 1, members);
        assert_null(notice_at(desk_notice(2)->body, "lieu"));
        assert_null(notice_linked(desk_notice(2), desk_uid(1)));
        assert_true(used(desk_notice(2), 1));
    }
}

/* Pages and programs make links of these. */
static void notice__lets_no_script_be_an_address(void **state)
{
    const struct json *body;

    (void)state;
    desk_put("evenement", 1,
            "'lien_en_ligne': 'javascript:alert(1)', 'url_fiche': 'data:text/html,x'");
    assert_null(notice_at(desk_notice(1)->body, "lien_en_ligne"));
    assert_null(notice_at(desk_notice(1)->body, "url_fiche"));
    desk_put("structure", 2,
            "'nom': 'a', 'contact_public': {'site': 'javascript:alert(1)'},"
            "'reseaux': ['vbscript:x', 'https://exemple.fr/@a']");
    body = desk_notice(2)->body;
    assert_null(notice_at(body, "contact_public"));
    assert_int_equal(json_len(notice_at(body, "reseaux")), 1);
}

static void notice__names_recipients_apart(void **state)
{
    (void)state;
    desk_put("evenement", 1, "'consignes_diffusion': ['apidae', 'presse']");
    desk_put("evenement", 2, "'consignes_diffusion': []");
    assert_int_equal(json_len(desk_notice(1)->recipients), 2);
    assert_null(notice_at(desk_notice(1)->body, "consignes_diffusion"));
    assert_null(desk_notice(2)->recipients);
}

/* --- inheritance ------------------------------------------------------------------ */

static void notice__fills_what_blanks_inherit(void **state)
{
    const struct notice *n;

    (void)state;
    desk_full();
    n = desk_notice(DESK_INHERITS);
    assert_string_equal(notice_text_at(n->body, "genre"), "theatre");
    assert_string_equal(notice_text_at(n->body, "sous_genre"), "theatre_contemporain");
    assert_string_equal(
            notice_text(n->body, "accroche", "it"), "Un gabbiano a 3.000 metri.");
    assert_string_equal(
            notice_text(n->body, "accroche", NULL), "Une mouette à 3 000 mètres.");
    assert_null(notice_text(n->body, "description", "it"));
    assert_int_equal(json_get_int(n->body, "duree", 0), 85);
    assert_int_equal(json_get_int(n->body, "age_min", 0), 8);
    assert_string_equal(
            json_as_text(json_at(notice_at(n->body, "publics"), 0)), "tout_public");
    assert_string_equal(n->occurrences[0].place, desk_uid(DESK_THEATRE));
    assert_true(n->occurrences[0].end_estimated);
    assert_int_equal(n->occurrences[0].end.minutes, 21 * 60 + 55);
    assert_true(used(n, DESK_SHOW));
}

static void notice__keeps_own_texts_by_language(void **state)
{
    const struct notice *n;

    (void)state;
    desk_full();
    desk_put("evenement", 1,
            "'titre': {'fr': 'a'}, 'spectacles': ['@301'], 'mode': 'presentiel',"
            "'accroche': {'fr': 'La nôtre'}");
    n = desk_notice(1);
    assert_string_equal(notice_text(n->body, "accroche", NULL), "La nôtre");
    assert_string_equal(
            notice_text(n->body, "accroche", "en"), "A seagull at 3,000 metres.");
}

/* The draft of a show, or one that is private, has nothing to say in public. */
static void notice__inherits_nothing_of_what_stays(void **state)
{
    const struct notice *n;

    (void)state;
    desk_full();
    desk_put("evenement", 1,
            "'titre': {'fr': 'a'}, 'spectacles': ['@603', '@301'], 'mode': "
            "'presentiel'");
    n = desk_notice(1);
    assert_clean("event", n->body);
    assert_null(notice_at(n->body, "accroche"));
    assert_null(notice_at(n->body, "duree"));
    assert_int_equal(json_len(notice_at(n->body, "spectacles")), 1);
    assert_null(notice_linked(n, desk_uid(603)));
    assert_non_null(notice_linked(n, desk_uid(DESK_SHOW)));
    assert_null(notice_linked(n, NULL));
    assert_true(used(n, 603));
}

static void notice__has_no_usual_place_for_a_secret_one(void **state)
{
    const struct notice *n;

    (void)state;
    desk_full();
    desk_put("evenement", 1,
            "'titre': {'fr': 'a'}, 'mode': 'presentiel', 'lieu': '@101',"
            "'seances': [{'id': 'a', 'debut': '2026-12-01T20:30[Europe/Paris]',"
            " 'lieu': '@601'}, {'id': 'b', 'debut': "
            "'2026-12-02T20:30[Europe/Paris]'}]");
    n = desk_notice(1);
    assert_string_equal(n->occurrences[0].place, "");
    assert_string_equal(n->occurrences[1].place, desk_uid(DESK_THEATRE));
}

/* --- many links ------------------------------------------------------------------- */

/* More than the gate keeps at hand, from one record. */
static void notice__links_to_thousands(void **state)
{
    struct json *body = json_new_object(), *list = json_new_array();
    const struct notice *n;

    (void)state;
    for (int i = 0; i < GATE_MANY; i++) {
        if (i % 1000 == 0)
            desk_put("structure", 1000 + i, "'nom': 'a'");
        json_push_take(list, json_text(view_of(desk_uid(1000 + i))));
    }
    json_set_take(body, "coorganisateurs", list);
    json_set_text(body, "statut_fiche", "publie");
    json_set_text(body, "visibilite", "public");
    desk_put_json("evenement", 1, body);
    n = desk_notice(1);
    assert_int_equal(json_len(notice_at(n->body, "coorganisateurs")), GATE_MANY / 1000);
    assert_true(used(n, 1000 + GATE_MANY - 1));
    desk_put("evenement", 2, "'evenement_parent': '@1'");
    assert_non_null(notice_linked(desk_notice(2), desk_uid(1)));
}

/* --- reading ---------------------------------------------------------------------- */

static void notice_text__chooses_languages(void **state)
{
    struct json *body = NULL;

    (void)state;
    assert_int_equal(json_parse(VIEW_LIT("{\"a\":{\"en\":\"x\",\"it\":\"y\"},\"b\":"
                                         "{\"fr\":\"z\"},\"c\":\"w\",\"d\":\"\"}"),
                             0, &body, &err),
            0);
    assert_string_equal(notice_text(body, "a", NULL), "x");
    assert_string_equal(notice_text(body, "a", "it"), "y");
    assert_null(notice_text(body, "a", "fr"));
    assert_null(notice_text(body, "b", "it"));
    assert_string_equal(notice_text(body, "c", "it"), "w");
    assert_null(notice_text(body, "d", NULL));
    assert_null(notice_text(body, "e", NULL));
    assert_null(notice_text(NULL, "e", NULL));
    assert_string_equal(notice_text_at(body, "a.en"), "x");
    assert_null(notice_at(body, "a.de.x"));
    json_free(body);
}

static void gate_cell__reads_lists_and_files(void **state)
{
    (void)state;
#define CELL(list, code, column) gate_cell(desk_gate, "evenement", list, code, column)
    assert_string_equal(CELL("genres", "theatre", "label"), "Théâtre");
    assert_string_equal(CELL("genres", "theatre", "schema"), "TheaterEvent");
    assert_string_equal(CELL("genres", "bal", "apidae"), "2093");
    assert_null(CELL("genres", "bal", "pass")); /* "-" */
    assert_string_equal(CELL("visibilites", "prive", "label[en]"), "Private");
    assert_string_equal(CELL("visibilites", "prive", "label[it]"), "Privata");
    assert_null(CELL("visibilites", "prive", "label[de]"));
    assert_null(CELL("genres", "inconnu", "label"));
    assert_null(CELL("genres", NULL, "label"));
    assert_null(CELL("rien", "theatre", "label"));
    assert_null(gate_cell(desk_gate, "rien", "genres", "theatre", "label"));
#undef CELL
    assert_string_equal(
            gate_cell(desk_gate, "lieu", "communes", "05023", "label"), "Briançon");
    assert_null(gate_cell(desk_gate, "lieu", "communes", "00000", "label"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(gate__lets_published_and_approved_out),
            TEST(gate__keeps_the_others),
            TEST(gate__asks_persons),
            TEST(gate__of_training_lets_exercises_out_alone),
            TEST(gate__forgets_when_the_store_changes),
            TEST(notice__of_what_is_gone_has_marks_only),
            TEST(notice__tells_nothing_private),
            TEST(notice__tells_the_rest),
            TEST(notice__keeps_paths_of_files),
            TEST(notice__drops_rows_without_their_reference),
            TEST(notice__links_to_nothing_that_is_gone),
            TEST(notice__lets_no_script_be_an_address),
            TEST(notice__names_recipients_apart),
            TEST(notice__fills_what_blanks_inherit),
            TEST(notice__keeps_own_texts_by_language),
            TEST(notice__inherits_nothing_of_what_stays),
            TEST(notice__has_no_usual_place_for_a_secret_one),
            TEST(notice__links_to_thousands),
            TEST(notice_text__chooses_languages),
            TEST(gate_cell__reads_lists_and_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
