/* Keyed a second time, blind. */
#include "odus/app/verify.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_priv.h"

struct item {
    struct rec_at at;     /* in the record as it stood */
    char *path;           /* rows by number */
    char *id;             /* of the row; NULL outside rows */
    char *first, *second; /* canonical, NULL blank */
    bool typed, taken;
};

struct verify {
    struct entry *en;    /* the record */
    struct entry *blind; /* a copy in which what is verified begins blank: no journal */
    struct item *items;
    size_t n, cap;
};

/* --- what is verified --- */

static void add_item(struct verify *v, struct rec_at at)
{
    const struct rec *rec = v->en->rec;
    int frame = form_frame(v->en->form, at.field);
    struct buf path;

    if (rec_hidden(rec, at) || (at.lang > 0 && !rec_get(rec, at)))
        return;
    buf_init(&path, 0);
    rec_at_text(rec, at, false, &path);
    v->items = mem_grow(v->items, v->n, &v->cap, sizeof *v->items);
    v->items[v->n++] = (struct item){.at = at,
            .path = buf_take(&path),
            .id = frame ? xstrdup(rec_row_id(rec, frame, at.row)) : NULL,
            .first = xstrdup(rec_get(rec, at))};
}

static void add_field(struct verify *v, int field, int row)
{
    const struct form_field *f = &v->en->form->fields[field];

    if (!f->verify || f->calculation || f->readonly)
        return;
    for (int lang = 0; lang < f->nslots; lang++)
        add_item(v, (struct rec_at){field, row, lang});
}

static void add_rows(struct verify *v, int table)
{
    for (int row = 0; row < rec_rows(v->en->rec, table); row++)
        for (size_t f = 0; f < v->en->form->nfields; f++)
            if (v->en->form->fields[f].table == table)
                add_field(v, (int)f, row);
}

static void add_items(struct verify *v)
{
    const struct form *form = v->en->form;

    for (size_t i = 0; i < form->nitems; i++) {
        int index = form->items[i].index;

        if (!form->items[i].is_table && !form_frame(form, index))
            add_field(v, index, 0);
        else if (form->items[i].is_table && form->tables[index].kind == FORM_REPEAT)
            add_rows(v, index);
    }
}

/* Where the field of ITEM stands in EN now; .row -1 when its row is gone. */
static struct rec_at place_in(const struct entry *en, const struct item *item)
{
    struct rec_at at = item->at;

    if (item->id)
        at.row = rec_row_find(
                en->rec, form_frame(en->form, at.field), view_of(item->id));
    return at;
}

static int make_blind(struct verify *v, struct err *err)
{
    struct json *body = body_write(v->en->rec, BODY_DRAFT);
    int rc = entry_make(v->en->app, v->en->form, body, &v->blind, err);

    json_free(body);
    if (rc < 0)
        return rc;
    v->blind->quiet = true;
    for (size_t i = 0; i < v->n; i++)
        editing_set(v->blind->ed, place_in(v->blind, &v->items[i]), (struct view){0});
    return 0;
}

int verify_new(struct app *app, const char *uid, struct verify **ret, struct err *err)
{
    struct verify *v = xcalloc(1, sizeof *v);
    int rc = entry_open(app, uid, &v->en, err);

    if (rc == 0) {
        add_items(v);
        rc = v->n ? make_blind(v, err)
                  : err_set(err, ERR_INVALID,
                            N_("this record has nothing that is verified"));
    }
    if (rc == 0)
        *ret = v;
    else
        verify_free(v);
    return rc;
}

void verify_free(struct verify *v)
{
    if (!v)
        return;
    entry_close(v->blind);
    entry_close(v->en);
    for (size_t i = 0; i < v->n; i++) {
        free(v->items[i].path);
        free(v->items[i].id);
        free(v->items[i].first);
        free(v->items[i].second);
    }
    free(v->items);
    free(v);
}

/* --- keying --- */

size_t verify_count(const struct verify *v)
{
    return v->n;
}

static bool is_equal(const struct item *item)
{
    return item->typed && strcmp(item->first ? item->first : "",
                                  item->second ? item->second : "") == 0;
}

