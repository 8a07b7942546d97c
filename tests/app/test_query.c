#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../../src/app/query.h"
#include "odus/base/date.h"
#include "odus/form/parse.h"

static const char form_source[] = "[form essai]\n"
                                  "label=Essai\n"
                                  "languages=fr en\n"
                                  "title=titre\n"
                                  "[list genres]\n"
                                  "theatre=Théâtre\n"
                                  "theatre[en]=Theatre\n"
                                  "concert_jazz=Concert de jazz\n"
                                  "concert_jazz[en]=Jazz concert\n"
                                  "concert_trad=Concert, musiques du monde\n"
                                  "[field titre]\n"
                                  "type=text\n"
                                  "label=Titre\n";

static struct form *form;

static int setup(void **state)
{
    struct problems problems;

    (void)state;
    problems_init(&problems);
    form = form_parse("essai.form", view_of(form_source), NULL, NULL, &problems);
    problems_release(&problems);
    return form ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    form_free(form);
    return 0;
}

static int parse(const char *text, struct query *q, struct err *err)
{
    struct query_context ctx = {
            .lang = "fr", .today = date_days(2026, 11, 21), .genres = &form->lists[0]};

    err_clear(err);
    return query_parse(view_of(text), &ctx, q, err);
}

static struct query read(const char *text)
{
    struct query q;
    struct err err = {0};

    if (parse(text, &q, &err) < 0)
        fail_msg("%s: %s", text, err.id);
    assert_null(err.id);
    return q;
}

static void check_text(const char *found, const char *expected)
{
    if (expected)
        assert_string_equal(found, expected);
    else
        assert_null(found);
}

static void check_day(int32_t found, int year, int month, int day)
{
    char a[DATE_ISO_SIZE], b[DATE_ISO_SIZE];

    date_iso(found, a);
    date_iso(date_days(year, month, day), b);
    assert_string_equal(a, b);
}

static void query__parse__plain_words(void **state)
{
    struct query q = read("  contes   \"d'hiver à\" Névache ");

    (void)state;
    check_text(q.words, "contes d'hiver à Névache");
    check_text(q.place, NULL);
    assert_int_equal(q.after, SEARCH_ANY_DAY);
    query_release(&q);
    q = read("");
    check_text(q.words, NULL);
    query_release(&q);
}

static void query__parse__filters_in_three_languages(void **state)
{
    static const char *const texts[] = {
            "trio lieu:\"salle des fêtes\" organisateur:MJC",
            "venue:« salle des fêtes » organiser:MJC trio",
            "luogo:\"salle des fêtes organizzatore:\" organizzatore:MJC trio",
            "trio LIEU: \"salle des fêtes\" org:MJC"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct query q = read(texts[i]);

        check_text(q.words, "trio");
        assert_true(strncmp(q.place, "salle des fêtes", 16) == 0);
        check_text(q.organiser, "MJC");
        query_release(&q);
    }
}

static void query__parse__long_texts_when_asked(void **state)
{
    static const char *const texts[] = {
            "trio texte:neige", "trio text:neige", "tex:\"trio neige\""};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct query q = read(texts[i]);

        check_text(q.words, "trio neige");
        assert_true(query_search(&q, NULL).memos);
        query_release(&q);
    }
    assert_false(query_search(&(struct query){.words = NULL}, NULL).memos);
    for (size_t i = 0; i < 2; i++) {
        struct query q = read(i ? "texte:ne" : "texte:");

        assert_false(q.texts);
        query_release(&q);
    }
}

static void query__parse__unfinished_filter_does_nothing(void **state)
{
    struct query q = read("bal lieu: genre:");

    (void)state;
    check_text(q.words, "bal");
    check_text(q.place, NULL);
    check_text(q.genre, NULL);
    query_release(&q);
}

static void query__parse__words_with_a_colon_are_words(void **state)
{
    struct query q = read("trio : schubert http://exemple.fr acte:2");

    (void)state;
    check_text(q.words, "trio : schubert http://exemple.fr acte:2");
    query_release(&q);
}

static void query__parse__state_by_its_names(void **state)
{
    static const char *const texts[][2] = {{"état:brouillon", "brouillon"},
            {"etat:publi", "publie"}, {"state:deleted", "supprime"},
            {"état:\"à relire\"", "a_relire"}, {"stato:bozza", "brouillon"},
            {"état:validée", "valide"}, {"stato:\"da rivedere\"", "a_relire"},
            {"stato:convalidata", "valide"}, {"stato:pubblicata", "publie"},
            {"stato:archiviata", "archive"}, {"stato:eliminata", "supprime"}};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct query q = read(texts[i][0]);

        check_text(q.status, texts[i][1]);
        query_release(&q);
    }
}

