/* odus push, end to end: the sample season of a store for exercises, to a stand-in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"
#include "push/stand.h"

#define SHOW "0199f3a0-0601-771a-a6db-9084446a27bd"

static struct stand *there;

static void write_config(const char *text)
{
    char *dir = program_path("odus"), *path = file_join(dir, "config");

    assert_int_equal(file_mkdirs(dir, 0700, NULL), 0);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    free(path);
    free(dir);
}

static int set_up(void **state, stand_handler *handler, const char *format)
{
    char *text;

    if (program_setup(state) != 0)
        return -1;
    program_env("DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"); /* no keyring */
    program_env("LANGUAGE=en");
    there = stand_start(handler);
    text = xasprintf(format, stand_url(there));
    write_config(text);
    free(text);
    return RUN("--training", "sample", "add");
}

static int openagenda(void **state)
{
    return set_up(state, stand_openagenda,
            "nom=A\nopenagenda_agenda=" STAND_AGENDA
            "\nopenagenda_adresse=%s\nenvois_par_seconde=1000\n");
}

static int apidae(void **state)
{
    return set_up(state, stand_apidae,
            "nom=A\napidae_client=" STAND_CLIENT "\napidae_proprietaire=77\n"
            "apidae_projet=" STAND_PROJECT
            "\napidae_adresse=%s\nenvois_par_seconde=1000\n");
}

static int end(void **state)
{
    stand_stop(there);
    return program_teardown(state);
}

static int64_t number(const char *key)
{
    struct json *j = output_json();
    int64_t n = json_get_int(j, key, -1);

    json_free(j);
    return n;
}

/* The worker tells each wait with its reason: people read the reason once. */
static void push__no_link__says_why_once(void **state)
{
    static const char script[] =
            "#!/bin/sh\nread job\n"
            "for n in 2 3; do echo '{\"ev\":\"wait\",\"code\":3,\"message\":"
            "\"no way there\",\"args\":[],\"seconds\":4,\"try\":'$n',\"tries\":5}';"
            " done\n";
    char *folder = program_path("libexec"), *file = program_path("libexec/odus-push");
    const char *first;

    (void)state;
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(file_write_atomic(file, view_of(script), 0700, NULL), 0);
    setenv("ODUS_LIBEXEC", folder, 1);
    RUN("push", "openagenda", "--yes");
    unsetenv("ODUS_LIBEXEC");
    first = strstr(err, "no way there");
    assert_non_null(first);
    assert_null(strstr(first + 1, "no way there"));
    expect_text(err, "try 2 of 5 in 4 s");
    expect_text(err, "try 3 of 5 in 4 s");
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
    free(file);
    free(folder);
}

static void push__season__stands_in_the_agenda(void **state)
{
    struct json *done;

    (void)state;
    assert_int_equal(RUN("push", "openagenda", "--dry-run", "--json"), 0);
    assert_true(number("created") > 50);
    assert_int_equal(stand_memory(there)->requests, 0);
    assert_int_equal(RUN("push", "openagenda"), 2);
    expect_text(err, "odus push openagenda --set-key");
    assert_int_equal(RUN_INPUT(STAND_KEY "\n", "push", "openagenda", "--set-key",
                             "--password-stdin"),
            0);
    assert_int_equal(RUN("push", "openagenda"), 1); /* so much at once */
    expect_text(err, "--yes");
    assert_int_equal(stand_memory(there)->n, 0);
    assert_int_equal(RUN("push", "openagenda", "--yes", "--json"), 0);
    done = output_json();
    assert_int_equal(json_get_int(done, "status", -1), 0);
    assert_int_equal(json_get_int(done, "created", -1), stand_memory(there)->created);
    assert_int_equal(
            json_len(json_get(done, "receipts")), stand_memory(there)->created);
    json_free(done);
    assert_int_equal(RUN("push", "openagenda", "--json"), 0);
    assert_int_equal(number("requests"), 0);
}

static void push__change__goes_alone(void **state)
{
    (void)state;
    assert_int_equal(RUN_INPUT(STAND_KEY "\n", "push", "openagenda", "--set-key",
                             "--password-stdin"),
            0);
    assert_int_equal(RUN("push", "openagenda", "--yes"), 0);
    assert_int_equal(RUN("set", SHOW, "titre=Un autre hiver"), 0);
    assert_int_equal(RUN("complete", SHOW), 0);
    assert_int_equal(RUN("push", "openagenda"), 0);
    expect_text(out, "Un autre hiver: changed");
    expect_text(err, "0 created, 1 changed, 0 removed");
    assert_int_equal(RUN("delete", SHOW), 0);
    assert_int_equal(RUN("push", "openagenda", "--dry-run"), 0);
    expect_text(out, "would be removed");
    assert_int_equal(RUN("push", "openagenda", "--json"), 0);
    assert_int_equal(number("removed"), 1);
    assert_int_equal(stand_memory(there)->removed, 1);
}

/* A store that is put back knows what was sent. */
static void push__from_a_backup__sends_nothing_twice(void **state)
{
    static char store[400];
    char *copy = program_path("copy");

    (void)state;
    assert_int_equal(RUN_INPUT(STAND_KEY "\n", "push", "openagenda", "--set-key",
                             "--password-stdin"),
            0);
    assert_int_equal(RUN("push", "openagenda", "--yes"), 0);
    assert_int_equal(RUN("backup", copy), 0);
    snprintf(store, sizeof(store), "ODUS_STORE=%s", copy);
    program_env(store);
    assert_int_equal(RUN("push", "openagenda", "--json"), 0);
    assert_true(number("unchanged") > 50);
    assert_int_equal(number("requests"), 0);
    free(copy);
}

static void push__settings__are_asked_for(void **state)
{
    (void)state;
    write_config("nom=A\n");
    assert_int_equal(RUN("push", "openagenda", "--dry-run"), 2);
    expect_text(err, "openagenda_agenda");
    assert_int_equal(RUN("push", "apidae"), 2);
    expect_text(err, "apidae_client");
    assert_int_equal(RUN("push", "facebook"), 2);
    assert_int_equal(RUN("push"), 2);
}

static void push__apidae__waits_for_validation(void **state)
{
    (void)state;
    assert_int_equal(RUN_INPUT(STAND_KEY "\n" STAND_READ_KEY "\n", "push", "apidae",
                             "--set-key", "--password-stdin"),
            0);
    assert_int_equal(RUN("push", "apidae", "--yes", "--json"), 0);
    assert_true(number("created") > 0);
    assert_int_equal(number("created"), number("asked"));
    for (size_t i = 0; i < stand_memory(there)->n; i++)
        memcpy(stand_memory(there)->things[i].state, "PUBLISHED", sizeof("PUBLISHED"));
    assert_int_equal(RUN("push", "apidae", "--json"), 0);
    assert_int_equal(number("created"), 0);
    assert_int_equal(number("validated"), stand_memory(there)->created);
}

int main(void)
{
#define T(name, agenda) cmocka_unit_test_setup_teardown(name, agenda, end)
    const struct CMUnitTest tests[] = {
            T(push__no_link__says_why_once, openagenda),
            T(push__season__stands_in_the_agenda, openagenda),
            T(push__change__goes_alone, openagenda),
            T(push__from_a_backup__sends_nothing_twice, openagenda),
            T(push__settings__are_asked_for, openagenda),
            T(push__apidae__waits_for_validation, apidae),
    };

    return cmocka_run_group_tests_name("push", tests, NULL, NULL);
}
