/* Graphs by mapping tables: the tables that are there, and what one may write. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/deliver/rdf.h"
#include "look.h"

#define DT format_find("datatourisme")
#define CAPDATA format_find("capdata")
#define TTL "datatourisme/datatourisme.ttl"
#define RDF "capdata/capdata-export.rdf"
#define BASE "https://agenda.example/odus/id/"

/* What FORMAT says of TYPE/UID of a record. */
static const char *about(const char *path, const char *type, const char *uid)
{
    char key[200];

    snprintf(key, sizeof(key), BASE "%s/%s", type, uid);
    return look_piece(path, key);
}

/* --- the two tables --------------------------------------------------------------- */

static void rdf__datatourisme__minimal_event(void **state)
{
    const char *seance = look_performance(DESK_EMPTY, 0)->uid;
    char expected[1500];

    (void)state;
    desk_make(DT, DESK_EMPTY);
    snprintf(expected, sizeof(expected),
            "<" BASE "seance/%s>\n    a dt:Period ;\n"
            "    dt:startDate \"2026-12-20\"^^xsd:date ;\n",
            seance);
    look_has(about(TTL, "seance", seance), expected);
    look_has(about(TTL, "seance", seance), "dt:startTime \"20:30:00\"^^xsd:time ;\n");
    look_has(about(TTL, "evenement", desk_uid(DESK_EMPTY)),
            "    rdfs:label \"Minimum\"@fr ;\n");
    look_has(about(TTL, "lieu", desk_uid(DESK_CHURCH)),
            "    rdfs:label \"Église Saint-Marcellin\"@fr ;\n");
    look_has(desk_file(DT, TTL),
            "@prefix dt: <https://www.datatourisme.fr/ontology/core#> .\n");
}

static void rdf__datatourisme__rich_event(void **state)
{
    const char *event;

    (void)state;
    desk_make(DT, DESK_RICH);
    event = about(TTL, "evenement", desk_uid(DESK_RICH));
    look_has(event, "a dt:TheaterEvent ;\n");
    look_has(event, "rdfs:label \"Il gabbiano a Briançon\"@it ;\n");
    assert_int_equal(look_count(event, "dt:takesPlaceAt <"), 6);
    assert_int_equal(look_count(event, "dt:offers <"), 3);
    look_has(event, "dct:license <https://www.etalab.gouv.fr/");
    look_has(event, "dc:publisher \"Les Alpes en scène\"");
    look_has(about(TTL, "seance", look_performance(DESK_RICH, 2)->uid),
            "schema:eventStatus schema:EventCancelled");
    look_has(about(TTL, "lieu", desk_uid(DESK_THEATRE)),
            "dt:reducedMobilityAccess \"true\"^^xsd:boolean");
    look_has(
            look_piece(TTL, "#address.hasAddressCity"), "a dt:City ;\n    dt:insee \"");
    look_has(look_piece(TTL, "#tarifs.t2.priceSpecification"),
            "    schema:minPrice \"8\"^^xsd:decimal ;\n"
            "    schema:maxPrice \"10\"^^xsd:decimal ;\n");
    look_has(look_piece(TTL, "#hasDescription"),
            "dc:description \"# Un titre\\n\\nDu **gras**");
}

static void rdf__capdata__rich_event(void **state)
{
    const char *production;

    (void)state;
    desk_make(CAPDATA, DESK_RICH);
    production = about(RDF, "spectacle", desk_uid(DESK_SHOW));
    look_has(production, "<rdf:type rdf:resource=\"urn:x-capdata:Production\"/>\n");
    look_has(production,
            "<capdata:titre xml:lang=\"en\">The Seagull of the peaks</capdata:titre>");
    look_has(about(RDF, "personne", desk_uid(DESK_ACTRESS)),
            "<capdata:nom>Martin</capdata:nom>");
    look_has(about(RDF, "structure", desk_uid(DESK_ORGANISER)),
            "<capdata:siret>26050009700013</capdata:siret>");
    look_has(about(RDF, "seance", look_performance(DESK_RICH, 1)->uid),
            "rdf:datatype=\"http://www.w3.org/2001/XMLSchema#dateTime\">"
            "2026-10-25T02:15:00+01:00<");
    look_has(about(RDF, "seance", look_performance(DESK_RICH, 1)->uid),
            "XMLSchema#boolean\">false</capdata:annulation>");
    look_has(about(RDF, "seance", look_performance(DESK_RICH, 2)->uid),
            "XMLSchema#boolean\">true</capdata:annulation>");
    look_lacks(desk_file(CAPDATA, RDF), desk_uid(DESK_SHY));
}

static void rdf__day_without_an_hour__is_a_date(void **state)
{
    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101',"
            "'seances': [{'id': 'a', 'debut': '2026-12-05[Europe/Paris]'}]");
    desk_make(CAPDATA, 900);
    look_has(about(RDF, "seance", look_performance(900, 0)->uid),
            "<capdata:dateDebut rdf:datatype=\"http://www.w3.org/2001/XMLSchema#date\">"
            "2026-12-05<");
}

static void rdf__nasty_event__is_escaped(void **state)
{
    const char *turtle, *xml;

    (void)state;
    desk_make(DT, DESK_NASTY);
    turtle = about(TTL, "evenement", desk_uid(DESK_NASTY));
    look_has(turtle, "rdfs:label \"=cmd|' /C calc'!A0 \\\"«😀» ]]> </script><b>");
    look_has(turtle, "\"+1; DROP TABLE \\\\n\"@en");
    desk_make(CAPDATA, DESK_NASTY);
    xml = about(RDF, "evenement", desk_uid(DESK_NASTY));
    look_has(xml, "&quot;«😀» ]]&gt; &lt;/script&gt;&lt;b&gt;&amp;amp;");
}

