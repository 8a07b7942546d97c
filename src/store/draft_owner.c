#include "odus/store/draft.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "priv.h"

/* --- processes ------------------------------------------------------------------- */

enum { STAT_MAX = 4096, START_FIELD = 22 /* of /proc/PID/stat, proc(5) */ };

/* Field N (from 3) of a stat line. The second, a name in brackets, holds anything. */
static int64_t stat_field(const char *line, int n)
{
    const char *p = strrchr(line, ')');
    long long value;
    size_t len;

    if (!p)
        return 0;
    for (p++; n > 2; n--) {
        p += strspn(p, " ");
        if (n > 3)
            p += strcspn(p, " ");
    }
    len = strcspn(p, " ");
    return view_int((struct view){p, len}, &value) ? value : 0;
}

int64_t owner_start(int pid)
{
    char path[64];
    struct buf line;
    int64_t start = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    if (file_read(path, STAT_MAX, &line, NULL) == 0)
        start = stat_field(line.s, START_FIELD);
    buf_release(&line);
    return start;
}

bool owner_alive(int owner, int64_t start)
{
    int64_t now;

    if (owner <= 0 || (kill(owner, 0) != 0 && errno != EPERM))
        return false;
    /* The number may have gone to another process since. */
    now = owner_start(owner);
    return !start || !now || start == now;
}

/* --- claims ---------------------------------------------------------------------- */

static int claim(struct store *store, const char *uid, struct err *e)
{
    int self = (int)getpid();
    struct stmt *st = db_query(store->drafts,
            "select d.id, d.owner, d.owner_start"
            " from draft d join entry e on e.id = d.id where e.uid = ?1",
            bind_text(uid));
    int rc = stmt_step(st, e);
    int64_t id, start;
    int owner;

    if (rc <= 0)
        return rc ? rc
                  : err_set(e, ERR_NOT_FOUND, N_("there is no draft of %1$s"), uid);
    id = stmt_int(st, 0);
    owner = (int)stmt_int(st, 1);
    start = stmt_int(st, 2);
    stmt_reset(st);
    if (owner != self && owner_alive(owner, start)) {
        char text[16];

        snprintf(text, sizeof(text), "%d", owner);
        return err_set(e, ERR_BUSY,
                N_("the draft is open in another window (process %1$s)"), text);
    }
    return db_run(store->drafts, e,
            "update draft set owner = ?2, owner_start = ?3 where id = ?1", bind_int(id),
            bind_int(self), bind_int(store->self_start));
}

int draft_claim(struct store *store, const char *uid, struct err *err)
{
    int rc = store_begin_drafts(store, DB_SYNC_NORMAL, err);

    return rc ? rc : store_end(store, store->drafts, claim(store, uid, err), err);
}

int draft_unclaim(struct store *store, const char *uid, struct err *err)
{
    int rc = store_begin_drafts(store, DB_SYNC_NORMAL, err);

    if (rc)
        return rc;
    rc = db_run(store->drafts, err,
            "update draft set owner = 0, owner_start = 0"
            " where owner = ?2 and id = (select id from entry where uid = ?1)",
            bind_text(uid), bind_int(getpid()));
    return store_end(store, store->drafts, rc, err);
}
