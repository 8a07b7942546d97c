#include "odus/repl/settle.h"

#include <stdlib.h>
#include <string.h>

#include "odus/store/lineage.h"
#include "odus/base/mem.h"
#include "odus/form/merge.h"
#include "odus/store/publish.h"
#include "settle_priv.h"

enum {
    LEAVES_MAX = 32, /* that are looked at; nobody edits one record on more machines */
    TRIES_MAX = 1000 /* ends with fewer, as every merge closes a leaf */
};

void settle_result_release(struct settle_result *r)
{
    free(r->fields);
    *r = (struct settle_result){.fields = NULL};
}

struct settling {
    struct store *store;
    struct forms *forms;
    const char *uid;
    bool no_ancestor;
    struct lineage *lineage;
    struct replica_leaf *leaves; /* living ones, the winner first */
    size_t nleaves;
    struct json *labels; /* of what was taken over, each once */
    struct settle_result *out;
};

/* --- bodies ----------------------------------------------------------------------- */

/* An error that lies in the record: it stays as it is, and the others go on. */
static bool is_of_record(int rc)
{
    return rc == ERR_NOT_FOUND || rc == ERR_INVALID || rc == ERR_LIMIT;
}

/* Body of REV, owned. ERR_NOT_FOUND: it is not kept here. */
static int read_body(
        struct settling *s, const char *rev, struct json **ret, struct err *err)
{
    struct replica_doc d = {.body = NULL};
    int rc = replica_get(s->store, s->uid, rev, &d, NULL, err);

    if (rc == 0)
        rc = json_parse(view_of(d.body), 0, ret, err);
    replica_doc_release(&d);
    return rc;
}

static const char *version_of(const struct json *body)
{
    const char *hash = json_get_text(body, "formulaire");

    return hash ? hash : "";
}

/*
 * The form of the merged record: theirs where they alone moved to another version. Only
 * that very version will do: with another one every replica might make another
 * revision of the same leaves, for ever; so where none is named it is none (NULL).
 * False: it is not known here.
 */
static bool form_for(struct settling *s, const struct json *base,
        const struct json *ours, const struct json *theirs, const struct form **ret)
{
    const char *type = json_get_text(ours, "type");
    const char *hash = version_of(ours), *other = json_get_text(theirs, "type");

    *ret = NULL;
    if (!type || !other || strcmp(type, other) != 0 || publish_is(type))
        return false;
    if (base && strcmp(version_of(base), hash) == 0)
        hash = version_of(theirs);
    return !*hash ||
           (forms_known(s->forms, type) &&
                   forms_get_version(s->forms, type, hash, ret, NULL, NULL) == 0);
}

/* --- one pair --------------------------------------------------------------------- */

struct pair {
    struct json *ours, *theirs, *merged;
    const struct form *form; /* NULL: merged without */
};

static void pair_release(struct pair *p)
{
    json_free(p->ours);
    json_free(p->theirs);
    json_free(p->merged);
}

/* Whether two results differ in nothing that could conflict. */
static bool say_the_same(
        const struct form *form, const struct json *a, const struct json *b)
{
    struct merge_conflict *all = NULL;
    struct json *merged = NULL;
    size_t n = 0;

    if (merge_bodies(form, NULL, a, b, MERGE_OURS, &merged, &all, &n))
        return false;
    merge_conflicts_free(all, n);
    json_free(merged);
    return n == 0;
}

/* Merges from BASE into P->merged. False where there are conflicts, or where another
 * base has given another result: then it is not certain who changed what. In what never
 * conflicts (dates of change, calculated fields) the first base decides. */
static bool merge_from(struct settling *s, struct pair *p, const struct json *base)
{
    struct merge_conflict *all = NULL;
    struct json *merged = NULL;
    size_t n = 0;
    bool good;

    if (!form_for(s, base, p->ours, p->theirs, &p->form))
        return false;
    /* the winner among living leaves is the higher revision */
    if (merge_bodies(p->form, base, p->ours, p->theirs, MERGE_OURS, &merged, &all, &n))
        return false;
    good = n == 0 && (!p->merged || say_the_same(p->form, p->merged, merged));
    merge_conflicts_free(all, n);
    if (!p->merged)
        p->merged = merged;
    else
        json_free(merged);
    return good;
}

/* Bodies of the ancestors, NULL where one must be done without. Those that are wanted
 * are said. */
static int read_bases(struct settling *s, char revs[][REV_MAX], size_t n,
        struct json **bases, struct err *err)
{
    size_t wanted = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = read_body(s, revs[i], &bases[i], err);
        if (!is_of_record(rc))
            continue;
        /* one that is here and damaged would not be replaced: done without */
        if (rc == ERR_NOT_FOUND && !s->no_ancestor && wanted < COUNT(s->out->need))
            memcpy(s->out->need[wanted++], revs[i], REV_MAX);
        err_clear(err);
        rc = 0;
    }
    return rc;
}

