/* odus push --adopt, end to end: what one machine was told, all of them know. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"
#include "push/stand.h"

static struct stand *there;
static const char *target;
static char venue[40], event[40];

/* --- life ------------------------------------------------------------------------- */

static void write_config(const char *name)
{
    char *relative = xasprintf("%s.config/odus", name), *dir = program_path(relative);
    char *path = file_join(dir, "config");
    char *text = xasprintf("nom=%s\nopenagenda_agenda=" STAND_AGENDA
                           "\nopenagenda_adresse=%s\napidae_client=" STAND_CLIENT
                           "\napidae_proprietaire=77\napidae_adresse=%s\n"
                           "envois_par_seconde=1000\n",
            name, stand_url(there), stand_url(there));

    assert_int_equal(file_mkdirs(dir, 0700, NULL), 0);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    free(text);
    free(path);
    free(dir);
    free(relative);
}

/* A machine that may send there. */
static void become(const char *name)
{
    machine(name);
    write_config(name);
    assert_int_equal(
            RUN_INPUT(STAND_KEY "\n", "push", target, "--set-key", "--password-stdin"),
            0);
}

static void enter_event(void)
{
    char *place, *company;

    snprintf(venue, sizeof(venue), "%s", machine_venue("Salle A"));
    place = xasprintf("lieu=%s", venue);
    assert_int_equal(RUN("new", "structure", "nom=Compagnie A", "roles=compagnie",
                             "professionnel=professionnel"),
            0);
    company = xasprintf("organisateur=%s", output_id());
    assert_int_equal(RUN("complete", strchr(company, '=') + 1), 0);
    assert_int_equal(
            RUN("new", "evenement", "titre=Veillée", "accroche=Court", place, company,
                    "genre=theatre", "portee=locale", "indication_tarif=gratuit",
                    "publics=tout_public", "seances+=05/12/2026 20h30"),
            0);
    snprintf(event, sizeof(event), "%s", output_id());
    assert_int_equal(RUN("complete", event), 0);
    free(company);
    free(place);
}

static int set_up(void **state, const char *name, stand_handler *handler)
{
    target = name;
    if (exchange_setup(state) != 0)
        return -1;
    there = stand_start(handler);
    become("a");
    enter_event();
    return RUN("push", target);
}

static int openagenda(void **state)
{
    return set_up(state, "openagenda", stand_openagenda);
}

static int apidae(void **state)
{
    return set_up(state, "apidae", stand_apidae);
}

static int end(void **state)
{
    stand_stop(there);
    return program_teardown(state);
}

/* --- what there is ---------------------------------------------------------------- */

static int64_t number(const char *key)
{
    struct json *j = output_json();
    int64_t n = json_get_int(j, key, -1);

    json_free(j);
    return n;
}

static struct json *record(const char *id)
{
    assert_int_equal(RUN("show", id, "--json"), 0);
    return output_json();
}

/* The one number in another system that record ID says; owned, "" none. */
static char *number_of(const char *id)
{
    struct json *body = record(id);
    const struct json *ids = json_get(body, "ids_externes");
    const char *value = json_get_text(json_at(ids, 0), "valeur");
    char *text = xstrdup(value ? value : "");

    assert_true(json_len(ids) <= 1);
    if (value)
        assert_string_equal(json_get_text(json_at(ids, 0), "systeme"), target);
    json_free(body);
    return text;
}

static void expect_number(const char *id, const char *value)
{
    char *text = number_of(id);

    assert_string_equal(text, value);
    free(text);
}

static size_t revisions(const char *id)
{
    struct json *j;
    size_t n;

    assert_int_equal(RUN("history", id, "--json"), 0);
    j = output_json();
    n = json_len(j);
    json_free(j);
    return n;
}

/* --- tests ------------------------------------------------------------------------ */

static void adopt__dry_run__writes_nothing(void **state)
{
    (void)state;
    assert_int_equal(RUN("push", target, "--adopt", "--dry-run"), 0);
    expect_text(out, "Veillée: number 1002");
    expect_text(err, "2 numbers would be taken");
    expect_number(event, "");
    assert_int_equal(revisions(event), 1);
}

/* An address of a trial is nobody's agenda. */
static void adopt__of_a_trial__wants_a_yes(void **state)
{
    (void)state;
    assert_int_equal(RUN("push", target, "--adopt"), 2);
    expect_text(err, "--yes");
    expect_number(event, "");
    assert_int_equal(RUN("push", target, "--adopt", "theatre"), 2);
}

