/* Which column of a CSV file is which field: forms/import.map, else names and labels.
 */
#include <stdlib.h>
#include <string.h>

#include "import_priv.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

#define MAP_FILE "import.map"

enum { HEADER_BYTES = 400 };

int import_timing_table(const struct form *form)
{
    for (size_t i = 1; i < form->ntables; i++)
        if (form->tables[i].kind == FORM_REPEAT && form->tables[i].timing_start >= 0)
            return (int)i;
    return -1;
}

/* --- targets --- */

static struct import_column field_column(int field)
{
    return (struct import_column){.kind = IMPORT_FIELD, .field = field, .preset = -1};
}

static bool may_fill(const struct form *form, int field)
{
    return field >= 0 && !form->fields[field].calculation &&
           !form->fields[field].readonly && form->fields[field].type != FORM_NOTE;
}

/* ":date" and its like, for forms whose performances the timing language makes. */
static bool timing_target(
        const struct form *form, struct view key, struct import_column *ret)
{
    static const struct {
        const char *name;
        enum import_kind kind;
    } names[] = {{":date", IMPORT_DAY}, {":heure", IMPORT_HOUR}, {":fin", IMPORT_END},
            {":quand", IMPORT_WHEN}};

    for (size_t i = 0; i < COUNT(names); i++)
        if (view_is(key, names[i].name) && import_timing_table(form) >= 0) {
            *ret = (struct import_column){.kind = names[i].kind, .preset = -1};
            return true;
        }
    return false;
}

/* "tarifs[categorie:plein].prix_min_cts": the row whose `categorie` is `plein`. */
static bool preset_target(
        const struct form *form, struct view key, struct import_column *ret)
{
    const char *open = memchr(key.p, '[', key.n);
    const char *colon = open ? memchr(open, ':', key.n - (size_t)(open - key.p)) : NULL;
    const char *close =
            colon ? memchr(colon, ']', key.n - (size_t)(colon - key.p)) : NULL;
    struct buf path;
    int field;

    if (!close)
        return false;
    buf_init(&path, FORM_PATH_MAX);
    buf_add(&path, key.p, (size_t)(open - key.p));
    buf_addv(&path, (struct view){close + 1, key.n - (size_t)(close + 1 - key.p)});
    field = form_field_find(form, buf_view(&path));
    buf_cut(&path, (size_t)(open - key.p));
    buf_addc(&path, '.');
    buf_addv(&path, (struct view){open + 1, (size_t)(colon - open - 1)});
    *ret = field_column(field);
    ret->preset = form_field_find(form, buf_view(&path));
    buf_release(&path);
    if (!may_fill(form, field) || ret->preset < 0)
        return false;
    ret->value = view_dup((struct view){colon + 1, (size_t)(close - colon - 1)});
    return true;
}

static bool find_target(
        const struct form *form, struct view key, struct import_column *ret)
{
    int field = form_field_find(form, key);

    if (may_fill(form, field)) {
        *ret = field_column(field);
        return true;
    }
    return timing_target(form, key, ret) || preset_target(form, key, ret);
}

/* --- names and labels of the form --- */

static bool folds_to(const char *text, const char *lang, struct view folded)
{
    struct buf own;
    bool same;

    if (!text)
        return false;
    buf_init(&own, HEADER_BYTES);
    utf8_fold(view_of(text), &own);
    if (lang) {
        buf_addc(&own, ' ');
        buf_adds(&own, lang);
    }
    same = own.len && view_eq(buf_view(&own), folded);
    buf_release(&own);
    return same;
}

/* HEAD is the path of FIELD in language LANG ("titre.en"), or LABELS its label. */
static bool is_called(const struct form *form, const struct form_field *field, int lang,
        bool labels, struct view head)
{
    const char *suffix = lang ? form->langs[lang] : NULL;

    if (!labels)
        return folds_to(field->path, suffix, head);
    for (int l = 0; l < form->nlangs; l++)
        if (folds_to(field->label.in[l], suffix, head))
            return true;
    return false;
}

/* Paths before labels, fields of the record before those of repeats. */
static bool match_form(
        const struct form *form, struct view head, struct import_column *ret)
{
    for (int pass = 0; pass < 4; pass++)
        for (size_t i = 0; i < form->nfields; i++) {
            const struct form_field *f = &form->fields[i];

            if (!may_fill(form, (int)i) ||
                    (form_frame(form, (int)i) != 0) != (pass % 2))
                continue;
            for (int lang = 0; lang < f->nslots; lang++)
                if (is_called(form, f, lang, pass >= 2, head)) {
                    *ret = field_column((int)i);
                    ret->lang = lang;
                    ret->own_name = pass < 2;
                    return true;
                }
        }
    return false;
}

/* --- the file --- */

struct map_line {
    int number;
    bool values; /* of a section "[form values]" */
    struct view key, value;
};

struct map_reader {
    const struct form *form;
    struct view rest;
    int number;
    bool ours, values; /* section */
};

static void read_section(struct map_reader *r, struct view line)
{
    struct view name = {line.p + 1, line.n ? line.n - 1 : 0};
    size_t n = strlen(r->form->name);

    if (name.n && name.p[name.n - 1] == ']')
        name.n--;
    r->ours = name.n >= n && memcmp(name.p, r->form->name, n) == 0 &&
              (name.n == n || name.p[n] == ' ');
    r->values = name.n > n;
}

