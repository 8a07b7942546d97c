#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "odus/base/mem.h"
#include "views.h"

int views_setup(void **state)
{
    struct views *v = xcalloc(1, sizeof *v);
    const char *tmp = getenv("TMPDIR");

    *state = v;
    v->rows = 24;
    v->cols = 80;
    snprintf(v->dir, sizeof v->dir, "%s/viewsXXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(v->dir));
    return 0;
}

static int remove_one(
        const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

int views_teardown(void **state)
{
    struct views *v = *state;

    tt_free(v->t);
    while (v->adopts && wait(NULL) > 0)
        ; /* workers that outlive a program which was killed write until they end */
    nftw(v->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(v);
    return 0;
}

static void write_config(const struct views *v)
{
    char path[300];
    FILE *f;

    snprintf(path, sizeof path, "%s/odus", v->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/odus/config", v->dir);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs("nom=Maud\norganisation=Les Décâblés\n", f);
    fputs(v->config ? v->config : "", f);
    fclose(f);
}

struct tt *views_start(struct views *v, bool first)
{
    const char *bin = getenv("ODUS_BIN");
    const char *argv[] = {bin, v->option, NULL};
    char store[300], config[300];
    const char *env[] = {"ODUS_NOW=2026-11-21T10:00:00Z", "LANGUAGE=en", store, config,
            v->env, NULL};

    if (!bin)
        skip();
    snprintf(store, sizeof store, "ODUS_STORE=%s/store", v->dir);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", v->dir);
    if (!first)
        write_config(v);
    tt_free(v->t);
    v->t = tt_spawn(argv, env, v->rows, v->cols);
    return v->t;
}

void views_kill(struct views *v)
{
    kill(tt_pid(v->t), SIGKILL);
    tt_wait_exit(v->t);
}

void views_new(struct views *v, int nth)
{
    char keys[] = "n1";

    keys[1] = (char)('0' + nth);
    tt_keys(v->t, keys);
}

char *views_config(const struct views *v)
{
    char path[300], text[1000];
    size_t n;
    FILE *f;

    snprintf(path, sizeof path, "%s/odus/config", v->dir);
    f = fopen(path, "r");
    assert_non_null(f);
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    return xstrndup(text, n);
}

void views_expect_row(struct tt *t, const char *label, const char *text)
{
    int row;

    if (!tt_find(t, label, &row, NULL))
        tt_fail(t, "no row \"%s\"", label);
    if (!strstr(tt_row(t, row), text))
        tt_fail(t, "row \"%s\" does not hold \"%s\"", tt_row(t, row), text);
}
