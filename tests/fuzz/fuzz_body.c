/* Reads any JSON as the body of a record; what is written back reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/json.h"
#include "odus/form/body.h"
#include "types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct rec *rec, enum body_kind kind)
{
    struct json *body = body_write(rec, kind);
    struct buf text;

    buf_init(&text, 0);
    json_canonical(body, &text);
    json_free(body);
    return buf_take(&text);
}

static void check_again(const struct form *form, const char *text)
{
    struct rec *rec = rec_new(form);
    struct json *body;
    char *again;

    if (json_parse(view_of(text), 0, &body, NULL) < 0 || body_read(body, rec, NULL) < 0)
        abort();
    again = written(rec, BODY_DRAFT);
    if (strcmp(again, text) != 0)
        abort();
    free(again);
    json_free(body);
    rec_free(rec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct form *form = types_form();
    struct json *body;
    struct rec *rec;
    char *text;

    if (json_parse((struct view){(const char *)data, size}, 0, &body, NULL) < 0)
        return 0;
    rec = rec_new(form);
    if (body_read(body, rec, NULL) == 0) {
        text = written(rec, BODY_DRAFT);
        check_again(form, text);
        free(text);
        free(written(rec, BODY_SENT));
    }
    rec_free(rec);
    json_free(body);
    return 0;
}
