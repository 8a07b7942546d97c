/*
 * Mapping tables into RDF. A table is text, one statement a line (forms/
 * datatourisme.map explains it to those who write one):
 *
 *     prefix NAME IRI
 *     [KIND]                          what a record of this form, or a row, says
 *     PREDICATE = SOURCE
 *     STEP/PREDICATE = SOURCE         STEP(CLASS): a node of its own in between
 *
 * SOURCE: "text"; a field (..FIELD: of the record a row is in), with @ a text by
 * language, ^TYPE a literal of a datatype, > a link to a record, which is described
 * too, or to rows; FIELD>LIST.COLUMN the cell of a code as text, ^TYPE behind it as a
 * literal, ^iri as an address, FIELD>LIST.COLUMN:PREFIX as a name.
 */
#include "rdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ident.h"
#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/deliver/text.h"
#include "words.h"

enum { DEPTH_MAX = 6 /* links from the event on */ };

/* A node being described: what its fields are, and which section of the table says so.
 */
struct node {
    const char *kind; /* section */
    const char *type; /* form whose lists its codes are of */
    const struct json *body;
    const struct json *above; /* of a row: the body it is in */
    char *iri;
    int depth;
};

struct making {
    const struct rdf *rdf;
    const struct delivery *d;
    const struct notice *n;
    struct outlet *out;
    const char *table;
    struct json *seen; /* IRIs of what has been described, or is being */
    struct rdf_graph graph;
};

static void describe(struct making *m, const struct node *node);

/* --- statements ------------------------------------------------------------------ */

/* The next "NAME = SOURCE" of section KIND. REST starts with the section's text. */
static bool statement(struct view *rest, struct view *ret_path, struct view *ret_source)
{
    struct view line;

    while (view_next(rest, '\n', &line)) {
        line = view_trim(line);
        if (line.n && line.p[0] == '[')
            return false;
        if (!line.n || line.p[0] == '#' || !view_next(&line, '=', ret_path))
            continue;
        *ret_path = view_trim(*ret_path);
        *ret_source = view_trim(line);
        return true;
    }
    return false;
}

/* What follows "[KIND]". */
static bool section(const char *table, const char *kind, struct view *ret)
{
    struct view line;

    *ret = view_of(table);
    while (view_next(ret, '\n', &line)) {
        line = view_trim(line);
        if (line.n == strlen(kind) + 2 && line.p[0] == '[' &&
                memcmp(line.p + 1, kind, line.n - 2) == 0)
            return true;
    }
    return false;
}

/* --- subjects -------------------------------------------------------------------- */

static void say(struct making *m, const char *subject, const char *predicate,
        enum rdf_object kind, const char *object, const char *lang, const char *type)
{
    rdf_add(&m->graph, &(struct rdf_triple){.subject = (char *)subject,
                               .predicate = (char *)predicate,
                               .object = (char *)object,
                               .kind = kind,
                               .lang = (char *)lang,
                               .type = (char *)type});
}

/* Walks the steps of PATH from the node: each "PREDICATE(CLASS)/" is a node named after
 * its predicate. SUBJECT is the last one, *PREDICATE what is left; both owned. Nodes
 * are said only with SAID. */
static void steps(struct making *m, const struct node *node, struct view path,
        bool said, struct buf *subject, char **ret_predicate)
{
    struct view step;

    buf_adds(subject, node->iri);
    while (view_next(&path, '/', &step) && path.n) {
        struct view name;
        struct view class = step;
        char *predicate, *from = xstrdup(subject->s), *known = NULL;
        const char *local;

        view_next(&class, '(', &name);
        if (class.n)
            class.n--; /* the closing bracket */
        predicate = view_dup(view_trim(name));
        local = strchr(predicate, ':');
        buf_addf(subject, "%c%s", strchr(subject->s, '#') ? '.' : '#',
                local ? local + 1 : predicate);
        known = subject->s;
        if (said && !json_get(m->seen, known)) {
            char *of = view_dup(class);

            json_set_take(m->seen, known, json_bool(true));
            say(m, from, predicate, RDF_IRI, known, NULL, NULL);
            if (*of)
                say(m, known, "a", RDF_NAME, of, NULL, NULL);
            free(of);
        }
        free(from);
        free(predicate);
    }
    *ret_predicate = view_dup(step);
}

/* --- sources --------------------------------------------------------------------- */

/* A source in its parts; owned. */
struct source {
    char *field, *list, *column, *prefix, *type, *literal;
    bool by_language, link;
};

