/*
 * What is typed and is no value: being typed, or it could not be read. It must outlive
 * a crash, a close, other changes.
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

static bool is_add_place(const struct entry *en, struct rec_at at)
{
    int frame = form_frame(en->form, at.field);

    return frame && at.row >= rec_rows(en->rec, frame);
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

static struct typed *find(const struct entry *en, const char *path)
{
    for (size_t i = 0; i < en->ntyped; i++)
        if (strcmp(en->typed[i].path, path) == 0)
            return &en->typed[i];
    return NULL;
}

static struct typed *find_at(const struct entry *en, struct rec_at at)
{
    char *path = en->ntyped ? path_of(en, at) : NULL;
    struct typed *t = path ? find(en, path) : NULL;

    free(path);
    return t;
}

static struct typed *put(struct entry *en, const char *path, struct view text)
{
    struct typed *t = find(en, path);

    if (!t) {
        en->typed = mem_grow(en->typed, en->ntyped, &en->cap_typed, sizeof(*en->typed));
        t = &en->typed[en->ntyped++];
        *t = (struct typed){.path = xstrdup(path)};
    }
    set_text(&t->text, view_dup(text));
    return t;
}

static void drop(struct entry *en, struct typed *t)
{
    struct typed *end = en->typed + en->ntyped--;

    free(t->path);
    free(t->text);
    memmove(t, t + 1, (size_t)(end - (t + 1)) * sizeof(*t));
}

void entry_typing_clear(struct entry *en)
{
    while (en->ntyped)
        drop(en, &en->typed[en->ntyped - 1]);
}

/* Words for a list of choices: looked for, not read. */
static bool is_for_list(const struct entry *en, struct rec_at at)
{
    const struct form_field *f = &en->form->fields[at.field];

    return !is_add_place(en, at) && (f->list >= 0 || f->type == FORM_REF);
}

/* Text at AT that says something else than the value. */
static bool differs(struct entry *en, struct rec_at at, const char *text)
{
    struct buf now;
    bool same;

    if (!*text && is_for_list(en, at))
        return false;
    buf_init(&now, 0);
    entry_text(en, at, &now);
    same = view_is(buf_view(&now), text);
    buf_release(&now);
    return !same;
}

bool entry_is_typing(struct entry *en)
{
    struct rec_at at;

    for (size_t i = 0; i < en->ntyped; i++)
        if (parse_path(en, en->typed[i].path, &at) &&
                differs(en, at, en->typed[i].text))
            return true;
    return false;
}

struct draft_text *entry_typed_texts(struct entry *en, size_t *ret_n)
{
    struct draft_text *texts = xcalloc(en->ntyped + 1, sizeof(*texts));
    struct rec_at at;
    size_t n = 0;

    for (size_t i = 0; i < en->ntyped; i++) {
        const struct typed *t = &en->typed[i];

        /* Where a row is gone it may come back. */
        if (!parse_path(en, t->path, &at) || differs(en, at, t->text))
            texts[n++] = (struct draft_text){t->path, t->text};
    }
    *ret_n = n;
    return texts;
}

bool entry_typing_done(struct entry *en, struct rec_at at)
{
    struct typed *t = find_at(en, at);

    if (t)
        drop(en, t);
    return t != NULL;
}

static void tell_journal(struct entry *en, const char *path, const char *text)
{
    struct err err = {0};

    if (draft_typing(en->app->store, en->uid, path, text, &err) < 0)
        en->journal_err = err;
}

void entry_typing(struct entry *en, struct rec_at at, struct view typed)
{
    char *path = path_of(en, at);
    const struct typed *t = put(en, path, typed);

    en->cursor = at;
    en->has_cursor = true;
    if (!en->has_draft || en->unclaimed || entry_unsaved(en, NULL) < 0)
        entry_journal(en);
    if (entry_unsaved(en, NULL) == 0)
        tell_journal(en, path, t->text);
    free(path);
}

void entry_forget(struct entry *en, struct rec_at at)
{
    struct typed *t = find_at(en, at);

    if (!t)
        return;
    en->unlisted |= t->unread;
    if (en->has_draft && entry_unsaved(en, NULL) == 0)
        tell_journal(en, t->path, NULL);
    drop(en, t);
    entry_save(en, NULL);
}

void entry_typing_unread(
        struct entry *en, struct rec_at at, struct view typed, const struct err *err)
{
    struct typed *t = find_at(en, at);

    if (!t || !view_is(typed, t->text))
        return;
    t->unread = true;
    t->err = *err;
    en->unlisted = true;
}

static bool can_be_read(
        struct entry *en, struct rec_at at, const char *text, struct err *err)
{
    struct buf echo;
    bool ok;

    buf_init(&echo, 0);
    if (is_add_place(en, at))
        ok = entry_timing_echo(en, form_frame(en->form, at.field), view_of(text), &echo,
                     err) >= 0;
    else
        ok = entry_echo(en, at, view_of(text), &echo, err);
    buf_release(&echo);
    return ok;
}

void entry_take_typing(struct entry *en, const struct draft *d)
{
    struct rec_at at;

    en->has_cursor = d->at && parse_path(en, d->at, &en->cursor);
    for (size_t i = 0; i < d->ntexts; i++) {
        struct typed *t = put(en, d->texts[i].at, view_of(d->texts[i].typed));

        if (!parse_path(en, t->path, &at))
            continue;
        t->unread = !can_be_read(en, at, t->text, &t->err);
        if (!t->unread && strcmp(t->path, d->at ? d->at : "") != 0) {
            t->unread = true;
            err_set(&t->err, ERR_INVALID, N_("typed, but not taken over yet"));
        }
    }
}

bool entry_resume(struct entry *en, struct rec_at *ret_at, struct buf *typed)
{
    const struct typed *t;

    if (!en->has_cursor)
        return false;
    *ret_at = en->cursor;
    t = find_at(en, en->cursor);
    if (t)
        buf_adds(typed, t->text);
    return true;
}

static bool is_shown(const struct entry *en, struct rec_at at)
{
    return is_add_place(en, at)
                   ? !engine_table_hidden(en->engine, form_frame(en->form, at.field))
                   : !rec_hidden(en->rec, at);
}

const struct entry_pending *entry_pending(struct entry *en, size_t *ret_n)
{
    struct rec_at at;
    size_t n = 0;

    if (en->ntyped)
        en->pending = xrealloc(en->pending, en->ntyped, sizeof(*en->pending));
    for (size_t i = 0; i < en->ntyped; i++) {
        const struct typed *t = &en->typed[i];

        if (t->unread && parse_path(en, t->path, &at) && is_shown(en, at))
            en->pending[n++] = (struct entry_pending){at, t->text, &t->err};
    }
    *ret_n = n;
    return en->pending;
}
