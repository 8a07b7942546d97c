#include "odus/serve/accounts.h"
#include "room.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/mem.h"
#include "quotes.h"

struct store *room_store;
struct forms *room_forms;
struct serve *room_serve;
struct request room_request;
struct buf room_text;
struct json *room_json;
struct answer room_answer;
bool room_waits;

static char dir[200];

int room_make(void **state)
{
    const char *tmp = getenv("TMPDIR");
    struct store_options opt = {.dir = NULL};
    struct err err = {0};

    (void)state;
    snprintf(dir, sizeof(dir), "%s/odus-serve-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return -1;
    opt.dir = room_path("store");
    if (store_open(&opt, &room_store, &err) < 0)
        return -1;
    room_forms = forms_new(room_store,
            &(struct forms_options){.dir = room_path("forms"), .lang = "fr"});
    buf_init(&room_text, 0);
    answer_init(&room_answer);
    return room_open((struct serve_options){.loopback = true}, &err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int room_remove(void **state)
{
    (void)state;
    answer_release(&room_answer);
    buf_release(&room_text);
    json_free(room_json);
    room_json = NULL;
    serve_free(room_serve);
    room_serve = NULL;
    forms_free(room_forms);
    store_close(room_store);
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *room_path(const char *name)
{
    static char texts[8][300];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, sizeof(texts[0]), "%s/%s", dir, name);
    return text;
}

int room_open(struct serve_options opt, struct err *err)
{
    answer_release(&room_answer);
    answer_init(&room_answer);
    serve_free(room_serve);
    room_serve = NULL;
    room_request = (struct request){
            .address = "127.0.0.1", .loopback = true, .type = "application/json"};
    opt.store = room_store;
    opt.forms = room_forms;
    return serve_new(&opt, &room_serve, err);
}

const char *room_basic(const char *name, const char *password)
{
    static char text[300];
    char plain[200];
    size_t n = (size_t)snprintf(plain, sizeof(plain), "%s:%s", name, password);

    memcpy(text, "Basic ", 7);
    sodium_bin2base64(text + 6, sizeof(text) - 6, (const unsigned char *)plain, n,
            sodium_base64_VARIANT_ORIGINAL);
    return text;
}

const char *room_uid(int n)
{
    static char texts[8][37];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, 37, "01900000-0000-7000-8000-%012d", n);
    return text;
}

static void read_stream(struct stream *s)
{
    enum stream_state state;
    int64_t wake_ms = 0;

    do
        state = s->next(s->ctx, &room_text, &wake_ms);
    while (state == STREAM_MORE);
    assert_int_not_equal(state, STREAM_FAILED);
    room_waits = state == STREAM_WAIT;
}

int room_ask(const char *method, const char *uri, const char *body)
{
    struct request rq = room_request;
    char *json = quotes(xstrdup(body ? body : ""));

    rq.method = method;
    rq.uri = uri;
    if (!rq.body.n)
        rq.body = view_of(json);
    answer_release(&room_answer);
    serve_handle(room_serve, &rq, &room_answer);
    free(json);
    buf_clear(&room_text);
    room_waits = false;
    if (room_answer.stream.next)
        read_stream(&room_answer.stream);
    else
        buf_addv(&room_text, buf_view(&room_answer.body));
    json_free(room_json);
    room_json = NULL;
    if (!room_waits && room_answer.status != 204)
        assert_int_equal(json_parse(buf_view(&room_text), 0, &room_json, NULL), 0);
    return room_answer.status;
}

const char *room_record(int n, const char *rev, const char *extra)
{
    static char texts[4][2000];
    static unsigned turn;
    char *text = texts[turn++ % 4];

    snprintf(text, sizeof(texts[0]),
            "{'_id':'%s','uid':'%s','_rev':'%s','type':'lieu','nom':'Salle %d',"
            "'modifie_par':'anne','visibilite':'public'%s}",
            room_uid(n), room_uid(n), rev, n, extra);
    return text;
}

bool room_push(const char *container, const char *doc)
{
    char uri[100], body[3000];

    snprintf(uri, sizeof(uri), "/%s/_bulk_docs", container);
    snprintf(body, sizeof(body), "{'new_edits':false,'docs':[%s]}", doc);
    return room_ask("POST", uri, body) == 201 && json_len(room_json) == 0;
}

const char *room_at(const char *path)
{
    const struct json *j = room_json;
    struct view rest = view_of(path), part;
    const char *text;

    while (view_next(&rest, '.', &part)) {
        char key[60];
        long long i;

        snprintf(key, sizeof(key), "%.*s", (int)part.n, part.p);
        j = json_kind(j) == JSON_KIND_ARRAY && view_int(part, &i)
                    ? json_at(j, (size_t)i)
                    : json_get(j, key);
    }
    text = json_as_text(j);
    return text ? text : "";
}

/* --- who asks ---------------------------------------------------------------- */

void room_account(const char *name, const char *password, const char *names)
{
    struct view rest = view_of(names), role;
    struct json *roles = json_new_array();
    struct err err = {0};

    while (view_next(&rest, ' ', &role))
        json_push_take(roles, json_text(role));
    assert_int_equal(
            accounts_add(store_dir(room_store), name, password, roles, &err), 0);
    json_free(roles);
}

void room_open_to_others(const char *code)
{
    struct err err = {0};

    assert_int_equal(room_open((struct serve_options){.code = code}, &err), 0);
    room_request.address = "192.168.1.7";
    room_request.loopback = false;
}

void room_sign(const char *name, const char *password)
{
    room_request.authorization = room_basic(name, password);
}
