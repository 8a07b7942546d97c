/* Before delivering: what formats leave out, miss or cut, record by record. Enter goes
 * to the field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/app/deliver.h"
#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "background.h"
#include "form_view.h"

enum { TOLD_ROWS = 4, KIND_COLS = 16, FORMAT_COLS = 22, RECORDS_MAX = 500 };

struct checked {
    char uid[37];
    char *name; /* title and date */
    struct deliver_notes notes;
};

enum { ROW_RECORD = -1, ROW_WHOLE = -2 };

/* A row of the list: a record, one of its notes, or the formats that take it whole. */
struct row {
    size_t record;
    int note;
};

struct readiness_view {
    struct ui *ui;
    struct form_view *f;      /* that the record is open in; NULL */
    char uid[37];             /* the record; "": those of a query */
    struct deliver_wish wish; /* of a query; its texts are borrowed from below */
    char *title, *formats, *query;
    struct background work;
    struct deliver_state state;
    struct checked *records;
    size_t n, cap;
    struct row *rows;
    size_t nrows, cap_rows;
    struct list list;
};

/* --- what is told ----------------------------------------------------------------- */

static void forget(struct readiness_view *v)
{
    for (size_t i = 0; i < v->n; i++) {
        free(v->records[i].name);
        deliver_notes_release(&v->records[i].notes);
    }
    free(v->records);
    free(v->rows);
    deliver_state_release(&v->state);
    v->records = NULL;
    v->rows = NULL;
    v->n = v->cap = v->nrows = v->cap_rows = 0;
}

static void put_row(struct readiness_view *v, size_t record, int note)
{
    v->rows = mem_grow(v->rows, v->nrows, &v->cap_rows, sizeof(*v->rows));
    v->rows[v->nrows++] = (struct row){record, note};
}

static void lay_out(struct readiness_view *v)
{
    v->nrows = 0;
    for (size_t i = 0; i < v->n; i++) {
        const struct deliver_notes *notes = &v->records[i].notes;

        if (!*v->uid && notes->n)
            put_row(v, i, ROW_RECORD);
        for (size_t j = 0; j < notes->n; j++)
            put_row(v, i, (int)j);
        if (notes->whole && *notes->whole)
            put_row(v, i, ROW_WHOLE);
    }
}

static struct checked *add_record(
        struct readiness_view *v, const char *uid, char *take_name)
{
    struct checked *r;

    v->records = mem_grow(v->records, v->n, &v->cap, sizeof(*v->records));
    r = &v->records[v->n++];
    *r = (struct checked){.name = take_name};
    snprintf(r->uid, sizeof(r->uid), "%s", uid);
    return r;
}

static struct checked *record_of(struct readiness_view *v, const struct json *event)
{
    const char *uid = json_get_text(event, "uid"),
               *field = json_get_text(event, "field");
    struct buf name;

    if (!*v->uid && field && !*field)
        return &v->records[0];
    if (v->n && uid && strcmp(v->records[v->n - 1].uid, uid) == 0)
        return &v->records[v->n - 1];
    if (!uid || v->n > RECORDS_MAX)
        return NULL;
    buf_init(&name, 0);
    deliver_add_record(v->ui->app, event, &name);
    return add_record(v, uid, buf_take(&name));
}

static void hear(void *ctx, const struct json *event)
{
    struct readiness_view *v = ctx;
    const char *ev = json_get_text(event, "ev");
    struct checked *r;

    deliver_state_event(&v->state, event);
    if (!ev || (strcmp(ev, "note") != 0 && strcmp(ev, "checked") != 0))
        return;
    r = record_of(v, event);
    if (r)
        deliver_notes_add(&r->notes, v->ui->app, event, ui_translate);
    lay_out(v);
}

static int start(struct readiness_view *v, struct err *err)
{
    const char *uid = v->uid;
    struct worker *worker;
    int rc = app_deliver_check(
            v->ui->app, &v->wish, &uid, *v->uid ? 1 : 0, &worker, err);

    if (rc == 0)
        rc = background_start(&v->work, worker, err);
    if (rc < 0)
        return rc;
    forget(v);
    if (!*v->uid) /* what is about settings is told once, in front */
        add_record(v, "", xstrdup(_("all records")));
    return 0;
}

/* --- the rows --------------------------------------------------------------------- */

static size_t count(void *ctx)
{
    return ((struct readiness_view *)ctx)->nrows;
}

static bool is_heading(void *ctx, size_t i)
{
    return ((struct readiness_view *)ctx)->rows[i].note == ROW_RECORD;
}

