/* What the commands that start a worker share: its events, its questions. */
#include "worker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ask.h"
#include "odus/base/mem.h"

enum { SECRET_MAX = 1024 };

/* --- passwords ---------------------------------------------------------------------
 */

static bool read_secret(int fd, struct buf *out)
{
    char c;

    while (read(fd, &c, 1) == 1) {
        if (c == '\n' || c == '\r')
            return true;
        buf_addc(out, c);
    }
    return out->len > 0;
}

/* From the terminal itself, whatever standard input is, without echo. Owned; NULL. */
static char *ask_secret(const char *question)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios was, quiet;
    struct buf out;
    bool got;

    if (fd < 0)
        return NULL;
    if (tcgetattr(fd, &was) < 0) {
        close(fd);
        return NULL;
    }
    say("%s", question);
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    buf_init(&out, SECRET_MAX);
    tcsetattr(fd, TCSAFLUSH, &quiet);
    got = read_secret(fd, &out);
    tcsetattr(fd, TCSAFLUSH, &was);
    close(fd);
    if (got && !out.full)
        return buf_take(&out);
    buf_release(&out);
    return NULL;
}

static char *ask_password(const struct json *event)
{
    const char *user = json_get_text(event, "user"), *url = json_get_text(event, "url");
    struct buf question;
    char *answer;

    buf_init(&question, 0);
    if (json_get_bool(event, "again", false))
        say("%s", _("The password is wrong. Five wrong ones lock the account for a "
                    "while."));
    buf_addf(&question, _("Password of %1$s at %2$s:"), user ? user : "",
            url ? url : "");
    answer = ask_secret(question.s);
    buf_release(&question);
    return answer;
}

char *ask_new_password(const char *user, bool is_new)
{
    char *question = xasprintf(is_new ? _("Password for the new account %1$s:")
                                      : _("New password for %1$s (empty: as it is):"),
            user);
    char *answer = ask_secret(question);

    free(question);
    return answer;
}

static char *ask_account_password(const struct json *event)
{
    const char *user = json_get_text(event, "user");

    return ask_new_password(user ? user : "", json_get_bool(event, "new", true));
}

static char *ask_user(const struct json *event)
{
    const char *url = json_get_text(event, "url");
    struct buf answer;

    if (!isatty(STDIN_FILENO))
        return NULL;
    say(_("Your account at %1$s:"), url ? url : "");
    buf_init(&answer, 0);
    if (ask_line(&answer) && answer.len)
        return buf_take(&answer);
    buf_release(&answer);
    return NULL;
}

/* --- yes or no -----------------------------------------------------------------------
 */

static char *question_text(const struct json *event)
{
    const char *what = json_get_text(event, "what");
    int64_t count = json_get_int(event, "count", 0),
            bytes = json_get_int(event, "bytes", 0);
    double mb = (double)bytes / 1e6;

    if (strcmp(what, "first-upload") == 0)
        return xasprintf(
                _("%1$ld records of this store (%2$.1f MB) go to a server it has "
                  "not met before. Send them? (y/n)"),
                (long)count, mb);
    if (strcmp(what, "deletions") == 0)
        return xasprintf(_("This would delete %1$ld of %2$ld records. Go on? (y/n)"),
                (long)count, (long)json_get_int(event, "of", 0));
    if (strcmp(what, "metered") == 0)
        return xasprintf(
                _("About %1$.1f MB are still to come over a metered link. Go on? "
                  "(y/n)"),
                mb);
    return xstrdup(what);
}

/* Without a terminal the safe answer is taken, and said. */
static const char *ask_permission(const struct json *event, bool url_given)
{
    const char *what = json_get_text(event, "what");
    char *question = question_text(event);
    bool yes;

    if (isatty(STDIN_FILENO)) {
        yes = ask_yes(question);
    } else {
        yes = url_given && strcmp(what, "first-upload") == 0;
        say("%s %s", question, yes ? _("yes (the address was given)") : _("no"));
    }
    free(question);
    return yes ? "yes" : "no";
}

static void answer(struct follow *f, const struct json *event)
{
    const char *what = json_get_text(event, "what");
    char *text = NULL;

    if (!what)
        worker_answer(f->worker, NULL);
    else if (strcmp(what, "password") == 0)
        worker_answer(f->worker, text = ask_password(event));
    else if (strcmp(what, "new-password") == 0)
        worker_answer(f->worker, text = ask_account_password(event));
    else if (strcmp(what, "user") == 0)
        worker_answer(f->worker, text = ask_user(event));
    else
        worker_answer(f->worker, ask_permission(event, f->url_given));
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

/* --- events
 * ---------------------------------------------------------------------------- */

void say_event_error(const struct json *event)
{
    struct err err = {0};
    char *message = worker_error(event, &err);
    struct buf text;

    buf_init(&text, 0);
    err_text(&err, i18n_text, &text);
    say("odus: %s", text.s);
    buf_release(&text);
    free(message);
}

int follow(struct follow *f)
{
    struct json *event;
    struct err err = {0};
    int rc;

    while ((rc = worker_next(f->worker, -1, &event, &err)) >= 0) {
        const char *ev = rc == 1 ? json_get_text(event, "ev") : NULL;

        if (!ev)
            continue;
        if (strcmp(ev, "ask") == 0)
            answer(f, event);
        else
            f->event(f->ctx, ev, event);
        json_free(event);
    }
    rc = worker_end(f->worker);
    f->worker = NULL;
    return rc;
}
