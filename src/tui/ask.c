#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/tui/line.h"
#include "dialogue.h"

enum { ASK_COLS = 64, ASK_ROWS = 4, ASK_MAX = 400, SECRET_MAX = 4096 };

struct ask {
    struct ui *ui;
    char *title;
    struct edit *edit;
    struct line line;
    struct rect area;
    bool secret;
    void (*answered)(void *ctx, const char *text);
    void *ctx;
};

/** As many dots as characters; of a long one its end. */
static void draw_dots(struct ask *a)
{
    int n = (int)edit_count(a->edit), col = a->area.col;

    ui_put_fill(a->area.row, col, a->area.cols, STYLE_FOCUS, (struct view){0});
    if (n > a->area.cols - 1)
        n = a->area.cols - 1;
    for (int i = 0; i < n; i++)
        ui_put(a->area.row, col + i, 1, STYLE_FOCUS, VIEW_LIT("•"));
    ui_cursor(a->area.row, col + n);
}

static void ask_draw(void *self, struct rect area)
{
    struct ask *a = self;
    struct rect in = ui_frame(ui_centre(area, ASK_ROWS, ASK_COLS), a->title);

    a->area = (struct rect){in.row, in.col, 1, in.cols};
    if (a->secret)
        draw_dots(a);
    else
        line_draw(&a->line, a->area, true);
    ui_put_cut(in.row + 1, in.col, in.cols, STYLE_HINT,
            view_of(_("Enter: take it · Esc: leave without")));
}

static void answer(struct ask *a)
{
    char *text = view_dup(edit_text(a->edit));

    loop_pop(a->ui->loop);
    a->answered(a->ctx, text);
    explicit_bzero(text, strlen(text));
    free(text);
}

static bool moves(struct key k)
{
    return k.code >= K_UP && k.code <= K_PGDN;
}

static bool ask_key(void *self, struct key k)
{
    struct ask *a = self;
    enum edit_result what;

    if (k.code == K_ESC)
        loop_pop(a->ui->loop);
    else if (k.code == K_ENTER)
        answer(a);
    else if (!a->secret || !moves(k)) /* between dots there is nowhere to go */
        line_key(&a->line, k, &what);
    return true;
}

static void ask_paste(void *self, struct view text, bool cut)
{
    struct ask *a = self;

    (void)cut;
    edit_paste(a->edit, text);
}

static void ask_mouse(void *self, struct mouse m)
{
    struct ask *a = self;

    if (m.action == MOUSE_PRESS && !a->secret && ui_inside(a->area, m))
        line_mouse(&a->line, a->area, m.row, m.col);
}

static void ask_close(void *self)
{
    struct ask *a = self;

    edit_free(a->edit);
    free(a->title);
    free(a);
}

static const struct view_ops ask_ops = {.popup = true,
        .draw = ask_draw,
        .key = ask_key,
        .paste = ask_paste,
        .mouse = ask_mouse,
        .close = ask_close};

static void open_ask(struct ui *ui, const char *title, const char *initial, bool secret,
        void (*answered)(void *ctx, const char *text), void *ctx)
{
    struct ask *a = xcalloc(1, sizeof *a);

    a->ui = ui;
    a->title = xstrdup(title);
    a->secret = secret;
    a->edit = edit_new(secret ? SECRET_MAX : ASK_MAX, false);
    edit_set(a->edit, view_of(initial));
    line_init(&a->line, a->edit);
    a->answered = answered;
    a->ctx = ctx;
    ui_push(ui, &ask_ops, a);
}

void ask_open(struct ui *ui, const char *title, const char *initial,
        void (*answered)(void *ctx, const char *text), void *ctx)
{
    open_ask(ui, title, initial, false, answered, ctx);
}

void ask_secret_open(struct ui *ui, const char *title,
        void (*answered)(void *ctx, const char *text), void *ctx)
{
    open_ask(ui, title, "", true, answered, ctx);
}