static void adopt__once__is_a_revision_that_changes_nothing_else(void **state)
{
    struct json *before = record(event), *after;

    (void)state;
    assert_int_equal(RUN("push", target, "--adopt", "--yes", "--json"), 0);
    assert_int_equal(number("taken"), 2);
    expect_number(venue, "1001");
    expect_number(event, "1002");
    after = record(event);
    json_set_take(after, "ids_externes", NULL);
    assert_string_equal(json_get_text(after, "modifie_par"), "a");
    json_set_take(after, "modifie_par", NULL);
    json_set_take(before, "modifie_par", NULL);
    assert_true(json_same(before, after));
    json_free(before);
    json_free(after);
    assert_int_equal(RUN("push", target, "--adopt", "--yes", "--json"), 0);
    assert_int_equal(number("taken"), 0);
    assert_int_equal(number("already"), 2);
    assert_int_equal(revisions(event), 2);
    assert_int_equal(RUN("check", event), 0);
}

static void adopt__then_push__sends_nothing(void **state)
{
    (void)state;
    assert_int_equal(RUN("push", target), 0);
    expect_text(err, "push openagenda --adopt");
    assert_int_equal(RUN("push", target, "--adopt", "--yes"), 0);
    assert_int_equal(RUN("push", target, "--json"), 0);
    assert_int_equal(number("requests"), 0);
    assert_int_equal(RUN("push", target), 0);
    refuse_text(err, "--adopt");
}

static void adopt__another_number__stays(void **state)
{
    (void)state;
    assert_int_equal(
            RUN("set", event, "ids_externes+=", "ids_externes.1.systeme=openagenda",
                    "ids_externes.1.valeur=77"),
            0);
    assert_int_equal(RUN("push", target, "--adopt", "--yes"), 1); /* a draft */
    expect_text(err, "being edited");
    assert_int_equal(RUN("complete", event), 0);
    assert_int_equal(RUN("push", target, "--adopt", "--yes", "--json"), 1);
    assert_int_equal(number("refused"), 1);
    expect_text(out, "77");
    expect_number(event, "77");
    expect_number(venue, "1001"); /* the others are not kept from it */
}

/* What is not to be anywhere any more takes no number. */
static void adopt__of_what_was_deleted__writes_nothing(void **state)
{
    size_t n;

    (void)state;
    assert_int_equal(RUN("delete", event, "--yes"), 0);
    n = revisions(event);
    assert_int_equal(RUN("push", target, "--adopt", "--yes", "--json"), 0);
    assert_int_equal(number("taken"), 1); /* of the venue */
    assert_int_equal(number("already"), 1);
    assert_int_equal(revisions(event), n);
}

static void carry(const char *from, const char *to)
{
    char *path = program_path("stick.odus");

    machine(from);
    assert_int_equal(RUN("bundle", "write", path), 0);
    machine(to);
    assert_int_equal(RUN("bundle", "read", path), 0);
    free(path);
}

static void adopt__elsewhere__changes_the_same_thing(void **state)
{
    int made = stand_memory(there)->created;

    (void)state;
    assert_int_equal(RUN("push", target, "--adopt", "--yes"), 0);
    carry("a", "b");
    become("b");
    assert_int_equal(RUN("set", event, "titre=Veillée du soir"), 0);
    assert_int_equal(RUN("complete", event), 0);
    assert_int_equal(RUN("push", target, "--json"), 0);
    assert_int_equal(number("created"), 0);
    assert_int_equal(stand_memory(there)->created, made);
    assert_int_equal((int)stand_memory(there)->n, made);
    assert_non_null(strstr(stand_memory(there)->last, "Veillée du soir"));
    assert_int_equal(RUN("push", target, "--json"), 0);
    assert_int_equal(number("created") + number("changed"), 0);
}

/* Both take the same number before they have heard of each other: it stands once. */
static void adopt__on_both__is_one_number(void **state)
{
    (void)state;
    carry("a", "b");
    become("b");
    assert_int_equal(RUN("push", target), 0); /* under our identifier: the same */
    assert_int_equal(RUN("push", target, "--adopt", "--yes"), 0);
    expect_number(event, "1002");
    machine("a");
    assert_int_equal(RUN("push", target, "--adopt", "--yes"), 0);
    carry("b", "a");
    assert_int_equal(RUN("complete", event), 0); /* brings both together */
    expect_number(event, "1002");
    assert_int_equal(RUN("check", event), 0);
}

int main(void)
{
#define T(name, agenda) cmocka_unit_test_setup_teardown(name, agenda, end)
    const struct CMUnitTest tests[] = {
            T(adopt__dry_run__writes_nothing, openagenda),
            T(adopt__of_a_trial__wants_a_yes, openagenda),
            T(adopt__once__is_a_revision_that_changes_nothing_else, openagenda),
            T(adopt__then_push__sends_nothing, openagenda),
            T(adopt__another_number__stays, openagenda),
            T(adopt__of_what_was_deleted__writes_nothing, openagenda),
            T(adopt__elsewhere__changes_the_same_thing, openagenda),
            T(adopt__elsewhere__changes_the_same_thing, apidae),
            T(adopt__on_both__is_one_number, openagenda),
    };

    return cmocka_run_group_tests_name("push --adopt", tests, NULL, NULL);
}
