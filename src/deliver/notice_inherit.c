/* Blanks that inherit, filled through the engine of their form. */
#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/form/body.h"

/* --- what expressions see of other records ---------------------------------------- */

static void add_scalar(const struct json *j, struct buf *out)
{
    if (out->len)
        buf_addc(out, '\n');
    switch (json_kind(j)) {
    case JSON_KIND_BOOL: buf_addc(out, json_as_bool(j, false) ? '1' : '0'); break;
    case JSON_KIND_INT: buf_addf(out, "%lld", (long long)json_as_int(j, 0)); break;
    default: buf_addv(out, json_as_view(j)); break;
    }
}

/* What PATH leads to from J, through groups and the rows of repeats; of a multilingual
 * text the LANG. */
static void add_path(
        const struct json *j, struct view path, const char *lang, struct buf *out)
{
    struct view rest = path, head;
    char *key;

    if (json_kind(j) == JSON_KIND_ARRAY) {
        for (size_t i = 0; i < json_len(j); i++)
            add_path(json_at(j, i), path, lang, out);
    } else if (json_kind(j) == JSON_KIND_OBJECT && view_next(&rest, '.', &head)) {
        key = view_dup(head);
        add_path(json_get(j, key), rest, lang, out);
        free(key);
    } else if (json_kind(j) == JSON_KIND_OBJECT) {
        add_path(json_get(j, lang), rest, "", out);
    } else if (j && path.n == 0) {
        add_scalar(j, out);
    }
}

bool inherit_lookup(void *ctx, const char *name, const char *const *args, int nargs,
        struct buf *out)
{
    struct gate *gate = ctx;
    struct passer *p;
    size_t before = out->len;

    if (strcmp(name, "ref_value") != 0 || !args[0] || !args[1])
        return false;
    if (gate->asked)
        uids_add(gate->asked, args[0]);
    p = gate_linked(gate, args[0]);
    if (!p || p->pass != PASS_YES)
        return false;
    add_path(passer_own(gate, p), view_of(args[1]),
            nargs > 2 && args[2] ? args[2] : p->plan->form->langs[0], out);
    return out->len > before;
}

/* --- filling ---------------------------------------------------------------------- */

struct filling {
    const struct plan *plan;
    struct engine *engine;
    struct rec *rec;
    struct json *body;
};

static struct json *part_of(const struct form_field *field, struct view text)
{
    long long n;

    switch (field->type) {
    case FORM_INTEGER:
    case FORM_MONEY:
    case FORM_DURATION: return view_int(text, &n) ? json_int(n) : NULL;
    case FORM_BOOLEAN: return json_bool(view_is(text, "1"));
    default: return text.n ? json_text(text) : NULL;
    }
}

/* Canonical TEXT of FIELD as a body has it; owned, NULL where it is none. */
static struct json *value_of(const struct form_field *field, const char *text)
{
    struct view rest = view_of(text), part;
    struct json *all;

    if (!form_is_list(field))
        return part_of(field, rest);
    all = json_new_array();
    while (view_next(&rest, '\n', &part))
        json_push_take(all, part_of(field, part));
    return all;
}

static void put(
        const struct form *form, struct rec_at at, struct json *obj, struct json *value)
{
    const struct form_field *field = &form->fields[at.field];

    if (field->multilingual) {
        if (!json_get(obj, field->key))
            json_set_take(obj, field->key, json_new_object());
        obj = json_get(obj, field->key);
        json_set_take(obj, form->langs[at.lang], value);
    } else {
        json_set_take(obj, field->key, value);
    }
}

/* No condition, or one that is met. */
static bool is_met(struct engine *engine, int expr, int row)
{
    struct buf text;
    bool met;

    if (!expr)
        return true;
    buf_init(&text, 0);
    met = engine_value(engine, expr, row, &text) && strcmp(text.s, "0") != 0;
    buf_release(&text);
    return met;
}

/* The object that holds FIELD in ROW, NULL: no such row. */
static struct json *holder(const struct filling *f, int field, int row)
{
    int table = f->plan->form->fields[field].table;

    if (f->plan->form->tables[table].kind == FORM_REPEAT)
        return json_at(plan_rows(f->plan, f->body, table), (size_t)row);
    return plan_object(f->plan, f->body, table, true);
}

static void fill_blank(const struct filling *f, struct rec_at at)
{
    const struct form_field *field = &f->plan->form->fields[at.field];
    const char *text;
    struct json *value;

    if (rec_get(f->rec, at))
        return;
    text = engine_inherited(f->engine, at);
    if (!text || !*text)
        return;
    value = value_of(field, text);
    if (value && is_met(f->engine, field->relevant, at.row))
        put(f->plan->form, at, holder(f, at.field, at.row), value);
    else
        json_free(value);
}

static void fill_field(const struct filling *f, int field)
{
    const struct form_field *def = &f->plan->form->fields[field];
    int rows = rec_rows(f->rec, form_frame(f->plan->form, field));
    struct rec_at at = {.field = field};

    for (at.row = 0; at.row < rows; at.row++)
        for (at.lang = 0; at.lang < def->nslots; at.lang++)
            fill_blank(f, at);
}

/* A first day that is a performance's which is left out must not tell of it. */
static void work_out(const struct filling *f, int field)
{
    const struct form_field *def = &f->plan->form->fields[field];
    struct json *obj = holder(f, field, 0);
    struct buf text;

    if (form_frame(f->plan->form, field) != 0)
        return;
    buf_init(&text, 0);
    if (engine_value(f->engine, def->calculation, 0, &text) && text.len)
        json_set_take(obj, def->key, value_of(def, text.s));
    else
        json_set_take(obj, def->key, NULL);
    buf_release(&text);
}

/* Rows have the ids that the record gave those without, or with another's. */
static void name_rows(const struct filling *f)
{
    int table = f->plan->seances;
    struct json *rows = table >= 0 ? plan_rows(f->plan, f->body, table) : NULL;

    for (size_t i = 0; i < json_len(rows); i++)
        json_set_text(json_at(rows, i), "id", rec_row_id(f->rec, table, (int)i));
}

static int engine_of(struct gate *gate, struct plan *plan, struct err *err)
{
    struct problems problems;

    if (plan->engine)
        return 0;
    problems_init(&problems);
    plan->engine = engine_new(plan->form, &gate->hooks, &problems);
    if (!plan->engine && problems.n && err)
        *err = problems.items[0];
    problems_release(&problems);
    return plan->engine ? 0 : ERR_INVALID;
}

int inherit_fill(struct gate *gate, struct plan *plan, struct json *body, bool partial,
        struct err *err)
{
    struct filling f = {.plan = plan, .body = body};
    int rc = engine_of(gate, plan, err);

    if (rc)
        return rc;
    f.engine = plan->engine;
    f.rec = rec_new(plan->form);
    rc = body_read(body, f.rec, err);
    if (rc == 0) {
        engine_read(f.engine, f.rec);
        name_rows(&f);
        for (size_t i = 0; i < plan->form->nfields; i++) {
            if (plan->out[i] && plan->form->fields[i].inherit)
                fill_field(&f, (int)i);
            if (partial && plan->out[i] && plan->form->fields[i].calculation)
                work_out(&f, (int)i);
        }
        engine_read(f.engine, NULL);
    }
    rec_free(f.rec);
    return rc;
}
