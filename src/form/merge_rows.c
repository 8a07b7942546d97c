#include <stdlib.h>
#include <string.h>

#include "body_priv.h"
#include "merge_priv.h"
#include "odus/base/mem.h"

/* --- what differs --- */

/** Takes out of OBJ, of TABLE, what never conflicts. */
static void strip(const struct form *form, int table, struct json *obj)
{
    for (size_t f = 0; f < form->nfields; f++) {
        const struct form_field *field = &form->fields[f];

        if (field->table == table &&
                (field->calculation || strcmp(field->key, "sequence") == 0))
            json_set_take(obj, field->key, NULL);
    }
}

static void strip_record(const struct form *form, struct json *body)
{
    static const char *const header[] = {"modifie_le", "modifie_par", "formulaire"};

    for (size_t i = 0; i < COUNT(header); i++)
        json_set_take(body, header[i], NULL);
    for (size_t t = 0; t < form->ntables; t++) {
        struct json *member = body_member(body, form, (int)t);

        if (json_kind(member) == JSON_KIND_OBJECT)
            strip(form, (int)t, member);
        for (size_t i = 0; json_kind(member) == JSON_KIND_ARRAY && i < json_len(member);
                i++)
            if (json_kind(json_at(member, i)) == JSON_KIND_OBJECT)
                strip(form, (int)t, json_at(member, i));
    }
}

bool merge_differs(
        const struct form *form, int table, const struct json *a, const struct json *b)
{
    struct json *x = a ? json_dup(a) : json_new_object();
    struct json *y = b ? json_dup(b) : json_new_object();
    bool same;

    if (table) {
        strip(form, table, x);
        strip(form, table, y);
    } else {
        strip_record(form, x);
        strip_record(form, y);
    }
    same = json_same(x, y);
    json_free(x);
    json_free(y);
    return !same;
}

/* --- rows by id --- */

struct row {
    const char *id;
    struct json *json;
};

/** Rows of one side, by id; STRAYS are the elements that are no rows. */
struct side {
    struct row *rows;
    size_t n, at;
    struct json *strays;
};

static int cmp_row(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->id, ((const struct row *)b)->id);
}

static void side_init(struct side *s, const struct json *array)
{
    *s = (struct side){.rows = xcalloc(json_len(array), sizeof *s->rows),
            .strays = json_new_array()};
    for (size_t i = 0; i < json_len(array); i++) {
        struct json *row = json_at(array, i);
        const char *id = json_get_text(row, "id");

        if (id)
            s->rows[s->n++] = (struct row){id, row};
        else
            json_push_take(s->strays, json_retain(row));
    }
    qsort(s->rows, s->n, sizeof *s->rows, cmp_row);
}

static void side_release(struct side *s)
{
    free(s->rows);
    json_free(s->strays);
}

static const char *first_id(const struct side *s, const char *other)
{
    const char *id = s->at < s->n ? s->rows[s->at].id : NULL;

    return !id || (other && strcmp(other, id) < 0) ? other : id;
}

/** The row ID where it is the next of S, which moves on; else NULL. */
static struct json *take(struct side *s, const char *id)
{
    if (s->at == s->n || strcmp(s->rows[s->at].id, id) != 0)
        return NULL;
    return s->rows[s->at++].json;
}

/** A row that one side lacks; owned, NULL when it goes. */
static struct json *merge_lone(struct merge *m, struct owner o, struct three t)
{
    struct json *row = t.ours ? t.ours : t.theirs;

    if (t.base && !merge_differs(m->form, o.table, t.base, row))
        return NULL;
    if (t.base || !m->base)
        merge_clash(m, (struct spot){.owner = o, .field = -1}, t, row);
    return json_retain(row);
}

static struct json *merge_row(
        struct merge *m, int table, const char *id, struct three t)
{
    struct owner o = {table, id};
    size_t before = m->path.len;
    struct json *out = NULL;

    buf_addf(&m->path, ".#%s", id);
    if (t.ours && t.theirs)
        out = merge_members(m, o, t);
    else if (t.ours || t.theirs)
        out = merge_lone(m, o, t);
    buf_cut(&m->path, before);
    return out;
}

static void merge_strays(struct merge *m, struct three t, struct json *out)
{
    struct json *kept;

    if (!merge_simple(m, t, &kept)) {
        kept = t.ours;
        merge_clash(m, (struct spot){.field = -1}, t, kept);
    }
    for (size_t i = 0; i < json_len(kept); i++)
        json_push_take(out, json_retain(json_at(kept, i)));
}

struct json *merge_rows(struct merge *m, int table, struct three t)
{
    struct side base, ours, theirs;
    struct json *out = json_new_array();
    const char *id;

    side_init(&base, t.base);
    side_init(&ours, t.ours);
    side_init(&theirs, t.theirs);
    while ((id = first_id(&base, first_id(&ours, first_id(&theirs, NULL))))) {
        struct three row = {take(&base, id), take(&ours, id), take(&theirs, id)};

        json_push_take(out, merge_row(m, table, id, row));
    }
    merge_strays(m, (struct three){base.strays, ours.strays, theirs.strays}, out);
    side_release(&base);
    side_release(&ours);
    side_release(&theirs);
    if (json_len(out))
        return out;
    json_free(out);
    return NULL;
}
