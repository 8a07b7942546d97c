#include "sandbox_priv.h"

#include <string.h>

#include "odus/base/utf8.h"

/*
 * SQLite's text functions again, for the sandbox: one opcode of theirs can cost as much
 * as the whole budget (LIKE and trim cost the product of two lengths), so these count
 * what they do. The results are SQLite's.
 */

/* What a function that walks N bytes M times costs beyond its arguments' length. */
static bool pay(struct db_call *call, size_t n, size_t m)
{
    if (db_work(call->db, (int64_t)(n / 64 * m + n % 64 * m / 64)))
        return true;
    sqlite3_result_error_code(call->context, SQLITE_INTERRUPT);
    return false;
}

static bool any_null(const struct db_call *call)
{
    for (int i = 0; i < call->nargs; i++)
        if (db_arg_null(call, i))
            return true;
    return false;
}

static bool is_blob(const struct db_call *call, int i)
{
    return sqlite3_value_type(call->args[i]) == SQLITE_BLOB;
}

/* Bytes of the character that begins V, which is not empty. */
static size_t char_len(struct view v)
{
    size_t n = 1;

    while (n < v.n && ((unsigned char)v.p[n] & 0xC0) == 0x80)
        n++;
    return n;
}

static size_t count_chars(struct view v)
{
    return (size_t)sandbox_column(v, v.n) - 1;
}

/* Without the first N characters. */
static struct view skip_chars(struct view v, int64_t n)
{
    for (; n > 0 && v.n; n--) {
        size_t len = char_len(v);

        v.p += len;
        v.n -= len;
    }
    return v;
}

/* like(pattern, text[, escape]) is what the operator calls. */
static void fn_like(struct db_call *call, void *ctx)
{
    struct view pattern, text;
    uint32_t escape = 0;

    (void)ctx;
    if (any_null(call))
        return;
    pattern = db_arg_text(call, 0);
    text = db_arg_text(call, 1);
    if (pattern.n > SANDBOX_LIKE_MAX) {
        db_result_error(call, "LIKE or GLOB pattern too complex");
        return;
    }
    if (call->nargs == 3) {
        struct view v = db_arg_text(call, 2);

        if (!v.n || utf8_decode(v, &escape) != (int)v.n) {
            db_result_error(call, "ESCAPE expression must be a single character");
            return;
        }
    }
    if (is_blob(call, 0) || is_blob(call, 1))
        db_result_int(call, 0);
    else if (pay(call, text.n, pattern.n))
        db_result_int(call, sqlite3_strlike(pattern.p, text.p, escape) == 0);
}

static void fn_glob(struct db_call *call, void *ctx)
{
    struct view pattern, text;

    (void)ctx;
    if (any_null(call))
        return;
    pattern = db_arg_text(call, 0);
    text = db_arg_text(call, 1);
    if (pattern.n > SANDBOX_LIKE_MAX)
        db_result_error(call, "LIKE or GLOB pattern too complex");
    else if (is_blob(call, 0) || is_blob(call, 1))
        db_result_int(call, 0);
    else if (pay(call, text.n, pattern.n))
        db_result_int(call, sqlite3_strglob(pattern.p, text.p) == 0);
}

static void fn_length(struct db_call *call, void *ctx)
{
    struct view text = db_arg_text(call, 0);

    (void)ctx;
    if (text.p && pay(call, text.n, 1))
        db_result_int(call, (int64_t)count_chars(text));
}

static void fn_instr(struct db_call *call, void *ctx)
{
    struct view text, part;
    const char *found;

    (void)ctx;
    if (any_null(call))
        return;
    text = db_arg_text(call, 0);
    part = db_arg_text(call, 1);
    if (!pay(call, text.n, 4))
        return;
    found = memmem(text.p, text.n, part.p, part.n);
    text.n = found ? (size_t)(found - text.p) : 0;
    db_result_int(call, found ? (int64_t)count_chars(text) + 1 : 0);
}

static int64_t clamp(int64_t n)
{
    const int64_t max = 2 * SANDBOX_TEXT_MAX;

    return n < -max ? -max : n > max ? max : n;
}

/* substr(text, start[, n]), start < 0 from the end, n < 0 the characters before. */
static void fn_substr(struct db_call *call, void *ctx)
{
    struct view text, rest;
    int64_t start, n;

    (void)ctx;
    if (any_null(call))
        return;
    text = db_arg_text(call, 0);
    if (!pay(call, text.n, 2))
        return;
    start = clamp(db_arg_int(call, 1));
    n = call->nargs == 3 ? clamp(db_arg_int(call, 2)) : 2 * SANDBOX_TEXT_MAX;
    if (start < 0)
        start += (int64_t)count_chars(text);
    else if (start > 0)
        start--;
    else if (n) /* the place before the first character counts as one */
        start = n > 0 ? -1 : 0;
    if (n < 0) {
        start += n;
        n = -n;
    }
    if (start < 0) {
        n = n + start > 0 ? n + start : 0;
        start = 0;
    }
    text = skip_chars(text, start);
    rest = skip_chars(text, n);
    text.n -= rest.n;
    db_result_text(call, text);
}

