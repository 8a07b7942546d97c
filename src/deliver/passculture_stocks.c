/* pass Culture: what a seat costs, and when there are how many. */
#include <string.h>

#include "facts.h"
#include "odus/base/hash.h"
#include "odus/base/utf8.h"
#include "odus/deliver/text.h"
#include "passculture.h"
#include "words.h"

enum {
    CENTS_MAX = 30000,
    LABEL_MAX = 50,
    DATES_MAX = 2500, /* of one call */
};

/* --- price categories ------------------------------------------------------------- */

static bool is(const char *text, const char *word)
{
    return text && strcmp(text, word) == 0;
}

static void note(const struct pc_run *r, enum note_kind kind, const char *field,
        const char *message)
{
    outlet_note(r->out, kind, field, message, NULL, NULL);
}

static bool has_label(const struct pc_run *r, const struct json *label)
{
    for (size_t i = 0; i < r->nprices; i++)
        if (json_same(r->prices[i].label, label))
            return true;
    return false;
}

/* TEXT as a label that no other category has. Owned. */
static struct json *label_of(const struct pc_run *r, const char *text)
{
    for (int turn = 1;; turn++) {
        struct json *label;
        struct buf whole, cut;

        buf_init(&whole, 0);
        buf_init(&cut, 0);
        facts_line(text, &whole);
        text_cut(buf_view(&whole), turn > 1 ? LABEL_MAX - 4 : LABEL_MAX, &cut);
        if (turn > 1)
            buf_addf(&cut, " %d", turn);
        label = json_text(buf_view(&cut));
        buf_release(&cut);
        buf_release(&whole);
        if (!has_label(r, label))
            return label;
        json_free(label);
    }
}

/* Our identifier of a category, for life: that of its row, where it is a plain one. */
static void name_price(
        struct pc_price *price, const char *row, const char *code, size_t n)
{
    size_t len = row ? strlen(row) : 0;
    struct buf id;

