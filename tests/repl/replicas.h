#ifndef ODUS_TESTS_REPL_REPLICAS_H
#define ODUS_TESTS_REPL_REPLICAS_H

#include "odus/store/replica.h"

/* Stores that exchange in a folder for one test, gone after it. */

struct replica {
    struct store *store;
    struct forms *forms;
};

/** Set-up and tear-down of each test. */
int replicas_make(void **state);
int replicas_remove(void **state);

/** The store NAME with the forms of all of them: `fiche`, see the source. */
struct replica replicas_open(const char *name);
void replicas_close(struct replica *r);

/** Version of that form, borrowed. */
const char *replicas_version(struct replica *r);

/** The record of TEXT (JSON with ' for "; `_id`, `uid`, `type`, `formulaire` and
 * `visibilite` are put in), canonical; owned. */
struct json *replicas_body(struct replica *r, const char *uid, const char *text);

/** Stores BODY, canonical or not, over BASE (NULL: the winner) and closes CLOSES (NULL:
 * none). Takes BODY; returns the revision, good for the next three calls. */
const char *replicas_put(struct replica *r, const char *uid, const char *base,
        const char *const *closes, struct json *body);

/** Stores BODY over the winner as it is, whatever the form says of it. Takes BODY. */
const char *replicas_put_raw(struct replica *r, const char *uid, struct json *body);

/** replicas_put for the record of TEXT over the winner. */
const char *replicas_write(struct replica *r, const char *uid, const char *text);

/** Body of the winner, or of REV; owned. */
struct json *replicas_read(struct replica *r, const char *uid, const char *rev);

/** How a pull goes. Zeroed: from SINCE, everything once, in order. */
struct pull {
    int64_t since;
    int (*roll)(int n); /* NULL: nothing by chance. Else order, doubling and halves
                           that get lost are as this rolls */
    size_t added, known;
};

/** TO pulls from FROM over the wire's JSON. Returns false where the half got lost;
 * P->since moves on otherwise. */
bool replicas_pull(struct replica *to, struct replica *from, struct pull *p);

/** Settles UID at R, ancestors' bodies from FROM (NULL: nobody has them). Returns the
 * leaves closed. */
int replicas_settle(struct replica *r, struct replica *from, const char *uid);

/** The leaves of UID, tombstones too, in order: "2-a 3-x†". Owned; "" for none. */
char *replicas_leaves(struct replica *r, const char *uid);

/** Living leaves of UID; their revisions to REVS, the winner first. */
size_t replicas_living(
        struct replica *r, const char *uid, size_t max, char revs[][REV_MAX]);

#endif
