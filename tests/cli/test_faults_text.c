/* Texts that would command a terminal, from every side: none reaches it (docs/cli.md).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "odus/db/db.h"
#include "odus/db/stmt.h"
#include "program.h"

/* Title of the window, clipboard, colours, C1, bidi, DEL, BEL, backspace. */
#define HOSTILE                                                                        \
    "a\033]0;PWNED\007b\033]52;c;UFdO\007\033[31m\033P$q\033\\\xc2\x9b"                \
    "31m\xe2\x80\xae"                                                                  \
    "c\xe2\x81\xa6\x7f\b\x07\x0e\xe2\x80\x8f!"

/** Controls are looked for at every run (program.c); here what turns text round. */
static void check_no_bidi(const char *text)
{
    for (const char *p = text; *p; p++) {
        const unsigned char *u = (const unsigned char *)p;
        bool override = u[0] == 0xe2 && u[1] == 0x80 && u[2] >= 0xaa && u[2] <= 0xae;
        bool isolate = u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9;
        bool mark = u[0] == 0xe2 && u[1] == 0x80 && (u[2] == 0x8e || u[2] == 0x8f);

        if (override || isolate || mark)
            fail_msg("bidi control in: %s", text);
    }
}

static int run_clean(const char *const *words)
{
    int status = run_words("\n\n\n?\n:problems\n:quit\n", 22, words);

    check_no_bidi(out);
    check_no_bidi(err);
    return status;
}

#define CLEAN(...) run_clean((const char *const[]){__VA_ARGS__, NULL})

static void write_path(const char *path, struct view text)
{
    assert_int_equal(file_write_atomic(path, text, 0600, NULL), 0);
}

/* --- bodies written into the store by another program ----------------------------- */

static struct db *open_file(const char *name)
{
    const struct db_options opt = {.create = false};
    char *path = file_join(program_store(), name);
    struct db *db;

    assert_int_equal(db_open(path, &opt, &db, NULL), 0);
    free(path);
    return db;
}

static char *hostile_body(const char *uid, const char *type, const char *status)
{
    static const char *const texts[] = {"nom", "source", "cree_par", "modifie_par",
            "cree_le", "visibilite", "licence_donnee", "autres_noms",
            "description_courte"};
    struct json *body = json_new_object(), *rows = json_new_array(),
                *row = json_new_object();
    struct buf text;

    for (size_t i = 0; i < COUNT(texts); i++)
        json_set_take(body, texts[i], json_text(view_of(HOSTILE)));
    json_set_take(body, "_id", json_text(view_of(uid)));
    json_set_take(body, "uid", json_text(view_of(uid)));
    json_set_take(body, "type", json_text(view_of(type)));
    json_set_take(body, "statut_fiche", json_text(view_of(status)));
    json_set_take(body, "titre", json_new_object());
    json_set_take(row, "id", json_text(view_of(HOSTILE)));
    json_set_take(row, "debut", json_text(view_of(HOSTILE)));
    json_push_take(rows, row);
    json_set_take(body, "seances", rows);
    json_set_take(body, HOSTILE, json_text(view_of(HOSTILE)));
    buf_init(&text, 0);
    json_canonical(body, &text);
    json_free(body);
    return buf_take(&text);
}

static void spoil(const char *uid, const char *type, bool draft)
{
    struct db *db = open_file(draft ? "drafts.db" : "data.db");
    char *body = hostile_body(uid, type, draft ? "brouillon" : "publie");

    assert_int_equal(
            db_run(db, NULL,
                    draft ? "update draft set body = ?1, at = ?2 where id ="
                            " (select id from entry where uid = ?3)"
                          : "update rev set body = ?1, author = ?2 where ?3 <> ''",
                    bind_text(body), bind_text(HOSTILE), bind_text(uid)),
            0);
    assert_int_equal(
            db_run(db, NULL,
                    "update entry set title = ?1, subtitle = ?1, place_name = ?1,"
                    " town = ?1, organiser_name = ?1, genre = ?1, place = ?1",
                    bind_text(HOSTILE)),
            0);
    free(body);
    db_close(db);
}

static void look_at(const char *uid)
{
    CLEAN("show", uid);
    expect_text(out, "PWNED"); /* it is shown, only harmless */
    CLEAN("show", uid, "--json");
    CLEAN("show", uid, "--lang", "en");
    CLEAN("list", "*");
    CLEAN("list", "*", "--json");
    CLEAN("check");
    CLEAN("check", "--json");
    CLEAN("history", uid);
    CLEAN("history", uid, "--json");
    CLEAN("doctor");
    CLEAN("doctor", "--json");
    CLEAN("line", uid);
    CLEAN("line");
    CLEAN("complete", uid);
    CLEAN("delete", uid);
}

static void text__draft_written_by_others__is_shown_harmless(void **state)
{
    static const char *const types[] = {"personne", "lieu", "structure", "evenement"};
    char uid[37];

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++) {
        assert_int_equal(RUN("new", types[i]), 0);
        snprintf(uid, sizeof uid, "%s", output_id());
        spoil(uid, types[i], true);
        look_at(uid);
    }
}

