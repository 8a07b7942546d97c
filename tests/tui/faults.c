#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "odus/base/mem.h"
#include "odus/store/draft.h"
#include "faults.h"

enum { OUTPUT_MAX = 1 << 20 };

static uint64_t seed;

int faults_rounds(int usual)
{
    const char *rounds = getenv("ODUS_TORTURE_ROUNDS");
    const char *text = getenv("ODUS_TORTURE_SEED");

    seed = text && *text ? strtoull(text, NULL, 10) : 20261121;
    return rounds && *rounds ? (int)strtol(rounds, NULL, 10) : usual;
}

unsigned chance(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return n ? (unsigned)(seed >> 33) % n : 0;
}

const char *chance_text(void)
{
    static const char *const pieces[] = {"a", "e", "r", "n", "t", "é", "œ", "ç", "Â",
            "’", "l", "o", "n t", "k", "m-b", "à", "ß", "ñ", "漢", "s"};
    static char texts[4][200];
    static int turn;
    char *text = texts[turn = (turn + 1) % 4];
    unsigned n = 1 + chance(28);
    size_t len = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < n; i++)
        len += (size_t)snprintf(
                text + len, sizeof texts[0] - len, "%s", pieces[chance(20)]);
    return text;
}

void chance_delay(unsigned ms)
{
    struct timespec t = {0, (long)chance(ms * 1000 + 1) * 1000};

    ppoll(NULL, 0, &t, NULL);
}

static FILE *open_program(const struct views *v, const char *words)
{
    char *command =
            xasprintf("ODUS_NOW=2026-11-21T10:00:00Z LANGUAGE=en LC_ALL=C.UTF-8"
                      " ODUS_STORE='%s/store' XDG_CONFIG_HOME='%s' exec '%s' %s",
                    v->dir, v->dir, getenv("ODUS_BIN"), words);
    FILE *f = popen(command, "r");

    assert_non_null(f);
    free(command);
    return f;
}

char *faults_run(const struct views *v, const char *words, int *ret_status)
{
    FILE *f = open_program(v, words);
    char *out = xmalloc(OUTPUT_MAX);
    size_t n = fread(out, 1, OUTPUT_MAX - 1, f);
    int status = pclose(f);

    out[n] = '\0';
    if (!WIFEXITED(status))
        fail_msg("odus %s: signal %d", words, WTERMSIG(status));
    *ret_status = WEXITSTATUS(status);
    return out;
}

struct json *faults_json(const struct views *v, const char *words, int status)
{
    struct json *json = NULL;
    int got;
    char *out = faults_run(v, words, &got);

    if (status >= 0 ? got != status : got > 1)
        fail_msg("odus %s: status %d: %s", words, got, out);
    if (json_parse(view_of(out), 0, &json, NULL) < 0)
        fail_msg("odus %s: no JSON: %s", words, out);
    free(out);
    return json;
}

void faults_doctor(const struct views *v, int orphans)
{
    struct json *state = faults_json(v, "doctor --json", orphans ? 1 : 0);

    assert_int_equal(json_len(json_get(state, "integrity")), 0);
    assert_int_equal(json_len(json_get(state, "damaged")), 0);
    assert_int_equal(json_len(json_get(state, "conflicts")), 0);
    assert_int_equal(json_len(json_get(state, "unknown_forms")), 0);
    assert_int_equal(json_len(json_get(state, "orphans")), orphans);
    json_free(state);
}

struct on_disk faults_draft(const struct views *v)
{
    char *dir = xasprintf("%s/store", v->dir);
    const struct store_options opt = {.dir = dir, .read_only = true};
    struct on_disk found = {.uid = ""};
    struct draft *all = NULL, d;
    struct store *store;
    size_t n = 0;

    if (store_open(&opt, &store, NULL) < 0)
        fail_msg("the store cannot be opened");
    free(dir);
    assert_int_equal(draft_list(store, false, &all, &n, NULL), 0);
    if (n && draft_get(store, all[0].uid, &d, NULL) == 0) {
        memcpy(found.uid, d.uid, sizeof d.uid);
        found.at = d.at ? xstrdup(d.at) : NULL;
        found.typed = d.typed ? xstrdup(d.typed) : NULL;
        assert_int_equal(json_parse(view_of(d.body), 0, &found.body, NULL), 0);
        draft_release(&d);
    }
    drafts_free(all, n);
    store_close(store);
    return found;
}

void on_disk_release(struct on_disk *d)
{
    free(d->at);
    free(d->typed);
    json_free(d->body);
    *d = (struct on_disk){.uid = ""};
}

static int remove_one(
        const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void faults_new_store(const struct views *v)
{
    char *dir = xasprintf("%s/store", v->dir);

    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(dir);
}
