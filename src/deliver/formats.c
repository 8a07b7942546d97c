/* The formats there are; each is described in docs/livraison.md. */
#include "formats.h"

#include <stddef.h>
#include <string.h>

const struct format *const formats[] = {
        &format_jsonld,
        &format_ics,
        &format_openagenda,
        &format_apidae,
        &format_passculture,
        &format_html,
        &format_text,
        &format_csv,
        &format_atom,
        &format_rss,
        &format_datatourisme,
        &format_capdata,
        &format_images,
        &format_files,
        NULL,
};

const struct format *format_find(const char *name)
{
    for (size_t i = 0; formats[i]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}
