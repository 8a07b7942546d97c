/* What the screens send, byte by byte, when texts would command the terminal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/db/db.h"
#include "odus/db/stmt.h"
#include "faults.h"

#define HOSTILE                                                                        \
    "Zz\033]52;c;UFdO\007b\033[8;3;44mQ\033P+q\033\\\xc2\x9b"                          \
    "31m\xe2\x80\xae"                                                                  \
    "c\xe2\x81\xa6\x7f\b\x07\x0e\xe2\x80\x8f\xff!"

/** What no screen of ours contains. */
static const char *const forbidden[] = {"\033]52", "\033[8;3;44m", "\033P", "\033_",
        "\033^", "\033X", "\xc2\x9b", "\xc2\x9d", "\xc2\x90", "\xe2\x80\xae",
        "\xe2\x80\xad", "\xe2\x81\xa6", "\xe2\x80\x8f", "\x7f", "\xff"};

struct seen {
    struct buf bytes; /* of the program; the end of what was looked at before first */
};

static bool holds(struct view v, const char *what)
{
    return memmem(v.p, v.n, what, strlen(what)) != NULL;
}

static void look(void *ctx, const char *bytes, size_t n)
{
    struct seen *s = ctx;

    buf_add(&s->bytes, bytes, n);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (holds(buf_view(&s->bytes), forbidden[i]))
            fail_msg("the terminal is sent number %zu of what is forbidden", i);
    if (s->bytes.len > 16) {
        memmove(s->bytes.s, s->bytes.s + s->bytes.len - 16, 16);
        s->bytes.len = 16;
    }
}

static struct seen seen;

static struct tt *start_watched(struct views *v)
{
    struct tt *t = views_start(v, false);

    buf_init(&seen.bytes, 0);
    tt_watch(t, look, &seen);
    return t;
}

static void stop_watched(struct tt *t)
{
    tt_watch(t, NULL, NULL);
    buf_release(&seen.bytes);
}

/** Through every screen there is. */
static void walk(struct tt *t)
{
    static const char *const keys[] = {"{F1}{Esc}", "{F7}{Esc}", "b{Enter}{Esc}{Esc}",
            "/zz{Esc}{Esc}", "{Enter}", "{F8}{Enter}", "{F9}{Esc}", "{F1}{Esc}",
            "{^O}{Esc}", "{Tab}{Tab}{Tab}{F4}{Esc}", "{PgDn}{PgDn}{Enter}{Esc}",
            "{PgDn}{F7}{Esc}", "{F10}{Esc}", "{Esc}{Esc}", "d", "{Tab}{Esc}{Esc}"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        tt_keys(t, keys[i]);
}

static void spoil(
        const struct views *v, const char *name, const char *sql, const char *text)
{
    char *path = xasprintf("%s/store/%s", v->dir, name);
    const struct db_options opt = {.create = false};
    struct db *db;

    assert_int_equal(db_open(path, &opt, &db, NULL), 0);
    assert_int_equal(db_run(db, NULL, sql, bind_text(text)), 0);
    db_close(db);
    free(path);
}

static void text__draft_written_by_others__reaches_no_terminal(void **state)
{
    static const char body[] =
            "{\"titre\":{\"fr\":\"%s\"},\"type\":\"evenement\",\"statut_fiche\":\"%s\","
            "\"description_courte\":{\"fr\":\"%s\"},\"seances\":[{\"id\":\"%s\","
            "\"debut\":"
            "\"2026-12-05T20:30\",\"note\":{\"fr\":\"%s\"}}],\"lieu\":\"%s\",\"x\":\"%"
            "s\"}";
    struct views *v = *state;
    struct json *text = json_text(view_of(HOSTILE));
    struct buf one;
    char *all;
    struct tt *t;
    int status;

    free(faults_run(
            v, "new evenement titre=Bal 'seances+=+1 20h' 2>/dev/null", &status));
    buf_init(&one, 0);
    json_canonical(text, &one);
    one.s[--one.len] = '\0';
    all = xasprintf(body, one.s + 1, one.s + 1, one.s + 1, one.s + 1, one.s + 1,
            one.s + 1, one.s + 1);
    spoil(v, "drafts.db", "update draft set body = ?1, owner = 4000000", all);
    spoil(v, "drafts.db",
            "update entry set title = ?1, subtitle = ?1, place_name = ?1, town = ?1,"
            " organiser_name = ?1",
            HOSTILE);
    free(all);
    buf_release(&one);
    json_free(text);
    t = start_watched(v);
    tt_expect(t, "Zz");
    tt_keys(t, "{Esc}");
    walk(t);
    stop_watched(t);
}

static void text__typed_and_pasted__reaches_no_terminal(void **state)
{
    static const char *const places[] = {
            "", "{Tab} ", "{Esc}{PgDn}{PgDn}", "{F8}", "{Esc}{^O}", "{Esc}{Esc}/"};
    struct views *v = *state;
    struct tt *t = start_watched(v);

    tt_keys(t, "n1");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        tt_keys(t, places[i]);
        tt_keys(t, "{Paste:" HOSTILE "}");
        tt_bytes(t, "\xc2\x9b\xe2\x80\xae\xff\xc0\x80\xed\xa0\x80", 11);
        tt_sync(t);
    }
    tt_keys(t, "{Esc}{Esc}{Esc}");
    walk(t);
    stop_watched(t);
}

/* A line of a megabyte: pasted, kept up to the field's limit, drawn, left */
static void text__line_of_a_megabyte__is_no_crash(void **state)
{
    enum { N = 1 << 20 };
    struct views *v = *state;
    struct tt *t = start_watched(v);
    char *text = xmalloc(N);

    memset(text, 'x', N);
    tt_keys(t, "n1");
    for (int i = 0; i < 2; i++) {
        tt_send(t, "\033[200~");
        tt_bytes(t, text, N);
        tt_send(t, "\033[201~");
        tt_keys(t, "{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}");
    }
    tt_keys(t, "{F8}{Esc}{F9}{Esc}{Esc}");
    free(text);
    stop_watched(t);
}

static void text__form_file__reaches_no_terminal(void **state)
{
    static const char form[] =
            "[form essai]\nlabel=Essai" HOSTILE "\nlanguages=fr\ntitle=nom\n"
            "[list l]\nun=Un" HOSTILE "\n[section s]\nlabel=Qui" HOSTILE "\n"
            "[field nom]\ntype=text\nlabel=Nom" HOSTILE "\nhint=" HOSTILE
            "\nguidance=" HOSTILE "\n[rule R-1]\non=nom\nseverity=error\n"
            "check=nom is null\nmessage=" HOSTILE "\nwhy=" HOSTILE
            "\n[field choix]\ntype=one l\nlabel=Choix" HOSTILE "\n";
    struct views *v = *state;
    char *folder = xasprintf("%s/forms", v->dir),
         *file = file_join(folder, "essai.form");
    char *env = xasprintf("ODUS_FORMS=%s", folder);
    struct tt *t;

    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(file_write_atomic(file, VIEW_LIT(form), 0600, NULL), 0);
    v->env = env;
    t = start_watched(v);
    tt_keys(t, "n{Enter}");
    tt_keys(t, "Bal{Tab} {Enter}{F8}{F1}{Esc}{Esc}");
    walk(t);
    stop_watched(t);
    free(env);
    free(file);
    free(folder);
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(text__draft_written_by_others__reaches_no_terminal),
            VIEWS_TEST(text__typed_and_pasted__reaches_no_terminal),
            VIEWS_TEST(text__line_of_a_megabyte__is_no_crash),
            VIEWS_TEST(text__form_file__reaches_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
