/* OpenAgenda: venues (dev-doc, docs/lieux/structure.md). */
#include "odus/deliver/text.h"
#include "openagenda.h"
#include "words.h"

enum { NAME_LEN = 100, ADDRESS_LEN = 255, ACCESS_LEN = 1000 };

struct json *oa_ext_ids(const char *value)
{
    struct json *list = json_new_array(), *id = json_new_object();

    json_set_text(id, "key", "odus");
    json_set_text(id, "value", value);
    json_push_take(list, id);
    return list;
}

/* How to come, in each language. */
static void set_access(
        const struct json *body, struct json *location, struct outlet *out)
{
    struct json *texts = json_new_object();
    bool was_cut = false;

    for (struct json_iter it = {0}; json_iter(json_get(body, "acces"), &it);) {
        struct buf cut;

        buf_init(&cut, 0);
        if (text_cut(json_as_view(it.val), ACCESS_LEN, &cut))
            was_cut = true;
        if (cut.len)
            json_set_text(texts, it.key, cut.s);
        buf_release(&cut);
    }
    if (was_cut)
        outlet_note(out, NOTE_CUT, "acces",
                N_("OpenAgenda takes a shorter text: it is cut."), NULL, NULL);
    if (json_len(texts))
        json_set_take(location, "access", json_retain(texts));
    json_free(texts);
}

/* TEXT cut to MAX; the venue cannot be without. */
static void set_asked(struct json *location, const char *key, const char *text,
        size_t max, const char *field, struct outlet *out)
{
    struct buf cut;

    buf_init(&cut, 0);
    if (text_cut(view_of(text), max, &cut))
        outlet_note(out, NOTE_CUT, field,
                N_("OpenAgenda takes a shorter text: it is cut."), NULL, NULL);
    if (cut.len)
        json_set_text(location, key, cut.s);
    else
        outlet_note(out, NOTE_MISSING, field,
                N_("OpenAgenda asks for a venue with an address and its country."),
                NULL, NULL);
    buf_release(&cut);
}

static void set_number(struct json *obj, const char *key, const char *text)
{
    double n;

    if (text && view_real(view_of(text), &n))
        json_set_take(obj, key, json_new_real(n));
}

void oa_place(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    const struct json *body = n->body;
    const struct json *at = words_located(n, body);
    const char *town = notice_text_at(at, "adresse.commune");
    struct json *location = json_new_object();
    struct buf address;

    buf_init(&address, 0);
    words_address(d, at, &address);
    set_asked(location, "name", words_text(d, body, "nom", NULL), NAME_LEN, "nom", out);
    set_asked(location, "address", address.s, ADDRESS_LEN, "adresse", out);
    set_asked(location, "countryCode", notice_text_at(at, "adresse.pays"), 2,
            "adresse.pays", out);
    json_set_text(location, "postalCode", notice_text_at(at, "adresse.code_postal"));
    json_set_text(location, "insee", town);
    json_set_text(location, "city", words_locality(d, at));
    set_number(location, "latitude", json_get_text(at, "lat"));
    set_number(location, "longitude", json_get_text(at, "lon"));
    set_access(body, location, out);
    json_set_text(location, "website", notice_text_at(body, "contact_public.site"));
    json_set_text(location, "email", notice_text_at(body, "contact_public.courriel"));
    json_set_text(location, "phone", notice_text_at(body, "contact_public.tel"));
    json_set_take(location, "extIds", oa_ext_ids(n->uid));
    buf_release(&address);
    outlet_json(out, location, "openagenda/lieux/%s.json", n->uid);
}
