/* serve: the address of this server, a code for telephones, who is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Two rows in one line of half blocks, light on dark as terminals are: a dark module is
 * a blank. A margin of two modules round it. */
static void print_qr(const struct json *rows)
{
    static const char *const blocks[] = {
            "\xe2\x96\x88", "\xe2\x96\x84", "\xe2\x96\x80", " "};
    size_t n = json_len(rows), margin = 2;
    struct buf line;

    buf_init(&line, 0);
    for (size_t y = 0; n && y < n + 2 * margin; y += 2) {
        buf_clear(&line);
        for (size_t x = 0; x < n + 2 * margin; x++) {
            bool top =
                    y >= margin && x >= margin && is_dark(rows, y - margin, x - margin);
            bool low = y + 1 >= margin && x >= margin &&
                       is_dark(rows, y + 1 - margin, x - margin);

            buf_adds(&line, blocks[(top ? 1 : 0) + (low ? 2 : 0)]);
        }
        out_line("  %s", line.s);
    }
    buf_release(&line);
}

/* --- events
 * ----------------------------------------------------------------------------- */

static void print_listening(const struct json *event)
{
    const struct json *urls = json_get(event, "urls");
    const char *code = json_get_text(event, "code");
    const char *invite = json_get_text(event, "invite");

    print_qr(json_get(event, "qr"));
    out_line("%s", _("In the room, type:"));
    out_line("    odus sync %s", invite ? invite : "");
    for (size_t i = 1; i < json_len(urls); i++)
        out_line(_("This machine is also at %1$s"), json_as_text(json_at(urls, i)));
    if (code)
        out_line(_("Code of this room: %1$s"), code);
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

static void on_event(void *ctx, const char *ev, const struct json *event)
{
    struct run *r = ctx;

    if (r->args->json)
        out_json(json_dup(event));
    else if (strcmp(ev, "listening") == 0)
        print_listening(event);
    else if (strcmp(ev, "client") == 0)
        print_client(event);
    else if (strcmp(ev, "gone") == 0)
        out_line(_("%1$s has left"), json_get_text(event, "name"));
    else if (strcmp(ev, "error") == 0 || strcmp(ev, "warning") == 0)
        say_event_error(event);
    fflush(stdout); /* seen at once, also through a pipe */
}

int run_serve(struct run *r)
{
    const char *listen = r->args->listen ? r->args->listen : LISTEN_HERE;
    const char *comma = r->args->tls ? strchr(r->args->tls, ',') : NULL;
    struct follow f = {.event = on_event, .ctx = r};
    struct json *job = app_server_job(r->app, "serve", NULL);
    struct err err = {0};

    put_text(job, "listen", listen);
    json_set_take(job, "code", json_bool(r->args->code));
    json_set_take(job, "training", json_bool(app_training(r->app)));
    if (comma) {
        char *cert = xstrndup(r->args->tls, (size_t)(comma - r->args->tls));

        put_text(job, "tls_cert", cert);
        put_text(job, "tls_key", comma + 1);
        free(cert);
    }
    if (worker_start(r->app, "serve", job, &f.worker, &err) < 0)
        return cli_fail(&err);
    return follow(&f);
}
