#ifndef ODUS_SERVE_QR_H
#define ODUS_SERVE_QR_H

#include "odus/base/json.h"

/** TEXT as a QR code: an array of rows of '0' and '1' without quiet zone (libqrencode);
 * empty when it is too long for one. Owned. */
struct json *qr_rows(const char *text) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

#endif
