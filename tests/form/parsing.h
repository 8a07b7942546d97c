#ifndef ODUS_TESTS_FORM_PARSING_H
#define ODUS_TESTS_FORM_PARSING_H

#include "odus/form/parse.h"

#define HEAD "[form f]\nlabel=F\nlanguages=fr en it\n"
#define SECTION HEAD "[section s]\nlabel=S\n"
#define FIELD SECTION "[field titre]\nlabel=T\ntype=text\nmultilingual=yes\n"

/** The fragments and lists that the forms of these tests may take in. */
int parsing_source(void *ctx, const char *name, struct buf *out, struct err *err);

/** A form that has one of everything. */
extern const char parsing_whole[];

/** The form, which must have no mistake. */
struct form *parsing_good(const char *text);

/** All problems of TEXT, one a line, without the source lines; owned. */
char *parsing_mistakes(struct view text);

/** Index of a field that must be there. */
int parsing_field(const struct form *form, const char *path);

#endif
