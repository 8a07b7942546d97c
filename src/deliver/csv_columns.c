/* The columns: their names, where they come from, what they are called. */
#include "csv_cells.h"

/* A column of one word, and one whose record has a label for its code. */
#define COL(name, kind, put, path, title)                                              \
    {                                                                                  \
        name, kind, put, path, NULL, title, false, false, NULL                         \
    }
#define WITH(name, kind, put, path, arg, title)                                        \
    {                                                                                  \
        name, kind, put, path, arg, title, false, false, NULL                          \
    }
#define REF(name, put, path, table, title)                                             \
    {                                                                                  \
        name, CELL_UID, put, path, NULL, title, false, false, table                    \
    }
#define KEY(put, title)                                                                \
    {                                                                                  \
        "uid", CELL_UID, put, "_id", NULL, title, false, true, NULL                    \
    }
#define CODED(name, codes, title)                                                      \
    COL(name, CELL_CODE, cell_value, name, title),                                     \
            WITH(name "_libelle", CELL_TEXT, cell_label, name, codes,                  \
                    title " (libellé)")
#define LANGUAGES(name, title)                                                         \
    WITH(name, CELL_TEXT, cell_in_language, name, "fr", title),                        \
            WITH(name "_en", CELL_TEXT, cell_in_language, name, "en",                  \
                    title " en anglais"),                                              \
            WITH(name "_it", CELL_TEXT, cell_in_language, name, "it",                  \
                    title " en italien")
#define THREE(name, path, title) COL(name, CELL_BOOLEAN, cell_three, path, title)

/* What every record has. */
#define COMMON                                                                         \
    COL("langues", CELL_LIST, cell_list, "langues", "Langues de la fiche"),            \
            COL("anciens_uid", CELL_LIST, cell_list, "alias_uid",                      \
                    "Identifiants des fiches réunies à celle-ci"),                     \
            COL("ids_externes", CELL_LIST, cell_identifiers, "ids_externes",           \
                    "Identifiants ailleurs (système:valeur)"),                         \
            COL("uri", CELL_TEXT, cell_name_for_life, "_id",                           \
                    "Nom dans le Web de données"),                                     \
            COL("licence", CELL_CODE, cell_licence, "licence", "Licence de la ligne"), \
            WITH("licence_url", CELL_URL, cell_licence, "licence", "url",              \
                    "Texte de la licence"),                                            \
            COL("attribution", CELL_TEXT, cell_attribution, NULL, "Source à citer"),   \
            COL("cree_le", CELL_STAMP, cell_value, "cree_le", "Créée le"),             \
            COL("modifie_le", CELL_STAMP, cell_value, "modifie_le", "Modifiée le")

#define ADDRESS                                                                        \
    COL("voie", CELL_TEXT, cell_value, "adresse.voie", "Voie"),                        \
            COL("complement", CELL_TEXT, cell_value, "adresse.complement",             \
                    "Complément"),                                                     \
            COL("lieu_dit", CELL_TEXT, cell_value, "adresse.lieu_dit", "Lieu-dit"),    \
            COL("code_postal", CELL_CODE, cell_value, "adresse.code_postal",           \
                    "Code postal"),                                                    \
            COL("code_insee", CELL_INSEE, cell_commune, "adresse.commune",             \
                    "Code INSEE de la commune"),                                       \
            WITH("commune", CELL_TEXT, cell_label, "adresse.commune", "communes",      \
                    "Commune"),                                                        \
            COL("pays", CELL_CODE, cell_value, "adresse.pays", "Pays (ISO 3166-1)")

#define CONTACT                                                                        \
    COL("tel", CELL_PHONE, cell_value, "contact_public.tel", "Téléphone public"),      \
            COL("courriel", CELL_EMAIL, cell_value, "contact_public.courriel",         \
                    "Courriel public"),                                                \
            COL("site", CELL_URL, cell_value, "contact_public.site", "Site")

