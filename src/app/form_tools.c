/* For form authors: reading, compiling, testing, printing and publishing form files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "odus/base/mem.h"
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

int app_form_withdraw(struct app *app, const char *name, bool dry,
        struct app_publication *ret, struct err *err)
{
    const char *slash = strrchr(name, '/');
    const char *file = slash ? slash + 1 : name;
    char *bare = xstrndup(file, strcspn(file, "."));
    struct publication pub = {.name = ""};
    bool list = is_csv(name);
    int rc = publish_withdraw(app->forms, list ? PUBLISH_LIST : PUBLISH_FORM, bare,
            app_author(app), dry, &pub, err);

    free(bare);
    if (rc < 0)
        return rc;
    *ret = (struct app_publication){.list = list,
            .change = APP_FORM_WITHDRAWN,
            .gone = !list && !dry && !forms_known(app->forms, pub.name)};
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
