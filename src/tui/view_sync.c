/* The exchange: how it goes, what waits, what asks for a person. */
#include <stdlib.h>
#include <string.h>

#include "form_view.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/tui/list.h"
#include "session.h"

enum {
    CONFLICTS_MOST = 100,
    QUEUE_MOST = 200,
    WORD_COLS = 13,
    BAR_COLS = 40,
    HEAD_ROWS = 2
};

struct row {
    char uid[37];                    /* "" none */
    const char *heading;             /* translated; NULL: a record */
    const struct sync_queued *entry; /* of the queue or of what is to be decided */
    const struct json *log;          /* what the session told of a record */
};

struct sync_view {
    struct ui *ui;
    struct sync_queued *queue, *conflicts;
    size_t nqueue, nconflicts;
    struct row *rows;
    size_t nrows, cap;
    int64_t generation;
    bool asked; /* the question that waits has been shown */
    char *url;  /* typed, until the account is too */
    struct list list;
};

/* --- what is listed --- */

static void add_row(struct sync_view *v, struct row row)
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
            add_row(v, (struct row){.heading = heading});
        any = true;
        add_row(v, (struct row){.entry = &all[i]});
    }
}

static bool is_refused(const struct sync_queued *q)
{
    return q->standing.refused[0] && !q->standing.conflict;
}

static bool is_waiting(const struct sync_queued *q)
{
    return !q->standing.refused[0] && !q->standing.conflict;
}

static void add_log(struct sync_view *v)
{
    const struct json *log = session_state(v->ui->session)->log;

    if (json_len(log))
        add_row(v, (struct row){.heading = _("in this session")});
    for (size_t i = json_len(log); i > 0; i--)
        add_row(v, (struct row){.log = json_at(log, i - 1)});
}

static const struct row *selected(struct sync_view *v)
{
    return list_empty(&v->list) || v->list.sel >= v->nrows ? NULL
                                                           : &v->rows[v->list.sel];
}

static void release(struct sync_view *v)
{
    app_queue_free(v->queue, v->nqueue);
    app_queue_free(v->conflicts, v->nconflicts);
    v->queue = v->conflicts = NULL;
    v->nqueue = v->nconflicts = 0;
}

/** The rows anew, of what was read; the selection stays on its record. */
static void fill(struct sync_view *v)
{
    char uid[37] = "";
    size_t sel = v->list.sel;

    if (selected(v))
        memcpy(uid, selected(v)->uid, sizeof uid);
    v->nrows = 0;
    add_entries(v, _("to decide"), v->conflicts, v->nconflicts, NULL);
    add_entries(v, _("refused by the server"), v->queue, v->nqueue, is_refused);
    add_entries(v, _("waiting"), v->queue, v->nqueue, is_waiting);
    add_log(v);
    for (size_t i = 0; *uid && i < v->nrows; i++)
        if (strcmp(v->rows[i].uid, uid) == 0) {
            sel = i;
            break;
        }
    list_select(&v->list, sel);
}

static void load(struct sync_view *v)
{
    struct err err = {0};

    release(v);
    v->generation = app_generation(v->ui->app);
    if (app_conflicts(v->ui->app, CONFLICTS_MOST, &v->conflicts, &v->nconflicts, &err) <
                    0 ||
            app_queue(v->ui->app, QUEUE_MOST, &v->queue, &v->nqueue, &err) < 0)
        ui_say_err(v->ui, &err);
    fill(v);
}

/* --- drawing: the list --- */

static size_t row_count(void *ctx)
{
    return ((struct sync_view *)ctx)->nrows;
}

static bool row_heading(void *ctx, size_t i)
{
    return ((struct sync_view *)ctx)->rows[i].heading != NULL;
}

static const char *title_of(const char *title)
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
    message = worker_error(log, &err);
    err_text(&err, ui_translate, out);
    free(message);
}

static void add_entry_detail(
        struct ui *ui, const struct sync_queued *entry, struct buf *out)
{
    if (entry->standing.refused[0])
        buf_adds(out, ui_translate(entry->standing.refused));
    else
        buf_adds(out, *entry->type ? app_type_label(ui->app, entry->type) : "");
}

