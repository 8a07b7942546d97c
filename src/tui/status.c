/* How things stand with the server, in words that fit. */
#include <string.h>

#include "odus/app/agenda.h"
#include "odus/base/utf8.h"
#include "session.h"

/* --- numbers with units --- */

/* "40 s" */
static void add_seconds(int64_t seconds, struct buf *out)
{
    if (seconds < 60)
        buf_addf(out, _("%d s"), (int)seconds);
    else if (seconds < 60 * 60)
        buf_addf(out, _("%d min"), (int)((seconds + 30) / 60));
    else
        buf_addf(
                out, _("%d h %02d"), (int)(seconds / 3600), (int)(seconds % 3600 / 60));
}

/* --- one record --- */

struct status_word status_word(const struct sync_standing *st)
{
    if (st->conflict)
        return (struct status_word){_("≠ to decide"), STYLE_ERROR};
    if (st->refused[0] && st->word != WORD_DRAFT)
        return (struct status_word){_("✗ refused"), STYLE_ERROR};
    if (st->held && st->word != WORD_DRAFT)
        return (struct status_word){_("‖ held"), STYLE_WARNING};
    switch (st->word) {
    case WORD_DRAFT: return (struct status_word){_("✎ draft"), STYLE_WARNING};
    case WORD_WAITING: return (struct status_word){_("… waiting"), STYLE_INFO};
    case WORD_STAYS: return (struct status_word){_("⌂ stays here"), STYLE_NORMAL};
    case WORD_SENT: return (struct status_word){_("✓ sent"), STYLE_OK};
    default: return (struct status_word){_("✓ complete"), STYLE_OK};
    }
}

/* --- the exchange --- */

static const char *phase_word(enum sync_phase phase)
{
    switch (phase) {
    case SYNC_PUSH: return _("sending");
    case SYNC_PULL: return _("fetching");
    case SYNC_MERGE: return _("merging");
    default: return _("connecting");
    }
}

static void add_progress(const struct sync_state *st, bool narrow, struct buf *out)
{
    buf_adds(out, "⇅");
    if (!narrow || st->total <= 0)
        buf_addf(out, " %s", phase_word(st->phase));
    if (st->total > 0)
        buf_addf(out, " %lld/%lld", (long long)st->done, (long long)st->total);
    if (st->eta > 0 && !narrow) {
        buf_adds(out, " · ");
        add_seconds(st->eta, out);
    }
}

static void add_running(const struct sync_state *st, bool narrow, struct buf *out)
{
    if (st->ask)
        buf_adds(out, narrow ? _("? s") : _("? a question: s"));
    else if (st->phase == SYNC_WAIT)
        buf_adds(out, _("○ offline"));
    else
        add_progress(st, narrow, out);
}

static void add_last(struct ui *ui, int64_t last_ms, bool narrow, struct buf *out)
{
    if (!last_ms) {
        buf_adds(out, narrow ? "○" : _("○ never synchronised"));
        return;
    }
    buf_adds(out, "● ");
    ui_moment(ui, last_ms, false, out);
    if (!narrow)
        buf_addf(out, " %s", _("sent"));
}

void status_add_exchange(struct ui *ui, bool narrow, struct buf *out)
{
    const struct sync_state *st = session_state(ui->session);
    struct session_counts c = session_counts(ui->session);

    if (session_running(ui->session))
        add_running(st, narrow, out);
    else if (st->phase == SYNC_ENDED && st->err.id)
        buf_adds(out, st->failed_link ? _("○ offline")
                      : narrow        ? _("✗ s")
                                      : _("✗ not synchronised: s"));
    else if (c.sync.server)
        add_last(ui, c.sync.last_ms, narrow, out);
}

/* --- the first line --- */

static void add_part(struct buf *out, const char *words, int64_t n)
{
    if (out->len)
        buf_adds(out, " · ");
    buf_addf(out, words, (int)n);
}

static void add_words(const struct sync_counts *c, int64_t drafts, struct buf *out)
{
    bool others = c->waiting || c->held || c->refused || c->conflicts;

    if (drafts || !others)
        buf_addf(out, ngettext("%d draft", "%d drafts", (unsigned long)drafts),
                (int)drafts);
    if (c->waiting)
        add_part(out, _("%d waiting"), c->waiting);
    if (c->held)
        add_part(out, ngettext("%d held", "%d held", (unsigned long)c->held), c->held);
    if (c->refused)
        add_part(out, _("%d refused"), c->refused);
    if (c->conflicts)
        add_part(out, _("%d to decide"), c->conflicts);
}

static void add_signs(const struct sync_counts *c, int64_t drafts, struct buf *out)
{
    const struct {
        const char *sign;
        int64_t n;
    } all[] = {{"✎", drafts}, {"…", c->waiting}, {"‖", c->held}, {"✗", c->refused},
            {"≠", c->conflicts}};

    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].n)
            buf_addf(out, "%s%s%lld", out->len ? " " : "", all[i].sign,
                    (long long)all[i].n);
}

static void add_all(struct ui *ui, bool words, bool narrow, struct buf *out)
{
    struct session_counts c = session_counts(ui->session);
    int64_t drafts = app_totals(ui->app).drafts;
    struct buf exchange;

    buf_init(&exchange, 0);
    if (words)
        add_words(&c.sync, drafts, out);
    else
        add_signs(&c.sync, drafts, out);
    status_add_exchange(ui, narrow, &exchange);
    if (exchange.len)
        buf_addf(out, "%s%s", out->len ? "   " : "", exchange.s);
    if (app_read_only(ui->app))
        buf_addf(out, " · %s", _("read only"));
    buf_release(&exchange);
}

/* The words that fit: first the exchange gets shorter, then the numbers get signs. */
void status_add(struct ui *ui, int room, struct buf *out)
{
    for (int i = 0; i < 4; i++) {
        buf_clear(out);
        add_all(ui, i < 2, i % 2 == 1, out);
        if (utf8_width(buf_view(out)) <= room)
            return;
    }
}

void status_add_hint(struct ui *ui, struct buf *out)
{
    struct session_counts c = session_counts(ui->session);

    if (session_question(ui->session))
        buf_adds(out, _("the synchronisation has a question: s shows it"));
    else if (c.sync.conflicts)
        buf_addf(out,
                ngettext("%d record waits for a decision: s shows it",
                        "%d records wait for a decision: s shows them",
                        (unsigned long)c.sync.conflicts),
                (int)c.sync.conflicts);
    else if (c.news >= NEWS_MOST)
        buf_addf(out, _("others have changed %d records and more: w shows them"),
                (int)c.news);
    else if (c.news)
        buf_addf(out,
                ngettext("others have changed %d record: w shows it",
                        "others have changed %d records: w shows them",
                        (unsigned long)c.news),
                (int)c.news);
}
