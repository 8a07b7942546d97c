#include "odus/deliver/notice.h"

#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/base/mem.h"

struct link {
    char uid[37];
    struct json *body; /* NULL: it may not leave */
};

/* A notice with what it keeps for those who read it. */
struct own_notice {
    struct notice notice; /* first: it is what callers hold */
    struct json *body;    /* public */
    struct json *recipients;
    struct performance *performances;
    struct link *links; /* in the order of asking */
    size_t nlinks, cap;
    struct uids used;
    char rev[REV_MAX];
};

/* --- opening ---------------------------------------------------------------------- */

static void take(struct own_notice *n, struct gate *gate, const struct passer *p,
        const struct json *body)
{
    n->body = json_retain((struct json *)body);
    n->notice.type = p->plan->form->name;
    n->notice.rev = n->rev;
    n->notice.gone = p->pass == PASS_GONE;
    n->notice.body = n->body;
    n->recipients = json_retain(p->recipients);
    n->notice.recipients = n->recipients;
    n->notice.gate = gate;
    memcpy(n->notice.uid, p->uid, sizeof(p->uid));
    memcpy(n->rev, p->rev, sizeof(p->rev));
    uids_add(&n->used, p->uid);
    uids_merge(&n->used, &p->deps);
    if (!n->notice.gone)
        n->performances = times_of(p->plan, n->body, &n->notice.noccurrences);
    n->notice.occurrences = n->performances;
}

static int open_passer(
        struct gate *gate, struct passer *p, struct notice **ret, struct err *err)
{
    const struct json *body;
    struct own_notice *n;
    int rc;

    if (p->pass == PASS_NOT && p->why)
        return err_set(err, ERR_NOT_FOUND, p->why, p->uid);
    body = passer_full(gate, p);
    rc = gate_failure(gate, err);
    if (rc)
        return rc;
    if (!body)
        return err_set(err, ERR_NOT_FOUND, N_("there is no record %1$s"), p->uid);
    n = xcalloc(1, sizeof(*n));
    take(n, gate, p, body);
    *ret = &n->notice;
    return 0;
}

int notice_open(
        struct gate *gate, const char *uid, struct notice **ret, struct err *err)
{
    struct passer *cached, fresh = {.once = true};
    int rc;

    gate_refresh(gate);
    rc = gate_failure(gate, err);
    if (rc)
        return rc; /* of notice_linked, which has no way to say so */
    cached = gate_cached(gate, uid);
    if (cached)
        return open_passer(gate, cached, ret, err);
    /* Not into the cache: it is for what many records link to. */
    rc = passer_read(gate, uid, &fresh, err);
    if (rc == 0)
        rc = open_passer(gate, &fresh, ret, err);
    passer_release(&fresh);
    return rc;
}

void notice_free(struct notice *notice)
{
    struct own_notice *n = (struct own_notice *)notice;

    if (!n)
        return;
    for (size_t i = 0; i < n->nlinks; i++)
        json_free(n->links[i].body);
    free(n->links);
    free(n->performances);
    uids_release(&n->used);
    json_free(n->recipients);
    json_free(n->body);
    free(n);
}

/* --- what it links to ------------------------------------------------------------- */

static struct json *read_link(struct own_notice *n, const char *uid)
{
    struct gate *gate = n->notice.gate;
    struct passer *p = gate_linked(gate, uid);
    const struct json *body = NULL;

    uids_add(&n->used, uid);
    if (p && p->pass == PASS_YES) {
        body = passer_full(gate, p);
        uids_merge(&n->used, &p->deps);
    }
    return json_retain((struct json *)body);
}

const struct json *notice_linked(const struct notice *notice, const char *uid)
{
    struct own_notice *n = (struct own_notice *)notice;
    struct link *link;

    if (!uid || !*uid || strlen(uid) >= sizeof(link->uid))
        return NULL;
    for (size_t i = 0; i < n->nlinks; i++)
        if (strcmp(n->links[i].uid, uid) == 0)
            return n->links[i].body;
    n->links = mem_grow(n->links, n->nlinks, &n->cap, sizeof(*n->links));
    link = &n->links[n->nlinks++];
    memcpy(link->uid, uid, strlen(uid) + 1);
    link->body = read_link(n, uid);
    return link->body;
}

void notice_used(
        const struct notice *notice, void (*fn)(void *ctx, const char *uid), void *ctx)
{
    const struct own_notice *n = (const struct own_notice *)notice;

    for (size_t i = 0; i < n->used.n; i++)
        fn(ctx, n->used.items[i]);
}

/* --- reading bodies --------------------------------------------------------------- */

static const char *in_language(const struct json *texts, const char *lang)
{
    struct json_iter it = {0};
    const char *text;

    if (lang)
        return json_get_text(texts, lang);
    text = json_get_text(texts, "fr");
    while (!text && json_iter(texts, &it))
        text = json_as_text(it.val); /* in the order of the form's languages */
    return text;
}

const char *notice_text(const struct json *body, const char *field, const char *lang)
{
    const struct json *j = json_get(body, field);
    const char *text =
            json_kind(j) == JSON_KIND_OBJECT ? in_language(j, lang) : json_as_text(j);

    return text && *text ? text : NULL;
}

const struct json *notice_at(const struct json *body, const char *path)
{
    struct view rest = view_of(path), head;
    char key[FORM_PATH_MAX];

    while (body && view_next(&rest, '.', &head)) {
        if (head.n >= sizeof(key))
            return NULL;
        memcpy(key, head.p, head.n);
        key[head.n] = '\0';
        body = json_get(body, key);
    }
    return json_kind(body) == JSON_KIND_NULL ? NULL : body;
}

const char *notice_text_at(const struct json *body, const char *path)
{
    const char *text = json_as_text(notice_at(body, path));

    return text && *text ? text : NULL;
}

long long notice_number(const struct json *body, const char *system)
{
    const struct json *ids = json_get(body, "ids_externes");
    long long n;

    for (size_t i = 0; i < json_len(ids); i++) {
        const struct json *row = json_at(ids, i);

        if (view_is(json_as_view(json_get(row, "systeme")), system) &&
                view_int(json_as_view(json_get(row, "valeur")), &n) && n > 0)
            return n;
    }
    return 0;
}
