#include <string.h>

#include "edit_priv.h"
#include "odus/base/clock.h"
#include "odus/base/moment.h"
#include "odus/base/utf8.h"
#include "odus/form/body.h"

/* --- what a person types --- */

/** Adds the codes of PART when it is nothing but codes with spaces between. */
static bool read_codes(const struct form_list *list, struct view part, struct buf *out)
{
    size_t before = out->len;
    struct view code;

    while (input_part(&part, true, &code)) {
        if (!form_entry_find(list, code)) {
            buf_cut(out, before);
            return false;
        }
        buf_addv(out, code);
        buf_addc(out, '\n');
    }
    return true;
}

/** Codes of the choices that REST names, '\n' after each. */
static int read_choices(const struct form_list *list, struct view rest, struct buf *out,
        struct err *err)
{
    struct view part;
    int r = 0;

    while (r == 0 && input_part(&rest, false, &part)) {
        if (read_codes(list, part, out))
            continue;
        r = input_choice(list, part, out, err);
        buf_addc(out, '\n');
    }
    return r;
}

static int read_labels(const struct form_field *field, const struct form_list *list,
        struct view typed, const struct input_context *ctx, struct buf *out,
        struct err *err)
{
    struct buf clean, codes;
    int r;

    buf_init(&clean, 0);
    buf_init(&codes, 0);
    utf8_clean(typed, UTF8_KEEP_NEWLINE, &clean);
    if (field->type == FORM_MANY)
        r = read_choices(list, buf_view(&clean), &codes, err);
    else if (view_trim(buf_view(&clean)).n)
        r = input_choice(list, buf_view(&clean), &codes, err);
    else
        r = 0;
    if (r == 0)
        r = input_read(field, buf_view(&codes), ctx, out, err);
    buf_release(&clean);
    buf_release(&codes);
    return r;
}

static int read_typed(const struct form *form, const struct form_field *field,
        struct view typed, const struct input_context *ctx, struct buf *out,
        struct err *err)
{
    if (field->list >= 0 && !form->lists[field->list].file)
        return read_labels(field, &form->lists[field->list], typed, ctx, out, err);
    return input_read(field, typed, ctx, out, err);
}

int editing_type(struct editing *ed, struct rec_at at, struct view typed,
        const struct input_context *ctx, struct err *err)
{
    const struct form *form = rec_form(edit_rec(ed));
    const struct form_field *field;
    struct buf text, normal;
    int r;

    if (at.field < 0 || (size_t)at.field >= form->nfields)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such field"));
    field = &form->fields[at.field];
    if (field->calculation || field->readonly)
        return err_set(err, ERR_INVALID, N_("\"%1$s\" cannot be changed by hand"),
                field->path);
    buf_init(&text, 0);
    buf_init(&normal, 0);
    r = read_typed(form, field, typed, ctx, &text, err);
    if (r == 0 && text.len && field->normalise &&
            engine_normalise(edit_engine(ed), at, text.s, &normal))
        editing_set(ed, at, buf_view(&normal));
    else if (r == 0)
        editing_set(ed, at, buf_view(&text));
    buf_release(&text);
    buf_release(&normal);
    return r;
}

/* --- defaults --- */

/** Sets the default of AT where it is blank; returns the row's place afterwards. */
static int set_default(struct editing *ed, struct rec_at at)
{
    const struct form_field *field = &rec_form(edit_rec(ed))->fields[at.field];
    struct buf text;

    if (!field->initial || field->calculation || rec_get(edit_rec(ed), at))
        return at.row;
    buf_init(&text, 0);
    if (engine_value(edit_engine(ed), field->initial, at.row, &text) && !text.full)
        at.row = editing_set(ed, at, buf_view(&text));
    buf_release(&text);
    return at.row;
}

/** Sets the defaults of the fields of FRAME; those that follow others come last. */
static void set_defaults(struct editing *ed, int frame, int *row)
{
    const struct form *form = rec_form(edit_rec(ed));

    for (size_t f = 0; f < form->nfields; f++)
        if (form_frame(form, (int)f) == frame && !form->fields[f].non_change)
            *row = set_default(ed, (struct rec_at){.field = (int)f, .row = *row});
    for (size_t i = 0; i < form->nfollowers; i++)
        if (form_frame(form, form->followers[i]) == frame)
            *row = set_default(
                    ed, (struct rec_at){.field = form->followers[i], .row = *row});
}

void edit_row_defaults(struct editing *ed, int table, int *row)
{
    edit_echo_mute(ed, true);
    set_defaults(ed, table, row);
    edit_echo_mute(ed, false);
}

