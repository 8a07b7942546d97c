/* show, check, complete: one record, or its problems. */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "odus/app/sync.h"
#include "odus/base/mem.h"

static bool is_draft(struct run *r, const char *uid)
{
    struct app_draft *drafts = NULL;
    bool found = false;
    size_t n = 0;

    if (app_drafts(r->app, false, &drafts, &n, NULL) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        found = found || strcmp(drafts[i].uid, uid) == 0;
    app_drafts_release(drafts, n);
    return found;
}

/* Where it stands: the same words as in lists. */
static void print_standing(struct run *r, const char *uid)
{
    struct sync_standing s = app_standing(r->app, uid, is_draft(r, uid));
    char at[OUT_MOMENT];
    struct buf line;

    buf_init(&line, 0);
    buf_addf(&line, _("State: %1$s"), _(sync_word_id(s.word)));
    if (s.sent_ms) {
        out_moment(s.sent_ms, at);
        buf_addf(&line, " (%s)", at);
    }
    if (s.why)
        buf_addf(&line, " · %s", _(s.why));
    if (s.held)
        buf_addf(&line, " · %s", _("held"));
    if (s.refused[0])
        buf_addf(&line, _(" · refused by the server: %1$s"), _(s.refused));
    if (s.referent)
        buf_addf(&line, " · %s", _("waits for a référent"));
    if (s.conflict)
        buf_addf(&line, " · %s", _("to be decided"));
    out_line("%s", line.s);
    buf_release(&line);
}

int run_show(struct run *r)
{
    struct err err = {0};
    struct json *json;
    struct buf text;
    char uid[37];
    int status = find_record(r, r->words[0], uid);

    if (status != CLI_DONE)
        return status;
    if (r->args->json) {
        if (app_json(r->app, uid, &json, &err) < 0)
            return cli_fail(&err);
        out_json(json);
        return CLI_DONE;
    }
    buf_init(&text, 0);
    if (app_text(r->app, uid, i18n_text, &text, &err) < 0)
        status = cli_fail(&err);
    else {
        out_text(buf_view(&text));
        print_standing(r, uid);
    }
    buf_release(&text);
    return status;
}

/* --- check --- */

struct uids {
    char (*at)[37];
    size_t n, cap;
};

static void add_uid(struct uids *u, const char *uid)
{
    u->at = mem_grow(u->at, u->n, &u->cap, sizeof(*u->at));
    memcpy(u->at[u->n++], uid, 37);
}

static int compare_uids(const void *a, const void *b)
{
    return memcmp(a, b, 37);
}

/* Every record and draft once: the list has a row for each day of an event. */
static int all_uids(struct run *r, struct uids *u, struct err *err)
{
    struct agenda *a = agenda_new(r->app);
    int rc = agenda_query(a, "*", "", err);
    size_t kept = 0;

    if (rc == 0)
        agenda_home(a);
    for (const struct agenda_row *row = rc == 0 ? agenda_selected(a) : NULL; row;
            row = agenda_next(a))
        add_uid(u, row->uid);
    agenda_free(a);
    if (u->n)
        qsort(u->at, u->n, sizeof(*u->at), compare_uids);
    for (size_t i = 0; i < u->n; i++)
        if (i == 0 || compare_uids(u->at[i], u->at[kept - 1]) != 0)
            memmove(u->at[kept++], u->at[i], 37);
    u->n = kept;
    return rc;
}

static void print_issues(struct entry *en)
{
    size_t n;
    const struct issue *issues = entry_issues(en, &n);
    struct buf line;

    buf_init(&line, 0);
    for (size_t i = 0; i < n; i++) {
        if (issues[i].accepted)
            continue;
        buf_clear(&line);
        issue_line(en, &issues[i], &line);
        out_line("%.13s  %s", entry_uid(en), line.s);
    }
    buf_release(&line);
}

/* Returns the number of errors, or <0 when the record could not be opened. */
static int check_one(struct run *r, const char *uid, struct out_list *list)
{
    struct entry *en;
    struct err err = {0};
    int errors;

    if (entry_open(r->app, uid, &en, &err) < 0)
        return fail_about(uid, &err) == CLI_STORE ? -CLI_STORE : -CLI_PROBLEMS;
    errors = entry_state(en).counts.errors;
    if (r->args->json)
        list_issues(en, list);
    else
        print_issues(en);
    entry_close(en);
    return errors;
}

static int check_uids(struct run *r, const struct uids *u)
{
    struct out_list list = {0};
    int status = CLI_DONE;

    for (size_t i = 0; i < u->n; i++) {
        int errors = check_one(r, u->at[i], &list);
        int one = errors < 0 ? -errors : errors > 0 ? CLI_PROBLEMS : CLI_DONE;

        status = one > status ? one : status;
    }
    if (r->args->json)
        out_list_end(&list);
    else
        say(ngettext("%zu record checked", "%zu records checked", u->n), u->n);
    return status;
}

int run_check(struct run *r)
{
    struct uids u = {0};
    struct err err = {0};
    char uid[37];
    int status = CLI_DONE;

    for (size_t i = 0; i < r->nwords && status == CLI_DONE; i++) {
        status = find_record(r, r->words[i], uid);
        if (status == CLI_DONE)
            add_uid(&u, uid);
    }
    if (!r->nwords && all_uids(r, &u, &err) < 0)
        status = cli_fail(&err);
    if (status == CLI_DONE)
        status = check_uids(r, &u);
    free(u.at);
    return status;
}

/* --- complete --- */

static void tell_completion(struct run *r, struct entry *en, bool done)
{
    struct entry_state state = entry_state(en);
    struct json *obj;
    struct buf counts;

    if (r->args->json) {
        obj = json_new_object();
        json_set_text(obj, "uid", entry_uid(en));
        json_set_take(obj, "completed", json_bool(done));
        json_set_text(obj, "status", state.status);
        json_set_take(obj, "problems", issues_json(en));
        json_set_take(obj, "conflicts", conflicts_json(en));
        out_json(obj);
        return;
    }
    if (print_conflicts(en))
        say("%s", _("--mine or --theirs decides for all of them, odus set for one"));
    print_issues(en);
    buf_init(&counts, 0);
    counts_text(state.counts, &counts);
    if (!done)
        say(_("not completed, the draft is kept: %1$s"), counts.s);
    else if (r->args->review)
        say(_("proposed for review: %1$s"), counts.s);
    else
        say(_("complete: %1$s"), counts.s);
    buf_release(&counts);
}

/* Linked drafts block completion; only --yes completes them too. */
static void tell_links(struct entry *en)
{
    size_t n;
    char **links = entry_draft_links(en, &n);

    for (size_t i = 0; i < n; i++) {
        say(_("linked and still a draft: %1$s (--yes completes it too)"), links[i]);
        free(links[i]);
    }
    free(links);
}

/* --mine and --theirs say beforehand what is to become of conflicts. */
static int complete(struct run *r, struct entry *en, unsigned flags, struct err *err)
{
    bool decided = r->args->mine != r->args->theirs;
    int rc = entry_complete(en, flags, NULL, err);

    if (rc != 1 || !decided || !entry_state(en).conflicts)
        return rc;
    err_clear(err);
    rc = entry_settle(en, r->args->theirs, err);
    return rc < 0 ? rc : entry_complete(en, flags, NULL, err);
}

int run_complete(struct run *r)
{
    struct entry *en;
    struct err err = {0};
    unsigned flags = (r->args->review ? ENTRY_REVIEW : 0) |
                     (r->args->yes ? ENTRY_WITH_LINKS : 0);
    int rc, status = open_entry(r, r->words[0], &en);

    if (status != CLI_DONE)
        return status;
    rc = complete(r, en, flags, &err);
    if (rc < 0) {
        status = cli_fail(&err);
    } else {
        if (rc == 1 && err.id)
            cli_fail(&err);
        if (rc == 1 && !r->args->yes)
            tell_links(en);
        tell_completion(r, en, rc == 0);
        app_reindex(r->app);
        status = rc == 0 ? CLI_DONE : CLI_PROBLEMS;
    }
    entry_close(en);
    return status;
}
