#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "program.h"

/* --- certificates ----------------------------------------------------------------- */

static const char config[] = "[ca]\n"
                             "default_ca = coop\n"
                             "[coop]\n"
                             "certificate = ca.pem\n"
                             "private_key = ca.key\n"
                             "database = index\n"
                             "new_certs_dir = .\n"
                             "rand_serial = yes\n"
                             "unique_subject = no\n"
                             "default_md = sha256\n"
                             "policy = any\n"
                             "[any]\n"
                             "commonName = supplied\n"
                             "[req]\n"
                             "distinguished_name = none\n"
                             "x509_extensions = authority\n"
                             "[none]\n"
                             "[authority]\n"
                             "basicConstraints = critical, CA:TRUE\n"
                             "keyUsage = keyCertSign\n"
                             "[here]\n"
                             "subjectAltName = IP:127.0.0.1, IP:::1, DNS:localhost\n"
                             "[away]\n"
                             "subjectAltName = DNS:agenda.example.org\n";

#define NEW_KEY "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"

/* Runs ARGV in the folder of the certificates; its status, 127: it is not there. */
static int run(const char *const *argv)
{
    char *folder = program_path("tls");
    int status = 0;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            dup2(nowhere, fd);
        if (chdir(folder) == 0)
            execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    free(folder);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void write_file(const char *name, const char *text)
{
    char *relative = xasprintf("tls/%s", name), *path = program_path(relative);

    assert_int_equal(file_write_atomic(path, view_of(text), 0600, NULL), 0);
    free(path);
    free(relative);
}

static void sign(const char *name, const char *section, const char *until)
{
    char *key = xasprintf("%s.key", name), *pem = xasprintf("%s.pem", name);
    const char *const ask[] = {"openssl", "req", "-config", "cnf", NEW_KEY, "-subj",
            "/CN=odus", "-keyout", key, "-out", "request", NULL};
    const char *const give[] = {"openssl", "ca", "-config", "cnf", "-batch", "-notext",
            "-in", "request", "-out", pem, "-extensions", section, "-startdate",
            "20190101000000Z", "-enddate", until, NULL};

    assert_int_equal(run(ask), 0);
    assert_int_equal(run(give), 0);
    free(key);
    free(pem);
}

bool tls_make(void)
{
    static const char *const make[] = {"openssl", "req", "-x509", "-config", "cnf",
            NEW_KEY, "-days", "2", "-subj", "/CN=coop", "-keyout", "ca.key", "-out",
            "ca.pem", NULL};
    char *folder = program_path("tls");
    int status;

    assert_int_equal(file_mkdirs(folder, 0700, NULL), 0);
    free(folder);
    write_file("cnf", config);
    write_file("index", "");
    status = run(make);
    if (status == 127)
        return false;
    assert_int_equal(status, 0);
    sign("here", "here", "20991231000000Z");
    sign("away", "away", "20991231000000Z");
    sign("old", "here", "20200101000000Z");
    return true;
}

char *tls_authority(void)
{
    return program_path("tls/ca.pem");
}

char *tls_pair(const char *name)
{
    char *folder = program_path("tls");
    char *pair = xasprintf("%s/%s.pem,%s/%s.key", folder, name, folder, name);

    free(folder);
    return pair;
}

/* --- a server that says one thing ------------------------------------------------- */

/* The port of the line "ACCEPT 127.0.0.1:PORT". */
static int read_port(int fd)
{
    static const char accept[] = "ACCEPT 127.0.0.1:";
    char text[400] = "";
    const char *at = NULL;
    long long port = 0;

    for (size_t n = 0; n + 1 < sizeof text && read(fd, text + n, 1) == 1; n++)
        if (text[n] == '\n' && (at = strstr(text, accept)))
            break;
    at = at ? at + sizeof accept - 1 : text;
    if (!view_int((struct view){at, strcspn(at, "\n")}, &port))
        fail_msg("openssl s_server: %s", text);
    return (int)port;
}

struct tls_stub tls_stub_start(const char *name, const char *path, const char *text)
{
    char *cert = xasprintf("%s.pem", name), *key = xasprintf("%s.key", name);
    char *folder = program_path("tls"), *slash = strrchr(path, '/');
    char *relative = xasprintf("tls/%.*s", (int)(slash - path), path);
    char *beside = program_path(relative);
    const char *argv[] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
            cert, "-key", key, "-HTTP", NULL};
    struct tls_stub s = {0};
    int from[2];

    assert_int_equal(file_mkdirs(beside, 0700, NULL), 0);
    write_file(path, text);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    s.pid = fork();
    if (s.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(from[1], STDOUT_FILENO);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO); /* each file it answers by */
        if (chdir(folder) == 0)
            execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(from[1]);
    s.out = from[0];
    snprintf(s.url, sizeof s.url, "https://127.0.0.1:%d", read_port(s.out));
    free(beside);
    free(relative);
    free(folder);
    free(cert);
    free(key);
    return s;
}

void tls_stub_end(struct tls_stub *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    close(s->out);
}

/* --- what crosses the line -------------------------------------------------------- */

enum { TAP_MAX = 1024 * 1024 };

struct tap_log {
    size_t n;
    char bytes[TAP_MAX];
};

static int loopback_socket(int port, struct sockaddr_in *at)
{
    *at = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* One piece; false at the end. LOG may be NULL. */
static bool hand_on(int from, int to, struct tap_log *log)
{
    char bytes[16 * 1024];
    ssize_t n = read(from, bytes, sizeof bytes);

    if (n <= 0)
        return false;
    if (log && (size_t)n <= TAP_MAX - log->n) {
        memcpy(log->bytes + log->n, bytes, (size_t)n);
        log->n += (size_t)n;
    }
    return send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

static void relay(int listener, int port, struct tap_log *log)
{
    for (;;) {
        struct sockaddr_in at;
        int near = accept(listener, NULL, NULL), far = loopback_socket(port, &at);
        bool on = near >= 0 && connect(far, (struct sockaddr *)&at, sizeof at) == 0;

        while (on) {
            struct pollfd p[] = {
                    {.fd = near, .events = POLLIN}, {.fd = far, .events = POLLIN}};

            on = poll(p, 2, -1) > 0 && (!p[0].revents || hand_on(near, far, log)) &&
                 (!p[1].revents || hand_on(far, near, NULL));
        }
        close(near);
        close(far);
    }
}

struct tap tap_start(int port)
{
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    struct tap t = {.listener = loopback_socket(0, &at)};

    t.log = mmap(NULL, sizeof *t.log, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(t.log, MAP_FAILED);
    assert_int_equal(bind(t.listener, (struct sockaddr *)&at, n), 0);
    assert_int_equal(listen(t.listener, 8), 0);
    assert_int_equal(getsockname(t.listener, (struct sockaddr *)&at, &n), 0);
    t.port = ntohs(at.sin_port);
    t.pid = fork();
    if (t.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        relay(t.listener, port, t.log);
    }
    return t;
}

size_t tap_bytes(const struct tap *t)
{
    return *(volatile size_t *)&t->log->n;
}

void tap_refuse(const struct tap *t, const char *text)
{
    if (memmem(t->log->bytes, tap_bytes(t), text, strlen(text)))
        fail_msg("\"%s\" crossed the line", text);
}

void tap_end(struct tap *t)
{
    kill(t->pid, SIGKILL);
    waitpid(t->pid, NULL, 0);
    close(t->listener);
    munmap(t->log, sizeof *t->log);
}
