/* Revisions that come from elsewhere, a slice in a transaction. */
#include "replica_priv.h"

#include <stdlib.h>
#include <string.h>

#include "index_words.h"
#include "odus/base/clock.h"

enum { SINCE_MAX = 16 * 1024 };

struct apply {
    struct store *store;
    struct forms *forms;
    struct db *db;
    const struct replica_slice *slice;
    struct index_words words;
};

/* One document on its way in. */
struct incoming {
    const struct replica_doc *doc;
    struct json *body; /* owned */
    int64_t id;        /* of the entry, 0 none */
    bool record;       /* the entry has revisions */
    char winner[REV_MAX];
    char *shown[3]; /* what others show of it: title, town, genre; NULL unknown */
    bool changed;   /* its leaves */
    bool published; /* a form or list, so far */
};

static void incoming_release(struct incoming *in)
{
    json_free(in->body);
    for (size_t i = 0; i < COUNT(in->shown); i++)
        free(in->shown[i]);
}

/* --- whether it can be taken ------------------------------------------------------ */

static bool is_ancestry(const struct replica_doc *d)
{
    long long first;

    if (d->nrevs == 0 || d->nrevs > REPLICA_REVS_MAX)
        return false;
    first = tree_generation(d->revs[0]);
    for (size_t i = 0; i < d->nrevs; i++) {
        long long n = first - (long long)i;

        if (n < 1 || !memchr(d->revs[i], '\0', REV_MAX) ||
                tree_generation(d->revs[i]) != n)
            return false;
    }
    return true;
}

static int check_doc(const struct replica_doc *d, struct incoming *in, struct err *why)
{
    const char *id;

    *in = (struct incoming){.doc = d, .body = json_retain(d->json)};
    if (!*d->uid || !memchr(d->uid, '\0', sizeof(d->uid)))
        return err_set(why, ERR_INVALID, N_("the record has no usable identifier"));
    if (!is_ancestry(d))
        return err_set(why, ERR_INVALID,
                N_("the revisions of record %1$s do not follow one another"), d->uid);
    if (!d->body || strlen(d->body) > REPLICA_BODY_MAX)
        return err_set(why, ERR_LIMIT, N_("the record %1$s is too large"), d->uid);
    if (!in->body && json_parse(view_of(d->body), REPLICA_BODY_MAX, &in->body, why))
        return ERR_INVALID;
    id = json_get_text(in->body, "_id");
    if (json_kind(in->body) != JSON_KIND_OBJECT)
        return err_set(why, ERR_INVALID, N_("the record's body is not a JSON object"));
    if (id && strcmp(id, d->uid) != 0)
        return err_set(
                why, ERR_INVALID, N_("the record's body bears another identifier"));
    return 0;
}

static int find_record(struct apply *a, struct incoming *in, struct err *e)
{
    struct stmt *st = db_query(a->db,
            "select e.id, r.rev, e.title, e.town, e.genre, e.type from entry e"
            " left join record r on r.id = e.id where e.uid = ?1",
            bind_text(in->doc->uid));
    int rc = stmt_step(st, e);

    if (rc <= 0)
        return rc;
    in->id = stmt_int(st, 0);
    in->record = !stmt_is_null(st, 1);
    store_copy_text(in->winner, sizeof(in->winner), stmt_text(st, 1));
    for (int i = 0; i < (int)COUNT(in->shown); i++)
        in->shown[i] = stmt_dup(st, 2 + i);
    in->published = publish_is(stmt_text(st, 5).p);
    stmt_reset(st);
    return 0;
}

/* --- lists and search ------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Those that link to it show its name: they are written anew when there is time. */
static int spread(struct apply *a, const struct incoming *in, const struct summary *s,
        struct err *e)
{
    const char *now[] = {s->title, s->town, s->genre};
    bool same = true;

    for (size_t i = 0; i < COUNT(now); i++)
        same = same && same_text(in->shown[i], now[i]);
    return same ? 0 : record_due_if_linked(a->store, in->doc->uid, e);
}

