/*
 * What odus delivers and then imports is the same record, as far as a format can carry
 * it: the sample season goes from one store for exercises to another. The tables say
 * what each format carries; all else is what it cannot.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

struct carried {
    const char *format, *folder; /* in what is delivered */
    const char *const *fields;   /* of the event */
    const char *const *rows;     /* of its performances */
    const char *const *place, *const *organiser;
    bool one_place; /* and no performance without its hour */
    int events;     /* at least so many come back */
};

#define PATHS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* No prices, ages and audience but in words. */
static const struct carried ics = {.format = "ics",
        .folder = "ics/agenda.ics",
        .fields = PATHS("titre", "accroche", "description", "genre", "mode",
                "mots_cles", "url_fiche", "lien_en_ligne", "licence", "visibilite"),
        .rows = PATHS(
                "id", "debut", "fin", "statut", "debut_initial", "note_horaire.fr"),
        .place = PATHS("nom", "lat", "lon", "adresse.voie", "adresse.code_postal",
                "adresse.commune"),
        .organiser = PATHS("nom"),
        .events = 48};

/* What is written to OpenAgenda names places and organisers by their numbers there,
 * which the samples have none of; genres are the agenda's own. */
static const struct carried openagenda = {.format = "openagenda",
        .folder = "openagenda/v2",
        .fields = PATHS("titre.fr", "titre.it", "accroche.fr", "accroche.it",
                "description.fr", "mode", "mots_cles", "lien_en_ligne", "age_min",
                "age_max"),
        .rows = PATHS("debut", "fin", "statut"),
        .place = PATHS(NULL),
        .organiser = PATHS(NULL),
        .one_place = true,
        .events = 47};

/* No hamlet, and no keyword for a genre but what the type of the event says. */
static const struct carried jsonld = {.format = "jsonld",
        .folder = "jsonld/evenements",
        .fields = PATHS(
                "titre.fr", "mode", "mots_cles", "url_fiche", "age_min", "age_max"),
        .rows = PATHS("id", "debut", "fin", "statut"),
        .place = PATHS("nom", "lat", "lon", "adresse.voie", "adresse.code_postal",
                "adresse.commune"),
        .organiser = PATHS("nom"),
        .events = 15};

/* The same, a document for each performance: they come together again. */
static const struct carried jsonld_parts = {.format = "jsonld",
        .folder = "jsonld/seances",
        .fields = PATHS(
                "titre.fr", "mode", "mots_cles", "url_fiche", "age_min", "age_max"),
        .rows = PATHS("id", "debut", "fin", "statut"),
        .place = PATHS(NULL), /* the one of which performance came first */
        .organiser = PATHS("nom"),
        .events = 48};

static char *there, *delivered; /* the other store; what goes to it */

static int setup(void **state)
{
    if (program_setup(state) || RUN("--training", "sample", "add") != 0)
        return -1;
    there = program_path("there");
    delivered = program_path("delivered");
    return 0;
}

static int teardown(void **state)
{
    free(there);
    free(delivered);
    return program_teardown(state);
}

/* --- going round ------------------------------------------------------------------ */

enum { FILES_MAX = 30 }; /* of one run */

static void import_files(char **files, size_t n)
{
    const char *words[FILES_MAX + 8] = {
            "--store", there, "--training", "import", "--yes", "--json"};

    for (size_t i = 0; i < n; i++)
        words[6 + i] = files[i];
    assert_true(run_words("", 0, words) <= 1);
    while (n > 0)
        free(files[--n]);
}

static void import_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *e;
    char *files[FILES_MAX];
    size_t n = 0;

    assert_non_null(dir);
    while ((e = readdir(dir))) {
        if (*e->d_name != '.')
            files[n++] = file_join(path, e->d_name);
        if (n == FILES_MAX) {
            import_files(files, n);
            n = 0;
        }
    }
    closedir(dir);
    import_files(files, n);
}

static void go_round(const struct carried *c)
{
    char *path = file_join(delivered, c->folder);

    assert_int_equal(RUN("deliver", c->format, "--out", delivered), 0);
    if (strcmp(c->format, "ics") == 0) {
        import_files(&path, 1);
    } else {
        import_folder(path);
        free(path);
    }
}

/* --- comparing -------------------------------------------------------------------- */

/* The record in STORE, NULL: it is not there. */
static struct json *record(const char *store, const char *uid)
{
    return uid && RUN("--store", store, "show", uid, "--json") == 0 ? output_json()
                                                                    : NULL;
}

static const struct json *at(const struct json *body, const char *path)
{
    struct view rest = view_of(path), part;

    while (body && view_next(&rest, '.', &part)) {
        char *key = view_dup(part);

        body = json_get(body, key);
        free(key);
    }
    return body;
}

/* "44.9880" is 44.988. */
static bool is_same(const struct json *a, const struct json *b)
{
    double x, y;

    if (json_same(a, b))
        return true;
    return json_as_text(a) && json_as_text(b) && view_real(json_as_view(a), &x) &&
           view_real(json_as_view(b), &y) && x == y;
}

