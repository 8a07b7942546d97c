#ifndef TESTS_CLI_PROGRAM_H
#define TESTS_CLI_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Runs the program of ODUS_BIN as a shell would, on a store of its own per test.
 * cmocka.h must be included before.
 */

/** Test setup and teardown: an empty folder for the store, skipped without program. */
int program_setup(void **state);
int program_teardown(void **state);

/** The same with the sample season in the store. */
int program_setup_samples(void **state);

/** "NAME=VALUE" for the runs to come of this test; at most 8. */
void program_env(const char *assignment);

/** Where standard output goes in the next run instead of `out`; a static path. */
void program_stdout(const char *path);

/** Folder of the store; a file NAME beside it, owned. */
const char *program_store(void);
char *program_path(const char *name);

/** What the last run printed. Checked at every run: no control character but line
 * feeds. */
extern char *out, *err;

/** Runs with the words, NULL-terminated; returns the exit status. */
int run_words(const char *input, size_t ninput, const char *const *words);

#define RUN(...) run_words("", 0, (const char *const[]){__VA_ARGS__, NULL})
#define RUN_INPUT(input, ...)                                                          \
    run_words(input, strlen(input), (const char *const[]){__VA_ARGS__, NULL})

void expect_text(const char *where, const char *text);
void refuse_text(const char *where, const char *text);

/** Standard output as JSON; the caller frees. Fails when it is none. */
struct json *output_json(void);

/** The identifier that the last run printed on a line of its own; valid until the next
 * call. */
const char *output_id(void);

#endif
