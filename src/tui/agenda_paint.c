#include <stdio.h>
#include <string.h>

#include "odus/app/records.h"
#include "odus/base/clock.h"
#include "odus/base/datetext.h"
#include "odus/base/utf8.h"
#include "agenda_view.h"
#include "session.h"

enum {
    TIME_COLS = 8,
    STATE_COLS = 12,
    COUNT_COLS = 3,
    LIST_MIN = 80,
    LIST_ROOMY = 90,
    PREVIEW_MS = 80,
    COUNT_MS = 120,
    REFRESH_MS = 300,
};

static const char *what_is_shown(struct agenda_view *v)
{
    if (!v->type && !v->widened)
        return _("Agenda");
    return v->widened || strcmp(v->type, "*") == 0
                   ? _("All records")
                   : app_type_label(v->ui->app, v->type);
}

static void draw_title(struct agenda_view *v, int cols)
{
    const char *org = app_organisation(v->ui->app);
    struct buf left, right;
    int room;

    buf_init(&left, 0);
    buf_init(&right, 0);
    buf_addf(&left, "OduS   %s%s%s", what_is_shown(v), *org ? " · " : "", org);
    room = cols - utf8_width(buf_view(&left)) - 3;
    if (v->ui->training)
        room -= utf8_width(view_of(_("TRAINING"))) + 3;
    status_add(v->ui, room > cols / 2 ? room : cols / 2, &right);
    ui_title_bar(v->ui, cols, left.s, right.s);
    buf_release(&left);
    buf_release(&right);
}

/** FN in MS milliseconds, anew with each call until it has run. */
static void soon(struct agenda_view *v, int *timer, int ms, void (*fn)(void *ctx))
{
    bool running = *timer > 0;

    *timer = loop_timer(v->ui->loop, ms, fn, v);
    if (!running && *timer > 0)
        loop_jobs(v->ui->loop, 1);
}

static void count_now(void *ctx)
{
    struct agenda_view *v = ctx;
    bool more;
    int n;

    v->count_timer = 0;
    loop_jobs(v->ui->loop, -1);
    agenda_count(v->agenda, &n, &more);
    loop_stale(v->ui->loop);
}

/** Counting takes as long as searching: it waits until nobody types. */
static void add_count(struct agenda_view *v, struct buf *out)
{
    bool more;
    int n;

    if (!agenda_count_known(v->agenda)) {
        soon(v, &v->count_timer, COUNT_MS, count_now);
        buf_adds(out, "…");
        return;
    }
    agenda_count(v->agenda, &n, &more);
    buf_addf(out, more ? "%d+" : "%d", n);
}

static void draw_search(struct agenda_view *v, int cols)
{
    struct view label = view_of(_("Search:"));
    int col = 1 + utf8_width(label) + 1, wide, room;
    struct buf count;

    buf_init(&count, 0);
    add_count(v, &count);
    wide = utf8_width(buf_view(&count));
    room = cols - col - wide - 3;
    ui_put(1, 1, cols, STYLE_LABEL, label);
    if (v->searching)
        line_draw(&v->line, (struct rect){1, col, 1, room}, true);
    else if (edit_text(v->edit).n)
        ui_put_cut(1, col, room, STYLE_NORMAL, edit_text(v->edit));
    else
        ui_put_cut(1, col, room, STYLE_DIM, view_of(_("/ words, or lieu:… après:…")));
    ui_put_right(1, cols - wide - 1, wide, STYLE_NORMAL, buf_view(&count));
    buf_release(&count);
}

static void draw_heading(
        struct agenda_view *v, const struct agenda_row *r, struct rect a)
{
    struct buf text;

    buf_init(&text, 0);
    if (r->day)
        datetext_full(r->day, date_lang_of(app_lang(v->ui->app)), &text);
    else
        buf_adds(&text, v->type || v->widened ? _("without a date") : _("no date yet"));
    if (!r->day && r->count > 1)
        buf_addf(&text, " · %d", r->count);
    if (r->day == app_today(v->ui->app))
        buf_addf(&text, " · %s", _("today"));
    ui_rule(a.row, a.col, a.cols, STYLE_HEADING, buf_view(&text));
    buf_release(&text);
}

static void add_place(const struct agenda_row *r, struct buf *out)
{
    buf_adds(out, r->place);
    if (*r->place && *r->town)
        buf_adds(out, ", ");
    buf_adds(out, r->town);
    if (!*r->place && !*r->town && !r->day)
        buf_adds(out, r->subtitle);
}