static void draw_cells(struct rect r, bool selected, enum style kind_style,
        const char *kind, const char *formats, const char *label)
{
    enum style style = ui_row(r, selected);
    int at = r.col + 2 + KIND_COLS, room = r.col + r.cols - at;
    int wide = *label && room > FORMAT_COLS ? FORMAT_COLS : room;

    ui_put_cut(r.row, r.col + 2, KIND_COLS - 1, selected ? style : kind_style,
            view_of(kind));
    ui_put_cut(r.row, at, wide - 1, style, view_of(formats));
    if (room > wide)
        ui_put_cut(r.row, at + wide, room - wide, style, view_of(label));
}

static void draw_row(void *ctx, size_t i, struct rect r, bool selected)
{
    static const enum style styles[DELIVER_KINDS] = {[DELIVER_REFUSED] = STYLE_ERROR,
            [DELIVER_MISSING] = STYLE_WARNING,
            [DELIVER_CUT] = STYLE_WARNING,
            [DELIVER_LOST] = STYLE_INFO};
    struct readiness_view *v = ctx;
    const struct row *row = &v->rows[i];
    const struct checked *record = &v->records[row->record];
    const struct deliver_note *note;

    if (row->note == ROW_RECORD) {
        ui_rule(r.row, r.col, r.cols, STYLE_HEADING, view_of(record->name));
        return;
    }
    if (row->note == ROW_WHOLE) {
        draw_cells(r, selected, STYLE_OK, _("whole"), record->notes.whole, "");
        return;
    }
    note = &record->notes.all[row->note];
    draw_cells(r, selected, styles[note->kind], _(deliver_kind_id(note->kind)),
            note->formats, *note->path ? note->label : _("settings"));
}

static const struct list_ops list_rows = {
        .count = count, .draw = draw_row, .heading = is_heading};

static const struct row *selected(const struct readiness_view *v)
{
    return list_empty(&v->list) ? NULL : &v->rows[v->list.sel];
}

static const struct deliver_note *selected_note(const struct readiness_view *v)
{
    const struct row *row = selected(v);

    return row && row->note >= 0 ? &v->records[row->record].notes.all[row->note] : NULL;
}

/* --- going to the field ----------------------------------------------------------- */

/* The field PATH or, where it lies in a linked record, the link; -1. */
static int field_of(const struct form_view *f, const char *path)
{
    const struct form *form = entry_form(f->en);
    struct view part = view_of(path);

    for (; part.n; part.n--) {
        int field, table;

        if (path[part.n] && path[part.n] != '.')
            continue;
        field = form_field_find(form, part);
        table = form_table_find(form, part);
        if (field >= 0 || table > 0)
            return field >= 0 ? field : form_first_column(f, table);
    }
    return -1;
}

static void go_to(struct form_view *f, const char *path)
{
    int field = f ? field_of(f, path) : -1;

    if (field >= 0)
        form_goto(f, (struct rec_at){.field = field});
}

static void record_left(void *ctx, int32_t day)
{
    struct readiness_view *v = ctx;
    struct err err = {0};

    (void)day;
    background_end(&v->work);
    if (start(v, &err) < 0)
        ui_say_err(v->ui, &err);
}

static void jump(struct readiness_view *v)
{
    const struct deliver_note *note = selected_note(v);
    struct form_view *f = v->f;
    char *path = xstrdup(note ? note->path : "");
    struct err err = {0};
    struct entry *en;

    if (!*path)
        ui_say(v->ui, STYLE_INFO, _("there is no field to go to"));
    else if (f)
        loop_pop(v->ui->loop);
    else if (entry_open(v->ui->app, v->records[selected(v)->record].uid, &en, &err) < 0)
        ui_say_err(v->ui, &err);
    else
        f = form_open(v->ui, en, record_left, v);
    if (*path)
        go_to(f, path);
    free(path);
}

/* --- the screen ------------------------------------------------------------------- */

static void back(void *self)
{
    loop_pop(((struct readiness_view *)self)->ui->loop);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct readiness_view *)self)->ui);
}

