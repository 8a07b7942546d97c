/* Foreign agendas to drafts: the two readings of a file (docs/import.md). */
#include "import_foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <errno.h>

#include "odus/app/records.h"
#include "odus/base/mem.h"

#define URN "urn:uuid:"

/* The name KIND as it is kept; NULL: there is no such kind of file. */
static const char *kind_name(const char *kind)
{
    static const char *const names[] = {"ics", "openagenda", "jsonld"};

    for (size_t i = 0; kind && i < COUNT(names); i++)
        if (strcmp(names[i], kind) == 0)
            return names[i];
    return NULL;
}

/* --- opening ---------------------------------------------------------------------- */

static int prepare_type(
        struct foreign *f, enum foreign_type type, const char *name, struct err *err)
{
    struct import *im = &f->types[type];
    int rc = forms_get(f->app->forms, name, &im->form, &im->engine, err);

    if (rc < 0)
        return rc;
    im->app = f->app;
    import_prepare(im);
    return 0;
}

int foreign_open(struct app *app, const struct foreign_wish *wish, foreign_fn *told,
        void *ctx, struct foreign **ret, struct err *err)
{
    static const char *const names[FOREIGN_TYPES] = {"evenement", "lieu", "structure"};
    const char *slash = strrchr(wish->file, '/');
    struct foreign *f = xcalloc(1, sizeof(*f));
    struct import_queue *queue = import_queue_new();
    int rc = 0;

    if (wish->format && !kind_name(wish->format))
        rc = err_set(err, ERR_USAGE, N_("there is no format \"%1$s\""), wish->format);
    *f = (struct foreign){.app = app, .wish = wish, .told = told, .ctx = ctx};
    f->known = known_new();
    for (int i = 0; i < FOREIGN_TYPES; i++) {
        f->types[i].queue = queue;
        f->types[i].file = slash ? slash + 1 : wish->file;
    }
    for (int i = 0; i < FOREIGN_TYPES && rc == 0; i++)
        rc = prepare_type(f, (enum foreign_type)i, names[i], err);
    if (rc < 0)
        foreign_close(f);
    else
        *ret = f;
    return rc;
}

void foreign_close(struct foreign *f)
{
    if (!f)
        return;
    for (int i = 0; i < FOREIGN_TYPES; i++)
        if (f->types[i].blank)
            import_finish(&f->types[i]);
    import_queue_free(f->types[0].queue);
    known_free(f->known);
    json_free(f->notes);
    free(f->message);
    free(f);
}

const struct foreign_state *foreign_state(const struct foreign *f)
{
    return &f->state;
}

/* --- reading ---------------------------------------------------------------------- */

