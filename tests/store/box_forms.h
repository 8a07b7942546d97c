#ifndef ODUS_TESTS_STORE_BOX_FORMS_H
#define ODUS_TESTS_STORE_BOX_FORMS_H

#include "odus/store/forms.h"
#include "odus/store/summary.h"

/* Small forms to find records by: lieu, structure, evenement, in box_path("forms"). */

/** Writes the files and gives the forms; the test frees them. */
struct forms *box_forms(struct store *store);

/** Writes or replaces the file NAME beside the forms. */
void box_form_file(const char *name, const char *text);

/** JSON with ' for "; json_free it. */
struct json *box_json(const char *json);

/** The record in JSON with ' for ", attached to its form's engine; rec_free it. */
struct rec *box_rec(struct forms *forms, const char *type, const char *json,
        struct engine **ret_engine);

/** Its summary; release it. */
struct summary box_summary_of(struct forms *forms, const char *type, const char *json);

/** Stores that record as a first revision, or as a draft. */
void box_record(
        struct store *store, struct forms *forms, const char *type, const char *json);
void box_draft_of(
        struct store *store, struct forms *forms, const char *type, const char *json);

/** What the function NAME of expressions gives, "NULL" for NULL. Borrowed. */
const char *box_ask(struct forms *forms, const char *name, const char *a, const char *b,
        const char *c, const char *d, const char *e);

#endif
