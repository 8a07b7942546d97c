/* Records at the gate: which may leave, and those lately linked to. */
#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/base/mem.h"
#include "odus/store/draft.h"

/* --- sets ------------------------------------------------------------------------- */

void uids_add(struct uids *set, const char *uid)
{
    size_t low = 0, high = set->n;

    if (strlen(uid) >= sizeof(*set->items))
        return; /* no record has such a name */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(set->items[middle], uid);

        if (order == 0)
            return;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    set->items = mem_grow(set->items, set->n, &set->cap, sizeof(*set->items));
    memmove(&set->items[low + 1], &set->items[low],
            (set->n - low) * sizeof(*set->items));
    memcpy(set->items[low], uid, strlen(uid) + 1);
    set->n++;
}

void uids_merge(struct uids *set, const struct uids *more)
{
    for (size_t i = 0; i < more->n; i++)
        uids_add(set, more->items[i]);
}

void uids_release(struct uids *set)
{
    free(set->items);
    *set = (struct uids){0};
}

/* --- whether it may leave --------------------------------------------------------- */

static bool is_yes(const struct json *body, const char *group, const char *key)
{
    return json_get_bool(group ? json_get(body, group) : body, key, false);
}

/* What is no plain "no" counts as an exercise. */
static bool is_exercise(const struct json *body)
{
    return json_get(body, "exercice") && json_as_bool(json_get(body, "exercice"), true);
}

static bool is_text(const struct json *body, const char *key, const char *text)
{
    return view_is(json_as_view(json_get(body, key)), text);
}

/* The msgid of why BODY stays; NULL where only its state is left to look at. */
static const char *why_not(
        const struct gate *gate, const char *type, const struct json *body)
{
    if (is_exercise(body) && !gate->opt.exercises)
        return N_("record %1$s may not leave: it is an exercise");
    if (!is_exercise(body) && gate->opt.exercises)
        return N_("record %1$s may not leave: the store is for training, and it is no "
                  "exercise");
    if (!is_text(body, "visibilite", "public"))
        return N_("record %1$s may not leave: its visibility is not public");
    if (strcmp(type, "personne") == 0 &&
            !is_yes(body, "consentement_publication", "accord"))
        return N_("record %1$s may not leave: the person has not agreed to it");
    return NULL;
}

static enum pass pass_of(const struct json *body)
{
    if (is_text(body, "statut_fiche", "publie") ||
            is_text(body, "statut_fiche", "valide"))
        return PASS_YES;
    if (is_text(body, "statut_fiche", "supprime") ||
            is_text(body, "statut_fiche", "archive"))
        return PASS_GONE;
    return PASS_NOT;
}

/* All that a notice of what is gone has of BODY. Owned. */
static struct json *marks_of(const struct json *body)
{
    static const char *const kept[] = {"_id", "type", "ids_externes", "modifie_le"};
    struct json *marks = json_new_object();

    for (size_t i = 0; i < COUNT(kept); i++)
        json_set_take(marks, kept[i], json_retain(json_get(body, kept[i])));
    return marks;
}

static void judge(struct gate *gate, const struct record *r, const struct json *body,
        struct passer *p)
{
    p->plan = gate_plan(gate, r->type);
    if (!p->plan) {
        p->why = N_("record %1$s may not leave: no form here reads its type");
        return;
    }
    p->why = why_not(gate, r->type, body);
    if (p->why)
        return;
    p->pass = pass_of(body);
    if (json_len(json_get(body, "consignes_diffusion")))
        p->recipients = json_retain(json_get(body, "consignes_diffusion"));
    if (p->pass == PASS_NOT)
        p->why = N_("record %1$s may not leave: it is neither published nor approved");
    else
        p->body = plan_body(p->plan, body, p->uid, &p->partial);
    if (p->pass == PASS_GONE) {
        p->own = p->full = marks_of(p->body);
        json_retain(p->full);
    }
}

/* Who asks for a draft by its name is told that it is one. */
static int not_there(const struct gate *gate, const char *uid, struct err *err)
{
    struct draft d = {0};

    if (draft_get(gate->store, uid, &d, NULL) == 0) {
        draft_release(&d);
        err_set(err, ERR_NOT_FOUND,
                N_("record %1$s may not leave: it is a draft, not completed yet"), uid);
    }
    return ERR_NOT_FOUND;
}

int passer_read(struct gate *gate, const char *uid, struct passer *ret, struct err *err)
{
    struct json *body = NULL;
    struct record r = {0};
    int rc;

    if (strlen(uid) >= sizeof(ret->uid))
        return err_set(err, ERR_NOT_FOUND, N_("there is no record %1$s"), uid);
    rc = record_get(gate->store, uid, &r, err);
    if (rc)
        return rc == ERR_NOT_FOUND ? not_there(gate, uid, err) : rc;
    memcpy(ret->uid, uid, strlen(uid) + 1);
    memcpy(ret->rev, r.rev, sizeof(ret->rev));
    if (r.deleted)
        ret->why = N_("record %1$s was erased");
    else
        rc = json_parse(view_of(r.body), 0, &body, err);
    if (rc == 0 && !r.deleted)
        judge(gate, &r, body, ret);
    json_free(body);
    record_release(&r);
    return rc;
}

