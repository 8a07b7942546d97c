#include "clients.h"

#include <stdio.h>
#include <string.h>

/* The place of who that is: its own, a free one, or that of the one unseen longest. */
static struct client *place(struct clients *c, const struct serve_activity *what)
{
    struct client *oldest = &c->all[0];

    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *one = &c->all[i];

        if (one->seen_ms && strcmp(one->name, what->name) == 0 &&
                strcmp(one->address, what->address) == 0)
            return one;
        if (one->seen_ms < oldest->seen_ms)
            oldest = one;
    }
    *oldest = (struct client){.seen_ms = 0};
    snprintf(oldest->name, sizeof(oldest->name), "%s", what->name);
    snprintf(oldest->address, sizeof(oldest->address), "%s", what->address);
    return oldest;
}

static struct json *event_of(const struct client *client, const char *ev)
{
    struct json *event = json_new_object();

    json_set_text(event, "ev", ev);
    json_set_text(event, "name", client->name);
    json_set_text(event, "address", client->address);
    return event;
}

static void tell_one(struct clients *c, const struct client *client, const char *what,
        int64_t *docs, int64_t total)
{
    struct json *event;

    if (!*docs)
        return;
    event = event_of(client, "client");
    json_set_text(event, "what", what);
    json_set_take(event, "docs", json_int(*docs));
    json_set_take(event, "total", json_int(total));
    *docs = 0;
    c->tell(c->ctx, event);
}

static void tell(struct clients *c, struct client *one, int64_t now_ms)
{
    tell_one(c, one, "pull", &one->pulled.docs, one->pulled.total);
    tell_one(c, one, "push", &one->pushed.docs, one->pushed.total);
    one->told_ms = now_ms;
}

void clients_note(struct clients *c, const struct serve_activity *what, int64_t now_ms)
{
    struct client *one = place(c, what);

    if (what->push) {
        one->pushed.docs += what->docs;
        one->pushed.total += what->docs;
    } else {
        one->pulled.docs += what->docs;
        one->pulled.total += what->docs;
    }
    one->seen_ms = now_ms > 0 ? now_ms : 1;
    if (!one->told_ms || now_ms - one->told_ms >= CLIENTS_TELL_MS)
        tell(c, one, now_ms);
}

int clients_tick(struct clients *c, int64_t now_ms)
{
    int wait = -1;

    for (size_t i = 0; i < CLIENTS_MAX; i++) {
        struct client *one = &c->all[i];

        if (!one->seen_ms)
            continue;
        if ((one->pulled.docs || one->pushed.docs) &&
                now_ms - one->told_ms >= CLIENTS_TELL_MS)
            tell(c, one, now_ms);
        if (now_ms - one->seen_ms >= CLIENTS_GONE_MS) {
            c->tell(c->ctx, event_of(one, "gone"));
            *one = (struct client){.seen_ms = 0};
        } else {
            wait = CLIENTS_TELL_MS;
        }
    }
    return wait;
}
