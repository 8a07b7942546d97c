#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "odus/base/mem.h"

size_t look_count(const char *text, const char *what)
{
    size_t n = 0;

    while (text && (text = strstr(text, what))) {
        n++;
        text += strlen(what);
    }
    return n;
}

void look_has(const char *text, const char *what)
{
    if (!text || !strstr(text, what))
        fail_msg("no\n%s\nin\n%s", what, text ? text : "nothing");
}

void look_lacks(const char *text, const char *what)
{
    if (text && strstr(text, what))
        fail_msg("there is\n%s\nin\n%s", what, text);
}

const char *look_piece(const char *path, const char *end)
{
    size_t n;
    const struct desk_piece *all = desk_pieces(&n);

    for (size_t i = 0; i < n; i++) {
        const char *key = all[i].key ? all[i].key : "";

        if (strcmp(all[i].path, path) == 0 && strlen(key) >= strlen(end) &&
                strcmp(key + strlen(key) - strlen(end), end) == 0)
            return all[i].text;
    }
    fail_msg("no piece %s of %s", end, path);
    return NULL;
}

const struct performance *look_performance(int n, size_t i)
{
    const struct notice *notice = desk_notice(n);

    assert_true(i < notice->noccurrences);
    return &notice->occurrences[i];
}

/* --- independence ----------------------------------------------------------------- */

struct made {
    char *path, *key, *text;
};

static struct made *keep(size_t *ret_n)
{
    size_t n;
    const struct desk_piece *all = desk_pieces(&n);
    struct made *made = xcalloc(n + 1, sizeof(*made));

    for (size_t i = 0; i < n; i++)
        made[i] = (struct made){xstrdup(all[i].path), xstrdup(all[i].key),
                view_dup((struct view){all[i].text, all[i].len})};
    *ret_n = n;
    return made;
}

void look_same_alone(const struct format *format)
{
    static const int events[] = {DESK_FREE, DESK_CANCELLED, DESK_INHERITS,
            DESK_FESTIVAL, DESK_LONG, DESK_NASTY, DESK_ABROAD, DESK_ONLINE, DESK_EMPTY,
            DESK_RICH};
    struct made *made;
    size_t n, alone = 0;

    desk_make_all(format);
    made = keep(&n);
    for (size_t e = 0; e < COUNT(events); e++) {
        size_t m;
        const struct desk_piece *all;

        desk_clear();
        desk_make(format, events[e]);
        all = desk_pieces(&m);
        alone += m;
        for (size_t i = 0; i < m; i++) {
            size_t k = 0;

            while (k < n && (strcmp(made[k].path, all[i].path) != 0 ||
                                    (made[k].key && all[i].key &&
                                            strcmp(made[k].key, all[i].key) != 0)))
                k++;
            assert_true(k < n);
            assert_string_equal(made[k].text, all[i].text);
        }
    }
    assert_true(alone >= COUNT(events));
    for (size_t i = 0; i < n; i++) {
        free(made[i].path);
        free(made[i].key);
        free(made[i].text);
    }
    free(made);
}
