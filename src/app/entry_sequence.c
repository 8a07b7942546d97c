/* The number of a row's changes: calendars take a newer one for the same performance
 * (SEQUENCE, RFC 5545 §3.8.7.4). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry_sequence.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "odus/store/record.h"

#define SEQUENCE "sequence"

static int sequence_field(const struct form *form, int table)
{
    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].table == table &&
                strcmp(form->fields[i].key, SEQUENCE) == 0 &&
                form->fields[i].type == FORM_INTEGER)
            return (int)i;
    return -1;
}

/* The rows of repeat PATH ("reservation.moyens") in BODY. */
static const struct json *rows_at(const struct json *body, const char *path)
{
    struct view rest = view_of(path), part;

    while (body && view_next(&rest, '.', &part)) {
        char *key = view_dup(part);

        body = json_get(body, key);
        free(key);
    }
    return body;
}

static const struct json *row_of(const struct json *rows, const char *id)
{
    for (size_t i = 0; i < json_len(rows); i++)
        if (view_is(json_as_view(json_get(json_at(rows, i), "id")), id))
            return json_at(rows, i);
    return NULL;
}

static bool differ(const struct json *a, const struct json *b)
{
    struct json *one = json_dup(a), *other = json_dup(b);
    bool same;

    json_set_take(one, SEQUENCE, NULL);
    json_set_take(other, SEQUENCE, NULL);
    same = json_same(one, other);
    json_free(one);
    json_free(other);
    return !same;
}

/* A row counts once more than in the last revision when it is not as it was there,
 * however often completing is tried. */
static void count_row(struct entry *en, struct rec_at at, const struct json *was,
        const struct json *is)
{
    int64_t next = json_get_int(was, SEQUENCE, 0) + 1;
    char text[24];

    if (!was || !differ(was, is) || json_get_int(is, SEQUENCE, 0) >= next)
        return;
    snprintf(text, sizeof(text), "%lld", (long long)next);
    editing_set(en->ed, at, view_of(text));
}

static void count_rows(struct entry *en, int table, int field, const struct json *base,
        const struct json *body)
{
    const char *path = en->form->tables[table].path;
    const struct json *before = rows_at(base, path), *now = rows_at(body, path);

    for (int row = 0; row < rec_rows(en->rec, table); row++) {
        const char *id = rec_row_id(en->rec, table, row);
        const struct json *is = row_of(now, id);

        if (is)
            count_row(en, (struct rec_at){field, row, 0}, row_of(before, id), is);
    }
}

static struct json *base_body(struct entry *en)
{
    struct record r;
    struct json *body = NULL;

    if (!en->base[0] || record_get_rev(en->app->store, en->uid, en->base, &r, NULL) < 0)
        return NULL;
    if (json_parse(view_of(r.body), 0, &body, NULL) < 0)
        body = NULL;
    record_release(&r);
    return body;
}

void sequence_count(struct entry *en)
{
    struct json *base = base_body(en), *body;

    if (!base)
        return;
    body = body_write(en->rec, BODY_SENT);
    for (size_t t = 1; t < en->form->ntables; t++) {
        int field = sequence_field(en->form, (int)t);

        if (en->form->tables[t].kind == FORM_REPEAT && field >= 0)
            count_rows(en, (int)t, field, base, body);
    }
    json_free(body);
    json_free(base);
}