static void draw_row(void *ctx, size_t i, struct rect r, bool is_selected)
{
    struct sync_view *v = ctx;
    const struct row *row = &v->rows[i];
    enum style style = is_selected ? STYLE_SELECTED : STYLE_NORMAL;
    struct status_word word;
    struct buf detail;
    int room = r.cols - WORD_COLS - 3, wide = r.cols < UI_NARROW ? room : room * 3 / 5;

    if (row->heading) {
        ui_rule(r.row, r.col, r.cols, STYLE_HEADING, view_of(row->heading));
        return;
    }
    buf_init(&detail, 0);
    word = row->entry ? status_word(&row->entry->standing) : log_word(row->log);
    if (row->entry)
        add_entry_detail(v->ui, row->entry, &detail);
    else
        add_log_detail(row->log, &detail);
    ui_put_fill(r.row, r.col, r.cols, style, view_of(is_selected ? "▸" : ""));
    ui_put_cut(r.row, r.col + 2, WORD_COLS - 1, is_selected ? style : word.style,
            view_of(word.text));
    ui_put_cut(r.row, r.col + 2 + WORD_COLS, wide, style,
            view_of(title_of(row->entry ? row->entry->title
                                        : json_get_text(row->log, "title"))));
    if (room - wide > 2)
        ui_put_cut(r.row, r.col + 3 + WORD_COLS + wide, room - wide - 1,
                is_selected ? style : STYLE_DIM, buf_view(&detail));
    buf_release(&detail);
}

static const struct list_ops list_rows = {
        .count = row_count, .draw = draw_row, .heading = row_heading};

/* --- drawing: how it goes --- */

static void add_numbers(const struct sync_state *st, struct buf *out)
{
    if (st->rate > 0) {
        buf_adds(out, " · ");
        status_add_bytes(st->rate, out);
        buf_adds(out, "/s");
    }
    if (st->up + st->down == 0)
        return;
    buf_adds(out, " · ↑ ");
    status_add_bytes(st->up, out);
    buf_adds(out, " ↓ ");
    status_add_bytes(st->down, out);
}

static void add_result(const struct sync_state *st, struct buf *out)
{
    static const char *const words[] = {N_("received: %d"), N_("sent: %d"),
            N_("merged: %d"), N_("to decide: %d"), N_("refused: %d"),
            N_("waiting: %d")};
    const int64_t numbers[] = {st->pulled, st->pushed, st->merged, st->conflicts,
            st->refused, st->waiting};

    for (size_t i = 0; i < COUNT(words); i++)
        if (i < 2 || numbers[i]) {
            buf_adds(out, " · ");
            buf_addf(out, gettext(words[i]), (int)numbers[i]);
        }
}

static void add_going(struct sync_view *v, struct buf *out)
{
    const struct sync_state *st = session_state(v->ui->session);
    bool running = session_running(v->ui->session);

    status_add_exchange(v->ui, false, out);
    if (running && st->phase == SYNC_WAIT) {
        buf_adds(out, " · ");
        buf_addf(out, _("tried again in %d s"), st->wait_seconds);
    } else if (!running && st->phase == SYNC_ENDED && !st->err.id) {
        add_result(st, out);
    }
    add_numbers(st, out);
}

/** What an error means for whoever reads it, and what can be done. */
static const char *advice(struct sync_view *v)
{
    const struct sync_state *st = session_state(v->ui->session);

    if (session_question(v->ui->session))
        return _("a question waits: s shows it");
    if (session_running(v->ui->session))
        return st->phase == SYNC_WAIT
                       ? _("nothing is lost: it goes on by itself when the link is "
                           "back; x stops it")
                       : _("you can go on working: Esc leaves this screen, not the "
                           "session");
    if (st->phase == SYNC_ENDED && st->err.id)
        return st->failed_link
                       ? _("nothing is lost: s tries again, and so does time")
                       : _("s tries again; ^O, “address”, changes server and account");
    if (!*app_sync_settings(v->ui->app).server)
        return _("no server is set: s asks for its address");
    return "";
}

static void draw_bar(const struct sync_state *st, int row, int cols)
{
    int wide = cols - 2 < BAR_COLS ? cols - 2 : BAR_COLS, full;

    if (st->total <= 0)
        return;
    full = st->done < st->total ? (int)(st->done * wide / st->total) : wide;
    for (int i = 0; i < wide; i++)
        ui_put(row, 1 + i, 1, i < full ? STYLE_OK : STYLE_DIM,
                view_of(i < full ? "█" : "░"));
}

/** TEXT over at most ROWS rows from ROW on. Returns the row below. */
static int draw_wrapped(int row, int cols, int rows, enum style style, struct view text)
{
    for (; text.n && rows > 1; rows--)
        ui_put(row++, 1, cols - 2, style, ui_wrap(&text, cols - 2));
    if (text.n)
        ui_put_cut(row++, 1, cols - 2, style, text);
    return row;
}

