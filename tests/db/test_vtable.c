#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/db/stmt.h"
#include "odus/db/vtable.h"

static struct err err;
static struct db *db;
static int cells; /* how many were asked for */

static const struct row {
    const char *uid;
    int prix;
} rows[] = {{"a", 10}, {"b", 9}, {"c", 100}, {"b", 7}};

static size_t count(void *ctx)
{
    (void)ctx;
    return COUNT(rows);
}

static void cell(void *ctx, size_t row, int col, struct db_call *result)
{
    (void)ctx;
    cells++;
    if (col == 0)
        db_result_int(result, (int64_t)row + 1);
    else if (col == 1)
        db_result_static(result, rows[row].uid);
    else if (col == 2)
        db_result_int(result, rows[row].prix);
}

static size_t find(void *ctx, struct view key, size_t nth)
{
    (void)ctx;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (view_is(key, rows[i].uid) && nth-- == 0)
            return i;
    return DB_NO_ROW;
}

static const struct db_vtable tarif = {.name = "tarif",
        .columns = "_pos integer, uid text, prix integer, vide",
        .rows = count,
        .cell = cell,
        .find = find,
        .key_col = 1,
        .pos_col = 0};

static int open_db(void **state)
{
    struct db_options opt = {.create = true};

    (void)state;
    if (db_open(":memory:", &opt, &db, &err))
        return -1;
    return db_vtable(db, &tarif, &err);
}

static int close_db(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

static int64_t number(const char *sql)
{
    int64_t n = -1;

    cells = 0;
    assert_int_equal(db_int(db, &err, &n, sql, BIND_NONE), 0);
    return n;
}

static void vtable__scans__every_row(void **state)
{
    (void)state;
    assert_int_equal(number("select count(*) from tarif"), 4);
    assert_int_equal(number("select sum(prix) from tarif where rowid > 1"), 116);
    assert_int_equal(number("select count(vide) from tarif"), 0);
}

static void vtable__compares__by_the_declared_type(void **state)
{
    (void)state;
    assert_int_equal(number("select count(*) from tarif where prix > '9'"), 2);
}

static void vtable__looks_up__by_position(void **state)
{
    (void)state;
    assert_int_equal(number("select prix from tarif where rowid = 3"), 100);
    assert_int_equal(cells, 1);
    assert_int_equal(number("select prix from tarif where _pos = '3'"), 100);
    assert_in_range(cells, 1, 2);
    assert_int_equal(number("select prix from tarif where _pos = 3.0"), 100);
    assert_int_equal(
            number("select count(*) from tarif where rowid in (0, 1, 4, 5)"), 2);
    assert_int_equal(number("select count(*) from tarif where _pos = 1.5"), 0);
    assert_int_equal(number("select count(*) from tarif where _pos = null"), 0);
    assert_int_equal(number("select count(*) from tarif where _pos = 'x'"), 0);
    assert_int_equal(number("select count(*) from tarif where rowid = -1"), 0);
    assert_int_equal(number("select count(*) from tarif where rowid = 9e18"), 0);
}

static void vtable__looks_up__by_key(void **state)
{
    (void)state;
    assert_int_equal(number("select sum(prix) from tarif where uid = 'b'"), 16);
    assert_in_range(cells, 2, 4);
    assert_int_equal(number("select count(*) from tarif where uid = 'z'"), 0);
    assert_int_equal(cells, 0);
    assert_int_equal(number("select count(*) from tarif where uid = null"), 0);
    assert_int_equal(number("select count(*) from tarif where uid in ('a', 'b')"), 3);
    assert_int_equal(number("select count(*) from tarif where uid = 'B'"), 0);
    assert_int_equal(
            number("select count(*) from tarif where uid = 'B' collate nocase"), 2);
    assert_int_equal(
            number("select count(*) from tarif where uid = 'b' and _pos = 2"), 1);
}

static void vtable__joins__with_itself(void **state)
{
    (void)state;
    assert_int_equal(number("select count(*) from tarif a join tarif b on a.uid = b.uid"
                            " and a._pos < b._pos"),
            1);
}

static void vtable__is_read_only(void **state)
{
    (void)state;
    assert_int_not_equal(db_exec(db, &err, "delete from tarif"), 0);
    assert_int_not_equal(db_exec(db, &err, "insert into tarif values (1, 2, 3, 4)"), 0);
}

static void db_vtable__with_bad_columns__shows_when_it_is_named(void **state)
{
    struct db_vtable bad = tarif;

    (void)state;
    bad.name = "bad";
    bad.columns = "a, a";
    assert_int_equal(db_vtable(db, &bad, &err), 0);
    assert_int_not_equal(db_exec(db, &err, "select a from bad"), 0);
}

static void db_vtable__takes__six_hundred_columns(void **state)
{
    struct db_vtable wide = tarif;
    struct buf columns;

    (void)state;
    buf_init(&columns, 0);
    for (int i = 0; i < 600; i++)
        buf_addf(&columns, "%sc%d text", i ? ", " : "", i);
    wide.name = "wide \"table\"";
    wide.columns = columns.s;
    assert_int_equal(db_vtable(db, &wide, &err), 0);
    buf_release(&columns);
    assert_int_equal(
            number("select c2 from \"wide \"\"table\"\"\" where c599 is null"), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(vtable__scans__every_row),
            cmocka_unit_test(vtable__compares__by_the_declared_type),
            cmocka_unit_test(vtable__looks_up__by_position),
            cmocka_unit_test(vtable__looks_up__by_key),
            cmocka_unit_test(vtable__joins__with_itself),
            cmocka_unit_test(vtable__is_read_only),
            cmocka_unit_test(db_vtable__with_bad_columns__shows_when_it_is_named),
            cmocka_unit_test(db_vtable__takes__six_hundred_columns),
    };

    return cmocka_run_group_tests(tests, open_db, close_db);
}
