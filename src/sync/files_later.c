/* Files that a link cuts off each time are tried ever more seldom. */
#include <stdio.h>
#include <stdlib.h>

#include "files_priv.h"
#include "odus/base/clock.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/store/store.h"

enum { FIRST_MIN = 10, LAST_MIN = 24 * 60 };

#define LATER_META                                                                     \
    "files.later" /* of a peer: minutes between tries, Unix ms of the next */

struct later {
    long long minutes; /* 0: none was cut off */
    long long at_ms;
};

static char *key_of(const struct session *s)
{
    return xasprintf(LATER_META ".%lld", (long long)s->peer);
}

static struct later read_later(const struct session *s)
{
    char *key = key_of(s), *text = store_meta_get(s->store, key);
    struct view rest = view_of(text), minutes = {NULL, 0};
    struct later later = {0, 0};

    if (view_next(&rest, ' ', &minutes) &&
            !(view_int(minutes, &later.minutes) && view_int(rest, &later.at_ms)))
        later = (struct later){0, 0};
    free(text);
    free(key);
    return later;
}

/* It helps and is no more: where it cannot be kept, the next session tries at once. */
static void keep_later(const struct session *s, struct later later)
{
    char *key = key_of(s);
    char *text = xasprintf("%lld %lld", later.minutes, later.at_ms);

    (void)store_meta_set(s->store, key, later.minutes ? text : NULL, NULL);
    free(text);
    free(key);
}

static void tell(struct session *s, const struct files_item *item, long long ms)
{
    struct json *event = session_about(s, "warning", item->uid);
    struct err why = {0};
    char minutes[24];

    snprintf(minutes, sizeof(minutes), "%lld", (ms + 59999) / 60000);
    err_set(&why, ERR_BUSY,
            N_("the file was cut off on its way: tried again in %1$s min, all text has "
               "gone"),
            minutes);
    lines_set_err(event, &why);
    session_tell(s, event);
}

void files_put_off(struct session *s, const struct files_item *item)
{
    struct later later = read_later(s);

    later.minutes = later.minutes > 0 ? later.minutes * 2 : FIRST_MIN;
    if (later.minutes > LAST_MIN)
        later.minutes = LAST_MIN;
    later.at_ms = clock_now_ms() + later.minutes * 60 * 1000;
    keep_later(s, later);
    tell(s, item, later.minutes * 60 * 1000);
}

bool files_wait(struct session *s, const struct files_item *item)
{
    struct later later = read_later(s);
    long long left = later.at_ms - clock_now_ms();

    /* a longer rest than there is comes from a clock that was put back */
    if (!s->job->patient || left <= 0 || left > later.minutes * 60 * 1000)
        return false;
    tell(s, item, left);
    return true;
}

void files_get_through(struct session *s)
{
    if (read_later(s).minutes)
        keep_later(s, (struct later){0, 0});
}
