#ifndef ODUS_APP_RECORDS_H
#define ODUS_APP_RECORDS_H

#include "odus/app/app.h"
#include "odus/base/json.h"

/** Use cases over records by id, for the command line and for menus. */

/** Full uid from a beginning of at least 8 characters. */
int app_find(struct app *app, const char *id, char ret_uid[37],
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** The record (draft before revision) as JSON; owned. */
int app_json(struct app *app, const char *uid, struct json **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/**
 * Readable text of the record: sections, labels, values, problems. TRANSLATE may be
 * NULL.
 */
int app_text(struct app *app, const char *uid, const char *(*translate)(const char *id),
        struct buf *out, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/**
 * `statut_fiche` supprime as a revision. Where there is a draft, which is nowhere else,
 * TITLE must be the draft's title, else ERR_USAGE with that title; the draft goes, and
 * where it had no revision nothing is left (P05: nothing unacknowledged goes by
 * accident). ERR_BUSY: another process has it open. TITLE may be NULL.
 */
int app_delete(struct app *app, const char *uid, const char *title,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2);

struct app_change {
    char rev[48];
    int64_t at_ms;
    char author[64];
    char *fields; /* paths changed against the parent, rows by id
                     ("tarifs.#ID.precision"), space separated; "" for the first and
                     where the parent is not kept */
    char *labels; /* the same for people, each once: "Titre, Tarifs › Précision" */
    bool current;
};
void app_changes_release(struct app_change *c, size_t n);
int app_history(struct app *app, const char *uid, struct app_change **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/**
 * Goes back to REV (or a beginning of it) as a new revision; nothing happens when that
 * is the current one. ERR_CONFLICT while there is a draft.
 */
int app_revert(struct app *app, const char *uid, const char *rev,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

int app_backup(struct app *app, const char *folder, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/**
 * The sample season (marked `exercice`): added or removed. Returns the number of
 * records: those added that were not there, those removed with what was changed in
 * them.
 */
int app_samples_add(struct app *app, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
int app_samples_remove(struct app *app, struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * CSV to drafts (docs/import.md). A row with a bad cell is left out whole; a row that
 * was imported before is there already, by its content, and is left alone.
 */
struct import_report {
    int rows, good, bad, already; /* data rows; drafts made; left out; there already */
    struct problems problems;     /* bad cells: line, column = number of the field */
    char **mapping;               /* "column -> field" or "column -> ?", for people */
    size_t nmapping;
};
void import_report_release(struct import_report *r) ATTR_NONNULL_ALL;

/**
 * TYPE "": evenement. DRY_RUN writes nothing and counts what would be. Negative: no row
 * was looked at (file, header, import.map), or the store failed; the rows before are
 * kept.
 */
int app_import_csv(struct app *app, const char *file, const char *type, bool dry_run,
        struct import_report *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 5);

/**
 * A long list from CSV (code,label,…) or from the JSON of docs/communes.md. *RET_N: its
 * entries. ERR_NOT_FOUND: no such file, or no form has that long list.
 */
int app_import_list(struct app *app, const char *file, const char *list, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3, 4);

/**
 * State of everything on this machine; JSON with stable keys. Owned.
 *   ok             nothing below is amiss
 *   store          path read_only training free_bytes files_bytes, and for data.db and
 *                  drafts.db: schema bytes
 *   states         brouillon complet en_attente envoye: numbers of records
 *   outbox         revisions no server has acknowledged
 *   records        [{uid type rev state held refused acknowledged}] every one; the last
 *                  is when the server said that it has it
 *   types status   numbers of revisions by type, by statut_fiche
 *   conflicts      [{uid type leaves}] records with several revisions side by side
 *   set_aside      [{uid rev}] revisions made here, not sent, that others wrote over;
 *                  nothing is amiss here
 *   missing        [{uid field target}] links to records that are not here
 *   orphans        [{uid type title}] drafts left by a crash
 *   unknown_forms  [the same] drafts whose form version is not here
 *   unused_forms   [{uid name why file line column}] published forms and lists that
 *                  cannot be used here
 *   damaged        [uid] records that cannot be read back
 *   integrity      [text] findings of the databases' own checks
 * The lists of findings stop at 100.
 */
int app_doctor(struct app *app, struct json **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/**
 * Reads, compiles and tests a form file. Returns the number of tests, or -1 with
 * problems.
 */
int app_form_check(const char *file, struct problems *problems) ATTR_NONNULL_ALL;

enum app_change_of_form {
    APP_FORM_SAME,     /* published already */
    APP_FORM_TEXTS,    /* the version stays: labels, messages or tests differ */
    APP_FORM_VERSION,  /* the first, or another version */
    APP_FORM_SETTLED,  /* the same text closes what others published at the same time */
    APP_FORM_FRAGMENT, /* goes with the forms that take it in */
    APP_FORM_WITHDRAWN,
};
struct app_publication {
    char name[41], hash[33]; /* hash: the form's version; of a list, of its text */
    bool list;
    bool gone; /* withdrawn, and the folder here has none of that name */
    enum app_change_of_form change;
};

/**
 * Publishes FILE: a form with what it takes in, or a long list in CSV (named *.csv).
 * The document goes to all replicas with the next synchronisations. Mistakes:
 * ERR_INVALID, with PROBLEMS where they have places.
 */
int app_form_publish(struct app *app, const char *file, bool dry,
        struct app_publication *ret, struct problems *problems,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4, 5);

/**
 * Withdraws what is published as NAME, also written as for app_form_publish
 * (dir/NAME.form; a list: NAME.csv): each replica has that of its own folder again.
 * ERR_NOT_FOUND: nothing is published so.
 */
int app_form_withdraw(struct app *app, const char *name, bool dry,
        struct app_publication *ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** The form file as a questionnaire in LANG, WIDTH columns. 0, or ERR_INVALID with
 * problems. */
int app_form_show(const char *file, const char *lang, int width, struct buf *out,
        struct problems *problems) ATTR_NONNULL_ALL;

#endif
