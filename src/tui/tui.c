#include "odus/tui/tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/app/records.h"
#include "odus/base/mem.h"
#include "agenda_view.h"
#include "session.h"

enum { IDLE_MS = 500, IDLE_STEP_MS = 20, EXIT_UNUSABLE = 3 };

/** Index merges and checkpoints while nobody types: a key in between is served first.
 */
static void idle(void *ctx)
{
    struct ui *ui = ctx;
    bool quiet = loop_quiet_ms(ui->loop) >= IDLE_MS;
    bool more = quiet && app_idle(ui->app);

    if (quiet && !more)
        session_look(ui->session);
    if (loop_timer(ui->loop, more ? IDLE_STEP_MS : IDLE_MS, idle, ui) < 0)
        ui_say(ui, STYLE_WARNING, _("background work has stopped"));
}

void mouse_toggle(struct ui *ui)
{
    ui->mouse = !ui->mouse;
    screen_mouse(ui->mouse);
    ui_say(ui, STYLE_INFO,
            ui->mouse ? _("the mouse is on")
                      : _("the mouse is off: the terminal selects text"));
}

/** The first thing that is wrong with the settings; for more there is no room. */
static void say_settings(struct ui *ui)
{
    struct buf first, text;
    char count[12];
    bool stops;
    int n = 0;

    while (app_setting_wrong(ui->app, (size_t)n, &stops))
        n++;
    if (n == 0)
        return;
    buf_init(&first, 0);
    buf_init(&text, 0);
    snprintf(count, sizeof count, "%d", n);
    ui_add_err(app_setting_wrong(ui->app, 0, &stops), &first);
    err_expand(n == 1 ? "%2$s" : _("%1$s settings want mending (odus doctor): %2$s"),
            (const char *const[]){count, first.s}, 2, &text);
    ui_say(ui, STYLE_ERROR, text.s);
    buf_release(&text);
    buf_release(&first);
}

static void open_first(
        struct ui *ui, struct agenda_view *v, const struct tui_options *opt)
{
    struct err err = {0};
    char uid[37];

    if (opt && opt->open) {
        if (app_find(ui->app, opt->open, uid, &err) < 0)
            ui_say_err(ui, &err);
        else
            agenda_view_open(v, uid, 0);
    } else if (opt && opt->type) {
        agenda_view_new(v, opt->type);
    }
    drafts_open(ui, true);
    if (app_first_start(ui->app))
        welcome_open(ui);
    say_settings(ui);
}

int tui_run(struct app *app, const struct tui_options *opt, struct err *err)
{
    struct ui ui = {.app = app, .mouse = !(opt && opt->no_mouse)};

    if (screen_init(ui.mouse, err) < 0)
        return EXIT_UNUSABLE;
    mem_on_panic(screen_restore);
    if (loop_new(&ui.loop, err) < 0) {
        screen_leave();
        return EXIT_UNUSABLE;
    }
    ui.training = app_training(app);
    ui.session = session_new(&ui);
    ui_title(view_of("OduS"));
    open_first(&ui, agenda_view_push(&ui), opt);
    idle(&ui);
    loop_run(ui.loop);
    screen_leave();
    loop_free(ui.loop); /* each form keeps its draft */
    session_free(ui.session);
    mem_on_panic(NULL);
    return 0;
}
