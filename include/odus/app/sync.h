#ifndef ODUS_APP_SYNC_H
#define ODUS_APP_SYNC_H

#include "odus/app/worker.h"

/**
 * Synchronisation as people see it: whom with, how it goes, where each record stands.
 * The work is odus-sync's.
 */

/** From the configuration file: `serveur` `compte` `connexion` (basic, cookie, bearer)
 * `commande_mot_de_passe` `autorite` (file of a private CA) `forfait_mo` (ask above so
 * many MB) `synchro` (minutes between sessions, 0: only by hand; 5) `fichiers`
 * (toujours: those that records name come with each session, demande: when asked for).
 * Borrowed until a session begins or a setting is changed. */
struct sync_settings {
    const char *server, *account, *auth, *password_command, *ca_file; /* "" none */
    int minutes;
    bool all_files;
};
struct sync_settings app_sync_settings(const struct app *app) ATTR_NONNULL_ALL;

/** The address people mean by TEXT, with its scheme (url_meant); owned. ERR_USAGE. */
int app_server_address(const char *text, char **ret, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Whether URL is the server of the settings, in whatever spelling. */
bool app_is_server(const struct app *app, const char *url) ATTR_NONNULL_ALL;

/** Keeps SERVER and ACCOUNT (NULL: as it is) in the configuration file; SERVER as
 * app_server_address understands it. ERR_USAGE: it is no address, nothing is kept;
 * ERR_IO. */
int app_set_server(struct app *app, const char *server, const char *account,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1);

/**
 * Servers take a record only from the one it names, and what waits may have been made
 * before there was an account: the records in the queue that name FORMER get a revision
 * that names the account. Those with problems, or with a draft beside them, stay.
 * Returns how many; 0 where FORMER is the author still.
 */
size_t app_sign_waiting(struct app *app, const char *former) ATTR_NONNULL_ALL;

/**
 * The address of a room as `odus serve --code` shows it,
 * "http://atelier:CODE@192.168.1.20:5984/": the code is for that room only, and no
 * secret in it. URL is TEXT without them; USER and CODE are NULL where TEXT is another
 * address. (Any other account in one is a mistake that the worker refuses: its password
 * would be seen in the list of processes.)
 */
struct sync_room {
    char *url, *user, *code; /* owned */
};
struct sync_room sync_room_read(const char *text) ATTR_NONNULL_ALL;
void sync_room_release(struct sync_room *room) ATTR_NONNULL_ALL;

struct sync_wish {
    const char *url; /* NULL: the configured one */
    const char *user,
            *code; /* of a room, with CODE also over http; NULL: as configured */
    bool yes, dry_run, insecure;
    int tries;    /* 0: until it comes through */
    bool patient; /* nobody asked for it: large things that were cut off can wait */
};
/** Starts a session; *RET ends with worker_end. ERR_USAGE: no server is known; errors
 * of worker_start. */
int app_sync(struct app *app, const struct sync_wish *wish, struct worker **ret,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 3);

/** A job NAME of a worker that asks no server: who types, nothing else. Owned. */
struct json *app_own_job(
        const struct app *app, const char *name) ATTR_CHECK ATTR_NONNULL_ALL;

/** A job NAME of odus-sync with the server and account of the settings, which are read
 * anew; URL (may be NULL) in place of the configured one, as app_server_address
 * understands it. Owned. ERR_USAGE: URL is no address, or a setting is no good that
 * this needs (app_setting_wrong). */
int app_server_job(struct app *app, const char *name, const char *url,
        struct json **ret, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 2, 4);

/** How a session goes, or went. Fed with each event of the worker. */
enum sync_phase {
    SYNC_NONE,
    SYNC_SIGN_IN,
    SYNC_PUSH,
    SYNC_PULL,
    SYNC_MERGE,
    SYNC_WAIT,
    SYNC_ENDED
};
struct sync_state {
    enum sync_phase phase;
    int64_t done, total;    /* documents or files of the phase; total -1 unknown */
    int64_t up, down, rate; /* bytes; bytes per second, 0 unknown */
    int64_t eta;            /* seconds; -1 unknown */
    int wait_seconds;
    char *message;    /* private: the text err points to */
    struct err err;   /* why it waits or ended; id NULL: all went well */
    bool failed_link; /* the link or server: later may do */
    int64_t pulled, pushed, merged, conflicts, refused, waiting, staying;
    int64_t referent; /* records whose merge waits for a référent */
    struct json *ask; /* the question that waits for an answer; owned */
    struct json *log; /* array of the last 200 `merged`, `conflict`, `refused` events;
                         owned */
};
void sync_state_release(struct sync_state *s) ATTR_NONNULL_ALL;

/** EVENT is borrowed. Messages of the worker that this program does not know are shown
 * as they are. Each session begins with a zeroed or released state. */
void sync_state_event(struct sync_state *s, const struct json *event) ATTR_NONNULL_ALL;

/** Where all stands, for the status line. */
struct sync_counts {
    bool server;     /* one is known */
    int64_t waiting; /* leaves; at most about REPLICA_COUNT_MAX are counted */
    int64_t staying; /* leaves that the server has no place for */
    int64_t held, conflicts, refused; /* records */
    int64_t last_ms;                  /* end of the last session; 0 never */
};
struct sync_counts app_sync_counts(struct app *app) ATTR_NONNULL_ALL;

/** The word for a record: design §2, one vocabulary everywhere (P16). */
enum sync_word { WORD_DRAFT, WORD_COMPLETE, WORD_WAITING, WORD_STAYS, WORD_SENT };
struct sync_standing {
    enum sync_word word;
    const char *why; /* msgid: why it stays here; NULL where it does not */
    bool held, conflict;
    int64_t sent_ms; /* acknowledged by the server; 0 unknown */
    char rev[48];
    char refused[200]; /* the server's reason */
    bool referent;     /* its merge waits for a référent */
};
/** Of a record that is no draft; DRAFT says that it has one. */
struct sync_standing app_standing(
        struct app *app, const char *uid, bool draft) ATTR_NONNULL_ALL;

/** "brouillon", "complet", "en attente", "reste ici", "envoyé": msgids. */
const char *sync_word_id(enum sync_word word) ATTR_RETNONNULL;

/** Holds or releases a record: a held one is never sent. ERR_NOT_FOUND: no such record.
 */
int app_hold(struct app *app, const char *uid, bool held, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** The queue, newest first; owned: app_queue_free. */
struct sync_queued {
    char uid[37];
    char *title, *type;
    struct sync_standing standing;
};
int app_queue(struct app *app, size_t limit, struct sync_queued **ret, size_t *ret_n,
        struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);
void app_queue_free(struct sync_queued *queue, size_t n);

/** Records that wait for a decision: the same was changed twice. As app_queue. */
int app_conflicts(struct app *app, size_t limit, struct sync_queued **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 3, 4);

/** What others changed after SINCE_MS, the own organisation's records first, at most
 * LIMIT. Owned: app_news_free. */
struct sync_news {
    char uid[37];
    char *title, *type, *author;
    int64_t at_ms;
    bool is_new, removed, own;
};
int app_news(struct app *app, int64_t since_ms, size_t limit, struct sync_news **ret,
        size_t *ret_n, struct err *err) ATTR_CHECK ATTR_NONNULL(1, 4, 5);
void app_news_free(struct sync_news *news, size_t n);

/** The last visit: when app_news_seen was called last, ms; 0 never. */
int64_t app_news_since(struct app *app) ATTR_NONNULL_ALL;
void app_news_seen(struct app *app) ATTR_NONNULL_ALL;
/** The same as of UNTIL_MS: what came later was not shown. */
void app_news_seen_until(struct app *app, int64_t until_ms) ATTR_NONNULL_ALL;

#endif
