#ifndef ODUS_STORE_FORMS_H
#define ODUS_STORE_FORMS_H

#include "odus/form/engine.h"
#include "odus/store/store.h"

/**
 * The forms at hand: read from a folder, compiled on first use, with the store behind
 * their look-ups (ref_value, near_duplicate, venue_clash, lists). Every form version
 * seen is also kept in data.db, so that a record opens with its own version (P20).
 */
struct forms;

struct forms_options {
    const char *dir;  /* folder of *.form files */
    const char *lang; /* of messages */
};

/** Reads no form yet: each is parsed and compiled when first asked for. STORE is
 * borrowed. */
struct forms *forms_new(struct store *store,
        const struct forms_options *opt) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Frees the forms and engines lent out. Accepts NULL. */
void forms_free(struct forms *forms);

/**
 * Current version of form NAME with an engine (RET_ENGINE NULL: without one, which is
 * quicker). Both are borrowed. ERR_NOT_FOUND: no such form. On mistakes in the file:
 * ERR_INVALID with the first problem.
 */
int forms_get(struct forms *forms, const char *name, const struct form **ret_form,
        struct engine **ret_engine, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** True when NAME is one of forms_names. */
bool forms_known(struct forms *forms, const char *name) ATTR_NONNULL_ALL;

/** The version HASH of form NAME; ERR_NOT_FOUND when it was never seen here. */
int forms_get_version(struct forms *forms, const char *name, const char *hash,
        const struct form **ret_form, struct engine **ret_engine,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/**
 * The same for those who make an engine of their own: the current version where HASH is
 * NULL. As with an engine, mistakes in expressions are errors and the version is kept,
 * so that records can be written with it.
 */
int forms_proven(struct forms *forms, const char *name, const char *hash,
        const struct form **ret_form, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** A second engine for FORM, owned by the caller (a record opened above another one).
 */
struct engine *forms_engine(struct forms *forms, const struct form *form,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

/** Names of the record types, sorted; NULL-terminated, borrowed. */
char *const *forms_names(struct forms *forms) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/**
 * Label of form NAME in the language of messages, NAME where there is none; borrowed.
 * Like forms_dated from the head of the file: menus and lists parse no form.
 */
const char *forms_type_label(
        struct forms *forms, const char *name) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Whether records of form NAME take place (`dates=`); false when it is unknown. */
bool forms_dated(struct forms *forms, const char *name) ATTR_NONNULL_ALL;

/**
 * Reads the form file PATH with the fragments and lists beside it; its expressions are
 * not compiled. Owned; NULL with problems.
 */
struct form *forms_read(
        const char *path, struct problems *problems) ATTR_CHECK ATTR_NONNULL_ALL;

/**
 * All of `odus form check`: reads and compiles PATH and runs its tests, without a store
 * (links are unknown there; lists come from the files beside it). Returns the number of
 * tests, or -1; either way PROBLEMS has what is wrong. A fragment alone has nothing to
 * check: 0; its mistakes and tests show with the forms that take it in.
 */
int forms_check(const char *path, struct problems *problems) ATTR_NONNULL_ALL;

struct summary;

/**
 * The summary of BODY, which comes from elsewhere: its hidden values are not in it, so
 * no rule runs. Read with the version of the form that it names, else the current one;
 * where none can read it, RET has its name and state and is `hidden`. uid is its `_id`.
 * The engines lent out are used: nothing may be attached to them. Release RET.
 */
int forms_summarise(struct forms *forms, const struct json *body, struct summary *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3);

/** Title of record UID (draft before revision), from the summaries; false when unknown.
 */
bool forms_title(
        struct forms *forms, const char *uid, struct buf *out) ATTR_NONNULL_ALL;
/** The same as member `title` of EVENT, "" when unknown. */
void forms_add_title(
        struct forms *forms, const char *uid, struct json *event) ATTR_NONNULL_ALL;

/** Label of CODE in list NAME of FORM, in LANG; falls back to the code. */
void forms_label(struct forms *forms, const struct form *form, int list,
        const char *code, const char *lang, struct buf *out) ATTR_NONNULL_ALL;

/**
 * A table beside the forms ("datatourisme.map"): OUT, which this function initialises,
 * gets its text. Errors of file_read.
 */
int forms_table(struct forms *forms, const char *name, struct buf *out,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** A hash of all forms as they are now, with their lists and what these say, and of the
 * tables beside them (*.map): it is another one when anything that a record is shown
 * with may be. */
int forms_stamp(struct forms *forms, char ret[33], struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** The hooks an engine of this store needs (for engines made elsewhere). */
const struct engine_hooks *forms_hooks(
        struct forms *forms) ATTR_RETNONNULL ATTR_NONNULL_ALL;

#endif
