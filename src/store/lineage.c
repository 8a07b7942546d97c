#include "odus/store/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "tree.h"

enum mark { OURS = 1, THEIRS = 2, COMMON = OURS | THEIRS, PASSED = 4 };

enum { NONE = -1 };

struct node {
    const char *rev; /* in the history */
    long parent;     /* index of a node, or NONE */
    long merged;     /* first link to a leaf that was merged into it, or NONE */
    unsigned marks;
};

struct link {
    long to, next; /* node; link or NONE */
};

struct lineage {
    struct history_entry *history;
    struct node *nodes; /* as in the history: the highest generation first */
    size_t n;
    struct node **sorted; /* by revision */
    struct link *links;
    size_t nlinks, links_cap;
    long *stack;
    size_t depth, stack_cap;
};

void lineage_free(struct lineage *l)
{
    if (!l)
        return;
    free(l->history);
    free(l->nodes);
    free(l->sorted);
    free(l->links);
    free(l->stack);
    free(l);
}

/* --- nodes and links -------------------------------------------------------------- */

static int by_rev(const void *a, const void *b)
{
    const struct node *const *x = a, *const *y = b;

    return strcmp((*x)->rev, (*y)->rev);
}

static long find(const struct lineage *l, const char *rev)
{
    struct node wanted = {.rev = rev}, *key = &wanted, **met;

    met = bsearch(&key, l->sorted, l->n, sizeof(struct node *), by_rev);
    return met ? (long)(*met - l->nodes) : NONE;
}

/* The higher generation first, as on every other machine. */
static int by_generation(const void *a, const void *b)
{
    const struct history_entry *x = a, *y = b;
    long long gx = tree_generation(x->rev), gy = tree_generation(y->rev);

    return gx != gy ? (gx < gy) - (gx > gy) : strcmp(y->rev, x->rev);
}

static void add_nodes(struct lineage *l)
{
    qsort(l->history, l->n, sizeof(*l->history), by_generation);
    l->nodes = xcalloc(l->n, sizeof(*l->nodes));
    l->sorted = xcalloc(l->n, sizeof(struct node *));
    for (size_t i = 0; i < l->n; i++) {
        l->nodes[i] = (struct node){.rev = l->history[i].rev, .merged = NONE};
        l->sorted[i] = &l->nodes[i];
    }
    qsort(l->sorted, l->n, sizeof(struct node *), by_rev);
    for (size_t i = 0; i < l->n; i++)
        l->nodes[i].parent = find(l, l->history[i].parent);
}

static void add_link(struct lineage *l, long merged, long leaf)
{
    l->links = mem_grow(l->links, l->nlinks, &l->links_cap, sizeof(*l->links));
    l->links[l->nlinks] = (struct link){leaf, l->nodes[merged].merged};
    l->nodes[merged].merged = (long)l->nlinks++;
}

/* The leaf above the tombstone I was merged into what the tombstone names. */
static int add_fusion(struct lineage *l, struct store *store, const char *uid, size_t i,
        struct err *err)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    const char *fusion;
    long merged = NONE;
    int rc = record_get_rev(store, uid, l->history[i].rev, &r, err);

    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return 0;
    }
    if (rc < 0)
        return rc;
    if (json_parse(view_of(r.body), 0, &body, NULL) == 0) {
        fusion = json_get_text(body, "fusion");
        merged = fusion ? find(l, fusion) : NONE;
    }
    if (merged != NONE && l->nodes[i].parent != NONE)
        add_link(l, merged, l->nodes[i].parent);
    json_free(body);
    record_release(&r);
    return 0;
}

int lineage_read(
        struct store *store, const char *uid, struct lineage **ret, struct err *err)
{
    struct lineage *l = xcalloc(1, sizeof(*l));
    int rc = record_history(store, uid, &l->history, &l->n, err);

    if (rc == 0)
        add_nodes(l);
    for (size_t i = 0; rc == 0 && i < l->n; i++)
        if (l->history[i].deleted && l->history[i].kept)
            rc = add_fusion(l, store, uid, i, err);
    if (rc < 0)
        lineage_free(l);
    else
        *ret = l;
    return rc;
}

/* --- common ancestors ------------------------------------------------------------- */

static void push(struct lineage *l, long node)
{
    if (node == NONE)
        return;
    l->stack = mem_grow(l->stack, l->depth, &l->stack_cap, sizeof(*l->stack));
    l->stack[l->depth++] = node;
}

static void push_above(struct lineage *l, long node)
{
    push(l, l->nodes[node].parent);
    for (long i = l->nodes[node].merged; i != NONE; i = l->links[i].next)
        push(l, l->links[i].to);
}

/* Marks what is on the stack and everything above it. */
static void mark_up(struct lineage *l, enum mark mark)
{
    while (l->depth > 0) {
        long node = l->stack[--l->depth];

        if (l->nodes[node].marks & mark)
            continue;
        l->nodes[node].marks |= mark;
        push_above(l, node);
    }
}

static bool is_common(const struct node *node)
{
    return (node->marks & COMMON) == COMMON;
}

size_t lineage_bases(struct lineage *l, const char *a, const char *b,
        char bases[LINEAGE_BASES_MAX][REV_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        l->nodes[i].marks = 0;
    push(l, find(l, a));
    mark_up(l, OURS);
    push(l, find(l, b));
    mark_up(l, THEIRS);
    for (size_t i = 0; i < l->n; i++)
        if (is_common(&l->nodes[i]))
            push_above(l, (long)i);
    mark_up(l, PASSED);
    for (size_t i = 0; i < l->n; i++) {
        if (!is_common(&l->nodes[i]) || (l->nodes[i].marks & PASSED))
            continue;
        if (n < LINEAGE_BASES_MAX)
            memcpy(bases[n], l->nodes[i].rev, REV_MAX);
        n++;
    }
    return n;
}
