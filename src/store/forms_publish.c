/* Making publications: what an administrator gives to all replicas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms_priv.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "odus/store/lists.h"
#include "odus/store/replica.h"

enum { PUBLISH_MAX = 4 * 1024 * 1024 - 64 * 1024 /* of a document, with its frame */ };

/* A publication on its way. */
struct making {
    struct forms *forms;
    const char *type, *content; /* the member that holds it */
    const char *author;
    struct json *body;    /* new */
    struct record record; /* what is published; no `rev` where nothing is */
    struct publication pub;
};

static void making_release(struct making *m)
{
    json_free(m->body);
    record_release(&m->record);
}

static void set(struct making *m, const char *key, const char *text)
{
    json_set_text(m->body, key, text);
}

static void sign(struct making *m, const char *status)
{
    char now[CLOCK_TEXT];

    clock_rfc3339(clock_now_ms(), now);
    set(m, FIELD_STATUS, status);
    set(m, "modifie_le", now);
    set(m, "modifie_par", m->author);
}

static void frame(struct making *m, struct json *content)
{
    char uid[37];

    publish_uid(m->type, m->pub.name, uid);
    m->body = json_new_object();
    set(m, "_id", uid);
    set(m, "uid", uid);
    set(m, "type", m->type);
    set(m, "nom", m->pub.name);
    set(m, "hash", m->pub.hash);
    set(m, FIELD_VISIBILITY, "public");
    sign(m, "publie");
    json_set_take(m->body, m->content, content);
}

/* --- what it would change --------------------------------------------------------- */

static bool same_member(const struct json *a, const struct json *b, const char *key)
{
    return json_same(json_get(a, key), json_get(b, key));
}

static enum publish_change compare(const struct making *m, const struct json *old)
{
    if (!same_member(m->body, old, "hash") || !same_member(m->body, old, "type") ||
            !same_member(m->body, old, FIELD_STATUS))
        return PUBLISH_VERSION;
    if (!same_member(m->body, old, m->content))
        return PUBLISH_TEXTS;
    return m->record.leaves > 1 ? PUBLISH_SETTLE : PUBLISH_NOTHING;
}

static int look(struct making *m, struct err *err)
{
    struct json *old = NULL;
    int rc =
            record_get(m->forms->store, json_get_text(m->body, "_id"), &m->record, err);

    m->pub.change = PUBLISH_VERSION;
    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return 0;
    }
    if (rc || m->record.deleted)
        return rc;
    rc = json_parse(view_of(m->record.body), 0, &old, err);
    if (rc == 0)
        m->pub.change = compare(m, old);
    json_free(old);
    return rc;
}

/* --- the revision ----------------------------------------------------------------- */

static int put_over(
        struct making *m, const struct replica_leaf *leaves, size_t n, struct err *err)
{
    const char **closes = xcalloc(n + 1, sizeof(*closes));
    const char *base = m->record.rev[0] ? m->record.rev : NULL;
    struct summary s;
    char rev[REV_MAX];
    size_t nclosed = 0;
    int rc = forms_summarise(m->forms, m->body, &s, err);

    for (size_t i = 1; i < n; i++)
        if (!leaves[i].deleted)
            closes[nclosed++] = leaves[i].rev;
    if (rc == 0) {
        rc = record_put_closing(
                m->forms->store, base, closes, m->body, &s, NULL, rev, err);
        summary_release(&s);
    }
    free(closes);
    return rc;
}

static int put(struct making *m, struct err *err)
{
    const char *uid = json_get_text(m->body, "_id");
    struct replica_leaf *leaves = NULL;
    size_t n = 0;
    bool used = false;
    int rc = 0;

    if (m->record.rev[0])
        rc = replica_leaves(m->forms->store, uid, &leaves, &n, err);
    if (rc == 0)
        rc = put_over(m, leaves, n, err);
    free(leaves);
    if (rc == 0)
        rc = publish_take(m->forms, uid, &used, err, err);
    if (rc == 0)
        rc = publish_fill(m->forms->store, err);
    return rc == 0 && !used ? ERR_INVALID : rc;
}

