/* deliver: records into the formats of others; what is missing for them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/mem.h"
#include "readiness.h"
#include "worker.h"

enum { ID_MIN = 8 };

/* What the words of the command mean. */
struct plan {
    struct deliver_wish wish;
    struct deliver_format *formats;
    size_t nformats;
    struct deliver_profile *profiles;
    size_t nprofiles;
    const char **names; /* owned array */
    char **uids;        /* owned */
    size_t nuids;
    struct buf query;
};

struct session {
    struct run *r;
    struct follow follow;
    struct deliver_state state;
    struct json *error, *done; /* the events; NULL */
    struct readiness told;     /* of a check */
};

/* --- words ------------------------------------------------------------------------ */

static void plan_release(struct plan *p)
{
    app_deliver_formats_free(p->formats, p->nformats);
    app_deliver_profiles_free(p->profiles, p->nprofiles);
    for (size_t i = 0; i < p->nuids; i++)
        free(p->uids[i]);
    free(p->uids);
    free(p->names);
    buf_release(&p->query);
}

static bool is_format(const struct plan *p, const char *word)
{
    for (size_t i = 0; i < p->nformats; i++)
        if (strcmp(p->formats[i].name, word) == 0)
            return true;
    return false;
}

static void take_format(struct plan *p, const char *word)
{
    p->names[p->wish.nformats++] = word;
    p->wish.formats = p->names;
}

/* An identifier, or the beginning of one. */
static bool looks_like_id(const char *word)
{
    size_t n = strlen(word);

    if (n < ID_MIN || n > 36)
        return false;
    for (; *word; word++)
        if (!isxdigit((unsigned char)*word) && *word != '-')
            return false;
    return true;
}

static int take_id(struct run *r, struct plan *p, const char *word)
{
    char uid[37];
    int status = find_record(r, word, uid);

    if (status == CLI_DONE)
        p->uids[p->nuids++] = xstrdup(uid);
    return status;
}

static void take_query(struct plan *p, const char *word)
{
    if (p->query.len)
        buf_addc(&p->query, ' ');
    buf_adds(&p->query, word);
    p->wish.query = p->query.s;
}

/* Formats, then a query; where IDS are wanted these too. */
static int take_word(struct run *r, struct plan *p, const char *word, bool ids)
{
    if (is_format(p, word))
        take_format(p, word);
    else if (ids && looks_like_id(word))
        return take_id(r, p, word);
    else
        take_query(p, word);
    return CLI_DONE;
}

static int read_words(struct run *r, struct plan *p, bool ids)
{
    struct err err = {0};
    int status = CLI_DONE;

    if (app_deliver_formats(r->app, &p->formats, &p->nformats, &err) < 0)
        return cli_fail(&err);
    p->names = xcalloc(r->nwords + 1, sizeof(*p->names));
    p->uids = xcalloc(r->nwords + 1, sizeof(*p->uids));
    p->wish.out = r->args->out;
    p->wish.full = r->args->full;
    for (size_t i = 0; i < r->nwords && status == CLI_DONE; i++)
        status = take_word(r, p, r->words[i], ids);
    return status;
}

static bool is_form(const struct run *r, const char *word, size_t n)
{
    for (char *const *name = app_types(r->app); *name; name++)
        if (strlen(*name) == n && strncmp(*name, word, n) == 0)
            return true;
    return false;
}

/* A mistyped word would be one that nothing has, and empty the folder. What filters
 * find may be nothing for a time. */
static int expect_sense(struct run *r, const struct plan *p)
{
    const char *query = p->query.len ? p->query.s : "";
    size_t first = strcspn(query, " ");
    bool form = is_form(r, query, first);
    const char *words = form ? query + first + strspn(query + first, " ") : query;
    struct agenda *a;
    struct err err = {0};
    char *type;
    int rc;

    if (!*words || strchr(words, ':'))
        return CLI_DONE;
    type = form ? xstrndup(query, first) : xstrdup("*");
    a = agenda_new(r->app);
    rc = agenda_query(a, type, words, &err);
    free(type);
    if (rc == 0 && !agenda_selected(a))
        rc = err_set(&err, ERR_USAGE,
                N_("no format and no form is called so, and no record is found: "
                   "%1$s"),
                query);
    agenda_free(a);
    return rc ? cli_fail(&err) : CLI_DONE;
}

