/*
 * Which field each format carries, as it behaves: a value is changed, and who delivers
 * other bytes carries it. docs/livraison.md has the table between two marks; `make
 * fields-table` writes it anew.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk_priv.h"
#include "fields.h"
#include "manual.h"
#include "odus/base/mem.h"

enum { FORMATS_MAX = 24 };

/* --- what formats make ------------------------------------------------------------ */

/* By format: all that comes of the three events' world, as one text. */
struct made {
    struct buf text[FORMATS_MAX];
};

static void made_init(struct made *m)
{
    for (size_t i = 0; i < FORMATS_MAX; i++)
        buf_init(&m->text[i], 0);
}

static void made_release(struct made *m)
{
    for (size_t i = 0; i < FORMATS_MAX; i++)
        buf_release(&m->text[i]);
}

static void put(void *ctx, const struct piece *piece)
{
    struct buf *out = ctx;

    buf_addf(out, "%s|%s|%s|", piece->path, piece->label ? piece->label : "",
            piece->key ? piece->key : "");
    buf_addv(out, piece->text);
}

static void ignore(void *ctx, const struct note *note)
{
    (void)ctx, (void)note;
}

static bool takes(const struct format *format, const struct notice *n)
{
    for (const char *const *type = format->types; *type; type++)
        if (strcmp(*type, "*") == 0 || strcmp(*type, n->type) == 0)
            return true;
    return false;
}

/* The pictures themselves are no fields. */
static bool is_column(const struct format *format)
{
    return strcmp(format->name, "images") != 0;
}

static void make_all(struct made *m)
{
    for (const char *const *type = fields_types; *type; type++) {
        struct notice *n = NULL;
        struct err err = {0};

        desk_ok(notice_open(desk_gate, desk_uid(fields_number(*type, 0)), &n, &err),
                &err);
        for (size_t f = 0; formats[f]; f++) {
            struct outlet out = {.put = put, .note = ignore, .ctx = &m->text[f]};

            if (is_column(formats[f]) && takes(formats[f], n))
                formats[f]->make(&desk_delivery, n, &out);
        }
        notice_free(n);
    }
}

static struct made made_now(void)
{
    struct made m;

    made_init(&m);
    make_all(&m);
    return m;
}

/* --- one field -------------------------------------------------------------------- */

enum carried { LOST, CUT, CARRIED };

/* How a field fares in each format. */
struct fate {
    bool changed[FORMATS_MAX]; /* other bytes for another value */
    bool whole[FORMATS_MAX];   /* the end of a long text has come */
};

/* Folded lines of iCalendar as they were. */
static bool has_end(const struct buf *text)
{
    char *copy = xstrdup(text->s), *to = copy;
    bool found;

    for (const char *from = copy; *from;)
        if (strncmp(from, "\r\n ", 3) == 0)
            from += 3;
        else
            *to++ = *from++;
    *to = '\0';
    found = strstr(copy, FIELDS_END) != NULL;
    free(copy);
    return found;
}

/* Puts the record as WISH has it; what comes of all. */
static struct made made_with(const char *type, struct fields_wish wish)
{
    fields_put(type, 0, wish);
    return made_now();
}

static void look_at(const char *type, int i, bool sparse, const struct made *before,
        struct fate *fate)
{
    struct fields_wish wish = {.sparse = sparse, .field = i, .how = FIELDS_OTHER};
    struct made after = made_with(type, wish), full;
    bool prose = fields_is_prose(fields_form(type), i);

    wish.how = FIELDS_LONG;
    if (prose)
        full = made_with(type, wish);
    for (size_t f = 0; formats[f]; f++) {
        if (!view_eq(buf_view(&before->text[f]), buf_view(&after.text[f])))
            fate->changed[f] = true;
        if (!prose || has_end(&full.text[f]))
            fate->whole[f] = true;
    }
    made_release(&after);
    if (prose)
        made_release(&full);
}

static enum carried carried(const struct fate *fate, size_t format)
{
    return !fate->changed[format] ? LOST : fate->whole[format] ? CARRIED : CUT;
}

/* --- the table -------------------------------------------------------------------- */

static size_t nformats(void)
{
    size_t n = 0;

    while (formats[n])
        n++;
    assert_true(n < FORMATS_MAX);
    return n;
}

/* By field of TYPE: in a full record or in a sparse one. Owned. */
static struct fate *look_at_form(const char *type)
{
    size_t nfields = fields_form(type)->nfields;
    struct fate *fates = xcalloc(nfields, sizeof(*fates));

