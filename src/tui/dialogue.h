#ifndef ODUS_TUI_DIALOGUE_H
#define ODUS_TUI_DIALOGUE_H

#include "odus/app/entry.h"
#include "ui.h"

/** Small dialogues on top of a view. Texts given are copied, already translated. */

/** A menu: arrows and Enter, or the digit before an item. CHOSEN runs after it closed.
 */
void menu_open(struct ui *ui, const char *title, const char *const *labels, size_t n,
        void (*chosen)(void *ctx, size_t i), void *ctx);

/** A one-line question. ANSWERED is not called when the user leaves with Esc. */
void ask_open(struct ui *ui, const char *title, const char *initial,
        void (*answered)(void *ctx, const char *text), void *ctx);

/** The same for a password: shown as dots. */
void ask_secret_open(struct ui *ui, const char *title,
        void (*answered)(void *ctx, const char *text), void *ctx);

/** A text to read, with a title. Takes the text of OUT, which is empty afterwards. */
void text_open(struct ui *ui, const char *title, struct buf *take_text);

/** All keys of ACTIONS, with what they do. */
void help_open(struct ui *ui, const struct actions *actions);

/** Every command of ACTIONS, found by typing; runs the one taken on SELF. */
void palette_open(struct ui *ui, const struct actions *actions, void *self);

/** How a picker ended. */
enum picked {
    PICKED_NOTHING,
    PICKED_CHOICE,
    PICKED_CREATE,
    PICKED_TYPED,
    PICKED_COMPLETE
};

struct picker_call {
    struct entry *entry;
    struct rec_at at;
    const char *words;        /* typed already */
    const struct rect *field; /* as last drawn: the list stands under or over it */
    /** PICKED_CREATE: TEXT is what to call it. PICKED_TYPED: left by Tab with a TEXT
     * that names no choice. PICKED_COMPLETE: left by F10, TEXT ("" none) is in no
     * value. The list is closed by then. */
    void (*done)(void *ctx, enum picked how, const char *text);
    /** Each key typed, for the journal. */
    void (*typing)(void *ctx, struct view words);
    void *ctx;
};

/** Choices of a field, searched as one types; sets the field itself. */
void picker_open(struct ui *ui, const struct picker_call *call);

/** Name and organisation; at first start and from the palette. */
void welcome_open(struct ui *ui);

/** Deliveries with a name, and one into any folder; shows how it goes. */
void deliver_open(struct ui *ui);

struct form_view;

/** What formats leave out, miss or cut of record UID, called TITLE; open in F, or NULL.
 */
void readiness_open(
        struct ui *ui, const char *uid, const char *title, struct form_view *f);

/** The same of all that a delivery called TITLE takes; NULL formats, query: all. */
void readiness_open_query(
        struct ui *ui, const char *title, const char *formats, const char *query);

/** Asks for an agenda of others, shows what is in it, makes drafts of it. */
void import_open(struct ui *ui);

/** Drafts: ORPHANS after a crash, else all. Does nothing when there are none. */
void drafts_open(struct ui *ui, bool orphans);

/** History of a record. REVERTED (may be NULL) runs after the user went back to an
 *  earlier version. */
void history_open(
        struct ui *ui, const char *uid, void (*reverted)(void *ctx), void *ctx);

void mouse_toggle(struct ui *ui);

#endif
