/* push --adopt: the numbers that another agenda gave, into the records. */
#include <stdlib.h>
#include <string.h>

#include "odus/app/push.h"
#include "worker.h"

struct adopting {
    struct run *r;
    struct follow follow;
    struct json *numbers; /* for --json */
    long taken, there, refused;
};

/* WHY: "" it was taken, or would be. */
static void tell(struct adopting *a, const struct json *event, const char *why)
{
    const char *number = json_get_text(event, "number");
    struct json *row;
    struct buf line;

    if (a->r->args->json) {
        row = json_dup(event);
        json_set_take(row, "ev", NULL);
        json_set_text(row, "result", *why ? "refused" : "taken");
        json_set_text(row, "message", *why ? why : NULL);
        json_push_take(a->numbers, row);
        return;
    }
    buf_init(&line, 0);
    add_thing(event, &line);
    if (*why) {
        say("%s%s", line.s, why);
    } else {
        buf_addf(&line, _("number %1$s"), number ? number : "");
        out_line("%s", line.s);
    }
    buf_release(&line);
}

static void take(struct adopting *a, const struct json *event)
{
    const char *uid = json_get_text(event, "uid");
    const char *number = json_get_text(event, "number");
    struct err err = {0};
    struct buf why;
    int rc = !uid || !number ? 0
                             : app_push_adopt(a->r->app, a->r->words[0], uid, number,
                                       a->r->args->dry_run, &err);

    if (rc == 0) {
        a->there++;
        return;
    }
    buf_init(&why, 0);
    if (rc < 0)
        err_text(&err, i18n_text, &why);
    tell(a, event, why.len ? why.s : "");
    buf_release(&why);
    a->taken += rc > 0;
    a->refused += rc < 0;
}

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct adopting *a = ctx;

    if (strcmp(ev, "number") == 0)
        take(a, event);
    else if (strcmp(ev, "error") == 0)
        say_event_error(event);
}

static void print_end(struct adopting *a, int status)
{
    struct json *out;

    if (!a->r->args->json) {
        say(a->r->args->dry_run ? _("%1$ld numbers would be taken, %2$ld stand there "
                                    "already, %3$ld would be left out")
                                : _("%1$ld numbers taken, %2$ld stood there already, "
                                    "%3$ld left out"),
                a->taken, a->there, a->refused);
        return;
    }
    out = json_new_object();
    json_set_take(out, "status", json_int(status));
    json_set_take(out, "taken", json_int(a->taken));
    json_set_take(out, "already", json_int(a->there));
    json_set_take(out, "refused", json_int(a->refused));
    json_set_take(out, "numbers", json_retain(a->numbers));
    out_json(out);
}

int push_adopt(struct run *r)
{
    struct adopting a = {.r = r, .numbers = json_new_array()};
    struct err err = {0};
    int status, stopped = 0;

    a.follow = (struct follow){.event = on_event, .ctx = &a};
    if (app_push_numbers(r->app, r->words[0], r->args->yes, r->args->dry_run,
                &a.follow.worker, &err) < 0) {
        json_free(a.numbers);
        return cli_fail(&err);
    }
    status = follow(&a.follow, &stopped);
    if (stopped)
        status = CLI_STOPPED + stopped;
    else if (status == CLI_DONE && a.refused)
        status = CLI_PROBLEMS;
    if (r->args->json || stopped || status == CLI_DONE || status == CLI_PROBLEMS)
        print_end(&a, status);
    json_free(a.numbers);
    return status;
}