#define PLACE                                                                          \
    {"lieu", CELL_UID, cell_place, "lieu", NULL, "Lieu", false, false, "lieux"},       \
            COL("lieu_nom", CELL_TEXT, cell_place_name, "lieu.nom", "Nom du lieu"),    \
            COL("code_postal", CELL_CODE, cell_place_value,                            \
                    "lieu.adresse.code_postal", "Code postal du lieu"),                \
            COL("code_insee", CELL_INSEE, cell_place_commune, "lieu.adresse.commune",  \
                    "Code INSEE de la commune du lieu"),                               \
            COL("commune", CELL_TEXT, cell_place_town, "lieu.adresse.commune",         \
                    "Commune du lieu"),                                                \
            COL("pays", CELL_CODE, cell_place_value, "lieu.adresse.pays",              \
                    "Pays du lieu (ISO 3166-1)"),                                      \
            COL("latitude", CELL_NUMBER, cell_place_value, "lieu.lat",                 \
                    "Latitude du lieu (WGS 84)"),                                      \
            COL("longitude", CELL_NUMBER, cell_place_value, "lieu.lon",                \
                    "Longitude du lieu (WGS 84)")

#define IMAGE                                                                          \
    WITH("image", CELL_URL, cell_image, "images", "fichier", "Première image"),        \
            WITH("image_credit", CELL_TEXT, cell_image, "images", "credit",            \
                    "Crédit de l'image"),                                              \
            WITH("image_licence", CELL_CODE, cell_image, "images", "licence",          \
                    "Licence de l'image")

#define AUDIENCE                                                                       \
    COL("publics", CELL_LIST, cell_list, "publics", "Publics"),                        \
            COL("age_min", CELL_INTEGER, cell_value, "age_min", "Âge minimum"),        \
            COL("age_max", CELL_INTEGER, cell_value, "age_max", "Âge maximum")

static const struct csv_column evenements[] = {
        KEY(cell_value, "Identifiant de l'événement"),
        LANGUAGES("titre", "Titre"),
        CODED("nature", "natures", "Nature"),
        CODED("genre", "genres", "Genre"),
        CODED("sous_genre", "sous_genres", "Sous-genre"),
        LANGUAGES("accroche", "Descriptif court"),
        LANGUAGES("description", "Description (Markdown)"),
        COL("spectacles", CELL_LIST, cell_list, "spectacles",
                "Identifiants des spectacles"),
        COL("spectacles_titres", CELL_LIST, cell_linked_names, "spectacles",
                "Titres des spectacles"),
        REF("organisateur", cell_linked, "organisateur", "structures", "Organisateur"),
        COL("organisateur_nom", CELL_TEXT, cell_linked_name, "organisateur",
                "Nom de l'organisateur"),
        COL("coorganisateurs", CELL_LIST, cell_list, "coorganisateurs",
                "Identifiants des coorganisateurs"),
        COL("coorganisateurs_noms", CELL_LIST, cell_linked_names, "coorganisateurs",
                "Noms des coorganisateurs"),
        COL("evenement_parent", CELL_UID, cell_linked, "evenement_parent",
                "Dans le cadre de"),
        COL("evenement_parent_titre", CELL_TEXT, cell_linked_name, "evenement_parent",
                "Titre de l'événement parent"),
        CODED("mode", "modes", "Le public vient"),
        PLACE,
        COL("lien_en_ligne", CELL_URL, cell_value, "lien_en_ligne",
                "Lien d'accès en ligne"),
        COL("date_debut", CELL_DATE, cell_value, "date_debut", "Premier jour"),
        COL("date_fin", CELL_DATE, cell_value, "date_fin", "Dernier jour"),
        COL("nombre_seances", CELL_INTEGER, cell_count, NULL, "Nombre de séances"),
        COL("duree_min", CELL_INTEGER, cell_value, "duree", "Durée en minutes"),
        CODED("indication_tarif", "indications_tarif", "Indication de tarif"),
        WITH("prix_min", CELL_NUMBER, cell_price, "tarifs", "min",
                "Prix le plus bas, en euros"),
        WITH("prix_max", CELL_NUMBER, cell_price, "tarifs", "max",
                "Prix le plus haut, en euros"),
        COL("tarifs", CELL_LIST, cell_rates, "tarifs",
                "Tarifs : catégorie, prix_min, prix_max, précision"),
        COL("reservation_mode", CELL_CODE, cell_value, "reservation.mode",
                "Réservation"),
        WITH("reservation_url", CELL_URL, cell_booking, "reservation.moyens", "url",
                "Page de réservation"),
        WITH("reservation_tel", CELL_PHONE, cell_booking, "reservation.moyens", "tel",
                "Téléphone de réservation"),
        WITH("reservation_courriel", CELL_EMAIL, cell_booking, "reservation.moyens",
                "courriel", "Courriel de réservation"),
        AUDIENCE,
        CODED("portee", "portees", "Portée"),
        COL("mots_cles", CELL_LIST, cell_list, "mots_cles", "Mots-clés"),
        IMAGE,
        COL("page", CELL_URL, cell_page, "url_fiche", "Page de l'événement"),
        COMMON,
};

