#ifndef ODUS_DELIVER_JSONLD_H
#define ODUS_DELIVER_JSONLD_H

#include "odus/deliver/format.h"

/** The schema.org node of performance P of the event N, with its context; owned. */
struct json *jsonld_performance(const struct delivery *d, const struct notice *n,
        const struct performance *p) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/* --- its parts, jsonld_things.c; nodes are owned by the caller -------------------- */

struct json *jsonld_thing(const char *type) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
struct json *jsonld_place(const struct delivery *d, const struct notice *n,
        const struct json *body) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;
struct json *jsonld_organisation(const struct delivery *d,
        const struct json *body) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** Whoever UID is (NULL: nobody); NULL when they may not be named. */
struct json *jsonld_agent(const struct delivery *d, const struct notice *n,
        const char *uid) ATTR_CHECK ATTR_NONNULL(1, 2);
/** Adds everybody whom UIDS names, one or an array (NULL: none), to LIST. */
void jsonld_add_agents(const struct delivery *d, const struct notice *n,
        const struct json *uids, struct json *list) ATTR_NONNULL(1, 2, 4);

/* Members of OBJ; nothing where the value is blank. */

/** TEXT is released. */
void jsonld_set_buf(
        struct json *obj, const char *key, struct buf *text) ATTR_NONNULL_ALL;
/** An enumeration's member by its name; NULL: blank. */
void jsonld_set_iri(struct json *obj, const char *key, const char *name)
        ATTR_NONNULL(1, 2);
void jsonld_set_id(const struct delivery *d, struct json *obj, const char *type,
        const char *uid) ATTR_NONNULL_ALL;
void jsonld_set_moment(
        struct json *obj, const char *key, const struct moment *m) ATTR_NONNULL_ALL;
/** LIST is taken; a list of one is that one. */
void jsonld_set_list(
        struct json *obj, const char *key, struct json *list) ATTR_NONNULL_ALL;
/** `name`, and `alternateName` in other languages. */
void jsonld_set_names(const struct delivery *d, struct json *obj,
        const struct json *body, const char *field) ATTR_NONNULL_ALL;
void jsonld_set_description(const struct delivery *d, struct json *obj,
        const struct json *body) ATTR_NONNULL_ALL;
/** `subjectOf`: the record N that OBJ is made of. */
void jsonld_set_record(const struct delivery *d, const struct notice *n,
        struct json *obj) ATTR_NONNULL_ALL;

#endif
