/* doctor: the state of everything on this machine, from app_doctor's JSON. */
#include "run.h"

int run_doctor(struct run *r)
{
    struct err err = {0};
    struct json *state;
    struct buf text;

    if (app_doctor(r->app, &state, &err) < 0)
        return cli_fail(&err);
    if (r->args->json) {
        out_json(state);
        return CLI_DONE;
    }
    buf_init(&text, 0);
    json_pretty(state, &text);
    out_text(buf_view(&text));
    buf_release(&text);
    json_free(state);
    return CLI_DONE;
}
