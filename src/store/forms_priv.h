#ifndef ODUS_SRC_STORE_FORMS_PRIV_H
#define ODUS_SRC_STORE_FORMS_PRIV_H

#include "odus/store/forms.h"
#include "odus/store/publish.h"
#include "priv.h"

enum { LIST_FILE_MAX = 32 * 1024 * 1024 /* bytes of a list beside a form */ };

/* Where the texts of a form come from: files of a folder, or a version kept in data.db.
 */
struct form_sources {
    const char *dir;          /* NULL: only what `texts` has */
    const struct json *texts; /* name as form_parse asks for it -> text; NULL */
    struct json *seen;        /* what was read goes here too, for keeping; NULL */
    bool tests;               /* the [test] blocks are wanted: it is being checked */
};

/** The text called NAME; fits form_source_fn with a struct form_sources as context. */
int form_source(void *ctx, const char *name, struct buf *out, struct err *err);

/** Form NAME from SOURCES; NULL with problems. Owned. */
struct form *form_from(struct form_sources *sources, const char *name,
        struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/** ERR_INVALID, and the first of PROBLEMS as what is wrong. */
int forms_first_problem(const struct problems *problems, struct err *err)
        ATTR_NONNULL(1);

/** As forms_read, with the texts that were read, owned where there is a form. */
struct form *forms_read_seen(const char *path, struct json **ret_seen,
        struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/** Form NAME with an engine that is only read with (engine_read): the version HASH, or
 * where it is NULL the current one. Else as forms_get. */
int forms_get_reader(struct forms *forms, const char *name, const char *hash,
        const struct form **ret_form, struct engine **ret_engine,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4, 5);

/** Whether the version of FORM is kept: then all its expressions were good. */
bool version_kept(struct store *store, const struct form *form) ATTR_NONNULL_ALL;

/** Keeps the texts SEEN of the version of FORM, once per hash. */
int version_keep(struct store *store, const struct form *form, const struct json *seen,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The same, and SEEN replaces what is kept: the texts of a version may change. */
int version_replace(struct store *store, const struct form *form,
        const struct json *seen, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The kept texts of a version, owned. ERR_NOT_FOUND when it was never kept. */
int version_load(struct store *store, const char *name, const char *hash,
        struct json **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/** One version of one form, at hand. */
struct forms_entry {
    struct form *form;
    struct engine *engine; /* NULL until asked for */
    struct json *sources;  /* not yet kept in data.db; NULL once they are */
    bool current;          /* what the folder has */
    bool stale;            /* another publication has come: lent out, found no more */
};

/** A form whose current version came as a document. */
struct forms_published {
    char name[FORM_NAME_MAX + 1];
    char hash[33];
    char rev[REV_MAX]; /* of the document: the texts of one version may change */
};

struct linked_cache; /* lookup.c */

/* Whether the rules run, so that all they ask is answered as of one moment. */
enum hold {
    HOLD_NOT,
    HOLD_READY,  /* they run, but have asked nothing so far */
    HOLD_READING /* both databases are in a reading transaction */
};

struct forms {
    struct store *store;
    enum hold hold;
    char *dir, *lang;
    struct forms_names *names;         /* NULL until asked for */
    struct forms_published *published; /* as of `looked`, sorted by name */
    size_t npublished;
    int64_t looked; /* generation of the store; 0: not yet */
    struct forms_entry **entries;
    size_t n, cap;
    struct linked_cache *linked;
    struct engine_hooks hooks;
};

/* --- publications, forms_publish.c, forms_adopt.c --------------------------------- */

/**
 * Reads anew which forms are published, where the store has changed since (NOW: in any
 * case). What is lent out stays as it is. Does nothing while rules run.
 */
void forms_look(struct forms *forms, bool now) ATTR_NONNULL_ALL;

/** The published version of NAME; NULL where the folder's is the current one. */
const struct forms_published *forms_publication(
        const struct forms *forms, const char *name) ATTR_NONNULL_ALL;

/**
 * The winner of publication UID has changed, or is to be tried again: takes it into use
 * where it is good. *RET_USED false: it is not, and stands so; WHY (may be NULL) says
 * why not. Inside a transaction of the caller, or not.
 */
int publish_take(struct forms *forms, const char *uid, bool *ret_used, struct err *why,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** Fills the lists that were taken and are not filled yet, in slices; to be called
 * outside of transactions. What fails is left for another time. */
int publish_fill(struct store *store, struct err *err) ATTR_NONNULL(1);

/* --- names, forms_names.c --------------------------------------------------------- */

/** The record types as they were when asked for; lists that were lent out live on. */
struct forms_names {
    char **names;            /* sorted, NULL-terminated */
    struct form_head *heads; /* of these */
    bool stale;
    struct forms_names *older;
};

/** The present ones are to be read anew when next asked for. */
void forms_names_stale(struct forms *forms) ATTR_NONNULL_ALL;
void forms_names_free(struct forms_names *names);

/* --- other records, lookup.c ------------------------------------------------------ */

/** A record as links see it: its draft, else its revision. Borrowed until the next call
 * of linked_get. */
struct linked {
    char uid[37];
    char *type, *title;
    bool revised, deleted;
    char *status;      /* of the revision that a draft stands in for */
    char *text;        /* its body, until somebody reads it */
    struct json *body; /* by linked_body only */
    struct linked_label *labels;
    size_t nlabels;
};

/** NULL when there is no record or draft UID (which may be NULL). */
const struct linked *linked_get(struct forms *forms, const char *uid);
const struct json *linked_body(const struct linked *l) ATTR_NONNULL_ALL;

/** State of the revision; NULL where there is only a draft. */
const char *linked_status(const struct linked *l) ATTR_NONNULL_ALL;
void linked_free(struct linked_cache *cache);

/** UID has changed inside a hold. */
void linked_forget(struct forms *forms, const char *uid) ATTR_NONNULL_ALL;

/** What was written under a hold, all of it told to linked_forget, was KEPT as the one
 * change that the store counted; else nothing is remembered of that time. */
void linked_settle(struct forms *forms, bool kept) ATTR_NONNULL_ALL;

/** Fits the `hold` hook: spares each question a transaction and a look whether anything
 * has changed. */
void forms_hold(void *ctx, bool on);

/** To be called before a hook reads; does nothing outside a hold. */
void forms_held(struct forms *forms) ATTR_NONNULL_ALL;

/**
 * Value PATH of UID as expressions see it, several parts joined by line feeds; "title"
 * and "type" are those of the list. False when blank or unknown.
 */
bool linked_value(struct forms *forms, const char *uid, const char *path,
        struct buf *out) ATTR_NONNULL(1, 3, 4);

/** The same for people: the label where the field is a choice. */
bool linked_label(struct forms *forms, const char *uid, const char *path,
        struct buf *out) ATTR_NONNULL(1, 3, 4);

/** Fits the `lookup` hook; CTX is the struct forms. */
bool forms_lookup(void *ctx, const char *name, const char *const *args, int nargs,
        struct buf *out);

/* Finders over the index, lookup_near.c; arguments as docs/forms.md §7 has them. */
bool find_near_duplicate(
        struct forms *forms, const char *const *args, struct buf *out) ATTR_NONNULL_ALL;
bool find_venue_clash(
        struct forms *forms, const char *const *args, struct buf *out) ATTR_NONNULL_ALL;
bool find_town_clash(
        struct forms *forms, const char *const *args, struct buf *out) ATTR_NONNULL_ALL;

enum { FORM_NAME_SHOWN = 40 /* longest name of a type that lists have room for */ };

/* The fields that finders and summaries know by name. */
#define FIELD_TOWN "adresse.commune"
#define FIELD_STATUS "statut_fiche"
#define FIELD_VISIBILITY "visibilite"
#define FIELD_AUDIENCE "publics"
#define FIELD_SAMPLE "exercice"
#define FORMS_ZONE "Europe/Paris"

#endif
