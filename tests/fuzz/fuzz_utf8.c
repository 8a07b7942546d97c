/* Cleans, cuts, measures and folds any bytes, and checks what must always hold. */
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>

#include "odus/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
    if (!ok)
        abort();
}

static void check_clusters(struct view v)
{
    int columns = 0;
    int fit;

    for (size_t at = 0, next; at < v.n; at = next) {
        next = utf8_next(v, at);
        check(next > at && next <= v.n);
        check(utf8_prev(v, next) == at);
        check(utf8_snap(v, at) == at);
        check(next - at < 2 || utf8_snap(v, at + 1) == at);
        columns += utf8_width((struct view){v.p + at, next - at});
    }
    check(columns == utf8_width(v));
    check(utf8_fit(v, columns, &fit) == v.n && fit == columns);
    utf8_fit(v, columns / 2, &fit);
    check(fit <= columns / 2);
}

/* Cleaning twice changes nothing more. */
static void check_clean(struct view v, unsigned flags)
{
    struct buf once;
    struct buf twice;

    buf_init(&once, 0);
    buf_init(&twice, 0);
    utf8_clean(v, flags, &once);
    utf8_clean(buf_view(&once), flags, &twice);
    check(view_eq(buf_view(&once), buf_view(&twice)));
    check(utf8_valid(buf_view(&once)));
    buf_release(&once);
    buf_release(&twice);
}

static void check_fold(struct view v)
{
    struct buf once;
    struct buf twice;

    buf_init(&once, 0);
    buf_init(&twice, 0);
    utf8_fold(v, &once);
    utf8_fold(buf_view(&once), &twice);
    check(utf8_valid(buf_view(&once)));
    check(view_eq(buf_view(&once), buf_view(&twice)));
    check(utf8_match(buf_view(&once), buf_view(&twice)));
    check(utf8_distance(once.s, twice.s) == 0);
    buf_release(&once);
    buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view v = {(const char *)data, size < 4096 ? size : 4096};

    setlocale(LC_ALL, "C.UTF-8");
    check_clusters(v);
    check_clean(v, 0);
    check_clean(v, UTF8_KEEP_NEWLINE);
    check_fold(v);
    return 0;
}
