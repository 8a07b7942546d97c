#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "odus/base/mem.h"

enum { WRITTEN = 1, CHANGED = 2, REJECTED = 4, CHOSEN = 8 };

void ledger_init(struct ledger *l)
{
    l->values = json_new_object();
}

void ledger_release(struct ledger *l)
{
    json_free(l->values);
}

/* What the program keeps itself, and the order of things. */
static bool is_own(const char *key)
{
    return strncmp(key, "modifie_", 8) == 0 || strcmp(key, "id") == 0;
}

static char *place_of(const char *above, const char *key)
{
    return xasprintf("%s%s%s", above, *above ? "." : "", key);
}

/* Every value of J as "place=value" into the object FLAT. */
static void flatten(const struct json *j, const char *place, struct json *flat)
{
    for (struct json_iter it = {0}; json_iter(j, &it);) {
        char *below = place_of(place, it.key);

        if (!is_own(it.key))
            flatten(it.val, below, flat);
        free(below);
    }
    for (size_t i = 0; json_kind(j) == JSON_KIND_ARRAY && i < json_len(j); i++) {
        const char *id = json_get_text(json_at(j, i), "id");
        char *below = place_of(place, id ? id : "");

        flatten(json_at(j, i), below, flat);
        free(below);
    }
    if (json_as_text(j)) {
        char *key = xasprintf("%s=%s", place, json_as_text(j));

        json_set_take(flat, key, json_bool(true));
        free(key);
    }
}

static struct json *flat_of(const struct json *body)
{
    struct json *flat = json_new_object();

    flatten(body, "", flat);
    return flat;
}

static void mark(struct ledger *l, const char *key, int bits)
{
    json_set_take(l->values, key, json_int(json_get_int(l->values, key, 0) | bits));
}

/* Marks what is in A and not in B. */
static void mark_difference(
        struct ledger *l, const struct json *a, const struct json *b, int bits)
{
    for (struct json_iter it = {0}; json_iter(a, &it);)
        if (!json_get(b, it.key))
            mark(l, it.key, bits);
}

void ledger_edit(struct ledger *l, const struct json *before, const struct json *after)
{
    struct json *a = flat_of(before), *b = flat_of(after);

    mark_difference(l, a, b, CHANGED);
    mark_difference(l, b, a, WRITTEN);
    json_free(a);
    json_free(b);
}

void ledger_decide(
        struct ledger *l, const struct json *const sides[2], const struct json *chosen)
{
    struct json *one = flat_of(sides[0]), *two = flat_of(sides[1]);
    struct json *flat = flat_of(chosen);

    mark_difference(l, one, flat, REJECTED);
    mark_difference(l, two, flat, REJECTED);
    mark_difference(l, flat, one, CHOSEN);
    mark_difference(l, flat, two, CHOSEN);
    json_free(one);
    json_free(two);
    json_free(flat);
}

/* The rows that the timing language would make come and go with the same values. */
static bool is_generated(const char *key)
{
    return strncmp(key, "tarifs.slot", 11) == 0;
}

void ledger_check(const struct ledger *l, const struct json *last)
{
    struct json *flat = flat_of(last);

    for (struct json_iter it = {0}; json_iter(l->values, &it);) {
        int64_t bits = json_as_int(it.val, 0);
        bool there = json_get(flat, it.key) != NULL;

        if (!there && (bits & WRITTEN) && !(bits & (CHANGED | REJECTED)))
            fail_msg("%s is lost", it.key);
        if (there && (bits & CHANGED) && !(bits & CHOSEN) && !is_generated(it.key))
            fail_msg("%s is back", it.key);
    }
    for (struct json_iter it = {0}; json_iter(flat, &it);)
        if (!json_get(l->values, it.key))
            fail_msg("%s was written by nobody", it.key);
    json_free(flat);
}
