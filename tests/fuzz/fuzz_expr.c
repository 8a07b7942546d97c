/*
 * Any bytes as an expression of a form: as a calculation, a rule and a default. What
 * compiles is run over a record with values, after each of a few changes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "odus/form/engine.h"
#include "types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int32_t today(void *ctx)
{
    (void)ctx;
    return 20778;
}

static int64_t now(void *ctx)
{
    (void)ctx;
    return 1795255200;
}

static const char *lang(void *ctx)
{
    (void)ctx;
    return "fr";
}

static const struct engine_hooks hooks = {.today = today, .now_s = now, .lang = lang};

/* An expression stands on one line of the form. */
static void add_expr(struct buf *form, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buf_addc(form,
                data[i] == '\n' || data[i] == '\r' || !data[i] ? ' ' : (char)data[i]);
    buf_addc(form, '\n');
}

static struct form *form_with(
        const uint8_t *data, size_t size, struct problems *problems)
{
    struct form *form;
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, TYPES_TEXT "[field calcul]\ntype=text\nlabel=Calcul\ncalculation=");
    add_expr(&text, data, size);
    buf_adds(&text, "[rule R-1]\non=nombre\nseverity=error\nmessage=Non : {");
    add_expr(&text, data, size < 100 ? size : 100);
    text.len--; /* the line goes on */
    buf_adds(&text, "}\ncheck=");
    add_expr(&text, data, size);
    form = form_parse("essai.form", buf_view(&text), NULL, NULL, problems);
    buf_release(&text);
    return form;
}

static void run(const struct form *form, struct engine *engine)
{
    static const char *const paths[] = {
            "titre", "nombre", "prix", "jour", "mode", "memo"};
    static const char *const values[] = {
            "Été", "12", "1250", "2026-11-21", "ici", "x\ny"};
    struct rec *rec = rec_new(form);
    size_t n;

    engine_attach(engine, rec);
    for (size_t i = 0; i < COUNT(paths); i++) {
        rec_put(rec, paths[i], values[i]);
        engine_changed(engine,
                (struct rec_at){.field = form_field_find(form, view_of(paths[i]))});
    }
    engine_refresh(engine);
    engine_issues(engine, &n);
    engine_attach(engine, NULL);
    rec_free(rec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems;
    struct engine *engine = NULL;
    struct form *form;

    problems_init(&problems);
    form = form_with(data, size, &problems);
    if (form)
        engine = engine_new(form, &hooks, &problems);
    if (!engine != (problems.n > 0))
        abort();
    if (engine)
        run(form, engine);
    engine_free(engine);
    form_free(form);
    problems_release(&problems);
    return 0;
}
