#ifndef ODUS_DELIVER_SOURCE_LD_EVENT_H
#define ODUS_DELIVER_SOURCE_LD_EVENT_H

#include "proposal.h"
#include "source_ld_graph.h"

/** One event of schema.org on its way to a proposal. */
struct ld_event {
    struct proposal *p;
    const struct ld_graph *graph;
    const struct ld_node *node;
    const char *zone;
    bool part; /* of an event of which others may tell more (source.h) */
};

/** Member KEY of the event; else of its first performance. */
const struct json *ld_member(
        const struct ld_event *e, const char *key) ATTR_NONNULL_ALL;

/** What it says into the fields of its proposal, but for the dates. */
void ld_event_fields(struct ld_event *e) ATTR_NONNULL_ALL;

/** Where it is: `lieu`, `mode`, `lien_en_ligne`. */
void ld_event_places(struct ld_event *e) ATTR_NONNULL_ALL;

/** What it costs: `tarifs`, `indication_tarif`; the pages where one books. */
void ld_event_offers(struct ld_event *e) ATTR_NONNULL_ALL;

/** Its performances. ERR_INVALID: it has no date. */
int ld_event_dates(struct ld_event *e, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/** A text for people: entities and tags resolved. */
void ld_plain(struct view text, struct buf *out) ATTR_NONNULL(2);

#endif
