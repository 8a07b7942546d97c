#ifndef ODUS_REPL_ROLES_H
#define ODUS_REPL_ROLES_H

#include "odus/base/json.h"

/**
 * Who may write what (docs/design.md §9): one table of type × role × action, from which
 * both the decision below (odus serve) and the validation function of CouchDB come
 * (roles_javascript). tests/repl/roles.json holds both to the same answers.
 */
struct roles_user {
    const char *name;         /* signed-in name, "" nobody */
    const char *const *roles; /* NULL-terminated: lecteur organisateur referent
                                 formateur administrateur; "_admin" is CouchDB's own */
};

/** May USER write NEW (a document with `_id`, `_deleted`…) over OLD (NULL: none, or
 * unknown)? TRAINING: the server takes exercises only. ERR_INVALID with the reason,
 * which is the text of CouchDB's `forbidden` too; ERR_USAGE: sign in first
 * (`unauthorized`). */
int roles_check(const struct roles_user *user, const struct json *neu,
        const struct json *old, bool training, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1);

/** True for a name in the table of roles. */
bool roles_known(const char *role) ATTR_NONNULL_ALL;

/** Source of validate_doc_update (ECMAScript 5, as SpiderMonkey 78 and Node take it).
 */
void roles_javascript(bool training, struct buf *out) ATTR_NONNULL_ALL;

/** The document `_design/odus` with it; owned. */
struct json *roles_design(bool training) ATTR_RETNONNULL ATTR_CHECK;

#endif
