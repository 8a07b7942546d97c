/* The season of desk_full. In the texts ' stands for ". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk_priv.h"
#include "odus/base/date.h"
#include "odus/store/files.h"

/* --- venues and organisations ----------------------------------------------------- */

/* Two pictures by their hash; put_pictures makes the files. */
#define PICTURE_1 "fec20119ec5085d9bc4f097686f69e029749359f0ad8ef854ce0f5ffac46d595"
#define PICTURE_2 "8b59279104bc52c1a4c55177bbdb0e9b0eb476207c29e37b399f8b63b1b39199"

static void put_pictures(void)
{
    static const char png[] = "\x89PNG\r\n\x1a\n";
    struct err err = {0};
    char content[32];

    for (int i = 1; i <= 2; i++) {
        int n = snprintf(content, sizeof(content), "%sessai %d", png, i);

        assert_int_equal(files_put(desk_store, i == 1 ? PICTURE_1 : PICTURE_2,
                                 (struct view){content, (size_t)n}, &err),
                0);
    }
}

static void put_venues(void)
{
    desk_put("lieu", DESK_THEATRE,
            "'nom': 'Théâtre du Briançonnais', 'sous_type': 'theatre',"
            "'exploitant': '@201', 'siret_etab': '26050009700013',"
            "'adresse': {'voie': '21 avenue de la République', 'complement': 'Bât. A',"
            "  'code_postal': '05100', 'commune': '05023', 'pays': 'FR',"
            "  'region': 'PAC'},"
            "'lat': '44.8987', 'lon': '6.6432', 'altitude': 1210,"
            "'acces': {'fr': 'Bus 1, arrêt **Prorel**.', 'en': 'Bus 1, stop Prorel.'},"
            "'jauge_assise': 350, 'jauge_totale': 400,"
            "'scene': {'ouverture': '12.5', 'cadre': 'oui', 'noir': 'inconnu'},"
            "'accessibilite': {'moteur': 'autonome', 'bim': 'oui', 'lsf': 'non',"
            "  'braille': 'inconnu'},"
            "'contact_public': {'tel': '+33492255252', 'courriel': "
            "'accueil@exemple.fr',"
            "  'site': 'https://theatre.exemple.fr/'},"
            "'ids_externes': [{'id': 'x1', 'systeme': 'apidae', 'valeur': '5723904'},"
            "  {'id': 'x2', 'systeme': 'openagenda', 'valeur': '1234567'}]");
    desk_put("lieu", DESK_HALL, "'nom': 'Petite salle', 'lieu_parent': '@101'");
    desk_put("lieu", DESK_ITALY,
            "'nom': 'Teatro di Oulx', 'adresse': {'voie': 'Piazza Garambois 2',"
            "  'code_postal': '10056', 'pays': 'IT'}, 'lat': '45.0333', 'lon': "
            "'6.8333'");
    desk_put("lieu", DESK_CHURCH,
            "'nom': 'Église Saint-Marcellin', 'adresse': {'lieu_dit': 'Le Bourg',"
            "  'code_postal': '05100', 'commune': '05093', 'pays': 'FR'}");
    desk_put("lieu", DESK_GONE_VENUE,
            "'nom': 'PRIVE-fermé', 'statut_fiche': 'supprime',"
            "'ids_externes': [{'id': 'g', 'systeme': 'apidae', 'valeur': '77'}]");
}

