/*
 * Finding things in a store, in process, at several sizes side by side.
 */
#include "bench/bench.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/store/forms_priv.h"
#include "../../src/store/search_priv.h"
#include "bench/corpus.h"
#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"
#include "odus/store/replica.h"
#include "odus/store/search.h"

enum {
    PAGE = 40,
    WORDS_TYPED = 200,
    STANDING_PAGES = 100,
    SEARCH_MS = 16,
    PICKER_MS = 5,
};

static struct store *store;
static struct forms *forms;
static struct err err;
static struct bench bench;
static char section[100];

static void must(int rc)
{
    struct buf text;

    if (rc >= 0)
        return;
    buf_init(&text, 0);
    err_text(&err, NULL, &text);
    fprintf(stderr, "bench_store: %s\n", text.s);
    exit(1);
}

static void report(const char *label, double target_ms)
{
    bench_row(&bench, &(struct bench_row){.section = section,
                              .label = label,
                              .percentile = 99,
                              .target_ms = target_ms});
    bench_clear(&bench);
}

/* --- searching -------------------------------------------------------------------- */

static int page(
        const struct search_query *q, const struct search_key *key, bool forward)
{
    struct search_row rows[PAGE];
    int n;

    bench_begin(&bench);
    n = search_page(store, q, key, forward, rows, PAGE, &err);
    bench_end(&bench);
    must(n);
    search_rows_release(rows, (size_t)n);
    return n;
}

/* Types one to three words of some title, letter by letter. */
static void type_words(
        struct search_query *q, int words, const struct search_key *key, bool counted)
{
    for (int i = 0; i < WORDS_TYPED; i++) {
        char *text = corpus_title(words);
        size_t n = strlen(text);

        for (size_t at = words == 1 ? 0 : n / 2; at < n;) {
            char *typed;

            at = utf8_next(view_of(text), at);
            typed = xstrndup(text, at);
            q->words = typed;
            if (counted) {
                bench_begin(&bench);
                search_count(store, q, 1001);
                bench_end(&bench);
            } else {
                page(q, key, true);
            }
            free(typed);
        }
        free(text);
    }
    q->words = NULL;
}

#define QUERY ((struct search_query){.after = SEARCH_ANY_DAY, .before = SEARCH_ANY_DAY})

static void bench_search(void)
{
    struct search_key today = search_day_key(CORPUS_TODAY);
    struct search_query q = QUERY;

    for (int i = 0; i < 1000; i++)
        page(&q, &today, i % 2);
    report("first page of today", 1);
    type_words(&q, 1, &today, false);
    report("a word, each letter", SEARCH_MS);
    type_words(&q, 1, NULL, true);
    report("a word, counted to 1001", SEARCH_MS);
    type_words(&q, 3, &today, false);
    report("three words, each letter", SEARCH_MS);
}

static void bench_filters(void)
{
    struct search_key today = search_day_key(CORPUS_TODAY);
    struct search_query q = QUERY;

    q.organiser = "ba";
    type_words(&q, 1, &today, false);
    report("word and organiser:", SEARCH_MS);
    q = QUERY;
    q.place = "salle grave";
    type_words(&q, 1, &today, false);
    report("word and lieu:", SEARCH_MS);
    q = QUERY;
    q.genre = "cirque";
    type_words(&q, 1, &today, false);
    report("word and genre of 1 %", SEARCH_MS);
    type_words(&q, 1, NULL, true);
    report("word and genre of 1 %, counted", SEARCH_MS);
    q = QUERY;
    q.status = "a_relire";
    type_words(&q, 1, NULL, false);
    report("word and status of 0.1 %", SEARCH_MS);
}

/* --- where records stand ---------------------------------------------------------- */

static void stand(enum search_standing standing, const char *label)
{
    struct search_key today = search_day_key(CORPUS_TODAY);
    struct search_query q = QUERY;

    q.standing = standing;
    for (int i = 0; i < STANDING_PAGES; i++)
        page(&q, &today, i % 2);
    report(label, SEARCH_MS);
}

static void change(const char *sql)
{
    must(db_run(store->data, &err, sql, BIND_NONE));
}

/* With a server, in a transaction that is taken back: the store stays as it was. */
static void bench_standings(void)
{
    struct search_query q = QUERY;
    int64_t peer;

    must(store_begin_data(store, DB_SYNC_NORMAL, &err));
    must(replica_peer(store, "https://bench.example", &peer, NULL, &err));
    stand(SEARCH_WAITING, "waiting, when all does");
    change("delete from unsent where rev % 20 <> 0");
    stand(SEARCH_WAITING, "waiting, when 5 % does");
    change("delete from unsent where rev % 60 <> 0");
    stand(SEARCH_WAITING, "waiting, when 1.7 % does");
    q.standing = SEARCH_WAITING;
    type_words(&q, 1, NULL, false);
    report("word and waiting of 1.7 %", SEARCH_MS);
    change("delete from unsent where rev % 1020 <> 0");
    stand(SEARCH_WAITING, "waiting, when 0.1 % does");
    q.standing = SEARCH_WAITING;
    type_words(&q, 1, NULL, false);
    report("word and waiting of 0.1 %", SEARCH_MS);
    stand(SEARCH_SENT, "sent, when 99.9 % is");
    change("update record set leaves = 2 where id % 1000 = 1");
    stand(SEARCH_CONFLICT, "in conflict: 0.1 %");
    change("update record set held = 1 where id % 1000 = 2");
    stand(SEARCH_COMPLETE, "complete: 0.1 %");
    change("delete from unsent");
    stand(SEARCH_WAITING, "waiting, when nothing does");
    (void)store_end(store, store->data, ERR_BUSY, &err);
    err_clear(&err);
}

