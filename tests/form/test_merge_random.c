#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "merging.h"
#include "odus/base/mem.h"

/* Properties of the merge, over records edited at random. */

static uint64_t seed;

static int roll(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

/* A slot of the record that the sides share out by its number. */
static bool is_mine(int slot, int share)
{
    return share < 0 || slot % 2 == share;
}

static void edit_value(struct rec *rec, int share)
{
    static const char *const texts[] = {"", "1", "2", "3"};
    struct rec_at at = {.field = roll((int)merging_form->nfields)};
    int table = form_frame(merging_form, at.field);

    if (!merging_form->fields[at.field].nslots ||
            strcmp(merging_form->fields[at.field].key, "uid") == 0 ||
            !is_mine(at.field, share) || rec_rows(rec, table) == 0)
        return;
    at.row = roll(rec_rows(rec, table));
    at.lang = roll(merging_form->fields[at.field].nslots);
    rec_set(rec, at, view_of(texts[roll(4)]));
}

/* Rows a to d come and go; e to h are of the sides that share. */
static void edit_row(struct rec *rec, int share)
{
    int table = roll((int)merging_form->ntables), n = roll(share < 0 ? 4 : 2);
    char id[2] = {(char)('a' + n + (share < 0 ? 0 : 4 + 2 * share)), '\0'};
    int row;

    if (merging_form->tables[table].kind != FORM_REPEAT)
        return;
    row = rec_row_find(rec, table, view_of(id));
    if (row < 0)
        rec_row_insert(rec, table, -1, view_of(id));
    else
        rec_row_remove(rec, table, row);
}

static void edit_unknown(struct json *body, int share)
{
    static const char *const keys[] = {"inconnu", "zz", "autre"};
    int key = roll(3);

    if (is_mine(key, share))
        json_set_take(body, keys[key], roll(2) ? json_int(roll(3)) : NULL);
}

/* BODY after some edits. SHARE 0 or 1: of the half that is this side's; -1: anywhere.
 */
static struct json *edited(const struct json *body, int edits, int share)
{
    struct rec *rec = rec_new(merging_form);
    struct json *out;

    assert_int_equal(body_read(body, rec, NULL), 0);
    for (int i = 0; i < edits; i++) {
        if (roll(4))
            edit_value(rec, share);
        else
            edit_row(rec, share);
    }
    out = body_write(rec, BODY_DRAFT);
    rec_free(rec);
    if (roll(2))
        edit_unknown(out, share);
    return out;
}

struct sides {
    struct json *base, *ours, *theirs;
};

static struct sides random_sides(bool disjoint)
{
    struct json *empty = json_new_object();
    struct sides s = {.base = edited(empty, roll(200), -1)};

    s.ours = edited(s.base, 1 + roll(60), disjoint ? 0 : -1);
    s.theirs = edited(s.base, 1 + roll(60), disjoint ? 1 : -1);
    json_free(empty);
    return s;
}

static void sides_release(struct sides *s)
{
    json_free(s->base);
    json_free(s->ours);
    json_free(s->theirs);
}

enum { ROUNDS = 150 };

static void check_is(const struct merged *m, const struct json *expected)
{
    check_value(expected, m->body);
    assert_int_equal(m->n, 0);
}

static void merge__one_side_or_both_alike__is_that_side(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct sides s = random_sides(false);
        struct merged same = merge_json(s.base, s.ours, s.ours, MERGE_OURS);
        struct merged right = merge_json(s.base, s.base, s.theirs, MERGE_OURS);
        struct merged left = merge_json(s.base, s.ours, s.base, MERGE_THEIRS);

        check_is(&same, s.ours);
        check_is(&right, s.theirs);
        check_is(&left, s.ours);
        merged_release(&same);
        merged_release(&right);
        merged_release(&left);
        sides_release(&s);
    }
}

static void merge__disjoint_edits__commute_without_conflict(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct sides s = random_sides(true);
        struct merged one = merge_json(s.base, s.ours, s.theirs, MERGE_OURS);
        struct merged two = merge_json(s.base, s.theirs, s.ours, MERGE_THEIRS);

        /* a row of the base may be changed by one side only: values are shared out */
        assert_int_equal(one.n, 0);
        assert_int_equal(two.n, 0);
        assert_string_equal(one.body, two.body);
        merged_release(&one);
        merged_release(&two);
        sides_release(&s);
    }
}

static void merge__sides_swapped__same_conflicts(void **state)
{
    size_t met = 0;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct sides s = random_sides(false);
        struct merged one = merge_json(s.base, s.ours, s.theirs, MERGE_OURS);
        struct merged two = merge_json(s.base, s.theirs, s.ours, MERGE_THEIRS);

        assert_int_equal(one.n, two.n);
        for (size_t c = 0; c < one.n; c++) {
            assert_string_equal(one.all[c].path, two.all[c].path);
            assert_true(json_same(one.all[c].ours, two.all[c].theirs));
            assert_true(json_same(one.all[c].theirs, two.all[c].ours));
        }
        if (one.n == 0)
            assert_string_equal(one.body, two.body);
        met += one.n;
        merged_release(&one);
        merged_release(&two);
        sides_release(&s);
    }
    assert_true(met > ROUNDS); /* there was something to see */
}

