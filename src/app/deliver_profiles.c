/* Deliveries with a name: the file `livraisons` beside the configuration file. */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "odus/app/deliver.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"

enum { FILE_MAX = 64 * 1024, VALUE_MAX = 2000, PROFILES_MAX = 200 };

struct reading {
    struct deliver_profile *all;
    size_t n, cap;
    int line;
    struct err *err;
};

static char *clean(struct view text)
{
    struct buf out;

    buf_init(&out, VALUE_MAX);
    utf8_clean(view_trim(text), 0, &out);
    return buf_take(&out);
}

static int wrong(struct reading *r, const char *id, struct view text)
{
    char *shown = clean(text);

    err_set(r->err, ERR_INVALID, id, shown);
    free(shown);
    err_at(r->err, "livraisons", r->line, 0);
    return ERR_INVALID;
}

static int begin_profile(struct reading *r, struct view line)
{
    struct view name = view_trim((struct view){line.p + 1, line.n - 2});

    for (size_t i = 0; i < r->n; i++)
        if (view_is(name, r->all[i].name))
            return wrong(r, N_("the delivery \"%1$s\" stands there twice"), name);
    if (name.n == 0 || r->n == PROFILES_MAX)
        return wrong(r, N_("this delivery has no name: %1$s"), line);
    r->all = mem_grow(r->all, r->n, &r->cap, sizeof(*r->all));
    r->all[r->n++] = (struct deliver_profile){.name = clean(name)};
    return 0;
}

static char **slot_of(struct deliver_profile *p, struct view key)
{
    const struct {
        const char *name;
        char **slot;
    } slots[] = {{"formats", &p->formats}, {"dossier", &p->folder},
            {"requete", &p->query}, {"adresse", &p->base}, {"titre", &p->title}};

    for (size_t i = 0; i < COUNT(slots); i++)
        if (view_is(key, slots[i].name))
            return slots[i].slot;
    return NULL;
}

static int take_value(struct reading *r, struct view line)
{
    const char *equal = memchr(line.p, '=', line.n);
    struct view key = {line.p, equal ? (size_t)(equal - line.p) : line.n};
    char **slot = r->n ? slot_of(&r->all[r->n - 1], view_trim(key)) : NULL;

    if (!equal || !slot)
        return wrong(r,
                N_("a delivery has formats, dossier, requete, adresse and titre, not "
                   "\"%1$s\""),
                key);
    free(*slot);
    *slot = clean((struct view){equal + 1, line.n - key.n - 1});
    if (!**slot) {
        free(*slot);
        *slot = NULL;
    }
    if (*slot && slot == &r->all[r->n - 1].base && !config_is_address(*slot))
        return wrong(r, N_("\"%1$s\" is not an address like https://server.example"),
                view_of(*slot));
    return 0;
}

static int take_line(struct reading *r, struct view line)
{
    r->line++;
    line = view_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    if (line.p[0] == '[' && line.p[line.n - 1] == ']')
        return begin_profile(r, line);
    return take_value(r, line);
}

int app_deliver_profiles(
        struct app *app, struct deliver_profile **ret, size_t *ret_n, struct err *err)
{
    const char *slash = strrchr(app->config, '/');
    char *path = xasprintf(
            "%.*slivraisons", (int)(slash ? slash + 1 - app->config : 0), app->config);
    struct reading r = {.err = err};
    struct view rest, line;
    struct buf text;
    int rc = file_read(path, FILE_MAX, &text, err);

    free(path);
    if (rc == ERR_NOT_FOUND) {
        err_clear(err);
        rc = 0;
    }
    rest = buf_view(&text);
    while (rc == 0 && view_next(&rest, '\n', &line))
        rc = take_line(&r, line);
    buf_release(&text);
    if (rc) {
        app_deliver_profiles_free(r.all, r.n);
        return rc;
    }
    *ret = r.all;
    *ret_n = r.n;
    return 0;
}

void app_deliver_profiles_free(struct deliver_profile *profiles, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(profiles[i].name);
        free(profiles[i].formats);
        free(profiles[i].folder);
        free(profiles[i].query);
        free(profiles[i].base);
        free(profiles[i].title);
    }
    free(profiles);
}
