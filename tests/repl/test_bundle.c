#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/repl/bundle.h"
#include "odus/store/files.h"
#include "peer.h"
#include "quotes.h"
#include "replicas.h"

static int add(void *ctx, struct view bytes, struct err *err)
{
    (void)err;
    buf_addv(ctx, bytes);
    return 0;
}

static int full(void *ctx, struct view bytes, struct err *err)
{
    (void)ctx, (void)bytes;
    return err_set(err, ERR_IO, "no room");
}

struct source {
    struct view rest;
    size_t step; /* most bytes given at once */
};

static long take(void *ctx, char *bytes, size_t max, struct err *err)
{
    struct source *s = ctx;
    size_t n = s->rest.n < s->step ? s->rest.n : s->step;

    (void)err;
    n = n < max ? n : max;
    memcpy(bytes, s->rest.p, n);
    s->rest.p += n;
    s->rest.n -= n;
    return (long)n;
}

static struct buf written(struct replica *r, int64_t since, int64_t docs)
{
    struct buf out;
    struct bundle_sink sink = {.write = add, .ctx = &out};
    int64_t n = -1, files = -1, seq = -1;

    buf_init(&out, 0);
    assert_int_equal(
            bundle_write(r->store, "commons", since, &sink, &n, &files, &seq, NULL), 0);
    assert_int_equal(n, docs);
    assert_int_equal(seq, replica_seq(r->store));
    return out;
}

static int try_read(
        struct replica *r, struct view text, bool dry, struct bundle_report *ret)
{
    struct source s = {text, 1000};
    struct bundle_source source = {.read = take, .ctx = &s};

    return bundle_read(r->store, r->forms, &source, dry, ret, NULL);
}

static struct bundle_report taken(struct replica *r, struct view text, bool dry)
{
    struct bundle_report report;

    assert_int_equal(try_read(r, text, dry, &report), 0);
    return report;
}

static const char *uid_of(int n)
{
    static char text[37];

    snprintf(text, sizeof(text), "01900000-0000-7000-8000-%012d", n);
    return text;
}

static struct replica filled(const char *name, int n)
{
    struct replica r = replicas_open(name);

    for (int i = 0; i < n; i++)
        replicas_write(&r, uid_of(i), "{'note':'n','titre':{'fr':'Été'}}");
    return r;
}

static void bundle__read__is_what_was_written(void **state)
{
    struct replica a = filled("a", 230), b = replicas_open("b");
    struct buf file = written(&a, 0, 230);
    struct bundle_report r = taken(&b, buf_view(&file), false);
    char *one, *two;

    (void)state;
    assert_true(r.whole);
    assert_string_equal(r.from, "a");
    assert_string_equal(r.container, "commons");
    assert_true(r.made_ms > 0);
    assert_int_equal(r.docs, 230);
    assert_int_equal(r.added, 230);
    assert_int_equal(r.known + r.refused + r.removed, 0);
    one = replicas_leaves(&a, uid_of(229));
    two = replicas_leaves(&b, uid_of(229));
    assert_string_equal(one, two);
    free(one);
    free(two);
    bundle_report_release(&r);
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&b);
}

static void bundle__read_twice__changes_nothing(void **state)
{
    struct replica a = filled("a", 3), b = replicas_open("b");
    struct buf file = written(&a, 0, 3);
    struct bundle_report r = taken(&b, buf_view(&file), false);
    int64_t seq = replica_seq(b.store);

    (void)state;
    bundle_report_release(&r);
    r = taken(&b, buf_view(&file), false);
    assert_int_equal(r.known, 3);
    assert_int_equal(r.added, 0);
    assert_int_equal(replica_seq(b.store), seq);
    bundle_report_release(&r);
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&b);
}

static void bundle__dry__counts_and_stores_nothing(void **state)
{
    struct replica a = filled("a", 5), b = filled("b", 2);
    struct buf file = written(&a, 0, 5);
    int64_t seq = replica_seq(b.store);
    struct bundle_report r = taken(&b, buf_view(&file), true);

    (void)state;
    assert_int_equal(r.added, 3);
    assert_int_equal(r.known, 2);
    assert_int_equal(replica_seq(b.store), seq);
    bundle_report_release(&r);
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&b);
}

