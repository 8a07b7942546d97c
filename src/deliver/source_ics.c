/*
 * iCalendar (RFC 5545) of any provenance. The file is read twice: first for its time
 * zones and for which components belong together, then for its events; the changed
 * performances of a recurring one are fetched from where they stand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "proposal.h"
#include "source_ics_event.h"
#include "source_ics_index.h"
#include "source_ics_series.h"
#include "source_text.h"

enum { PLACE_SIZE = 32, PROGRESS_EVENTS = 200 };

struct reader {
    const struct source_options *opt;
    const struct source_sink *sink;
    struct ics_scan scan;
    struct ics_scan side; /* fetches components that stand elsewhere */
    struct ics_index index;
    struct ics_zones zones;
    bool cancelled;
    bool second; /* reading */
    int told;
    int barren; /* rules that ended in nothing */
};

static void place_of(const struct ics_item *item, char out[PLACE_SIZE])
{
    snprintf(out, PLACE_SIZE, "line %d", item->line);
}

static int refuse(struct reader *r, const struct ics_item *item, const struct err *why,
        struct err *err)
{
    char place[PLACE_SIZE];

    place_of(item, place);
    return proposal_refuse(r->sink, place, why, err);
}

static int tell_progress(struct reader *r, struct err *err)
{
    const struct source_file *f = &r->scan.lines.file;

    if (r->told++ % PROGRESS_EVENTS)
        return 0;
    return proposal_progress(
            r->sink, f->at / 2 + (r->second ? f->size / 2 : 0), f->size, err);
}

/* --- first reading ---------------------------------------------------------------- */

static int look_at(struct reader *r, const struct ics_item *item, struct err *err)
{
    int rc = 0;

    if (item->kind == ICS_EVENT)
        rc = ics_index_add(&r->index, item, err);
    else if (item->kind == ICS_ZONE || item->kind == ICS_CALENDAR)
        ics_zones_add(&r->zones, item);
    if (item->kind == ICS_CALENDAR)
        r->cancelled |= source_starts(ics_value(item, "METHOD"), "CANCEL");
    return rc ? rc : tell_progress(r, err);
}

static int first_reading(struct reader *r, struct ics_item *item, struct err *err)
{
    int rc, failed = 0;

    while (!failed && (rc = ics_scan_next(&r->scan, item, err)) > 0)
        failed = look_at(r, item, err);
    if (failed)
        return failed;
    if (rc == 0 && !r->scan.any)
        return err_set(err, ERR_INVALID, N_("this file is no calendar"));
    ics_index_sort(&r->index);
    return rc;
}

/* --- one event -------------------------------------------------------------------- */

/* An event without identifier is known by what it says. */
static void identify(const struct ics_item *item, bool second, struct buf *out)
{
    struct view group = ics_group(item);
    char hash[HASH_128_TEXT];

    if (group.n) {
        ics_text(group, out);
        if (second) {
            buf_addc(out, '#');
            buf_addv(out, ics_value(item, "DTSTART"));
        }
        return;
    }
    hash_blake2b128((struct view[]){ics_value(item, "SUMMARY"),
                            ics_value(item, "DTSTART"), ics_value(item, "LOCATION")},
            3, hash);
    buf_adds(out, hash);
}

/* The other components of the event at hand, from where they stand. */
static int fetch_changes(struct reader *r, struct ics_series *series,
        const struct ics_item *item, const struct ics_entry *all, size_t n,
        struct err *err)
{
    struct ics_item other = {0};
    int rc = 0;

    for (size_t i = 0; i < n && rc >= 0; i++) {
        if (all[i].at == (uint32_t)item->at || ics_role(&all[i]) == ICS_MAIN)
            continue;
        ics_scan_seek(&r->side, all[i].at, 0);
        rc = ics_scan_next(&r->side, &other, err);
        if (rc > 0 && other.kind == ICS_EVENT &&
                view_eq(ics_group(&other), ics_group(item)))
            ics_series_change(series, &other,
                    ics_role(&all[i]) == ICS_PART ? ics_value(&other, "UID")
                                                  : (struct view){0});
    }
    ics_item_release(&other);
    return rc < 0 ? rc : 0;
}

struct event {
    const struct ics_item *item;
    const struct ics_entry *all; /* components of it and of what has its UID */
    size_t n;
    enum ics_role role;
    bool second; /* another event with the same UID */
};

/* Fills P; ERR_INVALID: the event is refused with *WHY; another error: *ERR. */
static int describe(struct reader *r, const struct event *e, struct proposal *p,
        struct err *why, struct err *err)
{
    struct ics_series series;
    int rc;

