/*
 * Events of schema.org (release 30.0), in a file of JSON-LD or in the scripts of a web
 * page. Its contexts are not fetched: the names are taken as schema.org has them, which
 * is what pages mean.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "odus/base/utf8.h"
#include "source_html.h"
#include "source_json.h"
#include "source_ld_event.h"
#include "source_text.h"

enum { DOCUMENT_MAX = 8 * 1024 * 1024, PLACE_SIZE = 64 };

struct reader {
    const struct source_options *opt;
    const struct source_sink *sink;
    bool in_page;
    size_t events;
};

/* --- one event -------------------------------------------------------------------- */

/* An event that we delivered is called ".../id/evenement/UID" (ident.h). */
static struct view without_address(struct view id)
{
    static const char mark[] = "/id/evenement/";
    const char *at = id.n ? memmem(id.p, id.n, mark, sizeof(mark) - 1) : NULL;
    struct view uid = {at ? at + sizeof(mark) - 1 : NULL, 0};

    if (!at)
        return id;
    uid.n = (size_t)(id.p + id.n - uid.p);
    return uuid_valid(uid) ? uid : id;
}

/* What a document calls something is known elsewhere, unless it holds there alone. */
static bool is_global(struct view id)
{
    return source_starts(id, "http://") || source_starts(id, "https://") ||
           source_starts(id, "urn:");
}

/* A performance that bears the name of its series is a part of that event, whichever
 * document it stands in. Empty: it is an event by itself. */
static struct view whole_of(const struct ld_graph *graph, const struct json *event)
{
    const struct json *series = ld_series(graph, event);
    struct view id = json_as_view(json_get(series, "@id"));

    if (!is_global(id) || ld_is(event, "EventSeries") ||
            !source_same_words(ld_text(json_get(series, "name")),
                    ld_text(json_get(event, "name"))))
        return (struct view){0};
    return without_address(id);
}

/* What it calls itself: an identifier before a page, a page before its content. */
static void identify(const struct json *event, struct buf *out)
{
    const struct json *id = json_get(event, "identifier");
    char hash[HASH_128_TEXT];

    buf_addv(out, without_address(ld_text(json_get(event, "@id"))));
    if (out->len == 0 && json_kind(id) == JSON_KIND_OBJECT)
        buf_addv(out, ld_text(json_get(id, "value")));
    if (out->len == 0)
        buf_addv(out, ld_text(id));
    if (out->len == 0)
        buf_addv(out, ld_text(json_get(event, "url")));
    if (out->len)
        return;
    hash_blake2b128((struct view[]){ld_text(json_get(event, "name")),
                            ld_text(json_get(event, "startDate"))},
            2, hash);
    buf_adds(out, hash);
}

static int propose(struct reader *r, const struct ld_graph *graph,
        const struct ld_node *node, const char *place, struct err *err)
{
    struct proposal p;
    struct ld_event e = {&p, graph, node, r->opt->zone, false};
    struct err why = {0};
    struct buf id;
    int rc;

    buf_init(&id, 0);
    buf_addv(&id, whole_of(graph, node->json));
    e.part = id.len > 0;
    if (!e.part)
        identify(node->json, &id);
    proposal_init(&p, r->opt, "jsonld", buf_view(&id), place);
    if (e.part)
        json_set_take(p.source, "partie", json_bool(true));
    ld_event_fields(&e);
    ld_event_places(&e);
    ld_event_offers(&e);
    if (ld_event_dates(&e, &why))
        rc = proposal_refuse(r->sink, place, &why, err);
    else
        rc = proposal_give(&p, r->sink, err);
    proposal_release(&p);
    buf_release(&id);
    return rc;
}

/* --- documents -------------------------------------------------------------------- */

static void place_of(const struct reader *r, int number, size_t i, char out[PLACE_SIZE])
{
    if (r->in_page)
        snprintf(out, PLACE_SIZE, "script %d, event %zu", number, i);
    else
        snprintf(out, PLACE_SIZE, "event %zu", i);
}

static int read_graph(
        struct reader *r, const struct json *doc, int number, struct err *err)
{
    struct ld_graph graph;
    char place[PLACE_SIZE];
    size_t nth = 0;
    int rc = 0;

    ld_graph_init(&graph, doc);
    for (size_t i = 0; i < graph.n && rc == 0; i++) {
        if (graph.nodes[i].leader >= 0)
            continue;
        r->events++;
        place_of(r, number, ++nth, place);
        rc = propose(r, &graph, &graph.nodes[i], place, err);
    }
    ld_graph_release(&graph);
    return rc;
}

/* What stands within a CDATA section, which scripts of old pages have. */
static struct view in_cdata(struct view text)
{
    const char *start = memmem(text.p, text.n, "<![CDATA[", 9), *end;

    if (!start)
        return text;
    start += 9;
    text.n -= (size_t)(start - text.p);
    text.p = start;
    end = memmem(text.p, text.n, "]]>", 3);
    return end ? (struct view){text.p, (size_t)(end - text.p)} : text;
}

/* From the first bracket to the last: comments may stand around them. */
static struct view unwrap(struct view text)
{
    size_t start = 0, end;

    text = in_cdata(text);
    end = text.n;
    while (start < end && text.p[start] != '{' && text.p[start] != '[')
        start++;
    while (end > start && text.p[end - 1] != '}' && text.p[end - 1] != ']')
        end--;
    return (struct view){text.p + start, end - start};
}

/* Line ends within texts, which many pages have, are no JSON; blanks are. */
static int parse_with_controls(struct view text, struct json **ret, struct err *err)
{
    struct buf clean;
    bool latin;
    int rc;

    buf_init(&clean, 0);
    for (size_t i = 0; i < text.n; i++)
        buf_addc(&clean, (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
    rc = source_parse(buf_view(&clean), ret, &latin, err);
    buf_release(&clean);
    return rc;
}

static int read_document(void *ctx, struct view text, int number, struct err *err)
{
    struct reader *r = ctx;
    struct json *doc = NULL;
    struct err why = {0};
    char place[PLACE_SIZE];
    bool latin;
    int rc;

    if (r->in_page)
        text = unwrap(text);
    if (source_parse(text, &doc, &latin, &why) && r->in_page &&
            parse_with_controls(text, &doc, NULL))
        doc = NULL;
    if (!doc && !r->in_page) {
        *err = why;
        return why.code;
    }
    if (!doc) {
        snprintf(place, sizeof(place), "script %d", number);
        return proposal_refuse(r->sink, place, &why, err);
    }
    rc = read_graph(r, doc, number, err);
    json_free(doc);
    return rc;
}

int source_jsonld(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err)
{
    struct reader r = {.opt = opt, .sink = sink};
    struct buf text;
    struct view all;
    int rc = file_read(file, DOCUMENT_MAX, &text, err);

    all = view_trim(buf_view(&text));
    if (source_starts(all, "\xEF\xBB\xBF"))
        all = view_trim((struct view){all.p + 3, all.n - 3});
    r.in_page = all.n && *all.p == '<';
    if (rc == 0)
        rc = r.in_page ? source_html_scripts(all, read_document, &r, err)
                       : read_document(&r, all, 1, err);
    if (rc == 0 && r.events == 0)
        rc = err_set(err, ERR_INVALID, N_("there is no event of schema.org in it"));
    if (rc == 0)
        rc = proposal_progress(sink, (int64_t)text.len, (int64_t)text.len, err);
    buf_release(&text);
    return rc;
}
