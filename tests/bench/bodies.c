#include "bench/bodies.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/corpus.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/repl/wire.h"

/* As src/sync/push.c begins, and goes on where a link is good. */
enum { BATCH_FIRST = 100, BATCH_MOST = 500, BYTES = 900 * 1024 };

static struct err err;

static void must(int rc)
{
    struct buf text;

    if (rc >= 0)
        return;
    buf_init(&text, 0);
    err_text(&err, NULL, &text);
    fprintf(stderr, "bodies: %s\n", text.s);
    exit(1);
}

static struct store *fill(const char *dir, int first, int n, int64_t *ret_peer)
{
    struct store_options opt = {.dir = dir};
    struct store *store;

    corpus_init();
    must(store_open(&opt, &store, &err));
    must(corpus_add(store, first, n, &err));
    must(replica_peer(store, "http://127.0.0.1", ret_peer, NULL, &err));
    return store;
}

static void write_body(
        const char *dir, int number, const struct replica_doc *docs, size_t n)
{
    char *path = xasprintf("%s/%d", dir, number);
    struct buf body;

    buf_init(&body, 0);
    wire_bulk_docs(docs, n, &body);
    must(file_write_atomic(path, buf_view(&body), 0600, &err));
    buf_release(&body);
    free(path);
}

void bodies_make(const char *dir, int first, int n)
{
    struct replica_out out = {.container = "commons",
            .author = "Anne",
            .limit = BATCH_FIRST,
            .bytes = BYTES};
    struct store *store = fill(dir, first, n, &out.peer);
    int64_t after[2] = {0, 0};
    int count = 0;

    for (;;) {
        struct replica_doc *docs = NULL;
        size_t some = 0;

        must(replica_outbox(store, &out, after, &docs, &some, &err));
        if (some > 0)
            write_body(dir, count++, docs, some);
        replica_docs_free(docs, some);
        if (some == 0)
            break;
        out.limit = out.limit * 2 < BATCH_MOST ? out.limit * 2 : BATCH_MOST;
    }
    store_close(store);
}
