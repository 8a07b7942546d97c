/* Rows of repeats: added, removed, made by the timing language; what becomes of a
 * séance. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/form/timing.h"
#include "entry_priv.h"

int entry_row_add(struct entry *en, int table, int *ret_row, struct err *err)
{
    int rc = entry_writable(en, err);

    return rc < 0 ? rc : editing_row_add(en->ed, table, NULL, ret_row, err);
}

int entry_row_remove(struct entry *en, int table, int row, struct err *err)
{
    int rc = entry_writable(en, err);

    return rc < 0 ? rc : editing_row_remove(en->ed, table, row, err);
}

bool entry_has_timing(const struct entry *en, int table)
{
    return en->form->tables[table].timing_start >= 0;
}

/* Bare weekdays follow the last séance there is. */
static int32_t last_day(const struct entry *en, int table)
{
    const struct form_table *t = &en->form->tables[table];
    int32_t last = TIMING_NONE;
    struct moment m;

    for (int row = 0; row < rec_rows(en->rec, table); row++) {
        const char *value = rec_get(en->rec, (struct rec_at){t->timing_start, row, 0});

        if (value && moment_parse(view_of(value), NULL, &m, NULL) == 0 &&
                (last == TIMING_NONE || m.days > last))
            last = m.days;
    }
    return last;
}

static int read_timing(const struct entry *en, int table, struct view text,
        struct timing_slot **ret, size_t *ret_n, struct err *err)
{
    const struct form_table *t = &en->form->tables[table];
    const char *minutes = rec_value(en->rec, "duree");
    long long n = 0;
    struct timing_context ctx = {.lang = date_lang_of(app_lang(en->app)),
            .today = app_today(en->app),
            .last = last_day(en, table),
            .zone = en->form->fields[t->timing_start].zone};

    if (minutes && view_int(view_of(minutes), &n) && n > 0 && n < 24 * 60)
        ctx.default_minutes = (int)n;
    return timing_parse(text, &ctx, ret, ret_n, err);
}

int entry_timing_echo(
        struct entry *en, int table, struct view text, struct buf *out, struct err *err)
{
    struct timing_slot *slots;
    size_t n;
    int rc = read_timing(en, table, text, &slots, &n, err);

    if (rc < 0)
        return rc;
    timing_echo(slots, n, date_lang_of(app_lang(en->app)), app_today(en->app), out);
    free(slots);
    return (int)n;
}

static void slot_id(
        const struct entry *en, const struct timing_slot *slot, char out[UUID_TEXT])
{
    char start[MOMENT_TEXT_SIZE];

    moment_text(&slot->start, start);
    uuid_v5(en->uid, view_of(start), out);
}

static void set_moment(struct entry *en, int field, int row, const struct moment *m)
{
    char text[MOMENT_TEXT_SIZE];

    moment_text(m, text);
    editing_set(en->ed, (struct rec_at){field, row, 0}, view_of(text));
}

/* A column of the row's table by its key; -1 where the form has none. */
static int column(const struct form *form, int table, const char *key)
{
    char *path = xasprintf("%s.%s", form->tables[table].path, key);
    int field = form_field_find(form, view_of(path));

    free(path);
    return field;
}

static void fill_slot(
        struct entry *en, int table, const struct timing_slot *slot, const char *id)
{
    const struct form_table *t = &en->form->tables[table];
    int estimated = column(en->form, table, "fin_estimee");
    int row = rec_row_find(en->rec, table, view_of(id));

    if (slot->has_end) /* first the end: setting the start moves the row to its place */
        set_moment(en, t->timing_end, row, &slot->end);
    if (slot->has_end && slot->estimated && estimated >= 0)
        editing_set(en->ed, (struct rec_at){estimated, row, 0}, VIEW_LIT("1"));
    set_moment(en, t->timing_start, row, &slot->start);
}

