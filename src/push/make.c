/* What the format makes of a record, caught instead of written. */
#include <stdlib.h>
#include <string.h>

#include "push.h"
#include "odus/base/mem.h"

static const char *const kind_names[] = {[NOTE_REFUSED] = "refused",
        [NOTE_MISSING] = "missing",
        [NOTE_CUT] = "cut",
        [NOTE_LOST] = "lost"};

struct caught {
    char *path, *text;
    size_t n;
};

struct catcher {
    struct push *p;
    const char *uid;
    struct caught *pieces;
    size_t n, cap;
    bool tells; /* notes */
};

void item_release(struct item *item)
{
    json_free(item->body);
    item->body = NULL;
}

static void catch_piece(void *ctx, const struct piece *piece)
{
    struct catcher *c = ctx;

    c->pieces = mem_grow(c->pieces, c->n, &c->cap, sizeof(*c->pieces));
    c->pieces[c->n++] = (struct caught){.path = xstrdup(piece->path),
            .text = xstrndup(piece->text.n ? piece->text.p : "", piece->text.n),
            .n = piece->text.n};
}

void tell_note(struct push *p, const char *uid, const struct note *note)
{
    struct json *event = work_event("note"), *args = json_new_array();

    json_set_text(event, "format", p->target->name);
    json_set_text(event, "uid", uid);
    json_set_text(event, "type", p->target->type);
    forms_add_title(p->forms, uid, event);
    json_set_text(event, "kind", kind_names[note->kind]);
    json_set_text(event, "field", note->field ? note->field : "");
    json_set_text(event, "message", note->message);
    for (size_t i = 0; i < COUNT(note->args) && note->args[i]; i++)
        json_push_take(args, json_text(view_of(note->args[i])));
    json_set_take(event, "args", args);
    work_tell(p->w, event);
}

struct json *tell_about(struct push *p, const char *ev, const struct receipt *r)
{
    struct json *event = work_event(ev);

    json_set_text(event, "uid", r->uid);
    json_set_text(event, "name", r->name);
    forms_add_title(p->forms, r->uid, event);
    return event;
}

void tell_refused(struct push *p, const struct receipt *r, const struct err *why)
{
    struct json *event = tell_about(p, "refused", r);

    lines_set_err(event, why);
    work_tell(p->w, event);
}

static void catch_note(void *ctx, const struct note *note)
{
    struct catcher *c = ctx;
    const char *gives = c->p->target->gives;
    bool mends = gives && note->field && strcmp(note->field, gives) == 0;

    if (note->kind == NOTE_REFUSED)
        c->p->counts.left_out++;
    if (c->tells && !mends)
        tell_note(c->p, c->uid, note);
}

static void drop_note(void *ctx, const struct note *note)
{
    (void)ctx;
    (void)note;
}

static void catcher_release(struct catcher *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->pieces[i].path);
        free(c->pieces[i].text);
    }
    free(c->pieces);
}

/* 1: ITEM is something to be sent. */
static int read_piece(const struct catcher *c, const struct notice *n,
        const struct caught *caught, struct item *item, struct err *err)
{
    const struct piece piece = {
            .path = caught->path, .text = {caught->text, caught->n}};
    int rc;

    *item = (struct item){.body = NULL};
    memcpy(item->uid, n->uid, sizeof(item->uid));
    if (!c->p->target->take(n, &piece, item))
        return 0;
    if (!is_part(item->name))
        item->noted = notice_number(n->body, c->p->target->name);
    item->known = item->noted;
    rc = json_parse(piece.text, 0, &item->body, err);
    return rc ? rc : 1;
}

static int give_items(const struct catcher *c, const struct notice *n,
        int (*fn)(void *ctx, struct item *item, struct err *err), void *ctx,
        size_t *ret, struct err *err)
{
    struct item item;
    size_t count = 0;
    int rc = 0;

    for (size_t i = 0; i < c->n && rc == 0; i++) {
        rc = read_piece(c, n, &c->pieces[i], &item, err);
        if (rc <= 0)
            continue;
        count++;
        rc = fn(ctx, &item, err);
        item_release(&item);
    }
    if (ret)
        *ret = count;
    return rc;
}

static int make(struct push *p, const char *uid, bool notes,
        int (*fn)(void *ctx, struct item *item, struct err *err), void *ctx,
        size_t *ret, struct err *err)
{
    struct catcher c = {.p = p, .uid = uid, .tells = p->dry_run};
    struct outlet out = {
            .put = catch_piece, .note = notes ? catch_note : drop_note, .ctx = &c};
    struct notice *n = NULL;
    int rc = each_make(p->each, uid, &out, &n, err);

    if (rc == 0)
        rc = give_items(&c, n, fn, ctx, ret, err);
    notice_free(n);
    catcher_release(&c);
    return rc;
}

int make_items(struct push *p, const char *uid,
        int (*fn)(void *ctx, struct item *item, struct err *err), void *ctx,
        size_t *ret, struct err *err)
{
    return make(p, uid, true, fn, ctx, ret, err);
}

struct wanted {
    const char *name;
    struct item *ret;
    bool found;
};

static int pick(void *ctx, struct item *item, struct err *err)
{
    struct wanted *w = ctx;

    (void)err;
    if (w->found || strcmp(item->name, w->name) != 0)
        return 0;
    w->found = true;
    *w->ret = *item;
    item->body = NULL;
    return 0;
}

int make_item(struct push *p, const char *uid, const char *name, struct item *ret,
        struct err *err)
{
    struct wanted w = {.name = name, .ret = ret};
    int rc;

    *ret = (struct item){.body = NULL};
    rc = make(p, uid, false, pick, &w, NULL, err);
    if (rc == 0 && !w.found)
        rc = err_set(err, ERR_NOT_FOUND, N_("nothing is made of the record any more"));
    return rc;
}
