/* Without a folder: what formats say of records, and what they make of one. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "run_priv.h"

/* --- notes ----------------------------------------------------------------------- */

struct check {
    const struct run_options *opt;
    const struct run_hooks *hooks;
    struct run_report report;
    struct gate *gate;
    struct delivery delivery;
    const struct format *format;
    const struct notice *notice;
    int64_t total; /* -1 unknown */
    struct select select;
};

static void drop(void *ctx, const struct piece *piece)
{
    (void)ctx;
    (void)piece;
}

static void pass_note(void *ctx, const struct note *note)
{
    const struct check *c = ctx;

    if (c->hooks->note)
        c->hooks->note(c->hooks->ctx, c->format, c->notice, note);
}

static void check_notice(struct check *c)
{
    struct outlet out = {.put = drop, .note = pass_note, .ctx = c};

    c->report.made++;
    for (size_t i = 0; c->opt->formats[i]; i++) {
        c->format = c->opt->formats[i];
        if (format_takes(c->format, c->notice))
            c->format->make(&c->delivery, c->notice, &out);
    }
    if (c->hooks->checked)
        c->hooks->checked(c->hooks->ctx, c->notice);
}

/* MUST: the record was asked for by its name. */
static int check_record(struct check *c, const char *uid, bool must, struct err *err)
{
    struct notice *n = NULL;
    int rc;

    if (!run_go_on(c->hooks, c->report.records, c->total))
        return err_set(err, ERR_STOPPED, N_("the delivery was stopped"));
    rc = notice_open(c->gate, uid, &n, err);
    if (rc == ERR_NOT_FOUND && !must) {
        err_clear(err);
        return 0;
    }
    if (rc)
        return rc;
    c->report.records++;
    c->notice = n;
    if (!n->gone)
        check_notice(c);
    notice_free(n);
    return gate_failure(c->gate, err);
}

static int check_head(void *ctx, const struct record_head *head, struct err *err)
{
    struct check *c = ctx;
    bool taken = false;

    for (size_t i = 0; c->opt->formats[i] && !taken; i++)
        taken = format_takes_type(c->opt->formats[i], head->type);
    if (!taken || head->deleted || !select_has(&c->select, head->uid))
        return 0;
    return check_record(c, head->uid, false, err);
}

static int check_selected(struct check *c, struct store *store, struct err *err)
{
    int rc = select_read(store, c->opt->query, &c->select, err);

    c->total = c->select.all ? -1 : (int64_t)c->select.n;
    if (rc == 0)
        rc = record_heads(store, check_head, c, err);
    select_release(&c->select);
    return rc;
}

int deliver_check(struct store *store, struct forms *forms,
        const struct run_options *opt, char *const *uids, const struct run_hooks *hooks,
        struct run_report *ret, struct err *err)
{
    struct check c = {
            .opt = opt, .hooks = hooks, .gate = run_gate(store, forms), .total = -1};
    int rc = 0;

    c.delivery = run_delivery(opt, c.gate);
    if (!uids)
        rc = check_selected(&c, store, err);
    for (; uids && *uids && rc == 0; uids++)
        rc = check_record(&c, *uids, true, err);
    gate_free(c.gate);
    if (rc == 0)
        *ret = c.report;
    return rc;
}

/* --- one record ------------------------------------------------------------------ */

struct kept {
    char *path, *label, *key; /* key NULL: a file of its own */
    bool shared;
    char *text;
    size_t len, order;
};

struct keeper {
    struct kept *all;
    size_t n, cap;
};

static void keep(void *ctx, const struct piece *piece)
{
    struct keeper *k = ctx;

    k->all = mem_grow(k->all, k->n, &k->cap, sizeof(*k->all));
    k->all[k->n] = (struct kept){.path = xstrdup(piece->path),
            .label = xstrdup(piece->label),
            .key = xstrdup(piece->key),
            .shared = piece->shared,
            .text = xstrndup(piece->text.p ? piece->text.p : "", piece->text.n),
            .len = piece->text.n,
            .order = k->n};
    k->n++;
}

static void drop_note(void *ctx, const struct note *note)
{
    (void)ctx;
    (void)note;
}

static void keeper_release(struct keeper *k)
{
    for (size_t i = 0; i < k->n; i++) {
        free(k->all[i].path);
        free(k->all[i].label);
        free(k->all[i].key);
        free(k->all[i].text);
    }
    free(k->all);
}

static int by_key(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    int order = strcmp(x->key ? x->key : "", y->key ? y->key : "");

    return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

/* Leaves the files of their own, or else the pieces of the first collection. */
static void pick(struct keeper *k)
{
    bool own = false;
    char *path = xstrdup(k->n ? k->all[0].path : "");
    struct keeper left = {0};

    for (size_t i = 0; i < k->n; i++)
        own = own || !k->all[i].key;
    for (size_t i = 0; i < k->n; i++) {
        struct kept *p = &k->all[i];

        if (own ? p->key != NULL : strcmp(p->path, path) != 0)
            continue;
        keep(&left, &(struct piece){.path = p->path,
                            .label = p->label,
                            .key = p->key,
                            .shared = p->shared,
                            .text = {p->text, p->len}});
    }
    free(path);
    keeper_release(k);
    *k = left;
    if (k->n)
        qsort(k->all, k->n, sizeof(*k->all), by_key);
}

static void write_collection(const struct delivery *d, const struct format *format,
        const struct keeper *k, struct buf *out)
{
    const struct kept *last = NULL;
    struct collection c = {.path = k->all[0].path,
            .label = "",
            .first_key = k->all[0].key,
            .last_key = k->all[k->n - 1].key};

    for (size_t i = 0; i < k->n; i++)
        if (k->all[i].label)
            c.label = k->all[i].label;
    c.pieces = (int64_t)k->n;
    if (format->head)
        format->head(d, &c, out);
    for (size_t i = 0; i < k->n; i++) {
        const struct kept *p = &k->all[i];

        if (last && p->shared && last->shared && strcmp(p->key, last->key) == 0)
            continue;
        if (last && format->between)
            buf_adds(out, format->between);
        buf_add(out, p->text, p->len);
        last = p;
    }
    if (format->foot)
        format->foot(d, &c, out);
}

static void write_one(const struct delivery *d, const struct format *format,
        struct keeper *k, struct buf *out)
{
    pick(k);
    if (k->n && k->all[0].key)
        write_collection(d, format, k, out);
    for (size_t i = 0; i < k->n && !k->all[0].key; i++)
        buf_add(out, k->all[i].text, k->all[i].len);
}

int deliver_one(struct store *store, struct forms *forms, const struct run_options *opt,
        const struct format *format, const char *uid, struct buf *out, struct err *err)
{
    struct gate *gate = run_gate(store, forms);
    struct delivery d = run_delivery(opt, gate);
    struct keeper kept = {0};
    struct outlet outlet = {.put = keep, .note = drop_note, .ctx = &kept};
    struct notice *n = NULL;
    int rc = notice_open(gate, uid, &n, err);

    if (rc == 0 && format_takes(format, n)) {
        format->make(&d, n, &outlet);
        rc = gate_failure(gate, err);
    }
    if (rc == 0 && kept.n == 0)
        rc = err_set(err, ERR_NOT_FOUND,
                N_("the format %1$s makes nothing of the record %2$s"), format->name,
                uid);
    if (rc == 0)
        write_one(&d, format, &kept, out);
    keeper_release(&kept);
    notice_free(n);
    gate_free(gate);
    return rc;
}
