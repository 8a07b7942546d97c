/* From notices to pieces: each record that is to do, through every format. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "run_priv.h"

struct making {
    struct run *r;
    const struct format *format;
    const struct notice *notice; /* NULL for the files that depend on none */
    int64_t item;
    int pieces;
    int rc;
    struct err *err;
};

/* --- what a format gives --------------------------------------------------------- */

static int bad_path(const struct making *m, const struct piece *piece)
{
    return err_set(m->err, ERR_INVALID,
            N_("the format %1$s names a file that it must not: %2$s"), m->format->name,
            piece->path);
}

/* Its files stand in the folder of its name. */
static bool is_own_path(const struct format *format, const char *path)
{
    size_t n = strlen(format->name);

    return strncmp(path, format->name, n) == 0 && path[n] == '/' && tree_path_ok(path);
}

static int spool(struct run *r, struct view text, int64_t *ret_off, struct err *err)
{
    if (text.n && fwrite(text.p, 1, text.n, r->spool) != text.n)
        return tree_fail(&r->tree, "", err);
    *ret_off = r->spooled;
    r->spooled += (int64_t)text.n;
    return 0;
}

static int put_piece(struct making *m, const struct piece *piece)
{
    struct run *r = m->r;
    struct state_piece p = {
            .item = m->item, .n = m->pieces, .format = m->format->name, .piece = piece};
    int rc = 0;

    if (!is_own_path(m->format, piece->path))
        return bad_path(m, piece);
    if (!piece->shared || !state_shared(r->state, piece, &p.off))
        rc = spool(r, piece->text, &p.off, m->err);
    if (rc == 0)
        rc = state_put(r->state, &p, m->err);
    m->pieces++;
    return rc;
}

static void put(void *ctx, const struct piece *piece)
{
    struct making *m = ctx;

    if (m->rc == 0)
        m->rc = put_piece(m, piece);
}

static void note(void *ctx, const struct note *note)
{
    const struct making *m = ctx;
    const struct run_hooks *hooks = m->r->hooks;

    if (hooks->note && m->notice)
        hooks->note(hooks->ctx, m->format, m->notice, note);
}

static void use(void *ctx, const char *uid)
{
    struct making *m = ctx;

    if (m->rc == 0)
        m->rc = state_uses(m->r->state, m->item, uid, m->err);
}

/* --- one item -------------------------------------------------------------------- */

static int make_notice(struct making *m)
{
    struct run *r = m->r;
    struct outlet out = {.put = put, .note = note, .ctx = m};
    const char *modified = json_get_text(m->notice->body, "modifie_le");

    for (size_t i = 0; r->opt->formats[i] && m->rc == 0; i++) {
        m->format = r->opt->formats[i];
        if (format_takes(m->format, m->notice))
            m->format->make(&r->delivery, m->notice, &out);
    }
    if (m->rc == 0)
        m->rc = gate_failure(r->gate, m->err);
    notice_used(m->notice, use, m);
    if (m->rc)
        return m->rc;
    r->report->made++;
    return state_done(r->state, m->item, m->pieces ? STATE_LEAVES : STATE_MADE,
            modified && m->pieces ? modified : "", m->err);
}

static int make_item(struct run *r, const struct state_item *item, struct err *err)
{
    struct making m = {.r = r, .item = item->id, .err = err};
    struct notice *n = NULL;
    int rc = item->wanted ? notice_open(r->gate, item->uid, &n, err) : ERR_NOT_FOUND;

    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        return state_done(r->state, item->id, STATE_STAYS, "", err);
    }
    if (rc)
        return rc;
    m.notice = n;
    rc = make_notice(&m);
    notice_free(n);
    return rc;
}

static int make_todo(struct run *r, struct err *err)
{
    int64_t total = state_todo(r->state), done = 0;
    struct state_item item;
    int rc;

    while ((rc = state_next(r->state, &item, err)) > 0) {
        if (!run_go_on(r->hooks, done++, total))
            return err_set(err, ERR_STOPPED, N_("the delivery was stopped"));
        rc = make_item(r, &item, err);
        if (rc)
            return rc;
    }
    return rc ? rc : state_settle(r->state, err);
}

/* --- the rest -------------------------------------------------------------------- */

static int make_fixed(struct run *r, struct err *err)
{
    struct making m = {.r = r, .err = err};
    struct outlet out = {.put = put, .note = note, .ctx = &m};
    struct state_item item;
    char *modified;
    int rc = state_fixed(r->state, &item, err);

    if (rc)
        return rc;
    m.item = item.id;
    modified = state_modified(r->state);
    r->delivery.modified = modified;
    for (size_t i = 0; r->opt->formats[i] && m.rc == 0; i++) {
        m.format = r->opt->formats[i];
        if (m.format->fixed)
            m.format->fixed(&r->delivery, &out);
    }
    r->delivery.modified = "";
    free(modified);
    return m.rc ? m.rc : state_settle(r->state, err);
}

struct needs {
    struct run *r;
    int64_t items;
};

static int need(void *ctx, const struct state_file *file, struct err *err)
{
    struct needs *needs = ctx;
    const struct format *format = run_format(needs->r, file->format);
    int64_t n = 0;
    int rc = 0;

    if (format && format->limit > 0)
        rc = state_need(needs->r->state, file->id, format->limit, &n, err);
    needs->items += n;
    return rc;
}

/* A file of limited length lost some of its first pieces, and those behind stand
 * nowhere: their records are made again. */
static int make_needed(struct run *r, struct err *err)
{
    struct needs needs = {.r = r};
    int rc;

    do {
        needs.items = 0;
        rc = state_files(r->state, STATE_DIRTY, need, &needs, err);
        if (rc == 0 && needs.items)
            rc = make_todo(r, err);
    } while (rc == 0 && needs.items);
    return rc;
}

static int make_linked(struct run *r, struct err *err)
{
    int64_t n = 0;
    int rc;

    do {
        rc = state_link(r->state, &n, err);
        if (rc == 0 && n)
            rc = make_todo(r, err);
    } while (rc == 0 && n);
    return rc;
}

int run_make(struct run *r, struct err *err)
{
    int rc = tree_make(&r->tree, 0, &r->spool, err);

    tree_unmake(&r->tree, 0);
    if (rc == 0)
        rc = make_todo(r, err);
    if (rc == 0 && !r->select.all)
        rc = make_linked(r, err);
    if (rc == 0)
        rc = make_needed(r, err);
    if (rc == 0)
        rc = make_fixed(r, err);
    if (rc == 0 && fflush(r->spool) != 0)
        rc = tree_fail(&r->tree, "", err);
    return rc;
}
