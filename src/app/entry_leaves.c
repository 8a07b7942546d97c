/* Revisions side by side, brought together in a draft. */
#include "entry_leaves.h"

#include <stdlib.h>
#include <string.h>

#include "entry_held.h"
#include "load.h"
#include "odus/base/mem.h"
#include "odus/store/lineage.h"

enum { LEAVES_MAX = 32 }; /* more are left for the next time */

/* --- what completing closes --- */

static bool is_closed(const struct entry *en, const char *rev)
{
    for (size_t i = 0; i < en->ncloses; i++)
        if (strcmp(en->closes[i], rev) == 0)
            return true;
    return false;
}

void closes_add(struct entry *en, const char *rev)
{
    size_t n = strlen(rev);

    if (n == 0 || n >= REV_MAX || is_closed(en, rev))
        return;
    en->closes = xrealloc(en->closes, en->ncloses + 1, sizeof *en->closes);
    memcpy(en->closes[en->ncloses++], rev, n + 1);
}

void closes_clear(struct entry *en)
{
    free(en->closes);
    en->closes = NULL;
    en->ncloses = 0;
}

void closes_write(const struct entry *en, struct json *body)
{
    struct json *all = json_new_array();

    for (size_t i = 0; i < en->ncloses; i++)
        json_push_take(all, json_text(view_of(en->closes[i])));
    json_set_take(body, CLOSES_KEY, all);
}

void closes_read(struct entry *en, const struct json *all)
{
    closes_clear(en);
    for (size_t i = 0; i < json_len(all) && i < LEAVES_MAX; i++) {
        const char *rev = json_as_text(json_at(all, i));

        if (rev)
            closes_add(en, rev);
    }
}

const char **closes_list(const struct entry *en)
{
    const char **list = xcalloc(en->ncloses + 1, sizeof *list);

    for (size_t i = 0; i < en->ncloses; i++)
        list[i] = en->closes[i];
    return list;
}

/* --- where they parted --- */

/* Revisions none of which descends from another. */
struct bases {
    char revs[LEAVES_MAX][REV_MAX];
    size_t n;
};

static bool descends(struct lineage *l, const char *rev, const char *from)
{
    char met[LINEAGE_BASES_MAX][REV_MAX];

    return lineage_bases(l, rev, from, met) == 1 && strcmp(met[0], from) == 0;
}

/* Adds REV, in the place of those from which it descends. */
static void add_base(struct bases *b, struct lineage *l, const char *rev)
{
    size_t n = 0;

    for (size_t i = 0; i < b->n; i++)
        if (descends(l, b->revs[i], rev))
            return;
    for (size_t i = 0; i < b->n; i++)
        if (!descends(l, rev, b->revs[i]))
            memmove(b->revs[n++], b->revs[i], REV_MAX);
    b->n = n;
    if (b->n < COUNT(b->revs))
        memcpy(b->revs[b->n++], rev, REV_MAX);
}

/* OWN is in the draft: adds where it and REV have parted. */
static void add_bases(
        struct bases *b, struct lineage *l, const char *own, const char *rev)
{
    char met[LINEAGE_BASES_MAX][REV_MAX];
    size_t n = lineage_bases(l, own, rev, met);

    for (size_t i = 0; i < n && i < COUNT(met); i++)
        add_base(b, l, met[i]);
}

int entry_parting(
        const struct entry *en, const char *rev, char ret[REV_MAX], struct err *err)
{
    struct lineage *l = NULL;
    struct bases b = {.n = 0};
    int rc = lineage_read(en->app->store, en->uid, &l, err);

    if (rc < 0)
        return rc;
    add_bases(&b, l, en->base, rev);
    for (size_t i = 0; i < en->ncloses; i++)
        add_bases(&b, l, en->closes[i], rev);
    lineage_free(l);
    memcpy(ret, b.n == 1 ? b.revs[0] : (char[REV_MAX]){""}, REV_MAX);
    return 0;
}

int closes_prune(struct entry *en, struct err *err)
{
    struct lineage *l = NULL;
    size_t n = 0;
    int rc = en->ncloses ? lineage_read(en->app->store, en->uid, &l, err) : 0;

    if (rc < 0 || !en->ncloses)
        return rc;
    for (size_t i = 0; i < en->ncloses; i++)
        if (!descends(l, en->base, en->closes[i]))
            memmove(en->closes[n++], en->closes[i], REV_MAX);
    en->ncloses = n;
    lineage_free(l);
    return 0;
}

/* --- the leaves --- */

static int join(struct entry *en, const struct replica_leaf *leaf, struct err *err)
{
    struct record r = {.body = NULL};
    struct json *theirs = NULL;
    char base[REV_MAX] = "";
    int rc = record_get_rev(en->app->store, en->uid, leaf->rev, &r, err);

    if (rc == 0)
        rc = load_json(r.body, &theirs, err);
    if (rc == 0)
        rc = entry_parting(en, leaf->rev, base, err);
    if (rc == 0)
        rc = entry_merge(en,
                &(struct entry_merge){.base = base,
                        .theirs = theirs,
                        .leaf = leaf->rev,
                        .author = r.author,
                        .at_ms = r.at_ms},
                err);
    if (rc == 0)
        closes_add(en, leaf->rev);
    json_free(theirs);
    record_release(&r);
    return rc;
}

int entry_join_leaves(struct entry *en, struct err *err)
{
    struct replica_leaf *leaves;
    size_t n, before = en->ncloses;
    int rc;

    if (!en->base[0])
        return 0;
    rc = replica_leaves(en->app->store, en->uid, &leaves, &n, err);
    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return 0;
    }
    if (rc < 0)
        return rc;
    /* the winner comes first: entry_catch_up's */
    for (size_t i = 1; i < n && i <= LEAVES_MAX && rc == 0; i++)
        if (!leaves[i].deleted && strcmp(leaves[i].rev, en->base) != 0 &&
                !is_closed(en, leaves[i].rev))
            rc = join(en, &leaves[i], err);
    free(leaves);
    if (en->has_draft && !en->unclaimed && en->ncloses > before)
        entry_journal(en);
    return rc;
}
