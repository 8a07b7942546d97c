#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "desk.h"
#include "odus/app/records.h"
#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/file.h"

struct app *desk;
static char dir[200];
static char path[400];

static const char *in_dir(const char *name, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", dir, name);
    return out;
}

static const char *forms_dir(void)
{
    const char *given = getenv("ODUS_FORMS");

    return given ? given : "forms";
}

static void open_here(void)
{
    char store[300], config[300];
    struct app_options opt = {.forms_dir = forms_dir(), .lang = "fr"};
    struct err err = {0};

    opt.store_dir = in_dir("store", store, sizeof(store));
    opt.config_file = in_dir("config", config, sizeof(config));
    desk_ok(app_open(&opt, &desk, &err), &err);
}

int desk_open(void **state)
{
    const char *tmp = getenv("TMPDIR");
    struct err err = {0};

    (void)state;
    snprintf(dir, sizeof(dir), "%s/odus-app-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir) || clock_init("2026-11-21T09:00:00Z", NULL) < 0)
        return -1;
    open_here();
    desk_ok(app_set_user(desk, "Anne Essai", "MJC", &err), &err);
    return 0;
}

int desk_open_samples(void **state)
{
    struct err err = {0};
    int rc = desk_open(state);

    if (rc == 0)
        desk_ok(app_samples_add(desk, &err), &err);
    return rc;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(name);
}

int desk_close(void **state)
{
    (void)state;
    app_close(desk);
    desk = NULL;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *desk_file(const char *name, const char *text)
{
    struct err err = {0};

    in_dir(name, path, sizeof(path));
    desk_ok(file_write_atomic(path, view_of(text), 0600, &err), &err);
    return path;
}

void desk_configure(const char *lines)
{
    app_close(desk);
    (void)desk_file("config", lines);
    open_here();
}

const char *desk_form_file(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", forms_dir(), name);
    return path;
}

int32_t desk_today(void)
{
    return date_days(2026, 11, 21);
}

void desk_ok(int rc, const struct err *err)
{
    struct buf text;

    if (rc >= 0)
        return;
    buf_init(&text, 0);
    err_text(err, NULL, &text);
    fail_msg("%d: %s", rc, text.s);
}
