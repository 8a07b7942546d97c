#ifndef ODUS_DELIVER_SOURCE_ARRAY_H
#define ODUS_DELIVER_SOURCE_ARRAY_H

#include "source_file.h"

/**
 * The elements of a large JSON array, one at a time: of a file that is an array, or an
 * object with such a member. Only brackets and quotes are looked at here; each element
 * is for json_parse.
 */
struct source_array {
    struct source_file file;
    struct view piece;
    int line;         /* at hand, from 1 */
    struct buf value; /* text of the element */
    bool too_long; /* the element was over SOURCE_EVENT_MAX: `value` is its beginning */
    bool cut;      /* the file ended before the element, or the array, did */
    bool single;   /* the whole file is the one element */
    bool ended;
};

/**
 * Stands before the first element. MEMBERS: names of the member that may be the array,
 * NULL-terminated; an object with none of them is itself the only element. Errors of
 * source_file_open; ERR_INVALID: the file is neither.
 */
int source_array_open(struct source_array *a, const char *path,
        const char *const *members, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
void source_array_close(struct source_array *a) ATTR_NONNULL_ALL;

/** 1: `value` is the next element, which began on line *RET_LINE; 0: the end; ERR_IO.
 */
int source_array_next(struct source_array *a, int *ret_line, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

#endif
