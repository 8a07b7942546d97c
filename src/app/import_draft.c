/* A proposal as a record: nothing that it says is lost without a word. */
#include <stdlib.h>
#include <string.h>

#include "import_foreign.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"

/* Namespace of the identifiers of what foreign agendas hold, drawn once for this
 * program. */
#define FOREIGN_NAMESPACE "b7c0a6de-23f4-4f5d-8b59-0c3f5e7b9a12"

#define LEFT_KEY "reste_import"

void foreign_uid(enum foreign_type type, const char *system, struct view id,
        char ret_uid[UUID_TEXT])
{
    static const char *const names[FOREIGN_TYPES] = {"evenement", "lieu", "structure"};
    struct buf name;

    buf_init(&name, 0);
    buf_addf(&name, "%s\n%s\n", names[type], system);
    buf_addv(&name, id);
    uuid_v5(FOREIGN_NAMESPACE, buf_view(&name), ret_uid);
    buf_release(&name);
}

/* --- what is told and what is left ------------------------------------------------ */

void foreign_note(struct json *report, const char *kind, const char *field,
        const char *message, const char *arg)
{
    struct json *note = json_new_object(), *args = json_new_array();

    json_set_text(note, "kind", kind);
    json_set_text(note, "field", field);
    json_set_text(note, "message", message);
    if (arg)
        json_push_take(args, json_text(view_of(arg)));
    json_set_take(note, "args", args);
    if (!json_get(report, "notes"))
        json_set_take(report, "notes", json_new_array());
    json_push_take(json_get(report, "notes"), note);
}

static size_t left_bytes(const struct json *left)
{
    size_t n = 0;

    for (struct json_iter it = {0}; json_iter(left, &it);)
        n += strlen(it.key) + json_as_view(it.val).n + 1;
    return n;
}

bool foreign_leave(struct json *left, const char *name, struct view text)
{
    if (left_bytes(left) + strlen(name) + text.n + 1 > FOREIGN_LEFT_MAX)
        return false;
    json_set_take(left, name, json_text(text));
    return true;
}

/* VALUE, which the form has no place for, under NAME. */
static void leave_value(struct json *left, struct json *report, const char *field,
        const char *name, const struct json *value)
{
    char *path = xasprintf("%s%s", field, name);
    struct buf text;

    buf_init(&text, 0);
    if (json_as_text(value))
        buf_addv(&text, json_as_view(value));
    else
        json_canonical(value, &text);
    if (foreign_leave(left, name, buf_view(&text)))
        foreign_note(report, "lost", path,
                N_("the form has no place for this: it is kept with the record"), NULL);
    else
        foreign_note(report, "lost", path, N_("more was left over than is kept"), NULL);
    buf_release(&text);
    free(path);
}

/* Moves what body_read found no place for to LEFT, and that to the record. */
static void keep_rest(
        struct rec *rec, struct json *left, const char *field, struct json *report)
{
    struct json *extra;

    for (struct json_iter it = {0}; json_iter(rec_extra(rec, 0, 0), &it);)
        leave_value(left, report, field, it.key, it.val);
    extra = json_len(left) ? json_new_object() : NULL;
    if (extra)
        json_set_take(extra, LEFT_KEY, json_dup(left));
    rec_extra_take(rec, 0, 0, extra);
}

/* --- values ----------------------------------------------------------------------- */

/* What the form puts into new rows, where the source says nothing. */
static void fill_rows(const struct import *im, struct rec *rec)
{
    for (size_t i = 0; i < im->form->nfields; i++) {
        int table = im->form->fields[i].table;
        struct rec_at at = {(int)i, 0, 0};
        const char *value;

        if (im->form->tables[table].kind != FORM_REPEAT ||
                rec_rows(im->models, table) == 0)
            continue;
        value = rec_get(im->models, at);
        for (; value && at.row < rec_rows(rec, table); at.row++)
            if (!rec_get(rec, at))
                rec_set(rec, at, view_of(value));
    }
}

