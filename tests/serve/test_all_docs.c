/* _all_docs of more records than a page; what stands in other containers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "odus/base/mem.h"
#include "room.h"

enum { MANY = 1201 };

static const char *uid_of(int n)
{
    static char text[37];

    snprintf(text, sizeof(text), "01900000-0000-7000-8000-%012d", n);
    return text;
}

static struct replica_doc doc_of(const char *uid, const char *visibility)
{
    struct replica_doc d = {.nrevs = 1, .revs = xcalloc(1, sizeof(*d.revs))};

    memcpy(d.uid, uid, sizeof(d.uid));
    memcpy(d.revs[0], "1-a", 4);
    d.body = xasprintf(
            "{\"_id\":\"%s\",\"type\":\"x\",\"visibilite\":\"%s\"}", uid, visibility);
    return d;
}

static void keep(const char *container, struct replica_doc *docs, size_t n)
{
    const struct replica_slice slice = {.docs = docs, .n = n, .container = container};

    assert_int_equal(
            replica_apply(room_store, room_forms, &slice, NULL, NULL, NULL), 0);
    for (size_t i = 0; i < n; i++)
        replica_doc_release(&docs[i]);
}

/* MANY records, in no order, every second one in the other container. */
static void fill(void)
{
    struct replica_doc docs[100];
    size_t n = 0;

    for (int k = 0; k < MANY; k++) {
        int which = k * 7 % MANY;

        docs[n++] = doc_of(uid_of(which), which % 2 ? "professionnel" : "public");
        if (n < COUNT(docs) && k < MANY - 1)
            continue;
        keep("commons", docs, n);
        n = 0;
    }
}

/* The rows of an answer to URI are those of records FIRST, FIRST + STEP…, N of them,
 * and OFFSET stand before. */
static void expect(const char *uri, int first, int step, size_t n, int offset)
{
    const struct json *rows;

    assert_int_equal(room_ask("GET", uri, NULL), 200);
    rows = json_get(room_json, "rows");
    assert_int_equal(json_len(rows), n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(
                json_get_text(json_at(rows, i), "id"), uid_of(first + (int)i * step));
    assert_int_equal(json_get_int(room_json, "offset", -1), offset);
    assert_int_equal(json_get_int(room_json, "total_rows", -1), (MANY + 1) / 2);
}

/* URI with the keys of two records, "%s" for each. */
static const char *with(const char *uri, int a, int b)
{
    static char text[300];
    char one[37];

    snprintf(one, sizeof(one), "%s", uid_of(a));
    snprintf(text, sizeof(text), uri, one, uid_of(b));
    return text;
}

#define ALL "/commons/_all_docs"

static void all_docs__many__come_in_order_page_by_page(void **state)
{
    (void)state;
    fill();
    expect(ALL, 0, 2, 601, 0);
    expect(ALL "?descending=true", 1200, -2, 601, 0);
    expect(ALL "?skip=510&limit=60", 1020, 2, 60, 510);
    expect(ALL "?limit=500", 0, 2, 500, 0);
    expect(ALL "?limit=0", 0, 2, 0, 0);
    expect(ALL "?skip=700", 0, 2, 0, 700);
}

static void all_docs__range__is_looked_up(void **state)
{
    (void)state;
    fill();
    expect(with(ALL "?startkey=%%22%s%%22&endkey=%%22%s%%22", 3, 1199), 4, 2, 598, 2);
    expect(with(ALL "?startkey=%%22%s%%22&endkey=%%22%s%%22", 4, 10), 4, 2, 4, 2);
    expect(with(ALL "?startkey=%%22%s%%22&endkey=%%22%s%%22&inclusive_end=false", 4,
                   10),
            4, 2, 3, 2);
    expect(with(ALL "?startkey=%%22%s%%22&endkey=%%22%s%%22&descending=true", 10, 4),
            10, -2, 4, 595);
    expect(with(ALL "?startkey=%%22%s%%22&endkey=%%22%s%%22&descending=true"
                    "&inclusive_end=false",
                   10, 4),
            10, -2, 3, 595);
    expect(with(ALL "?key=%%22%s%%22", 8, 0), 8, 2, 1, 4);
    expect(with(ALL "?key=%%22%s%%22", 7, 0), 8, 2, 0, 4);
    expect(ALL "?startkey=%22~%22", 0, 2, 0, 601);
}

static void revs_diff__of_another_container__tells_nothing(void **state)
{
    static const char *const others[] = {"commons", "org-b"};
    struct replica_doc doc = doc_of(room_uid(1), "organisation");
    struct replica_doc other = doc_of(room_uid(2), "organisation");
    char body[200], uri[100], first[100];

    (void)state;
    keep("org-a", &doc, 1);
    keep("org-b", &other, 1);
    snprintf(body, sizeof(body), "{'%s':['1-a']}", room_uid(1));
    snprintf(first, sizeof(first), "%s.missing.0", room_uid(1));
    room_ask("POST", "/org-a/_revs_diff", body);
    assert_int_equal(json_len(room_json), 0);
    for (size_t i = 0; i < COUNT(others); i++) {
        snprintf(uri, sizeof(uri), "/%s/_revs_diff", others[i]);
        assert_int_equal(room_ask("POST", uri, body), 200);
        assert_string_equal(room_at(first), "1-a");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, room_make, room_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(all_docs__many__come_in_order_page_by_page),
            TEST(all_docs__range__is_looked_up),
            TEST(revs_diff__of_another_container__tells_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
