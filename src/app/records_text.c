/* A record as text to read: sections, labels, values, problems. */
#include <stdlib.h>
#include <string.h>

#include "entry_priv.h"
#include "load.h"
#include "odus/app/records.h"
#include "odus/base/mem.h"

struct text {
    struct entry *en;
    const char *(*translate)(const char *id);
    struct buf *out;
    /* headings whose section, group or repeat has shown nothing so far */
    int section, table;
    bool section_due, table_due;
};

static const char *words(const struct text *t, const char *id)
{
    return t->translate ? t->translate(id) : id;
}

static const char *in_lang(const struct text *t, const struct form_text *text)
{
    return form_text(t->en->form, text, app_lang(t->en->app));
}

static void indent(struct text *t, int level)
{
    for (int i = 0; i < level; i++)
        buf_adds(t->out, "  ");
}

/* TEXT with its further lines indented like the first. */
static void add_lines(struct text *t, const char *text, int level)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        buf_add(t->out, text, n);
        text += n;
        if (*text) {
            buf_addc(t->out, '\n');
            indent(t, level);
            text++;
        }
    }
}

/* "LABEL: ", "LABEL (LANG): " */
static void add_label(struct text *t, const char *label, const char *lang)
{
    char *whole = lang ? xasprintf("%s (%s)", label, lang) : xstrdup(label);

    err_expand(words(t, N_("%1$s: ")), (const char *const[]){whole}, 1, t->out);
    free(whole);
}

static void due_headings(struct text *t)
{
    const struct form *form = t->en->form;

    if (t->section_due)
        buf_addf(t->out, "\n%s\n", in_lang(t, &form->sections[t->section].label));
    if (t->table_due)
        buf_addf(t->out, "  %s\n", in_lang(t, &form->tables[t->table].label));
    t->section_due = t->table_due = false;
}

static void add_field(struct text *t, const struct entry_line *line)
{
    const struct form_field *f = &t->en->form->fields[line->at.field];
    bool grouped = t->en->form->tables[f->table].kind == FORM_GROUP;
    struct buf value;

    if (!grouped)
        t->table_due = false;
    buf_init(&value, 0);
    entry_show(t->en, line->at, &value);
    if (value.len) {
        due_headings(t);
        indent(t, 1 + grouped);
        add_label(t, entry_label(t->en, line->at),
                line->at.lang > 0 ? t->en->form->langs[line->at.lang] : NULL);
        add_lines(t, value.s, 3 + grouped);
        buf_addc(t->out, '\n');
    }
    buf_release(&value);
}

static void add_row(struct text *t, const struct entry_line *line)
{
    struct buf row;

    due_headings(t);
    buf_init(&row, 0);
    entry_row_text(t->en, line->table, line->at.row, &row);
    indent(t, 2);
    buf_adds(t->out, "· ");
    add_lines(t, row.s, 3);
    buf_addc(t->out, '\n');
    buf_release(&row);
}

static void add_line(struct text *t, const struct entry_line *line)
{
    switch (line->kind) {
    case ENTRY_SECTION:
        t->section = line->section;
        t->section_due = true;
        t->table_due = false;
        break;
    case ENTRY_GROUP:
    case ENTRY_REPEAT:
        t->table = line->table;
        t->table_due = true;
        break;
    case ENTRY_FIELD: add_field(t, line); break;
    case ENTRY_ROW: add_row(t, line); break;
    case ENTRY_NOTE:
    case ENTRY_ADD: break;
    }
}

static void add_values(struct text *t)
{
    const struct entry_view view = {.section = -1};
    size_t n;
    struct entry_line *lines = entry_lines(t->en, &view, &n);

    for (size_t i = 0; i < n; i++)
        add_line(t, &lines[i]);
    free(lines);
}

static const char *severity_name(enum form_severity severity)
{
    static const char *const names[] = {
            [FORM_ERROR] = N_("error"),
            [FORM_WARNING] = N_("warning"),
            [FORM_INFO] = N_("remark"),
    };

    return names[severity];
}

static void add_problems(struct text *t)
{
    size_t n;
    const struct issue *issues = entry_issues(t->en, &n);
    bool first = true;

    for (size_t i = 0; i < n; i++) {
        if (issues[i].accepted)
            continue;
        if (first)
            buf_addc(t->out, '\n');
        first = false;
        buf_addf(t->out, "%s, ", words(t, severity_name(issues[i].severity)));
        add_label(t, entry_issue_label(t->en, &issues[i]), NULL);
        entry_issue_text(t->en, &issues[i], t->translate, t->out);
        buf_addf(t->out, " [%s]\n", issues[i].rule);
    }
}

/* Form and title, then state and identifier. */
static void add_head(struct text *t, const char *uid, const char *status)
{
    struct rec_at at = {
            .field = form_field_find(t->en->form, VIEW_LIT("statut_fiche"))};

    buf_addf(t->out, "%s · %s\n", in_lang(t, &t->en->form->label),
            entry_state(t->en).title);
    if (at.field >= 0)
        entry_show(t->en, at, t->out);
    else
        buf_adds(t->out, status ? status : "");
    buf_addf(t->out, " · %s\n", uid);
}

int app_text(struct app *app, const char *uid, const char *(*translate)(const char *id),
        struct buf *out, struct err *err)
{
    struct text t = {.translate = translate, .out = out};
    const struct form *form;
    struct json *body = NULL;
    const char *type;
    int rc = app_json(app, uid, &body, err);

    if (rc < 0)
        return rc;
    type = json_get_text(body, "type");
    rc = type ? load_form(
                        app, type, json_get_text(body, "formulaire"), &form, NULL, err)
              : err_set(err, ERR_DAMAGED, N_("a stored record cannot be read back"));
    if (rc == 0)
        rc = entry_make(app, form, body, &t.en, err);
    if (rc == 0) {
        add_head(&t, uid, json_get_text(body, "statut_fiche"));
        add_values(&t);
        add_problems(&t);
        entry_close(t.en);
    }
    json_free(body);
    return rc;
}
