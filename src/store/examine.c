#include "odus/store/store.h"

#include <stdlib.h>

#include "odus/base/file.h"
#include "priv.h"

/* What can be said of a store that cannot be opened: file by file, reading only. */
struct examiner {
    void (*line)(void *ctx, const char *text);
    void *ctx;
    int found;
};

static void say(struct examiner *x, const char *file, const char *text)
{
    struct buf all;

    buf_init(&all, 0);
    buf_addf(&all, "%s: %s", file, text);
    x->line(x->ctx, all.s);
    buf_release(&all);
}

static void say_error(struct examiner *x, const char *file, const struct err *e)
{
    struct buf text;

    x->found++;
    buf_init(&text, 0);
    err_text(e, NULL, &text);
    say(x, file, text.s);
    buf_release(&text);
}

struct damage {
    struct examiner *x;
    const char *file;
};

static void on_damage(void *ctx, const char *text)
{
    struct damage *d = ctx;

    d->x->found++;
    say(d->x, d->file, text);
}

static bool is_body(struct view text)
{
    struct json *body = NULL;
    bool ok = json_parse(text, 0, &body, NULL) == 0;

    json_free(body);
    return ok;
}

/* How many of the rows that matter can still be read, one by one. */
static void count_readable(
        struct examiner *x, struct db *db, const char *file, const char *sql)
{
    struct err e = {0};
    struct stmt *st = db_query(db, sql, BIND_NONE);
    struct buf text;
    int n = 0, rc;

    while ((rc = stmt_step(st, &e)) > 0)
        n += is_body(stmt_text(st, 0));
    buf_init(&text, 0);
    buf_addf(&text, "%d bodies can be read", n);
    say(x, file, text.s);
    buf_release(&text);
    if (rc < 0)
        say_error(x, file, &e);
}

static void examine_file(
        struct examiner *x, const char *dir, const char *file, const char *sql)
{
    char *path = file_join(dir, file);
    struct damage damage = {x, file};
    struct err e = {0};
    struct db *db;

    if (db_open(path, &(struct db_options){.read_only = true}, &db, &e) < 0) {
        say_error(x, file, &e);
    } else {
        if (db_integrity(db, on_damage, &damage, &e) == 0)
            say(x, file, "ok");
        count_readable(x, db, file, sql);
        db_close(db);
    }
    free(path);
}

int store_examine(const char *dir, void (*line)(void *ctx, const char *text), void *ctx)
{
    struct examiner x = {line, ctx, 0};

    examine_file(&x, dir, "data.db", "select body from rev where body is not null");
    examine_file(&x, dir, "drafts.db", "select body from draft");
    return x.found;
}
