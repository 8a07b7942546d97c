/*
 * The form engine with the real forms and a store behind it: all rules of an event with
 * few and with many performances, and one row more in a long repeat, journal included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/corpus.h"
#include "odus/app/entry.h"
#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "odus/store/forms.h"

enum { TIMES = 200, ROWS_ADDED = 30, SEANCES_MAX = 800, ROWS_MAX = 1000 };

#define RULES "rules of an event, in process"
#define ROWS "one row more, journal included, in process"

static struct bench bench;
static struct err err;

static void must(int rc)
{
    struct buf text;

    if (rc >= 0)
        return;
    buf_init(&text, 0);
    err_text(&err, NULL, &text);
    fprintf(stderr, "bench_rules: %s\n", text.s);
    exit(1);
}

static void report(const char *section, const char *label, int percentile,
        double target_ms, bool reference)
{
    bench_row(&bench, &(struct bench_row){.section = section,
                              .label = label,
                              .reference = reference,
                              .percentile = percentile,
                              .target_ms = target_ms,
                              .peak_kib = bench_peak_kib(0)});
    bench_clear(&bench);
}

/* --- rules ------------------------------------------------------------------------ */

static void add_seance(struct rec *rec, int table, int n)
{
    const struct form *form = rec_form(rec);
    int start = form_field_find(form, VIEW_LIT("seances.debut"));
    int end = form_field_find(form, VIEW_LIT("seances.fin"));
    char day[DATE_ISO_SIZE], id[20], text[60];

    snprintf(id, sizeof(id), "%d", n);
    rec_row_insert(rec, table, n, view_of(id));
    date_iso(CORPUS_TODAY + n, day);
    snprintf(text, sizeof(text), "%sT20:30[Europe/Paris]", day);
    rec_set(rec, (struct rec_at){.field = start, .row = n}, view_of(text));
    snprintf(text, sizeof(text), "%sT22:00[Europe/Paris]", day);
    rec_set(rec, (struct rec_at){.field = end, .row = n}, view_of(text));
}

static struct rec *event(const struct form *form, int seances)
{
    struct rec *rec = rec_new(form);
    int start = form_field_find(form, VIEW_LIT("seances.debut"));

    rec_put(rec, "uid", "01900000-000f-7000-8000-000000000001");
    rec_put(rec, "titre", "Contes d'hiver");
    rec_put(rec, "mode", "presentiel");
    rec_put(rec, "genre", "conte");
    rec_put(rec, "accroche", "Une heure d'histoires au coin du feu.");
    rec_put(rec, "lieu", corpus_uid('b', 7));
    rec_put(rec, "organisateur", corpus_uid('c', 7));
    for (int i = 0; i < seances; i++)
        add_seance(rec, form->fields[start].table, i);
    return rec;
}

static void time_all(struct engine *engine, int seances)
{
    char *label = xasprintf("all of them, %d performances", seances);

    for (int i = 0; i < TIMES; i++) {
        bench_begin(&bench);
        engine_refresh(engine);
        bench_end(&bench);
    }
    report(RULES, label, 50, seances == 10 ? 0.5 : 0, seances == 10);
    free(label);
}

/* Nothing is remembered of other records: each question goes to the store again. */
static void time_changed_store(struct engine *engine, struct store *store, int seances)
{
    char *label = xasprintf("the store has changed, %d performances", seances);

    for (int i = 0; i < TIMES; i++) {
        must(store_meta_set(store, "bench", i % 2 ? NULL : "1", &err));
        bench_begin(&bench);
        engine_refresh(engine);
        bench_end(&bench);
    }
    report(RULES, label, 0, 0, false);
    free(label);
}

