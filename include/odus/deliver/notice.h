#ifndef ODUS_DELIVER_NOTICE_H
#define ODUS_DELIVER_NOTICE_H

#include "odus/base/moment.h"
#include "odus/store/forms.h"

/**
 * What may leave the cooperative of a record, and nothing else (R-RGPD). Everything
 * that is delivered is made from notices, so that there is one place to get it right:
 *
 *   - only records with visibilite `public` and statut_fiche `publie` or `valide`; a
 *     personne only with consentement_publication.accord; exercises only from a store
 *     for training;
 *   - of these only the fields that the current form knows and that are not
 *     `private=yes`: a member that a newer form may have called private stays here;
 *   - references only to records that may leave themselves, others are left out of the
 *     body; performances in `option` and `scolaire` ones are left out;
 *   - blanks that inherit are filled with what they inherit.
 */
struct gate;

struct gate_options {
    bool exercises; /* the store is for training: exercises, and nothing else */
};

/** STORE and FORMS are borrowed. */
struct gate *gate_new(struct store *store, struct forms *forms,
        const struct gate_options *opt) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
void gate_free(struct gate *gate);

/** A performance of an event, with what it inherits. */
struct performance {
    const struct json *row; /* its public row */
    const char *id;         /* stable id of the row */
    char uid[37];           /* the id when that is a UUID, else the UUIDv5 of it in the
                               record's: identifier of the performance for life */
    struct moment start;    /* hour MOMENT_NO_HOUR: unknown */
    struct moment end;      /* zone "": unknown */
    bool end_estimated;     /* from the duration */
    struct moment before;   /* debut_initial; zone "": none */
    const char *status;     /* code of list statuts_seance, never `option` */
    const char *place;      /* uid of its venue, which may leave; "" none */
};

struct notice {
    char uid[37];
    const char *type; /* name of the form */
    const char *rev;
    /* The record was deleted or archived, and would leave otherwise: its body has
     * `_id`, `type`, `ids_externes`, `modifie_le` and nothing else. */
    bool gone;
    const struct json *body;
    /* Codes of list destinataires, to which its author restricts an event
     * (`consignes_diffusion`); NULL: all. The engine (run.h) obeys it. */
    const struct json *recipients;
    const struct performance *occurrences; /* of an event, in order of time */
    size_t noccurrences;
    struct gate *gate;
};

/**
 * The notice of record UID; owned: notice_free. ERR_NOT_FOUND: no such record, or it
 * may not leave; with the reason. NULL body members are blank.
 */
int notice_open(struct gate *gate, const char *uid, struct notice **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
void notice_free(struct notice *n);

/**
 * Public body of the record UID (NULL, "": none), which N refers to, inherited values
 * included; NULL when it may not leave. Borrowed until notice_free.
 */
const struct json *notice_linked(const struct notice *n, const char *uid)
        ATTR_NONNULL(1);

/** What notice_linked could not read since the last call, which has no way to say so:
 * an error of the store; what was made meanwhile is not whole. 0: all could be. */
int gate_failure(struct gate *gate, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Calls FN with every record that N was made from, itself and those that notice_linked
 * was asked for (also those that may not leave, or are not here): when one of them
 * changes, N may.
 */
void notice_used(const struct notice *n, void (*fn)(void *ctx, const char *uid),
        void *ctx) ATTR_NONNULL(1, 2);

/**
 * A text field of BODY: TEXTS in LANG where it is one by language; LANG NULL: French,
 * else the first there is. NULL when blank. Borrowed.
 */
const char *notice_text(const struct json *body, const char *field, const char *lang)
        ATTR_NONNULL(2);

/** Member PATH ("adresse.commune") of BODY, NULL when blank. Borrowed. */
const struct json *notice_at(const struct json *body, const char *path) ATTR_NONNULL(2);
/** The same as text, NULL when blank or no text. */
const char *notice_text_at(const struct json *body, const char *path) ATTR_NONNULL(2);

/** Number of the record BODY (NULL: none) in SYSTEM, a code of list systemes_externes;
 * 0 where it has none there. */
long long notice_number(const struct json *body, const char *system) ATTR_NONNULL(2);

/**
 * Cell COLUMN ("label", "label[en]", "schema", "apidae") of CODE in list LIST of form
 * TYPE: the mapping tables are the forms' lists. NULL when blank, "-" or unknown.
 * Borrowed until the next call.
 */
const char *gate_cell(struct gate *gate, const char *type, const char *list,
        const char *code, const char *column) ATTR_NONNULL(1, 2, 3, 5);

/**
 * The pictures of N: rows with `fichier` (an address, or the hash of a file), `credit`,
 * `legende`…: its own, else those of the first show that has some. NULL: none.
 * Borrowed.
 */
const struct json *notice_images(const struct notice *n) ATTR_NONNULL_ALL;

/** "jpg", "png" or "webp" by the content of the file HASH; NULL where it is not in the
 * store, or no picture. */
const char *gate_suffix(struct gate *gate, const char *hash) ATTR_NONNULL_ALL;

/** Content of the picture HASH into OUT, which this function initialises. Errors of
 * files_read. */
int gate_picture(struct gate *gate, const char *hash, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Text of the mapping table NAME beside the forms ("datatourisme.map"), "" where there
 * is none. Borrowed until gate_free. */
const char *gate_table(
        struct gate *gate, const char *name) ATTR_RETNONNULL ATTR_NONNULL_ALL;

#endif
