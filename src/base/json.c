#include "json_priv.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

static const double EXACT_MAX = 9007199254740992.0; /* 2^53 */

enum { LOOKED_THROUGH = 32 /* members; an object that has more gets a hash table */ };

static bool secret; /* what is given back now is overwritten */

static void give_back(void *block)
{
    if (secret && block)
        explicit_bzero(block, malloc_usable_size(block));
    free(block);
}

/* --- kinds ------------------------------------------------------------------------ */

static bool is(const struct json *j, enum json_kind kind)
{
    return j && j->kind == kind;
}

static struct json_list *elements(const struct json *j)
{
    return is(j, JSON_KIND_ARRAY) ? (struct json_list *)j : NULL;
}

struct json_object *json_members(const struct json *j)
{
    return is(j, JSON_KIND_OBJECT) ? (struct json_object *)j : NULL;
}

static const struct json_number *number(const struct json *j, enum json_kind kind)
{
    return is(j, kind) ? (const struct json_number *)j : NULL;
}

/* --- building --------------------------------------------------------------------- */

static void *value_new(enum json_kind kind, size_t size)
{
    struct json *j = xmalloc(size);

    memset(j, 0, size);
    *j = (struct json){kind, 1};
    return j;
}

struct json *json_new_object(void)
{
    return value_new(JSON_KIND_OBJECT, sizeof(struct json_object));
}

struct json *json_new_array(void)
{
    return value_new(JSON_KIND_ARRAY, sizeof(struct json_list));
}

struct json *json_new_null(void)
{
    static struct json null = {JSON_KIND_NULL, 0};

    return &null;
}

struct json *json_bool(bool yes)
{
    static struct json_number no = {{JSON_KIND_BOOL, 0}, {.yes = false}};
    static struct json_number ok = {{JSON_KIND_BOOL, 0}, {.yes = true}};

    return yes ? &ok.head : &no.head;
}

struct json *json_int(int64_t n)
{
    struct json_number *j = value_new(JSON_KIND_INT, sizeof(*j));

    j->as.n = n;
    return &j->head;
}

struct json *json_new_real(double d)
{
    struct json_number *j;

    if (!isfinite(d))
        return json_new_null();
    j = value_new(JSON_KIND_REAL, sizeof(*j));
    j->as.d = d;
    return &j->head;
}

struct json_string *json_string_new(size_t n)
{
    struct json_string *j = xmalloc(sizeof(*j) + n + 1);

    *j = (struct json_string){.head = {JSON_KIND_TEXT, 1}, .n = n};
    j->s[n] = '\0';
    return j;
}

/* Owned copy of V in which bad bytes and NUL are U+FFFD. */
static void mend(struct view v, struct buf *out)
{
    buf_init(out, 3 * v.n + 1);
    while (v.n) {
        uint32_t cp;
        char bytes[4];
        int n = utf8_decode(v, &cp);

        buf_add(out, bytes, utf8_encode(cp ? cp : UTF8_BAD, bytes));
        v.p += n;
        v.n -= (size_t)n;
    }
}

static bool is_sound(struct view v)
{
    return utf8_valid(v) && !(v.n && memchr(v.p, '\0', v.n));
}

static struct json *sound_text(struct view v)
{
    struct json_string *j = json_string_new(v.n);

    if (v.n)
        memcpy(j->s, v.p, v.n);
    return &j->head;
}

struct json *json_text(struct view text)
{
    struct buf mended;
    struct json *j;

    if (is_sound(text))
        return sound_text(text);
    mend(text, &mended);
    j = sound_text(buf_view(&mended));
    buf_release(&mended);
    return j;
}

struct json *json_retain(struct json *j)
{
    if (j && j->refs)
        j->refs++;
    return j;
}

static void free_elements(struct json_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        json_free(l->at[i]);
    give_back(l->at);
}

static void free_members(struct json_object *o)
{
    for (size_t i = 0; i < o->n; i++) {
        give_back(o->at[i].key);
        json_free(o->at[i].val);
    }
    give_back(o->at);
    give_back(o->slots);
}

void json_free(struct json *j)
{
    if (!j || !j->refs || --j->refs)
        return;
    if (j->kind == JSON_KIND_OBJECT)
        free_members(json_members(j));
    else if (j->kind == JSON_KIND_ARRAY)
        free_elements(elements(j));
    give_back(j);
}

int json_parse_secret(struct view text, size_t max, struct json **ret, struct err *e)
{
    int rc;

    secret = true;
    rc = json_parse(text, max, ret, e);
    secret = false;
    return rc;
}

