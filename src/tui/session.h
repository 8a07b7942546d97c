#ifndef ODUS_TUI_SESSION_H
#define ODUS_TUI_SESSION_H

#include "odus/app/sync.h"
#include "ui.h"

/**
 * Synchronisation while people type: one session at a time in a program of its own,
 * heard by the loop. session.c has its life, status.c what the first line says of it,
 * view_sync.c its screen, sync_ask.c its questions.
 */

struct session *session_new(struct ui *ui);

/** Ends what runs; it keeps what it has done. Accepts NULL. */
void session_free(struct session *s);

/** Begins one by hand; nothing happens where one runs. */
int session_start(struct session *s, struct err *err) ATTR_CHECK ATTR_NONNULL(1);
void session_stop(struct session *s);

/** From now on, and while the program runs, sessions are with ROOM, which is taken; one
 * without a code: with the server of the settings again. */
void session_join(struct session *s, struct sync_room room);

/** Whom they are with, "" nobody yet. Borrowed. */
const char *session_server(const struct session *s);

bool session_running(const struct session *s);

/** How the one that runs goes, or the last one went. */
const struct sync_state *session_state(const struct session *s);

/** The question that waits, NULL: none. An answer NULL is a no. */
const struct json *session_question(const struct session *s);
void session_answer(struct session *s, const char *text);

/** FN(CTX) after each event; one listener. NULL takes it away. */
void session_listen(struct session *s, void (*fn)(void *ctx), void *ctx);

/** For idle moments: is there something to send, or something new? */
void session_look(struct session *s);

/** Numbers, not older than a second while a session writes. */
struct session_counts {
    struct sync_counts sync;
    int64_t news; /* NEWS_MOST: there may be more */
};
enum { NEWS_MOST = 200 };
struct session_counts session_counts(struct session *s);

/** The news that came until UNTIL_MS were seen. */
void session_news_seen(struct session *s, int64_t until_ms);

/* status.c */

/** "3 drafts · 2 waiting   ● 14:02 sent" in at most ROOM cells, signs where words do
 *  not fit. */
void status_add(struct ui *ui, int room, struct buf *out);

/** Only how the exchange goes: "● 14:02 sent"; nothing where no server is known. */
void status_add_exchange(struct ui *ui, bool narrow, struct buf *out);

/** What a line at the foot may say when there is nothing else. */
void status_add_hint(struct ui *ui, struct buf *out);

/** Where a record stands, a sign and a word: "✓ sent", "‖ held". */
struct status_word {
    const char *text; /* translated */
    enum style style;
};
struct status_word status_word(const struct sync_standing *st);

/* sync_ask.c */

/** Asks the question of the session, where it has one. */
void sync_ask(struct ui *ui);

/* view_sync.c, view_news.c */

/** The screen of the exchange. What comes first on it: */
enum sync_first { SYNC_LOOK, SYNC_START, SYNC_ADDRESS };
void sync_open(struct ui *ui, enum sync_first first);
void news_open(struct ui *ui);

#endif
