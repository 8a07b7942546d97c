#include <string.h>

#include "odus/base/utf8.h"
#include "search_priv.h"

/* The longest prefix of V of at most MAX bytes that ends with a whole character. */
static struct view cut(struct view v, size_t max)
{
    size_t n = v.n < max ? v.n : max;

    while (n && n < v.n && ((unsigned char)v.p[n] & 0xC0) == 0x80)
        n--;
    return (struct view){v.p, n};
}

void words_init(struct words *w, const char *text)
{
    struct view rest;

    w->n = 0;
    buf_init(&w->folded, 0);
    utf8_fold(view_of(text), &w->folded);
    rest = buf_view(&w->folded);
    while (rest.n && w->n < WORDS_MAX) {
        const char *space = memchr(rest.p, ' ', rest.n);
        size_t n = space ? (size_t)(space - rest.p) : rest.n;

        w->at[w->n++] = cut((struct view){rest.p, n}, WORD_BYTES);
        n += space != NULL;
        rest = (struct view){rest.p + n, rest.n - n};
    }
}

void words_release(struct words *w)
{
    buf_release(&w->folded);
    w->n = 0;
}

static void add_words(
        const struct words *w, const char *columns, const char *end, struct buf *query)
{
    for (size_t i = 0; i < w->n; i++) {
        if (query->len)
            buf_adds(query, " AND ");
        if (columns)
            buf_addf(query, "%s : ", columns);
        buf_addc(query, '"');
        buf_addv(query, w->at[i]);
        buf_adds(query, end);
    }
}

void words_query(const struct words *w, const char *columns, struct buf *query)
{
    add_words(w, columns, "\"*", query);
}

void words_query_whole(const struct words *w, const char *columns, struct buf *query)
{
    add_words(w, columns, "\"", query);
}

bool words_query_stems(const struct words *w, struct buf *query)
{
    bool cut_short = false;

    for (size_t i = 0; i < w->n; i++) {
        struct view stem = word_stem(w->at[i], INDEXED_LETTERS);

        cut_short = cut_short || stem.n < w->at[i].n;
        buf_adds(query, query->len ? " AND \"" : "\"");
        buf_addv(query, stem);
        buf_adds(query, "\"*");
    }
    return cut_short;
}

struct view word_stem(struct view word, int letters)
{
    size_t at = 0;
    uint32_t cp;

    for (int i = 0; i < letters && at < word.n; i++)
        at += (size_t)utf8_decode((struct view){word.p + at, word.n - at}, &cp);
    return (struct view){word.p, at};
}

/* A character for private use: a letter to the tokenizer, and none to utf8_fold, which
 * what people type goes through. */
#define FACET_MARK "\xEE\x80\x80"

/* One word, whatever is in CODE: two codes may get the same, the row itself decides. */
void search_facet(enum facet facet, const char *code, struct buf *out)
{
    if (!code || !*code)
        return;
    if (out->len)
        buf_addc(out, ' ');
    buf_adds(out, FACET_MARK);
    buf_addc(out, (char)facet);
    for (; *code; code++)
        if ((*code >= 'a' && *code <= 'z') || (*code >= '0' && *code <= '9'))
            buf_addc(out, *code);
        else if (*code >= 'A' && *code <= 'Z')
            buf_addc(out, (char)(*code - 'A' + 'a'));
}

void facet_query(enum facet facet, const char *code, struct buf *query)
{
    struct buf word;

    if (!code || !*code)
        return;
    buf_init(&word, 0);
    search_facet(facet, code, &word);
    buf_addf(query, "%s{text} : \"%s\"", query->len ? " AND " : "", word.s);
    buf_release(&word);
}

struct view facet_cut(struct view text)
{
    const char *mark = text.n ? memmem(text.p, text.n, FACET_MARK, 3) : NULL;

    return (struct view){text.p, mark ? (size_t)(mark - text.p) : text.n};
}

bool search_any_draft(struct store *store)
{
    int64_t any = 0;

    return db_int(store->drafts, NULL, &any, "select 1 from entry limit 1",
                   BIND_NONE) == 0;
}

bool search_has_draft(struct store *store, struct view uid)
{
    int64_t there = 0;

    return db_int(store->drafts, NULL, &there, "select 1 from entry where uid = ?1",
                   bind_view(uid)) == 0;
}