/* The next "key=value" of the form's sections; false at the end. */
static bool next_map_line(struct map_reader *r, struct map_line *ret)
{
    while (r->rest.n) {
        const char *nl = memchr(r->rest.p, '\n', r->rest.n);
        struct view line = {r->rest.p, nl ? (size_t)(nl - r->rest.p) : r->rest.n};
        const char *equal;

        r->rest.p += line.n + (nl != NULL);
        r->rest.n -= line.n + (nl != NULL);
        r->number++;
        line = view_trim(line);
        equal = line.n ? memchr(line.p, '=', line.n) : NULL;
        if (line.n && *line.p == '[')
            read_section(r, line);
        else if (r->ours && equal && *line.p != '#') {
            struct view after = {equal + 1, line.n - (size_t)(equal + 1 - line.p)};

            *ret = (struct map_line){.number = r->number, .values = r->values};
            ret->key = view_trim((struct view){line.p, (size_t)(equal - line.p)});
            ret->value = view_trim(after);
            return true;
        }
    }
    return false;
}

static int bad_line(const struct map_line *line, struct err *err)
{
    char *key = view_dup(line->key);
    int rc = err_set(err, ERR_INVALID, N_("there is no field \"%1$s\""), key);

    err_at(err, MAP_FILE, line->number, 1);
    free(key);
    return rc;
}

/* The head is one of the words between bars. */
static bool names_head(struct view words, struct view head)
{
    while (words.n) {
        const char *bar = memchr(words.p, '|', words.n);
        struct view word = {words.p, bar ? (size_t)(bar - words.p) : words.n};
        char *text = view_dup(view_trim(word));
        bool same = folds_to(text, NULL, head);

        free(text);
        if (same)
            return true;
        words.p += word.n + (bar != NULL);
        words.n -= word.n + (bar != NULL);
    }
    return false;
}

static int match_map(const struct form *form, struct view text, struct view head,
        struct import_column *ret, struct err *err)
{
    struct map_reader r = {.form = form, .rest = text};
    struct map_line line;

    while (next_map_line(&r, &line)) {
        if (line.values || !names_head(line.value, head))
            continue;
        if (!find_target(form, line.key, ret))
            return bad_line(&line, err);
        ret->name = view_dup(line.key);
        return 1;
    }
    return 0;
}

/* --- phrases --- */

static int read_phrase(struct import_map *m, const struct form *form,
        const struct map_line *line, struct err *err)
{
    struct import_phrase p;

    if (!import_phrase_read(form, line->key, line->value, &p))
        return bad_line(line, err);
    m->phrases = mem_grow(m->phrases, m->nphrases, &m->cap, sizeof(*m->phrases));
    m->phrases[m->nphrases++] = p;
    return 0;
}

static int read_phrases(struct import_map *m, const struct form *form, struct view text,
        struct err *err)
{
    struct map_reader r = {.form = form, .rest = text};
    struct map_line line;
    int rc = 0;

    while (rc == 0 && next_map_line(&r, &line))
        if (line.values)
            rc = read_phrase(m, form, &line, err);
    return rc;
}

/* --- all columns --- */

/* Two columns cannot fill the same place: the first one does. */
static bool is_taken(const struct import_map *m, const struct import_column *c)
{
    for (size_t i = 0; i < m->ncolumns; i++) {
        const struct import_column *other = &m->columns[i];

        if (other->kind == c->kind && other->field == c->field &&
                other->lang == c->lang && other->preset == c->preset &&
                (!c->value || (other->value && strcmp(other->value, c->value) == 0)))
            return true;
    }
    return false;
}

static int match_column(const struct form *form, struct view text, struct view name,
        struct import_column *ret, struct err *err)
{
    struct buf head;
    int rc;

    buf_init(&head, HEADER_BYTES);
    utf8_fold(name, &head);
    rc = head.len ? match_map(form, text, buf_view(&head), ret, err) : 0;
    if (rc == 0 && head.len && match_form(form, buf_view(&head), ret)) {
        ret->name = xasprintf("%s%s%s", form->fields[ret->field].path,
                ret->lang ? "." : "", ret->lang ? form->langs[ret->lang] : "");
        rc = 1;
    }
    buf_release(&head);
    return rc;
}

static void release_column(struct import_column *c)
{
    free(c->value);
    free(c->name);
}

int import_map_init(struct import_map *m, const struct form *form, struct view text,
        const struct csv *csv, struct err *err)
{
    size_t n = csv_columns(csv);
    int rc = 0;

    *m = (struct import_map){.columns = xcalloc(n, sizeof(*m->columns))};
    for (size_t i = 0; i < n && rc >= 0; i++) {
        struct import_column c = {.kind = IMPORT_NONE};

        rc = match_column(form, text, csv_name(csv, i), &c, err);
        if (rc > 0 && is_taken(m, &c)) {
            release_column(&c);
            c = (struct import_column){.kind = IMPORT_NONE};
        }
        m->columns[m->ncolumns++] = c;
    }
    return rc < 0 ? rc : read_phrases(m, form, text, err);
}

void import_map_release(struct import_map *m)
{
    for (size_t i = 0; i < m->ncolumns; i++)
        release_column(&m->columns[i]);
    for (size_t i = 0; i < m->nphrases; i++)
        import_phrase_release(&m->phrases[i]);
    free(m->columns);
    free(m->phrases);
    *m = (struct import_map){.columns = NULL};
}
