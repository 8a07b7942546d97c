/*
 * floor_sync URL FILE: the least that fetching what is new from a server can be:
 * libcurl asks for pages of 1,000 changes with their documents, jansson reads them,
 * SQLite keeps id, revision and document. No ancestry, no conflicts, no lists, no
 * search. Prints a line of JSON with `ms`.
 *
 * floor_sync URL FOLDER rows STORE: the same, storing the rows that odus has made of
 * the same documents in STORE (floor_rows.h), and looking afterwards whether it did.
 *
 * floor_sync URL send FOLDER: the least that sending can be: the bodies of FOLDER
 * (bodies.h), packed beforehand, one after the other to _bulk_docs; then _revs_diff
 * asks whether all of it is there. What it takes is the server's own time.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bench/bench.h"
#include "bench/floor_rows.h"

enum { PAGE = 1000, BODIES_MAX = 100 };

struct bytes {
    char *text;
    size_t n, cap;
};

static sqlite3 *db;
static sqlite3_stmt *put;
static CURL *link_to;

static void die(const char *why)
{
    fprintf(stderr, "floor_sync: %s\n", why);
    exit(1);
}

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(db));
}

static size_t receive(char *data, size_t size, size_t count, void *ctx)
{
    struct bytes *b = ctx;

    if (b->n + size * count > b->cap) {
        b->cap = 2 * (b->n + size * count);
        b->text = realloc(b->text, b->cap);
        if (!b->text)
            die("memory");
    }
    memcpy(b->text + b->n, data, size * count);
    b->n += size * count;
    return size * count;
}

static json_t *ask(const char *url, const char *since)
{
    struct bytes answer = {NULL, 0, 0};
    char path[4096], *coded = curl_easy_escape(link_to, since, 0);
    long status = 0;
    json_t *page;

    snprintf(path, sizeof(path),
            "%s/_changes?style=all_docs&include_docs=true&limit=%d&since=%s", url, PAGE,
            coded);
    curl_free(coded);
    curl_easy_setopt(link_to, CURLOPT_URL, path);
    curl_easy_setopt(link_to, CURLOPT_WRITEDATA, &answer);
    if (curl_easy_perform(link_to) != CURLE_OK ||
            curl_easy_getinfo(link_to, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
            status != 200)
        die("no answer");
    page = json_loadb(answer.text, answer.n, 0, NULL);
    free(answer.text);
    if (!page)
        die("no JSON");
    return page;
}

static void keep(const char *id, const char *rev, const char *text)
{
    sqlite3_bind_text(put, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, rev, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 3, text, -1, SQLITE_STATIC);
    if (sqlite3_step(put) != SQLITE_DONE)
        die(sqlite3_errmsg(db));
    sqlite3_reset(put);
}

static void keep_page(const json_t *page, const char *since)
{
    const json_t *row;
    size_t i;

    run("begin");
    json_array_foreach(json_object_get(page, "results"), i, row)
    {
        const json_t *doc = json_object_get(row, "doc");
        char *text = json_dumps(doc, JSON_COMPACT);

        keep(json_string_value(json_object_get(doc, "_id")),
                json_string_value(json_object_get(doc, "_rev")), text);
        free(text);
    }
    keep("since", NULL, since);
    run("commit");
}

static char *read_since(void)
{
    char *since = NULL;
    sqlite3_stmt *st;

    sqlite3_prepare_v2(db, "select doc from d where id = 'since'", -1, &st, NULL);
    if (sqlite3_step(st) == SQLITE_ROW)
        since = strdup((const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return since ? since : strdup("0");
}

static char *last_of(const json_t *page)
{
    const json_t *last = json_object_get(page, "last_seq");
    char *since = json_string_value(last) ? strdup(json_string_value(last))
                                          : json_dumps(last, JSON_ENCODE_ANY);

    if (!since)
        die("no last_seq");
    return since;
}

/* From SINCE on, which is freed. */
static void pull(const char *url, char *since,
        void (*keep_it)(const json_t *page, const char *since))
{
    size_t n;

    do {
        json_t *page = ask(url, since);

        n = json_array_size(json_object_get(page, "results"));
        free(since);
        since = last_of(page);
        keep_it(page, since);
        json_decref(page);
    } while (n == PAGE);
    free(since);
}

/* --- sending ---------------------------------------------------------------------- */

static struct bytes pack(const char *text, size_t n)
{
    struct bytes out = {.n = 0};
    z_stream z = {.next_in = (Bytef *)text, .avail_in = (uInt)n};

