#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "exchange.h"
#include "faults.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/store/replica.h"

#define SERVER "http://127.0.0.1:1"

static const char program[] =
        "#!/bin/sh\n"
        "dir=${0%/*}\n"
        "read -r job && printf '%s\\n' \"$job\" >>\"$dir/told\"\n"
        "while read -r line <&3; do\n"
        "  case $line in\n"
        "  '?') read -r answer || exit 0; printf '%s\\n' \"$answer\" >>\"$dir/told\" "
        ";;\n"
        "  '!') read -r answer; printf '%s\\n' \"$answer\" >>\"$dir/told\"; exit 0 ;;\n"
        "  *) printf '%s\\n' \"$line\" ;;\n"
        "  esac\n"
        "done 3<\"$dir/script\"\n";

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

void exchange_fake(struct views *v, const char *script)
{
    static char env[400]; /* one at a time, as long as its test */
    char path[400];

    snprintf(path, sizeof path, "%s/libexec", v->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/libexec/odus-sync", v->dir);
    write_file(path, program, 0700);
    snprintf(path, sizeof path, "%s/libexec/script", v->dir);
    write_file(path, script, 0600);
    snprintf(env, sizeof env, "ODUS_LIBEXEC=%s/libexec", v->dir);
    v->env = env;
    v->adopts = prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

char *exchange_told(const struct views *v)
{
    char *path = xasprintf("%s/libexec/told", v->dir);
    struct buf text;

    if (file_read(path, 1 << 20, &text, NULL) < 0)
        buf_clear(&text);
    free(path);
    return buf_take(&text);
}

void exchange_record(const struct views *v, const char *title, char uid[37])
{
    char *words =
            xasprintf("new oeuvre titre='%s' type_oeuvre=theatre anonyme=oui", title);
    int status;
    char *out = faults_run(v, words, &status);

    free(words);
    snprintf(uid, 37, "%.36s", out);
    free(out);
    words = xasprintf("complete %s --yes", uid);
    out = faults_run(v, words, &status);
    if (status != 0)
        fail_msg("odus %s: %s", words, out);
    free(out);
    free(words);
}

static struct store *open_store(const struct views *v)
{
    char *dir = xasprintf("%s/store", v->dir);
    struct store *store;
    struct err err = {0};

    assert_int_equal(clock_init("2026-11-21T10:00:00Z", NULL), 0);
    if (store_open(&(struct store_options){.dir = dir}, &store, &err) < 0)
        fail_msg("%s", err.id);
    free(dir);
    return store;
}

static int64_t peer_of(struct store *store)
{
    struct err err = {0};
    int64_t peer = 0;

    assert_int_equal(replica_peer(store, SERVER, &peer, NULL, &err), 0);
    return peer;
}

void exchange_peer(const struct views *v)
{
    struct store *store = open_store(v);

    peer_of(store);
    store_close(store);
}

void exchange_takes(const struct views *v, const char *container)
{
    struct store *store = open_store(v);
    char names[1][REPLICA_NAME_MAX] = {""};
    struct err err = {0};

    snprintf(names[0], sizeof names[0], "%s", container);
    assert_int_equal(replica_takes(store, peer_of(store), names, 1, &err), 0);
    store_close(store);
}

/* BODY with another title, by Bruno. Owned. */
static char *changed(const char *body, const char *title)
{
    struct json *json = NULL;
    struct buf out;

    assert_int_equal(json_parse(view_of(body), 0, &json, NULL), 0);
    json_set_take(json_get(json, "titre"), "fr", json_text(view_of(title)));
    json_set_take(json, "modifie_par", json_text(VIEW_LIT("Bruno")));
    buf_init(&out, 0);
    json_canonical(json, &out);
    json_free(json);
    return buf_take(&out);
}

static void apply(struct store *store, struct replica_doc *doc)
{
    const char *dir = getenv("ODUS_FORMS");
    struct forms *forms = forms_new(
            store, &(struct forms_options){.dir = dir ? dir : "forms", .lang = "en"});
    const struct replica_slice slice = {
            .peer = peer_of(store), .container = "commons", .docs = doc, .n = 1};
    struct err err = {0};

    if (replica_apply(store, forms, &slice, NULL, NULL, &err) < 0)
        fail_msg("%s", err.id);
    forms_free(forms);
}

void exchange_pull(const struct views *v, const char *uid, const char *title)
{
    struct store *store = open_store(v);
    struct history_entry *all;
    struct record first = {.body = NULL};
    struct replica_doc doc = {.nrevs = 2};
    struct err err = {0};
    size_t n;

    assert_int_equal(record_history(store, uid, &all, &n, &err), 0);
    assert_int_equal(record_get_rev(store, uid, all[n - 1].rev, &first, &err), 0);
    doc.body = changed(first.body, title);
    doc.revs = xcalloc(2, sizeof *doc.revs);
    memcpy(doc.uid, first.uid, sizeof doc.uid);
    memcpy(doc.revs[1], first.rev, REV_MAX);
    record_rev(first.rev, false, view_of(doc.body), doc.revs[0]);
    apply(store, &doc);
    replica_doc_release(&doc);
    record_release(&first);
    free(all);
    store_close(store);
}

void exchange_sent(const struct views *v)
{
    struct store *store = open_store(v);
    int64_t peer = peer_of(store), after[2] = {0, 0};
    struct replica_out out = {.peer = peer,
            .container = "org",
            .author = "",
            .limit = 100,
            .bytes = 1 << 20};
    static const char *const containers[] = {"commons", "pro", "org"};
    struct err err = {0};

    for (size_t i = 0; i < COUNT(containers); i++) {
        struct replica_doc *docs;
        size_t n;

        out.container = containers[i];
        after[0] = after[1] = 0;
        assert_int_equal(replica_outbox(store, &out, after, &docs, &n, &err), 0);
        if (n == 0) {
            free(docs);
            continue;
        }
        assert_int_equal(
                replica_acknowledge(store, peer, docs, n, clock_now_ms(), &err), 0);
        replica_docs_free(docs, n);
    }
    replica_session(store, peer, clock_now_ms(), &err);
    store_close(store);
}

void exchange_refuse(const struct views *v, const char *uid, const char *why)
{
    struct store *store = open_store(v);
    struct err err = {0};

    assert_int_equal(replica_refusal(store, peer_of(store), uid, why, &err), 0);
    store_close(store);
}
