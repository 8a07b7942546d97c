#ifndef ODUS_TUI_KEYS_H
#define ODUS_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/buf.h"

enum key_code {
    K_NONE,
    K_CHAR, /* the character is in cp */
    K_ENTER,
    K_TAB,
    K_BACKTAB,
    K_ESC,
    K_BACKSPACE,
    K_DELETE,
    K_INSERT,
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PGUP,
    K_PGDN,
    K_F1, /* to K_F1 + 11 */
    K_F12 = K_F1 + 11,
    K_CODES
};

enum key_mods { KEY_MOD_CTRL = 1, KEY_MOD_SHIFT = 2, KEY_MOD_ALT = 4 };

/** ^Z is {K_CHAR, 'z', KEY_MOD_CTRL}; a space is {K_CHAR, ' ', 0}. */
struct key {
    int code;
    uint32_t cp; /* 0 unless K_CHAR */
    unsigned mods;
};

bool key_eq(struct key a, struct key b);

/** The key for NAME: "F10", "Tab", "^Z", "^Left", "S-Tab", "n"… False when unknown. */
bool key_parse(struct view name, struct key *ret_key) ATTR_CHECK ATTR_NONNULL(2);

/** The name key_parse reads, into OUT; also the id that front ends translate. */
void key_spell(struct key k, struct buf *out) ATTR_NONNULL_ALL;

/** True for a key that types a character into a text field. */
bool key_is_text(struct key k);

#endif
