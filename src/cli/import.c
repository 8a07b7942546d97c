/* import of agendas: what they hold is shown first, and written when that is wanted. */
#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ask.h"
#include "odus/app/import.h"
#include "odus/base/mem.h"
#include "worker.h"

enum { SHOWN = 20, UID_SHOWN = 13 };

struct session {
    struct run *r;
    const char *file;
    struct out_list *list;
    struct foreign *foreign;
    struct follow follow;
    struct json *kinds;  /* "kind\tmessage" -> how often */
    bool writing, final; /* this reading is the one that is reported */
    bool shown;          /* a line of progress stands on the terminal */
    int failed;          /* of the store */
    struct err err;
};

bool import_is_table(const struct run *r, const char *file)
{
    size_t n = strlen(file);
    const char *format = r->args->format;

    if (r->args->form || (format && strcmp(format, "csv") == 0))
        return true;
    return !format && n > 4 && strcasecmp(file + n - 4, ".csv") == 0;
}

/* --- words ------------------------------------------------------------------------ */

static const char *text_of(const struct json *j, const char *key)
{
    const char *text = json_get_text(j, key);

    return text ? text : "";
}

/* `message` and `args` of J as a sentence. */
static void sentence(const struct json *j, struct buf *out)
{
    const struct json *args = json_get(j, "args");
    const char *texts[ERR_ARGS];
    int n = 0;

    for (; n < ERR_ARGS && n < (int)json_len(args); n++) {
        const char *text = json_as_text(json_at(args, (size_t)n));

        texts[n] = text ? text : "";
    }
    err_expand(_(text_of(j, "message")), texts, n, out);
}

static const char *result_text(const char *result)
{
    static const struct {
        const char *key, *id;
    } results[] = {{"new", N_("new")}, {"already", N_("there already")},
            {"changed", N_("changed at its source")}, {"updated", N_("updated")},
            {"refused", N_("refused")}};

    for (size_t i = 0; i < COUNT(results); i++)
        if (strcmp(results[i].key, result) == 0)
            return _(results[i].id);
    return result;
}

static const char *kind_text(const char *kind)
{
    static const struct {
        const char *key, *id;
    } kinds[] = {{"changed", N_("taken otherwise")}, {"guessed", N_("guessed")},
            {"cut", N_("cut")}, {"lost", N_("not taken")},
            {"check", N_("to be checked")}, {"several", N_("to be chosen")}};

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].key, kind) == 0)
            return _(kinds[i].id);
    return kind;
}

static void add_link(const struct json *report, const char *key, struct buf *out)
{
    const struct json *link = json_get(report, key);
    const char *result = text_of(link, "result");

    if (!link)
        return;
    buf_addf(out, " · %s", text_of(link, "nom"));
    if (strcmp(result, "new") == 0)
        buf_addf(out, " (%s)", _("new"));
    else if (strcmp(result, "several") == 0)
        buf_addf(out, " (%s)", _("to be chosen"));
}

static void add_fields(
        const struct json *report, const char *key, const char *label, struct buf *out)
{
    const struct json *all = json_get(report, key);

    if (!json_len(all))
        return;
    buf_addf(out, "  %s:", label);
    for (size_t i = 0; i < json_len(all); i++)
        if (json_as_text(json_at(all, i)))
            buf_addf(out, " %s", json_as_text(json_at(all, i)));
    buf_addc(out, '\n');
}

static void add_event(const struct json *report, struct buf *out)
{
    long n = (long)json_get_int(report, "performances", 0);

    buf_addf(out, " %s %s", text_of(report, "day"), text_of(report, "title"));
    if (n > 1) {
        buf_adds(out, " (");
        buf_addf(out, ngettext("%ld performance", "%ld performances", (unsigned long)n),
                n);
        buf_addc(out, ')');
    }
    add_link(report, "lieu", out);
    add_link(report, "organisateur", out);
}

static void head_line(
        const struct session *s, const struct json *report, struct buf *out)
{
    if (s->writing && json_get(report, "uid"))
        buf_addf(out, "%.*s  ", UID_SHOWN, text_of(report, "uid"));
    buf_addf(out, "%s  %s:", text_of(report, "place"),
            result_text(text_of(report, "result")));
    if (json_get(report, "day"))
        add_event(report, out);
    if (json_get_text(report, "message")) {
        buf_adds(out, json_get(report, "day") ? " – " : " ");
        sentence(report, out);
    }
    buf_addc(out, '\n');
}

