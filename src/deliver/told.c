#include "told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "ident.h"
#include "odus/base/mem.h"
#include "words.h"

/* --- rows ------------------------------------------------------------------------- */

/* A row begins with its first part, so that there is none without. */
struct telling {
    const struct delivery *d;
    const struct notice *n;
    const struct performance *p; /* NULL: it is about all of them */
    const struct teller *to;
    const char *label;
    bool begun;
};

static void say(struct telling *t, const char *text, const char *address)
{
    if (!text || !*text)
        return;
    if (!t->begun)
        t->to->begin(t->to->ctx, t->label);
    t->begun = true;
    t->to->part(t->to->ctx, text, address, NULL);
}

/* A text by language. */
static void say_text(struct telling *t, const struct json *body, const char *field,
        const char *address)
{
    const char *lang;
    const char *text = words_text(t->d, body, field, &lang);

    if (!text)
        return;
    if (!t->begun)
        t->to->begin(t->to->ctx, t->label);
    t->begun = true;
    t->to->part(t->to->ctx, text, address, lang);
}

static void say_words(struct telling *t,
        void (*fill)(const struct delivery *d, const struct notice *n, struct buf *out))
{
    struct buf text;

    buf_init(&text, 0);
    fill(t->d, t->n, &text);
    say(t, text.s, NULL);
    buf_release(&text);
}

/* A label in a row: only its first begins with a capital. */
static void say_label(
        struct telling *t, const char *type, const char *list, const char *code)
{
    const char *label = words_label(t->d, type, list, code);
    struct buf text;

    if (!label)
        return;
    buf_init(&text, 0);
    if (t->begun)
        words_lower(label, &text);
    else
        buf_adds(&text, label);
    say(t, text.s, NULL);
    buf_release(&text);
}

static void say_labels(
        struct telling *t, const char *type, const char *list, const struct json *codes)
{
    for (size_t i = 0; i < json_len(codes); i++)
        say_label(t, type, list, json_as_text(json_at(codes, i)));
}

static const char *site_of(const struct json *body)
{
    const char *site = notice_text_at(body, "contact_public.site");

    return facts_is_address(site) ? site : NULL;
}

/* Names of UIDS, one or an array, each with its site. */
static void say_names(struct telling *t, const struct json *uids)
{
    size_t n = json_as_text(uids) ? 1 : json_len(uids);

    for (size_t i = 0; i < n; i++) {
        const char *uid = json_as_text(json_as_text(uids) ? uids : json_at(uids, i));

        say(t, facts_name(t->n, uid), site_of(notice_linked(t->n, uid)));
    }
}

static void say_phone(struct telling *t, const char *number)
{
    struct buf text, address;

    if (!number)
        return;
    buf_init(&text, 0);
    buf_init(&address, 0);
    words_phone(t->d, number, &text);
    buf_addf(&address, "tel:%s", number);
    say(t, text.s, facts_is_phone(view_of(number)) ? address.s : NULL);
    buf_release(&address);
    buf_release(&text);
}

static void say_mail(struct telling *t, const char *mail)
{
    char *address = mail && facts_is_email(mail) ? xasprintf("mailto:%s", mail) : NULL;

    say(t, mail, address);
    free(address);
}

static void say_page(struct telling *t, const char *page)
{
    say(t, page, facts_is_address(page) ? page : NULL);
}

/* --- what is told ----------------------------------------------------------------- */

static char *label_of(const struct telling *t, const char *list, const char *field)
{
    const char *label =
            words_label(t->d, "evenement", list, json_get_text(t->n->body, field));

    return xstrdup(label ? label : "");
}

/* Whether TEXT begins with START. */
static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Each unless another has its words: no "Concert, concert choral", nor "Théâtre,
 * théâtre contemporain". */
static void genre(struct telling *t)
{
    const char *code = json_get_text(t->n->body, "nature");
    char *nature = label_of(t, "natures", "nature");
    char *genre = label_of(t, "genres", "genre");
    char *kind = label_of(t, "sous_genres", "sous_genre");

    if (code && strcmp(code, "representation") != 0 && !begins(genre, nature))
        say(t, nature, NULL);
    if (!*kind || !begins(kind, genre))
        say_label(t, "evenement", "genres", json_get_text(t->n->body, "genre"));
    if (!begins(genre, kind))
        say_label(
                t, "evenement", "sous_genres", json_get_text(t->n->body, "sous_genre"));
    free(kind);
    free(genre);
    free(nature);
}

static void audience(struct telling *t)
{
    say_labels(t, "evenement", "types_public", json_get(t->n->body, "publics"));
    say_words(t, words_ages);
}

/* That of the performance, where it is about one. */
static void duration(struct telling *t)
{
    struct buf text;

    buf_init(&text, 0);
    words_duration(json_get_int(t->p ? t->p->row : t->n->body, "duree", 0), &text);
    say(t, text.s, NULL);
    buf_release(&text);
}

