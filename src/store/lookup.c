/* What expressions may ask about other records: docs/forms.md §7, ref_…. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "lookup_priv.h"

enum {
    CACHE_SIZE = 8192,
    CACHE_WAYS = 4, /* places that a record can be in */
    LABELS_MAX = 4, /* remembered of one record */
    CYCLE_STEPS = 100
};

/* A value for people, as it was last worked out. */
struct linked_label {
    char *path;
    char *label; /* NULL: none */
};

/*
 * Records lately asked about: a rule over 300 séances asks 300 times for the same
 * venue, and 300 records that come in stand in the same few. Forgotten as soon as
 * anything in the store changes, but for what is written slice by slice
 * (linked_settle).
 */
struct linked_cache {
    int64_t generation;
    struct linked items[CACHE_SIZE]; /* by hash of the uid; unknown ones have no type */
    unsigned turn;                   /* which way gives place next */
    struct answers answers;
};

/* --- reading ---------------------------------------------------------------------- */

static void linked_clear(struct linked *l)
{
    if (!*l->uid) /* most of the cache, mostly */
        return;
    free(l->type);
    free(l->title);
    free(l->status);
    free(l->text);
    json_free(l->body);
    for (size_t i = 0; i < l->nlabels; i++) {
        free(l->labels[i].path);
        free(l->labels[i].label);
    }
    free(l->labels);
    *l = (struct linked){0};
}

static void forget_records(struct linked_cache *cache)
{
    for (size_t i = 0; i < CACHE_SIZE; i++)
        linked_clear(&cache->items[i]);
}

void linked_free(struct linked_cache *cache)
{
    if (!cache)
        return;
    forget_records(cache);
    answers_release(&cache->answers);
    free(cache);
}

/* What the row under ST says: type, title, body. */
static void take_row(struct linked *l, struct stmt *st)
{
    l->type = stmt_dup(st, 0);
    l->title = stmt_dup(st, 1);
    l->text = stmt_dup(st, 2);
}

/* A body that cannot be read is blank. */
static const struct json *read_body(struct linked *l)
{
    if (!l->body && json_parse(view_of(l->text), 0, &l->body, NULL))
        l->body = json_new_object();
    free(l->text);
    l->text = NULL;
    return l->body;
}

const struct json *linked_body(const struct linked *l)
{
    return read_body((struct linked *)l); /* which is a cache */
}

const char *linked_status(const struct linked *l)
{
    const char *status = l->status;

    if (!l->revised)
        return NULL;
    if (l->deleted)
        return "supprime";
    if (!status)
        status = json_get_text(linked_body(l), FIELD_STATUS);
    return status ? status : "publie";
}

static void read_revision(struct db *db, struct linked *l)
{
    struct stmt *st = db_query(db,
            "select e.type, e.title, v.body, v.deleted from entry e"
            " join record r on r.id = e.id"
            " join rev v on v.record = r.id and v.rev = r.rev where e.uid = ?1",
            bind_text(l->uid));

    if (stmt_step(st, NULL) > 0) {
        take_row(l, st);
        l->revised = true;
        l->deleted = stmt_int(st, 3) != 0;
        stmt_reset(st);
    }
}

/* A draft stands in for its revision, but only the revision has a state for others. */
static void read_draft(struct db *db, struct linked *l)
{
    struct stmt *st = db_query(db,
            "select e.type, e.title, d.body from entry e join draft d on d.id = e.id"
            " where e.uid = ?1",
            bind_text(l->uid));

    if (stmt_step(st, NULL) > 0) {
        l->status = xstrdup(linked_status(l));
        json_free(l->body);
        l->body = NULL;
        free(l->type);
        free(l->title);
        free(l->text);
        take_row(l, st);
        stmt_reset(st);
    }
}

static struct linked_cache *fresh_cache(struct forms *forms)
{
    struct linked_cache *cache = forms->linked;
    int64_t now;

    if (forms->hold == HOLD_READING)
        return cache;
    now = store_generation(forms->store);
    if (!cache)
        cache = forms->linked = xcalloc(1, sizeof(*cache));
    else if (cache->generation != now)
        forget_records(cache);
    cache->generation = now;
    return cache;
}

static void end_reading(struct db *db)
{
    /* Nothing was written; a transaction round this one hears of failures itself. */
    int rc = db_commit(db, NULL);

    (void)rc;
}

void forms_held(struct forms *forms)
{
    struct store *store = forms->store;

    if (forms->hold != HOLD_READY || db_begin_read(store->data, NULL))
        return;
    if (db_begin_read(store->drafts, NULL)) {
        end_reading(store->data);
        return;
    }
    fresh_cache(forms);
    forms->hold = HOLD_READING;
}

void forms_hold(void *ctx, bool on)
{
    struct forms *forms = ctx;

    if (forms->hold == HOLD_READING) {
        end_reading(forms->store->drafts);
        end_reading(forms->store->data);
    }
    forms->hold = on ? HOLD_READY : HOLD_NOT;
}

