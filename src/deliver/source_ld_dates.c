#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "source_ld_event.h"
#include "source_text.h"
#include "source_time.h"

enum { DAY_MINUTES = 1440, SPAN_MAX = 400 };

static const char *status_of(const struct json *event, bool sold_out)
{
    static const struct {
        const char *word, *code;
    } all[] = {{"EventCancelled", "annule"}, {"EventCanceled", "annule"},
            {"cancelled", "annule"}, {"canceled", "annule"},
            {"EventPostponed", "reporte"}, {"postponed", "reporte"},
            {"EventRescheduled", "reprogramme"}, {"rescheduled", "reprogramme"},
            {"EventMovedOnline", "passe_en_ligne"}};
    struct view word = ld_word(ld_text(json_get(event, "eventStatus")));

    for (size_t i = 0; i < COUNT(all); i++)
        if (word.n == strlen(all[i].word) && source_starts(word, all[i].word))
            return all[i].code;
    return sold_out ? "complet" : "confirme";
}

/* All offers of EVENT say that there is nothing left. */
static bool is_sold_out(const struct ld_graph *g, const struct json *event)
{
    const struct json *offers = json_get(event, "offers"), *one;
    size_t i = 0;

    for (; (one = ld_item(g, offers, i)); i++)
        if (!view_is(ld_word(ld_text(json_get(one, "availability"))), "SoldOut"))
            return false;
    return i > 0;
}

/* Midnight to midnight, or to a minute before it, is how programs write whole days. */
static bool whole_days(const struct source_when *start, const struct source_when *end)
{
    return start->minutes == 0 &&
           (end->minutes == DAY_MINUTES - 1 ||
                   (end->minutes == 0 && end->days > start->days));
}

struct span {
    struct source_when start, end;
    bool has_end;
};

static bool read_span(struct ld_event *e, const struct json *event, struct span *ret)
{
    struct span s = {0};

    if (!source_when(ld_text(json_get(event, "startDate")), &s.start))
        return false;
    s.has_end = source_when(ld_text(json_get(event, "endDate")), &s.end);
    if (s.has_end && whole_days(&s.start, &s.end)) {
        if (s.end.minutes == 0)
            s.end.days--;
        s.start.minutes = s.end.minutes = MOMENT_NO_HOUR;
        proposal_note(e->p, "guessed", "seances.debut",
                N_("from midnight to midnight is a day without hours"));
    }
    *ret = s;
    return true;
}

/* The UUID that an address ends in, empty: none. */
static struct view uuid_in(struct view id)
{
    struct view tail = {0};

    if (id.n >= UUID_TEXT - 1)
        tail = (struct view){id.p + id.n - (UUID_TEXT - 1), UUID_TEXT - 1};
    return uuid_valid(tail) ? tail : (struct view){0};
}

/* A performance by itself is known by its own identifier; else by when it is. */
static struct view key_of(const struct ld_event *e, const struct json *event)
{
    struct view id = uuid_in(ld_text(json_get(event, "identifier")));

    if (id.n)
        return id;
    if (e->node->first < 0 && !e->part)
        return (struct view){0};
    id = ld_text(json_get(event, "@id"));
    if (uuid_in(id).n)
        return uuid_in(id);
    return id.n ? id : ld_text(json_get(event, "startDate"));
}

static void give_days(
        struct ld_event *e, const struct span *s, struct slot *slot, struct view key)
{
    int days = s->has_end ? s->end.days - s->start.days + 1 : 1;
    char day_key[300];

    if (days < 1 || days > SPAN_MAX)
        days = 1;
    if (days > 1)
        proposal_note(e->p, "changed", "seances",
                N_("an event of several days is one performance a day"));
    for (int i = 0; i < days; i++) {
        snprintf(day_key, sizeof(day_key), "%.*s+%d", (int)(key.n < 200 ? key.n : 200),
                key.p ? key.p : "", i);
        slot->key = i ? view_of(day_key) : key;
        proposal_slot(e->p, slot);
        slot->start.days++;
    }
}

static void set_end(struct ld_event *e, const struct span *s, struct slot *slot)
{
    bool moved;

    if (!s->has_end || s->end.minutes == MOMENT_NO_HOUR)
        return;
    if (s->end.days - s->start.days < SPAN_MAX && s->end.days >= s->start.days - 1 &&
            source_moment(&s->end, e->zone, &slot->end, &moved) &&
            moment_cmp(&slot->end, &slot->start) > 0)
        return;
    slot->end.zone[0] = '\0';
    if (moment_cmp(&slot->end, &slot->start) < 0)
        proposal_note(e->p, "lost", "seances.fin", N_("the end cannot be right"));
}

static void take(struct ld_event *e, const struct json *event)
{
    struct slot slot = {.status = status_of(event, is_sold_out(e->graph, event))};
    struct source_when before;
    struct span s;
    bool moved;

    if (!read_span(e, event, &s) || s.start.days < e->p->opt->from - SPAN_MAX ||
            s.start.days > e->p->opt->until + 2 ||
            !source_moment(&s.start, e->zone, &slot.start, &moved)) {
        e->p->outside++;
        return;
    }
    if (moved || (s.start.fixed && slot.start.minutes != s.start.minutes))
        proposal_note(e->p, "changed", "seances.debut",
                N_("the hours are those of %1$s now"), e->zone);
    if (source_when(ld_text(json_get(event, "previousStartDate")), &before) &&
            !source_moment(&before, e->zone, &slot.before, &moved))
        slot.before.zone[0] = '\0';
    if (s.start.minutes == MOMENT_NO_HOUR) {
        give_days(e, &s, &slot, key_of(e, event));
        return;
    }
    set_end(e, &s, &slot);
    slot.key = key_of(e, event);
    proposal_slot(e->p, &slot);
}

int ld_event_dates(struct ld_event *e, struct err *err)
{
    struct view start = ld_text(json_get(e->node->json, "startDate"));
    struct source_when when;
    bool any = false;

    for (long i = e->node->first; i >= 0; i = e->graph->nodes[i].next) {
        const struct json *part = e->graph->nodes[i].json;

        if (source_when(ld_text(json_get(part, "startDate")), &when)) {
            take(e, part);
            any = true;
        }
    }
    if (any && !e->node->too)
        return 0;
    if (!source_when(start, &when)) {
        char *text;

        if (start.n == 0)
            return err_set(err, ERR_INVALID, N_("it has no date"));
        text = view_dup(start);
        err_set(err, ERR_INVALID, N_("this is no date: %1$s"), text);
        free(text);
        return ERR_INVALID;
    }
    take(e, e->node->json);
    return 0;
}