/** Where the record stands; what asks for a person comes first. */
static struct status_word state_of(const struct agenda_row *r)
{
    static const enum sync_word words[] = {[AGENDA_DRAFT] = WORD_DRAFT,
            [AGENDA_COMPLETE] = WORD_COMPLETE,
            [AGENDA_REVIEW] = WORD_COMPLETE,
            [AGENDA_WAITING] = WORD_WAITING,
            [AGENDA_STAYS] = WORD_STAYS,
            [AGENDA_SENT] = WORD_SENT};
    const struct sync_standing st = {.word = words[r->state],
            .held = r->held,
            .conflict = r->conflict,
            .refused = {r->refused ? '!' : '\0'}};

    if (r->state == AGENDA_REVIEW && !r->held && !r->refused && !r->conflict)
        return (struct status_word){_("? to review"), STYLE_INFO};
    return status_word(&st);
}

/** Sign and word; a sample is told by the word, its state still by the sign. */
static void add_state(const struct agenda_row *r, const char *text, struct buf *out)
{
    size_t sign = utf8_next(view_of(text), 0);

    if (!r->sample) {
        buf_adds(out, text);
        return;
    }
    buf_addv(out, (struct view){text, sign});
    buf_addf(out, " %s", _("sample"));
}

static void draw_counter(
        int row, int col, enum style style, const char *sign, int count)
{
    char text[24];

    if (!count)
        return;
    snprintf(text, sizeof text, "%s%d", sign, count);
    ui_put_cut(row, col, COUNT_COLS, style, view_of(text));
}

/** State and numbers of problems in columns of their own, at the right end; the worse
 *  number only where it is narrow. */
static int draw_state(const struct agenda_row *r, struct rect a)
{
    struct status_word state = state_of(r);
    enum style style = r->selected ? STYLE_SELECTED : state.style;
    int counts = a.cols < UI_NARROW ? 0 : a.cols < LIST_ROOMY ? 1 : 2;
    int cols = STATE_COLS + counts * (COUNT_COLS + 1);
    int end = a.col + a.cols;
    struct buf text;

    buf_init(&text, 0);
    add_state(r, state.text, &text);
    ui_put_cut(a.row, end - cols, STATE_COLS, style, buf_view(&text));
    buf_release(&text);
    if (counts && (counts == 2 || !r->errors))
        draw_counter(a.row, end - COUNT_COLS, r->selected ? style : STYLE_WARNING, "▲",
                r->warnings);
    if (counts)
        draw_counter(a.row, end - (counts - 1) * (COUNT_COLS + 1) - COUNT_COLS,
                r->selected ? style : STYLE_ERROR, "✗", r->errors);
    return cols;
}

static void add_title(const struct agenda_row *r, struct buf *out)
{
    if (r->cancelled && strcmp(r->status, "reporte") == 0)
        buf_addf(out, "%s · ", _("POSTPONED"));
    else if (r->cancelled)
        buf_addf(out, "%s · ", _("CANCELLED"));
    buf_adds(out, *r->title ? r->title : _("untitled"));
    if (r->count > 1)
        buf_addf(out, " (×%d)", r->count);
}

static void draw_record(const struct agenda_row *r, struct rect a)
{
    enum style style = r->selected ? STYLE_SELECTED : STYLE_NORMAL;
    int col = a.col + TIME_COLS, room, wide;
    struct buf text;

    buf_init(&text, 0);
    ui_put_fill(a.row, a.col, a.cols, style, view_of(r->selected ? "▸ " : "  "));
    if (r->start >= 0)
        datetext_time(r->start, &text);
    ui_put(a.row, a.col + 2, TIME_COLS - 3, style, buf_view(&text));
    room = a.cols - TIME_COLS - draw_state(r, a) - 1;
    wide = a.cols < UI_NARROW ? room : room * 3 / 5;
    buf_clear(&text);
    add_title(r, &text);
    ui_put_cut(a.row, col, wide, r->cancelled && !r->selected ? STYLE_DIM : style,
            buf_view(&text));
    buf_clear(&text);
    add_place(r, &text);
    if (room - wide > 4)
        ui_put_cut(a.row, col + wide + 1, room - wide - 2, style, buf_view(&text));
    buf_release(&text);
    if (r->selected)
        ui_cursor(a.row, a.col);
}

