/* list: records in the order of the agenda. */
#include "run.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "odus/app/sync.h"
#include "odus/base/clock.h"
#include "odus/base/date.h"
#include "odus/base/datetext.h"
#include "odus/base/utf8.h"

enum { DATE_COLUMNS = 25, STATE_COLUMNS = 14 };

const struct agenda_row *agenda_next(struct agenda *a)
{
    const struct agenda_row *row = agenda_selected(a);
    struct agenda_row before;

    if (!row)
        return NULL;
    before = *row;
    agenda_move(a, 1);
    row = agenda_selected(a);
    return row && (row->day != before.day || strcmp(row->uid, before.uid) != 0) ? row
                                                                                : NULL;
}

static const char *state_key(enum agenda_state state)
{
    static const char *const keys[] = {
            [AGENDA_DRAFT] = N_("draft"),
            [AGENDA_COMPLETE] = N_("complete"),
            [AGENDA_REVIEW] = N_("to be reviewed"),
            [AGENDA_WAITING] = N_("waiting"),
            [AGENDA_STAYS] = N_("stays here"),
            [AGENDA_SENT] = N_("sent"),
    };

    return keys[state];
}

/* --- machines --- */

static void put_time(struct json *obj, const char *key, int minutes)
{
    struct buf text;

    if (minutes < 0)
        return;
    buf_init(&text, 0);
    datetext_time(minutes, &text);
    json_set_text(obj, key, text.s);
    buf_release(&text);
}

static void put_words(struct json *obj, const char *key, const char *value)
{
    json_set_text(obj, key, *value ? value : NULL);
}

static struct json *sync_json(struct app *app, const struct agenda_row *row)
{
    struct sync_standing s = app_standing(app, row->uid, row->state == AGENDA_DRAFT);
    struct json *obj = json_new_object();
    char at[CLOCK_TEXT];

    json_set_text(obj, "state", sync_word_id(s.word));
    if (s.sent_ms) {
        clock_rfc3339(s.sent_ms, at);
        json_set_text(obj, "sent_at", at);
    }
    json_set_take(obj, "held", json_bool(s.held));
    put_words(obj, "refused", s.refused);
    json_set_text(obj, "why", s.why);
    return obj;
}

static struct json *row_json(struct app *app, const struct agenda_row *row)
{
    struct json *obj = json_new_object();
    char date[DATE_ISO_SIZE];

    json_set_text(obj, "uid", row->uid);
    json_set_text(obj, "type", row->type);
    json_set_text(obj, "title", row->title);
    put_words(obj, "subtitle", row->subtitle);
    if (row->day) {
        date_iso(row->day, date);
        json_set_text(obj, "date", date);
        put_time(obj, "start", row->start);
        put_time(obj, "end", row->end);
        json_set_take(obj, "count", json_int(row->count));
    }
    put_words(obj, "place", row->place);
    put_words(obj, "town", row->town);
    put_words(obj, "organiser", row->organiser);
    json_set_text(obj, "state",
            row->state == AGENDA_REVIEW ? "review" : state_key(row->state));
    put_words(obj, "status", row->status);
    json_set_take(obj, "cancelled", json_bool(row->cancelled));
    json_set_take(obj, "sample", json_bool(row->sample));
    json_set_take(obj, "conflict", json_bool(row->conflict));
    json_set_take(obj, "sync", sync_json(app, row));
    json_set_take(obj, "errors", json_int(row->errors));
    json_set_take(obj, "warnings", json_int(row->warnings));
    return obj;
}

/* --- people --- */

static void add_date(const struct agenda_row *row, const char *lang, struct buf *out)
{
    struct buf date;

    buf_init(&date, 0);
    if (row->day)
        datetext_short(row->day, date_lang_of(lang), true, &date);
    if (row->day && row->start >= 0) {
        buf_addc(&date, ' ');
        datetext_time(row->start, &date);
    }
    add_column(out, date.s, DATE_COLUMNS);
    buf_release(&date);
}