void json_free_secret(struct json *j)
{
    secret = true;
    json_free(j);
    secret = false;
}

/* --- members ---------------------------------------------------------------------- */

/* Where KEY stands in the table, or the free slot where it would. */
static uint32_t *slot_of(const struct json_object *o, struct view key)
{
    size_t i = (size_t)hash_keyed(key) & (o->nslots - 1);

    for (; o->slots[i]; i = (i + 1) & (o->nslots - 1)) {
        const struct json_member *m = &o->at[o->slots[i] - 1];

        if (m->len == key.n && memcmp(m->key, key.p, key.n) == 0)
            break;
    }
    return &o->slots[i];
}

static struct view key_of(const struct json_member *m)
{
    return (struct view){m->key, m->len};
}

static void drop_table(struct json_object *o)
{
    give_back(o->slots);
    o->slots = NULL;
    o->nslots = 0;
}

static void make_table(struct json_object *o)
{
    size_t n = 4 * LOOKED_THROUGH;

    while (n < 4 * o->n)
        n *= 2;
    drop_table(o);
    o->slots = xcalloc(n, sizeof(*o->slots));
    o->nslots = n;
    for (size_t i = 0; i < o->n; i++)
        *slot_of(o, key_of(&o->at[i])) = (uint32_t)i + 1;
}

static struct json_member *find_member(struct json_object *o, struct view key)
{
    if (o->n > LOOKED_THROUGH) {
        uint32_t at;

        if (!o->slots)
            make_table(o);
        at = *slot_of(o, key);
        return at ? &o->at[at - 1] : NULL;
    }
    for (size_t i = 0; i < o->n; i++)
        if (o->at[i].len == key.n && memcmp(o->at[i].key, key.p, key.n) == 0)
            return &o->at[i];
    return NULL;
}

static void add_member(struct json_object *o, struct view key, struct json *val)
{
    if (o->n >= UINT32_MAX / 4)
        mem_panic("odus: a JSON object with too many members");
    o->at = mem_grow(o->at, o->n, &o->cap, sizeof(*o->at));
    o->at[o->n++] = (struct json_member){view_dup(key), key.n, val};
    if (!o->slots)
        return;
    if (2 * o->n > o->nslots)
        make_table(o);
    else
        *slot_of(o, key) = (uint32_t)o->n;
}

static void remove_member(struct json_object *o, struct json_member *m)
{
    size_t i = (size_t)(m - o->at);

    give_back(m->key);
    json_free(m->val);
    o->n--;
    memmove(m, m + 1, (o->n - i) * sizeof(*m));
    drop_table(o);
}

void json_put(struct json *obj, struct view key, struct json *val)
{
    struct json_object *o = json_members(obj);
    struct json_member *m;

    if (!o)
        mem_panic("odus: JSON member set on something else than an object");
    m = find_member(o, key);
    if (!m) {
        add_member(o, key, val);
        return;
    }
    json_free(m->val);
    m->val = val;
}

static void set_take(struct json *obj, struct view key, struct json *val)
{
    struct json_object *o = json_members(obj);
    struct json_member *m;

    if (val)
        json_put(obj, key, val);
    else if (o && (m = find_member(o, key)) != NULL)
        remove_member(o, m);
}

void json_set_take(struct json *obj, const char *key, struct json *val)
{
    struct view v = view_of(key);
    struct buf mended;

    if (utf8_valid(v)) {
        set_take(obj, v, val);
        return;
    }
    mend(v, &mended);
    set_take(obj, buf_view(&mended), val);
    buf_release(&mended);
}

void json_set_text(struct json *obj, const char *key, const char *text)
{
    json_set_take(obj, key, text ? json_text(view_of(text)) : NULL);
}

void json_push_take(struct json *arr, struct json *val)
{
    struct json_list *l = elements(arr);

    if (!val)
        return;
    if (!l)
        mem_panic("odus: JSON element pushed to something else than an array");
    l->at = mem_grow(l->at, l->n, &l->cap, sizeof(struct json *));
    l->at[l->n++] = val;
}

/* --- looking ---------------------------------------------------------------------- */

enum json_kind json_kind(const struct json *j)
{
    return j ? j->kind : JSON_KIND_NONE;
}

struct json *json_get(const struct json *obj, const char *key)
{
    struct json_object *o = json_members(obj);
    struct json_member *m = o ? find_member(o, view_of(key)) : NULL;

    return m ? m->val : NULL;
}