/* --- profiles --------------------------------------------------------------------- */

static int read_profiles(struct run *r, struct plan *p)
{
    struct err err = {0};

    return app_deliver_profiles(r->app, &p->profiles, &p->nprofiles, &err) < 0
                   ? cli_fail(&err)
                   : CLI_DONE;
}

/* What the command says itself goes before. */
static int use_profile(struct run *r, struct plan *p)
{
    const struct deliver_profile *found = NULL;
    struct err err = {0};
    int status = read_profiles(r, p);

    for (size_t i = 0; i < p->nprofiles && !found; i++)
        if (strcmp(p->profiles[i].name, r->args->profile) == 0)
            found = &p->profiles[i];
    if (status == CLI_DONE && !found) {
        err_set(&err, ERR_USAGE,
                N_("no delivery is called \"%1$s\"; see odus deliver --profiles"),
                r->args->profile);
        return cli_fail(&err);
    }
    if (status != CLI_DONE)
        return status;
    if (!p->wish.out)
        p->wish.out = found->folder;
    if (!p->wish.query)
        p->wish.query = found->query;
    p->wish.base = found->base;
    p->wish.title = found->title;
    if (!p->wish.nformats)
        p->wish.more = found->formats;
    return CLI_DONE;
}

static struct json *profile_json(const struct deliver_profile *profile)
{
    struct json *obj = json_new_object();

    json_set_text(obj, "name", profile->name);
    json_set_text(obj, "formats", profile->formats);
    json_set_text(obj, "folder", profile->folder);
    json_set_text(obj, "query", profile->query);
    json_set_text(obj, "base", profile->base);
    json_set_text(obj, "title", profile->title);
    return obj;
}

static int list_profiles(struct run *r)
{
    struct plan p = {.nprofiles = 0};
    struct out_list list = {0};
    int status = read_profiles(r, &p);

    for (size_t i = 0; i < p.nprofiles; i++) {
        const struct deliver_profile *one = &p.profiles[i];

        if (r->args->json)
            out_list_add(&list, profile_json(one));
        else
            out_line(_("%1$s: %2$s → %3$s%4$s%5$s"), one->name,
                    one->formats ? one->formats : _("all formats"),
                    one->folder ? one->folder : "?", one->query ? " · " : "",
                    one->query ? one->query : "");
    }
    if (status == CLI_DONE && r->args->json)
        out_list_end(&list);
    app_deliver_profiles_free(p.profiles, p.nprofiles);
    return status;
}

/* --- progress --------------------------------------------------------------------- */

static void show_progress(struct session *s)
{
    struct buf line;

    if (s->r->args->json)
        return;
    buf_init(&line, 0);
    buf_adds(&line, s->r->args->check ? _("checking") : _("delivering"));
    if (s->state.total > 0)
        buf_addf(
                &line, _(" %1$ld of %2$ld"), (long)s->state.done, (long)s->state.total);
    progress(line.s);
    buf_release(&line);
}

/* --- a session with the worker ---------------------------------------------------- */

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct session *s = ctx;

    deliver_state_event(&s->state, event);
    if (strcmp(ev, "progress") == 0) {
        show_progress(s);
        return;
    }
    progress_end();
    if (strcmp(ev, "text") == 0) {
        struct view text = json_as_view(json_get(event, "text"));

        fwrite(text.p, 1, text.n, stdout);
    } else if (strcmp(ev, "note") == 0 || strcmp(ev, "checked") == 0) {
        readiness_note(&s->told, event);
    } else if (strcmp(ev, "error") == 0) {
        s->error = json_dup(event);
        say_event_error(event);
    } else if (strcmp(ev, "done") == 0) {
        s->done = json_dup(event);
    }
}

/* WORKER is taken. */
static int run_session(struct session *s, struct worker *worker)
{
    int status, stopped = 0;

    s->follow = (struct follow){.worker = worker, .event = on_event, .ctx = s};
    status = follow(&s->follow, &stopped);
    progress_end();
    return stopped ? CLI_STOPPED + stopped : status;
}

