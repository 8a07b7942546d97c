#include "poster.h"

#include <string.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "stage.h"

static const char affiche[] = "[form affiche]\nlabel=Affiche\nlanguages=fr\n"
                              "title=titre\nsearch=titre\n"
                              "[field uid]\ntype=text\nlabel=Id\n"
                              "[field type]\ntype=text\nreadonly=yes\nlabel=Type\n"
                              "[field visibilite]\ntype=text\nlabel=Visibilité\n"
                              "[field statut_fiche]\ntype=text\nlabel=État\n"
                              "[field exercice]\ntype=boolean\nlabel=Exercice\n"
                              "[field modifie_par]\ntype=text\nlabel=Par\n"
                              "[field modifie_le]\ntype=text\nlabel=Le\n"
                              "[field titre]\ntype=text\nlabel=Titre\n"
                              "[field fichier]\ntype=file\nlabel=Fichier\n";

int poster_form(void)
{
    return file_write_atomic(
            stage_path("forms/affiche.form"), view_of(affiche), 0600, NULL);
}

char *poster_pdf(size_t n)
{
    char *text = xmalloc(n + 1);

    for (size_t i = 0; i < n; i++)
        text[i] = (char)('a' + (i * 7 + i / 251) % 26);
    memcpy(text, "%PDF-1.7\n", 9);
    text[n] = '\0';
    return text;
}

const char *poster_hash(const char *content)
{
    static char hash[HASH_256_TEXT];

    hash_blake2b256(view_of(content), hash);
    return hash;
}
