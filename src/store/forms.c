#include "odus/store/forms.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/zone.h"
#include "odus/store/lists.h"
#include "forms_priv.h"

/* --- hooks ------------------------------------------------------------------------ */

static int64_t hook_now(void *ctx)
{
    (void)ctx;
    return clock_now_ms() / 1000;
}

static int32_t hook_today(void *ctx)
{
    int64_t now = hook_now(ctx);
    struct local local;

    if (zone_from_utc(FORMS_ZONE, now, &local, NULL) < 0)
        return (int32_t)(now / 86400);
    return local.days;
}

static const char *hook_lang(void *ctx)
{
    return ((struct forms *)ctx)->lang;
}

static bool hook_list_cell(void *ctx, const char *list, const char *code,
        const char *column, struct buf *out)
{
    forms_held(ctx);
    return lists_cell(((struct forms *)ctx)->store, list, code, column, out);
}

static bool hook_list_code(void *ctx, const char *list, size_t n, struct buf *out)
{
    forms_held(ctx);
    return lists_code(((struct forms *)ctx)->store, list, n, out);
}

const struct engine_hooks *forms_hooks(struct forms *forms)
{
    return &forms->hooks;
}

/* --- life ------------------------------------------------------------------------- */

struct forms *forms_new(struct store *store, const struct forms_options *opt)
{
    struct forms *forms = xcalloc(1, sizeof(*forms));

    forms->store = store;
    forms->dir = xstrdup(opt->dir);
    forms->lang = xstrdup(opt->lang);
    forms->hooks = (struct engine_hooks){
            .ctx = forms,
            .today = hook_today,
            .now_s = hook_now,
            .lang = hook_lang,
            .lookup = forms_lookup,
            .list_cell = hook_list_cell,
            .list_code = hook_list_code,
            .hold = forms_hold,
    };
    return forms;
}

static void entry_free(struct forms_entry *entry)
{
    engine_free(entry->engine);
    form_free(entry->form);
    json_free(entry->sources);
    free(entry);
}

void forms_free(struct forms *forms)
{
    if (!forms)
        return;
    for (size_t i = 0; i < forms->n; i++)
        entry_free(forms->entries[i]);
    free(forms->entries);
    forms_names_free(forms->names);
    free(forms->published);
    linked_free(forms->linked);
    free(forms->dir);
    free(forms->lang);
    free(forms);
}

/* --- versions --------------------------------------------------------------------- */

int forms_first_problem(const struct problems *problems, struct err *err)
{
    if (err && problems->n)
        *err = problems->items[0];
    return ERR_INVALID;
}

static struct forms_entry *add_entry(
        struct forms *forms, struct form *form, struct json *sources, bool current)
{
    struct forms_entry *entry = xcalloc(1, sizeof(*entry));

    *entry = (struct forms_entry){.form = form, .sources = sources, .current = current};
    forms->entries =
            mem_grow(forms->entries, forms->n, &forms->cap, sizeof(*forms->entries));
    forms->entries[forms->n++] = entry;
    return entry;
}

/* The lists that stand beside a form, into the store where they are new or changed. */
static int load_lists(struct forms *forms, const struct form *form, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < form->nlists; i++) {
        const struct form_list *list = &form->lists[i];
        struct buf text;
        char *path;

        if (!list->file)
            continue;
        path = file_join(forms->dir, list->file);
        if (file_read(path, LIST_FILE_MAX, &text, NULL) == 0) {
            if (forms->hold == HOLD_READING &&
                    !lists_settled(forms->store, list->name, buf_view(&text)))
                forms_hold(forms, true); /* a rule reads the form: it reads on later */
            rc = lists_load(forms->store, list->name, buf_view(&text), false, err);
            if (rc == ERR_INVALID)
                err_at(err, list->file, err ? err->line : 0, err ? err->column : 0);
        }
        buf_release(&text);
        free(path);
    }
    return rc;
}

static int read_current(struct forms *forms, const char *name, struct forms_entry **ret,
        struct err *err)
{
    struct form_sources from = {.dir = forms->dir, .seen = json_new_object()};
    struct problems problems;
    struct form *form;
    int rc = 0;

