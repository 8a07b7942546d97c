#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "odus/repl/settle.h"
#include "odus/repl/wire.h"
#include "peer.h"
#include "replicas.h"

static const char fiche[] = "[form fiche]\nlabel=Fiche\nlanguages=fr en\ntitle=titre\n"
                            "search=titre\n"
                            "[field uid]\ntype=text\nlabel=Id\n"
                            "[field type]\ntype=text\nreadonly=yes\nlabel=Type\n"
                            "[field visibilite]\ntype=text\nlabel=Visibilité\n"
                            "[field statut_fiche]\ntype=text\nlabel=État\n"
                            "[field exercice]\ntype=boolean\nlabel=Exercice\n"
                            "[field modifie_par]\ntype=text\nreadonly=yes\nlabel=Par\n"
                            "[field modifie_le]\ntype=text\nreadonly=yes\nlabel=Le\n"
                            "[field titre]\ntype=text\nmultilingual=yes\nlabel=Titre\n"
                            "[field note]\ntype=memo\nlabel=Note\n"
                            "[field affiche]\ntype=file\nlabel=Affiche\n"
                            "[group adresse]\nlabel=Adresse\n"
                            "[field adresse.rue]\ntype=text\nlabel=Rue\n"
                            "[field adresse.ville]\ntype=text\nlabel=Ville\n"
                            "[repeat tarifs]\nlabel=Tarifs\nsort=prix\n"
                            "[field tarifs.prix]\ntype=text\nlabel=Prix\n"
                            "[field tarifs.pour]\ntype=text\nlabel=Pour\n";

/* Not the disk is tried here: SQLite asks these, and what waits for nothing can be
 * played hundreds of times. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

int fdatasync(int fd)
{
    (void)fd;
    return 0;
}

static char dir[200];

static char *path_of(const char *name)
{
    return file_join(dir, name);
}

int replicas_make(void **state)
{
    const char *tmp = getenv("TMPDIR");
    char *forms, *file;
    int rc;

    (void)state;
    snprintf(dir, sizeof(dir), "%s/odus-repl-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return -1;
    forms = path_of("forms");
    file = file_join(forms, "fiche.form");
    rc = file_mkdirs(forms, 0700, NULL);
    if (rc == 0)
        rc = file_write_atomic(file, view_of(fiche), 0600, NULL);
    free(forms);
    free(file);
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int replicas_remove(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct replica replicas_open(const char *name)
{
    struct replica r = {.store = NULL};
    char *path = path_of(name), *forms = path_of("forms");
    struct store_options opt = {.dir = path};
    struct forms_options forms_opt = {.dir = forms, .lang = "fr"};

    assert_int_equal(store_open(&opt, &r.store, NULL), 0);
    r.forms = forms_new(r.store, &forms_opt);
    free(path);
    free(forms);
    return r;
}

void replicas_close(struct replica *r)
{
    forms_free(r->forms);
    store_close(r->store);
}

static const struct form *form_of(struct replica *r)
{
    const struct form *form = NULL;

    assert_int_equal(forms_get(r->forms, "fiche", &form, NULL, NULL), 0);
    return form;
}

const char *replicas_version(struct replica *r)
{
    return form_of(r)->hash;
}

/* --- records ---------------------------------------------------------------------- */

/* BODY as the form writes it; takes BODY. */
static struct json *canonical(struct replica *r, struct json *body)
{
    struct rec *rec = rec_new(form_of(r));
    struct json *out;

    assert_int_equal(body_read(body, rec, NULL), 0);
    out = body_write(rec, BODY_DRAFT);
    rec_free(rec);
    json_free(body);
    return out;
}

struct json *replicas_body(struct replica *r, const char *uid, const char *text)
{
    struct json *body = peer_json(text);

    json_set_take(body, "_id", json_text(view_of(uid)));
    json_set_take(body, "uid", json_text(view_of(uid)));
    json_set_take(body, "type", json_text(VIEW_LIT("fiche")));
    json_set_take(body, "formulaire", json_text(view_of(replicas_version(r))));
    json_set_take(body, "visibilite", json_text(VIEW_LIT("public")));
    return canonical(r, body);
}

