/* The draft on the disk: written at every change, and what lists show of it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "entry_priv.h"

enum { MANY_DATES = 20 };

static void keep_journal_error(struct entry *en, int rc, const struct err *err)
{
    if (rc < 0)
        en->journal_err = *err;
    else
        err_clear(&en->journal_err);
}

/*
 * What lists show of a record is worked out from all its dates. Where they are many
 * that waits for an idle moment, so that no key does.
 */
static bool has_many_dates(const struct entry *en)
{
    int frame = en->form->dates < 0 ? 0 : form_frame(en->form, en->form->dates);

    return frame && rec_rows(en->rec, frame) > MANY_DATES;
}

/* What lists show of the entry as it is; text that could not be read is an error. */
static void sum_up(struct entry *en, struct summary *ret)
{
    struct issue_counts counts = entry_counts(en);

    summary_build(en->app->forms, en->engine, en->rec, ret);
    ret->errors = counts.errors;
    ret->warnings = counts.warnings;
}

static int put_draft(struct entry *en, const struct draft *d, struct err *err)
{
    struct summary summary;
    int rc = ERR_NOT_FOUND;

    if (en->has_draft && has_many_dates(en))
        rc = draft_put(en->app->store, d, NULL, true, err);
    en->unlisted = rc == 0;
    if (rc != ERR_NOT_FOUND)
        return rc;
    sum_up(en, &summary);
    rc = draft_put(en->app->store, d, &summary, true, err);
    summary_release(&summary);
    return rc;
}

bool entry_idle(struct entry *en)
{
    struct summary summary;

    if (entry_unsaved(en, NULL) < 0)
        return entry_save(en, NULL) == 0;
    if (!en->unlisted || !en->has_draft)
        return false;
    sum_up(en, &summary);
    en->unlisted = draft_index(en->app->store, &summary, NULL) < 0;
    summary_release(&summary);
    return true;
}

void entry_journal(struct entry *en)
{
    struct draft d = {.body = NULL};
    struct buf at;
    struct err err = {0};
    int rc = 0;

    if (!en->has_draft || en->unclaimed)
        rc = draft_claim(en->app->store, en->uid, &err);
    buf_init(&at, 0);
    if (en->has_cursor)
        rec_at_text(en->rec, en->cursor, true, &at);
    memcpy(d.uid, en->uid, sizeof(d.uid));
    memcpy(d.base, en->base, sizeof(d.base));
    memcpy(d.form_hash, en->form->hash, sizeof(d.form_hash));
    d.type = en->form->name;
    d.body = entry_draft_text(en);
    d.at = at.len ? at.s : NULL;
    d.texts = entry_typed_texts(en, &d.ntexts);
    d.owner = (int)getpid();
    if (rc == 0 || rc == ERR_NOT_FOUND)
        rc = put_draft(en, &d, &err);
    keep_journal_error(en, rc, &err);
    if (rc == 0) {
        en->has_draft = true;
        en->unclaimed = false;
        en->saved_ms = clock_now_ms();
    }
    free(d.body);
    free(d.texts);
    buf_release(&at);
}

int entry_unsaved(const struct entry *en, struct err *err)
{
    if (en->journal_err.id && err)
        *err = en->journal_err;
    return en->journal_err.id ? en->journal_err.code : 0;
}

int entry_save(struct entry *en, struct err *err)
{
    if (entry_unsaved(en, NULL) < 0)
        entry_journal(en);
    return entry_unsaved(en, err);
}