    if (deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        die("zlib");
    out.cap = deflateBound(&z, n);
    out.text = malloc(out.cap);
    z.next_out = (Bytef *)out.text;
    z.avail_out = (uInt)out.cap;
    if (!out.text || deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("zlib");
    out.n = z.total_out;
    deflateEnd(&z);
    return out;
}

/* What it brings goes to DIFF, as _revs_diff is asked for it. No text: there is none.
 */
static struct bytes read_body(const char *folder, int number, json_t *diff)
{
    char file[4096];
    struct bytes packed = {NULL, 0, 0};
    json_t *body, *doc;
    char *text;
    size_t i;

    snprintf(file, sizeof(file), "%s/%d", folder, number);
    body = json_load_file(file, 0, NULL);
    if (!body)
        return packed;
    text = json_dumps(body, JSON_COMPACT);
    json_array_foreach(json_object_get(body, "docs"), i, doc)
    {
        json_object_set_new(diff, json_string_value(json_object_get(doc, "_id")),
                json_pack("[O]", json_object_get(doc, "_rev")));
    }
    packed = pack(text, strlen(text));
    free(text);
    json_decref(body);
    return packed;
}

static void post(const char *url, const char *what, const struct bytes *body)
{
    struct bytes answer = {NULL, 0, 0};
    char path[4096];
    long status = 0;

    snprintf(path, sizeof(path), "%s/%s", url, what);
    curl_easy_setopt(link_to, CURLOPT_URL, path);
    curl_easy_setopt(link_to, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(link_to, CURLOPT_POSTFIELDSIZE, (long)body->n);
    curl_easy_setopt(link_to, CURLOPT_POSTFIELDS, body->text);
    if (curl_easy_perform(link_to) != CURLE_OK ||
            curl_easy_getinfo(link_to, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
            (status != 200 && status != 201))
        die("no answer");
    free(answer.text);
}

static void set_heads(struct curl_slist *heads)
{
    heads = curl_slist_append(heads, "Content-Encoding: gzip");
    heads = curl_slist_append(heads, "Expect:");
    curl_easy_setopt(link_to, CURLOPT_HTTPHEADER, heads);
}

/* Returns when it began. */
static uint64_t send_all(const char *url, const char *folder)
{
    struct bytes bodies[BODIES_MAX], last;
    json_t *diff = json_object();
    uint64_t began;
    char *text;
    int n = 0;

    set_heads(curl_slist_append(NULL, "Content-Type: application/json"));
    while (n < BODIES_MAX && (bodies[n] = read_body(folder, n, diff)).text)
        n++;
    if (n == 0 || !(text = json_dumps(diff, JSON_COMPACT)))
        die("nothing to send");
    last = pack(text, strlen(text));
    began = bench_now();
    for (int i = 0; i < n; i++)
        post(url, "_bulk_docs", &bodies[i]);
    post(url, "_revs_diff", &last);
    return began;
}

static void open_db(const char *file)
{
    if (sqlite3_open(file, &db) != SQLITE_OK)
        die(file);
    run("pragma journal_mode = wal");
    run("pragma synchronous = normal");
    run("create table if not exists d(id text primary key, rev text, doc text)");
    sqlite3_prepare_v2(
            db, "insert or replace into d values(?1, ?2, ?3)", -1, &put, NULL);
}

/* The three kinds of floors: what each took, in nanoseconds. */

static uint64_t fetch_least(const char *url, const char *file)
{
    uint64_t began, took;

    open_db(file);
    began = bench_now();
    pull(url, read_since(), keep_page);
    took = bench_now() - began;
    sqlite3_finalize(put);
    sqlite3_close(db);
    return took;
}

static uint64_t fetch_rows(const char *url, const char *folder, const char *store)
{
    uint64_t began, took;

    rows_open(folder, store);
    began = bench_now();
    pull(url, strdup("0"), rows_keep);
    took = bench_now() - began;
    rows_check();
    rows_close();
    return took;
}

static uint64_t send_least(const char *url, const char *folder)
{
    uint64_t began = send_all(url, folder);

    return bench_now() - began;
}

int main(int argc, char **argv)
{
    uint64_t took;

    if (argc < 3 || argc > 5)
        return 2;
    link_to = curl_easy_init();
    curl_easy_setopt(link_to, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(link_to, CURLOPT_WRITEFUNCTION, receive);
    if (argc == 3)
        took = fetch_least(argv[1], argv[2]);
    else if (argc == 4)
        took = send_least(argv[1], argv[3]);
    else
        took = fetch_rows(argv[1], argv[2], argv[4]);
    curl_easy_cleanup(link_to);
    printf("{\"ms\":%.3f}\n", (double)took / 1e6);
    return 0;
}