static void compare(const char *what, const struct json *sent, const struct json *came,
        const char *const *paths)
{
    for (; *paths; paths++) {
        const struct json *a = at(sent, *paths), *b = at(came, *paths);
        struct buf text;

        if (!a || is_same(a, b))
            continue;
        buf_init(&text, 0);
        json_canonical(a, &text);
        buf_adds(&text, " became ");
        json_canonical(b, &text);
        fail_msg("%s: %s: %s", what, *paths, text.s);
    }
}

static void compare_linked(const char *title, const char *field,
        const struct json *sent, const struct json *came, const char *const *paths)
{
    struct json *a, *b;

    if (!paths[0] || !json_get_text(sent, field))
        return;
    a = record(program_store(), json_get_text(sent, field));
    b = record(there, json_get_text(came, field));
    if (!b)
        fail_msg("%s: %s is lost", title, field);
    compare(title, a, b, paths);
    json_free(a);
    json_free(b);
}

static void compare_helpers(const struct carried *c, const char *title,
        const struct json *sent, const struct json *came)
{
    const struct json *all = json_get(sent, "coorganisateurs");
    const struct json *others = json_get(came, "coorganisateurs");

    for (size_t i = 0; c->organiser[0] && i < json_len(all); i++) {
        struct json *a = record(program_store(), json_as_text(json_at(all, i)));
        struct json *b = record(there, json_as_text(json_at(others, i)));

        assert_non_null(b);
        compare(title, a, b, c->organiser);
        json_free(a);
        json_free(b);
    }
}

/* Nobody hears of performances for schools and of those that are not sure yet. */
static bool is_delivered(const struct carried *c, const struct json *row)
{
    const char *status = json_get_text(row, "statut");
    const char *start = json_get_text(row, "debut");

    return !json_get_bool(row, "scolaire", false) && strcmp(status, "option") != 0 &&
           (!c->one_place || (start[10] == 'T' && !json_get(row, "lieu")));
}

static void compare_rows(const struct carried *c, const char *title,
        const struct json *sent, const struct json *came)
{
    const struct json *a = json_get(sent, "seances"), *b = json_get(came, "seances");
    size_t next = 0;

    for (size_t i = 0; i < json_len(a); i++)
        if (is_delivered(c, json_at(a, i)))
            compare(title, json_at(a, i), json_at(b, next++), c->rows);
    if (next != json_len(b))
        fail_msg("%s: %zu performances became %zu", title, next, json_len(b));
}

/* Whether it came back, and as it was. */
static bool check_event(const struct carried *c, const char *uid)
{
    struct json *sent = record(program_store(), uid), *came = record(there, uid);
    const char *title = json_get_text(json_get(sent, "titre"), "fr");
    bool is_there = came != NULL;

    if (came) {
        compare(title, sent, came, c->fields);
        compare_rows(c, title, sent, came);
        compare_linked(title, "lieu", sent, came, c->place);
        compare_linked(title, "organisateur", sent, came, c->organiser);
        compare_helpers(c, title, sent, came);
        assert_true(json_get_bool(came, "exercice", false));
    }
    json_free(sent);
    json_free(came);
    return is_there;
}

static void check_all(const struct carried *c)
{
    char before[40] = "";
    struct json *all;
    int n = 0;

    assert_int_equal(RUN("list", "evenement", "--json"), 0);
    all = output_json();
    for (size_t i = 0; i < json_len(all); i++) {
        const char *uid = json_get_text(json_at(all, i), "uid");

        if (strcmp(uid, before) != 0)
            n += check_event(c, uid);
        snprintf(before, sizeof(before), "%s", uid);
    }
    json_free(all);
    assert_true(n >= c->events);
}

static void round_trip(const struct carried *c)
{
    go_round(c);
    check_all(c);
}

static void round__ics__is_the_same(void **state)
{
    (void)state;
    round_trip(&ics);
}

static void round__openagenda__is_the_same(void **state)
{
    (void)state;
    round_trip(&openagenda);
}

static void round__jsonld__is_the_same(void **state)
{
    (void)state;
    round_trip(&jsonld);
}

static size_t records(const char *store)
{
    struct json *all;
    size_t n;

    assert_int_equal(RUN("--store", store, "list", "evenement", "--json"), 0);
    all = output_json();
    n = json_len(all);
    json_free(all);
    return n;
}

static void round__jsonld_parts__are_whole_again(void **state)
{
    size_t before;

    (void)state;
    round_trip(&jsonld_parts);
    before = records(there);
    go_round(&jsonld_parts);
    check_all(&jsonld_parts);
    assert_int_equal(records(there), before);
}

/* Into the store it came from: the records are there. */
static void check_home(const struct carried *c)
{
    size_t before = records(program_store());
    char *other = there;

    there = xstrdup(program_store());
    go_round(c);
    assert_int_equal(records(program_store()), before);
    free(there);
    there = other;
}

static void round__home__is_there_already(void **state)
{
    (void)state;
    check_home(&ics);
    check_home(&jsonld);
    check_home(&jsonld_parts);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(round__ics__is_the_same),
            TEST(round__openagenda__is_the_same),
            TEST(round__jsonld__is_the_same),
            TEST(round__jsonld_parts__are_whole_again),
            TEST(round__home__is_there_already),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
