/*
 * Finding things in a store, at several sizes side by side: 10,000 and 100,000 rows of
 * the agenda, and 1,000,000 when ODUS_BENCH_MILLION is set (a minute to fill). Titles
 * are words of a Zipf vocabulary, as in real texts.
 */
#include "bench/bench.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/store/forms_priv.h"
#include "../../src/store/search_priv.h"
#include "odus/base/date.h"
#include "odus/base/utf8.h"
#include "odus/store/lists.h"
#include "odus/store/search.h"

enum {
    VOCABULARY = 40000,
    YEARS_DAYS = 3650,
    TODAY = 20792, /* 2026-12-05 */
    PAGE = 40,
    COMMUNES = 35000,
    WORDS_TYPED = 200,
};

static struct store *store;
static struct forms *forms;
static char **vocabulary;
static int venues;
static struct err err;
static struct bench bench;
static char label[100];

/* --- chance, the same in every run ------------------------------------------------ */

static uint64_t seed = 0x9E3779B97F4A7C15u;

static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 11) % below);
}

/* Rank r has a share of about 1/r. */
static const char *any_word(void)
{
    uint32_t span = 1 + chance(1000);
    uint32_t rank = (uint32_t)((uint64_t)VOCABULARY * span * span / 1000000);

    return vocabulary[chance(rank ? rank : 1)];
}

static void make_vocabulary(void)
{
    static const char *const parts[] = {"ba", "con", "d\xC3\xA9", "fi", "gra", "lu",
            "mi", "no", "pe", "qui", "ro", "s\xC3\xA8", "te", "tra", "val", "vi",
            "chan", "cha", "th\xC3\xA9", "\xC5\x93u"};

    vocabulary = xcalloc(VOCABULARY, sizeof(*vocabulary));
    for (int i = 0; i < VOCABULARY; i++) {
        struct buf b;

        buf_init(&b, 0);
        for (uint32_t n = 1 + chance(2) + (i > 100) + (i > 5000); n > 0; n--)
            buf_adds(&b, parts[chance(COUNT(parts))]);
        vocabulary[i] = buf_take(&b);
    }
}

/* --- filling ---------------------------------------------------------------------- */

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

static const char *uid_of(char kind, int n)
{
    static char texts[4][37];
    static unsigned turn;
    char *text = texts[turn++ % 4];

    snprintf(text, sizeof(texts[0]), "01900000-000%c-7000-8000-%012d", kind, n);
    return text;
}

static char *title_of(int words)
{
    struct buf b;

    buf_init(&b, 0);
    for (int i = 0; i < words; i++)
        buf_addf(&b, "%s%s", i ? " " : "", any_word());
    return buf_take(&b);
}

static const char *commune_of(int venue)
{
    static const char *const codes[] = {"05023", "05063", "05093", "05161", "05177"};

    return codes[venue % (int)COUNT(codes)];
}

static const char *town_of(int venue)
{
    static const char *const names[] = {"Brian\xC3\xA7on", "La Grave", "N\xC3\xA9vache",
            "La Salle-les-Alpes", "Vars"};

    return names[venue % (int)COUNT(names)];
}

static void put_venue(int n)
{
    struct occurrence o = {.start = -1, .end = -1};
    char *title = title_of(3), rev[REV_MAX];
    struct summary s = {.uid = (char *)uid_of('b', n),
            .type = (char *)"lieu",
            .status = (char *)"publie",
            .title = title,
            .town = (char *)town_of(n),
            .days = &o,
            .ndays = 1};
    struct json *body = json_new_object(), *address = json_new_object();

    json_set_take(body, "_id", json_text(view_of(s.uid)));
    json_set_take(body, "nom", json_text(view_of(title)));
    json_set_take(body, "statut_fiche", json_text(VIEW_LIT("publie")));
    json_set_take(address, "commune", json_text(view_of(commune_of(n))));
    json_set_take(body, "adresse", address);
    must(record_put(store, NULL, body, &s, NULL, rev, &err));
    json_free(body);
    free(title);
}

static void put_event(int n, int total)
{
    int venue = (int)chance((uint32_t)venues);
    char *title = title_of(3 + (int)chance(5));
    struct buf text;
    char *place = xasprintf("Salle %s", vocabulary[venue % VOCABULARY]);
    char *organiser = xasprintf("Association %s", vocabulary[venue % 2000]);
    struct occurrence o = {
            .day = TODAY - YEARS_DAYS / 2 + (int32_t)((int64_t)n * YEARS_DAYS / total),
            .start = (int16_t)(17 * 60 + 30 * chance(9)),
            .count = 1,
            .place = (char *)uid_of('b', venue)};
    struct summary s = {.uid = (char *)uid_of('a', n),
            .type = (char *)"evenement",
            .status = (char *)(chance(1000) ? "publie" : "a_relire"),
            .title = title,
            .place_name = place,
            .town = (char *)town_of(venue),
            .organiser_name = organiser,
            .place = o.place,
            .organiser = organiser,
            .genre = (char *)(chance(100) ? "theatre" : "cirque"),
            .days = &o,
            .ndays = 1};

    o.end = (int16_t)(o.start + 90);
    buf_init(&text, 0);
    search_facet(FACET_TYPE, s.type, &text);
    search_facet(FACET_STATUS, s.status, &text);
    search_facet(FACET_GENRE, s.genre, &text);
    s.text = text.s;
    must(index_write(store->data, &s, NULL, &err));
    buf_release(&text);
    free(title);
    free(place);
    free(organiser);
}

static void fill(int events)
{
    venues = events / 25;
    must(record_bulk_begin(store, &err));
    for (int i = 0; i < venues; i++)
        put_venue(i);
    for (int i = 0; i < events; i++)
        put_event(i, events);
    must(record_bulk_end(store, true, &err));
    while (store_idle(store))
        continue;
}

