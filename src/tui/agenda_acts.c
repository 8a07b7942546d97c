/* What the agenda's commands do. */
#include <string.h>

#include "odus/app/records.h"
#include "agenda_view.h"
#include "session.h"

static bool selected(struct agenda_view *v, struct agenda_row *ret)
{
    const struct agenda_row *row = agenda_selected(v->agenda);

    if (row)
        *ret = *row;
    else
        ui_say(v->ui, STYLE_INFO, _("nothing is selected"));
    return row != NULL;
}

static bool select_opened(struct agenda_view *v, int32_t day)
{
    const struct agenda_row *row;

    agenda_select(v->agenda, v->opened, day);
    row = agenda_selected(v->agenda);
    return row && strcmp(row->uid, v->opened) == 0;
}

/** Back from a form: on the record, in a list that shows it as it is now; on the day
 *  left where the list does not have it. */
static void form_left(void *ctx, int32_t day)
{
    struct agenda_view *v = ctx;
    const struct agenda_row *row;
    int32_t left;
    bool found;

    agenda_view_query(v);
    row = agenda_selected(v->agenda);
    left = v->opened_day ? v->opened_day : row ? row->day : app_today(v->ui->app);
    found = select_opened(v, v->opened_day ? v->opened_day : day);
    if (!found && v->opened_day && v->opened_day != day)
        found = select_opened(v, day);
    if (!found)
        agenda_goto(v->agenda, left);
}

static void show_form(struct agenda_view *v, struct entry *en, int32_t day)
{
    memcpy(v->opened, entry_uid(en), sizeof v->opened);
    v->opened_day = day;
    form_open(v->ui, en, form_left, v);
}

void agenda_view_new(struct agenda_view *v, const char *type)
{
    struct entry *en;
    struct err err = {0};

    if (entry_new(v->ui->app, type, &en, &err) < 0)
        ui_say_err(v->ui, &err);
    else
        show_form(v, en, 0);
}

void agenda_view_open(struct agenda_view *v, const char *uid, int32_t day)
{
    struct entry *en;
    struct err err = {0};

    if (entry_open(v->ui->app, uid, &en, &err) < 0)
        ui_say_err(v->ui, &err);
    else
        show_form(v, en, day);
}

void agenda_view_open_selected(void *self)
{
    struct agenda_view *v = self;
    struct agenda_row row;

    if (selected(v, &row))
        agenda_view_open(v, row.uid, row.day);
}

/** Types, the usual one first: Enter takes it. */
static size_t sorted_types(struct agenda_view *v)
{
    char *const *types = app_types(v->ui->app);
    size_t n = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; types[i] && n < AGENDA_TYPES; i++)
            if ((strcmp(types[i], "evenement") == 0) == (pass == 0))
                v->types[n++] = types[i];
    return n;
}

static void new_chosen(void *ctx, size_t i)
{
    struct agenda_view *v = ctx;

    agenda_view_new(v, v->types[i]);
}

static void new_record(void *self)
{
    struct agenda_view *v = self;
    const char *labels[AGENDA_TYPES];
    size_t n = sorted_types(v);

    for (size_t i = 0; i < n; i++)
        labels[i] = app_type_label(v->ui->app, v->types[i]);
    menu_open(v->ui, _("New"), labels, n, new_chosen, v);
}

static void type_chosen(void *ctx, size_t i)
{
    struct agenda_view *v = ctx;

    v->type = i == 0 ? NULL : i == 1 ? "*" : v->types[i - 2];
    agenda_view_query(v);
}

static void types(void *self)
{
    struct agenda_view *v = self;
    const char *labels[AGENDA_TYPES + 2] = {_("the agenda"), _("all records")};
    size_t n = sorted_types(v);

    for (size_t i = 0; i < n; i++)
        labels[i + 2] = app_type_label(v->ui->app, v->types[i]);
    menu_open(v->ui, _("Show"), labels, n + 2, type_chosen, v);
}

static void duplicate(void *self)
{
    struct agenda_view *v = self;
    struct agenda_row row;
    struct entry *en;
    struct err err = {0};

    if (!selected(v, &row))
        return;
    if (entry_duplicate(v->ui->app, row.uid, &en, &err) < 0)
        ui_say_err(v->ui, &err);
    else
        show_form(v, en, row.day);
}

