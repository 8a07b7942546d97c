#ifndef ODUS_APP_QUERY_H
#define ODUS_APP_QUERY_H

#include "odus/app/app.h"
#include "odus/base/datetext.h"
#include "odus/base/err.h"
#include "odus/form/form.h"
#include "odus/store/search.h"

/**
 * What people type to search: words, and filters `lieu:` `organisateur:` `genre:`
 * `état:` (a status, or where records stand) `après:` `avant:` `texte:` (words of long
 * texts too; without place and organiser), their English and Italian names or a
 * beginning of three letters. Quotes ("…", «…») group words; dates are as datetext.h
 * reads them, and a month or a year alone; both days are included. A filter without
 * value does nothing, so that a query can be read while it is typed.
 */
struct query {
    char *words, *place, *organiser, *genre; /* owned; NULL: not asked for */
    const char *status;                      /* code, static; NULL */
    enum search_standing standing;
    int32_t after, before; /* days, or SEARCH_ANY_DAY */
    bool texts;            /* the words may stand in long texts too */
};

struct query_context {
    const char *lang; /* of dates */
    int32_t today;
    const struct form_list *genres; /* NULL: the type has no genre */
};

enum { QUERY_MAX = 1000 }; /* bytes */

/**
 * 0, or ERR_INVALID with the column (code points, from 1) of the filter that is wrong;
 * ERR_LIMIT when TEXT is too long. RET is owned: query_release.
 */
int query_parse(struct view text, const struct query_context *ctx, struct query *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2, 3);

/**
 * A date as datetext_parse has it, or the first or LAST day of a month, a year or both.
 * 0 or ERR_INVALID; E may be set all the same when it is 0.
 */
int query_day(struct view text, enum date_lang lang, int32_t anchor,
        enum date_year year, bool last, int32_t *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(6);

/**
 * The list that `genre:` in TEXT names codes of: of TYPE, else of the first form that
 * has one. NULL where there is no filter, because forms are read for it. Borrowed.
 */
const struct form_list *query_genres(
        struct app *app, const char *type, const char *text) ATTR_NONNULL(1, 3);

void query_release(struct query *q) ATTR_NONNULL_ALL;

/** Q as the store wants it; borrows from Q. TYPE: as in search_query. */
struct search_query query_search(const struct query *q, const char *type)
        ATTR_NONNULL(1);

/** Member `query` of JOB (docs/workers.md) for TEXT as people type it, a form's name
 * first; NULL, "" : every record, and there is no such member. ERR_INVALID, ERR_LIMIT.
 */
int query_put(struct app *app, const char *text, struct json *job,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

#endif
