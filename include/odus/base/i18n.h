#ifndef ODUS_BASE_I18N_H
#define ODUS_BASE_I18N_H

#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/err.h"

/**
 * Texts of the interface in its language: for front ends only (tui, cli, main);
 * everything below them speaks in message ids. Catalogues are made and kept with the
 * gettext tools; they are read here and not by libintl, which shows none in the locale
 * C whatever LANGUAGE says, and from glibc 2.39 on none in C.UTF-8 (glibc bug 16621):
 * no French on a system without locales.
 */

/**
 * Reads the catalogue FILE (GNU .mo, UTF-8) in place of the one in use; NULL: none, ids
 * are shown as they are. Returns 0, ERR_DAMAGED, or the errors of file_read; the
 * catalogue in use then stays. Texts handed out before are no longer valid after 0.
 */
int i18n_load(const char *file, struct err *err) ATTR_CHECK;

/** The text for ID, else ID itself. */
const char *i18n_text(const char *id) ATTR_RETNONNULL ATTR_NONNULL_ALL
        __attribute__((format_arg(1)));

/** The text for N things; without catalogue ONE where N is 1, else MANY. */
const char *i18n_count(const char *one, const char *many,
        unsigned long n) ATTR_RETNONNULL ATTR_NONNULL_ALL
        __attribute__((format_arg(1), format_arg(2)));

/**
 * Value of a plural formula of a catalogue header (C expression over n, gettext manual
 * "Plural forms"); 0 for a text that is none.
 */
unsigned long i18n_plural(const char *formula, unsigned long n) ATTR_NONNULL_ALL;

/** Appends "LABEL: " as the language writes it ("LABEL : "). */
void i18n_add_label(const char *label, struct buf *out) ATTR_NONNULL_ALL;

/** Appends TENTHS / 10 (not negative) with the decimal mark of the language: 1.2. */
void i18n_add_tenths(int64_t tenths, struct buf *out) ATTR_NONNULL_ALL;

/** Appends a size: "12 kB", "1.2 MB". */
void i18n_add_bytes(int64_t bytes, struct buf *out) ATTR_NONNULL_ALL;

/* The names that xgettext looks for. */
#define _(text) i18n_text(text)
#define gettext i18n_text
#define ngettext i18n_count

#endif
