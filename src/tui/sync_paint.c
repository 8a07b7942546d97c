/* The screen of the exchange, drawn. */
#include <stdlib.h>

#include "sync_view.h"

enum { BAR_COLS = 40, HEAD_ROWS = 2 };

static void add_numbers(const struct sync_state *st, struct buf *out)
{
    if (st->rate > 0) {
        buf_adds(out, " · ");
        i18n_add_bytes(st->rate, out);
        buf_adds(out, "/s");
    }
    if (st->up + st->down == 0)
        return;
    buf_adds(out, " · ↑ ");
    i18n_add_bytes(st->up, out);
    buf_adds(out, " ↓ ");
    i18n_add_bytes(st->down, out);
}

static void add_result(const struct sync_state *st, struct buf *out)
{
    static const char *const words[] = {N_("received: %d"), N_("sent: %d"),
            N_("merged: %d"), N_("to decide: %d"), N_("refused: %d"), N_("waiting: %d"),
            N_("staying here: %d"), N_("for a référent: %d")};
    const int64_t numbers[] = {st->pulled, st->pushed, st->merged, st->conflicts,
            st->refused, st->waiting, st->staying, st->referent};

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
    if (!*session_server(v->ui->session))
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
    const struct sync_row *one = sync_selected(v);
    struct buf detail;

    if (!one)
        return;
    buf_init(&detail, 0);
    sync_add_detail(v, one, &detail);
    ui_put_cut(row, 1, cols - 2, STYLE_DIM, buf_view(&detail));
    buf_release(&detail);
}

void sync_draw(void *self, struct rect area)
{
    struct sync_view *v = self;
    struct rect list = {.cols = area.cols};

    ui_title_bar(
            v->ui, area.cols, _("Synchronisation"), session_server(v->ui->session));
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
