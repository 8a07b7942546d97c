/* /_session: signing in and out. */
#include "priv.h"

static struct json *roles_of(const struct who *who)
{
    struct json *roles = json_new_array();

    for (size_t i = 0; who->roles[i]; i++)
        json_push_take(roles, json_text(view_of(who->roles[i])));
    return roles;
}

void signin_show(struct call *c)
{
    struct json *j = json_new_object(), *user = json_new_object();
    struct json *info = json_new_object(), *handlers = json_new_array();

    json_set_take(user, "name",
            c->who.name[0] ? json_text(view_of(c->who.name)) : json_new_null());
    json_set_take(user, "roles", roles_of(&c->who));
    json_push_take(handlers, json_text(VIEW_LIT("cookie")));
    json_push_take(handlers, json_text(VIEW_LIT("default")));
    json_set_take(info, "authentication_handlers", handlers);
    if (c->who.method)
        json_set_text(info, "authenticated", c->who.method);
    json_set_take(j, "ok", json_bool(true));
    json_set_take(j, "userCtx", user);
    json_set_take(j, "info", info);
    answer_json(c->answer, 200, j);
}

static void sign_in(struct call *c, const char *name, struct view password)
{
    struct json *j;

    if (!name || !*name) {
        answer_error(c->answer, 400, "bad_request", "name and password are needed");
        return;
    }
    if (c->serve->open) {
        signin_show(c);
        return;
    }
    if (!auth_password(c, name, password))
        return;
    auth_open_session(c);
    j = json_new_object();
    json_set_take(j, "ok", json_bool(true));
    json_set_text(j, "name", c->who.name);
    json_set_take(j, "roles", roles_of(&c->who));
    answer_json(c->answer, 200, j);
}

void signin_begin(struct call *c)
{
    struct uri form;

    if (c->body) {
        sign_in(c, json_get_text(c->body, "name"),
                json_as_view(json_get(c->body, "password")));
        return;
    }
    if (uri_parse_form(c->text, &form)) {
        const char *name = uri_get(&form, "name");
        const char *password = uri_get(&form, "password");

        sign_in(c, name, view_of(password));
    } else {
        answer_error(c->answer, 400, "bad_request", "the form cannot be read");
    }
    uri_release(&form);
}

void signin_end(struct call *c)
{
    auth_close_session(c);
    answer_ok(c->answer, 200);
}
