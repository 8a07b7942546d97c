#include "odus/deliver/source.h"

#include <string.h>

#include "source_file.h"
#include "source_text.h"

static const struct {
    const char *name;
    enum source_kind kind;
    int (*read)(const char *file, const struct source_options *opt,
            const struct source_sink *sink, struct err *err);
} kinds[] = {
        {"ics", SOURCE_ICS, source_ics},
        {"openagenda", SOURCE_OPENAGENDA, source_openagenda},
        {"jsonld", SOURCE_JSONLD, source_jsonld},
};

enum source_kind source_kind_of(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(name, kinds[i].name) == 0)
            return kinds[i].kind;
    return SOURCE_UNKNOWN;
}

static bool has(struct view text, const char *word)
{
    return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

/* JSON of schema.org says so near its beginning; otherwise it is an export. */
static enum source_kind kind_of_text(struct view text)
{
    text = view_trim(text);
    if (source_starts(text, "BEGIN:V"))
        return SOURCE_ICS;
    if (text.n && *text.p == '<')
        return SOURCE_JSONLD;
    if (text.n == 0 || (*text.p != '{' && *text.p != '['))
        return SOURCE_UNKNOWN;
    if (has(text, "\"@context\"") || has(text, "\"@type\"") || has(text, "\"@graph\""))
        return SOURCE_JSONLD;
    return SOURCE_OPENAGENDA;
}

int source_detect(const char *file, enum source_kind *ret, struct err *err)
{
    struct source_file f;
    struct view text;
    int rc = source_file_open(&f, file, err);

    if (rc == 0)
        rc = source_file_next(&f, &text, err);
    if (rc == 0) {
        if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
            text = (struct view){text.p + 3, text.n - 3};
        *ret = kind_of_text(text);
    }
    source_file_close(&f);
    return rc;
}

int source_read(const char *file, enum source_kind kind,
        const struct source_options *opt, const struct source_sink *sink,
        struct err *err)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (kinds[i].kind == kind)
            return kinds[i].read(file, opt, sink, err);
    return err_set(err, ERR_INVALID,
            N_("this file is no agenda that can be read: %1$s"), file);
}
