/* Language, catalogue and the folders beside the program. */
#include "odus/cli/setup.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/i18n.h"
#include "odus/base/mem.h"

static const char *const languages[] = {"fr", "en", "it"};

static bool names_language(struct view locale, const char *lang)
{
    return locale.n >= 2 && memcmp(locale.p, lang, 2) == 0 &&
           (locale.n == 2 || strchr("_.@-", locale.p[2]));
}

const char *cli_language_of(const char *text)
{
    struct view rest = view_of(text), one;

    while (view_next(&rest, ':', &one))
        for (size_t i = 0; i < COUNT(languages); i++)
            if (names_language(one, languages[i]))
                return languages[i];
    return NULL;
}

const char *cli_language(const char *option)
{
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    const char *lang = cli_language_of(option);

    for (size_t i = 0; i < COUNT(names) && !lang; i++)
        lang = cli_language_of(getenv(names[i]));
    return lang ? lang : languages[0];
}

static void set_locale(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/* BESIDE in the program's folder, else INSTALLED from there; owned, NULL when neither
 * is. */
static char *find_folder(const char *beside, const char *installed)
{
    const char *const names[] = {beside, installed};
    char *exe = file_exe_dir();
    char *found = NULL;

    for (size_t i = 0; exe && !found && i < COUNT(names); i++) {
        found = file_join(exe, names[i]);
        if (!file_exists(found)) {
            free(found);
            found = NULL;
        }
    }
    free(exe);
    return found;
}

/* English needs no catalogue. A language without one borrows the French. */
static void load_catalogue(const char *lang)
{
    char *folder = find_folder("locale", "../share/locale");
    const char *const order[] = {lang, languages[0]};
    bool loaded = strcmp(lang, "en") == 0 || !folder;

    for (size_t i = 0; i < COUNT(order) && !loaded; i++) {
        char *path = xasprintf("%s/%s/LC_MESSAGES/odus.mo", folder, order[i]);

        loaded = i18n_load(path, NULL) == 0;
        free(path);
    }
    free(folder);
}

int cli_setup(struct cli_setup *setup, const struct cli_args *args, struct err *err)
{
    const char *forms = getenv("ODUS_FORMS");
    const char *lang = cli_language(args->lang);

    set_locale();
    load_catalogue(lang);
    memcpy(setup->lang, lang, 3);
    setup->forms = forms && *forms ? xstrdup(forms)
                                   : find_folder("forms", "../share/odus/forms");
    if (!setup->forms)
        setup->forms = xstrdup("forms");
    if (args->lang && !cli_language_of(args->lang))
        return err_set(err, ERR_USAGE,
                N_("the language \"%1$s\" is not known here; fr, en and it are"),
                args->lang);
    return 0;
}

void cli_setup_release(struct cli_setup *setup)
{
    free(setup->forms);
    setup->forms = NULL;
}
