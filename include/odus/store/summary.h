#ifndef ODUS_STORE_SUMMARY_H
#define ODUS_STORE_SUMMARY_H

#include <stdint.h>

#include "odus/form/engine.h"

/**
 * What lists and search need of a record, derived from the form's header keys (docs/forms.md
 * §2) by summary_build: one occurrence per séance day for dated types, one with
 * day 0 for the others.
 */
struct occurrence {
    int32_t day;        /* days since 1970-01-01; 0 undated */
    int16_t start, end; /* minutes of that day; -1 unknown; end may pass 1440 */
    int count;          /* séances on that day */
    char *place;        /* uid of the séance's own place, else the record's; NULL */
    bool cancelled;     /* every séance of that day */
};

struct summary {
    char *uid, *type, *status; /* statut_fiche */
    char *title, *subtitle;
    char *text;       /* searched words beyond the title, space separated */
    char *memo;       /* words of the memos */
    char *place_name, *town, *organiser_name; /* resolved through links; NULL unknown */
    char *place, *organiser, *genre; /* uid, uid, code */
    bool sample;      /* `exercice` */
    int errors, warnings; /* of drafts; 0 for revisions */
    struct occurrence *days;
    size_t ndays;
    char **links;     /* uids of linked records, each once, NULL-terminated */
};

/** Builds the summary of the record attached to ENGINE. Owned content; release it. */
void summary_build(struct engine *engine, struct rec *rec, struct summary *ret)
        ATTR_NONNULL_ALL;
void summary_release(struct summary *s);

#endif