/* In a row of a performance: of its event. */
#define EVENT(name, kind, put, path, arg, title)                                       \
    {                                                                                  \
        name, kind, put, path, arg, title, true, false, NULL                           \
    }

static const struct csv_column seances[] = {
        KEY(cell_performance_uid, "Identifiant de la séance"),
        {"evenement", CELL_UID, cell_value, "_id", NULL, "Événement", true, false,
                "evenements"},
        EVENT("titre", CELL_TEXT, cell_in_language, "titre", NULL,
                "Titre de l'événement"),
        WITH("debut", CELL_MOMENT, cell_when, "seances.debut", "debut", "Début"),
        WITH("fin", CELL_MOMENT, cell_when, "seances.fin", "fin", "Fin"),
        COL("fin_estimee", CELL_BOOLEAN, cell_estimated, "seances.fin_estimee",
                "Fin calculée d'après la durée"),
        COL("jour", CELL_DATE, cell_day, "seances.debut", "Jour du début, sur place"),
        COL("heure", CELL_HOUR, cell_hour, "seances.debut",
                "Heure du début, sur place"),
        COL("fuseau", CELL_CODE, cell_zone, "seances.debut", "Fuseau horaire (IANA)"),
        COL("statut", CELL_CODE, cell_status, "seances.statut", "État"),
        WITH("statut_libelle", CELL_TEXT, cell_status, "seances.statut",
                "statuts_seance", "État (libellé)"),
        WITH("debut_initial", CELL_MOMENT, cell_when, "seances.debut_initial",
                "initial", "Début avant le report"),
        PLACE,
        EVENT("lien_en_ligne", CELL_URL, cell_performance_link, "lien_en_ligne", NULL,
                "Lien d'accès en ligne"),
        COL("duree_min", CELL_INTEGER, cell_value, "duree", "Durée en minutes"),
        COL("ouverture_portes", CELL_HOUR, cell_value, "ouverture_portes",
                "Ouverture des portes"),
        COL("places_en_vente", CELL_INTEGER, cell_value, "jauge_mise_en_vente",
                "Places mises en vente"),
        COL("places_restantes", CELL_INTEGER, cell_value, "places_restantes",
                "Places restantes"),
        COL("supplementaire", CELL_BOOLEAN, cell_value, "supplementaire",
                "Séance supplémentaire"),
        THREE("lsf", "annonce_lsf", "Interprétée en langue des signes"),
        THREE("audiodescription", "audiodescription", "Audiodescription"),
        LANGUAGES("note_horaire", "Note sur l'horaire"),
        EVENT("licence", CELL_CODE, cell_licence, "licence", NULL,
                "Licence de la ligne"),
        EVENT("licence_url", CELL_URL, cell_licence, "licence", "url",
                "Texte de la licence"),
        COL("attribution", CELL_TEXT, cell_attribution, NULL, "Source à citer"),
        EVENT("modifie_le", CELL_STAMP, cell_value, "modifie_le", NULL, "Modifiée le"),
};

