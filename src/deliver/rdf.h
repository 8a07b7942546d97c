#ifndef ODUS_DELIVER_RDF_H
#define ODUS_DELIVER_RDF_H

#include "odus/deliver/format.h"

/**
 * RDF by a mapping table beside the forms (forms/datatourisme.map says how it is
 * written): one graph in one file, each record described once.
 */
enum rdf_syntax { RDF_TURTLE, RDF_XML };

struct rdf {
    const char *table; /* "datatourisme.map" */
    const char *path;  /* of the file */
    enum rdf_syntax syntax;
};

/** What the table says of the event N and of all that it names. */
void rdf_make(const struct rdf *rdf, const struct delivery *d, const struct notice *n,
        struct outlet *out) ATTR_NONNULL_ALL;

/** Before and after the descriptions: the prefixes of the table, the end. */
void rdf_head(const struct rdf *rdf, const struct delivery *d,
        struct buf *out) ATTR_NONNULL_ALL;
void rdf_foot(const struct rdf *rdf, struct buf *out) ATTR_NONNULL_ALL;

/* --- one description, rdf_write.c ------------------------------------------------- */

enum rdf_object { RDF_IRI, RDF_NAME, RDF_TEXT };

/** Of a subject: OBJECT is an address (RDF_IRI), a prefixed name (RDF_NAME), or a text
 * in LANG or of the datatype TYPE (a prefixed name), either NULL. */
struct rdf_triple {
    char *subject, *predicate, *object;
    enum rdf_object kind;
    char *lang, *type;
    size_t turn; /* of rdf_add */
};

struct rdf_graph {
    struct rdf_triple *triples;
    size_t n, cap;
};
void rdf_add(struct rdf_graph *g, const struct rdf_triple *t) ATTR_NONNULL_ALL;
void rdf_release(struct rdf_graph *g) ATTR_NONNULL_ALL;

/** The IRI that the prefixed NAME stands for, by the prefixes of TABLE's text. False:
 * its prefix is unknown. */
bool rdf_expand(const char *table, const char *name, struct buf *out) ATTR_NONNULL_ALL;

/** Walks "prefix NAME IRI" lines of TABLE's text; starts with the whole text. */
bool rdf_prefix(struct view *rest, struct view *ret_name,
        struct view *ret_iri) ATTR_NONNULL_ALL;

/** Brings together what is said of each subject, in the order it was added. */
void rdf_sort(struct rdf_graph *g) ATTR_NONNULL_ALL;

/** The description of the subject of triple FROM of a sorted graph; returns where the
 * next subject begins. */
size_t rdf_write(const struct rdf_graph *g, size_t from, enum rdf_syntax syntax,
        const char *table, struct buf *out) ATTR_NONNULL_ALL;

#endif
