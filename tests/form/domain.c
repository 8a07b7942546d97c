#include "domain.h"

/* Every record has these. */
#define HEADER                                                                         \
    "uid type formulaire exercice statut_fiche visibilite licence cree_le modifie_le " \
    "cree_par modifie_par ids_externes.systeme ids_externes.valeur alias_uid source "  \
    "langues derogations.regle derogations.champ derogations.motif derogations.par "   \
    "derogations.le "
#define HEADER_RULES "commun.langues.1 commun.ids_externes.1 "
#define ADDRESS                                                                        \
    "adresse.voie adresse.complement adresse.lieu_dit adresse.code_postal "            \
    "adresse.commune adresse.region adresse.pays "                                     \
    "contact_public.tel contact_public.courriel contact_public.site "
#define ADDRESS_RULES                                                                  \
    "adresse.voie.1 adresse.voie.2 adresse.code_postal.1 adresse.code_postal.2 "       \
    "adresse.code_postal.3 adresse.commune.1 "                                         \
    "contact.tel.1 contact.courriel.1 contact.site.1 "
#define LINK_RULES(field) "R-REFa." field " R-REFb." field " R-REF2." field " "
#define TITLE_RULES "R-TIT1a R-TIT1b R-TIT1c R-TIT1d R-TIT1e "
#define TEXT_RULES "R-TXT1a R-TXT1b R-TXT1c R-TXT1d "
#define IMAGES                                                                         \
    "images.fichier images.credit images.legende images.licence images.largeur "       \
    "images.poids "
#define IMAGE_RULES "R-IMG1a R-IMG1b R-IMG1c R-IMG1d R-IMG1e "

