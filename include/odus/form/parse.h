#ifndef ODUS_FORM_PARSE_H
#define ODUS_FORM_PARSE_H

#include "odus/base/err.h"
#include "odus/form/form.h"

/** Everything wrong in a form, in the order of the file; at most PROBLEMS_MAX are kept.
 */
struct problems {
    struct err *items;
    char **lines; /* the source line of each, for the caret; NULL when unknown */
    size_t n, cap;
};

enum { PROBLEMS_MAX = 200 };

void problems_init(struct problems *p) ATTR_NONNULL_ALL;
void problems_release(struct problems *p);

/** Adds E (copied). LINE may be NULL. */
void problems_add(
        struct problems *p, const struct err *e, struct view line) ATTR_NONNULL_ALL;

/**
 * Text of problem I with its source line and a caret under the column: three lines
 * without a line feed at the end.
 */
void problems_text(const struct problems *p, size_t i,
        const char *(*translate)(const char *id), struct buf *out) ATTR_NONNULL(1, 4);

/**
 * Gives what a form takes in: NAME is a fragment of `use=` ("commun", kept beside the
 * form as commun.form) or the file of a list ("communes.csv", asked for its header
 * unless the list has `columns=`). Returns 0 and fills OUT (initialised by the caller),
 * or a negative code; E may be NULL. The form layer touches no file: the caller does.
 */
typedef int (*form_source_fn)(
        void *ctx, const char *name, struct buf *out, struct err *err);

/**
 * Reads a form. NAME is the file name used in messages ("evenement.form"), whose stem
 * the form must bear. SOURCE may be NULL where nothing is taken in. Returns the form,
 * owned by the caller, or NULL with at least one problem: all of them, in the order of
 * the file. Expressions are not compiled here (engine_new does, and reports in the same
 * manner).
 */
struct form *form_parse(const char *name, struct view text, form_source_fn source,
        void *ctx, struct problems *problems) ATTR_CHECK ATTR_NONNULL(1, 5);

/** The same for those who use a form and do not check it: [test] blocks are passed
 * over, and the form has none. */
struct form *form_parse_untested(const char *name, struct view text,
        form_source_fn source, void *ctx, struct problems *problems) ATTR_CHECK
        ATTR_NONNULL(1, 5);

/** True for the text of a fragment: its first block says so. For callers that list
 * forms. */
bool form_is_fragment(struct view text);

/** What callers that list forms need of each: its first block is all that is read. */
struct form_head {
    bool fragment;
    bool dated;  /* its records take place: there is `dates=` */
    char *label; /* NULL: it has none */
};

/** LABEL is in LANG where the form has it so, else in its own language. Mistakes are
 * passed over. Release with form_head_release. */
void form_head_read(
        struct view text, const char *lang, struct form_head *ret) ATTR_NONNULL_ALL;
void form_head_release(struct form_head *h) ATTR_NONNULL_ALL;

#endif
