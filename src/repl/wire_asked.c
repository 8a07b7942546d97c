/* Whether an answer to _bulk_get says something of each revision that was asked for. */
#include "wire_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

/* What one item of an answer is about. */
enum about {
    ABOUT_REV,  /* a revision that is named */
    ABOUT_SOME, /* one that cannot be told, which is said when it is read */
    ABOUT_NONE, /* nothing that would hold later, too */
};

static bool names_rev(const struct json *text, char ret[REV_MAX])
{
    return json_as_text(text) && wire_copy_rev(json_as_view(text), ret);
}

static enum about about_ok(const struct json *ok, const char *id, char ret[REV_MAX])
{
    const struct json *revisions = json_get(ok, "_revisions");
    const char *own = json_get_text(ok, "_id");
    int64_t start = json_get_int(revisions, "start", 0);

    if (!own || strcmp(own, id) != 0)
        return ABOUT_SOME;
    if (names_rev(json_get(ok, "_rev"), ret))
        return ABOUT_REV;
    if (start < 1 || start > WIRE_GEN_MAX)
        return ABOUT_SOME;
    return wire_join_rev((int)start,
                   json_as_view(json_at(json_get(revisions, "ids"), 0)), ret)
                   ? ABOUT_REV
                   : ABOUT_SOME;
}

/* Errors that will be the same the next time. */
static bool is_lasting(const char *error)
{
    static const char *const all[] = {"not_found", "missing", "deleted", "forbidden",
            "unauthorized", "bad_request", "illegal_docid", "doc_validation"};

    for (size_t i = 0; error && i < COUNT(all); i++)
        if (strcmp(error, all[i]) == 0)
            return true;
    return false;
}

static enum about about_item(const struct json *item, const char *id, char ret[REV_MAX])
{
    const struct json *error = json_get(item, "error");

    if (json_get(item, "ok"))
        return about_ok(json_get(item, "ok"), id, ret);
    if (names_rev(json_get(item, "missing"), ret))
        return ABOUT_REV;
    if (is_lasting(json_get_text(error, "error")) &&
            names_rev(json_get(error, "rev"), ret))
        return ABOUT_REV;
    return ABOUT_NONE;
}

/* Marks in DONE those of the N of ASKED that ITEM of ID answers: all that ask for what
 * it names, or the first that nothing has answered. */
static void mark(const struct json *item, const char *id, struct json *const *asked,
        size_t n, bool *done, bool named)
{
    char rev[REV_MAX], wanted[REV_MAX];
    enum about about = about_item(item, id, rev);

    if (about != (named ? ABOUT_REV : ABOUT_SOME))
        return;
    for (size_t i = 0; i < n; i++) {
        const char *uid = json_get_text(asked[i], "id");

        if (done[i] || !uid || strcmp(uid, id) != 0)
            continue;
        if (named && (!names_rev(json_get(asked[i], "rev"), wanted) ||
                             strcmp(wanted, rev) != 0))
            continue;
        done[i] = true;
        if (!named)
            return;
    }
}

static void mark_all(const struct json *rows, struct json *const *asked, size_t n,
        bool *done, bool named)
{
    for (size_t i = 0; i < json_len(rows); i++) {
        const char *id = json_get_text(json_at(rows, i), "id");
        const struct json *docs = json_get(json_at(rows, i), "docs");

        for (size_t d = 0; id && d < json_len(docs); d++)
            mark(json_at(docs, d), id, asked, n, done, named);
    }
}

size_t wire_unanswered(const struct json *answer, struct json *const *asked, size_t n,
        struct json **ret)
{
    const struct json *rows = json_get(answer, "results");
    bool *done = xcalloc(n + 1, sizeof(*done));
    size_t left = 0;

    mark_all(rows, asked, n, done, true);
    mark_all(rows, asked, n, done, false);
    for (size_t i = 0; i < n; i++)
        if (!done[i])
            ret[left++] = asked[i];
    free(done);
    return left;
}
