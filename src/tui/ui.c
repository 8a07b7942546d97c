#include "ui.h"

#include <string.h>

#include "odus/base/datetext.h"
#include "odus/base/utf8.h"
#include "odus/base/zone.h"

static const struct action *find_action(
        const struct actions *actions, enum command_id id)
{
    for (size_t i = 0; i < actions->n; i++)
        if (actions->rows[i].id == id)
            return &actions->rows[i];
    return NULL;
}

bool ui_act(const struct actions *actions, void *self, struct key k)
{
    const struct command *c;
    const struct action *a;
    struct buf name;

    buf_init(&name, 40);
    key_spell(k, &name);
    c = command_for_key(name.s, actions->where);
    buf_release(&name);
    a = c ? find_action(actions, c->id) : NULL;
    if (a)
        a->run(self);
    return a != NULL;
}

bool ui_push(struct ui *ui, const struct view_ops *ops, void *self)
{
    if (loop_push(ui->loop, ops, self) == 0)
        return true;
    if (ops->close)
        ops->close(self);
    ui_say(ui, STYLE_ERROR, _("too many windows are open: close one first"));
    return false;
}

void ui_say(struct ui *ui, enum style style, const char *text)
{
    struct buf b;

    buf_init(&b, 0);
    buf_adds(&b, text);
    buf_cut(&b, utf8_snap(buf_view(&b), UI_SAID_MAX - 1));
    memcpy(ui->said, b.s, b.len + 1);
    ui->said_style = style;
    buf_release(&b);
}

void ui_say1(struct ui *ui, enum style style, const char *text, const char *arg)
{
    struct buf b;

    buf_init(&b, 0);
    err_expand(text, &arg, 1, &b);
    ui_say(ui, style, b.s);
    buf_release(&b);
}

const char *ui_translate(const char *id)
{
    return *id ? gettext(id) : "";
}

static void drop_folders(char path[ERR_ARG_MAX])
{
    const char *name = strrchr(path, '/');

    if (path[0] == '/' && name[1])
        memmove(path, name + 1, strlen(name + 1) + 1);
}

void ui_add_err(const struct err *err, struct buf *out)
{
    struct err here = *err;

    for (size_t i = 0; err->code != ERR_INVALID && i < ERR_ARGS; i++)
        drop_folders(here.args[i]);
    drop_folders(here.file);
    err_text(&here, ui_translate, out);
}

void ui_say_err(struct ui *ui, const struct err *err)
{
    struct buf b;

    buf_init(&b, 0);
    if (err->id)
        ui_add_err(err, &b);
    else
        buf_adds(&b, _("that did not work"));
    ui_say(ui, STYLE_ERROR, b.s);
    buf_release(&b);
}

void ui_hush(struct ui *ui)
{
    ui->said[0] = '\0';
}

void ui_add_flowed(const char *text, struct buf *out)
{
    for (const char *p = text; *p; p++)
        if (*p == '\n' && p[1] && p[1] != '\n' && (p == text || p[-1] != '\n'))
            buf_addc(out, ' ');
        else
            buf_addc(out, *p);
}

void ui_title_bar(const struct ui *ui, int cols, const char *left, const char *right)
{
    enum style style = ui->training ? STYLE_TRAINING : STYLE_TITLE;
    struct view r = view_of(right);
    int wide = utf8_width(r), room = cols / 2, used;

    ui_put_fill(0, 0, cols, style, VIEW_LIT(" "));
    used = 1;
    if (ui->training) {
        used += ui_put(0, used, cols - used, style, view_of(_("TRAINING")));
        used += ui_put(0, used, cols - used, style, VIEW_LIT(" · "));
    }
    if (cols - used - utf8_width(view_of(left)) - 3 > room)
        room = cols - used - utf8_width(view_of(left)) - 3;
    if (wide > room)
        wide = room;
    ui_put_cut(0, used, cols - used - wide - 2, style, view_of(left));
    ui_put_cut(0, cols - wide - 1, wide, style, r);
}

/** The keys that have other names on other keyboards. */
static const char *const key_names[][2] = {
        /* TRANSLATORS: the next ones are what is printed on the keys of a keyboard. */
        {"Esc", N_("Esc")},
        {"Enter", N_("Enter")},
        {"Delete", N_("Del")},
        {"Space", N_("Space")},
        {"PgDn", N_("PgDn")},
        {"PgUp", N_("PgUp")},
        {"S-Tab", N_("Shift-Tab")},
        {"Left", "←"},
        {"Right", "→"},
};

static void add_key_name(struct view name, struct buf *out)
{
    for (size_t i = 0; i < COUNT(key_names); i++)
        if (view_is(name, key_names[i][0])) {
            buf_adds(out, gettext(key_names[i][1]));
            return;
        }
    buf_addv(out, name);
}

void ui_key_name(enum command_id id, struct buf *out)
{
    const char *keys = command_get(id)->keys;

    while (*keys) {
        size_t n = strcspn(keys, " ");

        add_key_name((struct view){keys, n}, out);
        keys += n + (keys[n] == ' ');
        if (*keys)
            buf_addc(out, ' ');
    }
}

