#include "bench/corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/store/tree.h"
#include "odus/base/date.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "odus/store/record.h"

enum { VOCABULARY = 40000, STRUCTURES = 2000, AT_ONCE = 20000 };

static char **vocabulary;
static uint64_t weights[VOCABULARY]; /* of a word and all before it */
static uint64_t seed;

/* --- words ------------------------------------------------------------------------ */

static uint64_t chance64(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) % below;
}

uint32_t corpus_chance(uint32_t below)
{
    return (uint32_t)chance64(below);
}

static char *make_word(int rank)
{
    static const char *const parts[] = {"ba", "con", "dé", "fi", "gra", "lu", "mi",
            "no", "pe", "qui", "ro", "sè", "te", "tra", "val", "vi", "chan", "cha",
            "thé", "œu"};
    struct buf b;

    buf_init(&b, 0);
    for (uint32_t n = 1 + corpus_chance(2) + (rank > 100) + (rank > 5000); n > 0; n--)
        buf_adds(&b, parts[corpus_chance(COUNT(parts))]);
    return buf_take(&b);
}

void corpus_init(void)
{
    uint64_t sum = 0;

    corpus_release();
    seed = 0x9E3779B97F4A7C15u;
    vocabulary = xcalloc(VOCABULARY, sizeof(*vocabulary));
    for (int i = 0; i < VOCABULARY; i++) {
        vocabulary[i] = make_word(i);
        weights[i] = sum += 1000000000u / (uint64_t)(i + 1);
    }
}

void corpus_release(void)
{
    for (int i = 0; vocabulary && i < VOCABULARY; i++)
        free(vocabulary[i]);
    free(vocabulary);
    vocabulary = NULL;
}

