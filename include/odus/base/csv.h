#ifndef ODUS_BASE_CSV_H
#define ODUS_BASE_CSV_H

#include <stddef.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/err.h"

/**
 * Reader for CSV (RFC 4180) as spreadsheets write it: UTF-8 with or without BOM, else
 * Windows-1252; `;`, `,` or tab, whichever the header has most of; LF, CRLF or CR.
 * The first row is the header. Blank lines are skipped.
 */
struct csv;

enum {
    CSV_FIELDS_MAX = 1000,
    CSV_FIELD_MAX = 1024 * 1024, /* bytes */
};

/**
 * Reads the header of TEXT, which must outlive the reader. Returns 0, ERR_INVALID (no
 * header, UTF-16, bad quotes) or ERR_LIMIT. RET is owned by the caller.
 */
int csv_open(struct view text, struct csv **ret, struct err *e) ATTR_CHECK
        ATTR_NONNULL(2);

/** Accepts NULL. */
void csv_free(struct csv *c);

/**
 * Moves to the next row: 1 there is one, 0 the end, ERR_INVALID or ERR_LIMIT with the
 * line, the field number as column, and the field's name as first argument. After an
 * error the reader stays at the end.
 */
int csv_next(struct csv *c, struct err *e) ATTR_CHECK ATTR_NONNULL(1);

/** Columns of the header and their names, as written, without spaces at the ends. */
size_t csv_columns(const struct csv *c) ATTR_PURE ATTR_NONNULL_ALL;
struct view csv_name(const struct csv *c, size_t i) ATTR_PURE ATTR_NONNULL_ALL;

/** The column called NAME, or -1. */
int csv_find(const struct csv *c, const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** Fields of the current row, which may be fewer or more than columns. */
size_t csv_count(const struct csv *c) ATTR_PURE ATTR_NONNULL_ALL;

/** Field I of the current row, valid until csv_next; empty beyond the last. UTF-8. */
struct view csv_cell(const struct csv *c, size_t i) ATTR_PURE ATTR_NONNULL_ALL;

/** Physical line, from 1, where the current row begins. */
int csv_line(const struct csv *c) ATTR_PURE ATTR_NONNULL_ALL;

#endif
