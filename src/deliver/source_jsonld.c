#include "odus/deliver/source.h"

int source_jsonld(const char *file, const struct source_options *opt,
        const struct source_sink *sink, struct err *err)
{
    (void)opt, (void)sink;
    return err_set(err, ERR_INVALID,
            N_("this file is no agenda that can be read: %1$s"), file);
}
