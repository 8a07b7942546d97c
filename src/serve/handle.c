/* From a request to the endpoint that answers it. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gzip.h"
#include "odus/base/hash.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"

/* --- the server ---------------------------------------------------------------- */

/* Clients tell servers apart by it: it lasts as long as the store. */
static int read_uuid(struct serve *s, struct err *err)
{
    static const char key[] = "serve_uuid";
    char *kept = store_meta_get(s->opt.store, key);
    int rc = 0;

    if (kept && uuid_valid(view_of(kept))) {
        snprintf(s->uuid, sizeof(s->uuid), "%s", kept);
    } else {
        uuid_v7(clock_now_ms(), s->uuid);
        rc = store_meta_set(s->opt.store, key, s->uuid, err);
    }
    free(kept);
    return rc;
}

int serve_new(const struct serve_options *opt, struct serve **ret, struct err *err)
{
    struct serve *s = xcalloc(1, sizeof(*s));
    int rc;

    s->opt = *opt;
    s->opt.code = NULL;
    s->opt.origins = NULL;
    snprintf(s->code, sizeof(s->code), "%s", opt->code ? opt->code : "");
    crypt_token(s->key);
    rc = origin_list(opt->origins, &s->origins, err);
    if (rc == 0)
        rc = auth_refresh(s, err);
    if (rc == 0)
        rc = read_uuid(s, err);
    if (rc == 0 && !opt->loopback && !s->code[0] && json_len(s->accounts) == 0)
        rc = err_set(err, ERR_USAGE,
                N_("a server that others reach needs accounts or a workshop code"));
    if (rc)
        serve_free(s);
    else
        *ret = s;
    return rc;
}

void serve_free(struct serve *s)
{
    if (!s)
        return;
    place_forget(s);
    json_free(s->accounts);
    json_free(s->origins);
    crypt_wipe(s, sizeof(*s));
    free(s);
}

void serve_stop(struct serve *s)
{
    s->stopping = true;
}

void serve_tell(const struct serve *s, const struct serve_activity *what)
{
    if (s->opt.activity)
        s->opt.activity(s->opt.ctx, what);
}

/* --- routes -------------------------------------------------------------------- */

enum route_flags {
    FOR_ALL = 1, /* nobody need sign in */
    TAKES_JSON = 2,
    TAKES_FORM = 4, /* besides JSON */
    ANY_DB = 8,     /* also where there is no such container */
    TAKES_FILE = 16,
    READS = 32, /* a visitor may, in commons */
};

enum { SIGNIN_MAX = 4 * 1024 }; /* bytes of a body from somebody unknown, unpacked */

static const char DB[] = "{db}", ID[] = "{id}";

static const struct route {
    const char *method, *parts[URI_PARTS];
    int flags;
    void (*fn)(struct call *c);
} routes[] = {
        {"GET", {NULL}, FOR_ALL, info_welcome},
        {"GET", {"_session"}, FOR_ALL, signin_show},
        {"POST", {"_session"}, FOR_ALL | TAKES_JSON | TAKES_FORM, signin_begin},
        {"DELETE", {"_session"}, FOR_ALL, signin_end},
        {"GET", {DB}, READS, info_container},
        {"PUT", {DB}, ANY_DB, info_exists},
        {"POST", {DB}, TAKES_JSON, doc_post},
        {"GET", {DB, "_changes"}, READS, changes_feed},
        {"POST", {DB, "_changes"}, TAKES_JSON | READS, changes_feed},
        {"GET", {DB, "_all_docs"}, READS, docs_all},
        {"POST", {DB, "_all_docs"}, TAKES_JSON | READS, docs_all},
        {"POST", {DB, "_bulk_get"}, TAKES_JSON | READS, bulk_get},
        {"POST", {DB, "_bulk_docs"}, TAKES_JSON | TAKES_FILE, bulk_docs},
        {"POST", {DB, "_revs_diff"}, TAKES_JSON | READS, revs_diff},
        {"GET", {DB, "_security"}, 0, info_security},
        {"POST", {DB, "_ensure_full_commit"}, 0, info_committed},
        {"POST", {DB, "_compact"}, 0, info_compacting},
        {"GET", {DB, "_local", ID}, READS, local_get},
        {"PUT", {DB, "_local", ID}, TAKES_JSON, local_put},
        {"DELETE", {DB, "_local", ID}, 0, local_delete},
        {"GET", {DB, ID}, READS, doc_get},
        {"PUT", {DB, ID}, TAKES_JSON, doc_put},
        {"DELETE", {DB, ID}, 0, doc_delete},
        {"GET", {DB, ID, FILES_ATTACHMENT}, READS, file_get},
        {"PUT", {DB, ID, FILES_ATTACHMENT}, TAKES_FILE, file_put},
};

