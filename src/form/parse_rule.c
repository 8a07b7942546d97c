#include "parse_priv.h"

#include <stdlib.h>

#include "odus/base/mem.h"

struct rule_block {
    struct form_rule r;
    const struct ini_key *on, *severity;
};

#define AT(member) offsetof(struct rule_block, member)

static const struct parse_spec specs[] = {
        {"on", KEY_LATER, AT(on), 0},
        {"severity", KEY_LATER, AT(severity), 0},
        {"check", KEY_EXPR, AT(r.check), 0},
        {"message", KEY_TEXT, AT(r.message), 0},
        {"why", KEY_TEXT, AT(r.why), 0},
        {"fix", KEY_EXPR, AT(r.fix), 0},
};

static enum form_severity severity_of(struct parse *p, struct view word)
{
    static const char *const names[] = {
            [FORM_ERROR] = "error", [FORM_WARNING] = "warning", [FORM_INFO] = "info"};
    struct parse_guess guess = parse_guess(p, word);

    for (size_t i = 0; i < COUNT(names); i++) {
        if (view_is(word, names[i]))
            return (enum form_severity)i;
        parse_guess_try(&guess, names[i]);
    }
    parse_unknown(p, &guess, N_("unknown severity \"%1$s\" (error, warning or info)"),
            N_("unknown severity \"%1$s\" (did you mean \"%2$s\"?)"));
    return FORM_ERROR;
}

static bool rule_free(const struct form *form, struct view id)
{
    for (size_t i = 0; i < form->nrules; i++)
        if (view_is(id, form->rules[i].id))
            return false;
    return true;
}

/* The first field is the anchor: where it is a row's, so are the expressions. */
static void late_on(struct parse *p, const struct ini_key *key, int index)
{
    struct form *form = p->form;
    struct form_rule *rule = &form->rules[index];
    struct view rest = key->value;
    struct view word;

    rule->on = xcalloc(PARSE_WORDS_MAX, sizeof(*rule->on));
    while (ini_word(&rest, &word)) {
        int field = parse_field_named(p, word, 0);

        if (rule->non == PARSE_WORDS_MAX) {
            parse_bad(p, word.p, N_("too many fields here (at most 200)"));
            break;
        }
        if (field >= 0)
            rule->on[rule->non++] = field;
    }
    if (!rule->non)
        return;
    rule->table = form_frame(form, rule->on[0]);
    if (rule->check)
        form->exprs[rule->check].table = rule->table;
    if (rule->fix)
        form->exprs[rule->fix].table = rule->table;
}

void parse_rule(struct parse *p, const struct ini_block *block)
{
    struct form *form = p->form;
    struct rule_block b = {.r.file = p->file->name};
    int column;

    if (!parse_room(p, block->kind.p, LIMIT_RULES, form->nrules))
        return;
    if (parse_id_ok(p, block->name) && !rule_free(form, block->name))
        parse_bad1(p, block->name.p, N_("rule \"%1$s\" stands twice"), block->name);
    b.r.id = view_dup(block->name);
    parse_place(p, block->kind.p, &b.r.line, &column);
    parse_keys(p, block, specs, COUNT(specs), &b, 0);
    parse_need(p, block, b.on, "on");
    parse_need(p, block, b.severity, "severity");
    parse_need(p, block, b.r.check, "check");
    parse_need(p, block, b.r.message.in[0], "message");
    if (b.severity)
        b.r.severity = severity_of(p, b.severity->value);
    form->rules =
            mem_grow(form->rules, form->nrules, &p->cap.rules, sizeof(*form->rules));
    form->rules[form->nrules] = b.r;
    parse_later(p, late_on, b.on, (int)form->nrules++);
}