static const struct csv_column lieux[] = {
        KEY(cell_value, "Identifiant du lieu"),
        COL("nom", CELL_TEXT, cell_value, "nom", "Nom"),
        COL("type", CELL_CODE, cell_value, "sous_type", "Type de lieu"),
        WITH("type_libelle", CELL_TEXT, cell_label, "sous_type", "types_lieu",
                "Type de lieu (libellé)"),
        REF("lieu_parent", cell_linked, "lieu_parent", "lieux", "Fait partie de"),
        REF("exploitant", cell_linked, "exploitant", "structures", "Exploitant"),
        COL("exploitant_nom", CELL_TEXT, cell_linked_name, "exploitant",
                "Nom de l'exploitant"),
        COL("siret", CELL_CODE, cell_value, "siret_etab", "SIRET de l'établissement"),
        ADDRESS,
        COL("region", CELL_CODE, cell_value, "adresse.region", "Région (ISO 3166-2)"),
        COL("latitude", CELL_NUMBER, cell_value, "lat", "Latitude (WGS 84)"),
        COL("longitude", CELL_NUMBER, cell_value, "lon", "Longitude (WGS 84)"),
        COL("altitude", CELL_INTEGER, cell_value, "altitude", "Altitude en mètres"),
        LANGUAGES("acces", "Comment venir"),
        COL("jauge_assise", CELL_INTEGER, cell_value, "jauge_assise", "Jauge assise"),
        COL("jauge_debout", CELL_INTEGER, cell_value, "jauge_debout", "Jauge debout"),
        COL("jauge_totale", CELL_INTEGER, cell_value, "jauge_totale", "Jauge totale"),
        COL("scene_ouverture", CELL_NUMBER, cell_value, "scene.ouverture",
                "Ouverture de la scène en mètres"),
        COL("scene_profondeur", CELL_NUMBER, cell_value, "scene.profondeur",
                "Profondeur de la scène en mètres"),
        COL("scene_hauteur", CELL_NUMBER, cell_value, "scene.hauteur",
                "Hauteur de la scène en mètres"),
        THREE("scene_cadre", "scene.cadre", "Cadre de scène"),
        THREE("scene_noir", "scene.noir", "Noir possible"),
        COL("scene_prises", CELL_TEXT, cell_value, "scene.prises", "Électricité"),
        COL("acces_fauteuil", CELL_CODE, cell_known, "accessibilite.moteur",
                "Accès en fauteuil : autonome, avec_aide, non"),
        THREE("acces_boucle_magnetique", "accessibilite.bim", "Boucle magnétique"),
        THREE("acces_boucle_portative", "accessibilite.bmp",
                "Boucle magnétique portative"),
        THREE("acces_lsf", "accessibilite.lsf", "Accueil en langue des signes"),
        THREE("acces_lpc", "accessibilite.lpc", "Langue parlée complétée"),
        THREE("acces_surtitrage", "accessibilite.surtitrage", "Surtitrage"),
        THREE("acces_gilets_vibrants", "accessibilite.gilets_vibrants",
                "Gilets vibrants"),
        THREE("acces_audiodescription", "accessibilite.audiodescription",
                "Équipement d'audiodescription"),
        THREE("acces_maquette", "accessibilite.maquette", "Maquette tactile"),
        THREE("acces_braille", "accessibilite.braille", "Documents en braille"),
        THREE("acces_gros_caracteres", "accessibilite.gros_caracteres",
                "Documents en gros caractères"),
        THREE("acces_relax", "accessibilite.relax", "Séances Relax"),
        THREE("acces_falc", "accessibilite.falc", "Documents faciles à lire"),
        THREE("acces_intellectuel", "accessibilite.intellectuel",
                "Accueil formé au handicap mental"),
        CONTACT,
        COMMON,
};

static const struct csv_column structures[] = {
        KEY(cell_value, "Identifiant de la structure"),
        COL("nom", CELL_TEXT, cell_value, "nom", "Nom"),
        COL("nom_court", CELL_TEXT, cell_value, "nom_court", "Nom court, sigle"),
        COL("autres_noms", CELL_LIST, cell_list, "autres_noms", "Autres noms"),
        COL("roles", CELL_LIST, cell_list, "roles", "Rôles"),
        CODED("professionnel", "niveaux_pro", "Pro ou amateur"),
        CODED("statut_juridique", "statuts_juridiques", "Statut juridique"),
        COL("siret", CELL_CODE, cell_value, "siret", "SIRET"),
        COL("rna", CELL_CODE, cell_value, "rna", "RNA"),
        COL("ape", CELL_CODE, cell_value, "ape", "Code APE"),
        COL("isni", CELL_CODE, cell_value, "isni", "ISNI"),
        WITH("licences_spectacle", CELL_LIST, cell_column, "licences", "numero",
                "Licences d'entrepreneur de spectacles"),
        COL("licences_jusqu_au", CELL_DATE, cell_value, "licence_fin",
                "Licences valables jusqu'au"),
        ADDRESS,
        COL("region", CELL_CODE, cell_value, "adresse.region", "Région (ISO 3166-2)"),
        CONTACT,
        COL("reseaux", CELL_LIST, cell_list, "reseaux", "Réseaux sociaux"),
        COMMON,
};

