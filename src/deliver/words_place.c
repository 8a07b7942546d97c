/* Where it is, and who can come in. */
#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/base/mem.h"
#include "words_priv.h"

const char *words_locality(const struct delivery *d, const struct json *place)
{
    const char *code = notice_text_at(place, "adresse.commune");
    const char *label =
            code ? gate_cell(d->gate, "lieu", "communes", code, "label") : NULL;

    return label || code ? label : notice_text_at(place, "adresse.lieu_dit");
}

void words_town(const struct delivery *d, const struct json *place, struct buf *out)
{
    const char *country = notice_text_at(place, "adresse.pays");
    size_t begin = out->len;

    words_item(out, begin, "", notice_text_at(place, "adresse.code_postal"));
    words_item(out, begin, " ", words_locality(d, place));
    if (country && strcmp(country, "FR") != 0 && out->len > begin)
        buf_addf(out, " (%s)", country);
}

const struct json *words_located(const struct notice *n, const struct json *place)
{
    enum { PARENTS_MAX = 4 }; /* of halls in houses; a ring ends too */

    for (int i = 0; place && i < PARENTS_MAX; i++) {
        if (notice_text_at(place, "adresse.code_postal"))
            return place;
        place = notice_linked(n, json_get_text(place, "lieu_parent"));
    }
    return NULL;
}

void words_address(const struct delivery *d, const struct json *at, struct buf *out)
{
    static const char *const parts[] = {
            "adresse.complement", "adresse.voie", "adresse.lieu_dit"};
    size_t begin = out->len;
    struct buf town;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (i < 2 || notice_text_at(at, "adresse.commune"))
            words_item(out, begin, ", ", notice_text_at(at, parts[i]));
    buf_init(&town, 0);
    words_town(d, at, &town);
    words_item(out, begin, ", ", town.s);
    buf_release(&town);
}

void words_place(const struct delivery *d, const struct notice *n,
        const struct json *place, struct buf *out)
{
    const struct json *at = words_located(n, place);
    size_t begin = out->len;
    struct buf address;

    words_item(out, begin, "", words_text(d, place, "nom", NULL));
    if (at != place)
        words_item(out, begin, ", ", words_text(d, at, "nom", NULL));
    buf_init(&address, 0);
    words_address(d, at, &address);
    words_item(out, begin, ", ", address.s);
    buf_release(&address);
}

void words_where(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    const char *mode = json_get_text(n->body, "mode");
    bool nowhere = !*p->place && mode && strcmp(mode, "en_ligne") == 0;

    if (nowhere || strcmp(p->status, "passe_en_ligne") == 0)
        buf_adds(out, words(d, WORD_ONLINE));
    else
        words_place(d, n, notice_linked(n, p->place), out);
}

/* --- who can come in -------------------------------------------------------------- */

/* "boucle magnétique", "en fauteuil roulant (en autonomie)" */
static void add_level(const char *label, const char *level, bool first, struct buf *out)
{
    if (first)
        buf_adds(out, label);
    else
        words_lower(label, out);
    if (level) {
        buf_adds(out, " (");
        words_lower(level, out);
        buf_addc(out, ')');
    }
}

/* A way in that is not there is told too: somebody would come in vain. */
static void add_feature(const struct delivery *d, const struct form *form,
        const struct form_field *field, const char *value, bool first, struct buf *out)
{
    const char *label = form_text(form, &field->label, d->lang);
    bool graded = field->type == FORM_ONE;
    const char *level =
            graded && strcmp(value, "inconnu") != 0
                    ? words_label(d, form->name, form->lists[field->list].name, value)
                    : NULL;

    if (graded ? level != NULL : strcmp(value, "oui") == 0)
        add_level(label, level, first, out);
}

const char *words_feature(const struct delivery *d, const char *key, const char *value,
        const char **ret_level)
{
    const struct plan *plan = gate_plan(d->gate, "lieu");
    char *path = xasprintf("accessibilite.%s", key);
    int i = plan ? form_field_find(plan->form, view_of(path)) : -1;
    const struct form_field *field = i < 0 ? NULL : &plan->form->fields[i];

    free(path);
    *ret_level = field && field->type == FORM_ONE
                         ? words_label(d, plan->form->name,
                                   plan->form->lists[field->list].name, value)
                         : NULL;
    return field ? form_text(plan->form, &field->label, d->lang) : NULL;
}

void words_access(const struct delivery *d, const struct json *place, struct buf *out)
{
    static const char group[] = "accessibilite.";
    const struct plan *plan = place ? gate_plan(d->gate, "lieu") : NULL;
    size_t begin = out->len;
    struct buf feature;

    buf_init(&feature, 0);
    for (size_t i = 0; plan && i < plan->form->nfields; i++) {
        const struct form_field *field = &plan->form->fields[i];
        const char *value = notice_text_at(place, field->path);

        if (!value || strncmp(field->path, group, sizeof(group) - 1) != 0)
            continue;
        buf_clear(&feature);
        add_feature(d, plan->form, field, value, out->len == begin, &feature);
        words_item(out, begin, ", ", feature.s);
    }
    buf_release(&feature);
}
