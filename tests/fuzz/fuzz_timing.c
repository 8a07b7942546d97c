/* Reads any bytes as timing language; every slot found must read back the same. */
#include <stdint.h>
#include <stdlib.h>

#include "odus/base/date.h"
#include "odus/form/timing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_slot(const struct timing_slot *slot, struct timing_context ctx)
{
    struct timing_slot *back = NULL;
    struct buf text;
    size_t n = 0;

    ctx.default_minutes = 0;
    buf_init(&text, 0);
    timing_slot_text(slot, ctx.lang, &text);
    if (timing_parse(buf_view(&text), &ctx, &back, &n, NULL) || n != 1)
        abort();
    if (moment_cmp(&back->start, &slot->start) || back->has_end != slot->has_end)
        abort();
    if (slot->has_end && moment_cmp(&back->end, &slot->end))
        abort();
    buf_release(&text);
    free(back);
}

/* The first byte picks the language and whether an end is estimated. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned flags = size ? data[0] : 0;
    struct timing_context ctx = {
            .lang = (enum date_lang)(flags % 3),
            .today = date_days(2026, 7, 10),
            .last = flags & 4 ? date_days(2026, 10, 24) : TIMING_NONE,
            .zone = "Europe/Paris",
            .default_minutes = flags & 8 ? 55 : 0,
    };
    struct view text = {(const char *)data + (size ? 1 : 0), size ? size - 1 : 0};
    struct timing_slot *slots = NULL;
    struct err e = {0};
    size_t n = 0;

    if (timing_parse(text, &ctx, &slots, &n, &e)) {
        if (!e.id || slots)
            abort();
        return 0;
    }
    if (n < 1 || n > TIMING_MAX)
        abort();
    for (size_t i = 0; i < n; i += n < 8 ? 1 : n / 8)
        check_slot(&slots[i], ctx);
    free(slots);
    return 0;
}
