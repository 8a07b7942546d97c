/*
 * Apidae (dev.apidae-tourisme.com: v002/ecriture/, OAuth "client credentials",
 * objet-touristique/get-by-id): a call for each object, which people there validate.
 * Nothing there knows our identifiers, so that a creation is never made twice: where no
 * answer came, somebody has to look.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "push.h"

enum { PARTS_MAX = 40 };

#define PICTURE "multimedia." /* before the name of a part that is a picture */

/* --- what is sent ----------------------------------------------------------------- */

static bool take(const struct notice *n, const struct piece *piece, struct item *item)
{
    (void)n;
    if (strncmp(piece->path, "apidae/", 7) != 0)
        return false;
    memcpy(item->name, item->uid, sizeof(item->uid));
    return true;
}

static bool is_creation(const struct json *call)
{
    const char *mode = json_get_text(call, "mode");

    return mode && strcmp(mode, "CREATION") == 0;
}

/* Of a record that is gone, or that does not take place. */
static enum plan_what wants(const struct item *item)
{
    const char *mode = json_get_text(item->body, "mode");

    if (mode && strcmp(mode, "DEMANDE_SUPPRESSION") == 0)
        return PLAN_REMOVE;
    return mode && strcmp(mode, "DEMANDE_MASQUAGE") == 0 ? PLAN_HIDE : PLAN_NONE;
}

/* The record says no number, but we were given one: it is a change. */
static bool complete(struct push *p, struct item *item)
{
    struct receipt r;
    long long n;

    if (!is_creation(item->body) || !receipts_get(p->receipts, item->name, &r) ||
            !view_int(view_of(r.number), &n))
        return true;
    json_set_text(item->body, "mode", "MODIFICATION");
    json_set_take(item->body, "id", json_int(n));
    json_set_take(item->body, "type", NULL);
    item->known = n;
    return true;
}

/* Of the object alone: whether it was there makes no difference. */
static void hash(const struct item *item, char ret[HASH_256_TEXT])
{
    struct json *call = json_dup(item->body);
    struct buf text;

    json_set_take(call, "mode", NULL);
    json_set_take(call, "id", NULL);
    json_set_take(call, "type", NULL);
    buf_init(&text, 0);
    json_canonical(call, &text);
    hash_blake2b256(buf_view(&text), ret);
    buf_release(&text);
    json_free(call);
}

/* --- a call ----------------------------------------------------------------------- */

struct sheet {
    struct net_part parts[PARTS_MAX];
    struct buf texts[PARTS_MAX]; /* what the parts hold */
    size_t n;
};

static void sheet_release(struct sheet *f)
{
    for (size_t i = 0; i < f->n; i++)
        buf_release(&f->texts[i]);
}

static const char *picture_type(const char *path)
{
    const char *suffix = strrchr(path, '.');

    return suffix && strcmp(suffix, ".png") == 0    ? "image/png"
           : suffix && strcmp(suffix, ".webp") == 0 ? "image/webp"
                                                    : "image/jpeg";
}

/* Texts stand in the form as they are, all else as JSON, pictures as files. */
static int add_part(struct push *p, struct sheet *f, const char *name,
        const struct json *value, struct err *err)
{
    struct net_part *part = &f->parts[f->n];
    struct buf *text = &f->texts[f->n];
    const char *plain = json_as_text(value);
    int rc = 0;

    if (f->n == PARTS_MAX)
        return err_set(err, ERR_LIMIT, N_("too many pictures"));
    f->n++;
    *part = (struct net_part){.name = name};
    if (plain && strncmp(name, PICTURE, sizeof(PICTURE) - 1) == 0) {
        part->type = picture_type(plain);
        part->file = strrchr(plain, '/') ? strrchr(plain, '/') + 1 : plain;
        rc = each_picture(p->each, plain, text, err);
    } else {
        buf_init(text, 0);
        if (plain)
            buf_adds(text, plain);
        else
            json_canonical(value, text);
    }
    part->bytes = buf_view(text);
    return rc;
}

static int fill_sheet(
        struct push *p, struct sheet *f, const struct json *call, struct err *err)
{
    const char *owner = work_text(p->w, "owner");
    int rc = 0;

    for (struct json_iter it = {0}; rc == 0 && json_iter(call, &it);)
        rc = add_part(p, f, it.key, it.val, err);
    if (rc == 0 && owner && json_get(call, "root")) {
        struct json *text = json_text(view_of(owner));

        rc = add_part(p, f, "proprietaireId", text, err);
        json_free(text);
    }
    return rc;
}

