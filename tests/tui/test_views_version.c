/* A draft whose form has a newer version: moved to it on the screen, and back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "odus/base/mem.h"
#include "views.h"

#define HEAD                                                                           \
    "[form essai]\nlabel=Essai\nlanguages=fr\ntitle=nom\n[section s]\nlabel=Quoi\n"    \
    "[field uid]\ntype=text\nlabel=Uid\nhidden=yes\n[field type]\ntype=text\n"         \
    "label=Type\nhidden=yes\n[field formulaire]\ntype=text\nlabel=Formulaire\n"        \
    "hidden=yes\n[field statut_fiche]\ntype=text\nlabel=État\nhidden=yes\n"           \
    "[field nom]\ntype=text\nlabel=Nom\n"

static const char first_form[] = HEAD
        "[section t]\nlabel=Suite\n[field ancien]\ntype=text\nlabel=Ancien\n"
        "[repeat lignes]\nlabel=Lignes\n[field lignes.mot]\ntype=text\nlabel=Mot\n";
static const char second_form[] = HEAD "[field nouveau]\ntype=text\nlabel=Nouveau\n";

static void write_form(const struct views *v, const char *text)
{
    char *dir = xasprintf("%s/forms", v->dir), *path = xasprintf("%s/essai.form", dir);
    FILE *f;

    mkdir(dir, 0700);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    free(path);
    free(dir);
}

/* P20 P21: from inside a row of a table that the newest form does not have */
static void version__moved_inside_a_row__undo_goes_back(void **state)
{
    struct views *v = *state;
    char *forms = xasprintf("ODUS_FORMS=%s/forms", v->dir);
    struct tt *t;

    v->env = forms;
    write_form(v, first_form);
    t = views_start(v, false);
    tt_keys(t, "n1Bal{Tab}gardé{Tab}{F3}mot");
    tt_expect(t, "mot");
    views_kill(v);
    write_form(v, second_form);
    t = views_start(v, false);
    tt_keys(t, "{Enter}{Enter}");
    tt_expect(t, "written with an older form");
    tt_keys(t, "{^O}newest form{Enter}");
    tt_expect(t, "+ nouveau");
    tt_keys(t, "{Esc}1");
    tt_expect(t, "the draft follows the newest form now; ^Z takes it back");
    tt_refuse(t, "written with an older form");
    tt_expect(t, "Essai · Bal");
    tt_keys(t, "{PgDn}{^Z}");
    tt_expect(t, "written with an older form");
    tt_keys(t, "{PgDn}");
    views_expect_row(t, "Ancien", "gardé");
    tt_expect(t, "mot");
    tt_keys(t, "{Esc}{Esc}");
    free(forms);
    v->env = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(version__moved_inside_a_row__undo_goes_back,
                    views_setup, views_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
