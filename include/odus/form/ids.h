#ifndef ODUS_FORM_IDS_H
#define ODUS_FORM_IDS_H

#include <stdbool.h>

#include "odus/base/buf.h"

/** Identifiers of the field, checked by form and check digit. ASCII spaces are ignored.
 */

/** 9 digits, Luhn (INSEE). */
bool ids_siren_ok(struct view text);

/**
 * 14 digits, Luhn over all and over the first nine; establishments of La Poste (SIREN
 * 356000000) may instead have a digit sum divisible by five (INSEE).
 */
bool ids_siret_ok(struct view text);

/** 16 characters, ISO 7064 MOD 11-2, X as last check character (ISO 27729). */
bool ids_isni_ok(struct view text);

/** National register of associations: W and 9 digits, or letters in special
 * prefectures. */
bool ids_rna_ok(struct view text);

/** ISO 15707 as printed: T-345246800-1, hyphens optional, check digit right. */
bool ids_iswc_ok(struct view text);

/**
 * Entertainment licence (L7122-3 code du travail), one of: PLATESV-D-2019-001172 (or
 * R), the poster form L-D-19-1172, the old 2-1234567; a category before the first
 * ("2-PLATESV-…") is accepted.
 */
bool ids_licence_ok(struct view text);

/** The number without a category before PLATESV. False (nothing added) when not a
 * licence. */
bool ids_licence_number(struct view text, struct buf *out) ATTR_NONNULL(2);

/** 1, 2 or 3 where the text names a category, else 0. */
int ids_licence_category(struct view text);

/** PLATESV-D-2019-001172 as L-D-19-1172; false for other forms. */
bool ids_licence_short(struct view text, struct buf *out) ATTR_NONNULL(2);

/** Last year of validity (five years from the receipt), 0 when the number tells no
 * year. */
int ids_licence_until(struct view text);

/** French or Italian telephone number to E.164 ("+33492250000"); false when it is
 * neither. */
bool ids_phone_e164(struct view text, struct buf *out) ATTR_NONNULL(2);

/** One @, a dot in the domain, at most 254 bytes (RFC 5321 §4.5.3.1.3). */
bool ids_email_ok(struct view text);

/** http or https, a host with a dot, no credentials, no space, at most 2048 bytes (RFC
 * 3986). */
bool ids_url_ok(struct view text);

#endif
