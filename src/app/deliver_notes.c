/* What formats say of a record, gathered for people. */
#include <stdlib.h>
#include <string.h>

#include "odus/app/deliver.h"
#include "odus/base/mem.h"

static const struct {
    const char *name, *id;
} kinds[DELIVER_KINDS] = {[DELIVER_REFUSED] = {"refused", N_("left out")},
        [DELIVER_MISSING] = {"missing", N_("missing")},
        [DELIVER_CUT] = {"cut", N_("cut")},
        [DELIVER_LOST] = {"lost", N_("not taken")}};

const char *deliver_kind_id(enum deliver_kind kind)
{
    return kinds[kind].id;
}

enum deliver_kind deliver_kind_of(const char *name)
{
    int kind = DELIVER_REFUSED;

    while (kind < DELIVER_LOST && strcmp(kinds[kind].name, name) != 0)
        kind++;
    return (enum deliver_kind)kind;
}

static const char *text_of(const struct json *event, const char *key)
{
    const char *text = json_get_text(event, key);

    return text ? text : "";
}

static bool is_listed(const char *names, const char *name)
{
    struct view rest = view_of(names), one;

    while (view_next(&rest, ',', &one))
        if (view_is(view_trim(one), name))
            return true;
    return false;
}

static void add_format(struct deliver_note *note, const char *name)
{
    char *names;

    if (is_listed(note->formats, name))
        return;
    names = xasprintf("%s, %s", note->formats, name);
    free(note->formats);
    note->formats = names;
}

static void note_release(struct deliver_note *note)
{
    free(note->formats);
    free(note->path);
    free(note->label);
    free(note->text);
}

/* Behind those that weigh as much; NOTE is taken. */
static void insert(struct deliver_notes *notes, const struct deliver_note *note)
{
    size_t at = notes->n;

    while (at > 0 && notes->all[at - 1].kind > note->kind)
        at--;
    notes->all = mem_grow(notes->all, notes->n, &notes->cap, sizeof(*notes->all));
    memmove(&notes->all[at + 1], &notes->all[at],
            (notes->n - at) * sizeof(*notes->all));
    notes->all[at] = *note;
    notes->n++;
}

void deliver_notes_add(struct deliver_notes *notes, struct app *app,
        const struct json *event, const char *(*translate)(const char *id))
{
    const char *format = text_of(event, "format");
    struct deliver_note note = {.kind = deliver_kind_of(text_of(event, "kind")),
            .path = xstrdup(text_of(event, "field"))};
    struct buf text;

    buf_init(&text, 0);
    lines_add_sentence(event, translate, &text);
    note.text = buf_take(&text);
    for (size_t i = 0; i < notes->n; i++)
        if (notes->all[i].kind == note.kind &&
                strcmp(notes->all[i].path, note.path) == 0 &&
                strcmp(notes->all[i].text, note.text) == 0) {
            add_format(&notes->all[i], format);
            note_release(&note);
            return;
        }
    buf_init(&text, 0);
    app_path_label(app, text_of(event, "type"), note.path, &text);
    note.label = buf_take(&text);
    note.formats = xstrdup(format);
    insert(notes, &note);
}

void deliver_notes_release(struct deliver_notes *notes)
{
    for (size_t i = 0; i < notes->n; i++)
        note_release(&notes->all[i]);
    free(notes->all);
    *notes = (struct deliver_notes){0};
}
