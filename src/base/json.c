#include "odus/base/json.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

static const double EXACT_MAX = 9007199254740992.0; /* 2^53 */

/* A struct json is the library's json_t under another name. */
static struct json *ours(json_t *j)
{
    if (!j)
        mem_panic("odus: cannot build a JSON value");
    return (struct json *)j;
}

static json_t *theirs(const struct json *j)
{
    return (json_t *)j;
}

static bool secret; /* what the library gives back now is overwritten */

static void give_back(void *block)
{
    if (secret && block)
        explicit_bzero(block, malloc_usable_size(block));
    free(block);
}

__attribute__((constructor)) static void use_checked_memory(void)
{
    json_set_alloc_funcs(xmalloc, give_back);
}

/* Reading */

struct place {
    int line, column;
};

static struct place place_of(struct view text, size_t at)
{
    struct place p = {1, 1};

    for (size_t i = 0; i < at; i++) {
        p.column = text.p[i] == '\n' ? 1 : p.column + 1;
        p.line += text.p[i] == '\n';
    }
    return p;
}

/* Offset of the quote that ends the text which begins at AT, or text.n. */
static size_t text_end(struct view text, size_t at)
{
    const char *from = text.p + at, *quote;

    while ((quote = memchr(from, '"', (size_t)(text.p + text.n - from)))) {
        const char *p = quote;

        while (p > from && p[-1] == '\\')
            p--;
        if ((quote - p) % 2 == 0)
            return (size_t)(quote - text.p);
        from = quote + 1;
    }
    return text.n;
}

/* Offset of the bracket that opens one level too many, or text.n. */
static size_t too_deep_at(struct view text)
{
    int depth = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '"') {
            i = text_end(text, i + 1);
        } else if (c == '[' || c == '{') {
            if (++depth > JSON_DEPTH_MAX)
                return i;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return text.n;
}

static int parse_error(const json_error_t *je, struct err *e)
{
    static const struct {
        enum json_error_code code;
        const char *id;
    } messages[] = {
            {json_error_premature_end_of_input, N_("JSON text ends too early")},
            {json_error_invalid_utf8, N_("JSON text is not UTF-8")},
            {json_error_numeric_overflow, N_("number too large in JSON")},
            {json_error_null_character, N_("character U+0000 in JSON")},
            {json_error_null_byte_in_key, N_("character U+0000 in JSON")},
            {json_error_end_of_input_expected, N_("something follows the JSON value")},
    };
    const char *id = N_("JSON syntax error");

    for (size_t i = 0; i < COUNT(messages); i++)
        if (json_error_code(je) == messages[i].code)
            id = messages[i].id;
    err_set(e, ERR_INVALID, id);
    err_at(e, NULL, je->line > 0 ? je->line : 1, je->column > 0 ? je->column : 1);
    return ERR_INVALID;
}

int json_parse(struct view text, size_t max, struct json **ret, struct err *e)
{
    json_error_t je;
    json_t *j;
    size_t deep;

    if (text.n > (max ? max : BUF_MAX))
        return err_set(e, ERR_LIMIT, N_("JSON text is too long"));
    deep = too_deep_at(text);
    if (deep < text.n) {
        struct place p = place_of(text, deep);

        err_set(e, ERR_LIMIT, N_("JSON is nested too deeply"));
        err_at(e, NULL, p.line, p.column);
        return ERR_LIMIT;
    }
    j = json_loadb(text.n ? text.p : "", text.n, JSON_DECODE_ANY, &je);
    if (!j)
        return parse_error(&je, e);
    *ret = ours(j);
    return 0;
}

int json_parse_secret(struct view text, size_t max, struct json **ret, struct err *e)
{
    int rc;

    secret = true;
    rc = json_parse(text, max, ret, e);
    secret = false;
    return rc;
}

/* Building */

struct json *json_new_object(void)
{
    return ours(json_object());
}

struct json *json_new_array(void)
{
    return ours(json_array());
}

struct json *json_new_null(void)
{
    return ours(json_null());
}

struct json *json_int(int64_t n)
{
    return ours(json_integer(n));
}

struct json *json_new_real(double d)
{
    json_t *j = json_real(d);

    return ours(j ? j : json_null());
}

struct json *json_bool(bool yes)
{
    return ours(json_boolean(yes));
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

struct json *json_text(struct view text)
{
    struct buf mended;
    struct json *j;