static void put_organisations(void)
{
    desk_put("structure", DESK_ORGANISER,
            "'nom': 'Les Alpes en scène', 'nom_court': 'LAES',"
            "'autres_noms': ['Alpes en scène'], 'roles': ['organisateur', 'diffuseur'],"
            "'statut_juridique': 'association', 'siret': '26050009700013',"
            "'rna': 'W051000123', 'ape': '9001Z',"
            "'licences': [{'id': 'l1', 'numero': 'PLATESV-D-2024-001172',"
            "  'categorie': '2', 'valide_du': '2024-03-01'}],"
            "'licence_fin': '2029-03-01', 'licence_nombre': 1,"
            "'adresse': {'voie': '3 rue Pasteur', 'code_postal': '05100',"
            "  'commune': '05023', 'pays': 'FR'},"
            "'contact_public': {'tel': '+33492200001', 'courriel': "
            "'bonjour@exemple.fr',"
            "  'site': 'https://alpes-en-scene.exemple.fr/'},"
            "'reseaux': ['https://social.exemple.fr/@laes'],"
            "'contacts': [{'id': 'c1', 'nom': 'PRIVE-Jeanne', 'fonction': "
            "'PRIVE-régie',"
            "  'courriel': 'PRIVE-jeanne@exemple.fr', 'tel': 'PRIVE-0612345678',"
            "  'referent': true}]");
    desk_put("structure", DESK_COORGANISER,
            "'nom': 'MJC & Compagnie', 'roles': ['organisateur']");
    desk_put("structure", DESK_COMPANY,
            "'nom': 'Cie L\\u0027Envol', 'roles': ['compagnie'], 'isni':"
            "'0000000121032683', 'contact_public': {'site': "
            "'https://envol.exemple.fr/'}");
}

/* --- people, works, shows --------------------------------------------------------- */

static void put_people(void)
{
    desk_put("personne", DESK_ACTRESS,
            "'nom': 'Martin', 'prenom': 'Zoé', 'nom_affiche': 'Zoé Martin',"
            "'fonctions': ['comedien'], 'structure': '@203', 'biographie': 'Née à "
            "Gap.',"
            "'consentement_publication': {'accord': true, 'date': '1913-01-13'},"
            "'isni': '0000000121032683', 'cree_par': 'PRIVE-auteur'");
    desk_put("personne", DESK_SHY,
            "'nom': 'PRIVE-Dupont', 'prenom': 'PRIVE-Ana', 'nom_affiche': "
            "'PRIVE-Dupont', 'consentement_publication': {'accord': false}");
}

static void put_show(void)
{
    desk_put("oeuvre", DESK_WORK,
            "'titre': {'fr': 'La Mouette', 'en': 'The Seagull'}, 'type_oeuvre': "
            "'theatre',"
            "'titres_alternatifs': ['Tchaïka'], 'annee_premiere': 1896,"
            "'langue_origine': 'ru', 'droits': {'domaine_public': true},"
            "'auteurs': [{'id': 'a1', 'ref': '@501', 'fonction': 'auteur'},"
            "  {'id': 'a2', 'ref': '@502', 'fonction': 'traducteur'}]");
    desk_put("spectacle", DESK_SHOW,
            "'titre': {'fr': 'La Mouette des cimes', 'en': 'The Seagull of the peaks'},"
            "'compagnie': ['@203'], 'genre': 'theatre', 'sous_genre': "
            "'theatre_contemporain',"
            "'accroche': {'fr': 'Une mouette à 3 000 mètres.',"
            "  'en': 'A seagull at 3,000 metres.', 'it': 'Un gabbiano a 3.000 metri.'},"
            "'description': {'fr': 'Texte du spectacle.\\n\\n- un\\n- deux',"
            "  'en': 'Text of the show.'},"
            "'duree': 85, 'entracte': 1, 'langues_spectacle': ['fr'],"
            "'surtitres': ['it'], 'publics': ['tout_public'], 'age_min': 8,"
            "'oeuvres': ['@401'], 'nb_artistes': 3, 'premiere': '2026-10-01',"
            "'contributions': ["
            "  {'id': 'k1', 'ref': '@501', 'fonction': 'comedien', 'personnage': "
            "'Nina',"
            "   'ordre': 1},"
            "  {'id': 'k2', 'ref': '@502', 'fonction': 'metteur_en_scene', 'ordre': 2},"
            "  {'id': 'k3', 'ref': '@203', 'fonction': 'production', 'ordre': 3}],"
            "'productions': [{'id': 'p1', 'ref': '@201', 'nature': 'coproduction'}],"
            "'images': [{'id': 'i1', 'fichier': 'https://exemple.fr/mouette.jpg',"
            "  'credit': 'L. Roux', 'licence': 'CC-BY-4.0', 'largeur': 1600}],"
            "'fiche_technique': [{'id': 'f1', 'fichier': "
            "'https://exemple.fr/PRIVE-plan.pdf', 'intitule': 'PRIVE-plan'}],"
            "'dossier': [{'id': 'd1', 'intitule': 'PRIVE-dossier'}]");
}

