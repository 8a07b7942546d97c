#include "odus/app/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "agenda_standing.h"
#include "agenda_window.h"
#include "app_priv.h"
#include "odus/base/mem.h"
#include "query.h"

enum {
    SCREEN_DEFAULT = 24,
    MOVE_MAX = 1000,
    COUNT_MAX = 1000,
    DAY_ROWS_MAX = 2000, /* rows of one day looked through for a record */
    DATED_MAX = 4,       /* forms whose undated records stand in the agenda */
};

struct agenda {
    struct app *app;
    struct query query; /* the window's query borrows from it */
    char *type;         /* NULL: the agenda */
    bool headings;
    char *dated[DATED_MAX + 1]; /* forms with dates, borrowed; NULL-terminated */
    int undated;                /* how many stand before today; 0: not counted */
    struct window w;
    size_t selected, top; /* rows of the window; top is the first one shown */
    size_t screen;        /* rows asked for last */
    int64_t generation;
    int count; /* -1: not counted yet */
    bool more;
    struct agenda_row *out;
    size_t out_cap;
    struct agenda_row picked;
    struct standings *standings;
};

/* Rows held on either side of the selection: what can be seen, and as much again. */
static size_t margin(const struct agenda *a)
{
    return 2 * a->screen;
}

static void place_at(struct agenda *a, size_t row)
{
    a->selected = a->w.n && row >= a->w.n ? a->w.n - 1 : row;
    a->top = a->selected;
}

/* A heading or two less, and the row that tells whether there are more. */
static void load_from(struct agenda *a, const struct search_key *key)
{
    place_at(a, window_load_from(&a->w, key, a->screen + 1));
}

static void find_dated(struct agenda *a)
{
    size_t n = 0;

    for (char *const *type = app_types(a->app); *type && n < DATED_MAX; type++)
        if (forms_dated(a->app->forms, *type))
            a->dated[n++] = *type;
}

static void set_query(struct agenda *a)
{
    a->w.query = query_search(&a->query, a->type);
    a->w.query.undated = a->dated;
    a->w.query.undated_at = app_today(a->app);
    a->count = -1;
}

struct agenda *agenda_new(struct app *app)
{
    struct agenda *a = xcalloc(1, sizeof(*a));

    a->app = app;
    a->w.store = app->store;
    a->standings = standings_new(app);
    a->query.after = a->query.before = SEARCH_ANY_DAY;
    a->headings = true;
    a->screen = SCREEN_DEFAULT;
    find_dated(a);
    set_query(a);
    a->generation = app_generation(app);
    agenda_goto(a, app_today(app));
    return a;
}

void agenda_free(struct agenda *a)
{
    if (!a)
        return;
    window_clear(&a->w);
    query_release(&a->query);
    free(a->type);
    free(a->out);
    standings_free(a->standings);
    free(a);
}

/* --- queries --- */

static const struct form_list *genres_of(struct app *app, const char *type)
{
    const struct form *form;

    if (forms_get(app->forms, type, &form, NULL, NULL) < 0 || form->genre < 0 ||
            form->fields[form->genre].list < 0)
        return NULL;
    return &form->lists[form->fields[form->genre].list];
}

const struct form_list *query_genres(
        struct app *app, const char *type, const char *text)
{
    const struct form_list *list = NULL;

    if (!strchr(text, ':'))
        return NULL;
    if (type && strcmp(type, "*") != 0)
        return genres_of(app, type);
    for (char *const *name = app_types(app); *name && !list; name++)
        list = genres_of(app, *name);
    return list;
}

