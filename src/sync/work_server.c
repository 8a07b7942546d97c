/*
 * The jobs "server-…": databases, rights, rules and accounts of a CouchDB. Each step
 * looks at what is there and does what is missing, so that a job may be run again at
 * any time. Source: docs.couchdb.org, "Database security", "Users documents".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/url.h"
#include "odus/repl/roles.h"
#include "session.h"
#include "worker.h"

#define USER_PREFIX "org.couchdb.user:"
#define CONTAINERS_DOC "odus:conteneurs"

/* Everyone who has a role may read commons and pro. */
static const char *const member_roles[] = {
        "lecteur", "organisateur", "referent", "formateur", "administrateur", NULL};
static const char *const admin_roles[] = {"administrateur", NULL};

struct admin {
    struct worker *w;
    struct session s;
    struct sync_job job;
    struct sync_host host;
    struct sync_report report;
    struct json *made; /* array of texts: what was made or changed */
};

/* --- requests
 * ------------------------------------------------------------------------- */

static void note(struct admin *a, const char *what)
{
    json_push_take(a->made, json_text(view_of(what)));
}

/* As session_json; a status in OK_TOO (0: none) is no error, and *RET is NULL then. */
static int ask(struct admin *a, const char *method, const char *path, struct json *body,
        int ok_too, struct json **ret, struct err *err)
{
    int status = 0;
    int rc;

    *ret = NULL;
    rc = session_json(&a->s, method, path, body, ret, &status, err);
    if (rc < 0 && ok_too && status == ok_too) {
        session_forgive(&a->s, err);
        rc = 0;
    }
    return rc;
}

/* --- databases
 * ------------------------------------------------------------------------ */

static int make_database(struct admin *a, const char *name, struct err *err)
{
    char *path = xasprintf("/%s", name);
    struct json *answer;
    int rc = ask(a, "PUT", path, NULL, 412, &answer, err);

    if (rc == 0 && answer)
        note(a, name);
    json_free(answer);
    free(path);
    return rc;
}

static struct json *names_and_roles(const char *const *roles, const char *more)
{
    struct json *both = json_new_object(), *all = json_new_array();

    for (; *roles; roles++)
        json_push_take(all, json_text(view_of(*roles)));
    if (more)
        json_push_take(all, json_text(view_of(more)));
    json_set_take(both, "names", json_new_array());
    json_set_take(both, "roles", all);
    return both;
}

/* An organisation's container is open to those who bear its name as a role. */
static struct json *security_of(const char *database)
{
    bool own = strncmp(database, "org-", 4) == 0;
    struct json *security = json_new_object();

    json_set_take(security, "admins", names_and_roles(admin_roles, NULL));
    json_set_take(security, "members",
            names_and_roles(own ? admin_roles : member_roles, own ? database : NULL));
    return security;
}

static int set_security(struct admin *a, const char *database, struct err *err)
{
    char *path = xasprintf("/%s/_security", database);
    struct json *wanted = security_of(database), *there, *answer = NULL;
    int rc = ask(a, "GET", path, NULL, 404, &there, err);

    if (rc == 0 && !json_same(there, wanted)) {
        rc = ask(a, "PUT", path, json_retain(wanted), 0, &answer, err);
        if (rc == 0)
            note(a, path + 1);
    }
    json_free(answer);
    json_free(there);
    json_free(wanted);
    free(path);
    return rc;
}

static int set_rules(struct admin *a, const char *database, struct err *err)
{
    bool training = json_get_bool(a->w->work->job, "training", false);
    char *path = xasprintf("/%s/_design/odus", database);
    struct json *wanted = roles_design(training), *there, *answer = NULL;
    const char *rule = json_get_text(wanted, "validate_doc_update");
    const char *now;
    int rc = ask(a, "GET", path, NULL, 404, &there, err);

    now = json_get_text(there, "validate_doc_update");
    if (rc == 0 && !(now && rule && strcmp(now, rule) == 0)) {
        json_set_take(wanted, "_rev", json_dup(json_get(there, "_rev")));
        rc = ask(a, "PUT", path, json_retain(wanted), 0, &answer, err);
        if (rc == 0)
            note(a, path + 1);
    }
    json_free(answer);
    json_free(there);
    json_free(wanted);
    free(path);
    return rc;
}

/* --- the list of containers
 * -------------------------------------------------------------- */

static struct json *container(const char *name, const char *role)
{
    struct json *row = json_new_object();

    json_set_text(row, "nom", name);
    json_set_text(row, "role", role);
    json_set_text(row, "sens", "deux");
    return row;
}

