/* The numbers that were given there, for records to keep. */
#include "push.h"

int numbers_tell(struct push *p, struct err *err)
{
    struct receipt r = {.name = ""};
    int rc;

    while ((rc = receipts_next(p->receipts, r.name, &r, err)) > 0) {
        struct json *event;

        if (!work_go_on(p->w))
            return err_set(err, ERR_STOPPED, N_("stopped"));
        if (!receipt_counts(&r))
            continue;
        event = tell_about(p, "number", &r);
        json_set_text(event, "number", r.number);
        work_tell(p->w, event);
    }
    return rc;
}
