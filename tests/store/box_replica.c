#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box_replica.h"
#include "odus/base/mem.h"
#include "quotes.h"

static struct err err;

static void add_revs(struct replica_doc *d, const char *revs)
{
    struct view rest = view_of(revs), rev;
    size_t cap = 0;

    while (view_next(&rest, ' ', &rev)) {
        d->revs = mem_grow(d->revs, d->nrevs, &cap, sizeof(*d->revs));
        snprintf(d->revs[d->nrevs++], REV_MAX, "%.*s", (int)rev.n, rev.p);
    }
}

struct replica_doc box_doc(const char *uid, const char *revs, const char *more)
{
    struct replica_doc d = {.deleted = *revs == '!'};
    struct buf text;

    snprintf(d.uid, sizeof(d.uid), "%s", uid);
    add_revs(&d, revs + d.deleted);
    buf_init(&text, 0);
    buf_addf(&text, "{'_id':'%s'%s%s}", uid, *more ? "," : "", more);
    quotes(text.s);
    assert_int_equal(json_parse(buf_view(&text), 0, &d.json, &err), 0);
    buf_clear(&text);
    json_canonical(d.json, &text);
    d.body = buf_take(&text);
    return d;
}

enum replica_outcome box_pull_to(struct store *store, struct forms *forms, int64_t peer,
        const char *container, const char *uid, const char *revs, const char *more)
{
    struct replica_doc d = box_doc(uid, revs, more);
    struct replica_slice slice = {
            .peer = peer, .container = container, .docs = &d, .n = 1};
    enum replica_outcome outcome = REPLICA_REFUSED;

    assert_int_equal(replica_apply(store, forms, &slice, &outcome, NULL, &err), 0);
    replica_doc_release(&d);
    return outcome;
}

enum replica_outcome box_pull(struct store *store, struct forms *forms, int64_t peer,
        const char *uid, const char *revs, const char *more)
{
    return box_pull_to(store, forms, peer, "commons", uid, revs, more);
}

int64_t box_peer(struct store *store, const char *url)
{
    int64_t peer = 0;

    assert_int_equal(replica_peer(store, url, &peer, NULL, &err), 0);
    return peer;
}

const char *box_leaves(struct store *store, const char *uid)
{
    static char text[500];
    struct replica_leaf *leaves = NULL;
    size_t n = 0, at = 0;

    assert_int_equal(replica_leaves(store, uid, &leaves, &n, &err), 0);
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s%s", i ? " " : "",
                leaves[i].deleted ? "!" : "", leaves[i].rev);
    free(leaves);
    return text;
}

const char *box_outbox(struct store *store, int64_t peer, const char *container,
        const char *author, size_t limit)
{
    static char text[1000];
    struct replica_out out = {.peer = peer,
            .container = container,
            .author = author,
            .limit = limit,
            .bytes = 100000};
    int64_t after[2] = {0, 0};
    size_t at = 0, n = 1;

    for (text[0] = '\0'; n;) {
        struct replica_doc *docs = NULL;

        assert_int_equal(replica_outbox(store, &out, after, &docs, &n, &err), 0);
        assert_true(n <= limit);
        for (size_t i = 0; i < n; i++)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s", at ? " " : "",
                    docs[i].revs[0]);
        replica_docs_free(docs, n);
    }
    return text;
}
