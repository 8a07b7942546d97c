#include "ident.h"

#include <string.h>

void ident(const struct delivery *d, const char *type, const char *uid, struct buf *out)
{
    if (*d->base)
        buf_addf(out, "%sid/%s/%s", d->base, type, uid);
    else
        buf_addf(out, "urn:uuid:%s", uid);
}

void ident_page(const struct delivery *d, const struct json *event, struct buf *out)
{
    const char *own = json_get_text(event, "url_fiche");
    const char *uid = json_get_text(event, "_id");

    if (own)
        buf_adds(out, own);
    else if (*d->base && uid)
        buf_addf(out, "%shtml/evenements/%s.html", d->base, uid);
}

bool ident_is_address(const char *file)
{
    return strncmp(file, "http://", 7) == 0 || strncmp(file, "https://", 8) == 0;
}

void ident_image(const struct delivery *d, const char *file, struct buf *out)
{
    const char *suffix;

    if (ident_is_address(file)) {
        buf_adds(out, file);
        return;
    }
    suffix = *d->base ? gate_suffix(d->gate, file) : NULL;
    if (suffix)
        buf_addf(out, "%simages/%s.%s", d->base, file, suffix);
}
