/* Where every record of this machine is, and whether all is well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "load.h"
#include "odus/db/db.h"
#include "odus/app/records.h"
#include "odus/app/sync.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/store/publish.h"
#include "odus/store/replica.h"

enum { SHOWN_MAX = 100 };

struct doctor {
    struct app *app;
    char (*uids)[UUID_TEXT]; /* of all records, sorted */
    size_t n, cap;
    struct json *types, *status; /* name -> number */
    struct json *conflicts, *aside, *missing, *orphans, *unknown, *unused;
    struct json *damaged, *integrity;
    struct json *records; /* each with its state and what the server said */
    int64_t drafts, states[WORD_SENT + 1];
    int64_t findings;
};

static void count(struct json *numbers, const char *key)
{
    json_set_take(numbers, key, json_int(json_get_int(numbers, key, 0) + 1));
}

/* Long lists are cut: the first hundred tell enough. */
static void push(struct doctor *d, struct json *list, struct json *item)
{
    d->findings++;
    if (json_len(list) < SHOWN_MAX)
        json_push_take(list, item);
    else
        json_free(item);
}

/* --- all identifiers --- */

static bool add_uid(void *ctx, const char *uid)
{
    struct doctor *d = ctx;

    d->uids = mem_grow(d->uids, d->n, &d->cap, sizeof(*d->uids));
    snprintf(d->uids[d->n++], UUID_TEXT, "%s", uid);
    return true;
}

