#ifndef ODUS_STORE_SEARCH_H
#define ODUS_STORE_SEARCH_H

#include <stdint.h>

#include "odus/store/store.h"

/**
 * Lists in date order over revisions and drafts (a draft stands in for its revision),
 * by keyset: a page is found in the same time wherever it lies among a million events.
 * Search words are prefixes, folded (accents, case, œ, apostrophes, hyphens), any
 * order, over title, text, place, town and organiser (P31).
 */
/** Where records stand with the main server (replica.h, enum replica_state). A draft
 * stands nowhere; beside a revision in conflict it is shown for it. */
enum search_standing {
    SEARCH_ANY_STANDING,
    SEARCH_COMPLETE,
    SEARCH_WAITING,
    SEARCH_STAYS,
    SEARCH_SENT,
    SEARCH_CONFLICT
};

struct search_query {
    const char *words;     /* NULL or "": all */
    const char *type;      /* form name; NULL: what has a date (the agenda); "*" all */
    const char *place;     /* words looked for in the place's name and town; NULL */
    const char *organiser; /* words in the organiser's name; NULL */
    const char *genre;     /* code; NULL */
    const char *status;    /* statut_fiche, or "brouillon": the drafts here;
                              NULL: all but `supprime` */
    enum search_standing standing;
    int32_t after, before; /* days, inclusive; SEARCH_ANY_DAY */
    bool samples_only;
    bool revisions; /* drafts are not looked at, and none stands in for its revision */
    bool memos;     /* also records whose memos have all words; not together
                       with place and organiser, and slow for common words */
    char *const *undated; /* with TYPE NULL: the agenda also has the records of these
                             forms that have no date; NULL-terminated, 4 at most, NULL
                             for none. Never where AFTER or BEFORE are set */
    int32_t undated_at;   /* the day they stand before */
    bool undated_only;    /* nothing but these */
};

enum { SEARCH_ANY_DAY = INT32_MIN };

/** A place in the list. */
struct search_key {
    int64_t n;  /* day << 20 | k; the order of the list but for the undated */
    bool draft; /* rows of equal n: revision before draft */
};

struct search_row {
    struct search_key key;
    char uid[37];
    char type[41];
    int32_t day;
    int16_t start, end;
    int count;                                         /* séances that day */
    char *title, *subtitle, *place, *town, *organiser; /* NULL when unknown */
    char status[16];                                   /* statut_fiche */
    bool draft, sample, cancelled, conflict;
    int errors, warnings;
};

void search_rows_release(struct search_row *rows, size_t n);

/**
 * At most LIMIT rows after KEY (FORWARD) or before it (in list order all the same);
 * KEY NULL: from the start or the end. Returns the number of rows or a negative code.
 */
int search_page(struct store *store, const struct search_query *q,
        const struct search_key *key, bool forward, struct search_row *rows,
        size_t limit, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 5);

/** Number of rows, counted up to LIMIT (then LIMIT is returned). */
int search_count(
        struct store *store, const struct search_query *q, int limit) ATTR_NONNULL_ALL;

/**
 * The place before the first row of the first day >= DAY; of undated_at, before the
 * undated that stand there.
 */
struct search_key search_day_key(int32_t day);

/** The place behind the undated, where the day `undated_at` begins. */
struct search_key search_undated_end(void);

struct choice {
    char *id; /* uid or code */
    char *label, *detail;
    bool draft;
};

void choices_release(struct choice *choices, size_t n);

/**
 * Records of the given types (NULL-terminated) whose words match, at most LIMIT, for
 * pickers over tens of thousands. Best first: the title begins with these very words;
 * used recently here; the title begins so; alphabetical (among the first 400 found).
 * Returns their number or a negative code.
 */
int search_choices(struct store *store, char *const *types, const char *words,
        struct choice *ret, size_t limit, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 4);

/**
 * Remembers that a choice was used just now, for the next search_choices. Changes no
 * list: store_generation stays.
 */
int search_used(struct store *store, const char *uid, struct err *err)
        ATTR_NONNULL(1, 2);

#endif