/* --- events ----------------------------------------------------------------------- */

#define RICH_SEANCES                                                                   \
    "'seances': ["                                                                     \
    " {'id': '01900000-aaaa-7000-8000-000000000001', 'statut': 'confirme',"            \
    "  'debut': '2026-10-24T20:30[Europe/Paris]',"                                     \
    "  'fin': '2026-10-25T03:30[Europe/Paris]', 'ouverture_portes': '20:00',"          \
    "  'jauge_mise_en_vente': 300, 'places_restantes': 12, 'sequence': 1,"             \
    "  'annonce_lsf': 'oui', 'audiodescription': 'inconnu', 'heure_connue': true},"    \
    " {'id': '01900000-aaaa-7000-8000-000000000002', 'statut': 'complet',"             \
    "  'debut': '2026-10-25T02:15+01:00[Europe/Paris]', 'sequence': 2},"               \
    " {'id': '01900000-aaaa-7000-8000-000000000003', 'statut': 'annule',"              \
    "  'debut': '2026-12-05[Europe/Paris]', 'lieu': '@102', 'sequence': 3},"           \
    " {'id': '01900000-aaaa-7000-8000-000000000004', 'statut': 'reprogramme',"         \
    "  'debut': '2026-12-12T20:30[Europe/Paris]',"                                     \
    "  'debut_initial': '2026-12-06T20:30[Europe/Paris]', 'supplementaire': true,"     \
    "  'note_horaire': {'fr': 'Entrée par la cour', 'en': 'Enter by the yard',"       \
    "   'it': 'Ingresso dal cortile'}},"                                               \
    " {'id': 'seance-cinq', 'statut': 'reporte',"                                      \
    "  'debut': '2026-12-13T17:00[Europe/Paris]', 'duree': 60},"                       \
    " {'id': '01900000-aaaa-7000-8000-000000000006', 'statut': 'passe_en_ligne',"      \
    "  'debut': '2027-03-28T01:30[Europe/Paris]'},"                                    \
    " {'id': '01900000-aaaa-7000-8000-000000000007', 'statut': 'option',"              \
    "  'debut': '2027-05-01T20:30[Europe/Paris]',"                                     \
    "  'note_horaire': {'fr': 'PRIVE-option'}},"                                       \
    " {'id': '01900000-aaaa-7000-8000-000000000008', 'statut': 'confirme',"            \
    "  'debut': '2027-05-02T09:30[Europe/Paris]', 'scolaire': true,"                   \
    "  'note_horaire': {'fr': 'PRIVE-scolaire'}}]"

