/* Numbers that agendas of others gave, into the records that they stand for. */
#include "odus/app/push.h"

#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"

#define KEY "ids_externes"

/* What IDS say of SYSTEM: NUMBER, if that stands there too; "" where a row says
 * nothing; NULL: no row. */
static const char *number_in(
        const struct json *ids, const char *system, const char *number)
{
    const char *found = NULL;

    for (size_t i = 0; i < json_len(ids); i++) {
        const char *of = json_get_text(json_at(ids, i), "systeme");
        const char *own = json_get_text(json_at(ids, i), "valeur");

        if (!of || strcmp(of, system) != 0)
            continue;
        if (own && strcmp(own, number) == 0)
            return own;
        if (!found)
            found = own ? own : "";
    }
    return found;
}

static bool is_gone(const struct json *body)
{
    const char *status = json_get_text(body, "statut_fiche");

    return status && strcmp(status, "supprime") == 0;
}

/* The same row wherever it is made: two machines that take it make no two of it. */
static void add_row(
        struct json *body, const char *uid, const char *system, const char *number)
{
    char *name = xasprintf(KEY " %s %s", system, number), id[UUID_TEXT];
    struct json *ids = json_get(body, KEY), *row = json_new_object();

    if (!ids) {
        json_set_take(body, KEY, json_new_array());
        ids = json_get(body, KEY);
    }
    uuid_v5(uid, view_of(name), id);
    json_set_text(row, "id", id);
    json_set_text(row, "systeme", system);
    json_set_text(row, "valeur", number);
    json_push_take(ids, row);
    free(name);
}

/* 1: BODY is to be stored. */
static int take_number(struct json *body, const char *uid, const char *system,
        const char *number, struct err *err)
{
    const struct json *ids = json_get(body, KEY);
    const char *own = number_in(ids, system, number);

    if (ids && json_kind(ids) != JSON_KIND_ARRAY)
        return err_set(err, ERR_DAMAGED, N_("a stored record cannot be read back"));
    if (is_gone(body) || (own && strcmp(own, number) == 0))
        return 0;
    if (own)
        return err_set(err, ERR_CONFLICT,
                N_("the record says %1$s, the agenda %2$s: it stays as it is"), own,
                number);
    add_row(body, uid, system, number);
    return 1;
}

int app_push_adopt(struct app *app, const char *target, const char *uid,
        const char *number, bool dry_run, struct err *err)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    int taken = 0, rc = app_no_draft(app, uid, err);

    if (rc == 0)
        rc = record_get(app->store, uid, &r, err);
    if (rc == 0 && !r.deleted)
        rc = load_json(r.body, &body, err);
    if (rc == 0 && body)
        rc = taken = take_number(body, uid, target, number, err);
    if (taken > 0 && !dry_run)
        rc = load_put(app, r.rev, body, NULL, err);
    json_free(body);
    record_release(&r);
    return rc < 0 ? rc : taken;
}
