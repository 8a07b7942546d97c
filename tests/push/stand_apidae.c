#include "stand.h"

int stand_apidae(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out)
{
    (void)m, (void)rq, (void)out;
    return 404;
}
