#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "forms_priv.h"
#include "odus/base/clock.h"
#include "odus/store/replica.h"

/* --- kinds of containers ---------------------------------------------------------- */

static enum reach container_reach(const char *container)
{
    if (!container)
        return REACH_PRIVATE;
    if (strcmp(container, "commons") == 0)
        return REACH_PUBLIC;
    return strcmp(container, "pro") == 0 ? REACH_PROFESSIONAL : REACH_PRIVATE;
}

enum reach tree_reach(const struct json *body, const char *container)
{
    const char *text = json_get_text(body, FIELD_VISIBILITY);

    if (!text)
        return container_reach(container);
    if (strcmp(text, "public") == 0)
        return REACH_PUBLIC;
    return strcmp(text, "professionnel") == 0 ? REACH_PROFESSIONAL : REACH_PRIVATE;
}

/* Where a record that stands in OLD and came in from FROM (NULL: from here) belongs. */
static const char *choose_container(enum reach reach, const char *old, const char *from)
{
    static const char *const own[] = {
            [REACH_PRIVATE] = "org",
            [REACH_PROFESSIONAL] = "pro",
            [REACH_PUBLIC] = "commons",
    };

    if (container_reach(old) == reach && strcmp(old, "org") != 0)
        return old;
    return from && container_reach(from) == reach ? from : own[reach];
}

/* --- revisions -------------------------------------------------------------------- */

long long tree_generation(const char *rev)
{
    const char *dash = rev ? strchr(rev, '-') : NULL;
    long long n;

    if (!dash || !view_int((struct view){rev, (size_t)(dash - rev)}, &n) || n < 0)
        return 0;
    return n;
}

int tree_record(struct db *db, int64_t id, const char *container, struct err *e)
{
    /* no seq is negative: this one cannot be taken, and is replaced when settled */
    return db_run(db, e,
            "insert into record(id, rev, deleted, leaves, seq, container)"
            " values(?1, '', 0, 0, -?1, ?2) on conflict(id) do nothing",
            bind_int(id), bind_text(container));
}

/* ROW waits for all peers but PEER. One by one, see above. */
static int queue(struct db *db, int64_t row, int64_t peer, struct err *e)
{
    int64_t next = 0;
    int rc;

    while ((rc = db_int(db, e, &next,
                    "select id from peer where id > ?1 order by id limit 1",
                    bind_int(next))) == 0) {
        if (next != peer)
            rc = db_run(db, e, "insert into unsent(peer, rev) values(?1, ?2)",
                    bind_int(next), bind_int(row));
        if (rc)
            return rc;
    }
    return rc == ERR_NOT_FOUND ? 0 : rc;
}

int tree_add(struct db *db, int64_t id, const struct tree_leaf *leaf, struct err *e)
{
    int rc = db_run(db, e,
            "insert into rev(record, rev, gen, parent, deleted, leaf, at_ms, author,"
            " peer, reach, bytes, body)"
            " values(?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11)",
            bind_int(id), bind_text(leaf->rev), bind_int(tree_generation(leaf->rev)),
            bind_text(leaf->parent), bind_int(leaf->deleted), bind_int(clock_now_ms()),
            bind_text(leaf->author),
            leaf->peer == TREE_HERE ? bind_null() : bind_int(leaf->peer),
            bind_int(leaf->reach), bind_int((int64_t)leaf->body.n),
            bind_view(leaf->body));

    return rc ? rc : queue(db, db_last_rowid(db), leaf->peer, e);
}

int tree_has_child(struct db *db, int64_t row, struct err *e)
{
    int rc = db_run(db, e, "update rev set leaf = 0 where id = ?1", bind_int(row));

    if (rc == 0)
        rc = db_run(db, e, "delete from unsent where rev = ?1", bind_int(row));
    return rc;
}

/* --- what follows ----------------------------------------------------------------- */