/* Whether the pair of WINNER and LEAF merges by itself, into P->merged. */
static int merge_pair(struct settling *s, const char *winner, const char *leaf,
        struct pair *p, bool *ret_merged, struct err *err)
{
    char revs[LINEAGE_BASES_MAX][REV_MAX];
    struct json *bases[LINEAGE_BASES_MAX] = {NULL};
    size_t n = lineage_bases(s->lineage, winner, leaf, revs);
    bool good = n <= LINEAGE_BASES_MAX;
    int rc = read_body(s, winner, &p->ours, err);

    if (rc == 0)
        rc = read_body(s, leaf, &p->theirs, err);
    if (rc == 0 && good)
        rc = read_bases(s, revs, n, bases, err);
    good = good && rc == 0 && !*s->out->need[0];
    for (size_t i = 0; good && i < (n > 0 ? n : 1); i++)
        good = merge_from(s, p, bases[i]);
    for (size_t i = 0; i < COUNT(bases); i++)
        json_free(bases[i]);
    *ret_merged = good;
    if (!is_of_record(rc))
        return rc;
    err_clear(err);
    return 0;
}

/* Stores the merged body on top of WINNER and closes LEAF; *RET_DONE false where the
 * body is none that can be stored. */
static int put_pair(struct settling *s, const struct pair *p, const char *winner,
        const char *leaf, bool *ret_done, struct err *err)
{
    const char *const closes[] = {leaf, NULL};
    char rev[REV_MAX];
    struct summary summary = {.uid = NULL};
    int rc = forms_summarise(s->forms, p->merged, &summary, err);

    if (rc == 0)
        rc = record_put_closing(
                s->store, winner, closes, p->merged, &summary, NULL, rev, err);
    summary_release(&summary);
    *ret_done = rc == 0;
    if (is_of_record(rc)) {
        err_clear(err);
        return 0;
    }
    if (rc == 0) {
        s->out->merged++;
        if (p->form)
            settle_add_labels(p->form, p->ours, p->merged, s->labels);
    }
    return rc;
}

/* --- all leaves ------------------------------------------------------------------- */

static void drop_deleted(struct settling *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->nleaves; i++)
        if (!s->leaves[i].deleted)
            s->leaves[n++] = s->leaves[i];
    s->nleaves = n;
}

static void forget_leaves(struct settling *s)
{
    lineage_free(s->lineage);
    s->lineage = NULL;
    free(s->leaves);
    s->leaves = NULL;
}

/* The living leaves as they are now, with their lineage where there are several. */
static int read_leaves(struct settling *s, struct err *err)
{
    int rc;

    forget_leaves(s);
    rc = replica_leaves(s->store, s->uid, &s->leaves, &s->nleaves, err);
    if (rc < 0)
        return rc;
    drop_deleted(s);
    return s->nleaves > 1 ? lineage_read(s->store, s->uid, &s->lineage, err) : 0;
}

/* Merges the winner with the first leaf that lets itself be merged; *RET_AGAIN: there
 * was one. */
static int settle_one(struct settling *s, bool *ret_again, struct err *err)
{
    int rc = read_leaves(s, err);

    *ret_again = false;
    for (size_t i = 1; rc == 0 && i < s->nleaves && i < LEAVES_MAX && !*ret_again;
            i++) {
        const char *winner = s->leaves[0].rev, *leaf = s->leaves[i].rev;
        struct pair p = {.merged = NULL};
        bool merged = false;

        rc = merge_pair(s, winner, leaf, &p, &merged, err);
        if (rc == 0 && merged)
            rc = put_pair(s, &p, winner, leaf, &merged, err);
        /* when somebody else stored a revision meanwhile there is more to see, too */
        *ret_again = merged || rc == ERR_CONFLICT;
        pair_release(&p);
        if (*s->out->need[0])
            break;
    }
    return rc;
}

int settle(struct store *store, struct forms *forms, const char *uid, bool no_ancestor,
        struct settle_result *ret, struct err *err)
{
    struct settle_result out = {.fields = NULL};
    struct settling s = {.store = store,
            .forms = forms,
            .uid = uid,
            .no_ancestor = no_ancestor,
            .labels = json_new_array(),
            .out = &out};
    bool again = true;
    int rc = 0;

    for (int tries = 0; rc == 0 && again && tries < TRIES_MAX; tries++) {
        rc = settle_one(&s, &again, err);
        if (rc == ERR_CONFLICT) {
            err_clear(err);
            rc = 0;
        }
    }
    if (rc == 0) {
        out.left = s.nleaves > 0 ? (int)s.nleaves - 1 : 0;
        out.fields = settle_join_labels(s.labels);
        *ret = out;
    }
    forget_leaves(&s);
    json_free(s.labels);
    return rc;
}
