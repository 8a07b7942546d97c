/* What an import says, in words: the same for the command line and for screens. */
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include "import_foreign.h"

enum { NUMBER_SIZE = 24 };

static const char *text_of(const struct json *j, const char *key)
{
    const char *text = json_get_text(j, key);

    return text ? text : "";
}

/* "LABEL: " */
static void add_label(const char *label, foreign_translate *translate, struct buf *out)
{
    err_expand(translate(N_("%1$s: ")), &label, 1, out);
}

struct word {
    const char *key, *id;
};

static const struct word results[] = {{"new", N_("new")},
        {"already", N_("there already")}, {"changed", N_("changed at its source")},
        {"updated", N_("updated")}, {"refused", N_("refused")}, {NULL, NULL}};

static const struct word kinds[] = {{"changed", N_("taken otherwise")},
        {"guessed", N_("guessed")}, {"cut", N_("cut")}, {"lost", N_("not taken")},
        {"check", N_("to be checked")}, {"several", N_("to be chosen")}, {NULL, NULL}};

static const char *word_of(
        const struct word *words, const char *key, foreign_translate *translate)
{
    for (; words->key; words++)
        if (strcmp(words->key, key) == 0)
            return translate(words->id);
    return key;
}

/* --- one event -------------------------------------------------------------------- */

static void add_link(const struct json *report, const char *key,
        foreign_translate *translate, struct buf *out)
{
    const struct json *link = json_get(report, key);
    const char *result = text_of(link, "result");

    if (!link)
        return;
    buf_addf(out, " · %s", text_of(link, "nom"));
    if (strcmp(result, "new") == 0)
        buf_addf(out, " (%s)", word_of(results, result, translate));
    else if (strcmp(result, "several") == 0)
        buf_addf(out, " (%s)", word_of(kinds, result, translate));
    else if (strcmp(result, "unknown") == 0)
        buf_addf(out, " (%s)", word_of(kinds, "lost", translate));
}

static void add_event(
        const struct json *report, foreign_translate *translate, struct buf *out)
{
    long n = (long)json_get_int(report, "performances", 0);

    buf_addf(out, "%s %s", text_of(report, "day"), text_of(report, "title"));
    if (n > 1)
        buf_addf(out, " × %ld", n);
    add_link(report, "lieu", translate, out);
    add_link(report, "organisateur", translate, out);
}

/* "line 3", as the program that reads tells it; another part of a place as it is. */
static void add_place_part(
        struct view part, foreign_translate *translate, struct buf *out)
{
    static const struct word words[] = {{"line", N_("line %1$s")},
            {"event", N_("event %1$s")}, {"script", N_("script %1$s")},
            {"end", N_("end of the file")}, {NULL, NULL}};
    const struct word *w = words;
    struct view number = part, name;
    char *text;

    if (!view_next(&number, ' ', &name))
        return;
    while (w->key && !view_is(name, w->key))
        w++;
    text = view_dup(w->key ? number : part);
    err_expand(w->key ? translate(w->id) : "%1$s", (const char *const[]){text}, 1, out);
    free(text);
}

/* "script 2, event 3" */
static void add_place(const char *place, foreign_translate *translate, struct buf *out)
{
    struct view rest = view_of(place), part;

    for (const char *sep = ""; view_next(&rest, ',', &part); sep = ", ") {
        buf_adds(out, sep);
        add_place_part(view_trim(part), translate, out);
    }
}

static void add_head(
        const struct json *report, foreign_translate *translate, struct buf *out)
{
    add_place(text_of(report, "place"), translate, out);
    buf_adds(out, "  ");
    add_label(word_of(results, text_of(report, "result"), translate), translate, out);
    if (json_get(report, "day"))
        add_event(report, translate, out);
    if (json_get_text(report, "message")) {
        buf_adds(out, json_get(report, "day") ? " – " : "");
        lines_add_sentence(report, translate, out);
    }
    buf_addc(out, '\n');
}

/* FIELD of an event as its form calls it. */
static void add_field(const struct foreign *f, const char *field, struct buf *out)
{
    app_path_label(f->app, "evenement", field, out);
}

