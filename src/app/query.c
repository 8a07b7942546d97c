#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/datetext.h"
#include "odus/base/utf8.h"
#include "odus/form/input.h"

enum {
    NAME_MAX_BYTES = 40,
    DATE_WORDS = 4,
    TEXT_LETTERS = 3, /* fewer begin too many words of long texts */
};

enum filter { FILTER_NONE, PLACE, ORGANISER, GENRE, STATUS, AFTER, BEFORE, TEXT };

struct word {
    const char *text; /* folded */
    enum filter filter;
};

static const struct word filters[] = {{"lieu", PLACE}, {"salle", PLACE},
        {"place", PLACE}, {"venue", PLACE}, {"luogo", PLACE},
        {"organisateur", ORGANISER}, {"organiser", ORGANISER}, {"organizer", ORGANISER},
        {"organizzatore", ORGANISER}, {"genre", GENRE}, {"genere", GENRE},
        {"etat", STATUS}, {"state", STATUS}, {"status", STATUS}, {"stato", STATUS},
        {"apres", AFTER}, {"depuis", AFTER}, {"after", AFTER}, {"from", AFTER},
        {"since", AFTER}, {"dopo", AFTER}, {"avant", BEFORE}, {"before", BEFORE},
        {"until", BEFORE}, {"prima", BEFORE}, {"texte", TEXT}, {"text", TEXT},
        {"testo", TEXT}};

/* A code of statut_fiche, or where records stand, and what people call it (folded). */
static const struct state {
    const char *code; /* NULL: it is about the standing */
    enum search_standing standing;
    const char *names[6];
} states[] = {
        {"brouillon", SEARCH_ANY_STANDING, {"brouillon", "draft", "bozza"}},
        {"a_relire", SEARCH_ANY_STANDING,
                {"a relire", "relire", "review", "to review", "da rivedere"}},
        {"valide", SEARCH_ANY_STANDING,
                {"valide", "validee", "approved", "convalidata"}},
        {"publie", SEARCH_ANY_STANDING,
                {"publie", "publiee", "published", "pubblicata"}},
        {"archive", SEARCH_ANY_STANDING,
                {"archive", "archivee", "archived", "archiviata"}},
        {"supprime", SEARCH_ANY_STANDING,
                {"supprime", "supprimee", "deleted", "eliminata"}},
        {NULL, SEARCH_WAITING,
                {"attente", "en attente", "waiting", "attesa", "in attesa"}},
        {NULL, SEARCH_SENT, {"envoye", "envoyee", "sent", "inviata", "inviato"}},
        {NULL, SEARCH_CONFLICT,
                {"conflit", "en conflit", "conflict", "a decider", "conflitto",
                        "da decidere"}},
        {NULL, SEARCH_COMPLETE, {"complet", "complete", "completa", "completo"}},
        {NULL, SEARCH_STAYS,
                {"reste ici", "ici", "stays here", "here", "resta qui", "qui"}},
};

struct parser {
    const struct query_context *ctx;
    struct view all, rest;
    struct buf words, place, organiser, genre;
    struct query *q;
    struct view before_text; /* typed after `avant:`; read when all of the text is */
    struct err *err;
};

static void skip_spaces(struct view *v)
{
    while (v->n && (*v->p == ' ' || *v->p == '\t' || *v->p == '\n')) {
        v->p++;
        v->n--;
    }
}

static bool starts_with(struct view v, const char *text)
{
    return v.n >= strlen(text) && memcmp(v.p, text, strlen(text)) == 0;
}

/* Length of the bare word V begins with. */
static size_t word_length(struct view v)
{
    size_t n = 0;

    while (n < v.n && v.p[n] != ' ' && v.p[n] != '\t' && v.p[n] != '\n')
        n++;
    return n;
}

/* Cuts the value V begins with: what quotes hold (they may lack their end), or a word.
 */
static struct view take_value(struct view *v)
{
    static const char *const quotes[][2] = {{"\"", "\""}, {"«", "»"}, {"“", "”"}};
    struct view value = {v->p, word_length(*v)};
    size_t used = value.n;

    for (size_t i = 0; i < COUNT(quotes); i++) {
        size_t open = strlen(quotes[i][0]);
        const char *end;

        if (!starts_with(*v, quotes[i][0]))
            continue;
        end = memmem(v->p + open, v->n - open, quotes[i][1], strlen(quotes[i][1]));
        value.p = v->p + open;
        value.n = end ? (size_t)(end - value.p) : v->n - open;
        used = open + value.n + (end ? strlen(quotes[i][1]) : 0);
        break;
    }
    v->p += used;
    v->n -= used;
    return view_trim(value);
}