/** How it goes, what is wrong, what can be done. Returns the row below. */
static int draw_head(struct sync_view *v, int cols)
{
    const struct sync_state *st = session_state(v->ui->session);
    struct ui *ui = v->ui;
    struct buf line;
    int row = 1;

    buf_init(&line, 0);
    add_going(v, &line);
    if (line.len)
        ui_put_cut(row++, 1, cols - 2, STYLE_NORMAL, buf_view(&line));
    buf_clear(&line);
    if (st->err.id)
        ui_add_err(&st->err, &line);
    if (line.len)
        row = draw_wrapped(row, cols, HEAD_ROWS, STYLE_ERROR, buf_view(&line));
    else if (session_running(ui->session))
        draw_bar(st, row++, cols);
    if (*ui->said)
        row = draw_wrapped(row, cols, HEAD_ROWS, ui->said_style, view_of(ui->said));
    else
        row = draw_wrapped(row, cols, HEAD_ROWS, STYLE_HINT, view_of(advice(v)));
    buf_release(&line);
    return row;
}

/** What there was no room for beside the title. */
static void draw_foot(struct sync_view *v, int row, int cols)
{
    const struct row *one = selected(v);
    struct buf detail;

    if (!one)
        return;
    buf_init(&detail, 0);
    if (one->entry)
        add_entry_detail(v->ui, one->entry, &detail);
    else if (one->log)
        add_log_detail(one->log, &detail);
    ui_put_cut(row, 1, cols - 2, STYLE_DIM, buf_view(&detail));
    buf_release(&detail);
}

/* --- its commands --- */

static void back(void *self)
{
    loop_pop(((struct sync_view *)self)->ui->loop);
}

static void record_left(void *ctx, int32_t day)
{
    (void)day;
    load(ctx);
}

/** Conflicts are shown at once: that is what one came for. */
static void open_selected(void *self)
{
    struct sync_view *v = self;
    const struct row *row = selected(v);
    struct entry *en;
    struct err err = {0};
    struct form_view *f;
    bool decide;

    if (!row || !*row->uid)
        return;
    if (entry_open(v->ui->app, row->uid, &en, &err) < 0) {
        ui_say_err(v->ui, &err);
        return;
    }
    decide = entry_state(en).conflicts > 0;
    f = form_open(v->ui, en, record_left, v);
    if (decide && f)
        form_conflicts(f);
}

static void start(void *ctx)
{
    struct sync_view *v = ctx;
    struct err err = {0};

    v->asked = false;
    if (session_start(v->ui->session, &err) < 0)
        ui_say_err(v->ui, &err);
    load(v);
}

static void account_given(void *ctx, const char *account)
{
    struct sync_view *v = ctx;
    struct err err = {0};

    if (v->url && app_set_server(v->ui->app, v->url, account, &err) < 0)
        ui_say_err(v->ui, &err);
    else
        start(v);
}

static void address_given(void *ctx, const char *url)
{
    struct sync_view *v = ctx;

    if (!*url)
        return;
    free(v->url);
    v->url = xstrdup(url);
    ask_open(v->ui, _("Your account there (may stay blank)"),
            app_sync_settings(v->ui->app).account, account_given, v);
}

static void address(void *self)
{
    struct sync_view *v = self;

    ask_open(v->ui, _("Address of the cooperative's server (https://…)"),
            app_sync_settings(v->ui->app).server, address_given, v);
}

/** A question that waits comes first, then the address, then the work. */
static void begin(void *self)
{
    struct sync_view *v = self;

    if (session_question(v->ui->session))
        sync_ask(v->ui);
    else if (session_running(v->ui->session))
        ui_say(v->ui, STYLE_INFO, _("a session is running; x stops it"));
    else if (!*app_sync_settings(v->ui->app).server)
        address(v);
    else
        start(v);
}

static void stop(void *self)
{
    struct sync_view *v = self;

    if (!session_running(v->ui->session)) {
        ui_say(v->ui, STYLE_INFO, _("no session is running"));
        return;
    }
    session_stop(v->ui->session);
    ui_say(v->ui, STYLE_INFO, _("it stops; what was exchanged stays"));
}

