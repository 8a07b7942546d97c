#include "odus/form/form.h"

#include <stdio.h>
#include <string.h>

#include "odus/base/utf8.h"
#include "paper_priv.h"

enum { PAPER_WIDTH_MIN = 30, PAPER_CODES_MAX = 60, PAPER_LINES = 3 };

struct paper {
    const struct form *form;
    const char *lang;
    int width;
    struct buf *out;
    int number; /* of the last question */
};

static void spaces(struct paper *p, int n)
{
    buf_addf(p->out, "%*s", n, "");
}

static void rule(struct paper *p, char sign, int columns)
{
    for (int i = 0; i < columns && i < p->width; i++)
        buf_addc(p->out, sign);
    buf_addc(p->out, '\n');
}

static struct view next_word(struct view *rest)
{
    struct view word = {rest->p, 0};

    while (word.n < rest->n && rest->p[word.n] != ' ' && rest->p[word.n] != '\n')
        word.n++;
    rest->p += word.n;
    rest->n -= word.n;
    return word;
}

static int next_line(struct paper *p, int indent)
{
    buf_addc(p->out, '\n');
    spaces(p, indent);
    return indent;
}

/* Writes a word that is wider than a whole line, cut between clusters. */
static int cut_word(struct paper *p, struct view word, int indent, int column)
{
    while (word.n) {
        int used;
        size_t n = utf8_fit(word, p->width - column, &used);

        if (!n && column == indent)
            n = utf8_next(word, 0);
        buf_add(p->out, word.p, n);
        word.p += n;
        word.n -= n;
        column += used;
        if (word.n)
            column = next_line(p, indent);
    }
    return column;
}

/*
 * Writes TEXT wrapped, from COLUMN on in the line begun, INDENT on the next ones. A
 * line feed of the text stays one. Ends the line.
 */
static void wrap(struct paper *p, const char *text, int indent, int column)
{
    struct view rest = view_of(text);
    int gap = 0; /* spaces owed before the next word */

    while (rest.n) {
        struct view word = next_word(&rest);
        int w = utf8_width(word);

        if (column > indent && w && column + gap + w > p->width) {
            column = next_line(p, indent);
            gap = 0;
        }
        spaces(p, w ? gap : 0);
        column = cut_word(p, word, indent, column + (w ? gap : 0));
        gap = w || gap;
        if (rest.n && rest.p[0] == '\n') {
            column = next_line(p, indent);
            gap = 0;
        }
        rest.p += rest.n > 0;
        rest.n -= rest.n > 0;
    }
    buf_addc(p->out, '\n');
}

static const char *word(const struct paper *p, enum paper_word w)
{
    return paper_word(p->lang, w);
}

static const char *text(const struct paper *p, const struct form_text *t)
{
    return form_text(p->form, t, p->lang);
}

static void indented(struct paper *p, const char *what, int indent)
{
    if (!what[0])
        return;
    spaces(p, indent);
    wrap(p, what, indent, indent);
}

/* "Seulement si: « Mode » est parmi …" */
static void condition(struct paper *p, int expr, int indent)
{
    struct buf line;

    if (!expr)
        return;
    buf_init(&line, 0);
    buf_addf(&line, "→ %s\u00a0: ", word(p, WORD_ONLY_IF));
    paper_expr(p->form, expr, p->lang, &line);
    indented(p, line.s, indent);
    buf_release(&line);
}

static void heading(struct paper *p, const struct form_text *label, char sign)
{
    int width = utf8_width(view_of(text(p, label)));

    buf_addc(p->out, '\n');
    wrap(p, text(p, label), 0, 0);
    rule(p, sign, width);
}

/* What kind of answer: "une réponse", "au plus 140 caractères", "oui / non". */
static void add_kind(const struct paper *p, const struct form_field *f, struct buf *out)
{
    switch (f->type) {
    case FORM_ONE: buf_adds(out, word(p, WORD_ONE)); break;
    case FORM_MANY: buf_adds(out, word(p, WORD_MANY)); break;
    case FORM_BOOLEAN: buf_adds(out, word(p, WORD_YES_NO)); break;
    case FORM_THREE: buf_adds(out, word(p, WORD_THREE)); break;
    case FORM_TEXT:
    case FORM_MEMO:
        if (f->has_max)
            buf_addf(out, "%s %lld %s", word(p, WORD_MAX), (long long)f->max,
                    word(p, WORD_CHARACTERS));
        break;
    default: break;
    }
}

static void add_part(struct buf *out, const char *part)
{
    if (out->len && part[0])
        buf_adds(out, ", ");
    buf_adds(out, part);
}

