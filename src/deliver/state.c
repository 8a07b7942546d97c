/* What a delivery knows of its records, and what each gave. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/db/stmt.h"
#include "state_priv.h"

/*
 * item   a record of the store, or one that another was made with and that is not here
 *        (rev ''); uid '': the files that depend on none; made: enum state_made
 *        wanted: it belongs to the delivery; linked: only because one that does was
 *        made with it, and it is linkable
 * uses   item was made with the record `used`
 * file   bytes and mtime as it was left; own: one piece, without head and foot
 * piece  stands in file at off, behind the pieces with a lower key, then those of items
 *        with a lower uid; off -1: beyond the limit of its format
 * given  the pieces of an item; sprung the other way from piece
 * fresh  pieces of this run, before they are sorted in; shared: those of them that
 *        stand once
 * change what the comparison with the store found
 */
static const char schema[] =
        "create table meta(key text primary key, value text not null) strict;"
        "create table item(id integer primary key, uid text not null unique,"
        " rev text not null, wanted integer not null, linkable integer not null,"
        " linked integer not null default 0, made integer not null,"
        " todo integer not null, modified text not null) strict;"
        "create index item_todo on item(uid) where todo = 1;"
        "create table uses(used integer not null, item integer not null,"
        " primary key(used, item)) strict, without rowid;"
        "create index uses_item on uses(item);"
        "create table file(id integer primary key, path text not null unique,"
        " format text not null, label text, own integer not null,"
        " bytes integer not null, mtime integer not null, sha256 text not null,"
        " dirty integer not null, pending integer not null, gone integer not null)"
        " strict;"
        "create index file_dirty on file(id) where dirty = 1;"
        "create index file_pending on file(path) where pending = 1;"
        "create index file_gone on file(path) where gone = 1;"
        "create table piece(file integer not null, key text not null,"
        " item integer not null, n integer not null, shared integer not null,"
        " spool integer not null, off integer not null, len integer not null,"
        " primary key(file, key, item, n)) strict, without rowid;"
        "create table given(item integer not null, n integer not null,"
        " file integer not null, key text not null,"
        " primary key(item, n)) strict, without rowid;"
        "create table fresh(id integer primary key, file integer not null,"
        " key text not null, item integer not null, n integer not null,"
        " shared integer not null, off integer not null, len integer not null) strict;"
        "create table shared(file integer not null, key text not null,"
        " off integer not null, primary key(file, key)) strict, without rowid;"
        "create table change(uid text primary key, rev text not null,"
        " wanted integer not null, linkable integer not null) strict, without rowid;";

static const struct db_migration steps[] = {{.version = 1, .sql = schema}};

enum { STATE_ID = 0x4F64754C /* "OduL" */ };

/* --- opening --------------------------------------------------------------------- */

int state_begin(struct state *s, struct err *err)
{
    int rc = db_begin(s->db, err);

    s->open = rc == 0;
    return rc;
}

/* One process at a time writes a lot at once, mostly anew: a journal of old pages is
 * much smaller than a log of new ones. */
static int prepare(struct state *s, struct err *err)
{
    int rc = db_exec(s->db, err,
            "pragma journal_mode = delete; pragma temp_store = file;"
            "pragma cache_size = -65536");

    if (rc == 0)
        rc = state_begin(s, err);
    if (rc == 0)
        rc = db_exec(s->db, err,
                "delete from fresh; delete from shared; delete from change;"
                "update file set pending = 0 where pending = 1");
    return rc;
}

int state_open(const char *path, struct state **ret, struct err *err)
{
    const struct db_options opt = {.create = true,
            .sync = DB_SYNC_NORMAL,
            .application_id = STATE_ID,
            .migrations = steps,
            .nmigrations = COUNT(steps)};
    struct state *s = xcalloc(1, sizeof(*s));
    int rc = db_open(path, &opt, &s->db, err);

    if (rc == 0)
        rc = prepare(s, err);
    if (rc)
        state_close(s);
    else
        *ret = s;
    return rc;
}

