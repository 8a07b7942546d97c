/* What a synchronisation asks. */
#include <string.h>

#include "dialogue.h"
#include "session.h"

static void answered(void *ctx, const char *text)
{
    session_answer(((struct ui *)ctx)->session, text);
}

static void chosen(void *ctx, size_t i)
{
    answered(ctx, i == 1 ? "yes" : "no");
}

static void ask_yes(struct ui *ui, const char *title, const char *no, const char *yes)
{
    const char *labels[] = {no, yes};

    menu_open(ui, title, labels, COUNT(labels), chosen, ui);
}

static void ask_password(struct ui *ui, const struct json *q)
{
    const char *user = json_get_or_blank(q, "user");
    bool again = json_get_bool(q, "again", false);
    struct buf title;

    buf_init(&title, 0);
    if (json_get_bool(q, "token", false))
        err_expand(again ? _("That token is not taken. A new token of %1$s")
                         : _("Token of %1$s"),
                &user, 1, &title);
    else
        err_expand(again ? _("That password is wrong. Password of %1$s")
                         : _("Password of %1$s"),
                &user, 1, &title);
    ask_secret_open(ui, title.s, answered, ui);
    buf_release(&title);
}

static void ask_first(struct ui *ui, const struct json *q)
{
    int64_t n = json_get_int(q, "count", 0);
    struct buf title;

    buf_init(&title, 0);
    buf_addf(&title,
            ngettext("Send %d record to this server for the first time",
                    "Send %d records to this server for the first time",
                    (unsigned long)n),
            (int)n);
    buf_adds(&title, " · ");
    i18n_add_bytes(json_get_int(q, "bytes", 0), &title);
    ask_yes(ui, title.s, _("not now"), _("send them"));
    buf_release(&title);
}

static void ask_deletions(struct ui *ui, const struct json *q)
{
    int64_t n = json_get_int(q, "count", 0);
    struct buf title;

    buf_init(&title, 0);
    buf_addf(&title,
            ngettext("%d record of %d would be deleted",
                    "%d records of %d would be deleted", (unsigned long)n),
            (int)n, (int)json_get_int(q, "of", 0));
    ask_yes(ui, title.s, _("stop, delete nothing"), _("go on and delete"));
    buf_release(&title);
}

static void ask_metered(struct ui *ui, const struct json *q)
{
    struct buf title, bytes;
    const char *arg;

    buf_init(&title, 0);
    buf_init(&bytes, 0);
    i18n_add_bytes(json_get_int(q, "bytes", 0), &bytes);
    arg = bytes.s;
    err_expand(_("%1$s to transfer, and this link is metered"), &arg, 1, &title);
    ask_yes(ui, title.s, _("not now"), _("transfer it"));
    buf_release(&bytes);
    buf_release(&title);
}

void sync_ask(struct ui *ui)
{
    const struct json *q = session_question(ui->session);
    const char *what = json_get_or_blank(q, "what");

    if (!q)
        return;
    if (strcmp(what, "password") == 0)
        ask_password(ui, q);
    else if (strcmp(what, "user") == 0)
        ask_open(ui, _("Your account on this server"), "", answered, ui);
    else if (strcmp(what, "first-upload") == 0)
        ask_first(ui, q);
    else if (strcmp(what, "deletions") == 0)
        ask_deletions(ui, q);
    else if (strcmp(what, "metered") == 0)
        ask_metered(ui, q);
    else
        session_answer(ui->session, NULL); /* of a newer program: the safe answer */
}
