#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/app/app_priv.h"
#include "desk.h"
#include "odus/app/agenda.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/app/sync.h"
#include "odus/base/mem.h"
#include "odus/store/draft.h"
#include "odus/store/replica.h"

/* Anne at the desk and Bruno far away have changed the same record; his revision comes
 * with a synchronisation. */

#define HIS "Théâtre de Bruno"
#define HERS "Théâtre d'Anne"

static struct entry *open_entry(void)
{
    struct entry *en;
    struct err err = {0};

    desk_ok(entry_open(desk, DESK_THEATRE, &en, &err), &err);
    return en;
}

static void type(struct entry *en, const char *path, const char *text)
{
    struct rec_at at;
    struct err err = {0};

    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
}

static const char *value(struct entry *en, const char *path)
{
    const char *text = rec_value(entry_rec(en), path);

    return text ? text : "";
}

static void complete(struct entry *en)
{
    struct err err = {0};
    int rc = entry_complete(en, 0, NULL, &err);

    desk_ok(rc, &err);
    assert_int_equal(rc, 0);
}

static void anne_sets(const char *path, const char *text)
{
    struct entry *en = open_entry();

    type(en, path, text);
    complete(en);
    entry_close(en);
}

/* BODY with PATH (of the record, or of a group) set by AUTHOR; owned. */
static char *changed(
        const char *text, const char *path, const char *to, const char *author)
{
    const char *dot = strchr(path, '.');
    struct json *body = NULL, *at;
    struct buf out;
    struct err err = {0};

    desk_ok(json_parse(view_of(text), 0, &body, &err), &err);
    at = body;
    if (dot) {
        char *group = xstrndup(path, (size_t)(dot - path));

        at = json_get(body, group);
        assert_non_null(at);
        free(group);
    }
    json_set_take(at, dot ? dot + 1 : path, json_text(view_of(to)));
    json_set_take(body, "modifie_par", json_text(view_of(author)));
    json_set_take(body, "modifie_le", json_text(VIEW_LIT("2026-11-21T08:30:00Z")));
    buf_init(&out, 0);
    json_canonical(body, &out);
    json_free(body);
    return buf_take(&out);
}

/* Text KEY of GROUP in revision REV; owned. */
static char *saved(const char *rev, const char *group, const char *key)
{
    struct replica_doc d = {0};
    struct json *body = NULL;
    struct err err = {0};
    char *text;

    desk_ok(replica_get(desk->store, DESK_THEATRE, rev, &d, NULL, &err), &err);
    desk_ok(json_parse(view_of(d.body), 0, &body, &err), &err);
    text = xstrdup(json_get_text(json_get(body, group), key));
    assert_non_null(text);
    json_free(body);
    replica_doc_release(&d);
    return text;
}

static void pull(struct replica_doc *doc)
{
    const struct replica_slice slice = {.container = "commons", .docs = doc, .n = 1};
    enum replica_outcome outcome = REPLICA_REFUSED;
    struct err err = {0};

    desk_ok(replica_apply(desk->store, desk->forms, &slice, &outcome, NULL, &err),
            &err);
    assert_int_equal(outcome, REPLICA_ADDED);
}

/* A child of revision BASE with PATH set; its revision goes to RET. */
static void comes(const char *base, const char *path, const char *to,
        const char *author, char ret[REV_MAX])
{
    struct replica_doc parent = {0}, doc;
    struct err err = {0};

    desk_ok(replica_get(desk->store, DESK_THEATRE, base, &parent, NULL, &err), &err);
    doc = (struct replica_doc){
            .nrevs = parent.nrevs + 1, .body = changed(parent.body, path, to, author)};
    memcpy(doc.uid, DESK_THEATRE, sizeof doc.uid);
    doc.revs = xcalloc(doc.nrevs, sizeof *doc.revs);
    memcpy(doc.revs + 1, parent.revs, parent.nrevs * sizeof *doc.revs);
    record_rev(base, false, view_of(doc.body), doc.revs[0]);
    memcpy(ret, doc.revs[0], REV_MAX);
    pull(&doc);
    replica_doc_release(&doc);
    replica_doc_release(&parent);
}