void state_close(struct state *s)
{
    if (!s)
        return;
    if (s->known)
        stmt_reset(s->known);
    if (s->open) {
        db_rollback(s->db);
    }
    db_close(s->db);
    free(s);
}

int state_commit(struct state *s, struct err *err)
{
    s->open = false;
    return db_commit(s->db, err);
}

bool state_is(struct state *s, const char *stamp)
{
    char *known = NULL;
    bool same = db_text(s->db, NULL, &known, "select value from meta where key = ?1",
                        bind_text("stamp")) == 0 &&
                known && strcmp(known, stamp) == 0;

    free(known);
    return same;
}

int state_anew(struct state *s, const char *stamp, struct err *err)
{
    int rc = db_exec(s->db, err,
            "delete from item; delete from uses; delete from piece;"
            "delete from given; update file set dirty = 1, label = null");

    if (rc)
        return rc;
    return db_run(s->db, err, "insert or replace into meta(key, value) values(?1, ?2)",
            bind_text("stamp"), bind_text(stamp));
}

/* --- comparing ------------------------------------------------------------------- */

static const char *known_uid(struct state *s)
{
    const char *uid = stmt_text(s->known, 0).p;

    return uid ? uid : "";
}

static int next_known(struct state *s, struct err *err)
{
    int rc = stmt_step(s->known, err);

    if (rc <= 0)
        s->known = NULL;
    return rc < 0 ? rc : 0;
}

int state_compare_begin(struct state *s, struct err *err)
{
    s->known = db_query(s->db,
            "select uid, rev, wanted from item where uid > '' order by uid", BIND_NONE);
    if (next_known(s, err))
        return err ? err->code : ERR_DAMAGED;
    s->blank = !s->known;
    return 0;
}

static int add_change(struct state *s, const struct state_head *head, struct err *err)
{
    return db_run(s->db, err,
            "insert or replace into change(uid, rev, wanted, linkable)"
            " values(?1, ?2, ?3, ?4)",
            bind_text(head->uid), bind_text(head->rev), bind_int(head->wanted),
            bind_int(head->linkable));
}

/* An item that is not in the store, or not in this delivery any more. */
static int vanished(struct state *s, struct err *err)
{
    struct view rev = stmt_text(s->known, 1);
    char *uid = stmt_dup(s->known, 0);
    int rc = 0;

    if (rev.n)
        rc = add_change(s, &(struct state_head){.uid = uid ? uid : "", .rev = ""}, err);
    free(uid);
    return rc ? rc : next_known(s, err);
}

static int insert_head(struct state *s, const struct state_head *head, struct err *err)
{
    return db_run(s->db, err,
            "insert into item(uid, rev, wanted, linkable, made, todo, modified)"
            " values(?1, ?2, ?3, ?4, 0, ?3, '')",
            bind_text(head->uid), bind_text(head->rev), bind_int(head->wanted),
            bind_int(head->linkable));
}

int state_compare(struct state *s, const struct state_head *head, struct err *err)
{
    bool same;
    int rc = 0;

    if (s->blank)
        return insert_head(s, head, err);
    while (rc == 0 && s->known && strcmp(known_uid(s), head->uid) < 0)
        rc = vanished(s, err);
    if (rc)
        return rc;
    if (!s->known || strcmp(known_uid(s), head->uid) != 0)
        return add_change(s, head, err);
    same = view_is(stmt_text(s->known, 1), head->rev) &&
           (stmt_int(s->known, 2) != 0) == head->wanted;
    if (!same)
        rc = add_change(s, head, err);
    return rc ? rc : next_known(s, err);
}