static void text__revision_written_by_others__is_shown_harmless(void **state)
{
    char uid[37];

    (void)state;
    assert_int_equal(RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
    snprintf(uid, sizeof uid, "%s", output_id());
    assert_int_equal(RUN("complete", uid), 0);
    spoil(uid, "personne", false);
    look_at(uid);
}

/* JSON that is none, or of another shape: said, never a crash */
static void text__body_of_any_shape__is_no_crash(void **state)
{
    static const char *const bodies[] = {"", "{", "[]", "null", "\"x\"", "{\"type\":5}",
            "{\"seances\":{\"a\":[]},\"titre\":[[[[]]]]}",
            "{\"nom\":{\"fr\":{\"x\":1}}}"};
    char uid[37];

    (void)state;
    assert_int_equal(RUN("new", "evenement", "titre=Bal"), 0);
    snprintf(uid, sizeof uid, "%s", output_id());
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct db *db = open_file("drafts.db");

        assert_int_equal(
                db_run(db, NULL, "update draft set body = ?1", bind_text(bodies[i])),
                0);
        db_close(db);
        CLEAN("show", uid);
        CLEAN("show", uid, "--json");
        CLEAN("check", uid);
        CLEAN("set", uid, "titre=Autre");
        CLEAN("line", uid);
        CLEAN("complete", uid);
        CLEAN("doctor");
        CLEAN("list");
    }
}

/* --- files ----------------------------------------------------------------------- */

static void text__csv__is_read_harmless(void **state)
{
    char *path = program_path("hostile\033[31m.csv"),
         *long_path = program_path("long.csv");
    struct buf text;

    (void)state;
    write_path(path, VIEW_LIT("nom;" HOSTILE ";pr\xff\xfenom\n" HOSTILE ";x;" HOSTILE
                              "\n\"a\nb\";\xc3;\xed\xa0\x80\n;;;;;;\n"));
    CLEAN("import", "--form", "personne", path, "--dry-run");
    CLEAN("import", "--form", "personne", path);
    CLEAN("import", "--form", "personne", path, "--json");
    CLEAN("list", "*");
    CLEAN("import", "--list", "communes", path);
    buf_init(&text, 0);
    buf_adds(&text, "nom;prenom\n");
    for (int i = 0; i < 1 << 20; i++)
        buf_addc(&text, i % 1000 ? 'x' : '\033');
    buf_adds(&text, ";b\n");
    write_path(long_path, buf_view(&text));
    CLEAN("import", "--form", "personne", long_path);
    CLEAN("list", "*", "--json");
    buf_release(&text);
    free(path);
    free(long_path);
}

#define FORM                                                                           \
    "[form essai]\nlabel=Essai" HOSTILE "\nlanguages=fr\ntitle=nom\n"                  \
    "[list l]\nun=Un" HOSTILE "\n"                                                     \
    "[section s]\nlabel=Qui" HOSTILE "\n"                                              \
    "[field nom]\ntype=text\nlabel=Nom" HOSTILE "\nhint=" HOSTILE                      \
    "\nguidance=" HOSTILE                                                              \
    "\n[rule R-1]\non=nom\nseverity=error\ncheck=nom is null\nmessage=" HOSTILE        \
    "\nwhy=" HOSTILE "\n[field choix]\ntype=one l\nlabel=" HOSTILE "\n"

static void text__form_file__is_shown_harmless(void **state)
{
    char *folder = program_path("forms"), *path = program_path("forms/essai.form");
    char *bad = program_path("mauvais\033[31m.form"), *env, uid[37];

    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    write_path(path, VIEW_LIT(FORM));
    write_path(bad,
            VIEW_LIT("[form " HOSTILE "]\n" HOSTILE "=x\n[field nom]\ntype=" HOSTILE
                     "\n[field x]\ntype=one " HOSTILE "\ncheck=" HOSTILE "(\n"));
    assert_int_equal(CLEAN("form", "check", path), 1);
    expect_text(
            out, "essai.form:2:13: control character"); /* refused, and said where */
    CLEAN("form", "show", path);
    CLEAN("form", "check", bad);
    CLEAN("form", "check", bad, "--json");
    CLEAN("form", "show", bad);
    env = xasprintf("ODUS_FORMS=%s", folder);
    program_env(env);
    if (CLEAN("new", "essai", "nom=Bal") == 0) {
        snprintf(uid, sizeof uid, "%s", output_id());
        CLEAN("show", uid);
        CLEAN("check", uid);
        CLEAN("line", uid);
        CLEAN("line", "essai");
        CLEAN("set", uid, "choix=rien");
        CLEAN("doctor");
        CLEAN("complete", uid);
    }
    CLEAN("list");
    free(env);
    free(bad);
    free(path);
    free(folder);
}

static void text__configuration__is_shown_harmless(void **state)
{
    char *folder = program_path("odus"), *path = program_path("odus/config"), uid[37];

    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    write_path(path, VIEW_LIT("nom=" HOSTILE "\norganisation=\xff" HOSTILE "\n=\n\n"));
    assert_int_equal(RUN("new", "personne", "nom=Bal", "visibilite=professionnel"), 0);
    snprintf(uid, sizeof uid, "%s", output_id());
    CLEAN("complete", uid);
    CLEAN("history", uid);
    CLEAN("show", uid);
    CLEAN("doctor");
    free(path);
    free(folder);
}

#define PROGRAM_TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, program_setup, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            PROGRAM_TEST(text__draft_written_by_others__is_shown_harmless),
            PROGRAM_TEST(text__revision_written_by_others__is_shown_harmless),
            PROGRAM_TEST(text__body_of_any_shape__is_no_crash),
            PROGRAM_TEST(text__csv__is_read_harmless),
            PROGRAM_TEST(text__form_file__is_shown_harmless),
            PROGRAM_TEST(text__configuration__is_shown_harmless),
    };

    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