static void merge__merged_again__changes_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct sides s = random_sides(true);
        struct merged one = merge_json(s.base, s.ours, s.theirs, MERGE_OURS);
        struct json *body = json_of(one.body);
        struct merged two = merge_json(s.base, body, s.theirs, MERGE_OURS);
        struct merged three = merge_json(s.base, s.ours, body, MERGE_OURS);

        check_is(&two, body);
        check_is(&three, body);
        merged_release(&one);
        merged_release(&two);
        merged_release(&three);
        json_free(body);
        sides_release(&s);
    }
}

/* --- nothing is lost --- */

/* Every value of J as PATH into the object FLAT. */
static void flatten(const struct json *j, const char *path, struct json *flat)
{
    bool rows = json_kind(j) == JSON_KIND_ARRAY && json_get(json_at(j, 0), "id");

    if (json_kind(j) == JSON_KIND_OBJECT) {
        for (struct json_iter it = {0}; json_iter(j, &it);) {
            char *below = xasprintf("%s%s%s", path, *path ? "." : "", it.key);

            flatten(it.val, below, flat);
            free(below);
        }
    } else if (rows) {
        for (size_t i = 0; i < json_len(j); i++) {
            char *below = xasprintf("%s.#%s", path, json_get_text(json_at(j, i), "id"));

            flatten(json_at(j, i), below, flat);
            free(below);
        }
    } else {
        json_set_take(flat, path, json_dup(j));
    }
}

static struct json *flat_of(const struct json *j)
{
    struct json *flat = json_new_object();

    flatten(j, "", flat);
    return flat;
}

static bool in_conflict(const struct merged *m, const char *path)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t n = strlen(m->all[i].path);

        /* the first language is written without its name */
        if (strncmp(path, m->all[i].path, n) == 0 && (!path[n] || path[n] == '.'))
            return true;
    }
    return false;
}

static bool merges_by_itself(const char *path)
{
    return strcmp(path, "total") == 0 || strcmp(path, "formulaire") == 0 ||
           strncmp(path, "modifie_", 8) == 0 || strstr(path, ".sequence");
}

/* What SIDE has otherwise than BASE stands in RESULT or in a conflict. */
static void check_kept(const struct json *base, const struct json *side,
        const struct json *result, const struct merged *m)
{
    for (struct json_iter it = {0}; json_iter(side, &it);)
        if (!json_same(json_get(base, it.key), it.val) && !merges_by_itself(it.key) &&
                !json_same(json_get(result, it.key), it.val) && !in_conflict(m, it.key))
            fail_msg("%s is lost", it.key);
    for (struct json_iter it = {0}; json_iter(base, &it);)
        if (!json_get(side, it.key) && json_get(result, it.key) &&
                !merges_by_itself(it.key) && !in_conflict(m, it.key))
            fail_msg("%s is back", it.key);
}

static void merge__any_edits__lose_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct sides s = random_sides(false);
        struct merged m = merge_json(s.base, s.ours, s.theirs, MERGE_OURS);
        struct json *result = json_of(m.body);
        struct json *flat[] = {
                flat_of(s.base), flat_of(s.ours), flat_of(s.theirs), flat_of(result)};

        check_kept(flat[0], flat[1], flat[3], &m);
        check_kept(flat[0], flat[2], flat[3], &m);
        for (size_t c = 0; c < m.n; c++)
            assert_false(json_same(m.all[c].ours, m.all[c].theirs));
        for (size_t f = 0; f < COUNT(flat); f++)
            json_free(flat[f]);
        json_free(result);
        merged_release(&m);
        sides_release(&s);
    }
}

/* --- places --- */

static void check_place(const struct merge_conflict *c, struct json *body)
{
    struct json *there = merge_value_at(merging_form, c, body);

    assert_true(merge_same_at(merging_form, c, there, c->kept));
    merge_put_at(merging_form, c, body, json_dup(c->theirs));
    there = merge_value_at(merging_form, c, body);
    assert_true(merge_same_at(merging_form, c, there, c->theirs));
}

static void merge__conflicts__know_their_place(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct sides s = random_sides(false);
        struct merged m = merge_json(s.base, s.ours, s.theirs, MERGE_OURS);
        struct json *body = json_of(m.body);
        struct json *blank = json_new_object();

        for (size_t c = 0; c < m.n; c++) {
            check_place(&m.all[c], body);
            merge_put_at(merging_form, &m.all[c], blank, json_dup(m.all[c].kept));
            check_place(&m.all[c], blank);
        }
        json_free(blank);
        json_free(body);
        merged_release(&m);
        sides_release(&s);
    }
}

static int set_up_random(void **state)
{
    seed = UINT64_C(0x9e3779b97f4a7c15);
    return merging_open(state);
}

#define R(f) cmocka_unit_test_setup_teardown(f, set_up_random, merging_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            R(merge__one_side_or_both_alike__is_that_side),
            R(merge__disjoint_edits__commute_without_conflict),
            R(merge__sides_swapped__same_conflicts),
            R(merge__merged_again__changes_nothing),
            R(merge__any_edits__lose_nothing),
            R(merge__conflicts__know_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
