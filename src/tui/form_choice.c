/* Fields with choices: toggles, lists and links. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "form_view.h"

enum { FEW = 12, TYPES_MAX = 20 };

static bool type_value(struct form_view *f, struct rec_at at, const char *text)
{
    struct err err = {0};

    if (entry_type(f->en, at, view_of(text), &err) < 0) {
        ui_say_err(f->ui, &err);
        return false;
    }
    form_relayout(f);
    return true;
}

/** Blank, yes, no (, unknown) and round again. */
static void toggle(struct form_view *f, struct rec_at at, int step)
{
    static const char *const two[] = {"", "1", "0"};
    static const char *const three[] = {"", "oui", "non", "inconnu"};
    bool boolean = entry_form(f->en)->fields[at.field].type == FORM_BOOLEAN;
    const char *const *values = boolean ? two : three;
    int n = boolean ? (int)COUNT(two) : (int)COUNT(three), now = 0;
    const char *value = rec_get(entry_rec(f->en), at);

    for (int i = 1; i < n; i++)
        if (value && strcmp(values[i], value) == 0)
            now = i;
    type_value(f, at, values[(now + step + n) % n]);
}

/** The choice beside the one chosen, where there are few. */
static bool cycle(struct form_view *f, struct rec_at at, int step)
{
    struct entry_choice found[FEW + 1];
    struct err err = {0};
    int n = entry_choices(f->en, at, "", found, COUNT(found), &err), now = -1;

    for (int i = 0; i < n; i++)
        if (found[i].chosen)
            now = i;
    if (now < 0 && step < 0)
        now = n;
    now += step;
    if (n > 0 && n <= FEW && now >= 0 && now < n &&
            entry_choose(f->en, at, found[now].id, &err) < 0)
        ui_say_err(f->ui, &err);
    if (n > 0)
        entry_choices_release(found, (size_t)n);
    form_relayout(f);
    return n <= FEW;
}

static bool blank(struct form_view *f)
{
    const struct entry_line *line = form_line(f);
    struct err err = {0};

    if (!line || line->kind != ENTRY_FIELD || !rec_get(entry_rec(f->en), line->at))
        return false;
    if (entry_type(f->en, line->at, (struct view){0}, &err) < 0)
        ui_say_err(f->ui, &err);
    form_relayout(f);
    return true;
}

static bool choice_key(struct form_view *f, struct rec_at at, bool one, struct key k)
{
    char utf8[5] = "";

    if (key_is_text(k)) {
        utf8[k.cp == ' ' ? 0 : utf8_encode(k.cp, utf8)] = '\0';
        form_open_picker(f, utf8);
        return true;
    }
    if (k.mods)
        return false;
    switch (k.code) {
    case K_LEFT: return one && cycle(f, at, -1);
    case K_RIGHT: return one && cycle(f, at, 1);
    case K_BACKSPACE:
    case K_DELETE: return blank(f);
    case K_ENTER:
        if (rec_get(entry_rec(f->en), at))
            return false;
        form_open_picker(f, "");
        return true;
    default: return false;
    }
}

static bool toggle_key(struct form_view *f, struct rec_at at, struct key k)
{
    if (k.mods)
        return false;
    if (k.code == K_RIGHT || (k.code == K_CHAR && k.cp == ' '))
        toggle(f, at, 1);
    else if (k.code == K_LEFT)
        toggle(f, at, -1);
    else if (k.code == K_BACKSPACE || k.code == K_DELETE)
        blank(f);
    else
        return false;
    return true;
}

bool form_choice_key(struct form_view *f, struct key k)
{
    const struct entry_line *line = form_line(f);

    if (!line || line->kind != ENTRY_FIELD)
        return false;
    switch (entry_input(f->en, line->at)) {
    case INPUT_TOGGLE: return toggle_key(f, line->at, k);
    case INPUT_CHOICE: return choice_key(f, line->at, true, k);
    case INPUT_CHOICES: return choice_key(f, line->at, false, k);
    default: return false;
    }
}

/* Links to what is not there yet */

struct creation {
    struct form_view *f;
    struct rec_at at;
    char *title;
    char *const *types;
};

static void child_closed(void *ctx, int32_t day)
{
    struct form_view *f = ctx;

    (void)day;
    entry_refresh(f->en);
    form_relayout(f);
    form_load(f);
}

