/* For form authors: reading, compiling, testing and printing form files; no store. */
#include "odus/app/records.h"
#include "odus/store/forms.h"

int app_form_check(const char *file, struct problems *problems)
{
    size_t before = problems->n;
    int tests = forms_check(file, problems);

    return problems->n > before ? -1 : tests;
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
