/* Who may do what: all of it stands here. */
#include "roles_priv.h"

#include <stddef.h>

enum {
    ADMINS = ROLES_ADMINISTRATEUR | ROLES_SERVER,
    JUDGES = ADMINS | ROLES_REFERENT | ROLES_FORMATEUR,
    WRITERS = JUDGES | ROLES_ORGANISATEUR,
};

const struct roles_role roles_table[] = {
        {"lecteur", ROLES_LECTEUR},
        {"organisateur", ROLES_ORGANISATEUR},
        {"referent", ROLES_REFERENT},
        {"formateur", ROLES_FORMATEUR},
        {"administrateur", ROLES_ADMINISTRATEUR},
        {"_admin", ROLES_SERVER},
        {NULL, 0},
};

/* A type that has a row with ROLES_DESIGN is no record: only that action counts. */
const struct roles_right roles_rights[] = {
        {"_design", ROLES_DESIGN, ADMINS},
        {"formulaire", ROLES_DESIGN, ADMINS},
        {"liste", ROLES_DESIGN, ADMINS},
        {"conteneurs", ROLES_DESIGN, ADMINS},
        {"*", ROLES_CREATE, WRITERS},
        {"*", ROLES_CHANGE, WRITERS},
        {"*", ROLES_VALIDATE, JUDGES},
        {"*", ROLES_DELETE, WRITERS},
        {"*", ROLES_CLOSE, WRITERS},
        {"*", ROLES_ERASE, ADMINS},
        {NULL, 0, 0},
};

const struct roles_state roles_states[] = {
        {"valide", ROLES_VALIDATE},
        {"archive", ROLES_VALIDATE},
        {"supprime", ROLES_DELETE},
        {NULL, 0},
};

const struct roles_words roles_words[ROLES_ACTIONS] = {
        [ROLES_CREATE] = {"create", N_("this account may read, not write")},
        [ROLES_CHANGE] = {"change", N_("this account may read, not write")},
        [ROLES_VALIDATE] = {"validate",
                N_("only a référent may approve or archive a record")},
        [ROLES_DELETE] = {"delete", N_("this account may not delete records")},
        [ROLES_CLOSE] = {"close", N_("this account may not close conflicts")},
        [ROLES_ERASE] = {"erase", N_("only an administrator may erase for good")},
        [ROLES_DESIGN] = {"design",
                N_("only an administrator may change forms, lists and rules")},
};

const struct roles_words roles_reasons[ROLES_REASONS] = {
        [ROLES_NOBODY] = {"nobody", N_("sign in first")},
        [ROLES_NO_TYPE] = {"no_type", N_("the document does not name its type")},
        [ROLES_NO_UID] = {"no_uid", N_("the record bears another identifier (uid)")},
        [ROLES_NO_AUTHOR] = {"no_author",
                N_("the revision does not name its author (modifie_par)")},
        [ROLES_OTHER_AUTHOR] = {"other_author",
                N_("the revision names another author (modifie_par)")},
        [ROLES_EXERCISE] = {"exercise", N_("exercises go to training servers only")},
        [ROLES_NO_EXERCISE] = {"no_exercise",
                N_("a training server takes exercises only")},
        [ROLES_NO_FILE] = {"no_file",
                N_("the document of a file holds the file and nothing else")},
};
