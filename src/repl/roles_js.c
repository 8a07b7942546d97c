/* The tables of roles_table.c and the rules of roles.c as a function for CouchDB. */
#include "roles_priv.h"

#include <stdlib.h>

static void add_text(struct buf *out, const char *text)
{
    struct json *j = json_text(view_of(text));

    json_canonical(j, out);
    json_free(j);
}

static void add_roles(struct buf *out, unsigned roles)
{
    const char *comma = "";

    buf_adds(out, "[");
    for (const struct roles_role *r = roles_table; r->name; r++) {
        if (!(r->bit & roles))
            continue;
        buf_adds(out, comma);
        add_text(out, r->name);
        comma = ", ";
    }
    buf_adds(out, "]");
}

static void add_rights(struct buf *out)
{
    buf_adds(out, "  var rights = [\n");
    for (const struct roles_right *r = roles_rights; r->type; r++) {
        buf_adds(out, "    { type: ");
        add_text(out, r->type);
        buf_adds(out, ", action: ");
        add_text(out, roles_words[r->action].name);
        buf_adds(out, ", roles: ");
        add_roles(out, r->roles);
        buf_adds(out, r[1].type ? " },\n" : " }\n");
    }
    buf_adds(out, "  ];\n");
}

static void add_states(struct buf *out)
{
    buf_adds(out, "  var states = [\n");
    for (const struct roles_state *s = roles_states; s->state; s++) {
        buf_adds(out, "    { state: ");
        add_text(out, s->state);
        buf_adds(out, ", action: ");
        add_text(out, roles_words[s->action].name);
        buf_adds(out, s[1].state ? " },\n" : " }\n");
    }
    buf_adds(out, "  ];\n");
}

static void add_words(
        struct buf *out, const char *name, const struct roles_words *words, size_t n)
{
    buf_addf(out, "  var %s = {\n", name);
    for (size_t i = 0; i < n; i++) {
        buf_addf(out, "    %s: ", words[i].name);
        add_text(out, words[i].reason);
        buf_adds(out, i + 1 < n ? ",\n" : "\n");
    }
    buf_adds(out, "  };\n");
}

/* The steps of roles.c, in their order. */
static const char rules[] =
        "  var i;\n"
        "  function among(list, text) {\n"
        "    return list.indexOf(text) >= 0;\n"
        "  }\n"
        "  function has(roles) {\n"
        "    return roles.some(function (role) {\n"
        "      return among(user.roles || [], role);\n"
        "    });\n"
        "  }\n"
        "  function text(doc, key) {\n"
        "    return doc && typeof doc[key] === 'string' ? doc[key] : '';\n"
        "  }\n"
        "  function refuse(reason) {\n"
        "    throw { forbidden: reason };\n"
        "  }\n"
        "  function need(type, action) {\n"
        "    if (!rights.some(function (right) {\n"
        "      return right.type === type && right.action === action && "
        "has(right.roles);\n"
        "    })) {\n"
        "      refuse(actions[action]);\n"
        "    }\n"
        "  }\n"
        "  function isDesign(type) {\n"
        "    return rights.some(function (right) {\n"
        "      return right.type === type && right.action === 'design';\n"
        "    });\n"
        "  }\n"
        "  if (!user.name && !has(['_admin'])) {\n"
        "    throw { unauthorized: reasons.nobody };\n"
        "  }\n"
        "  if (old && old._deleted === true) {\n"
        "    old = null;\n"
        "  }\n"
        "  if (text(neu, '_id').slice(0, 8) === '_design/') {\n"
        "    return need('_design', 'design');\n"
        "  }\n"
        "  if (text(neu, '_id').slice(0, 8) === 'fichier:') {\n"
        "    need('*', neu._deleted === true || old ? 'erase' : 'create');\n"
        "    if (neu._deleted !== true && text(neu, 'type') !== 'fichier') {\n"
        "      refuse(reasons.no_file);\n"
        "    }\n"
        "    return;\n"
        "  }\n"
        "  if (isDesign(text(neu, 'type'))) {\n"
        "    need(text(neu, 'type'), 'design');\n"
        "  }\n"
        "  if (isDesign(text(old, 'type'))) {\n"
        "    need(text(old, 'type'), 'design');\n"
        "  }\n"
        "  if (neu._deleted === true) {\n"
        "    return need('*', text(neu, 'fusion') ? 'close' : 'erase');\n"
        "  }\n"
        "  if (isDesign(text(neu, 'type'))) {\n"
        "    return;\n"
        "  }\n"
        "  need('*', old ? 'change' : 'create');\n"
        "  if (!text(neu, 'type')) {\n"
        "    refuse(reasons.no_type);\n"
        "  }\n"
        "  if (!text(neu, '_id') || text(neu, '_id') !== text(neu, 'uid')) {\n"
        "    refuse(reasons.no_uid);\n"
        "  }\n"
        "  if (!text(neu, 'modifie_par')) {\n"
        "    refuse(reasons.no_author);\n"
        "  }\n"
        "  if (neu.modifie_par !== user.name && !has(relays)) {\n"
        "    refuse(reasons.other_author);\n"
        "  }\n"
        "  var exercise = neu.exercice !== undefined && neu.exercice !== false;\n"
        "  if (exercise && !training) {\n"
        "    refuse(reasons.exercise);\n"
        "  }\n"
        "  if (!exercise && training) {\n"
        "    refuse(reasons.no_exercise);\n"
        "  }\n"
        "  if (text(neu, 'statut_fiche') === text(old, 'statut_fiche')) {\n"
        "    return;\n"
        "  }\n"
        "  for (i = 0; i < states.length; i++) {\n"
        "    if (states[i].state === text(neu, 'statut_fiche')) {\n"
        "      need('*', states[i].action);\n"
        "    }\n"
        "  }\n";

void roles_javascript(bool training, struct buf *out)
{
    buf_adds(out, "function (neu, old, user) {\n  'use strict';\n");
    buf_addf(out, "  var training = %s;\n", training ? "true" : "false");
    add_rights(out);
    add_states(out);
    buf_adds(out, "  var relays = ");
    add_roles(out, ROLES_RELAY);
    buf_adds(out, ";\n");
    add_words(out, "actions", roles_words, ROLES_ACTIONS);
    add_words(out, "reasons", roles_reasons, ROLES_REASONS);
    buf_adds(out, rules);
    buf_adds(out, "}\n");
}

struct json *roles_design(bool training)
{
    struct json *design = json_new_object();
    struct buf source;

    buf_init(&source, 0);
    roles_javascript(training, &source);
    json_set_take(design, "_id", json_text(VIEW_LIT("_design/odus")));
    json_set_take(design, "language", json_text(VIEW_LIT("javascript")));
    json_set_take(design, "validate_doc_update", json_text(buf_view(&source)));
    buf_release(&source);
    return design;
}
