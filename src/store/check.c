#include "priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/hash.h"

/* Findings of the integrity checks, each named after the file it is in. */
struct checker {
    struct store *store;
    void (*line)(void *ctx, const char *text);
    void *ctx;
    const char *file;
    int found;
};

static void report(void *ctx, const char *text)
{
    struct checker *c = ctx;
    struct buf all;

    c->found++;
    if (!c->line)
        return;
    buf_init(&all, 0);
    buf_addf(&all, "%s: %s", c->file, text);
    c->line(c->ctx, all.s);
    buf_release(&all);
}

static void report_error(struct checker *c, const struct err *e)
{
    struct buf text;

    buf_init(&text, 0);
    err_text(e, NULL, &text);
    report(c, text.s);
    buf_release(&text);
}

/* Each row of SQL is a finding; its first column names it. */
static void check_rows(
        struct checker *c, struct db *db, const char *what, const char *sql)
{
    struct err e = {0};
    struct stmt *st = db_query(db, sql, BIND_NONE);
    int rc;

    while ((rc = stmt_step(st, &e)) > 0) {
        struct view name = stmt_text(st, 0);
        struct buf text;

        buf_init(&text, 0);
        buf_addf(&text, "%s: %.*s", what, (int)name.n, name.p ? name.p : "");
        report(c, text.s);
        buf_release(&text);
    }
    if (rc)
        report_error(c, &e);
}

/* A full-text table compares itself with the rows it was made from; that is a write. */
static void check_words(struct checker *c, struct db *db, const char *sql)
{
    struct err e = {0};

    if (db_run(db, &e, sql, BIND_NONE))
        report_error(c, &e);
}

static void check_database(struct checker *c, struct db *db, const char *file)
{
    struct err e = {0};
    int before = c->found;

    c->file = file;
    if (db_integrity(db, report, c, &e) && c->found == before)
        report_error(c, &e);
    check_rows(c, db, "rows that belong to nothing", "pragma foreign_key_check");
    if (c->store->read_only)
        return;
    check_words(c, db,
            "insert into occurrence_fts(occurrence_fts, rank)"
            " values('integrity-check', 1)");
    check_words(
            c, db, "insert into memo_fts(memo_fts, rank) values('integrity-check', 1)");
}

static void check_records(struct checker *c)
{
    struct db *db = c->store->data;

    c->file = "data.db";
    check_rows(c, db, "record without its revision",
            "select e.uid from entry e left join record r on r.id = e.id"
            " left join rev v on v.record = e.id and v.rev = r.rev"
            " where v.body is null");
    check_rows(c, db, "record that no list shows",
            "select e.uid from entry e join record r on r.id = e.id"
            " where r.deleted = 0 and e.hash <> ''" /* else it is hidden */
            " and not exists (select 1 from occurrence o where o.entry = e.id)");
    check_rows(c, db, "record whose leaves are miscounted",
            "select e.uid from entry e join record r on r.id = e.id where r.leaves <>"
            " (select count(*) from rev v where v.record = r.id and v.leaf = 1"
            "  and v.deleted = 0)");
    check_rows(c, db, "revision that waits and is no leaf",
            "select v.rev from unsent u join rev v on v.id = u.rev where v.leaf = 0");
    c->file = "drafts.db";
    check_rows(c, c->store->drafts, "draft without its content",
            "select e.uid from entry e left join draft d on d.id = e.id"
            " where d.id is null");
}

/* A file is named by the hash of its content, with or without an extension. */
static void check_file(struct checker *c, const char *dir, const char *name)
{
    char *path = file_join(dir, name);
    char hash[HASH_256_TEXT];
    struct err e = {0};
    struct buf content;

    c->file = name;
    if (file_read(path, 0, &content, &e)) {
        report_error(c, &e);
    } else {
        hash_blake2b256(buf_view(&content), hash);
        if (strncmp(name, hash, HASH_256_TEXT - 1) != 0)
            report(c, "the file's content is not what its name says");
    }
    buf_release(&content);
    free(path);
}

static void check_files(struct checker *c)
{
    char *dir = file_join(c->store->dir, "files");
    char **names = NULL;
    size_t n = 0;
    struct err e = {0};
    int rc = file_list(dir, "", &names, &n, &e);

    c->file = "files";
    if (rc && rc != ERR_NOT_FOUND)
        report_error(c, &e);
    for (size_t i = 0; rc == 0 && i < n; i++)
        check_file(c, dir, names[i]);
    file_list_free(names, n);
    free(dir);
}

int store_check(struct store *store, void (*line)(void *ctx, const char *text),
        void *ctx, struct err *err)
{
    struct checker c = {.store = store, .line = line, .ctx = ctx};

    err_clear(err);
    check_database(&c, store->data, "data.db");
    check_database(&c, store->drafts, "drafts.db");
    check_records(&c);
    check_files(&c);
    return c.found;
}
