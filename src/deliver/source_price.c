#include "source_price.h"

#include <string.h>

#include "odus/base/utf8.h"
#include "source_text.h"
#include "source_words.h"

enum { RATES_MAX = 20, REMARK_CHARS = 255, CENTS_MAX = 100000000 };

/* --- one price -------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number at the beginning of *REST in cents; it is cut off. */
static bool take_number(struct view *rest, int64_t *ret)
{
    int64_t cents = 0;
    size_t i = 0;

    while (i < rest->n && is_digit(rest->p[i]) && cents < CENTS_MAX)
        cents = cents * 10 + rest->p[i++] - '0';
    if (i == 0)
        return false;
    cents *= 100;
    if (i + 1 < rest->n && (rest->p[i] == ',' || rest->p[i] == '.') &&
            is_digit(rest->p[i + 1])) {
        cents += (rest->p[i + 1] - '0') * 10;
        i += 2;
        if (i < rest->n && is_digit(rest->p[i]))
            cents += rest->p[i++] - '0';
        /* "12,500" is anybody's guess. */
        if (i < rest->n && is_digit(rest->p[i]))
            return false;
    }
    rest->p += i;
    rest->n -= i;
    *ret = cents;
    return cents <= CENTS_MAX;
}

static bool cut_word(struct view *rest, const char *word)
{
    size_t n = strlen(word);

    if (!source_starts(*rest, word))
        return false;
    *rest = view_trim((struct view){rest->p + n, rest->n - n});
    return true;
}

static bool cut_euro(struct view *rest)
{
    static const char *const words[] = {"€", "euros", "euro", "eur"};

    *rest = view_trim(*rest);
    while (cut_word(rest, "\u00a0") || cut_word(rest, "\u202f"))
        ;
    for (size_t i = 0; i < COUNT(words); i++)
        if (cut_word(rest, words[i]))
            return true;
    return false;
}

bool source_cents(struct view text, int64_t *ret)
{
    struct view rest = view_trim(text);
    int64_t cents;

    cut_euro(&rest);
    if (!take_number(&rest, &cents))
        return false;
    cut_euro(&rest);
    if (rest.n)
        return false;
    *ret = cents;
    return true;
}

const char *source_rate(struct view label)
{
    static const struct {
        const char *words, *code;
    } all[] = {{"plein", "plein"}, {"tarif plein", "plein"}, {"plein tarif", "plein"},
            {"tarif normal", "plein"}, {"normal", "plein"}, {"tarif", "plein"},
            {"adulte", "plein"}, {"adultes", "plein"}, {"entree", "plein"},
            {"full", "plein"}, {"general", "plein"}, {"general admission", "plein"},
            {"reduit", "reduit"}, {"tarif reduit", "reduit"}, {"reduced", "reduit"},
            {"jeune", "jeune"}, {"jeunes", "jeune"}, {"tarif jeune", "jeune"},
            {"enfant", "enfant"}, {"enfants", "enfant"}, {"tarif enfant", "enfant"},
            {"child", "enfant"}, {"children", "enfant"}, {"etudiant", "etudiant"},
            {"etudiants", "etudiant"}, {"student", "etudiant"},
            {"demandeur d emploi", "demandeur_emploi"}, {"senior", "senior"},
            {"seniors", "senior"}, {"adherent", "adherent"}, {"adherents", "adherent"},
            {"tarif adherent", "adherent"}, {"abonne", "abonne"}, {"abonnes", "abonne"},
            {"groupe", "groupe"}, {"groupes", "groupe"}, {"scolaire", "scolaire"},
            {"scolaires", "scolaire"}, {"famille", "famille"},
            {"personne handicapee", "handicap"}, {"pass culture", "pass_culture"},
            {"solidaire", "solidaire"}, {"tarif solidaire", "solidaire"},
            {"participation libre chapeau", "libre"}, {"invitation", "invitation"},
            {"exonere", "exonere"}, {"gratuit", "gratuit"}};
    const char *code = NULL;
    struct buf folded;

    if (label.n > 60)
        return NULL;
    buf_init(&folded, 0);
    utf8_fold(label, &folded);
    for (size_t i = 0; i < COUNT(all) && !code; i++)
        if (strcmp(folded.s, all[i].words) == 0)
            code = all[i].code;
    buf_release(&folded);
    return code;
}

