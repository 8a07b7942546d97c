/* _changes: page by page from the store, so that the size of an answer does not matter,
 * and kept open while there is nothing (feed=longpoll). */
#include "priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/repl/wire.h"

enum {
    PAGE = 500,        /* rows read at once */
    PIECE = 64 * 1024, /* bytes given out at once, about */
    TIMEOUT_MS = 60 * 1000,
    HEARTBEAT_MIN_MS = 1000,
    HEARTBEAT_MAX_MS = 60 * 1000,
};

struct feed {
    struct serve *serve;
    char container[REPLICA_NAME_MAX];
    bool visitor;
    char name[64], address[64]; /* for those who watch */
    int64_t since, limit, sent;
    int64_t heartbeat_ms, until_ms, beat_ms;
    bool longpoll, all_leaves, with_docs, conflicts;
    bool begun, done;
    struct json *only; /* ids: an object; NULL: all */
    struct replica_change *page;
    size_t n, at;
};

static void feed_free(void *ctx)
{
    struct feed *f = ctx;

    replica_changes_free(f->page, f->n);
    json_free(f->only);
    free(f);
}

static void load_page(struct feed *f, size_t limit, int64_t *ret_last, bool *ret_failed)
{
    replica_changes_free(f->page, f->n);
    f->page = NULL;
    f->n = f->at = 0;
    *ret_failed = replica_changes(f->serve->opt.store, f->container, f->since, limit,
                          &f->page, &f->n, ret_last, NULL) < 0;
}

/* Puts the document of CHANGE into OUT, where the feed has documents. False: it may not
 * leave. */
static bool read_doc(
        struct feed *f, const struct replica_change *change, struct buf *out)
{
    const struct place here = {f->serve, f->container, f->visitor};
    struct replica_doc doc = {.body = NULL};
    struct json *json;

    if (!change->deleted && !f->conflicts && place_may_tell(&here, &change->winner)) {
        if (f->with_docs && replica_winner(f->serve->opt.store, change, &doc, NULL))
            return false;
        if (f->with_docs)
            wire_plain_text(&doc, out);
        replica_doc_release(&doc);
        return true;
    }
    json = doc_read(&here, change->uid, NULL, false, f->conflicts, NULL);
    if (json && f->with_docs)
        json_canonical(json, out);
    json_free(json);
    return json != NULL;
}

static void put_row(
        struct feed *f, const struct replica_change *change, struct buf *out)
{
    struct replica_change row = *change;
    struct buf doc;

    buf_init(&doc, 0);
    /* of what may not leave only its end is told */
    if ((row.deleted && !f->with_docs) || read_doc(f, change, &doc) || row.deleted) {
        if (!f->all_leaves && row.nleaves > 1)
            row.nleaves = 1;
        if (f->sent++)
            buf_adds(out, ",\n");
        wire_write_change(&row, buf_view(&doc), out);
    }
    buf_release(&doc);
}

static void finish(struct feed *f, int64_t last, struct buf *out)
{
    int64_t pending = replica_seq(f->serve->opt.store) - last;

    buf_addf(out, "\n],\n\"last_seq\":%" PRId64 ",\"pending\":%" PRId64 "}\n", last,
            f->limit >= 0 && f->sent >= f->limit && pending > 0 ? pending : 0);
    f->done = true;
    if (f->sent && f->with_docs)
        serve_tell(f->serve,
                &(struct serve_activity){
                        .name = f->name, .address = f->address, .docs = f->sent});
}

/* Nothing there: a beat now and then, until the time is over. */
static enum stream_state wait_more(
        struct feed *f, int64_t last, struct buf *out, int64_t *ret_wake_ms)
{
    int64_t now_ms = clock_mono_ms();

    if (f->serve->stopping || (!f->heartbeat_ms && now_ms >= f->until_ms)) {
        finish(f, last, out);
        return STREAM_END;
    }
    if (f->heartbeat_ms && now_ms >= f->beat_ms) {
        buf_addc(out, '\n');
        f->beat_ms = now_ms + f->heartbeat_ms;
    }
    *ret_wake_ms = f->heartbeat_ms ? f->beat_ms : f->until_ms;
    return STREAM_WAIT;
}

static enum stream_state feed_next(void *ctx, struct buf *out, int64_t *ret_wake_ms)
{
    struct feed *f = ctx;

    if (f->done)
        return STREAM_END;
    if (!f->begun)
        buf_adds(out, "{\"results\":[\n");
    f->begun = true;
    while (out->len < PIECE) {
        int64_t left = f->limit < 0 ? PAGE : f->limit - f->sent;
        int64_t last = f->since;
        bool failed = false;

        if (left > 0 && f->at == f->n)
            load_page(f, left < PAGE ? (size_t)left : PAGE, &last, &failed);
        if (failed)
            return STREAM_FAILED;
        if (left <= 0 || f->at == f->n) {
            if (left > 0 && f->longpoll && !f->sent)
                return wait_more(f, last, out, ret_wake_ms);
            finish(f, last, out);
            return STREAM_END;
        }
        f->since = f->page[f->at].seq;
        if (!f->only || json_get(f->only, f->page[f->at].uid))
            put_row(f, &f->page[f->at], out);
        f->at++;
    }
    return STREAM_MORE;
}

