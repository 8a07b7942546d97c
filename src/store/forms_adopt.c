/*
 * Publications that have come, from anywhere: they are hostile until checked. Which one
 * is in use stands in `meta`: "formulaire:NAME" and "liste:NAME" -> "HASH REVISION";
 * "liste+NAME" -> uid: a list that is still to be filled.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms_priv.h"
#include "odus/base/hash.h"
#include "odus/store/lists.h"

/* Never changes: the identifiers of all publications come from it. */
static const char PUBLISH_SPACE[] = "5a5f0b1e-6f0d-5c0e-9a53-0d7a5e6c1f42";

enum { SOURCES_MAX = 64 /* a form has 20 files and some lists */ };

static const char *const kinds[] = {PUBLISH_FORM, PUBLISH_LIST};

void publish_uid(const char *type, const char *name, char ret[37])
{
    char *text = xasprintf("%s:%s", type, name);

    uuid_v5(PUBLISH_SPACE, view_of(text), ret);
    free(text);
}

bool publish_is(const char *type)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (type && strcmp(kinds[i], type) == 0)
            return true;
    return false;
}

/* --- what is in use --------------------------------------------------------------- */

const struct forms_published *forms_publication(
        const struct forms *forms, const char *name)
{
    for (size_t i = 0; i < forms->npublished; i++)
        if (strcmp(forms->published[i].name, name) == 0)
            return &forms->published[i];
    return NULL;
}

static void make_stale(struct forms *forms, const char *name)
{
    for (size_t i = 0; i < forms->n; i++)
        if (strcmp(forms->entries[i]->form->name, name) == 0)
            forms->entries[i]->stale = true;
    forms_names_stale(forms);
}

/* "HASH REVISION" */
static bool read_mark(const char *mark, char hash[33], char rev[REV_MAX])
{
    size_t n = strcspn(mark, " ");

    if (n != 32 || !mark[n])
        return false;
    store_copy_text(hash, 33, (struct view){mark, n});
    store_copy_text(rev, REV_MAX, view_of(mark + n + 1));
    return true;
}

/* What the store says; false: it cannot be read now. */
static bool read_all(struct forms *forms, struct forms_published **ret, size_t *ret_n)
{
    struct stmt *st = db_query(forms->store->data,
            "select substr(key, 12), value from meta"
            " where key > 'formulaire:' and key < 'formulaire;' order by key",
            BIND_NONE);
    struct forms_published *all = NULL;
    size_t n = 0, cap = 0;
    int rc;

    while ((rc = stmt_step(st, NULL)) > 0) {
        struct forms_published *p;

        all = mem_grow(all, n, &cap, sizeof(*all));
        p = &all[n];
        memset(p, 0, sizeof(*p));
        store_copy_text(p->name, sizeof(p->name), stmt_text(st, 0));
        n += read_mark(stmt_text(st, 1).p, p->hash, p->rev);
    }
    if (rc < 0) {
        free(all);
        return false;
    }
    *ret = all;
    *ret_n = n;
    return true;
}

static bool is_same(const struct forms_published *a, const struct forms_published *b)
{
    return a && b && strcmp(a->hash, b->hash) == 0 && strcmp(a->rev, b->rev) == 0;
}

/* What is in use of NAMES alone, or otherwise than in OTHER, is read anew. */
static void compare(struct forms *forms, const struct forms_published *names, size_t n,
        const struct forms *other)
{
    for (size_t i = 0; i < n; i++)
        if (!is_same(&names[i], forms_publication(other, names[i].name)))
            make_stale(forms, names[i].name);
}

void forms_look(struct forms *forms, bool now)
{
    int64_t generation;
    struct forms next = {.npublished = 0};

    if (!now && forms->hold != HOLD_NOT)
        return;
    generation = store_data_generation(forms->store);
    if (!now && forms->looked == generation)
        return;
    if (!read_all(forms, &next.published, &next.npublished))
        return;
    compare(forms, forms->published, forms->npublished, &next);
    compare(forms, next.published, next.npublished, forms);
    free(forms->published);
    forms->published = next.published;
    forms->npublished = next.npublished;
    forms->looked = now ? 0 : generation; /* now: it may yet be rolled back */
}

/* --- checking --------------------------------------------------------------------- */

/* A document under way into use. */
struct taking {
    struct forms *forms;
    struct record record;
    struct json *body; /* NULL: deleted */
    const char *type;  /* of `kinds` */
    const char *name, *hash;
    struct err *why;
};