static void normalise(const struct import *im, struct rec *rec)
{
    for (size_t i = 0; i < im->form->nfields; i++) {
        const struct form_field *f = &im->form->fields[i];
        int rows = rec_rows(rec, form_frame(im->form, (int)i));
        struct rec_at at = {(int)i, 0, 0};

        if (!f->normalise)
            continue;
        for (at.row = 0; at.row < rows; at.row++)
            for (at.lang = 0; at.lang < f->nslots; at.lang++)
                import_normalise(im, rec, at);
    }
}

/* A value that breaks a rule of its field by itself. That something is still blank is
 * what a draft is for; what it links to is made with it. */
static bool is_misfit(
        const struct import *im, const struct rec *rec, const struct issue *issue)
{
    return issue->builtin && issue->severity == FORM_ERROR &&
           im->form->fields[issue->at.field].type != FORM_REF &&
           rec_get(rec, issue->at);
}

static void tell_misfits(const struct import *im, const struct rec *rec,
        const char *field, struct json *report)
{
    size_t n;
    const struct issue *all = engine_issues(im->engine, &n);

    for (size_t i = 0; i < n; i++) {
        struct buf path;

        if (!is_misfit(im, rec, &all[i]))
            continue;
        buf_init(&path, 0);
        buf_adds(&path, field);
        rec_at_text(rec, all[i].at, false, &path);
        foreign_note(report, "check", path.s, all[i].message, all[i].args[0]);
        buf_release(&path);
    }
}

struct rec *foreign_record(struct foreign *f, enum foreign_type type, const char *uid,
        const struct json *body, struct json *left, const char *field,
        struct json *report, struct err *err)
{
    struct import *im = &f->types[type];
    struct rec *rec = rec_copy(im->blank);

    if (body_read(body, rec, err) < 0) {
        rec_free(rec);
        return NULL;
    }
    rec_put(rec, "uid", uid);
    keep_rest(rec, left, field, report);
    fill_rows(im, rec);
    engine_attach(im->engine, rec);
    normalise(im, rec);
    tell_misfits(im, rec, field, report);
    return rec;
}

/* --- writing ---------------------------------------------------------------------- */

struct json *foreign_given(
        struct foreign *f, enum foreign_type type, const struct rec *rec)
{
    const struct form *form = f->types[type].form;
    struct json *all = body_write(rec, BODY_DRAFT);
    struct json *blank = body_write(f->types[type].blank, BODY_DRAFT);

    for (struct json_iter it = {0}; json_iter(blank, &it);)
        if (json_same(it.val, json_get(all, it.key)))
            json_set_take(all, it.key, NULL);
    for (size_t i = 0; i < form->nfields; i++) /* what the form works out by itself */
        if (form->fields[i].table == 0 && form->fields[i].calculation)
            json_set_take(all, form->fields[i].key, NULL);
    json_free(blank);
    return all;
}

/* "agenda.ics : 123@example", for who wonders where it came from. */
static void put_origin(const struct foreign *f, struct rec *rec, const char *origin)
{
    enum { SOURCE_CHARS = 400 };
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, f->types[FOREIGN_EVENT].file);
    if (*origin)
        buf_addf(&text, " : %s", origin);
    buf_cut(&text, SOURCE_CHARS);
    rec_put(rec, "source", text.s);
    buf_release(&text);
}

int foreign_write(struct foreign *f, enum foreign_type type, struct rec *rec,
        const struct json *given, const char *origin, struct err *err)
{
    struct buf base;
    int rc;

    buf_init(&base, 0);
    if (given)
        json_canonical(given, &base);
    put_origin(f, rec, origin);
    rc = import_write(
            &f->types[type], rec, rec_value(rec, "uid"), given ? base.s : NULL, err);
    buf_release(&base);
    return rc;
}