const struct domain_form domain_forms[DOMAIN_FORMS] = {
        {"lieu",
                HEADER ADDRESS
                "nom sous_type lieu_parent lat lon altitude jauge_assise jauge_debout "
                "jauge_totale scene.ouverture scene.profondeur scene.hauteur "
                "scene.cadre scene.noir scene.prises acces accessibilite.moteur "
                "accessibilite.bim accessibilite.bmp accessibilite.lsf "
                "accessibilite.lpc accessibilite.surtitrage "
                "accessibilite.gilets_vibrants accessibilite.audiodescription "
                "accessibilite.maquette accessibilite.braille "
                "accessibilite.gros_caracteres accessibilite.relax "
                "accessibilite.falc accessibilite.intellectuel exploitant siret_etab",
                HEADER_RULES ADDRESS_RULES LINK_RULES("lieu_parent") LINK_RULES(
                        "exploitant") "R-DUP R-ID1 lieu.nom.1 lieu.lieu_parent.1 "
                                      "lieu.lieu_parent.2 "
                                      "lieu.lat.1 lieu.lat.2 lieu.altitude.1 "
                                      "lieu.jauge_totale.1 "
                                      "lieu.exploitant.1",
                "nom", "sous_type adresse.code_postal adresse.commune licence"},
        {"structure",
                HEADER ADDRESS
                "nom nom_court autres_noms roles statut_juridique professionnel siret "
                "rna ape licences.categorie licences.numero licences.valide_du "
                "contacts.nom contacts.fonction contacts.courriel contacts.tel "
                "contacts.referent isni reseaux "
                "licence_fin licence_nombre licence_exploitant",
                HEADER_RULES ADDRESS_RULES
                "R-DUP R-ID1 R-ID2 R-ID3 R-LIC1a R-LIC1b R-LIC1c R-LIC2 R-LIC4 "
                "structure.rna.1 structure.ape.1 structure.reseaux.1 "
                "structure.contacts.1 structure.contacts.2",
                "nom", "roles professionnel licence"},
        {"personne",
                HEADER "nom prenom nom_scene autres_noms fonctions biographie isni ark "
                       "structure consentement_publication.accord "
                       "consentement_publication.date nom_affiche",
                HEADER_RULES LINK_RULES("structure") "R-DUP R-ID3 R-RGPD", "nom",
                "licence"},
        {"oeuvre",
                HEADER
                "titre titres_alternatifs auteurs.ref auteurs.fonction anonyme "
                "type_oeuvre annee_premiere langue_origine duree_min genre argument "
                "droits.sacd droits.sacem droits.domaine_public droits.autre iswc "
                "ark_bnf personnages",
                HEADER_RULES LINK_RULES(
                        "auteurs") "R-DUP oeuvre.auteurs.1 oeuvre.annee_premiere.1 "
                                   "oeuvre.iswc.1",
                "titre", "licence"},
        {"spectacle",
                HEADER IMAGES
                "titre oeuvres compagnie contributions.ref contributions.fonction "
                "contributions.ordre contributions.personnage productions.ref "
                "productions.nature genre sous_genre accroche description duree "
                "entracte age_min age_max publics langues_spectacle surtitres "
                "nb_artistes nb_equipe premiere fiche_technique.fichier "
                "fiche_technique.intitule dossier.fichier dossier.intitule",
                HEADER_RULES TITLE_RULES TEXT_RULES IMAGE_RULES LINK_RULES("compagnie")
                        LINK_RULES("oeuvres") LINK_RULES("contributions") LINK_RULES(
                                "productions") "R-DUP R-PUB1a R-PUB1b "
                                               "spectacle.titre.1 spectacle.duree.1 "
                                               "spectacle.premiere.1 "
                                               "spectacle.age_max.1",
                "titre", "compagnie genre accroche publics licence"},
        {"evenement",
                HEADER IMAGES
                "titre nature spectacles evenement_parent organisateur "
                "coorganisateurs genre sous_genre publics accroche description "
                "age_min age_max duree portee mode url_fiche lien_en_ligne "
                "reservation.mode reservation.moyens.type reservation.moyens.valeur "
                "lieu indication_tarif tarifs.categorie tarifs.prix_min_cts "
                "tarifs.prix_max_cts tarifs.precision mots_cles consignes_diffusion "
                "seances.lieu seances.debut seances.fin seances.duree "
                "seances.ouverture_portes seances.heure_connue seances.statut "
                "seances.debut_initial seances.jauge_mise_en_vente "
                "seances.places_restantes seances.supplementaire seances.scolaire "
                "seances.annonce_lsf seances.audiodescription seances.note_horaire "
                "seances.sequence seances.fin_estimee date_debut date_fin",
                HEADER_RULES TITLE_RULES TEXT_RULES IMAGE_RULES LINK_RULES(
                        "spectacles") LINK_RULES("organisateur") LINK_RULES("lieu")
                        LINK_RULES("seances") LINK_RULES("evenement_parent") LINK_RULES(
                                "coorganisateurs") "R-DUP R-MODE R-LIC2 R-LIC3 R-DAT1 "
                                                   "R-DAT2 R-DAT3a R-DAT3b R-DAT3c "
                                                   "R-DAT3d R-DAT4 R-DAT5a R-DAT5b "
                                                   "R-DAT6a R-DAT6b R-DAT7 R-PUB1a "
                                                   "R-PUB1b "
                                                   "R-TAR1a R-TAR1b R-TAR2 R-TAR3 "
                                                   "R-TAR4a R-TAR4b R-JAUa R-JAUb "
                                                   "evenement.spectacles.1 "
                                                   "evenement.duree.1 "
                                                   "evenement.lien_en_ligne.1 "
                                                   "evenement.reservation.1 "
                                                   "evenement.reservation.2 "
                                                   "evenement.reservation.moyens.1 "
                                                   "evenement.age_max.1 "
                                                   "evenement.url_fiche.1 "
                                                   "evenement.url_fiche.2 "
                                                   "evenement.url_fiche.3 "
                                                   "evenement.evenement_parent.1 "
                                                   "evenement.evenement_parent.2 "
                                                   "evenement.mots_cles.1",
                "titre mode seances.debut seances.statut",
                "nature organisateur genre publics accroche indication_tarif licence"},
};

/* §3 and the tables of §2: what blocks, warns or informs. */
const struct domain_severity domain_severities[] = {
        {'e', "R-ID1 R-ID3 R-LIC1a R-LIC1c R-IMG1a R-DAT1 R-DAT2 R-DAT3a R-DAT3b "
              "R-DAT3c R-DAT3d R-DAT6a R-DAT6b R-MODE R-PUB1a R-TAR1a R-TAR1b R-TAR2 "
              "R-JAUb R-RGPD adresse.voie.1 adresse.code_postal.1 lieu.lieu_parent.1 "
              "lieu.lat.1 lieu.jauge_totale.1 spectacle.age_max.1 evenement.age_max.1 "
              "evenement.evenement_parent.1 evenement.reservation.1 "
              "evenement.reservation.2 oeuvre.auteurs.1"},
        {'w', "R-ID2 R-LIC2 R-LIC3 R-TIT1a R-TIT1b R-TIT1c R-TIT1d R-TIT1e R-TXT1a "
              "R-TXT1b R-TXT1c R-TXT1d R-IMG1b R-IMG1c R-IMG1e R-DAT4 R-DAT5a R-DAT7 "
              "R-PUB1b R-TAR3 R-TAR4a R-TAR4b R-JAUa R-DUP lieu.nom.1 "
              "lieu.lieu_parent.2 lieu.lat.2 lieu.altitude.1 lieu.exploitant.1 "
              "adresse.code_postal.2 adresse.commune.1 structure.rna.1 "
              "structure.reseaux.1 oeuvre.iswc.1 spectacle.titre.1 spectacle.duree.1 "
              "evenement.duree.1 evenement.spectacles.1 evenement.mots_cles.1 "
              "evenement.evenement_parent.2"},
        {'i', "R-LIC4 R-IMG1d R-DAT5b adresse.voie.2"},
        {0},
};

