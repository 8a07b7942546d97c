#ifndef ODUS_BASE_JSON_PRIV_H
#define ODUS_BASE_JSON_PRIV_H

#include "odus/base/json.h"

/*
 * What json.c, json_read.c and json_write.c share. A value is one block, its text or
 * number behind the head; arrays and objects have a second one for what they hold.
 */
struct json {
    enum json_kind kind;
    unsigned refs; /* 0: a constant, never freed */
};

struct json_string {
    struct json head;
    size_t n;
    char s[]; /* terminated */
};

struct json_number {
    struct json head;
    union {
        int64_t n;
        double d;
        bool yes;
    } as;
};

struct json_list {
    struct json head;
    size_t n, cap;
    struct json **at;
};

struct json_member {
    char *key;
    size_t len; /* of the key */
    struct json *val;
};

struct json_object {
    struct json head;
    size_t n, cap;
    struct json_member *at; /* in the order they were added */
    uint32_t *slots; /* of large ones: hash to place + 1; 0 is free. NULL: none */
    size_t nslots;   /* a power of two, at least twice N */
};

/** A text of N bytes that the caller writes, and cuts where it took fewer. */
struct json_string *json_string_new(size_t n) ATTR_RETNONNULL ATTR_CHECK;

/** KEY is UTF-8 without NUL; VAL, not NULL, is owned from then on. */
void json_put(struct json *obj, struct view key, struct json *val) ATTR_NONNULL(1, 3);

/** Members of OBJ, NULL for any other kind. */
struct json_object *json_members(const struct json *obj) ATTR_PURE;

#endif
