/* The functions that expressions may call (docs/forms.md §7). All accept anything. */
#include <stdlib.h>
#include <string.h>

#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/base/utf8.h"
#include "odus/form/ids.h"
#include "engine_priv.h"
#include "pattern.h"

/* Several values */

static void fn_has(struct db_call *call, void *ctx)
{
    struct view list = db_arg_text(call, 0);
    struct view code = db_arg_text(call, 1);
    struct view part;
    bool found = false;

    (void)ctx;
    if (!code.p)
        return;
    while (!found && view_next(&list, '\n', &part))
        found = view_eq(part, code);
    db_result_int(call, found);
}

static void fn_count_of(struct db_call *call, void *ctx)
{
    struct view list = db_arg_text(call, 0);
    int n = list.n > 0;

    (void)ctx;
    for (size_t i = 0; i < list.n; i++)
        n += list.p[i] == '\n';
    db_result_int(call, n);
}

static void fn_item(struct db_call *call, void *ctx)
{
    struct view list = db_arg_text(call, 0);
    int64_t want = db_arg_int(call, 1);
    struct view part;

    (void)ctx;
    while (want > 0 && view_next(&list, '\n', &part))
        if (--want == 0)
            db_result_text(call, part);
}

/* Text */

static void fn_matches(struct db_call *call, void *ctx)
{
    int found;

    (void)ctx;
    if (db_arg_null(call, 0) || db_arg_null(call, 1))
        return;
    found = pattern_matches(db_arg_text(call, 1), db_arg_text(call, 0));
    if (found < 0)
        db_result_error(call, "the pattern is not a regular expression, or too slow");
    else
        db_result_int(call, found);
}

static void fn_distance(struct db_call *call, void *ctx)
{
    (void)ctx;
    if (!db_arg_null(call, 0) && !db_arg_null(call, 1))
        db_result_real(
                call, utf8_distance(db_arg_text(call, 0).p, db_arg_text(call, 1).p));
}

static bool squeeze(struct view v, struct buf *out)
{
    bool space = false;

    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == ' ') {
            space = out->len > 0;
            continue;
        }
        if (space)
            buf_addc(out, ' ');
        space = false;
        buf_addc(out, v.p[i]);
    }
    return true;
}

static bool fold(struct view v, struct buf *out)
{
    utf8_fold(v, out);
    return true;
}

static bool sentence_case(struct view v, struct buf *out)
{
    utf8_sentence(v, out);
    return true;
}

static bool upper(struct view v, struct buf *out)
{
    utf8_upper(v, out);
    return true;
}

static bool lower(struct view v, struct buf *out)
{
    utf8_lower(v, out);
    return true;
}

static void far_label(
        struct db_call *call, struct engine *en, const char *list, const char *code)
{
    struct buf out;

    if (!en->hooks.list_cell)
        return;
    buf_init(&out, SANDBOX_TEXT_MAX);
    if (en->hooks.list_cell(en->hooks.ctx, list, code, "label", &out))
        db_result_text(call, buf_view(&out));
    buf_release(&out);
}

static void fn_label_of(struct db_call *call, void *ctx)
{
    struct engine *en = ctx;
    int list = form_list_find(en->form, db_arg_text(call, 0));
    const struct form_list *l = list < 0 ? NULL : &en->form->lists[list];
    const struct form_entry *e;

    if (!l || db_arg_null(call, 1))
        return;
    if (l->file) {
        far_label(call, en, l->name, db_arg_text(call, 1).p);
        return;
    }
    e = form_entry_find(l, db_arg_text(call, 1));
    if (e)
        db_result_text(
                call, view_of(form_text(en->form, &e->label,
                              en->hooks.lang ? en->hooks.lang(en->hooks.ctx) : "")));
}

/* Checks of identifiers, conversions of text: one table each. */

struct test_function {
    const char *name;
    bool (*ok)(struct view text);
};

static bool phone_ok(struct view text)
{
    struct buf out;
    bool ok;

    buf_init(&out, 0);
    ok = ids_phone_e164(text, &out);
    buf_release(&out);
    return ok;
}

