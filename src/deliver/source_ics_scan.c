#include "source_ics_scan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "odus/base/mem.h"
#include "source_text.h"

enum { ZONE_BYTES_MAX = 64 * 1024, ZONE_PROPS_MAX = 100 };

int ics_scan_open(struct ics_scan *s, const char *path, struct err *err)
{
    s->begun = s->any = false;
    return ics_lines_open(&s->lines, path, err);
}

void ics_scan_close(struct ics_scan *s)
{
    ics_lines_close(&s->lines);
}

void ics_scan_seek(struct ics_scan *s, int64_t at, int line)
{
    ics_lines_seek(&s->lines, at, line);
    s->begun = false;
}

static void item_clear(struct ics_item *item)
{
    for (size_t i = 0; i < item->n; i++)
        free(item->props[i].line);
    item->n = item->bytes = 0;
    item->latin = item->nul = item->broken = item->ours = false;
    err_clear(&item->why);
    if (item->text.s)
        buf_clear(&item->text);
    else
        buf_init(&item->text, ZONE_BYTES_MAX);
}

void ics_item_release(struct ics_item *item)
{
    item_clear(item);
    buf_release(&item->text);
    free(item->props);
    *item = (struct ics_item){0};
}

/* --- properties ------------------------------------------------------------------- */

static bool name_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_';
}

/* Where the value of a content line begins, 0: it is none. */
static size_t value_at(struct view line, size_t *ret_name)
{
    size_t i = 0;
    bool quoted = false;

    while (i < line.n && name_char(line.p[i]))
        i++;
    *ret_name = i;
    if (i == 0 || i == line.n || (line.p[i] != ':' && line.p[i] != ';'))
        return 0;
    for (; i < line.n; i++)
        if (line.p[i] == '"')
            quoted = !quoted;
        else if (line.p[i] == ':' && !quoted)
            return i + 1;
    /* A quote that is never closed is none. */
    for (i = *ret_name; quoted && i < line.n; i++)
        if (line.p[i] == ':')
            return i + 1;
    return 0;
}

/* A line that is no content line: someone broke a text without folding it. */
static void append_broken(struct ics_item *item, struct view line)
{
    struct ics_prop *prop = &item->props[item->n - 1];
    size_t name = strlen(prop->name), params = prop->params.n;
    size_t before = (size_t)(prop->value.p - prop->line) + prop->value.n;

    prop->line = xrealloc(prop->line, before + line.n + 3, 1);
    memcpy(prop->line + before, "\\n", 2);
    memcpy(prop->line + before + 2, line.p, line.n);
    prop->line[before + 2 + line.n] = '\0';
    prop->name = prop->line;
    prop->params.p = prop->line + name + 1;
    prop->value = (struct view){
            prop->line + name + 1 + params + (params > 0), prop->value.n + line.n + 2};
    item->broken = true;
}

/* "NAME;PARAMS:VALUE" becomes "NAME\0PARAMS:VALUE", NAME in upper case. */
static void add_prop(struct ics_item *item, struct view line)
{
    size_t name, at = value_at(line, &name);
    struct ics_prop *prop;

    item->bytes += line.n;
    if (at == 0) {
        if (item->n && line.n)
            append_broken(item, line);
        return;
    }
    item->props = mem_grow(item->props, item->n, &item->cap, sizeof(*item->props));
    prop = &item->props[item->n++];
    prop->line = xstrndup(line.p, line.n);
    prop->name = prop->line;
    for (size_t i = 0; i < name; i++)
        if (prop->line[i] >= 'a' && prop->line[i] <= 'z')
            prop->line[i] -= 32;
    prop->line[name] = '\0';
    item->ours |= strcmp(prop->name, "X-ODUS-EVENEMENT") == 0;
    prop->params = (struct view){prop->line + name + 1, at - name - 1};
    if (prop->params.n)
        prop->params.n--; /* the colon */
    prop->value = (struct view){prop->line + at, line.n - at};
}

const struct ics_prop *ics_prop(const struct ics_item *item, const char *name)
{
    for (size_t i = 0; i < item->n; i++)
        if (strcmp(item->props[i].name, name) == 0)
            return &item->props[i];
    return NULL;
}

struct view ics_value(const struct ics_item *item, const char *name)
{
    const struct ics_prop *prop = ics_prop(item, name);

    return prop ? view_trim(prop->value) : (struct view){0};
}

struct view ics_param(const struct ics_prop *prop, const char *name)
{
    size_t n = strlen(name), start = 0;
    bool quoted = false;

    for (size_t i = 0; i <= prop->params.n; i++) {
        struct view one = {prop->params.p + start, i - start};

        if (i < prop->params.n && prop->params.p[i] == '"')
            quoted = !quoted;
        if (i < prop->params.n && (quoted || prop->params.p[i] != ';'))
            continue;
        if (one.n > n && one.p[n] == '=' && strncasecmp(one.p, name, n) == 0) {
            one = view_trim((struct view){one.p + n + 1, one.n - n - 1});
            if (one.n >= 2 && *one.p == '"' && one.p[one.n - 1] == '"')
                one = (struct view){one.p + 1, one.n - 2};
            return one;
        }
        start = i + 1;
    }
    return (struct view){0};
}

void ics_text(struct view value, struct buf *out)
{
    for (size_t i = 0; i < value.n; i++) {
        char next = i + 1 < value.n ? value.p[i + 1] : 0;

        if (value.p[i] != '\\' || !next || !strchr("nN\\,;:\"", next)) {
            buf_addc(out, value.p[i]);
            continue;
        }
        buf_addc(out, next == 'n' || next == 'N' ? '\n' : next);
        i++;
    }
}

