#include <string.h>

#include "paper_priv.h"

struct speech {
    const struct form *form;
    const struct form_expr *expr;
    const char *lang;
    struct buf *out;
    const struct form_field *field; /* the last one named: codes are its list's */
};

static const struct {
    const char *sql;
    enum paper_word word;
} phrases[] = {
        {"is not", WORD_IS_NOT}, /* before "is" */
        {"is", WORD_IS},
        {"not", WORD_NOT},
        {"in", WORD_AMONG},
        {"and", WORD_AND},
        {"or", WORD_OR},
        {"null", WORD_BLANK},
};

/* WORD_COUNT: SIGN is written instead of a word. */
static const struct {
    const char *sql;
    enum paper_word word;
    const char *sign;
} signs[] = {
        {"<>", WORD_IS_NOT, NULL}, /* two characters before one */
        {"!=", WORD_IS_NOT, NULL},
        {"<=", WORD_COUNT, "≤"},
        {">=", WORD_COUNT, "≥"},
        {"=", WORD_IS, NULL},
        {"<", WORD_COUNT, "<"},
        {">", WORD_COUNT, ">"},
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '.';
}

static bool starts_word(const char *src, const char *phrase)
{
    size_t n = strlen(phrase);

    return strncmp(src, phrase, n) == 0 && !is_name_char(src[n]);
}

/* The field NAME means here: of the expression's row, of the record, or by full path.
 */
static const struct form_field *named(const struct speech *s, struct view name)
{
    const struct form *form = s->form;
    size_t own = strlen(form->name);

    for (size_t i = 0; s->expr->table && i < form->nfields; i++)
        if (form->fields[i].table == s->expr->table &&
                view_is(name, form->fields[i].key))
            return &form->fields[i];
    if (name.n > own + 1 && memcmp(name.p, form->name, own) == 0 && name.p[own] == '.')
        name = (struct view){name.p + own + 1, name.n - own - 1};
    for (size_t i = 0; i < form->nfields; i++)
        if (view_is(name, form->fields[i].path))
            return &form->fields[i];
    return NULL;
}

static size_t say_name(struct speech *s, const char *src)
{
    struct view name = {src, 0};
    const struct form_field *f;

    while (is_name_char(src[name.n]))
        name.n++;
    f = src[name.n] == '(' ? NULL : named(s, name);
    if (!f) {
        buf_addv(s->out, name);
        return name.n;
    }
    s->field = f;
    buf_addf(s->out, "«\u00a0%s\u00a0»", form_text(s->form, &f->label, s->lang));
    return name.n;
}

static const char *code_label(const struct speech *s, struct view code)
{
    const struct form_entry *entry = NULL;

    if (s->field && s->field->list >= 0)
        entry = form_entry_find(&s->form->lists[s->field->list], code);
    return entry ? form_text(s->form, &entry->label, s->lang) : NULL;
}

static size_t say_quoted(struct speech *s, const char *src)
{
    size_t n = 1 + strcspn(src + 1, "'");
    const char *label = code_label(s, (struct view){src + 1, n - 1});

    if (label)
        buf_adds(s->out, label);
    else
        buf_add(s->out, src + 1, n - 1);
    return src[n] ? n + 1 : n;
}

/* `= 1` and `= 0` of a yes-or-no question. */
static size_t say_digit(struct speech *s, const char *src)
{
    bool yes_no = s->field && s->field->type == FORM_BOOLEAN && !is_name_char(src[1]);

    if (!yes_no || (src[0] != '0' && src[0] != '1'))
        return say_name(s, src);
    buf_adds(s->out, paper_word(s->lang, src[0] == '1' ? WORD_YES : WORD_NO));
    return 1;
}

static size_t say_phrase(struct speech *s, const char *src)
{
    for (size_t i = 0; i < COUNT(phrases); i++) {
        if (starts_word(src, phrases[i].sql)) {
            buf_adds(s->out, paper_word(s->lang, phrases[i].word));
            return strlen(phrases[i].sql);
        }
    }
    return 0;
}

/* A comparison, with one space on either side. */
static size_t say_sign(struct speech *s, const char *src)
{
    size_t n;

    for (size_t i = 0; i < COUNT(signs); i++) {
        n = strlen(signs[i].sql);
        if (strncmp(src, signs[i].sql, n) != 0)
            continue;
        if (s->out->len && s->out->s[s->out->len - 1] != ' ')
            buf_addc(s->out, ' ');
        buf_adds(s->out,
                signs[i].sign ? signs[i].sign : paper_word(s->lang, signs[i].word));
        buf_addc(s->out, ' ');
        return n + strspn(src + n, " \n\t");
    }
    return 0;
}

static size_t say_token(struct speech *s, const char *src)
{
    size_t n = strspn(src, " \n\t");

    if (n) {
        buf_addc(s->out, ' ');
        return n;
    }
    if (src[0] == '\'')
        return say_quoted(s, src);
    n = say_phrase(s, src);
    n = n ? n : say_sign(s, src);
    if (n)
        return n;
    if (src[0] >= '0' && src[0] <= '9')
        return say_digit(s, src);
    if (is_name_char(src[0]))
        return say_name(s, src);
    buf_addc(s->out, src[0]);
    return 1;
}

void paper_expr(const struct form *form, int expr, const char *lang, struct buf *out)
{
    const struct form_expr *e = &form->exprs[expr];
    struct speech s = {.form = form, .expr = e, .lang = lang, .out = out};

    for (const char *src = e->src; *src;)
        src += say_token(&s, src);
}
