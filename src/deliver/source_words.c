#include "source_words.h"

#include <string.h>

#include "odus/base/utf8.h"

const struct source_word source_words[] = {
        {"theatre", "theatre", NULL},
        {"theater", "theatre", NULL},
        {"piece de theatre", "theatre", NULL},
        {"comedie", "theatre", NULL},
        {"humour", "humour", NULL},
        {"humour seul en scene", "humour", NULL},
        {"one man show", "humour", NULL},
        {"one woman show", "humour", NULL},
        {"seul en scene", "humour", NULL},
        {"stand up", "humour", NULL},
        {"cafe theatre", "humour", NULL},
        {"comedy", "humour", NULL},
        {"danse", "danse", NULL},
        {"dance", "danse", NULL},
        {"danza", "danse", NULL},
        {"danse contemporaine", "danse", NULL},
        {"ballet", "danse", NULL},
        {"cirque", "cirque", NULL},
        {"cirque magie", "cirque", NULL},
        {"circus", "cirque", NULL},
        {"circo", "cirque", NULL},
        {"magie", "cirque", NULL},
        {"arts de la rue", "rue", NULL},
        {"theatre de rue", "rue", NULL},
        {"spectacle de rue", "rue", NULL},
        {"street arts", "rue", NULL},
        {"marionnette", "marionnette", NULL},
        {"marionnette objets", "marionnette", NULL},
        {"theatre d objets", "marionnette", NULL},
        {"puppetry", "marionnette", NULL},
        {"conte", "conte", NULL},
        {"conte lecture poesie", "conte", NULL},
        {"lecture", "conte", NULL},
        {"poesie", "conte", NULL},
        {"storytelling", "conte", NULL},
        {"concert", NULL, "concert"},
        {"concerto", NULL, "concert"},
        {"musique", NULL, "concert"},
        {"music", NULL, "concert"},
        {"musica", NULL, "concert"},
        {"concert classique", "concert_classique", "concert"},
        {"musique classique", "concert_classique", "concert"},
        {"classical music", "concert_classique", "concert"},
        {"musique de chambre", "concert_classique", "concert"},
        {"musiques actuelle", "concert_actuelles", "concert"},
        {"musique actuelle", "concert_actuelles", "concert"},
        {"concert musiques actuelle", "concert_actuelles", "concert"},
        {"rock", "concert_actuelles", "concert"},
        {"pop", "concert_actuelles", "concert"},
        {"rap", "concert_actuelles", "concert"},
        {"hip hop", "concert_actuelles", "concert"},
        {"reggae", "concert_actuelles", "concert"},
        {"jazz", "concert_jazz", "concert"},
        {"concert de jazz", "concert_jazz", "concert"},
        {"musique du monde", "concert_trad", "concert"},
        {"musiques du monde", "concert_trad", "concert"},
        {"world music", "concert_trad", "concert"},
        {"musique traditionnelle", "concert_trad", "concert"},
        {"musiques traditionnelle", "concert_trad", "concert"},
        {"concert musiques traditionnelles et du monde", "concert_trad", "concert"},
        {"folk", "concert_trad", "concert"},
        {"chanson", "concert_chanson", "concert"},
        {"concert chanson", "concert_chanson", "concert"},
        {"chanson francaise", "concert_chanson", "concert"},
        {"musique electronique", "concert_electro", "concert"},
        {"concert musiques electronique", "concert_electro", "concert"},
        {"electro", "concert_electro", "concert"},
        {"techno", "concert_electro", "concert"},
        {"chorale", "choeur", "concert"},
        {"choeur", "choeur", "concert"},
        {"concert choral", "choeur", "concert"},
        {"gospel", "choeur", "concert"},
        {"opera", "lyrique", NULL},
        {"operette", "lyrique", NULL},
        {"opera operette", "lyrique", NULL},
        {"art lyrique", "lyrique", NULL},
        {"comedie musicale", "comedie_musicale", NULL},
        {"comedie musicale cabaret", "comedie_musicale", NULL},
        {"cabaret", "comedie_musicale", NULL},
        {"musical", "comedie_musicale", NULL},
        {"jeune public", "jeune_public", NULL},
        {"spectacle jeune public", "jeune_public", NULL},
        {"pluridisciplinaire", "pluri", NULL},
        {"pluridisciplinaire performance", "pluri", NULL},
        {"performance", "pluri", NULL},
        {"son et lumiere", "son_lumiere", NULL},
        {"son et lumiere historique", "son_lumiere", NULL},
        {"bal", "bal", "bal"},
        {"bal folk", "bal", "bal"},
        {"bal soiree dansante", "bal", "bal"},
        {"soiree dansante", "bal", "bal"},
        {"the dansant", "bal", "bal"},
        {"festival", "festival", "festival"},
        {"conference", "rencontre", "rencontre"},
        {"debat", "rencontre", "rencontre"},
        {"rencontre", "rencontre", "rencontre"},
        {"conference debat bord plateau", "rencontre", "rencontre"},
        {"table ronde", "rencontre", "rencontre"},
        {"exposition", "exposition", "exposition"},
        {"expo", "exposition", "exposition"},
        {"vernissage", "exposition", "exposition"},
        {"exhibition", "exposition", "exposition"},
        {"mostra", "exposition", "exposition"},
        {"cinema", "projection", "projection"},
        {"projection", "projection", "projection"},
        {"film", "projection", "projection"},
        {"cine concert", "projection", "concert"},
        {"representation", NULL, "representation"},
        {"spectacle", NULL, "representation"},
        {"stage", NULL, "stage"},
        {"atelier", NULL, "atelier"},
        {"workshop", NULL, "atelier"},
        {"sortie de residence", NULL, "sortie_residence"},
        {"scene ouverte", NULL, "scene_ouverte"},
        {"fete", NULL, "fete"},
};
const size_t source_words_n = COUNT(source_words);

