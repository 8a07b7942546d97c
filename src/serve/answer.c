#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

void answer_init(struct answer *a)
{
    *a = (struct answer){.status = 500};
    snprintf(a->type, sizeof(a->type), "application/json");
    buf_init(&a->body, 0);
}

void answer_release(struct answer *a)
{
    if (!a)
        return;
    if (a->stream.free)
        a->stream.free(a->stream.ctx);
    a->stream = (struct stream){.next = NULL};
    buf_release(&a->body);
}

void answer_json(struct answer *a, int status, struct json *body)
{
    a->status = status;
    buf_clear(&a->body);
    json_canonical(body, &a->body);
    buf_addc(&a->body, '\n');
    json_free(body);
}

void answer_ok(struct answer *a, int status)
{
    struct json *ok = json_new_object();

    json_set_take(ok, "ok", json_bool(true));
    answer_json(a, status, ok);
}

struct json *answer_error_json(const char *error, const char *reason)
{
    struct json *j = json_new_object();

    json_set_text(j, "error", error);
    json_set_text(j, "reason", reason);
    return j;
}

void answer_error(struct answer *a, int status, const char *error, const char *reason)
{
    answer_json(a, status, answer_error_json(error, reason));
}

char *answer_reason(const struct err *err)
{
    struct buf text;

    buf_init(&text, 0);
    if (err->id)
        err_text(err, NULL, &text);
    return buf_take(&text);
}

void answer_err(struct answer *a, const struct err *err)
{
    static const struct {
        int code, status;
        const char *error;
    } known[] = {
            {ERR_INVALID, 400, "bad_request"},
            {ERR_USAGE, 400, "bad_request"},
            {ERR_NOT_FOUND, 404, "not_found"},
            {ERR_CONFLICT, 409, "conflict"},
            {ERR_LIMIT, 413, "too_large"},
            {ERR_BUSY, 503, "busy"},
    };
    char *reason = answer_reason(err);

    answer_error(a, 500, "internal_server_error", reason);
    for (size_t i = 0; i < COUNT(known); i++)
        if (err->code == known[i].code)
            answer_error(a, known[i].status, known[i].error, reason);
    free(reason);
}
