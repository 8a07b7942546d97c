#include "source_oa_place.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "source_json.h"
#include "source_place.h"

static void set(
        struct proposal *p, const char *path, const struct json *value, size_t max)
{
    struct buf text;

    buf_init(&text, 0);
    source_scalar(value, &text);
    proposal_put(p, path, buf_view(&text), max, false);
    buf_release(&text);
}

static bool is_digits(struct view v, size_t n)
{
    if (v.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (v.p[i] < '0' || v.p[i] > '9')
            return false;
    return true;
}

/* "05023", "2A004". */
static bool is_insee(struct view v)
{
    return is_digits(v, 5) ||
           (v.n == 5 && v.p[0] == '2' && (v.p[1] == 'A' || v.p[1] == 'B') &&
                   is_digits((struct view){v.p + 2, 3}, 3));
}

/* The whole address in a line; postcode, town and country also by themselves. */
static void take_address(struct proposal *p, const struct json *location)
{
    struct view address = json_as_view(json_get(location, "address"));
    struct view insee = json_as_view(json_get(location, "insee"));
    const char *country;

    source_address(p, address);
    set(p, "lieu.adresse.code_postal", json_get(location, "postalCode"), 10);
    set(p, "lieu.adresse.ville", json_get(location, "city"), 100);
    if (!json_get(location, "city"))
        set(p, "lieu.adresse.ville", json_get(location, "adminLevel4"), 100);
    if (is_insee(insee))
        proposal_set(p, "lieu.adresse.commune", json_text(insee));
    else
        source_leave(p, "location.insee", json_get(location, "insee"));
    country = source_country(json_as_view(json_get(location, "countryCode")));
    if (*country)
        proposal_set(p, "lieu.adresse.pays", json_text(view_of(country)));
    else
        source_leave(p, "location.countryCode", json_get(location, "countryCode"));
    if (address.n && !proposal_get(p, "lieu.adresse.ville"))
        proposal_note(p, "guessed", "lieu.adresse",
                N_("the address was told apart by its commas"));
}

static double degrees(const struct json *value)
{
    double d;

    if (json_kind(value) == JSON_KIND_TEXT)
        return view_real(view_trim(json_as_view(value)), &d) ? d : NAN;
    return json_as_real(value, NAN);
}

static void take_point(struct proposal *p, const struct json *location)
{
    if (json_get(location, "latitude") && json_get(location, "longitude"))
        proposal_point(p, degrees(json_get(location, "latitude")),
                degrees(json_get(location, "longitude")));
}

static void take_ids(struct proposal *p, const struct json *location)
{
    const struct json *ids = json_get(location, "extIds");
    struct buf uid;

    buf_init(&uid, 0);
    source_scalar(json_get(location, "uid"), &uid);
    source_ext_id(p, "lieu.ids_externes", "openagenda", buf_view(&uid));
    for (size_t i = 0; i < json_len(ids); i++) {
        const char *key = json_get_text(json_at(ids, i), "key");
        const char *system = key ? source_system(key) : NULL;

        if (system)
            source_ext_id(p, "lieu.ids_externes", system,
                    json_as_view(json_get(json_at(ids, i), "value")));
        else
            source_leave(p, "location.extIds", json_at(ids, i));
    }
    buf_release(&uid);
}

static void take_contact(struct proposal *p, const struct json *location)
{
    struct view mail = json_as_view(json_get(location, "email"));

    source_phone(p, "lieu.contact_public.tel", "location.phone",
            json_as_view(json_get(location, "phone")));
    if (mail.n)
        source_email(p, "lieu.contact_public.courriel", "location.email", mail);
    proposal_url(
            p, "lieu.contact_public.site", json_as_view(json_get(location, "website")));
}

static void take_access(struct proposal *p, const struct json *access)
{
    static const char *const languages[] = {"fr", "en", "it"};

    if (json_kind(access) == JSON_KIND_TEXT)
        proposal_put(p, "lieu.acces.fr", json_as_view(access), 1000, true);
    for (size_t i = 0; i < COUNT(languages); i++) {
        char path[24];

        snprintf(path, sizeof(path), "lieu.acces.%s", languages[i]);
        proposal_put(p, path, json_as_view(json_get(access, languages[i])), 1000, true);
    }
}

static void leave_rest(struct proposal *p, const struct json *location)
{
    static const char *const names[] = {
            "description", "imageCredits", "links", "siret", "accessibility"};

    for (size_t i = 0; i < COUNT(names); i++) {
        char name[40];

        snprintf(name, sizeof(name), "location.%s", names[i]);
        source_leave(p, name, json_get(location, names[i]));
    }
}

void source_oa_place(struct proposal *p, const struct json *location)
{
    if (json_kind(location) != JSON_KIND_OBJECT)
        return;
    set(p, "lieu.nom", json_get(location, "name"), 100);
    take_address(p, location);
    take_point(p, location);
    take_ids(p, location);
    take_contact(p, location);
    take_access(p, json_get(location, "access"));
    leave_rest(p, location);
}
