/* What a person reads and types: labels, values in words, typed answers. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/base/moment.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"
#include "entry_priv.h"

static const struct form_field *field_of(const struct entry *en, struct rec_at at)
{
    return &en->form->fields[at.field];
}

const char *entry_label(const struct entry *en, struct rec_at at)
{
    return form_text(en->form, &field_of(en, at)->label, app_lang(en->app));
}

const char *entry_hint(const struct entry *en, struct rec_at at)
{
    return form_text(en->form, &field_of(en, at)->hint, app_lang(en->app));
}

const char *entry_guidance(const struct entry *en, struct rec_at at)
{
    return form_text(en->form, &field_of(en, at)->guidance, app_lang(en->app));
}

bool entry_required(const struct entry *en, struct rec_at at)
{
    return engine_required(en->engine, at);
}

const char *entry_table_label(const struct entry *en, int table)
{
    return form_text(en->form, &en->form->tables[table].label, app_lang(en->app));
}

static void show_part(
        struct entry *en, const struct form_field *f, const char *part, struct buf *out)
{
    if (f->list >= 0)
        forms_label(en->app->forms, en->form, f->list, part, app_lang(en->app), out);
    else if (f->type == FORM_REF && forms_title(en->app->forms, part, out))
        return;
    else
        input_show(f, part, app_lang(en->app), out);
}

static void show_value(struct entry *en, const struct form_field *f, const char *value,
        struct buf *out)
{
    struct view rest = view_of(value);
    struct view part;

    if (!form_is_list(f)) {
        show_part(en, f, value, out);
        return;
    }
    while (view_next(&rest, '\n', &part)) {
        char *text = view_dup(part);

        show_part(en, f, text, out);
        free(text);
        if (rest.n)
            buf_adds(out, ", ");
    }
}

void entry_show_value(struct entry *en, int field, const char *value, struct buf *out)
{
    show_value(en, &en->form->fields[field], value, out);
}

void entry_show(struct entry *en, struct rec_at at, struct buf *out)
{
    const char *value = rec_get(en->rec, at);

    if (value)
        show_value(en, field_of(en, at), value, out);
}

bool entry_inherited(struct entry *en, struct rec_at at, struct buf *out)
{
    const char *value = rec_get(en->rec, at) ? NULL : engine_inherited(en->engine, at);

    if (value)
        show_value(en, field_of(en, at), value, out);
    return value;
}

void entry_text(struct entry *en, struct rec_at at, struct buf *out)
{
    const struct form_field *f = field_of(en, at);
    const char *value = rec_get(en->rec, at);

    if (!value)
        return;
    if (f->list >= 0 || f->type == FORM_REF)
        show_value(en, f, value, out);
    else
        input_edit(f, value, app_lang(en->app), out);
}

/* The first values of the row where the form gives it no title. */
static void row_values(struct entry *en, int table, int row, struct buf *out)
{
    for (size_t i = 0; i < en->form->nfields && out->len < 100; i++) {
        struct rec_at at = {(int)i, row, 0};

        if (en->form->fields[i].table != table || !rec_get(en->rec, at))
            continue;
        if (out->len)
            buf_adds(out, " · ");
        entry_show(en, at, out);
    }
}

void entry_row_text(struct entry *en, int table, int row, struct buf *out)
{
    size_t before = out->len;

    if (!engine_value(en->engine, en->form->tables[table].title, row, out) ||
            out->len == before)
        row_values(en, table, row, out);
    else
        entry_add_seance_state(en, table, row, out);
}

enum entry_input entry_input(const struct entry *en, struct rec_at at)
{
    const struct form_field *f = field_of(en, at);

    if (f->readonly || f->calculation || app_read_only(en->app))
        return INPUT_READ_ONLY;
    switch (f->type) {
    case FORM_MEMO: return INPUT_MEMO;
    case FORM_BOOLEAN:
    case FORM_THREE: return INPUT_TOGGLE;
    case FORM_ONE: return INPUT_CHOICE;
    case FORM_MANY: return INPUT_CHOICES;
    case FORM_REF: return f->multiple ? INPUT_CHOICES : INPUT_CHOICE;
    default: return INPUT_LINE;
    }
}

/* A bare time leans on the row's other date: 22h in `fin` is that of `debut`. */
static int32_t anchor_of(const struct entry *en, struct rec_at at)
{
    const struct form_field *f = field_of(en, at);
    int32_t anchor = DATE_NONE;
    struct moment m;

    for (size_t i = 0; i < en->form->nfields && f->type == FORM_DATETIME; i++) {
        const struct form_field *other = &en->form->fields[i];
        const char *value =
                other->table == f->table && other->type == FORM_DATETIME
                        ? rec_get(en->rec, (struct rec_at){(int)i, at.row, 0})
                        : NULL;

        if (value && moment_parse(view_of(value), other->zone, &m, NULL) == 0 &&
                ((int)i == at.field || anchor == DATE_NONE))
            anchor = m.days;
    }
    return anchor == DATE_NONE ? app_today(en->app) : anchor;
}

