/* Files that records name, as clients see them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/serve/accounts.h"
#include "odus/store/files.h"
#include "room.h"

static const char affiche[] = "[form affiche]\nlabel=Affiche\nlanguages=fr\ntitle=nom\n"
                              "[field uid]\ntype=text\nlabel=Id\n"
                              "[field type]\ntype=text\nlabel=Type\n"
                              "[field visibilite]\ntype=text\nlabel=Visibilité\n"
                              "[field statut_fiche]\ntype=text\nlabel=État\n"
                              "[field exercice]\ntype=boolean\nlabel=Exercice\n"
                              "[field modifie_par]\ntype=text\nlabel=Par\n"
                              "[field modifie_le]\ntype=text\nlabel=Le\n"
                              "[field nom]\ntype=text\nlabel=Nom\n"
                              "[field fichier]\ntype=file\nlabel=Fichier\n";
static const char content[] = "%PDF-1.7\nAutour de minuit, un poème par jour.";
enum { SIZE = sizeof(content) - 1 };

static char hash[HASH_256_TEXT], uri[200];

static int make(void **state)
{
    int rc = room_make(state);

    hash_blake2b256(view_of(content), hash);
    snprintf(uri, sizeof(uri), "/commons/fichier%%3A%s/contenu", hash);
    if (rc == 0)
        rc = file_mkdirs(room_path("forms"), 0700, NULL);
    return rc ? rc
              : file_write_atomic(
                        room_path("forms/affiche.form"), view_of(affiche), 0600, NULL);
}

/* Record N, public or not, names the file. */
static bool name(int n, const char *more)
{
    char extra[300];

    snprintf(extra, sizeof(extra), ",'type':'affiche','fichier':'%s'%s", hash, more);
    return room_push("commons", room_record(n, "1-a", extra));
}

static void keep(void)
{
    assert_int_equal(files_put(room_store, hash, view_of(content), NULL), 0);
}

/* Pushes TEXT as the file called AS; the answer's status is 201, its rows are in
 * room_json. */
static void push(const char *text, const char *as)
{
    char base64[300], *body, rev[FILES_REV];

    sodium_bin2base64(base64, sizeof(base64), (const unsigned char *)text, strlen(text),
            sodium_base64_VARIANT_ORIGINAL);
    files_rev(as, rev);
    body = xasprintf("{'new_edits':false,'docs':[{'_id':'fichier:%s','_rev':'%s',"
                     "'type':'fichier','_attachments':{'contenu':{'content_type':"
                     "'application/pdf','data':'%s'}}}]}",
            as, rev, base64);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", body), 201);
    free(body);
}

static bool is_here(const char *which)
{
    char *path = files_path(room_store, which);
    bool here = file_exists(path);

    free(path);
    return here;
}

/* GET of the content with RANGE (NULL: all); what came goes to room_text. */
static int get(const char *range)
{
    struct request rq = room_request;
    int64_t wake_ms = 0;

    rq.method = "GET";
    rq.uri = uri;
    rq.range = range;
    answer_release(&room_answer);
    serve_handle(room_serve, &rq, &room_answer);
    buf_clear(&room_text);
    while (room_answer.stream.next && room_answer.stream.next(room_answer.stream.ctx,
                                              &room_text, &wake_ms) == STREAM_MORE) {
    }
    return room_answer.status;
}

static void expect_got(size_t from, size_t to)
{
    assert_int_equal(room_text.len, to - from);
    assert_memory_equal(room_text.s, content + from, to - from);
    assert_int_equal(room_answer.size, to - from);
}

static void files__get__whole_and_by_range(void **state)
{
    (void)state;
    keep();
    assert_true(name(1, ""));
    assert_int_equal(get(NULL), 200);
    expect_got(0, SIZE);
    assert_string_equal(room_answer.type, "application/pdf");
    assert_non_null(strstr(room_answer.etag, hash));
    assert_int_equal(get("bytes=10-"), 206);
    expect_got(10, SIZE);
    assert_non_null(strstr(room_answer.range, "bytes 10-"));
    assert_int_equal(get("bytes=3-5"), 206);
    expect_got(3, 6);
    assert_int_equal(get("bytes=0-99999"), 200);
    assert_int_equal(get("bytes=99999-"), 416);
    assert_int_equal(get("bytes=-5"), 200); /* as if it were not there */
    assert_int_equal(get("bytes=7-3"), 200);
    assert_int_equal(get("lines=1-2"), 200);
    room_request.if_none_match = room_answer.etag;
    assert_int_equal(get(NULL), 304);
}

