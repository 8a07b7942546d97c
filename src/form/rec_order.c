#include <string.h>

#include "odus/base/moment.h"
#include "odus/form/rec.h"

enum {
    DATE_PART = 10,
    MINUTE_PART = 16
}; /* bytes of 2026-12-05 and 2026-12-05T20:30 */

/** Canonical numbers: no leading zeros, a point, no zeros after the last decimal. */
static int cmp_number(const char *a, const char *b)
{
    int sign = *a == '-' ? -1 : 1;
    size_t na, nb;

    if ((*a == '-') != (*b == '-'))
        return sign;
    a += *a == '-';
    b += *b == '-';
    na = strcspn(a, ".");
    nb = strcspn(b, ".");
    if (na != nb)
        return na < nb ? -sign : sign;
    return sign * strcmp(a, b);
}

/** As moment_cmp, without reading zones and offsets where wall times already differ. */
static int cmp_moment(const char *a, const char *b)
{
    int c = strncmp(a, b, DATE_PART);
    struct moment ma, mb;

    if (c)
        return c;
    if (strlen(a) > MINUTE_PART && strlen(b) > MINUTE_PART && a[DATE_PART] == 'T' &&
            b[DATE_PART] == 'T') {
        c = memcmp(a, b, MINUTE_PART);
        if (c)
            return c;
    }
    if (moment_parse(view_of(a), NULL, &ma, NULL) == 0 &&
            moment_parse(view_of(b), NULL, &mb, NULL) == 0)
        return moment_cmp(&ma, &mb);
    return strcmp(a, b);
}

static int cmp_value(enum form_type type, const char *a, const char *b)
{
    switch (type) {
    case FORM_INTEGER:
    case FORM_DECIMAL:
    case FORM_MONEY:
    case FORM_DURATION: return cmp_number(a, b);
    case FORM_DATETIME: return cmp_moment(a, b);
    default: return strcmp(a, b);
    }
}

int rec_key_cmp(const struct form_field *sort, struct rec_key a, struct rec_key b)
{
    int c = 0;

    if (sort && a.value && b.value)
        c = cmp_value(sort->type, a.value, b.value);
    else if (sort && (a.value || b.value))
        c = a.value ? -1 : 1;
    return c ? c : strcmp(a.id, b.id);
}

struct rec_key rec_row_key(const struct rec *rec, int table, int row, bool aside)
{
    struct rec_at at = {.field = rec_form(rec)->tables[table].sort, .row = row};
    bool out = at.field < 0 || (!aside && rec_hidden(rec, at));

    return (struct rec_key){
            .value = out ? NULL : rec_get(rec, at), .id = rec_row_id(rec, table, row)};
}
