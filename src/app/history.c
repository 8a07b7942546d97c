/* Who changed what: revisions compared with their parents, and the way back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "odus/app/records.h"
#include "odus/base/mem.h"

enum { PATHS_MAX = 4000, PATH_MAX_BYTES = 300, DEPTH_MAX = 8 };

/* Fields that every revision changes. */
static bool is_signature(const char *key)
{
    static const char *const keys[] = {
            "_id", "modifie_le", "modifie_par", "formulaire"};

    for (size_t i = 0; i < COUNT(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* --- differences --- */

struct diff {
    struct buf *out; /* paths, space separated */
    struct buf path; /* where we are */
    int depth;
};

/* Not what only counts the changes of a row. */
static bool is_told(const struct diff *d, const char *key)
{
    return strcmp(key, "sequence") != 0 && (d->depth || !is_signature(key));
}

static void diff_values(struct diff *d, const struct json *a, const struct json *b);

static void report(struct diff *d)
{
    if (d->out->len)
        buf_addc(d->out, ' ');
    buf_addv(d->out, buf_view(&d->path));
}

/* Compares A and B one level down, at KEY, after MARK. */
static void diff_at(struct diff *d, const char *mark, const char *key,
        const struct json *a, const struct json *b)
{
    size_t before = d->path.len;

    if (json_same(a, b) && json_kind(a) == json_kind(b))
        return;
    buf_adds(&d->path, before ? mark : "");
    buf_adds(&d->path, key);
    d->depth++;
    if (d->depth > DEPTH_MAX)
        report(d);
    else
        diff_values(d, a, b);
    d->depth--;
    buf_cut(&d->path, before);
}

static void diff_objects(struct diff *d, const struct json *a, const struct json *b)
{
    for (struct json_iter it = {0}; json_iter(b, &it);)
        if (is_told(d, it.key))
            diff_at(d, ".", it.key, json_get(a, it.key), it.val);
    for (struct json_iter it = {0}; json_iter(a, &it);)
        if (is_told(d, it.key) && !json_get(b, it.key))
            diff_at(d, ".", it.key, it.val, NULL);
}

static const struct json *row_of(const struct json *rows, const char *id)
{
    for (size_t i = 0; i < json_len(rows); i++) {
        const char *other = json_get_text(json_at(rows, i), "id");

        if (other && strcmp(other, id) == 0)
            return json_at(rows, i);
    }
    return NULL;
}

static bool has_ids(const struct json *rows)
{
    for (size_t i = 0; i < json_len(rows); i++)
        if (!json_get_text(json_at(rows, i), "id"))
            return false;
    return true;
}

static void diff_rows(struct diff *d, const struct json *a, const struct json *b)
{
    for (size_t i = 0; i < json_len(b); i++) {
        const char *id = json_get_text(json_at(b, i), "id");

        diff_at(d, ".#", id, row_of(a, id), json_at(b, i));
    }
    for (size_t i = 0; i < json_len(a); i++) {
        const char *id = json_get_text(json_at(a, i), "id");

        if (!row_of(b, id))
            diff_at(d, ".#", id, json_at(a, i), NULL);
    }
}

/* Rows are told apart by their ids; a value that appears or goes is one change. */
static void diff_values(struct diff *d, const struct json *a, const struct json *b)
{
    enum json_kind ka = json_kind(a), kb = json_kind(b);
    bool rows = has_ids(a) && has_ids(b) && json_len(a) + json_len(b) > 0;

    if (ka == JSON_KIND_OBJECT && kb == JSON_KIND_OBJECT)
        diff_objects(d, a, b);
    else if (rows && (ka == JSON_KIND_ARRAY || ka == JSON_KIND_NONE) &&
             (kb == JSON_KIND_ARRAY || kb == JSON_KIND_NONE))
        diff_rows(d, a, b);
    else
        report(d);
}

char *load_changes(const struct json *a, const struct json *b)
{
    struct buf out;
    struct diff d = {.out = &out};

    buf_init(&out, PATHS_MAX);
    buf_init(&d.path, PATH_MAX_BYTES);
    diff_objects(&d, a, b);
    buf_release(&d.path);
    return buf_take(&out);
}

/* --- history --- */

/* Body of revision REV, NULL when it is not kept here. */
static struct json *body_of(struct app *app, const char *uid, const char *rev)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;

    if (*rev && record_get_rev(app->store, uid, rev, &r, NULL) == 0 &&
            load_json(r.body, &body, NULL) < 0)
        body = NULL;
    record_release(&r);
    return body;
}

static bool is_said(const char *labels, const char *label)
{
    size_t n = strlen(label);

    for (const char *p = labels; (p = strstr(p, label)); p += n)
        if ((p == labels || p[-1] == ' ') && (!p[n] || p[n] == ','))
            return true;
    return false;
}

/* FIELDS in words, owned. */
static char *labels_of(struct app *app, const char *type, const char *fields)
{
    struct view rest = view_of(fields), one;
    struct buf all, label;

    buf_init(&all, 0);
    buf_init(&label, 0);
    while (view_next(&rest, ' ', &one)) {
        char *path = view_dup(one);

        buf_clear(&label);
        app_path_label(app, type, path, &label);
        if (!is_said(all.s, label.s))
            buf_addf(&all, "%s%s", all.len ? ", " : "", label.s);
        free(path);
    }
    buf_release(&label);
    return buf_take(&all);
}

static void fill_change(struct app *app, const struct record *r,
        const struct history_entry *e, struct app_change *c)
{
    const char *uid = r->uid;
    struct json *body = body_of(app, uid, e->rev);
    struct json *parent = body_of(app, uid, e->parent);

    snprintf(c->rev, sizeof(c->rev), "%s", e->rev);
    snprintf(c->author, sizeof(c->author), "%s", e->author);
    c->at_ms = e->at_ms;
    c->current = strcmp(e->rev, r->rev) == 0;
    c->fields = body && parent ? load_changes(parent, body) : xstrdup("");
    c->labels = labels_of(app, r->type, c->fields);
    json_free(body);
    json_free(parent);
}

void app_changes_release(struct app_change *c, size_t n)
{
    for (size_t i = 0; c && i < n; i++) {
        free(c[i].fields);
        free(c[i].labels);
    }
    free(c);
}

/* Ends of leaves that another one has taken in: the history of a merge, not of a hand.
 */
static size_t drop_closings(struct history_entry *list, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!list[i].deleted || list[i].parent[0] == '\0')
            list[kept++] = list[i];
    return kept;
}

int app_history(struct app *app, const char *uid, struct app_change **ret,
        size_t *ret_n, struct err *err)
{
    struct record r = {.body = NULL};
    struct history_entry *list = NULL;
    size_t n = 0;
    int rc = record_get(app->store, uid, &r, err);

    if (rc == 0)
        rc = record_history(app->store, uid, &list, &n, err);
    if (rc == 0) {
        n = r.deleted ? n : drop_closings(list, n);
        *ret = xcalloc(n ? n : 1, sizeof(**ret));
        *ret_n = n;
        for (size_t i = 0; i < n; i++)
            fill_change(app, &r, &list[i], &(*ret)[i]);
    }
    free(list);
    record_release(&r);
    return rc;
}

/* --- the way back --- */

/* The one revision of UID that REV, whole or its beginning, names. */
static int find_rev(struct app *app, const char *uid, const char *rev,
        char found[REV_MAX], struct err *err)
{
    struct history_entry *list = NULL;
    size_t n = 0, hits = 0;
    int rc = record_history(app->store, uid, &list, &n, err);

    for (size_t i = 0; rc == 0 && i < n; i++)
        if (*rev && strncmp(list[i].rev, rev, strlen(rev)) == 0 && hits++ == 0)
            memcpy(found, list[i].rev, REV_MAX);
    free(list);
    if (rc == 0 && hits == 0)
        rc = err_set(err, ERR_NOT_FOUND, N_("there is no revision %1$s"), rev);
    else if (rc == 0 && hits > 1)
        rc = err_set(err, ERR_INVALID, N_("several revisions begin with %1$s"), rev);
    return rc;
}

int app_no_draft(struct app *app, const char *uid, struct err *err)
{
    struct draft d = {.body = NULL};
    int rc = draft_get(app->store, uid, &d, NULL);

    draft_release(&d);
    if (rc == 0)
        return err_set(err, ERR_CONFLICT,
                N_("this record is being edited: complete or discard the draft first"));
    return rc == ERR_NOT_FOUND ? 0 : rc;
}

int app_revert(struct app *app, const char *uid, const char *rev, struct err *err)
{
    struct record now = {.body = NULL}, then = {.body = NULL};
    struct json *body = NULL;
    char full[REV_MAX] = "";
    int rc = app_no_draft(app, uid, err);

    if (rc == 0)
        rc = record_get(app->store, uid, &now, err);
    if (rc == 0)
        rc = find_rev(app, uid, rev, full, err);
    if (rc == 0 && strcmp(full, now.rev) != 0) {
        rc = record_get_rev(app->store, uid, full, &then, err);
        if (rc == 0)
            rc = load_json(then.body, &body, err);
        if (rc == 0)
            rc = load_put(app, now.rev, body, NULL, err);
    }
    json_free(body);
    record_release(&now);
    record_release(&then);
    return rc;
}
