/* Settings that are no good, as the command line tells of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

static int set_up(void **state)
{
    int rc = program_setup(state);

    if (rc == 0)
        program_env("LANGUAGE=en");
    return rc;
}

static void write_config(const char *text)
{
    char *dir = program_path("odus"), *path = file_join(dir, "config");
    struct err why = {0};

    assert_int_equal(file_mkdirs(dir, 0700, &why), 0);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, &why), 0);
    free(path);
    free(dir);
}

static int times(const char *text, const char *part)
{
    int n = 0;

    while ((text = strstr(text, part))) {
        text += strlen(part);
        n++;
    }
    return n;
}

static void settings__safe_in_its_place__is_told_once_and_work_goes_on(void **state)
{
    (void)state;
    write_config("nom=Anne\nsynchro=abc\nenvois_par_seconde=vite\n");
    assert_int_equal(RUN("list"), 0);
    assert_int_equal(times(err, "/odus/config:2: synchro=abc is no number"), 1);
    assert_int_equal(times(err, "/odus/config:3: envois_par_seconde=vite is no"), 1);
    assert_string_equal(out, "");
}

static void settings__guessing_would_cost__what_needs_it_is_refused(void **state)
{
    (void)state;
    write_config("serveur=https://127.0.0.1:1\nforfait_mo=abc\n");
    assert_int_equal(RUN("list"), 0);
    assert_string_equal(err, "");
    assert_int_equal(RUN("sync"), 2);
    assert_int_equal(times(err, "/odus/config:2: forfait_mo=abc is no number"), 1);
    assert_int_equal(RUN("files", "fetch"), 2);
    assert_int_equal(times(err, "forfait_mo=abc"), 1);
    assert_int_equal(RUN("server", "setup", "https://127.0.0.1:1"), 2);
    assert_int_equal(times(err, "forfait_mo=abc"), 1);
    assert_int_equal(RUN("server", "user", "list"), 0); /* of this store */
    write_config("adresse_publique=agenda\nopenagenda_agenda=x\n");
    assert_int_equal(RUN("deliver", "ics", "--out", "-", "x"), 2);
    write_config("openagenda_agenda=x\n");
    assert_int_equal(RUN("push", "openagenda", "--dry-run"), 2);
    assert_int_equal(times(err, "/odus/config:1: openagenda_agenda=x is not a"), 1);
}

static void settings__doctor__lists_them(void **state)
{
    struct json *report;

    (void)state;
    write_config("synchro=abc\nforfait_mo=abc\n");
    assert_int_equal(RUN("doctor"), 1);
    assert_int_equal(times(out, "synchro=abc"), 1);
    assert_int_equal(times(out, "forfait_mo=abc"), 1);
    assert_string_equal(err, "");
    assert_int_equal(RUN("doctor", "--json"), 1);
    report = output_json();
    assert_false(json_get_bool(report, "ok", true));
    assert_int_equal(json_len(json_get(report, "settings")), 2);
    json_free(report);
    write_config("synchro=9\n");
    assert_int_equal(RUN("doctor"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, program_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(settings__safe_in_its_place__is_told_once_and_work_goes_on),
            T(settings__guessing_would_cost__what_needs_it_is_refused),
            T(settings__doctor__lists_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
