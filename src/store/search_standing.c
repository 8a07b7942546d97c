/* Searching for what waits, was sent, stays here or asks for a decision. */
#include "search_standing.h"

#include <stdlib.h>

#include "replica_priv.h"

/*
 * Mostly few records wait, and then they are listed from the tables that hold nothing
 * else and put in the order of dates. Where many do (a first upload) every row of the
 * list is looked at instead, until the page is full: soon, because they are many.
 */
enum { FEW = 2000 };

/* --- the SQL ---------------------------------------------------------------------- */

#define MAY_GO "r.held = 0 and o.sample = ?3"
#define RECORD(condition)                                                              \
    "(select " condition " from record r"                                              \
    " left join rev v on v.record = r.id and v.rev = r.rev where r.id = o.entry)"

#define TAKES REPLICA_TAKES(2)

static const char *const tests[] = {
        [SEARCH_COMPLETE] = RECORD("not (" MAY_GO ")"),
        [SEARCH_WAITING] = RECORD(MAY_GO " and" TAKES " and" REPLICA_WAITS),
        [SEARCH_STAYS] = RECORD(MAY_GO " and not" TAKES " and" REPLICA_WAITS),
        [SEARCH_SENT] = RECORD(MAY_GO " and not" REPLICA_WAITS),
        [SEARCH_CONFLICT] = RECORD("r.leaves > 1"),
};

/* REPLICA_WAITS from the other side; files to the records that name them. */
#define WAIT_LIST                                                                      \
    "select w.record from unsent u cross join rev w on w.id = u.rev"                   \
    " where u.peer = ?1"                                                               \
    " union select r.id from receipt t cross join rev w on w.id = t.rev"               \
    " cross join record r on r.id = w.record and r.rev = w.rev"                        \
    " where t.peer = ?1 and t.at_ms = 0"                                               \
    " union select k.src from file h cross join link k"                                \
    " on k.dst = 'fichier:' || h.hash cross join record r on r.id = k.src"             \
    " where" REPLICA_FILE_WAITS

/* Of those that may be few: their ids, and what is left to be tested of each. */
static const struct {
    const char *ids, *test;
} lists[] = {
        [SEARCH_COMPLETE] = {"select id from record where held = 1"
                             " union select id from entry where sample = 1",
                NULL},
        [SEARCH_WAITING] = {WAIT_LIST, RECORD(MAY_GO " and" TAKES)},
        [SEARCH_STAYS] = {WAIT_LIST, RECORD(MAY_GO " and not" TAKES)},
        [SEARCH_CONFLICT] = {"select id from record where leaves > 1", NULL},
        [SEARCH_SENT] = {NULL, NULL},
};

/* --- */

static int is_few(struct standing *s, struct store *store, struct err *err)
{
    int64_t n = 0;
    int rc = 0;

    if (s->what == SEARCH_WAITING || s->what == SEARCH_STAYS)
        rc = db_int(store->data, err, &n,
                "select count(*) from (select 1 from unsent where peer = ?1 limit ?2)",
                bind_int(s->peer), bind_int(FEW + 1));
    s->few = s->what == SEARCH_COMPLETE ? !s->training
                                        : s->what != SEARCH_SENT && n <= FEW;
    return rc;
}

int standing_init(struct standing *s, struct store *store, enum search_standing what,
        struct err *err)
{
    int rc;

    *s = (struct standing){.what = what};
    if (what == SEARCH_ANY_STANDING)
        return 0;
    s->training = replica_training(store);
    rc = replica_main_peer(store, &s->peer, err);
    if (rc == 0)
        rc = is_few(s, store, err);
    if (rc == 0)
        s->taken = replica_taken(store, s->peer);
    return rc;
}

void standing_release(struct standing *s)
{
    free(s->taken);
    s->taken = NULL;
}

bool standing_any(const struct standing *s)
{
    return s->peer || s->what == SEARCH_ANY_STANDING || s->what == SEARCH_COMPLETE ||
           s->what == SEARCH_CONFLICT;
}

void standing_bind(const struct standing *s, struct bind binds[STANDING_BINDS])
{
    binds[0] = bind_int(s->peer);
    binds[1] = bind_text(s->taken);
    binds[2] = bind_int(s->training);
}

/* Without a server whatever is no draft is complete. */
static bool is_all(const struct standing *s)
{
    return s->what == SEARCH_ANY_STANDING || (s->what == SEARCH_COMPLETE && !s->peer);
}

const char *standing_list(const struct standing *s)
{
    return s->few && !is_all(s) ? lists[s->what].ids : NULL;
}

const char *standing_test(const struct standing *s)
{
    if (is_all(s))
        return NULL;
    return s->few ? lists[s->what].test : tests[s->what];
}

bool standing_conflict(struct store *store, struct view uid)
{
    int64_t there = 0;

    return db_int(store->data, NULL, &there,
                   "select 1 from entry e join record r on r.id = e.id"
                   " where e.uid = ?1 and r.leaves > 1",
                   bind_view(uid)) == 0;
}