uint32_t lookup_hash(struct view v)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < v.n; i++)
        hash = (hash ^ (unsigned char)v.p[i]) * 16777619u;
    return hash;
}

/* Where UID is, else where it can be: a free place, or that of another. */
static struct linked *place_for(struct linked_cache *cache, const char *uid)
{
    size_t set = lookup_hash(view_of(uid)) % (CACHE_SIZE / CACHE_WAYS);
    struct linked *ways = &cache->items[set * CACHE_WAYS], *free_one = NULL;

    for (int i = 0; i < CACHE_WAYS; i++) {
        if (strcmp(ways[i].uid, uid) == 0)
            return &ways[i];
        if (!ways[i].uid[0])
            free_one = &ways[i];
    }
    return free_one ? free_one : &ways[cache->turn++ % CACHE_WAYS];
}

void linked_forget(struct forms *forms, const char *uid)
{
    struct linked *l;

    if (!forms->linked)
        return;
    answers_release(&forms->linked->answers);
    l = place_for(forms->linked, uid);
    if (strcmp(l->uid, uid) == 0)
        linked_clear(l);
}

void linked_settle(struct forms *forms, bool kept)
{
    struct linked_cache *cache = forms->linked;

    if (!cache)
        return;
    if (!kept) {
        forget_records(cache);
        answers_release(&cache->answers);
    } else if (cache->generation == forms->store->generation - 1) {
        cache->generation++;
    }
}

const struct linked *linked_get(struct forms *forms, const char *uid)
{
    struct linked *l;

    if (!uid || !*uid || strlen(uid) >= sizeof(l->uid))
        return NULL;
    l = place_for(fresh_cache(forms), uid);
    if (strcmp(l->uid, uid) != 0) {
        linked_clear(l);
        memcpy(l->uid, uid, strlen(uid) + 1);
        read_revision(forms->store->data, l);
        read_draft(forms->store->drafts, l);
    }
    return l->type ? l : NULL;
}

/* --- values ----------------------------------------------------------------------- */

static void add_scalar(const struct json *j, struct buf *out)
{
    if (out->len)
        buf_addc(out, '\n');
    switch (json_kind(j)) {
    case JSON_KIND_BOOL: buf_adds(out, json_as_bool(j, false) ? "1" : "0"); break;
    case JSON_KIND_INT: buf_addf(out, "%lld", (long long)json_as_int(j, 0)); break;
    case JSON_KIND_TEXT: buf_addv(out, json_as_view(j)); break;
    default: json_canonical(j, out); break;
    }
}

static const struct form *form_of(struct forms *forms, const char *type)
{
    const struct form *form = NULL;

    if (forms_get(forms, type, &form, NULL, NULL) < 0)
        return NULL;
    return form;
}

/* Which one of a multilingual text is meant. The form is asked only where there is one:
 * to read it takes longer than all the rest. */
struct wanted {
    struct forms *forms;
    const char *type, *lang; /* LANG NULL: the first of the form */
};

static const char *wanted_lang(const struct wanted *w)
{
    const struct form *form = w->lang ? NULL : form_of(w->forms, w->type);

    return w->lang ? w->lang : form ? form->langs[0] : "fr";
}

/* What PATH leads to from J, through groups and the rows of repeats. */
static void add_path(
        const struct json *j, struct view path, const struct wanted *w, struct buf *out)
{
    const char *dot = path.n ? memchr(path.p, '.', path.n) : NULL;
    struct view head = {path.p, dot ? (size_t)(dot - path.p) : path.n};
    struct view rest = {
            path.p + head.n + (dot != NULL), path.n - head.n - (dot != NULL)};
    char *key;

    if (json_kind(j) == JSON_KIND_NONE || json_kind(j) == JSON_KIND_NULL)
        return;
    if (json_kind(j) == JSON_KIND_ARRAY) {
        for (size_t i = 0; i < json_len(j); i++)
            add_path(json_at(j, i), path, w, out);
    } else if (json_kind(j) == JSON_KIND_OBJECT && path.n) {
        key = view_dup(head);
        add_path(json_get(j, key), rest, w, out);
        free(key);
    } else if (json_kind(j) == JSON_KIND_OBJECT) {
        add_path(json_get(j, wanted_lang(w)), rest, w, out);
    } else if (path.n == 0) {
        add_scalar(j, out);
    }
}

static bool add_text(struct buf *out, const char *text)
{
    if (!text || !*text)
        return false;
    buf_adds(out, text);
    return true;
}