static void bundle__since__has_only_what_changed(void **state)
{
    struct replica a = filled("a", 5);
    int64_t seq = replica_seq(a.store);
    struct buf file = written(&a, seq, 0);

    (void)state;
    buf_release(&file);
    replicas_write(&a, uid_of(3), "{'note':'b'}");
    file = written(&a, seq, 1);
    assert_non_null(strstr(file.s, uid_of(3)));
    buf_release(&file);
    replicas_close(&a);
}

static void bundle__empty__is_one_too(void **state)
{
    struct replica a = replicas_open("a");
    struct buf file = written(&a, 0, 0);
    struct bundle_report r = taken(&a, buf_view(&file), false);

    (void)state;
    assert_true(r.whole);
    assert_int_equal(r.docs, 0);
    bundle_report_release(&r);
    buf_release(&file);
    replicas_close(&a);
}

/* Cut off anywhere: what stands in whole blocks is taken, and no more. */
static void bundle__broken_off__is_read_to_its_last_whole_block(void **state)
{
    struct replica a = filled("a", 230), b = replicas_open("b");
    struct buf file = written(&a, 0, 230);
    size_t cuts[] = {200, file.len / 2, file.len - 300, file.len - 1};
    int64_t docs[] = {0, 0, REPLICA_SLICE, 230};

    (void)state;
    for (size_t i = 0; i < COUNT(cuts); i++) {
        struct bundle_report r = taken(&b, (struct view){file.s, cuts[i]}, true);

        assert_false(r.whole);
        assert_int_equal(r.docs, docs[i]);
        bundle_report_release(&r);
    }
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&b);
}

static void bundle__any_byte_changed__is_noticed(void **state)
{
    struct replica a = filled("a", 3), b = replicas_open("b");
    struct buf file = written(&a, 0, 3);

    (void)state;
    for (size_t i = 0; i < file.len; i++) {
        struct bundle_report r;
        char kept = file.s[i];
        int rc;

        file.s[i] = kept == 'x' ? 'y' : 'x';
        rc = try_read(&b, buf_view(&file), true, &r);
        if (rc == 0 && r.whole)
            fail_msg("byte %zu can be changed", i);
        bundle_report_release(&r);
        file.s[i] = kept;
    }
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&b);
}

static void bundle__no_bundle__is_said(void **state)
{
    static const char *const texts[] = {"", "\n", "x", "{}\n", "[1]\n",
            "{\"odus\":1}\n", "{\"odus\":\"bundle\",\"version\":1}\n",
            "{\"odus\":\"bundle\",\"version\":1,\"container\":\"../x\"}\n",
            "{\"odus\":\"bundle\",\"version\":0,\"container\":\"commons\"}\n"};
    struct replica a = replicas_open("a");
    struct bundle_report r;

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (try_read(&a, view_of(texts[i]), false, &r) != ERR_INVALID)
            fail_msg("taken: %s", texts[i]);
        bundle_report_release(&r);
    }
    assert_int_equal(try_read(&a,
                             VIEW_LIT("{\"odus\":\"bundle\",\"version\":2,"
                                      "\"container\":\"commons\"}\n"),
                             false, &r),
            ERR_NEWER);
    bundle_report_release(&r);
    replicas_close(&a);
}

static void bundle__deletions__are_counted(void **state)
{
    struct replica a = filled("a", 3), b = replicas_open("b");
    struct pull p = {0};
    struct bundle_report r;
    struct buf file;

    (void)state;
    replicas_pull(&b, &a, &p);
    replicas_write(&a, uid_of(0), "{'statut_fiche':'supprime'}");
    replicas_write(&a, uid_of(1), "{'note':'b'}");
    file = written(&a, p.since, 2);
    r = taken(&b, buf_view(&file), true);
    assert_int_equal(r.removed, 1);
    bundle_report_release(&r);
    replicas_write(&b, uid_of(0), "{'note':'mine'}"); /* stays, beside it */
    r = taken(&b, buf_view(&file), true);
    assert_int_equal(r.removed, 0);
    bundle_report_release(&r);
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&b);
}

