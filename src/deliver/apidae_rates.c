/*
 * Apidae: prices. A type of rate stands there once, so categories of ours that come to
 * the same type are one rate from the lowest to the highest, told apart in words.
 */
#include <string.h>

#include "apidae.h"
#include "odus/base/date.h"
#include "words.h"

enum { TYPES_MAX = 16 };

/* One type of rate: the rows that come to it. */
struct rate {
    const struct ap_run *r;
    char type[16];
};

static const struct json *rows(const struct ap_run *r)
{
    return json_get(r->n->body, "tarifs");
}

/* TarifType of ROW, NULL where it has none. Borrowed until the next call. */
static const char *type_of(const struct ap_run *r, const struct json *row)
{
    const char *code = json_get_text(row, "categorie");

    return code ? gate_cell(r->d->gate, "evenement", "categories_tarif", code, "apidae")
                : NULL;
}

static bool is_of(const struct rate *rate, const struct json *row)
{
    const char *type = type_of(rate->r, row);

    return type && strcmp(type, rate->type) == 0;
}

/* --- one rate --------------------------------------------------------------------- */

static void widen(int64_t cents, int64_t *low, int64_t *high)
{
    if (cents < 0)
        return;
    if (*low < 0 || cents < *low)
        *low = cents;
    if (cents > *high)
        *high = cents;
}

static void set_amount(struct json *obj, const char *key, int64_t cents)
{
    if (cents >= 0)
        json_set_take(obj, key, json_new_real((double)cents / 100));
}

/* Every row of this type, with its price, when that alone would not tell them apart. */
static void write_rows(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    const struct rate *rate = ctx;

    for (size_t i = 0; i < json_len(rows(r)); i++) {
        if (!is_of(rate, json_at(rows(r), i)))
            continue;
        if (out->len)
            buf_adds(out, ", ");
        words_rate(d, json_at(rows(r), i), out);
    }
}

static void write_precision(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    const char *text = json_get_text(ctx, "precision");

    (void)r;
    if (text && strcmp(d->lang, "fr") == 0)
        buf_adds(out, text);
}

/* Apidae has a name of its own for ROW. */
static bool is_named(const struct json *row)
{
    static const char *const codes[] = {"plein", "reduit", "enfant", "etudiant"};
    const char *code = json_get_text(row, "categorie");

    for (size_t i = 0; code && i < sizeof(codes) / sizeof(codes[0]); i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static struct json *rate_of(const struct rate *rate)
{
    const struct ap_run *r = rate->r;
    const struct json *only = NULL;
    struct json *obj = json_new_object();
    int64_t low = -1, high = -1;
    size_t n = 0;

    for (size_t i = 0; i < json_len(rows(r)); i++) {
        const struct json *row = json_at(rows(r), i);

        if (!is_of(rate, row))
            continue;
        widen(json_get_int(row, "prix_min_cts", -1), &low, &high);
        widen(json_get_int(row, "prix_max_cts", -1), &low, &high);
        only = row;
        n++;
    }
    json_set_take(obj, "type", ap_reference("TarifType", rate->type));
    set_amount(obj, "minimum", low);
    set_amount(obj, "maximum", high);
    json_set_take(obj, "precisionTarif",
            n == 1 && is_named(only) ? ap_label(r, write_precision, only, 0, NULL)
                                     : ap_label(r, write_rows, rate, 0, NULL));
    return obj;
}

/* --- all of them ------------------------------------------------------------------ */

/* The types there are, in the order of their first rows. */
static size_t types_of(
        const struct ap_run *r, struct rate all[TYPES_MAX], bool *ret_lost)
{
    size_t n = 0;

    for (size_t i = 0; i < json_len(rows(r)); i++) {
        const char *type = type_of(r, json_at(rows(r), i));
        size_t k = 0;

        if (!type || strlen(type) >= sizeof(all[0].type)) {
            *ret_lost = true;
            continue;
        }
        while (k < n && strcmp(all[k].type, type) != 0)
            k++;
        if (k < n || n == TYPES_MAX)
            continue;
        all[n].r = r;
        memcpy(all[n++].type, type, strlen(type) + 1);
    }
    return n;
}

static struct json *season(const struct ap_run *r, const struct rate *all, size_t n)
{
    struct json *list = json_new_array(), *rates = json_new_array();
    struct json *one = json_new_object();
    char day[DATE_ISO_SIZE];

    date_iso(r->first, day);
    json_set_text(one, "dateDebut", day);
    date_iso(r->last, day);
    json_set_text(one, "dateFin", day);
    for (size_t i = 0; i < n; i++)
        json_push_take(rates, rate_of(&all[i]));
    json_set_take(one, "tarifs", rates);
    json_push_take(list, one);
    return list;
}

static void write_all(const struct ap_run *r, const struct delivery *d, const void *ctx,
        struct buf *out)
{
    (void)ctx;
    words_rates(d, r->n, out);
}

void ap_put_rates(struct ap_run *r)
{
    const char *code = json_get_text(r->n->body, "indication_tarif");
    const char *kind = code ? gate_cell(r->d->gate, "evenement", "indications_tarif",
                                      code, "apidae")
                            : NULL;
    bool paid = kind && strcmp(kind, "PAYANT") == 0, lost = false;
    struct json *name = kind ? json_text(view_of(kind)) : NULL;
    struct rate all[TYPES_MAX];
    size_t n = types_of(r, all, &lost);

    if (paid && n == 0) {
        json_free(name);
        name = json_text(VIEW_LIT("PAYANT_TARIFS_NON_COMMUNIQUES"));
    }
    if (!name || (paid && n == 0))
        outlet_note(r->out, NOTE_MISSING, name ? "tarifs" : "indication_tarif",
                N_("Apidae asks for the prices."), NULL, NULL);
    if (!name)
        return;
    ap_put(r, "descriptionTarif.indicationTarif", name);
    if (paid && n) {
        ap_put(r, "descriptionTarif.devise", json_text(VIEW_LIT("EUR")));
        ap_put(r, "descriptionTarif.periodes", season(r, all, n));
    }
    if (json_len(rows(r)) && (lost || !paid))
        ap_put(r, "descriptionTarif.complement", ap_label(r, write_all, NULL, 0, NULL));
}
