#ifndef ODUS_TESTS_REPL_PEER_H
#define ODUS_TESTS_REPL_PEER_H

#include "odus/base/json.h"

/** JSON of TEXT with ' for "; owned. The test fails when it is none. */
struct json *peer_json(const char *text);

/** Canonical text of J, which it frees; good for the next three calls. */
const char *peer_text(struct json *j);

/* Two identifiers of records. */
#define PEER_A "01900000-0000-7000-8000-00000000000a"
#define PEER_B "01900000-0000-7000-8000-00000000000b"

#endif
