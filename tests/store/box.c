#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box.h"
#include "odus/db/fold.h"

static char dir[200];

int box_make(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    snprintf(dir, sizeof(dir), "%s/odus-store-XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int box_remove(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *box_path(const char *name)
{
    static char texts[8][300];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, sizeof(texts[0]), "%s/%s", dir, name);
    return text;
}

struct store *box_open(void)
{
    struct store_options opt = {.dir = box_path("store")};
    struct store *store = NULL;
    struct err e = {0};

    assert_int_equal(store_open(&opt, &store, &e), 0);
    return store;
}

void box_create(void)
{
    store_close(box_open());
}

const char *box_uid(int n)
{
    static char texts[8][37];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, sizeof(texts[0]), "01900000-0000-7000-8000-%012d", n);
    return text;
}

const char *box_other_uid(void)
{
    return "01900000-ffff-7000-8000-000000000000";
}

struct summary box_summary(const char *uid, const char *title, int32_t day)
{
    static struct occurrence days[8];
    static unsigned turn;
    struct occurrence *o = &days[turn++ % 8];

    *o = (struct occurrence){.day = day, .start = -1, .end = -1};
    if (day) {
        o->start = 20 * 60 + 30;
        o->count = 1;
    }
    return (struct summary){
            .uid = (char *)uid,
            .type = (char *)(day ? "evenement" : "lieu"),
            .status = (char *)"publie",
            .title = (char *)title,
            .days = o,
            .ndays = 1,
    };
}

struct json *box_body(const char *uid, const char *title)
{
    struct json *body = json_new_object();

    json_set_take(body, "_id", json_text(view_of(uid)));
    json_set_take(body, "titre", json_text(view_of(title)));
    json_set_take(body, "modifie_par", json_text(VIEW_LIT("anne")));
    return body;
}

int box_put(struct store *store, const char *uid, const char *title, int32_t day,
        char rev[REV_MAX])
{
    struct summary s = box_summary(uid, title, day);
    struct json *body = box_body(uid, title);
    struct err e = {0};
    int rc = record_put(store, *rev ? rev : NULL, body, &s, NULL, rev, &e);

    json_free(body);
    return rc;
}

struct draft box_draft(const char *uid, const char *body)
{
    struct draft d = {.body = (char *)body};

    snprintf(d.uid, sizeof(d.uid), "%s", uid);
    snprintf(
            d.form_hash, sizeof(d.form_hash), "%s", "0123456789abcdef0123456789abcdef");
    return d;
}

void box_put_draft(struct store *store, const char *uid, const char *title)
{
    struct summary s = box_summary(uid, title, 0);
    struct draft d = box_draft(uid, "{\"titre\":1}");
    struct err e = {0};

    assert_int_equal(draft_put(store, &d, &s, false, &e), 0);
}

static struct db *open_file(const char *file)
{
    struct db_options opt = {.setup = db_register_folding};
    struct db *db = NULL;
    struct err e = {0};
    char name[64];

    snprintf(name, sizeof(name), "store/%s", file);
    assert_int_equal(db_open(box_path(name), &opt, &db, &e), 0);
    return db;
}

int64_t box_int(const char *file, const char *sql)
{
    struct db *db = open_file(file);
    struct err e = {0};
    int64_t n = 0;

    assert_int_equal(db_int(db, &e, &n, sql, BIND_NONE), 0);
    db_close(db);
    return n;
}

const char *box_matches(const char *file, const char *match)
{
    static struct buf out;
    struct db *db = open_file(file);
    struct err e = {0};
    struct stmt *st = db_query(db,
            "select rowid from occurrence_fts where occurrence_fts match ?1"
            " order by rowid",
            bind_text(match));
    int rc;

    buf_release(&out);
    buf_init(&out, 0);
    while ((rc = stmt_step(st, &e)) > 0)
        buf_addf(&out, "%s%" PRId64, out.len ? "," : "", stmt_int(st, 0));
    assert_int_equal(rc, 0);
    db_close(db);
    return out.s;
}

int box_child(int (*fn)(void))
{
    pid_t pid = fork();
    int status = 0;

    assert_true(pid >= 0);
    if (pid == 0)
        _exit(fn());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
