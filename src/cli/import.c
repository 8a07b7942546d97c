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
    bool writing, final; /* this reading is the one that is reported */
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

/* --- for machines ----------------------------------------------------------------- */

static void put_sentence(struct json *j)
{
    struct buf text;

    if (!json_get_text(j, "message"))
        return;
    buf_init(&text, 0);
    lines_add_sentence(j, i18n_text, &text);
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
    struct buf line;

    if (s->r->args->json || st->total <= 0)
        return;
    buf_init(&line, 0);
    buf_addf(&line, "%s %d %%", s->writing ? _("writing") : _("reading"),
            (int)(st->done * 100 / st->total));
    progress(line.s);
    buf_release(&line);
}

/* --- a reading -------------------------------------------------------------------- */

static void on_report(void *ctx, const struct json *report)
{
    struct session *s = ctx;
    struct buf text;

    progress_end();
    if (s->r->args->json) {
        if (s->final)
            out_list_add(s->list, report_json(s, report));
        return;
    }
    if (!s->writing && (s->r->args->yes || foreign_state(s->foreign)->count > SHOWN))
        return; /* enough to look at, or nobody looks */
    buf_init(&text, 0);
    if (s->writing && json_get(report, "uid"))
        buf_addf(&text, "%.*s  ", UID_SHOWN, text_of(report, "uid"));
    foreign_words(s->foreign, report, i18n_text, &text);
    out_text(buf_view(&text));
    buf_release(&text);
}

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct session *s = ctx;

    if (s->failed)
        return;
    if (strcmp(ev, "error") == 0) {
        progress_end();
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
    progress_end();
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

static void tell_totals(const struct session *s)
{
    const struct foreign_state *st = foreign_state(s->foreign);
    struct view rest, line;
    struct buf text;

    if (!s->writing && !s->r->args->yes && st->count > SHOWN)
        say(ngettext("… and %ld more", "… and %ld more",
                    (unsigned long)(st->count - SHOWN)),
                (long)(st->count - SHOWN));
    buf_init(&text, 0);
    i18n_add_label(s->file, &text);
    foreign_summary(s->foreign, i18n_text, &text);
    rest = buf_view(&text);
    while (view_next(&rest, '\n', &line))
        if (line.n)
            say("%.*s", (int)line.n, line.p);
    buf_release(&text);
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
    status = run_session(&s);
    foreign_close(s.foreign);
    return status;
}
