/*
 * Reads any JSON as what servers of the replication protocol send: nothing crashes, and
 * a document that is taken is the same when it is sent on.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/repl/roles.h"
#include "odus/repl/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void check_doc(const struct replica_doc *d)
{
    struct json *sent = wire_write_doc(d);
    struct replica_doc again;
    bool whole = false;

    need(d->nrevs >= 1 && d->nrevs <= REPLICA_REVS_MAX);
    for (size_t i = 0; i < d->nrevs; i++)
        need(wire_rev(view_of(d->revs[i])) == wire_rev(view_of(d->revs[0])) - (int)i);
    need(wire_read_doc(sent, &again, &whole, NULL) == 0 && whole);
    need(strcmp(d->body, again.body) == 0 && strcmp(d->uid, again.uid) == 0);
    need(d->deleted == again.deleted && d->nrevs == again.nrevs);
    need(memcmp(d->revs[0], again.revs[0], strlen(d->revs[0])) == 0);
    replica_doc_release(&again);
    json_free(sent);
}

static void try_doc(const struct json *j)
{
    struct replica_doc d;
    bool whole = false;

    if (wire_read_doc(j, &d, &whole, NULL) < 0)
        return;
    check_doc(&d);
    replica_doc_release(&d);
}

static void try_changes(const struct json *j)
{
    struct wire_changes c;

    if (wire_read_changes(j, &c, NULL) < 0)
        return;
    need(c.nrows <= c.nseen && c.last && *c.last && c.pending >= -1);
    for (size_t i = 0; i < c.nrows; i++) {
        need(wire_is_record(c.rows[i].uid) && c.rows[i].nrevs > 0);
        for (size_t r = 0; r < c.rows[i].nrevs; r++)
            need(wire_rev(view_of(c.rows[i].revs[r])) > 0);
        try_doc(c.rows[i].doc);
    }
    wire_changes_release(&c);
}

static void must_have_words(void *ctx, const struct err *why)
{
    (void)ctx;
    need(why->code < 0 && why->id);
}

static void must_be_harmless(
        void *ctx, const struct replica_doc *doc, const char *error, const char *reason)
{
    (void)ctx, (void)doc;
    for (; *error; error++)
        need((unsigned char)*error >= ' ');
    for (; *reason; reason++)
        need((unsigned char)*reason >= ' ');
}

static void try_answers(const struct json *j)
{
    struct replica_doc *docs = NULL;
    size_t n = 0;

    if (wire_read_bulk_get(j, &docs, &n, must_have_words, NULL, NULL) < 0)
        return;
    for (size_t i = 0; i < n; i++)
        check_doc(&docs[i]);
    json_free(wire_revs_diff(docs, n));
    replica_docs_free(docs, n);
}

static void try_verdicts(const struct json *j)
{
    char revs[][REV_MAX] = {"1-a", "2-b"};
    struct replica_doc docs[] = {
            {.uid = "01900000-0000-7000-8000-00000000000a", .revs = revs, .nrevs = 1},
            {.uid = "01900000-0000-7000-8000-00000000000b",
                    .revs = revs + 1,
                    .nrevs = 1},
    };
    bool taken[2];

    if (wire_read_bulk_docs(j, docs, 2, taken, must_be_harmless, NULL, NULL) == 0)
        need(json_len(j) > 0 || (taken[0] && taken[1]));
    (void)wire_is_missing(j, docs[0].uid, revs[0]);
}

static void try_roles(const struct json *j)
{
    const char *const roles[] = {"organisateur", NULL};
    struct roles_user user = {.name = "anne", .roles = roles};
    struct err why = {0};

    if (roles_check(&user, json_get(j, "new"), json_get(j, "old"), false, &why) < 0)
        need(why.id != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *j = NULL;

    if (json_parse((struct view){(const char *)data, size}, 0, &j, NULL) < 0)
        return 0;
    try_doc(j);
    try_changes(j);
    try_answers(j);
    try_verdicts(j);
    try_roles(j);
    json_free(j);
    return 0;
}