/* The vocabularies of §2 and §4, all codes. */
const struct domain_list domain_lists[] = {
        {"lieu", "types_lieu",
                "theatre salle_spectacle salle_polyvalente musiques_actuelles cinema "
                "mediatheque eglise_chapelle fort plein_air rue_place chapiteau ecole "
                "bar_cafe refuge station autre"},
        {"lieu", "niveaux_moteur", "autonome avec_aide non inconnu"},
        {"structure", "roles_structure",
                "organisateur compagnie groupe_musical producteur diffuseur "
                "exploitant_lieu festival ecole collectivite financeur ressourcerie "
                "media pratique_amateur"},
        {"structure", "statuts_juridiques",
                "association scic scop sarl_sas regie collectivite "
                "etablissement_public micro_entreprise collectif_non_declare"},
        {"structure", "niveaux_pro", "professionnel amateur mixte"},
        {"structure", "categories_licence", "1 2 3"},
        {"oeuvre", "types_oeuvre", "theatre musique lyrique danse cirque texte autre"},
        {"oeuvre", "fonctions",
                "auteur compositeur librettiste traducteur metteur_en_scene "
                "choregraphe directeur_musical comedien danseur musicien chanteur "
                "circassien marionnettiste conteur scenographe costumier "
                "eclairagiste createur_son createur_video dramaturge regie production "
                "diffusion administration mediation photographe"},
        {"spectacle", "natures_soutien",
                "production coproduction soutien partenariat residence"},
        {"spectacle", "genres",
                "theatre humour danse cirque rue marionnette conte concert_classique "
                "concert_actuelles concert_jazz concert_trad concert_chanson "
                "concert_electro choeur lyrique comedie_musicale jeune_public pluri "
                "son_lumiere bal festival rencontre exposition projection"},
        {"spectacle", "types_public",
                "tout_public famille tres_jeune_public jeune_public adolescents "
                "adultes majeurs scolaires maternelle elementaire college lycee "
                "seniors etudiants professionnels habitants personnes_empechees"},
        {"evenement", "natures",
                "representation concert festival bal stage atelier rencontre "
                "exposition projection sortie_residence scene_ouverte fete"},
        {"evenement", "modes", "presentiel en_ligne mixte"},
        {"evenement", "portees",
                "habitants locale departementale regionale nationale internationale"},
        {"evenement", "modes_reservation", "sans conseillee obligatoire"},
        {"evenement", "types_moyen", "url tel courriel"},
        {"evenement", "indications_tarif",
                "gratuit entree_libre participation_libre payant non_communique"},
        {"evenement", "categories_tarif",
                "plein reduit jeune enfant etudiant demandeur_emploi senior adherent "
                "abonne groupe scolaire famille handicap pass_culture solidaire libre "
                "invitation exonere gratuit"},
        {"evenement", "statuts_seance",
                "option confirme reprogramme passe_en_ligne reporte complet annule"},
        {"evenement", "statuts_fiche",
                "brouillon a_relire valide publie archive supprime"},
        {"evenement", "visibilites", "public professionnel prive"},
        {"evenement", "licences_donnee",
                "LO-2.0 ODbL-1.0 CC0-1.0 CC-BY-4.0 CC-BY-SA-4.0"},
        {"evenement", "systemes_externes",
                "apidae openagenda datatourisme mccblcid artsdata wikidata isni "
                "ark_bnf frbnf iswc siret rna acceslibre rof passculture sibil "
                "billetterie"},
        {0},
};

/* Always in the languages of the form. */
const char domain_multilingual[] =
        "lieu:acces oeuvre:titre spectacle:titre spectacle:accroche "
        "spectacle:description spectacle:images.legende evenement:titre "
        "evenement:accroche evenement:description evenement:images.legende "
        "evenement:seances.note_horaire";