void row_text(const struct agenda_row *row, const char *lang, struct buf *out)
{
    struct issue_counts counts = {.errors = row->errors, .warnings = row->warnings};
    struct buf words;

    buf_addf(out, "%.*s  ", ID_SHOWN, row->uid);
    add_date(row, lang, out);
    add_column(out, _(state_key(row->state)), STATE_COLUMNS);
    buf_adds(out, *row->title ? row->title : _("(untitled)"));
    if (*row->place || *row->town)
        buf_addf(out, " · %s%s%s", row->place, *row->place && *row->town ? ", " : "",
                row->town);
    else if (!row->day && *row->subtitle)
        buf_addf(out, " · %s", row->subtitle);
    if (row->cancelled)
        buf_addf(out, " · %s", _("cancelled"));
    if (row->held)
        buf_addf(out, " · %s", _("held"));
    if (row->refused)
        buf_addf(out, " · %s", _("refused by the server"));
    if (row->conflict)
        buf_addf(out, " · %s", _("to be decided"));
    buf_init(&words, 0);
    counts_text(counts, &words);
    if (counts.errors || counts.warnings)
        buf_addf(out, " · %s", words.s);
    buf_release(&words);
}

/* Columns of the terminal; 0 where lines may be as long as they are. */
static int line_width(void)
{
    struct winsize size;

    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
        return 0;
    return size.ws_col;
}

static void print_row(const struct agenda_row *row, const char *lang, int width)
{
    struct buf line, cut;

    buf_init(&line, 0);
    buf_init(&cut, 0);
    row_text(row, lang, &line);
    if (width > 0)
        add_column(&cut, line.s, width);
    out_line("%s", width > 0 ? cut.s : line.s);
    buf_release(&line);
    buf_release(&cut);
}

/* --- the query --- */

/* A filter whose value the shell has taken the quotes off: lieu:Salle des fêtes. */
static const char *value_to_quote(const char *word)
{
    const char *colon = strchr(word, ':');
    const char *space = strchr(word, ' ');

    if (!colon || !space || space < colon || strchr(colon + 1, ':') ||
            strchr(word, '"'))
        return NULL;
    return colon + 1;
}

static void join_query(const struct run *r, size_t from, struct buf *out)
{
    for (size_t i = from; i < r->nwords; i++) {
        const char *word = r->words[i];
        const char *value = value_to_quote(word);

        if (out->len)
            buf_addc(out, ' ');
        if (value)
            buf_addf(out, "%.*s\"%s\"", (int)(value - word), word, value);
        else
            buf_adds(out, word);
    }
}

static bool names_type(struct run *r)
{
    if (!r->nwords)
        return false;
    return strcmp(r->words[0], "*") == 0 || is_type(r->app, r->words[0], NULL);
}

static void print_rows(struct run *r, struct agenda *a)
{
    size_t left = r->args->limit ? r->args->limit : SIZE_MAX;
    struct out_list list = {0};
    int width = line_width();

    for (const struct agenda_row *row = agenda_selected(a); row && left; left--) {
        if (r->args->json)
            out_list_add(&list, row_json(r->app, row));
        else
            print_row(row, app_lang(r->app), width);
        row = agenda_next(a);
    }
    if (r->args->json)
        out_list_end(&list);
}

int run_list(struct run *r)
{
    struct agenda *a = agenda_new(r->app);
    bool typed = names_type(r);
    struct err err = {0};
    struct buf query;
    int status = CLI_DONE;

    buf_init(&query, 0);
    join_query(r, typed, &query);
    if (agenda_query(a, typed ? r->words[0] : NULL, query.s, &err) < 0) {
        cli_fail(&err);
        status = CLI_USAGE;
    } else {
        agenda_home(a);
        print_rows(r, a);
    }
    buf_release(&query);
    agenda_free(a);
    return status;
}