static void hold(void *self)
{
    struct sync_view *v = self;
    const struct row *row = selected(v);
    struct err err = {0};
    bool held;

    if (!row || !row->entry) {
        ui_say(v->ui, STYLE_INFO, _("only a record that waits can be held"));
        return;
    }
    held = !row->entry->standing.held;
    if (app_hold(v->ui->app, row->entry->uid, held, &err) < 0)
        ui_say_err(v->ui, &err);
    else if (held)
        ui_say1(v->ui, STYLE_WARNING, _("held, it is not sent: %1$s"),
                title_of(row->entry->title));
    else
        ui_say1(v->ui, STYLE_OK, _("released, it goes with the next session: %1$s"),
                title_of(row->entry->title));
    load(v);
}

static void reverted(void *ctx)
{
    load(ctx);
}

static void history(void *self)
{
    struct sync_view *v = self;
    const struct row *row = selected(v);

    if (row && *row->uid)
        history_open(v->ui, row->uid, reverted, v);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct sync_view *)self)->ui);
}

static void help(void *self);
static void palette(void *self);

static const struct action rows[] = {
        {CMD_OPEN, open_selected, N_("open")},
        {CMD_SYNC, begin, N_("synchronise")},
        {CMD_STOP, stop, N_("stop")},
        {CMD_HOLD, hold, N_("hold or release")},
        {CMD_BACK, back, N_("back")},
        {CMD_HELP, help, N_("help")},
        {CMD_PALETTE, palette, N_("commands")},
        {CMD_HISTORY, history, N_("history")},
        {CMD_ADDRESS, address, NULL},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions sync_actions = {IN_SYNC, rows, COUNT(rows)};

static void help(void *self)
{
    help_open(((struct sync_view *)self)->ui, &sync_actions);
}

static void palette(void *self)
{
    palette_open(((struct sync_view *)self)->ui, &sync_actions, self);
}

/* --- its life --- */

static void sync_draw(void *self, struct rect area)
{
    struct sync_view *v = self;
    struct rect list = {.cols = area.cols};

    ui_title_bar(v->ui, area.cols, _("Synchronisation"),
            app_sync_settings(v->ui->app).server);
    list.row = draw_head(v, area.cols);
    list.rows = area.rows - list.row - 2;
    if (v->nrows == 0)
        ui_put_cut(list.row + 1, 2, area.cols - 4, STYLE_NORMAL,
                view_of(_("nothing waits here")));
    else
        list_draw(&v->list, list);
    draw_foot(v, area.rows - 2, area.cols);
    ui_key_bar(area.rows - 1, area.cols, &sync_actions);
}

static bool sync_key(void *self, struct key k)
{
    struct sync_view *v = self;

    ui_hush(v->ui);
    if (ui_act(&sync_actions, v, k) || list_key(&v->list, k))
        return true;
    if (k.code == K_TAB || k.code == K_BACKTAB)
        list_key(&v->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    return true;
}

static void sync_mouse(void *self, struct mouse m)
{
    struct sync_view *v = self;
    size_t before = v->list.sel;

    if (list_mouse(&v->list, m) && v->list.sel == before)
        open_selected(v);
}

static void sync_tick(void *self)
{
    struct sync_view *v = self;

    if (v->generation != app_generation(v->ui->app))
        load(v);
    loop_stale(v->ui->loop);
}

/** After each event: the list of this session grows, a question is asked where nobody
 *  is busy with another one. */
static void heard(void *ctx)
{
    struct sync_view *v = ctx;

    if (!session_question(v->ui->session))
        v->asked = false;
    else if (!v->asked && loop_top(v->ui->loop) == v) {
        v->asked = true;
        sync_ask(v->ui);
    }
    if (session_running(v->ui->session))
        fill(v);
    else
        load(v);
}

static void sync_close(void *self)
{
    struct sync_view *v = self;

    session_listen(v->ui->session, NULL, NULL);
    release(v);
    free(v->rows);
    free(v->url);
    free(v);
}

static const struct view_ops sync_ops = {.draw = sync_draw,
        .key = sync_key,
        .mouse = sync_mouse,
        .tick = sync_tick,
        .close = sync_close};

void sync_open(struct ui *ui, enum sync_first first)
{
    struct sync_view *v = xcalloc(1, sizeof *v);

    v->ui = ui;
    list_init(&v->list, &list_rows, v);
    v->list.focused = true;
    load(v);
    if (!ui_push(ui, &sync_ops, v))
        return;
    session_listen(ui->session, heard, v);
    if (first == SYNC_ADDRESS)
        address(v);
    else if (first == SYNC_START &&
             (!session_running(ui->session) || session_question(ui->session)))
        begin(v);
}
