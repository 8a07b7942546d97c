#include <string.h>

#include "paper_priv.h"

static const char *const languages[] = {"fr", "en", "it"};

static const char *const words[WORD_COUNT][COUNT(languages)] = {
        [WORD_REQUIRED] = {"obligatoire", "required", "obbligatorio"},
        [WORD_ONLY_IF] = {"Seulement si", "Only if", "Solo se"},
        [WORD_REQUIRED_IF] = {"obligatoire si", "required if", "obbligatorio se"},
        [WORD_ONE] = {"une réponse", "one answer", "una risposta"},
        [WORD_MANY] = {"plusieurs réponses", "several answers", "più risposte"},
        [WORD_YES_NO] = {"oui / non", "yes / no", "sì / no"},
        [WORD_THREE] = {"oui / non / inconnu", "yes / no / unknown",
                "sì / no / sconosciuto"},
        [WORD_LIST_FILE] = {"d'après la liste", "from the list", "dall'elenco"},
        [WORD_REPEAT] = {"autant de fois qu'il faut", "as often as needed",
                "tutte le volte che serve"},
        [WORD_COMPUTED] = {"calculé", "computed", "calcolato"},
        [WORD_MAX] = {"au plus", "at most", "al massimo"},
        [WORD_CHARACTERS] = {"caractères", "characters", "caratteri"},
        [WORD_LANGUAGES] = {"par langue", "per language", "per lingua"},
        [WORD_AND] = {"et", "and", "e"},
        [WORD_OR] = {"ou", "or", "o"},
        [WORD_NOT] = {"non", "not", "non"},
        [WORD_IS] = {"est", "is", "è"},
        [WORD_IS_NOT] = {"n'est pas", "is not", "non è"},
        [WORD_AMONG] = {"est parmi", "is one of", "è tra"},
        [WORD_BLANK] = {"vide", "blank", "vuoto"},
        [WORD_YES] = {"oui", "yes", "sì"},
        [WORD_NO] = {"non", "no", "no"},
};

const char *paper_word(const char *lang, enum paper_word word)
{
    for (size_t i = 0; i < COUNT(languages); i++)
        if (strncmp(lang, languages[i], 2) == 0)
            return words[word][i];
    return words[word][0];
}