static int show_body(
        struct apply *a, struct incoming *in, const struct json *body, struct err *e)
{
    struct summary s;
    int rc = forms_summarise(a->forms, body, &s, e);

    if (rc)
        return rc;
    free(s.uid); /* not what a field of the body claims */
    s.uid = xstrdup(in->doc->uid);
    rc = index_write_later(a->db, &s, &a->words, &in->id, e);
    if (rc == 0)
        rc = spread(a, in, &s, e);
    summary_release(&s);
    return rc;
}

/* A record of which only a tombstone is known. */
static int show_nothing(struct apply *a, struct incoming *in, struct err *e)
{
    const char *type = json_get_text(in->body, "type");
    struct summary s = {
            .uid = (char *)in->doc->uid,
            .type = (char *)(type && strlen(type) <= FORM_NAME_SHOWN ? type : "?"),
            .status = (char *)"supprime",
            .hidden = true,
    };

    return index_write_later(a->db, &s, &a->words, &in->id, e);
}

/* Another winner than before. */
static int show_winner(struct apply *a, struct incoming *in,
        const struct tree_state *now, struct err *e)
{
    struct json *body = NULL;
    char *text = NULL;
    int rc;

    if (now->deleted)
        return index_hide(a->db, in->id, &a->words, e);
    if (strcmp(now->rev, in->doc->revs[0]) == 0)
        return show_body(a, in, in->body, e);
    rc = db_text(a->db, e, &text, "select body from rev where record = ?1 and rev = ?2",
            bind_int(in->id), bind_text(now->rev));
    if (rc == 0)
        rc = json_parse(view_of(text), 0, &body, e);
    if (rc == 0)
        rc = show_body(a, in, body, e);
    json_free(body);
    free(text);
    return rc;
}

/* --- the tree --------------------------------------------------------------------- */

struct row {
    int64_t id; /* 0 none */
    bool leaf, kept;
    char parent[REV_MAX];
};

static int find_row(struct apply *a, int64_t record, const char *rev, struct row *ret,
        struct err *e)
{
    struct stmt *st = db_query(a->db,
            "select id, leaf, parent, body is not null from rev"
            " where record = ?1 and rev = ?2",
            bind_int(record), bind_text(rev));
    int rc = stmt_step(st, e);

    *ret = (struct row){0};
    if (rc <= 0)
        return rc;
    ret->id = stmt_int(st, 0);
    ret->leaf = stmt_int(st, 1) != 0;
    store_copy_text(ret->parent, sizeof(ret->parent), stmt_text(st, 2));
    ret->kept = stmt_int(st, 3) != 0;
    stmt_reset(st);
    return 0;
}

static int add_ancestor(struct apply *a, const struct incoming *in, const char *rev,
        const char *parent, struct err *e)
{
    return db_run(a->db, e,
            "insert into rev(record, rev, gen, parent, deleted, leaf, at_ms)"
            " values(?1, ?2, ?3, ?4, 0, 0, ?5)",
            bind_int(in->id), bind_text(rev), bind_int(tree_generation(rev)),
            bind_text(parent), bind_int(clock_now_ms()));
}

/* The N-th of the document's revisions as ROW: it has a child, and perhaps a parent
 * that was not known. */
static int join_row(struct apply *a, struct incoming *in, size_t n,
        const struct row *row, const char *parent, struct err *e)
{
    int rc = 0;

    if (n > 0 && row->leaf) {
        in->changed = true;
        rc = tree_has_child(a->db, row->id, e);
    }
    if (rc == 0 && !*row->parent && *parent)
        rc = db_run(a->db, e, "update rev set parent = ?2 where id = ?1",
                bind_int(row->id), bind_text(parent));
    return rc;
}

