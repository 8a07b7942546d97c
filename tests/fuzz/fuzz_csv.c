/* Reads any bytes as CSV and touches every byte of every field. */
#include <stdint.h>
#include <stdlib.h>

#include "odus/base/csv.h"
#include "odus/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(const struct csv *c, int *line)
{
    if (csv_line(c) <= *line || csv_count(c) < 1 || csv_count(c) > CSV_FIELDS_MAX)
        abort();
    *line = csv_line(c);
    for (size_t i = 0; i < csv_count(c); i++)
        if (!utf8_valid(csv_cell(c, i)))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv *c = NULL;
    struct err e = {0};
    int line = 0;
    int r;

    if (csv_open((struct view){(const char *)data, size}, &c, &e)) {
        if (c || !e.id)
            abort();
        return 0;
    }
    while ((r = csv_next(c, &e)) > 0)
        check_row(c, &line);
    if (r < 0 && (e.line < 1 || e.column < 1))
        abort();
    csv_free(c);
    return 0;
}
