/* The files of a delivery and the places of pieces in them. */
#include <stdlib.h>
#include <string.h>

#include "odus/db/stmt.h"
#include "state_priv.h"

void state_file_release(struct state_file *f)
{
    free(f->path);
    free(f->format);
    free(f->label);
    *f = (struct state_file){0};
}

static void read_file(struct stmt *st, struct state_file *f)
{
    struct view sha = stmt_text(st, 7);

    *f = (struct state_file){.id = stmt_int(st, 0),
            .path = stmt_dup(st, 1),
            .format = stmt_dup(st, 2),
            .label = stmt_dup(st, 3),
            .own = stmt_int(st, 4) != 0,
            .bytes = stmt_int(st, 5),
            .mtime = stmt_int(st, 6)};
    if (sha.n < sizeof(f->sha256) && sha.n)
        memcpy(f->sha256, sha.p, sha.n);
}

#define FILE_COLUMNS                                                                   \
    "select id, path, format, label, own, bytes, mtime, sha256 from file where "

int state_files(struct state *s, enum state_which which,
        int (*fn)(void *ctx, const struct state_file *file, struct err *err), void *ctx,
        struct err *err)
{
    static const char *const sql[] = {
            [STATE_ALL] = FILE_COLUMNS "gone = 0 order by path",
            [STATE_DIRTY] = FILE_COLUMNS "dirty = 1 order by id",
            [STATE_PENDING] = FILE_COLUMNS "pending = 1 order by path",
            [STATE_GONE] = FILE_COLUMNS "gone = 1 order by path",
    };
    struct stmt *st = db_query(s->db, sql[which], BIND_NONE);
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        struct state_file file;

        read_file(st, &file);
        rc = fn(ctx, &file, err);
        state_file_release(&file);
        if (rc) {
            stmt_reset(st);
            return rc;
        }
    }
    return rc;
}

int64_t state_count_files(struct state *s)
{
    return state_number(s, "select count(*) from file where gone = 0");
}

int state_spoilt(struct state *s, int64_t file, struct err *err)
{
    int rc = db_run(s->db, err, "update file set dirty = 1, bytes = -1 where id = ?1",
            bind_int(file));

    if (rc)
        return rc;
    return db_run(s->db, err,
            "update item set todo = 1 where uid > '' and id in"
            " (select item from piece where file = ?1)",
            bind_int(file));
}

int state_need(struct state *s, int64_t file, int limit, int64_t *ret, struct err *err)
{
    int rc = db_run(s->db, err,
            "update item set todo = 1 where id in (select item from"
            " (select p.item, p.off from piece p join item i on i.id = p.item"
            "  where p.file = ?1 order by p.key, i.uid, p.n limit ?2) where off < 0)",
            bind_int(file), bind_int(limit));

    *ret = rc ? 0 : db_changes(s->db);
    return rc;
}

int state_places(struct state *s, int64_t file,
        int (*fn)(void *ctx, const struct state_place *place, struct err *err),
        void *ctx, struct err *err)
{
    struct stmt *st = db_query(s->db,
            "select p.key, p.item, p.n, p.shared, p.spool, p.off, p.len"
            " from piece p join item i on i.id = p.item where p.file = ?1"
            " order by p.key, i.uid, p.n",
            bind_int(file));
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        const struct state_place place = {.key = stmt_text(st, 0),
                .item = stmt_int(st, 1),
                .n = (int)stmt_int(st, 2),
                .shared = stmt_int(st, 3) != 0,
                .spool = stmt_int(st, 4) != 0,
                .off = stmt_int(st, 5),
                .len = stmt_int(st, 6)};

        rc = fn(ctx, &place, err);
        if (rc) {
            stmt_reset(st);
            return rc;
        }
    }
    return rc;
}

int state_placed(struct state *s, int64_t file, const struct state_place *place,
        int64_t off, struct err *err)
{
    return db_run(s->db, err,
            "update piece set off = ?5, spool = 0"
            " where file = ?1 and key = ?2 and item = ?3 and n = ?4",
            bind_int(file), bind_view(place->key), bind_int(place->item),
            bind_int(place->n), bind_int(off));
}

int state_written(
        struct state *s, const struct state_file *file, bool pending, struct err *err)
{
    return db_run(s->db, err,
            "update file set dirty = 0, gone = 0, bytes = ?2, mtime = ?3, sha256 = ?4,"
            " pending = ?5 where id = ?1",
            bind_int(file->id), bind_int(file->bytes), bind_int(file->mtime),
            bind_text(file->sha256), bind_int(pending));
}

int state_file_gone(struct state *s, int64_t file, struct err *err)
{
    return db_run(s->db, err, "update file set dirty = 0, gone = 1 where id = ?1",
            bind_int(file));
}

int state_published(struct state *s, struct err *err)
{
    int rc = state_begin(s, err);

    if (rc == 0)
        rc = db_exec(s->db, err,
                "update file set pending = 0 where pending = 1;"
                "delete from file where gone = 1; delete from shared;"
                "delete from change");
    return rc ? rc : state_commit(s, err);
}
