/* For form authors: reading, compiling, testing, printing and publishing form files. */
#include <stdio.h>
#include <string.h>

#include "app_priv.h"
#include "odus/app/records.h"
#include "odus/store/publish.h"

int app_form_check(const char *file, struct problems *problems)
{
    size_t before = problems->n;
    int tests = forms_check(file, problems);

    return problems->n > before ? -1 : tests;
}

static bool is_csv(const char *file)
{
    size_t n = strlen(file);

    return n > 4 && strcmp(file + n - 4, ".csv") == 0;
}

int app_form_publish(struct app *app, const char *file, bool dry,
        struct app_publication *ret, struct problems *problems, struct err *err)
{
    static const enum app_change_of_form changes[] = {
            [PUBLISH_NOTHING] = APP_FORM_SAME,
            [PUBLISH_TEXTS] = APP_FORM_TEXTS,
            [PUBLISH_VERSION] = APP_FORM_VERSION,
            [PUBLISH_SETTLE] = APP_FORM_SETTLED,
            [PUBLISH_FRAGMENT] = APP_FORM_FRAGMENT,
    };
    const char *author = app_author(app);
    struct publication pub = {.name = ""};
    bool list = is_csv(file);
    int rc = list ? publish_list(app->forms, file, author, dry, &pub, err)
                  : publish_form(app->forms, file, author, dry, &pub, problems, err);

    if (rc < 0)
        return rc;
    *ret = (struct app_publication){.list = list, .change = changes[pub.change]};
    snprintf(ret->name, sizeof(ret->name), "%s", pub.name);
    snprintf(ret->hash, sizeof(ret->hash), "%s", pub.hash);
    return 0;
}

int app_form_show(const char *file, const char *lang, int width, struct buf *out,
        struct problems *problems)
{
    struct form *form = forms_read(file, problems);

    if (!form)
        return ERR_INVALID;
    form_paper(form, lang, width, out);
    form_free(form);
    return 0;
}
