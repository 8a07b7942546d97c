#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk_priv.h"
#include "odus/base/clock.h"
#include "odus/base/mem.h"
#include "odus/store/record.h"
#include "quotes.h"

struct store *desk_store;
struct forms *desk_forms;
struct gate *desk_gate;
struct delivery desk_delivery;

static char dir[200];
static struct notice **notices;
static size_t nnotices, notices_cap;

void desk_ok(int rc, const struct err *err)
{
    struct buf text;

    if (rc == 0)
        return;
    buf_init(&text, 0);
    err_text(err, NULL, &text);
    print_error("%d: %s\n", rc, text.s);
    buf_release(&text);
    assert_int_equal(rc, 0);
}

/* --- life ------------------------------------------------------------------------- */

const char *desk_path(const char *name)
{
    static char texts[8][300];
    static unsigned turn;
    char *text = texts[turn++ % 8];

    snprintf(text, sizeof(texts[0]), "%s/%s", dir, name);
    return text;
}

int desk_open(void **state)
{
    const char *tmp = getenv("TMPDIR"), *forms = getenv("ODUS_FORMS");
    struct store_options opt = {.dir = NULL};
    struct forms_options of = {.dir = forms ? forms : "forms", .lang = "fr"};
    struct gate_options og = {.exercises = false};
    struct err err = {0};

    (void)state;
    snprintf(dir, sizeof(dir), "%s/odus-deliver-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir) || clock_init("2026-11-21T09:00:00Z", NULL) < 0)
        return -1;
    opt.dir = desk_path("store");
    desk_ok(store_open(&opt, &desk_store, &err), &err);
    desk_forms = forms_new(desk_store, &of);
    desk_gate = gate_new(desk_store, desk_forms, &og);
    desk_delivery = (struct delivery){
            .base = "https://agenda.example/odus/",
            .title = "Agenda d'essai",
            .publisher = "Les Alpes en scène",
            .lang = "fr",
            .modified = "2026-11-20T10:00:00Z",
            .gate = desk_gate,
    };
    return 0;
}

int desk_open_full(void **state)
{
    int rc = desk_open(state);

    if (rc == 0)
        desk_full();
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

int desk_close(void **state)
{
    (void)state;
    desk_clear();
    for (size_t i = 0; i < nnotices; i++)
        notice_free(notices[i]);
    free(notices);
    notices = NULL;
    nnotices = notices_cap = 0;
    gate_free(desk_gate);
    forms_free(desk_forms);
    store_close(desk_store);
    desk_gate = NULL;
    desk_forms = NULL;
    desk_store = NULL;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- records ---------------------------------------------------------------------- */

const char *desk_uid(int n)
{
    static char texts[16][37];
    static unsigned turn;
    char *text = texts[turn++ % 16];

    snprintf(text, sizeof(texts[0]), "01900000-0000-7000-8000-%012d", n);
    return text;
}

/* "@7" as the uid of record 7; of anything else a copy. */
static struct json *with_uids(const struct json *j)
{
    struct view text = json_as_view(j);
    struct json *copy;
    long long n;

    if (text.n > 1 && text.p[0] == '@' &&
            view_int((struct view){text.p + 1, text.n - 1}, &n))
        return json_text(view_of(desk_uid((int)n)));
    if (json_kind(j) == JSON_KIND_OBJECT) {
        copy = json_new_object();
        for (struct json_iter it = {0}; json_iter(j, &it);)
            json_set_take(copy, it.key, with_uids(it.val));
        return copy;
    }
    if (json_kind(j) != JSON_KIND_ARRAY)
        return json_dup(j);
    copy = json_new_array();
    for (size_t i = 0; i < json_len(j); i++)
        json_push_take(copy, with_uids(json_at(j, i)));
    return copy;
}

static struct json *read_members(const char *members)
{
    struct json *body = NULL, *made;
    struct err err = {0};
    struct buf text;

    buf_init(&text, 0);
    buf_addf(&text, "{%s}", members);
    quotes(text.s);
    desk_ok(json_parse(buf_view(&text), 0, &body, &err), &err);
    buf_release(&text);
    made = with_uids(body);
    json_free(body);
    return made;
}

void desk_put_json(const char *type, int n, struct json *body)
{
    struct record before = {0};
    struct summary summary = {0};
    char rev[REV_MAX];
    struct err err = {0};

    json_set_text(body, "_id", desk_uid(n));
    json_set_text(body, "uid", desk_uid(n));
    json_set_text(body, "type", type);
    if (record_get(desk_store, desk_uid(n), &before, NULL) < 0)
        before = (struct record){0};
    desk_ok(forms_summarise(desk_forms, body, &summary, &err), &err);
    desk_ok(record_put(desk_store, *before.rev ? before.rev : NULL, body, &summary,
                    NULL, rev, &err),
            &err);
    summary_release(&summary);
    record_release(&before);
    json_free(body);
}

void desk_put(const char *type, int n, const char *members)
{
    struct json *body = read_members(
            "'statut_fiche': 'publie', 'visibilite': 'public', 'licence': 'LO-2.0',"
            "'langues': ['fr'], 'modifie_le': '2026-11-20T10:00:00Z',"
            "'cree_le': '2026-11-01T10:00:00Z'");
    struct json *more = read_members(members);

    for (struct json_iter it = {0}; json_iter(more, &it);)
        json_set_take(body, it.key, json_retain(it.val));
    json_free(more);
    desk_put_json(type, n, body);
}

void desk_erase(int n)
{
    struct err err = {0};

    desk_ok(record_purge(desk_store, desk_uid(n), &err), &err);
}

/* --- notices ---------------------------------------------------------------------- */

const struct notice *desk_notice(int n)
{
    struct notice *notice = NULL;
    struct err err = {0};

    desk_ok(notice_open(desk_gate, desk_uid(n), &notice, &err), &err);
    notices = mem_grow(notices, nnotices, &notices_cap, sizeof(*notices));
    notices[nnotices++] = notice;
    return notice;
}