static void source_release(struct source *s)
{
    free(s->field);
    free(s->list);
    free(s->column);
    free(s->prefix);
    free(s->type);
    free(s->literal);
}

/* "LIST.COLUMN", "LIST.COLUMN^TYPE" or "LIST.COLUMN:PREFIX" behind the >, nothing for a
 * link. */
static void read_target(struct view rest, struct source *ret)
{
    struct view part, type = rest;

    ret->link = rest.n == 0;
    if (view_next(&type, '^', &part) && type.n) {
        ret->type = view_dup(type);
        rest = part;
    }
    if (view_next(&rest, '.', &part))
        ret->list = view_dup(part);
    if (view_next(&rest, ':', &part))
        ret->column = view_dup(part);
    if (rest.n)
        ret->prefix = view_dup(rest);
}

static void source_read(struct view text, struct source *ret)
{
    size_t end = 0;

    *ret = (struct source){0};
    if (text.n > 1 && text.p[0] == '"') {
        ret->literal = view_dup((struct view){text.p + 1, text.n - 2});
        return;
    }
    while (end < text.n && !strchr("@^>", text.p[end]))
        end++;
    ret->field = view_dup((struct view){text.p, end});
    if (end == text.n)
        return;
    if (text.p[end] == '@')
        ret->by_language = true;
    else if (text.p[end] == '^')
        ret->type = view_dup((struct view){text.p + end + 1, text.n - end - 1});
    else
        read_target((struct view){text.p + end + 1, text.n - end - 1}, ret);
}

/* --- values ---------------------------------------------------------------------- */

/* One statement under way. */
struct saying {
    struct making *m;
    const struct node *node;
    struct view path;
    const struct source *source;
};

/* A day needs no hour to be said: it is a date then, whatever the table calls it. */
static const char *type_of(const struct source *source, const char *object)
{
    bool instant = source->type && strcmp(source->type, "xsd:dateTime") == 0;

    return instant && !strchr(object, 'T') ? "xsd:date" : source->type;
}

static void say_object(const struct saying *s, enum rdf_object kind, const char *object,
        const char *lang)
{
    const char *type = kind == RDF_TEXT ? type_of(s->source, object) : NULL;
    struct buf subject;
    char *predicate;

    buf_init(&subject, 0);
    steps(s->m, s->node, s->path, true, &subject, &predicate);
    say(s->m, subject.s, predicate, kind, object, lang, type);
    free(predicate);
    buf_release(&subject);
}

static void say_code(const struct saying *s, const char *code)
{
    const struct source *source = s->source;
    const char *cell =
            gate_cell(s->m->d->gate, s->node->type, source->list, code, source->column);
    struct buf name;

    if (!cell)
        return;
    buf_init(&name, 0);
    if (source->prefix)
        buf_addf(&name, "%s:", source->prefix);
    buf_adds(&name, cell);
    say_object(s,
            source->prefix                                     ? RDF_NAME
            : source->type && strcmp(source->type, "iri") == 0 ? RDF_IRI
                                                               : RDF_TEXT,
            name.s, NULL);
    buf_release(&name);
}

/* A venue with the address of the house it is in, and `localite`; owned. */
static struct json *venue_body(const struct making *m, const struct json *body)
{
    static const char *const fields[] = {"adresse", "lat", "lon"};
    const struct json *at = words_located(m->n, body);
    struct json *venue = json_dup(body);

    for (size_t i = 0; at && i < sizeof(fields) / sizeof(fields[0]); i++)
        json_set_take(venue, fields[i], json_dup(json_get(at, fields[i])));
    json_set_text(venue, "localite", words_locality(m->d, at));
    return venue;
}

/* The record UID, which is described as well; an event describes itself. */
static void say_record(const struct saying *s, const char *uid)
{
    const struct json *body = notice_linked(s->m->n, uid);
    const char *type = body ? json_get_text(body, "type") : NULL;
    struct node to = {.kind = type, .type = type, .body = body};
    struct json *venue = NULL;
    struct buf iri;

    if (!type)
        return;
    if (strcmp(type, "lieu") == 0)
        to.body = venue = venue_body(s->m, body);
    buf_init(&iri, 0);
    ident(s->m->d, type, uid, &iri);
    say_object(s, RDF_IRI, iri.s, NULL);
    to.iri = iri.s;
    to.depth = s->node->depth + 1;
    if (strcmp(type, "evenement") != 0)
        describe(s->m, &to);
    buf_release(&iri);
    json_free(venue);
}

