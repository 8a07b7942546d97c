/*
 * The places and organisers of the store, by their names and identifiers elsewhere.
 * They are read once for an import: thousands of events name the same few hundred.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "import_foreign.h"
#include "odus/app/records.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/store/draft.h"

enum { BUCKETS = 8192, PLANNED_MAX = 20000, CODE_SIZE = 16, NAMES_MAX = 4096 };

#define NEAR_M 100.0
#define DEGREE_M 111195.0 /* of a meridian, on a sphere of 6371 km */

struct place {
    char uid[UUID_TEXT];
    double lat, lon; /* NAN unknown */
    char commune[CODE_SIZE], postcode[CODE_SIZE];
};

/* A name or an identifier of a place. */
struct key {
    char *text;
    size_t place;
    size_t next; /* in its bucket, from 1; 0 none */
};

struct known {
    bool read;
    struct place *places;
    size_t nplaces, places_cap, stored; /* the first that are the store's */
    struct key *keys;
    size_t nkeys, keys_cap;
    size_t buckets[BUCKETS];
};

struct known *known_new(void)
{
    return xcalloc(1, sizeof(struct known));
}

static void forget(struct known *k, size_t places)
{
    while (k->nkeys && k->keys[k->nkeys - 1].place >= places)
        free(k->keys[--k->nkeys].text);
    k->nplaces = places < k->nplaces ? places : k->nplaces;
}

void known_free(struct known *k)
{
    if (!k)
        return;
    forget(k, 0);
    free(k->places);
    free(k->keys);
    free(k);
}

/* --- keys ------------------------------------------------------------------------- */

static size_t bucket_of(const char *text)
{
    uint32_t h = 2166136261u; /* FNV-1a, 32 bits */

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h % BUCKETS;
}

/* Each key stands before the older ones of its bucket, so that the last can be taken
 * off again. */
static void add_key(struct known *k, size_t place, char *take_text)
{
    size_t *bucket = &k->buckets[bucket_of(take_text)];

    k->keys = mem_grow(k->keys, k->nkeys, &k->keys_cap, sizeof(*k->keys));
    k->keys[k->nkeys++] = (struct key){take_text, place, *bucket};
    *bucket = k->nkeys;
}

static char *name_key(enum foreign_type type, struct view name)
{
    struct buf key;

    buf_init(&key, NAMES_MAX);
    buf_addf(&key, "%d ", (int)type);
    utf8_fold(name, &key);
    return buf_take(&key);
}

static char *id_key(enum foreign_type type, const char *system, const char *value)
{
    return xasprintf("%d#%s %s", (int)type, system, value);
}

static void rebuild(struct known *k)
{
    memset(k->buckets, 0, sizeof(k->buckets));
    for (size_t i = 0; i < k->nkeys; i++) {
        size_t *bucket = &k->buckets[bucket_of(k->keys[i].text)];

        k->keys[i].next = *bucket;
        *bucket = i + 1;
    }
}

/* --- reading ---------------------------------------------------------------------- */

static double degrees(const struct json *body, const char *key)
{
    const char *text = json_get_text(body, key);
    double d;

    return text && view_real(view_of(text), &d) ? d : NAN;
}

static void copy_code(char out[CODE_SIZE], const char *text)
{
    size_t n = text ? strnlen(text, CODE_SIZE) : CODE_SIZE;

    out[0] = '\0';
    if (n < CODE_SIZE)
        memcpy(out, text, n + 1);
}

static struct place place_of(const char *uid, const struct json *body)
{
    const struct json *address = json_get(body, "adresse");
    struct place p = {.lat = degrees(body, "lat"), .lon = degrees(body, "lon")};

    memcpy(p.uid, uid, sizeof(p.uid));
    copy_code(p.commune, json_get_text(address, "commune"));
    copy_code(p.postcode, json_get_text(address, "code_postal"));
    return p;
}

/* A text with several names has one a line, or is an array of them. */
static void add_names(
        struct known *k, size_t i, enum foreign_type type, const struct json *value)
{
    struct view rest = json_as_view(value), name;

    while (view_next(&rest, '\n', &name))
        if (view_trim(name).n)
            add_key(k, i, name_key(type, name));
    for (size_t n = 0; n < json_len(value); n++)
        if (json_as_view(json_at(value, n)).n)
            add_key(k, i, name_key(type, json_as_view(json_at(value, n))));
}

void known_add(struct known *k, enum foreign_type type, const char *uid,
        const struct json *body)
{
    static const char *const names[] = {"nom", "nom_court", "autres_noms"};
    const struct json *ids = json_get(body, "ids_externes");
    size_t i = k->nplaces;

    if (i - k->stored >= PLANNED_MAX && k->read)
        return;
    k->places = mem_grow(k->places, k->nplaces, &k->places_cap, sizeof(*k->places));
    k->places[k->nplaces++] = place_of(uid, body);
    for (size_t n = 0; n < COUNT(names); n++)
        add_names(k, i, type, json_get(body, names[n]));
    for (size_t n = 0; n < json_len(ids); n++) {
        const char *system = json_get_text(json_at(ids, n), "systeme");
        const char *value = json_get_text(json_at(ids, n), "valeur");

        if (system && value)
            add_key(k, i, id_key(type, system, value));
    }
}

struct reading {
    struct known *k;
    struct app *app;
    enum foreign_type type;
};