static bool is_name(const char *name)
{
    return name && *name >= 'a' && *name <= 'z' && strlen(name) <= FORM_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static int check_head(struct taking *t)
{
    char uid[37];

    t->name = json_get_text(t->body, "nom");
    t->hash = json_get_text(t->body, "hash");
    if (!is_name(t->name) || publish_is(t->name) || !t->hash || strlen(t->hash) != 32)
        return err_set(t->why, ERR_INVALID, N_("the document names no form or list"));
    publish_uid(t->type, t->name, uid);
    if (strcmp(uid, t->record.uid) != 0)
        return err_set(t->why, ERR_INVALID,
                N_("the document of %1$s bears another identifier"), t->name);
    return 0;
}

static int check_sources(struct taking *t, const struct json *sources)
{
    if (json_kind(sources) != JSON_KIND_OBJECT || json_len(sources) > SOURCES_MAX)
        return err_set(
                t->why, ERR_INVALID, N_("form %1$s comes without its texts"), t->name);
    for (struct json_iter it = {0}; json_iter(sources, &it);)
        if (!json_as_text(it.val) || json_as_view(it.val).n > FORM_FILE_MAX)
            return err_set(t->why, ERR_INVALID, N_("form %1$s comes without its texts"),
                    t->name);
    return 0;
}

/* The form, its expressions tried; its tests are its author's business. */
static int read_form(struct taking *t, struct form **ret)
{
    struct form_sources from = {.texts = json_get(t->body, "sources"), .tests = true};
    struct problems problems;
    struct form *form;
    struct engine *engine = NULL;
    int rc = 0;

    problems_init(&problems);
    form = form_from(&from, t->name, &problems);
    if (form)
        engine = engine_new(form, &t->forms->hooks, &problems);
    if (!engine)
        rc = forms_first_problem(&problems, t->why);
    else if (strcmp(form->hash, t->hash) != 0)
        rc = err_set(t->why, ERR_INVALID,
                N_("form %1$s is not the version its document names"), t->name);
    engine_free(engine);
    problems_release(&problems);
    if (rc)
        form_free(form);
    else
        *ret = form;
    return rc;
}

/* --- taking into use -------------------------------------------------------------- */

static char *key_of(const char *type, const char *name)
{
    return xasprintf("%s:%s", type, name);
}

static int set_mark(struct taking *t, struct err *err)
{
    char *key = key_of(t->type, t->name);
    char *mark = xasprintf("%s %s", t->hash, t->record.rev);
    int rc = store_meta_set(t->forms->store, key, mark, err);

    free(mark);
    free(key);
    return rc;
}

static int take_form(struct taking *t, bool *ret_used, struct err *err)
{
    const struct json *sources = json_get(t->body, "sources");
    struct form *form;
    int rc;

    if (check_sources(t, sources) || read_form(t, &form))
        return 0;
    rc = version_replace(t->forms->store, form, sources, err);
    form_free(form);
    if (rc == 0)
        rc = set_mark(t, err);
    /* records that nobody here could read until now */
    if (rc == 0)
        rc = record_due_if_linked(t->forms->store, t->record.uid, err);
    *ret_used = rc == 0;
    return rc;
}

/* Its rows are too many for one transaction: publish_fill writes them. */
static int await_filling(struct taking *t, struct err *err)
{
    char *key = xasprintf("liste+%s", t->name);
    int rc = store_meta_set(t->forms->store, key, t->record.uid, err);

    free(key);
    return rc;
}

static int take_list(struct taking *t, bool *ret_used, struct err *err)
{
    const struct json *csv = json_get(t->body, "csv");
    struct view text = json_as_view(csv);
    char hash[HASH_128_TEXT];
    int rc;

    hash_blake2b128(&text, 1, hash);
    if (!json_as_text(csv) || strcmp(hash, t->hash) != 0)
        rc = err_set(t->why, ERR_INVALID,
                N_("list %1$s is not the text its document names"), t->name);
    else
        rc = lists_check(t->name, text, t->why);
    if (rc)
        return 0;
    rc = await_filling(t, err);
    if (rc == 0)
        rc = set_mark(t, err);
    *ret_used = rc == 0;
    return rc;
}

/* The folder's list, or none, in place of NAME, whether it was filled yet or not. */
static int withdraw_list(struct store *store, const char *name, struct err *err)
{
    char *awaited = xasprintf("liste+%s", name);
    int rc = store_meta_set(store, awaited, NULL, err);

    free(awaited);
    return rc ? rc : lists_unpublish(store, name, err);
}

/* The name is not in the body of a tombstone: the mark whose identifier this is. */
static int withdraw(struct taking *t, struct err *err)
{
    struct stmt *st = db_query(t->forms->store->data,
            "select key from meta where key > 'formulaire:' and key < 'formulaire;'"
            " or key > 'liste:' and key < 'liste;'",
            BIND_NONE);
    char *key = NULL;
    int rc;

    while (!key && (rc = stmt_step(st, err)) > 0) {
        struct view v = stmt_text(st, 0);
        char uid[37];

        uuid_v5(PUBLISH_SPACE, v, uid);
        if (strcmp(uid, t->record.uid) == 0)
            key = view_dup(v);
    }
    if (!key)
        return rc;
    stmt_reset(st);
    rc = store_meta_set(t->forms->store, key, NULL, err);
    if (rc == 0 && key[0] == PUBLISH_LIST[0])
        rc = withdraw_list(t->forms->store, strchr(key, ':') + 1, err);
    free(key);
    return rc;
}

/* The winner is what is in use. */
static bool is_in_use(struct taking *t)
{
    char *key = key_of(t->type, t->name);
    char *mark = store_meta_get(t->forms->store, key);
    char hash[33], rev[REV_MAX];
    bool in_use = mark && read_mark(mark, hash, rev) && strcmp(rev, t->record.rev) == 0;

    free(mark);
    free(key);
    return in_use;
}

static int take_winner(struct taking *t, bool *ret_used, struct err *err)
{
    const char *status = json_get_text(t->body, FIELD_STATUS);
    int rc;

    if (!t->body || (status && strcmp(status, "supprime") == 0)) {
        *ret_used = true;
        return withdraw(t, err);
    }
    if (check_head(t))
        return 0;
    if (is_in_use(t)) {
        *ret_used = true;
        return 0;
    }
    rc = store_begin_data(t->forms->store, DB_SYNC_FULL, err);
    if (rc)
        return rc;
    rc = strcmp(t->type, PUBLISH_FORM) == 0 ? take_form(t, ret_used, err)
                                            : take_list(t, ret_used, err);
    return store_end(t->forms->store, t->forms->store->data, rc, err);
}

static const char *kind_of(const char *type)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (type && strcmp(kinds[i], type) == 0)
            return kinds[i];
    return NULL;
}

