/* Performances of an event, in order. */
#include <stdlib.h>
#include <string.h>

#include "notice_priv.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"

enum { LONGEST = 24 * 60 /* minutes: rule R-DAT1 of the form */ };

static bool read_moment(const struct plan *plan, const struct json *row,
        const char *key, struct moment *ret)
{
    const struct form_field *dates = &plan->form->fields[plan->form->dates];
    const char *text = json_get_text(row, key);

    return text && moment_parse(view_of(text), dates->zone, ret, NULL) == 0;
}

/* Only where clocks go back, or between zones, does it take more than the wall time. */
static bool is_after(const struct moment *b, const struct moment *a)
{
    bool plain = a->offset == MOMENT_NO_OFFSET && b->offset == MOMENT_NO_OFFSET &&
                 strcmp(a->zone, b->zone) == 0;
    int64_t ua, ub;

    if (!plain && moment_utc(a, &ua) == 0 && moment_utc(b, &ub) == 0)
        return ub > ua;
    return moment_cmp(b, a) > 0;
}

static void find_end(
        const struct plan *plan, const struct json *row, struct performance *p)
{
    int64_t minutes = json_get_int(row, "duree", 0);

    if (read_moment(plan, row, "fin", &p->end) && is_after(&p->end, &p->start)) {
        p->end_estimated = json_get_bool(row, "fin_estimee", false);
        return;
    }
    p->end = (struct moment){0};
    if (minutes < 1 || minutes > LONGEST ||
            moment_add(&p->start, (int)minutes, &p->end) < 0)
        p->end = (struct moment){0};
    p->end_estimated = *p->end.zone != '\0';
}

static bool read_row(const struct plan *plan, const char *uid, const struct json *row,
        struct performance *p)
{
    const char *id = json_get_text(row, "id");
    const char *place = json_get_text(row, "lieu");
    const char *status = json_get_text(row, "statut");

    *p = (struct performance){.row = row, .id = id ? id : ""};
    if (!read_moment(plan, row, "debut", &p->start))
        return false;
    if (uuid_valid(view_of(p->id)))
        memcpy(p->uid, p->id, sizeof(p->uid));
    else
        uuid_v5(uid, view_of(p->id), p->uid);
    find_end(plan, row, p);
    (void)read_moment(plan, row, "debut_initial", &p->before);
    p->status = status ? status : "confirme";
    p->place = place ? place : "";
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct performance *x = a, *y = b;
    int order = moment_cmp(&x->start, &y->start);

    return order ? order : strcmp(x->uid, y->uid);
}

struct performance *times_of(
        const struct plan *plan, const struct json *body, size_t *ret_n)
{
    const char *uid = json_get_text(body, "_id");
    struct json *rows = plan->seances < 0
                                ? NULL
                                : plan_rows(plan, (struct json *)body, plan->seances);
    struct performance *all = NULL;
    size_t n = 0;

    if (json_len(rows))
        all = xcalloc(json_len(rows), sizeof(*all));
    for (size_t i = 0; i < json_len(rows); i++)
        if (read_row(plan, uid, json_at(rows, i), &all[n]))
            n++;
    if (n)
        qsort(all, n, sizeof(*all), by_time);
    *ret_n = n;
    return all;
}
