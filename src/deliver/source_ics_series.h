#ifndef ODUS_DELIVER_SOURCE_ICS_SERIES_H
#define ODUS_DELIVER_SOURCE_ICS_SERIES_H

#include "proposal.h"
#include "source_ics_zone.h"

/** When an event is: its performances, one by one. */

/** Start and length of one component. */
struct ics_times {
    struct ics_clock clock;
    struct ical_when start;
    int days;    /* that it lasts, where the hours are unknown; else 1 */
    int minutes; /* that it lasts, 0: unknown */
};

struct ics_series {
    struct ics_zones *zones;  /* borrowed */
    struct proposal *p;       /* borrowed */
    bool cancelled;           /* the whole calendar says so */
    struct ics_times times;   /* of the main component */
    struct view title, place; /* of it, as they stand; borrowed */
    struct ics_change {
        char *key;    /* identifier, or "" */
        int64_t when; /* RECURRENCE-ID as an instant */
        int32_t day;  /* and as a day */
        bool by_day, used;
        bool onward;            /* it holds for all later ones too */
        struct ical_when first; /* RECURRENCE-ID as it stands */
        struct ics_times times;
        struct moment before; /* X-ODUS-DEBUT-INITIAL; before.zone "": none */
        const char *status;
        char *note;
        struct json *place; /* where it is, NULL: where the event is */
    } * changes;            /* components that stand for one performance */
    size_t nchanges, changes_cap;
    struct ics_day {
        int64_t when;
        int32_t day;
        bool by_day;
    } * excluded;
    size_t nexcluded, excluded_cap;
    struct ics_date {
        struct ical_when when;
        int64_t instant;
        int minutes; /* from an RDATE that is a period; 0: the event's */
    } * dates;
    size_t ndates, dates_cap;
    int looked;
    int *barren; /* borrowed: rules of this file that ended in nothing; set it after
                    ics_series_init */
};

enum { ICS_CHANGES_MAX = 2 * SOURCE_OCCURRENCES_MAX };

/** Reads the main component's DTSTART, DTEND, DURATION. ERR_INVALID: no date. ZONES,
 * P and ITEM are borrowed until ics_series_release. */
int ics_series_init(struct ics_series *s, struct ics_zones *zones, struct proposal *p,
        const struct ics_item *item, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3, 4);
void ics_series_release(struct ics_series *s) ATTR_NONNULL_ALL;

/** A component with a RECURRENCE-ID; or, KEY not empty, a performance of its own. */
void ics_series_change(struct ics_series *s, const struct ics_item *item,
        struct view key) ATTR_NONNULL(1, 2);

/** Gives the proposal the performances of ITEM, the main component; MAIN false: of the
 * changes alone. */
void ics_series_finish(
        struct ics_series *s, const struct ics_item *item, bool main) ATTR_NONNULL_ALL;

/** Code of statuts_seance for STATUS, or our own X-ODUS-STATUT. */
const char *ics_status(const struct ics_item *item) ATTR_RETNONNULL ATTR_NONNULL_ALL;

#endif
