#include "bench/screen.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/bench.h"
#include "bench/corpus.h"
#include "harness/tt_int.h"

enum { START_SETTLE_MS = 40, KEY_SETTLE_MS = 12 };

static const char *const key_bytes[][2] = {{"Enter", "\r"}, {"Tab", "\t"},
        {"Backspace", "\177"}, {"PgDn", "\033[6~"}, {"F4", "\033OS"}, {"Esc", "\033"}};

/* Draws until nothing more comes for SETTLE ms; the time of the last byte. */
static uint64_t draw_all(struct tt *t, int settle)
{
    struct pollfd p = {t->fd, POLLIN, 0};
    uint64_t last = 0;

    while (poll(&p, 1, last ? settle : TT_LIMIT_MS) > 0) {
        tt_pump(t, tt_now_ms() + TT_LIMIT_MS, false);
        last = bench_now();
    }
    if (!last)
        tt_fail(t, "nothing was drawn");
    return last;
}

struct tt *screen_start(const struct screen_program *p, uint64_t *ret_ns)
{
    uint64_t begun = bench_now(), drawn;
    struct tt *t = tt_spawn_plain(p->argv, p->env, 24, 80);

    do
        drawn = draw_all(t, START_SETTLE_MS);
    while (!tt_find(t, p->ready, NULL, NULL));
    if (ret_ns)
        *ret_ns = drawn - begun;
    return t;
}

uint64_t screen_key(struct tt *t, const char *bytes)
{
    uint64_t begun;

    for (size_t i = 0; i < COUNT(key_bytes); i++)
        if (strcmp(key_bytes[i][0], bytes) == 0)
            bytes = key_bytes[i][1];
    begun = bench_now();
    tt_bytes(t, bytes, strlen(bytes));
    return draw_all(t, KEY_SETTLE_MS) - begun;
}

void screen_keys(struct tt *t, const char *const *keys)
{
    for (; *keys; keys++)
        screen_key(t, *keys);
}

void screen_expect(struct tt *t, const char *text)
{
    if (!tt_find(t, text, NULL, NULL))
        tt_fail(t, "\"%s\" is not on the screen", text);
}

long screen_peak_kib(struct tt *t)
{
    return bench_peak_kib(tt_pid(t));
}

/* --- the programs ----------------------------------------------------------------- */

static void write_config(void)
{
    const char *dir = bench_path("config/odus");
    char path[520];
    FILE *f;

    mkdir(bench_path("config"), 0700);
    mkdir(dir, 0700);
    snprintf(path, sizeof(path), "%s/config", dir);
    f = fopen(path, "w");
    if (f) {
        fputs("nom=Maud\norganisation=Les Décâblés\n", f);
        fclose(f);
    }
}

static void set(char *to, size_t n, const char *name, const char *value)
{
    snprintf(to, n, "%s=%s", name, value);
}

const struct screen_program *screen_odus(
        int events, const char *forms, const char *ready)
{
    static const char *argv[] = {NULL, NULL};
    static char store[520], config[520], folder[520], name[40];
    /* Without TUI_TEST: as people run it. */
    static const char *const env[] = {
            CORPUS_NOW, "LANGUAGE=en", "TUI_TEST=0", store, config, folder, NULL};
    static struct screen_program p = {argv, env, NULL};
    const char *usual = getenv("ODUS_FORMS");

    argv[0] = getenv("ODUS_BIN");
    snprintf(name, sizeof(name), "store-%d", events);
    set(store, sizeof(store), "ODUS_STORE", bench_path(name));
    set(config, sizeof(config), "XDG_CONFIG_HOME", bench_path("config"));
    set(folder, sizeof(folder), "ODUS_FORMS", forms ? forms : usual ? usual : "forms");
    write_config();
    p.ready = ready;
    return &p;
}

const struct screen_program *screen_calcurse(int n)
{
    static char dir[520];
    static const char *const argv[] = {"/usr/bin/calcurse", "-D", dir, "-C", dir, NULL};
    static const struct screen_program p = {argv, NULL, "Help"};
    char name[40], conf[540];
    FILE *f;

    snprintf(name, sizeof(name), "calcurse-%d", n);
    snprintf(dir, sizeof(dir), "%s", bench_path(name));
    snprintf(conf, sizeof(conf), "%s/conf", dir);
    f = fopen(conf, "w");
    if (f) {
        fputs("appearance.notifybar=no\ngeneral.autosave=no\n", f);
        fclose(f);
    }
    return &p;
}

const struct screen_program *screen_dialog(void)
{
    static const char *const argv[] = {"/usr/bin/dialog", "--form", "Contes", "15",
            "60", "8", "Titre", "1", "1", "", "1", "12", "40", "140", "Lieu", "2", "1",
            "", "2", "12", "40", "140", "Heure", "3", "1", "", "3", "12", "40", "140",
            NULL};
    static const struct screen_program p = {argv, NULL, "Heure"};

    return &p;
}

const struct screen_program *screen_floor(int events)
{
    static char program[520], data[520];
    static const char *const argv[] = {program, data, NULL};
    static const struct screen_program p = {argv, NULL, "salle"};
    char name[60];

    snprintf(program, sizeof(program), "%s", bench_path("floor"));
    snprintf(name, sizeof(name), "store-%d/data.db", events);
    snprintf(data, sizeof(data), "%s", bench_path(name));
    return &p;
}