bool serve_takes_files(const char *uri)
{
    static const char *const ends[] = {"/_bulk_docs", "/" FILES_ATTACHMENT};
    size_t n = strcspn(uri, "?");

    for (size_t i = 0; i < COUNT(ends); i++) {
        size_t k = strlen(ends[i]);

        if (n >= k && memcmp(uri + n - k, ends[i], k) == 0)
            return true;
    }
    return false;
}

static bool part_matches(const char *pattern, const char *part, bool last)
{
    if (!pattern || !part)
        return !pattern && !part;
    if (pattern == DB)
        return part[0] != '_';
    if (pattern == ID)
        return last || part[0] != '_';
    return strcmp(pattern, part) == 0;
}

static bool path_matches(const struct route *r, const struct uri *q)
{
    for (int i = 0; i < URI_PARTS; i++)
        if (!part_matches(r->parts[i], q->parts[i], i == URI_PARTS - 1))
            return false;
    return true;
}

/* The row for the request; else NULL, answered. */
static const struct route *find_route(struct call *c)
{
    const char *method = strcmp(c->rq->method, "HEAD") == 0 ? "GET" : c->rq->method;
    char *allow = c->answer->allow;
    size_t room = sizeof(c->answer->allow), n = 0;

    for (size_t i = 0; i < COUNT(routes); i++) {
        if (!path_matches(&routes[i], &c->uri))
            continue;
        if (strcmp(routes[i].method, method) == 0) {
            *allow = '\0';
            return &routes[i];
        }
        if (n < room)
            n += (size_t)snprintf(
                    allow + n, room - n, "%s%s", n ? "," : "", routes[i].method);
    }
    if (n)
        answer_error(c->answer, 405, "method_not_allowed", "Only other methods are.");
    else
        answer_error(c->answer, 404, "not_found", "missing");
    return NULL;
}

/* --- what is looked at before -------------------------------------------------- */

static bool is_loopback_name(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

    for (size_t i = 0; i < COUNT(names); i++) {
        size_t n = strlen(names[i]);

        if (strncasecmp(host, names[i], n) == 0 && (!host[n] || host[n] == ':'))
            return true;
    }
    return false;
}

/* Pages of other sites must not reach a server through the browser of whoever may use
 * it, neither by their own address nor by a name that leads here. */
static bool same_site(struct call *c)
{
    const char *host = c->rq->host ? c->rq->host : "";

    if (c->serve->open && *host && !is_loopback_name(host)) {
        answer_error(c->answer, 403, "forbidden", "This is not the host's name.");
        return false;
    }
    if (c->origin != ORIGIN_OTHER)
        return true;
    answer_error(c->answer, 403, "forbidden", "Pages of other sites are not served.");
    return false;
}

static bool enter_container(struct call *c, int flags)
{
    const char *name = c->uri.parts[0];
    bool org = strncmp(name, "org-", 4) == 0 && strlen(name) < REPLICA_NAME_MAX;
    int64_t docs = 0, deleted = 0;

    c->container = name;
    c->id = c->uri.parts[c->uri.nparts - 1];
    if (strcmp(name, "commons") == 0 || strcmp(name, "pro") == 0 ||
            (org && auth_has_role(&c->who, name)))
        return true;
    if (org && !c->serve->open && !auth_has_role(&c->who, "administrateur")) {
        answer_error(
                c->answer, 403, "forbidden", "You are not allowed to access this db.");
        return false;
    }
    if (org && replica_count(c->serve->opt.store, name, &docs, &deleted, NULL) == 0 &&
            docs + deleted > 0)
        return true;
    if (flags & ANY_DB)
        answer_error(c->answer, 401, "unauthorized", "You are not a server admin.");
    else
        answer_error(c->answer, 404, "not_found", "Database does not exist.");
    return false;
}

