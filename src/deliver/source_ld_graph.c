#include "source_ld_graph.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "source_text.h"

/* --- values ----------------------------------------------------------------------- */

struct view ld_word(struct view iri)
{
    for (size_t i = iri.n; i-- > 0;)
        if (iri.p[i] == '/' || iri.p[i] == '#' || iri.p[i] == ':')
            return (struct view){iri.p + i + 1, iri.n - i - 1};
    return iri;
}

struct view ld_text(const struct json *value)
{
    if (json_kind(value) == JSON_KIND_ARRAY)
        value = json_at(value, 0);
    if (json_kind(value) == JSON_KIND_OBJECT)
        value = json_get(value, "@value");
    return json_as_view(value);
}

static const struct json *type_at(const struct json *j, size_t i)
{
    const struct json *types = json_get(j, "@type");

    if (json_kind(types) == JSON_KIND_ARRAY)
        return json_at(types, i);
    return i == 0 ? types : NULL;
}

bool ld_is(const struct json *j, const char *type)
{
    const struct json *one;

    for (size_t i = 0; (one = type_at(j, i)); i++)
        if (view_is(ld_word(json_as_view(one)), type))
            return true;
    return false;
}

static bool ends_in(struct view v, const char *end)
{
    size_t n = strlen(end);

    return v.n >= n && memcmp(v.p + v.n - n, end, n) == 0;
}

static bool is_event(const struct json *j)
{
    const struct json *one;

    for (size_t i = 0; (one = type_at(j, i)); i++) {
        struct view type = ld_word(json_as_view(one));

        if (ends_in(type, "Event") || ends_in(type, "Festival") ||
                view_is(type, "EventSeries") || view_is(type, "CourseInstance"))
            return true;
    }
    return false;
}

/* --- what is in the document ------------------------------------------------------ */

static long add_node(struct ld_graph *g, const struct json *j, long parent)
{
    g->nodes = mem_grow(g->nodes, g->n, &g->cap, sizeof(*g->nodes));
    g->nodes[g->n] = (struct ld_node){.json = j,
            .parent = parent,
            .leader = -1,
            .first = -1,
            .next = -1,
            .last = -1};
    return (long)g->n++;
}

static void add_id(struct ld_graph *g, const struct json *j, long node)
{
    const char *id = json_get_text(j, "@id");

    if (!id || json_len(j) < 2)
        return;
    g->ids = mem_grow(g->ids, g->nids, &g->ids_cap, sizeof(*g->ids));
    g->ids[g->nids++] = (struct ld_id){id, j, node};
}

/* json_parse has bounded the depth. Parts of an event are looked for in one of its
 * members only: what it is part of is not in this document but by name. */
static void walk(struct ld_graph *g, const struct json *j, long parent)
{
    bool event = is_event(j);
    long node = event ? add_node(g, j, parent) : -1;

    if (json_kind(j) == JSON_KIND_OBJECT)
        add_id(g, j, node);
    for (size_t i = 0; json_kind(j) == JSON_KIND_ARRAY && i < json_len(j); i++)
        walk(g, json_at(j, i), parent);
    for (struct json_iter it = {0}; json_iter(j, &it);) {
        bool parts =
                strcmp(it.key, "subEvent") == 0 || strcmp(it.key, "subEvents") == 0;

        if (event && !parts) {
            if (json_kind(it.val) == JSON_KIND_OBJECT && !is_event(it.val))
                add_id(g, it.val, -1);
            continue;
        }
        walk(g, it.val, event ? node : -1);
    }
}

static int compare_ids(const void *a, const void *b)
{
    const struct ld_id *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    return order ? order : (x->node > y->node) - (x->node < y->node);
}

static int compare_key(const void *key, const void *b)
{
    return strcmp(key, ((const struct ld_id *)b)->id);
}

static const struct ld_id *find(const struct ld_graph *g, const char *id)
{
    return id && g->nids ? bsearch(id, g->ids, g->nids, sizeof(*g->ids), compare_key)
                         : NULL;
}

