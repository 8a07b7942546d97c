/* A draft moved to the newest version of its form, and back. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "entry_held.h"
#include "entry_leaves.h"
#include "entry_priv.h"
#include "load.h"

/* Field paths of FROM that TO lacks, one a line. */
static void tell_missing(const struct form *from, const struct form *to,
        const char *sign, struct buf *out)
{
    for (size_t i = 0; i < from->nfields; i++)
        if (form_field_find(to, view_of(from->fields[i].path)) < 0)
            buf_addf(out, "%s %s\n", sign, from->fields[i].path);
}

void entry_forget_move(struct entry *en)
{
    free(en->moved_body);
    en->moved_body = NULL;
    en->moved_from = NULL;
}

static int move_to(struct entry *en, const struct form *newest, struct err *err)
{
    const struct form *from = en->form;
    char *before = entry_draft_text(en);
    struct json *body = body_write(en->rec, BODY_DRAFT);
    int rc = entry_load(en, newest, body, err);

    json_free(body);
    if (rc < 0) {
        free(before);
        return rc;
    }
    en->moved_from = from;
    en->moved_body = before;
    en->has_cursor = false;
    entry_put(en, "formulaire", newest->hash);
    entry_journal(en);
    return 0;
}

int entry_move_version(struct entry *en, bool really, struct buf *out, struct err *err)
{
    const struct form *newest;
    int rc = forms_proven(en->app->forms, en->form->name, NULL, &newest, err);

    if (rc < 0 || strcmp(newest->hash, en->form->hash) == 0)
        return rc;
    tell_missing(newest, en->form, "+", out);
    tell_missing(en->form, newest, "-", out);
    return really ? move_to(en, newest, err) : 0;
}

static int first_shown(const struct form *form)
{
    size_t i = 0;

    while (i + 1 < form->nfields &&
            (form->fields[i].hidden ||
                    form->sections[form->fields[i].section].collapsed))
        i++;
    return (int)i;
}

bool entry_move_back(struct entry *en, struct rec_at *ret_at)
{
    struct json *body, *held;
    int rc;

    if (!en->moved_from || load_json(en->moved_body, &body, NULL) < 0)
        return false;
    held = json_retain(json_get(body, HELD_KEY));
    json_set_take(body, HELD_KEY, NULL);
    json_set_take(body, CLOSES_KEY, NULL); /* those merged since are closed too */
    rc = entry_load(en, en->moved_from, body, NULL);
    if (rc == 0) {
        held_clear(en);
        held_read(en, held);
        *ret_at = (struct rec_at){.field = first_shown(en->form)};
        en->has_cursor = false;
        entry_journal(en);
    }
    json_free(held);
    json_free(body);
    return rc == 0;
}
