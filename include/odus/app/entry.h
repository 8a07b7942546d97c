#ifndef ODUS_APP_ENTRY_H
#define ODUS_APP_ENTRY_H

#include "odus/app/app.h"
#include "odus/form/edit.h"

/**
 * The dialogue over one record, the same for the interface, the line mode and the
 * command line: what is asked, what may be answered, journalled at every change. A
 * draft exists from the first change on; closing an entry that differs in nothing from
 * where it began leaves none (P19). Leaving never loses anything and never asks.
 */
struct entry;

/** A new record of TYPE with defaults and carried values. */
int entry_new(struct app *app, const char *type, struct entry **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Opens record or draft UID (its draft if there is one) with the form version it was
 * written with. ERR_BUSY when another living process has the draft open. Revisions that
 * stand beside the record's own (two people changed the same, far from each other) are
 * merged into what is shown: entry_conflicts, and completing closes them.
 */
int entry_open(struct app *app, const char *uid, struct entry **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** A new record with the same values, without séances' dates, ids and history. */
int entry_duplicate(struct app *app, const char *uid, struct entry **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Keeps the draft where something changed. Accepts NULL. */
void entry_close(struct entry *en);

/**
 * Work for a moment without keys: what the journal could not take is tried again; lists
 * are told how a draft with many dates or unread text stands (they hear of others at
 * once, and of all when the entry is closed). False: there was none, or it failed.
 */
bool entry_idle(struct entry *en) ATTR_NONNULL_ALL;

/** 0, or why nothing can be changed: the store's rights, or a disk that was full. */
int entry_writable(const struct entry *en, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Tries again where the journal could not be written (entry_state.journal_error). 0
 * when all is on the disk; else closing would lose what was changed since.
 */
int entry_save(struct entry *en, struct err *err) ATTR_NONNULL(1);

/** Keeps the draft at closing even where nothing changed: `odus new` has promised its
 * id. */
void entry_keep(struct entry *en) ATTR_NONNULL_ALL;

/** Typed text comes from a command line: integers of money are cents
 * (input_context.machine). */
void entry_set_machine(struct entry *en, bool machine) ATTR_NONNULL_ALL;

const char *entry_uid(const struct entry *en) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const struct form *entry_form(const struct entry *en) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const struct rec *entry_rec(const struct entry *en) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** What stands at the top of the screen. Title is borrowed until the next change. */
struct entry_state {
    const char *title; /* "" for none yet */
    bool draft;        /* differs from the revision, or has none */
    bool has_revision;
    bool old_form;      /* a newer version of the form is there */
    bool moved_on;      /* the record has a newer revision than the one this began
                           from (P22) */
    const char *status; /* statut_fiche */
    int64_t saved_ms;   /* when the journal was last written, 0 never */
    int progress;       /* 0 to 100 */
    int aside;          /* values set aside because hidden */
    int conflicts;      /* that wait: entry_conflicts */
    int joined; /* revisions beside the record's that completing brings together */
    struct issue_counts counts;
    const char *journal_error; /* msgid when the last write to the journal failed, else
                                  NULL */
};
struct entry_state entry_state(struct entry *en) ATTR_NONNULL_ALL;

/** The last error of the journal, to be shown while journal_error is set. */
const struct err *entry_journal_err(
        const struct entry *en) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/* What is shown */

enum entry_line_kind {
    ENTRY_SECTION, /* heading; only in the whole view (section < 0) */
    ENTRY_GROUP,   /* heading of a group */
    ENTRY_REPEAT,  /* heading of a repeat, with its number of rows */
    ENTRY_FIELD,
    ENTRY_NOTE,
    ENTRY_ROW, /* one row of a repeat, summed up in its title */
    ENTRY_ADD, /* the place where rows are added (timing language where the repeat has
                  it) */
};

struct entry_line {
    enum entry_line_kind kind;
    int section;
    int table;        /* repeat or group concerned, 0 the record */
    struct rec_at at; /* field lines; row lines: .row, .field is the first of the row */
    int indent;
};

/** What part of the record is laid out. */
struct entry_view {
    int section;    /* -1: all of them */
    int open_table; /* repeat with a row laid open, 0 none */
    int open_row;
    bool technical; /* collapsed sections too */
    bool languages; /* every language of a multilingual text, not only those filled in
                     */
};

/** The lines that are relevant now, top to bottom. Owned array. */
struct entry_line *entry_lines(struct entry *en, const struct entry_view *view,
        size_t *ret_n) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Sections with something to show, in order. Returns their number (at most MAX). */
int entry_sections(
        struct entry *en, bool technical, int *sections, int max) ATTR_NONNULL_ALL;

/** Texts in the session's language. Borrowed from the form. */
const char *entry_label(
        const struct entry *en, struct rec_at at) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const char *entry_hint(
        const struct entry *en, struct rec_at at) ATTR_RETNONNULL ATTR_NONNULL_ALL;
const char *entry_guidance(
        const struct entry *en, struct rec_at at) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Label of a repeat or a group. As above. */
const char *entry_table_label(
        const struct entry *en, int table) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** The value for people: labels of codes, titles of linked records, dates in words. */
void entry_show(struct entry *en, struct rec_at at, struct buf *out) ATTR_NONNULL_ALL;

/** What stands in for a blank (inherited from a linked record); false when nothing
 * does. */
bool entry_inherited(
        struct entry *en, struct rec_at at, struct buf *out) ATTR_NONNULL_ALL;

/** The value as one would type it. */
void entry_text(struct entry *en, struct rec_at at, struct buf *out) ATTR_NONNULL_ALL;

/** A row in words: its form's title, else its values. */
void entry_row_text(
        struct entry *en, int table, int row, struct buf *out) ATTR_NONNULL_ALL;

/** True where a blank would block completion as things stand. */
bool entry_required(const struct entry *en, struct rec_at at) ATTR_NONNULL_ALL;

/** How a field is entered. */
enum entry_input {
    INPUT_LINE,
    INPUT_MEMO,
    INPUT_TOGGLE,
    INPUT_CHOICE,
    INPUT_CHOICES,
    INPUT_READ_ONLY
};
/* LINE: typed. TOGGLE: yes/no(/unknown). CHOICE: one from a list or a record. CHOICES:
 * several. */
enum entry_input entry_input(const struct entry *en, struct rec_at at) ATTR_NONNULL_ALL;

/* What is changed: each change is checked, undoable and journalled at once */

/**
 * Changes between begin and end are one undo step and one journal entry: after a crash
 * all of them are there, or none. Cancelling the outermost group takes its changes
 * back.
 */
void entry_group_begin(struct entry *en) ATTR_NONNULL_ALL;
void entry_group_end(struct entry *en) ATTR_NONNULL_ALL;
void entry_group_cancel(struct entry *en) ATTR_NONNULL_ALL;

/** Typed text. Choices and links by label or title where it is unambiguous. */
int entry_type(struct entry *en, struct rec_at at, struct view typed,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** What typed text would be read as, for the echo beside the field; false on error. */
bool entry_echo(struct entry *en, struct rec_at at, struct view typed, struct buf *out,
        struct err *err) ATTR_NONNULL(1, 4);

/**
 * Text being typed and not yet committed, at every key (P01). AT becomes the cursor's
 * place. entry_type of the same text takes it over, or finds that it cannot be read: it
 * then waits in entry_pending until the field gets a value, over crashes and closing.
 */
void entry_typing(struct entry *en, struct rec_at at, struct view typed)
        ATTR_NONNULL(1);

/** Where the cursor was and what was being typed there when the draft was left. */
bool entry_resume(
        struct entry *en, struct rec_at *ret_at, struct buf *typed) ATTR_NONNULL_ALL;

/** Text that could not be read as a value. */
struct entry_pending {
    struct rec_at at; /* .row after the last: where rows are added */
    const char *typed;
    const struct err *err; /* why */
};

/**
 * All of it that is not hidden; each is an error among the issues too (rule "unread")
 * and blocks completion. Borrowed until the next call or change.
 */
const struct entry_pending *entry_pending(
        struct entry *en, size_t *ret_n) ATTR_NONNULL_ALL;

/** What was typed at AT is given up; the value stays as it is. */
void entry_forget(struct entry *en, struct rec_at at) ATTR_NONNULL_ALL;

struct entry_choice {
    char *id; /* code or uid */
    char *label;
    char *detail; /* a second column, may be NULL */
    bool chosen, draft;
};
void entry_choices_release(struct entry_choice *c, size_t n);

/** Choices of AT that match WORDS, at most LIMIT, best first. Returns their number. */
int entry_choices(struct entry *en, struct rec_at at, const char *words,
        struct entry_choice *ret, size_t limit, struct err *err) ATTR_NONNULL(1, 3, 4);

/** Chooses ID: sets it, or for several values adds or takes it away. "" blanks. */
int entry_choose(struct entry *en, struct rec_at at, const char *id,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/**
 * Types that may be created for link AT: names, NULL-terminated, borrowed; NULL when AT
 * is no link. entry_create makes a draft of TYPE titled TITLE, links it, and opens it
 * in *RET: when the caller has closed it, entry_refresh shows its new title.
 */
char *const *entry_targets(const struct entry *en, struct rec_at at) ATTR_NONNULL_ALL;
int entry_create(struct entry *en, struct rec_at at, const char *type,
        const char *title, struct entry **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3, 4, 5);
void entry_refresh(struct entry *en) ATTR_NONNULL_ALL;

int entry_row_add(struct entry *en, int table, int *ret_row, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 3);
int entry_row_remove(struct entry *en, int table, int row, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** True when rows of TABLE can be made by the timing language. */
bool entry_has_timing(const struct entry *en, int table) ATTR_NONNULL_ALL;

/** Reads TEXT as timings: number of rows it would make, dates echoed into OUT, or <0.
 */
int entry_timing_echo(struct entry *en, int table, struct view text, struct buf *out,
        struct err *err) ATTR_NONNULL(1, 4);

/**
 * Adds the rows, one undo step; row ids are UUIDv5 of record and slot (P29). Returns
 * their number.
 */
int entry_timing_add(struct entry *en, int table, struct view text, struct err *err)
        ATTR_NONNULL(1);

/** Cancel, postpone, sold out, back to normal, for a séance row. */
enum seance_act { SEANCE_CANCEL, SEANCE_POSTPONE, SEANCE_SOLD_OUT, SEANCE_RESTORE };
int entry_seance(struct entry *en, int table, int row, enum seance_act act,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Day of the next date of the record from today on, else of the last; 0 without any.
 */
int32_t entry_day(const struct entry *en) ATTR_NONNULL_ALL;

/** From the agenda: every séance of UID on DAY, then completes it again when it was
 * complete. Returns the number of séances, or <0; when completion is blocked the change
 * stays a draft. */
int app_seance(struct app *app, const char *uid, int32_t day, enum seance_act act,
        bool *ret_completed, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 5);

bool entry_undo(struct entry *en, struct rec_at *ret_at) ATTR_NONNULL_ALL;
bool entry_redo(struct entry *en, struct rec_at *ret_at) ATTR_NONNULL_ALL;

/* Problems */

const struct issue *entry_issues(struct entry *en, size_t *ret_n) ATTR_NONNULL_ALL;

/** The most severe unaccepted issue at AT, or NULL. Borrowed until the next change. */
const struct issue *entry_issue_at(struct entry *en, struct rec_at at) ATTR_NONNULL_ALL;

/** The repeat that has too few rows, where ISSUE is about that and so about no row that
 * is there; else 0. */
int entry_issue_table(
        const struct entry *en, const struct issue *issue) ATTR_NONNULL_ALL;

/** Label of the field or repeat that ISSUE is about; borrowed from the form. */
const char *entry_issue_label(
        const struct entry *en, const struct issue *issue) ATTR_NONNULL_ALL;

/** Message in words; TRANSLATE is used for built-in ones. */
void entry_issue_text(struct entry *en, const struct issue *issue,
        const char *(*translate)(const char *id), struct buf *out)
        ATTR_NONNULL(1, 2, 4);

/** Why: the rule's `why`, its expression and the values in it. */
void entry_why(struct entry *en, struct rec_at at, const struct issue *issue,
        struct buf *out) ATTR_NONNULL(1, 4);

/** Proposed value for the issue's field; false when its rule has none. */
bool entry_fix(
        struct entry *en, const struct issue *issue, struct buf *out) ATTR_NONNULL_ALL;
int entry_take_fix(struct entry *en, const struct issue *issue,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

void entry_accept(struct entry *en, const struct issue *issue,
        struct view reason) ATTR_NONNULL_ALL;

/* Completion */

/** Links of this record to records that are still drafts (R-REF2): owned uids,
 * NULL-terminated. */
char **entry_draft_links(
        struct entry *en, size_t *ret_n) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

enum {
    ENTRY_REVIEW = 1,     /* propose: only what is asked for a proposal */
    ENTRY_WITH_LINKS = 2, /* complete linked drafts first */
    ENTRY_SIGN = 4        /* a revision even where nothing has changed */
};

/**
 * Completes: last calculations, all rules in the same breath (P25), a revision in the
 * store (none where nothing has changed since the last one), the draft gone. When the
 * record has moved on meanwhile, merges first (entry_catch_up). Returns 0; 1 when
 * problems block it (entry_issues tells which), or conflicts, which is said in ERR too
 * (entry_conflicts); <0 on errors (nothing lost). STATUS: statut_fiche wished
 * ("valide"…), NULL for the usual one.
 */
int entry_complete(struct entry *en, unsigned flags, const char *status,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/* What others changed meanwhile */

/**
 * Merges what others have stored of this record since it was opened into it (P07),
 * revisions that stand beside the winning one too:
 * their changes and ours are all there; where both changed the same, ours stands and a
 * conflict waits. The entry then goes on from their revision; nothing before can be
 * undone. Nothing happens when there is nothing new. 0, or <0 and nothing changed.
 */
int entry_catch_up(struct entry *en, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** How a conflict stands: the value typed here, theirs, another one. */
enum entry_stand { ENTRY_OPEN, ENTRY_OURS, ENTRY_THEIRS, ENTRY_OTHER };

struct entry_conflict {
    const char *path;  /* rows by id */
    const char *label; /* of the field; of the repeat for a whole row; else the path */
    struct rec_at at;  /* .field -1: no place (an unknown member, a row that is gone) */
    bool row;          /* a row, changed on one side and removed on the other */
    char *ours, *theirs;     /* in words; "" blank, or the row is not there */
    const char *author;      /* of their revision, "" unknown */
    int64_t at_ms;           /* when it was made, Unix ms */
    const char *ours_author; /* of the value that stands here where it may be another's
                                too: revisions side by side; "" it is of this draft */
    int64_t ours_ms;
    enum entry_stand stand;
};

/**
 * The conflicts of the last merges, decided ones too, until the record is completed.
 * They are kept with the draft. Borrowed until the next call or change.
 */
const struct entry_conflict *entry_conflicts(
        struct entry *en, size_t *ret_n) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * Decides conflict I; either may be called again. Values change as if typed: undo gives
 * back the value, and the conflict waits again. Setting the field to anything else
 * decides it too. ERR_NOT_FOUND where its row is gone.
 */
int entry_take_theirs(struct entry *en, size_t i, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);
int entry_keep_ours(struct entry *en, size_t i, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** Decides all that wait in one step: theirs, else ours. 0, or the first failure. */
int entry_settle(struct entry *en, bool theirs, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/**
 * Takes the newest form version: what would change is told in OUT; REALLY does it.
 * entry_undo takes that back too, after what was changed since.
 */
int entry_move_version(struct entry *en, bool really, struct buf *out, struct err *err)
        ATTR_NONNULL(1, 3);

/** Throws the draft away; a record with a revision goes back to it. */
int entry_discard(struct entry *en, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

#endif