int publish_take(struct forms *forms, const char *uid, bool *ret_used, struct err *why,
        struct err *err)
{
    struct taking t = {.forms = forms, .why = why};
    bool used = false;
    int rc = record_get(forms->store, uid, &t.record, err);

    if (rc == 0 && !t.record.deleted)
        rc = json_parse(view_of(t.record.body), 0, &t.body, err);
    if (rc == 0) {
        t.type = kind_of(json_get_text(t.body, "type"));
        if (t.body && !t.type)
            err_set(why, ERR_INVALID, N_("the document names no form or list"));
        else
            rc = take_winner(&t, &used, err);
    }
    if (rc == 0)
        forms_look(forms, true);
    json_free(t.body);
    record_release(&t.record);
    *ret_used = used;
    return rc;
}

/* --- filling lists ---------------------------------------------------------------- */

/* The next list that is to be filled, owned; NULL: none. */
static char *next_awaited(struct store *store, char ret_uid[37])
{
    struct stmt *st = db_query(store->data,
            "select substr(key, 7), value from meta"
            " where key > 'liste+' and key < 'liste,' limit 1",
            BIND_NONE);
    char *name;

    if (stmt_step(st, NULL) <= 0)
        return NULL;
    name = stmt_dup(st, 0);
    store_copy_text(ret_uid, 37, stmt_text(st, 1));
    stmt_reset(st);
    return name;
}

/* One that is gone or wrong meanwhile is passed over. */
static int fill(struct store *store, const char *name, const char *uid, struct err *err)
{
    char *key = xasprintf("liste+%s", name);
    struct record r = {.body = NULL};
    struct json *body = NULL;
    int rc = record_get(store, uid, &r, err);

    if (rc == 0)
        rc = json_parse(view_of(r.body), 0, &body, err);
    if (rc == 0)
        rc = lists_publish(store, name, json_as_view(json_get(body, "csv")), err);
    if (rc == 0 || rc == ERR_INVALID || rc == ERR_NOT_FOUND || rc == ERR_LIMIT) {
        err_clear(err);
        rc = store_meta_set(store, key, NULL, err);
    }
    json_free(body);
    record_release(&r);
    free(key);
    return rc;
}

int publish_fill(struct store *store, struct err *err)
{
    char uid[37], *name;
    int rc = 0;

    if (db_in_transaction(store->data) || store->read_only)
        return 0;
    while (rc == 0 && (name = next_awaited(store, uid)) != NULL) {
        rc = fill(store, name, uid, err);
        free(name);
    }
    return rc;
}
