#ifndef ODUS_DELIVER_FACTS_H
#define ODUS_DELIVER_FACTS_H

#include "odus/deliver/format.h"

/** What several consumers ask of a record, found in one way for all. */

/** Kinds of disability: codes of list handicaps of form lieu, NULL-terminated. */
extern const char *const facts_handicaps[];

/**
 * Whether people of KIND find at venue PLACE (uid, "" none) what they need, or at some
 * performance of N there where the building says nothing. What is unknown is no.
 */
bool facts_access(
        const struct notice *n, const char *place, const char *kind) ATTR_NONNULL_ALL;

/** Name under which UID (NULL: nobody), a person or a structure, is published; NULL
 * where they may not be named. Borrowed from N. */
const char *facts_name(const struct notice *n, const char *uid) ATTR_NONNULL(1);

/** P takes place, as far as anybody knows: it is neither cancelled nor postponed. */
bool facts_takes_place(const struct performance *p) ATTR_NONNULL_ALL;

/** TEXT is a web address as strict readers take it: ids_url_ok, and no character that
 * RFC 3986 wants escaped. NULL is none. */
bool facts_is_address(const char *text);

/** TEXT is an e-mail address of ASCII alone. NULL is none. */
bool facts_is_email(const char *text);

/** TEXT is a telephone number in the form of E.164. */
bool facts_is_phone(struct view text);

/** TEXT (NULL: nothing) in one line, without control characters and without blanks of
 * any kind at its ends. */
void facts_line(const char *text, struct buf *out) ATTR_NONNULL(2);

#endif
