/* The two graphs: both are mappings, and claim no conformance. */
#include "formats.h"
#include "rdf.h"

static const struct rdf datatourisme = {
        "datatourisme.map", "datatourisme/datatourisme.ttl", RDF_TURTLE};
static const struct rdf capdata = {
        "capdata.map", "capdata/capdata-export.rdf", RDF_XML};

static bool is_somewhere(const struct notice *n)
{
    for (size_t i = 0; i < n->noccurrences; i++)
        if (*n->occurrences[i].place)
            return true;
    return false;
}

static void make_datatourisme(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    if (!is_somewhere(n)) {
        outlet_note(out, NOTE_REFUSED, "lieu",
                N_("DATAtourisme describes places: an event without one is none."),
                NULL, NULL);
        return;
    }
    rdf_make(&datatourisme, d, n, out);
}

static void head_datatourisme(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)c;
    rdf_head(&datatourisme, d, out);
}

static void make_capdata(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    rdf_make(&capdata, d, n, out);
}

static void head_capdata(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)c;
    rdf_head(&capdata, d, out);
}

static void foot_capdata(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)d;
    (void)c;
    rdf_foot(&capdata, out);
}

const struct format format_datatourisme = {
        .name = "datatourisme",
        .label = N_("DATAtourisme: a graph by a mapping table"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "datatourisme",
        .version = 2,
        .make = make_datatourisme,
        .head = head_datatourisme,
};

const struct format format_capdata = {
        .name = "capdata",
        .label = N_("CapData Opéra: a graph by a mapping table"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "capdata",
        .version = 2,
        .make = make_capdata,
        .head = head_capdata,
        .foot = foot_capdata,
};