static void seance_chosen(void *ctx, size_t i)
{
    static const enum seance_act acts[] = {
            SEANCE_CANCEL, SEANCE_POSTPONE, SEANCE_SOLD_OUT, SEANCE_RESTORE};
    struct agenda_view *v = ctx;
    struct agenda_row row;
    struct err err = {0};
    bool completed = false;
    int n;

    if (i >= COUNT(acts) || !selected(v, &row))
        return;
    n = app_seance(v->ui->app, row.uid, row.day, acts[i], &completed, &err);
    if (n < 0)
        ui_say_err(v->ui, &err);
    else if (n == 0)
        ui_say(v->ui, STYLE_INFO, _("this record has no performance on that day"));
    else if (completed)
        ui_say1(v->ui, STYLE_OK, _("noted and complete: %1$s"), row.title);
    else
        ui_say1(v->ui, STYLE_WARNING, _("noted in the draft: %1$s"), row.title);
    agenda_refresh(v->agenda);
}

static void seance(void *self)
{
    struct agenda_view *v = self;
    const char *labels[] = {
            _("cancelled"), _("postponed"), _("sold out"), _("takes place after all")};
    struct agenda_row row;

    if (selected(v, &row))
        menu_open(v->ui, row.title, labels, COUNT(labels), seance_chosen, v);
}

static void cancel(void *self)
{
    seance_chosen(self, 0);
}

static void postpone(void *self)
{
    seance_chosen(self, 1);
}

static void sold_out(void *self)
{
    seance_chosen(self, 2);
}

static void restore(void *self)
{
    seance_chosen(self, 3);
}

static void deleted(struct agenda_view *v, int rc, struct err *err)
{
    if (rc < 0)
        ui_say_err(v->ui, err);
    else
        ui_say(v->ui, STYLE_WARNING,
                _("deleted; its history (odus revert) can bring it back"));
    agenda_refresh(v->agenda);
}

static void discard_named(void *ctx, const char *title)
{
    struct agenda_view *v = ctx;
    struct agenda_row row;
    struct err err = {0};

    if (selected(v, &row))
        deleted(v, app_delete(v->ui->app, row.uid, title, &err), &err);
}

static void delete_sure(void *ctx, size_t i)
{
    struct agenda_view *v = ctx;
    struct agenda_row row;
    struct err err = {0};

    if (i == 1 && selected(v, &row))
        deleted(v, app_delete(v->ui->app, row.uid, NULL, &err), &err);
}

static void delete_named(void *ctx, const char *title)
{
    struct agenda_view *v = ctx;
    struct agenda_row row;

    if (!selected(v, &row))
        return;
    if (strcmp(row.title, title) == 0)
        delete_sure(v, 1);
    else
        ui_say1(v->ui, STYLE_INFO, _("kept: its title is \"%1$s\""), row.title);
}

/** Complete, and on its way to a server that does not have it yet (P05). */
static bool is_nowhere_else(struct agenda_view *v, const struct agenda_row *row)
{
    return !row->sample && app_sync_counts(v->ui->app).server &&
           app_standing(v->ui->app, row->uid, false).word != WORD_SENT;
}

static void delete_record(void *self)
{
    const char *labels[] = {_("keep it"), _("delete it (can be undone)")};
    struct agenda_view *v = self;
    struct agenda_row row;

    if (!selected(v, &row))
        return;
    if (row.state == AGENDA_DRAFT)
        ask_open(v->ui, _("A draft exists only here: type its title to discard it"), "",
                discard_named, v);
    else if (is_nowhere_else(v, &row))
        ask_open(v->ui, _("Nobody else has it yet: type its title to delete it"), "",
                delete_named, v);
    else
        menu_open(v->ui, row.title, labels, COUNT(labels), delete_sure, v);
}

static void reverted(void *ctx)
{
    agenda_refresh(((struct agenda_view *)ctx)->agenda);
}

static void history(void *self)
{
    struct agenda_view *v = self;
    struct agenda_row row;

    if (selected(v, &row))
        history_open(v->ui, row.uid, reverted, v);
}

static void search(void *self)
{
    ((struct agenda_view *)self)->searching = true;
}

