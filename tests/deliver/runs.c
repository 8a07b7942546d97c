#include "runs.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <dirent.h>

#include "desk_priv.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

/* --- formats --------------------------------------------------------------------- */

static const char *name_of(const struct json *body)
{
    const char *title = notice_text(body, "titre", NULL);

    return title ? title : notice_text(body, "nom", NULL);
}

static const struct json *place_of(const struct notice *n)
{
    return notice_linked(n, json_get_text(n->body, "lieu"));
}

static void make_each(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    const struct json *place = place_of(n);
    struct buf path, text;

    (void)d;
    buf_init(&path, 0);
    buf_init(&text, 0);
    buf_addf(&path, "each/%s.txt", n->uid);
    if (n->gone)
        buf_addf(&text, "gone\n");
    else
        buf_addf(&text, "%s at %s\n", name_of(n->body), place ? name_of(place) : "-");
    outlet_file(out, path.s, buf_view(&text));
    buf_release(&path);
    buf_release(&text);
}

static void make_list(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    const struct json *place = place_of(n);
    struct buf path, text;

    (void)d;
    buf_init(&path, 0);
    buf_init(&text, 0);
    buf_addf(&text, "%s\n", name_of(n->body));
    outlet_piece(out, "list/all.txt", NULL, name_of(n->body), buf_view(&text));
    if (place) {
        buf_addf(&path, "list/place-%s.txt", json_get_text(n->body, "lieu"));
        outlet_piece(out, path.s, name_of(place), name_of(n->body), buf_view(&text));
        buf_clear(&text);
        buf_addf(&text, "<%s>\n", name_of(place));
        outlet_shared(out, path.s, name_of(place), " place", buf_view(&text));
        outlet_shared(out, "list/all.txt", NULL, name_of(place), buf_view(&text));
    }
    buf_release(&path);
    buf_release(&text);
}

static void head(const struct delivery *d, const struct collection *c, struct buf *out)
{
    buf_addf(out, "%s %s: %s: %" PRId64 " from %s to %s\n", d->title, c->path, c->label,
            c->pieces, c->first_key, c->last_key);
}

static void foot(const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)d;
    buf_addf(out, "end of %" PRId64 "\n", c->pieces);
}

static void fixed(const struct delivery *d, struct outlet *out)
{
    outlet_file(out, "list/fixed.txt", view_of(d->modified));
}

static void make_last(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    (void)d;
    outlet_piece(
            out, "last/five.txt", NULL, name_of(n->body), view_of(name_of(n->body)));
}

static const char *const all[] = {"*", NULL}, *const events[] = {"evenement", NULL};

static const struct format each = {
        .name = "each", .label = "", .types = all, .gone = true, .make = make_each};
static const struct format list = {.name = "list",
        .label = "",
        .types = events,
        .make = make_list,
        .head = head,
        .between = "--\n",
        .foot = foot,
        .fixed = fixed};
static const struct format last = {.name = "last",
        .label = "",
        .types = events,
        .limit = 5,
        .make = make_last,
        .head = head,
        .between = ", "};

const struct format *const runs_formats[] = {&each, &list, &last, NULL};

/* --- delivering ------------------------------------------------------------------ */

int runs_try(const char *folder, bool full, struct run_report *ret, struct err *err)
{
    const struct run_options opt = {.out = desk_path(folder),
            .formats = runs_formats,
            .base = "https://agenda.example/",
            .title = "Agenda",
            .lang = "fr",
            .full = full};
    const struct run_hooks hooks = {.progress = NULL};

    return deliver_run(desk_store, desk_forms, &opt, &hooks, ret, err);
}

struct run_report runs_deliver(const char *folder, bool full)
{
    struct run_report report = {0};
    struct err err = {0};

    desk_ok(runs_try(folder, full, &report, &err), &err);
    return report;
}

/* --- folders --------------------------------------------------------------------- */

static char *path_in(const char *folder, const char *file)
{
    return xasprintf("%s/%s", desk_path(folder), file);
}

const char *runs_text(const char *folder, const char *file)
{
    static struct buf kept[3];
    static size_t turn;
    struct buf *text = &kept[turn++ % 3];
    char *path = path_in(folder, file);
    int rc;

    buf_release(text);
    rc = file_read(path, 0, text, NULL);
    free(path);
    return rc == 0 ? text->s : NULL;
}

void runs_write(const char *folder, const char *file, const char *text)
{
    char *path = path_in(folder, file);
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    free(path);
}

/* Every file of FOLDER/UNDER is in OTHER too, with the same text. */
static void assert_holds(const char *folder, const char *under, const char *other)
{
    char *path = path_in(folder, under);
    DIR *dir = opendir(path);
    const struct dirent *entry;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        char *file = xasprintf("%s%s%s", under, *under ? "/" : "", entry->d_name);
        char *whole = path_in(folder, file);
        struct stat st;

        if (entry->d_name[0] != '.' && stat(whole, &st) == 0 && S_ISDIR(st.st_mode)) {
            assert_holds(folder, file, other);
        } else if (entry->d_name[0] != '.') {
            const char *mine = runs_text(folder, file), *its = runs_text(other, file);

            if (!its)
                print_error("%s is not in %s\n", file, other);
            assert_non_null(its);
            assert_string_equal(mine, its);
        }
        free(whole);
        free(file);
    }
    closedir(dir);
    free(path);
}

void runs_assert_same(const char *a, const char *b)
{
    assert_holds(a, "", b);
    assert_holds(b, "", a);
}

void runs_assert_whole(const char *folder)
{
    static unsigned turn;
    char name[40];

    snprintf(name, sizeof(name), "whole-%u", turn++);
    runs_deliver(folder, false);
    runs_deliver(name, false);
    runs_assert_same(folder, name);
}

/* --- records --------------------------------------------------------------------- */

void runs_venue(int n, const char *name)
{
    char *members = xasprintf("'nom': '%s'", name);

    desk_put("lieu", n, members);
    free(members);
}

void runs_event(int n, const char *title, int place)
{
    char *at = place ? xasprintf(", 'lieu': '@%d'", place) : xstrdup("");
    char *members = xasprintf("'titre': {'fr': '%s'}%s, 'seances': [{'id': 's%d',"
                              " 'debut': '2026-12-05T20:30[Europe/Paris]'}]",
            title, at, n);

    desk_put("evenement", n, members);
    free(members);
    free(at);
}