const char *corpus_word(void)
{
    uint64_t at = chance64(weights[VOCABULARY - 1]);
    int low = 0, high = VOCABULARY - 1;

    while (low < high) {
        int middle = (low + high) / 2;

        if (weights[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return vocabulary[low];
}

char *corpus_title(int words)
{
    struct buf b;

    buf_init(&b, 0);
    for (int i = 0; i < words; i++)
        buf_addf(&b, "%s%s", i ? " " : "", corpus_word());
    return buf_take(&b);
}

const char *corpus_uid(char kind, int n)
{
    static char texts[4][37];
    static unsigned turn;
    char *text = texts[turn++ % 4];

    snprintf(text, sizeof(texts[0]), "01900000-000%c-7000-8000-%012d", kind, n);
    return text;
}

static const struct {
    const char *code, *name;
} towns[] = {{"05023", "Briançon"}, {"05063", "La Grave"}, {"05093", "Névache"},
        {"05161", "La Salle-les-Alpes"}, {"05177", "Vars"}};

static const char *const genres[] = {"theatre", "concert_classique", "concert_jazz",
        "conte", "danse", "concert_chanson", "marionnette", "humour"};

/* --- bodies ----------------------------------------------------------------------- */

static void set_text(struct json *object, const char *key, const char *text)
{
    json_set_take(object, key, json_text(view_of(text)));
}

static void set_french(struct json *object, const char *key, const char *text)
{
    struct json *languages = json_new_object();

    set_text(languages, "fr", text);
    json_set_take(object, key, languages);
}

static struct json *new_body(const struct summary *s)
{
    struct json *body = json_new_object();

    set_text(body, "_id", s->uid);
    set_text(body, "uid", s->uid);
    set_text(body, "modifie_par", "Anne");
    set_text(body, "cree_le", "2026-01-15T08:30:00Z");
    set_text(body, "modifie_le", "2026-01-15T08:30:00Z");
    set_text(body, "visibilite", "public");
    set_text(body, "licence", "LO-2.0");
    set_text(body, "type", s->type);
    set_text(body, "statut_fiche", s->status);
    return body;
}

static struct json *seances_of(const struct occurrence *o)
{
    struct json *rows = json_new_array(), *row = json_new_object();
    char day[DATE_ISO_SIZE], text[60];

    date_iso(o->day, day);
    set_text(row, "id", "1");
    snprintf(text, sizeof(text), "%sT%02d:%02d[Europe/Paris]", day, o->start / 60,
            o->start % 60);
    set_text(row, "debut", text);
    snprintf(text, sizeof(text), "%sT%02d:%02d[Europe/Paris]", day, o->end / 60,
            o->end % 60);
    set_text(row, "fin", text);
    json_push_take(rows, row);
    return rows;
}

/* --- records ---------------------------------------------------------------------- */

/* What record_put writes for a new record, without asking what may stand in its way. */
static int put(struct store *store, const struct summary *s, struct json *body,
        struct err *err)
{
    char rev[REV_MAX];
    struct tree_leaf leaf = {
            .rev = rev, .parent = "", .reach = REACH_PUBLIC, .peer = TREE_HERE};
    struct tree_state now;
    struct buf text;
    int64_t id = 0;
    int rc = index_write(store->data, s, &id, err);

    buf_init(&text, 0);
    json_canonical(body, &text);
    record_rev(NULL, false, buf_view(&text), rev);
    leaf.body = buf_view(&text);
    if (rc == 0)
        rc = tree_record(store->data, id, "commons", err);
    if (rc == 0)
        rc = tree_add(store->data, id, &leaf, err);
    if (rc == 0)
        rc = tree_settle(store->data, id, NULL, &now, err);
    buf_release(&text);
    json_free(body);
    return rc;
}

/* A record without a date: a venue, a structure. */
static int put_undated(struct store *store, char kind, int n, const char *title,
        const char *type, struct err *err)
{
    size_t town = (size_t)n % COUNT(towns);
    struct summary s = {.uid = xstrdup(corpus_uid(kind, n)),
            .type = xstrdup(type),
            .status = xstrdup("publie"),
            .title = xstrdup(title),
            .subtitle = xstrdup(towns[town].name),
            .town = xstrdup(towns[town].name)};
    struct json *address = json_new_object(), *body = new_body(&s);
    int rc;

    set_text(body, "nom", title);
    set_text(address, "commune", towns[town].code);
    json_set_take(body, "adresse", address);
    rc = put(store, &s, body, err);
    summary_release(&s);
    return rc;
}

static int put_venue(struct store *store, int n, struct err *err)
{
    char *title = corpus_title(3);
    int rc = put_undated(store, 'b', n, title, "lieu", err);

    free(title);
    return rc;
}

static int put_structure(struct store *store, int n, struct err *err)
{
    char *title = xasprintf("Association %s", vocabulary[n]);
    int rc = put_undated(store, 'c', n, title, "structure", err);

    free(title);
    return rc;
}

static struct json *event_body(const struct summary *s)
{
    struct json *body = new_body(s);
    char *teaser = corpus_title(12);

    set_french(body, "titre", s->title);
    set_french(body, "accroche", teaser);
    set_text(body, "lieu", s->place);
    set_text(body, "organisateur", s->organiser);
    set_text(body, "genre", s->genre);
    set_text(body, "mode", "presentiel");
    json_set_take(body, "seances", seances_of(s->days));
    free(teaser);
    return body;
}

static int put_event(
        struct store *store, int n, int32_t day, int events, struct err *err)
{
    uint32_t venue = corpus_chance((uint32_t)corpus_venues(events));
    uint32_t organiser = corpus_chance(STRUCTURES);
    struct summary s = {.uid = xstrdup(corpus_uid('a', n)),
            .type = xstrdup("evenement"),
            .status = xstrdup(corpus_chance(1000) ? "publie" : "a_relire"),
            .title = corpus_title(3 + (int)corpus_chance(5)),
            .place_name = xasprintf("Salle %s", vocabulary[venue % VOCABULARY]),
            .town = xstrdup(towns[venue % COUNT(towns)].name),
            .organiser_name = xasprintf("Association %s", vocabulary[organiser]),
            .place = xstrdup(corpus_uid('b', (int)venue)),
            .organiser = xstrdup(corpus_uid('c', (int)organiser)),
            .genre = xstrdup(corpus_chance(100) ? genres[corpus_chance(COUNT(genres))]
                                                : "cirque"),
            .days = xcalloc(1, sizeof(*s.days)),
            .ndays = 1};
    int rc;

    s.days->day = day;
    s.days->start = (int16_t)(17 * 60 + 30 * (int)corpus_chance(9));
    s.days->end = (int16_t)(s.days->start + 90);
    s.days->count = 1;
    s.days->place = xstrdup(s.place);
    rc = put(store, &s, event_body(&s), err);
    summary_release(&s);
    return rc;
}

/* --- the whole -------------------------------------------------------------------- */

int corpus_venues(int events)
{
    return events >= 100000 ? CORPUS_VENUES : events / 25;
}

static int put_one(struct store *store, int n, int events, struct err *err)
{
    int venues = corpus_venues(events);

    if (n < venues)
        return put_venue(store, n, err);
    if (n < venues + STRUCTURES)
        return put_structure(store, n - venues, err);
    n -= venues + STRUCTURES;
    return put_event(store, n,
            CORPUS_TODAY - CORPUS_DAYS / 2 +
                    (int32_t)((int64_t)n * CORPUS_DAYS / events),
            events, err);
}

int corpus_fill(struct store *store, int events, struct err *err)
{
    int total = events ? corpus_venues(events) + STRUCTURES + events : 0;
    int rc = 0;

    for (int n = 0; rc == 0 && n < total; n += AT_ONCE) {
        rc = record_bulk_begin(store, err);
        for (int i = n; rc == 0 && i < total && i < n + AT_ONCE; i++)
            rc = put_one(store, i, events, err);
        if (rc == 0)
            rc = record_bulk_end(store, true, err);
    }
    while (rc == 0 && store_idle(store))
        continue;
    return rc;
}

int corpus_add(struct store *store, int first, int n, struct err *err)
{
    enum { AS_AMONG = 10000 }; /* venues enough for so many */
    int rc = record_bulk_begin(store, err);

    for (int i = 0; rc == 0 && i < n; i++)
        rc = put_event(store, first + i, CORPUS_TODAY + i % CORPUS_DAYS, AS_AMONG, err);
    return rc ? rc : record_bulk_end(store, true, err);
}

void corpus_communes(struct buf *out)
{
    buf_adds(out, "code,label,code_postal\n");
    for (int i = 0; i < CORPUS_COMMUNES; i++) {
        const char *first = corpus_word();

        buf_addf(out, "%05d,Saint-%s-%s,%05d\n", i, first, corpus_word(), i / 7 * 10);
    }
}
