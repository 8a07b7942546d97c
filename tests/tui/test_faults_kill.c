/* kill -9 at random instants while somebody types. ODUS_TORTURE_ROUNDS makes it a
 * night. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "odus/base/mem.h"
#include "faults.h"

enum { FIELDS = 3, PASSES = 2, STEPS = FIELDS * PASSES, ROUNDS_OF_STORE = 20 };

static const char *const fields[FIELDS] = {"nom", "prenom", "nom_scene"};
static const char *const labels[FIELDS] = {"Surname", "First name", "Stage name"};

/** What is typed in one round: STEPS values, each followed by Tab. */
struct script {
    char values[STEPS][200];
    char keys[STEPS * 220];   /* as bytes */
    size_t begins[STEPS + 1]; /* of each step */
    size_t text[STEPS];       /* where its value begins */
};

static void add(struct script *s, size_t *n, const char *bytes)
{
    *n += (size_t)snprintf(s->keys + *n, sizeof s->keys - *n, "%s", bytes);
}

static void write_script(struct script *s)
{
    size_t n = 0;

    for (int i = 0; i < STEPS; i++) {
        s->begins[i] = n;
        snprintf(s->values[i], sizeof s->values[i], "%s", chance_text());
        if (i >= FIELDS && i % FIELDS == 0)
            add(s, &n, "\033[Z\033[Z\033[Z"); /* back to the first */
        if (i >= FIELDS)
            add(s, &n, "\025"); /* ^U: what stands there goes */
        s->text[i] = n;
        add(s, &n, s->values[i]);
        add(s, &n, "\t");
    }
    s->begins[STEPS] = n;
}

static void type_bytes(struct tt *t, const struct script *s, size_t from, size_t to)
{
    tt_bytes(t, s->keys + from, to - from);
}

static const char *value_after(const struct script *s, int steps, int field)
{
    const char *value = NULL;

    for (int i = field; i < steps; i += FIELDS)
        value = s->values[i];
    return value;
}

static bool is_after(const struct script *s, const struct json *body, int steps)
{
    for (int f = 0; f < FIELDS; f++) {
        const char *want = value_after(s, steps, f),
                   *have = json_get_text(body, fields[f]);

        if (!want != !have || (want && strcmp(want, have) != 0))
            return false;
    }
    return true;
}

/** How many steps the draft holds, at least LEAST; fails where it is like none. */
static int steps_of(const struct script *s, const struct json *body, int least)
{
    struct buf text;

    for (int n = STEPS; n >= least; n--)
        if (is_after(s, body, n))
            return n;
    buf_init(&text, 0);
    json_pretty(body, &text);
    fail_msg("acknowledged values are missing (%d steps): %s", least, text.s);
    return 0;
}

static void check_typed(const struct script *s, const struct on_disk *d, int steps)
{
    if (!d->typed)
        return;
    if (steps >= STEPS || strcmp(d->at, fields[steps % FIELDS]) != 0)
        fail_msg("typed \"%s\" at %s after %d steps", d->typed, d->at, steps);
    if (strncmp(s->values[steps], d->typed, strlen(d->typed)) != 0)
        fail_msg("typed \"%s\" is no beginning of \"%s\"", d->typed, s->values[steps]);
}

static void begin_person(struct views *v)
{
    int row;

    tt_keys(v->t, "{Esc}n");
    if (!tt_find(v->t, "Person", &row, NULL))
        tt_fail(v->t, "no form for people");
    for (const char *p = tt_row(v->t, row); *p; p++)
        if (*p >= '1' && *p <= '9') {
            char key[2] = {*p, '\0'};
            tt_keys(v->t, key);
            break;
        }
    tt_expect(v->t, "Surname");
}

/** After a restart: the list of what was left, and the cursor where it was (P02, P04).
 */
static void check_recovery(struct views *v, const struct on_disk *d)
{
    struct tt *t = v->t;
    const char *at = d->at;
    char mark[100];
    int f = 0;

    tt_expect(t, "Left open when the program ended");
    tt_keys(t, "{Enter}{Enter}");
    while (f < FIELDS - 1 && strcmp(fields[f], at) != 0)
        f++;
    snprintf(mark, sizeof mark, "▸%s", labels[f]);
    tt_expect(t, mark);
    if (d->typed && *d->typed) {
        char *seen =
                view_dup(view_trim(view_of(d->typed))); /* a row ends before spaces */

        views_expect_row(t, mark, seen);
        free(seen);
    }
    if (!d->typed && json_get_text(d->body, at))
        views_expect_row(t, mark, json_get_text(d->body, at));
}

struct state {
    int orphans;
    char last[37]; /* uid of the draft before */
};

/** Types to a random place: all before is acknowledged, or all of the last bytes are
 * not. */
static int type_and_kill(struct views *v, const struct script *s, size_t *ret_sure)
{
    int sure = (int)chance(STEPS + 1);
    size_t from = s->begins[sure], to = from;

    type_bytes(v->t, s, 0, from);
    tt_sync(v->t);
    *ret_sure = 0;
    if (sure < STEPS && chance(3) == 0) { /* some of the text, acknowledged */
        *ret_sure = chance((unsigned)strlen(s->values[sure]) + 1);
        while ((s->keys[s->text[sure] + *ret_sure] & 0xC0) == 0x80)
            ++*ret_sure;
        type_bytes(v->t, s, from, s->text[sure] + *ret_sure);
        tt_sync(v->t);
    } else {
        to += chance((unsigned)(s->begins[STEPS] - from) + 1);
        while (s->keys[to] == '[' || s->keys[to] == 'Z') /* half a key would be Esc */
            to++;
        type_bytes(v->t, s, from, to);
        chance_delay(40);
    }
    views_kill(v);
    return sure;
}