static void report_text(
        const struct session *s, const struct json *report, struct buf *out)
{
    const struct json *notes = json_get(report, "notes");

    head_line(s, report, out);
    add_fields(report, "fields", _("changed"), out);
    add_fields(report, "kept", _("changed here too, stays"), out);
    if (strcmp(text_of(report, "result"), "already") == 0)
        return; /* it was told when it was taken */
    for (size_t i = 0; i < json_len(notes); i++) {
        const struct json *note = json_at(notes, i);
        const char *field = text_of(note, "field");

        buf_addf(out, "  %s: %s%s", kind_text(text_of(note, "kind")), field,
                *field ? ": " : "");
        sentence(note, out);
        buf_addc(out, '\n');
    }
}

/* --- for machines ----------------------------------------------------------------- */

static void put_sentence(struct json *j)
{
    struct buf text;

    if (!json_get_text(j, "message"))
        return;
    buf_init(&text, 0);
    sentence(j, &text);
    json_set_text(j, "message", text.s);
    json_set_take(j, "args", NULL);
    buf_release(&text);
}

static struct json *report_json(const struct session *s, const struct json *report)
{
    struct json *out = json_dup(report);
    struct json *notes = json_get(out, "notes");

    json_set_text(out, "file", s->file);
    put_sentence(out);
    for (size_t i = 0; i < json_len(notes); i++)
        put_sentence(json_at(notes, i));
    return out;
}

/* --- progress --------------------------------------------------------------------- */

static void show_progress(struct session *s)
{
    const struct foreign_state *st = foreign_state(s->foreign);

    if (s->r->args->json || !isatty(STDERR_FILENO) || st->total <= 0)
        return;
    fprintf(stderr, "\r%s %d %%\033[K", s->writing ? _("writing") : _("reading"),
            (int)(st->done * 100 / st->total));
    s->shown = true;
}

static void end_progress(struct session *s)
{
    if (s->shown)
        fprintf(stderr, "\r\033[K");
    s->shown = false;
}

/* --- a reading -------------------------------------------------------------------- */

static void count_kinds(struct session *s, const struct json *report)
{
    const struct json *notes = json_get(report, "notes");
    struct buf key;

    buf_init(&key, 0);
    for (size_t i = 0; i < json_len(notes); i++) {
        buf_clear(&key);
        buf_addf(&key, "%s\t%s", text_of(json_at(notes, i), "kind"),
                text_of(json_at(notes, i), "message"));
        json_set_take(s->kinds, key.s, json_int(json_get_int(s->kinds, key.s, 0) + 1));
    }
    buf_release(&key);
}

static void on_report(void *ctx, const struct json *report)
{
    struct session *s = ctx;
    struct buf text;

    end_progress(s);
    if (!s->writing)
        count_kinds(s, report);
    if (s->r->args->json) {
        if (s->final)
            out_list_add(s->list, report_json(s, report));
        return;
    }
    if (!s->writing && (s->r->args->yes || foreign_state(s->foreign)->count > SHOWN))
        return; /* enough to look at, or nobody looks */
    buf_init(&text, 0);
    report_text(s, report, &text);
    out_text(buf_view(&text));
    buf_release(&text);
}

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct session *s = ctx;

    if (s->failed)
        return;
    if (strcmp(ev, "error") == 0) {
        end_progress(s);
        say_event_error(event);
    }
    s->failed = foreign_event(s->foreign, event, &s->err);
    if (s->failed)
        worker_stop(s->follow.worker);
    else if (strcmp(ev, "progress") == 0)
        show_progress(s);
}