static void bundle__held_and_exercises__stay_here(void **state)
{
    struct replica a = filled("a", 3), t = filled("t", 2);
    struct buf file;

    (void)state;
    assert_int_equal(replica_hold(a.store, uid_of(1), true, NULL), 0);
    replicas_write(&a, uid_of(2), "{'exercice':true}");
    file = written(&a, 0, 1);
    assert_non_null(strstr(file.s, uid_of(0)));
    buf_release(&file);
    store_meta_set(t.store, "training", "1", NULL);
    replicas_write(&t, uid_of(1), "{'exercice':true}");
    file = written(&t, 0, 1);
    assert_non_null(strstr(file.s, uid_of(1)));
    /* and what comes from there is not taken elsewhere */
    {
        struct bundle_report r = taken(&a, buf_view(&file), false);

        assert_int_equal(r.refused, 1);
        assert_int_equal(r.added + r.known, 0);
        bundle_report_release(&r);
    }
    buf_release(&file);
    replicas_close(&a);
    replicas_close(&t);
}

/* --- files ------------------------------------------------------------------------ */

enum { POSTER = 1000 * 1000 }; /* three pieces */

/* A PDF in the store of R, named by record N; its hash, good until the next call. */
static const char *add_poster(struct replica *r, int n, struct buf *out)
{
    static char hash[HASH_256_TEXT];
    char *text;

    buf_init(out, 0);
    buf_adds(out, "%PDF-1.7\n");
    for (unsigned i = 0; i < POSTER; i++)
        buf_addc(out, (char)(i * i + i / 251));
    hash_blake2b256(buf_view(out), hash);
    assert_int_equal(files_put(r->store, hash, buf_view(out), NULL), 0);
    text = xasprintf("{'affiche':'%s'}", hash);
    replicas_write(r, uid_of(n), text);
    free(text);
    return hash;
}

static bool has_file(struct replica *r, const char *hash)
{
    struct buf content;
    bool has = files_read(r->store, hash, &content, NULL) == 0;

    buf_release(&content);
    return has;
}

static void bundle__files_of_records__go_along(void **state)
{
    struct replica a = filled("a", 3), b = replicas_open("b");
    struct bundle_report r;
    struct buf poster, file;
    struct json *body;
    const char *hash;
    char *text;

    (void)state;
    hash = add_poster(&a, 1, &poster);
    file = written(&a, 0, 3);
    r = taken(&b, buf_view(&file), true);
    assert_int_equal(r.files, 1);
    assert_false(has_file(&b, hash));
    bundle_report_release(&r);
    r = taken(&b, buf_view(&file), false);
    assert_true(r.whole);
    assert_int_equal(r.files, 1);
    assert_int_equal(r.added, 3);
    assert_true(has_file(&b, hash));
    bundle_report_release(&r);
    r = taken(&b, buf_view(&file), false);
    assert_int_equal(r.files, 0);
    bundle_report_release(&r);
    buf_release(&file);
    assert_int_equal(replica_hold(a.store, uid_of(1), true, NULL), 0);
    file = written(&a, 0, 2); /* what is held stays, with its file */
    assert_true(file.len < POSTER);
    buf_release(&file);
    assert_int_equal(replica_hold(a.store, uid_of(1), false, NULL), 0);
    text = xasprintf("{'affiche':'%s'}", hash);
    body = replicas_body(&a, uid_of(1), text);
    json_set_take(body, "visibilite", json_text(VIEW_LIT("professionnel")));
    replicas_put(&a, uid_of(1), NULL, NULL, body);
    free(text);
    file = written(&a, 0, 2); /* nor does that of another container go along */
    assert_true(file.len < POSTER);
    buf_release(&file);
    buf_release(&poster);
    replicas_close(&a);
    replicas_close(&b);
}

/* A bundle of one line, which is LINE. */
static struct buf bundle_of(const char *line)
{
    char hash[HASH_256_TEXT];
    struct buf out;

    buf_init(&out, 0);
    buf_addf(&out,
            "{\"container\":\"commons\",\"odus\":\"bundle\",\"version\":1}\n%s\n",
            line);
    hash_blake2b256(buf_view(&out), hash);
    buf_addf(&out, "{\"block\":1,\"hash\":\"%s\"}\n", hash);
    hash_blake2b256(buf_view(&out), hash);
    buf_addf(&out, "{\"docs\":0,\"end\":true,\"hash\":\"%s\"}\n", hash);
    return out;
}

