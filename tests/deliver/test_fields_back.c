/*
 * Which field comes back of what a format delivered, as it behaves: the three events'
 * world is delivered and read again, once for another value of each field.
 * docs/import.md has the table between two marks; `make fields-table` writes it anew.
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
#include "source_run.h"

static const struct way {
    const char *label, *format, *folder;
    const char *suffix; /* after the uid; NULL: FOLDER is the file */
    enum source_kind kind;
} ways[] = {
        {"ics", "ics", "ics/agenda.ics", NULL, SOURCE_ICS},
        {"openagenda", "openagenda", "openagenda/v2/", ".json", SOURCE_OPENAGENDA},
        {"jsonld, the event", "jsonld", "jsonld/evenements/", ".jsonld", SOURCE_JSONLD},
        {"one performance", "jsonld",
                "jsonld/seances/01900000-0000-7000-8000-0000000000f1.jsonld", NULL,
                SOURCE_JSONLD},
};

enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* --- going round ------------------------------------------------------------------ */

/* What comes back of the first event, by way. */
struct came {
    struct json *body[WAYS];
};

static struct json *body_of_first(const struct source_run *run)
{
    const char *uid = desk_uid(fields_number("evenement", 0));

    for (size_t i = 0; i < json_len(run->proposals); i++) {
        const struct json *one = json_at(run->proposals, i);

        if (strstr(source_text_at(one, "source.valeur"), uid))
            return json_dup(json_get(one, "body"));
    }
    fail_msg("the event has not come back");
    return NULL;
}

static struct json *go_round(const struct way *w)
{
    const struct format *format = format_find(w->format);
    struct source_run run = {0};
    struct json *body = NULL; /* such an event does not go there */
    char *file = w->suffix ? xasprintf("%s%s%s", w->folder,
                                     desk_uid(fields_number("evenement", 0)), w->suffix)
                           : xstrdup(w->folder);

    desk_clear();
    desk_make(format, fields_number("evenement", 0));
    if (desk_file(format, file)) {
        source_run_text(&run, view_of(desk_file(format, file)), w->kind);
        assert_int_equal(run.rc, 0);
        body = body_of_first(&run);
    }
    source_run_release(&run);
    free(file);
    return body;
}

static struct came came_now(void)
{
    struct came c;

    for (size_t i = 0; i < WAYS; i++)
        c.body[i] = go_round(&ways[i]);
    return c;
}

static void came_release(struct came *c)
{
    for (size_t i = 0; i < WAYS; i++)
        json_free(c->body[i]);
}

/* --- comparing -------------------------------------------------------------------- */

/* Member PATH; of rows, of the first. */
static const struct json *at(const struct json *body, const char *path)
{
    struct view rest = view_of(path), part;

    while (body && view_next(&rest, '.', &part)) {
        char *key = view_dup(part);

        if (json_kind(body) == JSON_KIND_ARRAY)
            body = json_at(body, 0);
        body = json_get(body, key);
        free(key);
    }
    return body;
}

/* "44.5" is "44.500000", one of a list is that one. */
static bool is_same(const struct json *a, const struct json *b)
{
    double x, y;

    if (json_kind(a) == JSON_KIND_ARRAY && json_kind(b) == JSON_KIND_ARRAY &&
            json_len(a) && json_len(a) == json_len(b))
        return is_same(json_at(a, 0), json_at(b, 0));
    return json_same(a, b) ||
           (view_real(json_as_view(a), &x) && view_real(json_as_view(b), &y) && x == y);
}

/* What the import finds a record by. */
static bool is_named(
        const struct form_field *f, const struct json *sent, const struct json *came)
{
    struct json *name = NULL;
    const char *uid = json_as_text(json_at(sent, 0));
    const struct notice *n = desk_notice(fields_number("evenement", 0));
    const struct json *linked = notice_linked(n, uid ? uid : json_as_text(sent));
    bool is;

    if (json_kind(came) == JSON_KIND_ARRAY)
        came = json_at(came, 0);
    if (f->type == FORM_REF)
        name = json_dup(json_get(linked, "nom"));
    is = name && json_same(name, json_get(came, "nom"));
    json_free(name);
    return is;
}

/* The town stands in words. */
static bool is_town(
        const struct form_field *f, const struct json *sent, const struct json *address)
{
    const char *town = json_get_text(address, "ville");
    const char *label = strcmp(f->path, "adresse.commune") == 0
                                ? gate_cell(desk_gate, "lieu", "communes",
                                          json_as_text(sent), "label")
                                : NULL;

    return town && label && strcmp(town, label) == 0;
}

enum back { NOT, OTHERWISE, SAME };

/* How FIELD of the record SENT came back in BODY, under UNDER ("lieu"; "": it is the
 * event's own). */
static enum back compare(const struct form_field *f, const struct json *sent,
        const struct json *body, const char *under)
{
    const struct json *a = at(sent, f->path), *b;

    if (*under)
        body = json_get(body, under);
    b = at(body, f->path);
    if (b && (is_same(a, b) || is_named(f, a, b)))
        return SAME;
    if (is_town(f, a, json_get(body, "adresse")))
        return SAME;
    return b ? OTHERWISE : NOT;
}

