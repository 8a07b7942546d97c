/* odus-deliver: the jobs that read the store. */
#include "odus/deliver/work.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/deliver/each.h"
#include "run_priv.h"

enum {
    PROGRESS_MS = 100,
    CHUNK = 128 * 1024, /* of a text in one event; escaped it still fits a line */
    KINDS = NOTE_LOST + 1,
};

static const char *const kind_names[KINDS] = {[NOTE_REFUSED] = "refused",
        [NOTE_MISSING] = "missing",
        [NOTE_CUT] = "cut",
        [NOTE_LOST] = "lost"};

/* A job on a store. */
struct job {
    struct work *w;
    struct store *store;
    struct forms *forms;
    const struct format **formats; /* owned array, NULL-terminated */
    struct search_query query;     /* borrows from the job */
    struct run_options opt;
    char **uids; /* owned array of borrowed texts; NULL: those of the query */
    bool tells;  /* every note, not only how many */
    int64_t counts[KINDS];
    int64_t told_ms, began_ms;
};

/* --- reading the job ------------------------------------------------------------- */

static bool is_named(const struct json *names, const char *name)
{
    for (size_t i = 0; i < json_len(names); i++)
        if (view_is(json_as_view(json_at(names, i)), name))
            return true;
    return json_len(names) == 0; /* all of them */
}

static int check_names(const struct json *names, struct err *err)
{
    for (size_t i = 0; i < json_len(names); i++) {
        const char *name = json_as_text(json_at(names, i));

        if (!format_find(name ? name : ""))
            return err_set(err, ERR_USAGE, N_("there is no format \"%1$s\""),
                    name ? name : "");
    }
    return 0;
}

/* Each once, in the order of the table: what is asked for in another order is the same
 * delivery. */
static int read_formats(struct job *j, struct err *err)
{
    const struct json *names = json_get(j->w->job, "formats");
    size_t all = 0, n = 0;

    while (formats[all])
        all++;
    j->formats = xcalloc(all + 1, sizeof(struct format *));
    for (size_t i = 0; i < all; i++)
        if (is_named(names, formats[i]->name))
            j->formats[n++] = formats[i];
    j->opt.formats = j->formats;
    return check_names(names, err);
}

static void read_query(struct job *j)
{
    const struct json *q = json_get(j->w->job, "query");

    if (!q)
        return;
    each_query(q, &j->query);
    j->opt.query = &j->query;
}

static void read_uids(struct job *j)
{
    const struct json *uids = json_get(j->w->job, "uids");
    size_t n = 0;

    if (json_len(uids) == 0)
        return;
    j->uids = xcalloc(json_len(uids) + 1, sizeof(*j->uids));
    for (size_t i = 0; i < json_len(uids); i++) {
        const char *uid = json_as_text(json_at(uids, i));

        if (uid)
            j->uids[n++] = (char *)uid;
    }
}

static const char *text_of(const struct work *w, const char *key, const char *otherwise)
{
    const char *text = work_text(w, key);

    return text ? text : otherwise;
}

static int open_store(struct job *j, struct err *err)
{
    const struct store_options opt = {.dir = work_text(j->w, "store")};
    const struct forms_options forms = {
            .dir = text_of(j->w, "forms", ""), .lang = text_of(j->w, "lang", "fr")};
    int rc;

    if (!opt.dir)
        return err_set(err, ERR_USAGE, N_("the job names no store"));
    rc = store_open(&opt, &j->store, err);
    if (rc == 0)
        j->forms = forms_new(j->store, &forms);
    return rc;
}

static int job_open(struct job *j, struct err *err)
{
    struct work *w = j->w;
    int rc = read_formats(j, err);

    j->began_ms = clock_mono_ms();
    j->opt.out = work_text(w, "out");
    j->opt.base = text_of(w, "base", "");
    j->opt.title = text_of(w, "title", "");
    j->opt.publisher = text_of(w, "publisher", "");
    j->opt.lang = text_of(w, "lang", "fr");
    j->opt.full = json_get_bool(w->job, "full", false);
    read_query(j);
    read_uids(j);
    return rc ? rc : open_store(j, err);
}

static void job_release(struct job *j)
{
    forms_free(j->forms);
    store_close(j->store);
    free(j->formats);
    free(j->uids);
}

/* --- what it tells --------------------------------------------------------------- */

static bool progress(void *ctx, int64_t done, int64_t total)
{
    struct job *j = ctx;
    int64_t now = clock_mono_ms();
    struct json *event;

    if (now - j->told_ms < PROGRESS_MS)
        return !j->w->stop;
    j->told_ms = now;
    if (done >= 0) {
        event = work_event("progress");
        work_set_int(event, "done", done);
        work_set_int(event, "total", total);
        work_tell(j->w, event);
    }
    return work_go_on(j->w);
}

/* People know a record by its title and when it begins. */
static void set_record(
        const struct job *j, const struct notice *notice, struct json *event)
{
    char day[DATE_ISO_SIZE];

    json_set_text(event, "uid", notice->uid);
    json_set_text(event, "type", notice->type);
    forms_add_title(j->forms, notice->uid, event);
    if (notice->noccurrences == 0)
        return;
    date_iso(notice->occurrences[0].start.days, day);
    json_set_text(event, "day", day);
}