/* Whoever makes a bundle can write what they like. */
static void bundle__file_that_is_none__is_not_kept(void **state)
{
    static const char pdf[] = "%PDF-1.7\n", base64[] = "JVBERi0xLjcK";
    struct replica a = filled("a", 1);
    struct bundle_report r = {.docs = 0};
    char hash[HASH_256_TEXT], *line, *text;
    struct buf file;

    (void)state;
    hash_blake2b256(view_of(pdf), hash);
    line = xasprintf(
            "{\"file\":\"%s\",\"bytes\":9,\"at\":0,\"data\":\"%s\"}", hash, base64);
    file = bundle_of(line);
    r = taken(&a, buf_view(&file), false); /* nobody names it */
    assert_int_equal(r.files, 0);
    assert_false(has_file(&a, hash));
    bundle_report_release(&r);
    text = xasprintf("{'affiche':'%s'}", hash);
    replicas_write(&a, uid_of(0), text);
    memcpy(strstr(line, base64), "JVBERi0xLjcL", 12); /* another content */
    buf_release(&file);
    file = bundle_of(line);
    r = taken(&a, buf_view(&file), false);
    assert_int_equal(r.files, 0);
    assert_int_equal(r.refused, 1);
    assert_false(has_file(&a, hash));
    bundle_report_release(&r);
    memcpy(strstr(line, "JVBE"), base64, 12);
    buf_release(&file);
    file = bundle_of(line);
    r = taken(&a, buf_view(&file), false);
    assert_int_equal(r.files, 1);
    assert_true(has_file(&a, hash));
    bundle_report_release(&r);
    buf_release(&file);
    free(line);
    free(text);
    replicas_close(&a);
}

/* A piece that is not the next one ends it; one from the beginning begins anew. */
static void bundle__file_in_wrong_pieces__is_damaged(void **state)
{
    static const struct {
        const char *head, *tail;
        bool good;
    } all[] = {
            {"'bytes':9,'at':0,'data':'JVBERi0x'", "'bytes':9,'at':6,'data':'LjcK'",
                    true},
            {"'bytes':9,'at':0,'data':'JVBERi0x'", "'bytes':9,'at':3,'data':'LjcK'",
                    false},
            {"'bytes':9,'at':0,'data':'JVBERi0x'",
                    "'bytes':9,'at':0,'data':'JVBERi0xLjcK'", true},
            {"'bytes':9,'at':0,'data':'JVBERi0x'", "'bytes':9,'at':6,'data':'L*cK'",
                    false},
            {"'bytes':9,'at':0,'data':''", "'bytes':30000000,'at':0,'data':''", false},
    };
    char hash[HASH_256_TEXT];

    (void)state;
    hash_blake2b256(view_of("%PDF-1.7\n"), hash);
    for (size_t i = 0; i < COUNT(all); i++) {
        struct replica a = filled((const char[]){(char)('a' + i), '\0'}, 1);
        char *named = xasprintf("{'affiche':'%s'}", hash);
        char *lines = quotes(xasprintf("{'file':'%s',%s}\n{'file':'%s',%s}", hash,
                all[i].head, hash, all[i].tail));
        struct buf file = bundle_of(lines);
        struct bundle_report r;

        replicas_write(&a, uid_of(0), named);
        if (try_read(&a, buf_view(&file), false, &r) != (all[i].good ? 0 : ERR_INVALID))
            fail_msg("%s, %s", all[i].head, all[i].tail);
        assert_int_equal(has_file(&a, hash), all[i].good);
        bundle_report_release(&r);
        buf_release(&file);
        free(lines);
        free(named);
        replicas_close(&a);
    }
}

static void bundle__no_room__is_an_error(void **state)
{
    struct replica a = filled("a", 1);
    struct bundle_sink sink = {.write = full};
    int64_t docs, files, seq;

    (void)state;
    assert_int_equal(
            bundle_write(a.store, "commons", 0, &sink, &docs, &files, &seq, NULL),
            ERR_IO);
    replicas_close(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, replicas_make, replicas_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(bundle__read__is_what_was_written),
            TEST(bundle__read_twice__changes_nothing),
            TEST(bundle__dry__counts_and_stores_nothing),
            TEST(bundle__since__has_only_what_changed),
            TEST(bundle__empty__is_one_too),
            TEST(bundle__broken_off__is_read_to_its_last_whole_block),
            TEST(bundle__any_byte_changed__is_noticed),
            TEST(bundle__no_bundle__is_said),
            TEST(bundle__deletions__are_counted),
            TEST(bundle__held_and_exercises__stay_here),
            TEST(bundle__files_of_records__go_along),
            TEST(bundle__file_that_is_none__is_not_kept),
            TEST(bundle__file_in_wrong_pieces__is_damaged),
            TEST(bundle__no_room__is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