/* LANG: of a multilingual text; NULL for the first of its form. */
static bool value_in(struct forms *forms, const char *uid, const char *path,
        const char *lang, struct buf *out)
{
    const struct linked *l = linked_get(forms, uid);
    struct buf value;
    bool there;

    if (!l)
        return false;
    if (strcmp(path, "title") == 0)
        return add_text(out, l->title);
    if (strcmp(path, "type") == 0)
        return add_text(out, l->type);
    buf_init(&value, 0);
    add_path(linked_body(l), view_of(path), &(struct wanted){forms, l->type, lang},
            &value);
    there = add_text(out, value.s);
    buf_release(&value);
    return there;
}

bool linked_value(
        struct forms *forms, const char *uid, const char *path, struct buf *out)
{
    return value_in(forms, uid, path, NULL, out);
}

/* VALUE, or its label where it is a code of the list that the field has. */
static void add_label(struct forms *forms, const char *uid, const char *path,
        const char *value, struct buf *out)
{
    const struct linked *l = linked_get(forms, uid);
    const struct form *form = l ? form_of(forms, l->type) : NULL;
    int field = form ? form_field_find(form, view_of(path)) : -1;

    if (field >= 0 && form->fields[field].list >= 0)
        forms_label(forms, form, form->fields[field].list, value, form->langs[0], out);
    else
        buf_adds(out, value);
}

static bool work_out_label(
        struct forms *forms, const char *uid, const char *path, struct buf *out)
{
    struct buf value;
    bool there;

    buf_init(&value, 0);
    there = linked_value(forms, uid, path, &value);
    if (there && strchr(value.s, ' ')) /* no code (docs/forms.md §1): a name, mostly */
        buf_addv(out, buf_view(&value));
    else if (there)
        add_label(forms, uid, path, value.s, out);
    buf_release(&value);
    return there;
}

static const struct linked_label *find_label(const struct linked *l, const char *path)
{
    for (size_t i = 0; l && i < l->nlabels; i++)
        if (strcmp(l->labels[i].path, path) == 0)
            return &l->labels[i];
    return NULL;
}

/* With what is known of the record (a cache): lists of towns are long. */
static void keep_label(struct linked *l, const char *path, const char *label)
{
    if (!l->labels)
        l->labels = xcalloc(LABELS_MAX, sizeof(*l->labels));
    if (l->nlabels == LABELS_MAX)
        return;
    l->labels[l->nlabels++] = (struct linked_label){xstrdup(path), xstrdup(label)};
}

bool linked_label(
        struct forms *forms, const char *uid, const char *path, struct buf *out)
{
    const struct linked *l = linked_get(forms, uid);
    const struct linked_label *known = find_label(l, path);
    struct buf label;
    bool there;

    if (known)
        return add_text(out, known->label);
    buf_init(&label, 0);
    there = work_out_label(forms, uid, path, &label);
    l = linked_get(forms, uid);
    if (l)
        keep_label((struct linked *)l, path, there ? label.s : NULL);
    if (there)
        buf_addv(out, buf_view(&label));
    buf_release(&label);
    return there;
}

/* --- the hook --------------------------------------------------------------------- */

static bool ref_state(struct forms *forms, const char *uid, struct buf *out)
{
    const struct linked *l = linked_get(forms, uid);
    const char *status = l ? linked_status(l) : NULL;

    if (!l)
        return false;
    buf_adds(out, status ? status : "draft");
    return true;
}

/* Follows FIELD from UID; other circles than one through SELF end the walk too. */
static bool ref_cycle(struct forms *forms, const char *self, const char *uid,
        const char *field, struct buf *out)
{
    struct buf next, at;
    bool cycle = false;

    if (!self || !uid || !field)
        return false;
    buf_init(&at, 0);
    buf_init(&next, 0);
    buf_adds(&at, uid);
    for (int i = 0; i < CYCLE_STEPS && !cycle; i++) {
        cycle = strcmp(at.s, self) == 0;
        buf_clear(&next);
        if (cycle || !linked_value(forms, at.s, field, &next))
            break;
        buf_clear(&at);
        buf_add(&at, next.s, strcspn(next.s, "\n"));
    }
    buf_addc(out, cycle ? '1' : '0');
    buf_release(&next);
    buf_release(&at);
    return true;
}

bool forms_lookup(void *ctx, const char *name, const char *const *args, int nargs,
        struct buf *out)
{
    struct forms *forms = ctx;
    struct linked_cache *cache;

    forms_held(forms);
    /* the engine has checked the number of arguments */
    if (strcmp(name, "ref_value") == 0)
        return args[1] &&
               value_in(forms, args[0], args[1], nargs > 2 ? args[2] : NULL, out);
    if (strcmp(name, "ref_state") == 0)
        return ref_state(forms, args[0], out);
    if (strcmp(name, "ref_visibility") == 0)
        return linked_value(forms, args[0], FIELD_VISIBILITY, out);
    if (strcmp(name, "ref_cycle") == 0)
        return ref_cycle(forms, args[0], args[1], args[2], out);
    cache = fresh_cache(forms);
    return answers_find(
            &cache->answers, cache->generation, forms, name, args, nargs, out);
}