const struct json *ld_resolve(const struct ld_graph *g, const struct json *value)
{
    const struct ld_id *found;

    if (json_kind(value) != JSON_KIND_OBJECT || json_len(value) != 1)
        return value;
    found = find(g, json_get_text(value, "@id"));
    return found ? found->json : value;
}

const struct json *ld_item(const struct ld_graph *g, const struct json *value, size_t i)
{
    if (json_kind(value) == JSON_KIND_ARRAY)
        return ld_resolve(g, json_at(value, i));
    return i == 0 ? ld_resolve(g, value) : NULL;
}

const struct json *ld_series(const struct ld_graph *g, const struct json *event)
{
    const struct json *above = json_get(event, "superEvent"), *one;

    for (size_t i = 0; (one = ld_item(g, above, i)); i++)
        if (ld_is(one, "EventSeries"))
            return one;
    return NULL;
}

/* --- which nodes are one event ---------------------------------------------------- */

static bool is_part(const struct json *whole, const struct json *part)
{
    struct view name = ld_text(json_get(part, "name"));

    return ld_is(whole, "EventSeries") || name.n == 0 ||
           source_same_words(name, ld_text(json_get(whole, "name")));
}

/* PART becomes a performance of WHOLE, or of what that is one of. */
static void join(struct ld_graph *g, long part, long whole)
{
    struct ld_node *nodes = g->nodes;
    long leader = nodes[whole].leader >= 0 ? nodes[whole].leader : whole;

    if (leader == part || nodes[part].leader >= 0 || nodes[part].first >= 0)
        return;
    nodes[part].leader = leader;
    if (nodes[leader].last >= 0)
        nodes[nodes[leader].last].next = part;
    else
        nodes[leader].first = part;
    nodes[leader].last = part;
}

static void join_references(struct ld_graph *g, long whole)
{
    const struct json *parts = json_get(g->nodes[whole].json, "subEvent");

    for (size_t i = 0; i < json_len(parts) || i == 0; i++) {
        const struct json *one =
                json_kind(parts) == JSON_KIND_ARRAY ? json_at(parts, i) : parts;
        const struct ld_id *found =
                json_len(one) == 1 ? find(g, json_get_text(one, "@id")) : NULL;

        if (found && found->node >= 0 && is_part(g->nodes[whole].json, found->json))
            join(g, found->node, whole);
        if (json_kind(parts) != JSON_KIND_ARRAY)
            return;
    }
}

static int compare_series(const void *a, const void *b)
{
    return compare_ids(a, b);
}

/* Events that name the same series, which may itself stand in the document or not. */
static void join_series(struct ld_graph *g)
{
    struct ld_id *all = xcalloc(g->n ? g->n : 1, sizeof(*all));
    size_t n = 0;

    for (size_t i = 0; i < g->n; i++) {
        const struct json *above = ld_series(g, g->nodes[i].json);
        const char *id = json_get_text(above, "@id");

        if (id && g->nodes[i].leader < 0)
            all[n++] = (struct ld_id){id, above, (long)i};
    }
    qsort(all, n, sizeof(*all), compare_series);
    for (size_t i = 0; i < n; i++) {
        const struct ld_id *series = find(g, all[i].id);

        if (series && series->node >= 0)
            join(g, all[i].node, series->node);
        else if (i && strcmp(all[i].id, all[i - 1].id) == 0) {
            join(g, all[i].node, all[i - 1].node);
            g->nodes[all[i - 1].node].too = true;
        }
    }
    free(all);
}

void ld_graph_init(struct ld_graph *g, const struct json *doc)
{
    *g = (struct ld_graph){0};
    walk(g, doc, -1);
    if (g->nids)
        qsort(g->ids, g->nids, sizeof(*g->ids), compare_ids);
    for (size_t i = 0; i < g->n; i++)
        if (g->nodes[i].parent >= 0 &&
                is_part(g->nodes[g->nodes[i].parent].json, g->nodes[i].json))
            join(g, (long)i, g->nodes[i].parent);
    for (size_t i = 0; i < g->n; i++)
        join_references(g, (long)i);
    join_series(g);
}

void ld_graph_release(struct ld_graph *g)
{
    free(g->nodes);
    free(g->ids);
    *g = (struct ld_graph){0};
}