static const struct json *show_of(const struct notice *n, size_t i)
{
    const struct json *shows = json_get(n->body, "spectacles");

    return notice_linked(n, json_as_text(json_at(shows, i)));
}

/* The language of the delivery alone is nothing to tell. */
static bool is_own_language(const struct delivery *d, const struct json *show)
{
    const struct json *codes = json_get(show, "langues_spectacle");
    const char *only = json_as_text(json_at(codes, 0));

    return json_len(codes) == 1 && only && strcmp(only, d->lang) == 0 &&
           json_len(json_get(show, "surtitres")) == 0;
}

/* Of the first show: "français, surtitres : italien". */
static void languages(struct telling *t)
{
    const struct json *show = show_of(t->n, 0);
    const struct json *titles = json_get(show, "surtitres");

    if (is_own_language(t->d, show))
        return;
    say_labels(t, "spectacle", "langues_iso", json_get(show, "langues_spectacle"));
    for (size_t i = 0; i < json_len(titles); i++) {
        const char *label = words_label(
                t->d, "spectacle", "langues_iso", json_as_text(json_at(titles, i)));
        char *text =
                label ? xasprintf("%s\u00A0: %s", words(t->d, WORD_SURTITLES), label)
                      : NULL;

        say(t, text, NULL);
        free(text);
    }
}

/* Something takes place: nothing is sold for what does not. */
static bool is_on_sale(const struct telling *t)
{
    if (t->p)
        return facts_takes_place(t->p);
    for (size_t i = 0; i < t->n->noccurrences; i++)
        if (facts_takes_place(&t->n->occurrences[i]))
            return true;
    return false;
}

static void prices(struct telling *t)
{
    if (is_on_sale(t))
        say_words(t, words_prices);
}

static void booking(struct telling *t)
{
    const struct json *ways = notice_at(t->n->body, "reservation.moyens");

    if (!is_on_sale(t))
        return;
    say_label(t, "evenement", "modes_reservation",
            notice_text_at(t->n->body, "reservation.mode"));
    for (size_t i = 0; i < json_len(ways); i++) {
        const struct json *way = json_at(ways, i);
        const char *type = json_get_text(way, "type");
        const char *value = json_get_text(way, "valeur");

        if (type && strcmp(type, "tel") == 0)
            say_phone(t, value);
        else if (type && strcmp(type, "courriel") == 0)
            say_mail(t, value);
        else
            say_page(t, value);
    }
}

/* Of the performance's venue, else of the usual one, else of the first. */
static const char *place_of(const struct telling *t)
{
    const char *place = json_get_text(t->n->body, "lieu");

    if (t->p)
        return strcmp(t->p->status, "passe_en_ligne") == 0 ? "" : t->p->place;
    return place || !t->n->noccurrences ? place : t->n->occurrences[0].place;
}

static void access(struct telling *t)
{
    struct buf text;

    buf_init(&text, 0);
    words_access(t->d, notice_linked(t->n, place_of(t)), &text);
    say(t, text.s, NULL);
    buf_release(&text);
}

static void online(struct telling *t)
{
    say_page(t, json_get_text(t->n->body, "lien_en_ligne"));
}

static void company(struct telling *t)
{
    for (size_t i = 0; i < json_len(json_get(t->n->body, "spectacles")); i++)
        say_names(t, json_get(show_of(t->n, i), "compagnie"));
}

/* "Zoé Martin (Nina)", "Ana Dupont (mise en scène)" */
static void say_credit(struct telling *t, const struct json *row)
{
    const char *name = facts_name(t->n, json_get_text(row, "ref"));
    const char *role = json_get_text(row, "personnage");
    const char *label =
            words_label(t->d, "spectacle", "fonctions", json_get_text(row, "fonction"));
    struct buf text;

    if (!name)
        return;
    buf_init(&text, 0);
    buf_adds(&text, name);
    if (role && *role) {
        buf_addf(&text, " (%s)", role);
    } else if (label) {
        buf_adds(&text, " (");
        words_lower(label, &text);
        buf_addc(&text, ')');
    }
    say(t, text.s, NULL);
    buf_release(&text);
}

static void credits(struct telling *t)
{
    for (size_t i = 0; i < json_len(json_get(t->n->body, "spectacles")); i++) {
        const struct json *rows = json_get(show_of(t->n, i), "contributions");

        for (size_t k = 0; k < json_len(rows); k++)
            say_credit(t, json_at(rows, k));
    }
}

static void organiser(struct telling *t)
{
    const char *uid = json_get_text(t->n->body, "organisateur");
    const struct json *who = notice_linked(t->n, uid);

    say_names(t, json_get(t->n->body, "organisateur"));
    say_phone(t, notice_text_at(who, "contact_public.tel"));
    say_mail(t, notice_text_at(who, "contact_public.courriel"));
}