    if (is_sound(text))
        return ours(json_stringn_nocheck(text.n ? text.p : "", text.n));
    mend(text, &mended);
    j = ours(json_stringn_nocheck(mended.s, mended.len));
    buf_release(&mended);
    return j;
}

struct json *json_dup(const struct json *j)
{
    return j ? ours(json_deep_copy(theirs(j))) : NULL;
}

struct json *json_retain(struct json *j)
{
    return (struct json *)json_incref(theirs(j));
}

void json_free(struct json *j)
{
    json_decref(theirs(j));
}

void json_free_secret(struct json *j)
{
    secret = true;
    json_free(j);
    secret = false;
}

bool json_same(const struct json *a, const struct json *b)
{
    return a == b || json_equal(theirs(a), theirs(b));
}

static void set_take(json_t *obj, const char *key, struct json *val)
{
    if (!val)
        json_object_del(obj, key);
    else if (json_object_set_new_nocheck(obj, key, theirs(val)))
        mem_panic("odus: JSON member set on something else than an object");
}

void json_set_take(struct json *obj, const char *key, struct json *val)
{
    struct buf mended;

    if (utf8_valid(view_of(key))) {
        set_take(theirs(obj), key, val);
        return;
    }
    mend(view_of(key), &mended);
    set_take(theirs(obj), mended.s, val);
    buf_release(&mended);
}

void json_set_text(struct json *obj, const char *key, const char *text)
{
    json_set_take(obj, key, text ? json_text(view_of(text)) : NULL);
}

void json_push_take(struct json *arr, struct json *val)
{
    if (val && json_array_append_new(theirs(arr), theirs(val)))
        mem_panic("odus: JSON element pushed to something else than an array");
}

/* Looking */

enum json_kind json_kind(const struct json *j)
{
    if (!j)
        return JSON_KIND_NONE;
    switch (json_typeof(theirs(j))) {
    case JSON_OBJECT: return JSON_KIND_OBJECT;
    case JSON_ARRAY: return JSON_KIND_ARRAY;
    case JSON_STRING: return JSON_KIND_TEXT;
    case JSON_INTEGER: return JSON_KIND_INT;
    case JSON_REAL: return JSON_KIND_REAL;
    case JSON_TRUE:
    case JSON_FALSE: return JSON_KIND_BOOL;
    default: return JSON_KIND_NULL;
    }
}

struct json *json_get(const struct json *obj, const char *key)
{
    return (struct json *)json_object_get(theirs(obj), key);
}

struct json *json_at(const struct json *arr, size_t i)
{
    return (struct json *)json_array_get(theirs(arr), i);
}

size_t json_len(const struct json *j)
{
    return json_is_array(theirs(j)) ? json_array_size(theirs(j))
                                    : json_object_size(theirs(j));
}

const char *json_as_text(const struct json *j)
{
    return json_string_value(theirs(j));
}

struct view json_as_view(const struct json *j)
{
    return (struct view){json_string_value(theirs(j)), json_string_length(theirs(j))};
}

int64_t json_as_int(const struct json *j, int64_t otherwise)
{
    double d;

    if (json_is_integer(theirs(j)))
        return json_integer_value(theirs(j));
    d = json_real_value(theirs(j));
    if (!json_is_real(theirs(j)) || d < -EXACT_MAX || d > EXACT_MAX)
        return otherwise;
    return (double)(int64_t)d == d ? (int64_t)d : otherwise;
}

double json_as_real(const struct json *j, double otherwise)
{
    return json_is_number(theirs(j)) ? json_number_value(theirs(j)) : otherwise;
}

bool json_as_bool(const struct json *j, bool otherwise)
{
    return json_is_boolean(theirs(j)) ? json_is_true(theirs(j)) : otherwise;
}

const char *json_get_text(const struct json *obj, const char *key)
{
    return json_as_text(json_get(obj, key));
}

const char *json_get_or_blank(const struct json *obj, const char *key)
{
    const char *text = json_get_text(obj, key);

    return text ? text : "";
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
    it->pos = it->pos ? json_object_iter_next(theirs(obj), it->pos)
                      : json_object_iter(theirs(obj));
    if (!it->pos)
        return false;
    it->key = json_object_iter_key(it->pos);
    it->val = (struct json *)json_object_iter_value(it->pos);
    return true;
}
