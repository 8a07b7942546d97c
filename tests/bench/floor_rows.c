#include "bench/floor_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/db/priv.h"
#include "../../src/store/priv.h"
#include "odus/base/file.h"
#include "odus/store/replica.h"

static struct db *db;
static sqlite3 *handle;

/*
 * ?1 and ?2: the first and the last of the slice. odus has numbered its entries in the
 * order in which they came, and so they come again; rows_check would tell.
 */
enum {
    ENTRY,
    RECORD,
    REV,
    OCCURRENCE,
    LINK,
    LAST,
    WORDS,
    WORD,
    MEMOS,
    MEMO,
    POINT,
    STATEMENTS
};

#define OF_SLICE " between ?1 and ?2"

static const char *const sql[STATEMENTS] = {
        [ENTRY] = "insert into entry select * from ready.entry where id" OF_SLICE,
        [RECORD] = "insert into record select * from ready.record where id" OF_SLICE,
        [REV] = "insert into rev select id, record, ?2, gen, parent, deleted, leaf,"
                " at_ms, author, peer, reach, bytes, ?3 from ready.rev"
                " where record = ?1",
        [OCCURRENCE] = "insert into occurrence select * from ready.occurrence"
                       " where entry" OF_SLICE,
        [LINK] = "insert into link select * from ready.link where src" OF_SLICE,
        [LAST] = "update sequence set last = (select max(seq) from record"
                 " where id" OF_SLICE ")",
        [WORDS] = "select o.id, e.title, e.text, e.place_name, e.town,"
                  " e.organiser_name from entry e cross join occurrence o"
                  " on o.entry = e.id where e.id" OF_SLICE " order by o.id",
        [WORD] = "insert into occurrence_fts(rowid, title, text, place, town,"
                 " organiser) values(?1, ?2, ?3, ?4, ?5, ?6)",
        [MEMOS] = "select id, memo from entry where memo is not null and id" OF_SLICE,
        [MEMO] = "insert into memo_fts(rowid, memo) values(?1, ?2)",
        [POINT] = "insert or replace into checkpoint select peer, container, ?1, epoch"
                  " from ready.checkpoint",
};

static sqlite3_stmt *statements[STATEMENTS];
static int64_t last; /* entry that is stored */

static void die(const char *why)
{
    fprintf(stderr, "floor_sync: %s\n", why);
    exit(1);
}

static void must(int rc)
{
    if (rc != SQLITE_OK)
        die(sqlite3_errmsg(handle));
}

static void run(const char *text)
{
    must(sqlite3_exec(handle, text, NULL, NULL, NULL));
}

/* --- opening ---------------------------------------------------------------------- */

/* What is there before the first document. */
static void copy_rest(void)
{
    static const char *const names[] = {
            "meta", "peer", "list", "list_entry", "form_version"};

    for (size_t i = 0; i < COUNT(names); i++) {
        char *text =
                xasprintf("insert into %s select * from ready.%s", names[i], names[i]);

        run(text);
        free(text);
    }
}

void rows_open(const char *folder, const char *ready)
{
    char *attach = sqlite3_mprintf("attach '%q/data.db' as ready", ready);

    if (file_mkdirs(folder, 0700, NULL) || schema_open_data(folder, false, &db, NULL))
        die(folder);
    handle = db->handle;
    run(attach);
    copy_rest();
    for (int i = 0; i < STATEMENTS; i++)
        must(sqlite3_prepare_v2(handle, sql[i], -1, &statements[i], NULL));
    sqlite3_free(attach);
}

/* --- storing ---------------------------------------------------------------------- */

static void step(int which)
{
    if (sqlite3_step(statements[which]) != SQLITE_DONE)
        die(sqlite3_errmsg(handle));
    sqlite3_reset(statements[which]);
}

static void bind(int which, int at, const char *text)
{
    must(sqlite3_bind_text(statements[which], at, text, -1, SQLITE_STATIC));
}

