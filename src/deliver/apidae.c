/*
 * Apidae: the parameters of one call of its writing interface for each event
 * (dev.apidae-tourisme.com, /api/v002/ecriture/; the shape of an object: apidae-sit-
 * schemas). Numbers of its reference elements stand in the lists of forms/. An event
 * there has one venue and no status: what is off is told in words, or hidden.
 */
#include <string.h>

#include "apidae.h"
#include "facts.h"
#include "formats.h"
#include "odus/deliver/text.h"

enum {
    SHORT_MAX = 255, /* characters of descriptifCourt */
    PATH_MAX_AP = 96,
};

/* --- the call --------------------------------------------------------------------- */

void ap_put(struct ap_run *r, const char *path, struct json *value)
{
    enum json_kind kind = json_kind(value);
    bool holds = kind == JSON_KIND_ARRAY || kind == JSON_KIND_OBJECT;
    struct view rest = view_of(path), part;
    struct json *at = r->root;

    if (!value || (holds && json_len(value) == 0)) {
        json_free(value);
        return;
    }
    while (view_next(&rest, '.', &part)) {
        char key[PATH_MAX_AP];

        memcpy(key, part.p, part.n);
        key[part.n] = '\0';
        if (!rest.n) {
            json_set_take(at, key, value);
            break;
        }
        if (!json_get(at, key))
            json_set_take(at, key, json_new_object());
        at = json_get(at, key);
    }
    json_push_take(r->fields, json_text(view_of(path)));
}

struct json *ap_line(const char *text)
{
    struct json *value;
    struct buf clean;

    buf_init(&clean, 0);
    facts_line(text, &clean);
    value = clean.len ? json_text(buf_view(&clean)) : NULL;
    buf_release(&clean);
    return value;
}

void ap_put_line(struct ap_run *r, const char *path, const char *text)
{
    ap_put(r, path, ap_line(text));
}

struct json *ap_reference(const char *type, const char *text)
{
    struct json *ref;
    long long n;

    if (!text || !view_int(view_of(text), &n) || n <= 0)
        return NULL;
    ref = json_new_object();
    json_set_text(ref, "elementReferenceType", type);
    json_set_take(ref, "id", json_int(n));
    return ref;
}

const char *ap_cell(
        const struct ap_run *r, const char *list, const char *code, const char *column)
{
    return code ? gate_cell(r->d->gate, "evenement", list, code, column) : NULL;
}

/* --- labels ----------------------------------------------------------------------- */

struct json *ap_label(const struct ap_run *r, ap_writer *write, const void *ctx,
        size_t max, bool *ret_cut)
{
    static const char *const langs[][2] = {
            {"fr", "libelleFr"}, {"en", "libelleEn"}, {"it", "libelleIt"}};
    const struct json *titles = json_get(r->n->body, "titre");
    struct json *label = json_new_object();

    for (size_t i = 0; i < sizeof(langs) / sizeof(langs[0]); i++) {
        struct delivery d = *r->d;
        struct buf text, cut;

        if (i && !json_get(titles, langs[i][0]))
            continue;
        d.lang = langs[i][0];
        buf_init(&text, 0);
        buf_init(&cut, 0);
        write(r, &d, ctx, &text);
        if (text_cut(view_trim(buf_view(&text)), max ? max : text.len + 1, &cut) &&
                ret_cut)
            *ret_cut = true;
        if (cut.len)
            json_set_text(label, langs[i][1], cut.s);
        buf_release(&cut);
        buf_release(&text);
    }
    if (json_len(label))
        return label;
    json_free(label);
    return NULL;
}

static void write_title(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    bool french = strcmp(d->lang, "fr") == 0;

    (void)ctx;
    facts_line(notice_text(r->n->body, "titre", french ? NULL : d->lang), out);
}

static void write_short(const struct ap_run *r, const struct delivery *d,
        const void *ctx, struct buf *out)
{
    const char *text = json_get_text(json_get(r->n->body, "accroche"), d->lang);
    bool *const *banned = ctx;

    if (ap_short_text(view_of(text), out))
        **banned = true;
}

void ap_write_memo(const struct ap_run *r, const struct delivery *d, const void *ctx,
        struct buf *out)
{
    (void)r;
    text_plain(view_of(json_get_text(ctx, d->lang)), out);
}

static void put_texts(struct ap_run *r)
{
    bool banned = false, cut = false, *told = &banned;
    struct json *text = ap_label(r, write_short, &told, SHORT_MAX, &cut);

    if (banned)
        outlet_note(r->out, NOTE_CUT, "accroche",
                N_("Apidae takes no hour, price, phone or address in the short text: "
                   "the "
                   "sentence is left out."),
                NULL, NULL);
    if (cut)
        outlet_note(r->out, NOTE_CUT, "accroche",
                N_("Apidae takes a shorter text: it is cut."), NULL, NULL);
    if (!json_get(text, "libelleFr"))
        outlet_note(r->out, NOTE_MISSING, "accroche",
                N_("Apidae asks for a short text in French."), NULL, NULL);
    ap_put(r, "nom", ap_label(r, write_title, NULL, 0, NULL));
    ap_put(r, "presentation.descriptifCourt", text);
    ap_put(r, "presentation.descriptifDetaille",
            ap_label(r, ap_write_memo, json_get(r->n->body, "description"), 0, NULL));
}

