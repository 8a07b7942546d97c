/* backup, sample, form, import: the store and the forms as a whole. */
#include "import.h"
#include "odus/cli/setup.h"
#include "run.h"

#include <stdlib.h>
#include <string.h>

enum { PAPER_WIDTH = 80 };

int run_backup(struct run *r)
{
    struct err err = {0};

    if (app_backup(r->app, r->words[0], &err) < 0)
        return cli_fail(&err);
    say(_("copied to %1$s"), r->words[0]);
    return CLI_DONE;
}

int run_sample(struct run *r)
{
    bool add = strcmp(r->words[0], "add") == 0;
    struct err err = {0};
    int n;

    if (!add && strcmp(r->words[0], "remove") != 0)
        return usage(command_get(CMD_SAMPLE));
    n = add ? app_samples_add(r->app, &err) : app_samples_remove(r->app, &err);
    if (n < 0)
        return cli_fail(&err);
    if (add)
        say(ngettext("%d sample record added", "%d sample records added",
                    (unsigned long)n),
                n);
    else
        say(ngettext("%d sample record removed", "%d sample records removed",
                    (unsigned long)n),
                n);
    return CLI_DONE;
}

/* --- problems of files --- */

static struct json *problem_json(const struct err *e)
{
    struct json *obj = json_new_object();
    struct err bare = *e;
    struct buf text;

    bare.file[0] = '\0';
    bare.line = bare.column = 0;
    buf_init(&text, 0);
    err_text(&bare, i18n_text, &text);
    json_set_text(obj, "file", e->file);
    json_set_take(obj, "line", json_int(e->line));
    json_set_take(obj, "column", json_int(e->column));
    json_set_text(obj, "message", text.s);
    buf_release(&text);
    return obj;
}

static struct json *problems_json(const struct problems *p)
{
    struct json *all = json_new_array();

    for (size_t i = 0; i < p->n; i++)
        json_push_take(all, problem_json(&p->items[i]));
    return all;
}

static void print_problems(const struct problems *p)
{
    struct buf text;

    buf_init(&text, 0);
    for (size_t i = 0; i < p->n; i++) {
        buf_clear(&text);
        problems_text(p, i, i18n_text, &text);
        out_text(buf_view(&text));
    }
    buf_release(&text);
}

/* --- form --- */

static int check_form(struct run *r, const char *file, struct out_list *list)
{
    struct problems problems;
    struct json *obj;
    int tests;

    problems_init(&problems);
    tests = app_form_check(file, &problems);
    if (r->args->json) {
        obj = json_new_object();
        json_set_text(obj, "file", file);
        json_set_take(obj, "tests", json_int(tests < 0 ? 0 : tests));
        json_set_take(obj, "problems", problems_json(&problems));
        out_list_add(list, obj);
    } else {
        print_problems(&problems);
        if (tests >= 0)
            say(ngettext("%1$s: no mistake, %2$d test passed",
                        "%1$s: no mistake, %2$d tests passed", (unsigned long)tests),
                    file, tests);
    }
    problems_release(&problems);
    return tests < 0 ? CLI_PROBLEMS : CLI_DONE;
}

static int check_forms(struct run *r)
{
    struct out_list list = {0};
    int status = CLI_DONE;

    for (size_t i = 1; i < r->nwords; i++)
        if (check_form(r, r->words[i], &list) != CLI_DONE)
            status = CLI_PROBLEMS;
    if (r->args->json)
        out_list_end(&list);
    return status;
}

static int show_forms(struct run *r)
{
    const char *lang = cli_language(r->args->lang);
    int status = CLI_DONE;

    for (size_t i = 1; i < r->nwords; i++) {
        struct problems problems;
        struct buf paper;

        problems_init(&problems);
        buf_init(&paper, 0);
        if (app_form_show(r->words[i], lang, PAPER_WIDTH, &paper, &problems) < 0) {
            print_problems(&problems);
            status = CLI_PROBLEMS;
        } else {
            out_text(buf_view(&paper));
        }
        buf_release(&paper);
        problems_release(&problems);
    }
    return status;
}

static const char *words_of(const struct app_publication *p)
{
    switch (p->change) {
    case APP_FORM_SAME: return _("%1$s: published already, nothing changes");
    case APP_FORM_TEXTS: return _("%1$s: texts change, the version stays");
    case APP_FORM_SETTLED:
        return _("%1$s: stands in place of what others published at the same time");
    case APP_FORM_FRAGMENT:
        return _("%1$s: a fragment, goes with the forms that take it in");
    case APP_FORM_WITHDRAWN:
        return p->list ? _("%1$s: withdrawn; every machine has the list beside its own "
                           "forms again")
                       : _("%1$s: withdrawn; every machine has the form of its own "
                           "folder again");
    case APP_FORM_VERSION: break;
    }
    return p->list ? _("%1$s: the list is replaced everywhere")
                   : _("%1$s: version %2$.8s; new records use it, records and drafts "
                       "keep theirs");
}

static void tell_publication(
        struct run *r, const char *file, const struct app_publication *p)
{
    say(words_of(p), *p->name ? p->name : file, p->hash);
    if (p->change == APP_FORM_SAME || p->change == APP_FORM_FRAGMENT)
        return;
    if (p->gone)
        say(_("%1$s: there is none in the folder here; its records are not shown here"),
                p->name);
    if (r->args->dry_run && p->change == APP_FORM_WITHDRAWN)
        say(_("%1$s: not withdrawn, as --dry-run asks"), p->name);
    else if (r->args->dry_run)
        say(_("%1$s: not published, as --dry-run asks"), p->name);
    else
        say(_("%1$s: goes to the others with the next odus sync"), p->name);
}