struct verify_field verify_field(const struct verify *v, size_t i)
{
    const struct item *item = &v->items[i];
    int frame = form_frame(v->en->form, item->at.field);

    return (struct verify_field){.path = item->path,
            .label = entry_label(v->en, item->at),
            .table = frame ? entry_table_label(v->en, frame) : NULL,
            .row = frame ? item->at.row + 1 : 0,
            .typed = item->typed,
            .equal = is_equal(item)};
}

int verify_type(struct verify *v, size_t i, struct view typed, struct err *err)
{
    struct item *item = &v->items[i];
    int rc = entry_read_typed(v->blind, place_in(v->blind, item), typed, err);

    if (rc < 0)
        return rc;
    free(item->second);
    item->second = xstrdup(rec_get(v->blind->rec, place_in(v->blind, item)));
    item->typed = true;
    return is_equal(item);
}

size_t verify_different(const struct verify *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->n; i++)
        n += v->items[i].typed && !is_equal(&v->items[i]);
    return n;
}

size_t verify_missing(const struct verify *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->n; i++)
        n += !v->items[i].typed;
    return n;
}

int verify_take(struct verify *v, size_t i, struct err *err)
{
    struct item *item = &v->items[i];
    int rc;

    if (!item->typed || is_equal(item))
        return 0;
    rc = entry_writable(v->en, err);
    if (rc < 0)
        return rc;
    editing_set(v->en->ed, place_in(v->en, item), view_of(item->second));
    rc = entry_unsaved(v->en, err);
    item->taken = rc == 0;
    return rc;
}

/* --- the report --- */

static void put_size(struct json *obj, const char *key, size_t n)
{
    json_set_take(obj, key, json_int((int64_t)n));
}

static void put_words(struct verify *v, struct json *obj, const char *key, int field,
        const char *value)
{
    struct buf words;

    buf_init(&words, 0);
    if (value)
        entry_show_value(v->en, field, value, &words);
    json_set_text(obj, key, words.s);
    buf_release(&words);
}

static struct json *difference(struct verify *v, const struct item *item)
{
    struct json *obj = json_new_object();

    json_set_text(obj, "path", item->path);
    json_set_text(obj, "label", entry_label(v->en, item->at));
    put_words(v, obj, "first", item->at.field, item->first);
    put_words(v, obj, "second", item->at.field, item->second);
    json_set_take(obj, "taken", json_bool(item->taken));
    return obj;
}

/* Of the differences, those that this operator's keying won or lost, as far as taken.
 */
static struct json *operator_json(const struct verify *v, const char *name, bool second)
{
    struct json *obj = json_new_object();
    size_t wrong = 0, open = 0;

    for (size_t i = 0; i < v->n; i++) {
        wrong += v->items[i].taken;
        open += v->items[i].typed && !is_equal(&v->items[i]) && !v->items[i].taken;
    }
    json_set_text(obj, "operator", name);
    put_size(obj, "keyed", second ? v->n - verify_missing(v) : v->n);
    if (!second)
        put_size(obj, "corrected", wrong);
    put_size(obj, "open", open);
    return obj;
}

struct json *verify_report(struct verify *v)
{
    struct json *obj = json_new_object();
    struct json *list = json_new_array();
    char now[CLOCK_TEXT];

    clock_rfc3339(clock_now_ms(), now);
    for (size_t i = 0; i < v->n; i++)
        if (v->items[i].typed && !is_equal(&v->items[i]))
            json_push_take(list, difference(v, &v->items[i]));
    json_set_text(obj, "uid", v->en->uid);
    json_set_text(obj, "title", entry_state(v->en).title);
    json_set_text(obj, "form", v->en->form->name);
    json_set_text(obj, "at", now);
    json_set_take(
            obj, "first", operator_json(v, entry_value(v->en, "modifie_par"), false));
    json_set_take(obj, "second", operator_json(v, app_author(v->en->app), true));
    put_size(obj, "fields", v->n);
    put_size(obj, "equal", v->n - verify_different(v) - verify_missing(v));
    put_size(obj, "different", verify_different(v));
    put_size(obj, "missing", verify_missing(v));
    json_set_take(obj, "differences", list);
    return obj;
}