/*
 * The winner every CouchDB would choose, the number of living leaves, and the narrowest
 * reach of these (untouched without one). Revisions compare as text within one
 * generation, where the number before the hash is the same.
 */
static int choose_winner(struct db *db, int64_t id, struct tree_state *ret,
        enum reach *ret_reach, struct err *e)
{
    struct stmt *st = db_query(db,
            "select rev, deleted, reach from rev where record = ?1 and leaf = 1"
            " order by deleted, gen desc, rev desc",
            bind_int(id));
    int64_t least = INT64_MAX;
    int rc;

    *ret = (struct tree_state){.deleted = true};
    while ((rc = stmt_step(st, e)) > 0) {
        bool deleted = stmt_int(st, 1) != 0;

        if (!*ret->rev) {
            store_copy_text(ret->rev, sizeof(ret->rev), stmt_text(st, 0));
            ret->deleted = deleted;
        }
        ret->leaves += !deleted;
        if (!deleted && stmt_int(st, 2) < least)
            least = stmt_int(st, 2);
    }
    if (ret->leaves)
        *ret_reach = (enum reach)least;
    return rc;
}

static int next_seq(struct db *db, int64_t *ret, struct err *e)
{
    int rc = db_int(db, e, ret, "select last + 1 from sequence", BIND_NONE);

    if (rc)
        return rc;
    return db_run(db, e, "update sequence set last = ?1 where id = 1", bind_int(*ret));
}

static int read_container(
        struct db *db, int64_t id, char ret[REPLICA_NAME_MAX], struct err *e)
{
    struct stmt *st =
            db_query(db, "select container from record where id = ?1", bind_int(id));
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc;
    store_copy_text(ret, REPLICA_NAME_MAX, stmt_text(st, 0));
    stmt_reset(st);
    return 0;
}

/* OLD gets the container that the leaves ask for. Without a living one the record stays
 * where its tombstones are awaited. */
static int move(struct db *db, int64_t id, const struct tree_state *now,
        enum reach reach, const char *from, char old[REPLICA_NAME_MAX], struct err *e)
{
    const char *container;
    int rc = read_container(db, id, old, e);

    if (rc || now->leaves == 0)
        return rc;
    container = choose_container(reach, old, from);
    if (container != old)
        store_copy_text(old, REPLICA_NAME_MAX, view_of(container));
    return 0;
}

int tree_plant(struct db *db, int64_t id, const char *container,
        const struct tree_leaf *leaf, struct err *e)
{
    const char *in = leaf->deleted
                             ? container
                             : choose_container(leaf->reach, container, container);
    int64_t seq = 0;
    int rc = next_seq(db, &seq, e);

    if (rc == 0)
        rc = db_run(db, e,
                "insert into record(id, rev, deleted, leaves, seq, container)"
                " values(?1, ?2, ?3, ?4, ?5, ?6)",
                bind_int(id), bind_text(leaf->rev), bind_int(leaf->deleted),
                bind_int(!leaf->deleted), bind_int(seq), bind_text(in));
    return rc ? rc : tree_add(db, id, leaf, e);
}

int tree_settle(struct db *db, int64_t id, const char *from, struct tree_state *ret,
        struct err *e)
{
    char container[REPLICA_NAME_MAX] = "";
    enum reach reach = REACH_PRIVATE;
    int64_t seq = 0;
    int rc = choose_winner(db, id, ret, &reach, e);

    if (rc == 0)
        rc = move(db, id, ret, reach, from, container, e);
    if (rc == 0)
        rc = next_seq(db, &seq, e);
    if (rc)
        return rc;
    return db_run(db, e,
            "update record set rev = ?2, deleted = ?3, leaves = ?4, seq = ?5,"
            " container = ?6 where id = ?1",
            bind_int(id), bind_text(ret->rev), bind_int(ret->deleted),
            bind_int(ret->leaves), bind_int(seq), bind_text(container));
}
