#ifndef ODUS_TESTS_REPL_VECTORS_H
#define ODUS_TESTS_REPL_VECTORS_H

#include "odus/base/json.h"

/**
 * tests/repl/roles.json with everything written out: [{what, user, roles, training,
 * old (an object or null), new, reason ("": may be written)}…]. In the file a document
 * says only in what it differs from an ordinary record of anne's, null for a member
 * that is not there; `user` is anne, `training` false. Owned.
 */
struct json *vectors_read(void);

#endif