static void winner(char ret[REV_MAX])
{
    struct sync_standing st = app_standing(desk, DESK_THEATRE, false);

    memcpy(ret, st.rev, REV_MAX);
}

static int living(void)
{
    struct replica_leaf *leaves;
    struct err err = {0};
    size_t n;
    int alive = 0;

    desk_ok(replica_leaves(desk->store, DESK_THEATRE, &leaves, &n, &err), &err);
    for (size_t i = 0; i < n; i++)
        alive += !leaves[i].deleted;
    free(leaves);
    return alive;
}

/* Both have changed the name. */
static void meet(void)
{
    char base[REV_MAX], his[REV_MAX];

    winner(base);
    anne_sets("nom", HERS);
    comes(base, "nom", HIS, "Bruno", his);
    assert_int_equal(living(), 2);
}

static const struct entry_conflict *conflicts(struct entry *en, size_t expected)
{
    size_t n;
    const struct entry_conflict *all = entry_conflicts(en, &n);

    assert_int_equal(n, expected);
    return all;
}

static void leaves__same_field__both_are_shown_and_nothing_is_written(void **state)
{
    const struct entry_conflict *c;
    struct entry *en;
    bool his_wins;

    (void)state;
    meet();
    en = open_entry();
    c = conflicts(en, 1);
    his_wins = strcmp(value(en, "nom"), HIS) == 0;
    assert_string_equal(c->ours, his_wins ? HIS : HERS);
    assert_string_equal(c->theirs, his_wins ? HERS : HIS);
    assert_string_equal(c->author, his_wins ? "Anne Essai" : "Bruno");
    assert_true(c->at_ms > 0);
    assert_int_equal(c->stand, ENTRY_OPEN);
    assert_int_equal(entry_state(en).joined, 1);
    assert_int_equal(entry_state(en).conflicts, 1);
    assert_false(entry_state(en).draft);
    entry_close(en);
    assert_int_equal(app_totals(desk).drafts, 0);
    assert_int_equal(living(), 2);
}

static void leaves__undecided__completing_is_refused(void **state)
{
    struct err err = {0};
    struct entry *en;

    (void)state;
    meet();
    en = open_entry();
    assert_int_equal(entry_complete(en, 0, NULL, &err), 1);
    assert_int_equal(err.code, ERR_CONFLICT);
    entry_close(en);
    assert_int_equal(living(), 2);
}

static void leaves__theirs_taken__one_is_left(void **state)
{
    char want[64];
    struct err err = {0};
    struct rec_at at;
    struct entry *en;

    (void)state;
    meet();
    en = open_entry();
    snprintf(want, sizeof want, "%s", conflicts(en, 1)->theirs);
    desk_ok(entry_take_theirs(en, 0, &err), &err);
    assert_true(entry_undo(en, &at));
    assert_int_equal(conflicts(en, 1)->stand, ENTRY_OPEN);
    desk_ok(entry_take_theirs(en, 0, &err), &err);
    complete(en);
    assert_int_equal(entry_state(en).joined, 0);
    entry_close(en);
    assert_int_equal(living(), 1);
    assert_false(app_standing(desk, DESK_THEATRE, false).conflict);
    en = open_entry();
    assert_string_equal(value(en, "nom"), want);
    assert_int_equal(entry_state(en).joined, 0);
    entry_close(en);
}

static void leaves__ours_kept__waits_in_the_draft_until_completed(void **state)
{
    struct err err = {0};
    struct entry *en;

    (void)state;
    meet();
    en = open_entry();
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    entry_close(en); /* equal to the winner, but the other one is to be closed */
    assert_int_equal(app_totals(desk).drafts, 1);
    en = open_entry();
    assert_int_equal(conflicts(en, 1)->stand, ENTRY_OURS);
    assert_int_equal(entry_state(en).joined, 1);
    complete(en);
    entry_close(en);
    assert_int_equal(living(), 1);
}