static void add_fields(const struct foreign *f, const struct json *report,
        const char *key, const char *label, foreign_translate *translate,
        struct buf *out)
{
    const struct json *all = json_get(report, key);

    if (!json_len(all))
        return;
    buf_adds(out, "  ");
    add_label(label, translate, out);
    for (size_t i = 0; i < json_len(all); i++)
        if (json_as_text(json_at(all, i))) {
            buf_adds(out, i ? ", " : "");
            add_field(f, json_as_text(json_at(all, i)), out);
        }
    buf_addc(out, '\n');
}

static void add_note(const struct foreign *f, const struct json *note,
        foreign_translate *translate, struct buf *out)
{
    struct buf field;

    buf_adds(out, "  ");
    add_label(word_of(kinds, text_of(note, "kind"), translate), translate, out);
    buf_init(&field, 0);
    add_field(f, text_of(note, "field"), &field);
    if (field.len)
        add_label(field.s, translate, out);
    buf_release(&field);
    lines_add_sentence(note, translate, out);
    buf_addc(out, '\n');
}

void foreign_words(const struct foreign *f, const struct json *report,
        foreign_translate *translate, struct buf *out)
{
    const struct json *notes = json_get(report, "notes");

    add_head(report, translate, out);
    add_fields(f, report, "fields", translate(N_("fields changed")), translate, out);
    add_fields(f, report, "kept",
            translate(N_("fields changed here too, left as they are")), translate, out);
    if (strcmp(text_of(report, "result"), "already") == 0)
        return; /* it was told when it was taken */
    for (size_t i = 0; i < json_len(notes); i++)
        add_note(f, json_at(notes, i), translate, out);
}

/* --- all of them ------------------------------------------------------------------ */

void foreign_count_notes(struct foreign *f, const struct json *report)
{
    const struct json *notes = json_get(report, "notes");
    struct buf key;

    buf_init(&key, 0);
    for (size_t i = 0; i < json_len(notes); i++) {
        buf_clear(&key);
        buf_addf(&key, "%s\t%s", text_of(json_at(notes, i), "kind"),
                text_of(json_at(notes, i), "message"));
        json_set_take(f->notes, key.s, json_int(json_get_int(f->notes, key.s, 0) + 1));
    }
    buf_release(&key);
}

static void add_kind(
        const char *key, long n, foreign_translate *translate, struct buf *out)
{
    static const char *const any[ERR_ARGS] = {"…", "…", "…", "…"};
    struct view rest = view_of(key), kind;
    char *name;

    if (!view_next(&rest, '\t', &kind))
        return;
    name = view_dup(kind);
    buf_addf(out, "  %ld × ", n);
    add_label(word_of(kinds, name, translate), translate, out);
    err_expand(translate(rest.p), any, ERR_ARGS, out);
    buf_addc(out, '\n');
    free(name);
}

/* ID with numbers in its places. */
static void add_numbers(
        const char *text, const int64_t *numbers, int n, struct buf *out)
{
    char texts[ERR_ARGS][NUMBER_SIZE];
    const char *args[ERR_ARGS];

    for (int i = 0; i < n; i++) {
        snprintf(texts[i], NUMBER_SIZE, "%lld", (long long)numbers[i]);
        args[i] = texts[i];
    }
    err_expand(text, args, n, out);
    buf_addc(out, '\n');
}

void foreign_summary(
        const struct foreign *f, foreign_translate *translate, struct buf *out)
{
    const struct foreign_state *st = &f->state;
    const int64_t events[] = {st->taken, st->already, st->changed, st->refused};
    const int64_t beside[] = {st->places, st->organisers};

    add_numbers(translate(N_("%1$s new, %2$s there already, %3$s changed, %4$s "
                             "refused")),
            events, COUNT(events), out);
    if (st->places || st->organisers)
        add_numbers(translate(N_("new beside them: places %1$s, organisers %2$s")),
                beside, COUNT(beside), out);
    for (struct json_iter it = {0}; json_iter(f->notes, &it);)
        add_kind(it.key, (long)json_as_int(it.val, 0), translate, out);
    if (st->changed && !f->wish->update)
        buf_addf(out, "%s\n",
                translate(N_("What changed at its source is left alone: --update "
                             "takes it.")));
}
