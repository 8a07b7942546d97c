/* The exchange: how it goes, what waits, what asks for a person. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "sync_view.h"

/* --- its commands --- */

static void back(void *self)
{
    loop_pop(((struct sync_view *)self)->ui->loop);
}

static void record_left(void *ctx, int32_t day)
{
    (void)day;
    sync_load(ctx);
}

/** Conflicts are shown at once: that is what one came for. */
static void open_selected(void *self)
{
    struct sync_view *v = self;
    const struct sync_row *row = sync_selected(v);
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
    if (session_start(v->ui->session, &err) < 0 &&
            !session_state(v->ui->session)->err.id) /* it stands there for long */
        ui_say_err(v->ui, &err);
    sync_load(v);
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

static void ask_address(struct sync_view *v, const char *initial);

/** What was understood is said; what is no address is asked for again. A room is joined
 *  at once, and is not for ever: nothing of it is kept. */
static void address_given(void *ctx, const char *typed)
{
    struct sync_view *v = ctx;
    struct sync_room to;
    struct err err = {0};
    char *url;

    if (!*typed)
        return;
    to = sync_room_read(typed);
    if (app_server_address(to.url, &url, &err) < 0) {
        sync_room_release(&to);
        ui_say_err(v->ui, &err);
        ask_address(v, typed);
        return;
    }
    ui_say1(v->ui, STYLE_INFO, _("understood as %1$s"), url);
    free(to.url);
    to.url = url;
    if (to.code) {
        session_join(v->ui->session, to);
        start(v);
        return;
    }
    free(v->url);
    v->url = xstrdup(url);
    session_join(v->ui->session, to);
    ask_open(v->ui, _("Your account there (may stay blank)"),
            app_sync_settings(v->ui->app).account, account_given, v);
}

static void ask_address(struct sync_view *v, const char *initial)
{
    ask_open(v->ui, _("Address of the cooperative's server (https://…)"), initial,
            address_given, v);
}

static void address(void *self)
{
    struct sync_view *v = self;

    ask_address(v, app_sync_settings(v->ui->app).server);
}

/** A question that waits comes first, then the address, then the work. */
static void begin(void *self)
{
    struct sync_view *v = self;

    if (session_question(v->ui->session))
        sync_ask(v->ui);
    else if (session_running(v->ui->session))
        ui_say(v->ui, STYLE_INFO, _("a session is running; x stops it"));
    else if (!*session_server(v->ui->session))
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
    const struct sync_row *row = sync_selected(v);
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
                sync_title(row->entry->title));
    else
        ui_say1(v->ui, STYLE_OK, _("released, it goes with the next session: %1$s"),
                sync_title(row->entry->title));
    sync_load(v);
}

static void reverted(void *ctx)
{
    sync_load(ctx);
}

static void history(void *self)
{
    struct sync_view *v = self;
    const struct sync_row *row = sync_selected(v);

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

const struct actions sync_actions = {IN_SYNC, rows, COUNT(rows)};

static void help(void *self)
{
    help_open(((struct sync_view *)self)->ui, &sync_actions);
}

static void palette(void *self)
{
    palette_open(((struct sync_view *)self)->ui, &sync_actions, self);
}

/* --- its life --- */

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
        sync_load(v);
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
        sync_fill(v);
    else
        sync_load(v);
}

static void sync_close(void *self)
{
    struct sync_view *v = self;

    session_listen(v->ui->session, NULL, NULL);
    sync_release(v);
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
    list_init(&v->list, &sync_rows, v);
    v->list.focused = true;
    sync_load(v);
    if (!ui_push(ui, &sync_ops, v))
        return;
    session_listen(ui->session, heard, v);
    if (first == SYNC_ADDRESS)
        address(v);
    else if (first == SYNC_START &&
             (!session_running(ui->session) || session_question(ui->session)))
        begin(v);
}
