/* R-RGPD on whatever formats there are: no private value in any byte of any file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/store/record.h"

/* The first mark in what was made; NULL: none. */
static const char *find_mark(const struct format *format)
{
    size_t n;
    const struct desk_piece *all = desk_pieces(&n);

    for (size_t i = 0; i < n; i++) {
        const struct desk_piece *p = &all[i];

        if (desk_is_marked((struct view){p->text, p->len}) ||
                desk_is_marked(view_of(p->path)) || desk_is_marked(view_of(p->key)) ||
                desk_is_marked(view_of(p->label)))
            return p->path;
        if (i == 0 || strcmp(p->path, all[i - 1].path) != 0)
            if (desk_is_marked(view_of(desk_file(format, p->path))))
                return p->path;
    }
    return NULL;
}

/* What is not as a format takes it is told to people: it must not tell more. */
static const char *find_marked_note(void)
{
    size_t n;
    const struct desk_note *notes = desk_notes(&n);

    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < COUNT(notes[i].args); a++)
            if (desk_is_marked(view_of(notes[i].args[a])))
                return notes[i].message;
    return NULL;
}

static void check_format(const struct format *format)
{
    const char *place;
    size_t n;

    desk_make_all(format);
    (void)desk_pieces(&n);
    if (n == 0)
        fail_msg("%s makes nothing of the season", format->name);
    place = find_mark(format);
    if (!place)
        place = find_marked_note();
    if (place)
        fail_msg("%s tells what is private: %s", format->name, place);
    desk_clear();
}

static void formats__tell_nothing_private(void **state)
{
    (void)state;
    desk_complete();
    desk_fill();
    for (const struct format *const *f = formats; *f; f++)
        check_format(*f);
}

/* With nobody who has agreed, and nothing that is linked in sight. */
static void formats__tell_nothing_once_all_is_withdrawn(void **state)
{
    (void)state;
    desk_complete();
    desk_put("personne", DESK_ACTRESS, "'nom': 'PRIVE-Martin', 'nom_scene': 'PRIVE-Z'");
    desk_put("spectacle", DESK_SHOW,
            "'visibilite': 'prive', 'titre': {'fr': 'PRIVE-titre'},"
            "'description': {'fr': 'PRIVE-texte'}, 'accroche': {'fr': 'PRIVE-a'}");
    desk_put("lieu", DESK_THEATRE, "'visibilite': 'prive', 'nom': 'PRIVE-théâtre'");
    desk_put("evenement", DESK_FESTIVAL,
            "'statut_fiche': 'brouillon', 'titre': {'fr': 'PRIVE-festival'}");
    for (const struct format *const *f = formats; *f; f++)
        check_format(*f);
}

/* --- the check itself ------------------------------------------------------------- */

/* A format that goes round the gate, in its text or in what the pieces are called. */
static void make_leak(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct record r = {0};

    (void)d;
    if (record_get(desk_store, n->uid, &r, NULL) == 0)
        outlet_piece(out, "leak/all", NULL, n->uid, view_of(r.body));
    record_release(&r);
}

static void make_label(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    (void)d;
    outlet_piece(out, "leak/all", DESK_MARK "nom", n->uid, VIEW_LIT("."));
}

static void head_leak(
        const struct delivery *d, const struct collection *c, struct buf *out)
{
    (void)d, (void)c;
    buf_adds(out, DESK_MARK "en-tête");
}

static void make_nothing(
        const struct delivery *d, const struct notice *n, struct outlet *out)
{
    (void)d;
    outlet_piece(out, "leak/all", NULL, n->uid, VIEW_LIT("."));
}

static void privacy__is_found_where_it_is_missing(void **state)
{
    static const char *const all[] = {"*", NULL};
    static const struct format leaks[] = {
            {.name = "leak", .types = all, .make = make_leak},
            {.name = "leak", .types = all, .make = make_label},
            {.name = "leak", .types = all, .make = make_nothing, .head = head_leak},
    };
    static const struct format good = {
            .name = "good", .types = all, .make = make_nothing};

    (void)state;
    for (size_t i = 0; i < COUNT(leaks); i++) {
        desk_make_all(&leaks[i]);
        assert_non_null(find_mark(&leaks[i]));
        desk_clear();
    }
    desk_make_all(&good);
    assert_null(find_mark(&good));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open_full, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(formats__tell_nothing_private),
            TEST(formats__tell_nothing_once_all_is_withdrawn),
            TEST(privacy__is_found_where_it_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