static void put_rich(void)
{
    desk_put("evenement", DESK_RICH,
            "'titre': {'fr': 'La Mouette à Briançon', 'en': 'The Seagull in Briançon',"
            "  'it': 'Il gabbiano a Briançon'}, 'nature': 'representation',"
            "'spectacles': ['@301'], 'organisateur': '@201',"
            "'coorganisateurs': ['@202', '@602'], 'genre': 'theatre',"
            "'sous_genre': 'theatre_contemporain',"
            "'accroche': {'fr': 'Trois soirs au *théâtre*', 'en': 'Three evenings',"
            "  'it': 'Tre sere'},"
            "'description': {'fr': '# Un titre\\n\\nDu **gras**, de l’_italique_ et un"
            " [lien](https://exemple.fr/a?b=1&c=2).\\n\\n- un\\n- deux',"
            "  'en': 'Some **bold**.'}, 'duree': 90, 'mode': 'mixte',"
            "'lieu': '@101', 'lien_en_ligne': "
            "'https://direct.exemple.fr/mouette'," RICH_SEANCES ","
            "'date_debut': '2026-10-24', 'date_fin': '2027-05-02',"
            "'indication_tarif': 'payant', 'tarifs': ["
            "  {'id': 't1', 'categorie': 'plein', 'prix_min_cts': 1250},"
            "  {'id': 't2', 'categorie': 'reduit', 'prix_min_cts': 800,"
            "   'prix_max_cts': 1000, 'precision': 'sur justificatif'},"
            "  {'id': 't3', 'categorie': 'enfant', 'prix_min_cts': 0}],"
            "'reservation': {'mode': 'conseillee', 'moyens': ["
            "  {'id': 'm1', 'type': 'url', 'valeur': 'https://billets.exemple.fr/1'},"
            "  {'id': 'm2', 'type': 'tel', 'valeur': '+33492200001'},"
            "  {'id': 'm3', 'type': 'courriel', 'valeur': 'resa@exemple.fr'}]},"
            "'publics': ['tout_public', 'famille'], 'age_min': 8, 'age_max': 99,"
            "'portee': 'departementale',"
            "'images': [{'id': 'i1', 'fichier': 'https://exemple.fr/affiche.jpg',"
            "  'credit': 'Studio & fils', 'legende': {'fr': 'L’affiche', 'en': 'The "
            "poster'}, 'licence': 'CC-BY-4.0', 'largeur': 1200, 'poids': 340},"
            "  {'id': 'i2', 'fichier': '" PICTURE_1 "'},"
            "  {'id': 'i4', 'fichier': '" PICTURE_2 "'},"
            "  {'id': 'i3', 'fichier': '/home/PRIVE-anne/affiche.jpg'}],"
            "'url_fiche': 'https://alpes-en-scene.exemple.fr/mouette',"
            "'evenement_parent': '@8', 'mots_cles': ['théâtre', 'oiseaux'],"
            "'langues': ['fr', 'en', 'it'],"
            "'modifie_par': 'PRIVE-anne', 'cree_par': 'PRIVE-anne',"
            "'source': 'PRIVE-source', 'exercice': false,"
            "'formulaire': 'PRIVE-formulaire',"
            "'derogations': [{'id': 'd1', 'regle': 'PRIVE-r', 'motif': 'PRIVE-motif'}],"
            "'ids_externes': [{'id': 'x', 'systeme': 'openagenda', 'valeur': "
            "'99887766'}], 'membre_inconnu': 'PRIVE-inconnu'");
}

#define ONE_SEANCE(day)                                                                \
    "'seances': [{'id': 's1', 'debut': '" day "T20:30[Europe/Paris]',"                 \
    " 'statut': 'confirme'}]"