static void today(void *self)
{
    struct agenda_view *v = self;

    agenda_goto(v->agenda, app_today(v->ui->app));
}

static void drafts(void *self)
{
    drafts_open(((struct agenda_view *)self)->ui, false);
}

static void sync_now(void *self)
{
    sync_open(((struct agenda_view *)self)->ui, SYNC_START);
}

static void sync_address(void *self)
{
    sync_open(((struct agenda_view *)self)->ui, SYNC_ADDRESS);
}

static void to_decide(void *self)
{
    sync_open(((struct agenda_view *)self)->ui, SYNC_LOOK);
}

static void news(void *self)
{
    news_open(((struct agenda_view *)self)->ui);
}

static void deliver(void *self)
{
    deliver_open(((struct agenda_view *)self)->ui);
}

static void readiness(void *self)
{
    struct agenda_view *v = self;
    struct agenda_row row;

    if (selected(v, &row))
        readiness_open(v->ui, row.uid, row.title, NULL);
}

static void import(void *self)
{
    import_open(((struct agenda_view *)self)->ui);
}

static void identity(void *self)
{
    welcome_open(((struct agenda_view *)self)->ui);
}

static void mouse_switch(void *self)
{
    mouse_toggle(((struct agenda_view *)self)->ui);
}

static void palette(void *self)
{
    palette_open(((struct agenda_view *)self)->ui, &agenda_actions, self);
}

static void help(void *self)
{
    help_open(((struct agenda_view *)self)->ui, &agenda_actions);
}

/** Esc: out of the search, then its words away, then the agenda again. */
static void back(void *self)
{
    struct agenda_view *v = self;

    if (edit_text(v->edit).n) {
        edit_set(v->edit, (struct view){0});
        agenda_view_query(v);
    } else if (!v->searching && v->type) {
        v->type = NULL;
        agenda_view_query(v);
    }
    v->searching = false;
}

static void quit(void *self)
{
    loop_quit(((struct agenda_view *)self)->ui->loop);
}

static const struct action rows[] = {
        {CMD_OPEN, agenda_view_open_selected, N_("open")},
        {CMD_NEW, new_record, N_("new")},
        {CMD_SEARCH, search, N_("search")},
        {CMD_SYNC, sync_now, N_("sync")},
        {CMD_SEANCE, seance, N_("performance")},
        {CMD_HELP, help, N_("help")},
        {CMD_QUIT, quit, N_("quit")},
        {CMD_PALETTE, palette, N_("commands")},
        {CMD_DUPLICATE, duplicate, N_("duplicate")},
        {CMD_DRAFTS, drafts, N_("drafts")},
        {CMD_TYPES, types, N_("other kinds")},
        {CMD_NEWS, news, N_("news")},
        {CMD_TODAY, today, N_("today")},
        {CMD_HISTORY, history, N_("history")},
        {CMD_DELETE, delete_record, NULL},
        {CMD_CANCEL, cancel, NULL},
        {CMD_POSTPONE, postpone, NULL},
        {CMD_SOLD_OUT, sold_out, NULL},
        {CMD_RESTORE, restore, NULL},
        {CMD_TO_DECIDE, to_decide, NULL},
        {CMD_ADDRESS, sync_address, NULL},
        {CMD_DELIVER, deliver, NULL},
        {CMD_READINESS, readiness, NULL},
        {CMD_IMPORT, import, NULL},
        {CMD_IDENTITY, identity, NULL},
        {CMD_MOUSE, mouse_switch, NULL},
        {CMD_BACK, back, NULL},
};

/* While words are typed letters are no commands. */
static const struct action search_rows[] = {
        {CMD_OPEN, agenda_view_open_selected, N_("open")},
        {CMD_BACK, back, N_("leave the search")},
        {CMD_SEANCE, seance, N_("performance")},
        {CMD_HISTORY, history, N_("history")},
        {CMD_PALETTE, palette, N_("commands")},
        {CMD_HELP, help, N_("help")},
};

const struct actions agenda_search_actions = {
        IN_AGENDA, search_rows, COUNT(search_rows)};

const struct actions agenda_actions = {IN_AGENDA, rows, COUNT(rows)};
