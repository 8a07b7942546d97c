/* CSV files to drafts (docs/import.md). */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

#define MAP_FILE "import.map"
#define TYPE_DEFAULT "evenement"

enum { MAP_MAX = 256 * 1024 };

void import_report_release(struct import_report *r)
{
    for (size_t i = 0; i < r->nmapping; i++)
        free(r->mapping[i]);
    free(r->mapping);
    problems_release(&r->problems);
    *r = (struct import_report){.rows = 0};
}

static void report_mapping(const struct import *im, struct import_report *r)
{
    r->mapping = xcalloc(im->map.ncolumns + 1, sizeof(*r->mapping));
    for (size_t i = 0; i < im->map.ncolumns; i++) {
        char *head = view_dup(csv_name(im->csv, i));
        const char *name = im->map.columns[i].name;

        r->mapping[r->nmapping++] = xasprintf("%s -> %s", head, name ? name : "?");
        free(head);
    }
}

static bool has_target(const struct import_map *m)
{
    for (size_t i = 0; i < m->ncolumns; i++)
        if (m->columns[i].kind != IMPORT_NONE)
            return true;
    return false;
}

/* --- rows --- */

static int take_row(
        struct import *im, bool dry_run, struct import_report *r, struct err *err)
{
    char uid[UUID_TEXT];
    struct rec *rec;
    int rc = 0;

    r->rows++;
    import_uid(im, uid);
    if (import_is_there(im, uid)) {
        r->already++;
        return 0;
    }
    rec = import_row(im, uid, &r->problems);
    if (!rec) {
        r->bad++;
        return 0;
    }
    if (!dry_run)
        rc = import_write(im, rec, uid, NULL, err);
    r->good += rc == 0;
    engine_attach(im->engine, NULL);
    rec_free(rec);
    return rc;
}

/* A row that cannot be read as CSV ends the file: what follows could be anything. */
static int take_rows(struct import *im, struct csv *csv, bool dry_run,
        struct import_report *r, struct err *err)
{
    struct err bad = {0};
    int more = 0, rc = 0;

    while (rc == 0 && (more = csv_next(csv, &bad)) > 0)
        rc = take_row(im, dry_run, r, err);
    if (rc == 0)
        rc = import_flush(im, err);
    if (rc == 0 && more < 0) {
        r->rows++;
        r->bad++;
        err_at(&bad, im->file, bad.line, bad.column);
        problems_add(&r->problems, &bad, (struct view){0});
    }
    return rc;
}

/* --- */

static int read_map(struct import *im, struct err *err)
{
    char *path = file_join(im->app->forms_dir, MAP_FILE);
    struct buf text;
    int rc = file_read(path, MAP_MAX, &text, err);

    if (rc == 0 || rc == ERR_NOT_FOUND)
        rc = import_map_init(&im->map, im->form, buf_view(&text), im->csv, err);
    if (rc == 0 && !has_target(&im->map))
        rc = err_set(err, ERR_INVALID,
                N_("no column of %1$s fits a field of the form %2$s"), im->file,
                im->form->name);
    buf_release(&text);
    free(path);
    return rc;
}

static int import_csv(struct import *im, struct csv *csv, bool dry_run,
        struct import_report *r, struct err *err)
{
    int rc;

    im->csv = csv;
    rc = read_map(im, err);
    if (rc == 0) {
        report_mapping(im, r);
        im->cache = import_cache_new();
        im->queue = import_queue_new();
        import_prepare(im);
        rc = take_rows(im, csv, dry_run, r, err);
        import_finish(im);
        import_queue_free(im->queue);
        import_cache_free(im->cache);
    }
    import_map_release(&im->map);
    return rc;
}

static struct input_context typed_in(const struct app *app)
{
    return (struct input_context){.lang = app_lang(app),
            .today = app_today(app),
            .anchor = app_today(app),
            .now_s = clock_now_ms() / 1000};
}

int app_import_csv(struct app *app, const char *file, const char *type, bool dry_run,
        struct import_report *ret, struct err *err)
{
    const char *slash = strrchr(file, '/');
    struct import im = {.app = app, .file = slash ? slash + 1 : file};
    struct import_report r = {.rows = 0};
    struct csv *csv = NULL;
    struct buf text;
    int rc = forms_get(
            app->forms, *type ? type : TYPE_DEFAULT, &im.form, &im.engine, err);

    if (rc < 0)
        return rc;
    problems_init(&r.problems);
    im.typed = typed_in(app);
    rc = file_read(file, 0, &text, err);
    if (rc == 0)
        rc = csv_open(buf_view(&text), &csv, err);
    if (rc == 0)
        rc = import_csv(&im, csv, dry_run, &r, err);
    csv_free(csv);
    buf_release(&text);
    if (rc < 0)
        import_report_release(&r);
    else
        *ret = r;
    return rc;
}
