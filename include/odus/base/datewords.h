#ifndef ODUS_BASE_DATEWORDS_H
#define ODUS_BASE_DATEWORDS_H

#include "odus/base/attr.h"
#include "odus/base/datetext.h"

/**
 * The words people use around dates and times, in all languages at once: one table for
 * datetext.h and the timing language.
 */

enum date_word {
    WORD_EVERY,     /* tous, every, ogni */
    WORD_DAYS,      /* jours, as in "tous les jours" */
    WORD_DAILY,     /* tlj, daily */
    WORD_EXCEPT,    /* sauf, except, tranne */
    WORD_FROM,      /* du, from, dal */
    WORD_TO,        /* between dates: au, to, al */
    WORD_TILL_HOUR, /* between hours: à, to, alle */
    WORD_UNTIL,     /* jusqu'(au), until, fino (al) */
    WORD_AND,       /* et, and, e */
    WORD_AT,        /* à, at, alle, ore */
    WORD_FILL,      /* le, the, on, il: no meaning of their own */
    WORD_LASTING,   /* durée, for, durata */
    WORD_HOUR,      /* h, heures, hours, ore */
    WORD_MINUTE,    /* min, mn, minuti */
    WORD_CLOCK,     /* midi: its value is minutes after midnight */
    WORD_MERIDIEM,  /* am: 0, pm: 720 */
    WORD_ORDINAL,   /* 1er, 2nd */
    WORD_RELATIVE,  /* demain: its value is days from the anchor */
    WORD_UTC,
};

enum { DATEWORDS_NONE = -100 };

/** The value of WORD (from utf8_fold) as KIND, or DATEWORDS_NONE. */
int datewords_find(const char *word, enum date_word kind) ATTR_PURE ATTR_NONNULL_ALL;

/** 0 Monday to 6 Sunday for a name, its first three or more letters or its two-letter
 *  form, plurals included; or DATEWORDS_NONE. */
int datewords_weekday(const char *word) ATTR_PURE ATTR_NONNULL_ALL;

/** 1 to 12 likewise, when the letters fit one month only. */
int datewords_month(const char *word) ATTR_PURE ATTR_NONNULL_ALL;

/** Names for the screen; WEEKDAY 0 to 6, MONTH 1 to 12. */
const char *datewords_weekday_name(enum date_lang lang, int weekday, bool abridged);
const char *datewords_month_name(enum date_lang lang, int month, bool abridged);

#endif
