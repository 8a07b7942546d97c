#include "manual.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "desk_priv.h"
#include "odus/base/file.h"

/* Text of the manual, and where its table begins and ends. Owned. */
static char *read_manual(const struct manual *m, char **ret_begin, char **ret_end)
{
    struct err err = {0};
    struct buf text;

    desk_ok(file_read(m->file, 1 << 20, &text, &err), &err);
    *ret_begin = strstr(text.s, m->begin);
    *ret_end = strstr(text.s, m->end);
    if (!*ret_begin || !*ret_end)
        fail_msg("%s has no marks for its table", m->file);
    *ret_begin += strlen(m->begin);
    return buf_take(&text);
}

void manual_expect(const struct manual *m, struct view table)
{
    char *begin, *end, *manual = read_manual(m, &begin, &end);

    *end = '\0';
    if (!view_eq(view_of(begin), table))
        fail_msg("%s says otherwise: %s, and read what has changed", m->file, m->how);
    free(manual);
}

void manual_write(const struct manual *m, struct view table)
{
    char *begin, *end, *manual = read_manual(m, &begin, &end);
    struct err err = {0};
    struct buf text;

    buf_init(&text, 0);
    buf_addv(&text, (struct view){manual, (size_t)(begin - manual)});
    buf_addv(&text, table);
    buf_adds(&text, end);
    desk_ok(file_write_atomic(m->file, buf_view(&text), 0644, &err), &err);
    free(manual);
    buf_release(&text);
}
