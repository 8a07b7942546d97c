/* What is missing before delivering, for people and for machines. */
#include "readiness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/mem.h"

enum { KIND_COLS = 16 };

/* What several records have in common, whatever fields and names differ. */
struct cause {
    char *text; /* "ics, left out: …" */
    long records;
    char uid[37]; /* counted last */
};

static const char *text_of(const struct json *event, const char *key)
{
    const char *text = json_get_text(event, key);

    return text ? text : "";
}

/* --- records ---------------------------------------------------------------------- */

/* "  left out        passculture · Venue: …" */
static void print_notes(const struct deliver_notes *notes)
{
    struct buf line;

    buf_init(&line, 0);
    for (size_t i = 0; i < notes->n; i++) {
        const struct deliver_note *note = &notes->all[i];

        buf_clear(&line);
        add_column(&line, _(deliver_kind_id(note->kind)), KIND_COLS);
        buf_addf(&line, "%s · ", note->formats);
        if (*note->label)
            i18n_add_label(note->label, &line);
        out_line("  %s%s", line.s, note->text);
    }
    buf_release(&line);
}

static void print_record(struct readiness *told)
{
    if (told->record.n) {
        out_line("%.*s  %s", ID_SHOWN, told->uid, told->head);
        print_notes(&told->record);
    }
    deliver_notes_release(&told->record);
    free(told->head);
    told->head = NULL;
}

/* "Un hiver à Dormillouse, ve. 27 nov. 2026" */
static char *head_of(const struct readiness *told, const struct json *event)
{
    struct view day = json_as_view(json_get(event, "day"));
    struct buf head;
    int32_t days;

    buf_init(&head, 0);
    buf_adds(&head, text_of(event, "title"));
    if (day.n && date_iso_parse(day, &days) == 0) {
        buf_adds(&head, head.len ? ", " : "");
        datetext_short(days, date_lang_of(app_lang(told->r->app)), true, &head);
    }
    return buf_take(&head);
}

static void begin_record(struct readiness *told, const struct json *event)
{
    print_record(told);
    snprintf(told->uid, sizeof(told->uid), "%s", text_of(event, "uid"));
    told->head = head_of(told, event);
}

/* --- causes ----------------------------------------------------------------------- */

static char *cause_of(const struct json *event)
{
    const char *any[] = {"…", "…"};
    char *label = xasprintf("%s, %s", text_of(event, "format"),
            _(deliver_kind_id(deliver_kind_of(text_of(event, "kind")))));
    struct buf text;

    buf_init(&text, 0);
    i18n_add_label(label, &text);
    err_expand(_(text_of(event, "message")), any, COUNT(any), &text);
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
    app_path_label(
            told->r->app, text_of(event, "type"), text_of(event, "field"), &text);
    json_set_text(obj, "label", text.s);
    json_set_take(obj, "ev", NULL);
    json_set_take(obj, "args", NULL);
    out_list_add(&told->list, obj);
    buf_release(&text);
}

void readiness_note(struct readiness *told, const struct json *event)
{
    if (told->r->args->json) {
        list_note(told, event);
        return;
    }
    if (!*text_of(event, "field")) {
        deliver_notes_add(&told->all, told->r->app, event, i18n_text);
        return;
    }
    if (strcmp(told->uid, text_of(event, "uid")) != 0)
        begin_record(told, event);
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
    print_notes(&told->all);
    deliver_notes_release(&told->all);
    print_causes(told);
    for (size_t i = 0; i < told->n; i++)
        free(told->causes[i].text);
    free(told->causes);
}
