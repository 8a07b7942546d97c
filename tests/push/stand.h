#ifndef TESTS_PUSH_STAND_H
#define TESTS_PUSH_STAND_H

#include <stdbool.h>
#include <stddef.h>

#include "odus/base/json.h"

/**
 * A stand-in for the agenda of others: a process of its own on a port of 127.0.0.1,
 * which remembers what was written, holds every request against the published rules,
 * and misbehaves when told to. Ended by stand_stop or with the process that started it.
 */
struct stand;

/** How the requests from now on are answered, one letter each; beyond: as they should.
 *   .  as it should be        u  401, and the token is worth nothing any more
 *   m  429, Retry-After: 0    a  503
 *   f  500                    c  the answer is cut in the middle
 *   l  done, then hangs up without an answer
 *   w  done, answered with values of wrong types
 *   e  done, answered without end
 *   h  a page of a portal     r  400 with a message
 *   k  done, then waits for ever
 * Requests for a token, and for what the agenda is, are answered as they should be and
 * take no letter. */
enum { STAND_MOODS = 64, STAND_THINGS = 400 };

struct stand_thing {
    char name[80]; /* our identifier there, or the number */
    long long number;
    int writes;
    bool gone;
    char state[16];
};

/** What a kind of agenda checks. Runs in the stand-in; the body of the answer is
 * printed into OUT; the result is the HTTP status. */
struct stand_request {
    char method[12], path[300];
    const char *head; /* terminated */
    struct view body;
};
struct stand_memory;
typedef int stand_handler(
        struct stand_memory *m, const struct stand_request *rq, struct buf *out);

/** Memory of both processes. */
struct stand_memory {
    char moods[STAND_MOODS];
    size_t mood;
    int token, tokens, requests, created, removed, looks, pictures;
    size_t n;
    struct stand_thing things[STAND_THINGS];
    char shown[40];         /* when objects were changed last, as Apidae says it */
    int cancelled;          /* demands that were taken back */
    char agenda[16 * 1024]; /* what it says of itself; "" that it asks for nothing */
    int agenda_status;      /* 0: 200 */
    char wrong[600];        /* the first rule that was broken; "" none */
    char last[64 * 1024];   /* body of the last write */
};

struct stand *stand_start(stand_handler *handler);
const char *stand_url(const struct stand *s);
struct stand_memory *stand_memory(struct stand *s);
void stand_moods(struct stand *s, const char *moods);
/** Until it holds an answer back (mood k). */
void stand_wait(struct stand *s);
/** Ends it; fails the test when a rule was broken. */
void stand_stop(struct stand *s);

/** For handlers: notes the first rule that is broken. */
void stand_wrong(struct stand_memory *m, const char *what, const char *value);
/** The thing of NAME, made when MAKE; NULL. */
struct stand_thing *stand_thing(struct stand_memory *m, const char *name, bool make);
/** Value of head NAME, copied (static); NULL. */
const char *stand_head(const struct stand_request *rq, const char *name);
/** Calls FN with each part of a multipart body; false: it is none, or broken (RFC 7578,
 * RFC 2046 §5.1). */
bool stand_parts(const struct stand_request *rq,
        void (*fn)(void *ctx, const char *name, const char *head, struct view bytes),
        void *ctx);

/** The two kinds. */
stand_handler stand_openagenda, stand_apidae;
#define STAND_KEY "cle secrete \"1\""
#define STAND_AGENDA "12345"
#define STAND_CLIENT "odus-client"
#define STAND_OWNER 77
#define STAND_PROJECT "90"
#define STAND_READ_KEY "LECTURE"

#endif