static void one_round(struct views *v, struct state *st, bool restart)
{
    struct script s;
    struct on_disk d;
    char words[60];
    struct json *shown;
    size_t typed;
    int sure, steps;

    write_script(&s);
    views_start(v, false);
    begin_person(v);
    sure = type_and_kill(v, &s, &typed);
    d = faults_draft(v);
    if (strcmp(d.uid, st->last) == 0) { /* nothing had been typed yet */
        assert_true(sure == 0 && typed == 0);
        on_disk_release(&d);
        return;
    }
    memcpy(st->last, d.uid, sizeof st->last);
    faults_doctor(v, ++st->orphans);
    snprintf(words, sizeof words, "show --json %s", d.uid);
    shown = faults_json(v, words, 0);
    assert_true(json_same(shown, d.body));
    steps = steps_of(&s, shown, sure);
    json_free(shown);
    if (typed) {
        assert_int_equal(steps, sure);
        assert_non_null(d.typed);
        assert_int_equal(strlen(d.typed), typed);
    }
    check_typed(&s, &d, steps);
    if (restart) {
        views_start(v, false);
        check_recovery(v, &d);
        views_kill(v);
    }
    on_disk_release(&d);
}

/* P01 P02 P04 */
static void kill__while_typing__no_field_left_behind_is_lost(void **state)
{
    struct views *v = *state;
    struct state st = {0};
    int rounds = faults_rounds(80);

    for (int i = 0; i < rounds; i++) {
        if (i % ROUNDS_OF_STORE == 0) {
            faults_new_store(v);
            st = (struct state){0};
        }
        one_round(v, &st, i % 3 == 0);
    }
}

/* Completion */

/** A person of name OLD on the disk, as a draft, of a revision too when HAS_REVISION.
 */
static void make_person(
        struct views *v, const char *old, bool has_revision, char uid[37])
{
    char *words = xasprintf(
            "new personne visibilite=professionnel nom='%s' --json 2>/dev/null",
            has_revision ? "Avant" : old);
    struct json *made = faults_json(v, words, 0);
    char *set;
    int status;

    snprintf(uid, 37, "%s", json_get_text(made, "uid"));
    json_free(made);
    free(words);
    if (!has_revision)
        return;
    set = xasprintf("complete %s 2>/dev/null", uid);
    free(faults_run(v, set, &status));
    assert_int_equal(status, 0);
    free(set);
    set = xasprintf("set %s nom='%s' 2>/dev/null", uid, old);
    free(faults_run(v, set, &status));
    assert_int_equal(status, 0);
    free(set);
}

/** Types VALUE and completes; true when the completion was acknowledged before the end.
 */
static bool complete_and_kill(struct views *v, const char *value)
{
    struct tt *t = views_start(v, false);
    bool sure = chance(5) == 0;

    tt_keys(t, "b{Enter}{Enter}");
    tt_expect(t, "▸Surname");
    tt_keys(t, "{^U}");
    tt_send(t, value);
    if (chance(2))
        tt_sync(t);
    tt_send(t, "{F10}");
    if (sure) {
        tt_sync(t);
        tt_expect(t, "complete: ");
    } else {
        chance_delay(25);
    }
    views_kill(v);
    return sure;
}

static int64_t state_count(const struct json *doctor, const char *state)
{
    return json_get_int(json_get(doctor, "states"), state, -1);
}

static void one_completion(struct views *v)
{
    const char *old = chance_text(), *value = chance_text();
    bool revised = chance(2), sure;
    struct json *doctor, *shown;
    const char *name;
    char uid[37], words[60];
    int64_t drafts;

    faults_new_store(v);
    make_person(v, old, revised, uid);
    sure = complete_and_kill(v, value);
    free(faults_run(v, "list", &(int){0})); /* opening tidies up */
    snprintf(words, sizeof words, "show --json %s", uid);
    shown = faults_json(v, words, 0);
    name = json_get_text(shown, "nom");
    doctor = faults_json(v, "doctor --json", -1);
    drafts = state_count(doctor, "brouillon");
    assert_int_equal(json_len(json_get(doctor, "integrity")), 0);
    assert_int_equal(json_len(json_get(doctor, "damaged")), 0);
    if (drafts == 0)
        assert_string_equal(name, value);
    else if (strcmp(name, value) != 0)
        assert_string_equal(name, old);
    assert_true(!sure || drafts == 0);
    assert_int_equal(state_count(doctor, "complet"), revised || drafts == 0);
    assert_int_equal(json_len(json_get(doctor, "orphans")), drafts);
    json_free(doctor);
    json_free(shown);
}

/* P01 P25 */
static void kill__while_completing__leaves_the_draft_or_the_revision(void **state)
{
    int rounds = faults_rounds(40);

    for (int i = 0; i < rounds; i++)
        one_completion(*state);
}

#define VIEWS_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, views_setup, views_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
            VIEWS_TEST(kill__while_typing__no_field_left_behind_is_lost),
            VIEWS_TEST(kill__while_completing__leaves_the_draft_or_the_revision),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
