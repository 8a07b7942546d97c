#include <stdlib.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "dialogue.h"

/** A text to read: help, guidance, why. Scrolls; Esc or q leaves. */
struct text_view {
    struct ui *ui;
    char *title;
    char *text;
    int top, lines, page;
};

static void back(void *self)
{
    loop_pop(((struct text_view *)self)->ui->loop);
}

static void mouse(void *self)
{
    mouse_toggle(((struct text_view *)self)->ui);
}

static const struct action rows[] = {
        {CMD_BACK, back, N_("back")},
        {CMD_MOUSE, mouse, NULL},
};

static const struct actions text_actions = {IN_TEXT, rows, COUNT(rows)};

static void scroll_to(struct text_view *t, int top)
{
    int last = t->lines - t->page;

    t->top = top > last ? last : top;
    if (t->top < 0)
        t->top = 0;
}

static void text_draw(void *self, struct rect area)
{
    struct text_view *t = self;
    struct view rest = view_of(t->text);
    int wide = area.cols - 2 < 100 ? area.cols - 2 : 100;

    t->page = area.rows - 3;
    t->lines = ui_wrapped(rest, wide);
    scroll_to(t, t->top);
    ui_title_bar(t->ui, area.cols, t->title, "");
    for (int i = 0; i < t->lines && i < t->top + t->page; i++) {
        struct view line = ui_wrap(&rest, wide);

        if (i >= t->top)
            ui_put(1 + i - t->top, 1, wide, STYLE_NORMAL, line);
    }
    if (t->top + t->page < t->lines)
        ui_put(area.rows - 2, 1, wide, STYLE_HINT, view_of(_("PgDn: more")));
    ui_key_bar(area.rows - 1, area.cols, &text_actions);
}

static bool text_key(void *self, struct key k)
{
    struct text_view *t = self;

    if (ui_act(&text_actions, t, k))
        return true;
    switch (k.code) {
    case K_UP: scroll_to(t, t->top - 1); break;
    case K_DOWN: scroll_to(t, t->top + 1); break;
    case K_PGUP: scroll_to(t, t->top - t->page); break;
    case K_PGDN: scroll_to(t, t->top + t->page); break;
    case K_HOME: scroll_to(t, 0); break;
    case K_END: scroll_to(t, t->lines); break;
    case K_ENTER: back(t); break;
    case K_CHAR:
        if (k.cp == 'q' && k.mods == 0)
            back(t);
        else if (k.cp == ' ')
            scroll_to(t, t->top + t->page);
        break;
    default: return false;
    }
    return true;
}

static void text_mouse(void *self, struct mouse m)
{
    struct text_view *t = self;

    if (m.action != MOUSE_PRESS)
        scroll_to(t, t->top + (m.action == MOUSE_WHEEL_UP ? -3 : 3));
}

static void text_close(void *self)
{
    struct text_view *t = self;

    free(t->title);
    free(t->text);
    free(t);
}

static const struct view_ops text_ops = {
        .draw = text_draw, .key = text_key, .mouse = text_mouse, .close = text_close};

void text_open(struct ui *ui, const char *title, struct buf *take_text)
{
    struct text_view *t = xcalloc(1, sizeof *t);

    t->ui = ui;
    t->title = xstrdup(title);
    t->text = buf_take(take_text);
    ui_push(ui, &text_ops, t);
}

void help_open(struct ui *ui, const struct actions *actions)
{
    struct buf out;

    buf_init(&out, 0);
    for (size_t i = 0; i < actions->n; i++) {
        enum command_id id = actions->rows[i].id;
        size_t before = out.len;

        ui_key_name(id, &out);
        for (int n = utf8_width(view_of(out.s + before)); n < 14; n++)
            buf_addc(&out, ' ');
        buf_adds(&out, gettext(command_get(id)->summary));
        buf_addc(&out, '\n');
    }
    buf_addc(&out, '\n');
    buf_adds(&out,
            _("Everything typed is kept at once: leaving never loses anything and "
              "never asks.\nWhat has no key is found in the palette of commands."));
    text_open(ui, _("Help"), &out);
    buf_release(&out);
}
