/* What formats say of a record, gathered for people. */
#include <stdlib.h>
#include <string.h>

#include "odus/app/deliver.h"
#include "odus/base/date.h"
#include "odus/base/datetext.h"
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

static void add_note(struct deliver_notes *notes, struct app *app,
        const struct json *event, const char *(*translate)(const char *id))
{
    const char *format = json_get_or_blank(event, "format");
    struct deliver_note note = {
            .kind = deliver_kind_of(json_get_or_blank(event, "kind")),
            .path = xstrdup(json_get_or_blank(event, "field"))};
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
    app_path_label(app, json_get_or_blank(event, "type"), note.path, &text);
    note.label = buf_take(&text);
    note.formats = xstrdup(format);
    insert(notes, &note);
}

static bool is_noted(const struct deliver_notes *notes, const char *format)
{
    for (size_t i = 0; i < notes->n; i++)
        if (is_listed(notes->all[i].formats, format))
            return true;
    return false;
}

static void add_whole(struct deliver_notes *notes, const struct json *formats)
{
    struct buf names;

    buf_init(&names, 0);
    for (size_t i = 0; i < json_len(formats); i++) {
        const char *name = json_as_text(json_at(formats, i));

        if (name && !is_noted(notes, name))
            buf_addf(&names, "%s%s", names.len ? ", " : "", name);
    }
    free(notes->whole);
    notes->whole = buf_take(&names);
}

void deliver_notes_add(struct deliver_notes *notes, struct app *app,
        const struct json *event, const char *(*translate)(const char *id))
{
    if (strcmp(json_get_or_blank(event, "ev"), "checked") == 0)
        add_whole(notes, json_get(event, "formats"));
    else
        add_note(notes, app, event, translate);
}

void deliver_add_record(
        const struct app *app, const struct json *event, struct buf *out)
{
    struct view day = json_as_view(json_get(event, "day"));
    const char *title = json_get_or_blank(event, "title");
    int32_t days;

    buf_adds(out, title);
    if (!day.n || date_iso_parse(day, &days) < 0)
        return;
    buf_adds(out, *title ? ", " : "");
    datetext_short(days, date_lang_of(app_lang(app)), true, out);
}

void deliver_notes_release(struct deliver_notes *notes)
{
    for (size_t i = 0; i < notes->n; i++)
        note_release(&notes->all[i]);
    free(notes->all);
    free(notes->whole);
    *notes = (struct deliver_notes){0};
}
