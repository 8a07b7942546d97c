/*
 * From a key to the last byte of what it draws, in a terminal emulator: odus as people
 * run it, journal and rules included, and the programs it can be compared with. What
 * waits until nobody types (the number of matches, the preview) is in no figure here;
 * counting is timed by bench_store.
 */
#include "bench/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/corpus.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/draft.h"

enum { LETTERS = 15, TEXTS = 7, WORDS = 25, OPENINGS = 12, DAYS = 100 };

static struct bench bench;

/* --- what is typed ---------------------------------------------------------------- */

static void timed(struct tt *t, const char *key)
{
    bench_add(&bench, screen_key(t, key));
}

static void take_back(struct tt *t, size_t n)
{
    while (n-- > 0)
        timed(t, "Backspace");
}

static void type_text(struct tt *t)
{
    for (int i = 0; i < TEXTS; i++) {
        for (int j = 0; j < LETTERS; j++)
            timed(t, (char[]){(char)('a' + (i + j) % 26), '\0'});
        take_back(t, LETTERS);
    }
}

/* One to two words of the corpus, letter by letter, and away again. */
static void type_words(struct tt *t)
{
    corpus_init();
    for (int i = 0; i < WORDS; i++) {
        char *words = corpus_title(1 + i % 2);
        size_t at = 0, typed = 0;

        while (at < strlen(words)) {
            size_t next = utf8_next(view_of(words), at);
            char *letter = xstrndup(words + at, next - at);

            timed(t, letter);
            free(letter);
            at = next;
            typed++;
        }
        take_back(t, typed);
        free(words);
    }
}

static void open_choices(struct tt *t)
{
    for (int i = 0; i < OPENINGS; i++) {
        timed(t, "F4");
        screen_key(t, "Esc");
    }
}

static void go_through_days(struct tt *t)
{
    for (int i = 0; i < DAYS; i++)
        timed(t, "l");
}

static void press_enter(struct tt *t)
{
    timed(t, "Enter");
}

static void press_n(struct tt *t)
{
    timed(t, "n");
}

/* --- where ------------------------------------------------------------------------ */

static const struct screen_program *odus(int events)
{
    return screen_odus(events, NULL, "complete");
}

static const struct screen_program *odus_grand(int events)
{
    return screen_odus(events, bench_path("forms"), "complete");
}

static const struct screen_program *dialog(int n)
{
    (void)n;
    return screen_dialog();
}

#define TO_MENU "n"
#define TO_FORM TO_MENU, "Enter"
#define TO_VENUE TO_FORM, "PgDn", "Tab"
#define FIVE_ON "PgDn", "PgDn", "PgDn", "PgDn", "PgDn"

static const char *const
        nowhere[] = {NULL},
        *const menu[] = {TO_MENU, NULL}, *const form[] = {TO_FORM, NULL},
        *const venue[] = {TO_VENUE, NULL}, *const venues[] = {TO_VENUE, "F4", NULL},
        *const middle[] = {TO_FORM, FIVE_ON, NULL},
        *const list[] = {TO_FORM, FIVE_ON, FIVE_ON, NULL},
        *const choices[] = {TO_FORM, FIVE_ON, FIVE_ON, "F4", NULL},
        *const search[] = {"/", NULL}, *const appointment[] = {"a", NULL};

enum { BIGGEST = -1 }; /* 1,000,000 events where there are so many, else 100,000 */
enum { REFERENCE = 1, FULL = 2 };

#define FIELDS "from a key to the screen, in a field"
#define LISTS "from a key to the screen, in a list of choices"
#define SEARCH "from a key to the screen, searching as one types"
#define CALCURSE "/usr/bin/calcurse"

