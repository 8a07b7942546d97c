/* Who may enter one container must not read through it what stands in another. */
#include "priv.h"

#include <stdio.h>
#include <string.h>

enum { PAGE = 1000 };

static struct place_list *list_of(struct serve *s, const char *container)
{
    struct place_list *list;

    for (size_t i = 0; i < s->nlists; i++)
        if (strcmp(s->lists[i].container, container) == 0)
            return &s->lists[i];
    if (s->nlists == PLACE_LISTS)
        place_forget(s);
    list = &s->lists[s->nlists++];
    *list = (struct place_list){.uids = json_new_object()};
    snprintf(list->container, sizeof(list->container), "%s", container);
    return list;
}

/* What came since the last time. */
static void bring_up_to_date(struct store *store, struct place_list *list)
{
    size_t n;

    do {
        struct replica_change *page = NULL;
        int64_t last = list->since;

        n = 0;
        if (replica_changes(
                    store, list->container, list->since, PAGE, &page, &n, &last, NULL))
            return;
        for (size_t i = 0; i < n; i++)
            json_set_take(list->uids, page[i].uid, json_bool(true));
        list->since = last;
        replica_changes_free(page, n);
    } while (n == PAGE);
}

static bool stands_in(const struct place *p, const char *uid)
{
    struct place_list *list = list_of(p->serve, p->container);

    if (list->since < replica_seq(p->serve->opt.store))
        bring_up_to_date(p->serve->opt.store, list);
    return json_get(list->uids, uid) != NULL;
}

/* What never travels: records that are held, samples, and from a training server all
 * that is no exercise. */
static bool may_leave(const struct place *p, const char *uid, const struct json *body)
{
    const struct json *mark = json_get(body, "exercice");
    bool exercise = mark && json_as_bool(mark, true);
    bool held = true;

    if (exercise != p->serve->opt.training)
        return false;
    return replica_is_held(p->serve->opt.store, uid, &held, NULL) == 0 && !held;
}

/* Whether those who may enter the container may see it. */
static bool is_for(const struct place *p, const char *uid, const struct json *body)
{
    const char *visibility = json_get_text(body, "visibilite");

    if (visibility && p->visitor)
        return strcmp(visibility, "public") == 0;
    if (visibility && (strcmp(visibility, "public") == 0 ||
                              strcmp(visibility, "professionnel") == 0))
        return true;
    if (visibility && strncmp(p->container, "org", 3) != 0)
        return false;
    return stands_in(p, uid);
}

bool place_may_read(const struct place *p, const char *uid, const struct json *body)
{
    if (!json_get_text(body, "visibilite") && json_get_bool(body, "_deleted", false))
        return true; /* a tombstone tells nothing */
    return may_leave(p, uid, body) && is_for(p, uid, body);
}

bool place_may_tell(const struct place *p, const struct replica_notes *n)
{
    if (p->serve->opt.training || !n->kept || n->held || n->marked || !n->here)
        return false;
    if (n->for_all || p->visitor)
        return n->for_all;
    return n->for_trade || strncmp(p->container, "org", 3) == 0;
}

bool place_may_change(struct call *c, const char *uid, const struct json *body)
{
    struct place p = {c->serve, c->container, auth_is_visitor(c)};
    bool ok = c->serve->open || auth_has_role(&c->who, "administrateur") ||
              json_get_bool(body, "_deleted", false) || is_for(&p, uid, body);

    for (size_t i = 0; c->who.roles[i] && !ok; i++) {
        p.container = c->who.roles[i];
        ok = strncmp(p.container, "org-", 4) == 0 &&
             strlen(p.container) < REPLICA_NAME_MAX && is_for(&p, uid, body);
    }
    return ok;
}

void place_forget(struct serve *s)
{
    for (size_t i = 0; i < s->nlists; i++)
        json_free(s->lists[i].uids);
    s->nlists = 0;
}