/* What tells one state of the file from another. */
static int mark_file(const char *file, char out[64], struct err *err)
{
    struct stat st;

    if (stat(file, &st) < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                N_("cannot read %1$s: %2$s"), file, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(err, ERR_INVALID, N_("this is a folder: %1$s"), file);
    snprintf(out, 64, "%lld %lld.%09ld", (long long)st.st_size,
            (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    return 0;
}

static int check_file(struct foreign *f, bool write, struct err *err)
{
    char mark[64];
    int rc = mark_file(f->wish->file, mark, err);

    if (rc == 0 && write && *f->mark && strcmp(mark, f->mark) != 0)
        rc = err_set(err, ERR_CONFLICT,
                N_("the file has changed since it was looked at: %1$s"), f->wish->file);
    memcpy(f->mark, mark, rc == 0 ? sizeof(mark) : 0);
    return rc;
}

int foreign_begin(struct foreign *f, bool write, struct err *err)
{
    int rc = check_file(f, write, err);

    if (rc == 0)
        rc = known_read(f->known, f, err);
    f->write = write;
    f->state = (struct foreign_state){.done = 0};
    json_free(f->notes);
    f->notes = json_new_object();
    return rc;
}

int foreign_start(struct foreign *f, bool write, struct worker **ret, struct err *err)
{
    struct json *job;
    int rc = foreign_begin(f, write, err);

    if (rc < 0)
        return rc;
    job = json_new_object();
    json_set_text(job, "job", "import");
    json_set_text(job, "file", f->wish->file);
    job_put(job, "kind", f->wish->format);
    job_put(job, "from", f->wish->from);
    job_put(job, "until", f->wish->until);
    return worker_start(f->app, "deliver", job, ret, err);
}

/* --- one event -------------------------------------------------------------------- */

/* Whether UID is free, or the record of an event. */
static bool may_be(struct foreign *f, const char *uid)
{
    struct json *body = NULL;
    const char *type;
    bool is = true;

    if (import_is_there(&f->types[FOREIGN_EVENT], uid) &&
            app_json(f->app, uid, &body, NULL) == 0) {
        type = json_get_text(body, "type");
        is = type && strcmp(type, f->types[FOREIGN_EVENT].form->name) == 0;
    }
    json_free(body);
    return is;
}

/* An identifier of our own kind is the record's, also as RFC 9562 has it in addresses:
 * what odus delivered comes back as the same record. */
static void identify(struct foreign *f, struct foreign_item *item)
{
    const struct json *source = json_get(item->proposal, "source");
    const char *system = json_get_text(source, "systeme");
    const char *id = json_get_text(source, "valeur");

    if (id && strncmp(id, URN, sizeof(URN) - 1) == 0)
        id += sizeof(URN) - 1;

    if (id && uuid_valid(view_of(id)) && may_be(f, id))
        memcpy(item->uid, id, sizeof(item->uid));
    else
        foreign_uid(FOREIGN_EVENT, system ? system : "", view_of(id), item->uid);
}

static void begin_report(struct foreign_item *item)
{
    const struct json *source = json_get(item->proposal, "source");
    struct json *own = json_new_object(), *notes = json_get(item->proposal, "notes");

    item->report = json_new_object();
    json_set_text(item->report, "place", json_get_text(source, "place"));
    json_set_text(own, "systeme", json_get_text(source, "systeme"));
    json_set_text(own, "valeur", json_get_text(source, "valeur"));
    json_set_take(item->report, "source", own);
    json_set_text(item->report, "uid", item->uid);
    json_set_take(item->report, "notes", notes ? json_dup(notes) : json_new_array());
}

/* In the first of the form's languages that has it. */
static void tell_title(struct foreign *f, struct foreign_item *item)
{
    const struct form *form = f->types[FOREIGN_EVENT].form;
    const struct json *titles = json_get(item->body, "titre");

    for (int i = 0; i < form->nlangs && !json_get(item->report, "title"); i++)
        json_set_text(item->report, "title", json_get_text(titles, form->langs[i]));
}

static void tell_days(struct foreign_item *item)
{
    const struct json *rows = json_get(item->body, "seances");
    struct view start = json_as_view(json_get(json_at(rows, 0), "debut"));

    if (start.n > 10)
        start.n = 10;
    json_set_take(item->report, "day", json_text(start));
    json_set_take(item->report, "performances", json_int((int64_t)json_len(rows)));
}

static int take_new(struct foreign *f, struct foreign_item *item, struct rec *rec,
        const struct json *given, struct err *err)
{
    const char *id = json_get_text(json_get(item->report, "source"), "valeur");

    json_set_text(item->report, "result", "new");
    return f->write ? foreign_write(f, FOREIGN_EVENT, rec, given, id ? id : "", err)
                    : 0;
}

/* What is in the queue cannot be compared; a file may have the same event twice. */
static int take_known(struct foreign *f, struct foreign_item *item,
        const struct json *given, struct err *err)
{
    int rc = import_flush(&f->types[FOREIGN_EVENT], err);

    return rc ? rc : foreign_compare(f, item, given, err);
}

static int take_record(struct foreign *f, struct foreign_item *item, struct err *err)
{
    struct import *im = &f->types[FOREIGN_EVENT];
    struct rec *rec = foreign_record(
            f, FOREIGN_EVENT, item->uid, item->body, item->left, "", item->report, err);
    bool there = import_is_there(im, item->uid);
    struct json *given;
    int rc = 0;

    if (!rec)
        return ERR_INVALID;
    given = foreign_given(f, FOREIGN_EVENT, rec);
    if (!there)
        rc = take_new(f, item, rec, given, err);
    engine_attach(im->engine, NULL);
    if (there)
        rc = take_known(f, item, given, err);
    json_free(given);
    rec_free(rec);
    return rc;
}

static void count(struct foreign *f, const struct json *report)
{
    const char *result = json_get_text(report, "result");

    f->state.count++;
    f->state.taken += strcmp(result, "new") == 0;
    f->state.already += strcmp(result, "already") == 0;
    f->state.changed +=
            strcmp(result, "changed") == 0 || strcmp(result, "updated") == 0;
    f->state.refused += strcmp(result, "refused") == 0;
}

static void tell(struct foreign *f, const struct json *report)
{
    count(f, report);
    foreign_count_notes(f, report);
    f->told(f->ctx, report);
}

/* Why an event is not taken, as a worker tells it. */
static void refuse(struct json *report, const struct err *err)
{
    struct json *why = json_new_object();

    lines_set_err(why, err);
    json_set_text(report, "result", "refused");
    json_set_text(report, "message", json_get_text(why, "message"));
    json_set_take(report, "args", json_dup(json_get(why, "args")));
    json_free(why);
}

/* What is amiss with this one event; the store's own failures end the import. */
static bool is_its_own(int rc)
{
    return rc == ERR_INVALID || rc == ERR_LIMIT || rc == ERR_BUSY || rc == ERR_DAMAGED;
}

static int take(struct foreign *f, const struct json *proposal, struct err *err)
{
    struct foreign_item item = {.proposal = proposal,
            .body = json_dup(json_get(proposal, "body")),
            .left = json_dup(json_get(proposal, "left"))};
    struct err why = {0};
    int rc;

    if (!item.body)
        item.body = json_new_null();
    if (json_kind(item.left) != JSON_KIND_OBJECT) {
        json_free(item.left);
        item.left = json_new_object();
    }
    identify(f, &item);
    begin_report(&item);
    tell_title(f, &item);
    tell_days(&item);
    rc = foreign_link(f, &item, &why);
    if (rc == 0)
        rc = take_record(f, &item, &why);
    if (is_its_own(rc)) {
        refuse(item.report, &why);
        rc = 0;
    }
    if (rc == 0)
        tell(f, item.report);
    else if (err)
        *err = why;
    json_free(item.body);
    json_free(item.left);
    json_free(item.report);
    return rc;
}

static void take_refusal(struct foreign *f, const struct json *event)
{
    struct json *report = json_new_object();

    json_set_text(report, "result", "refused");
    json_set_text(report, "place", json_get_text(event, "place"));
    json_set_text(report, "message", json_get_text(event, "message"));
    json_set_take(report, "args", json_dup(json_get(event, "args")));
    json_set_take(report, "notes", json_new_array());
    tell(f, report);
    json_free(report);
}

int foreign_event(struct foreign *f, const struct json *event, struct err *err)
{
    const char *ev = json_get_text(event, "ev");

    if (!ev)
        return 0;
    if (strcmp(ev, "proposal") == 0)
        return take(f, json_get(event, "proposal"), err);
    if (strcmp(ev, "refused") == 0) {
        take_refusal(f, event);
    } else if (strcmp(ev, "progress") == 0) {
        f->state.done = json_get_int(event, "done", 0);
        f->state.total = json_get_int(event, "total", 0);
    } else if (strcmp(ev, "error") == 0) {
        free(f->message);
        f->message = lines_get_err(event, &f->state.err);
    } else if (strcmp(ev, "done") == 0) {
        f->state.ended = true;
        f->state.kind = kind_name(json_get_text(event, "kind"));
    }
    return 0;
}

int foreign_finish(struct foreign *f, struct err *err)
{
    return f->write ? import_flush(&f->types[FOREIGN_EVENT], err) : 0;
}