static void part_of(struct telling *t)
{
    const struct json *whole =
            notice_linked(t->n, json_get_text(t->n->body, "evenement_parent"));
    const char *page = json_get_text(whole, "url_fiche");

    say_text(t, whole, "titre", facts_is_address(page) ? page : NULL);
}

static void with(struct telling *t)
{
    say_names(t, json_get(t->n->body, "coorganisateurs"));
}

/* A page is not told its own address; what is printed is told that of the page. */
static void page(struct telling *t)
{
    struct buf address;

    buf_init(&address, 0);
    if (t->p)
        ident_page(t->d, t->n->body, &address);
    say_page(t, t->p ? address.s : json_get_text(t->n->body, "url_fiche"));
    buf_release(&address);
}

static void tell(const struct telling *about, enum told first, enum told last)
{
    static const struct {
        enum word label;
        void (*tell)(struct telling *t);
    } rows[TOLD_N] = {
            [TOLD_GENRE] = {WORD_GENRE, genre},
            [TOLD_AUDIENCE] = {WORD_AUDIENCE, audience},
            [TOLD_DURATION] = {WORD_DURATION, duration},
            [TOLD_LANGUAGES] = {WORD_LANGUAGES, languages},
            [TOLD_PRICES] = {WORD_RATES, prices},
            [TOLD_BOOKING] = {WORD_BOOKING, booking},
            [TOLD_ACCESS] = {WORD_ACCESS, access},
            [TOLD_ONLINE] = {WORD_ONLINE, online},
            [TOLD_COMPANY] = {WORD_COMPANY, company},
            [TOLD_CREDITS] = {WORD_CREDITS, credits},
            [TOLD_ORGANISER] = {WORD_ORGANISER, organiser},
            [TOLD_WITH] = {WORD_WITH, with},
            [TOLD_PART_OF] = {WORD_PART_OF, part_of},
            [TOLD_PAGE] = {WORD_PAGE, page},
    };

    for (enum told i = first; i < last; i++) {
        struct telling t = *about;

        t.label = words(t.d, rows[i].label);
        rows[i].tell(&t);
        if (t.begun)
            t.to->end(t.to->ctx);
    }
}

void told_rows(const struct delivery *d, const struct notice *n,
        const struct performance *p, enum told first, const struct teller *to)
{
    tell(&(struct telling){.d = d, .n = n, .p = p, .to = to}, first, TOLD_N);
}

void told_contact(
        const struct delivery *d, const struct json *body, const struct teller *to)
{
    struct telling t = {.d = d, .to = to, .label = words(d, WORD_CONTACT)};

    say_phone(&t, notice_text_at(body, "contact_public.tel"));
    say_mail(&t, notice_text_at(body, "contact_public.courriel"));
    say_page(&t, notice_text_at(body, "contact_public.site"));
    if (t.begun)
        to->end(to->ctx);
}

/* --- in one line ------------------------------------------------------------------ */

struct line {
    struct buf *out;
    bool row, part; /* one was written */
};

static void line_begin(void *ctx, const char *label)
{
    struct line *l = ctx;

    (void)label;
    if (l->row)
        buf_adds(l->out, "\u00A0· ");
    l->row = true;
    l->part = false;
}

static void line_part(
        void *ctx, const char *text, const char *address, const char *lang)
{
    struct line *l = ctx;

    (void)address;
    (void)lang;
    if (l->part)
        buf_adds(l->out, ", ");
    buf_adds(l->out, text);
    l->part = true;
}

static void line_end(void *ctx)
{
    (void)ctx;
}

void told_kind(const struct delivery *d, const struct notice *n,
        const struct performance *p, struct buf *out)
{
    struct line line = {.out = out};
    const struct teller to = {line_begin, line_part, line_end, &line};
    const struct telling about = {.d = d, .n = n, .p = p, .to = &to};

    tell(&about, TOLD_GENRE, TOLD_LANGUAGES);
}

/* --- licence, places -------------------------------------------------------------- */

const char *told_licence(
        const struct delivery *d, const struct notice *n, char **ret_address)
{
    const char *code = json_get_text(n->body, "licence");
    const char *url =
            code ? gate_cell(d->gate, "evenement", "licences_donnee", code, "url")
                 : NULL;

    *ret_address = facts_is_address(url) ? xstrdup(url) : NULL;
    return words_label(d, "evenement", "licences_donnee", code);
}

struct told_place told_place(const struct notice *n, size_t i)
{
    const struct performance *p = &n->occurrences[i], *last = i ? p - 1 : NULL;
    struct told_place at;
    char start[MOMENT_TEXT_SIZE], before[DATE_ISO_SIZE] = "";

    date_iso(p->start.days, at.day);
    moment_text(&p->start, start);
    if (last)
        date_iso(last->start.days, before);
    snprintf(at.month, sizeof(at.month), "%.7s", at.day);
    snprintf(at.key, sizeof(at.key), "%s %s", start, p->uid);
    at.new_day = strcmp(before, at.day) != 0;
    at.new_month = strncmp(before, at.day, 7) != 0;
    return at;
}
