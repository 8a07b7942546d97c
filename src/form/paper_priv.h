#ifndef ODUS_FORM_PAPER_PRIV_H
#define ODUS_FORM_PAPER_PRIV_H

#include "odus/form/form.h"

/**
 * The few words of a paper questionnaire. They are part of the form layer, as the
 * names of days are of base: the paper is in the form's language, not the interface's.
 */
enum paper_word {
    WORD_REQUIRED,
    WORD_ONLY_IF,
    WORD_REQUIRED_IF,
    WORD_ONE,
    WORD_MANY,
    WORD_YES_NO,
    WORD_THREE,
    WORD_LIST_FILE,
    WORD_REPEAT,
    WORD_COMPUTED,
    WORD_MAX,
    WORD_CHARACTERS,
    WORD_LANGUAGES,
    WORD_AND,
    WORD_OR,
    WORD_NOT,
    WORD_IS,
    WORD_IS_NOT,
    WORD_AMONG,
    WORD_BLANK,
    WORD_YES,
    WORD_NO,
    WORD_COUNT,
};

const char *paper_word(
        const char *lang, enum paper_word word) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * Appends expression EXPR in words as far as words go: fields by their labels, codes by
 * theirs, comparisons spelt out; the rest as it is written.
 */
void paper_expr(const struct form *form, int expr, const char *lang,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