static bool same_type(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

int agenda_query(struct agenda *a, const char *type, const char *text, struct err *err)
{
    struct query_context ctx = {.lang = app_lang(a->app), .today = app_today(a->app)};
    struct query q;
    int32_t day;
    int rc;

    ctx.genres = query_genres(a->app, type, text);
    rc = query_parse(view_of(text), &ctx, &q, err);
    if (rc < 0)
        return rc;
    day = a->w.n && same_type(a->type, type) ? a->w.rows[a->selected].day : ctx.today;
    query_release(&a->query);
    a->query = q;
    if (!same_type(a->type, type)) {
        free(a->type);
        a->type = xstrdup(type);
    }
    set_query(a);
    standings_forget(a->standings);
    a->headings = !a->type || strcmp(a->type, "*") == 0 ||
                  forms_dated(a->app->forms, a->type);
    agenda_goto(a, day);
    return 0;
}

bool agenda_asks_standing(const struct agenda *a)
{
    return a->query.standing != SEARCH_ANY_STANDING;
}

/* --- moving --- */

static void count_undated(struct agenda *a)
{
    struct search_query query = a->w.query;

    query.undated_only = true;
    a->undated = search_count(a->app->store, &query, COUNT_MAX);
}

/* From today on, the last undated above it. Where there is little from today on they
 * are among the rows before. */
static void load_today(struct agenda *a)
{
    struct search_key key = search_undated_end();
    size_t n;

    load_from(a, &key);
    if (a->selected == 0 && !a->w.at_start) {
        n = window_add_undated(&a->w, AGENDA_UNDATED);
        a->selected += n;
    }
    while (a->top > 0 && a->selected - a->top < AGENDA_UNDATED &&
            a->w.rows[a->top - 1].day == 0)
        a->top--;
    if (a->w.n && a->w.rows[a->top].day == 0)
        count_undated(a);
}

void agenda_goto(struct agenda *a, int32_t day)
{
    bool undated = day == 0 && !a->type;
    int32_t today = a->w.query.undated_at;
    struct search_key key = search_day_key(undated ? today : day);

    a->undated = 0;
    if (!a->headings)
        agenda_home(a);
    else if (!a->type && day == today)
        load_today(a);
    else
        load_from(a, &key);
    if (undated && a->w.n && a->w.rows[a->selected].day == 0)
        count_undated(a);
}

void agenda_home(struct agenda *a)
{
    place_at(a, window_load(&a->w, NULL, margin(a), margin(a)));
}

void agenda_end(struct agenda *a)
{
    window_load_end(&a->w, margin(a));
    place_at(a, a->w.n);
}

/* Sees to it that at least N rows stand before the row AT, where the list has them; the
 * place of that row then. */
static size_t have_before(struct agenda *a, size_t at, size_t n)
{
    size_t grown = 0;

    if (at < n)
        grown = window_grow(&a->w, false, n + a->screen - at);
    a->selected += grown;
    a->top += grown;
    return at + grown;
}

static void have_after(struct agenda *a, size_t at, size_t n)
{
    if (a->w.n < at + 1 + n)
        window_grow(&a->w, true, at + 1 + n + a->screen - a->w.n);
}

/* Keeps the window small: what is far from both the selection and the screen goes. */
static void trim(struct agenda *a)
{
    size_t gone = a->selected;

    a->selected = window_trim(&a->w, a->selected, 2 * margin(a));
    gone -= a->selected;
    a->top = a->top > gone ? a->top - gone : 0;
    if (a->top > a->w.n)
        a->top = a->selected;
}

void agenda_move(struct agenda *a, int delta)
{
    bool down = delta > 0;
    size_t steps;

    if (delta > MOVE_MAX || delta < -MOVE_MAX)
        delta = down ? MOVE_MAX : -MOVE_MAX;
    steps = (size_t)(down ? delta : -delta);
    if (a->w.n == 0)
        return;
    if (down)
        have_after(a, a->selected, steps);
    else
        have_before(a, a->selected, steps);
    if (down)
        a->selected = a->selected + steps < a->w.n ? a->selected + steps : a->w.n - 1;
    else
        a->selected = a->selected > steps ? a->selected - steps : 0;
    trim(a);
}

void agenda_select(struct agenda *a, const char *uid, int32_t day)
{
    size_t row = window_find(&a->w, uid, day);

    if (row < a->w.n) {
        a->selected = row;
        return;
    }
    agenda_goto(a, day);
    while ((row = window_find(&a->w, uid, day)) == a->w.n && a->w.n < DAY_ROWS_MAX &&
            a->w.n && a->w.rows[a->w.n - 1].day <= day)
        if (window_grow(&a->w, true, margin(a)) == 0)
            break;
    if (row < a->w.n)
        a->selected = row;
}

/* --- what is shown --- */

static enum agenda_state state_of(const struct search_row *row)
{
    if (row->draft)
        return AGENDA_DRAFT;
    return strcmp(row->status, "a_relire") == 0 ? AGENDA_REVIEW : AGENDA_COMPLETE;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void fill_row(const struct agenda *a, size_t i, struct agenda_row *ret)
{
    const struct search_row *row = &a->w.rows[i];

    *ret = (struct agenda_row){.day = row->day,
            .type = row->type,
            .title = text_or_empty(row->title),
            .subtitle = text_or_empty(row->subtitle),
            .place = text_or_empty(row->place),
            .town = text_or_empty(row->town),
            .organiser = text_or_empty(row->organiser),
            .start = row->start,
            .end = row->end,
            .count = row->count,
            .state = state_of(row),
            .status = row->status,
            .cancelled = row->cancelled,
            .sample = row->sample,
            .selected = i == a->selected,
            .errors = row->errors,
            .warnings = row->warnings};
    memcpy(ret->uid, row->uid, sizeof(ret->uid));
    standings_fill(a->standings, ret);
}

/* Lines row I takes when FIRST is the row at the top. */
static size_t lines_of(const struct agenda *a, size_t i, size_t first)
{
    bool heading =
            a->headings && (i == first || a->w.rows[i].day != a->w.rows[i - 1].day);

    return 1 + heading;
}

static size_t lines_between(const struct agenda *a, size_t first, size_t last)
{
    size_t lines = 0;

    for (size_t i = first; i <= last; i++)
        lines += lines_of(a, i, first);
    return lines;
}

/* Scrolls as little as needed to show the selection; no room is wasted at the end. What
 * stands before it is only loaded where that is to be seen. */
static void scroll(struct agenda *a, size_t rows)
{
    if (a->selected < a->top)
        a->top = a->selected;
    if (a->selected - a->top > rows)
        a->top = a->selected - rows;
    while (a->top < a->selected && lines_between(a, a->top, a->selected) > rows)
        a->top++;
    if (a->w.n - a->top < rows)
        have_before(a, a->top, rows);
    while (a->top > 0 && a->w.n - a->top < rows &&
            lines_between(a, a->top - 1, a->w.n - 1) <= rows)
        a->top--;
}

static struct agenda_row heading_of(const struct agenda *a, int32_t day)
{
    return (struct agenda_row){
            .heading = true, .day = day, .count = day ? 0 : a->undated};
}

const struct agenda_row *agenda_rows(struct agenda *a, size_t rows, size_t *ret_n)
{
    size_t n = 0;

    *ret_n = 0;
    if (rows == 0)
        return NULL;
    a->screen = rows;
    if (a->out_cap < rows) {
        a->out = xrealloc(a->out, rows, sizeof(*a->out));
        a->out_cap = rows;
    }
    if (a->w.n) {
        have_after(a, a->selected, rows);
        scroll(a, rows);
    }
    for (size_t i = a->top; i < a->w.n && n + lines_of(a, i, a->top) <= rows; i++) {
        if (lines_of(a, i, a->top) == 2)
            a->out[n++] = heading_of(a, a->w.rows[i].day);
        fill_row(a, i, &a->out[n++]);
    }
    *ret_n = n;
    return a->out;
}

const struct agenda_row *agenda_selected(struct agenda *a)
{
    if (a->w.n == 0)
        return NULL;
    fill_row(a, a->selected, &a->picked);
    return &a->picked;
}

/* The list is in the window, or was counted. */
bool agenda_count_known(const struct agenda *a)
{
    return a->count >= 0 || a->w.n == 0 || (a->w.at_start && a->w.at_end);
}

void agenda_count(struct agenda *a, int *ret_n, bool *ret_more)
{
    if (a->count < 0) {
        int n = agenda_count_known(a)
                        ? (int)a->w.n
                        : search_count(a->app->store, &a->w.query, COUNT_MAX + 1);

        a->more = n > COUNT_MAX;
        a->count = a->more ? COUNT_MAX : n < 0 ? 0 : n;
    }
    *ret_n = a->count;
    *ret_more = a->more;
}

bool agenda_refresh(struct agenda *a)
{
    int64_t generation = app_generation(a->app);
    struct agenda_row before = {.day = 0};
    struct search_key key;
    size_t above = a->selected - a->top;
    size_t row;

    if (generation == a->generation)
        return false;
    a->generation = generation;
    standings_forget(a->standings);
    a->count = -1;
    if (a->w.n == 0) {
        agenda_goto(a, app_today(a->app));
        return true;
    }
    fill_row(a, a->selected, &before);
    key = a->w.rows[a->selected].key;
    place_at(a, window_load(&a->w, &key, margin(a), margin(a)));
    if (a->undated)
        count_undated(a);
    row = window_find(&a->w, before.uid, before.day);
    if (row < a->w.n)
        a->selected = row;
    a->top = a->selected > above ? a->selected - above : 0;
    return true;
}
