#ifndef ODUS_DELIVER_SOURCE_LD_GRAPH_H
#define ODUS_DELIVER_SOURCE_LD_GRAPH_H

#include <stddef.h>

#include "odus/base/json.h"

/**
 * The events of a document of schema.org, wherever they stand in it: in an array, an
 * @graph, a list of items, as parts of another. Several nodes may be one event of ours:
 * the performances of an EventSeries, and parts that bear the name of the whole.
 */
struct ld_node {
    const struct json *json;
    long parent;      /* in whose subEvent it stands, -1: none */
    long leader;      /* of which it is a performance, -1: none */
    long first, next; /* its performances, -1: none */
    long last;
    bool too; /* it leads, and is a performance itself */
};

struct ld_graph {
    struct ld_node *nodes;
    size_t n, cap;
    struct ld_id {
        const char *id;
        const struct json *json;
        long node; /* -1: no event */
    } * ids;
    size_t nids, ids_cap;
};

/** DOC is borrowed until ld_graph_release. */
void ld_graph_init(struct ld_graph *g, const struct json *doc) ATTR_NONNULL(1);
void ld_graph_release(struct ld_graph *g) ATTR_NONNULL_ALL;

/** VALUE itself, or the node that it only names by @id. Borrowed. */
const struct json *ld_resolve(const struct ld_graph *g, const struct json *value)
        ATTR_NONNULL(1);

/** The I-th of a value that may be a list; NULL beyond. References are resolved. */
const struct json *ld_item(const struct ld_graph *g, const struct json *value, size_t i)
        ATTR_NONNULL(1);

/** A word of schema.org without its address: "https://schema.org/Event" is "Event". */
struct view ld_word(struct view iri);

/** One of J's types is TYPE. */
bool ld_is(const struct json *j, const char *type) ATTR_NONNULL(2);

/** The EventSeries that EVENT names as its whole, NULL: none. */
const struct json *ld_series(const struct ld_graph *g, const struct json *event)
        ATTR_NONNULL(1);

/** The text of a value: a text, a number, or {"@value": …}; the first of a list. */
struct view ld_text(const struct json *value);

#endif
