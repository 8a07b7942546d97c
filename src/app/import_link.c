/* The places and organisers of a proposal: found, or made beside it. */
#include <stdlib.h>
#include <string.h>

#include "import_foreign.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"

enum { TOWNS_MAX = 20 };

#define TOWN_LIST "communes"

struct link {
    struct foreign *f;
    struct foreign_item *item;
    enum foreign_type type;
    const char *field; /* of the event */
    struct json *body; /* of the place; owned, as what has no place in it is */
    struct json *left;
    struct json *told;   /* for the report; owned */
    bool if_known;       /* none is made */
    char uid[UUID_TEXT]; /* of what was found or made, "" nothing */
};

/* --- towns ------------------------------------------------------------------------ */

static bool has_word(struct view words, const char *word)
{
    struct view one;

    while (view_next(&words, ' ', &one))
        if (view_is(one, word))
            return true;
    return false;
}

/* Whether the entry is called NAME and, where that is told, has the postcode. */
static bool is_town(struct foreign *f, const struct choice *c, const char *name,
        const char *postcode)
{
    struct buf code;
    bool is;

    if (utf8_distance(c->label, name) > 0)
        return false;
    if (!postcode)
        return true;
    buf_init(&code, 0);
    is = lists_cell(f->app->store, TOWN_LIST, c->id, "code_postal", &code) &&
         has_word(buf_view(&code), postcode);
    buf_release(&code);
    return is;
}

/* The code of the only town of the list that the address names; owned, NULL. */
static char *town_code(struct foreign *f, const char *name, const char *postcode)
{
    struct choice found[TOWNS_MAX];
    char *code = NULL;
    int hits = 0;
    int n = lists_choices(
            f->app->store, TOWN_LIST, name, NULL, NULL, found, TOWNS_MAX, NULL);

    for (int i = 0; i < n; i++)
        if (is_town(f, &found[i], name, postcode) && ++hits == 1)
            code = xstrdup(found[i].id);
    choices_release(found, n > 0 ? (size_t)n : 0);
    if (hits > 1) {
        free(code);
        code = NULL;
    }
    return code;
}

/* The form has no name of a town, but its code. */
static void settle_town(struct link *l)
{
    struct json *address = json_get(l->body, "adresse");
    const char *town = json_get_text(address, "ville");
    char *code;

    if (!town)
        return;
    code = json_get(address, "commune")
                   ? NULL
                   : town_code(l->f, town, json_get_text(address, "code_postal"));
    if (code)
        json_set_text(address, "commune", code);
    if (!json_get(address, "commune")) {
        foreign_leave(l->left, "ville", view_of(town));
        foreign_note(l->item->report, "lost", l->field,
                N_("the town is not in the list of communes: %1$s"), town);
    }
    json_set_take(address, "ville", NULL);
    free(code);
}

/* --- making one ------------------------------------------------------------------- */

/* What tells it apart at its source: an identifier there, else its name and where it
 * is. */
static void own_uid(const struct link *l, char ret_uid[UUID_TEXT])
{
    const struct json *ids = json_get(l->body, "ids_externes");
    const struct json *address = json_get(l->body, "adresse");
    const char *system =
            json_get_text(json_get(l->item->proposal, "source"), "systeme");
    const char *town = json_get_text(address, "commune");
    struct buf name;

    for (size_t i = 0; i < json_len(ids); i++) {
        const char *of = json_get_text(json_at(ids, i), "systeme");

        if (of && system && strcmp(of, system) == 0) {
            foreign_uid(l->type, system,
                    json_as_view(json_get(json_at(ids, i), "valeur")), ret_uid);
            return;
        }
    }
    buf_init(&name, 0);
    utf8_fold(json_as_view(json_get(l->body, "nom")), &name);
    buf_addc(&name, '\n');
    if (!town)
        town = json_get_text(l->left, "ville");
    if (!town)
        town = json_get_text(address, "code_postal");
    utf8_fold(view_of(town), &name);
    if (!town && json_get_text(l->body, "lat") && json_get_text(l->body, "lon"))
        buf_addf(&name, "%s %s", json_get_text(l->body, "lat"),
                json_get_text(l->body, "lon"));
    foreign_uid(l->type, "", buf_view(&name), ret_uid);
    buf_release(&name);
}

/* Written at once: the event's lists show its name. */
static int make(struct link *l, const char *uid, struct err *err)
{
    struct foreign *f = l->f;
    char *field = xasprintf("%s.", l->field);
    struct rec *rec = foreign_record(
            f, l->type, uid, l->body, l->left, field, l->item->report, err);
    int rc = rec ? 0 : ERR_INVALID;

    if (rc == 0) {
        *(l->type == FOREIGN_PLACE ? &f->state.places : &f->state.organisers) += 1;
        if (f->write)
            rc = foreign_write(f, l->type, rec, NULL, "", err);
        if (rc == 0 && f->write)
            rc = import_flush(&f->types[l->type], err);
        engine_attach(f->types[l->type].engine, NULL);
        known_add(f->known, l->type, uid, l->body);
    }
    rec_free(rec);
    free(field);
    return rc;
}

/* --- the one that is meant -------------------------------------------------------- */

static void tell(struct link *l, const char *result, const char *uid)
{
    l->told = json_new_object();
    json_set_text(l->told, "nom", json_get_text(l->body, "nom"));
    json_set_text(l->told, "result", result);
    json_set_text(l->told, "uid", uid);
}

static void point_to(struct link *l, const char *result, const char *uid)
{
    memcpy(l->uid, uid, sizeof(l->uid));
    tell(l, result, uid);
}

