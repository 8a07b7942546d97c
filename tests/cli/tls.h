#ifndef TESTS_CLI_TLS_H
#define TESTS_CLI_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * Certificates as a private authority makes them, in the folder of the test, and a look
 * at what crosses the line. cmocka.h must be included before.
 */

/**
 * Makes the authority, and certificates signed by it: `here` for this machine
 * (127.0.0.1, ::1, localhost), `away` for agenda.example.org, `old` for this machine
 * until 2020. False: openssl(1) is not there.
 */
bool tls_make(void);

/** PEM file of the authority; "CERT,KEY" of NAME. Owned. */
char *tls_authority(void);
char *tls_pair(const char *name);

/**
 * `openssl s_server` with the certificate of NAME: answers GET by TEXT, head included,
 * at the one path it has. Ends with the test.
 */
struct tls_stub {
    pid_t pid;
    int out;
    char url[60];
};
struct tls_stub tls_stub_start(const char *name, const char *path, const char *text);
void tls_stub_end(struct tls_stub *s);

/** A port that hands everything on to PORT and back, one connection after the other,
 * and remembers what came in. */
struct tap {
    pid_t pid;
    int port, listener;
    struct tap_log *log;
};
struct tap tap_start(int port);
/** Fails where the bytes that came in hold TEXT, plain or in base64. */
void tap_refuse(const struct tap *t, const char *text);
/** Bytes that came in. */
size_t tap_bytes(const struct tap *t);
void tap_end(struct tap *t);

#endif