/* The draft's own text: what a process that was killed has left behind. */
static void leaves__draft__names_what_completing_closes(void **state)
{
    struct json *body = NULL;
    struct draft d = {0};
    struct err err = {0};
    struct entry *en;

    (void)state;
    meet();
    en = open_entry();
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    desk_ok(draft_get(desk->store, DESK_THEATRE, &d, &err), &err);
    desk_ok(json_parse(view_of(d.body), 0, &body, &err), &err);
    assert_int_equal(json_len(json_get(body, "_reunies")), 1);
    json_free(body);
    draft_release(&d);
    desk_ok(app_json(desk, DESK_THEATRE, &body, &err), &err);
    assert_null(json_get(body, "_reunies"));
    json_free(body);
    entry_close(en);
}

static void leaves__different_fields__are_all_there(void **state)
{
    char base[REV_MAX], his[REV_MAX];
    struct entry *en;

    (void)state;
    winner(base);
    anne_sets("nom", HERS);
    comes(base, "adresse.voie", "2 place neuve", "Bruno", his);
    en = open_entry();
    conflicts(en, 0);
    assert_int_equal(entry_state(en).joined, 1);
    assert_string_equal(value(en, "nom"), HERS);
    assert_string_equal(value(en, "adresse.voie"), "2 place neuve");
    complete(en);
    entry_close(en);
    assert_int_equal(living(), 1);
}

static void leaves__three__each_says_its_own(void **state)
{
    char base[REV_MAX], his[REV_MAX];
    struct err err = {0};
    struct entry *en;

    (void)state;
    winner(base);
    anne_sets("nom", HERS);
    comes(base, "nom", HIS, "Bruno", his);
    comes(base, "nom", "Théâtre de Chloé", "Chloé", his);
    en = open_entry();
    conflicts(en, 2);
    assert_int_equal(entry_state(en).joined, 2);
    desk_ok(entry_settle(en, true, &err), &err);
    assert_int_equal(entry_state(en).conflicts, 0);
    complete(en);
    entry_close(en);
    assert_int_equal(living(), 1);
}

/* Her draft began from a revision that a longer branch has beaten meanwhile. */
static void leaves__draft_of_the_loser__catches_up_with_both(void **state)
{
    char base[REV_MAX], his[REV_MAX];
    struct err err = {0};
    struct entry *en;
    const struct entry_conflict *c;

    (void)state;
    winner(base);
    anne_sets("nom", HERS);
    en = open_entry();
    type(en, "adresse.voie", "3 rue d'Anne");
    comes(base, "nom", HIS, "Bruno", his);
    comes(his, "adresse.code_postal", "05240", "Bruno", his);
    assert_true(entry_state(en).moved_on);
    desk_ok(entry_catch_up(en, &err), &err);
    assert_false(entry_state(en).moved_on);
    c = conflicts(en, 1);
    assert_string_equal(c->ours, HERS);
    assert_string_equal(c->theirs, HIS);
    assert_string_equal(value(en, "adresse.code_postal"), "05240");
    assert_string_equal(value(en, "adresse.voie"), "3 rue d'Anne");
    desk_ok(entry_keep_ours(en, 0, &err), &err);
    complete(en);
    entry_close(en);
    assert_int_equal(living(), 1);
}

/* Merged, taken back by Anne; Bruno, who does not know of it, goes on with his. */
static void leaves__merged_then_taken_back__stays_taken_back(void **state)
{
    char base[REV_MAX], his[REV_MAX], his2[REV_MAX], *street;
    struct entry *en;

    (void)state;
    winner(base);
    anne_sets("nom", HERS);
    comes(base, "adresse.voie", "2 place neuve", "Bruno", his);
    en = open_entry();
    complete(en);
    entry_close(en);
    street = saved(base, "adresse", "voie");
    anne_sets("adresse.voie", street);
    comes(his, "adresse.code_postal", "05240", "Bruno", his2);
    assert_int_equal(living(), 2);
    en = open_entry();
    conflicts(en, 0);
    assert_string_equal(value(en, "adresse.voie"), street);
    assert_string_equal(value(en, "adresse.code_postal"), "05240");
    complete(en);
    entry_close(en);
    assert_int_equal(living(), 1);
    free(street);
}

