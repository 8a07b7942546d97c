/*
 * OpenAgenda v2 (dev-doc: docs/authentification.md, docs/evenements/creation.md and
 * suppression.md, docs/lieux/creation.md). Events and venues are put under our own
 * identifier, so that sending twice is sending once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "push.h"

enum { ONLINE = 2 /* attendanceMode */ };

#define VENUE "lieu:" /* before the name of a venue in the receipts */

/* --- what is sent ----------------------------------------------------------------- */

/* PATH is FOLDER, a name and ".json": the name, with BEFORE in front. */
static bool name_in(
        const char *path, const char *folder, const char *before, char name[NAME_SIZE])
{
    size_t n = strlen(folder), whole = strlen(path), suffix = sizeof(".json") - 1;

    if (strncmp(path, folder, n) != 0 || whole < n + suffix)
        return false;
    whole -= n + suffix;
    return whole + strlen(before) < NAME_SIZE &&
           snprintf(name, NAME_SIZE, "%s%.*s", before, (int)whole, path + n) > 0;
}

/* The name of an event there is the uid of ours, with that of a venue behind it where
 * that is not the usual one. */
static void find_venue(const struct notice *n, struct item *item)
{
    const char *own = strchr(item->name, '_');
    const char *usual = json_get_text(n->body, "lieu");
    const char *first = n->noccurrences ? n->occurrences[0].place : "";

    snprintf(item->venue, sizeof(item->venue), "%s",
            own     ? own + 1
            : usual ? usual
                    : first);
}

static bool take(const struct notice *n, const struct piece *piece, struct item *item)
{
    bool venue = name_in(piece->path, "openagenda/lieux/", VENUE, item->name);

    if (!venue && !name_in(piece->path, "openagenda/v2/", "", item->name))
        return false;
    if (!venue)
        find_venue(n, item);
    return true;
}

/* Number of a venue that we have sent, 0 for none: one of others the record says. */
static long long venue_number(struct push *p, const char *uid)
{
    char name[NAME_SIZE];
    struct receipt r;
    long long n;

    snprintf(name, sizeof(name), VENUE "%s", uid);
    return *uid && receipts_get(p->receipts, name, &r) &&
                           strcmp(r.state, STATE_THEIRS) != 0 &&
                           view_int(view_of(r.number), &n)
                   ? n
                   : 0;
}

static bool complete(struct push *p, struct item *item)
{
    long long number;

    if (is_venue(item->name) || json_get_int(item->body, "attendanceMode", 1) == ONLINE)
        return true;
    number = venue_number(p, item->venue);
    if (number)
        json_set_take(item->body, "locationUid", json_int(number));
    return json_get(item->body, "locationUid") != NULL;
}

static void hash(const struct item *item, char ret[HASH_256_TEXT])
{
    struct buf text;

    buf_init(&text, 0);
    json_canonical(item->body, &text);
    hash_blake2b256(buf_view(&text), ret);
    buf_release(&text);
}

/* --- sending ---------------------------------------------------------------------- */

/* Takes their number for it out of the answer. KNOWN: what was sent went there by this
 * number; 0: by our identifier. */
static int take_number(struct push *p, const struct net_request *rq, const char *what,
        long long known, struct receipt *r, struct err *err)
{
    struct net_answer a = {.status = 0};
    struct json *answer = NULL;
    char text[NUMBER_SIZE];
    int64_t number;
    int rc = exchange(p, rq, false, &a, err);
    bool missing = rc == 0 && a.status == 404 && known;

    if (rc == 0)
        rc = exchange_result(&a, &answer, err);
    if (missing) {
        snprintf(text, sizeof(text), "%lld", known);
        err_set(err, ERR_INVALID,
                N_("this agenda has no event %1$s: where it is another agenda's, share "
                   "it there; else take this number out of the record"),
                text);
    }
    number = json_get_int(json_get(answer, what), "uid", 0);
    if (rc == SENT && number <= 0) {
        err_set(err, ERR_INVALID, N_("the answer gives no number: it is sent again"));
        rc = REFUSED;
    }
    if (rc == SENT) {
        snprintf(r->number, sizeof(r->number), "%" PRId64, number);
        snprintf(r->state, sizeof(r->state), STATE_SENT);
    }
    json_free(answer);
    return rc;
}

static int send_venue(
        struct push *p, struct item *item, struct receipt *r, struct err *err)
{
    char *path = xasprintf("/v2/agendas/%s/locations/ext/odus/%s", p->owner, item->uid);
    struct buf body;
    int rc;