/** The first key of ID and the word for it, where they fit before COLS. */
static int bar_item(int row, int col, int cols, const struct action *a)
{
    const char *keys = command_get(a->id)->keys;
    struct view word = view_of(gettext(a->bar));
    struct buf name;
    int wide;

    buf_init(&name, 0);
    add_key_name((struct view){keys, strcspn(keys, " ")}, &name);
    wide = utf8_width(buf_view(&name)) + 1 + utf8_width(word);
    if (col + wide <= cols) {
        col += ui_put(row, col, cols - col, STYLE_KEY, buf_view(&name)) + 1;
        col += ui_put(row, col, cols - col, STYLE_DIM, word) + 2;
    }
    buf_release(&name);
    return col;
}

static bool is_among(const enum command_id *ids, enum command_id id)
{
    while (*ids != CMD_COUNT && *ids != id)
        ids++;
    return *ids != CMD_COUNT;
}

void ui_key_bar_for(
        int row, int cols, const struct actions *actions, const enum command_id *first)
{
    const struct action *a;
    int col = 1;

    for (size_t i = 0; first[i] != CMD_COUNT; i++)
        if ((a = find_action(actions, first[i])) && a->bar)
            col = bar_item(row, col, cols, a);
    for (size_t i = 0; i < actions->n; i++)
        if (actions->rows[i].bar && !is_among(first, actions->rows[i].id))
            col = bar_item(row, col, cols, &actions->rows[i]);
}

void ui_key_bar(int row, int cols, const struct actions *actions)
{
    const enum command_id none[] = {CMD_COUNT};

    ui_key_bar_for(row, cols, actions, none);
}

static void edge(int row, struct rect a, const char *left, const char *right)
{
    ui_put(row, a.col, 1, STYLE_NORMAL, view_of(left));
    ui_put(row, a.col + a.cols - 1, 1, STYLE_NORMAL, view_of(right));
}

enum style ui_row(struct rect r, bool selected)
{
    enum style style = selected ? STYLE_SELECTED : STYLE_NORMAL;

    ui_put_fill(r.row, r.col, r.cols, style, view_of(selected ? "▸" : ""));
    return style;
}

struct rect ui_frame(struct rect a, const char *title)
{
    struct rect in = {a.row + 1, a.col + 2, a.rows - 2, a.cols - 4};

    for (int i = 0; i < a.rows; i++)
        ui_put_fill(a.row + i, a.col, a.cols, STYLE_NORMAL, (struct view){0});
    ui_rule(a.row, a.col + 1, a.cols - 2, STYLE_NORMAL, view_of(title));
    ui_rule(a.row + a.rows - 1, a.col + 1, a.cols - 2, STYLE_NORMAL, (struct view){0});
    edge(a.row, a, "┌", "┐");
    for (int i = 1; i < a.rows - 1; i++)
        edge(a.row + i, a, "│", "│");
    edge(a.row + a.rows - 1, a, "└", "┘");
    return in;
}

struct rect ui_centre(struct rect area, int rows, int cols)
{
    if (rows > area.rows)
        rows = area.rows;
    if (cols > area.cols)
        cols = area.cols;
    return (struct rect){area.row + (area.rows - rows) / 2,
            area.col + (area.cols - cols) / 2, rows, cols};
}

struct view ui_wrap(struct view *text, int width)
{
    const char *nl = memchr(text->p, '\n', text->n);
    struct view line = {text->p, nl ? (size_t)(nl - text->p) : text->n};
    size_t n = utf8_fit(line, width > 0 ? width : 1, NULL), brk = n;

    if (n < line.n) {
        while (brk > 0 && line.p[brk] != ' ')
            brk--;
        line.n = brk ? brk : n ? n : utf8_next(line, 0);
        nl = NULL;
    }
    text->p += line.n + (nl != NULL);
    text->n -= line.n + (nl != NULL);
    while (!nl && brk && text->n && *text->p == ' ') {
        text->p++;
        text->n--;
    }
    return line;
}

int ui_wrapped(struct view text, int width)
{
    int n = 0;

    do {
        ui_wrap(&text, width);
        n++;
    } while (text.n);
    return n;
}

void ui_moment(struct ui *ui, int64_t ms, bool seconds, struct buf *out)
{
    struct local t;
    int64_t s = ms / 1000;

    if (zone_from_utc(ZONE_HOME, s, &t, NULL) < 0)
        return;
    if (t.days != app_today(ui->app)) {
        datetext_short(t.days, date_lang_of(app_lang(ui->app)), true, out);
        buf_addc(out, ' ');
    }
    datetext_time(t.minutes, out);
    if (seconds)
        buf_addf(out, ":%02d", (int)(s % 60));
}

bool ui_inside(struct rect a, struct mouse m)
{
    return m.row >= a.row && m.row < a.row + a.rows && m.col >= a.col &&
           m.col < a.col + a.cols;
}