static void create(void *ctx, size_t i)
{
    struct creation *c = ctx;
    struct entry *child;
    struct err err = {0};

    if (entry_create(c->f->en, c->at, c->types[i], c->title, &child, &err) < 0)
        ui_say_err(c->f->ui, &err);
    else
        form_open(c->f->ui, child, child_closed, c->f);
    form_relayout(c->f);
}

/** Kept by the view until the next: a menu may be left without an answer. */
static struct creation *new_creation(
        struct form_view *f, struct rec_at at, const char *title)
{
    if (!f->creation)
        f->creation = xcalloc(1, sizeof *f->creation);
    free(f->creation->title);
    *f->creation = (struct creation){f, at, xstrdup(title), entry_targets(f->en, at)};
    return f->creation;
}

void form_free_creation(struct form_view *f)
{
    if (f->creation)
        free(f->creation->title);
    free(f->creation);
    f->creation = NULL;
}

static void begin_creation(struct form_view *f, struct rec_at at, const char *title)
{
    const char *labels[TYPES_MAX];
    struct creation *c = new_creation(f, at, title);
    size_t n = 0;

    if (!c->types || !c->types[0]) {
        ui_say(f->ui, STYLE_INFO, _("nothing can be created here"));
        return;
    }
    for (; n < TYPES_MAX && c->types[n]; n++)
        labels[n] = app_type_label(f->ui->app, c->types[n]);
    if (n == 1)
        create(c, 0);
    else
        menu_open(f->ui, _("Create"), labels, n, create, c);
}

/* What names no choice stays in the field, said and listed among the problems; where
 * there may be several, behind those chosen. */
static void keep_typed(struct form_view *f, struct rec_at at, const char *text)
{
    struct err err = {0};
    struct buf all;

    buf_init(&all, 0);
    if (entry_input(f->en, at) == INPUT_CHOICES)
        entry_text(f->en, at, &all);
    buf_addf(&all, "%s%s", all.len ? ", " : "", text);
    entry_typing(f->en, at, buf_view(&all));
    if (entry_type(f->en, at, buf_view(&all), &err) < 0)
        ui_say_err(f->ui, &err);
    buf_release(&all);
    form_relayout(f);
}

static void picked(void *ctx, enum picked how, const char *text)
{
    struct form_view *f = ctx;
    const struct entry_line *line = form_line(f);
    bool on_line = line != NULL;
    struct rec_at at = {0}; /* laying out anew takes the line away */

    if (on_line)
        at = line->at;
    if (how == PICKED_NOTHING && f->picker_typed && on_line)
        entry_typing(f->en, at, (struct view){0});
    f->picker_typed = false;
    form_relayout(f);
    if (on_line && (how == PICKED_TYPED || (how == PICKED_COMPLETE && *text)))
        keep_typed(f, at, text);
    if (how == PICKED_CHOICE || how == PICKED_TYPED)
        form_step(f, 1, true);
    else if (how == PICKED_COMPLETE)
        form_complete(f);
    else if (how == PICKED_CREATE && form_line(f))
        begin_creation(f, form_line(f)->at, text);
}

static void picker_typing(void *ctx, struct view words)
{
    struct form_view *f = ctx;

    f->picker_typed = true;
    if (form_line(f))
        entry_typing(f->en, form_line(f)->at, words);
}

static bool has_choices(struct form_view *f, const struct entry_line *line)
{
    enum entry_input input;

    if (!line || line->kind != ENTRY_FIELD)
        return false;
    input = entry_input(f->en, line->at);
    return input == INPUT_CHOICE || input == INPUT_CHOICES;
}

void form_open_picker(struct form_view *f, const char *words)
{
    const struct entry_line *line = form_line(f);

    if (has_choices(f, line))
        picker_open(f->ui, &(struct picker_call){.entry = f->en,
                                   .at = line->at,
                                   .words = words,
                                   .field = &f->focus_area,
                                   .done = picked,
                                   .typing = picker_typing,
                                   .ctx = f});
}

void form_choose(void *self)
{
    struct form_view *f = self;

    if (has_choices(f, form_line(f)))
        form_open_picker(f, "");
    else
        ui_say(f->ui, STYLE_INFO, _("this field has no list to choose from"));
}

void form_create_here(void *self)
{
    struct form_view *f = self;
    const struct entry_line *line = form_line(f);

    if (has_choices(f, line))
        begin_creation(f, line->at, "");
    else
        ui_say(f->ui, STYLE_INFO, _("nothing can be created here"));
}
