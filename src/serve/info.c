/* What the server says of itself and of a container. */
#include "priv.h"

void info_welcome(struct call *c)
{
    struct json *j = json_new_object(), *vendor = json_new_object();

    json_set_text(j, "couchdb", "Welcome");
    json_set_text(j, "version", "3.3.0"); /* whose protocol it is */
    json_set_text(j, "uuid", c->serve->uuid);
    json_set_text(vendor, "name", "odus");
    json_set_text(vendor, "version", ODUS_VERSION);
    json_set_take(j, "vendor", vendor);
    json_set_take(j, "features", json_new_array());
    json_set_take(j, "training", json_bool(c->serve->opt.training));
    answer_json(c->answer, 200, j);
}

void info_container(struct call *c)
{
    struct store *store = c->serve->opt.store;
    struct json *j;
    struct err err = {0};
    int64_t docs = 0, deleted = 0;

    if (replica_count(store, c->container, &docs, &deleted, &err) < 0) {
        answer_err(c->answer, &err);
        return;
    }
    j = json_new_object();
    json_set_text(j, "db_name", c->container);
    json_set_take(j, "doc_count", json_int(docs));
    json_set_take(j, "doc_del_count", json_int(deleted));
    json_set_take(j, "update_seq", json_int(replica_seq(store)));
    json_set_take(j, "purge_seq", json_int(0));
    json_set_take(j, "compact_running", json_bool(false));
    json_set_take(j, "disk_format_version", json_int(8));
    json_set_text(j, "instance_start_time", "0");
    answer_json(c->answer, 200, j);
}

/* Rights are not set here but by roles: what is shown says so. */
void info_security(struct call *c)
{
    answer_json(c->answer, 200, json_new_object());
}

void info_committed(struct call *c)
{
    struct json *j = json_new_object();

    json_set_take(j, "ok", json_bool(true));
    json_set_text(j, "instance_start_time", "0");
    answer_json(c->answer, 201, j);
}

/* The store tidies itself up. */
void info_compacting(struct call *c)
{
    answer_ok(c->answer, 202);
}

void info_exists(struct call *c)
{
    answer_error(c->answer, 412, "file_exists",
            "The database could not be created, the file already exists.");
}
