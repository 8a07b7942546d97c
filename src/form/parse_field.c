#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"

struct field_block {
    struct form_field f;
    const struct ini_key *type, *required, *initial, *min, *max;
    const struct ini_key *multilingual, *multiple, *filter, *zone, *upper;
};

#define AT(member) offsetof(struct field_block, member)

static const struct parse_spec specs[] = {
        {"type", KEY_LATER, AT(type), 0},
        {"label", KEY_TEXT, AT(f.label), 0},
        {"hint", KEY_TEXT, AT(f.hint), 0},
        {"guidance", KEY_TEXT, AT(f.guidance), 0},
        {"required", KEY_LATER, AT(required), 0},
        {"proposal", KEY_YES, AT(f.proposal), 0},
        {"relevant", KEY_EXPR, AT(f.relevant), 0},
        {"max", KEY_LATER, AT(max), 0},
        {"min", KEY_LATER, AT(min), 0},
        {"multilingual", KEY_LATER, AT(multilingual), 0},
        {"multiple", KEY_LATER, AT(multiple), 0},
        {"calculation", KEY_EXPR, AT(f.calculation), 0},
        {"default", KEY_LATER, AT(initial), 0},
        {"carry", KEY_YES, AT(f.carry), 0},
        {"inherit", KEY_EXPR, AT(f.inherit), 0},
        {"filter", KEY_LATER, AT(filter), 0},
        {"normalise", KEY_EXPR, AT(f.normalise), 0},
        {"verify", KEY_YES, AT(f.verify), 0},
        {"readonly", KEY_YES, AT(f.readonly), 0},
        {"hidden", KEY_YES, AT(f.hidden), 0},
        {"private", KEY_YES, AT(f.private), 0},
        {"upper", KEY_LATER, AT(upper), 0},
        {"zone", KEY_LATER, AT(zone), 0},
        {"width", KEY_COUNT, AT(f.width), 500},
};

/* What comes behind the type's name, and what min= and max= count. */
enum type_words { NO_WORD, ONE_LIST, RECORD_TYPES };
enum type_limit { NO_LIMIT, LIMIT_SIZE, LIMIT_VALUE, LIMIT_DAY };

#define ON(type) (1u << (type))
#define ON_TEXT (ON(FORM_TEXT) | ON(FORM_MEMO))
#define ON_LIST (ON(FORM_ONE) | ON(FORM_MANY))

static const struct {
    const char *name;
    enum type_words words;
    enum type_limit limit;
} types[] = {
        [FORM_TEXT] = {"text", NO_WORD, LIMIT_SIZE},
        [FORM_MEMO] = {"memo", NO_WORD, LIMIT_SIZE},
        [FORM_INTEGER] = {"integer", NO_WORD, LIMIT_VALUE},
        [FORM_DECIMAL] = {"decimal", NO_WORD, LIMIT_VALUE},
        [FORM_MONEY] = {"money", NO_WORD, LIMIT_VALUE},
        [FORM_BOOLEAN] = {"boolean", NO_WORD, NO_LIMIT},
        [FORM_THREE] = {"three-state", NO_WORD, NO_LIMIT},
        [FORM_DATE] = {"date", NO_WORD, LIMIT_DAY},
        [FORM_TIME] = {"time", NO_WORD, NO_LIMIT},
        [FORM_DATETIME] = {"datetime", NO_WORD, LIMIT_DAY},
        [FORM_DURATION] = {"duration", NO_WORD, LIMIT_VALUE},
        [FORM_ONE] = {"one", ONE_LIST, NO_LIMIT},
        [FORM_MANY] = {"many", ONE_LIST, LIMIT_SIZE},
        [FORM_REF] = {"ref", RECORD_TYPES, NO_LIMIT},
        [FORM_FILE] = {"file", NO_WORD, NO_LIMIT},
        [FORM_NOTE] = {"note", NO_WORD, NO_LIMIT},
};

const char *parse_type_name(enum form_type type)
{
    return types[type].name;
}

static bool find_type(struct parse *p, struct view word, enum form_type *ret_type)
{
    struct parse_guess guess = parse_guess(p, word);

    for (size_t i = 0; i < COUNT(types); i++) {
        if (view_is(word, types[i].name)) {
            *ret_type = (enum form_type)i;
            return true;
        }
        parse_guess_try(&guess, types[i].name);
    }
    parse_unknown(p, &guess, N_("unknown type \"%1$s\""),
            N_("unknown type \"%1$s\" (did you mean \"%2$s\"?)"));
    return false;
}

