#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "odus/app/agenda.h"
#include "odus/base/mem.h"
#include "odus/store/draft.h"

struct app_totals app_totals(struct app *app)
{
    return (struct app_totals){.drafts = draft_count(app->store)};
}

void app_drafts_release(struct app_draft *d, size_t n)
{
    for (size_t i = 0; d && i < n; i++) {
        free(d[i].type);
        free(d[i].title);
        free(d[i].at);
    }
    free(d);
}

/* "tarifs.#ID.prix_min_cts" and "titre.en" without the row: parts of a path are kept as
 * long as they may name a field. */
static void plain_path(const char *path, struct buf *out)
{
    while (*path) {
        size_t n = strcspn(path, ".");

        if (n && *path != '#' && !(*path >= '0' && *path <= '9')) {
            if (out->len)
                buf_addc(out, '.');
            buf_add(out, path, n);
        }
        path += n + (path[n] == '.');
    }
}

/* Label of the field at PATH of a form of TYPE; the path itself where it is unknown. */
static char *label_at(struct app *app, const char *type, const char *path)
{
    const struct form *form;
    struct buf plain;
    char *dot, *label = NULL;

    if (!path)
        return NULL;
    buf_init(&plain, FORM_PATH_MAX);
    plain_path(path, &plain);
    if (forms_get(app->forms, type, &form, NULL, NULL) == 0) {
        int field = form_field_find(form, buf_view(&plain));

        dot = strrchr(plain.s, '.');
        if (field < 0 && dot)
            field = form_field_find(
                    form, (struct view){plain.s, (size_t)(dot - plain.s)});
        if (field >= 0)
            label = xstrdup(form_text(form, &form->fields[field].label, app->lang));
    }
    buf_release(&plain);
    return label ? label : xstrdup(path);
}

int app_drafts(struct app *app, bool orphans, struct app_draft **ret, size_t *ret_n,
        struct err *err)
{
    struct draft *drafts;
    struct app_draft *list;
    size_t n;
    int rc = draft_list(app->store, orphans, &drafts, &n, err);

    if (rc < 0)
        return rc;
    list = xcalloc(n ? n : 1, sizeof(*list));
    for (size_t i = 0; i < n; i++) {
        memcpy(list[i].uid, drafts[i].uid, sizeof(list[i].uid));
        list[i].type = xstrdup(drafts[i].type);
        list[i].title = xstrdup(drafts[i].title ? drafts[i].title : "");
        list[i].at = label_at(app, drafts[i].type, drafts[i].at);
        list[i].saved_ms = drafts[i].saved_ms;
        list[i].orphan = drafts[i].orphan;
    }
    drafts_free(drafts, n);
    *ret = list;
    *ret_n = n;
    return 0;
}

/* Taken and given back in order: a draft that nobody left by accident. */
int app_draft_set_aside(struct app *app, const char *uid, struct err *err)
{
    int rc = draft_claim(app->store, uid, err);

    return rc < 0 ? rc : draft_unclaim(app->store, uid, err);
}

int app_draft_discard(struct app *app, const char *uid, struct err *err)
{
    int rc = draft_claim(app->store, uid, err);

    return rc < 0 ? rc : draft_remove(app->store, uid, err);
}
