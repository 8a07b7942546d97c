#ifndef ODUS_TESTS_DELIVER_FIELDS_H
#define ODUS_TESTS_DELIVER_FIELDS_H

#include "odus/store/forms.h"

/*
 * Records to see which fields a format carries. There are three of each form, linked to
 * one another: 0 is looked at, references lead to the others.
 */
enum fields_how {
    FIELDS_BASE,
    FIELDS_OTHER, /* another value */
    FIELDS_LONG,  /* a text as long as the form allows, which ends in FIELDS_END */
};
#define FIELDS_END "ZZFIN"

/** Forms whose records leave, NULL-terminated. */
extern const char *const fields_types[];

/** Number, for desk_uid, of record I (0 to 2) of the form TYPE. */
int fields_number(const char *type, int i);

/**
 * A record of FORM with every public field filled, or SPARSE with those alone that it
 * needs to be delivered. FIELD (-1: none) has its value by HOW, and is there in any
 * case. Owned.
 */
struct fields_wish {
    bool sparse;
    int field;
    enum fields_how how;
};
struct json *fields_record(const struct form *form, const struct fields_wish *wish);

/** The form of that name. */
const struct form *fields_form(const char *type);

/** Puts record I of the form TYPE into the desk's store, as WISH has it; the three of
 * each form. */
void fields_put(const char *type, int i, struct fields_wish wish);
void fields_put_world(bool sparse);

/** Whether the format's answer depends on what FIELD of FORM holds at all: those that
 * decide whether a record leaves, and its identifiers, are not looked at. */
bool fields_looked_at(const struct form *form, int field);

/** One text of any content. */
bool fields_is_prose(const struct form *form, int field);

#endif
