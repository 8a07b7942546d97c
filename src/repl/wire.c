/* Names and revisions on the wire. */
#include "wire_priv.h"

#include <stdio.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/utf8.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The digits before the hyphen, whose place is *RET_DASH; 0 when they count nothing. */
static int read_generation(struct view text, size_t *ret_dash)
{
    int n = 0;
    size_t i;

    for (i = 0; i < text.n && i < 9 && is_digit(text.p[i]); i++)
        n = n * 10 + (text.p[i] - '0');
    if (i == 0 || text.p[0] == '0' || i == text.n || text.p[i] != '-')
        return 0;
    *ret_dash = i;
    return n;
}

static bool is_hash(struct view hash)
{
    if (hash.n == 0 || hash.n > WIRE_HASH_MAX)
        return false;
    for (size_t i = 0; i < hash.n; i++)
        if (!is_digit(hash.p[i]) && !is_letter(hash.p[i]))
            return false;
    return true;
}

int wire_rev(struct view text)
{
    size_t dash = 0;
    int n = read_generation(text, &dash);

    if (n == 0 || !is_hash((struct view){text.p + dash + 1, text.n - dash - 1}))
        return 0;
    return n;
}

static bool is_hex(const char *hash)
{
    return strlen(hash) == WIRE_HEX &&
           strspn(hash, "0123456789abcdefABCDEF") == WIRE_HEX;
}

/* CouchDB keeps 32 hex digits as 16 bytes and gives them back in lower case. */
static void lower_hex(char *hash)
{
    if (!is_hex(hash))
        return;
    for (; *hash; hash++)
        if (*hash >= 'A' && *hash <= 'F')
            *hash = (char)(*hash - 'A' + 'a');
}

bool wire_join_rev(int gen, struct view hash, char ret[REV_MAX])
{
    int at;

    if (gen < 1 || gen > WIRE_GEN_MAX || !is_hash(hash))
        return false;
    at = snprintf(ret, REV_MAX, "%d-", gen);
    memcpy(ret + at, hash.p, hash.n);
    ret[(size_t)at + hash.n] = '\0';
    lower_hex(ret + at);
    return true;
}

bool wire_copy_rev(struct view text, char ret[REV_MAX])
{
    size_t dash = 0;
    int n = read_generation(text, &dash);

    return n > 0 &&
           wire_join_rev(n, (struct view){text.p + dash + 1, text.n - dash - 1}, ret);
}

bool wire_is_record(const char *id)
{
    return uuid_valid(view_of(id));
}

const char *wire_words(const struct json *text, char ret[WIRE_WORDS_MAX])
{
    struct view v = json_as_view(text);
    struct buf clean;
    size_t n;

    buf_init(&clean, 0);
    utf8_clean((struct view){v.p, v.n < WIRE_WORDS_MAX * 4 ? v.n : WIRE_WORDS_MAX * 4},
            0, &clean);
    v = buf_view(&clean);
    n = v.n < WIRE_WORDS_MAX ? v.n : utf8_snap(v, WIRE_WORDS_MAX - 1);
    memcpy(ret, v.p, n);
    ret[n] = '\0';
    buf_release(&clean);
    return ret;
}
