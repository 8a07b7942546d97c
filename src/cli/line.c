/* odus line: which record, then its questions. */
#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

enum { HITS_MAX = 20 };

/* Ids behind the numbers of a list just shown. */
struct numbered {
    char *ids[HITS_MAX];
    size_t n;
};

static void release(struct numbered *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->ids[i]);
    list->n = 0;
}

static void add(struct numbered *list, const char *id, const char *text)
{
    list->ids[list->n++] = xstrdup(id);
    out_line("%zu. %s", list->n, text);
}

/* The id whose number is answered; NULL for anything else. */
static const char *ask_number(struct line *l, const struct numbered *list)
{
    long long n;

    out_line("%s", _("number, or Enter to go back"));
    if (!line_read(l) || !view_int(buf_view(&l->answer), &n) || n < 1 ||
            n > (long long)list->n)
        return NULL;
    return list->ids[n - 1];
}

static int open_record(struct line *l, const char *uid)
{
    struct entry *en;
    struct err err = {0};

    if (entry_open(l->r->app, uid, &en, &err) < 0)
        return cli_fail(&err);
    line_form(l, en);
    return CLI_DONE;
}

static int open_new(struct line *l, const char *type)
{
    struct entry *en;
    struct err err = {0};

    if (entry_new(l->r->app, type, &en, &err) < 0)
        return cli_fail(&err);
    line_form(l, en);
    return CLI_DONE;
}

static void search(struct line *l)
{
    struct agenda *a = agenda_new(l->r->app);
    struct numbered list = {.n = 0};
    struct err err = {0};
    struct buf text;
    const char *uid;

    out_line("%s", _("words or filters (place: organiser: after: before:)"));
    if (!line_read(l)) {
        agenda_free(a);
        return;
    }
    buf_init(&text, 0);
    if (agenda_query(a, NULL, l->answer.s, &err) < 0)
        line_error(&err);
    else
        agenda_goto(a, 0); /* what has no date yet comes before today's */
    for (const struct agenda_row *row = agenda_selected(a);
            !err.id && row && list.n < HITS_MAX; row = agenda_next(a)) {
        buf_clear(&text);
        row_text(row, app_lang(l->r->app), &text);
        add(&list, row->uid, text.s);
    }
    uid = list.n ? ask_number(l, &list) : NULL;
    if (!list.n)
        out_line("%s", _("nothing found"));
    if (uid)
        open_record(l, uid);
    buf_release(&text);
    release(&list);
    agenda_free(a);
}

static void choose_type(struct line *l)
{
    struct numbered list = {.n = 0};
    const char *type;

    for (char *const *t = app_types(l->r->app); *t && list.n < HITS_MAX; t++)
        add(&list, *t, app_type_label(l->r->app, *t));
    type = ask_number(l, &list);
    if (type)
        open_new(l, type);
    release(&list);
}

static void choose_draft(struct line *l)
{
    struct numbered list = {.n = 0};
    struct app_draft *drafts = NULL;
    struct err err = {0};
    const char *uid;
    size_t n = 0;

    if (app_drafts(l->r->app, false, &drafts, &n, &err) < 0) {
        line_error(&err);
        return;
    }
    for (size_t i = 0; i < n && list.n < HITS_MAX; i++)
        add(&list, drafts[i].uid,
                drafts[i].title && *drafts[i].title ? drafts[i].title
                                                    : _("(untitled)"));
    app_drafts_release(drafts, n);
    uid = list.n ? ask_number(l, &list) : NULL;
    if (!list.n)
        out_line("%s", _("there are no drafts"));
    if (uid)
        open_record(l, uid);
    release(&list);
}

static void menu(struct line *l)
{
    while (!l->eof && !l->quit) {
        out_line("%s", "");
        out_line(_("1. %1$s"), _("search the agenda"));
        out_line(_("2. %1$s"), _("new record"));
        out_line(_("3. %1$s"), _("drafts"));
        out_line(_("4. %1$s"), _("quit"));
        if (!line_read(l))
            return;
        switch (l->answer.s[0]) {
        case '1': search(l); break;
        case '2': choose_type(l); break;
        case '3': choose_draft(l); break;
        case '4': return;
        default: l->quit = strcmp(l->answer.s, ":quit") == 0; break;
        }
    }
}

static int open_word(struct line *l, const char *word)
{
    char uid[37];
    int status;

    if (is_type(l->r->app, word, NULL))
        return open_new(l, word);
    status = find_record(l->r, word, uid);
    return status == CLI_DONE ? open_record(l, uid) : status;
}

int run_line(struct run *r)
{
    struct line l = {.r = r, .view = {.section = -1}, .jump_section = -1};
    int status = CLI_DONE;

    buf_init(&l.answer, ASK_LINE_MAX);
    if (r->nwords)
        status = open_word(&l, r->words[0]);
    else
        menu(&l);
    line_forget_choices(&l);
    buf_release(&l.answer);
    return status == CLI_DONE && l.blocked ? CLI_PROBLEMS : status;
}