static void files__document__tells_its_length_and_stands_in_no_feed(void **state)
{
    char id[300];

    (void)state;
    keep();
    assert_true(name(1, ""));
    snprintf(id, sizeof(id), "/commons/fichier%%3A%s", hash);
    assert_int_equal(room_ask("GET", id, NULL), 200);
    assert_string_equal(room_at("type"), "fichier");
    assert_int_equal(
            json_get_int(json_get(json_get(room_json, "_attachments"), "contenu"),
                    "length", -1),
            SIZE);
    room_ask("GET", "/commons/_changes", NULL);
    assert_int_equal(json_len(json_get(room_json, "results")), 1);
    room_ask("GET", "/commons/_all_docs", NULL);
    assert_int_equal(json_len(json_get(room_json, "rows")), 1);
}

static void files__not_named_where_one_reads__is_not_there(void **state)
{
    (void)state;
    keep();
    assert_int_equal(get(NULL), 404);
    assert_true(name(1, ",'visibilite':'organisation'"));
    snprintf(uri, sizeof(uri), "/pro/fichier%%3A%s/contenu", hash);
    assert_int_equal(get(NULL), 404);
}

/* The page of another site has what public records name. */
static void files__visitor__has_those_of_the_public(void **state)
{
    struct json *sites = json_new_array();

    (void)state;
    json_push_take(sites, json_text(VIEW_LIT("https://site.example")));
    assert_int_equal(
            room_open((struct serve_options){.loopback = true, .origins = sites}, NULL),
            0);
    json_free(sites);
    keep();
    assert_true(name(1, ",'visibilite':'professionnel'"));
    assert_int_equal(get(NULL), 200);
    room_request.origin = "https://site.example";
    assert_int_equal(get(NULL), 404);
    room_request.origin = NULL;
    assert_true(name(2, ""));
    room_request.origin = "https://site.example";
    assert_int_equal(get(NULL), 200);
}

static void files__push__is_kept_where_a_record_names_it(void **state)
{
    char body[300], rev[FILES_REV];

    (void)state;
    files_rev(hash, rev);
    snprintf(body, sizeof(body), "{'fichier:%s':['%s']}", hash, rev);
    room_ask("POST", "/commons/_revs_diff", body);
    assert_int_equal(json_len(room_json), 1);
    push(content, hash);
    assert_string_equal(room_at("0.error"), "forbidden");
    assert_false(is_here(hash));
    assert_true(name(1, ""));
    push(content, hash);
    assert_int_equal(json_len(room_json), 0);
    assert_true(is_here(hash));
    push(content, hash);
    assert_int_equal(json_len(room_json), 0);
    room_ask("POST", "/commons/_revs_diff", body);
    assert_int_equal(json_len(room_json), 0);
}

static void files__push__other_content_or_kind_is_refused(void **state)
{
    (void)state;
    assert_true(name(1, ""));
    push("%PDF-1.7 something else", hash);
    assert_string_equal(room_at("0.error"), "bad_request");
    push("<html>", hash);
    assert_string_equal(room_at("0.error"), "bad_request");
    assert_false(is_here(hash));
    push("", hash);
    assert_string_equal(room_at("0.error"), "bad_request");
}

static void files__put__takes_the_bytes_themselves(void **state)
{
    (void)state;
    assert_true(name(1, ""));
    room_request.body = view_of(content);
    room_request.type = "application/pdf";
    assert_int_equal(room_ask("PUT", uri, NULL), 201);
    assert_true(is_here(hash));
    assert_int_equal(room_ask("PUT", "/commons/x/contenu", NULL), 403);
}

static void files__reader__brings_none_and_nobody_erases(void **state)
{
    struct json *roles = json_new_array();
    struct err err = {0};
    char body[300];

    (void)state;
    assert_true(name(1, ""));
    json_push_take(roles, json_text(VIEW_LIT("lecteur")));
    assert_int_equal(
            accounts_add(room_path("store"), "lise", "motdepasse", roles, &err), 0);
    json_free(roles);
    assert_int_equal(room_open((struct serve_options){.loopback = true}, &err), 0);
    room_request.authorization = room_basic("lise", "motdepasse");
    push(content, hash);
    assert_string_equal(room_at("0.error"), "forbidden");
    assert_false(is_here(hash));
    keep();
    assert_int_equal(get(NULL), 200);
    room_request.authorization = NULL;
    assert_int_equal(get(NULL), 401);
    snprintf(body, sizeof(body),
            "{'docs':[{'_id':'fichier:%s','_rev':'1-a','_deleted':true}]}", hash);
    room_request.authorization = room_basic("lise", "motdepasse");
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", body), 201);
    assert_string_equal(room_at("0.error"), "forbidden");
    assert_true(is_here(hash));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, room_remove)
    const struct CMUnitTest tests[] = {
            T(files__get__whole_and_by_range),
            T(files__document__tells_its_length_and_stands_in_no_feed),
            T(files__not_named_where_one_reads__is_not_there),
            T(files__visitor__has_those_of_the_public),
            T(files__push__is_kept_where_a_record_names_it),
            T(files__push__other_content_or_kind_is_refused),
            T(files__put__takes_the_bytes_themselves),
            T(files__reader__brings_none_and_nobody_erases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
