/*
 * What an agenda of OpenAgenda asks for besides what all of them do (dev-doc:
 * docs/agendas/lecture.md and schemas.md, `schema.fields`): read once, when something
 * is about to be sent, and said of each thing that has not got it. Whether it is
 * refused for that, they decide.
 */
#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "push.h"

enum { DEMANDS_MAX = 40, WORDS_MAX = 80 /* bytes of a name or a label */ };

/* --- reading them ----------------------------------------------------------------- */

/* Their standard fields that a record may leave blank, and where it says them. */
static const char *const standard[][2] = {{"longDescription", "description"},
        {"conditions", "tarifs"}, {"keywords", "mots_cles"}, {"image", "images"},
        {"imageCredits", "images.credit"}, {"registration", "reservation.moyens"},
        {"accessibility", "accessibilite"}, {"age", "age_min"}};

static const char *our_field(const char *theirs)
{
    for (size_t i = 0; i < COUNT(standard); i++)
        if (strcmp(standard[i][0], theirs) == 0)
            return standard[i][1];
    return NULL;
}

/* What depends on other fields is not for us to judge. */
static bool is_asked_for(const struct json *field)
{
    return !json_get_bool(field, "optional", true) &&
           json_get_bool(field, "enable", true) &&
           json_kind(json_get(field, "enableWith")) <= JSON_KIND_NULL &&
           json_kind(json_get(field, "optionalWith")) <= JSON_KIND_NULL;
}

/* TEXT of theirs, harmless and short. */
static void set_words(struct json *demand, const char *key, struct view text)
{
    struct buf words;

    buf_init(&words, 0);
    if (text.n > WORDS_MAX)
        text.n = utf8_snap(text, WORDS_MAX);
    utf8_clean(text, 0, &words);
    json_set_text(demand, key, words.s);
    buf_release(&words);
}

/* In the language of the session, else French, else any; a text, or one by language. */
static struct view label_of(const struct push *p, const struct json *field)
{
    const struct json *label = json_get(field, "label");
    struct view text = json_as_view(label);

    if (!text.n)
        text = json_as_view(json_get(label, p->opt.lang));
    if (!text.n)
        text = json_as_view(json_get(label, "fr"));
    for (struct json_iter it = {0}; !text.n && json_iter(label, &it);)
        text = json_as_view(it.val);
    return text.n ? text : json_as_view(json_get(field, "field"));
}

static void take_field(struct push *p, const struct json *field)
{
    const char *name = json_get_text(field, "field");
    const char *type = json_get_text(field, "schemaType");
    const char *ours = name ? our_field(name) : NULL;
    struct json *demand;

    if (!name || !*name || !is_asked_for(field) ||
            (!ours && type && strcmp(type, "event") == 0))
        return;
    demand = json_new_object();
    json_set_text(demand, "name", name);
    json_set_text(demand, "ours", ours);
    set_words(demand, "field", view_of(ours ? ours : name));
    set_words(demand, "label", label_of(p, field));
    json_push_take(p->demands, demand);
}

static int read_agenda(struct push *p, struct err *err)
{
    char *path = xasprintf("/v2/agendas/%s?detailed=1", p->owner);
    struct net_answer a = {.status = 0};
    struct json *answer = NULL;
    const struct json *fields;
    int rc = p->net ? 0 : exchange_connect(p, err);

    if (rc == 0)
        rc = exchange(p, &(struct net_request){.method = "GET", .path = path}, false,
                &a, err);
    if (rc == 0)
        rc = exchange_result(&a, &answer, err);
    fields = json_get(json_get(answer, "schema"), "fields");
    if (rc == SENT && json_kind(fields) != JSON_KIND_ARRAY) {
        err_set(err, ERR_INVALID, N_("the answer is not what it should be"));
        rc = REFUSED;
    }
    for (size_t i = 0;
            rc == SENT && i < json_len(fields) && json_len(p->demands) < DEMANDS_MAX;
            i++)
        take_field(p, json_at(fields, i));
    json_free(answer);
    free(path);
    return rc;
}

static void warn(struct push *p, const struct err *why)
{
    struct json *event = work_event("warning");

    lines_set_err(event, why);
    work_tell(p->w, event);
}

/* Not knowing it keeps nothing from being sent; that there is no link does. */
static int read_demands(struct push *p, struct err *err)
{
    struct err why = {0}, warning = {0};
    int rc = REFUSED;

    p->demands = json_new_array();
    if (p->dry_run && !p->key)
        err_set(&why, ERR_NOT_FOUND,
                N_("no key is kept: odus push openagenda --set-key"));
    else
        rc = read_agenda(p, &why);
    if (rc == ERR_STOPPED || (rc < 0 && !p->dry_run)) {
        if (err)
            *err = why;
        return rc;
    }
    if (rc != SENT) {
        p->network = false;
        err_set(&warning, ERR_NOT_FOUND,
                N_("what this agenda asks for besides is not known"));
        warn(p, &warning);
        warn(p, &why);
    }
    return 0;
}

/* --- beside a thing --------------------------------------------------------------- */

static bool is_blank(const struct json *value)
{
    enum json_kind kind = json_kind(value);

    return kind <= JSON_KIND_NULL ||
           (kind == JSON_KIND_TEXT && !json_as_view(value).n) ||
           ((kind == JSON_KIND_ARRAY || kind == JSON_KIND_OBJECT) && !json_len(value));
}

int demands_check(struct push *p, const struct item *item, struct err *err)
{
    int rc = 0;

    if (is_venue(item->name) || strcmp(item->uid, p->demanded) == 0)
        return 0;
    memcpy(p->demanded, item->uid, sizeof(p->demanded));
    if (!p->demands)
        rc = read_demands(p, err);
    for (size_t i = 0; rc == 0 && i < json_len(p->demands); i++) {
        const struct json *demand = json_at(p->demands, i);
        bool ours = json_get(demand, "ours") != NULL;
        const struct note note = {.kind = NOTE_MISSING,
                .field = json_get_text(demand, "field"),
                .message = ours ? N_("This agenda asks for \"%1$s\": give it in the "
                                     "record.")
                                : N_("This agenda asks for \"%1$s\", which odus does "
                                     "not send: its administrators can make it "
                                     "optional."),
                .args = {json_get_text(demand, "label")}};

        if (is_blank(json_get(item->body, json_get_text(demand, "name"))))
            tell_note(p, item->uid, &note);
    }
    return rc;
}
