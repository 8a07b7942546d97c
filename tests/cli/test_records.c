/* new, set, show, list, check, complete, delete, history, revert on a real store. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

static char id[37];

/* A draft of an event that lacks nothing but what MORE takes away or adds. */
static void make_event(const char *more)
{
    assert_int_equal(RUN("new", "evenement", "titre=Veillée d'hiver",
                             "organisateur=Scène des Cimes", "genre=conte",
                             "accroche=Trois histoires et une flûte.",
                             "lieu=Théâtre du Briançonnais", "seances+=ve 20h30 >22h",
                             "indication_tarif=gratuit", "publics=tout_public", more),
            0);
    memcpy(id, output_id(), sizeof(id));
}

static void new__prints_id__draft_is_there(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Café du Col"), 0);
    memcpy(id, output_id(), sizeof(id));
    assert_int_equal(RUN("show", id, "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(j, "nom"), "Café du Col");
    assert_string_equal(json_get_text(j, "_id"), id);
    assert_string_equal(json_get_text(j, "statut_fiche"), "brouillon");
    json_free(j);
}

static void new__without_fields__keeps_a_draft(void **state)
{
    (void)state;
    assert_int_equal(RUN("new", "lieu"), 0);
    memcpy(id, output_id(), sizeof(id));
    assert_int_equal(RUN("show", id), 0);
    assert_int_equal(RUN("list", "lieu"), 0);
    assert_int_equal(strncmp(out, id, 13), 0);
}

static void new__refused_value__leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(RUN("new", "evenement", "titre=Bal", "duree=long"), 1);
    expect_text(err, "duree");
    assert_string_equal(out, "");
    assert_int_equal(RUN("list", "*"), 0);
    assert_string_equal(out, "");
    assert_int_equal(RUN("new", "evenemnt"), 2);
    expect_text(err, "evenement");
}

static void new__json__has_stable_keys(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN("--json", "new", "lieu", "nom=X"), 0);
    j = output_json();
    assert_int_equal(strlen(json_get_text(j, "uid")), 36);
    assert_string_equal(json_get_text(j, "type"), "lieu");
    assert_string_equal(json_get_text(j, "state"), "draft");
    assert_true(json_get_int(j, "errors", -1) > 0);
    assert_true(json_get_int(j, "warnings", -1) >= 0);
    json_free(j);
}