/* Makes the ancestry what the document says, from its N-th revision on. */
static int join_ancestry(struct apply *a, struct incoming *in, size_t n, struct err *e)
{
    const struct replica_doc *d = in->doc;

    for (; n < d->nrevs; n++) {
        const char *parent = n + 1 < d->nrevs ? d->revs[n + 1] : "";
        struct row row;
        int rc = find_row(a, in->id, d->revs[n], &row, e);

        if (rc == 0 && row.id)
            rc = join_row(a, in, n, &row, parent, e);
        else if (rc == 0)
            rc = add_ancestor(a, in, d->revs[n], parent, e);
        if (rc)
            return rc;
        /* what was here first stands: one of the two is not true */
        if (*row.parent && strcmp(row.parent, parent) != 0)
            return 0;
    }
    return 0;
}

static struct tree_leaf leaf_of(const struct apply *a, const struct incoming *in)
{
    const struct replica_doc *d = in->doc;

    return (struct tree_leaf){
            .rev = d->revs[0],
            .parent = d->nrevs > 1 ? d->revs[1] : "",
            .deleted = d->deleted,
            .body = view_of(d->body),
            .author = json_get_text(in->body, "modifie_par"),
            .reach = tree_reach(in->body, a->slice->container),
            .peer = a->slice->peer,
    };
}

/* The body of a revision of which only the name was known. */
static int fill_up(
        struct apply *a, const struct incoming *in, int64_t row, struct err *e)
{
    return db_run(a->db, e,
            "update rev set body = ?2, bytes = ?3, author = ?4, deleted = ?5,"
            " reach = ?6 where id = ?1",
            bind_int(row), bind_text(in->doc->body),
            bind_int((int64_t)strlen(in->doc->body)),
            bind_text(json_get_text(in->body, "modifie_par")),
            bind_int(in->doc->deleted),
            bind_int(tree_reach(in->body, a->slice->container)));
}

/* --- one document ----------------------------------------------------------------- */

static int settle_doc(struct apply *a, struct incoming *in, struct err *e)
{
    struct tree_state now;
    int rc;

    if (!in->changed)
        return 0;
    rc = tree_settle(a->db, in->id, a->slice->container, &now, e);
    if (rc || strcmp(now.rev, in->winner) == 0)
        return rc;
    return show_winner(a, in, &now, e);
}

static int take_known(
        struct apply *a, struct incoming *in, const struct row *row, struct err *e)
{
    int rc = row->kept ? 0 : fill_up(a, in, row->id, e);

    if (rc == 0)
        rc = join_ancestry(a, in, 0, e);
    if (rc == 0 && a->slice->peer)
        rc = replica_receive(a->db, a->slice->peer, row->id, clock_now_ms(), e);
    return rc ? rc : settle_doc(a, in, e);
}

/* The first that comes of a record: it is the winner. */
static int take_first(struct apply *a, struct incoming *in, struct err *e)
{
    const struct tree_leaf leaf = leaf_of(a, in);
    int rc = in->doc->deleted ? show_nothing(a, in, e) : show_body(a, in, in->body, e);

    if (rc == 0)
        rc = tree_plant(a->db, in->id, a->slice->container, &leaf, e);
    return rc ? rc : join_ancestry(a, in, 1, e);
}

static int take_another(struct apply *a, struct incoming *in, struct err *e)
{
    const struct tree_leaf leaf = leaf_of(a, in);
    int rc = join_ancestry(a, in, 1, e);

    if (rc == 0)
        rc = tree_add(a->db, in->id, &leaf, e);
    in->changed = true;
    return rc ? rc : settle_doc(a, in, e);
}

static int take_doc(
        struct apply *a, struct incoming *in, enum replica_outcome *ret, struct err *e)
{
    struct row row = {0};
    int rc = find_record(a, in, e);

    if (rc == 0 && in->record)
        rc = find_row(a, in->id, in->doc->revs[0], &row, e);
    if (rc)
        return rc;
    *ret = row.id ? REPLICA_KNOWN : REPLICA_ADDED;
    if (row.id)
        rc = take_known(a, in, &row, e);
    else
        rc = in->record ? take_another(a, in, e) : take_first(a, in, e);
    linked_forget(a->forms, in->doc->uid);
    return rc;
}

/* --- a slice ---------------------------------------------------------------------- */

static bool is_dated(struct apply *a, const struct replica_doc *d)
{
    const char *type = json_get_text(d->json, "type");

    return type && forms_dated(a->forms, type);
}

