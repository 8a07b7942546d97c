/* What is missing before delivering, for people and for machines. */
#include "readiness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

enum { KIND_COLS = 16 };

/* What several records have in common, whatever fields and names differ. */
struct cause {
    char *text; /* "ics, left out: …" */
    long records;
    char uid[37]; /* counted last */
};

/* --- records ---------------------------------------------------------------------- */

/* "  left out        passculture · Venue: …" */
static void print_line(
        const char *kind, const char *formats, const char *label, const char *text)
{
    struct buf line;

    buf_init(&line, 0);
    add_column(&line, kind, KIND_COLS);
    buf_adds(&line, formats);
    if (*text)
        buf_adds(&line, " · ");
    if (*label)
        i18n_add_label(label, &line);
    out_line("  %s%s", line.s, text);
    buf_release(&line);
}

static void print_note(const struct deliver_note *note)
{
    print_line(_(deliver_kind_id(note->kind)), note->formats, note->label, note->text);
}

/* Without what is about settings: that is said of all. */
static void print_record(struct readiness *told)
{
    const char *whole = told->record.whole;
    bool any = false;

    for (size_t i = 0; i < told->record.n; i++)
        any = any || *told->record.all[i].path;
    if (any || (whole && *whole))
        out_line("%.*s  %s", ID_SHOWN, told->uid, told->head);
    for (size_t i = 0; i < told->record.n; i++)
        if (*told->record.all[i].path)
            print_note(&told->record.all[i]);
    if (whole && *whole)
        print_line(_("whole"), whole, "", "");
    deliver_notes_release(&told->record);
    free(told->head);
    told->head = NULL;
}

static void begin_record(struct readiness *told, const struct json *event)
{
    struct buf head;

    print_record(told);
    snprintf(told->uid, sizeof(told->uid), "%s", json_get_or_blank(event, "uid"));
    buf_init(&head, 0);
    deliver_add_record(told->r->app, event, &head);
    told->head = buf_take(&head);
}

/* --- causes ----------------------------------------------------------------------- */

static char *cause_of(const struct json *event)
{
    const char *any[] = {"…", "…"};
    char *label = xasprintf("%s, %s", json_get_or_blank(event, "format"),
            _(deliver_kind_id(deliver_kind_of(json_get_or_blank(event, "kind")))));
    struct buf text;

    buf_init(&text, 0);
    i18n_add_label(label, &text);
    err_expand(_(json_get_or_blank(event, "message")), any, COUNT(any), &text);
    free(label);
    return buf_take(&text);
}

static void count_cause(struct readiness *told, const struct json *event)
{
    char *text = cause_of(event);
    struct cause *c;
    size_t i = 0;

    while (i < told->n && strcmp(told->causes[i].text, text) != 0)
        i++;
    if (i == told->n) {
        told->causes =
                mem_grow(told->causes, told->n, &told->cap, sizeof(*told->causes));
        told->causes[told->n++] = (struct cause){.text = xstrdup(text)};
    }
    free(text);
    c = &told->causes[i];
    if (strcmp(c->uid, told->uid) != 0)
        c->records++;
    memcpy(c->uid, told->uid, sizeof(c->uid));
}

static int by_records(const void *a, const void *b)
{
    const struct cause *x = a, *y = b;

    return x->records != y->records ? (x->records < y->records ? 1 : -1)
                                    : strcmp(x->text, y->text);
}

static void print_causes(struct readiness *told)
{
    bool any = false;

    if (told->n)
        qsort(told->causes, told->n, sizeof(*told->causes), by_records);
    for (size_t i = 0; i < told->n && told->causes[i].records > 1; i++) {
        if (!any)
            out_line("%s", _("What several records have in common:"));
        any = true;
        out_line("%5ld × %s", told->causes[i].records, told->causes[i].text);
    }
}

/* --- all of it -------------------------------------------------------------------- */

static void list_note(struct readiness *told, const struct json *event)
{
    struct json *obj = json_dup(event);
    struct buf text;

    buf_init(&text, 0);
    lines_add_sentence(event, i18n_text, &text);
    json_set_text(obj, "message", text.s);
    buf_clear(&text);
    app_path_label(told->r->app, json_get_or_blank(event, "type"),
            json_get_or_blank(event, "field"), &text);
    json_set_text(obj, "label", text.s);
    json_set_take(obj, "ev", NULL);
    json_set_take(obj, "args", NULL);
    out_list_add(&told->list, obj);
    buf_release(&text);
}

void readiness_note(struct readiness *told, const struct json *event)
{
    bool is_note = strcmp(json_get_or_blank(event, "ev"), "note") == 0;

    if (told->r->args->json) {
        if (is_note)
            list_note(told, event);
        return;
    }
    if (strcmp(told->uid, json_get_or_blank(event, "uid")) != 0)
        begin_record(told, event);
    if (is_note && !*json_get_or_blank(event, "field"))
        deliver_notes_add(&told->all, told->r->app, event, i18n_text);
    else if (is_note)
        count_cause(told, event);
    deliver_notes_add(&told->record, told->r->app, event, i18n_text);
}

void readiness_end(struct readiness *told)
{
    print_record(told);
    if (told->r->args->json)
        out_list_end(&told->list);
    if (told->all.n)
        out_line("%s", _("For all records:"));
    for (size_t i = 0; i < told->all.n; i++)
        print_note(&told->all.all[i]);
    deliver_notes_release(&told->all);
    print_causes(told);
    for (size_t i = 0; i < told->n; i++)
        free(told->causes[i].text);
    free(told->causes);
}