static enum filter filter_named(const char *folded)
{
    size_t n = strlen(folded);
    enum filter found = FILTER_NONE;

    for (size_t i = 0; i < COUNT(filters); i++) {
        if (strcmp(filters[i].text, folded) == 0)
            return filters[i].filter;
        if (n >= 3 && strncmp(filters[i].text, folded, n) == 0)
            found = filters[i].filter;
    }
    return found;
}

/* The filter V begins with, its name in NAME (folded); *RET_N is its length with the
 * colon, 0 when V begins with no `name:`. */
static enum filter filter_at(struct view v, struct buf *name, size_t *ret_n)
{
    const char *colon = memchr(v.p, ':', word_length(v));

    *ret_n = colon && colon > v.p ? (size_t)(colon - v.p) + 1 : 0;
    buf_clear(name);
    if (*ret_n == 0 || *ret_n > NAME_MAX_BYTES)
        return FILTER_NONE;
    utf8_fold((struct view){v.p, *ret_n - 1}, name);
    return filter_named(name->s);
}

/* The filter people meant by NAME, or NULL. */
static const char *near_filter(const char *name)
{
    const char *best = NULL;
    double least = 0.3;

    for (size_t i = 0; i < COUNT(filters); i++) {
        double d = utf8_distance(name, filters[i].text);

        if (d < least) {
            least = d;
            best = filters[i].text;
        }
    }
    return best;
}

static int fail_at(struct parser *p, const char *where, int code)
{
    struct view before = {p->all.p, (size_t)(where - p->all.p)};

    err_at(p->err, NULL, 0, (int)utf8_count(before) + 1);
    return code;
}

static void add_words(struct buf *out, struct view value)
{
    if (value.n && out->len)
        buf_addc(out, ' ');
    buf_addv(out, value);
}

/* --- dates --- */

static int day_of(struct parser *p, struct view text, bool last, int32_t *ret)
{
    return query_day(text, date_lang_of(p->ctx->lang), p->ctx->today, DATE_YEAR_NEAREST,
            last, ret, p->err);
}

/* Takes words after TEXT as long as they make a longer date with it: 5 décembre. */
static struct view more_of_date(struct parser *p, struct view text)
{
    struct view rest = p->rest;
    struct view longest = text;
    int32_t days;

    for (int i = 1; i < DATE_WORDS && rest.n; i++) {
        size_t n;

        skip_spaces(&rest);
        n = word_length(rest);
        rest.p += n;
        rest.n -= n;
        text.n = (size_t)(rest.p - text.p);
        if (day_of(p, text, false, &days) == 0) {
            longest = text;
            p->rest = rest;
        }
    }
    return longest;
}

static int read_after(struct parser *p, struct view text)
{
    int rc = day_of(p, text, false, &p->q->after);

    return rc < 0 ? fail_at(p, text.p, rc) : 0;
}

/* `avant:` after `après:` is meant after it: from 1/12 to 15/1 passes the year's end.
 */
static int read_before(struct parser *p)
{
    struct view text = p->before_text;
    struct query *q = p->q;
    int rc;

    if (!text.n)
        return 0;
    rc = day_of(p, text, true, &q->before);
    if (rc == 0 && q->after != SEARCH_ANY_DAY && q->before < q->after)
        rc = query_day(text, date_lang_of(p->ctx->lang), q->after, DATE_YEAR_NEXT, true,
                &q->before, p->err);
    return rc < 0 ? fail_at(p, text.p, rc) : 0;
}

/* --- codes --- */

/* The state that FOLDED names or begins; NULL: none, or several do. */
static const struct state *state_named(struct view folded)
{
    const struct state *found = NULL;
    bool several = false;

    for (size_t i = 0; i < COUNT(states) && folded.n; i++)
        for (size_t k = 0; k < COUNT(states[i].names) && states[i].names[k]; k++) {
            const char *name = states[i].names[k];

            if (strncmp(name, folded.p, folded.n) != 0)
                continue;
            if (!name[folded.n])
                return &states[i];
            several = several || (found && found != &states[i]);
            found = &states[i];
        }
    return several ? NULL : found;
}

static int read_status(struct parser *p, struct view value)
{
    const struct state *state;
    struct buf folded;

    buf_init(&folded, QUERY_MAX);
    utf8_fold(value, &folded);
    state = state_named(buf_view(&folded));
    if (!state)
        err_set(p->err, ERR_INVALID,
                N_("no state is called \"%1$s\": brouillon, à relire, validée, "
                   "publiée, archivée, supprimée; complet, attente, envoyé, conflit, "
                   "ici"),
                folded.s);
    else if (state->code)
        p->q->status = state->code;
    else
        p->q->standing = state->standing;
    buf_release(&folded);
    return state ? 0 : fail_at(p, value.p, ERR_INVALID);
}

