#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"
#include "odus/base/date.h"

enum { TODAY = 20778 }; /* 2026-11-21 */
static const int64_t now_utc = TODAY * INT64_C(86400) + 9 * 3600;

const struct input_context fixture_typed = {
        .lang = "fr",
        .today = TODAY,
        .anchor = TODAY,
        .now_s = TODAY * INT64_C(86400) + 9 * 3600,
};

const char fixture_text[] =
        "[form fiche]\n"
        "label=Fiche\n"
        "languages=fr en it\n"
        "title=titre\n"
        "[list mode]\n"
        "presentiel=Sur place\n"
        "presentiel[en]=On site\n"
        "en_ligne=En ligne\n"
        "mixte=Sur place et en ligne\n"
        "[list publics]\n"
        "tous=Tout public\n"
        "jeunes=Jeune public\n"
        "majeurs=Majeurs\n"
        "[section quoi]\n"
        "label=Quoi\n"
        "[field uid]\ntype=text\nlabel=Identifiant\nreadonly=yes\n"
        "[field titre]\ntype=text\nlabel=Titre\nmultilingual=yes\ncarry=yes\n"
        "[field memo]\ntype=memo\nlabel=Mémo\n"
        "[field nombre]\ntype=integer\nlabel=Nombre\n"
        "[field mesure]\ntype=decimal\nlabel=Mesure\n"
        "[field prix]\ntype=money\nlabel=Prix\n"
        "[field ouvert]\ntype=boolean\nlabel=Ouvert\n"
        "[field surtitre]\ntype=three-state\nlabel=Surtitré\n"
        "[field premiere]\ntype=date\nlabel=Première\n"
        "[field heure]\ntype=time\nlabel=Heure\n"
        "[field duree]\ntype=duration\nlabel=Durée\ndefault=60 + 30\n"
        "[field mode]\ntype=one mode\nlabel=Mode\ncarry=yes\n"
        "[field publics]\ntype=many publics\nlabel=Publics\n"
        "[field lieu]\ntype=ref lieu\nlabel=Lieu\nrelevant=mode = 'presentiel'\n"
        "[field voisins]\ntype=ref lieu structure\nmultiple=yes\nlabel=Voisins\n"
        "[field mots_cles]\ntype=text\nmultiple=yes\nlabel=Mots-clés\n"
        "[field affiche]\ntype=file\nlabel=Affiche\n"
        "[field siret]\ntype=text\nlabel=SIRET\nnormalise=replace(value, ' ', '')\n"
        "[field sigle]\ntype=text\nlabel=Sigle\nupper=yes\n"
        "[field total]\ntype=money\nlabel=Total\n"
        "calculation=(select sum(prix) from tarifs)\n"
        "[field conseil]\ntype=note\nlabel=Un conseil\n"
        "[group adresse]\nlabel=Adresse\n"
        "[field adresse.rue]\ntype=text\nlabel=Rue\n"
        "[field adresse.acces]\ntype=text\nlabel=Accès\nmultilingual=yes\n"
        "[group reservation]\nlabel=Réservation\n"
        "[repeat reservation.moyens]\nlabel=Moyens\n"
        "[field reservation.moyens.valeur]\ntype=text\nlabel=Valeur\n"
        "[repeat seances]\nlabel=Séances\nsort=debut\n"
        "[field seances.fin]\ntype=datetime\nlabel=Fin\n"
        "[field seances.debut]\ntype=datetime\nlabel=Début\n"
        "[field seances.note]\ntype=text\nlabel=Note\nmultilingual=yes\n"
        "[field seances.statut]\ntype=text\nlabel=Statut\ndefault='confirme'\n"
        "[repeat tarifs]\nlabel=Tarifs\nmax=3\ndelete=no\n"
        "[field tarifs.prix]\ntype=money\nlabel=Prix\n"
        "[repeat derogations]\nlabel=Dérogations\n"
        "[field derogations.regle]\ntype=text\nlabel=Règle\n"
        "[field derogations.champ]\ntype=text\nlabel=Champ\n"
        "[field derogations.motif]\ntype=text\nlabel=Motif\n"
        "[field derogations.par]\ntype=text\nlabel=Par\n"
        "[field derogations.le]\ntype=text\nlabel=Le\n";

struct form *fixture_form(const char *text)
{
    struct problems problems;
    struct form *form;
    struct buf out;

    problems_init(&problems);
    form = form_parse("fiche.form", view_of(text), NULL, NULL, &problems);
    if (!form) {
        buf_init(&out, 0);
        problems_text(&problems, 0, NULL, &out);
        fail_msg("%s", out.s);
    }
    problems_release(&problems);
    return form;
}

static int32_t today(void *ctx)
{
    (void)ctx;
    return TODAY;
}

static int64_t now(void *ctx)
{
    (void)ctx;
    return now_utc;
}

static const char *lang(void *ctx)
{
    (void)ctx;
    return "fr";
}

struct engine *fixture_engine(const struct form *form)
{
    static const struct engine_hooks hooks = {
            .today = today, .now_s = now, .lang = lang};
    struct problems problems;
    struct engine *engine;
    struct buf out;

    problems_init(&problems);
    engine = engine_new(form, &hooks, &problems);
    if (!engine) {
        buf_init(&out, 0);
        problems_text(&problems, 0, NULL, &out);
        fail_msg("%s", out.s);
    }
    problems_release(&problems);
    return engine;
}

struct rec_at fixture_at(const struct rec *rec, const char *path)
{
    struct rec_at at = {.field = -1};

    if (rec_at_parse(rec, view_of(path), &at, NULL) != 0)
        fail_msg("no place %s", path);
    return at;
}

const char *fixture_get(const struct rec *rec, const char *path)
{
    const char *value = rec_get(rec, fixture_at(rec, path));

    return value ? value : "";
}

void fixture_set(struct rec *rec, const char *path, const char *text)
{
    rec_set(rec, fixture_at(rec, path), view_of(text));
}

char *fixture_body(const struct rec *rec, enum body_kind kind)
{
    struct json *body = body_write(rec, kind);
    struct buf out;
    char *text;

    buf_init(&out, 0);
    json_canonical(body, &out);
    json_free(body);
    text = buf_take(&out);
    buf_release(&out);
    return text;
}

struct rec *fixture_rec(const struct form *form, const char *body)
{
    struct rec *rec = rec_new(form);
    struct json *json = NULL;

    assert_int_equal(json_parse(view_of(body), 0, &json, NULL), 0);
    assert_int_equal(body_read(json, rec, NULL), 0);
    json_free(json);
    return rec;
}
