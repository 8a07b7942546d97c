#ifndef ODUS_DELIVER_PROPOSAL_H
#define ODUS_DELIVER_PROPOSAL_H

#include "odus/base/moment.h"
#include "odus/deliver/source.h"

/** A proposal of source.h in the making, the same for all kinds of sources. */

enum {
    PROPOSAL_LEFT_MAX = 16 * 1024,   /* bytes of `left` */
    PROPOSAL_NOTES_MAX = 200,        /* further ones are counted only */
    PROPOSAL_MAX = 1024 * 1024 - 64, /* bytes as JSON: a line of a worker */
};

/** One performance. Texts are borrowed for the call. */
struct slot {
    struct moment start, end; /* end.zone "": none */
    struct moment before;     /* before it was moved; before.zone "": it was not */
    const char *status;       /* code of statuts_seance; NULL: confirme */
    struct view key;          /* tells it from the event's others, in the source's own
                                 terms; a UUID is its id, "" when there is but one */
    struct view note;         /* of its hours */
    const struct json *place; /* where it is, as `lieu`; NULL: where the event is */
};

struct proposal {
    const struct source_options *opt; /* borrowed */
    struct json *source, *body, *notes, *left;
    char *id; /* source.valeur */
    struct row {
        struct moment start;
        struct json *json;
    } * rows;
    size_t nrows, cap;
    size_t left_bytes;
    int outside, beyond; /* performances left out: by date; by number */
    bool left_full;
};

/** SYSTEM, ID and PLACE as `source` in source.h. An ID that is too long is hashed. */
void proposal_init(struct proposal *p, const struct source_options *opt,
        const char *system, struct view id, const char *place) ATTR_NONNULL(1, 2, 3, 5);
void proposal_release(struct proposal *p);

/** `changed`, `guessed`, `cut` or `lost`; at most four arguments, all texts. */
#define proposal_note(p, kind, field, ...)                                             \
    proposal_note_((p), (kind), (field), (const char *const[]){__VA_ARGS__, 0})
void proposal_note_(struct proposal *p, const char *kind, const char *field,
        const char *const *id_and_args) ATTR_NONNULL_ALL;

/** What was not mapped, under NAME of the source; several texts of one name are joined
 * by line ends. Bounded. */
void proposal_left(struct proposal *p, const char *name, struct view text)
        ATTR_NONNULL(1, 2);

/**
 * Puts TEXT, cleaned, at PATH ("lieu.adresse.voie", "titre.fr") of the body; nothing
 * when it is blank. More than MAX characters: cut, noted, and the whole is left.
 * LINES: line ends stay. Returns whether something was put.
 */
bool proposal_put(struct proposal *p, const char *path, struct view text, size_t max,
        bool lines) ATTR_NONNULL(1, 2);

/** The same for text in a language nobody marked: a short description or a long one. */
void proposal_describe(struct proposal *p, struct view text, const char *lang)
        ATTR_NONNULL(1, 3);

/** Sets PATH of the body to VAL, which is taken. */
void proposal_set(
        struct proposal *p, const char *path, struct json *val) ATTR_NONNULL_ALL;

/** Appends VAL, which is taken, to the array at PATH, made as needed. */
void proposal_push(
        struct proposal *p, const char *path, struct json *val) ATTR_NONNULL_ALL;

/** NAME, cleaned, is one of `coorganisateurs`: {nom}. Blank ones, and those after the
 * twentieth, are none. */
void proposal_helper(struct proposal *p, struct view name) ATTR_NONNULL(1);

/** What stands at PATH, NULL: nothing. */
struct json *proposal_get(const struct proposal *p, const char *path) ATTR_NONNULL_ALL;

/** `adresse.*`, `lat`… of the venue: decimals are texts in a body. Nothing when LAT and
 * LON are no place on earth or the origin, which stands for "unknown" in bad data. */
void proposal_point(struct proposal *p, double lat, double lon) ATTR_NONNULL_ALL;

/** PATH ("url_fiche") becomes TEXT if that is a web address; else it is left. */
void proposal_url(struct proposal *p, const char *path, struct view text)
        ATTR_NONNULL(1, 2);

/** A further performance. Those outside of the options' days are counted, and so are
 * those beyond SOURCE_OCCURRENCES_MAX; one that starts with another is dropped. */
void proposal_slot(struct proposal *p, const struct slot *slot) ATTR_NONNULL_ALL;

/**
 * Ends the notes, orders the rows and gives the proposal to SINK, or refuses it: no
 * performance within the days asked for; larger than PROPOSAL_MAX. P is empty then but
 * for proposal_release. 0 or ERR_STOPPED.
 */
int proposal_give(struct proposal *p, const struct source_sink *sink,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** SINK->refused with ERR. 0 or ERR_STOPPED. */
int proposal_refuse(const struct source_sink *sink, const char *place,
        const struct err *why, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** SINK->progress. 0 or ERR_STOPPED. */
int proposal_progress(const struct source_sink *sink, int64_t bytes, int64_t total,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

#endif
