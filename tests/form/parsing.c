#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "parsing.h"

/** Fragments and lists that the forms of these tests may take in. */
static const struct {
    const char *name, *text;
} sources[] = {
        {"bien", "[fragment bien]\n[section b]\nlabel=B\n[field dedans]\nlabel=D\n"
                 "label[de]=Innen\ntype=date\n"},
        {"seul", "[fragment seul]\nuse=bien\n"},
        {"tourne", "[fragment tourne]\nuse=autour\n"},
        {"autour", "[fragment autour]\nuse=tourne\n"},
        {"menteur", "[fragment vrai]\n[field x]\nlabel=X\ntype=txet\n"},
        {"rue", "[fragment rue]\n[field g.voie]\nlabel=V\ntype=text\n"
                "[rule rue.1]\non=g.ville\nseverity=info\ncheck=1\nmessage=M\n"
                "[section fin]\nlabel=Fin\n[use seul]\n"},
        {"faux", "[fragment faux]\n\n[field y]\nlabel=Y\ntype=txet\n"},
        {"communes.csv", "code,label,label[en],code_postal\n05023,Briançon,,05100\n"},
        {"vide.csv", "a,b\n"},
};

const char parsing_whole[] =
        "# un commentaire\r\n"
        "[form f]\r\n"
        "label=Fiche\n"
        "label[en]=Record\n"
        "plural = Fiches \n"
        "languages=fr en it\n"
        "title=coalesce(titre, 'x')\n"
        "search=titre lieu.adresse.commune\n"
        "  lieu.nom\n"
        "memos=texte\n"
        "dates=seances.debut\n"
        "ends=seances.fin\n"
        "cancelled=etat = 'annule'\n"
        "version=3\n"
        "\n"
        "[list mode]\n"
        "columns=genre apidae\n"
        "presentiel=Sur place : ici ; là # oui | a |\n"
        "presentiel[en]=On site\n"
        "En-ligne.2=En ligne || 2134\n"
        "[list communes]\n"
        "file=communes.csv\n"
        "[section quoi]\n"
        "label=Quoi\n"
        "[field titre]\n"
        "type=text\n"
        "label=Titre\n"
        "multilingual=yes\n"
        "max=140\n"
        "required=yes\n"
        "guidance=Première ligne\n"
        "# pas du texte\n"
        "   deuxième\n"
        "\n"
        "\ttroisième\n"
        "[field texte]\n"
        "type=memo\n"
        "label=Texte\n"
        "[field mode]\n"
        "type=one mode\n"
        "label=Mode\n"
        "filter=genre = 'a'\n"
        "[group adresse]\n"
        "label=Adresse\n"
        "[field adresse.commune]\n"
        "type=many communes\n"
        "label=Commune\n"
        "max=3\n"
        "[field lieu]\n"
        "type=ref lieu structure\n"
        "label=Lieu\n"
        "proposal=yes\n"
        "[section quand]\n"
        "label=Quand\n"
        "relevant=mode is not null\n"
        "collapsed=yes\n"
        "[repeat seances]\n"
        "label=Séances\n"
        "min=1\n"
        "max=800\n"
        "title=format_slot(debut, fin)\n"
        "sort=debut\n"
        "timing=debut fin\n"
        "delete=no\n"
        "[field seances.debut]\n"
        "type=datetime\n"
        "label=Début\n"
        "required=no\n"
        "min=2026-01-01\n"
        "[field seances.fin]\n"
        "type=datetime\n"
        "label=Fin\n"
        "zone=Europe/Rome\n"
        "[field seances.etat]\n"
        "type=text\n"
        "label=État\n"
        "hint=\n"
        "[field adresse.etage]\n"
        "type=integer\n"
        "label=Étage\n"
        "min=-3\n"
        "[field mot]\n"
        "type=note\n"
        "label=Fin\n"
        "[rule R-DAT1.b]\n"
        "on=seances.fin seances.debut\n"
        "severity=warning\n"
        "check=fin > debut\n"
        "    and 1\n"
        "message=La fin {fin} précède.\n"
        "message[en]=The end.\n"
        "why=Parce que\n"
        "fix=end_after(debut, 120)\n"
        "[test en ligne sans lieu]\n"
        "today=2026-11-21\n"
        "linked=cimes structure nom='Les Cimes', adresse.commune='05023'\n"
        "linked=fort lieu\n"
        "answer=venue_clash='Trio'\n"
        "given=titre.en='L''a', seances.1.debut='2026-12-05 20:30'\n"
        "given=mode='En-ligne.2'\n"
        "expect=hidden lieu, required titre, error R-DAT1.b, complete,\n"
        "  value seances.1.debut='x'\n";

int parsing_source(void *ctx, const char *name, struct buf *out, struct err *err)
{
    (void)ctx;
    for (size_t i = 0; i < COUNT(sources); i++) {
        if (strcmp(sources[i].name, name) == 0) {
            buf_adds(out, sources[i].text);
            return 0;
        }
    }
    return err_set(err, ERR_NOT_FOUND, "none");
}

struct form *parsing_good(const char *text)
{
    struct problems problems;
    struct buf out;
    struct form *form;

    problems_init(&problems);
    form = form_parse("f.form", view_of(text), parsing_source, NULL, &problems);
    for (size_t i = 0; i < problems.n; i++) {
        buf_init(&out, 0);
        problems_text(&problems, i, NULL, &out);
        print_error("%s\n", out.s);
        buf_release(&out);
    }
    assert_int_equal(problems.n, 0);
    assert_non_null(form);
    problems_release(&problems);
    return form;
}

char *parsing_mistakes(struct view text)
{
    struct problems problems;
    struct buf out;
    char *all;

    problems_init(&problems);
    buf_init(&out, 0);
    assert_null(form_parse("f.form", text, parsing_source, NULL, &problems));
    assert_true(problems.n > 0);
    for (size_t i = 0; i < problems.n; i++) {
        err_text(&problems.items[i], NULL, &out);
        buf_addc(&out, '\n');
    }
    all = buf_take(&out);
    buf_release(&out);
    problems_release(&problems);
    return all;
}

int parsing_field(const struct form *form, const char *path)
{
    int i = form_field_find(form, view_of(path));

    assert_true(i >= 0);
    return i;
}

/* --- what forms say --------------------------------------------------------------- */
