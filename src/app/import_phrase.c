/* What people write in cells that is no value: the phrases of forms/import.map. */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/utf8.h"

enum { THOUSAND = 3, WORDS_BYTES = 400 };

#define NUMBER_BYTES "0123456789.,"

/* --- words ------------------------------------------------------------------------ */

/* TEXT with every dash as '-', every space and the euro sign as ' '. */
static void plain(struct view text, struct buf *out)
{
    uint32_t cp;

    for (int n; (n = utf8_decode(text, &cp)) > 0; text.p += n, text.n -= (size_t)n) {
        if ((cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212)
            buf_addc(out, '-');
        else if (cp == 0xA0 || cp == 0x202F || cp == 0x2009 || cp == 0x20AC)
            buf_addc(out, ' ');
        else
            buf_add(out, text.p, (size_t)n);
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Beyond ASCII too: what is left of that after plain. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c & 0x80;
}

static size_t digits(const char *s)
{
    return strspn(s, "0123456789");
}

/* Bytes of the number that begins in TEXT at S: "1 200", "12,50". 0 for other things,
 * and for words such as 20h30 and mp3. */
static size_t number_length(const char *text, const char *s)
{
    size_t n = digits(s);

    if (!n || (s > text && (is_letter(s[-1]) || is_digit(s[-1]))))
        return 0;
    while (digits(s) <= THOUSAND && s[n] == ' ' && digits(s + n + 1) == THOUSAND)
        n += 1 + THOUSAND;
    if (strchr(".,", s[n]) && digits(s + n + 1))
        n += 1 + digits(s + n + 1);
    return is_letter(s[n]) ? 0 : n;
}

static void add_word(struct view word, struct buf *out)
{
    if (out->len)
        buf_addc(out, ' ');
    buf_addv(out, word);
}

/* What stands before, between and behind numbers; a bare dash counts BETWEEN two. */
static void add_text(struct view text, bool between, struct buf *out)
{
    struct buf folded;

    buf_init(&folded, 0);
    utf8_fold(text, &folded);
    if (folded.len)
        add_word(buf_view(&folded), out);
    else if (between && memchr(text.p, '-', text.n))
        add_word(VIEW_LIT("-"), out);
    buf_release(&folded);
}

static void add_number(struct view number, struct buf *out)
{
    add_word((struct view){number.p, 1}, out);
    for (size_t i = 1; i < number.n; i++)
        if (number.p[i] != ' ')
            buf_addc(out, number.p[i]);
}

void import_words(struct view text, struct buf *out)
{
    struct buf own;
    const char *from;
    bool between = false;

    buf_init(&own, 0);
    plain(text, &own);
    from = own.s;
    for (const char *s = own.s; *s;) {
        size_t n = number_length(own.s, s);

        if (n) {
            add_text((struct view){from, (size_t)(s - from)}, between, out);
            add_number((struct view){s, n}, out);
            from = s + n;
            between = true;
        }
        s += n ? n : 1;
    }
    add_text(view_of(from), false, out);
    buf_release(&own);
}

bool import_phrase_fits(
        const char *phrase, const char *words, struct view numbers[IMPORT_NUMBERS])
{
    size_t n = 0;

    while (*phrase && *words) {
        size_t p = strcspn(phrase, " "), w = strcspn(words, " ");

        if (p == 1 && *phrase == '#' && strspn(words, NUMBER_BYTES) == w) {
            if (n < IMPORT_NUMBERS)
                numbers[n++] = (struct view){words, w};
        } else if (p != w || memcmp(phrase, words, p) != 0) {
            return false;
        }
        phrase += p + (phrase[p] == ' ');
        words += w + (words[w] == ' ');
    }
    return !*phrase && !*words;
}

/* --- the file --------------------------------------------------------------------- */

/* PHRASE word by word; "#", "*" and "-" stay what they are. */
static char *phrase_words(struct view phrase)
{
    struct view word;
    struct buf out;

    buf_init(&out, WORDS_BYTES);
    while (view_next(&phrase, ' ', &word)) {
        if (word.n == 1 && strchr("#*-", *word.p))
            add_word(word, &out);
        else
            import_words(word, &out);
    }
    return buf_take(&out);
}

static size_t count_numbers(const char *phrase)
{
    size_t n = 0;

    for (; *phrase; phrase++)
        n += *phrase == '#';
    return n;
}

/* "#" is the first number, "#2" the second. False for one that PHRASE has not. */
static bool read_number(struct view value, const char *phrase, struct import_set *set)
{
    long long n = 1;

    if (!value.n || *value.p != '#')
        return true;
    if (value.n > 1 && !view_int((struct view){value.p + 1, value.n - 1}, &n))
        return false;
    set->number = (int)n;
    return n >= 1 && n <= IMPORT_NUMBERS && (size_t)n <= count_numbers(phrase);
}

/* "value", "OTHER:value" or "OTHER?:value"; a field of the record, or of P's row. */
static bool read_set(const struct form *form, struct view text, struct import_phrase *p)
{
    struct import_set *set = &p->sets[p->nsets];
    const char *colon = memchr(text.p, ':', text.n);
    struct view name = {text.p, colon ? (size_t)(colon - text.p) : 0};

    *set = (struct import_set){.field = p->field};
    if (colon) {
        text = (struct view){colon + 1, text.n - name.n - 1};
        set->if_blank = name.n && name.p[name.n - 1] == '?';
        name.n -= set->if_blank;
        set->field = form_field_find(form, name);
    }
    if (set->field < 0 || !read_number(text, p->phrase, set) ||
            (form_frame(form, set->field) &&
                    form_frame(form, set->field) != form_frame(form, p->field)))
        return false;
    set->if_blank = set->if_blank || strcmp(p->phrase, "*") == 0;
    set->value = view_dup(text);
    p->nsets++;
    return true;
}

static bool read_sets(
        const struct form *form, struct view value, struct import_phrase *p)
{
    struct view part;

    while (view_next(&value, '|', &part))
        if (p->nsets == IMPORT_SETS || !read_set(form, view_trim(part), p))
            return false;
    return p->nsets > 0;
}

bool import_phrase_read(const struct form *form, struct view key, struct view value,
        struct import_phrase *ret)
{
    const char *space = memchr(key.p, ' ', key.n);
    size_t n = space ? (size_t)(space - key.p) : key.n;

    *ret = (struct import_phrase){
            .field = form_field_find(form, (struct view){key.p, n})};
    if (!space || ret->field < 0)
        return false;
    ret->phrase = phrase_words((struct view){space + 1, key.n - n - 1});
    if (*ret->phrase && read_sets(form, value, ret))
        return true;
    import_phrase_release(ret);
    return false;
}

void import_phrase_release(struct import_phrase *p)
{
    for (size_t i = 0; i < p->nsets; i++)
        free(p->sets[i].value);
    free(p->phrase);
    *p = (struct import_phrase){.phrase = NULL};
}