static void read_targets(struct parse *p, struct field_block *b, struct view rest)
{
    struct view word;
    size_t n = 0;

    b->f.targets = xcalloc(PARSE_WORDS_MAX + 1, sizeof(*b->f.targets));
    while (n < PARSE_WORDS_MAX && ini_word(&rest, &word))
        if (parse_name_ok(p, word))
            b->f.targets[n++] = view_dup(word);
    if (!n)
        parse_bad(p, b->type->value.p, N_("ref needs the type of the linked record"));
}

static bool read_type(struct parse *p, struct field_block *b)
{
    struct view rest = b->type->value;
    struct view word = {rest.p, 0};
    struct view more;
    bool one;

    ini_word(&rest, &word);
    if (!find_type(p, word, &b->f.type))
        return false;
    if (types[b->f.type].words == RECORD_TYPES) {
        read_targets(p, b, rest);
        return true;
    }
    one = ini_word(&rest, &more);
    if (types[b->f.type].words == ONE_LIST && !one)
        parse_bad1(p, word.p, N_("%1$s needs the name of a list"), word);
    else if (one && (types[b->f.type].words == NO_WORD || ini_word(&rest, &more)))
        parse_bad1(p, more.p, N_("\"%1$s\" has no place behind this type"), more);
    return true;
}

static void late_list(struct parse *p, const struct ini_key *type, int field)
{
    struct form *form = p->form;
    struct form_field *f = &form->fields[field];
    struct view rest = type->value;
    struct view name;
    struct parse_guess guess;

    if (!ini_word(&rest, &name) || !ini_word(&rest, &name))
        return;
    f->list = form_list_find(form, name);
    if (f->list >= 0 && f->filter)
        form->exprs[f->filter].list = f->list;
    if (f->list >= 0)
        return;
    guess = parse_guess(p, name);
    for (size_t i = 0; i < form->nlists; i++)
        parse_guess_try(&guess, form->lists[i].name);
    parse_unknown(p, &guess, N_("unknown list \"%1$s\""),
            N_("unknown list \"%1$s\" (did you mean \"%2$s\"?)"));
}

/* Keys that only some types have: true when KEY is given and fits. */
static bool fits(struct parse *p, const struct ini_key *key, enum form_type type,
        unsigned allowed)
{
    if (!key || allowed & ON(type))
        return key;
    parse_bad2(p, key->name.p, N_("%1$s= does not go with the type %2$s"), key->name,
            view_of(types[type].name));
    return false;
}

static void set_flag(struct parse *p, const struct ini_key *key, enum form_type type,
        unsigned allowed, bool *flag)
{
    if (fits(p, key, type, allowed))
        *flag = parse_yes(p, key);
}