static void draw_empty(struct agenda_view *v, struct rect a)
{
    struct view text = view_of(
            edit_text(v->edit).n ? _("Nothing is found. Esc takes the search away.")
                                 : _("Nothing here yet. n begins a record; samples to "
                                     "try things out: "
                                     "odus sample add"));

    for (int i = 1; text.n && i < a.rows; i++)
        ui_put(a.row + i, a.col + 2, a.cols - 4, STYLE_NORMAL,
                ui_wrap(&text, a.cols - 4));
}

static void draw_rows(struct agenda_view *v, struct rect a)
{
    size_t n;
    const struct agenda_row *rows = agenda_rows(v->agenda, (size_t)a.rows, &n);

    v->area = a;
    if (n == 0)
        draw_empty(v, a);
    for (size_t i = 0; i < n && i < (size_t)a.rows; i++) {
        struct rect r = {a.row + (int)i, a.col, 1, a.cols};

        if (rows[i].heading)
            draw_heading(v, &rows[i], r);
        else
            draw_record(&rows[i], r);
    }
}

static bool is_previewed(const struct agenda_view *v, const struct agenda_row *r)
{
    return strcmp(v->previewed, r->uid) == 0 &&
           v->preview_generation == app_generation(v->ui->app);
}

static void preview_now(void *ctx)
{
    struct agenda_view *v = ctx;
    const struct agenda_row *r = agenda_selected(v->agenda);
    struct err err = {0};

    v->preview_timer = 0;
    loop_jobs(v->ui->loop, -1);
    if (!r || is_previewed(v, r))
        return;
    v->preview_generation = app_generation(v->ui->app);
    memcpy(v->previewed, r->uid, sizeof v->previewed);
    buf_clear(&v->preview);
    if (app_text(v->ui->app, r->uid, ui_translate, &v->preview, &err) < 0)
        err_text(&err, ui_translate, &v->preview);
    loop_stale(v->ui->loop);
}

static void draw_preview(struct agenda_view *v, struct rect a)
{
    const struct agenda_row *r = agenda_selected(v->agenda);
    struct view rest = buf_view(&v->preview);

    if (!r)
        return;
    if (!is_previewed(v, r)) {
        /* Reading a record takes several times as long as drawing: not at each key. */
        soon(v, &v->preview_timer, PREVIEW_MS, preview_now);
        if (strcmp(v->previewed, r->uid) != 0)
            rest.n = 0; /* another record's */
    }
    for (int i = 0; i < a.rows; i++)
        ui_put(a.row + i, a.col, 1, STYLE_DIM, VIEW_LIT("│"));
    for (int i = 0; i < a.rows && rest.n; i++)
        ui_put(a.row + i, a.col + 2, a.cols - 3, STYLE_NORMAL,
                ui_wrap(&rest, a.cols - 3));
}

/** What is wrong, the answer to the last key, or what there is to look at. */
static void draw_foot(struct agenda_view *v, int row, int cols)
{
    struct buf hint;

    buf_init(&hint, 0);
    if (v->wrong.len)
        ui_put_cut(row, 1, cols - 2, STYLE_ERROR, buf_view(&v->wrong));
    else if (*v->ui->said)
        ui_put_cut(row, 1, cols - 2, v->ui->said_style, view_of(v->ui->said));
    else
        status_add_hint(v->ui, &hint);
    if (hint.len)
        ui_put_cut(row, 1, cols - 2, STYLE_HINT, buf_view(&hint));
    buf_release(&hint);
}

/** Somebody who writes all the time is not followed at each key. */
static void refresh(struct agenda_view *v)
{
    int64_t now = clock_mono_ms();

    if (now - v->refreshed_ms >= REFRESH_MS && agenda_refresh(v->agenda))
        v->refreshed_ms = now;
}

void agenda_draw(void *self, struct rect area)
{
    struct agenda_view *v = self;
    struct rect list = {2, 0, area.rows - 4, area.cols};

    refresh(v);
    if (area.cols >= UI_WIDE) {
        list.cols = area.cols * 3 / 5 > LIST_MIN ? area.cols * 3 / 5 : LIST_MIN;
        draw_preview(v, (struct rect){2, list.cols, list.rows, area.cols - list.cols});
    }
    draw_title(v, area.cols);
    draw_rows(v, list);
    draw_search(v, area.cols);
    draw_foot(v, area.rows - 2, area.cols);
    ui_key_bar(area.rows - 1, area.cols,
            v->searching ? &agenda_search_actions : &agenda_actions);
}