    for (int sparse = 1; sparse >= 0; sparse--) {
        struct made before;

        fields_put_world(sparse);
        before = made_now();
        for (size_t i = 0; i < nfields; i++)
            if (fields_looked_at(fields_form(type), (int)i))
                look_at(type, (int)i, sparse, &before, &fates[i]);
        made_release(&before);
    }
    return fates;
}

static void add_head(const struct form *form, struct buf *out)
{
    buf_addf(out, "\n#### %s\n\n| Champ |", form->name);
    for (size_t f = 0; formats[f]; f++)
        if (is_column(formats[f]))
            buf_addf(out, " %s |", formats[f]->name);
    buf_adds(out, "\n|---|");
    for (size_t f = 0; formats[f]; f++)
        if (is_column(formats[f]))
            buf_adds(out, ":-:|");
    buf_addc(out, '\n');
}

static bool same_row(const struct fate *a, const struct fate *b)
{
    for (size_t f = 0; formats[f]; f++)
        if (is_column(formats[f]) && carried(a, f) != carried(b, f))
            return false;
    return true;
}

static void add_marks(const struct fate *row, struct buf *out)
{
    static const char *const marks[] = {"·", "◐", "●"};

    for (size_t f = 0; formats[f]; f++)
        if (is_column(formats[f]))
            buf_addf(out, " %s |", marks[carried(row, f)]);
    buf_addc(out, '\n');
}

/* Fields that follow one another and fare alike share a row. */
static void add_form(const char *type, struct buf *out)
{
    struct fate *fates = look_at_form(type);
    const struct form *form = fields_form(type);
    const struct fate *last = NULL;

    add_head(form, out);
    for (size_t i = 0; i < form->nfields; i++) {
        if (!fields_looked_at(form, (int)i))
            continue;
        if (last && same_row(last, &fates[i])) {
            buf_addf(out, ", `%s`", form->fields[i].path);
            continue;
        }
        if (last) {
            buf_adds(out, " |");
            add_marks(last, out);
        }
        buf_addf(out, "| `%s`", form->fields[i].path);
        last = &fates[i];
    }
    buf_adds(out, " |");
    add_marks(last, out);
    free(fates);
}

static void make_table(struct buf *out)
{
    (void)nformats();
    buf_init(out, 0);
    for (const char *const *type = fields_types; *type; type++)
        add_form(*type, out);
    buf_addc(out, '\n');
}

/* --- the manual ------------------------------------------------------------------- */

static const struct manual manual = {.file = "docs/livraison.md",
        .begin = "<!-- champs: début -->\n",
        .end = "<!-- champs: fin -->",
        .how = "make fields-table"};

static void fields__table__is_the_manual_s(void **state)
{
    struct buf table;

    (void)state;
    make_table(&table);
    manual_expect(&manual, buf_view(&table));
    buf_release(&table);
}

static void fields__table__is_written(void **state)
{
    struct buf table;

    (void)state;
    make_table(&table);
    manual_write(&manual, buf_view(&table));
    buf_release(&table);
}

/* --- the looking itself ----------------------------------------------------------- */

static void fields__unchanged__changes_nothing(void **state)
{
    (void)state;
    for (int sparse = 0; sparse <= 1; sparse++) {
        struct made before, after;

        fields_put_world(sparse);
        before = made_now();
        fields_put_world(sparse);
        after = made_now();
        for (size_t f = 0; formats[f]; f++) {
            assert_true(view_eq(buf_view(&before.text[f]), buf_view(&after.text[f])));
            assert_true(sparse || !is_column(formats[f]) || before.text[f].len > 0);
        }
        made_release(&before);
        made_release(&after);
    }
}

static void fields__private__are_not_looked_at(void **state)
{
    const struct form *form = fields_form("structure");

    (void)state;
    for (size_t i = 0; i < form->nfields; i++)
        if (form_private(form, (int)i))
            assert_false(fields_looked_at(form, (int)i));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
            TEST(fields__unchanged__changes_nothing),
            TEST(fields__private__are_not_looked_at),
            TEST(fields__table__is_the_manual_s),
    };
    const struct CMUnitTest write[] = {TEST(fields__table__is_written)};

    if (argc > 1 && strcmp(argv[1], "write") == 0)
        return cmocka_run_group_tests(write, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