static void fn_replace(struct db_call *call, void *ctx)
{
    struct view text, from, to;
    const char *found;
    struct buf out;

    (void)ctx;
    if (any_null(call))
        return;
    text = db_arg_text(call, 0);
    from = db_arg_text(call, 1);
    to = db_arg_text(call, 2);
    if (!pay(call, text.n, 4))
        return;
    buf_init(&out, SANDBOX_TEXT_MAX);
    while (from.n && (found = memmem(text.p, text.n, from.p, from.n)) && !out.full) {
        size_t before = (size_t)(found - text.p);

        buf_add(&out, text.p, before);
        buf_addv(&out, to);
        text = (struct view){found + from.n, text.n - before - from.n};
    }
    buf_addv(&out, text);
    if (out.full)
        sqlite3_result_error_toobig(call->context);
    else
        db_result_text(call, buf_view(&out));
    buf_release(&out);
}

/* Whether the character CH is one of SET: in UTF-8 no character hides in others. */
static bool in_set(struct view ch, struct view set)
{
    return memmem(set.p, set.n, ch.p, ch.n) != NULL;
}

enum { TRIM_LEFT = 1, TRIM_RIGHT = 2 };

static void trim(struct db_call *call, int sides)
{
    struct view text, set = VIEW_LIT(" ");

    if (any_null(call))
        return;
    text = db_arg_text(call, 0);
    if (call->nargs == 2)
        set = db_arg_text(call, 1);
    if (!pay(call, text.n, set.n))
        return;
    while (sides & TRIM_LEFT && text.n) {
        size_t n = char_len(text);

        if (!in_set((struct view){text.p, n}, set))
            break;
        text = (struct view){text.p + n, text.n - n};
    }
    while (sides & TRIM_RIGHT && text.n) {
        size_t n = 1;

        while (n < text.n && ((unsigned char)text.p[text.n - n] & 0xC0) == 0x80)
            n++;
        if (!in_set((struct view){text.p + text.n - n, n}, set))
            break;
        text.n -= n;
    }
    db_result_text(call, text);
}

static void fn_trim(struct db_call *call, void *ctx)
{
    (void)ctx;
    trim(call, TRIM_LEFT | TRIM_RIGHT);
}

static void fn_ltrim(struct db_call *call, void *ctx)
{
    (void)ctx;
    trim(call, TRIM_LEFT);
}

static void fn_rtrim(struct db_call *call, void *ctx)
{
    (void)ctx;
    trim(call, TRIM_RIGHT);
}

/* Letters of ASCII, as SQLite does it; FIRST is 'a' or 'A', the case to be changed. */
static void change_case(struct db_call *call, char first)
{
    struct view text = db_arg_text(call, 0);
    struct buf out;

    if (!text.p || !pay(call, text.n, 4))
        return;
    buf_init(&out, 0);
    buf_addv(&out, text);
    for (size_t i = 0; i < out.len; i++)
        if (out.s[i] >= first && out.s[i] <= first + 25)
            out.s[i] ^= 0x20;
    db_result_text(call, buf_view(&out));
    buf_release(&out);
}

static void fn_lower(struct db_call *call, void *ctx)
{
    (void)ctx;
    change_case(call, 'A');
}

static void fn_upper(struct db_call *call, void *ctx)
{
    (void)ctx;
    change_case(call, 'a');
}

/* Nobody registers these names without arguments in mind; the rest stays shut. */
static void fn_shut(struct db_call *call, void *ctx)
{
    (void)ctx;
    db_result_error(call, "this function cannot be used in an expression");
}

static const struct guard {
    const char *name;
    int nargs;
    db_function_fn *fn;
} guards[] = {
        {"glob", 2, fn_glob},
        {"instr", 2, fn_instr},
        {"length", 1, fn_length},
        {"like", 2, fn_like},
        {"like", 3, fn_like},
        {"lower", 1, fn_lower},
        {"ltrim", 1, fn_ltrim},
        {"ltrim", 2, fn_ltrim},
        {"replace", 3, fn_replace},
        {"rtrim", 1, fn_rtrim},
        {"rtrim", 2, fn_rtrim},
        {"substr", 2, fn_substr},
        {"substr", 3, fn_substr},
        {"substring", 2, fn_substr},
        {"substring", 3, fn_substr},
        {"trim", 1, fn_trim},
        {"trim", 2, fn_trim},
        {"upper", 1, fn_upper},
        /* A registered date(x) opens the name; these keep date() and 'now' shut. */
        {"date", -1, fn_shut},
        {"datetime", -1, fn_shut},
        {"format", -1, fn_shut},
        {"julianday", -1, fn_shut},
        {"printf", -1, fn_shut},
        {"strftime", -1, fn_shut},
        {"time", -1, fn_shut},
        {"timediff", -1, fn_shut},
        {"unixepoch", -1, fn_shut},
};

int guard_functions(struct db *db, struct err *e)
{
    for (size_t i = 0; i < COUNT(guards); i++) {
        int rc = db_function(db, guards[i].name, guards[i].nargs, DB_DETERMINISTIC,
                guards[i].fn, NULL, e);

        if (rc)
            return rc;
    }
    return 0;
}