static void put_plain(void)
{
    desk_put("evenement", DESK_EMPTY,
            "'titre': {'fr': 'Minimum'}, 'nature': 'concert', 'organisateur': '@202',"
            "'genre': 'concert_jazz', 'accroche': {'fr': 'Presque rien'},"
            "'mode': 'presentiel', 'lieu': '@104', 'indication_tarif': "
            "'non_communique', 'publics': ['tout_public']," ONE_SEANCE("2026-12-20"));
    desk_put("evenement", DESK_ONLINE,
            "'titre': {'fr': 'En direct'}, 'nature': 'rencontre', 'organisateur': "
            "'@201', 'genre': 'rencontre', 'accroche': {'fr': 'Sur la Toile'},"
            "'mode': 'en_ligne', 'lien_en_ligne': 'https://direct.exemple.fr/2',"
            "'indication_tarif': 'gratuit', 'publics': ['adultes']," ONE_SEANCE(
                    "2026-12-21"));
    desk_put("evenement", DESK_ABROAD,
            "'titre': {'fr': 'Au-delà du col', 'it': 'Oltre il colle'}, 'nature': "
            "'bal', 'organisateur': '@201', 'genre': 'bal', 'accroche': {'fr': 'Bal',"
            "  'it': 'Ballo'}, 'mode': 'presentiel', 'lieu': '@103',"
            "'langues': ['fr', 'it'], 'indication_tarif': 'participation_libre',"
            "'publics': ['tout_public'], 'seances': [{'id': 's1', 'debut':"
            " '2026-12-22T21:00[Europe/Rome]', 'fin': '2026-12-23T01:00[Europe/Rome]',"
            " 'statut': 'confirme'}]");
    desk_put("evenement", DESK_FESTIVAL,
            "'titre': {'fr': 'Festival des cimes', 'en': 'Festival of the peaks'},"
            "'nature': 'festival', 'organisateur': '@201', 'genre': 'festival',"
            "'accroche': {'fr': 'Cinq mois'}, 'mode': 'presentiel', 'lieu': '@101',"
            "'indication_tarif': 'payant', 'publics': ['tout_public']," ONE_SEANCE(
                    "2026-10-24"));
    desk_put("evenement", DESK_INHERITS,
            "'titre': {'fr': 'La Mouette, encore'}, 'nature': 'representation',"
            "'spectacles': ['@301'], 'organisateur': '@201', 'mode': 'presentiel',"
            "'lieu': '@101', 'indication_tarif': 'entree_libre'," ONE_SEANCE(
                    "2026-12-26"));
    desk_put("evenement", DESK_CANCELLED,
            "'titre': {'fr': 'Annulé'}, 'nature': 'concert', 'organisateur': '@201',"
            "'genre': 'choeur', 'accroche': {'fr': 'Ils sont malades'}, 'mode': "
            "'presentiel', 'lieu': '@101', 'indication_tarif': 'payant', 'publics': "
            "['tout_public'], 'seances': [{'id': 's1', 'debut':"
            " '2026-12-27T20:30[Europe/Paris]', 'statut': 'annule'},"
            " {'id': 's2', 'debut': '2026-12-28T20:30[Europe/Paris]',"
            "  'statut': 'annule'}]");
    desk_put("evenement", DESK_FREE,
            "'titre': {'fr': 'Gratuit'}, 'nature': 'fete', 'organisateur': '@201',"
            "'genre': 'pluri', 'accroche': {'fr': 'Pour tous'}, 'mode': 'presentiel',"
            "'lieu': '@101', 'indication_tarif': 'gratuit', 'reservation': {'mode': "
            "'sans'}, 'publics': ['tout_public', 'seniors']," ONE_SEANCE("2026-12-29"));
    desk_put("evenement", DESK_GONE,
            "'titre': {'fr': 'PRIVE-supprimé'}, 'statut_fiche': 'supprime',"
            "'ids_externes': [{'id': 'x', 'systeme': 'openagenda', 'valeur': "
            "'4711'}]," ONE_SEANCE("2026-12-30"));
}

/* --- extremes --------------------------------------------------------------------- */

static void put_nasty(void)
{
    desk_put("evenement", DESK_NASTY,
            "'titre': {'fr': '=cmd|\\u0027 /C calc\\u0027!A0 \\\"«😀» ]]> </script>"
            "<b>&amp; \\u2028 -- ../../etc/passwd', 'en': '+1; DROP TABLE \\\\n'},"
            "'nature': 'scene_ouverte', 'organisateur': '@202', 'genre': 'humour',"
            "'accroche': {'fr': '@SUM(1+1)*cmd|\\u0027\\u0027 <!-- <![CDATA['},"
            "'description': {'fr': '\\n\\n  -ligne\\r\\nBEGIN:VEVENT\\nEND:VCALENDAR"
            "\\t;,:\\\\\\\"\\n[clic](javascript:alert(1)) <img src=x "
            "onerror=alert(1)>\\n"
            "```\\n# \\u2029 e\\u0301 👩‍👩‍👧 \\ufffe'},"
            "'mode': 'presentiel', 'lieu': '@104', 'indication_tarif': 'payant',"
            "'tarifs': [{'id': 't1', 'categorie': 'plein', 'prix_min_cts': 999999,"
            "  'precision': '=1+1\\\",\\\"'}], 'publics': ['tout_public'],"
            "'mots_cles': ['-2+3', 'a,b', 'c;d', '\\\"'],"
            "'url_fiche': 'javascript:alert(1)',"
            "'reservation': {'mode': 'obligatoire', 'moyens': [{'id': 'm', 'type': "
            "'url', 'valeur': 'javascript:alert(1)'}]},"
            "'seances': [{'id': '../../x', 'debut': '2026-12-24T23:59[Europe/Paris]',"
            "  'statut': 'confirme', 'note_horaire': {'fr': 'a\\r\\nb'}}]");
}