static bool has_text(const struct json *texts, const char *text)
{
    for (size_t i = 0; i < json_len(texts); i++) {
        const char *one = json_as_text(json_at(texts, i));

        if (one && strcmp(one, text) == 0)
            return true;
    }
    return false;
}

static bool has_container(const struct json *doc, const char *name)
{
    const struct json *all = json_get(doc, "conteneurs");

    for (size_t i = 0; i < json_len(all); i++) {
        const char *there = json_get_text(json_at(all, i), "nom");

        if (there && strcmp(there, name) == 0)
            return true;
    }
    return false;
}

/* Adds what is not in DOC's list; true when it changed. */
static bool add_containers(struct json *doc, const struct json *names)
{
    struct json *all = json_get(doc, "conteneurs");
    bool changed = false;

    if (json_kind(all) != JSON_KIND_ARRAY) {
        json_set_take(doc, "conteneurs", json_new_array());
        all = json_get(doc, "conteneurs");
    }
    for (size_t i = 0; i < json_len(names); i++) {
        const char *name = json_as_text(json_at(names, i));
        bool own = strncmp(name, "org-", 4) == 0;

        if (has_container(doc, name))
            continue;
        json_push_take(all, container(name, own ? name : "lecteur"));
        changed = true;
    }
    return changed;
}

static int list_containers(struct admin *a, const struct json *names, struct err *err)
{
    static const char path[] = "/commons/" CONTAINERS_DOC;
    struct json *doc, *answer = NULL;
    int rc = ask(a, "GET", path, NULL, 404, &doc, err);

    if (rc < 0)
        return rc;
    if (!doc) {
        doc = json_new_object();
        json_set_text(doc, "_id", CONTAINERS_DOC);
        json_set_text(doc, "type", "conteneurs");
        json_set_text(doc, "uid", CONTAINERS_DOC);
        json_set_text(doc, "modifie_par", a->s.user ? a->s.user : "");
    }
    if (add_containers(doc, names)) {
        rc = ask(a, "PUT", path, json_retain(doc), 0, &answer, err);
        if (rc == 0)
            note(a, path + 1);
    }
    json_free(answer);
    json_free(doc);
    return rc;
}

/* --- setting up
 * ----------------------------------------------------------------------------- */

/* The container of what --container names: an organisation, or a database. */
static void container_of(const char *name, char ret[REPLICA_NAME_MAX])
{
    sync_org_container(strncmp(name, "org-", 4) == 0 ? name + 4 : name, ret);
}

/* commons, pro and the organisations' the job names; texts, owned. */
static struct json *wanted_databases(struct admin *a)
{
    const struct json *orgs = json_get(a->w->work->job, "organisations");
    struct json *names = json_new_array();

    json_push_take(names, json_text(view_of("commons")));
    json_push_take(names, json_text(view_of("pro")));
    for (size_t i = 0; i < json_len(orgs); i++) {
        const char *name = json_as_text(json_at(orgs, i));
        char own[REPLICA_NAME_MAX];

        container_of(name ? name : "", own);
        if (own[0] && !has_text(names, own))
            json_push_take(names, json_text(view_of(own)));
    }
    return names;
}

static int make_databases(struct admin *a, const struct json *names, struct err *err)
{
    int rc = make_database(a, "_users", err);

    for (size_t i = 0; i < json_len(names) && rc == 0; i++) {
        const char *name = json_as_text(json_at(names, i));

        rc = make_database(a, name, err);
        if (rc == 0)
            rc = set_security(a, name, err);
        if (rc == 0)
            rc = set_rules(a, name, err);
    }
    return rc;
}

/* Whether it is an organisation's that was set up before; others' are let be. */
static int is_own(struct admin *a, const char *name, bool *ret, struct err *err)
{
    char own[REPLICA_NAME_MAX], *path;
    struct json *design;
    int rc;

    container_of(name, own);
    *ret = false;
    if (strncmp(name, "org-", 4) != 0 || strcmp(own, name) != 0)
        return 0;
    path = xasprintf("/%s/_design/odus", name);
    rc = ask(a, "GET", path, NULL, 404, &design, err);
    *ret = design != NULL;
    json_free(design);
    free(path);
    return rc;
}

/*
 * Where commons was made anew its list must name the containers of before, or machines
 * would leave them alone. Their rights stay as they are. Adds to NAMES.
 */
static int keep_databases(struct admin *a, struct json *names, struct err *err)
{
    struct json *there = NULL;
    int rc = ask(a, "GET", "/_all_dbs", NULL, 404, &there, err);

    for (size_t i = 0; i < json_len(there) && rc == 0; i++) {
        const char *name = json_as_text(json_at(there, i));
        bool own = false;

        if (!name || has_text(names, name))
            continue;
        rc = is_own(a, name, &own, err);
        if (rc == 0 && own)
            rc = set_rules(a, name, err);
        if (rc == 0 && own)
            json_push_take(names, json_text(view_of(name)));
    }
    json_free(there);
    return rc;
}

