#include "stage.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "quotes.h"

static const char fiche[] = "[form fiche]\nlabel=Fiche\nlanguages=fr\ntitle=titre\n"
                            "search=titre\n"
                            "[field uid]\ntype=text\nlabel=Id\n"
                            "[field type]\ntype=text\nreadonly=yes\nlabel=Type\n"
                            "[field visibilite]\ntype=text\nlabel=Visibilité\n"
                            "[field statut_fiche]\ntype=text\nlabel=État\n"
                            "[field exercice]\ntype=boolean\nlabel=Exercice\n"
                            "[field modifie_par]\ntype=text\nreadonly=yes\nlabel=Par\n"
                            "[field modifie_le]\ntype=text\nreadonly=yes\nlabel=Le\n"
                            "[field titre]\ntype=text\nlabel=Titre\n"
                            "[field note]\ntype=memo\nlabel=Note\n";

/* Not the disk is tried here: SQLite asks these. */
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

/* --- the folder ------------------------------------------------------------------- */

static char dir[200];

const char *stage_path(const char *name)
{
    static char texts[8][300];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, sizeof(texts[0]), "%s/%s", dir, name);
    return text;
}

int stage_make(void **state)
{
    const char *tmp = getenv("TMPDIR");
    int rc;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("ALL_PROXY");
    snprintf(dir, sizeof(dir), "%s/odus-sync-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return -1;
    rc = file_mkdirs(stage_path("forms"), 0700, NULL);
    return rc ? rc
              : file_write_atomic(
                        stage_path("forms/fiche.form"), view_of(fiche), 0600, NULL);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int stage_remove(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- stores ----------------------------------------------------------------------- */

struct place place_open(const char *name)
{
    const struct store_options opt = {.dir = stage_path(name)};
    const struct forms_options forms = {.dir = stage_path("forms"), .lang = "fr"};
    struct place p = {.store = NULL};
    struct err err = {0};

    if (store_open(&opt, &p.store, &err) < 0)
        fail_msg("%s: %s", name, err.id);
    p.forms = forms_new(p.store, &forms);
    return p;
}

void place_close(struct place *p)
{
    forms_free(p->forms);
    store_close(p->store);
    *p = (struct place){.store = NULL};
}

const char *stage_uid(int n)
{
    static char texts[8][37];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, sizeof(texts[0]), "01900000-0000-7000-8000-%012d", n);
    return text;
}

static struct json *parse(const char *text)
{
    char *quoted = quotes(xstrdup(text));
    struct json *j = NULL;

    if (json_parse(view_of(quoted), 0, &j, NULL) < 0)
        fail_msg("no JSON: %s", quoted);
    free(quoted);
    return j;
}

static struct json *body_of(int n, const char *more)
{
    char *text = xasprintf("{'type':'fiche','visibilite':'public','modifie_par':'anne',"
                           "'titre':'Fiche %d','_id':'%s','uid':'%s'%s%s}",
            n, stage_uid(n), stage_uid(n), *more ? "," : "", more);
    struct json *body = parse(text);

    free(text);
    return body;
}

char *stage_body(int n, const char *more)
{
    struct json *body = body_of(n, more);
    struct buf text;

    buf_init(&text, 0);
    json_canonical(body, &text);
    json_free(body);
    return buf_take(&text);
}

/* Stores BODY, which it takes, over BASE (NULL: none). */
static const char *put(
        struct place *p, const char *base, const char *const *closes, struct json *body)
{
    static char revs[8][REV_MAX];
    static unsigned turn;
    char *rev = revs[turn++ % 8];
    struct summary summary;
    struct err err = {0};

    assert_int_equal(forms_summarise(p->forms, body, &summary, NULL), 0);
    if (record_put_closing(p->store, base, closes, body, &summary, NULL, rev, &err) < 0)
        fail_msg("put: %s", err.id);
    summary_release(&summary);
    json_free(body);
    return rev;
}

const char *place_put_closing(
        struct place *p, int n, const char *more, const char *const *closes)
{
    struct record now = {.body = NULL};
    bool there = record_get(p->store, stage_uid(n), &now, NULL) == 0;
    const char *rev = put(p, there ? now.rev : NULL, closes, body_of(n, more));

    record_release(&now);
    return rev;
}

void place_edit(struct place *p, int n, const char *member, const char *value)
{
    struct record now = {.body = NULL};
    struct json *body = NULL;

    assert_int_equal(record_get(p->store, stage_uid(n), &now, NULL), 0);
    assert_int_equal(json_parse(view_of(now.body), 0, &body, NULL), 0);
    json_set_take(body, member, json_text(view_of(value)));
    put(p, now.rev, NULL, body);
    record_release(&now);
}

const char *place_put(struct place *p, int n, const char *more)
{
    return place_put_closing(p, n, more, NULL);
}

const char *place_text(struct place *p, int n, const char *member)
{
    static char texts[8][200];
    static unsigned turn;
    char *text = texts[turn++ % 8];
    struct record r = {.body = NULL};
    struct json *body = NULL;
    const char *value = NULL;

    if (record_get(p->store, stage_uid(n), &r, NULL) == 0 && !r.deleted &&
            json_parse(view_of(r.body), 0, &body, NULL) == 0)
        value = json_get_text(body, member);
    snprintf(text, sizeof(texts[0]), "%s", value ? value : "");
    json_free(body);
    record_release(&r);
    return text;
}

static void add_leaves(struct place *p, const char *uid, struct buf *out)
{
    struct replica_leaf *leaves = NULL;
    size_t n = 0;

    if (replica_leaves(p->store, uid, &leaves, &n, NULL) < 0)
        return;
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s%s%s", i ? " " : "", leaves[i].deleted ? "!" : "",
                leaves[i].rev);
    free(leaves);
}

char *place_leaves(struct place *p, int n)
{
    struct buf out;

    buf_init(&out, 0);
    add_leaves(p, stage_uid(n), &out);
    return buf_take(&out);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *place_all(struct place *p)
{
    struct replica_change *changes = NULL;
    char **lines;
    struct buf out;
    size_t n = 0;
    int64_t last = 0;

    assert_int_equal(
            replica_changes(p->store, "commons", 0, 1000000, &changes, &n, &last, NULL),
            0);
    lines = xcalloc(n + 1, sizeof(*lines));
    for (size_t i = 0; i < n; i++) {
        buf_init(&out, 0);
        buf_addf(&out, "%s ", changes[i].uid);
        add_leaves(p, changes[i].uid, &out);
        lines[i] = buf_take(&out);
    }
    qsort(lines, n, sizeof(*lines), by_text);
    buf_init(&out, 0);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&out, "%s\n", lines[i]);
        free(lines[i]);
    }
    free(lines);
    replica_changes_free(changes, n);
    return buf_take(&out);
}

