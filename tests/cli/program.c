#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "program.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/base/buf.h"
#include "odus/base/file.h"
#include "odus/base/json.h"
#include "odus/base/mem.h"

enum { WORDS_MAX = 40, ENV_MAX = 8, OUTPUT_MAX = 16 * 1024 * 1024 };

char *out, *err;

static char *folder; /* of the test */
static char *store;
static const char *more_env[ENV_MAX];
static size_t nenv;
static const char *other_out;

void program_stdout(const char *path)
{
    other_out = path;
}

const char *program_store(void)
{
    return store;
}

char *program_path(const char *name)
{
    return file_join(folder, name);
}

void program_env(const char *assignment)
{
    assert_true(nenv < ENV_MAX);
    more_env[nenv++] = assignment;
}

int program_setup(void **state)
{
    const char *bin = getenv("ODUS_BIN");
    const char *tmp = getenv("TMPDIR");

    (void)state;
    nenv = 0;
    folder = xasprintf("%s/odus-cli-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    store = file_join(folder, "store");
    return bin && access(bin, X_OK) == 0 ? 0 : -1;
}

int program_setup_samples(void **state)
{
    return program_setup(state) || RUN("sample", "add") != 0 ? -1 : 0;
}

static int remove_one(
        const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

int program_teardown(void **state)
{
    (void)state;
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(folder);
    free(store);
    free(out);
    free(err);
    folder = store = out = err = NULL;
    return 0;
}

static void redirect(const char *path, int flags, int to)
{
    int fd = open(path, flags, 0600);

    if (fd < 0 || dup2(fd, to) < 0)
        _exit(126);
    close(fd);
}

static void set_environment(void)
{
    setenv("ODUS_STORE", store, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("ODUS_NOW", "2026-11-21T09:00:00Z", 1);
    for (size_t i = 0; i < nenv; i++) {
        char *name = xstrndup(more_env[i], strcspn(more_env[i], "="));

        setenv(name, strchr(more_env[i], '=') + 1, 1);
        free(name);
    }
}

static void become_program(
        const char *const *words, const char *in, const char *o, const char *e)
{
    char *argv[WORDS_MAX + 2] = {getenv("ODUS_BIN")};

    for (size_t i = 0; words[i] && i < WORDS_MAX; i++)
        argv[i + 1] = xstrdup(words[i]);
    set_environment();
    redirect(in, O_RDONLY, STDIN_FILENO);
    redirect(o, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(e, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    execv(argv[0], argv);
    _exit(127);
}

static char *read_output(const char *path)
{
    struct buf text;

    assert_int_equal(file_read(path, OUTPUT_MAX, &text, NULL), 0);
    return buf_take(&text);
}

/* P: nothing that comes out may command a terminal, C1 controls in UTF-8 included. */
static void check_harmless(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool control = (*p < 0x20 && *p != '\n') || *p == 0x7f;

        if (control || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
            fail_msg("control character in: %s", text);
    }
}

int run_words(const char *input, size_t ninput, const char *const *words)
{
    char *in = program_path("in"), *o = program_path("out"), *e = program_path("err");
    int status;
    pid_t pid;

    assert_int_equal(
            file_write_atomic(in, (struct view){input, ninput}, 0600, NULL), 0);
    pid = fork();
    if (pid == 0)
        become_program(words, in, other_out ? other_out : o, e);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    free(out);
    free(err);
    out = other_out ? xstrdup("") : read_output(o);
    other_out = NULL;
    err = read_output(e);
    free(in);
    free(o);
    free(e);
    if (!WIFEXITED(status))
        fail_msg("signal %d, after: %s%s", WTERMSIG(status), out, err);
    check_harmless(out);
    check_harmless(err);
    return WEXITSTATUS(status);
}

void expect_text(const char *where, const char *text)
{
    if (!strstr(where, text))
        fail_msg("\"%s\" is not in: %s", text, where);
}

void refuse_text(const char *where, const char *text)
{
    if (strstr(where, text))
        fail_msg("\"%s\" is in: %s", text, where);
}

struct json *output_json(void)
{
    struct json *json = NULL;

    if (json_parse(view_of(out), OUTPUT_MAX, &json, NULL) < 0)
        fail_msg("no JSON: %s", out);
    return json;
}

const char *output_id(void)
{
    static char id[37];

    assert_true(strlen(out) >= 37);
    assert_int_equal(out[36], '\n');
    snprintf(id, sizeof(id), "%s", out);
    return id;
}
