#include "odus/deliver/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "run_priv.h"

enum { ENGINE = 1 /* grows when the same notices give other files */ };

/* --- what the parts share -------------------------------------------------------- */

struct delivery run_delivery(const struct run_options *opt, struct gate *gate)
{
    return (struct delivery){.base = opt->base ? opt->base : "",
            .title = opt->title && *opt->title ? opt->title : "Agenda",
            .publisher = opt->publisher ? opt->publisher : "",
            .lang = opt->lang ? opt->lang : "fr",
            .modified = "",
            .gate = gate};
}

struct gate *run_gate(struct store *store, struct forms *forms)
{
    char *training = store_meta_get(store, "training");
    const struct gate_options opt = {.exercises = training != NULL};

    free(training);
    return gate_new(store, forms, &opt);
}

bool format_takes_type(const struct format *format, const char *type)
{
    for (size_t i = 0; format->types[i]; i++)
        if (strcmp(format->types[i], "*") == 0 || strcmp(format->types[i], type) == 0)
            return true;
    return false;
}

static bool may_receive(const struct format *format, const struct notice *n)
{
    if (!format->recipient || !n->recipients)
        return true;
    for (size_t i = 0; i < json_len(n->recipients); i++) {
        const char *code = json_as_text(json_at(n->recipients, i));

        if (code && strcmp(code, format->recipient) == 0)
            return true;
    }
    return false;
}

bool format_takes(const struct format *format, const struct notice *n)
{
    return format_takes_type(format, n->type) && (format->gone || !n->gone) &&
           may_receive(format, n);
}

const struct format *run_format(const struct run *r, const char *name)
{
    for (size_t i = 0; r->opt->formats[i]; i++)
        if (strcmp(r->opt->formats[i]->name, name) == 0)
            return r->opt->formats[i];
    return NULL;
}

bool run_go_on(const struct run_hooks *hooks, int64_t done, int64_t total)
{
    return !hooks->progress || hooks->progress(hooks->ctx, done, total);
}

/* --- what has changed ------------------------------------------------------------ */

static void feed(struct hash_state *h, const char *text)
{
    hash_feed(h, view_of(text));
    hash_feed(h, (struct view){"", 1});
}

static void feed_number(struct hash_state *h, int n)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", n);
    feed(h, text);
}

/* All that pieces depend on besides the records. */
static int stamp_of(const struct run *r, char ret[HASH_256_TEXT], struct err *err)
{
    const struct delivery *d = &r->delivery;
    char *training = store_meta_get(r->store, "training");
    const char *texts[] = {ODUS_VERSION, d->base, d->title, d->publisher, d->lang,
            training ? "training" : ""};
    char forms[33] = "";
    struct hash_state h;
    int rc = forms_stamp(r->forms, forms, err);

    hash_start(&h);
    feed_number(&h, ENGINE);
    for (size_t i = 0; i < COUNT(texts); i++)
        feed(&h, texts[i]);
    feed(&h, forms);
    for (size_t i = 0; r->opt->formats[i]; i++) {
        feed(&h, r->opt->formats[i]->name);
        feed_number(&h, r->opt->formats[i]->version);
    }
    hash_finish(&h, ret);
    free(training);
    return rc;
}

static bool is_taken(const struct run *r, const char *type)
{
    for (size_t i = 0; r->opt->formats[i]; i++)
        if (format_takes_type(r->opt->formats[i], type))
            return true;
    return false;
}

/* Venues, organisations and the like go along with the events that show them; an event
 * only when it was asked for. */
static int compare(void *ctx, const struct record_head *head, struct err *err)
{
    struct run *r = ctx;
    bool taken = is_taken(r, head->type);
    const struct state_head known = {.uid = head->uid,
            .rev = head->rev,
            .wanted = taken &&
                      (select_has(&r->select, head->uid) || select_is_gone(head)),
            .linkable = taken && !forms_dated(r->forms, head->type)};

    return state_compare(r->state, &known, err);
}

static int compare_all(struct run *r, struct err *err)
{
    int rc = state_compare_begin(r->state, err);

    if (rc == 0)
        rc = record_heads(r->store, compare, r, err);
    return rc ? rc : state_compare_end(r->state, err);
}

/* A file that somebody changed, or that was not put in its place. */
static int look_at(void *ctx, const struct state_file *file, struct err *err)
{
    struct run *r = ctx;
    int64_t bytes, mtime;

    if (tree_path_ok(file->path) && tree_look(&r->tree, file->path, &bytes, &mtime) &&
            bytes == file->bytes && mtime == file->mtime)
        return 0;
    return state_spoilt(r->state, file->id, err);
}

static int find_changes(struct run *r, struct err *err)
{
    char stamp[HASH_256_TEXT];
    int rc = stamp_of(r, stamp, err);

    if (rc == 0 && (r->opt->full || !state_is(r->state, stamp)))
        rc = state_anew(r->state, stamp, err);
    else if (rc == 0)
        rc = state_files(r->state, STATE_ALL, look_at, r, err);
    return rc ? rc : compare_all(r, err);
}

/* --- a run ----------------------------------------------------------------------- */

static const char *const state_files_of[] = {
        "state.db", "state.db-journal", "state.db-wal", "state.db-shm"};

static int open_state(struct run *r, struct err *err)
{
    char *path = tree_own_path(&r->tree, "state.db");
    int rc;

    for (size_t i = 0; i < COUNT(state_files_of); i++)
        tree_own_plain(&r->tree, state_files_of[i]);
    rc = state_open(path, &r->state, err);
    free(path);
    return rc;
}

static int deliver(struct run *r, struct err *err)
{
    int rc = open_state(r, err);

    if (rc == 0)
        rc = select_read(r->store, r->opt->query, &r->select, err);
    if (rc == 0)
        rc = find_changes(r, err);
    if (rc == 0)
        rc = run_make(r, err);
    if (rc == 0)
        rc = run_write(r, err);
    if (rc == 0) {
        r->report->records = state_records(r->state);
        r->report->files = state_count_files(r->state);
        rc = run_publish(r, err);
    }
    if (r->spool)
        fclose(r->spool);
    r->spool = NULL;
    state_close(r->state);
    r->state = NULL;
    select_release(&r->select);
    return rc;
}

/* What a state that somebody has changed may lead to. */
static bool is_doubtful(int rc)
{
    return rc == ERR_DAMAGED || rc == ERR_CONFLICT || rc == ERR_INVALID ||
           rc == ERR_LIMIT;
}

/* What the folder knows of itself cannot be relied on: it is made anew. */
static void forget_state(struct run *r, struct err *err)
{
    for (size_t i = 0; i < COUNT(state_files_of); i++)
        tree_own_remove(&r->tree, state_files_of[i]);
    tree_sweep(&r->tree);
    err_clear(err);
    *r->report = (struct run_report){0};
}

int deliver_run(struct store *store, struct forms *forms, const struct run_options *opt,
        const struct run_hooks *hooks, struct run_report *ret, struct err *err)
{
    struct run_report report = {0};
    struct run r = {.store = store,
            .forms = forms,
            .opt = opt,
            .hooks = hooks,
            .report = &report,
            .gate = run_gate(store, forms)};
    int rc = tree_open(opt->out, &r.tree, err);

    r.delivery = run_delivery(opt, r.gate);
    if (rc == 0)
        rc = deliver(&r, err);
    if (is_doubtful(rc)) {
        forget_state(&r, err);
        rc = deliver(&r, err);
    }
    tree_close(&r.tree);
    gate_free(r.gate);
    if (rc == 0)
        *ret = report;
    return rc;
}
