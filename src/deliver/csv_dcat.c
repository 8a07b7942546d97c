/*
 * The catalogue: the tables as a dataset in DCAT-AP, as JSON-LD. A collection, since
 * the first and the last day of all events are known only from its keys: "1/" and the
 * first day of an event; "5" what is said in any case; "9/" its last day
 */
#include "csv.h"

#include <stdio.h>
#include <string.h>

#include "odus/base/date.h"

/* Address of FILE; beside the catalogue where none is known. */
static struct json *address(const struct delivery *d, const char *file)
{
    struct json *j = json_new_object();
    struct buf text;

    buf_init(&text, 0);
    if (*d->base)
        buf_addf(&text, "%scsv/", d->base);
    buf_adds(&text, file);
    json_set_text(j, "@id", text.s);
    buf_release(&text);
    return j;
}

static struct json *iri(const char *text)
{
    struct json *j = json_new_object();

    json_set_text(j, "@id", text);
    return j;
}

static struct json *french(const char *text)
{
    struct json *j = json_new_object();

    json_set_text(j, "@value", text);
    json_set_text(j, "@language", "fr");
    return j;
}

static struct json *typed(const char *text, const char *type)
{
    struct json *j = json_new_object();

    json_set_text(j, "@value", text);
    json_set_text(j, "@type", type);
    return j;
}

static struct json *thing(const struct delivery *d, const char *id, const char *type)
{
    struct json *j = address(d, id);

    json_set_text(j, "@type", type);
    return j;
}

static struct json *distribution(const struct delivery *d, const struct csv_table *t)
{
    const char *file = strchr(t->path, '/') + 1;
    struct json *j;
    struct buf id;

    buf_init(&id, 0);
    buf_addf(&id, "dcat.jsonld#%s", t->name);
    j = thing(d, id.s, "dcat:Distribution");
    buf_release(&id);
    json_set_take(j, "dct:title", french(t->title));
    json_set_take(j, "dcat:accessURL", address(d, file));
    json_set_take(j, "dcat:downloadURL", address(d, file));
    json_set_take(j, "dct:license", iri(CSV_LICENCE_URL));
    json_set_take(j, "dcat:mediaType",
            iri("https://www.iana.org/assignments/media-types/text/csv"));
    json_set_take(j, "dct:format",
            iri("http://publications.europa.eu/resource/authority/file-type/CSV"));
    json_set_take(j, "dct:conformsTo", address(d, "datapackage.json"));
    return j;
}

static struct json *publisher(const struct delivery *d)
{
    struct json *j = thing(d, "dcat.jsonld#editeur", "foaf:Agent");

    json_set_text(j, "foaf:name", *d->publisher ? d->publisher : d->title);
    return j;
}

static struct json *dataset(const struct delivery *d)
{
    struct json *j = thing(d, "dcat.jsonld#agenda", "dcat:Dataset");
    struct json *all = json_new_array();

    json_set_take(j, "dct:title", french(d->title));
    json_set_take(j, "dct:description", french(CSV_ABOUT));
    json_set_take(j, "dct:publisher", address(d, "dcat.jsonld#editeur"));
    if (*d->modified)
        json_set_take(j, "dct:modified", typed(d->modified, "xsd:dateTime"));
    json_set_take(j, "dct:spatial",
            iri("http://publications.europa.eu/resource/authority/country/FRA"));
    json_set_take(j, "dct:language",
            iri("http://publications.europa.eu/resource/authority/language/FRA"));
    json_set_take(j, "dcat:theme",
            iri("http://publications.europa.eu/resource/authority/data-theme/EDUC"));
    for (size_t i = 0; i < csv_ntables; i++)
        json_push_take(all, distribution(d, &csv_tables[i]));
    json_set_take(j, "dcat:distribution", all);
    return j;
}

static struct json *catalogue(const struct delivery *d)
{
    struct json *j = thing(d, "dcat.jsonld#catalogue", "dcat:Catalog");

    json_set_take(j, "dct:title", french(d->title));
    json_set_take(j, "dct:description", french(CSV_ABOUT));
    json_set_take(j, "dct:publisher", publisher(d));
    if (*d->modified)
        json_set_take(j, "dct:modified", typed(d->modified, "xsd:dateTime"));
    json_set_take(j, "dcat:dataset", dataset(d));
    return j;
}

/* --- the file --------------------------------------------------------------------- */

static void add_json(struct json *j, struct buf *out)
{
    json_pretty(j, out);
    json_free(j);
}

void csv_catalogue(const struct delivery *d, struct outlet *out)
{
    struct buf text;

    buf_init(&text, 0);
    add_json(catalogue(d), &text);
    outlet_shared(out, CSV_CATALOGUE, NULL, "5", buf_view(&text));
    buf_release(&text);
}

static void put_day(char mark, const struct moment *m, struct outlet *out)
{
    char day[DATE_ISO_SIZE], key[DATE_ISO_SIZE + 2];

    date_iso(m->days, day);
    snprintf(key, sizeof(key), "%c/%s", mark, day);
    outlet_shared(out, CSV_CATALOGUE, NULL, key, (struct view){0});
}

void csv_catalogue_days(const struct notice *n, struct outlet *out)
{
    if (!n->noccurrences)
        return;
    put_day('1', &n->occurrences[0].start, out);
    put_day('9', &n->occurrences[n->noccurrences - 1].start, out);
}

void csv_catalogue_head(struct buf *out)
{
    static const char *const names[][2] = {
            {"dcat", "http://www.w3.org/ns/dcat#"},
            {"dct", "http://purl.org/dc/terms/"},
            {"foaf", "http://xmlns.com/foaf/0.1/"},
            {"xsd", "http://www.w3.org/2001/XMLSchema#"},
    };
    struct json *context = json_new_object();

    for (size_t i = 0; i < COUNT(names); i++)
        json_set_text(context, names[i][0], names[i][1]);
    buf_adds(out, "{\n\"@context\": ");
    add_json(context, out);
    buf_adds(out, ",\n\"@graph\": [\n");
}

void csv_catalogue_foot(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    bool known = c->first_key[0] == '1' && c->last_key[0] == '9';
    struct json *set, *period;

    if (known) {
        set = address(d, "dcat.jsonld#agenda");
        period = json_new_object();
        json_set_text(period, "@type", "dct:PeriodOfTime");
        json_set_take(period, "dcat:startDate", typed(c->first_key + 2, "xsd:date"));
        json_set_take(period, "dcat:endDate", typed(c->last_key + 2, "xsd:date"));
        json_set_take(set, "dct:temporal", period);
        buf_adds(out, ",\n");
        add_json(set, out);
    }
    buf_adds(out, "]\n}\n");
}
