/* serve: the address of this server, a code for telephones, who is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/app/sync.h"
#include "odus/base/mem.h"
#include "worker.h"

#define LISTEN_HERE "127.0.0.1:5984"

/* --- the QR code
 * ---------------------------------------------------------------------- */

static bool is_dark(const struct json *rows, size_t y, size_t x)
{
    const char *row = json_as_text(json_at(rows, y));

    return row && x < strlen(row) && row[x] == '1';
}

/* Black on white is what telephones expect; a terminal that shows colours says so. */
static bool shows_colours(void)
{
    const char *term = getenv("TERM"), *none = getenv("NO_COLOR");

    return isatty(STDOUT_FILENO) && !(none && *none) && term && *term &&
           strcmp(term, "dumb") != 0;
}

/* Two rows in one line of half blocks, with a margin of two modules all round. In
 * colours a block is a dark module; else the terminal is taken for light on dark, and
 * a dark module is a blank. */
static void qr_line(const struct json *rows, size_t y, bool colours, struct buf *out)
{
    static const char *const blocks[] = {
            "\xe2\x96\x88", "\xe2\x96\x84", "\xe2\x96\x80", " "};
    size_t n = json_len(rows), margin = 2;

    for (size_t x = 0; x < n + 2 * margin; x++) {
        bool inside = x >= margin;
        bool top = inside && y >= margin && is_dark(rows, y - margin, x - margin);
        bool low =
                inside && y + 1 >= margin && is_dark(rows, y + 1 - margin, x - margin);
        int light = (top ? 1 : 0) + (low ? 2 : 0);

        buf_adds(out, blocks[colours ? 3 - light : light]);
    }
}

static void print_qr(const struct json *rows)
{
    size_t n = json_len(rows);
    bool colours = shows_colours();
    struct buf line;

    buf_init(&line, 0);
    for (size_t y = 0; n && y < n + 4; y += 2) {
        buf_clear(&line);
        qr_line(rows, y, colours, &line);
        if (colours)
            printf("  \033[30;107m%s\033[0m\n", line.s);
        else
            out_line("  %s", line.s);
    }
    buf_release(&line);
}

/* --- events
 * ----------------------------------------------------------------------------- */

static void print_listening(const struct run *r, const struct json *event)
{
    const struct json *urls = json_get(event, "urls");
    const char *code = json_get_text(event, "code");
    const char *invite = json_get_text(event, "invite");
    bool here = invite && (strstr(invite, "//127.") || strstr(invite, "//[::1]"));

    if (!here)
        print_qr(json_get(event, "qr"));
    out_line("%s", here ? _("On this machine alone, type:") : _("In the room, type:"));
    out_line("    odus sync %s", invite ? invite : "");
    for (size_t i = 1; i < json_len(urls); i++)
        out_line(_("This machine is also at %1$s"), json_as_text(json_at(urls, i)));
    if (code)
        out_line(_("Code of this room: %1$s"), code);
    if (app_training(r->app))
        out_line("%s", _("This is a store for exercises: it takes and gives nothing "
                         "else."));
    out_line("%s", _("^C ends it; what was received stays in this store."));
}

static void print_client(const struct json *event)
{
    const char *name = json_get_text(event, "name");
    const char *address = json_get_text(event, "address");
    const char *what = json_get_text(event, "what");
    bool push = what && strcmp(what, "push") == 0;
    long total = (long)json_get_int(event, "total", 0);

    name = name && *name ? name : "?";
    if (push)
        out_line(_("%1$s (%2$s) has sent %3$ld records"), name, address ? address : "",
                total);
    else
        out_line(_("%1$s (%2$s) has fetched %3$ld records"), name,
                address ? address : "", total);
}

static void print_gone(const struct json *event)
{
    const char *name = json_get_text(event, "name");

    out_line(_("%1$s has left"), name && *name ? name : "?");
}

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct run *r = ctx;

    if (r->args->json)
        out_json(json_dup(event));
    else if (strcmp(ev, "listening") == 0)
        print_listening(r, event);
    else if (strcmp(ev, "client") == 0)
        print_client(event);
    else if (strcmp(ev, "gone") == 0)
        print_gone(event);
    else if (strcmp(ev, "error") == 0 || strcmp(ev, "warning") == 0)
        say_event_error(event);
    fflush(stdout); /* seen at once, also through a pipe */
}

int run_serve(struct run *r)
{
    const char *listen = r->args->listen ? r->args->listen : LISTEN_HERE;
    const char *comma = r->args->tls ? strchr(r->args->tls, ',') : NULL;
    struct follow f = {.event = on_event, .ctx = r};
    struct json *job;
    struct err err = {0};

    if (r->args->tls && (!comma || comma == r->args->tls || !comma[1])) {
        err_set(&err, ERR_USAGE, N_("%1$s wants a value: %2$s"), "--tls", "CERT,KEY");
        return cli_fail(&err);
    }
    job = app_own_job(r->app, "serve");
    json_set_text(job, "listen", listen);
    json_set_take(job, "code", json_bool(r->args->code));
    json_set_take(job, "training", json_bool(app_training(r->app)));
    if (r->args->origin)
        json_set_take(job, "origins", job_words(r->args->origin));
    if (comma) {
        char *cert = xstrndup(r->args->tls, (size_t)(comma - r->args->tls));

        json_set_text(job, "tls_cert", cert);
        json_set_text(job, "tls_key", comma + 1);
        free(cert);
    }
    if (worker_start(r->app, "serve", job, &f.worker, &err) < 0)
        return cli_fail(&err);
    return follow(&f, NULL); /* ^C is how it ends */
}