int state_compare_end(struct state *s, struct err *err)
{
    int rc = 0;

    while (rc == 0 && s->known)
        rc = vanished(s, err);
    if (rc || s->blank)
        return rc;
    return db_exec(s->db, err,
            "insert into item(uid, rev, wanted, linkable, made, todo, modified)"
            " select uid, rev, wanted, linkable, 0, wanted, '' from change where true"
            " on conflict(uid) do update set rev = excluded.rev,"
            "  wanted = excluded.wanted, linkable = excluded.linkable,"
            "  todo = excluded.wanted or item.wanted or item.linked or item.todo;"
            "update item set todo = 1 where (wanted = 1 or linked = 1) and id in"
            " (select u.item from change c join item i on i.uid = c.uid"
            "  join uses u on u.used = i.id)");
}

/* --- making ---------------------------------------------------------------------- */

int64_t state_number(struct state *s, const char *sql)
{
    int64_t n = 0;

    return db_int(s->db, NULL, &n, sql, BIND_NONE) ? 0 : n;
}

int64_t state_todo(struct state *s)
{
    return state_number(s, "select count(*) from item where todo = 1");
}

/* Forgets what the item gave. */
static int clear_item(struct state *s, int64_t id, struct err *err)
{
    int rc = db_run(s->db, err,
            "update file set dirty = 1 where id in"
            " (select file from given where item = ?1)",
            bind_int(id));

    if (rc == 0)
        rc = db_run(s->db, err,
                "delete from piece where (file, key, item, n) in"
                " (select file, key, item, n from given where item = ?1)",
                bind_int(id));
    if (rc == 0)
        rc = db_run(s->db, err, "delete from given where item = ?1", bind_int(id));
    if (rc == 0)
        rc = db_run(s->db, err, "delete from uses where item = ?1", bind_int(id));
    return rc;
}

int state_next(struct state *s, struct state_item *ret, struct err *err)
{
    struct stmt *st = db_query(s->db,
            "select id, uid, wanted or linked, made from item where todo = 1"
            " order by uid limit 1",
            BIND_NONE);
    int rc = stmt_step(st, err);
    struct view uid;
    bool made;

    if (rc <= 0)
        return rc;
    uid = stmt_text(st, 1);
    *ret = (struct state_item){.id = stmt_int(st, 0), .wanted = stmt_int(st, 2) != 0};
    if (uid.n < sizeof(ret->uid))
        memcpy(ret->uid, uid.p, uid.n);
    made = stmt_int(st, 3) != 0;
    stmt_reset(st);
    rc = made ? clear_item(s, ret->id, err) : 0;
    return rc ? rc : 1;
}

int state_fixed(struct state *s, struct state_item *ret, struct err *err)
{
    int rc = db_run(s->db, err,
            "insert or ignore into item(uid, rev, wanted, linkable, made, todo,"
            " modified) values('', '', 0, 0, 0, 0, '')",
            BIND_NONE);

    *ret = (struct state_item){.wanted = true};
    if (rc == 0)
        rc = db_int(
                s->db, err, &ret->id, "select id from item where uid = ''", BIND_NONE);
    return rc ? rc : clear_item(s, ret->id, err);
}

/* The file of PIECE, which is to be written. */
static int touch_file(
        struct state *s, const struct state_piece *p, int64_t *ret, struct err *err)
{
    return db_int(s->db, err, ret,
            "insert into file(path, format, label, own, bytes, mtime, sha256, dirty,"
            "  pending, gone) values(?1, ?2, ?3, ?4, -1, 0, '', 1, 0, 0)"
            " on conflict(path) do update set dirty = 1, gone = 0, own = ?4,"
            "  format = ?2, label = coalesce(?3, label)"
            " returning id",
            bind_text(p->piece->path), bind_text(p->format), bind_text(p->piece->label),
            bind_int(!p->piece->key));
}