/* A row of the repeat FIELD: a node of its own in the section of that name. One that
 * has no name for life is not said. */
static void say_row(const struct saying *s, const struct json *row)
{
    const char *seance = json_get_text(row, "uid"), *id = json_get_text(row, "id");
    struct node to = {.kind = s->source->field,
            .type = s->node->type,
            .body = row,
            .above = s->node->body};
    struct buf iri;

    if (!seance && !id)
        return;
    buf_init(&iri, 0);
    if (seance)
        ident(s->m->d, "seance", seance, &iri);
    else
        buf_addf(&iri, "%s#%s.%s", s->node->iri, to.kind, id);
    say_object(s, RDF_IRI, iri.s, NULL);
    to.iri = iri.s;
    to.depth = s->node->depth + 1;
    describe(s->m, &to);
    buf_release(&iri);
}

static void say_number(const struct saying *s, const struct json *value)
{
    struct buf text;

    buf_init(&text, 0);
    json_canonical(value, &text);
    say_object(s, RDF_TEXT, text.s, NULL);
    buf_release(&text);
}

static void say_value(const struct saying *s, const struct json *value)
{
    const char *text = json_as_text(value);

    if (json_kind(value) == JSON_KIND_ARRAY) {
        for (size_t i = 0; i < json_len(value); i++)
            say_value(s, json_at(value, i));
    } else if (s->source->by_language && json_kind(value) == JSON_KIND_OBJECT) {
        for (struct json_iter it = {0}; json_iter(value, &it);)
            if (json_as_text(it.val))
                say_object(s, RDF_TEXT, json_as_text(it.val), it.key);
    } else if (json_kind(value) == JSON_KIND_OBJECT) {
        if (s->source->link)
            say_row(s, value);
    } else if (!text) {
        if (value)
            say_number(s, value);
    } else if (s->source->link) {
        say_record(s, text);
    } else if (s->source->list) {
        say_code(s, text);
    } else if (s->source->type && strcmp(s->source->type, "xsd:date") == 0) {
        char day[DATE_ISO_SIZE];

        snprintf(day, sizeof(day), "%s", text); /* of an instant */
        say_object(s, RDF_TEXT, day, NULL);
    } else {
        say_object(s, RDF_TEXT, text, s->source->by_language ? "fr" : NULL);
    }
}

static void say_statement(
        struct making *m, const struct node *node, struct view path, struct view text)
{
    struct source source;
    struct saying s = {.m = m, .node = node, .path = path, .source = &source};

    source_read(text, &source);
    if (source.literal)
        say_object(&s, RDF_TEXT, source.literal, NULL);
    else if (strchr(source.field, ':'))
        say_object(&s, RDF_NAME, source.field, NULL); /* a name of the vocabulary */
    else if (strncmp(source.field, "..", 2) == 0)
        say_value(&s, notice_at(node->above, source.field + 2));
    else
        say_value(&s, notice_at(node->body, source.field));
    source_release(&source);
}

/* --- nodes ----------------------------------------------------------------------- */

static void describe(struct making *m, const struct node *node)
{
    struct view rest, path, source;

    if (node->depth > DEPTH_MAX || json_get(m->seen, node->iri) ||
            !section(m->table, node->kind, &rest))
        return;
    json_set_take(m->seen, node->iri, json_bool(true));
    while (statement(&rest, &path, &source))
        say_statement(m, node, path, source);
}

/* DAY and HOUR are names for the two parts of the moment KEY. */
static void set_moment(struct json *row, const char *key, const char *day_key,
        const char *hour_key, const struct moment *at)
{
    char day[DATE_ISO_SIZE];
    struct buf text;

    json_set_text(row, key, NULL);
    if (!*at->zone)
        return;
    date_iso(at->days, day);
    json_set_text(row, day_key, day);
    buf_init(&text, 0);
    text_moment(at, &text);
    json_set_text(row, key, text.s);
    if (at->minutes != MOMENT_NO_HOUR) {
        buf_clear(&text);
        buf_addf(&text, "%02d:%02d:00", at->minutes / 60, at->minutes % 60);
        json_set_text(row, hour_key, text.s);
    }
    buf_release(&text);
}

static bool has(const struct json *texts, const char *text)
{
    for (size_t i = 0; i < json_len(texts); i++)
        if (strcmp(json_as_text(json_at(texts, i)), text) == 0)
            return true;
    return false;
}