int entry_timing_add(struct entry *en, int table, struct view text, struct err *err)
{
    struct timing_slot *slots;
    struct err own = {0};
    char id[UUID_TEXT];
    bool typed;
    size_t n;
    int row, added = 0;
    int rc = entry_writable(en, err);

    if (rc < 0)
        return rc;
    rc = read_timing(en, table, text, &slots, &n, &own);
    if (rc < 0) {
        entry_typing_unread(en, entry_add_place(en, table), text, &own);
        if (err)
            *err = own;
        return rc;
    }
    typed = entry_typing_done(en, entry_add_place(en, table));
    entry_group_begin(en);
    for (size_t i = 0; i < n && rc == 0; i++) {
        slot_id(en, &slots[i], id);
        rc = editing_row_add(en->ed, table, id, &row, err);
        if (rc == 0) {
            fill_slot(en, table, &slots[i], id);
            added++;
        } else if (rc == ERR_CONFLICT) {
            rc = 0; /* that very slot is there already */
        }
    }
    if (typed && !added)
        en->changed = true; /* the journal still has what was typed */
    entry_group_end(en);
    free(slots);
    return rc < 0 ? rc : added;
}

/* The field names this layer has to know: what a séance's state is called
 * (docs/design.md §4). */
struct seance_words {
    enum seance_act act;
    const char *code;
};

static const struct seance_words words[] = {
        {SEANCE_CANCEL, "annule"},
        {SEANCE_POSTPONE, "reporte"},
        {SEANCE_SOLD_OUT, "complet"},
        {SEANCE_RESTORE, "confirme"},
};

int entry_seance(
        struct entry *en, int table, int row, enum seance_act act, struct err *err)
{
    int status = column(en->form, table, "statut");
    int left = column(en->form, table, "places_restantes");
    int rc = entry_writable(en, err);

    if (rc < 0)
        return rc;
    if (status < 0 || row >= rec_rows(en->rec, table))
        return err_set(
                err, ERR_INVALID, N_("these rows cannot be cancelled or postponed"));
    entry_group_begin(en);
    editing_set(en->ed, (struct rec_at){status, row, 0}, view_of(words[act].code));
    if (act == SEANCE_SOLD_OUT && left >= 0)
        editing_set(en->ed, (struct rec_at){left, row, 0}, VIEW_LIT("0"));
    entry_group_end(en);
    return 0;
}

void entry_add_seance_state(struct entry *en, int table, int row, struct buf *out)
{
    int status = entry_has_timing(en, table) ? column(en->form, table, "statut") : -1;
    struct rec_at at = {status, row, 0};
    const char *code = status < 0 ? NULL : rec_get(en->rec, at);

    if (!code || strcmp(code, words[SEANCE_RESTORE].code) == 0)
        return;
    buf_adds(out, " · ");
    entry_show(en, at, out);
}

static int timing_table(const struct form *form)
{
    for (size_t i = 1; i < form->ntables; i++)
        if (form->tables[i].kind == FORM_REPEAT && form->tables[i].timing_start >= 0)
            return (int)i;
    return -1;
}

int32_t entry_day(const struct entry *en)
{
    int field = en->form->dates, frame = field < 0 ? 0 : form_frame(en->form, field);
    int32_t today = app_today(en->app), day = 0;
    struct moment m;

    for (int row = 0; field >= 0 && row < (frame ? rec_rows(en->rec, frame) : 1);
            row++) {
        const char *start = rec_get(en->rec, (struct rec_at){field, row, 0});

        if (!start || moment_parse(view_of(start), NULL, &m, NULL) < 0)
            continue;
        if (!day || (m.days >= today && (day < today || m.days < day)) ||
                (day < today && m.days > day))
            day = m.days;
    }
    return day;
}

static int act_on_day(
        struct entry *en, int32_t day, enum seance_act act, struct err *err)
{
    int table = timing_table(en->form);
    struct moment m;
    int done = 0;

    for (int row = 0; table >= 0 && row < rec_rows(en->rec, table); row++) {
        struct rec_at at = {en->form->tables[table].timing_start, row, 0};
        const char *start = rec_get(en->rec, at);

        if (!start || moment_parse(view_of(start), NULL, &m, NULL) < 0 || m.days != day)
            continue;
        if (entry_seance(en, table, row, act, err) < 0)
            return ERR_INVALID;
        done++;
    }
    return done;
}

int app_seance(struct app *app, const char *uid, int32_t day, enum seance_act act,
        bool *ret_completed, struct err *err)
{
    struct entry *en;
    struct entry_state before;
    int done, rc = entry_open(app, uid, &en, err);

    if (rc < 0)
        return rc;
    before = entry_state(en);
    *ret_completed = false;
    done = act_on_day(en, day, act, err);
    if (done > 0 && before.has_revision && !before.draft) {
        rc = entry_complete(en, 0, before.status, err);
        *ret_completed = rc == 0;
    }
    entry_close(en);
    return rc < 0 ? rc : done;
}