/* --- one field -------------------------------------------------------------------- */

struct fate {
    enum back back[WAYS];
};

/* Where each performance has a place of its own, the event's is not delivered. */
static void stay_there(const struct json *rows)
{
    for (size_t i = 0; i < json_len(rows); i++)
        json_set_take(json_at(rows, i), "lieu", NULL);
}

static void look_at(const char *type, const char *under, int i, enum fields_how how,
        struct fate *fate)
{
    const struct form *form = fields_form(type);
    struct fields_wish wish = {.field = i, .how = how};
    struct json *sent = fields_record(form, &wish);
    struct came c;

    if (strcmp(form->fields[i].path, "lieu") == 0)
        stay_there(json_get(sent, "seances"));
    desk_put_json(type, fields_number(type, 0), json_dup(sent));
    c = came_now();
    for (size_t w = 0; w < WAYS; w++) {
        enum back back = compare(&form->fields[i], sent, c.body[w], under);

        if (how == FIELDS_BASE || (back == NOT) == (fate->back[w] == NOT))
            fate->back[w] =
                    back < fate->back[w] || how == FIELDS_BASE ? back : fate->back[w];
        else
            fate->back[w] = OTHERWISE;
    }
    came_release(&c);
    json_free(sent);
}

/* What an import makes by itself is not looked at; nor the place of performances, which
 * are all in one here (test_source_round.c has them apart). */
static bool is_looked_at(const struct form *form, int i)
{
    static const char *const own[] = {"cree_le", "cree_par", "modifie_le",
            "modifie_par", "source", "seances.sequence", "seances.heure_connue",
            "seances.lieu"};
    const struct form_field *f = &form->fields[i];

    for (size_t k = 0; k < sizeof(own) / sizeof(own[0]); k++)
        if (strcmp(own[k], f->path) == 0)
            return false;
    return fields_looked_at(form, i) && !f->calculation &&
           strncmp(f->path, "derogations.", 12) != 0;
}

/* --- the table -------------------------------------------------------------------- */

static bool same_row(const struct fate *a, const struct fate *b)
{
    return memcmp(a->back, b->back, sizeof(a->back)) == 0;
}

static void add_marks(const struct fate *row, struct buf *out)
{
    static const char *const marks[] = {"·", "◐", "●"};

    buf_adds(out, " |");
    for (size_t w = 0; w < WAYS; w++)
        buf_addf(out, " %s |", marks[row->back[w]]);
    buf_addc(out, '\n');
}

static void add_head(const char *title, struct buf *out)
{
    buf_addf(out, "\n| %s |", title);
    for (size_t w = 0; w < WAYS; w++)
        buf_addf(out, " %s |", ways[w].label);
    buf_adds(out, "\n|---|");
    for (size_t w = 0; w < WAYS; w++)
        buf_adds(out, ":-:|");
    buf_addc(out, '\n');
}

/* Fields that follow one another and fare alike share a row. */
static void add_form(const char *type, const char *under, struct buf *out)
{
    const struct form *form = fields_form(type);
    struct fate last, fate;
    bool any = false;

    add_head(*under ? under : type, out);
    for (int i = 0; i < (int)form->nfields; i++) {
        if (!is_looked_at(form, i))
            continue;
        look_at(type, under, i, FIELDS_BASE, &fate);
        look_at(type, under, i, FIELDS_OTHER, &fate);
        if (any && !same_row(&last, &fate))
            add_marks(&last, out);
        buf_addf(out, any && same_row(&last, &fate) ? ", `%s`" : "| `%s`",
                form->fields[i].path);
        last = fate;
        any = true;
    }
    add_marks(&last, out);
    fields_put(type, 0, (struct fields_wish){.field = -1});
}

static void make_table(struct buf *out)
{
    buf_init(out, 0);
    fields_put_world(false);
    add_form("evenement", "", out);
    add_form("lieu", "lieu", out);
    add_form("structure", "organisateur", out);
    buf_addc(out, '\n');
}

static const struct manual manual = {.file = "docs/import.md",
        .begin = "<!-- comes back: begin -->\n",
        .end = "<!-- comes back: end -->",
        .how = "make fields-table"};

static void back__table__is_the_manual_s(void **state)
{
    struct buf table;

    (void)state;
    make_table(&table);
    manual_expect(&manual, buf_view(&table));
    buf_release(&table);
}

static void back__table__is_written(void **state)
{
    struct buf table;

    (void)state;
    make_table(&table);
    manual_write(&manual, buf_view(&table));
    buf_release(&table);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {TEST(back__table__is_the_manual_s)};
    const struct CMUnitTest write[] = {TEST(back__table__is_written)};

    if (argc > 1 && strcmp(argv[1], "write") == 0)
        return cmocka_run_group_tests(write, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
