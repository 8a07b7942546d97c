#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "box_forms.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/form/body.h"
#include "quotes.h"

static struct err err;

static const char commun[] = "[fragment commun]\n"
                             "[list etats]\n"
                             "brouillon=Brouillon\n"
                             "publie=Publié\n"
                             "supprime=Supprimé\n"
                             "[list communes]\n"
                             "file=communes.csv\n"
                             "[section fiche]\n"
                             "label=Fiche\n"
                             "[field uid]\ntype=text\nlabel=Id\n"
                             "[field statut_fiche]\ntype=one etats\nlabel=État\n"
                             "[field visibilite]\ntype=text\nlabel=Visibilité\n"
                             "[field exercice]\ntype=boolean\nlabel=Exercice\n";

static const char lieu[] = "[form lieu]\nlabel=Lieu\nlanguages=fr en\nuse=commun\n"
                           "title=nom\nsearch=nom adresse.commune\nmemos=acces\n"
                           "[group adresse]\nlabel=Adresse\n"
                           "[field adresse.commune]\ntype=one communes\nlabel=Commune\n"
                           "[field nom]\ntype=text\nlabel=Nom\n"
                           "[field acces]\ntype=memo\nmultilingual=yes\nlabel=Accès\n"
                           "[field jauge]\ntype=integer\nlabel=Jauge\n"
                           "[field chauffe]\ntype=boolean\nlabel=Chauffé\n"
                           "[field lieu_parent]\ntype=ref lieu\nlabel=Dans\n";

static const char structure[] = "[form structure]\nlabel=Structure\nuse=commun\n"
                                "title=nom\nsearch=nom\n"
                                "[field nom]\ntype=text\nlabel=Nom\n";

static const char evenement[] =
        "[form evenement]\nlabel=Événement\nlanguages=fr en\nuse=commun\n"
        "title=titre\nsubtitle=genre\n"
        "search=titre mots lieu.nom lieu.adresse.commune organisateur.nom\n"
        "dates=seances.debut\nends=seances.fin\nplace=lieu\norganiser=organisateur\n"
        "genre=genre\ncancelled=statut = 'annule'\n"
        "[list genres]\ntheatre=Théâtre\nbal=Bal\n"
        "[list publics]\nfamilles=Familles\nadultes=Adultes\n"
        "[field titre]\ntype=text\nmultilingual=yes\nlabel=Titre\n"
        "[field mots]\ntype=text\nmultiple=yes\nlabel=Mots\n"
        "[field genre]\ntype=one genres\ninherit=usuel\nlabel=Genre\n"
        "[field usuel]\ntype=one genres\nlabel=Usuel\n"
        "[field publics]\ntype=many publics\nlabel=Publics\n"
        "[field sur_place]\ntype=boolean\nlabel=Sur place\n"
        "[field lieu]\ntype=ref lieu\nrelevant=coalesce(sur_place, 1)\nlabel=Lieu\n"
        "[field organisateur]\ntype=ref structure\nlabel=Organisateur\n"
        "[repeat seances]\nlabel=Séances\nsort=debut\n"
        "[field seances.debut]\ntype=datetime\nlabel=Début\n"
        "[field seances.fin]\ntype=datetime\nlabel=Fin\n"
        "[field seances.lieu]\ntype=ref lieu\nlabel=Lieu\n"
        "[field seances.statut]\ntype=text\nlabel=Statut\n";

static const char communes[] = "code,label,code_postal,synonymes\n"
                               "05023,Briançon,05100,Sainte-Catherine\n"
                               "05006,L'Argentière-la-Bessée,05120,\n"
                               "05101,Vallouise-Pelvoux,05290 05340,Vallouise Pelvoux\n"
                               "05161,La Salle-les-Alpes,05240,\n";

void box_form_file(const char *name, const char *text)
{
    char *path = file_join(box_path("forms"), name);

    assert_int_equal(file_write_atomic(path, view_of(text), 0600, &err), 0);
    free(path);
}

struct forms *box_forms(struct store *store)
{
    struct forms_options opt = {.dir = box_path("forms"), .lang = "fr"};

    assert_int_equal(file_mkdirs(opt.dir, 0700, &err), 0);
    box_form_file("commun.form", commun);
    box_form_file("lieu.form", lieu);
    box_form_file("structure.form", structure);
    box_form_file("evenement.form", evenement);
    box_form_file("communes.csv", communes);
    return forms_new(store, &opt);
}

struct json *box_json(const char *json)
{
    char *text = quotes(xstrdup(json));
    struct json *body = NULL;

    assert_int_equal(json_parse(view_of(text), 0, &body, &err), 0);
    free(text);
    return body;
}

struct rec *box_rec(struct forms *forms, const char *type, const char *json,
        struct engine **ret_engine)
{
    struct json *body = box_json(json);
    const struct form *form;
    struct rec *rec;

    assert_int_equal(forms_get(forms, type, &form, ret_engine, &err), 0);
    rec = rec_new(form);
    assert_int_equal(body_read(body, rec, &err), 0);
    engine_attach(*ret_engine, rec);
    json_free(body);
    return rec;
}

struct summary box_summary_of(struct forms *forms, const char *type, const char *json)
{
    struct engine *engine;
    struct rec *rec = box_rec(forms, type, json, &engine);
    struct summary s;

    summary_build(forms, engine, rec, &s);
    engine_attach(engine, NULL);
    rec_free(rec);
    return s;
}

void box_record(
        struct store *store, struct forms *forms, const char *type, const char *json)
{
    struct summary s = box_summary_of(forms, type, json);
    struct json *body = box_json(json);
    char rev[REV_MAX];

    assert_int_equal(record_put(store, NULL, body, &s, NULL, rev, &err), 0);
    json_free(body);
    summary_release(&s);
}

void box_draft_of(
        struct store *store, struct forms *forms, const char *type, const char *json)
{
    struct summary s = box_summary_of(forms, type, json);
    struct json *body = box_json(json);
    struct draft d;
    struct buf text;

    buf_init(&text, 0);
    json_canonical(body, &text);
    d = box_draft(s.uid, text.s);
    assert_int_equal(draft_put(store, &d, &s, false, &err), 0);
    buf_release(&text);
    json_free(body);
    summary_release(&s);
}

const char *box_ask(struct forms *forms, const char *name, const char *a, const char *b,
        const char *c, const char *d, const char *e)
{
    const struct engine_hooks *hooks = forms_hooks(forms);
    const char *args[] = {a, b, c, d, e};
    static char answer[300];
    struct buf out;

    buf_init(&out, 0);
    if (hooks->lookup(hooks->ctx, name, args, 5, &out))
        snprintf(answer, sizeof(answer), "%s", out.s);
    else
        snprintf(answer, sizeof(answer), "NULL");
    buf_release(&out);
    return answer;
}
