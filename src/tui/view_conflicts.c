/* What others changed too: both values of each conflict, one of them is taken. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/tui/list.h"
#include "form_view.h"

enum { TOLD_ROWS = 4, STAND_COLS = 16, COLUMNS = 3 };

struct conflicts_view {
    struct form_view *f;
    struct list list;
    bool proposing; /* what they are in the way of; else completing */
};

static size_t conflict_count(void *ctx)
{
    size_t n;

    entry_conflicts(((struct conflicts_view *)ctx)->f->en, &n);
    return n;
}

/** Conflict I, borrowed until the next call; NULL: there is none. */
static const struct entry_conflict *conflict(struct conflicts_view *c, size_t i)
{
    size_t n;
    const struct entry_conflict *all = entry_conflicts(c->f->en, &n);

    return i < n ? &all[i] : NULL;
}

static const char *value_shown(const struct entry_conflict *one, const char *value)
{
    if (*value)
        return value;
    return one->row ? _("(row removed)") : "·";
}

/** Between revisions side by side neither need be of who sits here. */
static const char *stand_shown(const struct entry_conflict *one)
{
    bool mine = !*one->ours_author;

    switch (one->stand) {
    case ENTRY_OURS: return mine ? _("mine kept") : _("left kept");
    case ENTRY_THEIRS: return mine ? _("theirs taken") : _("right taken");
    case ENTRY_OTHER: return _("another value");
    default: return _("to decide");
    }
}

static enum style side_style(const struct entry_conflict *one, enum entry_stand side)
{
    if (one->stand == ENTRY_OPEN)
        return STYLE_NORMAL;
    return one->stand == side ? STYLE_OK : STYLE_DIM;
}

/** Column I of a row of COLS; how it stands is at the right end. */
static void put_column(struct rect r, int i, enum style style, const char *text)
{
    int wide = (r.cols - 2 - STAND_COLS) / COLUMNS;

    ui_put_cut(r.row, r.col + 1 + i * wide, wide - 2, style, view_of(text));
}

static void conflict_row(void *ctx, size_t i, struct rect r, bool selected)
{
    const struct entry_conflict *one = conflict(ctx, i);
    enum style style;

    if (!one)
        return;
    style = ui_row(r, selected);
    if (r.cols < UI_NARROW) {
        ui_put_cut(
                r.row, r.col + 1, r.cols - STAND_COLS - 2, style, view_of(one->label));
    } else {
        put_column(r, 0, style, one->label);
        put_column(r, 1, selected ? style : side_style(one, ENTRY_OURS),
                value_shown(one, one->ours));
        put_column(r, 2, selected ? style : side_style(one, ENTRY_THEIRS),
                value_shown(one, one->theirs));
    }
    if (!selected)
        style = one->stand == ENTRY_OPEN ? STYLE_WARNING : STYLE_OK;
    ui_put_right(r.row, r.col, r.cols - 1, style, view_of(stand_shown(one)));
}

static const struct list_ops conflict_rows = {
        .count = conflict_count, .draw = conflict_row};

static void back(void *self)
{
    loop_pop(((struct conflicts_view *)self)->f->ui->loop);
}

/** To the field; a row that is gone has none. */
static void jump(struct conflicts_view *c)
{
    struct form_view *f = c->f;
    const struct entry_conflict *one = conflict(c, c->list.sel);
    struct rec_at at;

    if (!one || one->at.field < 0) {
        ui_say(f->ui, STYLE_INFO, _("this has no place in the form any more"));
        return;
    }
    at = one->at;
    loop_pop(f->ui->loop);
    form_goto(f, at);
}

static void decide(struct conflicts_view *c,
        int (*take)(struct entry *en, size_t i, struct err *err))
{
    struct form_view *f = c->f;
    struct err err = {0};

    form_unload(f);
    if (take(f->en, c->list.sel, &err) < 0)
        ui_say_err(f->ui, &err);
    form_relayout(f);
    form_load(f);
}

static void keep_mine(void *self)
{
    decide(self, entry_keep_ours);
}

static void take_theirs(void *self)
{
    decide(self, entry_take_theirs);
}

static int keep_all(struct entry *en, size_t i, struct err *err)
{
    (void)i;
    return entry_settle(en, false, err);
}

static int take_all(struct entry *en, size_t i, struct err *err)
{
    (void)i;
    return entry_settle(en, true, err);
}

static void keep_all_mine(void *self)
{
    decide(self, keep_all);
}

static void take_all_theirs(void *self)
{
    decide(self, take_all);
}

