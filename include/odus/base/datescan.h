#ifndef ODUS_BASE_DATESCAN_H
#define ODUS_BASE_DATESCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"
#include "odus/base/datetext.h"
#include "odus/base/datewords.h"
#include "odus/base/err.h"

/**
 * Reading typed dates and times piece by piece: tokens, and readers for one date, one
 * clock time, one duration. Shared by datetext.h and the timing language.
 */

enum date_token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_SIGN };

enum { DATE_WORD_SIZE = 20 };

struct date_token {
    enum date_token_kind kind;
    struct view text; /* as typed */
    int value;        /* of a number (-1: too large), or the sign's character */
    int digits;       /* of a number */
    int column;       /* in code points, from 1 */
    bool spaced;      /* white space before it */
    char word[DATE_WORD_SIZE]; /* folded; empty when too long to be a known word */
};

/** Where a reader stands. Readers move `at` on success and leave it alone otherwise. */
struct date_scan {
    struct date_token *tokens; /* owned, ends with TOKEN_END */
    size_t at;
    enum date_lang lang;
};

/** Dashes of all kinds become '-', arrows '>', line ends and middle dots ';'. */
void datescan_init(
        struct date_scan *s, struct view text, enum date_lang lang) ATTR_NONNULL_ALL;
void datescan_release(struct date_scan *s);

const struct date_token *datescan_peek(const struct date_scan *s,
        size_t ahead) ATTR_RETNONNULL ATTR_PURE ATTR_NONNULL_ALL;

bool datescan_sign(struct date_scan *s, char sign) ATTR_NONNULL_ALL;
bool datescan_word(struct date_scan *s, enum date_word kind) ATTR_NONNULL_ALL;

/**
 * Sets E to message ID, with the token where S stands as its argument and column; at
 * the end of the text, to a message saying so. Returns ERR_INVALID.
 */
int datescan_fail(const struct date_scan *s, const char *id, struct err *e)
        ATTR_NONNULL(1, 2);

/** A weekday (0 to 6) with its full stop if any. */
bool datescan_weekday(struct date_scan *s, int *ret_weekday) ATTR_NONNULL_ALL;

/** A date as typed; 0 stands for what was not. */
struct date_part {
    int day, month, year;
    bool relative;
    int days; /* when relative: from the anchor */
    int column;
};

/** An explicit date (no weekday). Numbers that begin a clock time are none. */
bool datescan_date(struct date_scan *s, struct date_part *ret) ATTR_NONNULL_ALL;

/**
 * The first date fitting PART from ANCHOR on, going forward (STEP 1) or back (STEP -1);
 * with a year, that date. DATE_NONE when there is none, such as 31/2.
 */
int32_t datescan_resolve(
        const struct date_part *part, int32_t anchor, int step) ATTR_NONNULL_ALL;

enum clock_form {
    CLOCK_MARKED, /* 20h30 · 20:30 · 20.30 · 8pm · midi · 2030 */
    CLOCK_BARE,   /* also 20 alone */
};

struct clock {
    int minutes;  /* 0 to 1440, which is 24h */
    int meridiem; /* 0 am, 720 pm, or DATEWORDS_NONE */
    bool bare;    /* an hour without a mark */
};

/** A time of day. Numbers beyond 24h or 59 minutes are not read. */
bool datescan_clock(
        struct date_scan *s, enum clock_form form, struct clock *ret) ATTR_NONNULL_ALL;

/** Minutes, 0 to 99 h 59. */
bool datescan_duration(struct date_scan *s, int *ret_minutes) ATTR_NONNULL_ALL;

#endif