/* Its name stays with the record until a person has chosen. */
static void leave_open(struct link *l)
{
    const char *name = json_get_text(l->body, "nom");

    tell(l, "several", NULL);
    foreign_leave(l->item->left, l->field, view_of(name));
    foreign_note(l->item->report, "several", l->field,
            N_("several are called \"%1$s\": choose the one that is meant"), name);
}

/* It may be a person's name: an organisation is not made of it. */
static void leave_unknown(struct link *l)
{
    const char *name = json_get_text(l->body, "nom");

    tell(l, "unknown", NULL);
    foreign_leave(l->item->left, l->field, view_of(name));
    foreign_note(l->item->report, "lost", l->field,
            N_("no organisation is called as who keeps the calendar, \"%1$s\": the "
               "name is only kept with the record"),
            name);
}

static int find_or_make(struct link *l, struct err *err)
{
    char uid[UUID_TEXT], found[UUID_TEXT];
    int hits, rc;

    own_uid(l, uid);
    if (known_is(l->f->known, uid)) {
        point_to(l, "found", uid);
        return 0;
    }
    hits = known_find(l->f->known, l->type, l->body, found);
    if (hits == 1) {
        point_to(l, "found", found);
    } else if (hits > 1) {
        leave_open(l);
    } else if (import_is_there(&l->f->types[l->type], uid)) {
        point_to(l, "found", uid); /* deleted meanwhile, or more than are remembered */
    } else if (l->if_known) {
        leave_unknown(l);
    } else {
        rc = make(l, uid, err);
        if (rc < 0)
            return rc;
        point_to(l, "new", uid);
    }
    return 0;
}

/* Without a name there is nothing to look for: what is told of it is left. */
static void leave_unnamed(struct link *l)
{
    struct buf text;

    buf_init(&text, 0);
    json_canonical(l->body, &text);
    foreign_leave(l->item->left, l->field, buf_view(&text));
    buf_release(&text);
    foreign_note(l->item->report, "lost", l->field,
            N_("it has no name: what is told of it is kept with the record"), NULL);
}

/* What VALUE describes, into L: link_release in any case. */
static int link_value(struct link *l, const struct json *value, struct err *err)
{
    int rc = 0;

    l->body = json_dup(value);
    l->left = json_new_object();
    l->if_known = json_get_bool(l->body, "si_connu", false);
    json_set_take(l->body, "si_connu", NULL);
    settle_town(l);
    if (json_get_text(l->body, "nom"))
        rc = find_or_make(l, err);
    else
        leave_unnamed(l);
    if (rc == 0 && l->if_known && *l->uid)
        foreign_note(l->item->report, "guessed", l->field,
                N_("who keeps the calendar is taken for the organiser"), NULL);
    return rc;
}

static void link_release(struct link *l)
{
    json_free(l->body);
    json_free(l->left);
    json_free(l->told);
}

/* Member KEY of OWNER, which describes one, becomes its uid; what is told of it goes to
 * RET_TOLD where that is not NULL. */
static int link_member(struct link *l, struct json *owner, const char *key,
        struct json **ret_told, struct err *err)
{
    int rc;

    if (json_kind(json_get(owner, key)) != JSON_KIND_OBJECT)
        return 0;
    rc = link_value(l, json_get(owner, key), err);
    json_set_text(owner, key, *l->uid ? l->uid : NULL);
    if (ret_told)
        *ret_told = json_retain(l->told);
    link_release(l);
    return rc;
}

static int link_one(struct foreign *f, struct foreign_item *item,
        enum foreign_type type, const char *field, struct err *err)
{
    struct link l = {.f = f, .item = item, .type = type, .field = field};
    struct json *told = NULL;
    int rc = link_member(&l, item->body, field, &told, err);

    json_set_take(item->report, field, told);
    return rc;
}

/* Performances elsewhere. */
static int link_rows(struct foreign *f, struct foreign_item *item, struct err *err)
{
    const struct json *rows = json_get(item->body, "seances");
    int rc = 0;

    for (size_t i = 0; i < json_len(rows) && rc == 0; i++) {
        struct link l = {
                .f = f, .item = item, .type = FOREIGN_PLACE, .field = "seances.lieu"};

        rc = link_member(&l, json_at(rows, i), "lieu", NULL, err);
    }
    return rc;
}

static int link_helpers(struct foreign *f, struct foreign_item *item, struct err *err)
{
    static const char field[] = "coorganisateurs";
    const struct json *all = json_get(item->body, field);
    struct json *uids = json_new_array();
    int rc = 0;

    for (size_t i = 0; i < json_len(all) && rc == 0; i++) {
        struct link l = {
                .f = f, .item = item, .type = FOREIGN_ORGANISER, .field = field};

        if (json_kind(json_at(all, i)) == JSON_KIND_OBJECT)
            rc = link_value(&l, json_at(all, i), err);
        if (*l.uid)
            json_push_take(uids, json_text(view_of(l.uid)));
        link_release(&l);
    }
    json_set_take(item->body, field, json_len(uids) ? json_retain(uids) : NULL);
    json_free(uids);
    return rc;
}

int foreign_link(struct foreign *f, struct foreign_item *item, struct err *err)
{
    int rc = link_one(f, item, FOREIGN_PLACE, "lieu", err);

    if (rc == 0)
        rc = link_one(f, item, FOREIGN_ORGANISER, "organisateur", err);
    if (rc == 0)
        rc = link_rows(f, item, err);
    return rc ? rc : link_helpers(f, item, err);
}
