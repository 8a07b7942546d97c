#ifndef ODUS_SRC_REPL_ROLES_PRIV_H
#define ODUS_SRC_REPL_ROLES_PRIV_H

#include "odus/repl/roles.h"

/* The tables that the decision in C and the one in JavaScript both come from. */

enum roles_action {
    ROLES_CREATE,
    ROLES_CHANGE,
    ROLES_VALIDATE, /* statut_fiche becomes valide or archive */
    ROLES_DELETE,   /* statut_fiche becomes supprime: can be undone */
    ROLES_CLOSE,    /* `_deleted` with `fusion`: a leaf that lost */
    ROLES_ERASE,    /* `_deleted` without: for good */
    ROLES_DESIGN,   /* forms, lists, containers, the rules themselves */
    ROLES_ACTIONS
};

/** Bits of role sets. */
enum {
    ROLES_LECTEUR = 1,
    ROLES_ORGANISATEUR = 2,
    ROLES_REFERENT = 4,
    ROLES_FORMATEUR = 8,
    ROLES_ADMINISTRATEUR = 16,
    ROLES_SERVER = 32, /* CouchDB's own administrators */
};

struct roles_role {
    const char *name;
    unsigned bit;
};
extern const struct roles_role roles_table[]; /* ends with name NULL */

struct roles_right {
    const char *type; /* "*": any without a row of its own */
    enum roles_action action;
    unsigned roles; /* that may */
};
extern const struct roles_right roles_rights[]; /* ends with type NULL */

/** States a record enters by an action of its own. */
struct roles_state {
    const char *state;
    enum roles_action action;
};
extern const struct roles_state roles_states[]; /* ends with state NULL */

/** Names of actions in the generated source; what the refused are told. */
struct roles_words {
    const char *name, *reason;
};
extern const struct roles_words roles_words[ROLES_ACTIONS];

/** Who may pass on revisions that name others. */
enum {
    ROLES_RELAY = ROLES_REFERENT | ROLES_FORMATEUR | ROLES_ADMINISTRATEUR | ROLES_SERVER
};

/** Other reasons, as members of one object in the generated source. */
enum roles_reason {
    ROLES_NOBODY,
    ROLES_NO_TYPE,
    ROLES_NO_UID,
    ROLES_NO_AUTHOR,
    ROLES_OTHER_AUTHOR,
    ROLES_EXERCISE,
    ROLES_NO_EXERCISE,
    ROLES_NO_FILE,
    ROLES_REASONS
};
extern const struct roles_words roles_reasons[ROLES_REASONS];

#endif
