/*
 * Reads any bytes as a bundle into a store: nothing crashes, and reading the same again
 * adds nothing. Lines after a first "=" are given a head and hashes that are right, so
 * that what stands in blocks is reached.
 */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/hash.h"
#include "odus/repl/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[200];
static struct store *store;
static struct forms *forms;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void close_all(void)
{
    forms_free(forms);
    store_close(store);
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void open_all(void)
{
    const char *tmp = getenv("TMPDIR");
    struct store_options opt = {.dir = dir};
    struct forms_options forms_opt = {.dir = "forms", .lang = "fr"};

    snprintf(dir, sizeof(dir), "%s/odus-fuzz-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir) || store_open(&opt, &store, NULL) < 0)
        abort();
    forms = forms_new(store, &forms_opt);
    atexit(close_all);
}

static long take(void *ctx, char *bytes, size_t max, struct err *err)
{
    struct view *rest = ctx;
    size_t n = rest->n < max ? rest->n : max;

    (void)err;
    if (n > 0)
        memcpy(bytes, rest->p, n);
    rest->p += n;
    rest->n -= n;
    return (long)n;
}

static struct bundle_report read_once(struct view text, bool dry)
{
    struct bundle_source source = {.read = take, .ctx = &text};
    struct bundle_report r;
    struct err err = {0};
    int rc = bundle_read(store, forms, &source, dry, &r, &err);

    if ((rc < 0) != (err.id != NULL) || (rc < 0 && r.whole && r.docs < 0))
        abort();
    if (r.added + r.known + r.refused != r.docs)
        abort();
    return r;
}

static void read_bundle(struct view text)
{
    struct bundle_report r = read_once(text, true);

    bundle_report_release(&r);
    r = read_once(text, false);
    bundle_report_release(&r);
    r = read_once(text, false);
    if (r.added > 0)
        abort();
    bundle_report_release(&r);
}

/* LINES as one block of a bundle that breaks off behind it. */
static void read_lines(struct view lines)
{
    char hash[HASH_256_TEXT];
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, "{\"container\":\"commons\",\"odus\":\"bundle\",\"version\":1}\n");
    buf_addv(&text, lines);
    if (lines.n == 0 || lines.p[lines.n - 1] != '\n')
        buf_addc(&text, '\n');
    hash_blake2b256(buf_view(&text), hash);
    buf_addf(&text, "{\"block\":1,\"hash\":\"%s\"}\n", hash);
    read_bundle(buf_view(&text));
    buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = {(const char *)data, size};

    if (!store)
        open_all();
    if (size > 0 && text.p[0] == '=')
        read_lines((struct view){text.p + 1, size - 1});
    else
        read_bundle(text);
    return 0;
}
