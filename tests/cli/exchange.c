#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"
#include "program.h"

enum { PATIENCE_MS = 20 * 1000, FILE_MOST = 32 * 1024 * 1024 };

static char store_env[400], config_env[400];

/* --- machines --------------------------------------------------------------------- */

int exchange_setup(void **state)
{
    int rc = program_setup(state);

    snprintf(store_env, sizeof store_env, "ODUS_STORE=%s", program_store());
    snprintf(config_env, sizeof config_env, "XDG_CONFIG_HOME=%s.config",
            program_store());
    program_env(store_env);
    program_env(config_env);
    program_env("LANGUAGE=en");
    program_env("DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere");
    return rc;
}

char *machine_store(const char *name)
{
    return program_path(name);
}

void machine(const char *name)
{
    char *path = machine_store(name);

    snprintf(store_env, sizeof store_env, "ODUS_STORE=%s", path);
    snprintf(config_env, sizeof config_env, "XDG_CONFIG_HOME=%s.config", path);
    free(path);
}

char *machine_config(const char *name, const char *file)
{
    char *relative = xasprintf("%s.config/odus/%s", name, file);
    char *path = program_path(relative);
    struct buf text;

    if (file_read(path, FILE_MOST, &text, NULL) < 0)
        buf_init(&text, 0);
    free(path);
    free(relative);
    return buf_take(&text);
}

void machine_user(const char *name, const char *user)
{
    char *relative = xasprintf("%s.config/odus", name), *dir = program_path(relative);
    char *path = file_join(dir, "config"), *text = xasprintf("nom=%s\n", user);

    assert_int_equal(file_mkdirs(dir, 0700, NULL), 0);
    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    free(text);
    free(path);
    free(dir);
    free(relative);
}

const char *machine_venue(const char *name)
{
    char *field = xasprintf("nom=%s", name);
    const char *id;

    assert_int_equal(
            RUN("new", "lieu", field, "sous_type=theatre", "adresse.commune=Briançon",
                    "adresse.code_postal=05100", "adresse.voie=1 rue Pasteur"),
            0);
    free(field);
    id = output_id();
    assert_int_equal(RUN("complete", id), 0);
    return id;
}

/* --- processes -------------------------------------------------------------------- */

pid_t worker_of(pid_t pid)
{
    char path[80], text[32] = "";
    long long child = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    f = fopen(path, "r");
    if (f && fgets(text, sizeof text, f) && !view_int(view_trim(view_of(text)), &child))
        child = 0;
    if (f)
        fclose(f);
    return (pid_t)child;
}

bool is_alive(pid_t pid)
{
    return kill(pid, 0) == 0 || errno != ESRCH;
}

static int exit_status(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* One line, byte by byte: what follows stays in the pipe. Owned. */
static char *read_line(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct buf line;
    char c;

    buf_init(&line, 0);
    while (poll(&p, 1, PATIENCE_MS) == 1 && read(fd, &c, 1) == 1 && c != '\n')
        buf_addc(&line, c);
    return buf_take(&line);
}

/* --- odus serve ------------------------------------------------------------------- */

/* A test that fails leaves no server behind. */
static void end_with_the_test(void)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

struct served serve_start(const char *name, const char *const *words)
{
    const char *argv[20] = {"--store", NULL, "--lang", "en", "serve", "--json"};
    struct served s = {.worker = 0};
    struct running r;
    char *line;

    argv[1] = machine_store(name);
    for (size_t i = 0; words[i] && i < 12; i++)
        argv[6 + i] = words[i];
    faults_before_exec = end_with_the_test;
    r = faults_start(argv);
    faults_before_exec = NULL;
    free((char *)argv[1]);
    s.pid = r.pid;
    s.in = r.in;
    s.out = r.out;
    line = read_line(s.out);
    if (json_parse(view_of(line), FILE_MOST, &s.event, NULL) < 0 ||
            !json_get_text(s.event, "url"))
        fail_msg("it does not serve: %s", line);
    s.url = xstrdup(json_get_text(s.event, "url"));
    s.invite = xstrdup(json_get_text(s.event, "invite"));
    s.worker = worker_of(s.pid);
    free(line);
    return s;
}

int serve_end(struct served *s, int sig)
{
    int status;

    kill(s->pid, sig);
    status = exit_status(s->pid);
    if (s->worker)
        assert_false(is_alive(s->worker));
    close(s->in);
    close(s->out);
    free(s->url);
    free(s->invite);
    json_free(s->event);
    return status;
}

/* --- a port that answers anything ------------------------------------------------- */

static void answer_all(int listener, const char *answer)
{
    char request[4096];

    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0 || read(fd, request, sizeof request) <= 0)
            continue;
        if (write(fd, answer, strlen(answer)) < 0)
            _exit(1);
        close(fd);
    }
}

struct stub stub_start(const char *answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t n = sizeof at;
    struct stub s = {.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(s.listener, (struct sockaddr *)&at, n), 0);
    assert_int_equal(listen(s.listener, 8), 0);
    assert_int_equal(getsockname(s.listener, (struct sockaddr *)&at, &n), 0);
    s.port = ntohs(at.sin_port);
    snprintf(s.url, sizeof s.url, "http://127.0.0.1:%d", s.port);
    if (answer) {
        s.pid = fork();
        if (s.pid == 0)
            end_with_the_test();
        if (s.pid == 0)
            answer_all(s.listener, answer);
    }
    return s;
}

void stub_wait(const struct stub *s)
{
    struct pollfd p = {.fd = s->listener, .events = POLLIN};

    assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
}

void stub_end(struct stub *s)
{
    close(s->listener);
    if (s->pid) {
        kill(s->pid, SIGKILL);
        waitpid(s->pid, NULL, 0);
    }
}

/* --- PouchDB Server --------------------------------------------------------------- */

bool pouch_start(struct pouch *p)
{
    const char *folder = getenv("ODUS_PEERS");
    char *package = folder ? file_join(folder, "node_modules/pouchdb-server") : NULL;
    char *data = program_path("pouch"), *line;
    bool there = package && file_exists(package);
    int to[2], from[2];

    free(package);
    if (!there) {
        free(data);
        return false;
    }
    assert_int_equal(file_mkdirs(data, 0700, NULL), 0);
    assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
    p->pid = fork();
    if (p->pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        execlp("node", "node", "tests/peers/server.js", data, "memory", (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    free(data);
    line = read_line(from[0]);
    close(from[0]);
    p->in = to[1];
    snprintf(p->url, sizeof p->url, "http://127.0.0.1:%.20s", line);
    there = *line != 0;
    free(line);
    if (!there)
        pouch_end(p);
    return there;
}

void pouch_end(struct pouch *p)
{
    close(p->in); /* the end of its input is its own */
    (void)exit_status(p->pid);
}

/* --- secrets ---------------------------------------------------------------------- */

static const char *wanted;
static char *found;

static int look(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    struct buf text;

    (void)st;
    (void)ftw;
    if (type != FTW_F || found || file_read(path, FILE_MOST, &text, NULL) < 0)
        return 0;
    if (memmem(text.s, text.len, wanted, strlen(wanted)))
        found = xstrdup(path);
    buf_release(&text);
    return 0;
}

char *file_with(const char *folder, const char *text)
{
    wanted = text;
    found = NULL;
    nftw(folder, look, 16, FTW_PHYS);
    return found;
}
