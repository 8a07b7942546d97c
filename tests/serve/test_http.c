#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "odus/base/clock.h"
#include "odus/serve/accounts.h"
#include "odus/serve/http.h"
#include "dial.h"
#include "room.h"

/* --- tests --------------------------------------------------------------------- */

static void http__get__is_answered_and_kept_alive(void **state)
{
    struct buf in;
    int fd = dial();

    (void)state;
    buf_init(&in, 0);
    for (int i = 0; i < 2; i++) {
        buf_clear(&in);
        send_all(fd, VIEW_LIT("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), &in);
        assert_true(wait_for(fd, &in, "\"Welcome\""));
        assert_memory_equal(in.s, "HTTP/1.1 200 OK", 15);
    }
    assert_false(http_active(http));
    close(fd);
    buf_release(&in);
}

static void http__head__sends_no_body(void **state)
{
    (void)state;
    assert_true(exchange("HEAD /commons/_changes HTTP/1.1\r\nHost: localhost\r\n"
                         "Connection: close\r\n\r\n",
            "\r\n\r\n"));
}

static void http__nonsense__is_refused(void **state)
{
    static const char *const texts[] = {
            "\r\n\r\n\x01\x02\x03\r\n\r\n",
            "GET\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Length: -5\r\n\r\n",
            "POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Length: 99999999999999999999999\r\n\r\n",
            "POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
            "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_true(exchange(texts[i], NULL));
    assert_true(exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "Welcome"));
}

static void http__body__announced_too_large_is_not_read(void **state)
{
    (void)state;
    assert_true(exchange("POST /commons/_bulk_get HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Type: application/json\r\n"
                         "Content-Length: 9000000\r\n\r\n",
            "413"));
    assert_true(exchange("POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Type: application/json\r\n"
                         "Content-Length: 29000000\r\n\r\n", /* a file may be long */
            "413"));
}

static void http__body__that_grows_too_large_is_cut(void **state)
{
    static char chunk[64 * 1024 + 16];
    size_t n = (size_t)snprintf(chunk, 16, "10000\r\n");
    struct buf in;
    int fd = dial();

    (void)state;
    memset(chunk + n, ' ', 65536);
    memcpy(chunk + n + 65536, "\r\n", 2);
    buf_init(&in, 0);
    send_all(fd,
            VIEW_LIT("POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
                     "Content-Type: application/json\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n"),
            &in);
    for (int i = 0; i < 130; i++)
        send_all(fd, (struct view){chunk, n + 65538}, &in);
    assert_true(wait_for(fd, &in, NULL));
    close(fd);
    buf_release(&in);
}

static void http__head__that_is_too_large_is_refused(void **state)
{
    static char text[70 * 1024];
    size_t n = (size_t)snprintf(
            text, sizeof(text), "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");

    (void)state;
    memset(text + n, 'a', sizeof(text) - n - 5);
    memcpy(text + sizeof(text) - 5, "\r\n\r\n", 5);
    assert_true(exchange(text, "HTTP/1.1 4"));
}

static void http__slow_head__is_cut(void **state)
{
    struct buf in;
    int fd = dial();
    bool on = true;
    int64_t end_ms = clock_mono_ms() + DIAL_PATIENCE_MS;

    (void)state;
    buf_init(&in, 0);
    send_all(fd, VIEW_LIT("GET / HTTP/1.1\r\nHost: localhost\r\n"), &in);
    while (on && clock_mono_ms() < end_ms) { /* a byte now and then */
        send(fd, "X", 1, MSG_NOSIGNAL);
        on = turn(fd, &in);
    }
    assert_false(on);
    close(fd);
    buf_release(&in);
}

static void http__slow_body__is_cut(void **state)
{
    struct buf in;
    int fd = dial();

    (void)state;
    buf_init(&in, 0);
    send_all(fd,
            VIEW_LIT("POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
                     "Content-Type: application/json\r\n"
                     "Content-Length: 1000\r\n\r\n{"),
            &in);
    assert_true(wait_for(fd, &in, NULL));
    close(fd);
    buf_release(&in);
}

static void http__client__that_goes_away_leaves_nothing(void **state)
{
    struct buf in;
    int fds[8];

    (void)state;
    buf_init(&in, 0);
    for (int i = 0; i < 8; i++) {
        fds[i] = dial();
        send_all(fds[i],
                VIEW_LIT("GET /commons/_changes?feed=longpoll&heartbeat=1000 "
                         "HTTP/1.1\r\n"
                         "Host: localhost\r\n\r\n"),
                &in);
        assert_true(wait_for(fds[i], &in, "results"));
    }
    for (int i = 0; i < 8; i++)
        close(fds[i]);
    assert_true(http_active(http));
    for (int64_t end = clock_mono_ms() + DIAL_PATIENCE_MS;
            http_active(http) && clock_mono_ms() < end;) {
        struct pollfd fd = {.fd = http_fd(http), .events = POLLIN};

        poll(&fd, 1, 50);
        http_run(http);
    }
    assert_false(http_active(http));
    buf_release(&in);
}

static void http__connections__of_one_address_are_limited(void **state)
{
    enum { ALLOWED = 40 };
    struct http_options patient = {
            .serve = room_serve, .store = room_store, .host = "0.0.0.0"};
    struct buf in;
    int fds[ALLOWED + 1];

    (void)state;
    http_close(http);
    assert_int_equal(http_open(&patient, &http, NULL), 0);
    buf_init(&in, 0);
    for (int i = 0; i <= ALLOWED; i++)
        fds[i] = dial();
    assert_true(wait_for(fds[ALLOWED], &in, NULL));
    send_all(fds[0], VIEW_LIT("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), &in);
    assert_true(wait_for(fds[0], &in, "Welcome"));
    for (int i = 0; i <= ALLOWED; i++)
        close(fds[i]);
    buf_release(&in);
}

/* All that a proxy of this machine brings has one address. */
static void http__connections__of_a_proxy_are_many(void **state)
{
    enum { MANY = 60 };
    struct buf in;
    int fds[MANY];

    (void)state;
    buf_init(&in, 0);
    for (int i = 0; i < MANY; i++)
        fds[i] = dial();
    send_all(fds[MANY - 1], VIEW_LIT("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), &in);
    assert_true(wait_for(fds[MANY - 1], &in, "Welcome"));
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    buf_release(&in);
}

static void add_account(void)
{
    struct json *roles = json_new_array();

    json_push_take(roles, json_text(VIEW_LIT("lecteur")));
    assert_int_equal(
            accounts_add(store_dir(room_store), "anne", "motdepasse", roles, NULL), 0);
    json_free(roles);
}

/* GET /commons as NAME with PASSWORD, which the proxy says comes from ADDRESSES. */
static bool forwarded(
        const char *name, const char *password, const char *addresses, const char *what)
{
    char text[500];

    snprintf(text, sizeof(text),
            "GET /commons HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\n"
            "X-Forwarded-For: %s\r\n\r\n",
            room_basic(name, password), addresses);
    return exchange(text, what);
}

static void http__proxy__tells_apart_who_tries_passwords(void **state)
{
    char name[20];

    (void)state;
    add_account();
    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof(name), "nom%d", i);
        assert_true(forwarded(name, "x", "192.0.2.7, 198.51.100.1", " 401 "));
    }
    assert_true(forwarded("anne", "motdepasse", "192.0.2.8, 198.51.100.1", " 403 "));
    assert_true(forwarded("anne", "motdepasse", "198.51.100.2", " 200 "));
    assert_true(forwarded("anne", "motdepasse", "2001:db8::1", " 200 "));
    assert_true(forwarded("anne", "motdepasse", "nonsense", " 200 "));
}

static void http__large_body__of_a_stranger_is_not_awaited(void **state)
{
    char text[500];

    (void)state;
    add_account();
    assert_true(exchange("POST /_session/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Type: application/json\r\n"
                         "Content-Length: 9000000\r\n\r\n",
            " 401 "));
    snprintf(text, sizeof(text),
            "POST /commons/_bulk_docs HTTP/1.1\r\nHost: localhost\r\n"
            "Authorization: %s\r\nContent-Type: application/json\r\n"
            "Expect: 100-continue\r\nContent-Length: 9000000\r\n\r\n",
            room_basic("anne", "motdepasse"));
    assert_true(exchange(text, " 100 "));
}

static void http__longpoll__sees_a_change_at_once(void **state)
{
    struct buf in;
    int fd = dial();

    (void)state;
    buf_init(&in, 0);
    send_all(fd,
            VIEW_LIT("GET /commons/_changes?feed=longpoll HTTP/1.1\r\n"
                     "Host: localhost\r\n\r\n"),
            &in);
    assert_true(wait_for(fd, &in, "results"));
    assert_true(room_push("commons", room_record(1, "1-a", "")));
    assert_true(wait_for(fd, &in, "last_seq"));
    assert_non_null(strstr(in.s, room_uid(1)));
    close(fd);
    buf_release(&in);
}

/* odus itself at work on the same store. */
static void http__longpoll__sees_what_others_write_to_the_store(void **state)
{
    struct store_options opt = {.dir = store_dir(room_store)};
    struct replica_slice slice = {.container = "commons", .n = 1};
    char revs[1][REV_MAX] = {"1-a"};
    struct replica_doc doc = {.revs = revs, .nrevs = 1};
    struct store *other;
    struct buf in, body;
    int fd = dial();

    (void)state;
    buf_init(&in, 0);
    buf_init(&body, 0);
    send_all(fd,
            VIEW_LIT("GET /commons/_changes?feed=longpoll HTTP/1.1\r\n"
                     "Host: localhost\r\n\r\n"),
            &in);
    assert_true(wait_for(fd, &in, "results"));
    assert_int_equal(store_open(&opt, &other, NULL), 0);
    buf_addf(&body, "{\"_id\":\"%s\",\"visibilite\":\"public\"}", room_uid(5));
    memcpy(doc.uid, room_uid(5), sizeof(doc.uid));
    doc.body = body.s;
    slice.docs = &doc;
    assert_int_equal(replica_apply(other, room_forms, &slice, NULL, NULL, NULL), 0);
    store_close(other);
    assert_true(wait_for(fd, &in, room_uid(5)));
    close(fd);
    buf_release(&in);
    buf_release(&body);
}

static void http__quiesce__ends_those_who_wait(void **state)
{
    struct buf in;
    int fd = dial();

    (void)state;
    buf_init(&in, 0);
    send_all(fd,
            VIEW_LIT("GET /commons/_changes?feed=longpoll HTTP/1.1\r\n"
                     "Host: localhost\r\n\r\n"),
            &in);
    assert_true(wait_for(fd, &in, "results"));
    serve_stop(room_serve);
    http_quiesce(http);
    assert_true(wait_for(fd, &in, "last_seq"));
    close(fd);
    buf_release(&in);
}

/* --- gzip ---------------------------------------------------------------------- */

static size_t pack(struct view v, unsigned char *out, size_t max)
{
    z_stream z = {.next_in = (Bytef *)v.p, .avail_in = (uInt)v.n};

    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = out;
    z.avail_out = (uInt)max;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return max - z.avail_out;
}

/* Posts N packed BYTES to _revs_diff; returns the status. */
static int post_packed(const unsigned char *bytes, size_t n, const char *encoding)
{
    int status;

    room_request.encoding = encoding;
    room_request.body = (struct view){(const char *)bytes, n};
    status = room_ask("POST", "/commons/_revs_diff", NULL);
    room_request.encoding = NULL;
    room_request.body = (struct view){NULL, 0};
    return status;
}

static void http__packed_body__is_unpacked_within_limits(void **state)
{
    static unsigned char packed[64 * 1024];
    struct view json = VIEW_LIT("{\"a\":[\"1-b\"]}");
    char *bomb = calloc(1, SERVE_BODY_MAX + 1000);
    size_t n = pack(json, packed, sizeof(packed));

    (void)state;
    assert_int_equal(post_packed(packed, n, "gzip"), 200);
    assert_string_equal(room_at("a.missing.0"), "1-b");
    assert_int_equal(post_packed(packed, n - 3, "gzip"), 400);
    assert_int_equal(post_packed(packed, n, "deflate"), 415);
    packed[15] ^= 0xff;
    assert_int_equal(post_packed(packed, n, "gzip"), 400);
    assert_int_equal(post_packed((const unsigned char *)"", 0, "gzip"), 400);
    memset(bomb, ' ', SERVE_BODY_MAX + 1000);
    n = pack((struct view){bomb, SERVE_BODY_MAX + 1000}, packed, sizeof(packed));
    assert_int_equal(post_packed(packed, n, "gzip"), 413);
    free(bomb);
}

/* Eight kilobytes on the line, and hundreds of megabytes of values. */
static void http__packed_body__of_millions_of_values_is_refused(void **state)
{
    enum { BYTES = 3 * 1000 * 1000 };
    static unsigned char packed[64 * 1024];
    char *bomb = malloc(BYTES);
    size_t n;

    (void)state;
    for (size_t i = 0; i < BYTES; i++)
        bomb[i] = "[],"[i % 3];
    bomb[0] = '[';
    bomb[BYTES - 1] = ']';
    n = pack((struct view){bomb, BYTES}, packed, sizeof(packed));
    assert_int_equal(post_packed(packed, n, "gzip"), 413);
    free(bomb);
    bomb = malloc(10000);
    memset(bomb, ' ', 10000);
    assert_non_null(bomb);
    n = pack((struct view){bomb, 10000}, packed, sizeof(packed));
    free(bomb);
    room_request.encoding = "gzip";
    room_request.body = (struct view){(const char *)packed, n};
    assert_int_equal(room_ask("POST", "/_session", NULL), 413);
    room_request.encoding = NULL;
    room_request.body = (struct view){NULL, 0};
}

static void http__large_answer__is_packed_when_that_is_accepted(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++)
        assert_true(room_push("commons", room_record(i, "1-a", "")));
    assert_true(exchange("GET /commons/_changes HTTP/1.1\r\nHost: localhost\r\n"
                         "Accept-Encoding: gzip, deflate\r\n\r\n",
            "Content-Encoding: gzip"));
    assert_true(exchange(
            "GET /commons/_changes HTTP/1.1\r\nHost: localhost\r\n\r\n", "last_seq"));
}

/* One packet; the longer one in chunks, as it is made. */
static void http__stream__has_a_length_when_it_is_short(void **state)
{
    static const char ask[] = "GET /commons/_changes?include_docs=true HTTP/1.1\r\n"
                              "Host: localhost\r\n\r\n";
    struct buf in, extra;
    int fd = dial();

    (void)state;
    buf_init(&in, 0);
    buf_init(&extra, 0);
    assert_true(room_push("commons", room_record(0, "1-a", "")));
    send_all(fd, view_of(ask), &in);
    assert_true(wait_for(fd, &in, "last_seq"));
    assert_non_null(strstr(in.s, "Content-Length: "));
    assert_null(strstr(in.s, "chunked"));
    buf_addf(&extra, ",'texte':'%01000d'", 0);
    for (int i = 1; i < 100; i++)
        assert_true(room_push("commons", room_record(i, "1-a", extra.s)));
    buf_clear(&in);
    send_all(fd, view_of(ask), &in);
    assert_true(wait_for(fd, &in, "\r\n0\r\n\r\n"));
    assert_null(strstr(in.s, "Content-Length: "));
    assert_non_null(strstr(in.s, room_uid(99)));
    assert_non_null(strstr(in.s, "last_seq"));
    close(fd);
    buf_release(&extra);
    buf_release(&in);
}

/* --- JSON ----------------------------------------------------------------------- */

static void http__json__deep_or_broken_is_refused(void **state)
{
    static char deep[40000];

    (void)state;
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", "{"), 400);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", "[]"), 400);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", "{'docs':[1]}"), 400);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", "{'docs':{}}"), 400);
    memset(deep, '[', sizeof(deep) - 1);
    assert_int_equal(room_ask("POST", "/commons/_bulk_docs", deep), 413);
    assert_int_equal(room_ask("GET", "/commons/%", NULL), 400);
    assert_int_equal(room_ask("GET", "/commons/a%00b", NULL), 400);
    assert_int_equal(room_ask("GET", "/commons/%ff", NULL), 400);
    assert_int_equal(room_ask("GET", "", NULL), 400);
    memset(deep, 'a', SERVE_URI_MAX + 10);
    deep[0] = '/';
    deep[SERVE_URI_MAX + 1] = '\0';
    assert_int_equal(room_ask("GET", deep, NULL), 414);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, http_make, http_remove)
    const struct CMUnitTest tests[] = {
            T(http__get__is_answered_and_kept_alive),
            T(http__head__sends_no_body),
            T(http__nonsense__is_refused),
            T(http__body__announced_too_large_is_not_read),
            T(http__body__that_grows_too_large_is_cut),
            T(http__head__that_is_too_large_is_refused),
            T(http__slow_head__is_cut),
            T(http__slow_body__is_cut),
            T(http__client__that_goes_away_leaves_nothing),
            T(http__connections__of_one_address_are_limited),
            T(http__connections__of_a_proxy_are_many),
            T(http__proxy__tells_apart_who_tries_passwords),
            T(http__large_body__of_a_stranger_is_not_awaited),
            T(http__longpoll__sees_a_change_at_once),
            T(http__longpoll__sees_what_others_write_to_the_store),
            T(http__quiesce__ends_those_who_wait),
            T(http__packed_body__is_unpacked_within_limits),
            T(http__packed_body__of_millions_of_values_is_refused),
            T(http__large_answer__is_packed_when_that_is_accepted),
            T(http__stream__has_a_length_when_it_is_short),
            T(http__json__deep_or_broken_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
