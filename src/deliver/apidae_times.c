/*
 * Apidae: performances as periods of opening. Equal ones on consecutive days become one
 * period, which says the same; what an hour does not say stands beside it in words.
 */
#include <stdlib.h>
#include <string.h>

#include "apidae.h"
#include "facts.h"
#include "odus/base/date.h"
#include "odus/base/mem.h"
#include "odus/deliver/text.h"
#include "words.h"

enum {
    NOTE_MAX = 255, /* characters of complementHoraire */
    NO_END = -1,
    /* Days before and after the record's last change: Apidae takes no others, counted
     * from the day of sending. */
    DAYS_BACK = 730,
    DAYS_AHEAD = 3650,
};

struct period {
    int32_t first, last;
    int16_t start, end; /* minutes; MOMENT_NO_HOUR, NO_END: unknown */
    struct json *label; /* may be NULL */
};

struct periods {
    struct period *items;
    size_t n, cap;
};

/* --- in words --------------------------------------------------------------------- */

static void item(struct buf *out, const char *text)
{
    if (!text || !*text)
        return;
    if (out->len)
        buf_adds(out, " – ");
    buf_adds(out, text);
}

/* "annulé", "nouvelle date (prévue d’abord samedi 5 décembre 2026)" */
static void write_status(
        const struct delivery *d, const struct performance *p, struct buf *out)
{
    const char *status = words_status(d, p);
    struct buf day;

    item(out, status);
    if (!status || !*p->before.zone)
        return;
    buf_init(&day, 0);
    text_day(p->before.days, d->lang, &day);
    buf_addf(out, " (%s %s)", words(d, WORD_PLANNED), day.s);
    buf_release(&day);
}

static void write_note(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    const struct performance *p = ctx;
    const struct json *venue = notice_linked(r->n, p->place);
    struct buf note;

    write_status(d, p, out);
    if (p->start.minutes == MOMENT_NO_HOUR)
        item(out, words(d, WORD_HOUR_LATER));
    if (strcmp(p->place, r->place) != 0)
        item(out, notice_text(venue, "nom", NULL));
    buf_init(&note, 0);
    words_marks(d, p, " – ", &note);
    item(out, note.s);
    buf_clear(&note);
    facts_line(json_get_text(json_get(p->row, "note_horaire"), d->lang), &note);
    item(out, note.s);
    buf_release(&note);
}

/* --- periods ---------------------------------------------------------------------- */

/* Minutes at which P ends, on its day or in the night after. */
static int16_t closing(const struct performance *p)
{
    int32_t days = p->end.days - p->start.days;

    if (!*p->end.zone || p->end.minutes == MOMENT_NO_HOUR ||
            p->start.minutes == MOMENT_NO_HOUR)
        return NO_END;
    if ((days == 0 && p->end.minutes > p->start.minutes) ||
            (days == 1 && p->end.minutes <= p->start.minutes))
        return p->end.minutes;
    return NO_END;
}

/* Q is what P was, the day after. */
static bool follows(const struct period *p, const struct period *q)
{
    return p->last + 1 == q->first && p->start == q->start && p->end == q->end &&
           (p->label ? json_same(p->label, q->label) : !q->label);
}

/* Takes Q's label. */
static void add(struct periods *all, struct period q)
{
    for (size_t i = all->n; i-- > 0;)
        if (follows(&all->items[i], &q)) {
            all->items[i].last = q.last;
            json_free(q.label);
            return;
        }
    all->items = mem_grow(all->items, all->n, &all->cap, sizeof(*all->items));
    all->items[all->n++] = q;
}

/* The day of the record's last change, DATE_NONE where it is unknown. */
static int32_t changed(const struct notice *n)
{
    struct view text = json_as_view(json_get(n->body, "modifie_le"));
    int32_t day;

    if (text.n < 10 || date_iso_parse((struct view){text.p, 10}, &day) < 0)
        return DATE_NONE;
    return day;
}

static bool in_reach(const struct ap_run *r, const struct performance *p)
{
    int32_t day = changed(r->n);

    if (day == DATE_NONE ||
            (p->start.days >= day - DAYS_BACK && p->start.days <= day + DAYS_AHEAD))
        return true;
    outlet_note(r->out, NOTE_LOST, "seances.debut",
            N_("Apidae takes no date over two years ago or over ten years ahead: it is "
               "left out."),
            NULL, NULL);
    return false;
}

static void collect(struct ap_run *r, struct periods *all)
{
    bool cut = false;

    for (size_t i = 0; i < r->n->noccurrences; i++) {
        const struct performance *p = &r->n->occurrences[i];

        if (!in_reach(r, p))
            continue;
        add(all, (struct period){.first = p->start.days,
                         .last = p->start.days,
                         .start = p->start.minutes,
                         .end = closing(p),
                         .label = ap_label(r, write_note, p, NOTE_MAX, &cut)});
        if (r->first == DATE_NONE)
            r->first = p->start.days;
        r->last = p->start.days;
    }
    if (cut)
        outlet_note(r->out, NOTE_CUT, "seances.note_horaire",
                N_("Apidae takes a shorter text: it is cut."), NULL, NULL);
}

/* --- as Apidae has them ----------------------------------------------------------- */

static void set_day(struct json *obj, const char *key, int32_t day)
{
    char text[DATE_ISO_SIZE];

    date_iso(day, text);
    json_set_text(obj, key, text);
}

static void set_time(struct json *obj, const char *key, int minutes)
{
    struct buf text;

    if (minutes < 0)
        return;
    buf_init(&text, 0);
    buf_addf(&text, "%02d:%02d:00", minutes / 60, minutes % 60);
    json_set_text(obj, key, text.s);
    buf_release(&text);
}

/* Takes P's label. */
static struct json *period(const struct period *p)
{
    struct json *obj = json_new_object();

    set_day(obj, "dateDebut", p->first);
    set_day(obj, "dateFin", p->last);
    set_time(obj, "horaireOuverture", p->start);
    set_time(obj, "horaireFermeture", p->end);
    json_set_text(obj, "type", "OUVERTURE_TOUS_LES_JOURS");
    json_set_take(obj, "tousLesAns", json_bool(false));
    json_set_take(obj, "complementHoraire", p->label);
    return obj;
}

bool ap_put_times(struct ap_run *r)
{
    struct periods all = {0};
    struct json *list = json_new_array();
    bool any;

    r->first = r->last = DATE_NONE;
    collect(r, &all);
    for (size_t i = 0; i < all.n; i++)
        json_push_take(list, period(&all.items[i]));
    free(all.items);
    any = json_len(list) > 0;
    ap_put(r, "ouverture.periodesOuvertures", list);
    return any;
}