/* --- searching -------------------------------------------------------------------- */

static void begin(const char *what, int events)
{
    snprintf(label, sizeof(label), "%s, %d rows", what, events);
    bench_init(&bench, label);
}

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
        char *text = title_of(words);
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

static void bench_search(int events)
{
    struct search_key today = search_day_key(TODAY);
    struct search_query q = QUERY;

    begin("first page of today", events);
    for (int i = 0; i < 1000; i++)
        page(&q, &today, i % 2);
    bench_report(&bench, 1000);
    begin("a word, each letter", events);
    type_words(&q, 1, &today, false);
    bench_report(&bench, 16000);
    begin("a word, counted to 1001", events);
    type_words(&q, 1, NULL, true);
    bench_report(&bench, 16000);
    begin("three words, each letter", events);
    type_words(&q, 3, &today, false);
    bench_report(&bench, 16000);
}

static void bench_filters(int events)
{
    struct search_key today = search_day_key(TODAY);
    struct search_query q = QUERY;

    q.organiser = "ba";
    begin("word and organiser:", events);
    type_words(&q, 1, &today, false);
    bench_report(&bench, 16000);
    q = QUERY;
    q.place = "salle grave";
    begin("word and lieu:", events);
    type_words(&q, 1, &today, false);
    bench_report(&bench, 16000);
    q = QUERY;
    q.genre = "cirque";
    begin("word and genre of 1 %", events);
    type_words(&q, 1, &today, false);
    bench_report(&bench, 16000);
    begin("word and genre of 1 %, counted", events);
    type_words(&q, 1, NULL, true);
    bench_report(&bench, 16000);
    q = QUERY;
    q.status = "a_relire";
    begin("word and status of 0.1 %", events);
    type_words(&q, 1, NULL, false);
    bench_report(&bench, 16000);
}

static void bench_choices(int events)
{
    static char lieu[] = "lieu";
    static char *const types[] = {lieu, NULL};
    struct choice choices[PAGE];

    begin("venues, each letter", events);
    for (int i = 0; i < WORDS_TYPED; i++) {
        char *text = title_of(2);

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
    bench_report(&bench, 5000);
}

static void ask(const char *what, const char *name, const char *const *args, int nargs,
        int events, double budget)
{
    struct buf out;

    buf_init(&out, 0);
    begin(what, events);
    for (int i = 0; i < 1000; i++) {
        buf_clear(&out);
        bench_begin(&bench);
        forms_lookup(forms, name, args, nargs, &out);
        bench_end(&bench);
    }
    bench_report(&bench, budget);
    buf_release(&out);
}

static void bench_lookups(int events)
{
    char day[DATE_ISO_SIZE], start[40], end[40];
    const char *name = "Th\xC3\xA9\xC3\xA2tre con ba", *venue = uid_of('b', 7);

    date_iso(TODAY, day);
    snprintf(start, sizeof(start), "%sT20:30[Europe/Paris]", day);
    snprintf(end, sizeof(end), "%sT22:00[Europe/Paris]", day);
    ask("ref_value", "ref_value", (const char *[]){venue, "adresse.commune"}, 2, events,
            100);
    ask("near_duplicate of a venue", "near_duplicate",
            (const char *[]){"", "lieu", name, "05023", NULL}, 5, events, 5000);
    ask("near_duplicate of an event", "near_duplicate",
            (const char *[]){"", "evenement", name, "05023", day}, 5, events, 5000);
    ask("venue_clash", "venue_clash", (const char *[]){"", venue, start, end, "x"}, 5,
            events, 5000);
    ask("town_clash", "town_clash",
            (const char *[]){"", "05023", start, end, "familles"}, 5, events, 5000);
}

/* --- a long list ------------------------------------------------------------------ */

static void make_communes(struct buf *csv)
{
    buf_init(csv, 0);
    buf_adds(csv, "code,label,code_postal\n");
    for (int i = 0; i < COMMUNES; i++)
        buf_addf(csv, "%05d,Saint-%s-%s,%05d\n", i, any_word(), any_word(), i / 7 * 10);
}

static void bench_list(void)
{
    struct choice choices[PAGE];
    struct buf csv;

    make_communes(&csv);
    must(lists_load(store, "villes", buf_view(&csv), true, &err));
    buf_release(&csv);
    snprintf(label, sizeof(label), "communes, each letter, %d", COMMUNES);
    bench_init(&bench, label);
    for (int i = 0; i < WORDS_TYPED; i++) {
        char *text = title_of(2);

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
    bench_report(&bench, 5000);
}

/* --- main ------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void run(int events)
{
    const char *tmp = getenv("TMPDIR"), *dir = getenv("ODUS_FORMS");
    char *folder = xasprintf("%s/odus-bench-XXXXXX", tmp ? tmp : "/tmp");
    char *path;

    if (!mkdtemp(folder))
        exit(1);
    path = xasprintf("%s/store", folder);
    must(store_open(&(struct store_options){.dir = path}, &store, &err));
    forms = forms_new(
            store, &(struct forms_options){.dir = dir ? dir : "forms", .lang = "fr"});
    fill(events);
    bench_search(events);
    bench_filters(events);
    bench_choices(events);
    bench_lookups(events);
    bench_list();
    forms_free(forms);
    store_close(store);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(path);
    free(folder);
}

int main(void)
{
    const char *million = getenv("ODUS_BENCH_MILLION");

    make_vocabulary();
    run(10000);
    run(100000);
    if (million && *million)
        run(1000000);
    for (int i = 0; i < VOCABULARY; i++)
        free(vocabulary[i]);
    free(vocabulary);
    return bench_status();
}
