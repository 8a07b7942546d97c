#include "odus/store/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/store/files.h"
#include "summary_priv.h"

/* --- values ----------------------------------------------------------------------- */

const char *summary_value(const struct rec *rec, int field, int row, int lang)
{
    struct rec_at at = {.field = field, .row = row, .lang = lang};

    if (field < 0 || rec_hidden(rec, at))
        return NULL;
    return rec_get(rec, at);
}

static char *take_or_null(struct buf *b)
{
    char *text = buf_take(b);

    buf_release(b);
    if (*text)
        return text;
    free(text);
    return NULL;
}

static char *evaluate(struct engine *engine, int expr)
{
    struct buf out;

    buf_init(&out, 0);
    if (expr)
        (void)engine_value(engine, expr, 0, &out);
    return take_or_null(&out);
}

/* Value of a field of the record; of several the first. */
static char *first_value(const struct rec *rec, int field)
{
    const char *text = NULL;

    if (field >= 0 && form_frame(rec_form(rec), field) == 0)
        text = summary_value(rec, field, 0, 0);
    return text ? xstrndup(text, strcspn(text, "\n")) : NULL;
}

static char *named_value(const struct rec *rec, const char *path)
{
    return first_value(rec, form_field_find(rec_form(rec), view_of(path)));
}

/* --- words ------------------------------------------------------------------------ */

/* Searched text. What the title and the other columns have is not said again. */
struct text {
    struct forms *forms;
    const struct rec *rec;
    const char *known[4];
    struct buf out;
};

static void add_text(struct text *t, const char *text)
{
    for (size_t i = 0; i < COUNT(t->known); i++)
        if (t->known[i] && strcmp(t->known[i], text) == 0)
            return;
    if (t->out.len)
        buf_addc(&t->out, ' ');
    buf_adds(&t->out, text);
}

static void add_labels(struct text *t, int list, const char *codes)
{
    const struct form *form = rec_form(t->rec);
    struct buf label;

    buf_init(&label, 0);
    while (*codes) {
        size_t n = strcspn(codes, "\n");
        char *code = xstrndup(codes, n);

        buf_clear(&label);
        forms_label(t->forms, form, list, code, form->langs[0], &label);
        add_text(t, label.s);
        free(code);
        codes += n + (codes[n] == '\n');
    }
    buf_release(&label);
}

static void add_field(struct text *t, int field)
{
    const struct form *form = rec_form(t->rec);
    const struct form_field *f = &form->fields[field];
    int rows = rec_rows(t->rec, form_frame(form, field));

    for (int row = 0; row < rows; row++)
        for (int lang = 0; lang < f->nslots; lang++) {
            const char *text = summary_value(t->rec, field, row, lang);

            if (text && f->list >= 0)
                add_labels(t, f->list, text);
            else if (text)
                add_text(t, text);
        }
}

/* PATH of each record that the FIELD names. */
static void add_linked(struct text *t, int field, const char *path)
{
    const struct form *form = rec_form(t->rec);
    int rows = rec_rows(t->rec, form_frame(form, field));
    struct buf value;

    buf_init(&value, 0);
    for (int row = 0; row < rows; row++) {
        const char *uids = summary_value(t->rec, field, row, 0);

        while (uids && *uids) {
            size_t n = strcspn(uids, "\n");
            char *uid = xstrndup(uids, n);

            buf_clear(&value);
            if (linked_label(t->forms, uid, path, &value))
                add_text(t, value.s);
            free(uid);
            uids += n + (uids[n] == '\n');
        }
    }
    buf_release(&value);
}

/* "lieu.adresse.commune": the field that is a link, and the rest of PATH. */
static int find_link(const struct form *form, const char *path, const char **ret_rest)
{
    for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
        int field = form_field_find(form, (struct view){path, (size_t)(dot - path)});

        if (field >= 0 && form->fields[field].type == FORM_REF) {
            *ret_rest = dot + 1;
            return field;
        }
    }
    return -1;
}

static void add_path(struct text *t, const char *path)
{
    const struct form *form = rec_form(t->rec);
    int field = form_field_find(form, view_of(path));
    const char *rest = NULL;

    if (field >= 0) {
        add_field(t, field);
        return;
    }
    field = find_link(form, path, &rest);
    if (field >= 0)
        add_linked(t, field, rest);
}

/* Names and towns of the places that single séances have instead of the usual one. */
static void add_other_places(struct text *t)
{
    int field = summary_own_place(rec_form(t->rec));

    if (field < 0)
        return;
    add_linked(t, field, "title");
    add_linked(t, field, FIELD_TOWN);
}

static char *words_of(struct forms *forms, const struct rec *rec, char *const *paths,
        const struct summary *s)
{
    struct text t = {.forms = forms, .rec = rec};

    buf_init(&t.out, 0);
    if (s) {
        t.known[0] = s->title;
        t.known[1] = s->place_name;
        t.known[2] = s->town;
        t.known[3] = s->organiser_name;
    }
    for (; *paths; paths++)
        add_path(&t, *paths);
    if (s)
        add_other_places(&t);
    return take_or_null(&t.out);
}

