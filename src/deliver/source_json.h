#ifndef ODUS_DELIVER_SOURCE_JSON_H
#define ODUS_DELIVER_SOURCE_JSON_H

#include "proposal.h"

/** What the two sources in JSON share. */

/** A text, a number or a boolean as text; nothing for anything else. */
void source_scalar(const struct json *j, struct buf *out) ATTR_NONNULL(2);

/** VALUE under NAME of `left`: a text as it is, else as JSON; nothing when empty. */
void source_leave(struct proposal *p, const char *name, const struct json *value)
        ATTR_NONNULL(1, 2);

/** A French or Italian number as E.164 at PATH, else it is left under NAME. */
void source_phone(struct proposal *p, const char *path, const char *name,
        struct view text) ATTR_NONNULL(1, 2, 3);

/** The same for an address of e-mail. */
void source_email(struct proposal *p, const char *path, const char *name,
        struct view text) ATTR_NONNULL(1, 2, 3);

/** A means of booking: what it is is seen from VALUE. False: nothing of the kind. */
bool source_booking(struct proposal *p, struct view value) ATTR_NONNULL(1);

/** A further {systeme, valeur} in the array at PATH. */
void source_ext_id(struct proposal *p, const char *path, const char *system,
        struct view value) ATTR_NONNULL(1, 2, 3);

/** Code of systemes_externes for a foreign key ("MCCBLCID"); NULL: unknown. */
const char *source_system(const char *key) ATTR_NONNULL_ALL;

/** A keyword: one of our genres, and in any case of mots_cles. */
void source_keyword(struct proposal *p, struct view word) ATTR_NONNULL(1);

/** Parses one element; text that is not UTF-8 is taken for Windows-1252, *RET_LATIN
 * then. Errors of json_parse. */
int source_parse(struct view text, struct json **ret, bool *ret_latin,
        struct err *err) ATTR_CHECK ATTR_NONNULL(2, 3);

#endif