static void undo(void *self)
{
    struct form_view *f = ((struct conflicts_view *)self)->f;
    struct rec_at at;

    form_unload(f);
    if (entry_undo(f->en, &at))
        ui_say(f->ui, STYLE_INFO, _("undone"));
    else
        ui_say(f->ui, STYLE_INFO, _("nothing to undo"));
    form_relayout(f);
    form_load(f);
}

/** Back to the form for FINISH, once all is decided. */
static void go_on(struct conflicts_view *c, void (*finish)(void *form))
{
    struct form_view *f = c->f;

    if (f->st.conflicts > 0) {
        ui_say(f->ui, STYLE_ERROR, _("not yet: these have to be decided first"));
        return;
    }
    loop_pop(f->ui->loop);
    finish(f);
}

static void complete(void *self)
{
    go_on(self, form_complete);
}

static void propose(void *self)
{
    go_on(self, form_propose);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct conflicts_view *)self)->f->ui);
}

static void help(void *self);

static const struct action rows[] = {
        {CMD_KEEP_MINE, keep_mine, N_("keep mine")},
        {CMD_TAKE_THEIRS, take_theirs, N_("take theirs")},
        {CMD_UNDO, undo, N_("undo")},
        {CMD_BACK, back, N_("back")},
        {CMD_COMPLETE, complete, N_("complete it")},
        {CMD_PROPOSE, propose, NULL},
        {CMD_KEEP_ALL_MINE, keep_all_mine, N_("all mine")},
        {CMD_TAKE_ALL_THEIRS, take_all_theirs, N_("all theirs")},
        {CMD_HELP, help, N_("help")},
        {CMD_MOUSE, mouse_switch, NULL},
};

/* Revisions side by side are told by where they stand. */
static const struct action beside_rows[] = {
        {CMD_KEEP_MINE, keep_mine, N_("the left")},
        {CMD_TAKE_THEIRS, take_theirs, N_("the right")},
        {CMD_UNDO, undo, N_("undo")},
        {CMD_BACK, back, N_("back")},
        {CMD_COMPLETE, complete, N_("complete it")},
        {CMD_PROPOSE, propose, NULL},
        {CMD_KEEP_ALL_MINE, keep_all_mine, N_("all left")},
        {CMD_TAKE_ALL_THEIRS, take_all_theirs, N_("all right")},
        {CMD_HELP, help, N_("help")},
        {CMD_MOUSE, mouse_switch, NULL},
};

static const struct actions conflict_actions = {IN_CONFLICTS, rows, COUNT(rows)};
static const struct actions beside_actions = {
        IN_CONFLICTS, beside_rows, COUNT(beside_rows)};

static bool is_beside(struct conflicts_view *c)
{
    const struct entry_conflict *one = conflict(c, c->list.sel);

    return one && *one->ours_author;
}

static void help(void *self)
{
    help_open(((struct conflicts_view *)self)->f->ui, &conflict_actions);
}

/** "theirs (Bruno, 11:00)" */
static void add_whose(struct ui *ui, const char *whose, const char *author, int64_t ms,
        struct buf *out)
{
    buf_adds(out, whose);
    if (!*author && !ms)
        return;
    buf_addf(out, " (%s", author);
    if (*author && ms)
        buf_adds(out, ", ");
    if (ms)
        ui_moment(ui, ms, false, out);
    buf_addc(out, ')');
}

/** Before there was an account her records bore her name. */
static bool is_me(struct ui *ui, const char *author)
{
    return strcmp(author, app_author(ui->app)) == 0 ||
           (*author && strcmp(author, app_user(ui->app)) == 0);
}

/** Who wrote either value, and when; the own name is "mine". */
static void add_side(
        struct ui *ui, const struct entry_conflict *one, bool ours, struct buf *out)
{
    const char *author = ours ? one->ours_author : one->author;
    int64_t ms = ours ? one->ours_ms : one->at_ms;
    bool beside = *one->ours_author != '\0';
    bool me = beside ? is_me(ui, author) : ours;

    add_whose(ui,
            me       ? _("mine")
            : ours   ? _("left")
            : beside ? _("right")
                     : _("theirs"),
            author, ms, out);
}

static void draw_side(
        struct rect r, const char *whose, const char *value, enum style style)
{
    struct buf text;
    struct view rest;

    buf_init(&text, 0);
    i18n_add_label(whose, &text);
    buf_adds(&text, value);
    rest = buf_view(&text);
    for (int i = 0; i < r.rows && rest.n; i++)
        ui_put(r.row + i, r.col, r.cols, style, ui_wrap(&rest, r.cols));
    buf_release(&text);
}

/** Both values of the selected one: beside each other, in a narrow window one above the
 *  other. */
