#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "odus/base/mem.h"
#include "peer.h"
#include "quotes.h"

struct json *peer_json(const char *text)
{
    char *quoted = xstrdup(text);
    struct json *j = NULL;

    assert_int_equal(json_parse(view_of(quotes(quoted)), 0, &j, NULL), 0);
    free(quoted);
    return j;
}

const char *peer_text(struct json *j)
{
    static char texts[4][4096];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    struct buf out;

    buf_init(&out, 0);
    json_canonical(j, &out);
    assert_true(out.len < sizeof(texts[0]));
    for (size_t i = 0; i <= out.len; i++)
        text[i] = out.s[i] == '"' ? '\'' : out.s[i];
    buf_release(&out);
    json_free(j);
    return text;
}
