#ifndef ODUS_TESTS_FORM_DOMAIN_H
#define ODUS_TESTS_FORM_DOMAIN_H

/**
 * What the domain requires of the forms, written down a second time: who changes a
 * form on purpose changes it here too. Lists are words parted by blanks.
 */
enum { DOMAIN_FORMS = 6 };

/** FIELDS and RULES are all there may be; DRAFT (r) and PUBLISHED (R without r) are
 * asked whatever the answers. */
extern const struct domain_form {
    const char *name, *fields, *rules, *draft, *published;
} domain_forms[DOMAIN_FORMS];

/** What blocks ('e'), warns ('w') or informs ('i'); ends with 0. */
extern const struct domain_severity {
    char letter;
    const char *rules;
} domain_severities[];

/** All codes of the vocabularies; ends with NULL. */
extern const struct domain_list {
    const char *form, *list, *codes;
} domain_lists[];

/** FORM:FIELD that have one text per language. */
extern const char domain_multilingual[];

#endif