static void take_number(const struct json *answer, struct receipt *r)
{
    int64_t number = json_get_int(answer, "id", 0);

    if (number > 0)
        snprintf(r->number, sizeof(r->number), "%" PRId64, number);
}

/* What the answer says of the call; NULL: nothing that is known. */
static const char *state_of(const struct json *answer)
{
    static const char *const states[][2] = {{"CREATION_VALIDATION_ASKED", STATE_NEW},
            {"CREATION_VALIDATION_SKIPPED", STATE_VALIDATED},
            {"MODIFICATION_VALIDATION_ASKED", STATE_ASKED},
            {"MODIFICATION_VALIDATION_SKIPPED", STATE_VALIDATED},
            {"MODIFICATION_NO_DIFF", STATE_VALIDATED}, {"NO_ACTION", STATE_VALIDATED},
            {"DEMANDE_SUPPRESSION_SENT", STATE_REMOVED},
            {"DEMANDE_MASQUAGE_SENT", STATE_HIDDEN}};
    const char *status = json_get_text(answer, "status");

    for (size_t i = 0; status && i < COUNT(states); i++)
        if (strcmp(states[i][0], status) == 0)
            return states[i][1];
    return NULL;
}

/* STATE: what R becomes where the answer does not say. */
static int call(struct push *p, const struct json *body, const char *state,
        struct receipt *r, struct err *err)
{
    struct sheet f = {.n = 0};
    struct net_answer a = {.status = 0};
    struct json *answer = NULL;
    int rc = fill_sheet(p, &f, body, err), status = 0;

    if (rc)
        rc = REFUSED; /* a picture that is not here */
    else
        rc = exchange(p,
                &(struct net_request){.method = "PUT",
                        .path = "/api/v002/ecriture/",
                        .parts = f.parts,
                        .nparts = f.n},
                is_creation(body), &a, err);
    status = a.status;
    if (rc == 0)
        rc = exchange_result(&a, &answer, err);
    if (rc == REFUSED && status >= 500 && !json_get(answer, "errorType") &&
            is_creation(body))
        rc = LOST;
    if (rc == SENT && state_of(answer))
        state = state_of(answer);
    if (rc == SENT) {
        take_number(answer, r);
        snprintf(r->state, sizeof(r->state), "%s", state);
    }
    json_free(answer);
    sheet_release(&f);
    return rc;
}

/* --- creations -------------------------------------------------------------------- */

/* Noted before it is done: whatever happens then, it is not done a second time. Its
 * connection is a new one, over which the library repeats nothing by itself. */
static int create(struct push *p, struct item *item, struct receipt *r, struct err *err)
{
    struct receipt noted = *r;
    int rc;

    snprintf(noted.state, sizeof(noted.state), STATE_SENDING);
    target_apidae.hash(item, noted.hash);
    noted.at_ms = clock_now_ms();
    rc = receipts_put(p->receipts, &noted, err);
    if (rc == 0)
        rc = exchange_connect(p, err);
    if (rc)
        return rc;
    rc = call(p, item->body, STATE_NEW, r, err);
    if (rc == SENT && !*r->number) {
        *r = noted;
        err_set(err, ERR_INVALID,
                N_("the answer gives no number: look whether it is there, then odus "
                   "push apidae --again"));
        return LOST;
    }
    if (rc == ERR_CONFLICT || rc == LOST) {
        *r = noted;
        err_set(err, ERR_CONFLICT, PUSH_DOUBT);
        return LOST;
    }
    if (rc < 0 && receipts_drop(p->receipts, r->name, NULL) < 0)
        return rc; /* it never got there; the note stays for --again */
    return rc;
}

/* That it goes was asked for, and is not wanted any more: whoever validates there must
 * not grant it after what follows. Refused: it was dealt with, nothing waits. */
static int cancel(
        struct push *p, struct item *item, const struct receipt *r, struct err *err)
{
    struct json *body = json_new_object();
    struct receipt kept = *r;
    struct err why = {0};
    int rc;

    json_set_text(body, "mode", "ANNULATION_DEMANDE");
    json_set_take(body, "id", json_int(item->known));
    rc = call(p, body, r->state, &kept, &why);
    json_free(body);
    if (rc < 0 && err)
        *err = why;
    return rc < 0 ? rc : SENT;
}