static void add_required(
        const struct paper *p, const struct form_field *f, struct buf *out)
{
    if (!f->required)
        return;
    if (strcmp(p->form->exprs[f->required].src, "1") == 0) {
        add_part(out, word(p, WORD_REQUIRED));
        return;
    }
    add_part(out, word(p, WORD_REQUIRED_IF));
    buf_addc(out, ' ');
    paper_expr(p->form, f->required, p->lang, out);
}

static void remarks(struct paper *p, const struct form_field *f, int indent)
{
    struct buf line;

    buf_init(&line, 0);
    add_kind(p, f, &line);
    if (f->multilingual && p->form->nlangs > 1)
        add_part(&line, word(p, WORD_LANGUAGES));
    if (f->calculation)
        add_part(&line, word(p, WORD_COMPUTED));
    add_required(p, f, &line);
    if (line.len) {
        spaces(p, indent);
        buf_addc(p->out, '(');
        buf_addc(&line, ')');
        wrap(p, line.s, indent, indent + 1);
    }
    buf_release(&line);
}

static void choices(struct paper *p, const struct form_field *f, int indent)
{
    const struct form_list *list = &p->form->lists[f->list];
    const char *box = f->type == FORM_MANY ? "[ ] " : "( ) ";

    if (list->file || list->nentries > PAPER_CODES_MAX) {
        spaces(p, indent);
        buf_addf(p->out, "________________ (%s «\u00a0%s\u00a0»)\n",
                word(p, WORD_LIST_FILE), list->name);
        return;
    }
    for (size_t i = 0; i < list->nentries; i++) {
        spaces(p, indent);
        buf_adds(p->out, box);
        wrap(p, text(p, &list->entries[i].label), indent + 4, indent + 4);
    }
}

static void answer(struct paper *p, const struct form_field *f, int indent)
{
    int lines = f->type == FORM_MEMO ? PAPER_LINES : 1;

    if (f->type == FORM_ONE || f->type == FORM_MANY) {
        choices(p, f, indent);
        return;
    }
    if (f->calculation || f->type == FORM_NOTE || f->type == FORM_BOOLEAN ||
            f->type == FORM_THREE)
        return;
    for (int i = 0; i < lines; i++) {
        spaces(p, indent);
        rule(p, '_', p->width - indent);
    }
}

static void question(struct paper *p, const struct form_field *f)
{
    char number[16];
    int indent;

    if (f->hidden)
        return;
    buf_addc(p->out, '\n');
    if (f->type == FORM_NOTE) {
        wrap(p, text(p, &f->label), 0, 0);
        condition(p, f->relevant, 0);
        return;
    }
    snprintf(number, sizeof(number), "%d. ", ++p->number);
    indent = (int)strlen(number);
    buf_adds(p->out, number);
    wrap(p, text(p, &f->label), indent, indent);
    indented(p, text(p, &f->hint), indent);
    remarks(p, f, indent);
    condition(p, f->relevant, indent);
    answer(p, f, indent);
}

static bool all_hidden(const struct form *form, int index)
{
    for (size_t i = 0; i < form->nfields; i++) {
        const struct form_field *f = &form->fields[i];
        int parent = form->tables[f->table].parent;

        if (!f->hidden && (f->table == index || (f->table && parent == index)))
            return false;
    }
    return true;
}

static void table(struct paper *p, int index)
{
    const struct form_table *t = &p->form->tables[index];

    if (all_hidden(p->form, index))
        return;
    heading(p, &t->label, '.');
    if (t->kind == FORM_REPEAT)
        buf_addf(p->out, "(%s)\n", word(p, WORD_REPEAT));
    indented(p, text(p, &t->hint), 0);
    condition(p, t->relevant, 0);
}

static void section(struct paper *p, int index)
{
    const struct form *form = p->form;
    const struct form_section *s = &form->sections[index];

    heading(p, &s->label, '-');
    indented(p, text(p, &s->hint), 0);
    condition(p, s->relevant, 0);
    for (size_t i = 0; i < form->nitems; i++) {
        struct form_item it = form->items[i];

        if (it.is_table && form->tables[it.index].section == index)
            table(p, it.index);
        else if (!it.is_table && form->fields[it.index].section == index)
            question(p, &form->fields[it.index]);
    }
}

void form_paper(const struct form *form, const char *lang, int width, struct buf *out)
{
    struct paper p = {
            .form = form,
            .lang = lang,
            .width = width < PAPER_WIDTH_MIN ? PAPER_WIDTH_MIN : width,
            .out = out,
    };

    wrap(&p, form_text(form, &form->label, lang), 0, 0);
    rule(&p, '=', utf8_width(view_of(form_text(form, &form->label, lang))));
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < form->nsections; i++)
            if (form->sections[i].collapsed == (pass == 1))
                section(&p, (int)i);
}
