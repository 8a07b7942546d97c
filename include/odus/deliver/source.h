#ifndef ODUS_DELIVER_SOURCE_H
#define ODUS_DELIVER_SOURCE_H

#include <stdint.h>

#include "odus/base/err.h"
#include "odus/base/json.h"

/**
 * Foreign agendas read: each event of a file becomes a proposal in the fields of our
 * forms, which the application shows and makes drafts of. Files are hostile: memory is
 * bounded whatever they hold, one bad event does not stop the others.
 *
 * A proposal is an object:
 *   source  {systeme: "ics"|"openagenda"|"jsonld", valeur: the event's identifier
 *           there (made from its content when it has none), place: "line 120" or the
 *           like, modifie_le: RFC 3339 when the source tells, partie: true when
 *           this is but some of its performances, and others stand elsewhere}
 *   body    fields of form evenement as in a record body (docs/design.md §6); choices
 *           are codes of our lists; `seances` rows have debut, fin, statut,
 *           note_horaire, lieu where that is not the event's, and an `id` that depends
 *           on the source's identifier and, where the source identifies its
 *           performances, on that. References are objects to be found or created, in
 *           the fields of their form: lieu {nom, adresse {voie, code_postal, ville,
 *           commune (INSEE, when told), pays}, lat, lon, ids_externes, contact_public,
 *           acces}, organisateur {nom, contact_public, si_connu: true when none is to
 *           be created}, coorganisateurs [{nom}]
 *   notes   array of {kind, field, message, args}: `changed` (taken otherwise than it
 *           stood), `guessed`, `cut`, `lost` (what had a value and no place)
 *   left    object: what was not mapped, verbatim (name -> text), 16 KiB at most
 */
struct source_sink {
    /* PROPOSAL is taken. False: stop. */
    bool (*proposal)(void *ctx, struct json *proposal);
    /* One event that is not taken; PLACE as above, ERR says why. False: stop. */
    bool (*refused)(void *ctx, const char *place, const struct err *err);
    /* Now and then; BYTES read of TOTAL. False: stop. */
    bool (*progress)(void *ctx, int64_t bytes, int64_t total);
    void *ctx;
};

struct source_options {
    int32_t from, until; /* days; performances outside are left out and noted */
    const char *zone;    /* of times that have none: "Europe/Paris" */
};

enum {
    SOURCE_FILE_MAX = 1 << 30,     /* bytes of a file */
    SOURCE_EVENT_MAX = 1 << 20,    /* bytes of one event */
    SOURCE_OCCURRENCES_MAX = 800,  /* performances of one event (R-DAT2) */
    SOURCE_RECURRENCE_MAX = 20000, /* dates looked at in expanding a recurrence */
};

enum source_kind { SOURCE_UNKNOWN, SOURCE_ICS, SOURCE_OPENAGENDA, SOURCE_JSONLD };

/** By name ("ics", "openagenda", "jsonld"). */
enum source_kind source_kind_of(const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** By the first bytes of FILE. ERR_NOT_FOUND, ERR_IO; SOURCE_UNKNOWN is no error. */
int source_detect(const char *file, enum source_kind *ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/**
 * Reads FILE. 0; ERR_INVALID: nothing of this kind in it (with line and column where
 * known); ERR_LIMIT; ERR_IO; ERR_STOPPED when a callback said stop. Events that came
 * before stand: the application writes nothing before the end.
 */
int source_read(const char *file, enum source_kind kind,
        const struct source_options *opt, const struct source_sink *sink,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/* One function for each kind, behind source_read. */
int source_ics(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3);
int source_openagenda(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3);
int source_jsonld(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2, 3);

#endif
