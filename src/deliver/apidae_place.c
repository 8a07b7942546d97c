/* Apidae: where an event is. */
#include <string.h>

#include "apidae.h"
#include "words.h"

/* "", "bis", "B": what may follow the number of a house. */
static bool is_suffix(struct view v)
{
    return v.n < 2 || view_is(v, "bis") || view_is(v, "ter") || view_is(v, "quater");
}

/* "3, rue Pasteur" loses its comma, which Apidae does not want after the number. */
static void put_street(struct ap_run *r, const char *street)
{
    struct view v = view_of(street), rest = v, head;
    size_t digits = 0;
    struct buf text;

    while (digits < v.n && v.p[digits] >= '0' && v.p[digits] <= '9')
        digits++;
    buf_init(&text, 0);
    if (digits && view_next(&rest, ',', &head) &&
            is_suffix(view_trim((struct view){head.p + digits, head.n - digits}))) {
        buf_addv(&text, view_trim(head));
        buf_addc(&text, ' ');
        v = view_trim(rest);
    }
    buf_addv(&text, v);
    ap_put_line(r, "localisation.adresse.adresse1", text.s);
    buf_release(&text);
}

/* Apidae counts communes in its own way; who sends may ask it (referentiel/communes).
 */
static void put_commune(struct ap_run *r, const struct json *at)
{
    const char *code = notice_text_at(at, "adresse.commune");
    const char *text =
            code ? gate_cell(r->d->gate, "lieu", "communes", code, "apidae") : NULL;
    struct json *commune;
    long long n;

    if (!text || !view_int(view_of(text), &n) || n <= 0) {
        outlet_note(r->out, NOTE_MISSING, "lieu.adresse.commune",
                N_("Apidae's own number of the commune %1$s is not known here: list "
                   "communes, column apidae."),
                code ? code : "-", NULL);
        return;
    }
    commune = json_new_object();
    json_set_take(commune, "id", json_int(n));
    json_set_text(commune, "code", code);
    ap_put(r, "localisation.adresse.commune", commune);
}

static void put_postcode(struct ap_run *r, const struct json *at)
{
    const char *country = notice_text_at(at, "adresse.pays");
    const char *code = notice_text_at(at, "adresse.code_postal");

    if (code && strlen(code) == 5 && strspn(code, "0123456789") == 5 &&
            (!country || strcmp(country, "FR") == 0))
        ap_put(r, "localisation.adresse.codePostal", json_text(view_of(code)));
}

/* Longitude first (RFC 7946). */
static void put_point(struct ap_run *r, const struct json *at)
{
    const char *lat = json_get_text(at, "lat"), *lon = json_get_text(at, "lon");
    struct json *point, *pair;
    double x, y;

    if (!lat || !lon || !view_real(view_of(lat), &y) || !view_real(view_of(lon), &x) ||
            x < -180 || x > 180 || y < -90 || y > 90)
        return;
    pair = json_new_array();
    json_push_take(pair, json_new_real(x));
    json_push_take(pair, json_new_real(y));
    point = json_new_object();
    json_set_text(point, "type", "Point");
    json_set_take(point, "coordinates", pair);
    ap_put(r, "localisation.geolocalisation.valide", json_bool(true));
    ap_put(r, "localisation.geolocalisation.geoJson", point);
}

void ap_put_place(struct ap_run *r)
{
    const struct json *at = words_located(r->n, r->venue);
    int64_t altitude = json_get_int(at, "altitude", -1);
    struct buf name;

    buf_init(&name, 0);
    buf_adds(&name, notice_text(r->venue, "nom", NULL));
    if (at && at != r->venue)
        buf_addf(&name, ", %s", notice_text(at, "nom", NULL));
    ap_put_line(r, "informationsFeteEtManifestation.nomLieu", name.s);
    ap_put_line(r, "localisation.adresse.nomDuLieu", name.s);
    buf_release(&name);
    put_street(r, notice_text_at(at, "adresse.voie"));
    ap_put_line(r, "localisation.adresse.adresse2",
            notice_text_at(at, "adresse.complement"));
    ap_put_line(
            r, "localisation.adresse.adresse3", notice_text_at(at, "adresse.lieu_dit"));
    put_postcode(r, at);
    put_commune(r, at);
    put_point(r, at);
    if (altitude >= 0 && altitude <= 9000)
        ap_put(r, "localisation.geolocalisation.altitude", json_int(altitude));
    ap_put(r, "localisation.geolocalisation.complement",
            ap_label(r, ap_write_memo, json_get(r->venue, "acces"), 0, NULL));
}
