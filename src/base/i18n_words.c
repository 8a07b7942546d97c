/* What languages write each in its own way: the colon, the decimal mark, units. */
#include "odus/base/i18n.h"

void i18n_add_label(const char *label, struct buf *out)
{
    /* TRANSLATORS: a label before its value, with the space the language wants. */
    err_expand(i18n_text(N_("%1$s: ")), &label, 1, out);
}

static void add_tenths(int64_t tenths, const char *format, struct buf *out)
{
    buf_addf(out, format, (int)(tenths / 10), (int)(tenths % 10));
}

void i18n_add_tenths(int64_t tenths, struct buf *out)
{
    /* TRANSLATORS: 1.2, with the decimal mark of the language. */
    add_tenths(tenths, i18n_text(N_("%d.%d")), out);
}

void i18n_add_bytes(int64_t bytes, struct buf *out)
{
    if (bytes < 1000)
        buf_addf(out, i18n_text(N_("%d B")), (int)bytes);
    else if (bytes < 1000 * 1000)
        buf_addf(out, i18n_text(N_("%d kB")), (int)(bytes / 1000));
    else
        /* TRANSLATORS: 1.2 MB, with the decimal mark of the language. */
        add_tenths(bytes / (100 * 1000), i18n_text(N_("%d.%d MB")), out);
}