static void query__parse__standing_by_its_names(void **state)
{
    static const struct {
        const char *text;
        enum search_standing standing;
    } texts[] = {{"état:attente", SEARCH_WAITING}, {"état:att", SEARCH_WAITING},
            {"état:\"en attente\"", SEARCH_WAITING}, {"state:waiting", SEARCH_WAITING},
            {"état:envoyé", SEARCH_SENT}, {"état:envoyées", SEARCH_ANY_STANDING},
            {"état:env", SEARCH_SENT}, {"state:sent", SEARCH_SENT},
            {"état:conflit", SEARCH_CONFLICT}, {"state:conflict", SEARCH_CONFLICT},
            {"état:\"à décider\"", SEARCH_CONFLICT}, {"état:complet", SEARCH_COMPLETE},
            {"état:complète", SEARCH_COMPLETE}, {"state:complete", SEARCH_COMPLETE},
            {"état:\"reste ici\"", SEARCH_STAYS}, {"état:ici", SEARCH_STAYS},
            {"state:here", SEARCH_STAYS}, {"stato:\"in attesa\"", SEARCH_WAITING},
            {"stato:attesa", SEARCH_WAITING}, {"stato:inviato", SEARCH_SENT},
            {"stato:\"da decidere\"", SEARCH_CONFLICT},
            {"stato:conflitto", SEARCH_CONFLICT}, {"stato:completo", SEARCH_COMPLETE},
            {"stato:\"resta qui\"", SEARCH_STAYS}};
    struct err err = {0};
    struct query q;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!texts[i].standing) {
            assert_int_equal(parse(texts[i].text, &q, &err), ERR_INVALID);
            continue;
        }
        q = read(texts[i].text);
        assert_int_equal(q.standing, texts[i].standing);
        assert_int_equal(query_search(&q, NULL).standing, texts[i].standing);
        assert_null(q.status);
        query_release(&q);
    }
    q = read("état:attente état:\"à relire\" contes");
    assert_int_equal(q.standing, SEARCH_WAITING);
    check_text(q.status, "a_relire");
    check_text(q.words, "contes");
    query_release(&q);
    assert_int_equal(parse("état:en", &q, &err), ERR_INVALID); /* en attente, envoyé */
}

static void query__parse__genre_by_label_or_code(void **state)
{
    struct query q = read("genre:jazz");
    struct query r = read("genre:theatre lieu:briançon");

    (void)state;
    check_text(q.genre, "concert_jazz");
    check_text(r.genre, "theatre");
    query_release(&q);
    query_release(&r);
}

static void query__parse__dates_as_typed(void **state)
{
    struct query q = read("après:5 décembre contes avant:15/1");

    (void)state;
    check_day(q.after, 2026, 12, 5);
    check_day(q.before, 2027, 1, 15);
    check_text(q.words, "contes");
    query_release(&q);
    q = read("après:demain avant:2026-12-31 bal");
    check_day(q.after, 2026, 11, 22);
    check_day(q.before, 2026, 12, 31);
    query_release(&q);
    q = read("after:1/9");
    check_day(q.after, 2026, 9, 1);
    query_release(&q);
}

static void query__parse__months_and_years(void **state)
{
    struct query q = read("après:juillet 2027 avant:juillet 2027");

    (void)state;
    check_day(q.after, 2027, 7, 1);
    check_day(q.before, 2027, 7, 31);
    query_release(&q);
    q = read("après:décembre avant:février");
    check_day(q.after, 2026, 12, 1);
    check_day(q.before, 2027, 2, 28);
    query_release(&q);
    q = read("après:2025 avant:2025");
    check_day(q.after, 2025, 1, 1);
    check_day(q.before, 2025, 12, 31);
    query_release(&q);
}

static void check_wrong(const char *text, int column)
{
    struct query q;
    struct err err = {0};

    assert_int_equal(parse(text, &q, &err), ERR_INVALID);
    assert_non_null(err.id);
    assert_int_equal(err.column, column);
}

static void query__parse__says_which_filter_is_wrong(void **state)
{
    (void)state;
    check_wrong("été état:bizarre", 10);
    check_wrong("genre:opérette", 7);
    check_wrong("genre:concert", 7);
    check_wrong("bal après:32/13", 11);
    check_wrong("leiu:briançon", 1);
    check_wrong("bal avant:jamais", 11);
    check_wrong("texte:neige lieu:casset", 0);
    check_wrong("org:MJC texte:neige", 0);
}

static void query__parse__too_long_is_refused(void **state)
{
    char text[QUERY_MAX + 2];
    struct query q;
    struct err err = {0};

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(parse(text, &q, &err), ERR_LIMIT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
            cmocka_unit_test(query__parse__plain_words),
            cmocka_unit_test(query__parse__filters_in_three_languages),
            cmocka_unit_test(query__parse__long_texts_when_asked),
            cmocka_unit_test(query__parse__unfinished_filter_does_nothing),
            cmocka_unit_test(query__parse__words_with_a_colon_are_words),
            cmocka_unit_test(query__parse__state_by_its_names),
            cmocka_unit_test(query__parse__standing_by_its_names),
            cmocka_unit_test(query__parse__genre_by_label_or_code),
            cmocka_unit_test(query__parse__dates_as_typed),
            cmocka_unit_test(query__parse__months_and_years),
            cmocka_unit_test(query__parse__says_which_filter_is_wrong),
            cmocka_unit_test(query__parse__too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
