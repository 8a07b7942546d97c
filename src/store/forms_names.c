/* The record types: those of the folder and those that came as documents. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "forms_priv.h"

/* The head of a form of the folder; false for a fragment and what cannot be read. */
static bool read_head(
        const struct forms *forms, const char *file, struct form_head *ret)
{
    char *path = file_join(forms->dir, file);
    struct buf text;
    bool is = file_read(path, FORM_FILE_MAX, &text, NULL) == 0;

    if (is)
        form_head_read(buf_view(&text), forms->lang, ret);
    buf_release(&text);
    free(path);
    if (!is || !ret->fragment)
        return is;
    form_head_release(ret);
    return false;
}

static bool read_published(const struct forms *forms, const struct forms_published *p,
        struct form_head *ret)
{
    struct json *texts = NULL;

    if (version_load(forms->store, p->name, p->hash, &texts, NULL) < 0)
        return false;
    form_head_read(json_as_view(json_get(texts, p->name)), forms->lang, ret);
    json_free(texts);
    return true;
}

/* --- merging the two sorted lists ------------------------------------------------- */

struct gathering {
    struct forms_names *to;
    size_t n;
};

static void add_file(struct forms *forms, struct gathering *g, const char *file)
{
    if (read_head(forms, file, &g->to->heads[g->n]))
        g->to->names[g->n++] = xstrndup(file, strlen(file) - 5);
}

static bool add_published(
        struct forms *forms, struct gathering *g, const struct forms_published *p)
{
    if (!read_published(forms, p, &g->to->heads[g->n]))
        return false;
    g->to->names[g->n++] = xstrdup(p->name);
    return true;
}

static int by_file(const char *file, const struct forms_published *p)
{
    size_t n = strlen(file) - 5;
    int order = strncmp(file, p->name, n);

    return order ? order : p->name[n] ? -1 : 0;
}

static void gather(struct forms *forms, struct gathering *g, char **files, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        bool published = false;

        while (at < forms->npublished && by_file(files[i], &forms->published[at]) > 0)
            (void)add_published(forms, g, &forms->published[at++]);
        if (at < forms->npublished && by_file(files[i], &forms->published[at]) == 0)
            published = add_published(forms, g, &forms->published[at++]);
        if (!published)
            add_file(forms, g, files[i]);
    }
    while (at < forms->npublished)
        (void)add_published(forms, g, &forms->published[at++]);
}

/* --- names ------------------------------------------------------------------------ */

void forms_names_stale(struct forms *forms)
{
    if (forms->names)
        forms->names->stale = true;
}

void forms_names_free(struct forms_names *names)
{
    while (names) {
        struct forms_names *older = names->older;

        for (size_t i = 0; names->names[i]; i++) {
            form_head_release(&names->heads[i]);
            free(names->names[i]);
        }
        free(names->names);
        free(names->heads);
        free(names);
        names = older;
    }
}

char *const *forms_names(struct forms *forms)
{
    struct gathering g = {.n = 0};
    char **files = NULL;
    size_t nfiles = 0, most;

    forms_look(forms, false);
    if (forms->names && !forms->names->stale)
        return forms->names->names;
    if (file_list(forms->dir, ".form", &files, &nfiles, NULL) < 0)
        nfiles = 0;
    most = nfiles + forms->npublished + 1;
    g.to = xcalloc(1, sizeof(*g.to));
    g.to->names = xcalloc(most, sizeof(*g.to->names));
    g.to->heads = xcalloc(most, sizeof(*g.to->heads));
    g.to->older = forms->names;
    gather(forms, &g, files, nfiles);
    file_list_free(files, nfiles);
    forms->names = g.to;
    return g.to->names;
}

static const struct form_head *head_of(struct forms *forms, const char *name)
{
    char *const *names = forms_names(forms);

    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return &forms->names->heads[i];
    return NULL;
}

const char *forms_type_label(struct forms *forms, const char *name)
{
    const struct form_head *head = head_of(forms, name);

    return head && head->label ? head->label : name;
}

bool forms_dated(struct forms *forms, const char *name)
{
    const struct form_head *head = head_of(forms, name);

    return head && head->dated;
}

bool forms_known(struct forms *forms, const char *name)
{
    return head_of(forms, name) != NULL;
}
