#ifndef ODUS_SYNC_PULL_H
#define ODUS_SYNC_PULL_H

#include "session.h"

/* What the files of a pull share. */

struct pull {
    struct session *s;
    char *since; /* of the page that is asked for */
    size_t limit;
    bool with_docs;
    bool first; /* nothing was ever pulled from here: all of it is taken for new */
    bool asked; /* the next page is on its way */

    char *mark; /* a place of the feed that must not come again */
    size_t pages, next_mark;

    struct replica_doc *own; /* what was just pushed, and is to be seen in the feed */
    size_t nown;
    bool *seen;

    struct replica_doc *docs; /* of this page, to be stored */
    size_t ndocs, docs_cap;
    struct json *want; /* array of {id, rev}: to be fetched with their ancestry */
    bool again;        /* what an answer lacked is asked for a second time */
    int64_t asked_ms;
    int64_t down; /* bytes of this page and of what was fetched for it */
};

/** Sorts ROW: what it brings goes to p->docs, what has to be fetched to p->want. */
int pull_row(struct pull *p, const struct wire_row *row, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Fetches p->want with ancestry to p->docs; p->want is empty then. */
int pull_wanted(struct pull *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** Tells that a document cannot be had or taken, and WHY. */
void pull_refused(void *session, const struct err *why) ATTR_NONNULL_ALL;

/** Revisions pushed before and not proved: to be looked for in the feed. END: those
 * that were seen count as sent. */
int pull_own_begin(struct pull *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
int pull_own_end(struct pull *p, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

#endif