static int send_item(
        struct push *p, struct item *item, struct receipt *r, struct err *err)
{
    bool asked_to_go =
            strcmp(r->state, STATE_HIDDEN) == 0 || strcmp(r->state, STATE_REMOVED) == 0;
    int rc = 0;

    if (is_creation(item->body))
        return create(p, item, r, err);
    if (!*r->number)
        snprintf(r->number, sizeof(r->number), "%lld", item->known);
    if (asked_to_go)
        rc = cancel(p, item, r, err);
    return rc ? rc : call(p, item->body, STATE_ASKED, r, err);
}

static int remove_object(struct push *p, bool gone, struct receipt *r, struct err *err)
{
    struct json *body;
    long long number;
    int rc;

    if (!view_int(view_of(r->number), &number)) {
        err_set(err, ERR_INVALID,
                N_("its number there is not known: remove it by hand"));
        return REFUSED;
    }
    body = json_new_object();
    json_set_text(body, "mode", gone ? "DEMANDE_SUPPRESSION" : "DEMANDE_MASQUAGE");
    json_set_take(body, "id", json_int(number));
    rc = call(p, body, gone ? STATE_REMOVED : STATE_HIDDEN, r, err);
    json_free(body);
    return rc;
}

/* --- what became of it ------------------------------------------------------------ */

static bool waits(const struct receipt *r)
{
    return *r->number &&
           (strcmp(r->state, STATE_NEW) == 0 || strcmp(r->state, STATE_ASKED) == 0);
}

/* A new object is shown once it was validated; a change, once the object is newer than
 * what we asked for. */
static void judge(const struct json *object, struct receipt *r)
{
    const char *state = json_get_text(object, "state");
    const char *changed =
            json_get_text(json_get(object, "gestion"), "dateModification");
    bool is_new = strcmp(r->state, STATE_NEW) == 0;
    int64_t ms;

    if (!state)
        return;
    if (strcmp(state, "TRASH") == 0 || strcmp(state, "DELETED") == 0)
        snprintf(r->state, sizeof(r->state), STATE_REFUSED);
    else if (strcmp(state, "PUBLISHED") == 0 &&
             (is_new || (changed && clock_parse(view_of(changed), &ms) == 0 &&
                                ms >= r->at_ms)))
        snprintf(r->state, sizeof(r->state), STATE_VALIDATED);
}

static int look(struct push *p, struct receipt *r, struct err *err)
{
    const char *project = work_text(p->w, "project");
    struct net_answer a = {.status = 0};
    struct json *object = NULL;
    struct err why = {0};
    struct buf path;
    int rc;

    if (!waits(r) || !project || !p->read_key)
        return 0;
    buf_init(&path, 0);
    path.secret = true;
    buf_addf(&path, "/api/v002/objet-touristique/get-by-id/%s?apiKey=", r->number);
    url_encode(view_of(p->read_key), &path);
    buf_adds(&path, "&projetId=");
    url_encode(view_of(project), &path);
    buf_adds(&path, "&responseFields=id,state,gestion.dateModification");
    rc = exchange(
            p, &(struct net_request){.method = "GET", .path = path.s}, false, &a, err);
    buf_release(&path);
    if (rc && !p->network && rc != ERR_STOPPED) {
        err_clear(err); /* who may write may perhaps not read */
        return 0;
    }
    if (rc)
        return rc;
    if (exchange_result(&a, &object, &why) == SENT)
        judge(object, r);
    json_free(object);
    return 0;
}

/* --- signing in ------------------------------------------------------------------- */

static int sign(struct push *p, struct err *err)
{
    struct net_answer a = {.status = 0};
    int rc = exchange_sign(p,
            &(struct net_request){.method = "GET",
                    .path = "/oauth/token?grant_type=client_credentials"},
            p->owner, &a, err);

    return rc ? rc : exchange_take_token(p, &a, err);
}

static char *head(const char *token)
{
    return xasprintf("Authorization: Bearer %s", token);
}

const struct target target_apidae = {
        .name = "apidae",
        .type = "evenement",
        .url = "https://api.apidae-tourisme.com",
        .owner = "client",
        .reader = "project",
        .no_owner = N_("no account is set: apidae_client=NAME in the configuration"),
        .take = take,
        .wants = wants,
        .complete = complete,
        .hash = hash,
        .send = send_item,
        .remove = remove_object,
        .look = look,
        .sign = sign,
        .head = head,
};
