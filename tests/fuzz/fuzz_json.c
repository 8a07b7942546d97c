/* Reads any bytes as JSON; what is read must survive its own canonical form. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct json *j,
        void (*write)(const struct json *, struct buf *), struct buf *canonical)
{
    struct json *again = NULL;
    struct buf text;
    struct buf second;

    buf_init(&text, 0);
    buf_init(&second, 0);
    write(j, &text);
    if (json_parse(buf_view(&text), 0, &again, NULL))
        abort();
    json_canonical(again, &second);
    if (!view_eq(buf_view(canonical), buf_view(&second)))
        abort();
    json_free(again);
    buf_release(&text);
    buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = {(const char *)data, size};
    struct json *j = NULL;
    struct json *copy;
    struct err e = {0};
    struct buf canonical;

    if (json_parse(text, 0, &j, &e)) {
        if (j || e.line < 1 || e.column < 1)
            abort();
        return 0;
    }
    buf_init(&canonical, 0);
    json_canonical(j, &canonical);
    check_round_trip(j, json_canonical, &canonical);
    check_round_trip(j, json_pretty, &canonical);
    copy = json_dup(j);
    if (!json_same(j, copy))
        abort();
    json_free(copy);
    json_free(j);
    buf_release(&canonical);
    return 0;
}