static const struct source_word *find(struct view folded)
{
    for (size_t i = 0; i < COUNT(source_words); i++)
        if (view_is(folded, source_words[i].word))
            return &source_words[i];
    return NULL;
}

const struct source_word *source_word(struct view word)
{
    const struct source_word *row = NULL;
    struct buf folded;

    if (word.n > 100)
        return NULL;
    buf_init(&folded, 0);
    utf8_fold(word, &folded);
    row = find(buf_view(&folded));
    if (!row && folded.len && strchr("sx", folded.s[folded.len - 1])) {
        buf_cut(&folded, folded.len - 1);
        row = find(buf_view(&folded));
    }
    buf_release(&folded);
    return row;
}

/* What column `schema` of the lists says, read the other way where only one code has
 * it; the further types are schema.org's own. */
const struct source_word *source_schema_type(struct view type)
{
    static const struct source_word types[] = {
            {"TheaterEvent", "theatre", "representation"},
            {"TheatreEvent", "theatre", "representation"},
            {"ComedyEvent", "humour", "representation"},
            {"DanceEvent", "danse", "representation"},
            {"LiteraryEvent", "conte", "representation"},
            {"MusicEvent", NULL, "concert"},
            {"ChildrensEvent", "jeune_public", NULL},
            {"Festival", "festival", "festival"},
            {"MusicFestival", "festival", "festival"},
            {"EducationEvent", NULL, "rencontre"},
            {"ConferenceEvent", "rencontre", "rencontre"},
            {"ExhibitionEvent", "exposition", "exposition"},
            {"VisualArtsEvent", "exposition", "exposition"},
            {"ScreeningEvent", "projection", "projection"},
            {"CourseInstance", NULL, "stage"},
    };

    for (size_t i = 0; i < COUNT(types); i++)
        if (view_is(type, types[i].word))
            return &types[i];
    return NULL;
}

static bool take(struct proposal *p, const char *field, const char *code)
{
    if (!code || proposal_get(p, field))
        return false;
    proposal_set(p, field, json_text(view_of(code)));
    return true;
}

bool source_take_word(struct proposal *p, const struct source_word *row)
{
    bool genre = take(p, "genre", row->genre);

    return take(p, "nature", row->nature) || genre;
}

const char *source_free_word(struct view text)
{
    static const struct {
        const char *words, *code;
    } all[] = {
            {"gratuit", "gratuit"},
            {"gratuite", "gratuit"},
            {"gratuito", "gratuit"},
            {"free", "gratuit"},
            {"c est gratuit", "gratuit"},
            {"evenement gratuit", "gratuit"},
            {"entree gratuite", "gratuit"},
            {"entree libre", "entree_libre"},
            {"entree libre et gratuite", "entree_libre"},
            {"acces libre", "entree_libre"},
            {"gratuit entree libre", "entree_libre"},
            {"entree libre dans la limite des places disponibles", "entree_libre"},
            {"free entry", "entree_libre"},
            {"ingresso libero", "entree_libre"},
            {"participation libre", "participation_libre"},
            {"prix libre", "participation_libre"},
            {"au chapeau", "participation_libre"},
            {"chapeau", "participation_libre"},
            {"entree libre sortie au chapeau", "participation_libre"},
            {"libre participation", "participation_libre"},
            {"payant", "payant"},
    };
    const char *code = NULL;
    struct buf folded;

    if (text.n > 200)
        return NULL;
    buf_init(&folded, 0);
    utf8_fold(text, &folded);
    for (size_t i = 0; i < COUNT(all) && !code; i++)
        if (strcmp(folded.s, all[i].words) == 0)
            code = all[i].code;
    buf_release(&folded);
    return code;
}