static void time_title(struct engine *engine, struct rec *rec, int seances)
{
    char *label = xasprintf("the title has changed, %d performances", seances);
    const char *title = "titre";
    int field = form_field_find(rec_form(rec), view_of(title));

    for (int i = 0; i < TIMES; i++) {
        rec_put(rec, title, i % 2 ? "Contes d'hiver" : "Contes de Noël");
        bench_begin(&bench);
        engine_changed(engine, (struct rec_at){.field = field});
        bench_end(&bench);
    }
    report(RULES, label, 0, 0, false);
    free(label);
}

static void rules(int seances)
{
    const char *path = bench_path("store-100000");
    struct engine *engine;
    const struct form *form;
    struct store *store;
    struct forms *forms;
    struct rec *rec;

    must(store_open(&(struct store_options){.dir = path}, &store, &err));
    forms = forms_new(
            store, &(struct forms_options){.dir = getenv("ODUS_FORMS"), .lang = "fr"});
    bench_begin(&bench);
    must(forms_get(forms, "evenement", &form, &engine, &err));
    bench_end(&bench);
    if (seances == 10)
        report(RULES, "the form read and compiled", 0, 0, false);
    bench_clear(&bench);
    rec = event(form, seances);
    engine_attach(engine, rec);
    time_all(engine, seances);
    time_changed_store(engine, store, seances);
    time_title(engine, rec, seances);
    engine_attach(engine, NULL);
    rec_free(rec);
    forms_free(forms);
    store_close(store);
}

/* --- rows ------------------------------------------------------------------------- */

static struct app *open_app(const char *forms)
{
    char *path = xasprintf("%s/rows-store", getenv("TMPDIR"));
    struct app *app;

    must(app_open(
            &(struct app_options){.store_dir = path, .forms_dir = forms, .lang = "fr"},
            &app, &err));
    free(path);
    return app;
}

static int table_of(const struct form *form, const char *field)
{
    return form->fields[form_field_find(form, view_of(field))].table;
}

/* The last row that TYPE's repeat may have, again and again. */
static void add_rows(struct app *app, const char *type, const char *field, int rows)
{
    struct entry *en;
    int table, row;

    must(entry_new(app, type, &en, &err));
    table = table_of(entry_form(en), field);
    for (int i = rec_rows(entry_rec(en), table); i < rows - 1; i++)
        must(entry_row_add(en, table, &row, &err));
    for (int i = 0; i < ROWS_ADDED; i++) {
        bench_begin(&bench);
        must(entry_row_add(en, table, &row, &err));
        bench_end(&bench);
        must(entry_row_remove(en, table, row, &err));
    }
    must(entry_discard(en, &err));
    entry_close(en);
}

static void event_rows(int rows)
{
    struct app *app = open_app(getenv("ODUS_FORMS"));
    char *label = xasprintf("performance %d of an event", rows);

    add_rows(app, "evenement", "seances.debut", rows);
    report(ROWS, label, 95, 50, rows == 10);
    free(label);
    app_close(app);
}

static void plain_rows(int rows)
{
    struct app *app = open_app(bench_path("forms"));
    char *label = xasprintf("row %d of a plain repeat", rows);

    add_rows(app, "grand", "lignes.nom", rows);
    report(ROWS, label, 95, 50, false);
    free(label);
    app_close(app);
}

/* --- main ------------------------------------------------------------------------- */

/* In a process of its own, so that its memory is its own. */
static void apart(void (*fn)(int n), int n)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        fn(n);
        exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
        exit(1);
}

int main(void)
{
    if (!getenv("ODUS_FORMS") || !getenv("TMPDIR") ||
            clock_init(strchr(CORPUS_NOW, '=') + 1, &err) < 0) {
        fputs("to be run by tests/run-bench.sh\n", stderr);
        return 2;
    }
    apart(rules, 10);
    apart(rules, 200);
    apart(rules, SEANCES_MAX);
    apart(event_rows, 10);
    apart(event_rows, 200);
    apart(event_rows, SEANCES_MAX);
    apart(plain_rows, ROWS_MAX);
    return 0;
}
