#ifndef ODUS_DELIVER_SOURCE_PLACE_H
#define ODUS_DELIVER_SOURCE_PLACE_H

#include "proposal.h"

/**
 * A venue written on one line, or several: "Salle des fêtes, 3 rue de l'Église, 05100
 * Névache, France". Name, street, postcode, town and country go to `lieu`, noted as
 * guessed when there is more than a name; a web address, or what programs write for a
 * meeting ("Microsoft Teams Meeting"), means that it is online.
 */
void source_place(struct proposal *p, struct view text) ATTR_NONNULL(1);

/** The same for an address whose venue is known: nothing becomes the name. */
void source_address(struct proposal *p, struct view text) ATTR_NONNULL(1);

/** Code of a country by its name or its two letters, "": unknown. */
const char *source_country(struct view name) ATTR_RETNONNULL;

/** Address of an event online: link and mode. */
void source_online(struct proposal *p, struct view url) ATTR_NONNULL(1);

#endif
