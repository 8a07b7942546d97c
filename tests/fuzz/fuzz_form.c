/*
 * Reads any bytes as a form, as the fragment it takes in, and as the file of its lists.
 * A form that is accepted must read the same way twice and fit on paper.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/form/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int itself(void *ctx, const char *name, struct buf *out, struct err *err)
{
    (void)err;
    if (strchr(name, '.'))
        buf_adds(out, "code,label,label[en],x\n1,Un,One,y\n");
    else
        buf_adds(out, "[fragment f]\n");
    buf_addv(out, *(struct view *)ctx);
    return 0;
}

static void check_problems(const struct problems *problems)
{
    struct buf out;

    buf_init(&out, 0);
    for (size_t i = 0; i < problems->n; i++) {
        problems_text(problems, i, NULL, &out);
        if (problems->items[i].line < 1 || problems->items[i].column < 1)
            abort();
    }
    buf_release(&out);
}

static void check_form(const struct form *form)
{
    struct buf out;

    if (strlen(form->hash) != 32 || !form->nsections || !form->nfields)
        abort();
    for (size_t i = 0; i < form->nfields; i++)
        if (form_field_find(form, view_of(form->fields[i].path)) != (int)i)
            abort();
    if (form->nitems != form->nfields + form->ntables - 1)
        abort();
    buf_init(&out, 0);
    form_paper(form, "fr", 40, &out);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = {(const char *)data, size};
    struct problems problems;
    struct form *form;

    problems_init(&problems);
    form = form_parse("f.form", text, itself, &text, &problems);
    if (!form == !problems.n)
        abort();
    check_problems(&problems);
    if (form) {
        struct form *again = form_parse("f.form", text, itself, &text, &problems);

        if (!again || strcmp(form->hash, again->hash) != 0)
            abort();
        check_form(form);
        form_free(again);
    }
    form_free(form);
    problems_release(&problems);
    return 0;
}
