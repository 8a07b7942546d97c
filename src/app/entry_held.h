#ifndef ODUS_APP_ENTRY_HELD_H
#define ODUS_APP_ENTRY_HELD_H

#include "odus/app/entry.h"
#include "odus/form/merge.h"

/**
 * A conflict of a draft that was merged. It waits while the merged value stands there
 * and nobody has said that it may, so that undoing a choice makes it wait again.
 */
struct held {
    struct merge_conflict c;
    char *table;       /* path of c.table, for another version of the form */
    char *leaf;        /* their revision where it stays beside ours, else NULL */
    char *author;      /* of their revision */
    int64_t at_ms;     /* when it was made, Unix ms; 0 unknown */
    char *ours_author; /* where `leaf` is set: whose the other one is, and when */
    int64_t ours_ms;
    bool settled; /* the merged value is the one wanted */
};

/** Member of a draft's JSON that holds them. No revision has it. */
#define HELD_KEY "_conflits"

/** Puts them into BODY, the draft's JSON; the other way: from the array ALL. */
void held_write(const struct entry *en, struct json *body) ATTR_NONNULL_ALL;
void held_read(struct entry *en, const struct json *all) ATTR_NONNULL(1);

/** The revision that conflicts are with; as struct held has it. */
struct held_from {
    const char *leaf, *author, *ours_author;
    int64_t at_ms, ours_ms;
};

/** Takes over ALL, N fresh conflicts; older ones with the same are forgotten. */
void held_take(struct entry *en, struct merge_conflict *all, size_t n,
        const struct held_from *from) ATTR_NONNULL(1, 4);

/** The entry has another form: looks for the places anew. */
void held_place(struct entry *en) ATTR_NONNULL_ALL;

/** Forgets them all. */
void held_clear(struct entry *en) ATTR_NONNULL_ALL;

/** Index of the language C is about; 0 without, -1 where FORM does not have it. */
int held_lang(const struct form *form, const struct merge_conflict *c) ATTR_NONNULL_ALL;

/** How H stands in BODY, the entry's values; and how many wait. */
enum entry_stand held_stand(const struct entry *en, const struct held *h,
        const struct json *body) ATTR_NONNULL_ALL;
int held_open(const struct entry *en) ATTR_NONNULL_ALL;

#endif