static void set_euros(struct json *row, const char *key, const char *cents_key)
{
    int64_t cents = json_get_int(row, cents_key, -1);
    struct buf text;

    if (cents < 0)
        return;
    buf_init(&text, 0);
    text_cents(cents, &text);
    json_set_text(row, key, text.s);
    buf_release(&text);
}

/* The rates with `prix_min` and `prix_max` in euros; owned. */
static struct json *rates(const struct json *body)
{
    const struct json *rows = json_get(body, "tarifs");
    struct json *out = json_new_array();

    for (size_t i = 0; i < json_len(rows); i++) {
        struct json *row = json_dup(json_at(rows, i));

        set_euros(row, "prix_min", "prix_min_cts");
        set_euros(row, "prix_max", "prix_max_cts");
        json_push_take(out, row);
    }
    return out;
}

/* The event with its performances as a table sees them: `debut` and `fin` as instants,
 * `jour`, `heure`, `dernier_jour`, `heure_fin`, and where they take place; `lieux` are
 * all their venues, `editeur` who publishes. Owned. */
static struct json *event_body(const struct delivery *d, const struct notice *n)
{
    struct json *body = json_dup(n->body), *rows = json_new_array();
    struct json *places = json_new_array();

    for (size_t i = 0; i < n->noccurrences; i++) {
        const struct performance *p = &n->occurrences[i];
        struct json *row = json_dup(p->row);

        set_moment(row, "debut", "jour", "heure", &p->start);
        set_moment(row, "fin", "dernier_jour", "heure_fin", &p->end);
        json_set_text(row, "uid", p->uid);
        json_set_text(row, "statut", p->status);
        json_set_text(row, "lieu", *p->place ? p->place : NULL);
        if (!json_get(row, "dernier_jour"))
            json_set_text(row, "dernier_jour", json_get_text(row, "jour"));
        if (*p->place && !has(places, p->place))
            json_push_take(places, json_text(view_of(p->place)));
        json_push_take(rows, row);
    }
    json_set_take(body, "seances", rows);
    json_set_take(body, "lieux", places);
    json_set_take(body, "tarifs", rates(n->body));
    json_set_text(body, "editeur", *d->publisher ? d->publisher : NULL);
    return body;
}

/* --- the file -------------------------------------------------------------------- */

/* Each subject once. */
static void put_all(struct making *m)
{
    struct buf text;

    rdf_sort(&m->graph);
    buf_init(&text, 0);
    for (size_t i = 0; i < m->graph.n;) {
        const char *subject = m->graph.triples[i].subject;

        buf_clear(&text);
        i = rdf_write(&m->graph, i, m->rdf->syntax, m->table, &text);
        outlet_shared(m->out, m->rdf->path, NULL, subject, buf_view(&text));
    }
    buf_release(&text);
}

void rdf_make(const struct rdf *rdf, const struct delivery *d, const struct notice *n,
        struct outlet *out)
{
    struct making m = {.rdf = rdf,
            .d = d,
            .n = n,
            .out = out,
            .table = gate_table(d->gate, rdf->table)};
    struct json *body = event_body(d, n);
    struct node node = {.kind = n->type, .type = n->type, .body = body};
    struct buf iri;

    m.seen = json_new_object();
    buf_init(&iri, 0);
    ident(d, n->type, n->uid, &iri);
    node.iri = iri.s;
    describe(&m, &node);
    put_all(&m);
    rdf_release(&m.graph);
    buf_release(&iri);
    json_free(m.seen);
    json_free(body);
}

void rdf_head(const struct rdf *rdf, const struct delivery *d, struct buf *out)
{
    struct view rest = view_of(gate_table(d->gate, rdf->table)), name, iri;

    if (rdf->syntax == RDF_XML)
        buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF");
    while (rdf_prefix(&rest, &name, &iri)) {
        if (rdf->syntax == RDF_TURTLE) {
            buf_addf(out, "@prefix %.*s: <", (int)name.n, name.p);
            buf_addv(out, iri);
            buf_adds(out, "> .\n");
        } else {
            buf_addf(out, "\n  xmlns:%.*s=\"", (int)name.n, name.p);
            text_xml(iri, out);
            buf_addc(out, '"');
        }
    }
    buf_adds(out, rdf->syntax == RDF_XML ? ">\n" : "\n");
}

void rdf_foot(const struct rdf *rdf, struct buf *out)
{
    if (rdf->syntax == RDF_XML)
        buf_adds(out, "</rdf:RDF>\n");
}