struct input_context entry_context(const struct entry *en, struct rec_at at)
{
    return (struct input_context){.lang = app_lang(en->app),
            .today = app_today(en->app),
            .anchor = anchor_of(en, at),
            .now_s = clock_now_ms() / 1000,
            .machine = en->machine};
}

void entry_set_machine(struct entry *en, bool machine)
{
    en->machine = machine;
}

/* A label or title that names exactly one choice, to its id. */
static int resolve(struct entry *en, struct rec_at at, struct view part,
        struct buf *out, struct err *err)
{
    struct entry_choice found[8];
    char *words = view_dup(part);
    int n = entry_choices(en, at, words, found, COUNT(found), err);
    int hit = n == 1 ? 0 : -1;
    int same = 0;

    for (int i = 0; i < n; i++)
        if (utf8_distance(found[i].label, words) == 0) {
            hit = i;
            same++;
        }
    if (n >= 0 && (hit < 0 || same > 1))
        err_set(err, ERR_INVALID,
                n == 0 ? N_("nothing is called \"%1$s\"; F4 shows the choices")
                       : N_("\"%1$s\" can mean several; F4 shows the choices"),
                words);
    else if (n >= 0)
        buf_adds(out, found[hit].id);
    if (n > 0)
        entry_choices_release(found, (size_t)n);
    free(words);
    return out->len ? 0 : ERR_INVALID;
}

static int type_links(
        struct entry *en, struct rec_at at, struct view typed, struct err *err)
{
    const struct form_field *f = field_of(en, at);
    struct buf all, one;
    struct view part;
    int rc = 0;

    buf_init(&all, 0);
    buf_init(&one, 0);
    if (!form_is_list(f) && view_trim(typed).n)
        rc = resolve(en, at, view_trim(typed), &all, err);
    while (form_is_list(f) && rc == 0 && input_part(&typed, false, &part)) {
        buf_clear(&one);
        rc = resolve(en, at, part, &one, err);
        if (all.len)
            buf_addc(&all, '\n');
        buf_addv(&all, buf_view(&one));
    }
    if (rc == 0)
        editing_set(en->ed, at, buf_view(&all));
    buf_release(&one);
    buf_release(&all);
    return rc;
}

/* Links, and lists whose entries the form does not hold itself. */
static bool is_far(const struct entry *en, const struct form_field *f)
{
    return f->type == FORM_REF || (f->list >= 0 && en->form->lists[f->list].file);
}

static int type_files(struct entry *en, struct rec_at at, struct view typed,
        const struct input_context *ctx, struct err *err)
{
    struct buf taken;
    int rc;

    buf_init(&taken, 0);
    rc = entry_take_files(en, field_of(en, at), typed, &taken, err);
    if (rc == 0)
        rc = editing_type(en->ed, at, buf_view(&taken), ctx, err);
    buf_release(&taken);
    return rc;
}

int entry_read_typed(
        struct entry *en, struct rec_at at, struct view typed, struct err *err)
{
    const struct form_field *f = field_of(en, at);
    struct input_context ctx = entry_context(en, at);
    struct buf value;
    bool is_code = false;
    int rc = entry_writable(en, err);

    if (rc < 0)
        return rc;
    if (is_far(en, f) && !f->readonly) {
        buf_init(&value, 0);
        is_code = input_read(f, typed, &ctx, &value, NULL) == 0 &&
                  (f->list < 0 ||
                          lists_cell(en->app->store, en->form->lists[f->list].name,
                                  value.s, "label", &value));
        buf_release(&value);
        if (!is_code)
            return type_links(en, at, typed, err);
    }
    if (f->type == FORM_FILE && !f->readonly)
        return type_files(en, at, typed, &ctx, err);
    return editing_type(en->ed, at, typed, &ctx, err);
}

int entry_type(struct entry *en, struct rec_at at, struct view typed, struct err *err)
{
    struct err own = {0};
    int rc = entry_read_typed(en, at, typed, &own);

    if (rc == 0)
        entry_forget(en, at); /* still there where nothing changed */
    else
        entry_typing_unread(en, at, typed, &own);
    if (rc < 0 && err)
        *err = own;
    return rc;
}

bool entry_echo(struct entry *en, struct rec_at at, struct view typed, struct buf *out,
        struct err *err)
{
    const struct form_field *f = field_of(en, at);
    struct input_context ctx = entry_context(en, at);
    struct buf value;
    bool ok;

    if (f->list >= 0 || f->type == FORM_REF)
        return true;
    buf_init(&value, 0);
    ok = input_read(f, typed, &ctx, &value, err) == 0;
    if (ok && value.len)
        show_value(en, f, value.s, out);
    buf_release(&value);
    return ok;
}
