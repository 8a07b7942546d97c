#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "odus/app/push.h"
#include "odus/app/sync.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

/* What the configuration keeps of a server, and what it does not. */

static struct err err;

static const char *server(void)
{
    return app_sync_settings(desk).server;
}

static void config__server__is_kept_as_it_is_meant(void **state)
{
    (void)state;
    desk_ok(app_set_server(desk, "Agenda.Example.org/", NULL, &err), &err);
    assert_string_equal(server(), "https://agenda.example.org");
    desk_ok(app_set_server(desk, "[::1]:5984", "anne", &err), &err);
    assert_string_equal(server(), "http://[::1]:5984");
    assert_string_equal(app_sync_settings(desk).account, "anne");
    assert_true(app_is_server(desk, "http://[::1]:5984/"));
    assert_true(app_is_server(desk, "[::1]:5984"));
    assert_false(app_is_server(desk, "https://[::1]:5984"));
    assert_false(app_is_server(desk, "nothing"));
}

static void config__server__is_not_kept_when_it_is_none(void **state)
{
    static const char *const texts[] = {
            "oui", "ftp://a.example", "https://me:pw@a.example", "a.example?x"};

    (void)state;
    desk_ok(app_set_server(desk, "a.example", "anne", &err), &err);
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(app_set_server(desk, texts[i], "luc", &err), ERR_USAGE);
        assert_string_equal(server(), "https://a.example");
        assert_string_equal(app_sync_settings(desk).account, "anne");
    }
}

/* A password in an address is not said again. */
static void config__server__is_refused_with_what_to_write(void **state)
{
    char *url = NULL;
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    assert_int_equal(
            app_server_address("https://me:secret@A.example/b", &url, &err), ERR_USAGE);
    err_text(&err, NULL, &text);
    assert_non_null(strstr(text.s, "https://a.example/b"));
    assert_null(strstr(text.s, "secret"));
    buf_clear(&text);
    assert_int_equal(app_server_address("me:secret@a.example", &url, &err), ERR_USAGE);
    err_text(&err, NULL, &text);
    assert_non_null(strstr(text.s, "https://server.example"));
    assert_null(strstr(text.s, "secret"));
    buf_release(&text);
    assert_null(url);
}

static void config__job__has_the_address_that_is_meant(void **state)
{
    struct json *job = NULL;

    (void)state;
    desk_ok(app_server_job(desk, "sync", "127.0.0.1:5984", &job, &err), &err);
    assert_string_equal(json_get_text(job, "url"), "http://127.0.0.1:5984");
    json_free(job);
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    assert_null(json_get(job, "url"));
    json_free(job);
    desk_ok(app_set_server(desk, "a.example", NULL, &err), &err);
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    assert_string_equal(json_get_text(job, "url"), "https://a.example");
    json_free(job);
    assert_int_equal(app_server_job(desk, "sync", "oui", &job, &err), ERR_USAGE);
}

static int64_t metered_of(const char *lines)
{
    struct json *job = NULL;
    int64_t bytes;

    desk_configure(lines);
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    bytes = json_get_int(job, "metered", -1);
    json_free(job);
    return bytes;
}

static void config__metered__is_read_with_decimals(void **state)
{
    (void)state;
    assert_int_equal(metered_of(""), 0);
    assert_int_equal(metered_of("forfait_mo=\n"), 0);
    assert_int_equal(metered_of("forfait_mo=0\n"), 0);
    assert_int_equal(metered_of("forfait_mo=20\n"), 20 * 1000 * 1000);
    assert_int_equal(metered_of("forfait_mo=0.5\n"), 500 * 1000);
    assert_int_equal(metered_of("forfait_mo= 1,25 \n"), 1250 * 1000);
    assert_int_equal(metered_of("forfait_mo=0,000001\n"), 1);
    assert_int_equal(metered_of("forfait_mo=1000000\n"), INT64_C(1000000000000));
}

static void config__metered__is_refused_when_it_is_no_number(void **state)
{
    static const char *const values[] = {"-1", "20 Mo", "beaucoup", "1.", ",5", "1,2,3",
            "1e3", "0,0000001", "1000001", "99999999999999999999"};

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        char lines[80];
        struct json *job = NULL;
        struct buf text;

        snprintf(lines, sizeof(lines), "forfait_mo=%s\n", values[i]);
        desk_configure(lines);
        assert_int_equal(app_server_job(desk, "sync", NULL, &job, &err), ERR_USAGE);
        assert_null(job);
        buf_init(&text, 0);
        err_text(&err, NULL, &text);
        assert_non_null(strstr(text.s, values[i]));
        assert_non_null(strstr(text.s, "forfait_mo"));
        assert_non_null(strstr(text.s, "/config"));
        buf_release(&text);
    }
}

