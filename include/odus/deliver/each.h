#ifndef ODUS_DELIVER_EACH_H
#define ODUS_DELIVER_EACH_H

#include "odus/deliver/run.h"

/** The query that a job describes (docs/workers.md), into RET; its texts are Q's. */
void each_query(const struct json *q, struct search_query *ret) ATTR_NONNULL(2);

/**
 * Records through one format, one by one, for whoever hands them over by other means
 * than a folder: what may leave and what is made of it is decided here all the same.
 */
struct each;

/** STORE, FORMS, FORMAT and the texts of OPT are borrowed; its `out` and `formats` are
 * not looked at. Errors of the query. */
int each_open(struct store *store, struct forms *forms, const struct run_options *opt,
        const struct format *format, struct each **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4, 5);
/** Accepts NULL. */
void each_close(struct each *e);

/**
 * Calls FN with every record of TYPE that the query finds and, where there is no query
 * and the format wants to hear of them, those that are gone; in the order of uids,
 * until it returns other than 0, which is the result then. Whether a record may leave
 * only each_make tells.
 */
int each_uid(struct each *e, const char *type,
        int (*fn)(void *ctx, const char *uid, struct err *err), void *ctx,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * What the format makes of record UID goes to OUT. *RET (may be NULL) is its notice,
 * owned: notice_free. ERR_NOT_FOUND: it may not leave, or not with this format.
 */
int each_make(struct each *e, const char *uid, struct outlet *out, struct notice **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Content of the picture that the format names PATH ("images/HASH.jpg"), into OUT,
 * which this function initialises. ERR_INVALID: it is no such path; as gate_picture. */
int each_picture(struct each *e, const char *path, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

#endif