/* A form or list that cannot be used is a record like others, and said. */
static int take_published(
        struct apply *a, const struct incoming *in, struct err *why, struct err *e)
{
    bool used;

    if (!in->published && !publish_is(json_get_text(in->body, "type")))
        return 0;
    return publish_take(a->forms, in->doc->uid, &used, why, e);
}

static int take_one(struct apply *a, size_t i, enum replica_outcome *outcomes,
        struct err *why, struct err *e)
{
    struct incoming in;
    enum replica_outcome outcome = REPLICA_REFUSED;
    struct err *reason = why ? &why[i] : NULL;
    int rc = 0;

    err_clear(reason);
    if (check_doc(&a->slice->docs[i], &in, reason) == 0) {
        rc = take_doc(a, &in, &outcome, e);
        if (rc == 0)
            rc = take_published(a, &in, reason, e);
    }
    incoming_release(&in);
    if (outcomes)
        outcomes[i] = outcome;
    return rc;
}

/* Forms and lists come first, for records are read with them; then what has no dates,
 * for what has shows its names. */
enum turn { TURN_FORMS, TURN_UNDATED, TURN_DATED, TURN_DONE };

static void give_turns(struct apply *a, enum turn turns[REPLICA_SLICE])
{
    for (size_t i = 0; i < a->slice->n; i++)
        if (turns[i] != TURN_DONE)
            turns[i] = is_dated(a, &a->slice->docs[i]) ? TURN_DATED : TURN_UNDATED;
}

static int take_docs(
        struct apply *a, enum replica_outcome *outcomes, struct err *why, struct err *e)
{
    enum turn turns[REPLICA_SLICE];
    int rc = 0;

    for (size_t i = 0; i < a->slice->n; i++)
        turns[i] = publish_is(json_get_text(a->slice->docs[i].json, "type"))
                           ? TURN_FORMS
                           : TURN_DATED;
    for (enum turn turn = TURN_FORMS; turn < TURN_DONE; turn++) {
        for (size_t i = 0; rc == 0 && i < a->slice->n; i++) {
            if (turns[i] != turn)
                continue;
            rc = take_one(a, i, outcomes, why, e);
            turns[i] = TURN_DONE;
        }
        if (turn == TURN_FORMS)
            give_turns(a, turns);
    }
    return rc;
}

static int keep_since(struct apply *a, struct err *e)
{
    const struct replica_slice *s = a->slice;

    if (!s->since || !s->peer)
        return 0;
    return db_run(a->db, e,
            "insert into checkpoint(peer, container, since, epoch)"
            " values(?1, ?2, ?3, '')"
            " on conflict(peer, container) do update set since = ?3",
            bind_int(s->peer), bind_text(s->container), bind_text(s->since));
}

static int check_slice(const struct replica_slice *s, struct err *e)
{
    if (s->n > REPLICA_SLICE || (s->since && strlen(s->since) > SINCE_MAX))
        return err_set(e, ERR_LIMIT, N_("too much at once"));
    return replica_check_name(s->container, e);
}

int replica_apply(struct store *store, struct forms *forms,
        const struct replica_slice *slice, enum replica_outcome *outcomes,
        struct err *why, struct err *err)
{
    struct apply a = {
            .store = store, .forms = forms, .db = store->data, .slice = slice};
    int rc = check_slice(slice, err);

    if (rc == 0)
        rc = store_begin_data(store, DB_SYNC_NORMAL, err);
    if (rc)
        return rc;
    forms_hold(forms, true);
    forms_held(forms);
    rc = take_docs(&a, outcomes, why, err);
    forms_hold(forms, false);
    if (rc == 0)
        rc = index_words_write(&a.words, a.db, err);
    index_words_release(&a.words);
    if (rc == 0)
        rc = keep_since(&a, err);
    rc = store_end(store, store->data, rc, err);
    linked_settle(forms, rc == 0);
    if (rc == 0)
        (void)publish_fill(store, NULL);
    return rc;
}
