#include "solo.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

struct place here;
struct run run;

int solo_make(void **state)
{
    int rc = stage_make(state);

    run = (struct run){.rc = 0};
    if (rc == 0)
        here = place_open("here");
    return rc;
}

int solo_undo(void **state)
{
    script_stop();
    run_release(&run);
    place_close(&here);
    return stage_remove(state);
}

void play(void)
{
    script_play(&run, &here);
    script_clear();
}

const char *fresh_row(int n)
{
    char *body = stage_body(n, "'modifie_par':'lise'");
    const char *rev = rev_of(NULL, body);

    return row_of(n, rev, body, "");
}

const char *const *rows_of(int from, int n)
{
    static const char *rows[601];

    for (int i = 0; i < n; i++)
        rows[i] = fresh_row(from + i);
    rows[n] = NULL;
    return rows;
}

void pulled(int n, const char *seq)
{
    script_epoch("e1");
    script_page(seq, 0, rows_of(1, n));
    play();
    run_well(&run);
}

const char *sent(size_t i, const char *part)
{
    if (!strstr(script_request(i), part))
        fail_msg("request %zu has no %s: %s", i, part, script_request(i));
    return script_request(i);
}
