#ifndef ODUS_SRC_STORE_REPLICA_PRIV_H
#define ODUS_SRC_STORE_REPLICA_PRIV_H

#include "forms_priv.h"
#include "odus/store/replica.h"
#include "tree.h"

/* What the files of replica.h share. */

enum { REPLICA_BODY_MAX = 4 * 1024 * 1024 /* bytes of one document */ };

/** ERR_INVALID when NAME is no name of a container. */
int replica_check_name(const char *name, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** PEER says at AT_MS that it has the revision in ROW: it no longer waits, and there is
 * a receipt when it did. */
int replica_receive(struct db *db, int64_t peer, int64_t row, int64_t at_ms,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** Fills D with the revision in ROW (of table rev) of UID: ancestry and body. */
int replica_read_doc(struct db *db, int64_t row, struct replica_doc *d,
        struct err *e) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Leaves that wait for PEER and may go, quickly at any size of the store; of those
 * that wait LIMIT are looked at (-1: all). */
int replica_count_waiting(struct store *store, int64_t peer, int64_t limit,
        int64_t *ret, struct err *e) ATTR_CHECK ATTR_NONNULL(1, 4);

/** The containers PEER takes as ",commons,pro,"; owned, NULL: all. */
char *replica_taken(struct store *store, int64_t peer) ATTR_CHECK ATTR_NONNULL(1);

/**
 * SQL of what waits for a peer, parameter 1: any leaf of record r, its winner v said to
 * be there and not shown, or a file it names. Files: rows k of link whose file is here,
 * and that the peer has not shown to have in the record's container.
 */
#define REPLICA_FILE_WAITS                                                             \
    " k.dst >= 'fichier:' and k.dst < 'fichier;'"                                      \
    " and exists (select 1 from file f where f.hash = substr(k.dst, 9))"               \
    " and not exists (select 1 from file_at a where a.peer = ?1"                       \
    "  and a.container = r.container and a.hash = substr(k.dst, 9))"
#define REPLICA_WAITS                                                                  \
    " (exists (select 1 from rev l join unsent u on u.peer = ?1 and u.rev = l.id"      \
    "  where l.record = r.id and l.leaf = 1)"                                          \
    " or exists (select 1 from receipt t where t.rev = v.id and t.peer = ?1"           \
    "  and t.at_ms = 0)"                                                               \
    " or exists (select 1 from link k where k.src = r.id and" REPLICA_FILE_WAITS "))"

/** SQL: the peer whose replica_taken is parameter N takes the container of record r. */
#define REPLICA_TAKES(n)                                                               \
    " (?" #n " is null or instr(?" #n ", ',' || r.container || ',') > 0)"

/** Whether the store takes exercises only. */
bool replica_training(struct store *store) ATTR_NONNULL_ALL;

/** The peer that counts for people; 0 none. */
int replica_main_peer(struct store *store, int64_t *ret, struct err *e) ATTR_CHECK
        ATTR_NONNULL(1, 2);

#endif
