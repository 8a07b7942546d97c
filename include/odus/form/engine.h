#ifndef ODUS_FORM_ENGINE_H
#define ODUS_FORM_ENGINE_H

#include "odus/form/parse.h"
#include "odus/form/rec.h"

/**
 * The engine of one form: its expressions compiled in a sandbox, with the graph of what
 * depends on what (from SQLite's authorizer). It works on one attached record at a time
 * and keeps hidden flags, calculated values and the list of problems up to date.
 */
struct engine;

/**
 * Functions over other records (ref_value, ref_state, near_duplicate…; docs/forms.md
 * §7). NAME is static. Returns true and fills OUT for a text, false for NULL. ARGS are
 * NULL where SQL's NULL was given. ref_value has a third argument, a language, where
 * only that one of a multilingual text is wanted.
 */
typedef bool engine_lookup_fn(void *ctx, const char *name, const char *const *args,
        int nargs, struct buf *out);

/** What the layers above give: the clock, big lists, linked records. All may be called
 * often. */
struct engine_hooks {
    void *ctx;
    int32_t (*today)(void *ctx);    /* days since 1970-01-01 */
    int64_t (*now_s)(void *ctx);    /* Unix seconds */
    const char *(*lang)(void *ctx); /* of messages */
    engine_lookup_fn *lookup;       /* NULL: no other record is known */
    /** Entry of a list with a file: cell COLUMN ("label", "code_postal") of CODE. As
     * above. */
    bool (*list_cell)(void *ctx, const char *list, const char *code, const char *column,
            struct buf *out);
    /** Code of the N-th entry of such a list, for scans; false past the end. */
    bool (*list_code)(void *ctx, const char *list, size_t n, struct buf *out);
    /** The rules run (ON), or have run: in between the above are asked often, and may
     * answer as of one moment. May be NULL. */
    void (*hold)(void *ctx, bool on);
};

/**
 * Compiles FORM (borrowed). NULL with problems (line:column, "did you mean") when any
 * expression is wrong, a relevance or calculation depends on itself, or a name is
 * unknown.
 */
struct engine *engine_new(const struct form *form, const struct engine_hooks *hooks,
        struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;
void engine_free(struct engine *engine);

/**
 * An engine for engine_read alone, of a form that was found good before: an expression
 * is compiled when its value is first asked for, and has none where it is wrong. NULL
 * with problems where there can be no engine at all.
 */
struct engine *engine_open(const struct form *form, const struct engine_hooks *hooks,
        struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/** Makes of it what engine_new gives. After false, with problems, it is to be freed. */
bool engine_complete(
        struct engine *engine, struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/** Works on REC (borrowed) from now on and brings everything up to date. NULL detaches.
 * ENGINE is complete: see engine_open. */
void engine_attach(struct engine *engine, struct rec *rec) ATTR_NONNULL(1);

/**
 * Works on REC for engine_value alone: nothing is worked out, no rule runs, hidden is
 * what REC says. For records that are only looked at; NULL detaches.
 */
void engine_read(struct engine *engine, struct rec *rec) ATTR_NONNULL(1);

/** The value at AT changed: re-runs what depends on it, once per dependent (P12). */
void engine_changed(struct engine *engine, struct rec_at at) ATTR_NONNULL_ALL;

/**
 * A row of repeat TABLE was inserted at ROW, taken away from there, or moved: what is
 * known of the other rows stays known.
 */
void engine_row_added(struct engine *engine, int table, int row) ATTR_NONNULL_ALL;
void engine_row_removed(struct engine *engine, int table, int row) ATTR_NONNULL_ALL;
void engine_row_moved(
        struct engine *engine, int table, int from, int to) ATTR_NONNULL_ALL;

/** Everything again: linked records, the date or the language may have changed. */
void engine_refresh(struct engine *engine) ATTR_NONNULL_ALL;

/** A problem of the attached record. Texts are borrowed until the next change. */
struct issue {
    enum form_severity severity;
    struct rec_at at;
    const char *rule; /* rule id; "required", "type", "max"… for the built-in checks */
    const struct form_rule *def; /* NULL for built-in checks */
    const char *message; /* for people: form text, or a msgid of the built-in checks */
    const char *args[2]; /* arguments of a built-in message, else NULL */
    bool builtin;        /* message is a msgid that the front end translates */
    bool proposal;       /* blocks proposing too */
    bool accepted;       /* warning the user has accepted (repeat `derogations`) */
};

/** Problems in the order of the form. Borrowed until the next change. */
const struct issue *engine_issues(
        const struct engine *engine, size_t *ret_n) ATTR_NONNULL_ALL;

/** Number of unaccepted issues per severity and of errors that block a proposal. */
struct issue_counts {
    int errors, warnings, infos, proposal;
};
struct issue_counts engine_counts(const struct engine *engine) ATTR_NONNULL_ALL;

/** True where a blank at AT would block completion (and it is not hidden). */
bool engine_required(const struct engine *engine, struct rec_at at) ATTR_NONNULL_ALL;

/** True where group or repeat TABLE, its parent or its section is not relevant now. */
bool engine_table_hidden(const struct engine *engine, int table) ATTR_NONNULL_ALL;

/** How much of what is asked is there, 0 to 100; per section when SECTION >= 0. */
int engine_progress(const struct engine *engine, int section) ATTR_NONNULL_ALL;

/**
 * Value of expression EXPR (index into form->exprs) for row ROW of its table.
 * Returns true and fills OUT, or false for NULL or a failed evaluation.
 */
bool engine_value(
        struct engine *engine, int expr, int row, struct buf *out) ATTR_NONNULL_ALL;

/**
 * What a blank at AT inherits, in the language of AT; NULL for nothing. Borrowed until
 * the next call.
 */
const char *engine_inherited(struct engine *engine, struct rec_at at) ATTR_NONNULL_ALL;

/** What `normalise` makes of TEXT at AT; false when it has none or it gives NULL. */
bool engine_normalise(struct engine *engine, struct rec_at at, const char *text,
        struct buf *out) ATTR_NONNULL_ALL;

/** True when the choice CODE (a list code, or a uid for refs) passes the field's filter
 * now. */
bool engine_allows(
        struct engine *engine, struct rec_at at, const char *code) ATTR_NONNULL_ALL;

/**
 * Why is this hidden, required or red: the expression with the current values put in.
 * WHICH: 'h' relevance, 'r' required, 'c' the issue's check (RULE its id, else NULL).
 */
void engine_explain(struct engine *engine, struct rec_at at, char which,
        const char *rule, struct buf *out) ATTR_NONNULL(1, 5);

/**
 * Runs the form's [test] blocks; adds a problem for each expectation that does not
 * hold. Returns the number of tests run. Detaches any record.
 */
int engine_run_tests(struct engine *engine, struct problems *problems) ATTR_NONNULL_ALL;

#endif