    problems_init(&problems);
    form = form_from(&from, name, &problems);
    if (!form)
        rc = forms_first_problem(&problems, err);
    else if (!store_read_only(forms->store))
        rc = load_lists(forms, form, err);
    problems_release(&problems);
    if (rc) {
        form_free(form);
        json_free(from.seen);
        return rc;
    }
    *ret = add_entry(forms, form, from.seen, true);
    return 0;
}

static int read_version(struct forms *forms, const char *name, const char *hash,
        struct forms_entry **ret, struct err *err)
{
    struct json *texts = NULL;
    struct form_sources from = {0};
    struct problems problems;
    struct form *form;
    int rc = version_load(forms->store, name, hash, &texts, err);

    if (rc)
        return rc;
    problems_init(&problems);
    from.texts = texts;
    form = form_from(&from, name, &problems);
    if (!form)
        rc = forms_first_problem(&problems, err);
    else
        *ret = add_entry(forms, form, NULL, false);
    problems_release(&problems);
    json_free(texts);
    return rc;
}

struct engine *forms_engine(
        struct forms *forms, const struct form *form, struct err *err)
{
    struct problems problems;
    struct engine *engine;

    problems_init(&problems);
    engine = engine_new(form, &forms->hooks, &problems);
    if (!engine)
        forms_first_problem(&problems, err);
    problems_release(&problems);
    return engine;
}

static void forget_sources(struct forms_entry *entry)
{
    json_free(entry->sources);
    entry->sources = NULL;
}

/* Opens ENTRY's engine and completes it where it is wanted WHOLE. */
static int open_engine(
        struct forms *forms, struct forms_entry *entry, bool whole, struct err *err)
{
    struct problems problems;
    int rc = 0;

    problems_init(&problems);
    if (!entry->engine)
        entry->engine = engine_open(entry->form, &forms->hooks, &problems);
    if (!entry->engine || (whole && !engine_complete(entry->engine, &problems))) {
        engine_free(entry->engine);
        entry->engine = NULL;
        rc = forms_first_problem(&problems, err);
    }
    problems_release(&problems);
    return rc;
}

/* Tries all expressions of ENTRY and keeps it. One that is kept was found good then. */
static int prove(struct forms *forms, struct forms_entry *entry, struct err *err)
{
    int rc = 0;

    if (entry->sources && version_kept(forms->store, entry->form))
        forget_sources(entry);
    if (entry->sources)
        rc = open_engine(forms, entry, true, err);
    /* When it fails (a full disk, a busy store) it is tried again with the next use. */
    if (rc == 0 && entry->sources && !store_read_only(forms->store) &&
            version_keep(forms->store, entry->form, entry->sources, NULL) == 0)
        forget_sources(entry);
    return rc;
}

static struct forms_entry *find_entry(
        const struct forms *forms, const char *name, const char *hash)
{
    for (size_t i = 0; i < forms->n; i++) {
        struct forms_entry *e = forms->entries[i];

        if (!e->stale && strcmp(e->form->name, name) == 0 &&
                (hash ? strcmp(e->form->hash, hash) == 0 : e->current))
            return e;
    }
    return NULL;
}

static int find_version(struct forms *forms, const char *name, const char *hash,
        struct forms_entry **ret, struct err *err)
{
    *ret = find_entry(forms, name, hash);
    return *ret ? 0 : read_version(forms, name, hash, ret, err);
}

/* A list that cannot be filled has no choices; the form is good all the same. */
static int find_published(struct forms *forms, const struct forms_published *p,
        struct forms_entry **ret, struct err *err)
{
    bool is_new = !find_entry(forms, p->name, p->hash);
    int rc = find_version(forms, p->name, p->hash, ret, err);

    if (rc == 0 && is_new && !store_read_only(forms->store))
        (void)load_lists(forms, (*ret)->form, NULL);
    return rc;
}

static int find_folders(struct forms *forms, const char *name, struct forms_entry **ret,
        struct err *err)
{
    *ret = find_entry(forms, name, NULL);
    return *ret ? 0 : read_current(forms, name, ret, err);
}

static int find_current(struct forms *forms, const char *name, struct forms_entry **ret,
        struct err *err)
{
    const struct forms_published *p;