static int by_uid(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int read_uids(struct doctor *d, struct err *err)
{
    int rc = record_each(d->app->store, NULL, add_uid, d, err);

    if (d->n)
        qsort(d->uids, d->n, sizeof(*d->uids), by_uid);
    return rc;
}

static bool is_known(const struct doctor *d, const char *uid)
{
    struct draft draft = {.body = NULL};
    bool known = d->n && bsearch(uid, d->uids, d->n, sizeof(*d->uids), by_uid);

    if (!known) {
        known = draft_get(d->app->store, uid, &draft, NULL) == 0;
        draft_release(&draft);
    }
    return known;
}

/* --- links --- */

struct link_at {
    struct doctor *d;
    const char *uid;  /* of the record looked at */
    const char *path; /* of the field */
};

static void check_target(const struct link_at *l, const struct json *value)
{
    const char *target = json_as_text(value);
    struct json *item;

    if (!target || is_known(l->d, target))
        return;
    item = json_new_object();
    json_set_text(item, "uid", l->uid);
    json_set_text(item, "field", l->path);
    json_set_text(item, "target", target);
    push(l->d, l->d->missing, item);
}

/* Values at REST of a path below J, through the rows of repeats. */
static void check_links_at(
        const struct link_at *l, const struct json *j, const char *rest)
{
    char key[FORM_NAME_MAX + 1];
    size_t n = strcspn(rest, ".");

    if (json_kind(j) == JSON_KIND_ARRAY) {
        for (size_t i = 0; i < json_len(j); i++)
            check_links_at(l, json_at(j, i), rest);
    } else if (!*rest) {
        check_target(l, j);
    } else if (n < sizeof(key)) {
        memcpy(key, rest, n);
        key[n] = '\0';
        check_links_at(l, json_get(j, key), rest + n + (rest[n] == '.'));
    }
}

static void check_links(
        struct doctor *d, const char *uid, const char *type, const struct json *body)
{
    const struct form *form;

    if (forms_get(d->app->forms, type, &form, NULL, NULL) < 0)
        return;
    for (size_t i = 0; i < form->nfields; i++) {
        struct link_at l = {d, uid, form->fields[i].path};

        if (form->fields[i].type == FORM_REF)
            check_links_at(&l, body, l.path);
    }
}

/* --- records --- */

static void check_conflict(struct doctor *d, const struct record *r)
{
    struct json *item;

    if (r->leaves <= 1)
        return;
    item = json_new_object();
    json_set_text(item, "uid", r->uid);
    json_set_text(item, "type", r->type);
    json_set_take(item, "leaves", json_int(r->leaves));
    push(d, d->conflicts, item);
}

/* The words of design.md §2, as keys of JSON. */
static const char *const state_keys[] = {[WORD_DRAFT] = "brouillon",
        [WORD_COMPLETE] = "complet",
        [WORD_WAITING] = "en_attente",
        [WORD_STAYS] = "reste_ici",
        [WORD_SENT] = "envoye"};

/* Where the record is: here, waiting, or at the server since when. */
static void add_standing(struct doctor *d, const struct record *r)
{
    struct sync_standing s = app_standing(d->app, r->uid, false);
    struct json *item = json_new_object();
    char at[CLOCK_TEXT];

    d->states[s.word]++;
    json_set_text(item, "uid", r->uid);
    json_set_text(item, "type", r->type);
    json_set_text(item, "rev", r->rev);
    json_set_text(item, "state", state_keys[s.word]);
    json_set_take(item, "held", s.held ? json_bool(true) : NULL);
    if (s.refused[0])
        json_set_text(item, "refused", s.refused);
    if (s.why)
        json_set_text(item, "why", s.why);
    json_set_take(item, "referent", s.referent ? json_bool(true) : NULL);
    if (s.word == WORD_SENT && s.sent_ms) {
        clock_rfc3339(s.sent_ms, at);
        json_set_text(item, "acknowledged", at);
    }
    json_push_take(d->records, item);
}

static void check_record(struct doctor *d, const char *uid)
{
    struct record r = {.body = NULL};
    struct json *body = NULL;
    const char *status;

    if (record_get(d->app->store, uid, &r, NULL) < 0 ||
            load_json(r.body ? r.body : "", &body, NULL) < 0) {
        push(d, d->damaged, json_text(view_of(uid)));
        record_release(&r);
        return;
    }
    add_standing(d, &r);
    count(d->types, r.type);
    status = json_get_text(body, "statut_fiche");
    count(d->status, status ? status : "");
    check_conflict(d, &r);
    check_links(d, uid, r.type, body);
    json_free(body);
    record_release(&r);
}

/* --- drafts --- */

static struct json *draft_item(const struct draft *draft)
{
    struct json *item = json_new_object();

    json_set_text(item, "uid", draft->uid);
    json_set_text(item, "type", draft->type);
    json_set_text(item, "title", draft->title ? draft->title : "");
    return item;
}

static void check_draft(struct doctor *d, const struct draft *draft)
{
    const struct form *form;

    if (draft->orphan)
        push(d, d->orphans, draft_item(draft));
    if (forms_get_version(
                d->app->forms, draft->type, draft->form_hash, &form, NULL, NULL) < 0)
        push(d, d->unknown, draft_item(draft));
}

static int check_drafts(struct doctor *d, struct err *err)
{
    struct draft *drafts = NULL;
    size_t n = 0;
    int rc = draft_list(d->app->store, false, &drafts, &n, err);

    if (rc < 0)
        return rc;
    d->drafts = (int64_t)n;
    for (size_t i = 0; i < n; i++)
        check_draft(d, &drafts[i]);
    drafts_free(drafts, n);
    return 0;
}

/* --- published forms and lists --- */

static void add_unused(
        void *ctx, const char *uid, const char *name, const struct err *why)
{
    struct doctor *d = ctx;
    struct json *item = json_new_object();
    struct err bare = *why;
    struct buf text;

    bare.file[0] = '\0';
    bare.line = bare.column = 0;
    buf_init(&text, 0);
    err_text(&bare, NULL, &text);
    json_set_text(item, "uid", uid);
    json_set_text(item, "name", name);
    json_set_text(item, "why", text.s);
    buf_release(&text);
    if (*why->file) {
        json_set_text(item, "file", why->file);
        json_set_take(item, "line", json_int(why->line));
        json_set_take(item, "column", json_int(why->column));
    }
    push(d, d->unused, item);
}

/* --- the store's files --- */

static int schema_version(const char *path)
{
    const struct db_options opt = {.read_only = true};
    struct db *db = NULL;
    int version = 0;

    if (db_open(path, &opt, &db, NULL) == 0)
        version = db_version(db);
    db_close(db);
    return version;
}

static int64_t file_size(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static struct json *database(const char *dir, const char *name)
{
    struct json *item = json_new_object();
    char *path = file_join(dir, name);

    json_set_take(item, "schema", json_int(schema_version(path)));
    json_set_take(item, "bytes", json_int(file_size(path)));
    free(path);
    return item;
}

static int64_t folder_size(const char *dir, const char *name)
{
    char *folder = file_join(dir, name);
    char **names = NULL;
    size_t n = 0;
    int64_t bytes = 0;

    if (file_list(folder, "", &names, &n, NULL) < 0)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        char *path = file_join(folder, names[i]);

        bytes += file_size(path);
        free(path);
    }
    file_list_free(names, n);
    free(folder);
    return bytes;
}

static struct json *describe_store(struct app *app)
{
    struct json *store = json_new_object();
    const char *dir = app_store_dir(app);
    struct statvfs fs;

    json_set_text(store, "path", dir);
    json_set_take(store, "read_only", json_bool(app_read_only(app)));
    json_set_take(store, "training", json_bool(app_training(app)));
    json_set_take(store, "data.db", database(dir, "data.db"));
    json_set_take(store, "drafts.db", database(dir, "drafts.db"));
    json_set_take(store, "files_bytes", json_int(folder_size(dir, "files")));
    if (statvfs(dir, &fs) == 0)
        json_set_take(store, "free_bytes",
                json_int((int64_t)fs.f_bavail * (int64_t)fs.f_frsize));
    return store;
}

/* --- */

static void add_finding(void *ctx, const char *text)
{
    struct doctor *d = ctx;

    push(d, d->integrity, json_text(view_of(text)));
}

/* No fault of this machine: it is told, and all may be well. */
static int list_set_aside(struct doctor *d, struct err *err)
{
    struct replica_id *all = NULL;
    size_t n = 0;
    int rc = replica_set_aside(d->app->store, SHOWN_MAX, &all, &n, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct json *item = json_new_object();

        json_set_text(item, "uid", all[i].uid);
        json_set_text(item, "rev", all[i].rev);
        json_push_take(d->aside, item);
    }
    free(all);
    return rc;
}

static int examine(struct doctor *d, struct err *err)
{
    int rc = store_check(d->app->store, add_finding, d, err);

    if (rc >= 0)
        rc = read_uids(d, err);
    for (size_t i = 0; rc >= 0 && i < d->n; i++)
        check_record(d, d->uids[i]);
    if (rc >= 0)
        rc = publish_check(d->app->forms, add_unused, d, err);
    if (rc >= 0)
        rc = list_set_aside(d, err);
    return rc < 0 ? rc : check_drafts(d, err);
}

/* What was counted, as `odus doctor --json` prints it. Takes the lists of D. */
static struct json *write_report(struct doctor *d)
{
    struct json *out = json_new_object();
    struct json *states = json_new_object();

    d->states[WORD_DRAFT] = d->drafts;
    for (size_t i = 0; i < COUNT(state_keys); i++)
        json_set_take(states, state_keys[i], json_int(d->states[i]));
    json_set_take(out, "ok", json_bool(d->findings == 0));
    json_set_take(out, "store", describe_store(d->app));
    json_set_take(out, "states", states);
    json_set_take(out, "outbox", json_int(app_sync_counts(d->app).waiting));
    json_set_take(out, "records", d->records);
    json_set_take(out, "types", d->types);
    json_set_take(out, "status", d->status);
    json_set_take(out, "conflicts", d->conflicts);
    json_set_take(out, "set_aside", d->aside);
    json_set_take(out, "missing", d->missing);
    json_set_take(out, "orphans", d->orphans);
    json_set_take(out, "unknown_forms", d->unknown);
    json_set_take(out, "unused_forms", d->unused);
    json_set_take(out, "damaged", d->damaged);
    json_set_take(out, "integrity", d->integrity);
    return out;
}

int app_doctor(struct app *app, struct json **ret, struct err *err)
{
    struct doctor d = {.app = app,
            .records = json_new_array(),
            .types = json_new_object(),
            .status = json_new_object(),
            .conflicts = json_new_array(),
            .aside = json_new_array(),
            .missing = json_new_array(),
            .orphans = json_new_array(),
            .unknown = json_new_array(),
            .unused = json_new_array(),
            .damaged = json_new_array(),
            .integrity = json_new_array()};
    int rc = examine(&d, err);
    struct json *report;
    bool stops;

    for (size_t i = 0; app_setting_wrong(app, i, &stops); i++)
        d.findings++;
    report = write_report(&d);

    free(d.uids);
    if (rc < 0)
        json_free(report);
    else
        *ret = report;
    return rc < 0 ? rc : 0;
}
