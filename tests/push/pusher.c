#include "pusher.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/lines.h"
#include "odus/base/mem.h"
#include "odus/net/secret.h"
#include "odus/push/push.h"
#include "odus/store/record.h"
#include "quotes.h"

enum { PATIENCE_MS = 60 * 1000 };

struct stand *pusher_stand;
struct json *pusher_events;
const char *pusher_answer = "no";

static const char *owner_key, *owner, *target;

/* --- life ------------------------------------------------------------------------- */

/* In a process of its own: the library of keyrings starts threads, and a worker that is
 * forked from them waits for ever. */
static int keep_key(void)
{
    const struct secret_place place = {.dir = desk_path("config")};
    int status = -1;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0)
        _exit(secret_put(&place, stand_url(pusher_stand), owner, STAND_KEY, NULL) ||
                secret_put(&place, stand_url(pusher_stand), STAND_PROJECT,
                        STAND_READ_KEY, NULL));
    return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

static int open_with(void **state, stand_handler *handler)
{
    char *proxy[] = {(char *)"http_proxy", (char *)"all_proxy", NULL};

    if (desk_open(state) != 0)
        return -1;
    for (char **p = proxy; *p; p++)
        unsetenv(*p);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", 1); /* no keyring */
    pusher_stand = stand_start(handler);
    pusher_answer = "no";
    if (file_mkdirs(desk_path("config"), 0700, NULL) < 0)
        return -1;
    return keep_key();
}

int pusher_open_openagenda(void **state)
{
    target = "openagenda";
    owner_key = "agenda";
    owner = STAND_AGENDA;
    return open_with(state, stand_openagenda);
}

int pusher_open_apidae(void **state)
{
    target = "apidae";
    owner_key = "client";
    owner = STAND_CLIENT;
    return open_with(state, stand_apidae);
}

int pusher_close(void **state)
{
    json_free(pusher_events);
    pusher_events = NULL;
    stand_stop(pusher_stand);
    return desk_close(state);
}

/* --- the worker ------------------------------------------------------------------- */

struct process {
    pid_t pid;
    int to, from;
    struct lines in;
};

static void say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(write(fd, "\n", 1), 1);
}

static char *job_text(const char *more)
{
    const char *forms = getenv("ODUS_FORMS");
    char *text = xasprintf("{'job':'push','target':'%s','%s':'%s','url':'%s',"
                           "'store':'%s','forms':'%s','config':'%s','lang':'fr',"
                           "'base':'https://agenda.example/odus/','rate':1000,"
                           "'owner':'%d','project':'" STAND_PROJECT "'%s%s}",
            target, owner_key, owner, stand_url(pusher_stand), desk_path("store"),
            forms ? forms : "forms", desk_path("config"), STAND_OWNER, more ? "," : "",
            more ? more : "");

    return quotes(text);
}

static struct process begin(const char *more)
{
    struct process p = {.pid = 0};
    char *job = job_text(more);
    int to[2], from[2];

    assert_int_equal(pipe(to) | pipe(from), 0);
    fflush(NULL);
    p.pid = fork();
    assert_true(p.pid >= 0);
    if (p.pid == 0) {
        close(to[1]);
        close(from[0]);
        signal(SIGPIPE, SIG_IGN);
        _exit(push_work(to[0], from[1]));
    }
    close(to[0]);
    close(from[1]);
    p.to = to[1];
    p.from = from[0];
    lines_init(&p.in, p.from, 0);
    say(p.to, job);
    free(job);
    json_free(pusher_events);
    pusher_events = json_new_array();
    return p;
}

static int end(struct process *p)
{
    int status = 0;

    close(p->to);
    close(p->from);
    waitpid(p->pid, &status, 0);
    lines_release(&p->in);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Everything it tells until it ends. */
static int listen_to(struct process *p)
{
    struct json *event;

    while (lines_next(&p->in, PATIENCE_MS, &event, NULL) == 1) {
        const char *ev = json_get_text(event, "ev");
        bool asks = ev && strcmp(ev, "ask") == 0;

        json_push_take(pusher_events, event);
        if (asks)
            say(p->to, strcmp(pusher_answer, "yes") == 0 ? "{\"answer\":\"yes\"}"
                                                         : "{\"answer\":\"no\"}");
    }
    return end(p);
}

int pusher_run(const char *more)
{
    struct process p = begin(more);

    return listen_to(&p);
}

static struct process held;

void pusher_hold(void)
{
    held = begin("'yes':true");
    stand_wait(pusher_stand);
}

int pusher_stop(void)
{
    json_free(pusher_events);
    pusher_events = json_new_array();
    say(held.to, "{\"stop\":true}");
    return listen_to(&held);
}

void pusher_kill(void)
{
    pusher_hold();
    kill(held.pid, SIGKILL);
    assert_int_equal(end(&held), 128 + SIGKILL);
}

/* --- what it told ----------------------------------------------------------------- */

const struct json *pusher_event(const char *ev)
{
    const struct json *found = NULL;

    for (size_t i = 0; i < json_len(pusher_events); i++) {
        const char *kind = json_get_text(json_at(pusher_events, i), "ev");

        if (kind && strcmp(kind, ev) == 0)
            found = json_at(pusher_events, i);
    }
    return found;
}

int64_t pusher_count(const char *ev)
{
    int64_t n = 0;

    for (size_t i = 0; i < json_len(pusher_events); i++) {
        const char *kind = json_get_text(json_at(pusher_events, i), "ev");

        n += kind && strcmp(kind, ev) == 0;
    }
    return n;
}

int64_t pusher_done(const char *key)
{
    const struct json *done = pusher_event("done");

    assert_non_null(done);
    return json_get_int(done, key, -1);
}

/* --- records ---------------------------------------------------------------------- */

void pusher_adopt(const char *type, int n, const char *system, const char *number)
{
    struct json *body = NULL, *ids = json_new_array(), *row = json_new_object();
    struct record r;

    assert_int_equal(record_get(desk_store, desk_uid(n), &r, NULL), 0);
    assert_int_equal(json_parse(view_of(r.body), 0, &body, NULL), 0);
    record_release(&r);
    json_set_text(row, "id", "x");
    json_set_text(row, "systeme", system);
    json_set_text(row, "valeur", number);
    json_push_take(ids, row);
    json_set_take(body, "ids_externes", ids);
    desk_put_json(type, n, body);
}

void pusher_forget(void)
{
    static const char *const files[] = {
            "store/push.db", "store/push.db-wal", "store/push.db-shm"};

    for (size_t i = 0; i < COUNT(files); i++)
        unlink(desk_path(files[i]));
}

void pusher_venue(int n, const char *name)
{
    char *members = xasprintf("'nom': '%s', 'adresse': {'voie': '1 Grande Rue',"
                              " 'code_postal': '05100', 'commune': '05023',"
                              " 'pays': 'FR'}",
            name);

    desk_put("lieu", n, members);
    free(members);
}

void pusher_event_at(int n, const char *title, int place)
{
    char *members = xasprintf("'titre': {'fr': '%s'}, 'accroche': {'fr': 'Court'},"
                              " 'lieu': '@%d', 'mode': 'presentiel', 'genre': "
                              "'theatre', 'portee': 'locale', 'seances': [{'id': "
                              "'a%d', 'debut': '2026-12-05T20:30[Europe/Paris]', "
                              "'fin': '2026-12-05T22:00[Europe/Paris]', 'statut': "
                              "'confirme'}]",
            title, place, n);

    desk_put("evenement", n, members);
    free(members);
}
