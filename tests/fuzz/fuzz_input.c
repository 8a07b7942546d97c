/*
 * Reads any bytes as typed into a field of every type, in each language, by a person
 * and by a program. A value is clean, is shown clean, and what one would type for it is
 * read as the same value.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/utf8.h"
#include "odus/form/input.h"
#include "types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(
        const struct form_field *f, const char *what, const char *a, const char *b)
{
    fprintf(stderr, "%s: %s: \"%s\" \"%s\"\n", f->path, what, a, b);
    abort();
}

static void check_clean(const struct form_field *f, struct view text)
{
    struct buf clean;

    buf_init(&clean, 0);
    utf8_clean(text, UTF8_KEEP_NEWLINE, &clean);
    if (!view_eq(text, buf_view(&clean)))
        fail(f, "not clean", text.p, clean.s);
    buf_release(&clean);
}

static void check_value(
        const struct form_field *f, const char *value, const struct input_context *ctx)
{
    struct input_context typed = *ctx;
    struct buf text, again;

    typed.machine = false;
    buf_init(&text, 0);
    buf_init(&again, 0);
    input_show(f, value, ctx->lang, &text);
    check_clean(f, buf_view(&text));
    buf_clear(&text);
    input_edit(f, value, ctx->lang, &text);
    check_clean(f, buf_view(&text));
    if (input_read(f, buf_view(&text), &typed, &again, NULL) < 0 ||
            strcmp(again.s, value) != 0)
        fail(f, "read otherwise", text.s, value);
    buf_release(&again);
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const langs[] = {"fr", "en", "it"};
    const struct form *form = types_form();
    struct view typed = {(const char *)data + 1, size ? size - 1 : 0};
    struct input_context ctx = {.today = date_days(2026, 11, 21),
            .anchor = date_days(2026, 12, 5),
            .now_s = 1795255200};

    if (!size)
        return 0;
    ctx.lang = langs[data[0] % 3];
    ctx.machine = data[0] & 4;
    for (size_t i = 0; i < form->nfields; i++) {
        struct err err = {0};
        struct buf value;
        int rc;

        buf_init(&value, 0);
        rc = input_read(&form->fields[i], typed, &ctx, &value, &err);
        if ((rc < 0) != (err.id != NULL) || (rc < 0 && value.len))
            fail(&form->fields[i], "error without a message", value.s, "");
        check_clean(&form->fields[i], buf_view(&value));
        if (value.len)
            check_value(&form->fields[i], value.s, &ctx);
        buf_release(&value);
    }
    return 0;
}
