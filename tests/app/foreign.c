#include "foreign.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "desk.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"

struct foreign_state foreign_last;
static struct json *reports; /* of the last import */

void told(void *ctx, const struct json *report)
{
    (void)ctx;
    json_push_take(reports, json_dup(report));
}

struct json *parse(const char *text)
{
    struct json *j = NULL;
    struct err err = {0};

    desk_ok(json_parse(view_of(text), 0, &j, &err), &err);
    return j;
}

static void feed(struct foreign *f, const char *proposal)
{
    struct json *event = json_new_object();
    struct err err = {0};

    json_set_text(event, "ev", "proposal");
    json_set_take(event, "proposal", parse(proposal));
    desk_ok(foreign_event(f, event, &err), &err);
    json_free(event);
}

void import_all(int how, const char *const *proposals)
{
    const struct foreign_wish wish = {
            .file = desk_file("agenda.ics", ""), .update = how & UPDATE};
    struct foreign *f;
    struct err err = {0};

    json_free(reports);
    reports = json_new_array();
    desk_ok(foreign_open(desk, &wish, told, NULL, &f, &err), &err);
    desk_ok(foreign_begin(f, how & WRITE, &err), &err);
    for (; *proposals; proposals++)
        feed(f, *proposals);
    desk_ok(foreign_finish(f, &err), &err);
    foreign_last = *foreign_state(f);
    foreign_close(f);
}

int close_desk(void **st)
{
    json_free(reports);
    reports = NULL;
    return desk_close(st);
}

const struct json *report(size_t i)
{
    assert_non_null(json_at(reports, i));
    return json_at(reports, i);
}

void expect(const struct json *j, const char *key, const char *value)
{
    const char *text = json_get_text(j, key);

    if (!value)
        assert_null(text);
    else if (!text || strcmp(text, value) != 0)
        fail_msg("%s: \"%s\" and not \"%s\"", key, text ? text : "(none)", value);
}

bool has_note(const struct json *r, const char *kind, const char *field)
{
    const struct json *notes = json_get(r, "notes");

    for (size_t i = 0; i < json_len(notes); i++)
        if (strcmp(json_get_text(json_at(notes, i), "kind"), kind) == 0 &&
                strcmp(json_get_text(json_at(notes, i), "field"), field) == 0)
            return true;
    return false;
}

bool has_text(const struct json *array, const char *text)
{
    for (size_t i = 0; i < json_len(array); i++)
        if (strcmp(json_as_text(json_at(array, i)), text) == 0)
            return true;
    return false;
}

struct json *record(size_t i)
{
    struct json *body = NULL;
    struct err err = {0};

    desk_ok(app_json(desk, json_get_text(report(i), "uid"), &body, &err), &err);
    return body;
}

void type_into(const char *uid, const char *path, const char *text)
{
    struct entry *en;
    struct rec_at at;
    struct err err = {0};

    desk_ok(entry_open(desk, uid, &en, &err), &err);
    desk_ok(rec_at_parse(entry_rec(en), view_of(path), &at, &err), &err);
    desk_ok(entry_type(en, at, view_of(text), &err), &err);
    entry_close(en);
}