static int check_size(const struct making *m, struct err *err)
{
    struct buf text;
    int rc = 0;

    buf_init(&text, PUBLISH_MAX);
    json_canonical(m->body, &text);
    if (text.full)
        rc = err_set(
                err, ERR_LIMIT, N_("%1$s is too large to be published"), m->pub.name);
    buf_release(&text);
    return rc;
}

static int publish(struct making *m, bool dry, struct publication *ret, struct err *err)
{
    int rc = store_writable(m->forms->store, err);

    if (rc == 0)
        rc = check_size(m, err);
    if (rc == 0)
        rc = look(m, err);
    if (rc == 0 && !dry && m->pub.change != PUBLISH_NOTHING)
        rc = put(m, err);
    if (rc == 0)
        *ret = m->pub;
    return rc;
}

/* --- forms ------------------------------------------------------------------------ */

static bool is_fragment(const char *path)
{
    struct buf text;
    bool yes = file_read(path, FORM_FILE_MAX, &text, NULL) == 0 &&
               form_is_fragment(buf_view(&text));

    buf_release(&text);
    return yes;
}

int publish_form(struct forms *forms, const char *path, const char *author, bool dry,
        struct publication *ret, struct problems *problems, struct err *err)
{
    struct making m = {.forms = forms,
            .type = PUBLISH_FORM,
            .content = "sources",
            .author = author};
    size_t before = problems->n;
    struct json *seen;
    struct form *form;
    int rc;

    if (is_fragment(path)) {
        *ret = (struct publication){.change = PUBLISH_FRAGMENT};
        return 0;
    }
    forms_check(path, problems);
    if (problems->n > before)
        return ERR_INVALID;
    form = forms_read_seen(path, &seen, problems);
    if (!form)
        return ERR_INVALID;
    snprintf(m.pub.name, sizeof(m.pub.name), "%s", form->name);
    snprintf(m.pub.hash, sizeof(m.pub.hash), "%s", form->hash);
    form_free(form);
    frame(&m, seen);
    if (publish_is(m.pub.name))
        rc = err_set(err, ERR_INVALID, N_("a form cannot be called %1$s"), m.pub.name);
    else
        rc = publish(&m, dry, ret, err);
    making_release(&m);
    return rc;
}

/* --- lists ------------------------------------------------------------------------ */

/* Whether a form that can be read has the long list NAME. */
static bool is_long_list(struct forms *forms, const char *name)
{
    char *const *types = forms_names(forms);
    bool found = false;

    for (size_t i = 0; types[i] && !found; i++) {
        const struct form *form;

        if (forms_get(forms, types[i], &form, NULL, NULL) < 0)
            continue;
        for (size_t l = 0; l < form->nlists && !found; l++)
            found = form->lists[l].file && strcmp(form->lists[l].name, name) == 0;
    }
    return found;
}

/* "communes" of "forms/communes.csv" */
static void name_list(struct making *m, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;

    snprintf(m->pub.name, sizeof(m->pub.name), "%.*s", (int)strcspn(file, "."), file);
}

static int check_list(
        struct making *m, const char *path, struct view csv, struct err *err)
{
    int rc = lists_check(m->pub.name, csv, err);

    if (rc == ERR_INVALID && err)
        return err_at(err, path, err->line, err->column);
    if (rc == 0 && !is_long_list(m->forms, m->pub.name))
        rc = err_set(err, ERR_NOT_FOUND, N_("no form has a long list called %1$s"),
                m->pub.name);
    return rc;
}

int publish_list(struct forms *forms, const char *path, const char *author, bool dry,
        struct publication *ret, struct err *err)
{
    struct making m = {
            .forms = forms, .type = PUBLISH_LIST, .content = "csv", .author = author};
    struct buf text;
    struct view csv;
    int rc = file_read(path, PUBLISH_MAX, &text, err);