static int read_genre(struct parser *p, struct view value)
{
    int rc;

    buf_clear(&p->genre);
    if (!p->ctx->genres) {
        rc = err_set(p->err, ERR_INVALID, N_("these records have no genre"));
        return fail_at(p, value.p, rc);
    }
    rc = input_choice(p->ctx->genres, value, &p->genre, p->err);
    return rc < 0 ? fail_at(p, value.p, ERR_INVALID) : 0;
}

static void read_text(struct parser *p, struct view value)
{
    add_words(&p->words, value);
    p->q->texts = p->q->texts || utf8_count(value) >= TEXT_LETTERS;
}

/* The search that a query asks for, as a whole. */
static int check_whole(struct parser *p)
{
    if (!p->q->texts || (!p->place.len && !p->organiser.len))
        return 0;
    return err_set(p->err, ERR_INVALID,
            N_("texte: is looked for without lieu: and organisateur:"));
}

static int apply(struct parser *p, enum filter filter, struct view value)
{
    switch (filter) {
    case PLACE: add_words(&p->place, value); return 0;
    case ORGANISER: add_words(&p->organiser, value); return 0;
    case GENRE: return read_genre(p, value);
    case STATUS: return read_status(p, value);
    case AFTER: return read_after(p, more_of_date(p, value));
    case BEFORE: p->before_text = more_of_date(p, value); return 0;
    case TEXT: read_text(p, value); return 0;
    case FILTER_NONE: break;
    }
    add_words(&p->words, value);
    return 0;
}

static int parse_item(struct parser *p, struct buf *name)
{
    const char *start = p->rest.p;
    size_t n, next;
    enum filter filter = filter_at(p->rest, name, &n);

    if (filter == FILTER_NONE) {
        const char *near = n && p->rest.n > n ? near_filter(name->s) : NULL;

        if (!near)
            return apply(p, FILTER_NONE, take_value(&p->rest));
        err_set(p->err, ERR_INVALID,
                N_("no filter is called \"%1$s\"; did you mean \"%2$s\"?"), name->s,
                near);
        return fail_at(p, start, ERR_INVALID);
    }
    p->rest.p += n;
    p->rest.n -= n;
    skip_spaces(&p->rest);
    if (p->rest.n == 0 || filter_at(p->rest, name, &next) != FILTER_NONE)
        return 0;
    return apply(p, filter, take_value(&p->rest));
}

static char *take_text(struct buf *b)
{
    char *text = b->len ? buf_take(b) : NULL;

    buf_release(b);
    return text;
}

int query_parse(struct view text, const struct query_context *ctx, struct query *ret,
        struct err *err)
{
    struct query q = {.after = SEARCH_ANY_DAY, .before = SEARCH_ANY_DAY};
    struct parser p = {.ctx = ctx, .q = &q, .err = err};
    struct buf clean, name;
    int rc = 0;

    if (text.n > QUERY_MAX)
        return err_set(err, ERR_LIMIT, N_("the query is too long"));
    buf_init(&clean, 4 * QUERY_MAX);
    utf8_clean(text, 0, &clean);
    p.all = p.rest = buf_view(&clean);
    buf_init(&name, 4 * NAME_MAX_BYTES);
    buf_init(&p.words, 4 * QUERY_MAX);
    buf_init(&p.place, 4 * QUERY_MAX);
    buf_init(&p.organiser, 4 * QUERY_MAX);
    buf_init(&p.genre, QUERY_MAX);
    for (skip_spaces(&p.rest); rc == 0 && p.rest.n; skip_spaces(&p.rest))
        rc = parse_item(&p, &name);
    if (rc == 0)
        rc = read_before(&p);
    if (rc == 0)
        rc = check_whole(&p);
    q.words = take_text(&p.words);
    q.place = take_text(&p.place);
    q.organiser = take_text(&p.organiser);
    q.genre = take_text(&p.genre);
    buf_release(&name);
    buf_release(&clean);
    if (rc < 0) {
        query_release(&q);
        return rc;
    }
    err_clear(err);
    *ret = q;
    return 0;
}

void query_release(struct query *q)
{
    free(q->words);
    free(q->place);
    free(q->organiser);
    free(q->genre);
    *q = (struct query){.after = SEARCH_ANY_DAY, .before = SEARCH_ANY_DAY};
}

struct search_query query_search(const struct query *q, const char *type)
{
    return (struct search_query){.words = q->words,
            .type = type,
            .place = q->place,
            .organiser = q->organiser,
            .genre = q->genre,
            .status = q->status,
            .standing = q->standing,
            .memos = q->texts,
            .after = q->after,
            .before = q->before};
}