/* --- documents -------------------------------------------------------------------- */

static struct json *call_of(const char *mode, long long id)
{
    struct json *call = json_new_object();

    json_set_text(call, "mode", mode);
    if (id)
        json_set_take(call, "id", json_int(id));
    return call;
}

/* Fills the root and its list of fields; false when nothing can be made of it. */
static bool fill(struct ap_run *r)
{
    json_set_text(r->root, "type", "FETE_ET_MANIFESTATION");
    put_texts(r);
    if (!ap_put_times(r)) {
        outlet_note(r->out, NOTE_REFUSED, "seances",
                N_("Apidae takes no event without a date."), NULL, NULL);
        return false;
    }
    ap_put_contact(r);
    ap_put_place(r);
    ap_put_kind(r);
    ap_put_rates(r);
    ap_put_audience(r);
    ap_put_booking(r);
    ap_put_pictures(r);
    return true;
}

static void write_event(const struct ap_run *whole, long long id)
{
    struct json *only = json_new_array();
    struct ap_run r = *whole;

    r.call = call_of(id ? "MODIFICATION" : "CREATION", id);
    r.root = json_new_object();
    r.fields = json_new_array();
    json_push_take(only, json_text(VIEW_LIT("root")));
    json_set_take(r.call, "fields", only);
    json_set_text(r.call, "skipValidation", "false");
    if (!id)
        json_set_text(r.call, "type", "FETE_ET_MANIFESTATION");
    if (fill(&r)) {
        json_set_take(r.call, "root", r.root);
        json_set_take(r.call, "root.fieldList", r.fields);
        outlet_json(r.out, r.call, "apidae/%s.json", r.n->uid);
    } else {
        json_free(r.root);
        json_free(r.fields);
        json_free(r.call);
    }
}

/* --- which call ------------------------------------------------------------------- */

static bool is_off(const struct performance *p)
{
    return strcmp(p->status, "annule") == 0 || strcmp(p->status, "reporte") == 0;
}

static bool all_off(const struct notice *n)
{
    for (size_t i = 0; i < n->noccurrences; i++)
        if (!is_off(&n->occurrences[i]))
            return false;
    return true;
}

/* The usual venue, where it may leave; else that of the first performance. */
static void choose_place(struct ap_run *r)
{
    const char *usual = json_get_text(r->n->body, "lieu");

    r->place = usual ? usual : "";
    r->venue = notice_linked(r->n, r->place);
    for (size_t i = 0; !r->venue && i < r->n->noccurrences; i++) {
        r->place = r->n->occurrences[i].place;
        r->venue = notice_linked(r->n, r->place);
    }
    for (size_t i = 0; r->venue && i < r->n->noccurrences; i++)
        if (strcmp(r->n->occurrences[i].place, r->place) != 0) {
            outlet_note(r->out, NOTE_LOST, "seances.lieu",
                    N_("Apidae takes one venue: the others stand beside their hours."),
                    NULL, NULL);
            return;
        }
}

static void refuse(const struct ap_run *r, const char *field, const char *message)
{
    outlet_note(r->out, NOTE_REFUSED, field, message, NULL, NULL);
}

static void make_event(struct ap_run *r, long long id)
{
    const struct notice *n = r->n;

    if (id && all_off(n)) {
        outlet_json(
                r->out, call_of("DEMANDE_MASQUAGE", id), "apidae/%s.json", r->n->uid);
    } else if (!ap_cell(r, "portees", json_get_text(n->body, "portee"), "apidae")) {
        refuse(r, "portee", N_("Apidae asks for the reach of the event."));
    } else if (n->noccurrences == 0) {
        refuse(r, "seances", N_("Apidae takes no event without a date."));
    } else if (all_off(n)) {
        refuse(r, "seances.statut",
                N_("No performance takes place: there is nothing to announce."));
    } else {
        choose_place(r);
        if (r->venue)
            write_event(r, id);
        else
            refuse(r, "lieu", N_("Apidae asks for a venue that may be published."));
    }
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    struct ap_run r = {.d = d, .n = n, .out = out, .place = ""};
    long long id = notice_number(n->body, "apidae");

    if (!n->gone)
        make_event(&r, id);
    else if (id)
        outlet_json(out, call_of("DEMANDE_SUPPRESSION", id), "apidae/%s.json", n->uid);
}

const struct format format_apidae = {
        .name = "apidae",
        .label = N_("Apidae: calls of its writing interface"),
        .types = (const char *const[]){"evenement", NULL},
        .recipient = "apidae",
        .gone = true,
        .version = 3,
        .make = make,
};