static void step_slice(int which, int64_t first, int64_t end)
{
    must(sqlite3_bind_int64(statements[which], 1, first));
    must(sqlite3_bind_int64(statements[which], 2, end));
    step(which);
}

static void put_rev(int64_t id, json_t *doc)
{
    json_t *rev = json_incref(json_object_get(doc, "_rev"));
    char *text;

    json_object_del(doc, "_rev");
    text = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS);
    must(sqlite3_bind_int64(statements[REV], 1, id));
    bind(REV, 2, json_string_value(rev));
    bind(REV, 3, text);
    step(REV);
    free(text);
    json_decref(rev);
}

/* FTS5 writes out all it has gathered before an `insert … select`. */
static void index_words(int from, int into, int64_t first, int64_t end)
{
    sqlite3_stmt *row = statements[from];

    must(sqlite3_bind_int64(row, 1, first));
    must(sqlite3_bind_int64(row, 2, end));
    while (sqlite3_step(row) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(row); i++)
            must(sqlite3_bind_value(
                    statements[into], i + 1, sqlite3_column_value(row, i)));
        step(into);
    }
    must(sqlite3_reset(row));
}

/* N rows of changes from AT on. */
static void store_slice(const json_t *results, size_t at, size_t n)
{
    int64_t first = last + 1;

    last += (int64_t)n;
    step_slice(ENTRY, first, last);
    step_slice(RECORD, first, last);
    for (size_t i = 0; i < n; i++)
        put_rev(first + (int64_t)i,
                json_object_get(json_array_get(results, at + i), "doc"));
    step_slice(OCCURRENCE, first, last);
    step_slice(LINK, first, last);
    step_slice(LAST, first, last);
    index_words(WORDS, WORD, first, last);
    index_words(MEMOS, MEMO, first, last);
}

void rows_keep(const json_t *page, const char *since)
{
    const json_t *results = json_object_get(page, "results");
    size_t n = json_array_size(results);

    for (size_t at = 0; at < n; at += REPLICA_SLICE) {
        size_t left = n - at;

        run("begin immediate");
        store_slice(results, at, left < REPLICA_SLICE ? left : REPLICA_SLICE);
        if (left <= REPLICA_SLICE) {
            bind(POINT, 1, since);
            step(POINT);
        }
        run("commit");
    }
}

/* --- checking --------------------------------------------------------------------- */

static bool is_true(const char *text)
{
    sqlite3_stmt *st;
    bool is;

    must(sqlite3_prepare_v2(handle, text, -1, &st, NULL));
    is = sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0);
    must(sqlite3_finalize(st));
    return is;
}

static void check_table(const char *name)
{
    char *text = xasprintf("select (select count(*) from main.%s) ="
                           " (select count(*) from ready.%s) and not exists"
                           " (select * from main.%s except select * from ready.%s)",
            name, name, name, name);

    if (!is_true(text)) {
        fprintf(stderr, "floor_sync: not the rows of odus: %s\n", name);
        exit(1);
    }
    free(text);
}

/* But `due`: what odus is to write anew later, as it learnt names. */
void rows_check(void)
{
    sqlite3_stmt *st;

    run("pragma temp_store = file"); /* memory is measured, too */
    must(sqlite3_prepare_v2(handle,
            "select name from ready.sqlite_schema where type = 'table' and name <> "
            "'due'"
            " and sql not like 'create virtual%' and name not like 'sqlite!_%' escape"
            " '!' and name not like '%!_fts!_%' escape '!'",
            -1, &st, NULL));
    while (sqlite3_step(st) == SQLITE_ROW)
        check_table((const char *)sqlite3_column_text(st, 0));
    must(sqlite3_finalize(st));
    run("insert into occurrence_fts(occurrence_fts, rank) values('integrity-check', 1);"
        "insert into memo_fts(memo_fts, rank) values('integrity-check', 1)");
}

void rows_close(void)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(statements[i]);
    db_close(db);
}
