#ifndef ODUS_STORE_PUBLISH_H
#define ODUS_STORE_PUBLISH_H

#include "odus/form/form.h"
#include "odus/form/parse.h"
#include "odus/store/forms.h"

/**
 * Forms and long lists as documents of the commons (docs/design.md §7): a publication
 * is a record of type `formulaire` or `liste` that every replica gets like any other.
 * Where its winning revision is a form without mistakes it is kept as a form version
 * and is the current one from then on, also where the folder has another; a list is
 * filled from it. One that is wrong is kept and passed on as it is, and what was in use
 * stays so. A publication that is deleted, or erased, gives way to the folder's form.
 */
#define PUBLISH_FORM "formulaire"
#define PUBLISH_LIST "liste"

/** uid of the publication of NAME; TYPE is one of the above. */
void publish_uid(const char *type, const char *name, char ret[37]) ATTR_NONNULL_ALL;

/** True for the types above: no record of a form, and no name for one. */
bool publish_is(const char *type);

enum publish_change {
    PUBLISH_NOTHING,  /* what is published is this very text */
    PUBLISH_TEXTS,    /* the version stays: labels, messages or tests differ */
    PUBLISH_VERSION,  /* the first, or another version */
    PUBLISH_SETTLE,   /* the same text, and other leaves stand beside it */
    PUBLISH_FRAGMENT, /* no form: goes with the forms that take it in */
    PUBLISH_WITHDRAWN
};

struct publication {
    char name[FORM_NAME_MAX + 1];
    char hash[33]; /* form version; of a list, of its text */
    enum publish_change change;
};

/**
 * Publishes the form file PATH with what it takes in, signed by AUTHOR: a revision over
 * the winner that closes the other leaves. DRY: only says what would be. Mistakes, all
 * that forms_check finds: ERR_INVALID with PROBLEMS.
 */
int publish_form(struct forms *forms, const char *path, const char *author, bool dry,
        struct publication *ret, struct problems *problems, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 5, 6);

/** The same for the CSV file PATH: the long list that bears its name. ERR_NOT_FOUND: no
 * form has it. */
int publish_list(struct forms *forms, const char *path, const char *author, bool dry,
        struct publication *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5);

/**
 * Withdraws what is published of TYPE (one of the above) as NAME, signed by AUTHOR: a
 * revision whose `statut_fiche` is supprime. Each replica that gets it has the form, or
 * list, of its own folder again, until one is published anew. DRY: only says what would
 * be. ERR_NOT_FOUND: nothing is published so.
 */
int publish_withdraw(struct forms *forms, const char *type, const char *name,
        const char *author, bool dry, struct publication *ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4, 6);

/**
 * Tries all publications that are not in use once more (this program may be a newer
 * one than when they came), and tells those that still cannot be used: what UNUSED (may
 * not be NULL) is given is borrowed. 0, or the store's errors.
 */
int publish_check(struct forms *forms,
        void (*unused)(
                void *ctx, const char *uid, const char *name, const struct err *why),
        void *ctx, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

#endif