static int set_up(struct admin *a, struct err *err)
{
    struct json *names = wanted_databases(a);
    int rc = make_databases(a, names, err);

    if (rc == 0)
        rc = keep_databases(a, names, err);
    if (rc == 0)
        rc = list_containers(a, names, err);
    json_free(names);
    return rc;
}

/* --- accounts
 * ---------------------------------------------------------------------------------- */

static char *user_path(const char *name)
{
    struct buf path;

    buf_init(&path, 0);
    buf_adds(&path, "/_users/");
    url_encode(view_of(USER_PREFIX), &path);
    url_encode(view_of(name), &path);
    return buf_take(&path);
}

static int check_roles(const struct json *roles, struct err *err)
{
    for (size_t i = 0; i < json_len(roles); i++) {
        const char *role = json_as_text(json_at(roles, i));

        if (!role || !(roles_known(role) || strncmp(role, "org-", 4) == 0))
            return err_set(err, ERR_USAGE, N_("no such role: %1$s"), role ? role : "");
    }
    return 0;
}

/* The password of an account: asked for by odus. 0, or the account keeps the one it
 * has. */
static int set_password(struct admin *a, struct json *doc, bool is_new, struct err *err)
{
    struct json *question = work_event("ask");
    char *secret;

    json_set_text(question, "what", "new-password");
    json_set_text(question, "user", json_get_text(doc, "name"));
    json_set_take(question, "new", json_bool(is_new));
    secret = work_ask(a->w->work, question);
    if (secret && *secret)
        json_set_text(doc, "password", secret);
    else if (is_new)
        err_set(err, ERR_USAGE, N_("a new account needs a password"));
    secret_free(secret);
    return is_new && !json_get(doc, "password") ? ERR_USAGE : 0;
}

/* DOC may hold a password: nothing of it stays behind in memory. Takes DOC. */
static int put_user(
        struct admin *a, const char *path, struct json *doc, struct err *err)
{
    struct net_answer answer = {.status = 0};
    struct net_request rq = {.method = "PUT", .path = path};
    struct buf text;
    int rc;

    buf_init(&text, 0);
    text.secret = true;
    json_canonical(doc, &text);
    json_free_secret(doc);
    rq.body = buf_view(&text);
    rc = session_call(&a->s, &rq, &answer, err);
    buf_release(&text);
    if (rc == 0 && (answer.status < 200 || answer.status > 299 || answer.not_couch))
        rc = session_refused(&a->s, &answer, err);
    net_answer_release(&answer);
    return rc;
}

static int add_user(struct admin *a, const char *name, struct err *err)
{
    const struct json *roles = json_get(a->w->work->job, "roles");
    char *path = user_path(name);
    struct json *doc = NULL;
    int rc = check_roles(roles, err);
    bool is_new;

    if (rc == 0)
        rc = ask(a, "GET", path, NULL, 404, &doc, err);
    is_new = !doc;
    if (rc == 0 && is_new) {
        char *id = xasprintf(USER_PREFIX "%s", name);

        doc = json_new_object();
        json_set_text(doc, "_id", id);
        json_set_text(doc, "type", "user");
        json_set_text(doc, "name", name);
        free(id);
    }
    if (rc == 0) {
        json_set_take(doc, "roles", roles ? json_dup(roles) : json_new_array());
        rc = set_password(a, doc, is_new, err);
    }
    if (rc == 0)
        rc = put_user(a, path, doc, err);
    else
        json_free_secret(doc);
    if (rc == 0)
        note(a, name);
    free(path);
    return rc;
}

static int remove_user(struct admin *a, const char *name, struct err *err)
{
    char *path = user_path(name), *with_rev = NULL;
    struct json *doc = NULL, *answer = NULL;
    int rc = ask(a, "GET", path, NULL, 404, &doc, err);

    if (rc == 0 && !doc)
        rc = err_set(err, ERR_NOT_FOUND, N_("there is no account %1$s"), name);
    if (rc == 0) {
        const char *rev = json_get_text(doc, "_rev");

        with_rev =
                xasprintf("%s?rev=%s", path, rev && wire_rev(view_of(rev)) ? rev : "");
        rc = ask(a, "DELETE", with_rev, NULL, 0, &answer, err);
    }
    if (rc == 0)
        note(a, name);
    json_free(answer);
    json_free(doc);
    free(with_rev);
    free(path);
    return rc;
}

