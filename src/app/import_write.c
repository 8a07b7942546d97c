/* Imported rows into the journal, some at a time. */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "odus/store/draft.h"
#include "odus/store/imported.h"
#include "odus/store/record.h"

/*
 * Rows of one transaction: few, so that whoever types meanwhile hardly waits for it.
 * The rules of a row do not see those that wait here.
 */
enum { QUEUE_MAX = 32 };

struct import_queue {
    struct draft drafts[QUEUE_MAX];
    struct summary summaries[QUEUE_MAX];
    size_t n;
    struct imported bases[QUEUE_MAX];
    size_t nbases;
};

struct import_queue *import_queue_new(void)
{
    return xcalloc(1, sizeof(struct import_queue));
}

static void empty(struct import_queue *q)
{
    while (q->n > 0) {
        q->n--;
        free(q->drafts[q->n].body);
        summary_release(&q->summaries[q->n]);
    }
    while (q->nbases > 0)
        free(q->bases[--q->nbases].body);
}

void import_queue_free(struct import_queue *q)
{
    if (q)
        empty(q);
    free(q);
}

bool import_is_there(struct import *im, const char *uid)
{
    char found[UUID_TEXT];

    for (size_t i = 0; i < im->queue->n; i++)
        if (strcmp(im->queue->drafts[i].uid, uid) == 0)
            return true;
    return record_find(im->app->store, uid, found, NULL) == 0;
}

static char *body_text(const struct rec *rec)
{
    struct json *body = body_write(rec, BODY_DRAFT);
    struct buf text;

    buf_init(&text, 0);
    json_canonical(body, &text);
    json_free(body);
    return buf_take(&text);
}

int import_flush(struct import *im, struct err *err)
{
    struct import_queue *q = im->queue;
    int rc = 0;

    /* first: one without its draft says nothing, a draft without it cannot be merged */
    if (q->nbases)
        rc = imported_put(im->app->store, q->bases, q->nbases, err);
    if (rc == 0 && q->n)
        rc = draft_put_many(im->app->store, q->drafts, q->summaries, q->n, false, err);
    empty(q);
    return rc;
}

static void add_base(struct import_queue *q, const char *uid, const char *base)
{
    struct imported *b = &q->bases[q->nbases++];

    memcpy(b->uid, uid, sizeof(b->uid));
    b->body = xstrdup(base);
}

int import_write(struct import *im, const struct rec *rec, const char *uid,
        const char *base, struct err *err)
{
    struct import_queue *q = im->queue;
    struct draft *d = &q->drafts[q->n];
    struct summary *summary = &q->summaries[q->n];

    summary_build(im->app->forms, im->engine, rec, summary);
    *d = (struct draft){.type = im->form->name, .body = body_text(rec)};
    memcpy(d->uid, uid, sizeof(d->uid));
    memcpy(d->form_hash, im->form->hash, sizeof(d->form_hash));
    d->title = summary->title;
    q->n++;
    if (base)
        add_base(q, uid, base);
    return q->n == QUEUE_MAX ? import_flush(im, err) : 0;
}