static const struct scene {
    const char *section, *label, *path; /* path: skipped where it is not installed */
    const struct screen_program *(*program)(int n);
    int n;
    const char *const *keys, *shows; /* the way there, and what tells that it is */
    void (*type)(struct tt *t);
    int target_ms;
    unsigned flags;
} scenes[] = {
        {FIELDS, "title of an event, most records", NULL, odus, BIGGEST, form, "Title",
                type_text, 5, REFERENCE},
        {FIELDS, "a field among 500", NULL, odus_grand, 10000, middle, "Champ 250",
                type_text, 5, 0},
        {FIELDS, "new record: menu of the forms", NULL, odus, BIGGEST, nowhere,
                "Search", press_n, 0, 0},
        {FIELDS, "new event: form on the screen", NULL, odus, BIGGEST, menu, "Event",
                press_enter, 0, 0},
        {FIELDS, "dialog --form", "/usr/bin/dialog", dialog, 0, nowhere, "Titre",
                type_text, 0, 0},
        {FIELDS, "calcurse, 10,000: hour of a new one", CALCURSE, screen_calcurse,
                10000, appointment, "tart", type_text, 0, 0},
        {FIELDS, "floor: bare ncurses", NULL, screen_floor, 10000, nowhere, "salle",
                type_text, 0, 0},
        {LISTS, "40,000 venues: opening", NULL, odus, BIGGEST, venue, "Usual venue",
                open_choices, 50, 0},
        {LISTS, "40,000 venues: each letter", NULL, odus, BIGGEST, venues,
                "Enter: take", type_words, 5, REFERENCE},
        {LISTS, "100,000 choices: opening", NULL, odus_grand, 10000, list, "Choix",
                open_choices, 50, 0},
        {LISTS, "100,000 choices: each letter", NULL, odus_grand, 10000, choices,
                "Enter: take", type_words, 20, 0},
        {SEARCH, "odus, 10,000 events", NULL, odus, 10000, search, "Search", type_words,
                16, REFERENCE},
        {SEARCH, "odus, 100,000 events", NULL, odus, 100000, search, "Search",
                type_words, 16, 0},
        {SEARCH, "odus, 1,000,000 events", NULL, odus, 1000000, search, "Search",
                type_words, 16, FULL},
        {SEARCH, "calcurse, no appointment: next day", CALCURSE, screen_calcurse, 0,
                nowhere, "Help", go_through_days, 0, 0},
        {SEARCH, "calcurse, 1,000: next day", CALCURSE, screen_calcurse, 1000, nowhere,
                "Help", go_through_days, 0, 0},
        {SEARCH, "calcurse, 10,000: next day", CALCURSE, screen_calcurse, 10000,
                nowhere, "Help", go_through_days, 0, 0},
};

/* --- running ---------------------------------------------------------------------- */

/* The stores are used again: what was typed goes. */
static void drop_drafts(int events)
{
    char name[40];
    struct store *store;
    struct draft *drafts;
    struct err err = {0};
    size_t n;

    snprintf(name, sizeof(name), "store-%d", events);
    if (store_open(&(struct store_options){.dir = bench_path(name)}, &store, &err) < 0)
        return;
    if (draft_list(store, false, &drafts, &n, &err) == 0) {
        for (size_t i = 0; i < n; i++)
            draft_remove(store, drafts[i].uid, &err);
        drafts_free(drafts, n);
    }
    while (store_idle(store))
        continue;
    store_close(store);
}

static void play(const struct scene *s)
{
    int n = s->n != BIGGEST ? s->n : bench_full() ? 1000000 : 100000;
    bool ours = !s->path && s->program != screen_floor;
    struct tt *t;
    long peak;

    if (ours)
        drop_drafts(n); /* of a run that was cut off */
    t = screen_start(s->program(n), NULL);
    screen_keys(t, s->keys);
    screen_expect(t, s->shows);
    bench_clear(&bench);
    s->type(t);
    peak = screen_peak_kib(t);
    tt_free(t);
    if (ours)
        drop_drafts(n);
    bench_row(&bench, &(struct bench_row){.section = s->section,
                              .label = s->label,
                              .reference = s->flags & REFERENCE,
                              .percentile = 99,
                              .target_ms = s->target_ms,
                              .peak_kib = peak});
}

int main(void)
{
    for (size_t i = 0; i < COUNT(scenes); i++)
        if ((!(scenes[i].flags & FULL) || bench_full()) &&
                (!scenes[i].path || access(scenes[i].path, X_OK) == 0))
            play(&scenes[i]);
    corpus_release();
    return 0;
}
