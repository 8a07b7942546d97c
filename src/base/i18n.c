/* Catalogues: the .mo files of GNU gettext (manual, "The Format of GNU MO Files"). */
#include "odus/base/i18n.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"

enum { MO_MAX = 8 * 1024 * 1024, MO_HEAD = 28, MO_FORMS_MAX = 6 };

struct catalogue {
    struct buf file;
    bool swapped;           /* written on a machine of the other byte order */
    uint32_t n, ids, texts; /* number of texts; offsets of the two tables */
    const char *plural;     /* formula, inside the header text */
    unsigned long nplurals;
};

static struct catalogue current; /* n is 0 while there is none */

static uint32_t word(const struct catalogue *c, size_t at)
{
    uint32_t w;

    memcpy(&w, c->file.s + at, sizeof(w));
    return c->swapped ? __builtin_bswap32(w) : w;
}

/* Text I of the table at TABLE: its length; the bytes end in NUL (see is_sound). */
static const char *text_at(
        const struct catalogue *c, uint32_t table, uint32_t i, uint32_t *ret_n)
{
    *ret_n = word(c, table + 8 * (size_t)i);
    return c->file.s + word(c, table + 8 * (size_t)i + 4);
}

static bool is_table(const struct catalogue *c, uint32_t table)
{
    if (table > c->file.len || (c->file.len - table) / 8 < c->n)
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        uint64_t n = word(c, table + 8 * (size_t)i);
        uint64_t at = word(c, table + 8 * (size_t)i + 4);

        if (at + n >= c->file.len || c->file.s[at + n])
            return false;
    }
    return true;
}

/* Everything later reads relies on is checked here, once. */
static bool is_sound(struct catalogue *c)
{
    uint32_t magic;

    if (c->file.len < MO_HEAD)
        return false;
    memcpy(&magic, c->file.s, sizeof(magic));
    c->swapped = magic == 0xde120495;
    if ((magic != 0x950412de && !c->swapped) || word(c, 4) >> 16)
        return false;
    c->n = word(c, 8);
    c->ids = word(c, 12);
    c->texts = word(c, 16);
    return is_table(c, c->ids) && is_table(c, c->texts);
}

/* Index of ID (ids are sorted), or -1. */
static int64_t find(const struct catalogue *c, const char *id)
{
    uint32_t low = 0, high = c->n, n;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int order = strcmp(id, text_at(c, c->ids, mid, &n));

        if (order == 0)
            return mid;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
}

/* The formula of "Plural-Forms: nplurals=2; plural=n > 1;" in the header, the text of
 * "". */
static void find_plural(struct catalogue *c)
{
    int64_t i = find(c, "");
    const char *head, *count, *formula;
    uint32_t n;

    c->plural = "n != 1";
    c->nplurals = 2;
    if (i < 0)
        return;
    head = text_at(c, c->texts, (uint32_t)i, &n);
    count = strstr(head, "nplurals=");
    formula = count ? strstr(count + strlen("nplurals="), "plural=") : NULL;
    if (!formula || count[9] < '1' || count[9] > '0' + MO_FORMS_MAX)
        return;
    c->nplurals = (unsigned long)(count[9] - '0');
    c->plural = formula + strlen("plural=");
}

int i18n_load(const char *file, struct err *err)
{
    struct catalogue fresh = {.n = 0};
    int rc = 0;

    buf_init(&fresh.file, 0);
    if (file)
        rc = file_read(file, MO_MAX, &fresh.file, err);
    if (rc == 0 && file && !is_sound(&fresh))
        rc = err_set(err, ERR_DAMAGED, N_("%1$s is not a message catalogue"), file);
    if (rc < 0) {
        buf_release(&fresh.file);
        return rc;
    }
    buf_release(&current.file);
    find_plural(&fresh);
    current = fresh;
    return 0;
}

const char *i18n_text(const char *id)
{
    int64_t i = *id ? find(&current, id) : -1;
    uint32_t n;
    const char *text = i < 0 ? id : text_at(&current, current.texts, (uint32_t)i, &n);

    return *text ? text : id;
}

const char *i18n_count(const char *one, const char *many, unsigned long n)
{
    int64_t i = find(&current, one);
    unsigned long form;
    const char *text, *end;
    uint32_t len;

    if (i < 0)
        return n == 1 ? one : many;
    form = i18n_plural(current.plural, n);
    text = text_at(&current, current.texts, (uint32_t)i, &len);
    end = text + len;
    for (form = form < current.nplurals ? form : 0; form > 0; form--) {
        text += strlen(text) + 1;
        if (text > end)
            return many;
    }
    return *text ? text : n == 1 ? one : many;
}
