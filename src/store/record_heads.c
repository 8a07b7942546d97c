/* All records at a glance, for whoever compares them with what it knows. */
#include "odus/store/record.h"

#include "priv.h"

static const char *text_or_blank(struct stmt *st, int col)
{
    const char *text = stmt_text(st, col).p;

    return text ? text : "";
}

int record_heads(struct store *store,
        int (*fn)(void *ctx, const struct record_head *head, struct err *err),
        void *ctx, struct err *err)
{
    struct stmt *st = db_query(store->data,
            "select e.uid, r.rev, e.type, e.status, r.deleted"
            " from entry e join record r on r.id = e.id order by e.uid",
            BIND_NONE);
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        const struct record_head head = {.uid = text_or_blank(st, 0),
                .rev = text_or_blank(st, 1),
                .type = text_or_blank(st, 2),
                .status = text_or_blank(st, 3),
                .deleted = stmt_int(st, 4) != 0};

        rc = fn(ctx, &head, err);
        if (rc) {
            stmt_reset(st);
            return rc;
        }
    }
    return rc;
}
