#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

enum { PAGE = 500 };

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Sorted, each once: an event has a row for each of its days. */
static void tidy(struct select *s)
{
    size_t n = 0;

    if (s->n)
        qsort(s->uids, s->n, sizeof(*s->uids), compare);
    for (size_t i = 0; i < s->n; i++)
        if (n == 0 || strcmp(s->uids[n - 1], s->uids[i]) != 0)
            memmove(s->uids[n++], s->uids[i], sizeof(*s->uids));
    s->n = n;
}

static int read_pages(struct store *store, const struct search_query *query,
        struct search_row *rows, struct select *s, struct err *err)
{
    const struct search_key *after = NULL;
    struct search_key key;
    size_t cap = 0;
    int n;

    while ((n = search_page(store, query, after, true, rows, PAGE, err)) > 0) {
        for (int i = 0; i < n; i++) {
            s->uids = mem_grow(s->uids, s->n, &cap, sizeof(*s->uids));
            memcpy(s->uids[s->n++], rows[i].uid, sizeof(*s->uids));
        }
        key = rows[n - 1].key;
        after = &key;
        search_rows_release(rows, (size_t)n);
    }
    return n;
}

int select_read(struct store *store, const struct search_query *query,
        struct select *ret, struct err *err)
{
    struct search_row *rows;
    int rc;

    *ret = (struct select){.all = query == NULL};
    if (!query)
        return 0;
    rows = xcalloc(PAGE, sizeof(*rows));
    rc = read_pages(store, query, rows, ret, err);
    free(rows);
    tidy(ret);
    return rc;
}

void select_release(struct select *s)
{
    free(s->uids);
    *s = (struct select){0};
}

bool select_has(const struct select *s, const char *uid)
{
    return s->all ||
           (s->n && bsearch(uid, s->uids, s->n, sizeof(*s->uids), compare) != NULL);
}

bool select_is_gone(const struct record_head *head)
{
    return head->deleted || strcmp(head->status, "supprime") == 0 ||
           strcmp(head->status, "archive") == 0;
}