static const struct test_function tests[] = {
        {"siret_ok", ids_siret_ok},
        {"siren_ok", ids_siren_ok},
        {"isni_ok", ids_isni_ok},
        {"rna_ok", ids_rna_ok},
        {"iswc_ok", ids_iswc_ok},
        {"licence_ok", ids_licence_ok},
        {"phone_ok", phone_ok},
        {"email_ok", ids_email_ok},
        {"url_ok", ids_url_ok},
};

static void fn_test(struct db_call *call, void *ctx)
{
    const struct test_function *t = ctx;

    if (!db_arg_null(call, 0))
        db_result_int(call, t->ok(db_arg_text(call, 0)));
}

struct text_function {
    const char *name;
    bool (*convert)(struct view text, struct buf *out);
};

static const struct text_function conversions[] = {
        {"licence_number", ids_licence_number},
        {"licence_short", ids_licence_short},
        {"phone_e164", ids_phone_e164},
        {"fold", fold},
        {"squeeze", squeeze},
        {"sentence_case", sentence_case},
        {"upper", upper},
        {"lower", lower},
};

static void fn_convert(struct db_call *call, void *ctx)
{
    const struct text_function *f = ctx;
    struct buf out;

    buf_init(&out, SANDBOX_TEXT_MAX);
    if (!db_arg_null(call, 0) && f->convert(db_arg_text(call, 0), &out))
        db_result_text(call, buf_view(&out));
    buf_release(&out);
}

static void fn_licence_category(struct db_call *call, void *ctx)
{
    int n = db_arg_null(call, 0) ? 0 : ids_licence_category(db_arg_text(call, 0));

    (void)ctx;
    if (n)
        db_result_int(call, n);
}

static void fn_licence_until(struct db_call *call, void *ctx)
{
    int n = db_arg_null(call, 0) ? 0 : ids_licence_until(db_arg_text(call, 0));

    (void)ctx;
    if (n)
        db_result_int(call, n);
}

/* The row under which a filter is asked. */
static void fn_current_row(struct db_call *call, void *ctx)
{
    db_result_int(call, ((struct engine *)ctx)->row);
}

/* `default` only */

static void fn_uuid(struct db_call *call, void *ctx)
{
    struct engine *en = ctx;
    char text[UUID_TEXT];

    uuid_v7(en->hooks.now_s ? en->hooks.now_s(en->hooks.ctx) * 1000 : 0, text);
    db_result_text(call, view_of(text));
}

static void fn_random_int(struct db_call *call, void *ctx)
{
    int64_t n = db_arg_int(call, 0);

    (void)ctx;
    if (n > 0 && n <= INT32_MAX)
        db_result_int(call, hash_random((uint32_t)n));
}

/* Other records: whatever the layers above know. */

static const struct {
    const char *name;
    int nargs;
} lookups[] = {
        {"ref_value", 2},
        {"ref_state", 1},
        {"ref_visibility", 1},
        {"ref_cycle", 3},
        {"near_duplicate", 5},
        {"venue_clash", 5},
        {"town_clash", 5},
};

enum { LOOKUP_ARGS = 5 };

struct lookup {
    struct engine *en;
    const char *name;
};

static void fn_lookup(struct db_call *call, void *ctx)
{
    const struct lookup *l = ctx;
    const struct engine *en = l->en;
    char *args[LOOKUP_ARGS] = {NULL};
    int n = db_arg_count(call);
    struct buf out;

    if (!en->lookup)
        return;
    buf_init(&out, SANDBOX_TEXT_MAX);
    for (int i = 0; i < n; i++)
        args[i] = db_arg_null(call, i) ? NULL : view_dup(db_arg_text(call, i));
    if (en->inherit_lang && strcmp(l->name, "ref_value") == 0)
        args[n++] = xstrdup(en->form->langs[en->inherit_lang]);
    if (en->lookup(en->lookup_ctx, l->name, (const char *const *)args, n, &out))
        db_result_text(call, buf_view(&out));
    for (int i = 0; i < n; i++)
        free(args[i]);
    buf_release(&out);
}

static bool is_answer(const struct engine *en, const char *function, struct view uid,
        struct view wanted)
{
    char *arg = view_dup(uid);
    struct buf out;
    bool same;