    buf_init(&id, 0);
    if (len && len <= PC_ID_MAX &&
            strspn(row, "0123456789abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == len)
        buf_adds(&id, row);
    else
        buf_addf(&id, "%.50s-%zu", code, n);
    memcpy(price->id, id.s, id.len + 1);
    buf_release(&id);
}

static bool has_id(const struct pc_run *r, const char *id)
{
    for (size_t i = 0; i < r->nprices; i++)
        if (strcmp(r->prices[i].id, id) == 0)
            return true;
    return false;
}

static void add_price(struct pc_run *r, const char *row, const char *code,
        const char *text, int64_t cents)
{
    struct pc_price *price = &r->prices[r->nprices];

    name_price(price, row, code, r->nprices + 1);
    if (has_id(r, price->id))
        name_price(price, NULL, code, r->nprices + 1);
    price->label = label_of(r, text);
    price->cents = cents;
    r->nprices++;
}

/* The price of ROW, -1 where nothing is sold at it. The dearest seat stands for all. */
static int64_t cents_of(const struct pc_run *r, const struct json *row)
{
    const char *code = json_get_text(row, "categorie");
    int64_t low = json_get_int(row, "prix_min_cts", -1);
    int64_t high = json_get_int(row, "prix_max_cts", low);

    if (low < 0 && high < 0 && (is(code, "gratuit") || is(code, "libre")))
        return 0;
    if (high > low && low >= 0)
        note(r, NOTE_LOST, "tarifs.prix_max_cts",
                N_("The pass Culture takes one price for a rate: the highest."));
    if (high < low)
        high = low;
    if (high > CENTS_MAX) {
        note(r, NOTE_LOST, "tarifs.prix_min_cts",
                N_("The pass Culture takes no price over 300 €: the rate is left "
                   "out."));
        return -1;
    }
    return high;
}

static void add_row(
        struct pc_run *r, const struct delivery *french, const struct json *row)
{
    const char *code = json_get_text(row, "categorie");
    const char *label = words_label(french, "evenement", "categories_tarif", code);
    const char *detail = json_get_text(row, "precision");
    int64_t cents = cents_of(r, row);
    struct buf text;

    if (cents < 0 || !label)
        return;
    if (r->nprices == PC_PRICES_MAX) {
        note(r, NOTE_CUT, "tarifs",
                N_("The pass Culture takes ten prices: the others are left out."));
        return;
    }
    buf_init(&text, 0);
    buf_adds(&text, label);
    if (detail)
        buf_addf(&text, " (%s)", detail);
    add_price(r, json_get_text(row, "id"), code, text.s, cents);
    buf_release(&text);
}

/* A rate that is for the pass is the only one that is offered there. */
static bool is_for_pass(const struct json *rows)
{
    for (size_t i = 0; i < json_len(rows); i++)
        if (is(json_get_text(json_at(rows, i), "categorie"), "pass_culture"))
            return true;
    return false;
}

static bool is_free(const char *kind)
{
    return is(kind, "gratuit") || is(kind, "entree_libre") ||
           is(kind, "participation_libre");
}

bool pc_find_prices(struct pc_run *r)
{
    const struct json *rows = json_get(r->n->body, "tarifs");
    const char *kind = json_get_text(r->n->body, "indication_tarif");
    bool only_pass = is_for_pass(rows);
    struct delivery french = *r->d;

    french.lang = "fr";
    for (size_t i = 0; i < json_len(rows); i++)
        if (!only_pass ||
                is(json_get_text(json_at(rows, i), "categorie"), "pass_culture"))
            add_row(r, &french, json_at(rows, i));
    if (r->nprices == 0 && is_free(kind))
        add_price(r, kind, kind,
                words_label(&french, "evenement", "indications_tarif", kind), 0);
    if (r->nprices == 0)
        note(r, NOTE_REFUSED, "tarifs", N_("The pass Culture asks for a price."));
    return r->nprices > 0;
}

void pc_free_prices(struct pc_run *r)
{
    for (size_t i = 0; i < r->nprices; i++)
        json_free(r->prices[i].label);
    r->nprices = 0;
}

struct json *pc_prices(const struct pc_run *r)
{
    struct json *body = json_new_object(), *list = json_new_array();

    for (size_t i = 0; i < r->nprices; i++) {
        struct json *one = json_new_object();

        json_set_take(one, "label", json_dup(r->prices[i].label));
        json_set_take(one, "price", json_int(r->prices[i].cents));
        json_set_text(one, "idAtProvider", r->prices[i].id);
        json_push_take(list, one);
    }
    json_set_take(body, "priceCategories", list);
    return body;
}

/* --- stocks ----------------------------------------------------------------------- */

static struct json *quantity(const struct performance *p)
{
    int64_t left = json_get_int(p->row, "places_restantes", -1);

    if (strcmp(p->status, "complet") == 0)
        return json_int(0);
    if (left < 0)
        left = json_get_int(p->row, "jauge_mise_en_vente", -1);
    return left < 0 ? json_text(VIEW_LIT("unlimited")) : json_int(left);
}

/* Adds P at every price to DATES; START is its begin. */
static void add_dates(const struct pc_run *r, const struct performance *p,
        const char *start, struct json *dates)
{
    for (size_t i = 0; i < r->nprices; i++) {
        struct json *one = json_new_object();
        char id[UUID_TEXT];

        uuid_v5(p->uid, view_of(r->prices[i].id), id);
        json_set_text(one, "beginningDatetime", start);
        json_set_text(one, "bookingLimitDatetime", start);
        json_set_text(one, "priceCategoryId", r->prices[i].id);
        json_set_take(one, "quantity", quantity(p));
        json_set_text(one, "idAtProvider", id);
        json_push_take(dates, one);
    }
}

/* The array of the call at the end of CALLS, a new one where that has no room. */
static struct json *room(const struct pc_run *r, struct json *calls)
{
    struct json *last = json_at(calls, json_len(calls) - 1);
    struct json *dates = last ? json_get(last, "dates") : NULL;

    if (!dates || json_len(dates) + r->nprices > DATES_MAX) {
        last = json_new_object();
        dates = json_new_array();
        json_set_take(last, "dates", dates);
        json_push_take(calls, last);
    }
    return dates;
}

/* What of P an offer cannot say; false: nothing of it can. */
static bool can_be_sold(const struct pc_run *r, const struct performance *p)
{
    int64_t start;

    if (!facts_takes_place(p))
        return false;
    if (!pc_is_here(r, p)) {
        note(r, NOTE_LOST, "seances.lieu",
                N_("An offer of the pass Culture has one location: performances "
                   "elsewhere "
                   "are left out."));
        return false;
    }
    if (p->start.minutes == MOMENT_NO_HOUR || moment_utc(&p->start, &start) < 0) {
        note(r, NOTE_LOST, "seances.debut",
                N_("The pass Culture takes no date without its hour: it is left out."));
        return false;
    }
    return true;
}

static void note_seats(const struct pc_run *r, const struct json *calls)
{
    const struct json *first = json_at(json_get(json_at(calls, 0), "dates"), 0);

    if (r->nprices > 1 && json_kind(json_get(first, "quantity")) == JSON_KIND_INT)
        note(r, NOTE_LOST, "seances.places_restantes",
                N_("The pass Culture counts seats for each price: each has all of "
                   "them."));
}

struct json *pc_stocks(const struct pc_run *r)
{
    struct json *calls = json_new_array();

    for (size_t i = 0; i < r->n->noccurrences; i++) {
        const struct performance *p = &r->n->occurrences[i];
        struct buf start;

        if (!can_be_sold(r, p))
            continue;
        buf_init(&start, 0);
        text_moment(&p->start, &start);
        add_dates(r, p, start.s, room(r, calls));
        buf_release(&start);
    }
    note_seats(r, calls);
    return calls;
}
