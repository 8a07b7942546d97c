/* What others changed too: the two values of each place. */
#include "run.h"

#include "odus/base/clock.h"

static const char *stand_name(enum entry_stand stand)
{
    static const char *const names[] = {[ENTRY_OPEN] = "open",
            [ENTRY_OURS] = "mine",
            [ENTRY_THEIRS] = "theirs",
            [ENTRY_OTHER] = "other"};

    return names[stand];
}

static struct json *conflict_json(const struct entry_conflict *c)
{
    struct json *obj = json_new_object();
    char at[CLOCK_TEXT];

    clock_rfc3339(c->at_ms, at);
    json_set_text(obj, "path", c->path);
    json_set_text(obj, "label", c->label);
    json_set_text(obj, "mine", c->ours);
    json_set_text(obj, "theirs", c->theirs);
    json_set_text(obj, "author", c->author);
    json_set_text(obj, "at", at);
    json_set_text(obj, "stands", stand_name(c->stand));
    return obj;
}

struct json *conflicts_json(struct entry *en)
{
    struct json *list = json_new_array();
    size_t n;
    const struct entry_conflict *all = entry_conflicts(en, &n);

    for (size_t i = 0; i < n; i++)
        json_push_take(list, conflict_json(&all[i]));
    return list;
}

static const char *shown(const struct entry_conflict *c, const char *value)
{
    if (*value)
        return value;
    return c->row ? _("row removed") : _("blank");
}

static void print_conflict(const struct entry_conflict *c, size_t number)
{
    char at[OUT_MOMENT];

    out_moment(c->at_ms, at);
    /* TRANSLATORS: number, label and path of the field */
    out_line(_("%1$zu. changed by others too: %2$s (%3$s)"), number, c->label, c->path);
    out_line(_("  mine: %1$s"), shown(c, c->ours));
    /* TRANSLATORS: author, time, value */
    out_line(_("  %1$s, %2$s: %3$s"), c->author, at, shown(c, c->theirs));
}

size_t print_conflicts(struct entry *en)
{
    size_t n, open = 0;
    const struct entry_conflict *all = entry_conflicts(en, &n);

    for (size_t i = 0; i < n; i++)
        if (all[i].stand == ENTRY_OPEN) {
            print_conflict(&all[i], i + 1);
            open++;
        }
    return open;
}