    buf_init(&body, 0);
    json_canonical(item->body, &body);
    rc = take_number(p,
            &(struct net_request){
                    .method = "PUT", .path = path, .body = buf_view(&body)},
            "location", 0, r, err);
    buf_release(&body);
    free(path);
    return rc;
}

/* A venue with a number that this machine was not given: of others, unless it stands
 * there under our identifier (docs/lieux/lecture.md). */
static int is_our_venue(
        struct push *p, const struct item *item, bool *ret, struct err *err)
{
    char *path = xasprintf("/v2/agendas/%s/locations/ext/odus/%s", p->owner, item->uid);
    struct net_answer a = {.status = 0};
    struct json *answer = NULL;
    const struct json *venue;
    int rc = exchange(
            p, &(struct net_request){.method = "GET", .path = path}, false, &a, err);

    if (rc == 0 && a.status == 404)
        net_answer_release(&a);
    else if (rc == 0)
        rc = exchange_result(&a, &answer, err);
    venue = json_get(answer, "location");
    *ret = json_get_int(venue ? venue : answer, "uid", 0) == item->known;
    json_free(answer);
    free(path);
    return rc;
}

/* The fields of an event stand in the part "data" of a form. One that was there before
 * us is found by its number; the identifiers in its body make it ours too. */
static int send_event(
        struct push *p, struct item *item, struct receipt *r, struct err *err)
{
    bool by_number = item->known && !*r->number;
    char *path =
            by_number ? xasprintf("/v2/agendas/%s/events/%lld", p->owner, item->known)
                      : xasprintf("/v2/agendas/%s/events/ext/odus/%s", p->owner,
                                item->name);
    struct buf body;
    struct net_part part = {.name = "data"};
    int rc;

    buf_init(&body, 0);
    json_canonical(item->body, &body);
    part.bytes = buf_view(&body);
    rc = take_number(p,
            &(struct net_request){.method = by_number ? "POST" : "PUT",
                    .path = path,
                    .parts = &part,
                    .nparts = 1},
            "event", by_number ? item->known : 0, r, err);
    buf_release(&body);
    free(path);
    return rc;
}

static int send_item(
        struct push *p, struct item *item, struct receipt *r, struct err *err)
{
    if (is_venue(item->name))
        return send_venue(p, item, r, err);
    if (!complete(p, item)) {
        err_set(err, ERR_INVALID,
                N_("its venue is not there: it may not be published, or was refused"));
        return REFUSED;
    }
    return send_event(p, item, r, err);
}

/* What is no more there is removed as well. */
static int remove_event(struct push *p, bool gone, struct receipt *r, struct err *err)
{
    char *path = xasprintf("/v2/agendas/%s/events/ext/odus/%s", p->owner, r->name);
    struct net_answer a = {.status = 0};
    struct json *answer = NULL;
    int rc = exchange(
            p, &(struct net_request){.method = "DELETE", .path = path}, false, &a, err);

    (void)gone;
    if (rc == 0 && a.status == 404)
        net_answer_release(&a);
    else if (rc == 0)
        rc = exchange_result(&a, &answer, err);
    if (rc == SENT)
        snprintf(r->state, sizeof(r->state), STATE_REMOVED);
    json_free(answer);
    free(path);
    return rc;
}

/* --- signing in ------------------------------------------------------------------- */

static int sign(struct push *p, struct err *err)
{
    struct json *body = json_new_object();
    struct net_answer a = {.status = 0};
    struct buf text;
    int rc;

    json_set_text(body, "code", p->key);
    buf_init(&text, 0);
    text.secret = true;
    json_canonical(body, &text);
    json_free_secret(body);
    rc = exchange_sign(p,
            &(struct net_request){.method = "POST",
                    .path = "/v2/requestAccessToken",
                    .body = buf_view(&text)},
            NULL, &a, err);
    buf_release(&text);
    return rc ? rc : exchange_take_token(p, &a, err);
}

static char *head(const char *token)
{
    return xasprintf("access-token: %s", token);
}

const struct target target_openagenda = {
        .name = "openagenda",
        .type = "evenement",
        .url = "https://api.openagenda.com",
        .owner = "agenda",
        .no_owner =
                N_("no agenda is set: openagenda_agenda=NUMBER in the configuration"),
        .gives = "lieu.ids_externes",
        .take = take,
        .complete = complete,
        .check = demands_check,
        .ours = is_our_venue,
        .hash = hash,
        .send = send_item,
        .remove = remove_event,
        .sign = sign,
        .head = head,
};
