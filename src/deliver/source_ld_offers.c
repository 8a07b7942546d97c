#include <math.h>
#include <string.h>

#include "source_json.h"
#include "source_ld_event.h"
#include "source_price.h"
#include "source_text.h"

enum { OFFERS_MAX = 50, CENTS_MAX = 100000000 };

/* A price as number or text, in cents; -1: none. */
static int64_t cents_of(const struct json *value)
{
    double euros = json_as_real(value, NAN);
    int64_t cents;

    if (json_kind(value) == JSON_KIND_TEXT)
        return source_cents(json_as_view(value), &cents) ? cents : -1;
    if (!(euros >= 0 && euros * 100 <= CENTS_MAX))
        return -1;
    return (int64_t)(euros * 100 + 0.5);
}

static bool in_euros(const struct json *offer, const struct json *range)
{
    struct view currency = ld_text(json_get(offer, "priceCurrency"));

    if (currency.n == 0)
        currency = ld_text(json_get(range, "priceCurrency"));
    return currency.n == 0 || view_is(currency, "EUR") || view_is(currency, "€");
}

static void take_page(struct ld_event *e, const struct json *offer)
{
    struct view url = ld_text(json_get(offer, "url"));

    if (url.n == 0 || view_eq(url, ld_text(ld_member(e, "url"))))
        return;
    for (size_t i = 0; i < json_len(proposal_get(e->p, "reservation.moyens")); i++)
        if (view_eq(url, json_as_view(json_get(
                                 json_at(proposal_get(e->p, "reservation.moyens"), i),
                                 "valeur"))))
            return;
    if (!source_booking(e->p, url))
        source_leave(e->p, "offers.url", json_get(offer, "url"));
}

/* False: an offer that is no price in euros. */
static bool take_price(struct ld_event *e, const struct json *offer, bool *ret_paid)
{
    const struct json *range =
            ld_item(e->graph, json_get(offer, "priceSpecification"), 0);
    struct view name = ld_text(json_get(offer, "name"));
    struct view remark = ld_text(json_get(offer, "description"));
    const char *category = source_rate(name);
    int64_t low = cents_of(json_get(offer, "price"));
    int64_t high = cents_of(json_get(offer, "highPrice"));

    if (low < 0)
        low = cents_of(json_get(offer, "lowPrice"));
    if (low < 0)
        low = cents_of(json_get(range, "price"));
    if (low < 0)
        low = cents_of(json_get(range, "minPrice"));
    if (high < 0)
        high = cents_of(json_get(range, "maxPrice"));
    if (low < 0 || !in_euros(offer, range))
        return false;
    *ret_paid |= low > 0 || high > 0;
    if (low == 0 && high <= 0 && name.n == 0)
        return true;
    source_add_rate(e->p, category ? category : "plein", low, high,
            remark.n || category ? remark : name);
    return true;
}

static void set_indication(struct ld_event *e, const char *code)
{
    proposal_set(e->p, "indication_tarif", json_text(view_of(code)));
}

static void leave_offer(struct ld_event *e, const struct json *offer)
{
    const struct json *price = json_get(offer, "price");
    struct view words =
            json_kind(price) == JSON_KIND_TEXT ? json_as_view(price) : (struct view){0};

    if (words.n) {
        source_conditions(e->p, "offers", words);
        return;
    }
    if (json_len(offer) > 1 && (price || json_get(offer, "priceCurrency")))
        source_leave(e->p, "offers", offer);
}

void ld_event_offers(struct ld_event *e)
{
    const struct json *offers = ld_member(e, "offers"), *one;
    const struct json *free_of_charge = ld_member(e, "isAccessibleForFree");
    struct view said = ld_text(free_of_charge);
    bool paid = false, priced = false;

    for (size_t i = 0; i < OFFERS_MAX && (one = ld_item(e->graph, offers, i)); i++) {
        if (take_price(e, one, &paid))
            priced = true;
        else
            leave_offer(e, one);
        take_page(e, one);
    }
    if (paid)
        set_indication(e, "payant");
    else if (priced || json_as_bool(free_of_charge, false) ||
             source_starts(said, "true"))
        set_indication(e, "gratuit");
}