/* Takes BODY, stored as it is. */
static const char *put_body(struct replica *r, const char *uid, const char *base,
        const char *const *closes, struct json *body)
{
    static char revs[4][REV_MAX];
    static unsigned turn;
    char *rev = revs[turn++ % 4];
    struct record now = {.body = NULL};
    struct summary summary;
    struct err e = {0};
    int rc;

    if (!base && record_get(r->store, uid, &now, NULL) == 0)
        base = now.rev;
    assert_int_equal(forms_summarise(r->forms, body, &summary, NULL), 0);
    rc = record_put_closing(r->store, base, closes, body, &summary, NULL, rev, &e);
    if (rc < 0)
        fail_msg("%s", e.id);
    summary_release(&summary);
    record_release(&now);
    json_free(body);
    return rev;
}

const char *replicas_put(struct replica *r, const char *uid, const char *base,
        const char *const *closes, struct json *body)
{
    return put_body(r, uid, base, closes, canonical(r, body));
}

const char *replicas_put_raw(struct replica *r, const char *uid, struct json *body)
{
    return put_body(r, uid, NULL, NULL, body);
}

const char *replicas_write(struct replica *r, const char *uid, const char *text)
{
    return replicas_put(r, uid, NULL, NULL, replicas_body(r, uid, text));
}

struct json *replicas_read(struct replica *r, const char *uid, const char *rev)
{
    struct replica_doc d;
    struct json *body = NULL;

    if (replica_get(r->store, uid, rev, &d, NULL, NULL) < 0)
        return NULL;
    assert_int_equal(json_parse(view_of(d.body), 0, &body, NULL), 0);
    replica_doc_release(&d);
    return body;
}

/* --- exchange --------------------------------------------------------------------- */

enum { CHANGES_MAX = 10000 };

/* J as it comes out at the other end of a wire. */
static struct json *over_the_wire(struct json *j)
{
    struct json *there = NULL;
    struct buf text;

    buf_init(&text, 0);
    json_canonical(j, &text);
    assert_int_equal(json_parse(buf_view(&text), 0, &there, NULL), 0);
    buf_release(&text);
    json_free(j);
    return there;
}

static struct json *answer_changes(struct replica *from, int64_t since)
{
    struct replica_change *changes = NULL;
    size_t n = 0;
    int64_t last = 0;
    struct json *answer = NULL;
    struct buf text;

    assert_int_equal(replica_changes(from->store, "commons", since, CHANGES_MAX,
                             &changes, &n, &last, NULL),
            0);
    buf_init(&text, 0);
    buf_adds(&text, "{\"results\":[");
    for (size_t i = 0; i < n; i++) {
        buf_adds(&text, i ? "," : "");
        wire_write_change(&changes[i], (struct view){0}, &text);
    }
    buf_addf(&text, "],\"last_seq\":%lld,\"pending\":0}", (long long)last);
    replica_changes_free(changes, n);
    assert_int_equal(json_parse(buf_view(&text), 0, &answer, NULL), 0);
    buf_release(&text);
    return answer;
}

static struct json *answer_one(struct replica *from, const struct json *asked)
{
    struct json *row = json_new_object(), *docs = json_new_array();
    struct json *one = json_new_object();
    const char *id = json_get_text(asked, "id");
    struct replica_doc d;

    assert_int_equal(
            replica_get(from->store, id, json_get_text(asked, "rev"), &d, NULL, NULL),
            0);
    json_set_take(one, "ok", wire_write_doc(&d));
    json_push_take(docs, one);
    json_set_take(row, "id", json_text(view_of(id)));
    json_set_take(row, "docs", docs);
    replica_doc_release(&d);
    return row;
}

static struct json *answer_bulk_get(struct replica *from, const struct json *request)
{
    const struct json *docs = json_get(request, "docs");
    struct json *answer = json_new_object(), *rows = json_new_array();

    for (size_t i = 0; i < json_len(docs); i++)
        json_push_take(rows, answer_one(from, json_at(docs, i)));
    json_set_take(answer, "results", rows);
    return over_the_wire(answer);
}

static bool is_missing(struct replica *to, const char *uid, const char *rev)
{
    bool missing = false;

    assert_int_equal(replica_missing(to->store, uid, &rev, 1, &missing, NULL), 0);
    return missing;
}

/* What TO asks for; ALL: whether it is here or not. */
static struct json *want_rows(
        const struct wire_changes *c, struct replica *to, bool all)
{
    struct json *request = json_new_object(), *docs = json_new_array();

    for (size_t i = 0; i < c->nrows; i++)
        for (size_t r = 0; r < c->rows[i].nrevs; r++)
            if (all || is_missing(to, c->rows[i].uid, c->rows[i].revs[r]))
                wire_want(docs, c->rows[i].uid, c->rows[i].revs[r]);
    json_set_take(request, "docs", docs);
    return request;
}