/* One reading of the file, to its end or not: the exit status. */
static int read_file(struct session *s, bool write)
{
    struct worker *worker;
    int status, stopped = 0;

    s->writing = write;
    if (foreign_start(s->foreign, write, &worker, &s->err) < 0)
        return cli_fail(&s->err);
    s->follow = (struct follow){.worker = worker, .event = on_event, .ctx = s};
    status = follow(&s->follow, &stopped);
    end_progress(s);
    if (!s->failed)
        s->failed = foreign_finish(s->foreign, &s->err);
    if (s->failed)
        return cli_fail(&s->err);
    if (stopped)
        return CLI_STOPPED + stopped;
    if (foreign_state(s->foreign)->ended)
        return foreign_state(s->foreign)->refused ? CLI_PROBLEMS : CLI_DONE;
    if (!foreign_state(s->foreign)->err.id)
        say("%s", _("odus: odus-deliver ended before the file did"));
    return status > CLI_PROBLEMS ? status : CLI_PROBLEMS;
}

/* --- between the two -------------------------------------------------------------- */

static void tell_kind(const char *kind, const char *message, long n)
{
    static const char *const any[ERR_ARGS] = {"…", "…", "…", "…"};
    struct buf text;

    buf_init(&text, 0);
    err_expand(_(message), any, ERR_ARGS, &text);
    say("  %ld × %s: %s", n, kind_text(kind), text.s);
    buf_release(&text);
}

static void tell_kinds(const struct session *s)
{
    for (struct json_iter it = {0}; json_iter(s->kinds, &it);) {
        struct view rest = view_of(it.key), kind;
        char *name;

        if (!view_next(&rest, '\t', &kind))
            continue;
        name = view_dup(kind);
        tell_kind(name, rest.p, (long)json_as_int(it.val, 0));
        free(name);
    }
}

static void tell_totals(const struct session *s)
{
    const struct foreign_state *st = foreign_state(s->foreign);

    if (!s->writing && !s->r->args->yes && st->count > SHOWN)
        say(ngettext("… and %ld more", "… and %ld more",
                    (unsigned long)(st->count - SHOWN)),
                (long)(st->count - SHOWN));
    say(_("%1$s: %2$ld new, %3$ld there already, %4$ld changed, %5$ld refused"),
            s->file, (long)st->taken, (long)st->already, (long)st->changed,
            (long)st->refused);
    if (st->places || st->organisers)
        say(_("new beside them: places %1$ld, organisers %2$ld"), (long)st->places,
                (long)st->organisers);
    tell_kinds(s);
    if (st->changed && !s->r->args->update)
        say("%s", _("What changed at its source is left alone: --update takes it."));
}

static bool has_work(const struct session *s)
{
    const struct foreign_state *st = foreign_state(s->foreign);

    return st->taken || (st->changed && s->r->args->update);
}

/* The second reading, where it is wanted. */
static int take_file(struct session *s, int status)
{
    if (s->r->args->dry_run || (!s->r->args->yes && !has_work(s)))
        return status;
    if (!s->r->args->yes && !ask_yes(_("Make drafts of them? (y/n)"))) {
        say("%s", _("Nothing was written."));
        return CLI_PROBLEMS;
    }
    s->final = true;
    status = read_file(s, true);
    if (!s->r->args->json)
        tell_totals(s);
    return status;
}

static int run_session(struct session *s)
{
    int status;

    s->final = s->r->args->dry_run;
    status = read_file(s, false);
    if (!foreign_state(s->foreign)->ended || s->failed) {
        say(_("%1$s: nothing was written"), s->file);
        return status;
    }
    if (!s->r->args->json && !(s->r->args->yes && !s->r->args->dry_run))
        tell_totals(s);
    return take_file(s, status);
}

int import_agenda(struct run *r, const char *file, struct out_list *list)
{
    const struct foreign_wish wish = {.file = file,
            .format = r->args->format,
            .from = r->args->from,
            .until = r->args->until,
            .update = r->args->update};
    struct session s = {.r = r, .file = file, .list = list};
    int status;

    if (r->args->json && !r->args->yes && !r->args->dry_run) {
        err_set(&s.err, ERR_USAGE, N_("nobody can be asked: --yes or --dry-run"));
        return cli_fail(&s.err);
    }
    if (foreign_open(r->app, &wish, on_report, &s, &s.foreign, &s.err) < 0)
        return cli_fail(&s.err);
    s.kinds = json_new_object();
    status = run_session(&s);
    json_free(s.kinds);
    foreign_close(s.foreign);
    return status;
}
