#ifndef ODUS_APP_ENTRY_PRIV_H
#define ODUS_APP_ENTRY_PRIV_H

#include "odus/app/entry.h"
#include "odus/store/draft.h"
#include "odus/store/record.h"
#include "app_priv.h"

/** What is typed in a field and is no value (yet). */
struct typed {
    char *path; /* rows by id */
    char *text;
    bool unread; /* could not be read, ERR says why */
    struct err err;
};

struct entry {
    struct app *app;
    const struct form *form; /* borrowed from the registry */
    struct engine *engine;
    struct rec *rec;
    struct editing *ed;
    char uid[37];
    char base[REV_MAX]; /* "" for a new record */
    char *origin;       /* BODY_DRAFT text of where it began; NULL: always a draft */
    bool has_draft;     /* a row in drafts.db, owned by this process */
    bool unclaimed;     /* but for that: nothing could be written then */
    bool unlisted;      /* lists show the draft as it was: entry_idle */
    bool quiet;         /* no journal: loading */
    bool machine;       /* typed text is a program's */
    bool moved_on;      /* as of data_seen, store_data_generation; 0 never looked */
    int64_t data_seen;
    bool changed; /* inside a group of changes, one journal entry is due */
    int group;    /* depth of entry_group_begin */
    int64_t saved_ms;
    struct err journal_err;
    struct rec_at cursor;
    bool has_cursor;
    struct typed *typed; /* one for each path, entry_typing.c */
    size_t ntyped, cap_typed;
    struct entry_pending *pending; /* what entry_pending gave last */
    struct issue *issues;          /* what entry_issues gave last */
    size_t cap_issues;
    const struct form *moved_from; /* entry_undo goes back to it; NULL: not moved */
    char *moved_body;              /* the draft as it was then */
    struct buf title;
    struct held *held; /* conflicts, entry_held.h */
    size_t nheld;
    char (*closes)[REV_MAX]; /* leaves that were merged, entry_leaves.h */
    size_t ncloses;
    struct entry_conflict *conflicts; /* what entry_conflicts gave last */
    size_t nconflicts;
};

/** Frees it; the draft stays as it is. Accepts NULL. */
void entry_free(struct entry *en);

/** Writes the draft now. */
void entry_journal(struct entry *en);

/** 0, or what the journal last failed with: the draft lags behind. */
int entry_unsaved(const struct entry *en, struct err *err);

/** True while text is typed that is no value yet: the draft must keep it. */
bool entry_is_typing(struct entry *en);

/** Where rows of TABLE are added: its first column in the row after the last. */
struct rec_at entry_add_place(const struct entry *en, int table);

/**
 * The field AT has got a value: what was typed there is read. The journal hears of it
 * with the next write of the draft. True when there was something.
 */
bool entry_typing_done(struct entry *en, struct rec_at at);

/** TYPED could not be read at AT, for the reason ERR. */
void entry_typing_unread(
        struct entry *en, struct rec_at at, struct view typed, const struct err *err);

/** Where the cursor was and what was typed when D was written. */
void entry_take_typing(struct entry *en, const struct draft *d);

/** What the journal is to hold: an owned array of borrowed texts. */
struct draft_text *entry_typed_texts(struct entry *en, size_t *ret_n);

/** Nothing is typed any more; the journal is not told. */
void entry_typing_clear(struct entry *en);

/** Counts of the engine, and what could not be read. */
struct issue_counts entry_counts(struct entry *en);

/** Appends what became of a séance that does not simply take place: " · Annulée". */
void entry_add_seance_state(struct entry *en, int table, int row, struct buf *out);

/** Context for reading typed text at AT. */
struct input_context entry_context(const struct entry *en, struct rec_at at);

/** First value of the record-level field PATH, "" when blank. */
const char *entry_value(const struct entry *en, const char *path);

/** Canonical BODY_DRAFT text; owned. */
char *entry_body_text(const struct entry *en);
/** The record differs from the revision it began from, or a conflict of it is open. */
bool entry_differs(const struct entry *en);

/** What the journal holds: the values and the conflicts that wait. Owned. */
char *entry_draft_text(const struct entry *en);

/** Takes entry_move_version back, or forgets that it can. False: nothing to. */
bool entry_move_back(struct entry *en, struct rec_at *ret_at);
void entry_forget_move(struct entry *en);

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

/** Reads and sets what is typed; text that cannot be read is not kept. */
int entry_read_typed(
        struct entry *en, struct rec_at at, struct view typed, struct err *err);

/** Appends what is typed for F, of type file, with the hashes of the files it names,
 * which are copied into the store (entry_files.c). */
int entry_take_files(struct entry *en, const struct form_field *f, struct view typed,
        struct buf *out, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** Another body of the record, to be brought into the entry. Borrowed. */
struct entry_merge {
    const char *base; /* revision both began from, "" not known */
    const struct json *theirs;
    const char *leaf; /* the revision where it stays beside ours, else NULL */
    const char *author;
    int64_t at_ms; /* where the body does not say it */
};

/** Merges it; conflicts are held. <0: nothing has changed. The journal is not told. */
int entry_merge(struct entry *en, const struct entry_merge *m,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Frees what entry_conflicts gave. */
void entry_conflicts_release(struct entry *en);

#endif
