/* One format, one record at a time, without a folder. */
#include "odus/deliver/each.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "run_priv.h"

struct each {
    const struct format *format;
    struct store *store;
    struct gate *gate;
    struct delivery delivery;
    struct select select;
};

static const char *text_in(const struct json *query, const char *key)
{
    const char *text = json_get_text(query, key);

    return text && *text ? text : NULL;
}

void each_query(const struct json *q, struct search_query *ret)
{
    *ret = (struct search_query){.words = text_in(q, "words"),
            .type = text_in(q, "type"),
            .place = text_in(q, "place"),
            .organiser = text_in(q, "organiser"),
            .genre = text_in(q, "genre"),
            .status = text_in(q, "status"),
            .after = (int32_t)json_get_int(q, "after", SEARCH_ANY_DAY),
            .before = (int32_t)json_get_int(q, "before", SEARCH_ANY_DAY),
            .standing = (enum search_standing)json_get_int(q, "standing", 0),
            .memos = json_get_bool(q, "texts", false),
            .revisions = true};
}

int each_open(struct store *store, struct forms *forms, const struct run_options *opt,
        const struct format *format, struct each **ret, struct err *err)
{
    struct each *e = xcalloc(1, sizeof(*e));
    int rc;

    *e = (struct each){
            .format = format, .store = store, .gate = run_gate(store, forms)};
    e->delivery = run_delivery(opt, e->gate);
    rc = select_read(store, opt->query, &e->select, err);
    if (rc)
        each_close(e);
    else
        *ret = e;
    return rc;
}

void each_close(struct each *e)
{
    if (!e)
        return;
    select_release(&e->select);
    gate_free(e->gate);
    free(e);
}

struct walk {
    struct each *e;
    const char *type;
    int (*fn)(void *ctx, const char *uid, struct err *err);
    void *ctx;
};

static int visit(void *ctx, const struct record_head *head, struct err *err)
{
    const struct walk *w = ctx;
    bool gone = select_is_gone(head);

    if (strcmp(head->type, w->type) != 0)
        return 0;
    if (gone ? !(w->e->format->gone && w->e->select.all)
             : !select_has(&w->e->select, head->uid))
        return 0;
    return w->fn(w->ctx, head->uid, err);
}

int each_uid(struct each *e, const char *type,
        int (*fn)(void *ctx, const char *uid, struct err *err), void *ctx,
        struct err *err)
{
    struct walk w = {.e = e, .type = type, .fn = fn, .ctx = ctx};

    return record_heads(e->store, visit, &w, err);
}

int each_make(struct each *e, const char *uid, struct outlet *out, struct notice **ret,
        struct err *err)
{
    struct notice *n = NULL;
    int rc = notice_open(e->gate, uid, &n, err);

    if (rc == 0 && !format_takes(e->format, n))
        rc = err_set(err, ERR_NOT_FOUND,
                N_("the format %1$s makes nothing of the record %2$s"), e->format->name,
                uid);
    if (rc == 0) {
        e->format->make(&e->delivery, n, out);
        rc = gate_failure(e->gate, err);
    }
    if (rc == 0 && ret)
        *ret = n;
    else
        notice_free(n);
    return rc;
}

int each_picture(struct each *e, const char *path, struct buf *out, struct err *err)
{
    static const char folder[] = "images/";
    size_t n = strcspn(path, "."), before = sizeof(folder) - 1;
    char *hash;
    int rc;

    if (strncmp(path, folder, before) != 0 || n <= before) {
        buf_init(out, 0);
        return err_set(err, ERR_INVALID, N_("this is no picture: %1$s"), path);
    }
    hash = xstrndup(path + before, n - before);
    rc = gate_picture(e->gate, hash, out, err);
    free(hash);
    return rc;
}
