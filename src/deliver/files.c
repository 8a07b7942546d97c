/*
 * One plain text file for each record, to be read by people, kept by git, and found
 * again when everything else is lost:
 *
 *     titre.fr: Contes d'hiver
 *     description.fr: Une heure de contes.
 *       Dès six ans.
 *     [seances.1]
 *     debut: 2026-12-05T17:00[Europe/Paris]
 *
 * Fields stand in the order of the form, the record's before its rows; a value of
 * several lines goes on indented; of several values each has a line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats.h"
#include "notice_priv.h"

static void add_indented(struct view text, struct buf *out)
{
    struct view line;

    for (bool first = true; view_next(&text, '\n', &line); first = false) {
        if (!first)
            buf_adds(out, line.n ? "\n  " : "\n");
        buf_addv(out, line);
    }
    buf_addc(out, '\n');
}

static void add_scalar(const char *path, const struct json *value, struct buf *out)
{
    switch (json_kind(value)) {
    case JSON_KIND_TEXT:
        buf_addf(out, "%s: ", path);
        add_indented(json_as_view(value), out);
        break;
    case JSON_KIND_INT:
        buf_addf(out, "%s: %" PRId64 "\n", path, json_as_int(value, 0));
        break;
    case JSON_KIND_BOOL:
        buf_addf(out, "%s: %s\n", path, json_as_bool(value, false) ? "oui" : "non");
        break;
    default: break;
    }
}

/* A value, those of a list, or a text in each of the form's languages. */
static void add_value(const struct form *form, const char *path,
        const struct json *value, struct buf *out)
{
    char one[FORM_PATH_MAX + 16];

    for (size_t i = 0; json_kind(value) == JSON_KIND_ARRAY && i < json_len(value); i++)
        add_scalar(path, json_at(value, i), out);
    for (int l = 0; json_kind(value) == JSON_KIND_OBJECT && l < form->nlangs; l++) {
        snprintf(one, sizeof(one), "%s.%s", path, form->langs[l]);
        add_scalar(one, json_get(value, form->langs[l]), out);
    }
    add_scalar(path, value, out);
}

static void add_row(const struct form *form, int table, size_t row,
        const struct json *values, struct buf *out)
{
    const char *id = json_get_text(values, "id");

    buf_addf(out, "[%s.%zu]\n", form->tables[table].path, row + 1);
    if (id)
        buf_addf(out, "id: %s\n", id);
    for (size_t f = 0; f < form->nfields; f++)
        if (form->fields[f].table == table)
            add_value(form, form->fields[f].key, json_get(values, form->fields[f].key),
                    out);
}

/* These come first, whether the form has fields for them or not. */
static bool is_heading(const char *path)
{
    return strcmp(path, "uid") == 0 || strcmp(path, "type") == 0;
}

static void add_record(
        const struct form *form, const struct json *body, struct buf *out)
{
    for (size_t f = 0; f < form->nfields; f++)
        if (form_frame(form, (int)f) == 0 && !is_heading(form->fields[f].path))
            add_value(form, form->fields[f].path, notice_at(body, form->fields[f].path),
                    out);
    for (size_t t = 0; t < form->ntables; t++) {
        const struct json *rows = notice_at(body, form->tables[t].path);

        for (size_t i = 0; form->tables[t].kind == FORM_REPEAT && i < json_len(rows);
                i++)
            add_row(form, (int)t, i, json_at(rows, i), out);
    }
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct plan *plan = gate_plan(n->gate, n->type);
    struct buf path, text;

    (void)d;
    if (!plan)
        return;
    buf_init(&path, 0);
    buf_init(&text, 0);
    buf_addf(&path, "files/%s/%s.txt", n->type, n->uid);
    buf_addf(&text, "uid: %s\ntype: %s\n", n->uid, n->type);
    add_record(plan->form, n->body, &text);
    outlet_file(out, path.s, buf_view(&text));
    buf_release(&text);
    buf_release(&path);
}

const struct format format_files = {
        .name = "files",
        .label = N_("one text file for each record, for rescue and git"),
        .types = (const char *const[]){"*", NULL},
        .version = 1,
        .make = make,
};