static bool zone_name_ok(struct view name)
{
    static const char allowed[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+-";

    for (size_t i = 0; i < name.n; i++)
        if (!strchr(allowed, name.p[i]))
            return false;
    return name.n && name.n <= FORM_NAME_MAX;
}

static void read_zone(struct parse *p, struct field_block *b)
{
    if (fits(p, b->zone, b->f.type, ON(FORM_DATETIME)) && !zone_name_ok(b->zone->value))
        parse_bad1(p, b->zone->value.p, N_("\"%1$s\" is not the name of a time zone"),
                b->zone->value);
    if (b->f.type == FORM_DATETIME)
        b->f.zone = b->zone ? view_dup(b->zone->value) : xstrdup("Europe/Paris");
}

static bool limit_value(struct view text, enum type_limit kind, int64_t *ret)
{
    long long n;
    int32_t days;

    if (kind == LIMIT_DAY) {
        if (date_iso_parse(text, &days) < 0)
            return false;
        *ret = days;
        return true;
    }
    if (!view_int(text, &n) || (kind == LIMIT_SIZE && n < 0))
        return false;
    *ret = n;
    return true;
}

static void read_limit(struct parse *p, const struct field_block *b,
        const struct ini_key *key, bool *has, int64_t *value)
{
    enum type_limit kind = types[b->f.type].limit;

    if (b->f.type == FORM_REF && b->f.multiple)
        kind = LIMIT_SIZE;
    if (!key || (kind == NO_LIMIT && !fits(p, key, b->f.type, 0)))
        return;
    *has = limit_value(key->value, kind, value);
    if (!*has)
        parse_bad1(p, key->value.p,
                kind == LIMIT_DAY ? N_("%1$s= needs a date such as 2026-12-05")
                                  : N_("%1$s= needs a whole number"),
                key->name);
}

static void read_limits(struct parse *p, struct field_block *b)
{
    struct form_field *f = &b->f;

    read_limit(p, b, b->min, &f->has_min, &f->min);
    read_limit(p, b, b->max, &f->has_max, &f->max);
    if (f->has_min && f->has_max && f->min > f->max)
        parse_bad(p, b->min->value.p, N_("min= is greater than max="));
}

static void read_required(struct parse *p, struct field_block *b, int frame)
{
    const struct ini_key *key = b->required;
    bool yes = key && view_is(key->value, "yes");

    if (key && !yes && !view_is(key->value, "no"))
        b->f.required = parse_expr(p, key->value.p, key->value, frame);
    else if (yes || b->f.proposal)
        b->f.required = parse_expr(
                p, key ? key->value.p : b->type->value.p, VIEW_LIT("1"), frame);
}

static void read_details(struct parse *p, struct field_block *b, int frame)
{
    struct form_field *f = &b->f;
    enum form_type type = f->type;

    set_flag(p, b->multilingual, type, ON_TEXT, &f->multilingual);
    set_flag(p, b->multiple, type, ON(FORM_TEXT) | ON(FORM_REF), &f->multiple);
    set_flag(p, b->upper, type, ON_TEXT, &f->upper);
    if (f->multilingual && f->multiple)
        parse_bad(p, b->multiple->name.p,
                N_("multilingual= and multiple= exclude one another"));
    if (fits(p, b->filter, type, ON_LIST | ON(FORM_REF)))
        f->filter = parse_expr(p, b->filter->value.p, b->filter->value, frame);
    read_zone(p, b);
    read_limits(p, b);
    read_required(p, b, frame);
}

static void read_default(struct parse *p, struct field_block *b, int frame)
{
    struct view src, names;

    if (!b->initial)
        return;
    src = b->initial->value;
    if (parse_change_split(&src, &names) && !src.n)
        parse_bad(p, b->initial->value.p,
                N_("default= needs an expression before \"on change of\""));
    b->f.initial = parse_expr(p, b->initial->value.p, src, frame);
}

static void add_field(struct parse *p, const struct field_block *b)
{
    struct form *form = p->form;

    form->fields = mem_grow(
            form->fields, form->nfields, &p->cap.fields, sizeof(*form->fields));
    parse_item(p, false, (int)form->nfields);
    form->fields[form->nfields++] = b->f;
    if (b->type && ON(b->f.type) & ON_LIST)
        parse_later(p, late_list, b->type, (int)form->nfields - 1);
    parse_later(p, parse_change, b->initial, (int)form->nfields - 1);
}

void parse_field(struct parse *p, const struct ini_block *block)
{
    struct field_block b = {.f.list = -1, .f.file = p->file->name};
    struct view key;
    int column;
    int frame;

    if (!parse_room(p, block->kind.p, LIMIT_FIELDS, p->form->nfields))
        return;
    b.f.table = parse_path(p, block->name, &key);
    if (b.f.table < 0)
        return;
    frame = p->form->tables[b.f.table].kind == FORM_REPEAT ? b.f.table : 0;
    b.f.section = b.f.table ? p->form->tables[b.f.table].section : parse_here(p);
    b.f.key = view_dup(key);
    b.f.path = view_dup(block->name);
    parse_place(p, block->kind.p, &b.f.line, &column);
    parse_keys(p, block, specs, COUNT(specs), &b, frame);
    read_default(p, &b, frame);
    if (b.f.hidden && !b.f.label.in[0])
        b.f.label.in[0] = view_dup(key);
    parse_need(p, block, b.f.label.in[0], "label");
    parse_need(p, block, b.type, "type");
    if (b.type && read_type(p, &b))
        read_details(p, &b, frame);
    add_field(p, &b);
}
