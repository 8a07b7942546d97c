/* OpenAgenda: the dates of an event and its one status. */
#include <string.h>

#include "odus/deliver/text.h"
#include "openagenda.h"

enum {
    DEFAULT_MIN = 60, /* minutes of a performance whose end nobody knows */
    TIMINGS_MAX = 800,
    DAY_S = 86400,
};

static bool is(const struct performance *p, const char *status)
{
    return strcmp(p->status, status) == 0;
}

static bool takes_place(const struct performance *p)
{
    return !is(p, "annule") && !is(p, "reporte");
}

/* All performances at this venue are so. */
static bool all(const struct oa_run *r, bool (*fn)(const struct performance *p))
{
    for (size_t i = 0; i < r->n->noccurrences; i++)
        if (strcmp(r->n->occurrences[i].place, r->place) == 0 &&
                !fn(&r->n->occurrences[i]))
            return false;
    return true;
}

static bool off(const struct performance *p)
{
    return !takes_place(p);
}

static bool cancelled(const struct performance *p)
{
    return is(p, "annule");
}

static bool full_or_off(const struct performance *p)
{
    return is(p, "complet") || off(p);
}

static bool online_or_off(const struct performance *p)
{
    return is(p, "passe_en_ligne") || off(p);
}

static bool at_its_date(const struct performance *p)
{
    return !is(p, "reprogramme");
}

const char *oa_status(const struct oa_run *r)
{
    if (all(r, cancelled))
        return "annule";
    if (all(r, off))
        return "reporte";
    if (all(r, full_or_off))
        return "complet";
    if (all(r, online_or_off))
        return "passe_en_ligne";
    return all(r, at_its_date) ? "confirme" : "reprogramme";
}

/* End of P in Unix seconds, and as text; the hour of P is known. */
static bool end_of(const struct oa_run *r, const struct performance *p, int64_t start,
        int64_t *ret_s, struct buf *text)
{
    struct moment end = p->end;

    if (!*end.zone || end.minutes == MOMENT_NO_HOUR) {
        outlet_note(r->out, NOTE_MISSING, "seances.fin",
                N_("OpenAgenda asks for an end: an hour is assumed."), NULL, NULL);
        if (moment_add(&p->start, DEFAULT_MIN, &end) < 0)
            return false;
    }
    text_moment(&end, text);
    return moment_utc(&end, ret_s) == 0 && *ret_s > start && *ret_s <= start + DAY_S;
}

/* Adds P to TIMINGS, *LAST is the end of the one before. */
static void add_timing(const struct oa_run *r, const struct performance *p,
        struct json *timings, int64_t *last)
{
    struct buf begin, end;
    int64_t start_s, end_s;

    if (p->start.minutes == MOMENT_NO_HOUR || moment_utc(&p->start, &start_s) < 0) {
        outlet_note(r->out, NOTE_LOST, "seances.debut",
                N_("OpenAgenda takes no date without its hour: it is left out."), NULL,
                NULL);
        return;
    }
    buf_init(&begin, 0);
    buf_init(&end, 0);
    text_moment(&p->start, &begin);
    if (json_len(timings) < TIMINGS_MAX && end_of(r, p, start_s, &end_s, &end) &&
            start_s >= *last) {
        struct json *timing = json_new_object();

        json_set_text(timing, "begin", begin.s);
        json_set_text(timing, "end", end.s);
        json_push_take(timings, timing);
        *last = end_s;
    } else {
        outlet_note(r->out, NOTE_LOST, "seances",
                N_("A performance over another, longer than a day, or after 800 "
                   "others is left out."),
                NULL, NULL);
    }
    buf_release(&end);
    buf_release(&begin);
}

struct json *oa_timings(const struct oa_run *r)
{
    struct json *list = json_new_array();
    bool none = all(r, off), full = all(r, full_or_off);
    int64_t last = INT64_MIN;

    for (size_t i = 0; i < r->n->noccurrences; i++) {
        const struct performance *p = &r->n->occurrences[i];

        if (strcmp(p->place, r->place) != 0)
            continue;
        if (is(p, "complet") && !full)
            outlet_note(r->out, NOTE_LOST, "seances.statut",
                    N_("OpenAgenda cannot call one date among others sold out: it "
                       "seems to have seats."),
                    NULL, NULL);
        if (takes_place(p) || none)
            add_timing(r, p, list, &last);
        else
            outlet_note(r->out, NOTE_LOST, "seances.statut",
                    N_("OpenAgenda cannot cancel one date among others: it is left "
                       "out."),
                    NULL, NULL);
    }
    return list;
}