    name_list(&m, path);
    csv = buf_view(&text);
    if (rc == 0)
        rc = check_list(&m, path, csv, err);
    if (rc == 0) {
        hash_blake2b128(&csv, 1, m.pub.hash);
        frame(&m, json_text(csv));
        rc = publish(&m, dry, ret, err);
    }
    making_release(&m);
    buf_release(&text);
    return rc;
}

/* --- withdrawing ------------------------------------------------------------------ */

/* The document as it stands, of which only the state changes; ERR_NOT_FOUND where it is
 * withdrawn or erased already. */
static int read_published(struct making *m, struct err *err)
{
    const char *status = NULL;
    char uid[37];
    int rc;

    publish_uid(m->type, m->pub.name, uid);
    rc = record_get(m->forms->store, uid, &m->record, err);
    if (rc == 0 && !m->record.deleted)
        rc = json_parse(view_of(m->record.body), 0, &m->body, err);
    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    status = json_get_text(m->body, FIELD_STATUS);
    if (!m->body || (status && strcmp(status, "supprime") == 0))
        return err_set(
                err, ERR_NOT_FOUND, N_("nothing is published as %1$s"), m->pub.name);
    return 0;
}

int publish_withdraw(struct forms *forms, const char *type, const char *name,
        const char *author, bool dry, struct publication *ret, struct err *err)
{
    struct making m = {.forms = forms, .type = type, .author = author};
    const char *hash;
    int rc = store_writable(forms->store, err);

    snprintf(m.pub.name, sizeof(m.pub.name), "%s", name);
    if (rc == 0)
        rc = read_published(&m, err);
    if (rc == 0) {
        hash = json_get_text(m.body, "hash");
        snprintf(m.pub.hash, sizeof(m.pub.hash), "%s", hash ? hash : "");
        m.pub.change = PUBLISH_WITHDRAWN;
        sign(&m, "supprime");
        if (!dry)
            rc = put(&m, err);
    }
    if (rc == 0)
        *ret = m.pub;
    making_release(&m);
    return rc;
}

/* --- all of them ------------------------------------------------------------------ */

struct checking {
    struct forms *forms;
    void (*unused)(void *ctx, const char *uid, const char *name, const struct err *why);
    void *ctx;
    struct err *err;
    int rc;
};

static void tell_unused(
        const struct checking *c, const char *uid, const struct err *why)
{
    struct replica_doc d = {.body = NULL};
    struct json *body = NULL;
    const char *name = NULL;

    if (replica_get(c->forms->store, uid, NULL, &d, NULL, NULL) == 0 &&
            json_parse(view_of(d.body), 0, &body, NULL) == 0)
        name = json_get_text(body, "nom");
    c->unused(c->ctx, uid, name ? name : "", why);
    json_free(body);
    replica_doc_release(&d);
}

static bool check_one(void *ctx, const char *uid)
{
    struct checking *c = ctx;
    struct err why = {0};
    bool used = false;

    c->rc = publish_take(c->forms, uid, &used, &why, c->err);
    if (c->rc == 0 && !used)
        tell_unused(c, uid, &why);
    return c->rc == 0;
}

int publish_check(struct forms *forms,
        void (*unused)(
                void *ctx, const char *uid, const char *name, const struct err *why),
        void *ctx, struct err *err)
{
    struct checking c = {forms, unused, ctx, err, 0};
    int rc;

    if (store_read_only(forms->store))
        return 0; /* what is good could not be taken into use */
    rc = record_each(forms->store, PUBLISH_FORM, check_one, &c, err);

    if (rc == 0 && c.rc == 0)
        rc = record_each(forms->store, PUBLISH_LIST, check_one, &c, err);
    if (rc == 0 && c.rc == 0)
        rc = publish_fill(forms->store, err);
    return rc ? rc : c.rc;
}