void passer_release(struct passer *p)
{
    json_free(p->body);
    json_free(p->recipients);
    json_free(p->own);
    json_free(p->full);
    uids_release(&p->deps);
    *p = (struct passer){0};
}

/* --- its bodies ------------------------------------------------------------------- */

struct asking {
    struct gate *gate;
    struct uids *deps;
};

static bool may_leave(void *ctx, const char *uid)
{
    struct asking *a = ctx;
    struct passer *p;

    if (!uid)
        return false;
    uids_add(a->deps, uid);
    p = gate_linked(a->gate, uid);
    return p && p->pass == PASS_YES;
}

/* The references of BODY, which belongs to P, seen to. */
static struct json *prune(struct gate *gate, struct passer *p, struct json *body)
{
    struct asking a = {gate, &p->deps};

    p->busy++;
    plan_prune(p->plan, body, may_leave, &a);
    p->busy--;
    return body;
}

const struct json *passer_own(struct gate *gate, struct passer *p)
{
    if (p->pass != PASS_YES)
        return NULL;
    if (!p->own)
        p->own = prune(gate, p, json_dup(p->body));
    return p->own;
}

static void fail(struct gate *gate, int rc, const struct err *err)
{
    if (!gate->failed)
        gate->failure = *err;
    gate->failed = gate->failed ? gate->failed : rc;
}

const struct json *passer_full(struct gate *gate, struct passer *p)
{
    struct uids *outer = gate->asked;
    struct err err = {0};
    struct json *body;
    int rc;

    if (p->pass == PASS_GONE || p->full)
        return p->full;
    if (p->pass != PASS_YES)
        return NULL;
    if (!p->plan->inherits && !p->partial) {
        p->full = json_retain((struct json *)passer_own(gate, p));
        return p->full;
    }
    body = p->once ? json_retain(p->body) : json_dup(p->body);
    gate->asked = &p->deps;
    p->busy++;
    rc = inherit_fill(gate, p->plan, body, p->partial, &err);
    p->busy--;
    gate->asked = outer;
    if (rc)
        fail(gate, rc, &err);
    p->full = prune(gate, p, body);
    return p->full;
}

/* --- those lately linked to ------------------------------------------------------- */

uint32_t gate_hash(const char *text)
{
    uint32_t hash = 2166136261u;

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static struct passer **chain_of(struct gate *gate, const char *uid)
{
    return &gate->table[gate_hash(uid) % COUNT(gate->table)];
}

static void unlink_age(struct gate *gate, struct passer *p)
{
    *(p->newer ? &p->newer->older : &gate->newest) = p->older;
    *(p->older ? &p->older->newer : &gate->oldest) = p->newer;
    p->newer = p->older = NULL;
}

static void make_newest(struct gate *gate, struct passer *p)
{
    p->older = gate->newest;
    *(p->older ? &p->older->newer : &gate->oldest) = p;
    gate->newest = p;
}

static void forget(struct gate *gate, struct passer *p)
{
    struct passer **at = chain_of(gate, p->uid);

    while (*at != p)
        at = &(*at)->chain;
    *at = p->chain;
    unlink_age(gate, p);
    passer_release(p);
    free(p);
    gate->nlinked--;
}

static void keep(struct gate *gate, struct passer *p)
{
    struct passer **at = chain_of(gate, p->uid);

    p->chain = *at;
    *at = p;
    make_newest(gate, p);
    gate->nlinked++;
}

void gate_forget(struct gate *gate)
{
    while (gate->oldest)
        forget(gate, gate->oldest);
}

struct passer *gate_cached(struct gate *gate, const char *uid)
{
    struct passer *p = *chain_of(gate, uid);

    while (p && strcmp(p->uid, uid) != 0)
        p = p->chain;
    if (p) {
        unlink_age(gate, p);
        make_newest(gate, p);
    }
    return p;
}

static void make_room(struct gate *gate)
{
    struct passer *p = gate->oldest;

    while (p && p->busy)
        p = p->newer;
    if (p && gate->nlinked >= GATE_LINKED_MAX)
        forget(gate, p);
}

struct passer *gate_linked(struct gate *gate, const char *uid)
{
    struct err err = {0};
    struct passer *p;
    int rc;

    if (!uid || !*uid || strlen(uid) >= sizeof(p->uid))
        return NULL;
    p = gate_cached(gate, uid);
    if (p)
        return p;
    p = xcalloc(1, sizeof(*p));
    rc = passer_read(gate, uid, p, &err);
    if (rc && rc != ERR_NOT_FOUND) {
        fail(gate, rc, &err);
        passer_release(p);
        free(p);
        return NULL;
    }
    memcpy(p->uid, uid, strlen(uid) + 1);
    make_room(gate);
    keep(gate, p);
    return p;
}

int gate_failure(struct gate *gate, struct err *err)
{
    int rc = gate->failed;

    if (rc && err)
        *err = gate->failure;
    gate->failed = 0;
    return rc;
}