void source_add_rate(struct proposal *p, const char *category, int64_t low,
        int64_t high, struct view remark)
{
    struct json *row = json_new_object();

    json_set_text(row, "categorie", category);
    json_set_take(row, "prix_min_cts", json_int(low));
    if (high > low)
        json_set_take(row, "prix_max_cts", json_int(high));
    if (remark.n && utf8_count(remark) <= REMARK_CHARS)
        json_set_take(row, "precision", json_text(remark));
    proposal_push(p, "tarifs", row);
}

/* --- several in a sentence -------------------------------------------------------- */

struct rate {
    const char *category;
    int64_t low, high;
    struct view remark;
};

/* "réduit 8 à 10 € (étudiants)", whole. */
static bool read_rate(struct view part, struct rate *ret)
{
    struct rate rate = {.high = -1};
    struct view rest, label = {part.p, 0};

    while (label.n < part.n && !is_digit(part.p[label.n]))
        label.n++;
    rest = (struct view){part.p + label.n, part.n - label.n};
    label = view_trim(label);
    if (label.n && label.p[label.n - 1] == ':')
        label = view_trim((struct view){label.p, label.n - 1});
    rate.category = label.n ? source_rate(label) : "plein";
    if (!rate.category || !take_number(&rest, &rate.low))
        return false;
    cut_euro(&rest);
    if ((cut_word(&rest, "à ") || cut_word(&rest, "-") || cut_word(&rest, "–")) &&
            (!take_number(&rest, &rate.high) || rate.high < rate.low))
        return false;
    cut_euro(&rest);
    if (rest.n >= 2 && *rest.p == '(' && rest.p[rest.n - 1] == ')') {
        rate.remark = (struct view){rest.p + 1, rest.n - 2};
        rest.n = 0;
    }
    *ret = rate;
    return rest.n == 0;
}

/* The next part of *REST: to a comma before a blank, a semicolon, a slash, a line end;
 * none within parentheses. */
static bool next_part(struct view *rest, struct view *ret)
{
    size_t i = 0;
    int depth = 0;

    if (rest->n == 0)
        return false;
    for (; i < rest->n; i++) {
        char c = rest->p[i];

        depth += (c == '(') - (c == ')');
        if (depth <= 0 &&
                (c == ';' || c == '/' || c == '\n' ||
                        (c == ',' && i + 1 < rest->n && rest->p[i + 1] == ' ')))
            break;
    }
    *ret = view_trim((struct view){rest->p, i});
    i += i < rest->n;
    rest->p += i;
    rest->n -= i;
    return true;
}

/* All of TEXT is prices in euros. */
static size_t read_rates(struct view text, struct rate rates[RATES_MAX])
{
    struct view rest = text, part;
    size_t n = 0;

    if (!memmem(text.p, text.n, "€", 3) && !memmem(text.p, text.n, "uro", 3) &&
            !memmem(text.p, text.n, "EUR", 3))
        return 0;
    while (next_part(&rest, &part))
        if (part.n && (n == RATES_MAX || !read_rate(part, &rates[n++])))
            return 0;
    return n;
}

static void set_indication(struct proposal *p, const char *code)
{
    if (!proposal_get(p, "indication_tarif"))
        proposal_set(p, "indication_tarif", json_text(view_of(code)));
}

static bool all_free(const struct rate *rates, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rates[i].low > 0 || rates[i].high > 0)
            return false;
    return true;
}

void source_conditions(struct proposal *p, const char *name, struct view text)
{
    struct rate rates[RATES_MAX];
    const char *code;
    size_t n;

    text = view_trim(text);
    if (text.n && text.p[text.n - 1] == '.')
        text.n--;
    if (text.n == 0)
        return;
    code = source_free_word(text);
    if (code) {
        set_indication(p, code);
        return;
    }
    n = read_rates(text, rates);
    for (size_t i = 0; i < n; i++)
        source_add_rate(
                p, rates[i].category, rates[i].low, rates[i].high, rates[i].remark);
    if (n) {
        set_indication(p, all_free(rates, n) ? "gratuit" : "payant");
        proposal_note(
                p, "guessed", "tarifs", N_("the prices were read from a sentence"));
        return;
    }
    proposal_left(p, name, text);
    proposal_note(
            p, "lost", "tarifs", N_("the prices are in words that are not understood"));
}
