#ifndef TESTS_FUZZ_TYPES_H
#define TESTS_FUZZ_TYPES_H

#include <stdlib.h>

#include "odus/form/parse.h"

/** A form with a field of every type, a group and repeats. */
#define TYPES_TEXT                                                                     \
    "[form essai]\nlabel=Essai\nlanguages=fr en\ntitle=titre\n"                        \
    "[list mode]\nici=Ici\nici[en]=Here\nla=Là-bas\nla[en]=There\n"                   \
    "[section quoi]\nlabel=Quoi\n"                                                     \
    "[field uid]\ntype=text\nlabel=Identifiant\n"                                      \
    "[field titre]\ntype=text\nlabel=Titre\nmultilingual=yes\n"                        \
    "[field memo]\ntype=memo\nlabel=Mémo\n"                                           \
    "[field nombre]\ntype=integer\nlabel=Nombre\n"                                     \
    "[field mesure]\ntype=decimal\nlabel=Mesure\n"                                     \
    "[field prix]\ntype=money\nlabel=Prix\n"                                           \
    "[field ouvert]\ntype=boolean\nlabel=Ouvert\n"                                     \
    "[field acces]\ntype=three-state\nlabel=Accès\n"                                  \
    "[field jour]\ntype=date\nlabel=Jour\n"                                            \
    "[field heure]\ntype=time\nlabel=Heure\n"                                          \
    "[field duree]\ntype=duration\nlabel=Durée\n"                                     \
    "[field mode]\ntype=one mode\nlabel=Mode\n"                                        \
    "[field modes]\ntype=many mode\nlabel=Modes\n"                                     \
    "[field lieu]\ntype=ref lieu\nlabel=Lieu\n"                                        \
    "[field voisins]\ntype=ref lieu\nmultiple=yes\nlabel=Voisins\n"                    \
    "[field mots]\ntype=text\nmultiple=yes\nlabel=Mots\n"                              \
    "[field affiche]\ntype=file\nlabel=Affiche\n"                                      \
    "[group adresse]\nlabel=Adresse\n"                                                 \
    "[field adresse.rue]\ntype=text\nlabel=Rue\n"                                      \
    "[repeat seances]\nlabel=Séances\nsort=debut\n"                                   \
    "[field seances.debut]\ntype=datetime\nlabel=Début\n"                             \
    "[field seances.note]\ntype=text\nlabel=Note\nmultilingual=yes\n"                  \
    "[repeat tarifs]\nlabel=Tarifs\n"                                                  \
    "[field tarifs.prix]\ntype=money\nlabel=Prix\n"

static inline struct form *types_form(void)
{
    static struct form *form;
    struct problems problems;

    if (!form) {
        problems_init(&problems);
        form = form_parse("essai.form", VIEW_LIT(TYPES_TEXT), NULL, NULL, &problems);
        if (!form)
            abort();
        problems_release(&problems);
    }
    return form;
}

#endif
