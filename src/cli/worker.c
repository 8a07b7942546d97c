/* What the commands that start a worker share: its events, its questions. */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ask.h"
#include "odus/base/mem.h"

enum { SECRET_MAX = 4096 };

/* --- stopping ------------------------------------------------------------------- */

static volatile sig_atomic_t stopped; /* the signal that came */
static sigset_t listening;            /* signals let through while waiting */

static void on_signal(int number)
{
    stopped = number;
}

/* Signals come only while something is waited for, and the first only once: the second
 * ^C does what it does to other programs. */
static void catch_signals(struct sigaction was[2], sigset_t *ret_mask)
{
    const struct sigaction action = {
            .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigset_t ours;

    stopped = 0;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigprocmask(SIG_BLOCK, &ours, ret_mask);
    listening = *ret_mask;
    sigdelset(&listening, SIGINT);
    sigdelset(&listening, SIGTERM);
    sigaction(SIGINT, &action, &was[0]);
    sigaction(SIGTERM, &action, &was[1]);
    if (was[0].sa_handler == SIG_IGN) /* in the background of a script */
        sigaction(SIGINT, &was[0], NULL);
}

static void restore_signals(const struct sigaction was[2], const sigset_t *mask)
{
    sigaction(SIGINT, &was[0], NULL);
    sigaction(SIGTERM, &was[1], NULL);
    sigprocmask(SIG_SETMASK, mask, NULL);
}

/* Those that came while there was no time to wait: a busy worker is stopped too. */
static void take_signals(void)
{
    sigset_t ours;

    sigprocmask(SIG_SETMASK, &listening, &ours);
    sigprocmask(SIG_SETMASK, &ours, NULL);
}

/* False: a signal came, before or meanwhile. */
static bool wait_for(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int before = stopped;

    while (stopped == before)
        if (ppoll(&p, 1, NULL, &listening) >= 0 || errno != EINTR)
            return true;
    return false;
}

/* --- passwords ------------------------------------------------------------------ */

static bool read_secret(int fd, struct buf *out)
{
    char c;

    while (!stopped && wait_for(fd) && read(fd, &c, 1) == 1) {
        if (c == '\n' || c == '\r')
            return true;
        buf_addc(out, c);
    }
    return !stopped && out->len > 0;
}

/* Owned; NULL. */
static char *take_secret(int fd)
{
    struct buf out;

    buf_init(&out, SECRET_MAX);
    out.secret = true;
    if (read_secret(fd, &out) && !out.full)
        return buf_take(&out);
    buf_release(&out);
    return NULL;
}

/* From the terminal itself, whatever standard input is, without echo. */
static char *type_secret(const char *question)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios was, quiet;
    char *secret;

    if (fd < 0)
        return NULL;
    if (tcgetattr(fd, &was) < 0) {
        close(fd);
        return NULL;
    }
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fd, TCSAFLUSH, &quiet);
    say("%s", question);
    secret = take_secret(fd);
    tcsetattr(fd, TCSAFLUSH, &was);
    close(fd);
    return secret;
}

static char *ask_secret(const char *question, bool from_stdin)
{
    char *secret = from_stdin ? take_secret(STDIN_FILENO) : type_secret(question);

    if (!secret && !stopped)
        say("%s %s", question, _("no password (--password-stdin reads one)"));
    return secret;
}