struct json *json_at(const struct json *arr, size_t i)
{
    const struct json_list *l = elements(arr);

    return l && i < l->n ? l->at[i] : NULL;
}

size_t json_len(const struct json *j)
{
    if (is(j, JSON_KIND_OBJECT))
        return json_members(j)->n;
    return is(j, JSON_KIND_ARRAY) ? elements(j)->n : 0;
}

const char *json_as_text(const struct json *j)
{
    return json_as_view(j).p;
}

struct view json_as_view(const struct json *j)
{
    const struct json_string *s = (const struct json_string *)j;

    return is(j, JSON_KIND_TEXT) ? (struct view){s->s, s->n} : (struct view){NULL, 0};
}

int64_t json_as_int(const struct json *j, int64_t otherwise)
{
    const struct json_number *n = number(j, JSON_KIND_INT);
    const struct json_number *real = number(j, JSON_KIND_REAL);

    if (n)
        return n->as.n;
    if (!real || real->as.d < -EXACT_MAX || real->as.d > EXACT_MAX)
        return otherwise;
    return (double)(int64_t)real->as.d == real->as.d ? (int64_t)real->as.d : otherwise;
}

double json_as_real(const struct json *j, double otherwise)
{
    const struct json_number *n = number(j, JSON_KIND_INT);
    const struct json_number *real = number(j, JSON_KIND_REAL);

    if (real)
        return real->as.d;
    return n ? (double)n->as.n : otherwise;
}

bool json_as_bool(const struct json *j, bool otherwise)
{
    const struct json_number *b = number(j, JSON_KIND_BOOL);

    return b ? b->as.yes : otherwise;
}

const char *json_get_text(const struct json *obj, const char *key)
{
    return json_as_text(json_get(obj, key));
}

int64_t json_get_int(const struct json *obj, const char *key, int64_t otherwise)
{
    return json_as_int(json_get(obj, key), otherwise);
}

bool json_get_bool(const struct json *obj, const char *key, bool otherwise)
{
    return json_as_bool(json_get(obj, key), otherwise);
}

bool json_iter(const struct json *obj, struct json_iter *it)
{
    const struct json_object *o = json_members(obj);

    if (!o || it->at >= o->n)
        return false;
    it->key = o->at[it->at].key;
    it->val = o->at[it->at].val;
    it->at++;
    return true;
}

/* --- whole values ----------------------------------------------------------------- */

static struct json *dup_list(const struct json_list *l)
{
    struct json *copy = json_new_array();

    for (size_t i = 0; i < l->n; i++)
        json_push_take(copy, json_dup(l->at[i]));
    return copy;
}

static struct json *dup_object(const struct json_object *o)
{
    struct json *copy = json_new_object();

    for (size_t i = 0; i < o->n; i++)
        add_member(json_members(copy), key_of(&o->at[i]), json_dup(o->at[i].val));
    return copy;
}

struct json *json_dup(const struct json *j)
{
    switch (json_kind(j)) {
    case JSON_KIND_OBJECT: return dup_object(json_members(j));
    case JSON_KIND_ARRAY: return dup_list(elements(j));
    case JSON_KIND_TEXT: return sound_text(json_as_view(j));
    case JSON_KIND_INT: return json_int(json_as_int(j, 0));
    case JSON_KIND_REAL: return json_new_real(json_as_real(j, 0));
    default: return (struct json *)j; /* a constant */
    }
}

static bool same_elements(const struct json_list *a, const struct json_list *b)
{
    for (size_t i = 0; i < a->n; i++)
        if (!json_same(a->at[i], b->at[i]))
            return false;
    return true;
}

static bool same_members(const struct json_object *a, struct json_object *b)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct json_member *m = find_member(b, key_of(&a->at[i]));

        if (!m || !json_same(a->at[i].val, m->val))
            return false;
    }
    return true;
}

bool json_same(const struct json *a, const struct json *b)
{
    if (a == b)
        return true;
    if (json_kind(a) != json_kind(b) || json_len(a) != json_len(b))
        return false;
    switch (json_kind(a)) {
    case JSON_KIND_OBJECT: return same_members(json_members(a), json_members(b));
    case JSON_KIND_ARRAY: return same_elements(elements(a), elements(b));
    case JSON_KIND_TEXT: return view_eq(json_as_view(a), json_as_view(b));
    case JSON_KIND_INT: return json_as_int(a, 0) == json_as_int(b, 0);
    case JSON_KIND_REAL: return json_as_real(a, 0) == json_as_real(b, 0);
    default: return false; /* false and true; null is one */
    }
}