bool ics_next_value(struct view *rest, struct view *ret)
{
    size_t i = 0;

    if (rest->n == 0)
        return false;
    while (i < rest->n && rest->p[i] != ',')
        i += rest->p[i] == '\\' && i + 1 < rest->n ? 2 : 1;
    *ret = (struct view){rest->p, i};
    i += i < rest->n;
    rest->p += i;
    rest->n -= i;
    return true;
}

/* --- components ------------------------------------------------------------------- */

/* LINE is WORD:NAME; *RET_NAME is NAME. */
static bool is_mark(struct view line, const char *word, struct view *ret_name)
{
    size_t n = strlen(word);

    if (!source_starts(line, word))
        return false;
    *ret_name = view_trim((struct view){line.p + n, line.n - n});
    return true;
}

static bool named(struct view name, const char *word)
{
    return name.n == strlen(word) && source_starts(name, word);
}

static int bad(struct ics_item *item, const char *message)
{
    item->kind = ICS_BAD;
    err_set(&item->why, ERR_INVALID, message);
    return 1;
}

/* The last property is of vCalendar 1.0, whose texts run over lines in a way of their
 * own. */
static bool is_vcalendar(const struct ics_item *item)
{
    const struct ics_prop *prop = item->n ? &item->props[item->n - 1] : NULL;

    return prop && (source_starts(ics_param(prop, "ENCODING"), "QUOTED-PRINTABLE") ||
                           source_starts(prop->params, "QUOTED-PRINTABLE"));
}

static void add_line(struct ics_scan *s, struct ics_item *item, int depth)
{
    struct view line = buf_view(&s->lines.text);

    item->latin |= s->lines.latin;
    item->nul |= s->lines.nul;
    if (item->kind == ICS_ZONE) {
        buf_addv(&item->text, line);
        buf_addc(&item->text, '\n');
        /* TZID and X-LIC-LOCATION. */
        if (depth == 0 && item->n < ZONE_PROPS_MAX)
            add_prop(item, line);
    } else if (item->kind == ICS_EVENT && depth == 0) {
        if (item->bytes + line.n > SOURCE_EVENT_MAX || item->n >= ICS_PROPS_MAX ||
                s->lines.too_long)
            err_set(&item->why, ERR_LIMIT, N_("the event is larger than 1 MiB"));
        else
            add_prop(item, line);
        if (!item->why.id && is_vcalendar(item))
            err_set(&item->why, ERR_INVALID,
                    N_("it is written as vCalendar 1.0: open the file in a calendar "
                       "program and export it as iCalendar"));
    }
}

/* The end of a component; what was too large is bad. */
static int whole(struct ics_item *item)
{
    if (item->kind == ICS_EVENT && item->why.id)
        item->kind = ICS_BAD;
    return 1;
}

/* Reads on to the END of the component that NAME began. */
static int read_component(
        struct ics_scan *s, struct ics_item *item, const char *name, struct err *err)
{
    int depth = 0, rc;
    struct view mark;

    while ((rc = ics_lines_next(&s->lines, err)) > 0) {
        struct view line = view_trim(buf_view(&s->lines.text));

        if (is_mark(line, "BEGIN:", &mark)) {
            if (named(mark, "VEVENT")) {
                s->begun = true;
                return bad(item, N_("the end of the event is missing"));
            }
            depth++;
        } else if (is_mark(line, "END:", &mark)) {
            if (named(mark, name))
                return whole(item);
            if (named(mark, "VCALENDAR"))
                return bad(item, N_("the end of the event is missing"));
            add_line(s, item, 1);
            depth -= depth > 0;
            continue;
        }
        add_line(s, item, depth);
    }
    return rc ? rc : bad(item, N_("the file ends in the middle of this event"));
}

static int read_other(
        struct ics_scan *s, struct ics_item *item, const char *name, struct err *err)
{
    int rc = read_component(s, item, name, err);

    if (rc > 0 && item->kind == ICS_OTHER)
        err_set(&item->why, ERR_INVALID, N_("a task or a note is no event"));
    return rc;
}

static int read_begun(
        struct ics_scan *s, struct ics_item *item, struct view name, struct err *err)
{
    static const struct {
        const char *name;
        enum ics_kind kind;
    } kinds[] = {{"VEVENT", ICS_EVENT}, {"VTIMEZONE", ICS_ZONE}, {"VTODO", ICS_OTHER},
            {"VJOURNAL", ICS_OTHER}};

    s->any = true;
    item_clear(item);
    item->at = s->lines.at;
    item->line = s->lines.line;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (named(name, kinds[i].name)) {
            item->kind = kinds[i].kind;
            return read_other(s, item, kinds[i].name, err);
        }
    return 0;
}

/* Time zone and method of the calendar hold for its events. */
static bool calendar_prop(struct ics_scan *s, struct ics_item *item)
{
    struct view line = buf_view(&s->lines.text);

    if (!source_starts(line, "X-WR-TIMEZONE") && !source_starts(line, "METHOD:") &&
            !source_starts(line, "TIMEZONE-ID:"))
        return false;
    item_clear(item);
    item->kind = ICS_CALENDAR;
    item->line = s->lines.line;
    add_prop(item, line);
    return item->n == 1;
}

int ics_scan_next(struct ics_scan *s, struct ics_item *item, struct err *err)
{
    int rc = 1;

    while (s->begun || (rc = ics_lines_next(&s->lines, err)) > 0) {
        struct view line = view_trim(buf_view(&s->lines.text)), name;

        s->begun = false;
        if (is_mark(line, "BEGIN:", &name)) {
            rc = read_begun(s, item, name, err);
            if (rc)
                return rc;
        } else if (calendar_prop(s, item)) {
            return 1;
        }
    }
    return rc;
}
