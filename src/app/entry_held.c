/* The conflicts that wait for a person: kept with the draft. */
#include "entry_held.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_priv.h"

static void held_release(struct held *h)
{
    free(h->c.path);
    free(h->c.row);
    free(h->c.key);
    free(h->c.lang);
    json_free(h->c.base);
    json_free(h->c.ours);
    json_free(h->c.theirs);
    json_free(h->c.kept);
    free(h->table);
    free(h->leaf);
    free(h->author);
    free(h->ours_author);
}

void held_clear(struct entry *en)
{
    for (size_t i = 0; i < en->nheld; i++)
        held_release(&en->held[i]);
    free(en->held);
    en->held = NULL;
    en->nheld = 0;
}

/* --- places --- */

static int field_of(const struct form *form, const struct merge_conflict *c)
{
    const char *table = form->tables[c->table].path;
    struct buf path;
    int field;

    if (!c->key)
        return -1;
    buf_init(&path, 0);
    buf_addf(&path, "%s%s%s", table, *table ? "." : "", c->key);
    field = form_field_find(form, buf_view(&path));
    buf_release(&path);
    return c->lang && held_lang(form, c) < 0 ? -1 : field;
}

int held_lang(const struct form *form, const struct merge_conflict *c)
{
    for (int l = 0; c->lang && l < form->nlangs; l++)
        if (strcmp(form->langs[l], c->lang) == 0)
            return l;
    return c->lang ? -1 : 0;
}

/* Of what stood in a table that the form has no more nothing can be shown or set. */
static bool find_place(const struct form *form, struct held *h)
{
    int table = form_table_find(form, view_of(h->table));

    if (table < 0 || (h->c.row && form->tables[table].kind != FORM_REPEAT))
        return false;
    h->c.table = table;
    h->c.field = field_of(form, &h->c);
    return true;
}

void held_place(struct entry *en)
{
    size_t n = 0;

    for (size_t i = 0; i < en->nheld; i++) {
        if (find_place(en->form, &en->held[i]))
            en->held[n++] = en->held[i];
        else
            held_release(&en->held[i]);
    }
    en->nheld = n;
}

/* --- with the draft --- */

static struct json *held_json(const struct held *h)
{
    struct json *obj = json_new_object();

    json_set_text(obj, "path", h->c.path);
    json_set_text(obj, "table", h->table);
    json_set_text(obj, "row", h->c.row);
    json_set_text(obj, "key", h->c.key);
    json_set_text(obj, "lang", h->c.lang);
    json_set_take(obj, "base", json_dup(h->c.base));
    json_set_take(obj, "ours", json_dup(h->c.ours));
    json_set_take(obj, "theirs", json_dup(h->c.theirs));
    json_set_take(obj, "kept", json_dup(h->c.kept));
    json_set_text(obj, "leaf", h->leaf);
    json_set_text(obj, "by", h->author);
    json_set_take(obj, "at", json_int(h->at_ms));
    json_set_text(obj, "ours_by", h->ours_author);
    json_set_take(obj, "ours_at", json_int(h->ours_ms));
    json_set_take(obj, "settled", json_bool(h->settled));
    return obj;
}

void held_write(const struct entry *en, struct json *body)
{
    struct json *all = json_new_array();

    for (size_t i = 0; i < en->nheld; i++)
        json_push_take(all, held_json(&en->held[i]));
    json_set_take(body, HELD_KEY, all);
}

static char *dup_text(const struct json *obj, const char *key)
{
    return xstrdup(json_get_text(obj, key));
}

static struct held held_of(const struct json *obj)
{
    return (struct held){
            .c =
                    {
                            .path = dup_text(obj, "path"),
                            .row = dup_text(obj, "row"),
                            .key = dup_text(obj, "key"),
                            .lang = dup_text(obj, "lang"),
                            .base = json_dup(json_get(obj, "base")),
                            .ours = json_dup(json_get(obj, "ours")),
                            .theirs = json_dup(json_get(obj, "theirs")),
                            .kept = json_dup(json_get(obj, "kept")),
                    },
            .table = dup_text(obj, "table"),
            .leaf = dup_text(obj, "leaf"),
            .author = dup_text(obj, "by"),
            .at_ms = json_get_int(obj, "at", 0),
            .ours_author = dup_text(obj, "ours_by"),
            .ours_ms = json_get_int(obj, "ours_at", 0),
            .settled = json_get_bool(obj, "settled", false),
    };
}

static struct held *add(struct entry *en)
{
    en->held = xrealloc(en->held, en->nheld + 1, sizeof *en->held);
    return &en->held[en->nheld++];
}

void held_read(struct entry *en, const struct json *all)
{
    for (size_t i = 0; i < json_len(all); i++)
        if (json_get_text(json_at(all, i), "path"))
            *add(en) = held_of(json_at(all, i));
    held_place(en);
}

/* --- new ones --- */

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The newer of two conflicts at one place says it all, but for several leaves: what
 * each of them says is shown. */
static void drop_path(struct entry *en, const char *path, const char *leaf)
{
    size_t n = 0;

    for (size_t i = 0; i < en->nheld; i++) {
        if (strcmp(en->held[i].c.path, path) == 0 && same_text(en->held[i].leaf, leaf))
            held_release(&en->held[i]);
        else
            en->held[n++] = en->held[i];
    }
    en->nheld = n;
}

void held_take(struct entry *en, struct merge_conflict *all, size_t n,
        const struct held_from *from)
{
    for (size_t i = 0; i < n; i++) {
        drop_path(en, all[i].path, from->leaf);
        *add(en) = (struct held){.c = all[i],
                .table = xstrdup(en->form->tables[all[i].table].path),
                .leaf = xstrdup(from->leaf),
                .author = xstrdup(from->author),
                .at_ms = from->at_ms,
                .ours_author = xstrdup(from->ours_author),
                .ours_ms = from->ours_ms};
    }
    free(all);
}

/* --- how they stand --- */

enum entry_stand held_stand(
        const struct entry *en, const struct held *h, const struct json *body)
{
    const struct json *now = merge_value_at(en->form, &h->c, body);

    if (!h->settled && merge_same_at(en->form, &h->c, now, h->c.kept))
        return ENTRY_OPEN;
    if (merge_same_at(en->form, &h->c, now, h->c.theirs))
        return ENTRY_THEIRS;
    return merge_same_at(en->form, &h->c, now, h->c.ours) ? ENTRY_OURS : ENTRY_OTHER;
}

int held_open(const struct entry *en)
{
    struct json *body;
    int open = 0;

    if (!en->nheld)
        return 0;
    body = body_write(en->rec, BODY_DRAFT);
    for (size_t i = 0; i < en->nheld; i++)
        open += held_stand(en, &en->held[i], body) == ENTRY_OPEN;
    json_free(body);
    return open;
}