static void forget(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

static char *ask_password(const struct json *event, bool from_stdin)
{
    const char *user = json_get_text(event, "user"), *url = json_get_text(event, "url");
    bool again = json_get_bool(event, "again", false);
    bool token = json_get_bool(event, "token", false);
    struct buf question;
    char *answer;

    buf_init(&question, 0);
    if (again && token)
        say("%s", _("The server does not take the token: a new one is needed."));
    else if (again)
        say("%s", _("The password is wrong. Five wrong ones lock the account for a "
                    "while."));
    buf_addf(&question,
            token ? _("Token of %1$s at %2$s:") : _("Password of %1$s at %2$s:"),
            user ? user : "", url ? url : "");
    answer = ask_secret(question.s, from_stdin);
    buf_release(&question);
    return answer;
}

/* Typed blind, and nobody could sign in with a slip of the finger: once more. */
static char *type_twice(const char *question)
{
    for (;;) {
        char *first = type_secret(question), *second;

        if (!first || !*first)
            return first;
        second = type_secret(_("The same once more:"));
        if (second && strcmp(first, second) == 0) {
            forget(second);
            return first;
        }
        forget(first);
        if (!second)
            return NULL;
        forget(second);
        question = _("These are two different passwords. Once more from the start:");
    }
}

/* The last line: one before it was meant for an administrator whose password was kept,
 * so that nobody has asked for it. */
static char *last_secret(void)
{
    char *secret = take_secret(STDIN_FILENO), *next;

    while (secret && !isatty(STDIN_FILENO) && (next = take_secret(STDIN_FILENO))) {
        forget(secret);
        secret = next;
    }
    return secret;
}

char *ask_new_password(const char *user, bool is_new, bool from_stdin)
{
    char *question = xasprintf(is_new ? _("Password for the new account %1$s:")
                                      : _("New password for %1$s (empty: as it is):"),
            user);
    char *answer = from_stdin ? last_secret() : type_twice(question);

    free(question);
    return answer;
}

static char *ask_account_password(const struct json *event, bool from_stdin)
{
    const char *user = json_get_text(event, "user");

    return ask_new_password(
            user ? user : "", json_get_bool(event, "new", true), from_stdin);
}

/* The key of the account USER there, which is nobody's password. */
static char *ask_key(const struct json *event, bool from_stdin)
{
    const char *user = json_get_text(event, "user"), *url = json_get_text(event, "url");
    char *question = xasprintf(
            _("Secret key for %1$s at %2$s:"), user ? user : "", url ? url : "");
    char *answer = ask_secret(question, from_stdin);

    free(question);
    return answer;
}

static char *ask_user(const struct json *event)
{
    const char *url = json_get_text(event, "url");
    struct buf answer;

    if (!isatty(STDIN_FILENO)) {
        say("%s", _("the server wants an account: --account NAME"));
        return NULL;
    }
    say(_("Your account at %1$s:"), url ? url : "");
    buf_init(&answer, 0);
    if (wait_for(STDIN_FILENO) && ask_line(&answer) && answer.len)
        return buf_take(&answer);
    buf_release(&answer);
    return NULL;
}

/* --- yes or no -------------------------------------------------------------------- */

static char *bundle_question(const struct json *event)
{
    const char *from = json_get_text(event, "from");
    char made[OUT_MOMENT];

    out_moment(json_get_int(event, "made", 0), made);
    return xasprintf(_("A bundle of %1$s, made on %2$.10s: %3$ld records, %4$ld new or "
                       "changed, %5$ld deleted here. Take them over? (y/n)"),
            from && *from ? from : "?", made, (long)json_get_int(event, "docs", 0),
            (long)json_get_int(event, "added", 0),
            (long)json_get_int(event, "removed", 0));
}

/* TEXT with `bytes` (%1$s) and `count` of EVENT. */
static char *sized(const char *text, const struct json *event)
{
    char count[24];
    struct buf size, out;

    snprintf(count, sizeof(count), "%lld", (long long)json_get_int(event, "count", 0));
    buf_init(&size, 0);
    buf_init(&out, 0);
    i18n_add_bytes(json_get_int(event, "bytes", 0), &size);
    err_expand(text, (const char *const[]){size.s, count}, 2, &out);
    buf_release(&size);
    return buf_take(&out);
}

static char *question_text(const struct json *event)
{
    const char *what = json_get_text(event, "what");
    long count = (long)json_get_int(event, "count", 0);

    if (strcmp(what, "bundle") == 0)
        return bundle_question(event);
    if (strcmp(what, "first-upload") == 0)
        return sized(_("%2$s records of this store (%1$s) go to a server it has "
                       "not met before. Send them? (y/n)"),
                event);
    if (strcmp(what, "deletions") == 0)
        return xasprintf(_("This would delete %1$ld of %2$ld records. Go on? (y/n)"),
                count, (long)json_get_int(event, "of", 0));
    if (strcmp(what, "push") == 0)
        return xasprintf(_("%1$ld new things go to %2$s. Send them? (y/n)"), count,
                json_get_text(event, "url"));
    if (strcmp(what, "metered") == 0)
        return sized(
                _("About %1$s are still to be transferred over a metered link. Go on? "
                  "(y/n)"),
                event);
    return xstrdup(what);
}

/* Without a terminal the safe answer is taken, and said. */
static const char *ask_permission(const struct json *event, bool url_given)
{
    const char *what = json_get_text(event, "what");
    char *question = question_text(event);
    bool yes;

    if (isatty(STDIN_FILENO)) {
        struct buf typed;

        say("%s", question);
        buf_init(&typed, 0);
        yes = wait_for(STDIN_FILENO) && ask_line(&typed) && is_yes(buf_view(&typed));
        buf_release(&typed);
    } else {
        yes = (url_given && strcmp(what, "first-upload") == 0) ||
              strcmp(what, "bundle") == 0;
        say("%s %s", question,
                yes ? _("yes: that is what the command says")
                    : _("no: nobody is there to answer"));
    }
    free(question);
    return yes ? "yes" : "no";
}

static void answer(struct follow *f, const struct json *event)
{
    const char *what = json_get_text(event, "what");
    char *text = NULL;

    if (!what)
        text = NULL;
    else if (strcmp(what, "password") == 0)
        text = ask_password(event, f->stdin_secrets);
    else if (strcmp(what, "key") == 0)
        text = ask_key(event, f->stdin_secrets);
    else if (strcmp(what, "new-password") == 0)
        text = ask_account_password(event, f->stdin_secrets);
    else if (strcmp(what, "user") == 0)
        text = ask_user(event);
    else
        text = xstrdup(ask_permission(event, f->url_given));
    worker_answer(f->worker, text);
    if (what && strcmp(what, "user") == 0) {
        free(f->user);
        f->user = text;
    } else {
        forget(text);
    }
}

/* --- events ----------------------------------------------------------------------- */

void add_thing(const struct json *event, struct buf *out)
{
    const char *uid = json_get_text(event, "uid"), *name = json_get_text(event, "name");
    const char *title = json_get_text(event, "title");
    struct buf label;

    buf_init(&label, 0);
    buf_addf(&label, name && strchr(name, ':') ? _("%1$s (venue)") : "%s",
            title ? title : "");
    buf_addf(out, "%.*s  ", ID_SHOWN, uid ? uid : "");
    i18n_add_label(label.s, out);
    buf_release(&label);
}

void say_event_error(const struct json *event)
{
    struct err err = {0};
    char *message = lines_get_err(event, &err);
    struct buf text;

    buf_init(&text, 0);
    err_text(&err, i18n_text, &text);
    say("odus: %s", text.s);
    buf_release(&text);
    free(message);
}

static void handle(struct follow *f, const struct json *event)
{
    const char *ev = json_get_text(event, "ev");

    f->ended = f->ended || strcmp(ev, "done") == 0 || strcmp(ev, "error") == 0 ||
               strcmp(ev, "stopped") == 0;
    if (strcmp(ev, "ask") == 0) {
        progress_end();
        answer(f, event);
    } else {
        f->event(f->ctx, ev, event);
    }
}

/* Until the worker has ended; told to stop, it still says what it has done. */
static void run_worker(struct follow *f)
{
    struct json *event;
    bool told = false;
    int rc;

    while ((rc = worker_next(f->worker, 0, &event, NULL)) >= 0) {
        if (rc == 1) {
            handle(f, event);
            json_free(event);
            take_signals();
        } else {
            (void)wait_for(worker_fd(f->worker));
        }
        if (stopped && !told)
            worker_stop(f->worker);
        told = stopped != 0;
    }
}

int follow(struct follow *f, int *ret_signal)
{
    struct sigaction was[2];
    sigset_t mask;
    int status;

    catch_signals(was, &mask);
    run_worker(f);
    status = worker_end(f->worker);
    f->worker = NULL;
    if (status && !f->ended && !stopped) /* it was killed, or has crashed */
        say("odus: %s",
                _("the program that did this ended before its time; what it has "
                  "done stays, run it again"));
    restore_signals(was, &mask);
    if (ret_signal)
        *ret_signal = stopped;
    return status;
}

struct json *job_words(const char *text)
{
    struct json *all = json_new_array();
    struct view rest = view_of(text), part;

    while (text && view_next(&rest, ',', &part))
        if (view_trim(part).n)
            json_push_take(all, json_text(view_trim(part)));
    return all;
}
