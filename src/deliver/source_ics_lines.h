#ifndef ODUS_DELIVER_SOURCE_ICS_LINES_H
#define ODUS_DELIVER_SOURCE_ICS_LINES_H

#include "source_file.h"

/** Content lines of iCalendar (RFC 5545 §3.1), unfolded, of any provenance: LF or CRLF,
 * with BOM or NULs, in Latin-1. */
struct ics_lines {
    struct source_file file;
    struct view piece; /* what is left of the one in memory */
    struct buf text;   /* the line, UTF-8 */
    struct buf raw;
    int64_t at;      /* byte where the line begins */
    int line;        /* its number, from 1; after a seek: 0 */
    int next_line;   /* of the one that follows */
    bool latin, nul; /* it was, and had */
    bool too_long;   /* over SOURCE_EVENT_MAX, and its end is dropped */
};

/** Errors of source_file_open. ERR_INVALID: UTF-16. */
int ics_lines_open(struct ics_lines *l, const char *path, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
void ics_lines_close(struct ics_lines *l) ATTR_NONNULL_ALL;

/** 1: `text` is the next line; 0: the end; ERR_IO. */
int ics_lines_next(struct ics_lines *l, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** The next line is the one that begins at byte AT and has the number LINE. */
void ics_lines_seek(struct ics_lines *l, int64_t at, int line) ATTR_NONNULL_ALL;

#endif