static void shuffle(struct replica_doc *docs, size_t n, int (*roll)(int n))
{
    for (size_t i = n; roll && i > 1; i--) {
        size_t other = (size_t)roll((int)i);
        struct replica_doc kept = docs[i - 1];

        docs[i - 1] = docs[other];
        docs[other] = kept;
    }
}

static void apply(
        struct replica *to, struct replica_doc *docs, size_t n, struct pull *p)
{
    for (size_t at = 0, step; at < n; at += step) {
        enum replica_outcome outcomes[REPLICA_SLICE];
        struct replica_slice slice = {.container = "commons", .docs = docs + at};

        step = p->roll ? 1 + (size_t)p->roll(REPLICA_SLICE - 1) : REPLICA_SLICE;
        step = step < n - at ? step : n - at;
        slice.n = step;
        assert_int_equal(
                replica_apply(to->store, to->forms, &slice, outcomes, NULL, NULL), 0);
        for (size_t i = 0; i < step; i++) {
            assert_int_not_equal(outcomes[i], REPLICA_REFUSED);
            p->added += outcomes[i] == REPLICA_ADDED;
            p->known += outcomes[i] == REPLICA_KNOWN;
        }
    }
}

bool replicas_pull(struct replica *to, struct replica *from, struct pull *p)
{
    struct json *changes = answer_changes(from, p->since), *request, *answer;
    /* sometimes everything is asked for, whether it is here or not */
    bool doubled = p->roll && p->roll(5) == 0, lost = p->roll && p->roll(6) == 0;
    struct replica_doc *docs = NULL;
    struct wire_changes c;
    long long last = 0;
    size_t n = 0;

    assert_int_equal(wire_read_changes(changes, &c, NULL), 0);
    request = over_the_wire(want_rows(&c, to, doubled));
    answer = answer_bulk_get(from, request);
    assert_int_equal(wire_read_bulk_get(answer, &docs, &n, NULL, NULL, NULL), 0);
    assert_int_equal(n, json_len(json_get(request, "docs")));
    shuffle(docs, n, p->roll);
    apply(to, docs, lost ? n / 2 : n, p);
    if (doubled)
        apply(to, docs, n / 2, p);
    assert_true(view_int(view_of(c.last), &last));
    if (!lost)
        p->since = last;
    replica_docs_free(docs, n);
    wire_changes_release(&c);
    json_free(changes);
    json_free(request);
    json_free(answer);
    return !lost;
}

/* --- leaves ----------------------------------------------------------------------- */

/* Whether FROM had the body of the ancestor REV; R has it then. */
static bool fetch(struct replica *r, struct replica *from, const char *uid, char *rev)
{
    struct replica_doc d;

    if (!*rev)
        return true;
    if (!from || replica_get(from->store, uid, rev, &d, NULL, NULL) < 0)
        return false;
    assert_int_equal(replica_keep_body(r->store, uid, rev, view_of(d.body), NULL), 0);
    replica_doc_release(&d);
    return true;
}

int replicas_settle(struct replica *r, struct replica *from, const char *uid)
{
    bool alone = false, again = true;
    int merged = 0;

    while (again) {
        struct settle_result s;
        struct err e = {0};
        int rc = settle(r->store, r->forms, uid, alone, &s, &e);

        if (rc == ERR_NOT_FOUND)
            return merged;
        if (rc < 0)
            fail_msg("settle: %s", e.id);
        merged += s.merged;
        again = *s.need[0] && !alone;
        if (again)
            alone = !fetch(r, from, uid, s.need[0]) || !fetch(r, from, uid, s.need[1]);
        settle_result_release(&s);
    }
    return merged;
}

char *replicas_leaves(struct replica *r, const char *uid)
{
    struct replica_leaf *leaves = NULL;
    struct buf out;
    size_t n = 0;

    buf_init(&out, 0);
    if (replica_leaves(r->store, uid, &leaves, &n, NULL) == 0) {
        for (size_t i = 0; i < n; i++)
            buf_addf(&out, "%s%s ", leaves[i].rev, leaves[i].deleted ? "†" : "");
        free(leaves);
    }
    return buf_take(&out);
}

size_t replicas_living(
        struct replica *r, const char *uid, size_t max, char revs[][REV_MAX])
{
    struct replica_leaf *leaves = NULL;
    size_t n = 0, living = 0;

    if (replica_leaves(r->store, uid, &leaves, &n, NULL) < 0)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (leaves[i].deleted)
            continue;
        if (living < max)
            memcpy(revs[living], leaves[i].rev, REV_MAX);
        living++;
    }
    free(leaves);
    return living;
}
