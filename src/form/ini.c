#include "ini.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"

/* What the indented lines after this one belong to. */
enum ini_after {
    AFTER_NOTHING,
    AFTER_KEY,
    AFTER_MISTAKE, /* already reported: stay silent */
};

struct ini_reader {
    struct ini *ini;
    struct problems *problems;
    enum ini_after after;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool ini_holds(const struct ini *ini, const char *where)
{
    uintptr_t at = (uintptr_t)where;
    uintptr_t start = (uintptr_t)ini->text.p;

    return at >= start && at <= start + ini->text.n;
}

static struct view line_view(const struct ini *ini, size_t i)
{
    size_t start = ini->lines[i];
    size_t end = i + 1 < ini->nlines ? ini->lines[i + 1] - 1 : ini->text.n;

    if (end > start && ini->text.p[end - 1] == '\r')
        end--;
    return (struct view){ini->text.p + start, end - start};
}

static size_t line_index(const struct ini *ini, size_t offset)
{
    size_t lo = 0;
    size_t hi = ini->nlines;

    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (ini->lines[mid] <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

void ini_place(const struct ini *ini, const char *where, int *ret_line, int *ret_column)
{
    size_t offset = (size_t)(where - ini->text.p);
    size_t line = line_index(ini, offset);
    struct view before = {ini->text.p + ini->lines[line], offset - ini->lines[line]};

    *ret_line = (int)line + 1;
    *ret_column = (int)utf8_count(before) + 1;
}

void ini_problem(struct ini *ini, struct problems *problems, const char *where,
        const char *const *id_and_args)
{
    struct err e;
    int line;
    int column;

    ini->bad++;
    if (problems->n >= PROBLEMS_MAX)
        return;
    ini_place(ini, where, &line, &column);
    err_set_(&e, ERR_INVALID, id_and_args);
    err_at(&e, ini->name, line, column);
    problems_add(problems, &e, line_view(ini, (size_t)line - 1));
}

static void say(struct ini_reader *r, const char *where, const char *id)
{
    ini_problem(r->ini, r->problems, where, (const char *const[]){id, NULL});
}

/* Reports the first byte of LINE that has no place in a text file. */
static void check_bytes(struct ini_reader *r, struct view line)
{
    if (utf8_is_plain(line)) /* nearly all are */
        return;
    for (size_t i = 0; i < line.n;) {
        unsigned char c = (unsigned char)line.p[i];
        uint32_t cp;
        int n = 1;

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            say(r, line.p + i, N_("control character"));
            return;
        }
        if (c >= 0x80)
            n = utf8_decode((struct view){line.p + i, line.n - i}, &cp);
        if (c >= 0x80 && n == 1) {
            say(r, line.p + i, N_("not UTF-8"));
            return;
        }
        i += (size_t)n;
    }
}

static void read_header(struct ini_reader *r, struct view line)
{
    struct ini *ini = r->ini;
    struct view in = view_trim(line);
    size_t k = 0;

    if (in.n < 2 || in.p[in.n - 1] != ']') {
        say(r, line.p, N_("a block begins with [kind name] alone on its line"));
        r->after = AFTER_MISTAKE;
        return;
    }
    in = view_trim((struct view){in.p + 1, in.n - 2});
    while (k < in.n && in.p[k] != ' ' && in.p[k] != '\t')
        k++;
    ini->blocks =
            mem_grow(ini->blocks, ini->nblocks, &ini->blocks_cap, sizeof(*ini->blocks));
    ini->blocks[ini->nblocks++] = (struct ini_block){
            .kind = {in.p, k},
            .name = view_trim((struct view){in.p + k, in.n - k}),
            .first = ini->nkeys,
    };
    r->after = AFTER_NOTHING;
}

/* Splits "label[en]" into its two parts. False when the brackets do not close. */
static bool split_key(struct view all, struct ini_key *ret)
{
    const char *open = all.n ? memchr(all.p, '[', all.n) : NULL;

    ret->name = all;
    ret->lang = (struct view){NULL, 0};
    if (!open)
        return all.n > 0;
    ret->name = view_trim((struct view){all.p, (size_t)(open - all.p)});
    ret->lang = (struct view){open + 1, all.n - (size_t)(open - all.p) - 1};
    if (!ret->name.n || ret->lang.n < 2 || ret->lang.p[ret->lang.n - 1] != ']')
        return false;
    ret->lang.n--;
    return true;
}

static void read_key(struct ini_reader *r, struct view line)
{
    struct ini *ini = r->ini;
    const char *equals = memchr(line.p, '=', line.n);
    struct ini_key key;

    r->after = AFTER_MISTAKE;
    if (!equals) {
        say(r, line.p, N_("neither key=value, nor [kind name], nor a comment"));
        return;
    }
    if (!ini->nblocks) {
        say(r, line.p, N_("a key before the first block"));
        return;
    }
    if (!split_key(view_trim((struct view){line.p, (size_t)(equals - line.p)}), &key)) {
        say(r, line.p, N_("a key is written name=value or name[language]=value"));
        return;
    }
    key.value = (struct view){equals + 1, line.n - (size_t)(equals + 1 - line.p)};
    ini->keys = mem_grow(ini->keys, ini->nkeys, &ini->keys_cap, sizeof(*ini->keys));
    ini->keys[ini->nkeys++] = key;
    ini->blocks[ini->nblocks - 1].nkeys++;
    r->after = AFTER_KEY;
}

static void read_indented(struct ini_reader *r, struct view line)
{
    struct view *value;

    if (r->after == AFTER_NOTHING)
        say(r, line.p,
                N_("an indented line goes on with the value above; there is none"));
    if (r->after != AFTER_KEY) {
        r->after = AFTER_MISTAKE;
        return;
    }
    value = &r->ini->keys[r->ini->nkeys - 1].value;
    value->n = (size_t)(line.p + line.n - value->p);
}

static void read_line(struct ini_reader *r, struct view line)
{
    if (line.n > INI_LINE_MAX)
        say(r, line.p, N_("this line is longer than 8,000 bytes"));
    check_bytes(r, line);
    if (!line.n || line.p[0] == '#' || !view_trim(line).n)
        return;
    if (line.p[0] == ' ' || line.p[0] == '\t')
        read_indented(r, line);
    else if (line.p[0] == '[')
        read_header(r, line);
    else
        read_key(r, line);
}

static void find_lines(struct ini *ini)
{
    size_t at = 0;

    for (;;) {
        const char *nl;

        ini->lines =
                mem_grow(ini->lines, ini->nlines, &ini->lines_cap, sizeof(*ini->lines));
        ini->lines[ini->nlines++] = at;
        nl = at < ini->text.n ? memchr(ini->text.p + at, '\n', ini->text.n - at) : NULL;
        if (!nl)
            return;
        at = (size_t)(nl - ini->text.p) + 1;
    }
}

/* A byte order mark, as some editors write it, is not part of the text. */
static struct view without_bom(struct view text)
{
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
        return (struct view){text.p + 3, text.n - 3};
    return text;
}

void ini_read(
        struct ini *ini, const char *name, struct view text, struct problems *problems)
{
    struct ini_reader r = {.ini = ini, .problems = problems};

    *ini = (struct ini){.name = name, .text = without_bom(text)};
    if (!ini->text.p)
        ini->text.p = "";
    find_lines(ini);
    if (ini->text.n > FORM_FILE_MAX) {
        say(&r, ini->text.p, N_("this file is larger than 1 MiB"));
        return;
    }
    for (size_t i = 0; i < ini->nlines; i++)
        read_line(&r, line_view(ini, i));
    for (size_t i = 0; i < ini->nkeys; i++) {
        ini_skip(&ini->keys[i].value);
        ini->keys[i].value = view_trim(ini->keys[i].value);
    }
}

void ini_release(struct ini *ini)
{
    if (!ini)
        return;
    free(ini->lines);
    free(ini->blocks);
    free(ini->keys);
    *ini = (struct ini){0};
}

/* Takes one line of a value off REST. FIRST: it stands behind the equals sign. */
static bool next_line(
        struct view *rest, bool first, struct view *ret_line, bool *ret_comment)
{
    const char *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    size_t n = nl ? (size_t)(nl - rest->p) : rest->n;

    if (!rest->n)
        return false;
    *ret_line = (struct view){rest->p, n};
    *ret_comment = !first && n && rest->p[0] == '#';
    rest->p += nl ? n + 1 : n;
    rest->n -= nl ? n + 1 : n;
    return true;
}

char *ini_text(struct view value)
{
    struct buf joined;
    struct buf clean;
    struct view line;
    bool comment;
    char *text;

    if (utf8_is_plain(value)) /* one line, as most are */
        return view_dup(view_trim(value));
    buf_init(&joined, 0);
    buf_init(&clean, 0);
    for (bool first = true; next_line(&value, first, &line, &comment); first = false) {
        if (comment)
            continue;
        if (!first)
            buf_addc(&joined, '\n');
        buf_addv(&joined, view_trim(line));
    }
    utf8_clean(buf_view(&joined), UTF8_KEEP_NEWLINE, &clean);
    text = buf_take(&clean);
    buf_release(&clean);
    buf_release(&joined);
    return text;
}

char *ini_source(struct view value)
{
    struct buf out;
    struct view line;
    bool comment;
    char *text;

    buf_init(&out, 0);
    for (bool first = true; next_line(&value, first, &line, &comment); first = false) {
        while (line.n && is_space(line.p[line.n - 1]))
            line.n--;
        if (!first)
            buf_addc(&out, '\n');
        if (!comment)
            buf_addv(&out, line);
    }
    text = buf_take(&out);
    buf_release(&out);
    return text;
}

void ini_skip(struct view *rest)
{
    bool line_start = false;

    while (rest->n && (is_space(rest->p[0]) || (line_start && rest->p[0] == '#'))) {
        const char *nl = rest->p[0] == '#' ? memchr(rest->p, '\n', rest->n) : rest->p;
        size_t n = nl ? (size_t)(nl - rest->p) + 1 : rest->n;

        line_start = nl && nl[0] == '\n';
        rest->p += n;
        rest->n -= n;
    }
}

bool ini_word(struct view *rest, struct view *ret_word)
{
    size_t n = 0;

    ini_skip(rest);
    while (n < rest->n && !is_space(rest->p[n]))
        n++;
    if (n == 0)
        return false;
    *ret_word = (struct view){rest->p, n};
    rest->p += n;
    rest->n -= n;
    return true;
}
