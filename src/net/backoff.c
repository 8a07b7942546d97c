#include "odus/base/hash.h"
#include "odus/net/net.h"

#include "heads.h"

enum { FIRST_MS = 1000, LONGEST_MS = 5 * 60 * 1000 };

int64_t net_backoff(int n, int retry_seconds)
{
    int64_t longest = FIRST_MS;
    int64_t wait, least;

    for (int i = 1; i < n && longest < LONGEST_MS; i++)
        longest *= 2;
    if (longest > LONGEST_MS)
        longest = LONGEST_MS;
    wait = longest / 2 + hash_random((uint32_t)(longest / 2) + 1);
    if (retry_seconds > RETRY_SECONDS_MAX)
        retry_seconds = RETRY_SECONDS_MAX;
    least = retry_seconds * INT64_C(1000);
    return wait > least ? wait : least;
}
