#ifndef ODUS_FORM_BODY_PRIV_H
#define ODUS_FORM_BODY_PRIV_H

#include "odus/form/body.h"

/** Shared by body_read.c and body_write.c. */

/** True for the types whose value is a JSON integer. */
bool body_is_number(const struct form_field *field) ATTR_PURE ATTR_NONNULL_ALL;

/** Name of a group or repeat inside the object it stands in. */
const char *body_table_key(const struct form *form, int table) ATTR_NONNULL_ALL;

/** The member of BODY (which may be NULL) that holds TABLE; BODY for the record. */
struct json *body_member(const struct json *body, const struct form *form, int table)
        ATTR_NONNULL(2);

#endif