static void put_long(void)
{
    struct buf members;

    buf_init(&members, 0);
    buf_adds(&members,
            "'titre': {'fr': 'Très long', 'en': 'Very long', 'it': 'Molto lungo'},"
            "'nature': 'exposition', 'organisateur': '@201', 'genre': 'exposition',"
            "'accroche': {'fr': '");
    for (int i = 0; i < 199; i++)
        buf_adds(&members, i % 10 == 9 ? " " : "é");
    buf_adds(&members, ".'}, 'description': {'fr': '");
    for (int i = 0; i < 9999; i++)
        buf_adds(&members, i % 100 == 99 ? "\\n" : i % 7 == 6 ? " " : "à");
    buf_adds(&members, ".'}, 'mode': 'presentiel', 'lieu': '@101', 'indication_tarif':"
                       "'payant', 'publics': ['tout_public'], 'langues': ['fr', 'en',"
                       "'it']," ONE_SEANCE("2026-12-25"));
    desk_put("evenement", DESK_LONG, members.s);
    buf_release(&members);
}

static void put_many(void)
{
    int32_t first = date_days(2027, 1, 1);
    struct buf members;

    buf_init(&members, 0);
    buf_adds(&members,
            "'titre': {'fr': 'Tous les jours'}, 'nature': 'projection', 'organisateur':"
            "'@201', 'genre': 'projection', 'accroche': {'fr': 'Deux ans'}, 'duree': "
            "45, 'mode': 'presentiel', 'lieu': '@101', 'indication_tarif': 'payant',"
            "'publics': ['tout_public'], 'seances': [");
    for (int i = 0; i < 800; i++) {
        char day[DATE_ISO_SIZE];

        date_iso(first + i, day);
        buf_addf(&members,
                "%s{'id': '01900000-bbbb-7000-8000-%012d', 'debut':"
                "'%sT18:00[Europe/Paris]', 'statut': 'confirme'}",
                i ? "," : "", i, day);
    }
    buf_adds(&members, "]");
    desk_put("evenement", DESK_MANY, members.s);
    buf_release(&members);
}

/* --- what nobody may see ---------------------------------------------------------- */

/* Each in a state that keeps it here, full of marks. */
static const struct hidden {
    const char *type, *key, *state;
} hidden[] = {
        {"lieu", "visibilite", "prive"},
        {"structure", "visibilite", "professionnel"},
        {"spectacle", "statut_fiche", "brouillon"},
        {"personne", "statut_fiche", "a_relire"},
        {"oeuvre", "visibilite", "prive"},
        {"evenement", "visibilite", "prive"},
        {"structure", "statut_fiche", "supprime"},
        {"lieu", "statut_fiche", "archive"},
        {"evenement", "statut_fiche", "a_relire"},
};

static void put_hidden(void)
{
    struct json *body;

    for (size_t i = 0; i < COUNT(hidden); i++) {
        body = desk_marked(hidden[i].type, DESK_THEATRE, true);
        json_set_text(body, hidden[i].key, hidden[i].state);
        json_set_take(body, "ids_externes", NULL);
        desk_put_json(hidden[i].type, DESK_HIDDEN + (int)i, body);
    }
}

int desk_fill(void)
{
    static const char *const types[] = {
            "evenement", "lieu", "structure", "spectacle", "oeuvre", "personne"};
    int n = 0;

    for (size_t i = 0; i < COUNT(types); i++)
        for (size_t target = 0; target < COUNT(hidden); target++) {
            struct json *body = desk_marked(types[i], DESK_HIDDEN + (int)target, false);

            if (strcmp(types[i], "personne") == 0)
                json_set_take(json_get(body, "consentement_publication"), "accord",
                        json_bool(true));
            desk_put_json(types[i], 701 + n++, body);
        }
    return n;
}

void desk_full(void)
{
    put_pictures();
    put_hidden();
    put_venues();
    put_organisations();
    put_people();
    put_show();
    put_rich();
    put_plain();
    put_nasty();
    put_long();
    put_many();
}
