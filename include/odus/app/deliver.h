#ifndef ODUS_APP_DELIVER_H
#define ODUS_APP_DELIVER_H

#include "odus/app/worker.h"

/**
 * Delivery as people see it (docs/livraison.md): what goes where in which formats. The
 * work is odus-deliver's.
 */

/** From the configuration file: `adresse_publique` (where the folder is published),
 * `titre_agenda`, `editeur` (else the organisation). Borrowed. */
struct deliver_settings {
    const char *base, *title, *publisher; /* "" none */
};
struct deliver_settings app_deliver_settings(const struct app *app) ATTR_NONNULL_ALL;

/** What is wanted. NULL texts: as in the settings, or none. */
struct deliver_wish {
    const char *const *formats; /* names */
    size_t nformats;
    const char *more;  /* names, space or comma separated; none here or there: all */
    const char *out;   /* folder */
    const char *query; /* as people type it, a form's name first; NULL, "": all */
    const char *base, *title;
    bool full; /* everything anew */
};

/** Starts a delivery; *RET ends with worker_end. ERR_INVALID, ERR_LIMIT: the query;
 * errors of worker_start. */
int app_deliver(struct app *app, const struct deliver_wish *wish, struct worker **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The same for what formats say of the N records UIDS (0: those of the query);
 * nothing is written. */
int app_deliver_check(struct app *app, const struct deliver_wish *wish,
        const char *const *uids, size_t n, struct worker **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 5);

/** The same for what FORMAT makes of record UID: events `text`. */
int app_deliver_one(struct app *app, const char *format, const char *uid,
        struct worker **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

struct deliver_format {
    char *name, *label; /* label: msgid */
};
/** The formats that odus-deliver has; owned: app_deliver_formats_free. */
int app_deliver_formats(struct app *app, struct deliver_format **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
/** Accepts NULL. */
void app_deliver_formats_free(struct deliver_format *formats, size_t n);

/**
 * A delivery with a name, from the file `livraisons` beside the configuration file:
 *
 *     [office-de-tourisme]
 *     formats=ics apidae
 *     dossier=/srv/agenda/office
 *     requete=après:aujourd'hui
 *     adresse=https://agenda.example/office/
 *     titre=Agenda du Briançonnais
 *
 * Lines that begin with # are comments. Owned.
 */
struct deliver_profile {
    char *name;
    char *formats; /* names, space or comma separated; NULL: all */
    char *folder, *query, *base, *title; /* NULL: none */
};
/** In the order of the file; one that is not there has none. ERR_INVALID with the line;
 * ERR_IO. Owned: app_deliver_profiles_free. */
int app_deliver_profiles(struct app *app, struct deliver_profile **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);
/** Accepts NULL. */
void app_deliver_profiles_free(struct deliver_profile *profiles, size_t n);

/* --- what formats say of a record ------------------------------------------------- */

enum deliver_kind {
    DELIVER_REFUSED, /* it is left out of the format */
    DELIVER_MISSING,
    DELIVER_CUT,
    DELIVER_LOST, /* a value that is not taken */
    DELIVER_KINDS
};
/** By its name in events; "left out", "missing"… (msgids). */
enum deliver_kind deliver_kind_of(const char *name) ATTR_NONNULL_ALL;
const char *deliver_kind_id(enum deliver_kind kind) ATTR_RETNONNULL;

struct deliver_note {
    enum deliver_kind kind;
    char *formats; /* names, ", " between them */
    char *path;    /* of the field; "": it is about no record, but about settings */
    char *label;   /* app_path_label */
    char *text;    /* the sentence, translated */
};
/** Owned: deliver_notes_release. Begin with a zeroed one. */
struct deliver_notes {
    struct deliver_note *all;
    size_t n, cap;
    char *whole; /* formats that take it as it is, ", " between them; NULL unknown */
};
/** Takes in an event `note` or `checked`. What is so of several performances, or said
 * by several formats, stands once. What weighs most comes first. */
void deliver_notes_add(struct deliver_notes *notes, struct app *app,
        const struct json *event,
        const char *(*translate)(const char *id)) ATTR_NONNULL_ALL;
/** Appends what people know the record of EVENT by: "Un hiver, ve. 27 nov. 2026". */
void deliver_add_record(const struct app *app, const struct json *event,
        struct buf *out) ATTR_NONNULL_ALL;
/** Empty and ready for use again. */
void deliver_notes_release(struct deliver_notes *notes) ATTR_NONNULL_ALL;

/** How a delivery goes, or went. Fed with each event of the worker. */
struct deliver_state {
    int64_t done, total; /* records; total -1 unknown */
    bool ended;          /* with what follows */
    int64_t records, files, written, gone, bytes, ms;
    int64_t refused, missing, cut, lost; /* notes */
    char *message;                       /* private: the text err points to */
    struct err err;                      /* why it ended; id NULL: all went well */
};
void deliver_state_release(struct deliver_state *s) ATTR_NONNULL_ALL;
/** EVENT is borrowed. */
void deliver_state_event(
        struct deliver_state *s, const struct json *event) ATTR_NONNULL_ALL;

#endif
