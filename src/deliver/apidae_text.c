/* Apidae: the short text is for every date, so nothing stands in it that may change. */
#include <string.h>
#include <strings.h>

#include "apidae.h"

/* --- what must not stand in it ---------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char at(struct view v, size_t i)
{
    return i < v.n ? v.p[i] : '\0';
}

/* WORD, of ASCII, stands at I. */
static bool begins(struct view v, size_t i, const char *word)
{
    size_t n = strlen(word);

    return i + n <= v.n && strncasecmp(v.p + i, word, n) == 0;
}

/* Past one blank, if there is one: space, U+00A0, U+202F. */
static size_t skip_blank(struct view v, size_t i)
{
    if (at(v, i) == ' ')
        return i + 1;
    if (begins(v, i, "\u00A0"))
        return i + 2;
    return begins(v, i, "\u202F") ? i + 3 : i;
}

/* "20h", "20 h 30", "8:15" at I. */
static bool is_hour(struct view v, size_t i)
{
    size_t end = i + 1 + is_digit(at(v, i + 1));

    if (!is_digit(at(v, i)) || (i && is_word(v.p[i - 1])) || is_digit(at(v, end)))
        return false;
    end = skip_blank(v, end);
    if (at(v, end) == ':')
        return true;
    return (at(v, end) == 'h' || at(v, end) == 'H') &&
           (!is_word(at(v, end + 1)) || is_digit(at(v, end + 1)));
}

/* "12 €", "8 euros" at I. */
static bool is_price(struct view v, size_t i)
{
    if (!is_digit(at(v, i)))
        return false;
    i = skip_blank(v, i + 1);
    return begins(v, i, "€") || begins(v, i, "euro");
}

/* Past what may stand between two figures of a number. */
static size_t skip_between(struct view v, size_t i)
{
    return at(v, i) == '.' || at(v, i) == '-' ? i + 1 : skip_blank(v, i);
}

/* "04 92 20 00 01", "+33.4.92…" at I. */
static bool is_phone(struct view v, size_t i)
{
    if (begins(v, i, "+33"))
        i += 3;
    else if (at(v, i) == '0' && (i == 0 || !is_word(v.p[i - 1])))
        i++;
    else
        return false;
    i = skip_between(v, i);
    if (!is_digit(at(v, i)) || at(v, i) == '0')
        return false;
    i++;
    for (int pair = 0; pair < 4; pair++) {
        i = skip_between(v, i);
        if (!is_digit(at(v, i)) || !is_digit(at(v, i + 1)))
            return false;
        i += 2;
    }
    return true;
}

static bool is_address(struct view v, size_t i)
{
    return at(v, i) == '@' || begins(v, i, "http:") || begins(v, i, "https:") ||
           begins(v, i, "www.");
}

static bool is_banned(struct view sentence)
{
    for (size_t i = 0; i < sentence.n; i++)
        if (is_hour(sentence, i) || is_price(sentence, i) || is_phone(sentence, i) ||
                is_address(sentence, i))
            return true;
    return false;
}

/* --- sentences -------------------------------------------------------------------- */

/* Bytes of the first sentence of V, with its mark and the blanks after it. */
static size_t sentence_end(struct view v)
{
    size_t i = 0;

    while (i < v.n && v.p[i] != '\n') {
        bool mark = memchr(".!?", v.p[i], 3) || begins(v, i, "…");

        i += begins(v, i, "…") ? 3 : 1;
        if (mark && (i == v.n || v.p[i] == ' ' || v.p[i] == '\n'))
            break;
    }
    while (i < v.n && (v.p[i] == ' ' || v.p[i] == '\n'))
        i++;
    return i;
}

bool ap_short_text(struct view text, struct buf *out)
{
    bool found = false;

    while (text.n) {
        struct view sentence = {text.p, sentence_end(text)};

        if (is_banned(sentence))
            found = true;
        else
            buf_addv(out, sentence);
        text.p += sentence.n;
        text.n -= sentence.n;
    }
    return found;
}
