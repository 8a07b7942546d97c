#ifndef ODUS_CLI_LINE_H
#define ODUS_CLI_LINE_H

#include "ask.h"
#include "run.h"

/**
 * Line mode: the dialogue of the screens as numbered questions, each a full line, so
 * that a screen reader reads them out and a script answers them. Enter keeps and goes
 * on, always.
 */
struct line {
    struct run *r;
    struct entry *en; /* the record of the moment */
    struct entry_view view;
    struct buf answer;
    struct rec_at jump; /* where GO_JUMP goes */
    int jump_section;   /* or a section, >= 0 */
    int depth;          /* records opened from records */
    bool eof, quit;
    bool blocked;            /* the last completion met problems */
    struct rec_at listed_at; /* field of the choices shown last */
    char **listed;           /* their ids */
    size_t nlisted;
};

/** What follows an answer. */
enum go { GO_NEXT, GO_AGAIN, GO_PREVIOUS, GO_JUMP, GO_LEAVE };

enum { LINE_DEPTH_MAX = 8, LINE_CHOICES = 50 };

/** The questions of the record EN, opened by the caller, until it is left. */
void line_form(struct line *l, struct entry *en) ATTR_NONNULL_ALL;

/** One question at AT; NUMBER 0: not numbered. */
enum go line_field(struct line *l, struct rec_at at, int number) ATTR_NONNULL_ALL;

/** What has been answered at AT, checked, set, echoed. */
enum go line_answer(struct line *l, struct rec_at at) ATTR_NONNULL_ALL;

/** The rows of repeat TABLE: added, and opened by "#2". */
enum go line_rows(struct line *l, int table, int number) ATTR_NONNULL_ALL;
enum go line_row(struct line *l, int table, int row) ATTR_NONNULL_ALL;

/** ":name words", the answer without its colon, given at AT in TABLE (0: no repeat). */
enum go line_command(struct line *l, struct rec_at at, int table) ATTR_NONNULL_ALL;

/** Reads the answer into l->answer, trimmed. False: end of the input, l->eof set. */
bool line_read(struct line *l) ATTR_NONNULL_ALL;

/** Numbers the choices at AT that match WORDS and remembers them for the answer. */
void line_choices(struct line *l, struct rec_at at, const char *words) ATTR_NONNULL_ALL;

/** The id of choice NUMBER (from 1) at AT; NULL when there is none. Owned. */
char *line_choice(
        struct line *l, struct rec_at at, long long number) ATTR_CHECK ATTR_NONNULL_ALL;
void line_forget_choices(struct line *l) ATTR_NONNULL_ALL;

/** Completes or proposes, telling what blocks. True when done. */
bool line_complete(struct line *l, unsigned flags) ATTR_NONNULL_ALL;

/** All problems, a line each; returns their number. */
size_t line_problems(struct line *l) ATTR_NONNULL_ALL;

void line_error(const struct err *err) ATTR_NONNULL_ALL;

/** True for the kinds that are chosen and not typed. */
bool is_choice(struct entry *en, struct rec_at at) ATTR_NONNULL_ALL;

#endif
