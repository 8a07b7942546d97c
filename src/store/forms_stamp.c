/* Tables beside the forms, and one hash for all that forms and lists say. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "forms_priv.h"

static void feed(struct hash_state *h, const char *text)
{
    hash_feed(h, view_of(text));
    hash_feed(h, (struct view){"", 1});
}

static void feed_list(struct hash_state *h, const struct form_list *list)
{
    feed(h, list->name);
    feed(h, list->file);
    for (size_t i = 0; i < list->nentries; i++) {
        const struct form_entry *entry = &list->entries[i];

        feed(h, entry->code);
        for (int l = 0; l < FORM_LANGS; l++)
            feed(h, entry->label.in[l]);
        for (size_t c = 0; c < list->ncolumns; c++)
            feed(h, entry->cells ? entry->cells[c] : NULL);
    }
}

static void feed_form(struct hash_state *h, const struct form *form)
{
    feed(h, form->hash);
    for (int l = 0; l < FORM_LANGS; l++)
        feed(h, form->label.in[l]);
    for (size_t i = 0; i < form->nfields; i++) {
        feed(h, form_private(form, (int)i) ? "private" : "");
        for (int l = 0; l < FORM_LANGS; l++)
            feed(h, form->fields[i].label.in[l]);
    }
    for (size_t i = 0; i < form->nlists; i++)
        feed_list(h, &form->lists[i]);
}

static int feed_long_lists(struct forms *forms, struct hash_state *h, struct err *err)
{
    struct stmt *st = db_query(
            forms->store->data, "select name, hash from list order by name", BIND_NONE);
    int rc;

    while ((rc = stmt_step(st, err)) > 0) {
        feed(h, stmt_text(st, 0).p);
        feed(h, stmt_text(st, 1).p);
    }
    return rc;
}

int forms_table(struct forms *forms, const char *name, struct buf *out, struct err *err)
{
    char *path = file_join(forms->dir, name);
    int rc = file_read(path, FORM_FILE_MAX, out, err);

    free(path);
    return rc;
}

static void feed_tables(struct forms *forms, struct hash_state *h)
{
    char **names;
    size_t n;

    if (file_list(forms->dir, ".map", &names, &n, NULL) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        struct buf text;

        feed(h, names[i]);
        if (forms_table(forms, names[i], &text, NULL) == 0)
            hash_feed(h, buf_view(&text));
        buf_release(&text);
    }
    file_list_free(names, n);
}

int forms_stamp(struct forms *forms, char ret[33], struct err *err)
{
    char *const *names = forms_names(forms);
    char text[HASH_256_TEXT];
    struct hash_state h;
    int rc;

    hash_start(&h);
    for (size_t i = 0; names[i]; i++) {
        const struct form *form;

        feed(&h, names[i]);
        if (forms_get(forms, names[i], &form, NULL, NULL) == 0)
            feed_form(&h, form);
    }
    feed_tables(forms, &h);
    rc = feed_long_lists(forms, &h, err);
    if (rc)
        return rc;
    hash_finish(&h, text);
    memcpy(ret, text, 32);
    ret[32] = 0;
    return 0;
}
