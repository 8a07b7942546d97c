/* What platforms ask for beyond what a record has to have. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk_priv.h"

/* Record N as it is, known to SYSTEM by VALUE. */
static void put_number(const char *type, int n, const char *system, const char *value)
{
    struct json *body = json_dup(desk_notice(n)->body), *row = json_new_object();

    if (!json_get(body, "ids_externes"))
        json_set_take(body, "ids_externes", json_new_array());
    json_set_text(row, "id", system);
    json_set_text(row, "systeme", system);
    json_set_text(row, "valeur", value);
    json_push_take(json_get(body, "ids_externes"), row);
    desk_put_json(type, n, body);
}

void desk_complete(void)
{
    for (int n = DESK_EMPTY; n <= DESK_FREE; n++) {
        struct json *body = json_dup(desk_notice(n)->body);

        json_set_text(body, "portee", "locale");
        desk_put_json("evenement", n, body);
    }
    put_number("evenement", DESK_CANCELLED, "apidae", "5723905");
    for (int n = DESK_THEATRE; n <= DESK_CHURCH; n++)
        put_number("lieu", n, "passculture", "512");
    put_number("structure", DESK_ORGANISER, "passculture", "513");
}