    buf_init(&out, SANDBOX_TEXT_MAX);
    same = en->lookup(en->lookup_ctx, function, (const char *const *)&arg, 1, &out) &&
           view_eq(buf_view(&out), wanted);
    buf_release(&out);
    free(arg);
    return same;
}

/* Whether FUNCTION gives the second argument for some link of the first. */
static void any_link(
        struct db_call *call, const struct engine *en, const char *function)
{
    struct view links = db_arg_text(call, 0);
    struct view wanted = db_arg_text(call, 1);
    struct view uid;
    bool found = false;

    if (!en->lookup || !links.p || !wanted.p)
        return;
    while (!found && view_next(&links, '\n', &uid))
        found = is_answer(en, function, uid, wanted);
    db_result_int(call, found);
}

static void fn_any_state(struct db_call *call, void *ctx)
{
    any_link(call, ctx, "ref_state");
}

static void fn_any_visibility(struct db_call *call, void *ctx)
{
    any_link(call, ctx, "ref_visibility");
}

static const struct engine_function functions[] = {
        {"has", 2, fn_has},
        {"count_of", 1, fn_count_of},
        {"item", 2, fn_item},
        {"matches", 2, fn_matches},
        {"distance", 2, fn_distance},
        {"label_of", 2, fn_label_of},
        {"licence_category", 1, fn_licence_category},
        {"licence_until", 1, fn_licence_until},
        {"current_row", 0, fn_current_row},
        {"any_state", 2, fn_any_state},
        {"any_visibility", 2, fn_any_visibility},
        {"uuid", 0, fn_uuid},
        {"random_int", 1, fn_random_int},
};

const char *const engine_default_only[] = {"uuid", "random_int", NULL};

enum { NAMES_MAX = 100 };

const char *const *engine_function_names(void)
{
    static const char *names[NAMES_MAX];
    size_t n = 0;

    if (names[0])
        return names;
    for (const struct engine_function *f = engine_date_functions; f->name; f++)
        names[n++] = f->name;
    for (size_t i = 0; i < COUNT(functions); i++)
        names[n++] = functions[i].name;
    for (size_t i = 0; i < COUNT(tests); i++)
        names[n++] = tests[i].name;
    for (size_t i = 0; i < COUNT(conversions); i++)
        names[n++] = conversions[i].name;
    for (size_t i = 0; i < COUNT(lookups); i++)
        names[n++] = lookups[i].name;
    return names;
}

static int add(struct engine *en, const char *name, int nargs, db_function_fn *fn,
        void *ctx, struct err *err)
{
    bool pure = fn != fn_uuid && fn != fn_random_int && fn != fn_current_row;

    return sandbox_function(
            en->sb, name, nargs, pure ? DB_DETERMINISTIC : 0, fn, ctx, err);
}

static int add_lookups(struct engine *en, struct err *err)
{
    int rc = 0;

    en->lookup_functions = xcalloc(COUNT(lookups), sizeof(struct lookup));
    for (size_t i = 0; rc == 0 && i < COUNT(lookups); i++) {
        struct lookup *l = (struct lookup *)en->lookup_functions + i;
        *l = (struct lookup){en, lookups[i].name};
        rc = add(en, l->name, lookups[i].nargs, fn_lookup, l, err);
    }
    return rc;
}

int engine_add_functions(struct engine *en, struct err *err)
{
    int rc = 0;

    for (const struct engine_function *f = engine_date_functions; rc == 0 && f->name;
            f++)
        rc = add(en, f->name, f->nargs, f->fn, en, err);
    for (size_t i = 0; rc == 0 && i < COUNT(functions); i++)
        rc = add(en, functions[i].name, functions[i].nargs, functions[i].fn, en, err);
    for (size_t i = 0; rc == 0 && i < COUNT(tests); i++)
        rc = add(en, tests[i].name, 1, fn_test, (void *)&tests[i], err);
    for (size_t i = 0; rc == 0 && i < COUNT(conversions); i++)
        rc = add(en, conversions[i].name, 1, fn_convert, (void *)&conversions[i], err);
    return rc == 0 ? add_lookups(en, err) : rc;
}
