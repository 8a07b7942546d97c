/* Text being typed and not read yet: it must outlive a crash, a close, other changes.
 */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "entry_priv.h"

static void set_text(char **slot, char *text)
{
    free(*slot);
    *slot = text;
}

/* Rows by id; the row that is not there yet, where rows are added, has none. */
static char *path_of(const struct entry *en, struct rec_at at)
{
    struct buf path;

    buf_init(&path, 0);
    rec_at_text(en->rec, at, true, &path);
    return buf_take(&path);
}

struct rec_at entry_add_place(const struct entry *en, int table)
{
    struct rec_at at = {.row = rec_rows(en->rec, table)};

    while ((size_t)at.field + 1 < en->form->nfields &&
            en->form->fields[at.field].table != table)
        at.field++;
    return at;
}

/* The repeat that PATH ("TABLE.#.KEY") would add a row to, or 0. */
static int table_to_add_to(const struct form *form, const char *path)
{
    const char *mark = strstr(path, ".#.");

    for (size_t t = 1; mark && t < form->ntables; t++)
        if (form->tables[t].kind == FORM_REPEAT &&
                view_is((struct view){path, (size_t)(mark - path)},
                        form->tables[t].path))
            return (int)t;
    return 0;
}

static bool parse_path(const struct entry *en, const char *path, struct rec_at *ret)
{
    int table = table_to_add_to(en->form, path);

    if (!table)
        return rec_at_parse(en->rec, view_of(path), ret, NULL) == 0;
    *ret = entry_add_place(en, table);
    return true;
}

bool entry_is_typing(struct entry *en)
{
    struct rec_at at;
    struct buf now;
    bool same;

    if (!en->typed || !parse_path(en, en->typed_path, &at))
        return false;
    if (!*en->typed && (en->form->fields[at.field].list >= 0 ||
                               en->form->fields[at.field].type == FORM_REF))
        return false; /* nothing looked for in a list of choices */
    buf_init(&now, 0);
    entry_text(en, at, &now);
    same = view_is(buf_view(&now), en->typed);
    buf_release(&now);
    return !same;
}

void entry_typing_done(struct entry *en, struct rec_at at)
{
    char *path = en->typed ? path_of(en, at) : NULL;

    if (path && strcmp(path, en->typed_path) == 0)
        set_text(&en->typed, NULL);
    free(path);
}

void entry_typing(struct entry *en, struct rec_at at, struct view typed)
{
    struct err err = {0};

    en->cursor = at;
    en->has_cursor = true;
    if (!en->has_draft)
        entry_journal(en);
    set_text(&en->typed, view_dup(typed));
    set_text(&en->typed_path, path_of(en, at));
    if (draft_typing(en->app->store, en->uid, en->typed_path, en->typed, &err) < 0)
        en->journal_err = err;
}

void entry_take_typing(struct entry *en, const struct draft *d)
{
    en->has_cursor = d->at && parse_path(en, d->at, &en->cursor);
    if (!d->at || !d->typed)
        return;
    set_text(&en->typed, xstrdup(d->typed));
    set_text(&en->typed_path, xstrdup(d->at));
}

bool entry_resume(struct entry *en, struct rec_at *ret_at, struct buf *typed)
{
    if (!en->has_cursor)
        return false;
    *ret_at = en->cursor;
    if (en->typed)
        buf_adds(typed, en->typed);
    return true;
}
