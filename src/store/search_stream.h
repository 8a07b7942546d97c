#ifndef ODUS_SRC_STORE_SEARCH_STREAM_H
#define ODUS_SRC_STORE_SEARCH_STREAM_H

#include "search_standing.h"

/** Rows of one database, found in one way, in the order of their ids. */

enum stream_how { STREAM_BY_INDEX, STREAM_BY_WORDS, STREAM_BY_MEMO };

/** Whether only drafts are asked for (`état:brouillon`). */
bool search_drafts_only(const struct search_query *q) ATTR_NONNULL_ALL;

/** Words of a query for rows that are few: read and compared one by one, where the
 * index would first gather all that have them. */
struct look {
    struct words words, place, organiser;
    bool memos; /* a memo may have the words */
};
void look_init(struct look *l, const struct search_query *q) ATTR_NONNULL_ALL;
void look_release(struct look *l);

/** What is read of each row. */
enum stream_columns {
    STREAM_IDS,  /* to be counted */
    STREAM_UIDS, /* to be counted where some records have a draft */
    STREAM_ROWS
};

struct stream_spec {
    const struct search_query *query; /* its filters; words, type and days as below */
    const struct standing *standing;  /* of revisions only */
    bool draft;                       /* of drafts.db */
    enum stream_how how;
    const char *match; /* for FTS5 */
    const char *type;  /* NULL: any */
    int64_t low, high; /* ids, inclusive */
    bool forward;
    enum stream_columns columns;
    const struct look *look; /* with STREAM_BY_INDEX; NULL: all rows */
};

struct stream {
    struct stmt *st;
    const struct look *look;
    bool draft, live; /* LIVE: there is a row */
    int64_t id;       /* of that row */
};

/** Opens it on its first row. */
int stream_open(struct store *store, const struct stream_spec *spec, struct stream *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** To the next row. */
int stream_next(struct stream *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
void stream_close(struct stream *s) ATTR_NONNULL_ALL;

/** Of the row's record; borrowed until the next step; not with STREAM_IDS. */
struct view stream_uid(const struct stream *s) ATTR_NONNULL_ALL;

/** The row, owned content; only with STREAM_ROWS. */
void stream_read(const struct stream *s, struct search_row *ret) ATTR_NONNULL_ALL;

#endif
