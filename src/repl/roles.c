#include "roles_priv.h"

#include <string.h>

#include "odus/store/files.h"

/* One decision. roles_js.c has the same steps in JavaScript: change both. */
struct decision {
    unsigned roles;
    const char *name;
    bool training;
    const struct json *neu, *old;
    const char *reason; /* NULL: it may be written */
};

static bool refuse(struct decision *d, const char *reason)
{
    if (!d->reason)
        d->reason = reason;
    return false;
}

static unsigned role_bit(const char *role)
{
    for (const struct roles_role *r = roles_table; r->name; r++)
        if (strcmp(r->name, role) == 0)
            return r->bit;
    return 0;
}

bool roles_known(const char *role)
{
    return role_bit(role) != 0;
}

static unsigned roles_of(const struct roles_user *user)
{
    unsigned all = 0;

    for (size_t i = 0; user->roles && user->roles[i]; i++)
        all |= role_bit(user->roles[i]);
    return all;
}

/* A text that is there and not empty, else NULL. */
static const char *text_of(const struct json *doc, const char *key)
{
    const char *text = json_get_text(doc, key);

    return text && *text ? text : NULL;
}

/* --- the table -------------------------------------------------------------------- */

/* Whether TYPE is no record's: one that has the action ROLES_DESIGN. */
static bool is_design(const char *type)
{
    for (const struct roles_right *r = roles_rights; r->type; r++)
        if (type && r->action == ROLES_DESIGN && strcmp(r->type, type) == 0)
            return true;
    return false;
}

static bool may(struct decision *d, const char *type, enum roles_action action)
{
    for (const struct roles_right *r = roles_rights; r->type; r++)
        if (r->action == action && strcmp(r->type, type) == 0 && (r->roles & d->roles))
            return true;
    return refuse(d, roles_words[action].reason);
}

/* --- the rules -------------------------------------------------------------------- */

static bool author_ok(struct decision *d)
{
    const char *author = text_of(d->neu, "modifie_par");

    if (!author)
        return refuse(d, roles_reasons[ROLES_NO_AUTHOR].reason);
    if (strcmp(author, d->name) != 0 && !(d->roles & ROLES_RELAY))
        return refuse(d, roles_reasons[ROLES_OTHER_AUTHOR].reason);
    return true;
}

static bool exercise_ok(struct decision *d)
{
    const struct json *mark = json_get(d->neu, "exercice");
    bool exercise = mark && json_as_bool(mark, true);

    if (exercise && !d->training)
        return refuse(d, roles_reasons[ROLES_EXERCISE].reason);
    if (!exercise && d->training)
        return refuse(d, roles_reasons[ROLES_NO_EXERCISE].reason);
    return true;
}

/* Entering a state is an action of its own; staying there is none. */
static bool state_ok(struct decision *d)
{
    const char *now = text_of(d->neu, "statut_fiche");
    const char *before = text_of(d->old, "statut_fiche");

    if (!now || (before && strcmp(now, before) == 0))
        return true;
    for (const struct roles_state *s = roles_states; s->state; s++)
        if (strcmp(s->state, now) == 0)
            return may(d, "*", s->action);
    return true;
}

static bool record_ok(struct decision *d)
{
    const char *id = text_of(d->neu, "_id");
    const char *uid = text_of(d->neu, "uid");

    if (!may(d, "*", d->old ? ROLES_CHANGE : ROLES_CREATE))
        return false;
    if (!text_of(d->neu, "type"))
        return refuse(d, roles_reasons[ROLES_NO_TYPE].reason);
    if (!id || !uid || strcmp(id, uid) != 0)
        return refuse(d, roles_reasons[ROLES_NO_UID].reason);
    return author_ok(d) && exercise_ok(d) && state_ok(d);
}

static bool tombstone_ok(struct decision *d)
{
    return may(d, "*", text_of(d->neu, "fusion") ? ROLES_CLOSE : ROLES_ERASE);
}

/* A file a record names: any writer brings it, and it never changes (design §7). */
static bool file_ok(struct decision *d)
{
    bool deleted = json_get_bool(d->neu, "_deleted", false);
    const char *type = text_of(d->neu, "type");

    if (!may(d, "*", deleted || d->old ? ROLES_ERASE : ROLES_CREATE))
        return false;
    if (deleted || (type && strcmp(type, FILES_DOC_TYPE) == 0))
        return true;
    return refuse(d, roles_reasons[ROLES_NO_FILE].reason);
}

static bool document_ok(struct decision *d)
{
    const char *id = text_of(d->neu, "_id");
    const char *type = text_of(d->neu, "type");

    if (id && strncmp(id, "_design/", 8) == 0)
        return may(d, "_design", ROLES_DESIGN);
    if (id && strncmp(id, FILES_PREFIX, strlen(FILES_PREFIX)) == 0)
        return file_ok(d);
    if (is_design(type) && !may(d, type, ROLES_DESIGN))
        return false;
    type = text_of(d->old, "type");
    if (is_design(type) && !may(d, type, ROLES_DESIGN))
        return false;
    if (json_get_bool(d->neu, "_deleted", false))
        return tombstone_ok(d);
    return is_design(text_of(d->neu, "type")) || record_ok(d);
}

int roles_check(const struct roles_user *user, const struct json *neu,
        const struct json *old, bool training, struct err *err)
{
    struct decision d = {
            .roles = roles_of(user),
            .name = user->name ? user->name : "",
            .training = training,
            .neu = neu,
    };

    if (json_kind(old) == JSON_KIND_OBJECT && !json_get_bool(old, "_deleted", false))
        d.old = old;
    if (!*d.name && !(d.roles & ROLES_SERVER))
        return err_set(err, ERR_USAGE, roles_reasons[ROLES_NOBODY].reason);
    if (!document_ok(&d))
        return err_set(err, ERR_INVALID, d.reason);
    return 0;
}
