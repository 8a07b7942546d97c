#include "source_ics_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"

enum { ROLE_BITS = 2 };

void ics_index_release(struct ics_index *ix)
{
    free(ix->all);
    *ix = (struct ics_index){0};
}

/* Hash of V in a domain of its own; never 0. */
static uint64_t hash(const char *domain, struct view v)
{
    struct view parts[] = {view_of(domain), v};
    char text[HASH_128_TEXT];
    uint64_t h = 0;

    hash_blake2b128(parts, COUNT(parts), text);
    for (int i = 0; i < 16; i++)
        h = h << 4 | (uint64_t)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
    return h ? h : 1;
}

struct view ics_group(const struct ics_item *item)
{
    struct view own = ics_value(item, "X-ODUS-EVENEMENT");

    return own.n ? own : ics_value(item, "UID");
}

static struct ics_entry entry_of(const struct ics_item *item)
{
    enum ics_role role = ics_prop(item, "X-ODUS-EVENEMENT") ? ICS_PART
                         : ics_prop(item, "RECURRENCE-ID")  ? ICS_CHANGE
                                                            : ICS_MAIN;
    uint64_t start = hash("start", ics_value(item, "DTSTART"));

    return (struct ics_entry){
            .group = hash(role == ICS_PART ? "event" : "uid", ics_group(item)),
            .at = (uint32_t)item->at,
            .mark = (uint32_t)(start << ROLE_BITS) | role,
    };
}

enum ics_role ics_role(const struct ics_entry *e)
{
    return e->mark & ((1U << ROLE_BITS) - 1);
}

int ics_index_add(struct ics_index *ix, const struct ics_item *item, struct err *err)
{
    if (ics_group(item).n == 0)
        return 0;
    if (ix->n >= ICS_EVENTS_MAX)
        return err_set(err, ERR_LIMIT,
                N_("there are more than a million events in the file; split it"));
    ix->all = mem_grow(ix->all, ix->n, &ix->cap, sizeof(*ix->all));
    ix->all[ix->n++] = entry_of(item);
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct ics_entry *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

void ics_index_sort(struct ics_index *ix)
{
    if (ix->n)
        qsort(ix->all, ix->n, sizeof(*ix->all), compare);
}

const struct ics_entry *ics_index_find(
        const struct ics_index *ix, const struct ics_item *item, size_t *ret_n)
{
    struct ics_entry key = entry_of(item);
    size_t low = 0, high = ix->n;

    *ret_n = 0;
    if (ics_group(item).n == 0)
        return ix->all;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ix->all[middle].group < key.group)
            low = middle + 1;
        else
            high = middle;
    }
    while (*ret_n < ICS_GROUP_MAX && low + *ret_n < ix->n &&
            ix->all[low + *ret_n].group == key.group)
        ++*ret_n;
    return ix->all + low;
}