static void bench_choices(void)
{
    static char lieu[] = "lieu";
    static char *const types[] = {lieu, NULL};
    struct choice choices[PAGE];

    for (int i = 0; i < WORDS_TYPED; i++) {
        char *text = corpus_title(2);

        for (size_t at = 0; at <= strlen(text); at++) {
            char *typed = xstrndup(text, at);
            int n;

            bench_begin(&bench);
            n = search_choices(store, types, typed, choices, PAGE, &err);
            bench_end(&bench);
            must(n);
            choices_release(choices, (size_t)n);
            free(typed);
        }
        free(text);
    }
    report("venues, each letter", PICKER_MS);
}

static void ask(const char *label, const char *name, const char *const *args, int nargs,
        double target_ms)
{
    struct buf out;

    buf_init(&out, 0);
    for (int i = 0; i < 1000; i++) {
        buf_clear(&out);
        bench_begin(&bench);
        forms_lookup(forms, name, args, nargs, &out);
        bench_end(&bench);
    }
    report(label, target_ms);
    buf_release(&out);
}

static void bench_lookups(void)
{
    char day[DATE_ISO_SIZE], start[40], end[40];
    const char *name = "Théâtre con ba", *venue = corpus_uid('b', 7);

    date_iso(CORPUS_TODAY, day);
    snprintf(start, sizeof(start), "%sT20:30[Europe/Paris]", day);
    snprintf(end, sizeof(end), "%sT22:00[Europe/Paris]", day);
    ask("ref_value", "ref_value", (const char *[]){venue, "adresse.commune"}, 2, 0.1);
    ask("near_duplicate of a venue", "near_duplicate",
            (const char *[]){"", "lieu", name, "05023", NULL}, 5, PICKER_MS);
    ask("near_duplicate of an event", "near_duplicate",
            (const char *[]){"", "evenement", name, "05023", day}, 5, PICKER_MS);
    ask("venue_clash", "venue_clash", (const char *[]){"", venue, start, end, "x"}, 5,
            PICKER_MS);
    ask("town_clash", "town_clash",
            (const char *[]){"", "05023", start, end, "familles"}, 5, PICKER_MS);
}

/* --- a long list ------------------------------------------------------------------ */

static void type_choices(void)
{
    struct choice choices[PAGE];

    for (int i = 0; i < WORDS_TYPED; i++) {
        char *text = corpus_title(2);

        for (size_t at = 0; at <= strlen(text); at++) {
            char *typed = xstrndup(text, at);
            int n;

            bench_begin(&bench);
            n = lists_choices(store, "villes", typed, NULL, NULL, choices, PAGE, &err);
            bench_end(&bench);
            must(n);
            choices_release(choices, (size_t)n);
            free(typed);
        }
        free(text);
    }
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void bench_list(void)
{
    char *folder = xasprintf("%s/list-store", getenv("TMPDIR"));
    struct buf csv;

    buf_init(&csv, 0);
    corpus_communes(&csv);
    must(store_open(&(struct store_options){.dir = folder}, &store, &err));
    bench_begin(&bench);
    must(lists_load(store, "villes", buf_view(&csv), true, &err));
    bench_end(&bench);
    snprintf(section, sizeof(section), "a list of %d communes, in process",
            CORPUS_COMMUNES);
    report("loading it", 0);
    type_choices();
    report("each letter", PICKER_MS);
    store_close(store);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    buf_release(&csv);
    free(folder);
}

/* --- main ------------------------------------------------------------------------- */

static void run(int events)
{
    char *name = xasprintf("store-%d", events);

    snprintf(section, sizeof(section), "finding among %d events, in process", events);
    must(store_open(&(struct store_options){.dir = bench_path(name)}, &store, &err));
    forms = forms_new(
            store, &(struct forms_options){.dir = getenv("ODUS_FORMS"), .lang = "fr"});
    bench_search();
    bench_filters();
    bench_standings();
    bench_choices();
    bench_lookups();
    forms_free(forms);
    store_close(store);
    free(name);
}

int main(void)
{
    if (!getenv("ODUS_FORMS") || !getenv("TMPDIR")) {
        fputs("to be run by tests/run-bench.sh\n", stderr);
        return 2;
    }
    corpus_init();
    run(10000);
    run(100000);
    if (bench_full())
        run(1000000);
    bench_list();
    corpus_release();
    return 0;
}
