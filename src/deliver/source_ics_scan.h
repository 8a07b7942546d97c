#ifndef ODUS_DELIVER_SOURCE_ICS_SCAN_H
#define ODUS_DELIVER_SOURCE_ICS_SCAN_H

#include "source_ics_lines.h"

/** The components of a calendar, one at a time, with their properties as they stand. */

enum { ICS_PROPS_MAX = 20000 };

struct ics_prop {
    char *line;         /* owned; the others point into it */
    const char *name;   /* upper case */
    struct view params; /* ";TZID=Europe/Paris" */
    struct view value;
};

enum ics_kind {
    ICS_EVENT,
    ICS_ZONE,     /* VTIMEZONE; `text` has the lines within */
    ICS_OTHER,    /* a task, a journal; `why` says so */
    ICS_BAD,      /* an event that cannot be read; `why` */
    ICS_CALENDAR, /* a property of the calendar itself, the only one in `props` */
};

struct ics_item {
    enum ics_kind kind;
    int64_t at; /* byte of its BEGIN */
    int line;
    struct ics_prop *props;
    size_t n, cap;
    size_t bytes;
    struct buf text;
    bool ours;               /* X-ODUS-EVENEMENT stands in it */
    bool latin, nul, broken; /* what had to be mended */
    struct err why;
};

struct ics_scan {
    struct ics_lines lines;
    bool begun; /* the line at hand is BEGIN:VEVENT, whose END an other one lacked */
    bool any;   /* a calendar, or something of one, was seen */
};

int ics_scan_open(struct ics_scan *s, const char *path, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
void ics_scan_close(struct ics_scan *s) ATTR_NONNULL_ALL;
void ics_scan_seek(struct ics_scan *s, int64_t at, int line) ATTR_NONNULL_ALL;

/** 1: ITEM, zeroed at first, is the next; 0: the end; ERR_IO. */
int ics_scan_next(struct ics_scan *s, struct ics_item *item, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);
void ics_item_release(struct ics_item *item) ATTR_NONNULL_ALL;

/** The first property called NAME, NULL: none. */
const struct ics_prop *ics_prop(
        const struct ics_item *item, const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** Value of the first one's, empty: none. */
struct view ics_value(
        const struct ics_item *item, const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** Parameter NAME without its quotes, empty: none. */
struct view ics_param(const struct ics_prop *prop, const char *name) ATTR_NONNULL_ALL;

/** Appends VALUE without the escapes of TEXT (§3.3.11). */
void ics_text(struct view value, struct buf *out) ATTR_NONNULL(2);

/** The next of several values between commas that are not escaped. */
bool ics_next_value(struct view *rest, struct view *ret) ATTR_NONNULL_ALL;

#endif
