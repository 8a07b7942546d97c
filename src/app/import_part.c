/*
 * Events whose source tells their performances in documents of their own (schema.org):
 * each adds to what the others have told, in any order. That a document does not name a
 * performance says nothing of it.
 */
#include <stdlib.h>
#include <string.h>

#include "import_foreign.h"
#include "odus/base/mem.h"

static const struct json *rows_of(const struct json *body)
{
    return json_get(body, "seances");
}

static bool has_row(const struct json *rows, const struct json *row)
{
    const char *id = json_get_text(row, "id");

    for (size_t i = 0; i < json_len(rows); i++) {
        const char *other = json_get_text(json_at(rows, i), "id");

        if (id && other && strcmp(id, other) == 0)
            return true;
    }
    return false;
}

/* Where the event is by what is known of it; another place is the performance's own. */
static void settle_place(const struct json *base, const struct json *ours,
        const struct json *part, struct json *rows, struct json *joined)
{
    const char *usual = json_get_text(base, "lieu");
    const char *place = json_get_text(part, "lieu");

    if (!usual)
        usual = json_get_text(ours, "lieu");
    if (!usual || !place || strcmp(usual, place) == 0)
        return;
    json_set_text(joined, "lieu", usual);
    for (size_t i = 0; i < json_len(rows); i++)
        json_set_text(json_at(rows, i), "lieu", place);
}

static int compare_rows(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a;
    const struct json *y = *(const struct json *const *)b;
    const char *from = json_get_text(x, "debut"), *to = json_get_text(y, "debut");

    return strcmp(from ? from : "", to ? to : "");
}

/* Takes the rows of ADDED before those of BASE with their id, in order of time. */
static struct json *join_rows(const struct json *base, const struct json *added)
{
    size_t n = 0, max = json_len(base) + json_len(added);
    struct json **all = xcalloc(max + 1, sizeof(*all));
    struct json *rows = json_new_array();

    for (size_t i = 0; i < json_len(added); i++)
        all[n++] = json_retain(json_at(added, i));
    for (size_t i = 0; i < json_len(base); i++)
        if (!has_row(added, json_at(base, i)))
            all[n++] = json_retain(json_at(base, i));
    qsort(all, n, sizeof(*all), compare_rows);
    for (size_t i = 0; i < n; i++)
        json_push_take(rows, all[i]);
    free(all);
    return rows;
}

/* The rows of ROWS that are neither in BASE nor in OURS. */
static struct json *new_rows(
        const struct json *rows, const struct json *base, const struct json *ours)
{
    struct json *added = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++)
        if (!has_row(rows_of(base), json_at(rows, i)) &&
                !has_row(rows_of(ours), json_at(rows, i)))
            json_push_take(added, json_retain(json_at(rows, i)));
    return added;
}

struct json *foreign_join(const struct json *base, const struct json *ours,
        const struct json *part, bool update, bool *ret_adds)
{
    struct json *joined = json_dup(base), *rows = json_dup(rows_of(part));
    struct json *added = new_rows(rows, base, ours);

    *ret_adds = json_len(added) > 0;
    update |= !*ret_adds;
    for (struct json_iter it = {0}; json_iter(part, &it);)
        if (update || !(json_get(base, it.key) || json_get(ours, it.key)))
            json_set_take(joined, it.key, json_dup(it.val));
    settle_place(base, ours, part, rows, joined);
    json_set_take(joined, "seances", join_rows(rows_of(base), update ? rows : added));
    json_free(added);
    json_free(rows);
    return joined;
}
