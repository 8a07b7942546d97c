/* The configuration file: lines of KEY=VALUE; all other lines are kept. */
#include "config.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

enum { CONFIG_MAX = 64 * 1024, VALUE_MAX = 4000, WRONG_MAX = 100 };

/* What some editors put before the first line. */
static struct view without_mark(struct view text)
{
    bool mark = text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0;

    return mark ? (struct view){text.p + 3, text.n - 3} : text;
}

/* --- reading ---------------------------------------------------------------------- */

static char *login_name(void)
{
    const struct passwd *pw = getpwuid(getuid());

    return xstrdup(pw && pw->pw_name ? pw->pw_name : "inconnu");
}

static char *clean(struct view text)
{
    struct buf out;

    buf_init(&out, VALUE_MAX);
    utf8_clean(view_trim(text), 0, &out);
    return buf_take(&out);
}

struct line {
    enum setting key;  /* SET_COUNT: none that is known */
    struct view name;  /* before the "=", the whole line where there is none */
    struct view value; /* trimmed */
    bool comment;      /* or nothing */
};

static struct line line_of(struct view text)
{
    const char *equal = text.n ? memchr(text.p, '=', text.n) : NULL;
    size_t n = equal ? (size_t)(equal - text.p) : text.n;
    struct line line = {.name = view_trim((struct view){text.p, n})};

    line.comment = line.name.n == 0 || line.name.p[0] == '#' || line.name.p[0] == ';';
    line.key = equal && !line.comment ? setting_find(line.name) : SET_COUNT;
    if (equal)
        line.value = view_trim((struct view){equal + 1, text.n - n - 1});
    return line;
}

static void add_wrong(struct app *app, struct config_wrong wrong, int line)
{
    struct config *c = app->settings;

    if (c->nwrong == WRONG_MAX)
        return;
    if (line)
        err_at(&wrong.err, app->config, line, 0);
    c->wrong = mem_grow(c->wrong, c->nwrong, &c->cap, sizeof(*c->wrong));
    c->wrong[c->nwrong++] = wrong;
}

static void take_value(struct app *app, const struct line *line, int number)
{
    char **slot = &app->settings->values[line->key];
    struct config_wrong wrong = {.stops = 0};

    if (*slot) {
        err_set(&wrong.err, ERR_USAGE,
                N_("%1$s stands there twice: the first one counts"),
                setting_name(line->key));
        add_wrong(app, wrong, number);
        return;
    }
    *slot = clean(line->value);
    if (setting_check(line->key, *slot, &wrong))
        return;
    add_wrong(app, wrong, number);
    **slot = '\0'; /* it stands there, and counts as none */
}

static void take_lines(struct app *app, struct view rest)
{
    struct config_wrong wrong = {.stops = 0};
    struct view text;

    rest = without_mark(rest);
    for (int number = 1; view_next(&rest, '\n', &text); number++) {
        struct line line = line_of(text);

        if (line.key < SET_COUNT)
            take_value(app, &line, number);
        else if (!line.comment && setting_misspelt(line.name, &wrong))
            add_wrong(app, wrong, number);
    }
}

void config_read(struct app *app)
{
    struct config_wrong wrong = {.stops = USE_ALL};
    struct buf text;
    int rc;

    config_release(app);
    app->settings = xcalloc(1, sizeof(*app->settings));
    app->settings->login = login_name();
    rc = file_read(app->config, CONFIG_MAX, &text, &wrong.err);
    if (rc == 0) {
        take_lines(app, buf_view(&text));
    } else if (rc != ERR_NOT_FOUND) {
        app->settings->unread = true;
        add_wrong(app, wrong, 0);
    }
    buf_release(&text);
}

void config_release(struct app *app)
{
    if (!app->settings)
        return;
    for (int k = 0; k < SET_COUNT; k++)
        free(app->settings->values[k]);
    free(app->settings->wrong);
    free(app->settings->login);
    free(app->settings);
    app->settings = NULL;
}

const char *config_text(const struct app *app, enum setting k)
{
    const char *text = app->settings->values[k];

    return text ? text : "";
}

int config_need(struct app *app, unsigned uses, struct err *err)
{
    const struct config *c;

    config_read(app); /* it may have been mended meanwhile */
    c = app->settings;
    for (size_t i = 0; i < c->nwrong; i++)
        if (c->wrong[i].stops & uses) {
            if (err)
                *err = c->wrong[i].err;
            return c->wrong[i].err.code;
        }
    return 0;
}

const struct err *app_setting_wrong(const struct app *app, size_t i, bool *ret_stops)
{
    const struct config *c = app->settings;

    if (i >= c->nwrong)
        return NULL;
    *ret_stops = c->wrong[i].stops != 0;
    return &c->wrong[i].err;
}

/* --- writing ---------------------------------------------------------------------- */

static void add_line(const struct setting_change *change, struct buf *out)
{
    char *value = clean(view_of(change->value));

    buf_addf(out, "%s=%s\n", setting_name(change->key), value);
    free(value);
}

/* OLD with the N values of ALL: each where its setting stood first, else at the end. */
static void compose(
        struct view old, const struct setting_change *all, size_t n, struct buf *out)
{
    bool there[SET_COUNT] = {false};
    struct view text;

    old = without_mark(old);
    while (view_next(&old, '\n', &text)) {
        enum setting key = line_of(text).key;
        size_t i = 0;

        while (i < n && all[i].key != key)
            i++;
        if (i == n) {
            buf_addv(out, text);
            buf_addc(out, '\n');
        } else if (!there[key]) {
            add_line(&all[i], out);
            there[key] = true;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (!there[all[i].key])
            add_line(&all[i], out);
}

int config_change(
        struct app *app, const struct setting_change *all, size_t n, struct err *err)
{
    const char *slash = strrchr(app->config, '/');
    char *dir = xstrndup(app->config, slash ? (size_t)(slash - app->config) : 0);
    int rc = slash ? file_mkdirs(dir, 0700, err) : 0;
    struct buf old, text;

    free(dir);
    if (rc < 0)
        return rc;
    rc = file_read(app->config, CONFIG_MAX, &old, err);
    buf_init(&text, 0);
    compose(buf_view(&old), all, n, &text);
    if (rc == 0 || rc == ERR_NOT_FOUND)
        rc = file_write_atomic(app->config, buf_view(&text), 0600, err);
    if (rc == 0)
        config_read(app);
    buf_release(&old);
    buf_release(&text);
    return rc;
}
