/* verify: questions and answers, what stands there untold. */
#include "run.h"

#include "ask.h"
#include "odus/app/verify.h"

/* With --json the result is the report alone: the questions go to stderr. */
static void put_question(struct run *r, const char *text)
{
    if (r->args->json)
        say("%s", text);
    else
        out_line("%s", text);
}

static void ask_field(struct run *r, const struct verify_field *f, size_t i, size_t n)
{
    struct buf text;

    buf_init(&text, 0);
    if (f->table)
        /* TRANSLATORS: number, of how many, repeat, number of its row, field */
        buf_addf(&text, _("%1$zu/%2$zu. %3$s %4$d, %5$s?"), i + 1, n, f->table, f->row,
                f->label);
    else
        /* TRANSLATORS: number, of how many, field */
        buf_addf(&text, _("%1$zu/%2$zu. %3$s?"), i + 1, n, f->label);
    put_question(r, text.s);
    buf_release(&text);
}

/* One field: what cannot be read and what differs is asked again, the latter once. */
static bool key_field(struct run *r, struct verify *v, size_t i, struct buf *answer)
{
    struct verify_field f = verify_field(v, i);
    struct err err = {0};
    bool again = false;

    for (;;) {
        int rc;

        ask_field(r, &f, i, verify_count(v));
        if (!ask_line(answer))
            return false;
        if (again && !view_trim(buf_view(answer)).n)
            return true;
        rc = verify_type(v, i, buf_view(answer), &err);
        if (rc < 0) {
            fail_about(f.label, &err);
            continue;
        }
        if (rc == 1 || again)
            return true;
        put_question(r, _("  different; look again and type it, Enter keeps yours"));
        again = true;
    }
}

static void key_fields(struct run *r, struct verify *v)
{
    struct buf answer;

    buf_init(&answer, 0);
    for (size_t i = 0; i < verify_count(v); i++)
        if (!key_field(r, v, i, &answer))
            break;
    buf_release(&answer);
}

static int take_all(struct verify *v)
{
    struct err err = {0};

    for (size_t i = 0; i < verify_count(v); i++)
        if (verify_take(v, i, &err) < 0)
            return cli_fail(&err);
    return CLI_DONE;
}

static const char *shown(const char *words)
{
    return words && *words ? words : _("blank");
}

static void tell(struct run *r, struct verify *v)
{
    struct json *report = verify_report(v), *list = json_get(report, "differences");

    if (r->args->json) {
        out_json(report);
        return;
    }
    for (size_t i = 0; i < json_len(list); i++) {
        struct json *d = json_at(list, i);

        /* TRANSLATORS: label and path of the field, what was keyed first, what second
         */
        out_line(_("%1$s (%2$s): %3$s, verified as %4$s"), json_get_text(d, "label"),
                json_get_text(d, "path"), shown(json_get_text(d, "first")),
                shown(json_get_text(d, "second")));
    }
    json_free(report);
}

static void tell_counts(struct run *r, const struct verify *v)
{
    size_t different = verify_different(v), missing = verify_missing(v);

    if (!different && !missing)
        say(_("verified: all is equal"));
    if (different)
        say(ngettext("%zu difference", "%zu differences", (unsigned long)different),
                different);
    if (missing)
        say(ngettext("%zu field not typed", "%zu fields not typed",
                    (unsigned long)missing),
                missing);
    if (different && r->args->take)
        say("%s", _("taken into the draft; odus complete makes them count"));
    else if (different)
        say("%s", _("nothing was changed; --take takes what was typed now"));
}

int run_verify(struct run *r)
{
    struct verify *v;
    struct err err = {0};
    char uid[37];
    int status = find_record(r, r->words[0], uid);

    if (status != CLI_DONE)
        return status;
    if (verify_new(r->app, uid, &v, &err) < 0)
        return cli_fail(&err);
    key_fields(r, v);
    if (r->args->take)
        status = take_all(v);
    tell(r, v);
    tell_counts(r, v);
    if (status == CLI_DONE && (verify_different(v) || verify_missing(v)))
        status = CLI_PROBLEMS;
    verify_free(v);
    return status;
}