static const struct action rows[] = {
        {CMD_BACK, back, N_("back")},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions readiness_actions = {IN_TEXT, rows, COUNT(rows)};

/* Errors name the record by its identifier. */
static void add_failure(const struct readiness_view *v, struct buf *out)
{
    struct err err = v->state.err;

    if (v->title && strcmp(err.args[0], v->uid) == 0)
        snprintf(err.args[0], sizeof(err.args[0]), "%s", v->title);
    ui_add_err(&err, out);
}

static enum style add_hint(const struct readiness_view *v, struct buf *out)
{
    if (v->work.worker) {
        buf_adds(out, _("checking"));
        if (v->state.total > 1)
            buf_addf(out, _(" %1$ld of %2$ld"), (long)v->state.done,
                    (long)v->state.total);
        return STYLE_INFO;
    }
    if (v->state.err.id) {
        add_failure(v, out);
        return STYLE_ERROR;
    }
    if (v->f && v->f->st.draft)
        buf_adds(out, _("the draft is not in it: this is the version completed last"));
    else if (v->n > RECORDS_MAX)
        buf_adds(out, _("and more: odus deliver --check says all"));
    else if (!selected_note(v) && v->list.sel == 0)
        buf_adds(out, _("nothing is missing"));
    else
        buf_adds(out, _("Enter goes to the field"));
    return STYLE_HINT;
}

static void draw_head(const struct readiness_view *v, int cols)
{
    enum style style = v->ui->said_style;
    struct buf text;

    buf_init(&text, 0);
    if (*v->ui->said)
        buf_adds(&text, v->ui->said);
    else
        style = add_hint(v, &text);
    ui_put_cut(1, 1, cols - 2, style, buf_view(&text));
    buf_release(&text);
}

/* All of the selected row, which the list has no room for; small screens cut the end.
 */
static void draw_selected(const struct readiness_view *v, struct rect r)
{
    const struct row *row = selected(v);
    const struct deliver_note *note = selected_note(v);
    struct view rest;
    struct buf text;

    buf_init(&text, 0);
    if (note)
        buf_addf(&text, "%s\n%s%s%s", note->text, note->formats,
                *note->label ? " · " : "", note->label);
    else if (row)
        buf_adds(&text, v->records[row->record].notes.whole);
    rest = buf_view(&text);
    for (int i = 0; i < r.rows && rest.n; i++)
        ui_put(r.row + i, r.col, r.cols, STYLE_NORMAL, ui_wrap(&rest, r.cols));
    buf_release(&text);
}

static void draw(void *self, struct rect area)
{
    struct readiness_view *v = self;
    int told = area.rows >= 16 ? TOLD_ROWS : 2;
    struct rect list = {2, 0, area.rows - 4 - told, area.cols};

    ui_title_bar(v->ui, area.cols, v->n && *v->uid ? v->records[0].name : v->title,
            _("before delivering"));
    draw_head(v, area.cols);
    list_draw(&v->list, list);
    ui_rule(list.row + list.rows, 0, area.cols, STYLE_DIM, (struct view){0});
    draw_selected(v, (struct rect){area.rows - 1 - told, 1, told, area.cols - 2});
    ui_key_bar(area.rows - 1, area.cols, &readiness_actions);
}

static bool key(void *self, struct key k)
{
    struct readiness_view *v = self;

    ui_hush(v->ui);
    if (ui_act(&readiness_actions, v, k) || list_key(&v->list, k))
        return true;
    if (k.code == K_TAB || k.code == K_BACKTAB)
        return list_key(&v->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    if (k.code == K_ENTER)
        jump(v);
    return true;
}

static void mouse(void *self, struct mouse m)
{
    struct readiness_view *v = self;
    size_t before = v->list.sel;

    if (list_mouse(&v->list, m) && v->list.sel == before)
        jump(v);
}

static void close_view(void *self)
{
    struct readiness_view *v = self;

    background_end(&v->work);
    forget(v);
    free(v->title);
    free(v->formats);
    free(v->query);
    free(v);
}

static const struct view_ops ops = {
        .draw = draw, .key = key, .mouse = mouse, .close = close_view};

/* --- opening it ------------------------------------------------------------------- */

static struct readiness_view *view_new(struct ui *ui, const char *title)
{
    struct readiness_view *v = xcalloc(1, sizeof(*v));

    v->ui = ui;
    v->title = xstrdup(title);
    v->work = (struct background){.ui = ui, .event = hear, .ctx = v};
    list_init(&v->list, &list_rows, v);
    v->list.focused = true;
    return v;
}

static void begin(struct readiness_view *v)
{
    struct ui *ui = v->ui;
    struct err err = {0};

    if (start(v, &err) == 0) {
        ui_push(ui, &ops, v);
        return;
    }
    ui_say_err(ui, &err);
    close_view(v);
}

void readiness_open(
        struct ui *ui, const char *uid, const char *title, struct form_view *f)
{
    struct readiness_view *v = view_new(ui, title);

    v->f = f;
    memcpy(v->uid, uid, strnlen(uid, sizeof(v->uid) - 1));
    begin(v);
}

void readiness_open_query(
        struct ui *ui, const char *title, const char *formats, const char *query)
{
    struct readiness_view *v = view_new(ui, title);

    v->formats = xstrdup(formats);
    v->query = xstrdup(query);
    v->wish = (struct deliver_wish){.more = v->formats, .query = v->query};
    begin(v);
}
