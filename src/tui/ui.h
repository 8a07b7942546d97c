#ifndef ODUS_TUI_UI_H
#define ODUS_TUI_UI_H

#include "odus/app/app.h"
#include "odus/app/command.h"
#include "odus/base/i18n.h"
#include "odus/tui/loop.h"

/** What all views share: the session, the last answer, bars, commands, frames. */

enum { UI_SAID_MAX = 400, UI_WIDE = 110, UI_NARROW = 60 };

struct session;

struct ui {
    struct app *app;
    struct loop *loop;
    struct session *session; /* session.h */
    bool mouse, training;
    char said[UI_SAID_MAX]; /* answer to the last key; the next one clears it */
    enum style said_style;
};

/** What a view does with a command. One table feeds its keys, its bar and the palette.
 */
struct action {
    enum command_id id;
    void (*run)(void *self);
    const char *bar; /* msgid of its word in the bar of keys; NULL: not there */
};

struct actions {
    unsigned where; /* enum command_where */
    const struct action *rows;
    size_t n;
};

/** Runs the action bound to K; false when there is none. */
bool ui_act(const struct actions *actions, void *self, struct key k);

/** Puts a view on top; when there are too many, says so, closes SELF and is false. */
bool ui_push(struct ui *ui, const struct view_ops *ops, void *self);

/** The answer to a key, already translated. */
void ui_say(struct ui *ui, enum style style, const char *text);
void ui_say_err(struct ui *ui, const struct err *err);

/** ERR in words for one line: files without their folders, so that the remedy fits. */
void ui_add_err(const struct err *err, struct buf *out);

/** As ui_say with %1$s replaced by ARG. */
void ui_say1(struct ui *ui, enum style style, const char *text, const char *arg);
void ui_hush(struct ui *ui);

/** Appends a text of a form file: single line feeds in it only wrap. */
void ui_add_flowed(const char *text, struct buf *out);

/** For err_text and other callers that want a function. */
const char *ui_translate(const char *id);

/** First row: LEFT and RIGHT, and on every screen whether this is training. Where LEFT
 *  leaves room RIGHT may have more than its half. */
void ui_title_bar(const struct ui *ui, int cols, const char *left, const char *right);

/** The keys of ACTIONS that fit, with their words. */
void ui_key_bar(int row, int cols, const struct actions *actions);

/** The same, those of FIRST (ended by CMD_COUNT) before the others. */
void ui_key_bar_for(
        int row, int cols, const struct actions *actions, const enum command_id *first);

/** Names of the keys of command ID in the language of the interface ("Échap"). */
void ui_key_name(enum command_id id, struct buf *out);

/** The ground of a list's row, the selected one with a mark in its first column that
 * needs no colour; returns the style of its text. */
enum style ui_row(struct rect row, bool selected);

/** A frame with TITLE; returns what is inside. The area under it is cleared. */
struct rect ui_frame(struct rect area, const char *title);

/** A popup of at most ROWS x COLS in the middle of AREA. */
struct rect ui_centre(struct rect area, int rows, int cols);

/** Takes the next line of at most WIDTH cells off *TEXT, broken at spaces. */
struct view ui_wrap(struct view *text, int width);

/** Number of lines ui_wrap makes of TEXT; at least 1. */
int ui_wrapped(struct view text, int width);

/** HH:MM:SS, with the date before it on other days than today, in local time. */
void ui_moment(struct ui *ui, int64_t ms, bool seconds, struct buf *out);

bool ui_inside(struct rect area, struct mouse m);

#endif
