#ifndef ODUS_TUI_FORM_VIEW_H
#define ODUS_TUI_FORM_VIEW_H

#include "odus/app/entry.h"
#include "odus/app/sync.h"
#include "odus/tui/line.h"
#include "dialogue.h"

/**
 * The screen over one record (app/entry.h). view_form.c: keys and life; form_move.c:
 * lines and focus; form_field.c: typing and committing; form_choice.c: choices and
 * links; form_rows.c: rows; form_acts.c: problems and completion; form_layout.c: what
 * stands where; form_paint.c, form_lines.c: drawing.
 */

enum { FORM_VIEW_SECTIONS = 64, FORM_VIEW_ROWS = 300 };

/** A line by what it is about, whatever stands above it now; rows by id. */
struct place {
    enum entry_line_kind kind;
    int section, table, field, lang;
    char row[REC_ID_MAX + 1];
};

/** One line as laid out: rows from TOP on, LABEL above the value or beside it. */
struct spot {
    int top, rows;             /* in rows of the whole picture */
    int value_rows;            /* of them for the value */
    const struct issue *issue; /* the most severe one to tell, or NULL */
    int problems;              /* of a row of a repeat, all together */
};

/** After the entry was closed. DAY: where the record stands in the agenda, 0 nowhere.
 */
typedef void form_closed_fn(void *ctx, int32_t day);

struct form_view {
    struct ui *ui;
    struct entry *en;
    struct entry_state st;
    struct sync_standing standing; /* with the server */
    form_closed_fn *closed;        /* may be NULL */
    void *ctx;

    int sections[FORM_VIEW_SECTIONS], nsections, section; /* section: index of form's */
    struct entry_line *lines;
    size_t nlines, at;        /* at: the focused line */
    struct place focus, open; /* open: the row laid open; table 0: none */
    bool languages, technical;
    bool read_only; /* the store, when the editor was last loaded */

    struct edit *edit; /* NULL where nothing is typed */
    struct line line;
    char *loaded; /* text the editor began with */
    bool echo_ok;
    struct buf echo; /* what the text would be read as, or what is wrong with it */

    struct spot *spots; /* one for each line */
    size_t cap_spots;
    int label_cols, rows; /* of the picture */
    int first;            /* first row of it on the screen */
    bool wheel;           /* scrolled by hand: do not follow the focus */
    struct rect body, edit_area;
    struct tab {
        int section, col, cols;
    } tabs[FORM_VIEW_SECTIONS]; /* as last drawn */
    int ntabs;
    struct rect focus_area;    /* the focused value on the screen */
    bool picker_typed;         /* words for a list are in the journal */
    struct creation *creation; /* begun by form_choice.c */
    struct rec_at accept_at;   /* the warning whose reason is asked */
    char *accept_rule;
    unsigned flags; /* of the completion asked about */
};

/* form_move.c */

/** How the record stands now, in F->st and F->standing. */
void form_look(struct form_view *f);

/** Lines, sections and state anew; the focus stays on its place or the nearest. */
void form_relayout(struct form_view *f);
struct place form_place(const struct form_view *f, const struct entry_line *line);

const struct entry_line *form_line(const struct form_view *f);
bool form_can_focus(const struct form_view *f, size_t i);

/** Commits what is typed, then moves by STEP lines that can be focused; over the ends
 *  of the section into the next one. SKIP: over read-only fields. */
void form_step(struct form_view *f, int step, bool skip);
void form_step_section(struct form_view *f, int step);
void form_focus_line(struct form_view *f, size_t i);
void form_go_section(struct form_view *f, int section);
/** The field that lines of whole rows of TABLE, and of new ones, bear. */
int form_first_column(const struct form_view *f, int table);
/** Goes to a place anywhere in the record, opening section and row. */
void form_goto(struct form_view *f, struct rec_at at);
void form_goto_place(struct form_view *f, const struct place *place);

/* form_field.c */

/** A memo, or a text long enough to want several rows: Enter leaves that one. */
bool form_wraps(const struct form_view *f, const struct entry_line *line);

/** Loads the editor for the focused line. */
void form_load(struct form_view *f);
void form_unload(struct form_view *f);

/** Reads what was typed into the record; on error keeps it as pending. */
void form_commit(struct form_view *f);
bool form_typing_key(struct form_view *f, struct key k);
void form_typed(struct form_view *f);
/** Text that could not be read and waits on LINE; NULL: none. */
const struct entry_pending *form_pending(
        const struct form_view *f, const struct entry_line *line);
void form_undo(void *self);
void form_redo(void *self);
void form_resume(struct form_view *f);

/* form_choice.c */
bool form_choice_key(struct form_view *f, struct key k);
void form_open_picker(struct form_view *f, const char *words);
void form_choose(void *self);
void form_create_here(void *self);
void form_free_creation(struct form_view *f);

/* form_rows.c */
void form_row_enter(struct form_view *f);
bool form_row_close(struct form_view *f);
void form_add_row(void *self);
void form_delete_row(void *self);
void form_seance(void *self);
void form_cancel(void *self);
void form_postpone(void *self);
void form_sold_out(void *self);
void form_restore(void *self);

/* form_acts.c */

/** Something is merely not there yet: marked, not told at length. */
bool form_is_missing(const struct form_view *f, const struct issue *issue);
const struct issue *form_issue(struct form_view *f);
void form_issue_line(struct form_view *f, const struct issue *issue, struct buf *out);
/** What stands at the field of ISSUE, for people; what was typed where it is no value.
 */
void form_issue_value(struct form_view *f, const struct issue *issue, struct buf *out);
/** What the rule proposes, for people; false when it has no proposal. */
bool form_fix_text(struct form_view *f, const struct issue *issue, struct buf *out);
void form_problems(void *self);
void form_next_problem(void *self);
void form_previous_problem(void *self);
void form_accept_issue(struct form_view *f, const struct issue *issue);
void form_fix_issue(struct form_view *f, const struct issue *issue);
void form_why_issue(struct form_view *f, struct rec_at at, const struct issue *issue);
void form_accept(void *self);
void form_fix(void *self);
void form_why(void *self);
void form_complete(void *self);
void form_propose(void *self);
void form_guidance(void *self);
void form_move_version(void *self);

/* view_problems.c, view_conflicts.c, view_review.c */
void problems_open(struct form_view *f);
/** FLAGS: of the completion that they block, 0 none. */
void conflicts_open(struct form_view *f, unsigned flags);
void form_conflicts(void *self);
void review_open(struct form_view *f);

/* form_layout.c */
void form_layout(struct form_view *f, struct rect body);
int form_line_at(const struct form_view *f, int screen_row); /* -1: none */
struct rect form_value_area(const struct form_view *f, size_t i);
const struct issue *form_told_issue(const struct form_view *f, size_t i);

/* form_paint.c, form_lines.c */

enum { FORM_TABS_ROW = 1 };
void form_draw_lines(struct form_view *f);
void form_draw(void *self, struct rect area);

/* view_form.c */
extern const struct actions form_actions;

/** Opens the screen over EN, which it owns from then on. NULL: there was no room. */
struct form_view *form_open(
        struct ui *ui, struct entry *take_en, form_closed_fn *closed, void *ctx);

#endif
