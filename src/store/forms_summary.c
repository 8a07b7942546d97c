/* Summaries of records that come from elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "forms_priv.h"
#include "odus/form/body.h"

/* The version it was written with, else the current one; NULL for an unknown type. */
static const struct form *form_of(
        struct forms *forms, const struct json *body, struct engine **ret_engine)
{
    const char *type = json_get_text(body, "type");
    const char *hash = json_get_text(body, "formulaire");
    const struct form *form = NULL;

    if (!type || strlen(type) > FORM_NAME_SHOWN || !forms_known(forms, type))
        return NULL;
    if (hash && forms_get_reader(forms, type, hash, &form, ret_engine, NULL) == 0)
        return form;
    if (forms_get_reader(forms, type, NULL, &form, ret_engine, NULL) == 0)
        return form;
    return NULL;
}

/* `titre` or `nom`, of a multilingual text the first. */
static char *name_of(const struct json *body)
{
    const struct json *name = json_get(body, "titre");
    struct json_iter it = {0};

    if (!name)
        name = json_get(body, "nom");
    if (json_kind(name) == JSON_KIND_OBJECT && json_iter(name, &it))
        name = it.val;
    return xstrdup(json_as_text(name));
}

/*
 * Its own version is not here: it hangs on the document of its form, so that it is
 * written anew when that comes (record_due).
 */
static void await_form(const struct json *body, struct summary *ret)
{
    const char *type = json_get_text(body, "type");
    char uid[37];
    size_t n = 0;

    if (!type || strlen(type) > FORM_NAME_SHOWN || publish_is(type))
        return;
    publish_uid(PUBLISH_FORM, type, uid);
    while (ret->links && ret->links[n])
        n++;
    ret->links = xrealloc(ret->links, n + 2, sizeof(*ret->links));
    ret->links[n] = xstrdup(uid);
    ret->links[n + 1] = NULL;
}

static bool is_version(const struct json *body, const struct form *form)
{
    const char *hash = json_get_text(body, "formulaire");

    return form && (!hash || strcmp(hash, form->hash) == 0);
}

/* What can be said of a record that no form here reads. */
static void summarise_unknown(const struct json *body, struct summary *ret)
{
    const char *type = json_get_text(body, "type");
    bool usable = type && *type && strlen(type) <= FORM_NAME_SHOWN;

    *ret = (struct summary){
            .type = xstrdup(usable ? type : "?"),
            .status = xstrdup(json_get_text(body, FIELD_STATUS)),
            .title = name_of(body),
            .sample = json_get_bool(body, FIELD_SAMPLE, false),
            .hidden = true,
    };
}

int forms_summarise(struct forms *forms, const struct json *body, struct summary *ret,
        struct err *err)
{
    const char *uid = json_get_text(body, "_id");
    struct engine *engine = NULL;
    const struct form *form;
    struct rec *rec;

    if (json_kind(body) != JSON_KIND_OBJECT)
        return err_set(err, ERR_INVALID, N_("the record's body is not a JSON object"));
    form = form_of(forms, body, &engine);
    rec = form ? rec_new(form) : NULL;
    if (rec && body_look(body, rec, NULL) == 0) {
        engine_read(engine, rec);
        summary_build(forms, engine, rec, ret);
        engine_read(engine, NULL);
    } else {
        summarise_unknown(body, ret);
    }
    if (!is_version(body, form))
        await_form(body, ret);
    rec_free(rec);
    free(ret->uid);
    ret->uid = xstrdup(uid);
    return 0;
}