static const struct csv_column spectacles[] = {
        KEY(cell_value, "Identifiant du spectacle"),
        LANGUAGES("titre", "Titre"),
        COL("compagnies", CELL_LIST, cell_list, "compagnie",
                "Identifiants des compagnies"),
        COL("compagnies_noms", CELL_LIST, cell_linked_names, "compagnie",
                "Noms des compagnies"),
        CODED("genre", "genres", "Genre"),
        CODED("sous_genre", "sous_genres", "Sous-genre"),
        LANGUAGES("accroche", "Descriptif court"),
        LANGUAGES("description", "Description (Markdown)"),
        COL("oeuvres", CELL_LIST, cell_list, "oeuvres", "Identifiants des œuvres"),
        COL("oeuvres_titres", CELL_LIST, cell_linked_names, "oeuvres",
                "Titres des œuvres"),
        COL("generique", CELL_LIST, cell_credits, "contributions",
                "Générique : nom, fonction, personnage"),
        COL("duree_min", CELL_INTEGER, cell_value, "duree", "Durée en minutes"),
        COL("entractes", CELL_INTEGER, cell_value, "entracte", "Entractes"),
        COL("langues_spectacle", CELL_LIST, cell_list, "langues_spectacle",
                "Langues du spectacle"),
        COL("surtitres", CELL_LIST, cell_list, "surtitres", "Langues des surtitres"),
        COL("nb_artistes", CELL_INTEGER, cell_value, "nb_artistes",
                "Artistes au plateau"),
        COL("nb_equipe", CELL_INTEGER, cell_value, "nb_equipe", "Équipe en tournée"),
        COL("premiere", CELL_DATE, cell_value, "premiere", "Date de première"),
        AUDIENCE,
        IMAGE,
        COMMON,
};

static const struct csv_column personnes[] = {
        KEY(cell_value, "Identifiant de la personne"),
        COL("nom_affiche", CELL_TEXT, cell_value, "nom_affiche", "Paraît comme"),
        COL("nom", CELL_TEXT, cell_value, "nom", "Nom"),
        COL("prenom", CELL_TEXT, cell_value, "prenom", "Prénom"),
        COL("nom_scene", CELL_TEXT, cell_value, "nom_scene", "Nom de scène"),
        COL("autres_noms", CELL_LIST, cell_list, "autres_noms", "Autres noms"),
        COL("fonctions", CELL_LIST, cell_list, "fonctions", "Fonctions"),
        COL("structure", CELL_UID, cell_linked, "structure", "Structure"),
        COL("structure_nom", CELL_TEXT, cell_linked_name, "structure",
                "Nom de la structure"),
        COL("biographie", CELL_TEXT, cell_value, "biographie", "Biographie"),
        COL("isni", CELL_CODE, cell_value, "isni", "ISNI"),
        COL("ark", CELL_CODE, cell_value, "ark", "ARK de la BnF"),
        COMMON,
};

static const struct csv_column oeuvres[] = {
        KEY(cell_value, "Identifiant de l'œuvre"),
        LANGUAGES("titre", "Titre"),
        COL("titres_alternatifs", CELL_LIST, cell_list, "titres_alternatifs",
                "Autres titres"),
        CODED("type_oeuvre", "types_oeuvre", "Type d'œuvre"),
        CODED("genre", "genres", "Genre"),
        COL("annee_premiere", CELL_INTEGER, cell_value, "annee_premiere",
                "Année de création"),
        COL("langue_origine", CELL_CODE, cell_value, "langue_origine",
                "Langue d'origine"),
        COL("duree_min", CELL_INTEGER, cell_value, "duree_min", "Durée en minutes"),
        COL("argument", CELL_TEXT, cell_value, "argument", "Argument"),
        COL("personnages", CELL_LIST, cell_list, "personnages", "Personnages"),
        COL("auteurs", CELL_LIST, cell_credits, "auteurs", "Auteurs : nom, fonction"),
        COL("anonyme", CELL_BOOLEAN, cell_value, "anonyme", "Anonyme ou traditionnel"),
        COL("domaine_public", CELL_BOOLEAN, cell_value, "droits.domaine_public",
                "Domaine public"),
        COL("iswc", CELL_CODE, cell_value, "iswc", "ISWC"),
        COL("ark_bnf", CELL_CODE, cell_value, "ark_bnf", "ARK de la BnF"),
        COMMON,
};

#define TABLE(table, title, type, performances)                                        \
    {                                                                                  \
#table, "csv/" #table ".csv", title, type, performances, table, COUNT(table)   \
    }

const struct csv_table csv_tables[] = {
        TABLE(evenements, "Événements", "evenement", false),
        TABLE(seances, "Séances", "evenement", true),
        TABLE(lieux, "Lieux", "lieu", false),
        TABLE(structures, "Structures", "structure", false),
        TABLE(spectacles, "Spectacles", "spectacle", false),
        TABLE(personnes, "Personnes", "personne", false),
        TABLE(oeuvres, "Œuvres", "oeuvre", false),
};
const size_t csv_ntables = COUNT(csv_tables);
