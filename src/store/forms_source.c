/* The texts of forms: files beside one another, or versions kept in data.db. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "forms_priv.h"

enum { HEADER_MAX = 4096 };

/* Fragments are asked for by name, lists by file: "commun", "communes.csv". */
static bool is_list(const char *name)
{
    return strchr(name, '.') != NULL;
}

/* Of a list only the header is read here: its entries are lists_load's business. */
static void keep_header(struct buf *text)
{
    size_t n = strcspn(text->s, "\r\n");

    buf_cut(text, n < HEADER_MAX ? n : HEADER_MAX);
}

static int read_file(
        const char *dir, const char *name, struct buf *out, struct err *err)
{
    bool list = is_list(name);
    char *file = list ? xstrdup(name) : xasprintf("%s.form", name);
    char *path = file_join(dir, file);
    struct buf text;
    int rc = file_read(path, list ? LIST_FILE_MAX : FORM_FILE_MAX, &text, err);

    if (rc == 0) {
        if (list)
            keep_header(&text);
        buf_addv(out, buf_view(&text));
    }
    buf_release(&text);
    free(path);
    free(file);
    return rc;
}

int form_source(void *ctx, const char *name, struct buf *out, struct err *err)
{
    struct form_sources *s = ctx;
    const struct json *text = s->texts ? json_get(s->texts, name) : NULL;
    size_t from = out->len;
    int rc = 0;

    if (*name == '.' || strchr(name, '/'))
        return err_set(err, ERR_INVALID, N_("%1$s is not the name of a form"), name);
    if (text)
        buf_addv(out, json_as_view(text));
    else if (s->dir)
        rc = read_file(s->dir, name, out, err);
    else
        rc = err_set(
                err, ERR_NOT_FOUND, N_("this form version lacks its part %1$s"), name);
    if (rc == 0 && s->seen)
        json_set_take(s->seen, name,
                json_text((struct view){out->s + from, out->len - from}));
    return rc;
}

struct form *form_from(
        struct form_sources *sources, const char *name, struct problems *problems)
{
    char *file = xasprintf("%s.form", name);
    struct form *form = NULL;
    struct err err = {0};
    struct buf text;

    buf_init(&text, 0);
    if (form_source(sources, name, &text, &err) < 0)
        problems_add(problems, &err, (struct view){0});
    else if (sources->tests)
        form = form_parse(file, buf_view(&text), form_source, sources, problems);
    else
        form = form_parse_untested(
                file, buf_view(&text), form_source, sources, problems);
    buf_release(&text);
    free(file);
    return form;
}

bool version_kept(struct store *store, const struct form *form)
{
    int64_t there;

    return db_int(store->data, NULL, &there,
                   "select 1 from form_version where name = ?1 and hash = ?2",
                   bind_text(form->name), bind_text(form->hash)) == 0;
}

/* SQL: name ?1, hash ?2, texts ?3, time ?4. */
static int write_version(struct store *store, const struct form *form,
        const struct json *seen, const char *sql, struct err *err)
{
    struct buf text;
    int rc = store_begin_data(store, DB_SYNC_FULL, err);

    if (rc)
        return rc;
    buf_init(&text, 0);
    json_canonical(seen, &text);
    rc = db_run(store->data, err, sql, bind_text(form->name), bind_text(form->hash),
            bind_view(buf_view(&text)), bind_int(clock_now_ms()));
    buf_release(&text);
    return store_end(store, store->data, rc, err);
}

#define INSERT_VERSION                                                                 \
    "insert into form_version(name, hash, sources, at_ms) values(?1, ?2, ?3, ?4)"      \
    " on conflict(name, hash) do "

int version_keep(struct store *store, const struct form *form, const struct json *seen,
        struct err *err)
{
    return write_version(store, form, seen, INSERT_VERSION "nothing", err);
}

int version_replace(struct store *store, const struct form *form,
        const struct json *seen, struct err *err)
{
    return write_version(store, form, seen,
            INSERT_VERSION "update set sources = ?3 where sources <> ?3", err);
}

int version_load(struct store *store, const char *name, const char *hash,
        struct json **ret, struct err *err)
{
    char *text = NULL;
    int rc = db_text(store->data, err, &text,
            "select sources from form_version where name = ?1 and hash = ?2",
            bind_text(name), bind_text(hash));

    if (rc == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND,
                N_("this store has never seen version %2$s of form %1$s"), name, hash);
    if (rc == 0)
        rc = json_parse(view_of(text), 0, ret, err);
    free(text);
    return rc;
}