    if (!forms_known(forms, name))
        return err_set(err, ERR_NOT_FOUND, N_("there is no form %1$s"), name);
    p = forms_publication(forms, name);
    if (p && find_published(forms, p, ret, NULL) == 0)
        return 0;
    return find_folders(forms, name, ret, err);
}

static int find_any(struct forms *forms, const char *name, const char *hash,
        struct forms_entry **ret, struct err *err)
{
    int rc;

    if (!hash)
        return find_current(forms, name, ret, err);
    if (forms_known(forms, name) && !forms_publication(forms, name))
        (void)find_folders(forms, name, ret, NULL); /* may be the very version */
    rc = find_version(forms, name, hash, ret, err);
    if (rc == ERR_NOT_FOUND && forms_publication(forms, name) &&
            find_folders(forms, name, ret, NULL) == 0 &&
            strcmp((*ret)->form->hash, hash) == 0)
        rc = 0;
    return rc;
}

/* What a form is wanted for; each takes longer than the one before. */
enum use {
    USE_LOOK,   /* the form as it is written */
    USE_PROVEN, /* the form, found good and kept */
    USE_READ,   /* and an engine to read records with */
    USE_ENGINE, /* and all that it does */
};

static int lend(struct forms *forms, const char *name, const char *hash, enum use use,
        const struct form **ret_form, struct engine **ret_engine, struct err *err)
{
    struct forms_entry *entry = NULL;
    int rc = find_any(forms, name, hash, &entry, err);

    if (rc == 0 && use >= USE_PROVEN)
        rc = prove(forms, entry, err);
    if (rc == 0 && use >= USE_READ)
        rc = open_engine(forms, entry, use == USE_ENGINE, err);
    if (rc)
        return rc;
    *ret_form = entry->form;
    if (ret_engine)
        *ret_engine = entry->engine;
    return 0;
}

int forms_get(struct forms *forms, const char *name, const struct form **ret_form,
        struct engine **ret_engine, struct err *err)
{
    enum use use = ret_engine ? USE_ENGINE : USE_LOOK;

    return lend(forms, name, NULL, use, ret_form, ret_engine, err);
}

int forms_proven(struct forms *forms, const char *name, const char *hash,
        const struct form **ret_form, struct err *err)
{
    return lend(forms, name, hash, USE_PROVEN, ret_form, NULL, err);
}

int forms_get_version(struct forms *forms, const char *name, const char *hash,
        const struct form **ret_form, struct engine **ret_engine, struct err *err)
{
    enum use use = ret_engine ? USE_ENGINE : USE_LOOK;

    return lend(forms, name, hash, use, ret_form, ret_engine, err);
}

int forms_get_reader(struct forms *forms, const char *name, const char *hash,
        const struct form **ret_form, struct engine **ret_engine, struct err *err)
{
    return lend(forms, name, hash, USE_READ, ret_form, ret_engine, err);
}

/* --- words ------------------------------------------------------------------------ */

bool forms_title(struct forms *forms, const char *uid, struct buf *out)
{
    return linked_value(forms, uid, "title", out);
}

void forms_add_title(struct forms *forms, const char *uid, struct json *event)
{
    struct buf title;

    buf_init(&title, 0);
    if (!forms_title(forms, uid, &title))
        buf_clear(&title);
    json_set_text(event, "title", title.s);
    buf_release(&title);
}

static bool own_label(const struct form *form, const struct form_list *list,
        const char *code, const char *lang, struct buf *out)
{
    const struct form_entry *entry = form_entry_find(list, view_of(code));

    if (entry)
        buf_adds(out, form_text(form, &entry->label, lang));
    return entry != NULL;
}

void forms_label(struct forms *forms, const struct form *form, int list,
        const char *code, const char *lang, struct buf *out)
{
    const struct form_list *l =
            list >= 0 && (size_t)list < form->nlists ? &form->lists[list] : NULL;
    bool known = false;

    if (l)
        known = l->file ? lists_label(forms->store, l->name, code, lang, out)
                        : own_label(form, l, code, lang, out);
    if (!known)
        buf_adds(out, code);
}