int place_count(struct place *p)
{
    static const char *const all[] = {"commons", "pro", "org"};
    int sum = 0;

    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t n = 0, gone = 0;

        assert_int_equal(replica_count(p->store, all[i], &n, &gone, NULL), 0);
        sum += (int)n;
    }
    return sum;
}

int place_waiting(struct place *p)
{
    struct replica_counts counts;

    assert_int_equal(replica_counts(p->store, &counts, NULL), 0);
    return (int)counts.waiting;
}

struct replica_standing place_standing(struct place *p, int n)
{
    struct replica_standing standing;

    assert_int_equal(replica_standing(p->store, stage_uid(n), &standing, NULL), 0);
    return standing;
}

/* --- one session ------------------------------------------------------------------ */

static void tell(void *ctx, struct json *event)
{
    struct run *r = ctx;

    json_push_take(r->events, event);
}

static char *ask(void *ctx, struct json *question)
{
    struct run *r = ctx;
    const char *what = json_get_text(question, "what");
    const char *answer = strcmp(what, "user") == 0 ? r->user_answer : r->answer;

    json_push_take(r->questions, question);
    return answer ? xstrdup(answer) : NULL;
}

static bool go_on(void *ctx)
{
    struct run *r = ctx;

    r->calls++;
    if (r->enough && r->enough())
        return false;
    return !r->stop_after || r->calls < r->stop_after;
}

int stage_run(struct run *r, struct place *p, const char *url)
{
    const struct sync_host host = {.tell = tell, .ask = ask, .go_on = go_on, .ctx = r};

    run_release(r);
    r->events = json_new_array();
    r->questions = json_new_array();
    r->calls = 0;
    r->err = (struct err){0};
    r->job.url = url;
    if (r->job.auth == NET_ANONYMOUS)
        r->job.auth = NET_BASIC;
    if (!r->job.tries && !r->endless)
        r->job.tries = 1;
    if (!r->job.author)
        r->job.author = "anne";
    if (!r->job.organisation)
        r->job.organisation = "";
    r->rc = sync_run(p->store, p->forms, &r->job, &host, &r->report, &r->err);
    return r->rc;
}

void run_release(struct run *r)
{
    json_free(r->events);
    json_free(r->questions);
    r->events = r->questions = NULL;
}

char *run_text(const struct run *r)
{
    struct buf out;

    buf_init(&out, 0);
    json_canonical(r->events, &out);
    json_canonical(r->questions, &out);
    err_text(&r->err, NULL, &out);
    return buf_take(&out);
}

int run_count(const struct run *r, const char *ev)
{
    int n = 0;

    for (size_t i = 0; i < json_len(r->events); i++)
        n += strcmp(json_get_text(json_at(r->events, i), "ev"), ev) == 0;
    return n;
}

const struct json *run_event(const struct run *r, const char *ev)
{
    const struct json *found = NULL;

    for (size_t i = 0; i < json_len(r->events); i++)
        if (strcmp(json_get_text(json_at(r->events, i), "ev"), ev) == 0)
            found = json_at(r->events, i);
    return found;
}

int run_asked(const struct run *r, const char *what)
{
    int n = 0;

    for (size_t i = 0; i < json_len(r->questions); i++)
        n += strcmp(json_get_text(json_at(r->questions, i), "what"), what) == 0;
    return n;
}

void run_well(const struct run *r)
{
    char *text;

    if (r->rc == 0)
        return;
    text = run_text(r);
    fail_msg("the session ended with %d: %s", r->rc, text);
}

void run_said(const struct run *r, const char *part)
{
    struct buf words;

    buf_init(&words, 0);
    err_text(&r->err, NULL, &words);
    if (!strstr(words.s, part))
        fail_msg("\"%s\" is not in \"%s\"", part, words.s);
    buf_release(&words);
}
