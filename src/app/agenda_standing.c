#include "agenda_standing.h"

#include <stdlib.h>
#include <string.h>

#include "odus/app/sync.h"
#include "odus/base/mem.h"

enum { SLOTS = 256 }; /* several screens full */

struct slot {
    char uid[37]; /* "" empty */
    enum sync_word word;
    bool held, refused, conflict;
};

struct standings {
    struct app *app;
    struct slot slots[SLOTS];
};

struct standings *standings_new(struct app *app)
{
    struct standings *s = xcalloc(1, sizeof *s);

    s->app = app;
    return s;
}

void standings_free(struct standings *s)
{
    free(s);
}

void standings_forget(struct standings *s)
{
    memset(s->slots, 0, sizeof s->slots);
}

/* The end of a UUIDv7 is chance. */
static struct slot *slot_of(struct standings *s, const char *uid)
{
    unsigned at = 0;

    for (const char *p = uid + strlen(uid); p > uid && p + 6 > uid + strlen(uid); p--)
        at = at * 31 + (unsigned char)p[-1];
    return &s->slots[at % SLOTS];
}

static const struct slot *look(struct standings *s, const char *uid)
{
    struct slot *slot = slot_of(s, uid);
    struct sync_standing st;

    if (strcmp(slot->uid, uid) == 0)
        return slot;
    st = app_standing(s->app, uid, false);
    *slot = (struct slot){.word = st.word,
            .held = st.held,
            .refused = st.refused[0] != '\0',
            .conflict = st.conflict};
    memcpy(slot->uid, uid, strnlen(uid, sizeof slot->uid - 1));
    return slot;
}

/* What waits is told before what is to be reviewed: it is not at the reviewer's yet. */
void standings_fill(struct standings *s, struct agenda_row *row)
{
    const struct slot *slot = look(s, row->uid);

    row->held = slot->held;
    row->refused = slot->refused;
    row->conflict = slot->conflict;
    if (row->state == AGENDA_DRAFT)
        return;
    if (slot->word == WORD_WAITING)
        row->state = AGENDA_WAITING;
    else if (slot->word == WORD_STAYS)
        row->state = AGENDA_STAYS;
    else if (slot->word == WORD_SENT && row->state == AGENDA_COMPLETE)
        row->state = AGENDA_SENT;
}
