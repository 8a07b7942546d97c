/* For form authors: reading, compiling, testing and printing form files. */
#include "app_priv.h"
#include "odus/app/records.h"

int app_form_check(struct app *app, const char *file, struct problems *problems)
{
    size_t before = problems->n;
    int tests = forms_check(file, problems);

    (void)app; /* the records and lists that are here have no say */
    return problems->n > before ? -1 : tests;
}

int app_form_show(struct app *app, const char *file, int width, struct buf *out,
        struct problems *problems)
{
    struct form *form = forms_read(file, problems);

    if (!form)
        return ERR_INVALID;
    form_paper(form, app->lang, width, out);
    form_free(form);
    return 0;
}
