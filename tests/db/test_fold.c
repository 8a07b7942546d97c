#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "odus/db/fold.h"
#include "odus/db/stmt.h"

static struct err err;
static struct db *db;

static int open_db(void **state)
{
    struct db_options opt = {.create = true, .setup = db_register_folding};

    (void)state;
    if (db_open(":memory:", &opt, &db, &err))
        return -1;
    return db_exec(db, &err,
            "create virtual table f using fts5 (x, tokenize = 'fold');"
            "insert into f (rowid, x) values (1, 'Une œuvre d''été'), (2, 'OEUVRE'),"
            " (3, 'Œuvres complètes'), (4, 'Ælfric et Lætitia'), (5, 'ouvrage Ǽ')");
}

static int close_db(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

static int64_t hits(const char *query)
{
    int64_t n = -1;

    assert_int_equal(db_int(db, &err, &n, "select count(*) from f where f match ?1",
                             bind_text(query)),
            0);
    return n;
}

static void fold__finds__ligatures_either_way(void **state)
{
    (void)state;
    assert_int_equal(hits("oeuvre"), 2);
    assert_int_equal(hits("œuvre"), 2);
    assert_int_equal(hits("OEUVRE"), 2);
    assert_int_equal(hits("ŒUVRE"), 2);
    assert_int_equal(hits("oeuv*"), 3);
    assert_int_equal(hits("aelfric laetitia"), 1);
    assert_int_equal(hits("ae"), 1);
    assert_int_equal(hits("ETE"), 1);
}

static void fold__keeps__the_offsets_of_the_original(void **state)
{
    char *text = NULL;

    (void)state;
    assert_int_equal(db_text(db, &err, &text,
                             "select highlight(f, 0, '<', '>') from f"
                             " where f match ?1 and rowid = 1",
                             bind_text("oeuvre ete")),
            0);
    assert_string_equal(text, "Une <œuvre> d'<été>");
    free(text);
}

static void fold__hands_on__further_words(void **state)
{
    (void)state;
    assert_int_equal(db_exec(db, &err,
                             "create virtual table g using fts5 (x, tokenize = \"fold "
                             "separators "
                             "'x'\"); insert into g values ('axb')"),
            0);
    assert_int_equal(db_exec(db, &err,
                             "create virtual table h using fts5 (x, tokenize = 'fold "
                             "nonsense 1')"),
            ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(fold__finds__ligatures_either_way),
            cmocka_unit_test(fold__keeps__the_offsets_of_the_original),
            cmocka_unit_test(fold__hands_on__further_words),
    };

    return cmocka_run_group_tests(tests, open_db, close_db);
}
