/* The validation function for CouchDB gives the answers of roles_check. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odus/repl/roles.h"
#include "vectors.h"

/*
 * Each case in a context that has nothing but the language, with documents that cannot
 * be changed. Prints what is otherwise than the vector says; "ok" when nothing is.
 */
static const char runner[] =
        "'use strict';\n"
        "var vm = require('vm');\n"
        "function freeze(x) {\n"
        "  if (x && typeof x === 'object') {\n"
        "    Object.keys(x).forEach(function (k) { freeze(x[k]); });\n"
        "    Object.freeze(x);\n"
        "  }\n"
        "  return x;\n"
        "}\n"
        "function load(source) {\n"
        "  return vm.runInNewContext('\"use strict\";(' + source + ')',\n"
        "    Object.create(null));\n"
        "}\n"
        "var functions = [load(sources[0]), load(sources[1])];\n"
        "var wrong = 0;\n"
        "sources.forEach(function (source) {\n"
        "  if (/=>|`|\\b(let|const|class|async|require|process)\\b/.test(source)) {\n"
        "    console.log('not plain ECMAScript 5'); wrong++;\n"
        "  }\n"
        "});\n"
        "cases.forEach(function (one) {\n"
        "  var said = '', user = { db: 'commons', name: one.user || null,\n"
        "    roles: one.roles };\n"
        "  try {\n"
        "    functions[one.training ? 1 : 0](freeze(one['new']), freeze(one.old),\n"
        "      freeze(user), freeze({}));\n"
        "  } catch (e) {\n"
        "    said = e.forbidden || e.unauthorized || String(e);\n"
        "    if ((said === 'sign in first') !== (e.unauthorized !== undefined)) {\n"
        "      said += ' in the wrong way';\n"
        "    }\n"
        "  }\n"
        "  if (said !== one.reason) {\n"
        "    console.log(one.what + ': ' + said); wrong++;\n"
        "  }\n"
        "});\n"
        "console.log(wrong ? 'wrong' : 'ok ' + cases.length);\n";

static void add_source(struct json *sources, bool training)
{
    struct json *design = roles_design(training);

    json_push_take(sources, json_retain(json_get(design, "validate_doc_update")));
    json_free(design);
}

static void write_program(int fd)
{
    struct json *all = vectors_read(), *sources = json_new_array();
    struct buf text;

    add_source(sources, false);
    add_source(sources, true);
    buf_init(&text, 0);
    buf_adds(&text, "var sources = ");
    json_canonical(sources, &text);
    buf_adds(&text, ";\nvar cases = ");
    json_canonical(all, &text);
    buf_adds(&text, ";\n");
    buf_adds(&text, runner);
    assert_int_equal(write(fd, text.s, text.len), (long)text.len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    buf_release(&text);
    json_free(sources);
    json_free(all);
}

/* Runs node on the program in FD; what it prints goes to OUT. -1: there is no node. */
static int run_node(int fd, struct buf *out)
{
    int ends[2], status = 0;
    char bytes[4096];
    long n;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(fd, 0);
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        execlp("node", "node", "-", (char *)NULL);
        _exit(errno == ENOENT ? 127 : 126);
    }
    close(ends[1]);
    while ((n = read(ends[0], bytes, sizeof(bytes))) > 0)
        buf_add(out, bytes, (size_t)n);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -1 : 0;
}

static void roles_javascript__vectors__same_answers_as_here(void **state)
{
    FILE *program = tmpfile();
    struct buf out;
    int rc;

    (void)state;
    assert_non_null(program);
    write_program(fileno(program));
    buf_init(&out, 0);
    rc = run_node(fileno(program), &out);
    fclose(program);
    if (rc == 0 && strncmp(out.s, "ok ", 3) != 0)
        fail_msg("%s", out.s);
    buf_release(&out);
    if (rc < 0)
        skip();
}

static void roles_design__document__is_one_couchdb_takes(void **state)
{
    struct json *design = roles_design(false);

    (void)state;
    assert_string_equal(json_get_text(design, "_id"), "_design/odus");
    assert_string_equal(json_get_text(design, "language"), "javascript");
    assert_int_equal(
            strncmp(json_get_text(design, "validate_doc_update"), "function ", 9), 0);
    json_free(design);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(roles_javascript__vectors__same_answers_as_here),
            cmocka_unit_test(roles_design__document__is_one_couchdb_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