static void set__paths__rows_languages_groups_money(void **state)
{
    struct json *j, *row;

    (void)state;
    make_event("titre.en=Winter tales");
    assert_int_equal(RUN("set", id, "tarifs+=", "tarifs.1.categorie=plein",
                             "tarifs.1.prix_min_cts=1200",
                             "tarifs+=", "tarifs.2.categorie=Réduit",
                             "tarifs.2.prix_min_cts=8,50 €", "reservation.mode=sans",
                             "publics=famille,adultes"),
            0);
    assert_int_equal(RUN("show", id, "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(json_get(j, "titre"), "en"), "Winter tales");
    row = json_at(json_get(j, "tarifs"), 0);
    assert_int_equal(json_get_int(row, "prix_min_cts", 0), 1200);
    row = json_at(json_get(j, "tarifs"), 1);
    assert_int_equal(json_get_int(row, "prix_min_cts", 0), 850);
    assert_string_equal(json_get_text(row, "categorie"), "reduit");
    assert_string_equal(json_get_text(json_get(j, "reservation"), "mode"), "sans");
    assert_int_equal(json_len(json_get(j, "publics")), 2);
    assert_int_equal(json_len(json_get(j, "seances")), 1);
    json_free(j);
}

static void set__one_word_refused__nothing_changes(void **state)
{
    char *before;

    (void)state;
    make_event("age_min=6");
    assert_int_equal(RUN("show", id, "--json"), 0);
    before = xstrdup(out);
    assert_int_equal(
            RUN("set", id, "titre=Autre", "seances+=sa 15h", "age_min=six"), 1);
    expect_text(err, "age_min");
    assert_int_equal(RUN("show", id, "--json"), 0);
    assert_string_equal(out, before);
    free(before);
}

static void set__unknown_field__suggests(void **state)
{
    (void)state;
    make_event("age_min=6");
    assert_int_equal(RUN("set", id, "titr=X"), 2);
    expect_text(err, "titre");
    assert_int_equal(RUN("set", id, "tarifs.1.prix=12"), 2);
    assert_int_equal(RUN("--lang", "en", "set", id, "tarifs.7.categorie=plein"), 2);
    expect_text(err, "tarifs has no row 7; add one first: tarifs+= tarifs.1.categorie");
    assert_int_equal(RUN("set", id, "seance+=ve 20h"), 2);
    assert_int_equal(RUN("set", id, "tarifs+=12"), 2);
    assert_int_equal(RUN("set", id, "titre"), 2);
    assert_int_equal(RUN("set", id, "=x"), 2);
    assert_int_equal(RUN("set", id, "date_debut=2026-01-01"), 1);
    assert_int_equal(RUN("set", "ffffffff", "titre=X"), 2);
    assert_int_equal(RUN("set", "fff", "titre=X"), 2);
}

static void set__hostile_value__is_cleaned(void **state)
{
    struct json *j;

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=a\033[31mb\xff\xc2\x9b\xe2\x80\xaez"), 0);
    memcpy(id, output_id(), sizeof(id));
    assert_int_equal(RUN("show", id), 0);
    assert_int_equal(RUN("show", id, "--json"), 0);
    j = output_json();
    assert_null(strpbrk(json_get_text(j, "nom"), "\033\xff"));
    json_free(j);
}

static void show__text__labels_values_problems(void **state)
{
    (void)state;
    make_event("organisateur=");
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Titre : Veillée d'hiver");
    expect_text(out, "Théâtre du Briançonnais");
    expect_text(out, "Organisateur");
    assert_int_equal(RUN("show", "01a1"), 2);
    assert_int_equal(RUN("show", "not-an-id-at-all"), 2);
}

static void list__words_filters_limit(void **state)
{
    (void)state;
    make_event("age_min=6");
    assert_int_equal(RUN("list", "veillée", "hiver"), 0);
    expect_text(out, "ve. 27 nov. 2026 20:30");
    expect_text(out, "Veillée d'hiver");
    assert_int_equal(RUN("list", "lieu:Théâtre du Briançonnais", "veillée"), 0);
    expect_text(out, "Veillée d'hiver");
    assert_int_equal(RUN("list", "lieu:Névache", "veillée", "hiver"), 0);
    refuse_text(out, "Veillée d'hiver");
    assert_int_equal(RUN("list", "--limit", "3"), 0);
    assert_int_equal(
            strspn(strchr(strchr(strchr(out, '\n') + 1, '\n') + 1, '\n'), "\n"), 1);
    assert_string_equal(strchr(strchr(strchr(out, '\n') + 1, '\n') + 1, '\n'), "\n");
    assert_int_equal(RUN("list", "après:pasunedate"), 2);
    assert_int_equal(RUN("list", "lieu", "Fort"), 0);
    expect_text(out, "Fort des Têtes");
}

static void list__json__array_in_date_order(void **state)
{
    struct json *j;
    const char *before = "";
    size_t n;

    (void)state;
    assert_int_equal(RUN("list", "--json"), 0);
    j = output_json();
    n = json_len(j);
    assert_true(n > 50);
    for (size_t i = 0; i < n; i++) {
        const struct json *row = json_at(j, i);
        const char *date = json_get_text(row, "date");

        assert_int_equal(strlen(json_get_text(row, "uid")), 36);
        assert_string_equal(json_get_text(row, "type"), "evenement");
        assert_string_equal(json_get_text(row, "state"), "complete");
        assert_true(json_get_bool(row, "sample", false));
        if (!date)
            continue;
        assert_true(strcmp(before, date) <= 0);
        before = date;
    }
    json_free(j);
    assert_int_equal(RUN("list", "--json", "nothingiscalledthis"), 0);
    assert_string_equal(out, "[]\n");
}

static void check__problems__status_and_keys(void **state)
{
    struct json *j;
    const struct json *first;

    (void)state;
    make_event("titre=");
    assert_int_equal(RUN("check", id), 1);
    expect_text(out, "(titre, required)");
    assert_int_equal(RUN("check", id, "--json"), 1);
    j = output_json();
    first = json_at(j, 0);
    assert_string_equal(json_get_text(first, "uid"), id);
    assert_string_equal(json_get_text(first, "severity"), "error");
    assert_string_equal(json_get_text(first, "rule"), "required");
    assert_string_equal(json_get_text(first, "field"), "titre");
    assert_string_equal(json_get_text(first, "label"), "Titre");
    assert_true(strlen(json_get_text(first, "message")) > 3);
    json_free(j);
    assert_int_equal(RUN("set", id, "titre=Veillée d'hiver"), 0);
    assert_int_equal(RUN("check", id), 0);
    assert_int_equal(RUN("check", "ffffffff"), 2);
}

static void check__all__once_each(void **state)
{
    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=A"), 0);
    assert_int_equal(RUN("new", "structure", "nom=B"), 0);
    assert_int_equal(RUN("check", "--lang", "en"), 1);
    expect_text(err, "2 ");
}

static void complete__blocked_then_done(void **state)
{
    struct json *j;

    (void)state;
    make_event("titre=");
    assert_int_equal(RUN("complete", id), 1);
    expect_text(out, "required");
    assert_int_equal(RUN("complete", id, "--json"), 1);
    j = output_json();
    assert_false(json_get_bool(j, "completed", true));
    assert_true(json_len(json_get(j, "problems")) >= 1);
    json_free(j);
    assert_int_equal(RUN("set", id, "titre=Veillée d'hiver"), 0);
    assert_int_equal(RUN("complete", id, "--json"), 0);
    j = output_json();
    assert_true(json_get_bool(j, "completed", false));
    assert_string_equal(json_get_text(j, "status"), "publie");
    json_free(j);
    assert_int_equal(RUN("list", "veillée", "hiver", "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(json_at(j, 0), "state"), "complete");
    json_free(j);
}

/* Others would be told of a change that there is none of. */
static void complete__nothing_changed__makes_no_revision(void **state)
{
    struct json *j;

    (void)state;
    make_event("titre=Contes");
    for (int i = 1; i <= 3; i++) {
        if (i == 3)
            assert_int_equal(RUN("set", id, "titre=Contes d'hiver"), 0);
        assert_int_equal(RUN("complete", id), 0);
        assert_int_equal(RUN("history", id, "--json"), 0);
        j = output_json();
        assert_int_equal(json_len(j), i == 3 ? 2 : 1);
        json_free(j);
    }
    assert_int_equal(RUN("complete", id, "--review"), 0); /* that is a change */
    assert_int_equal(RUN("history", id, "--json"), 0);
    j = output_json();
    assert_int_equal(json_len(j), 3);
    json_free(j);
}

static void complete__review__asks_less(void **state)
{
    struct json *j;

    (void)state;
    make_event("organisateur=");
    assert_int_equal(RUN("complete", id), 1);
    assert_int_equal(RUN("complete", id, "--review", "--json"), 0);
    j = output_json();
    assert_string_equal(json_get_text(j, "status"), "a_relire");
    json_free(j);
}

static void complete__linked_draft__only_with_yes(void **state)
{
    char *link;

    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Café du Col", "sous_type=autre",
                             "adresse.commune=05023", "adresse.code_postal=05100",
                             "adresse.voie=1 rue Pasteur"),
            0);
    link = xasprintf("lieu=%s", output_id());
    make_event(link);
    free(link);
    assert_int_equal(RUN("complete", id), 1);
    expect_text(err, "--yes");
    assert_int_equal(RUN("complete", id, "--yes"), 0);
    assert_int_equal(RUN("list", "lieu", "--json", "Café", "Col"), 0);
    expect_text(out, "\"state\":\"complete\"");
}

static void revisions__history_revert_delete(void **state)
{
    struct json *j;
    char *rev;

    (void)state;
    make_event("age_min=6");
    assert_int_equal(RUN("complete", id), 0);
    assert_int_equal(RUN("set", id, "titre=Autre nom", "age_min=8"), 0);
    assert_int_equal(RUN("complete", id), 0);
    assert_int_equal(RUN("history", id), 0);
    expect_text(out, "Âge minimum, Titre\n");
    expect_text(out, "  2026-11-21 10:00  ");
    assert_int_equal(RUN("history", id, "--json"), 0);
    j = output_json();
    assert_int_equal(json_len(j), 2);
    assert_string_equal(json_get_text(json_at(j, 0), "at"), "2026-11-21T09:00:00Z");
    assert_true(json_get_bool(json_at(j, 0), "current", false));
    assert_int_equal(json_len(json_get(json_at(j, 0), "fields")), 2);
    rev = xstrdup(json_get_text(json_at(j, 1), "rev"));
    json_free(j);
    assert_int_equal(RUN("revert", id, rev), 0);
    free(rev);
    assert_int_equal(RUN("show", id), 0);
    expect_text(out, "Veillée d'hiver");
    assert_int_equal(RUN("revert", id, "9-ffff"), 2);
    assert_int_equal(RUN("delete", id), 0);
    assert_int_equal(RUN("list", "veillée", "hiver"), 0);
    refuse_text(out, "Veillée d'hiver");
}

static void delete__draft__only_with_yes(void **state)
{
    (void)state;
    assert_int_equal(RUN("new", "lieu", "nom=Café du Col"), 0);
    memcpy(id, output_id(), sizeof(id));
    assert_int_equal(RUN("delete", id), 1);
    expect_text(err, "Café du Col");
    assert_int_equal(RUN("show", id), 0);
    assert_int_equal(RUN("delete", id, "--yes"), 0);
    assert_int_equal(RUN("show", id), 2);
}

int main(void)
{
#define EMPTY(f) cmocka_unit_test_setup_teardown(f, program_setup, program_teardown)
#define FILLED(f)                                                                      \
    cmocka_unit_test_setup_teardown(f, program_setup_samples, program_teardown)
    const struct CMUnitTest tests[] = {
            EMPTY(new__prints_id__draft_is_there),
            EMPTY(new__without_fields__keeps_a_draft),
            EMPTY(new__refused_value__leaves_nothing),
            EMPTY(new__json__has_stable_keys),
            FILLED(set__paths__rows_languages_groups_money),
            FILLED(set__one_word_refused__nothing_changes),
            FILLED(set__unknown_field__suggests),
            EMPTY(set__hostile_value__is_cleaned),
            FILLED(show__text__labels_values_problems),
            FILLED(list__words_filters_limit),
            FILLED(list__json__array_in_date_order),
            FILLED(check__problems__status_and_keys),
            EMPTY(check__all__once_each),
            FILLED(complete__blocked_then_done),
            FILLED(complete__nothing_changed__makes_no_revision),
            FILLED(complete__review__asks_less),
            FILLED(complete__linked_draft__only_with_yes),
            FILLED(revisions__history_revert_delete),
            EMPTY(delete__draft__only_with_yes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