static void session_release(struct session *s)
{
    deliver_state_release(&s->state);
    json_free(s->error);
    json_free(s->done);
}

/* --- the commands ----------------------------------------------------------------- */

static void print_summary(const struct session *s)
{
    const struct deliver_state *st = &s->state;
    long notes = (long)(st->refused + st->missing + st->cut);
    struct buf size, seconds;

    buf_init(&size, 0);
    buf_init(&seconds, 0);
    i18n_add_bytes(st->bytes, &size);
    i18n_add_tenths(st->ms / 100, &seconds);
    out_line(_("%1$ld records in %2$ld files: %3$ld written, %4$ld removed (%5$s, "
               "%6$s s)"),
            (long)st->records, (long)st->files, (long)st->written, (long)st->gone,
            size.s, seconds.s);
    buf_release(&size);
    buf_release(&seconds);
    if (notes)
        say(ngettext("%1$ld thing is left out, missing or cut: odus deliver --check",
                    "%1$ld things are left out, missing or cut: odus deliver --check",
                    notes),
                notes);
}

/* Who reads the mail of a timer learns that a selection finds nothing any more. */
static void warn_of_emptied(const struct session *s)
{
    long gone = (long)s->state.gone;

    if (s->state.records || !gone)
        return;
    say(ngettext("odus: no record is found any more: %1$ld file was removed",
                "odus: no record is found any more: %1$ld files were removed", gone),
            gone);
}

static int deliver(struct run *r, struct plan *p)
{
    struct session s = {.r = r};
    struct worker *worker;
    struct err err = {0};
    int status;

    if (!p->wish.out) {
        err_set(&err, ERR_USAGE, N_("no folder is named: --out DIR"));
        return cli_fail(&err);
    }
    if (app_deliver(r->app, &p->wish, &worker, &err) < 0)
        return cli_fail(&err);
    status = run_session(&s, worker);
    if (s.done && r->args->json) {
        json_set_take(s.done, "ev", NULL);
        out_json(json_retain(s.done));
    } else if (s.done) {
        print_summary(&s);
    }
    warn_of_emptied(&s);
    session_release(&s);
    return status;
}

static int check(struct run *r, struct plan *p)
{
    struct session s = {.r = r, .told = {.r = r}};
    struct worker *worker;
    struct err err = {0};
    int status;

    if (app_deliver_check(r->app, &p->wish, (const char *const *)p->uids, p->nuids,
                &worker, &err) < 0)
        return cli_fail(&err);
    status = run_session(&s, worker);
    readiness_end(&s.told);
    if (s.done && !r->args->json)
        say(_("%1$ld records: %2$ld left out, %3$ld missing, %4$ld cut, %5$ld not "
              "taken"),
                (long)s.state.records, (long)s.state.refused, (long)s.state.missing,
                (long)s.state.cut, (long)s.state.lost);
    session_release(&s);
    return status;
}

/* The bytes of one record, for a pipe. */
static int print_one(struct run *r, struct plan *p)
{
    struct session s = {.r = r};
    struct worker *worker;
    struct err err = {0};
    int status;

    if (p->wish.nformats != 1 || p->nuids != 1 || p->wish.query) {
        err_set(&err, ERR_USAGE, N_("one format and one record go to standard output"));
        return cli_fail(&err);
    }
    if (app_deliver_one(r->app, p->names[0], p->uids[0], &worker, &err) < 0)
        return cli_fail(&err);
    status = run_session(&s, worker);
    session_release(&s);
    return status;
}

int run_deliver(struct run *r)
{
    const struct cli_args *args = r->args;
    bool one = args->out && strcmp(args->out, "-") == 0;
    struct plan p = {.nformats = 0};
    int status;

    if (args->profiles)
        return list_profiles(r);
    buf_init(&p.query, 0);
    status = read_words(r, &p, one || args->check);
    if (status == CLI_DONE)
        status = expect_sense(r, &p);
    if (status == CLI_DONE && args->profile)
        status = use_profile(r, &p);
    if (status == CLI_DONE)
        status = one ? print_one(r, &p) : args->check ? check(r, &p) : deliver(r, &p);
    plan_release(&p);
    return status;
}
