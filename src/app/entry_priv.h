#ifndef ODUS_APP_ENTRY_PRIV_H
#define ODUS_APP_ENTRY_PRIV_H

#include "odus/app/entry.h"
#include "odus/store/draft.h"
#include "odus/store/record.h"
#include "app_priv.h"

struct entry {
    struct app *app;
    const struct form *form; /* borrowed from the registry */
    struct engine *engine;
    struct rec *rec;
    struct editing *ed;
    char uid[37];
    char base[REV_MAX];     /* "" for a new record */
    char *origin;           /* BODY_DRAFT text of where it began; NULL: always a draft */
    bool has_draft;         /* a row in drafts.db, owned by this process */
    bool quiet;             /* no journal: loading */
    bool machine;           /* typed text is a program's */
    bool changed;           /* inside a group of changes, one journal entry is due */
    int group;              /* depth of entry_group_begin */
    int64_t saved_ms;
    struct err journal_err;
    struct rec_at cursor;
    bool has_cursor;
    char *typed;            /* being typed and not read yet, NULL */
    char *typed_path;       /* where, rows by id */
    struct buf title;
    struct held *held; /* conflicts, entry_held.h */
    size_t nheld;
    struct entry_conflict *conflicts; /* what entry_conflicts gave last */
    size_t nconflicts;
};

/** Writes the draft now. */
void entry_journal(struct entry *en);

/** True while text is typed that is no value yet: the draft must keep it. */
bool entry_is_typing(struct entry *en);

/** Where rows of TABLE are added: its first column in the row after the last. */
struct rec_at entry_add_place(const struct entry *en, int table);

/** The field AT has got a value: what was typed there is read. */
void entry_typing_done(struct entry *en, struct rec_at at);

/** Where the cursor was and what was typed there when D was written. */
void entry_take_typing(struct entry *en, const struct draft *d);

/** Context for reading typed text at AT. */
struct input_context entry_context(const struct entry *en, struct rec_at at);

/** First value of the record-level field PATH, "" when blank. */
const char *entry_value(const struct entry *en, const char *path);

/** Canonical BODY_DRAFT text; owned. */
char *entry_body_text(const struct entry *en);

/** Sets the record-level field PATH; no effect where the form lacks it. */
void entry_put(struct entry *en, const char *path, const char *text);

/** The engine and rec for FORM take the place of the entry's; values come from BODY. */
int entry_load(struct entry *en, const struct form *form, const struct json *body,
        struct err *err);

/** A blank entry of FORM, loaded with BODY (may be NULL) and without draft. */
int entry_make(struct app *app, const struct form *form, const struct json *body,
        struct entry **ret, struct err *err);

/** Sets en->origin from the base revision; NULL where that is not here. */
void entry_find_origin(struct entry *en);

/** Canonical VALUE of FIELD for people. */
void entry_show_value(struct entry *en, int field, const char *value, struct buf *out);

/** Frees what entry_conflicts gave. */
void entry_conflicts_release(struct entry *en);

#endif
