/* The checks every field has: blank, type, limits, choices. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/hash.h"
#include "odus/base/moment.h"
#include "odus/base/utf8.h"
#include "engine_priv.h"

bool engine_blank(const struct engine *en, int field, int row)
{
    return rec_get(en->rec, (struct rec_at){field, row, 0}) == NULL;
}

static bool time_ok(struct view v)
{
    return v.n == 5 && v.p[2] == ':' && v.p[0] >= '0' && v.p[0] <= '2' &&
           v.p[1] >= '0' && v.p[1] <= (v.p[0] == '2' ? '3' : '9') && v.p[3] >= '0' &&
           v.p[3] <= '5' && v.p[4] >= '0' && v.p[4] <= '9';
}

static bool type_ok(const struct form_field *f, const char *text)
{
    struct moment m;
    int32_t day;
    long long n;
    double real;

    switch (f->type) {
    case FORM_INTEGER:
    case FORM_MONEY:
    case FORM_DURATION: return view_int(view_of(text), &n);
    case FORM_BOOLEAN: return strcmp(text, "0") == 0 || strcmp(text, "1") == 0;
    case FORM_DECIMAL: return view_real(view_of(text), &real);
    case FORM_THREE:
        return strcmp(text, "oui") == 0 || strcmp(text, "non") == 0 ||
               strcmp(text, "inconnu") == 0;
    case FORM_DATE: return date_iso_parse(view_of(text), &day) == 0;
    case FORM_TIME: return time_ok(view_of(text));
    case FORM_DATETIME: return moment_parse(view_of(text), f->zone, &m, NULL) == 0;
    default: return true;
    }
}

/* What min and max are compared with. */
static int64_t size_of(const struct form_field *f, const char *text)
{
    long long n = 0;
    int32_t day;
    struct moment m;

    switch (f->type) {
    case FORM_INTEGER:
    case FORM_MONEY:
    case FORM_DURATION: return view_int(view_of(text), &n) ? n : 0;
    case FORM_DATE: return date_iso_parse(view_of(text), &day) == 0 ? day : 0;
    case FORM_DATETIME:
        return moment_parse(view_of(text), f->zone, &m, NULL) == 0 ? m.days : 0;
    case FORM_MANY:
    case FORM_REF:
        for (n = 1; *text; text++)
            n += *text == '\n';
        return n;
    default: return (int64_t)utf8_count(view_of(text));
    }
}

static bool counts_choices(enum form_type type)
{
    return type == FORM_MANY || type == FORM_REF;
}

static bool is_counted_text(enum form_type type)
{
    return type == FORM_TEXT || type == FORM_MEMO || type == FORM_FILE;
}

static enum finding decimal_finding(const struct form_field *f, const char *text)
{
    double n;

    if (!view_real(view_of(text), &n))
        return FOUND_TYPE;
    if (f->has_min && n < (double)f->min)
        return FOUND_SMALL;
    return f->has_max && n > (double)f->max ? FOUND_LARGE : FOUND_NOTHING;
}

static enum finding range_finding(const struct form_field *f, const char *text)
{
    bool chars = is_counted_text(f->type);
    int64_t size;

    if (!f->has_min && !f->has_max)
        return FOUND_NOTHING;
    if (f->type == FORM_DECIMAL)
        return decimal_finding(f, text);
    size = size_of(f, text);
    if (f->has_min && size < f->min)
        return chars ? FOUND_SHORT : counts_choices(f->type) ? FOUND_FEW : FOUND_SMALL;
    if (!f->has_max)
        return FOUND_NOTHING;
    if (size > f->max)
        return chars ? FOUND_LONG : counts_choices(f->type) ? FOUND_MANY : FOUND_LARGE;
    return FOUND_NOTHING;
}

static enum finding choice_finding(
        struct engine *en, struct rec_at at, const char *code)
{
    const struct form_field *f = &en->form->fields[at.field];

    if (engine_list_pos(&en->lists[f->list], code) == 0)
        return FOUND_CHOICE;
    return engine_allows(en, at, code) ? FOUND_NOTHING : FOUND_FILTERED;
}

static enum finding ref_finding(struct engine *en, struct rec_at at, const char *uid)
{
    const char *args[] = {uid};
    struct buf out;
    bool known = true;

    if (!uuid_valid(view_of(uid)))
        return FOUND_TYPE;
    if (en->lookup) {
        buf_init(&out, 0);
        known = en->lookup(en->lookup_ctx, "ref_state", args, 1, &out);
        buf_release(&out);
    }
    if (!known)
        return FOUND_NO_RECORD;
    return engine_allows(en, at, uid) ? FOUND_NOTHING : FOUND_FILTERED;
}

static enum finding part_finding(struct engine *en, struct rec_at at, const char *part)
{
    const struct form_field *f = &en->form->fields[at.field];

    if (f->list >= 0)
        return choice_finding(en, at, part);
    if (f->type == FORM_REF)
        return ref_finding(en, at, part);
    if (!type_ok(f, part))
        return FOUND_TYPE;
    return range_finding(f, part);
}

static enum finding value_finding(struct engine *en, struct rec_at at, const char *text)
{
    const struct form_field *f = &en->form->fields[at.field];
    enum finding found =
            counts_choices(f->type) ? range_finding(f, text) : FOUND_NOTHING;
    struct view rest = view_of(text);
    struct view part;

    if (!form_is_list(f))
        return part_finding(en, at, text);
    while (!found && view_next(&rest, '\n', &part)) {
        char *owned = view_dup(part);

        found = part_finding(en, at, owned);
        free(owned);
    }
    return found;
}

struct outcome engine_check_field(struct engine *en, int field, int row)
{
    const struct form_field *f = &en->form->fields[field];
    struct rec_at at = {field, row, 0};
    struct outcome out = {0};
    const char *text;

    if (rec_hidden(en->rec, at) || en->table_hidden[f->table])
        return out;
    out.required = f->required && engine_truth(en, f->required, row) == 1;
    for (; at.lang < f->nslots && !out.finding; at.lang++) {
        text = rec_get(en->rec, at);
        if (text)
            out.finding = (uint8_t)value_finding(en, at, text);
    }
    at.lang = 0;
    if (out.required && engine_blank(en, field, row) && !engine_inherited(en, at))
        out.finding = FOUND_BLANK;
    return out;
}
