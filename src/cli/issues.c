/* Problems of a record, for people and for machines. */
#include "run.h"

const char *severity_id(enum form_severity severity)
{
    static const char *const ids[] = {
            [FORM_ERROR] = N_("error"),
            [FORM_WARNING] = N_("warning"),
            [FORM_INFO] = N_("remark"),
    };

    return ids[severity];
}

/* For machines the words are fixed. */
static const char *severity_key(enum form_severity severity)
{
    return severity == FORM_ERROR     ? "error"
           : severity == FORM_WARNING ? "warning"
                                      : "info";
}

static void issue_path(struct entry *en, const struct issue *issue, struct buf *out)
{
    int table = entry_issue_table(en, issue);

    if (table)
        buf_adds(out, entry_form(en)->tables[table].path);
    else
        rec_at_text(entry_rec(en), issue->at, false, out);
}

static struct json *issue_json(struct entry *en, const struct issue *issue)
{
    struct json *obj = json_new_object();
    struct buf text;

    buf_init(&text, 0);
    json_set_text(obj, "uid", entry_uid(en));
    json_set_text(obj, "type", entry_form(en)->name);
    json_set_text(obj, "severity", severity_key(issue->severity));
    json_set_text(obj, "rule", issue->rule);
    issue_path(en, issue, &text);
    json_set_text(obj, "field", text.s);
    json_set_text(obj, "label", entry_issue_label(en, issue));
    buf_clear(&text);
    entry_issue_text(en, issue, i18n_text, &text);
    json_set_text(obj, "message", text.s);
    buf_release(&text);
    return obj;
}

void list_issues(struct entry *en, struct out_list *list)
{
    size_t n;
    const struct issue *issues = entry_issues(en, &n);

    for (size_t i = 0; i < n; i++)
        if (!issues[i].accepted)
            out_list_add(list, issue_json(en, &issues[i]));
}

struct json *issues_json(struct entry *en)
{
    struct json *all = json_new_array();
    size_t n;
    const struct issue *issues = entry_issues(en, &n);

    for (size_t i = 0; i < n; i++)
        if (!issues[i].accepted)
            json_push_take(all, issue_json(en, &issues[i]));
    return all;
}

void issue_line(struct entry *en, const struct issue *issue, struct buf *out)
{
    struct buf field, message;

    buf_init(&field, 0);
    buf_init(&message, 0);
    issue_path(en, issue, &field);
    entry_issue_text(en, issue, i18n_text, &message);
    /* TRANSLATORS: severity, label of the field, message, path of the field, rule */
    buf_addf(out, _("%1$s, %2$s: %3$s (%4$s, %5$s)"), _(severity_id(issue->severity)),
            entry_issue_label(en, issue), message.s, field.s, issue->rule);
    buf_release(&field);
    buf_release(&message);
}

static void add_count(struct buf *out, const char *words, int n)
{
    if (n > 0 && out->len)
        buf_adds(out, ", ");
    if (n > 0)
        buf_addf(out, words, n);
}

void counts_text(struct issue_counts counts, struct buf *out)
{
    unsigned long e = (unsigned long)counts.errors, w = (unsigned long)counts.warnings;

    buf_clear(out);
    add_count(out, ngettext("%d error", "%d errors", e), counts.errors);
    add_count(out, ngettext("%d warning", "%d warnings", w), counts.warnings);
    if (!out->len)
        buf_adds(out, _("no problem"));
}

int check_journal(struct entry *en)
{
    return entry_state(en).journal_error ? cli_fail(entry_journal_err(en)) : CLI_DONE;
}