    if (ics_series_init(&series, &r->zones, p, e->item, why))
        return ERR_INVALID;
    series.cancelled = r->cancelled;
    series.barren = &r->barren;
    ics_event_fields(p, e->item);
    if (e->second)
        proposal_note(p, "changed", "",
                N_("its identifier stands in the file for another event too"));
    if (e->role != ICS_MAIN)
        ics_series_change(&series, e->item,
                e->role == ICS_PART ? ics_value(e->item, "UID") : (struct view){0});
    rc = e->second ? 0 : fetch_changes(r, &series, e->item, e->all, e->n, err);
    if (rc == 0)
        ics_series_finish(&series, e->item, e->role == ICS_MAIN);
    ics_series_release(&series);
    return rc;
}

static int propose(struct reader *r, const struct event *e, struct err *err)
{
    char place[PLACE_SIZE];
    struct proposal p;
    struct err why = {0};
    struct buf id;
    int rc;

    buf_init(&id, SOURCE_EVENT_MAX);
    identify(e->item, e->second, &id);
    place_of(e->item, place);
    proposal_init(&p, r->opt, "ics", buf_view(&id), place);
    rc = describe(r, e, &p, &why, err);
    if (why.id)
        rc = refuse(r, e->item, &why, err);
    else if (rc == 0)
        rc = proposal_give(&p, r->sink, err);
    proposal_release(&p);
    buf_release(&id);
    return rc;
}

/* --- second reading --------------------------------------------------------------- */

/* The component that stands for the whole: the first with the rule, else the first. */
static const struct ics_entry *leader(const struct ics_entry *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ics_role(&all[i]) == ICS_MAIN)
            return &all[i];
    return all;
}

/* An earlier component has the same identifier and the same start. */
static bool stands_twice(const struct ics_entry *all, const struct ics_entry *own)
{
    for (; all < own; all++)
        if (ics_role(all) == ICS_MAIN && all->mark == own->mark)
            return true;
    return false;
}

static int take(struct reader *r, const struct ics_item *item, struct err *err)
{
    struct event e = {.item = item, .role = ICS_MAIN};
    const struct ics_entry *own = NULL;
    struct err why = {0};

    e.all = ics_index_find(&r->index, item, &e.n);
    for (size_t i = 0; i < e.n && !own; i++)
        if (e.all[i].at == (uint32_t)item->at)
            own = &e.all[i];
    if (ics_group(item).n == 0)
        return propose(r, &e, err);
    if (!own) {
        err_set(&why, ERR_LIMIT, N_("its identifier stands in the file too often"));
        return refuse(r, item, &why, err);
    }
    e.role = ics_role(own);
    e.second = e.role == ICS_MAIN && own != leader(e.all, e.n);
    if (e.second && stands_twice(e.all, own)) {
        err_set(&why, ERR_CONFLICT, N_("the same event stands in the file twice"));
        return refuse(r, item, &why, err);
    }
    /* A change of what is proposed elsewhere went there. */
    return e.role != ICS_MAIN && own != leader(e.all, e.n) ? 0 : propose(r, &e, err);
}

static int second_reading(struct reader *r, struct ics_item *item, struct err *err)
{
    int rc, failed = 0;

    r->second = true;
    while (!failed && (rc = ics_scan_next(&r->scan, item, err)) > 0) {
        if (item->kind == ICS_EVENT)
            failed = take(r, item, err);
        else if (item->kind == ICS_BAD || item->kind == ICS_OTHER)
            failed = refuse(r, item, &item->why, err);
        if (!failed)
            failed = tell_progress(r, err);
    }
    return failed ? failed : rc;
}

int source_ics(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err)
{
    struct reader r = {
            .opt = opt, .sink = sink, .side = {.lines = {.file = {.fd = -1}}}};
    struct ics_item item = {0};
    int rc = ics_scan_open(&r.scan, file, err);

    ics_zones_init(&r.zones, opt->zone, opt->from / 2 + opt->until / 2);
    if (rc == 0)
        rc = first_reading(&r, &item, err);
    if (rc == 0)
        rc = ics_scan_open(&r.side, file, err);
    if (rc == 0) {
        ics_scan_close(&r.scan);
        rc = ics_scan_open(&r.scan, file, err);
    }
    if (rc == 0)
        rc = second_reading(&r, &item, err);
    if (rc == 0)
        rc = proposal_progress(
                sink, r.scan.lines.file.size, r.scan.lines.file.size, err);
    ics_item_release(&item);
    ics_index_release(&r.index);
    ics_zones_release(&r.zones);
    ics_scan_close(&r.side);
    ics_scan_close(&r.scan);
    return rc;
}