/* Her draft has his street already when he takes it back; EDITS of hers came before. */
static void taken_back_by_him(int edits)
{
    char base[REV_MAX], his[REV_MAX], his2[REV_MAX], *street;
    struct err err = {0};
    struct entry *en;

    winner(base);
    street = saved(base, "adresse", "voie");
    for (int i = 0; i < edits; i++)
        anne_sets("nom", i % 2 ? "Théâtre" : HERS);
    comes(base, "adresse.voie", "2 place neuve", "Bruno", his);
    en = open_entry();
    type(en, "adresse.code_postal", "05240");
    assert_string_equal(value(en, "adresse.voie"), "2 place neuve");
    comes(his, "adresse.voie", street, "Bruno", his2);
    desk_ok(entry_catch_up(en, &err), &err);
    conflicts(en, 0);
    assert_string_equal(value(en, "adresse.voie"), street);
    assert_string_equal(value(en, "adresse.code_postal"), "05240");
    complete(en);
    entry_close(en);
    assert_int_equal(living(), 1);
    free(street);
}

static void leaves__taken_back_by_the_winner__is_taken_back(void **state)
{
    (void)state;
    taken_back_by_him(1);
}

static void leaves__taken_back_beside_the_winner__is_taken_back(void **state)
{
    (void)state;
    taken_back_by_him(3);
}

static void leaves__lists__say_what_is_to_be_decided(void **state)
{
    struct agenda *a = agenda_new(desk);
    struct sync_queued *all;
    struct err err = {0};
    size_t n;

    (void)state;
    desk_ok(agenda_query(a, "lieu", "", &err), &err);
    agenda_select(a, DESK_THEATRE, 0);
    assert_false(agenda_selected(a)->conflict);
    meet();
    assert_true(agenda_refresh(a));
    agenda_select(a, DESK_THEATRE, 0);
    assert_string_equal(agenda_selected(a)->uid, DESK_THEATRE);
    assert_true(agenda_selected(a)->conflict);
    assert_int_equal(app_sync_counts(desk).conflicts, 1);
    desk_ok(app_conflicts(desk, 10, &all, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_string_equal(all[0].uid, DESK_THEATRE);
    assert_string_equal(all[0].type, "lieu");
    assert_true(strlen(all[0].title) > 0);
    assert_true(all[0].standing.conflict);
    app_queue_free(all, n);
    agenda_free(a);
}

#define T(f) cmocka_unit_test_setup_teardown(f, desk_open_samples, desk_close)

/* Erased for good by an administrator while Anne's draft is open. */
static void erased__draft__is_told_and_stays(void **state)
{
    struct entry *en = open_entry();
    struct replica_doc doc = {.deleted = true, .nrevs = 2, .body = xstrdup("{}")};
    char base[REV_MAX];
    struct err err = {0};

    (void)state;
    type(en, "nom", HERS);
    winner(base);
    memcpy(doc.uid, DESK_THEATRE, sizeof doc.uid);
    doc.revs = xcalloc(2, sizeof *doc.revs);
    record_rev(base, true, view_of(doc.body), doc.revs[0]);
    memcpy(doc.revs[1], base, REV_MAX);
    pull(&doc);
    assert_int_equal(entry_complete(en, 0, NULL, &err), ERR_CONFLICT);
    assert_non_null(strstr(err.id, "erased for good"));
    assert_string_equal(value(en, "nom"), HERS);
    entry_close(en);
    replica_doc_release(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            T(erased__draft__is_told_and_stays),
            T(leaves__same_field__both_are_shown_and_nothing_is_written),
            T(leaves__undecided__completing_is_refused),
            T(leaves__theirs_taken__one_is_left),
            T(leaves__ours_kept__waits_in_the_draft_until_completed),
            T(leaves__draft__names_what_completing_closes),
            T(leaves__different_fields__are_all_there),
            T(leaves__three__each_says_its_own),
            T(leaves__draft_of_the_loser__catches_up_with_both),
            T(leaves__merged_then_taken_back__stays_taken_back),
            T(leaves__taken_back_by_the_winner__is_taken_back),
            T(leaves__taken_back_beside_the_winner__is_taken_back),
            T(leaves__lists__say_what_is_to_be_decided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