static void note(void *ctx, const struct format *format, const struct notice *notice,
        const struct note *note)
{
    struct job *j = ctx;
    struct json *event, *args;

    j->counts[note->kind]++;
    if (!j->tells)
        return;
    event = work_event("note");
    json_set_text(event, "format", format->name);
    set_record(j, notice, event);
    json_set_text(event, "kind", kind_names[note->kind]);
    json_set_text(event, "field", note->field ? note->field : "");
    json_set_text(event, "message", note->message);
    args = json_new_array();
    for (size_t i = 0; i < COUNT(note->args) && note->args[i]; i++)
        json_push_take(args, json_text(view_of(note->args[i])));
    json_set_take(event, "args", args);
    work_tell(j->w, event);
}

/* Which formats take a record that was asked for by its name. */
static void checked(void *ctx, const struct notice *notice)
{
    struct job *j = ctx;
    struct json *event, *names;

    if (!j->uids)
        return;
    event = work_event("checked");
    names = json_new_array();
    set_record(j, notice, event);
    for (size_t i = 0; j->formats[i]; i++)
        if (format_takes(j->formats[i], notice))
            json_push_take(names, json_text(view_of(j->formats[i]->name)));
    json_set_take(event, "formats", names);
    work_tell(j->w, event);
}

static void tell_done(struct job *j, const struct run_report *report)
{
    struct json *event = work_event("done");

    work_set_int(event, "records", report->records);
    work_set_int(event, "made", report->made);
    work_set_int(event, "files", report->files);
    work_set_int(event, "written", report->written);
    work_set_int(event, "gone", report->removed);
    work_set_int(event, "bytes", report->bytes);
    for (size_t i = 0; i < KINDS; i++)
        work_set_int(event, kind_names[i], j->counts[i]);
    work_set_int(event, "ms", clock_mono_ms() - j->began_ms);
    work_tell(j->w, event);
}

/* --- the jobs -------------------------------------------------------------------- */

static int finish(struct job *j, int rc, const struct err *err, int status)
{
    if (rc)
        status = work_fail(j->w, err, work_status(rc));
    job_release(j);
    return status;
}

static int work_deliver(struct work *w, void *ctx)
{
    struct job j = {.w = w};
    const struct run_hooks hooks = {.progress = progress, .note = note, .ctx = &j};
    struct run_report report;
    struct err err = {0};
    int rc = job_open(&j, &err);

    (void)ctx;
    if (rc == 0 && !j.opt.out)
        rc = err_set(&err, ERR_USAGE, N_("no folder is named: --out DIR"));
    if (rc == 0)
        rc = deliver_run(j.store, j.forms, &j.opt, &hooks, &report, &err);
    if (rc == 0)
        tell_done(&j, &report);
    return finish(&j, rc, &err, WORK_DONE);
}

static int work_check(struct work *w, void *ctx)
{
    struct job j = {.w = w, .tells = true};
    const struct run_hooks hooks = {
            .progress = progress, .note = note, .checked = checked, .ctx = &j};
    struct run_report report;
    struct err err = {0};
    int rc = job_open(&j, &err);

    (void)ctx;
    if (rc == 0)
        rc = deliver_check(j.store, j.forms, &j.opt, j.uids, &hooks, &report, &err);
    if (rc == 0)
        tell_done(&j, &report);
    return finish(&j, rc, &err,
            j.counts[NOTE_REFUSED] || j.counts[NOTE_MISSING] ? WORK_PROBLEMS
                                                             : WORK_DONE);
}

static void tell_text(struct work *w, struct view text)
{
    while (text.n) {
        size_t n = text.n < CHUNK ? text.n : CHUNK;
        struct json *event = work_event("text");

        while (n < text.n && n > 1 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
            n--; /* not inside a character */
        json_set_take(event, "text", json_text((struct view){text.p, n}));
        work_tell(w, event);
        text.p += n;
        text.n -= n;
    }
}

static int work_one(struct work *w, void *ctx)
{
    struct job j = {.w = w};
    struct err err = {0};
    struct buf out;
    int rc = job_open(&j, &err);

    (void)ctx;
    buf_init(&out, 0);
    if (rc == 0 &&
            (!j.uids || !j.uids[0] || j.uids[1] || !j.formats[0] || j.formats[1]))
        rc = err_set(
                &err, ERR_USAGE, N_("one format and one record go to standard output"));
    if (rc == 0)
        rc = deliver_one(j.store, j.forms, &j.opt, j.formats[0], j.uids[0], &out, &err);
    if (rc == 0) {
        tell_text(w, buf_view(&out));
        work_tell(w, work_event("done"));
    }
    buf_release(&out);
    return finish(&j, rc, &err, WORK_DONE);
}

static int work_formats(struct work *w, void *ctx)
{
    struct json *event = work_event("done"), *all = json_new_array();

    (void)ctx;
    for (size_t i = 0; formats[i]; i++) {
        struct json *one = json_new_object();

        json_set_text(one, "name", formats[i]->name);
        json_set_text(one, "label", formats[i]->label);
        json_push_take(all, one);
    }
    json_set_take(event, "formats", all);
    work_tell(w, event);
    return WORK_DONE;
}

static int work_import(struct work *w, void *ctx)
{
    (void)ctx;
    return source_work(w);
}

int deliver_work(int in, int out)
{
    static const struct work_job jobs[] = {
            {"deliver", work_deliver},
            {"deliver-check", work_check},
            {"deliver-one", work_one},
            {"deliver-formats", work_formats},
            {"import", work_import},
    };

    return work_run(in, out, jobs, COUNT(jobs), NULL);
}
