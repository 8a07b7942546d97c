#ifndef ODUS_CLI_OUT_H
#define ODUS_CLI_OUT_H

#include "odus/base/buf.h"
#include "odus/base/json.h"

/**
 * The only way out. What is printed is text that people typed or that came from
 * elsewhere, so everything is cleaned: no control character but the line feed leaves
 * the program. Results go to stdout, words about them to stderr.
 */

/** One line of results; a line feed inside becomes a space. */
void out_line(const char *fmt, ...) ATTR_PRINTF(1, 2) ATTR_NONNULL(1);

/** Several lines of results, ended by a line feed if they are not. */
void out_text(struct view text);

/** The value as canonical JSON on one line; takes it. Control characters beyond ASCII
 * are escaped too. */
void out_json(struct json *take);

/**
 * An array of objects, one a line, as they come: begin with a zeroed list, add, end. An
 * empty list is "[]".
 */
struct out_list {
    size_t n;
};
void out_list_add(struct out_list *list, struct json *take) ATTR_NONNULL(1);
void out_list_end(struct out_list *list) ATTR_NONNULL_ALL;

/** One line of words for people, on stderr. */
void say(const char *fmt, ...) ATTR_PRINTF(1, 2) ATTR_NONNULL(1);

/** How far it has come: one line on stderr that the next is written over, only where it
 * is a terminal. The end takes it away; without one it does nothing. */
void progress(const char *line) ATTR_NONNULL_ALL;
void progress_end(void);

enum { OUT_MOMENT = 32 };
/** Unix MS for people: 2026-11-21 10:00 in local time. (JSON has UTC: clock_rfc3339.)
 */
void out_moment(int64_t ms, char out[OUT_MOMENT]) ATTR_NONNULL_ALL;

/** That N changes stay here, and why. */
void print_staying(int64_t n);

/** Appends TEXT, cut or filled with spaces to COLUMNS columns, cleaned. */
void add_column(struct buf *out, const char *text, int columns) ATTR_NONNULL_ALL;

#endif