/* A record that two events name is described in the same words. */
static void rdf__shared__is_the_same_from_everywhere(void **state)
{
    (void)state;
    look_same_alone(DT);
    desk_clear();
    look_same_alone(CAPDATA);
}

static void rdf__rows__of_two_tables_have_two_names(void **state)
{
    size_t n, named = 0;
    const struct desk_piece *all;

    (void)state;
    desk_put("evenement", 900,
            "'titre': {'fr': 'T'}, 'mode': 'presentiel', 'lieu': '@101',"
            "'tarifs': [{'id': 'x y', 'categorie': 'plein', 'prix_min_cts': 100}, "
            "{'categorie': 'reduit', 'prix_min_cts': 50}],"
            "'seances': [{'id': 'a', 'debut': '2026-12-05T20:30[Europe/Paris]'}]");
    desk_make(DT, 900);
    all = desk_pieces(&n);
    for (size_t i = 0; i < n; i++)
        named += strstr(all[i].key, "#tarifs.") != NULL;
    assert_int_equal(named, 2); /* one and its price; without an id a row has none */
    look_has(look_piece(TTL, "#tarifs.x y"), "#tarifs.x%20y>\n    a schema:Offer");
    look_lacks(desk_file(DT, TTL), "(null)");
}

/* --- writing ---------------------------------------------------------------------- */

static struct rdf_graph graph;
static struct buf out;

static void add(const char *subject, const char *predicate, enum rdf_object kind,
        const char *object, const char *lang, const char *type)
{
    rdf_add(&graph, &(struct rdf_triple){.subject = (char *)subject,
                            .predicate = (char *)predicate,
                            .object = (char *)object,
                            .kind = kind,
                            .lang = (char *)lang,
                            .type = (char *)type});
}

static int start(void **state)
{
    (void)state;
    buf_init(&out, 0);
    add("https://a.fr/2", "p:x", RDF_TEXT, "deux", NULL, NULL);
    add("https://a.fr/1", "a", RDF_NAME, "p:C", NULL, NULL);
    add("https://a.fr/2", "p:y", RDF_IRI, "https://a.fr/é \"<>", NULL, NULL);
    add("https://a.fr/1", "p:x", RDF_TEXT, "\"\\\n\r\x01\t</x>&", "fr", NULL);
    add("https://a.fr/1", "p:d", RDF_TEXT, "1", NULL, "p:int");
    rdf_sort(&graph);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_release(&out);
    rdf_release(&graph);
    return 0;
}

#define TABLE "# a table\nprefix p https://p.fr/\n[x]\n"

static void rdf__turtle__whole(void **state)
{
    size_t next;

    (void)state;
    next = rdf_write(&graph, 0, RDF_TURTLE, TABLE, &out);
    assert_int_equal(next, 3);
    assert_int_equal(rdf_write(&graph, next, RDF_TURTLE, TABLE, &out), 5);
    assert_string_equal(out.s,
            "<https://a.fr/1>\n    a p:C ;\n"
            "    p:x \"\\\"\\\\\\n\\r\t</x>&\"@fr ;\n    p:d \"1\"^^p:int .\n\n"
            "<https://a.fr/2>\n    p:x \"deux\" ;\n"
            "    p:y <https://a.fr/é%20%22%3C%3E> .\n\n");
}

static void rdf__xml__whole(void **state)
{
    (void)state;
    (void)rdf_write(
            &graph, rdf_write(&graph, 0, RDF_XML, TABLE, &out), RDF_XML, TABLE, &out);
    assert_string_equal(out.s,
            "<rdf:Description rdf:about=\"https://a.fr/1\">\n"
            "  <rdf:type rdf:resource=\"https://p.fr/C\"/>\n"
            "  <p:x xml:lang=\"fr\">&quot;\\\n\n\t&lt;/x&gt;&amp;</p:x>\n"
            "  <p:d rdf:datatype=\"https://p.fr/int\">1</p:d>\n"
            "</rdf:Description>\n"
            "<rdf:Description rdf:about=\"https://a.fr/2\">\n"
            "  <p:x>deux</p:x>\n"
            "  <p:y rdf:resource=\"https://a.fr/é%20%22%3C%3E\"/>\n"
            "</rdf:Description>\n");
}

static void rdf__prefixes__by_the_table(void **state)
{
    (void)state;
    assert_true(rdf_expand(TABLE, "p:x", &out));
    assert_string_equal(out.s, "https://p.fr/x");
    assert_false(rdf_expand(TABLE, "q:x", &out));
    assert_false(rdf_expand("", "p:x", &out));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, desk_close)
#define WRITE(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(rdf__datatourisme__minimal_event),
            TEST(rdf__datatourisme__rich_event),
            TEST(rdf__capdata__rich_event),
            TEST(rdf__day_without_an_hour__is_a_date),
            TEST(rdf__nasty_event__is_escaped),
            TEST(rdf__shared__is_the_same_from_everywhere),
            TEST(rdf__rows__of_two_tables_have_two_names),
            WRITE(rdf__turtle__whole),
            WRITE(rdf__xml__whole),
            WRITE(rdf__prefixes__by_the_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
