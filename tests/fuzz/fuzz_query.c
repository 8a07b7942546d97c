/* Reads any bytes as a query; what is read is clean and not longer than
 * what was typed (a byte that is not UTF-8 becomes three). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/app/query.h"
#include "odus/base/date.h"
#include "odus/base/utf8.h"
#include "odus/form/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct form_list *genres(void)
{
    static const char text[] = "[form essai]\nlabel=Essai\nlanguages=fr\ntitle=titre\n"
                               "[list genres]\ntheatre=Théâtre\njazz=Concert de jazz\n"
                               "[field titre]\ntype=text\nlabel=Titre\n";
    static struct form *form;
    struct problems problems;

    if (!form) {
        problems_init(&problems);
        form = form_parse("essai.form", VIEW_LIT(text), NULL, NULL, &problems);
        problems_release(&problems);
    }
    return form ? &form->lists[0] : NULL;
}

static void check(const struct query *q, size_t size)
{
    const char *const texts[] = {q->words, q->place, q->organiser};

    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i] && (!*texts[i] || strlen(texts[i]) > 4 * size ||
                                !utf8_valid(view_of(texts[i]))))
            abort();
    if (q->genre && strcmp(q->genre, "theatre") != 0 && strcmp(q->genre, "jazz") != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct query_context ctx = {
            .lang = "fr", .today = date_days(2026, 11, 21), .genres = genres()};
    struct view text = {(const char *)data, size};
    struct query q;
    struct err err = {0};
    int rc = query_parse(text, &ctx, &q, &err);

    if ((rc == 0) != (err.id == NULL))
        abort();
    if (rc < 0 && rc != ERR_LIMIT && err.column < 1)
        abort();
    if (rc == 0) {
        check(&q, size);
        query_release(&q);
    }
    return 0;
}
