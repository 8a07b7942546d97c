#include "odus/base/datewords.h"

#include <string.h>

enum { LANGS = 3 };

/* Folded names, for reading; the last row: plurals that are not a name and an s. */
static const char *const read_weekdays[LANGS + 1][7] = {
        {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
        {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"},
        {"lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica"},
        {"lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabati", "domeniche"},
};

static const char *const read_months[LANGS][12] = {
        {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout",
                "septembre", "octobre", "novembre", "decembre"},
        {"january", "february", "march", "april", "may", "june", "july", "august",
                "september", "october", "november", "december"},
        {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio",
                "agosto", "settembre", "ottobre", "novembre", "dicembre"},
};

/* Names as printed: whole, then abridged. */
static const char *const weekdays[LANGS][2][7] = {
        {{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
                {"lu.", "ma.", "me.", "je.", "ve.", "sa.", "di."}},
        {{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
                {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}},
        {{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"},
                {"lun", "mar", "mer", "gio", "ven", "sab", "dom"}},
};

static const char *const months[LANGS][2][12] = {
        {{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
                 "septembre", "octobre", "novembre", "décembre"},
                {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août",
                        "sept.", "oct.", "nov.", "déc."}},
        {{"January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December"},
                {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
                        "Nov", "Dec"}},
        {{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio",
                 "agosto", "settembre", "ottobre", "novembre", "dicembre"},
                {"gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott",
                        "nov", "dic"}},
};

/* One line per kind, words separated and enclosed by spaces. */
static const struct {
    enum date_word kind;
    int value;
    const char *words;
} table[] = {
        {WORD_EVERY, 0, " tous toutes tout chaque every each ogni tutti tutte "},
        {WORD_DAYS, 0, " jour jours day days giorno giorni "},
        {WORD_DAILY, 0, " tlj daily everyday "},
        {WORD_EXCEPT, 0, " sauf hors excepte except tranne salvo eccetto escluso "},
        {WORD_FROM, 0, " du de des depuis partir from dal dalle dall da "},
        {WORD_TO, 0, " au to through al all "},
        {WORD_TILL_HOUR, 0, " a to alle "},
        {WORD_UNTIL, 0, " jusqu jusque until till fino "},
        {WORD_AND, 0, " et and e puis "},
        {WORD_AT, 0, " a vers at alle ore "},
        {WORD_FILL, 0, " le la les l the on il lo gli i au al all "},
        {WORD_LASTING, 0, " duree dure lasting for duration durata "},
        {WORD_HOUR, 0, " h heure heures hour hours hr hrs ora ore "},
        {WORD_MINUTE, 0, " m mn min mins minute minutes minuto minuti "},
        {WORD_CLOCK, 0, " minuit midnight mezzanotte "},
        {WORD_CLOCK, 720, " midi noon mezzogiorno "},
        {WORD_MERIDIEM, 0, " am "},
        {WORD_MERIDIEM, 720, " pm "},
        {WORD_ORDINAL, 0, " er st nd rd th "},
        {WORD_RELATIVE, -1, " hier yesterday ieri "},
        {WORD_RELATIVE, 0, " aujourd auj today oggi "},
        {WORD_RELATIVE, 1, " demain tomorrow domani "},
        {WORD_RELATIVE, 2, " surlendemain dopodomani "},
        {WORD_UTC, 0, " utc "},
};

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    if (n == 0)
        return false;
    for (const char *p = words; (p = strstr(p, word)); p += n)
        if (p[-1] == ' ' && p[n] == ' ')
            return true;
    return false;
}

int datewords_find(const char *word, enum date_word kind)
{
    for (size_t i = 0; i < COUNT(table); i++)
        if (table[i].kind == kind && has_word(table[i].words, word))
            return table[i].value;
    return DATEWORDS_NONE;
}

/* WORD is NAME, its plural in s, or at least its first three letters. */
static bool is_name(const char *word, const char *name)
{
    size_t n = strlen(word);
    size_t whole = strlen(name);

    if (n == whole + 1)
        return word[whole] == 's' && memcmp(word, name, whole) == 0;
    return n >= 3 && n <= whole && memcmp(word, name, n) == 0;
}

/* The one index of the N NAMES that WORD fits, whole names before beginnings. */
static int find_name(const char *word, const char *const *names, int n, int per_lang)
{
    int found = DATEWORDS_NONE;

    for (int i = 0; i < n; i++) {
        int index = i % per_lang;

        if (strcmp(word, names[i]) == 0)
            return index;
        if (!is_name(word, names[i]))
            continue;
        if (found != DATEWORDS_NONE && found != index)
            found = per_lang;
        else
            found = index;
    }
    return found == per_lang ? DATEWORDS_NONE : found;
}

int datewords_weekday(const char *word)
{
    static const char *const two[LANGS] = {
            "lumamejevesadi", "motuwethfrsasu", "lumamegivesado"};

    if (strlen(word) == 2)
        for (int i = 0; i < LANGS; i++)
            for (int day = 0; day < 7; day++)
                if (memcmp(two[i] + 2 * day, word, 2) == 0)
                    return day;
    return find_name(word, &read_weekdays[0][0], (LANGS + 1) * 7, 7);
}

int datewords_month(const char *word)
{
    int index = find_name(word, &read_months[0][0], LANGS * 12, 12);

    return index == DATEWORDS_NONE ? index : index + 1;
}

const char *datewords_weekday_name(enum date_lang lang, int weekday, bool abridged)
{
    return weekdays[lang][abridged][weekday];
}

const char *datewords_month_name(enum date_lang lang, int month, bool abridged)
{
    return months[lang][abridged][month - 1];
}