static bool unpack_body(struct call *c, struct buf *into)
{
    const char *encoding = c->rq->encoding;
    struct err err = {0};

    c->text = c->rq->body;
    if (c->text.n > into->max) {
        answer_error(c->answer, 413, "too_large", "the request entity is too large");
        return false;
    }
    if (!encoding || strcasecmp(encoding, "identity") == 0)
        return true;
    if (strcasecmp(encoding, "gzip") != 0) {
        answer_error(c->answer, 415, "bad_content_type",
                "Bodies are plain or packed with gzip.");
        return false;
    }
    if (gz_unpack(c->rq->body, into, &err)) {
        answer_err(c->answer, &err);
        return false;
    }
    c->text = buf_view(into);
    return true;
}

/* What is unpacked costs by its values, not by its length: a few kilobytes on the line
 * can be millions of them. Commas of texts are counted too, and leave room enough. */
static bool is_modest(struct view text)
{
    enum { VALUES_MOST = 400 * 1000 };
    size_t values = 0;

    for (size_t i = 0; i < text.n; i++)
        values += text.p[i] == ',' || text.p[i] == '[' || text.p[i] == '{';
    return values <= VALUES_MOST;
}

/* PouchDB and the workers say application/json; pages of other sites cannot without
 * being asked first. */
static bool read_json(struct call *c, int flags)
{
    const char *type = c->rq->type ? c->rq->type : "";
    struct err err = {0};

    if (flags & TAKES_FORM && strncasecmp(type, "application/x-www-form", 22) == 0)
        return true;
    if (strncasecmp(type, "application/json", 16) != 0) {
        answer_error(c->answer, 415, "bad_content_type",
                "Content-Type must be application/json");
        return false;
    }
    if (!is_modest(c->text)) {
        answer_error(c->answer, 413, "too_large", "the request entity is too large");
        return false;
    }
    if (json_parse(c->text, SERVE_FILE_MAX, &c->body, &err)) {
        answer_err(c->answer, &err);
        return false;
    }
    if (json_kind(c->body) == JSON_KIND_OBJECT)
        return true;
    answer_error(c->answer, 400, "bad_request", "Request body must be a JSON object");
    return false;
}

/* --- one request --------------------------------------------------------------- */

/* Without signing in: what is for all, and what pages of other sites may read. */
static bool is_open_to(const struct call *c, const struct route *r)
{
    return (r->flags & FOR_ALL) || (r->flags & READS && auth_is_visitor(c) &&
                                           strcmp(c->uri.parts[0], "commons") == 0);
}

static void run_route(struct call *c, const struct route *r)
{
    struct buf unpacked;

    if (!is_open_to(c, r) && !auth_required(c))
        return;
    if (r->parts[0] == DB && !enter_container(c, r->flags))
        return;
    buf_init(&unpacked, r->flags & TAKES_FILE ? SERVE_FILE_MAX
                        : r->flags & FOR_ALL  ? SIGNIN_MAX
                                              : SERVE_BODY_MAX);
    if (!(r->flags & (TAKES_JSON | TAKES_FILE)) ||
            (unpack_body(c, &unpacked) &&
                    (!(r->flags & TAKES_JSON) || read_json(c, r->flags))))
        r->fn(c);
    buf_release(&unpacked);
}

bool serve_knows(
        struct serve *serve, const struct request *request, struct answer *answer)
{
    struct call c = {.serve = serve, .rq = request, .answer = answer};
    struct err err = {0};

    answer_init(answer);
    origin_look(&c);
    if (auth_refresh(serve, &err) == 0)
        return same_site(&c) && auth_identify(&c) && auth_required(&c);
    answer_err(answer, &err);
    return false;
}

void serve_handle(
        struct serve *serve, const struct request *request, struct answer *answer)
{
    struct call c = {.serve = serve, .rq = request, .answer = answer};
    const struct route *route;
    struct err err = {0};

    answer_init(answer);
    origin_look(&c);
    if (strlen(request->uri) > SERVE_URI_MAX)
        answer_error(answer, 414, "uri_too_long", "The address is too long.");
    else if (!uri_parse(request->uri, &c.uri))
        answer_error(answer, 400, "bad_request", "The address cannot be read.");
    else if (auth_refresh(serve, &err))
        answer_err(answer, &err);
    else if (same_site(&c) && !origin_preflight(&c) && auth_identify(&c) &&
             (route = find_route(&c)))
        run_route(&c, route);
    json_free(c.body);
    uri_release(&c.uri);
}
