#include "rate.h"

#include <string.h>

void rate_mark(struct rate *r, int64_t ms, int64_t bytes)
{
    if (r->n >= 2 && ms - r->marks[r->n - 2].ms < RATE_STEP_MS)
        r->n--; /* the last one moves on */
    if (r->n == RATE_MARKS) {
        r->n--;
        memmove(r->marks, r->marks + 1, (size_t)r->n * sizeof(r->marks[0]));
    }
    r->marks[r->n++] = (struct rate_mark){ms, bytes};
}

int64_t rate_of(const struct rate *r)
{
    const struct rate_mark *first = r->marks, *last = r->marks + r->n - 1;

    if (r->n < 2 || last->ms <= first->ms)
        return 0;
    return (last->bytes - first->bytes) * 1000 / (last->ms - first->ms);
}
