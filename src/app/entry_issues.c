/* Problems: in words, why, and what would mend them. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "entry_priv.h"

/* What could not be read stands in the way of everything. */
static struct issue unread_issue(const struct entry_pending *p)
{
    return (struct issue){.severity = FORM_ERROR,
            .at = p->at,
            .rule = "unread",
            .message = p->err->id,
            .args = {p->err->args[0], p->err->args[1]},
            .builtin = true,
            .proposal = true};
}

/* Where something was typed that could not be read, nothing is missing. */
static bool is_said(const struct entry *en, const struct issue *issue,
        const struct entry_pending *all, size_t n)
{
    bool said = false;

    for (size_t i = 0; i < n; i++)
        said |= all[i].at.field == issue->at.field && all[i].at.row == issue->at.row;
    return said &&
           (strcmp(issue->rule, "required") == 0 || entry_issue_table(en, issue));
}

const struct issue *entry_issues(struct entry *en, size_t *ret_n)
{
    size_t n, unread;
    const struct entry_pending *pending = entry_pending(en, &unread);
    const struct issue *own = engine_issues(en->engine, &n);

    *ret_n = n;
    if (!unread)
        return own;
    if (n + unread > en->cap_issues) {
        en->cap_issues = (n + unread) * 2;
        en->issues = xrealloc(en->issues, en->cap_issues, sizeof(*en->issues));
    }
    for (size_t i = 0; i < unread; i++)
        en->issues[i] = unread_issue(&pending[i]);
    *ret_n = unread;
    for (size_t i = 0; i < n; i++)
        if (!is_said(en, &own[i], pending, unread))
            en->issues[(*ret_n)++] = own[i];
    return en->issues;
}

struct issue_counts entry_counts(struct entry *en)
{
    struct issue_counts counts = engine_counts(en->engine);
    size_t n, unread;
    const struct entry_pending *pending = entry_pending(en, &unread);
    const struct issue *own = engine_issues(en->engine, &n);

    counts.errors += (int)unread;
    counts.proposal += (int)unread;
    for (size_t i = 0; i < n && unread; i++)
        if (is_said(en, &own[i], pending, unread)) {
            counts.errors--;
            counts.proposal -= own[i].proposal;
        }
    return counts;
}

const struct issue *entry_issue_at(struct entry *en, struct rec_at at)
{
    size_t n;
    const struct issue *all = entry_issues(en, &n);
    const struct issue *worst = NULL;

    for (size_t i = 0; i < n; i++)
        if (all[i].at.field == at.field && all[i].at.row == at.row &&
                !all[i].accepted && (!worst || all[i].severity < worst->severity))
            worst = &all[i];
    return worst;
}

int entry_issue_table(const struct entry *en, const struct issue *issue)
{
    int table = form_frame(en->form, issue->at.field);

    return issue->at.row >= rec_rows(entry_rec(en), table) ? table : 0;
}

const char *entry_issue_label(const struct entry *en, const struct issue *issue)
{
    int table = entry_issue_table(en, issue);

    return table ? entry_table_label(en, table) : entry_label(en, issue->at);
}

void entry_issue_text(struct entry *en, const struct issue *issue,
        const char *(*translate)(const char *id), struct buf *out)
{
    const char *args[2] = {
            issue->args[0] ? issue->args[0] : "", issue->args[1] ? issue->args[1] : ""};

    (void)en;
    if (!issue->builtin)
        buf_adds(out, issue->message);
    else
        err_expand(
                translate ? translate(issue->message) : issue->message, args, 2, out);
}

void entry_why(
        struct entry *en, struct rec_at at, const struct issue *issue, struct buf *out)
{
    const char *why;

    if (issue && issue->def) {
        why = form_text(en->form, &issue->def->why, app_lang(en->app));
        if (*why)
            buf_addf(out, "%s\n\n", why);
        buf_addf(out, "%s\n", issue->rule);
        engine_explain(en->engine, at, 'c', issue->rule, out);
        return;
    }
    engine_explain(en->engine, at, 'r', NULL, out);
    if (out->len)
        buf_adds(out, "\n\n");
    engine_explain(en->engine, at, 'h', NULL, out);
}

bool entry_fix(struct entry *en, const struct issue *issue, struct buf *out)
{
    return issue->def &&
           engine_value(en->engine, issue->def->fix, issue->at.row, out) &&
           out->len > 0;
}

int entry_take_fix(struct entry *en, const struct issue *issue, struct err *err)
{
    struct rec_at at = issue->at;
    struct buf value;
    int rc = entry_writable(en, err);

    if (rc < 0)
        return rc;
    buf_init(&value, 0);
    if (!entry_fix(en, issue, &value))
        rc = err_set(err, ERR_NOT_FOUND, N_("there is no proposed value here"));
    else
        rc = editing_set(en->ed, at, buf_view(&value));
    buf_release(&value);
    return rc < 0 ? rc : 0;
}

void entry_accept(struct entry *en, const struct issue *issue, struct view reason)
{
    if (issue->severity == FORM_WARNING && !issue->accepted && !app_read_only(en->app))
        editing_accept(en->ed, issue->at, issue->rule, reason, app_author(en->app));
}
