#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "merging.h"

struct form *merging_form;

/* The fixture's form and what every record bears. */
int merging_open(void **state)
{
    struct buf text;

    (void)state;
    buf_init(&text, 0);
    buf_adds(&text, fixture_text);
    buf_adds(&text, "[field seances.sequence]\ntype=integer\nlabel=Numéro\n"
                    "[field statut_fiche]\ntype=text\nlabel=État\n"
                    "[field formulaire]\ntype=text\nlabel=Formulaire\n"
                    "[field modifie_le]\ntype=text\nlabel=Modifiée le\n"
                    "[field modifie_par]\ntype=text\nlabel=Modifiée par\n");
    merging_form = fixture_form(text.s);
    buf_release(&text);
    return 0;
}

int merging_close(void **state)
{
    (void)state;
    form_free(merging_form);
    return 0;
}

struct json *json_of(const char *text)
{
    struct json *json = NULL;

    if (text && json_parse(view_of(text), 0, &json, NULL) < 0)
        fail_msg("no JSON: %s", text);
    return json;
}

char *text_of(const struct json *json)
{
    struct buf out;

    buf_init(&out, 0);
    json_canonical(json, &out);
    return buf_take(&out);
}

struct merged merge_json(const struct json *base, const struct json *ours,
        const struct json *theirs, enum merge_side later)
{
    struct merged m = {.body = NULL};
    struct json *ret = NULL;

    assert_int_equal(
            merge_bodies(merging_form, base, ours, theirs, later, &ret, &m.all, &m.n),
            0);
    m.body = text_of(ret);
    json_free(ret);
    return m;
}

struct merged merge_texts(
        const char *base, const char *ours, const char *theirs, enum merge_side later)
{
    struct json *b = json_of(base), *o = json_of(ours), *t = json_of(theirs);
    struct merged m = merge_json(b, o, t, later);

    json_free(b);
    json_free(o);
    json_free(t);
    return m;
}

void merged_release(struct merged *m)
{
    free(m->body);
    merge_conflicts_free(m->all, m->n);
}

void check_value(const struct json *json, const char *expected)
{
    char *text = text_of(json);

    assert_string_equal(text, expected);
    free(text);
}