/* --- what is asked for --------------------------------------------------------- */

static bool read_since(struct call *c, struct feed *f)
{
    const char *given = uri_get(&c->uri, "since");

    if (given && strcmp(given, "now") == 0) {
        f->since = replica_seq(c->serve->opt.store);
        return true;
    }
    return uri_int(&c->uri, "since", &f->since) >= 0 && f->since >= 0;
}

/* A number of milliseconds, or `true` for the usual one. */
static bool read_ms(struct call *c, const char *key, int64_t usual, int64_t *ret)
{
    if (uri_bool(&c->uri, key)) {
        *ret = usual;
        return true;
    }
    return uri_int(&c->uri, key, ret) >= 0 && *ret >= 0;
}

static bool read_times(struct call *c, struct feed *f)
{
    int64_t timeout_ms = TIMEOUT_MS, now_ms = clock_mono_ms();

    if (!read_ms(c, "heartbeat", TIMEOUT_MS, &f->heartbeat_ms) ||
            !read_ms(c, "timeout", TIMEOUT_MS, &timeout_ms))
        return false;
    if (f->heartbeat_ms && f->heartbeat_ms < HEARTBEAT_MIN_MS)
        f->heartbeat_ms = HEARTBEAT_MIN_MS;
    if (f->heartbeat_ms > HEARTBEAT_MAX_MS)
        f->heartbeat_ms = HEARTBEAT_MAX_MS;
    f->until_ms = now_ms + (timeout_ms < TIMEOUT_MS ? timeout_ms : TIMEOUT_MS);
    f->beat_ms = now_ms + f->heartbeat_ms;
    return true;
}

/* filter=_doc_ids: the ids as the keys of an object. */
static bool read_ids(struct call *c, struct feed *f)
{
    const char *filter = uri_get(&c->uri, "filter");
    struct json *given = json_retain(json_get(c->body, "doc_ids"));
    bool ok;

    if (!filter || strcmp(filter, "_doc_ids") != 0) {
        json_free(given);
        return !filter;
    }
    ok = given || uri_json(&c->uri, "doc_ids", &given) == 1;
    ok = ok && json_kind(given) == JSON_KIND_ARRAY &&
         json_len(given) <= SERVE_BATCH_MAX;
    f->only = json_new_object();
    for (size_t i = 0; ok && i < json_len(given); i++)
        if (json_as_text(json_at(given, i)))
            json_set_take(f->only, json_as_text(json_at(given, i)), json_bool(true));
    json_free(given);
    return ok;
}

static const char *read_feed(struct call *c, struct feed *f)
{
    const char *feed = uri_get(&c->uri, "feed");
    const char *style = uri_get(&c->uri, "style");

    f->longpoll = feed && strcmp(feed, "longpoll") == 0;
    f->all_leaves = style && strcmp(style, "all_docs") == 0;
    f->with_docs = uri_bool(&c->uri, "include_docs");
    f->conflicts = uri_bool(&c->uri, "conflicts");
    if (feed && !f->longpoll && strcmp(feed, "normal") != 0)
        return "The feed is normal or longpoll here.";
    if (uri_bool(&c->uri, "descending"))
        return "Changes come in their order only.";
    if (!read_since(c, f))
        return "Malformed sequence supplied in 'since' parameter.";
    if (uri_int(&c->uri, "limit", &f->limit) < 0 || f->limit < -1)
        return "Invalid value for limit.";
    if (!read_times(c, f))
        return "Invalid value for timeout or heartbeat.";
    if (!read_ids(c, f))
        return "The only filter here is _doc_ids.";
    if (f->limit == 0)
        f->limit = 1; /* as CouchDB does */
    return NULL;
}

void changes_feed(struct call *c)
{
    struct feed *f = xcalloc(1, sizeof(*f));
    const char *wrong;

    f->serve = c->serve;
    f->limit = -1;
    snprintf(f->container, sizeof(f->container), "%s", c->container);
    f->visitor = auth_is_visitor(c);
    snprintf(f->name, sizeof(f->name), "%s", c->who.name);
    snprintf(f->address, sizeof(f->address), "%s", c->rq->address);
    wrong = read_feed(c, f);
    if (wrong) {
        answer_error(c->answer, 400, "bad_request", wrong);
        feed_free(f);
        return;
    }
    c->answer->status = 200;
    c->answer->stream = (struct stream){feed_next, feed_free, f};
}
