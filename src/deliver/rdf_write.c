/* RDF 1.1 in Turtle and in XML: one subject at a time. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/deliver/text.h"
#include "rdf.h"

void rdf_add(struct rdf_graph *g, const struct rdf_triple *t)
{
    g->triples = mem_grow(g->triples, g->n, &g->cap, sizeof(*g->triples));
    g->triples[g->n] = (struct rdf_triple){
            .subject = xstrdup(t->subject),
            .predicate = xstrdup(t->predicate),
            .object = xstrdup(t->object),
            .kind = t->kind,
            .lang = xstrdup(t->lang),
            .type = xstrdup(t->type),
            .turn = g->n,
    };
    g->n++;
}

static int by_subject(const void *a, const void *b)
{
    const struct rdf_triple *x = a, *y = b;
    int order = strcmp(x->subject, y->subject);

    return order ? order : (x->turn > y->turn) - (x->turn < y->turn);
}

void rdf_sort(struct rdf_graph *g)
{
    if (g->n)
        qsort(g->triples, g->n, sizeof(*g->triples), by_subject);
}

void rdf_release(struct rdf_graph *g)
{
    for (size_t i = 0; i < g->n; i++) {
        free(g->triples[i].subject);
        free(g->triples[i].predicate);
        free(g->triples[i].object);
        free(g->triples[i].lang);
        free(g->triples[i].type);
    }
    free(g->triples);
    *g = (struct rdf_graph){0};
}

/* --- prefixes -------------------------------------------------------------------- */

bool rdf_prefix(struct view *rest, struct view *ret_name, struct view *ret_iri)
{
    struct view line, word;

    while (view_next(rest, '\n', &line)) {
        if (!view_next(&line, ' ', &word) || !view_is(word, "prefix") ||
                !view_next(&line, ' ', ret_name))
            continue;
        *ret_iri = view_trim(line);
        return true;
    }
    return false;
}

bool rdf_expand(const char *table, const char *name, struct buf *out)
{
    struct view rest = view_of(table), local = view_of(name), prefix, known, iri;

    if (!view_next(&local, ':', &prefix))
        return false;
    while (rdf_prefix(&rest, &known, &iri))
        if (view_eq(known, prefix)) {
            buf_addv(out, iri);
            buf_addv(out, local);
            return true;
        }
    return false;
}

/* --- Turtle ---------------------------------------------------------------------- */

/* What an address cannot have (IRIREF of Turtle §6.5) is percent-encoded. */
static void add_encoded(const char *iri, struct buf *out)
{
    for (const char *p = iri; *p; p++) {
        unsigned char c = (unsigned char)*p;

        if (c <= ' ' || strchr("<>\"{}|^`\\", c))
            buf_addf(out, "%%%02X", c);
        else
            buf_addc(out, *p);
    }
}

static void add_iri(const char *iri, struct buf *out)
{
    buf_addc(out, '<');
    add_encoded(iri, out);
    buf_addc(out, '>');
}

static void add_literal(const char *text, struct buf *out)
{
    buf_addc(out, '"');
    for (const char *p = text; *p; p++)
        switch (*p) {
        case '"':
        case '\\': buf_addf(out, "\\%c", *p); break;
        case '\n': buf_adds(out, "\\n"); break;
        case '\r': buf_adds(out, "\\r"); break;
        default:
            if ((unsigned char)*p >= ' ' || *p == '\t')
                buf_addc(out, *p);
        }
    buf_addc(out, '"');
}

static void add_turtle_object(const struct rdf_triple *t, struct buf *out)
{
    if (t->kind == RDF_IRI)
        add_iri(t->object, out);
    else if (t->kind == RDF_NAME)
        buf_adds(out, t->object);
    else
        add_literal(t->object, out);
    if (t->lang)
        buf_addf(out, "@%s", t->lang);
    else if (t->type)
        buf_addf(out, "^^%s", t->type);
}

static void write_turtle(
        const struct rdf_graph *g, size_t from, size_t to, struct buf *out)
{
    const char *between = "\n    ";

    add_iri(g->triples[from].subject, out);
    for (size_t i = from; i < to; i++) {
        const struct rdf_triple *t = &g->triples[i];

        buf_addf(out, "%s%s ", between, t->predicate);
        add_turtle_object(t, out);
        between = " ;\n    ";
    }
    buf_adds(out, " .\n\n");
}

/* --- XML ------------------------------------------------------------------------- */

static void attribute(const char *name, const char *value, struct buf *out)
{
    buf_addf(out, " %s=\"", name);
    text_xml(view_of(value), out);
    buf_addc(out, '"');
}

static void attribute_iri(const char *name, const char *iri, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    add_encoded(iri, &text);
    attribute(name, text.s, out);
    buf_release(&text);
}

static void add_xml_object(
        const struct rdf_triple *t, const char *table, struct buf *out)
{
    struct buf iri;

    buf_init(&iri, 0);
    if (t->kind == RDF_IRI)
        buf_adds(&iri, t->object);
    else if (t->kind == RDF_NAME)
        rdf_expand(table, t->object, &iri);
    else if (t->type)
        rdf_expand(table, t->type, &iri);
    if (t->kind != RDF_TEXT) {
        attribute_iri("rdf:resource", iri.s, out);
        buf_adds(out, "/>\n");
    } else {
        if (t->lang)
            attribute("xml:lang", t->lang, out);
        else if (t->type)
            attribute("rdf:datatype", iri.s, out);
        buf_addc(out, '>');
        text_xml(view_of(t->object), out);
        buf_addf(out, "</%s>\n", t->predicate);
    }
    buf_release(&iri);
}

static void write_xml(const struct rdf_graph *g, size_t from, size_t to,
        const char *table, struct buf *out)
{
    buf_adds(out, "<rdf:Description");
    attribute_iri("rdf:about", g->triples[from].subject, out);
    buf_adds(out, ">\n");
    for (size_t i = from; i < to; i++) {
        const struct rdf_triple *t = &g->triples[i];

        buf_addf(out, "  <%s",
                strcmp(t->predicate, "a") == 0 ? "rdf:type" : t->predicate);
        add_xml_object(t, table, out);
    }
    buf_adds(out, "</rdf:Description>\n");
}

size_t rdf_write(const struct rdf_graph *g, size_t from, enum rdf_syntax syntax,
        const char *table, struct buf *out)
{
    size_t to = from + 1;

    while (to < g->n && strcmp(g->triples[to].subject, g->triples[from].subject) == 0)
        to++;
    if (syntax == RDF_TURTLE)
        write_turtle(g, from, to, out);
    else
        write_xml(g, from, to, table, out);
    return to;
}