int state_put(struct state *s, const struct state_piece *p, struct err *err)
{
    const char *key = p->piece->key ? p->piece->key : "";
    int64_t file = 0;
    int rc = touch_file(s, p, &file, err);

    if (rc)
        return rc;
    rc = db_run(s->db, err,
            "insert into fresh(file, key, item, n, shared, off, len)"
            " values(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            bind_int(file), bind_text(key), bind_int(p->item), bind_int(p->n),
            bind_int(p->piece->shared), bind_int(p->off),
            bind_int((int64_t)p->piece->text.n));
    if (rc == 0)
        rc = db_run(s->db, err,
                "insert into given(item, n, file, key) values(?1, ?2, ?3, ?4)",
                bind_int(p->item), bind_int(p->n), bind_int(file), bind_text(key));
    if (rc == 0 && p->piece->shared)
        rc = db_run(s->db, err,
                "insert or ignore into shared(file, key, off) values(?1, ?2, ?3)",
                bind_int(file), bind_text(key), bind_int(p->off));
    return rc;
}

bool state_shared(struct state *s, const struct piece *piece, int64_t *ret_off)
{
    return db_int(s->db, NULL, ret_off,
                   "select h.off from file f join shared h on h.file = f.id"
                   " where f.path = ?1 and h.key = ?2",
                   bind_text(piece->path), bind_text(piece->key)) == 0;
}

int state_uses(struct state *s, int64_t item, const char *uid, struct err *err)
{
    int64_t used = 0;
    int rc = db_int(
            s->db, err, &used, "select id from item where uid = ?1", bind_text(uid));

    if (rc == ERR_NOT_FOUND) {
        rc = db_run(s->db, err,
                "insert into item(uid, rev, wanted, linkable, made, todo, modified)"
                " values(?1, '', 0, 0, 0, 0, '')",
                bind_text(uid));
        used = db_last_rowid(s->db);
    }
    if (rc || used == item)
        return rc;
    return db_run(s->db, err, "insert or ignore into uses(used, item) values(?1, ?2)",
            bind_int(used), bind_int(item));
}

int state_done(struct state *s, int64_t item, enum state_made made,
        const char *modified, struct err *err)
{
    return db_run(s->db, err,
            "update item set todo = 0, made = ?2, modified = ?3 where id = ?1",
            bind_int(item), bind_int(made), bind_text(modified));
}

int state_settle(struct state *s, struct err *err)
{
    return db_exec(s->db, err,
            "insert into piece(file, key, item, n, shared, spool, off, len)"
            " select file, key, item, n, shared, 1, off, len from fresh"
            " order by file, key, item, n;"
            "delete from fresh");
}

int state_link(struct state *s, int64_t *ret, struct err *err)
{
    int rc = db_exec(s->db, err,
            "create temp table if not exists reach(id integer primary key);"
            "delete from temp.reach;"
            "with recursive r(id) as (select id from item where wanted = 1"
            "  union select u.used from r join uses u on u.item = r.id"
            "  join item i on i.id = u.used where i.linkable = 1 and i.rev <> '')"
            " insert into temp.reach select id from r");

    if (rc == 0)
        rc = db_run(s->db, err,
                "update item set linked = 1, todo = 1"
                " where linked = 0 and wanted = 0 and id in temp.reach",
                BIND_NONE);
    *ret = rc ? 0 : db_changes(s->db);
    if (rc == 0)
        rc = db_run(s->db, err,
                "update item set linked = 0, todo = max(todo, 1 - wanted)"
                " where linked = 1 and (wanted = 1 or id not in temp.reach)",
                BIND_NONE);
    *ret += rc ? 0 : db_changes(s->db);
    return rc;
}

int64_t state_records(struct state *s)
{
    return state_number(s, "select count(*) from item where made = 2 and uid > ''");
}

char *state_modified(struct state *s)
{
    char *text = NULL;

    if (db_text(s->db, NULL, &text, "select max(modified) from item where made = 2",
                BIND_NONE) ||
            !text)
        text = xstrdup("");
    return text;
}