/* A record that cannot be read is for `odus doctor`. */
static bool read_one(void *ctx, const char *uid)
{
    struct reading *r = ctx;
    struct json *body = NULL;
    const char *status;

    if (app_json(r->app, uid, &body, NULL) < 0)
        return true;
    status = json_get_text(body, "statut_fiche");
    if (!status || strcmp(status, "supprime") != 0)
        known_add(r->k, r->type, uid, body);
    json_free(body);
    return true;
}

/* Drafts of what is no record yet. */
static int read_drafts(struct reading *r, const char *type, struct err *err)
{
    struct draft *drafts;
    size_t n;
    int rc = draft_list(r->app->store, false, &drafts, &n, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        struct record record;

        if (strcmp(drafts[i].type, type) != 0)
            continue;
        if (record_get(r->app->store, drafts[i].uid, &record, NULL) == 0)
            record_release(&record);
        else
            read_one(r, drafts[i].uid);
    }
    drafts_free(drafts, n);
    return 0;
}

static int read_type(
        struct known *k, struct foreign *f, enum foreign_type type, struct err *err)
{
    struct reading r = {k, f->app, type};
    const char *name = f->types[type].form->name;
    int rc = record_each(f->app->store, name, read_one, &r, err);

    return rc < 0 ? rc : read_drafts(&r, name, err);
}

int known_read(struct known *k, struct foreign *f, struct err *err)
{
    int rc = 0;

    forget(k, k->stored);
    rebuild(k);
    if (k->read)
        return 0;
    rc = read_type(k, f, FOREIGN_PLACE, err);
    if (rc == 0)
        rc = read_type(k, f, FOREIGN_ORGANISER, err);
    k->stored = k->nplaces;
    k->read = rc == 0;
    return rc;
}

bool known_is(const struct known *k, const char *uid)
{
    for (size_t i = 0; i < k->nplaces; i++)
        if (strcmp(k->places[i].uid, uid) == 0)
            return true;
    return false;
}

/* --- finding ---------------------------------------------------------------------- */

static double metres(const struct place *a, const struct place *b)
{
    double mean = (a->lat + b->lat) / 2 * 3.14159265358979 / 180;
    double dx = (a->lon - b->lon) * cos(mean), dy = a->lat - b->lat;

    return sqrt(dx * dx + dy * dy) * DEGREE_M; /* good enough for a few hundred */
}

/* Whether A and B stand in the same spot: 1 yes, 0 no, -1 nobody can tell. */
static int same_spot(const struct place *a, const struct place *b)
{
    double apart = metres(a, b);

    if (!isnan(apart))
        return apart <= NEAR_M;
    if (*a->commune && *b->commune)
        return strcmp(a->commune, b->commune) == 0;
    if (*a->postcode && *b->postcode)
        return strcmp(a->postcode, b->postcode) == 0;
    return -1;
}

/* Who is looked for, and those found so far: in the same spot, and somewhere. */
struct finding {
    const struct known *k;
    struct place like;
    size_t near, unsure;       /* their numbers */
    size_t near_at, unsure_at; /* the last of each */
};

static void weigh(struct finding *w, size_t i)
{
    const struct place *p = &w->k->places[i];
    int same = same_spot(&w->like, p);

    if (same > 0 && (!w->near || w->near_at != i)) {
        w->near++;
        w->near_at = i;
    } else if (same < 0 && (!w->unsure || w->unsure_at != i)) {
        w->unsure++;
        w->unsure_at = i;
    }
}

static const struct key *first_key(const struct known *k, const char *text)
{
    for (size_t at = k->buckets[bucket_of(text)]; at; at = k->keys[at - 1].next)
        if (strcmp(k->keys[at - 1].text, text) == 0)
            return &k->keys[at - 1];
    return NULL;
}

static int find_by_id(const struct known *k, enum foreign_type type,
        const struct json *ids, char ret_uid[UUID_TEXT])
{
    for (size_t i = 0; i < json_len(ids); i++) {
        const char *system = json_get_text(json_at(ids, i), "systeme");
        const char *value = json_get_text(json_at(ids, i), "valeur");
        char *text = id_key(type, system ? system : "", value ? value : "");
        const struct key *key = first_key(k, text);

        free(text);
        if (!key)
            continue;
        memcpy(ret_uid, k->places[key->place].uid, UUID_TEXT);
        return 1;
    }
    return 0;
}

static int pick(const struct finding *w, char ret_uid[UUID_TEXT])
{
    size_t n = w->near ? w->near : w->unsure;

    if (n == 1)
        memcpy(ret_uid, w->k->places[w->near ? w->near_at : w->unsure_at].uid,
                UUID_TEXT);
    return n > 1 ? 2 : (int)n;
}

int known_find(const struct known *k, enum foreign_type type, const struct json *body,
        char ret_uid[UUID_TEXT])
{
    static const char nobody[UUID_TEXT] = "";
    struct finding w = {.k = k, .like = place_of(nobody, body)};
    const char *name = json_get_text(body, "nom");
    char *text;

    if (find_by_id(k, type, json_get(body, "ids_externes"), ret_uid))
        return 1;
    if (!name)
        return 0;
    text = name_key(type, view_of(name));
    for (size_t at = k->buckets[bucket_of(text)]; at; at = k->keys[at - 1].next)
        if (strcmp(k->keys[at - 1].text, text) == 0)
            weigh(&w, k->keys[at - 1].place);
    free(text);
    return pick(&w, ret_uid);
}