/* What is said of the only bad setting, with its place; "" where none is bad. */
static const char *said_of(const char *lines, bool *ret_stops)
{
    static char text[600];
    const struct err *wrong;
    struct buf out;
    bool more;

    desk_configure(lines);
    wrong = app_setting_wrong(desk, 0, ret_stops);
    if (!wrong)
        return "";
    assert_null(app_setting_wrong(desk, 1, &more));
    buf_init(&out, 0);
    err_text(wrong, NULL, &out);
    snprintf(text, sizeof(text), "%s", out.s);
    buf_release(&out);
    return text;
}

/* One line each; all in one way: place, key, value. */
static void config__bad_value__is_told_with_its_place(void **state)
{
    static const struct {
        const char *line, *says;
        bool stops;
    } all[] = {
            {"serveur=agenda", "https://server.example", true},
            {"connexion=basique", "basic, cookie, bearer", true},
            {"autorite=/no/such.pem", "file", true},
            {"autorite=/", "file", true},
            {"forfait_mo=20 Mo", "20 or 0.5", true},
            {"fichiers=oui", "toujours nor demande", false},
            {"synchro=abc", "5 is used", false},
            {"synchro=-1", "5 is used", false},
            {"adresse_publique=agenda.example", "https://server.example", true},
            {"openagenda_agenda=briançon", "number", true},
            {"openagenda_adresse=htp:/x", "https://server.example", true},
            {"apidae_proprietaire=nous", "number", true},
            {"apidae_projet=x", "number", true},
            {"apidae_adresse=x", "https://server.example", true},
            {"envois_par_seconde=abc", "4 is used", false},
            {"envois_par_seconde=0", "1 to 1000", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        char *lines = xasprintf("nom=Anne\n# x\n%s\n", all[i].line);
        bool stops = false;
        const char *said = said_of(lines, &stops);

        if (!strstr(said, "/config:3: ") || !strstr(said, all[i].line) ||
                !strstr(said, all[i].says) || stops != all[i].stops)
            fail_msg("%s: %d, %s", all[i].line, stops, said);
        free(lines);
    }
}

static void config__good_values__are_not_told(void **state)
{
    bool stops;

    (void)state;
    assert_string_equal(
            said_of("\xEF\xBB\xBFnom=Anne\r\n\r\n# synchr=5\r\n; x\r\n"
                    "serveur = agenda.example\r\nconnexion=cookie\r\nsynchro =0\r\n"
                    "forfait_mo=\r\nfichiers=demande\r\nenvois_par_seconde=1000\r\n"
                    "couleur=bleu\r\nune ligne\r\n",
                    &stops),
            "");
    assert_string_equal(app_user(desk), "Anne");
    assert_string_equal(server(), "agenda.example");
    assert_int_equal(app_sync_settings(desk).minutes, 0);
    assert_int_equal(app_push_settings(desk).rate, 1000);
}

static void config__bad_value__counts_as_none(void **state)
{
    (void)state;
    desk_configure("serveur=agenda\nsynchro=2000000\nfichiers=Toujours\n"
                   "envois_par_seconde=5000\nopenagenda_agenda=x\n");
    assert_string_equal(server(), "");
    assert_int_equal(app_sync_settings(desk).minutes, 5);
    assert_false(app_sync_settings(desk).all_files);
    assert_int_equal(app_push_settings(desk).rate, 0);
    assert_string_equal(app_push_settings(desk).agenda, "");
}

static void config__misspelt__is_told_and_stops_what_it_would(void **state)
{
    struct json *job = NULL;
    bool stops = true;

    (void)state;
    assert_non_null(strstr(said_of("sinchro=3\n", &stops), "did you mean synchro=…?"));
    assert_false(stops);
    assert_non_null(
            strstr(said_of("forfait_Mb=20\n", &stops), "did you mean forfait_mo=…?"));
    assert_true(stops);
    assert_int_equal(app_server_job(desk, "sync", NULL, &job, &err), ERR_USAGE);
}

static void config__twice__the_first_counts_and_it_is_told(void **state)
{
    bool stops = true;

    (void)state;
    assert_non_null(strstr(
            said_of("synchro=7\nsynchro=9\n", &stops), "/config:2: synchro stands"));
    assert_false(stops);
    assert_int_equal(app_sync_settings(desk).minutes, 7);
}

/* A password in the address is not said again. */
static void config__server_with_more__hides_it(void **state)
{
    bool stops = false;
    const char *said = said_of("serveur=https://me:secret@a.example\n", &stops);

    (void)state;
    assert_true(stops);
    assert_non_null(strstr(said, "https://a.example"));
    assert_null(strstr(said, "secret"));
}

/* What is wrong with our server does not keep anybody from another, nor from work that
 * asks no server. */
static void config__bad_value__stops_what_needs_it_only(void **state)
{
    struct json *job = NULL;

    (void)state;
    desk_configure("serveur=agenda\n");
    assert_int_equal(app_server_job(desk, "sync", NULL, &job, &err), ERR_USAGE);
    desk_ok(app_server_job(desk, "sync", "a.example", &job, &err), &err);
    json_free(job);
    desk_configure("nom=Anne\nforfait_mo=abc\n");
    assert_int_equal(app_server_job(desk, "sync", "a.example", &job, &err), ERR_USAGE);
    job = app_own_job(desk, "serve");
    assert_string_equal(json_get_text(job, "author"), "Anne");
    json_free(job);
}

/* Mended in an editor while the program runs. */
static void config__job__is_made_of_the_file_as_it_stands(void **state)
{
    struct json *job = NULL;

    (void)state;
    desk_configure("forfait_mo=abc\n");
    assert_int_equal(app_server_job(desk, "sync", NULL, &job, &err), ERR_USAGE);
    (void)desk_file("config", "forfait_mo=3\n");
    desk_ok(app_server_job(desk, "sync", NULL, &job, &err), &err);
    assert_int_equal(json_get_int(job, "metered", -1), 3000000);
    json_free(job);
}

static void expect_file(const char *text)
{
    const char *path = desk_file("other", "");
    char *config = xasprintf("%.*sconfig", (int)(strlen(path) - 5), path);
    struct buf now;

    desk_ok(file_read(config, 0, &now, &err), &err);
    assert_string_equal(now.s, text);
    buf_release(&now);
    free(config);
}

/* What an editor wrote meanwhile stays, and so do comments, order, what is no good. */
static void config__change__leaves_other_lines(void **state)
{
    (void)state;
    desk_configure("nom=Anne\n");
    (void)desk_file("config", "# mine\nnom=Luc\n serveur = b.example \nx=y\n"
                              "synchro=abc\nserveur=c.example\n# end");
    desk_ok(app_set_server(desk, "a.example", "luc", &err), &err);
    expect_file("# mine\nnom=Luc\nserveur=https://a.example\nx=y\nsynchro=abc\n"
                "# end\ncompte=luc\n");
    assert_string_equal(app_user(desk), "Luc");
    assert_string_equal(server(), "https://a.example");
}

/* A file that cannot be read is not written over, and nothing is guessed. */
static void config__unreadable__stops_all(void **state)
{
    struct json *job = NULL;
    char *big = xmalloc(70001);
    bool stops = false;

    (void)state;
    memset(big, '#', 70000);
    big[70000] = '\0';
    assert_non_null(strstr(said_of(big, &stops), "too large"));
    assert_true(stops);
    assert_false(app_first_start(desk));
    assert_true(app_server_job(desk, "sync", "a.example", &job, &err) < 0);
    assert_true(app_set_user(desk, "Luc", "", &err) < 0);
    expect_file(big);
    free(big);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(config__server__is_kept_as_it_is_meant),
            TEST(config__server__is_not_kept_when_it_is_none),
            TEST(config__server__is_refused_with_what_to_write),
            TEST(config__job__has_the_address_that_is_meant),
            TEST(config__metered__is_read_with_decimals),
            TEST(config__metered__is_refused_when_it_is_no_number),
            TEST(config__bad_value__is_told_with_its_place),
            TEST(config__good_values__are_not_told),
            TEST(config__bad_value__counts_as_none),
            TEST(config__misspelt__is_told_and_stops_what_it_would),
            TEST(config__twice__the_first_counts_and_it_is_told),
            TEST(config__server_with_more__hides_it),
            TEST(config__bad_value__stops_what_needs_it_only),
            TEST(config__job__is_made_of_the_file_as_it_stands),
            TEST(config__change__leaves_other_lines),
            TEST(config__unreadable__stops_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
