#ifndef ODUS_STORE_SUMMARY_H
#define ODUS_STORE_SUMMARY_H

#include <stdint.h>

#include "odus/form/engine.h"

struct forms;

/**
 * What lists and search need of a record, derived from the form's header keys
 * (docs/forms.md §2) by summary_build: for dated types one occurrence per day and place
 * of its séances, for the others, and while there is no date, one with day 0.
 */
struct occurrence {
    int32_t day;        /* days since 1970-01-01; 0 undated */
    int16_t start, end; /* minutes of that day; -1 unknown; end may pass 1440 */
    int count; /* séances there on that day: START is of the first, END of the last */
    char *place;    /* uid of the séance's own place, else the record's; NULL */
    bool cancelled; /* every one of these séances */
};

struct summary {
    char *uid, *type, *status; /* statut_fiche */
    char *title, *subtitle;
    char *text, *memo; /* searched words beyond the title; words of the memos */
    char *place_name, *town, *organiser_name; /* resolved through links; NULL unknown */
    char *place, *organiser, *genre;          /* uid, uid, code */
    bool sample;                              /* `exercice` */
    bool hidden;          /* no form here reads it: no list or search shows it */
    int errors, warnings; /* of drafts; 0 for revisions */
    struct occurrence *days;
    size_t ndays;
    char **links; /* uids of linked records and "fichier:HASH" of files of the store,
                     each once, NULL-terminated */
};

/**
 * Builds the summary of REC, the record attached to ENGINE; hidden values do not count.
 * Names behind links (place, town, organiser) come from FORMS' store, drafts before
 * revisions. Owned content; release it.
 */
void summary_build(struct forms *forms, struct engine *engine, const struct rec *rec,
        struct summary *ret) ATTR_NONNULL_ALL;

/** Accepts NULL. */
void summary_release(struct summary *s);

#endif
