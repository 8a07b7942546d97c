/* What others changed. */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

/* Of a long absence the latest are looked at; who was away for years reads lists. */
enum { NEWS_SEEN = 5000 };

void replica_news_free(struct replica_news *news, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(news[i].title);
        free(news[i].type);
        free(news[i].author);
    }
    free(news);
}

/* New: no revision of it was here before SINCE. */
static struct stmt *ask(struct store *store, int64_t since_ms, const char *author,
        const char *organisation, size_t limit)
{
    return db_query(store->data,
            "select e.uid, e.title, e.type, v.author, v.at_ms,"
            " not exists (select 1 from rev o where o.record = r.id and o.at_ms <= ?1),"
            " r.deleted or e.status = 'supprime',"
            " e.uid is ?3 or e.organiser is ?3 as own"
            " from (select id, record, rev, author, at_ms from rev indexed by rev_news"
            "  where at_ms > ?1 and peer is not null and leaf = 1"
            "  order by at_ms desc limit ?4) v"
            " join record r on r.id = v.record and r.rev = v.rev"
            " join entry e on e.id = r.id"
            " where v.author is not ?2"
            " order by own desc, v.at_ms desc, v.id desc limit ?5",
            bind_int(since_ms), bind_text(author), bind_text(organisation),
            bind_int(NEWS_SEEN),
            bind_int(limit > INT32_MAX ? INT32_MAX : (int64_t)limit));
}

int replica_news(struct store *store, int64_t since_ms, const char *author,
        const char *organisation, size_t limit, struct replica_news **ret,
        size_t *ret_n, struct err *err)
{
    struct replica_news *all = NULL;
    size_t n = 0, cap = 0;
    struct stmt *st = ask(store, since_ms, author, organisation, limit);
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        all = mem_grow(all, n, &cap, sizeof(*all));
        all[n] = (struct replica_news){
                .title = stmt_dup(st, 1),
                .type = stmt_dup(st, 2),
                .author = stmt_dup(st, 3),
                .at_ms = stmt_int(st, 4),
                .is_new = stmt_int(st, 5) != 0,
                .removed = stmt_int(st, 6) != 0,
                .own = stmt_int(st, 7) != 0,
        };
        store_copy_text(all[n++].uid, sizeof(all->uid), stmt_text(st, 0));
    }
    if (rc) {
        replica_news_free(all, n);
        return rc;
    }
    *ret = all;
    *ret_n = n;
    return 0;
}