static struct json *publication_json(const char *file, const struct app_publication *p)
{
    static const char *const changes[] = {[APP_FORM_SAME] = "none",
            [APP_FORM_TEXTS] = "texts",
            [APP_FORM_VERSION] = "version",
            [APP_FORM_SETTLED] = "settled",
            [APP_FORM_FRAGMENT] = "fragment",
            [APP_FORM_WITHDRAWN] = "withdrawn"};
    struct json *obj = json_new_object();

    json_set_text(obj, "file", file);
    json_set_text(obj, "name", *p->name ? p->name : NULL);
    json_set_text(obj, "hash", *p->hash ? p->hash : NULL);
    json_set_text(obj, "change", changes[p->change]);
    return obj;
}

static int publish_one(struct run *r, const char *file, struct out_list *list)
{
    struct app_publication pub;
    struct problems problems;
    struct err err = {0};
    bool dry = r->args->dry_run;
    int status = CLI_DONE, rc;

    problems_init(&problems);
    rc = strcmp(r->words[0], "withdraw") == 0
                 ? app_form_withdraw(r->app, file, dry, &pub, &err)
                 : app_form_publish(r->app, file, dry, &pub, &problems, &err);
    if (rc < 0) {
        print_problems(&problems);
        status = err.id ? cli_fail(&err) : CLI_PROBLEMS;
    } else if (r->args->json) {
        out_list_add(list, publication_json(file, &pub));
    } else {
        tell_publication(r, file, &pub);
    }
    problems_release(&problems);
    return status;
}

static int publish_forms(struct run *r)
{
    struct out_list list = {0};
    int status = CLI_DONE;

    for (size_t i = 1; i < r->nwords; i++) {
        int one = publish_one(r, r->words[i], &list);

        status = one > status ? one : status;
    }
    if (r->args->json)
        out_list_end(&list);
    return status;
}

bool form_wants_store(const char *what)
{
    return strcmp(what, "publish") == 0 || strcmp(what, "withdraw") == 0;
}

int run_form(struct run *r)
{
    if (strcmp(r->words[0], "check") == 0)
        return check_forms(r);
    if (strcmp(r->words[0], "show") == 0)
        return show_forms(r);
    if (r->app && form_wants_store(r->words[0]))
        return publish_forms(r);
    return usage(command_get(CMD_FORM));
}

/* --- import --- */

static void tell_import(
        struct run *r, const char *file, const struct import_report *report)
{
    for (size_t i = 0; i < report->nmapping; i++)
        say("%s", report->mapping[i]);
    print_problems(&report->problems);
    say(r->args->dry_run ? _("%1$s: %2$d rows, %3$d would become drafts, %4$d left out")
                         : _("%1$s: %2$d rows, %3$d drafts made, %4$d left out"),
            file, report->rows, report->good, report->bad);
}

static struct json *import_json(const char *file, const struct import_report *report)
{
    struct json *obj = json_new_object();
    struct json *mapping = json_new_array();

    json_set_text(obj, "file", file);
    json_set_take(obj, "rows", json_int(report->rows));
    json_set_take(obj, "good", json_int(report->good));
    json_set_take(obj, "bad", json_int(report->bad));
    for (size_t i = 0; i < report->nmapping; i++)
        json_push_take(mapping, json_text(view_of(report->mapping[i])));
    json_set_take(obj, "mapping", mapping);
    json_set_take(obj, "problems", problems_json(&report->problems));
    return obj;
}

static int import_records(struct run *r, const char *file, struct out_list *list)
{
    struct import_report report = {0};
    struct err err = {0};
    int status;

    if (!r->args->form) {
        err_set(&err, ERR_USAGE,
                N_("say what the rows are: --form evenement, or --list for a long "
                   "list"));
        return cli_fail(&err);
    }
    if (!is_type(r->app, r->args->form, &err))
        return cli_fail(&err);
    if (app_import_csv(r->app, file, r->args->form, r->args->dry_run, &report, &err) <
            0)
        return cli_fail(&err);
    status = report.bad ? CLI_PROBLEMS : CLI_DONE;
    if (r->args->json)
        out_list_add(list, import_json(file, &report));
    else
        tell_import(r, file, &report);
    import_report_release(&report);
    return status;
}

static int import_list(struct run *r, const char *file)
{
    struct err err = {0};
    size_t n = 0;

    if (app_import_list(r->app, file, r->args->list, &n, &err) < 0)
        return cli_fail(&err);
    say(ngettext("%1$s: %2$zu entry", "%1$s: %2$zu entries", n), r->args->list, n);
    return CLI_DONE;
}

int run_import(struct run *r)
{
    struct out_list list = {0};
    int status = CLI_DONE;

    for (size_t i = 0; i < r->nwords && status <= CLI_PROBLEMS; i++) {
        int one = r->args->list ? import_list(r, r->words[i])
                  : import_is_table(r, r->words[i])
                          ? import_records(r, r->words[i], &list)
                          : import_agenda(r, r->words[i], &list);

        status = one > status ? one : status;
    }
    if (r->args->json && !r->args->list)
        out_list_end(&list);
    return status;
}
