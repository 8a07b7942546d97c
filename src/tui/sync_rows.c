/* What the screen of the exchange lists: what asks for a person, what waits, what a
 * session told. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "sync_view.h"

enum { CONFLICTS_MOST = 100, QUEUE_MOST = 200, WORD_COLS = 13 };

/* --- read --- */

static void add_row(struct sync_view *v, struct sync_row row)
{
    const char *uid = row.entry ? row.entry->uid
                      : row.log ? json_get_text(row.log, "uid")
                                : NULL;

    if (uid)
        memcpy(row.uid, uid, strnlen(uid, sizeof row.uid - 1));
    v->rows = mem_grow(v->rows, v->nrows, &v->cap, sizeof *v->rows);
    v->rows[v->nrows++] = row;
}

static void add_entries(struct sync_view *v, const char *heading,
        const struct sync_queued *all, size_t n,
        bool (*is_one)(const struct sync_queued *))
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        if (is_one && !is_one(&all[i]))
            continue;
        if (!any)
            add_row(v, (struct sync_row){.heading = heading});
        any = true;
        add_row(v, (struct sync_row){.entry = &all[i]});
    }
}

static bool is_refused(const struct sync_queued *q)
{
    return q->standing.refused[0] && !q->standing.conflict;
}

static bool is_staying(const struct sync_queued *q)
{
    return !q->standing.refused[0] && !q->standing.conflict && q->standing.why;
}

static bool is_waiting(const struct sync_queued *q)
{
    return !q->standing.refused[0] && !q->standing.conflict && !q->standing.why;
}

static void add_log(struct sync_view *v)
{
    const struct json *log = session_state(v->ui->session)->log;

    if (json_len(log))
        add_row(v, (struct sync_row){.heading = _("in this session")});
    for (size_t i = json_len(log); i > 0; i--)
        add_row(v, (struct sync_row){.log = json_at(log, i - 1)});
}

const struct sync_row *sync_selected(struct sync_view *v)
{
    return list_empty(&v->list) || v->list.sel >= v->nrows ? NULL
                                                           : &v->rows[v->list.sel];
}

void sync_release(struct sync_view *v)
{
    app_queue_free(v->queue, v->nqueue);
    app_queue_free(v->conflicts, v->nconflicts);
    v->queue = v->conflicts = NULL;
    v->nqueue = v->nconflicts = 0;
}

/** The rows anew, of what was read; the selection stays on its record. */
void sync_fill(struct sync_view *v)
{
    char uid[37] = "";
    size_t sel = v->list.sel;

    if (sync_selected(v))
        memcpy(uid, sync_selected(v)->uid, sizeof uid);
    v->nrows = 0;
    add_entries(v, _("to decide"), v->conflicts, v->nconflicts, NULL);
    add_entries(v, _("refused by the server"), v->queue, v->nqueue, is_refused);
    add_entries(v, _("waiting"), v->queue, v->nqueue, is_waiting);
    add_entries(v, _("stays here"), v->queue, v->nqueue, is_staying);
    add_log(v);
    for (size_t i = 0; *uid && i < v->nrows; i++)
        if (strcmp(v->rows[i].uid, uid) == 0) {
            sel = i;
            break;
        }
    list_select(&v->list, sel);
}

void sync_load(struct sync_view *v)
{
    struct err err = {0};

    sync_release(v);
    v->generation = app_generation(v->ui->app);
    if (app_conflicts(v->ui->app, CONFLICTS_MOST, &v->conflicts, &v->nconflicts, &err) <
                    0 ||
            app_queue(v->ui->app, QUEUE_MOST, &v->queue, &v->nqueue, &err) < 0)
        ui_say_err(v->ui, &err);
    sync_fill(v);
}

/* --- drawn --- */

static size_t row_count(void *ctx)
{
    return ((struct sync_view *)ctx)->nrows;
}

static bool row_heading(void *ctx, size_t i)
{
    return ((struct sync_view *)ctx)->rows[i].heading != NULL;
}

const char *sync_title(const char *title)
{
    return title && *title ? title : _("untitled");
}

static const struct {
    const char *ev, *text;
    enum style style;
} told[] = {
        {"merged", N_("⇄ merged"), STYLE_OK},
        {"conflict", N_("≠ to decide"), STYLE_ERROR},
        {"refused", N_("✗ refused"), STYLE_ERROR},
        {"warning", N_("! warning"), STYLE_WARNING},
};

static struct status_word log_word(const struct json *log)
{
    const char *ev = json_get_text(log, "ev");

    for (size_t i = 0; ev && i < COUNT(told); i++)
        if (strcmp(ev, told[i].ev) == 0)
            return (struct status_word){gettext(told[i].text), told[i].style};
    return (struct status_word){"·", STYLE_DIM};
}

/** What a session told: the fields that came together, the server's reason. */
static void add_log_detail(const struct json *log, struct buf *out)
{
    const char *fields = json_get_text(log, "fields"), *why = json_get_text(log, "why");
    struct err err = {0};
    char *message;

    if (fields && *fields)
        buf_adds(out, fields);
    else if (why)
        buf_adds(out, ui_translate(why));
    if (!json_get(log, "message"))
        return;
    message = lines_get_err(log, &err);
    err_text(&err, ui_translate, out);
    free(message);
}

static void add_entry_detail(
        struct ui *ui, const struct sync_queued *entry, struct buf *out)
{
    if (entry->standing.refused[0])
        buf_adds(out, ui_translate(entry->standing.refused));
    else if (entry->standing.why)
        buf_adds(out, gettext(entry->standing.why));
    else if (entry->standing.referent)
        buf_adds(out, _("waits for a référent"));
    else
        buf_adds(out, *entry->type ? app_type_label(ui->app, entry->type) : "");
}

void sync_add_detail(struct sync_view *v, const struct sync_row *row, struct buf *out)
{
    if (row->entry)
        add_entry_detail(v->ui, row->entry, out);
    else if (row->log)
        add_log_detail(row->log, out);
}

static const char *title_of(const struct sync_row *row)
{
    return sync_title(
            row->entry ? row->entry->title : json_get_text(row->log, "title"));
}

static void draw_row(void *ctx, size_t i, struct rect r, bool is_selected)
{
    struct sync_view *v = ctx;
    const struct sync_row *row = &v->rows[i];
    enum style style = ui_row(r, is_selected);
    struct status_word word;
    struct buf detail;
    int room = r.cols - WORD_COLS - 3, wide = r.cols < UI_NARROW ? room : room * 3 / 5;
    bool about_none = row->log && !json_get(row->log, "uid");

    if (row->heading) {
        ui_rule(r.row, r.col, r.cols, STYLE_HEADING, view_of(row->heading));
        return;
    }
    buf_init(&detail, 0);
    word = row->entry ? status_word(&row->entry->standing) : log_word(row->log);
    sync_add_detail(v, row, &detail);
    ui_put_cut(r.row, r.col + 2, WORD_COLS - 1, is_selected ? style : word.style,
            view_of(word.text));
    if (about_none) /* all that there is to say of it */
        wide = room;
    ui_put_cut(r.row, r.col + 2 + WORD_COLS, wide, style,
            about_none ? buf_view(&detail) : view_of(title_of(row)));
    if (room - wide > 2)
        ui_put_cut(r.row, r.col + 3 + WORD_COLS + wide, room - wide - 1,
                is_selected ? style : STYLE_DIM, buf_view(&detail));
    buf_release(&detail);
}

const struct list_ops sync_rows = {
        .count = row_count, .draw = draw_row, .heading = row_heading};
