#include "odus/tui/keys.h"

#include <string.h>

/** Names of the keys that type nothing, in the order of enum key_code. */
static const char *const names[K_CODES] = {
        [K_ENTER] = "Enter",
        [K_TAB] = "Tab",
        [K_BACKTAB] = "S-Tab",
        [K_ESC] = "Esc",
        [K_BACKSPACE] = "Backspace",
        [K_DELETE] = "Delete",
        [K_INSERT] = "Insert",
        [K_UP] = "Up",
        [K_DOWN] = "Down",
        [K_LEFT] = "Left",
        [K_RIGHT] = "Right",
        [K_HOME] = "Home",
        [K_END] = "End",
        [K_PGUP] = "PgUp",
        [K_PGDN] = "PgDn",
        [K_F1] = "F1",
        [K_F1 + 1] = "F2",
        [K_F1 + 2] = "F3",
        [K_F1 + 3] = "F4",
        [K_F1 + 4] = "F5",
        [K_F1 + 5] = "F6",
        [K_F1 + 6] = "F7",
        [K_F1 + 7] = "F8",
        [K_F1 + 8] = "F9",
        [K_F1 + 9] = "F10",
        [K_F1 + 10] = "F11",
        [K_F12] = "F12",
};

bool key_eq(struct key a, struct key b)
{
    return a.code == b.code && a.cp == b.cp && a.mods == b.mods;
}

bool key_is_text(struct key k)
{
    return k.code == K_CHAR && k.mods == 0 && k.cp >= ' ' && k.cp != 0x7f;
}

static int code_named(struct view name)
{
    for (int i = 0; i < K_CODES; i++)
        if (names[i] && view_is(name, names[i]))
            return i;
    return K_NONE;
}

/** Takes a prefix such as "^" or "S-" off NAME when something follows it. */
static bool take_prefix(struct view *name, const char *prefix)
{
    size_t n = strlen(prefix);
    if (name->n <= n || memcmp(name->p, prefix, n) != 0)
        return false;
    name->p += n;
    name->n -= n;
    return true;
}

bool key_parse(struct view name, struct key *ret_key)
{
    struct key k = {K_NONE, 0, 0};
    k.code = code_named(name);
    if (k.code == K_NONE && take_prefix(&name, "^"))
        k.mods |= KEY_MOD_CTRL;
    if (k.code == K_NONE && take_prefix(&name, "S-"))
        k.mods |= KEY_MOD_SHIFT;
    if (k.code == K_NONE)
        k.code = code_named(name);
    if (k.code == K_NONE && view_is(name, "Space"))
        k = (struct key){K_CHAR, ' ', k.mods};
    if (k.code == K_NONE && name.n == 1 && *name.p > ' ' && *name.p < 0x7f) {
        char c = *name.p;
        if ((k.mods & KEY_MOD_CTRL) && c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        k = (struct key){K_CHAR, (uint32_t)c, k.mods};
    }
    if (k.code == K_NONE)
        return false;
    *ret_key = k;
    return true;
}

static void add_char(uint32_t cp, struct buf *out)
{
    if (cp == ' ')
        buf_adds(out, "Space");
    else if (cp < 0x80)
        buf_addc(out, (char)cp);
    else
        buf_addf(out, "U+%04X", (unsigned)cp);
}

void key_spell(struct key k, struct buf *out)
{
    if (k.mods & KEY_MOD_CTRL)
        buf_addc(out, '^');
    if (k.mods & KEY_MOD_SHIFT)
        buf_adds(out, "S-");
    if (k.code > K_NONE && k.code < K_CODES && names[k.code])
        buf_adds(out, names[k.code]);
    else if (k.code == K_CHAR && (k.mods & KEY_MOD_CTRL) && k.cp >= 'a' && k.cp <= 'z')
        buf_addc(out, (char)(k.cp - 'a' + 'A'));
    else if (k.code == K_CHAR)
        add_char(k.cp, out);
}