/** Values of FROM for the fields that ask for it. */
static void carry_values(struct editing *ed, const struct rec *from)
{
    const struct form *form = rec_form(edit_rec(ed));

    for (size_t f = 0; f < form->nfields; f++) {
        struct rec_at at = {.field = (int)f};

        if (!form->fields[f].carry || form_frame(form, (int)f))
            continue;
        for (; at.lang < form->fields[f].nslots; at.lang++)
            if (rec_get(from, at) && !rec_get(edit_rec(ed), at))
                editing_set(ed, at, view_of(rec_get(from, at)));
    }
}

void editing_defaults(struct editing *ed, const struct json *carry)
{
    struct rec *last = rec_new(rec_form(edit_rec(ed)));
    int row = 0;

    editing_begin(ed);
    edit_echo_mute(ed, true);
    if (carry && body_read(carry, last, NULL) == 0)
        carry_values(ed, last);
    set_defaults(ed, 0, &row);
    edit_echo_mute(ed, false);
    editing_end(ed);
    edit_forget(ed);
    rec_free(last);
}

/* --- accepted warnings --- */

/** Column KEY of TABLE, or -1. */
static int column(const struct form *form, int table, const char *key)
{
    for (size_t f = 0; f < form->nfields; f++)
        if (form->fields[f].table == table && strcmp(form->fields[f].key, key) == 0)
            return (int)f;
    return -1;
}

static bool cell_is(const struct rec *rec, struct rec_at at, struct view text)
{
    const char *value = rec_get(rec, at);

    return value && view_is(text, value);
}

/** The row of TABLE that accepts RULE at PLACE, or -1. */
static int find_accepted(
        const struct rec *rec, int table, const char *rule, struct view place)
{
    int regle = column(rec_form(rec), table, "regle");
    int champ = column(rec_form(rec), table, "champ");

    for (int r = 0; r < rec_rows(rec, table); r++)
        if (cell_is(rec, (struct rec_at){.field = regle, .row = r}, view_of(rule)) &&
                cell_is(rec, (struct rec_at){.field = champ, .row = r}, place))
            return r;
    return -1;
}

/** The instant now as column FIELD has it: local wall time, or RFC 3339 in UTC. */
static void write_now(const struct form_field *field, struct buf *out)
{
    int64_t ms = clock_now_ms();
    struct moment m = {.offset = MOMENT_NO_OFFSET};
    struct local local;
    char text[MOMENT_TEXT_SIZE], utc[CLOCK_TEXT];

    if (field->type == FORM_DATETIME &&
            zone_from_utc(field->zone, ms / 1000, &local, NULL) == 0) {
        m.days = local.days;
        m.minutes = (int16_t)local.minutes;
        memcpy(m.zone, field->zone, strnlen(field->zone, sizeof m.zone - 1));
        moment_text(&m, text);
        buf_adds(out, text);
        return;
    }
    clock_rfc3339(ms, utc);
    buf_adds(out, utc);
}

/** Sets column KEY of a row; returns its place afterwards. */
static int put(
        struct editing *ed, int table, int row, const char *key, struct view text)
{
    int field = column(rec_form(edit_rec(ed)), table, key);

    return editing_set(ed, (struct rec_at){.field = field, .row = row}, text);
}

static void write_accepted(
        struct editing *ed, int table, int row, struct view reason, const char *who)
{
    const struct form *form = rec_form(edit_rec(ed));
    int le = column(form, table, "le");
    struct buf text;

    buf_init(&text, 0);
    utf8_clean(reason, UTF8_KEEP_NEWLINE, &text);
    row = put(ed, table, row, "motif", buf_view(&text));
    row = put(ed, table, row, "par", view_of(who));
    buf_clear(&text);
    if (le >= 0)
        write_now(&form->fields[le], &text);
    put(ed, table, row, "le", buf_view(&text));
    buf_release(&text);
}

void editing_accept(struct editing *ed, struct rec_at at, const char *rule,
        struct view reason, const char *who)
{
    const struct rec *rec = edit_rec(ed);
    int table = form_table_find(rec_form(rec), VIEW_LIT("derogations"));
    struct buf place;
    int row;

    if (table < 0)
        return;
    buf_init(&place, 0);
    rec_at_text(rec, at, true, &place);
    editing_begin(ed);
    row = find_accepted(rec, table, rule, buf_view(&place));
    if (row >= 0 || editing_row_add(ed, table, NULL, &row, NULL) == 0) {
        row = put(ed, table, row, "regle", view_of(rule));
        row = put(ed, table, row, "champ", buf_view(&place));
        write_accepted(ed, table, row, reason, who);
    }
    editing_end(ed);
    buf_release(&place);
}