/* --- links ------------------------------------------------------------------------ */

struct links {
    char **items;
    size_t n, cap;
};

static void add_link(struct links *l, struct view uid)
{
    for (size_t i = 0; i < l->n; i++)
        if (view_is(uid, l->items[i]))
            return;
    l->items = mem_grow(l->items, l->n, &l->cap, sizeof(*l->items));
    l->items[l->n++] = view_dup(uid);
}

static void add_links(struct links *l, const char *uids)
{
    while (uids && *uids) {
        size_t n = strcspn(uids, "\n");

        add_link(l, (struct view){uids, n});
        uids += n + (uids[n] == '\n');
    }
}

/* The files of the store among NAMES; a path or an address is none. */
static void add_files(struct links *l, const char *names)
{
    while (names && *names) {
        struct view name = {names, strcspn(names, "\n")};
        char id[FILES_ID];

        if (files_is_hash(name)) {
            snprintf(id, sizeof(id), FILES_PREFIX "%.64s", name.p);
            add_link(l, view_of(id));
        }
        names += name.n + (names[name.n] == '\n');
    }
}

static void add_links_of(struct links *l, const struct rec *rec, int field)
{
    const struct form *form = rec_form(rec);
    int rows = rec_rows(rec, form_frame(form, field));

    for (int row = 0; row < rows; row++) {
        const char *names = summary_value(rec, field, row, 0);

        if (form->fields[field].type == FORM_REF)
            add_links(l, names);
        else
            add_files(l, names);
    }
}

static char **links_of(const struct rec *rec)
{
    const struct form *form = rec_form(rec);
    struct links l = {0};

    for (size_t i = 0; i < form->nfields; i++)
        if (form->fields[i].type == FORM_REF || form->fields[i].type == FORM_FILE)
            add_links_of(&l, rec, (int)i);
    l.items = mem_grow(l.items, l.n, &l.cap, sizeof(*l.items));
    l.items[l.n] = NULL;
    return l.items;
}

/* --- the whole -------------------------------------------------------------------- */

static char *linked_text(struct forms *forms, const char *uid, const char *path)
{
    struct buf out;

    buf_init(&out, 0);
    (void)linked_label(forms, uid, path, &out);
    return take_or_null(&out);
}

/* The town of the record itself (a venue, a structure), else of its place. */
static char *town_of(struct forms *forms, const struct rec *rec, const char *place)
{
    const struct form *form = rec_form(rec);
    int field = form_field_find(form, VIEW_LIT(FIELD_TOWN));
    char *code = first_value(rec, field);
    struct buf out;

    if (!code)
        return linked_text(forms, place, FIELD_TOWN);
    buf_init(&out, 0);
    forms_label(forms, form, form->fields[field].list, code, form->langs[0], &out);
    free(code);
    return take_or_null(&out);
}

/* A blank genre is the one it inherits. */
static char *genre_of(struct engine *engine, const struct rec *rec)
{
    const struct form *form = rec_form(rec);
    char *genre = first_value(rec, form->genre);

    if (genre || form->genre < 0)
        return genre;
    return evaluate(engine, form->fields[form->genre].inherit);
}

void summary_build(struct forms *forms, struct engine *engine, const struct rec *rec,
        struct summary *ret)
{
    const struct form *form = rec_form(rec);
    struct issue_counts counts = engine_counts(engine);
    const char *sample = rec_value(rec, FIELD_SAMPLE);
    struct summary s = {
            .uid = named_value(rec, "uid"),
            .type = xstrdup(form->name),
            .status = named_value(rec, FIELD_STATUS),
            .title = evaluate(engine, form->title),
            .subtitle = evaluate(engine, form->subtitle),
            .place = first_value(rec, form->place),
            .organiser = first_value(rec, form->organiser),
            .genre = genre_of(engine, rec),
            .sample = sample && strcmp(sample, "1") == 0,
            .errors = counts.errors,
            .warnings = counts.warnings,
    };

    s.place_name = linked_text(forms, s.place, "title");
    s.town = town_of(forms, rec, s.place);
    s.organiser_name = linked_text(forms, s.organiser, "title");
    s.text = words_of(forms, rec, form->search, &s);
    s.memo = words_of(forms, rec, form->memos, NULL);
    s.links = links_of(rec);
    summary_days(engine, rec, &s);
    *ret = s;
}

void summary_release(struct summary *s)
{
    if (!s)
        return;
    free(s->uid);
    free(s->type);
    free(s->status);
    free(s->title);
    free(s->subtitle);
    free(s->text);
    free(s->memo);
    free(s->place_name);
    free(s->town);
    free(s->organiser_name);
    free(s->place);
    free(s->organiser);
    free(s->genre);
    for (size_t i = 0; i < s->ndays; i++)
        free(s->days[i].place);
    free(s->days);
    for (char **link = s->links; link && *link; link++)
        free(*link);
    free(s->links);
    *s = (struct summary){0};
}
