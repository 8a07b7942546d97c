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
#include "odus/base/file.h"
#include "odus/base/mem.h"

#define MANUAL "docs/livraison.md"
#define BEGIN "<!-- champs: début -->\n"
#define END "<!-- champs: fin -->"

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

/* --- records ---------------------------------------------------------------------- */

static const struct form *form_of(const char *type)
{
    const struct form *form = NULL;
    struct err err = {0};

    desk_ok(forms_get(desk_forms, type, &form, NULL, &err), &err);
    return form;
}

static void rename_record(struct json *body, const char *name)
{
    struct json *title = json_get(body, "titre");

    if (title)
        json_set_text(title, "fr", name);
    else
        json_set_text(body, "nom", name);
}

static void put_record(const char *type, int i, struct fields_wish wish)
{
    struct json *body = fields_record(form_of(type), &wish);

    if (i)
        rename_record(body, i == 1 ? "Deux" : "Trois");
    desk_put_json(type, fields_number(type, i), body);
}

static void put_world(bool sparse)
{
    for (const char *const *type = fields_types; *type; type++)
        for (int i = 0; i < 3; i++)
            put_record(
                    *type, i, (struct fields_wish){.sparse = sparse || i, .field = -1});
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
    put_record(type, 0, wish);
    return made_now();
}

static void look_at(const char *type, int i, bool sparse, const struct made *before,
        struct fate *fate)
{
    struct fields_wish wish = {.sparse = sparse, .field = i, .how = FIELDS_OTHER};
    struct made after = made_with(type, wish), full;
    bool prose = fields_is_prose(form_of(type), i);

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
    size_t nfields = form_of(type)->nfields;
    struct fate *fates = xcalloc(nfields, sizeof(*fates));

    for (int sparse = 1; sparse >= 0; sparse--) {
        struct made before;

        put_world(sparse);
        before = made_now();
        for (size_t i = 0; i < nfields; i++)
            if (fields_looked_at(form_of(type), (int)i))
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
    const struct form *form = form_of(type);
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

/* Text of the manual, and where its table begins and ends. Owned. */
static char *read_manual(char **ret_begin, char **ret_end)
{
    struct err err = {0};
    struct buf text;

    desk_ok(file_read(MANUAL, 1 << 20, &text, &err), &err);
    *ret_begin = strstr(text.s, BEGIN);
    *ret_end = strstr(text.s, END);
    if (!*ret_begin || !*ret_end)
        fail_msg("%s has no marks for its table", MANUAL);
    *ret_begin += strlen(BEGIN);
    return buf_take(&text);
}

static void fields__table__is_the_manual_s(void **state)
{
    char *begin, *end, *manual = read_manual(&begin, &end);
    struct buf table;

    (void)state;
    make_table(&table);
    *end = '\0';
    if (strcmp(begin, table.s) != 0)
        fail_msg("%s says otherwise: make fields-table, and read what has changed",
                MANUAL);
    free(manual);
    buf_release(&table);
}

static void fields__table__is_written(void **state)
{
    char *begin, *end, *manual = read_manual(&begin, &end);
    struct err err = {0};
    struct buf table, text;

    (void)state;
    make_table(&table);
    buf_init(&text, 0);
    buf_addv(&text, (struct view){manual, (size_t)(begin - manual)});
    buf_adds(&text, table.s);
    buf_adds(&text, end);
    desk_ok(file_write_atomic(MANUAL, buf_view(&text), 0644, &err), &err);
    free(manual);
    buf_release(&table);
    buf_release(&text);
}

/* --- the looking itself ----------------------------------------------------------- */

static void fields__unchanged__changes_nothing(void **state)
{
    (void)state;
    for (int sparse = 0; sparse <= 1; sparse++) {
        struct made before, after;

        put_world(sparse);
        before = made_now();
        put_world(sparse);
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
    const struct form *form = form_of("structure");

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