static void list_row(struct admin *a, const struct json *doc)
{
    struct json *event = work_event("account");

    json_set_text(event, "name", json_get_text(doc, "name"));
    json_set_take(event, "roles", json_dup(json_get(doc, "roles")));
    work_tell(a->w->work, event);
}

static int list_users(struct admin *a, struct err *err)
{
    struct json *answer;
    const struct json *rows;
    int rc =
            ask(a, "GET", "/_users/_all_docs?include_docs=true", NULL, 0, &answer, err);

    rows = json_get(answer, "rows");
    for (size_t i = 0; i < json_len(rows); i++) {
        const struct json *doc = json_get(json_at(rows, i), "doc");

        if (json_get_text(doc, "name"))
            list_row(a, doc);
    }
    json_free(answer);
    return rc;
}

static int user_job(struct admin *a, struct err *err)
{
    const char *job = work_text(a->w->work, "job"),
               *name = work_text(a->w->work, "name");

    if (strcmp(job, "server-user-list") == 0)
        return list_users(a, err);
    if (!name)
        return err_set(err, ERR_USAGE, N_("name the account"));
    return strcmp(job, "server-user-add") == 0 ? add_user(a, name, err)
                                               : remove_user(a, name, err);
}

/* --- the jobs
 * -----------------------------------------------------------------------------------
 */

static char *ask_for(struct admin *a, const char *what)
{
    struct json *question = work_event("ask");

    json_set_text(question, "what", what);
    json_set_text(question, "url", a->s.url);
    json_set_text(question, "user", a->s.user);
    json_set_take(question, "again", json_bool(false));
    return a->host.ask(a->host.ctx, question);
}

/* Nothing here is for strangers: the account is asked for before anything else. */
static int sign_in(struct admin *a, struct err *err)
{
    if (!a->s.user)
        a->s.user = ask_for(a, "user");
    if (a->s.user && *a->s.user && !a->s.secret)
        a->s.secret = ask_for(a, "password");
    if (!a->s.secret)
        return err_set(
                err, ERR_USAGE, N_("the administrator's name and password are needed"));
    return session_connect(&a->s, err);
}

/* Nothing of what was asked for is there: an `odus serve` has it all by itself. */
static int look_at_own(struct admin *a, struct err *err)
{
    struct json *answer = NULL;
    const char *vendor = NULL;
    struct err unused = {0}; /* what went wrong before is told */

    if (ask(a, "GET", "/", NULL, 0, &answer, &unused) == 0)
        vendor = json_get_text(json_get(answer, "vendor"), "name");
    if (vendor && strcmp(vendor, "odus") == 0)
        err_set(err, ERR_USAGE,
                N_("this is odus serve: it wants no setting up, and its accounts are "
                   "made on its own machine (odus server user add NAME, without "
                   "--url)"));
    json_free(answer);
    return err->code;
}

static int administer(struct worker *w, int (*act)(struct admin *a, struct err *err))
{
    struct admin a = {.w = w,
            .job = worker_job(w),
            .host = worker_host(w),
            .made = json_new_array()};
    struct err err = {0};
    struct json *event;
    int rc = 0;

    a.s = (struct session){.job = &a.job,
            .host = &a.host,
            .report = &a.report,
            .store = w->store,
            .forms = w->forms,
            .user = w->user ? xstrdup(w->user) : NULL,
            .secret = a.job.secret ? xstrdup(a.job.secret) : NULL};
    a.s.url = a.job.url ? url_normal(a.job.url) : NULL;
    if (!a.job.url)
        rc = err_set(&err, ERR_USAGE, N_("give the address of the server"));
    if (rc == 0 && !a.s.url)
        rc = err_set(&err, ERR_USAGE,
                N_("\"%1$s\" is not an address like https://server.example"),
                a.job.url);
    if (rc == 0)
        rc = sign_in(&a, &err);
    if (rc == 0)
        rc = act(&a, &err);
    if (rc == ERR_NOT_FOUND && a.report.network)
        rc = look_at_own(&a, &err);
    if (rc == 0)
        session_phase(&a.s, PHASE_PUSH, 0); /* the password was right: it is kept */
    if (rc < 0)
        rc = worker_fail(w, &err, a.report.down,
                a.report.network ? WORK_NETWORK : work_status(rc));
    event = work_event("done");
    json_set_take(event, "made", a.made);
    work_tell(w->work, event);
    net_free(a.s.net);
    free(a.s.url);
    free(a.s.user);
    secret_free(a.s.secret);
    return rc;
}

int work_server_setup(struct worker *w)
{
    return administer(w, set_up);
}

int work_server_user(struct worker *w)
{
    return administer(w, user_job);
}