static void draw_selected(struct conflicts_view *c, struct rect r)
{
    const struct entry_conflict *one = conflict(c, c->list.sel);
    struct rect mine = r, theirs = r;
    struct buf whose[2];

    if (!one)
        return;
    if (r.cols < UI_NARROW - 2) {
        mine.rows = theirs.rows = r.rows / 2;
        theirs.row += mine.rows;
    } else {
        theirs.col += r.cols / 2;
        theirs.cols = r.cols - r.cols / 2;
        mine.cols = r.cols / 2 - 2;
    }
    for (int i = 0; i < 2; i++) {
        buf_init(&whose[i], 0);
        add_side(c->f->ui, one, i == 0, &whose[i]);
    }
    draw_side(
            mine, whose[0].s, value_shown(one, one->ours), side_style(one, ENTRY_OURS));
    draw_side(theirs, whose[1].s, value_shown(one, one->theirs),
            side_style(one, ENTRY_THEIRS));
    buf_release(&whose[0]);
    buf_release(&whose[1]);
}

static const char *advice(const struct conflicts_view *c)
{
    if (c->f->st.conflicts > 0 && c->f->st.joined > 0)
        return _("changed twice, far from each other; Enter goes to the field");
    if (c->f->st.conflicts > 0)
        return _("you and someone else changed the same; Enter goes to the field");
    return c->proposing ? _("all decided: F11 proposes the record for review")
                        : _("all decided: F10 completes the record");
}

static void draw_answer(struct conflicts_view *c, int cols)
{
    struct ui *ui = c->f->ui;

    if (*ui->said)
        ui_put_cut(1, 1, cols - 2, ui->said_style, view_of(ui->said));
    else
        ui_put_cut(1, 1, cols - 2, STYLE_HINT, view_of(advice(c)));
}

static const char *heading(struct conflicts_view *c, bool ours)
{
    if (is_beside(c))
        return ours ? _("← left") : _("→ right");
    return ours ? _("mine") : _("theirs");
}

static void conflicts_draw(void *self, struct rect area)
{
    struct conflicts_view *c = self;
    int told = area.rows >= 16 ? TOLD_ROWS : 2;
    int top = area.cols < UI_NARROW ? 2 : 3;
    struct rect list = {top, 0, area.rows - 2 - top - told, area.cols};

    ui_title_bar(c->f->ui, area.cols, c->f->st.title, _("conflicts"));
    draw_answer(c, area.cols);
    if (top == 3) {
        put_column((struct rect){2, 0, 1, area.cols}, 1, STYLE_DIM, heading(c, true));
        put_column((struct rect){2, 0, 1, area.cols}, 2, STYLE_DIM, heading(c, false));
    }
    list_draw(&c->list, list);
    ui_rule(list.row + list.rows, 0, area.cols, STYLE_DIM, (struct view){0});
    draw_selected(c, (struct rect){area.rows - 1 - told, 1, told, area.cols - 2});
    ui_key_bar(area.rows - 1, area.cols,
            is_beside(c) ? &beside_actions : &conflict_actions);
}

static bool conflicts_key(void *self, struct key k)
{
    struct conflicts_view *c = self;

    ui_hush(c->f->ui);
    if (ui_act(&conflict_actions, c, k) || list_key(&c->list, k))
        return true;
    if (k.code == K_TAB || k.code == K_BACKTAB)
        return list_key(&c->list, (struct key){k.code == K_TAB ? K_DOWN : K_UP, 0, 0});
    if (k.code == K_ENTER)
        jump(c);
    return true;
}

static void conflicts_mouse(void *self, struct mouse m)
{
    struct conflicts_view *c = self;
    size_t before = c->list.sel;

    if (list_mouse(&c->list, m) && c->list.sel == before)
        jump(c);
}

static const struct view_ops conflicts_ops = {.draw = conflicts_draw,
        .key = conflicts_key,
        .mouse = conflicts_mouse,
        .close = free};

void conflicts_open(struct form_view *f, unsigned flags)
{
    struct conflicts_view *c = xcalloc(1, sizeof *c);

    c->f = f;
    c->proposing = flags & ENTRY_REVIEW;
    list_init(&c->list, &conflict_rows, c);
    c->list.focused = true;
    ui_push(f->ui, &conflicts_ops, c);
}

void form_conflicts(void *self)
{
    struct form_view *f = self;
    size_t n;

    form_commit(f);
    entry_conflicts(f->en, &n);
    /* deciding publishes nobody's proposal: it may lack what completing asks for */
    if (n > 0)
        conflicts_open(f, strcmp(f->st.status, "a_relire") == 0 ? ENTRY_REVIEW : 0);
    else
        ui_say(f->ui, STYLE_OK, _("no conflicts"));
}
